"""Responses that are files."""

import mimetypes
from urllib.parse import quote

from flask import Response

_MORE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def send_bytes(data: bytes, name: str, *, inline: bool = False) -> Response:
    """Send a file to save, or ``inline`` to show in a page; its media type depends on its name."""
    ending = name.rpartition(".")[2]
    media_type = _MORE_TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = (
        f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response
