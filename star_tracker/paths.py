"""Where the files that are not Python code are. No other module knows.

In a checkout, `templates/`, `static/` and `migrations/` are beside the package, where people look for them. A wheel
has them inside the package, because a folder beside it would end up in `site-packages`.
"""

from pathlib import Path
from typing import Final

PACKAGE_FOLDER: Final = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """The folder inside the package (a wheel) or beside it (a checkout)."""
    inside = PACKAGE_FOLDER / name
    return inside if inside.is_dir() else PACKAGE_FOLDER.parent / name


TEMPLATES_FOLDER: Final = _folder("templates")
STATIC_FOLDER: Final = _folder("static")
MIGRATIONS_FOLDER: Final = _folder("migrations")
