"""What may stand in an address."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1
"""Of a record, in either database; a larger number in an address is a page that does not exist."""


class RecordId(IntegerConverter):
    """The id of a record: ``<record_id:family_id>`` in a route."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST_ID)


def add_converters(app: Flask) -> None:
    """Let routes use ``record_id``."""
    app.url_map.converters["record_id"] = RecordId
