"""Writing a file whole or not at all, and over another one only where that was asked for."""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

OVERWRITE = "choose another name, or add --overwrite"

overwrite_option = click.option("--overwrite", is_flag=True, help="Replace what is there already under that name.")


def refuse_to_overwrite(files: Collection[Path], advice: str) -> None:
    """Leave every file as it is that is there already.

    Raises:
        ClickException: the first of these is there; ``advice`` says what to do.
    """
    for file in files:
        if file.exists():
            raise click.ClickException(f"{file} is there already, and is left as it is: {advice}")


@contextmanager
def new_file(file: Path, advice: str, *, overwrite: bool = False) -> Iterator[Path]:
    """A file that only its owner may read, under another name in the same folder until the block has filled it.

    Raises:
        ClickException: something is there under its name, perhaps only since a moment ago, and ``overwrite`` is not
            asked for; ``advice`` says what to do.
    """
    if not overwrite:
        refuse_to_overwrite([file], advice)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
        made = Path(folder) / "copy"
        made.touch(mode=0o600)
        yield made
        with made.open("rb") as stream:
            os.fsync(stream.fileno())
        if overwrite:
            made.replace(file)
            return
        try:
            os.link(made, file)
        except OSError:  # the name was taken, or a file system without links: some sticks and shares
            refuse_to_overwrite([file], advice)
            made.replace(file)
