"""What .xlsx and .ods have in common: they are zip archives of XML made by strangers.

A few kilobytes can unpack to gigabytes, so nothing is unpacked whole and no tree is built. Expat tells a ``TagReader``
of one tag after the other, and each limit is looked at before the memory that it bounds is taken. ``zipfile`` never
unpacks more of a part than the archive declares.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO
from xml.parsers import expat

from star_tracker.starfile import limits
from star_tracker.starfile.errors import StarFileError

CHUNK_BYTES = 64 * 1024

_LISTED = b"PK\x01\x02"
"""How each part's entry in the archive's directory begins."""

_DAMAGED = (
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    ValueError,
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
)

Attributes = dict[str, str]
Starts = dict[str, Callable[[Attributes], None]]
Ends = dict[str, Callable[[], None]]


@contextmanager
def open_archive(stream: BinaryIO, kind: str) -> Iterator[zipfile.ZipFile]:
    """The zip archive that an .xlsx or .ods is, to read parts of.

    Args:
        stream: the file.
        kind: what it should be, for the message if it turns out not to be: also while its parts are read.

    Raises:
        StarFileError: it is no such archive, is protected by a password, or would unpack to too much.
    """
    try:
        stream.seek(0)
        limits.check_archive(stream.read().count(_LISTED))  # zipfile makes an object of each
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if any(p.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or p.flag_bits & 1 for p in parts):
                raise ValueError("packed or protected as no spreadsheet program does")
            limits.check_archive(len(parts), sum(part.file_size for part in parts))
            yield archive
    except _DAMAGED as error:
        raise StarFileError.of_file(
            f"this is not {kind} spreadsheet, or it is damaged or protected by a password: "
            "open it in your spreadsheet program, save it again without a password, or save it as CSV UTF-8"
        ) from error


class TagReader:
    """Follows the tags of a part, and collects text where it is told to.

    A tag without an entry in ``starts`` or ``ends`` is passed over. A name may have a prefix that the entry lacks.

    Attributes:
        depth: of the present element; the root's is 1.
        collects: whether the text that stands here matters.
        finished: that nothing below here matters.
    """

    def __init__(self, starts: Starts, ends: Ends) -> None:
        """Take what to do, by the name of an element, when it begins and when it ends."""
        self._starts = _ByName(starts)
        self._ends = _ByName(ends)
        self.depth = 0
        self.collects = self.finished = False
        self._pieces: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self.depth += 1
        if self.depth > limits.MAX_DEPTH:
            raise ValueError("elements within one another without end")
        if do := self._starts[name]:
            do(attributes)

    def end(self, name: str) -> None:
        """An element ends."""
        if do := self._ends[name]:
            do()
        self.depth -= 1

    def text(self, text: str) -> None:
        """Text, or a piece of it, stands here. Of a cell's text that is too long, no more is kept than shows that."""
        if self.collects and self._length <= limits.MAX_CELL_LENGTH:
            self._pieces.append(text)
            self._length += len(text)

    def finish(self) -> None:
        """Pass over whatever follows."""
        self.finished = True
        self._starts = self._ends = _ByName()

    def take_text(self) -> str:
        """What was collected since this was last called."""
        if not self._length:
            return ""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return text


class _ByName(dict[str, Any]):
    """What to do by name, or None; of a name without an entry of its own, the prefix does not count."""

    def __missing__(self, name: str) -> Any:
        self[name] = do = self.get(name.rpartition(":")[2])
        return do


def read_part(archive: zipfile.ZipFile, name: str, reader: TagReader) -> Iterator[float]:
    """Let the reader follow a part; after each piece of it says which part of it is read, 0 to 1.

    Raises:
        StarFileError: a limit is passed.
        ValueError: it is no XML, or such as no spreadsheet program writes.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_declaration
    part = archive.getinfo(name)
    taken = tags = 0
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK_BYTES):  # to the end, where zipfile compares the checksum
            taken += len(chunk)
            if not reader.finished:
                parser.Parse(chunk, False)
                tags += chunk.count(b"<")
                limits.check_tags(tags)
                if taken - parser.CurrentByteIndex > limits.MAX_TAG_BYTES or len(parser.intern) > limits.MAX_NAMES:
                    raise ValueError("a tag or names without end")
            yield taken / part.file_size
    if not reader.finished:
        parser.Parse(b"", True)


def _refuse_declaration(*_declaration: object) -> None:
    """No spreadsheet program declares entities, which can grow without end."""
    raise ValueError("a document type")


def list_tags(archive: zipfile.ZipFile, name: str, wanted: set[str]) -> list[tuple[str, Attributes]]:
    """The tags of these names in a small part, in their order.

    Raises:
        StarFileError: it is not small.
        ValueError: as by ``read_part``.
    """
    limits.check_small_part(name, archive.getinfo(name).file_size)
    tags: list[tuple[str, Attributes]] = []

    def note(tag: str) -> Callable[[Attributes], None]:
        return lambda attributes: tags.append((tag, attributes))

    for _ in read_part(archive, name, TagReader({tag: note(tag) for tag in wanted}, {})):
        pass
    return tags
