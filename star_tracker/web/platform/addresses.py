"""URL converters, and addresses that are made once."""

from functools import lru_cache
from typing import Any

from flask import Flask, url_for
from werkzeug.routing import IntegerConverter, Map

from star_tracker.web.platform.numbers import LARGEST


class RecordId(IntegerConverter):
    """The id of a record: ``<record_id:family_id>`` in a route. Larger numbers give a 404."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST)


def add_converters(app: Flask) -> None:
    """Let routes use ``record_id``."""
    app.url_map.converters["record_id"] = RecordId


def page_address(endpoint: str, **parts: Any) -> str:
    """Flask's ``url_for`` for addresses within the service, each of which is made once: a page has dozens."""
    try:
        return _make_address(endpoint, tuple(parts.items()))
    except TypeError:  # a part is a list
        return url_for(endpoint, **parts)


@lru_cache(maxsize=4096)
def _make_address(endpoint: str, parts: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(parts))
