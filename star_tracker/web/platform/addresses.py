"""URL converters."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from star_tracker.web.platform.numbers import LARGEST


class RecordId(IntegerConverter):
    """The id of a record: ``<record_id:family_id>`` in a route. Larger numbers give a 404."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST)


def add_converters(app: Flask) -> None:
    """Let routes use ``record_id``."""
    app.url_map.converters["record_id"] = RecordId
