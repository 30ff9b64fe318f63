"""The built style sheet and scripts: addresses that change with their content, and serving them compressed."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

from flask import Flask, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from werkzeug.wrappers import Response

from star_tracker import paths

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""The encodings that the build makes, smallest first, with their file extensions."""

_IMPORT = re.compile(r'^import\b[^"]*"\./([\w.-]+)";$', re.MULTILINE)


@cache
def asset_url(name: str) -> str:
    """The address of a built file, which changes with its content, so that a browser may cache it forever.

    Each address is made once a process: restart the server after a build.
    """
    try:
        content = _built(name).read_bytes()
    except FileNotFoundError as error:
        raise RuntimeError(f"{name} has not been built: run make setup") from error
    return url_for("static", filename=f"build/{name}", v=sha256(content).hexdigest()[:12])


@cache
def script_addresses() -> Markup:
    """An import map from the plain addresses with which scripts import each other to ``asset_url``, as JSON."""
    names = sorted(path.name for path in _built("").glob("*.js"))
    imports = {url_for("static", filename=f"build/{name}"): asset_url(name) for name in names}
    return htmlsafe_json_dumps({"imports": imports})


@cache
def list_modules(name: str) -> Sequence[str]:
    """A script and everything that it imports, so that a page can load all of it at once."""
    found = [name]
    for each in found:  # which grows during the loop
        imports = _IMPORT.findall(_built(each).read_text("utf-8"))
        found += [other for other in imports if other not in found]
    return found


@cache
def preload_links(name: str) -> Markup:
    """Links that preload a script and what it imports, which the browser would otherwise load one after the other."""
    link = Markup('<link rel="modulepreload" href="{}">')
    return Markup("\n").join(link.format(asset_url(module)) for module in list_modules(name))


def serve_compressed(app: Flask) -> None:
    """Serve a built file compressed, if the browser accepts that."""
    plain = cast(Callable[..., Response], app.view_functions["static"])

    def serve(filename: str) -> Response:
        response = plain(filename=filename)
        available = _list_encodings(filename)
        if not available:
            return response
        encoding = next((each for each in available if request.accept_encodings.quality(each) > 0), None)
        if encoding:
            media_type = response.headers["Content-Type"]
            response.close()
            response = plain(filename=f"{filename}{ENCODINGS[encoding]}")
            response.headers.update({"Content-Encoding": encoding, "Content-Type": media_type})
        response.vary.add("Accept-Encoding")
        return response

    app.view_functions["static"] = serve


def _list_encodings(filename: str) -> list[str]:
    """The encodings for which there is a compressed file that is not older than the file itself."""
    changed_at = (paths.STATIC_FOLDER / filename).stat().st_mtime
    files = {encoding: paths.STATIC_FOLDER / f"{filename}{ending}" for encoding, ending in ENCODINGS.items()}
    return [each for each, file in files.items() if file.is_file() and file.stat().st_mtime >= changed_at]


def _built(name: str) -> Path:
    return paths.STATIC_FOLDER / "build" / name
