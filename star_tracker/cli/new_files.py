"""Writing a file whole or not at all, and overwriting another only if that was requested."""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

OVERWRITE = "choose another name, or add --overwrite"

overwrite_option = click.option("--overwrite", is_flag=True, help="Replace what is there already under that name.")


def refuse_to_overwrite(files: Collection[Path], advice: str) -> None:
    """Refuse to overwrite existing files.

    Raises:
        ClickException: a file exists; ``advice`` says what to do.
    """
    for file in files:
        if file.exists():
            raise click.ClickException(f"{file} is there already, and is left as it is: {advice}")


@contextmanager
def new_file(file: Path, advice: str, *, overwrite: bool = False) -> Iterator[Path]:
    """A new file, readable by its owner alone, under a temporary name in the same folder until the block has filled it.

    Raises:
        ClickException: the file exists, perhaps since a moment ago, and ``overwrite`` is False; ``advice`` says what
            to do.
    """
    if not overwrite:
        refuse_to_overwrite([file], advice)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
        temporary = Path(folder) / "copy"
        temporary.touch(mode=0o600)
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        if overwrite:
            temporary.replace(file)
            return
        try:
            os.link(temporary, file)
        except OSError:  # the file exists, or the file system has no links, as some memory sticks and shares
            refuse_to_overwrite([file], advice)
            temporary.replace(file)
