"""What something is made from, as a key: where the contents are the same, what was made of them is used again."""

import hashlib
import pickle  # it only writes, for a digest  # nosec B403
from dataclasses import fields, is_dataclass
from io import BytesIO
from types import MappingProxyType
from typing import Any

from pandas.api.extensions import ExtensionDtype


class _ContentsPickler(pickle.Pickler):
    """Writes dataclasses and pandas' types by their fields and names: what they keep for themselves is no contents."""

    def reducer_override(self, value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return type(value), tuple(getattr(value, field.name) for field in fields(value))
        if isinstance(value, ExtensionDtype):
            return str, (value.name,)
        return (dict, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


def digest_contents(*what: Any, **more: Any) -> bytes:
    """A digest of these values, frames and dataclasses, with all that they hold: 32 bytes.

    The same digest means the same contents. The same contents give the same digest, unless values
    that are equal are one object in the one and several in the other.
    """
    written = BytesIO()
    _ContentsPickler(written).dump((what, more))
    return hashlib.sha256(written.getbuffer()).digest()
