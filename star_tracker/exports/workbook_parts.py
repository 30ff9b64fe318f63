"""What XlsxWriter cannot write into a workbook: titles that are headings, and the language of the document.

A screen reader jumps from heading to heading, and reads in the language that the file names. Both are a few words in
two parts of the .xlsx file, which is a ZIP archive; they are added once the file is written.
"""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_STYLES = "xl/styles.xml"
_CORE = "docProps/core.xml"
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_TITLE = re.compile(r'<c r="A1" s="(\d+)"')
_FORMAT = re.compile(r"<xf [^>]*/>|<xf [^>]*>.*?</xf>")
_LOOK = re.compile(r'numFmtId="\d+" fontId="\d+" fillId="\d+" borderId="\d+"')
_HEADING_1 = 16
"""The number of spreadsheet programs' built-in style Heading 1."""


def add_headings_and_language(workbook: bytes, language: str) -> bytes:
    """The workbook with its language, and with cell A1 of every sheet in the style Heading 1, looking as before.

    Args:
        workbook: an .xlsx file as XlsxWriter writes it.
        language: such as ``en-GB``.

    Returns:
        An .xlsx file; the same workbook gives the same bytes.

    Raises:
        ValueError: XlsxWriter has written it in an unknown way.
    """
    with ZipFile(BytesIO(workbook)) as archive:
        parts = {entry: archive.read(entry) for entry in archive.infolist()}
    sheets = [data.decode() for entry, data in parts.items() if _SHEET.fullmatch(entry.filename)]
    formats = {int(found[1]) for sheet in sheets if (found := _TITLE.search(sheet))}
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for entry, data in parts.items():
            if entry.filename == _STYLES:
                data = _add_headings(data.decode(), formats).encode()
            elif entry.filename == _CORE:
                data = _add_language(data.decode(), language).encode()
            archive.writestr(entry, data)
    return buffer.getvalue()


def _add_headings(styles: str, formats: set[int]) -> str:
    """Add the style Heading 1, which looks like the first of these cell formats, and give it to all of them."""
    cells = _FORMAT.findall(_part(styles, "cellXfs"))
    look = _LOOK.search(cells[min(formats)]) if formats else None
    if look is None:
        raise ValueError("no sheet has a title")
    new = _part(styles, "cellStyleXfs").count("<xf ")
    with_style = [
        cell.replace('xfId="0"', f'xfId="{new}"', 1) if place in formats else cell for place, cell in enumerate(cells)
    ]
    style = f'<cellStyle name="Heading 1" xfId="{new}" builtinId="{_HEADING_1}"/>'
    styles = _replace(styles, re.escape("".join(cells)), "".join(with_style))
    styles = _replace(styles, r'<cellStyleXfs count="\d+"', f'<cellStyleXfs count="{new + 1}"')
    styles = _replace(styles, "</cellStyleXfs>", f"<xf {look[0]}/>\\g<0>")
    count = _part(styles, "cellStyles").count("<cellStyle ")
    styles = _replace(styles, r'<cellStyles count="\d+"', f'<cellStyles count="{count + 1}"')
    return _replace(styles, "</cellStyles>", f"{style}\\g<0>")


def _add_language(core: str, language: str) -> str:
    return _replace(core, "<dcterms:created", f"<dc:language>{language}</dc:language>\\g<0>")


def _part(styles: str, name: str) -> str:
    """The content of the element with that name."""
    found = re.search(rf"<{name} [^>]*>(.*?)</{name}>", styles)
    if found is None:
        raise ValueError(f"the workbook has no {name}")
    return found[1]


def _replace(text: str, pattern: str, replacement: str) -> str:
    """Replace a pattern that must occur exactly once."""
    replaced, times = re.subn(pattern, replacement, text)
    if times != 1:
        raise ValueError(f"expected {pattern} once, not {times} times")
    return replaced
