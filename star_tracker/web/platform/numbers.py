"""Parsing whole numbers in addresses and forms, so that either database can hold them."""

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import overload

from flask import request
from werkzeug.datastructures import MultiDict

LARGEST = 2**31 - 1
"""The largest id in PostgreSQL; SQLite and Python allow larger numbers."""


def read_number(text: str) -> int:
    """A whole number from 0 to ``LARGEST``.

    Raises:
        ValueError: the text is not one.

    >>> read_number("12")
    12
    >>> read_number("2147483648")
    Traceback (most recent call last):
    ValueError: '2147483648' is no number of ours
    """
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > LARGEST:
        raise ValueError(f"{text[:20]!r} is no number of ours")
    return int(text)


def list_numbers(texts: Iterable[str]) -> list[int]:
    """The texts that are numbers, parsed.

    >>> list_numbers(["7", "seven", "", "9" * 30])
    [7]
    """
    numbers = []
    for text in texts:
        with suppress(ValueError):
            numbers.append(read_number(text))
    return numbers


@overload
def query_number(name: str, default: int) -> int: ...
@overload
def query_number(name: str) -> int | None: ...
def query_number(name: str, default: int | None = None) -> int | None:
    """The number in the query string by this name; the default if there is none that can be read."""
    return _get(request.args, name, default)


def form_number(name: str, default: int) -> int:
    """The same for the form."""
    number = _get(request.form, name, default)
    return default if number is None else number


def _get(values: MultiDict[str, str], name: str, default: int | None) -> int | None:
    return values.get(name, default, type=read_number)
