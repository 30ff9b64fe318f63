"""The languages in which a parent's Star is put into words, and printed to take home.

The messages in the code are English. A catalogue, ``catalogues/CODE.po``, has them in another language: a third one is
one more file there, and the names of the areas in ``editions/*.toml``. A message that a catalogue lacks is English.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po

CATALOGUE = ".po"


@dataclass(frozen=True)
class Language:
    """A language: its code, what it calls itself, and its messages by the English ones."""

    code: str
    name: str
    messages: Mapping[str, str]

    def say(self, message: str, **values: object) -> str:
        """A message in this language, with these values in the places that it names.

        >>> ENGLISH.say("{area} is at {value}", area="Family routine", value=6)
        'Family routine is at 6'
        """
        return (self.messages.get(message) or message).format(**values)

    def day(self, day: date) -> str:
        """A date as people write it.

        >>> ENGLISH.day(date(2018, 12, 1))
        '1 December 2018'
        """
        return format_date(day, "d MMMM y", locale=self.code)

    def month(self, day: date) -> str:
        """The month of a date.

        >>> ENGLISH.month(date(2018, 12, 1))
        'December 2018'
        """
        return format_date(day, "MMMM y", locale=self.code)


ENGLISH = Language("en", "English", {})


@cache
def list_languages() -> tuple[Language, ...]:
    """The languages there are, English first and the others by their codes.

    >>> [language.name for language in list_languages()]
    ['English', 'Cymraeg']
    """
    files = resources.files(__package__).joinpath("catalogues").iterdir()
    codes = sorted(file.name.removesuffix(CATALOGUE) for file in files if file.name.endswith(CATALOGUE))
    return (ENGLISH, *map(_read_language, codes))


def get_language(code: str) -> Language:
    """The language with this code; English if there is none.

    >>> get_language("cy").day(date(2019, 4, 5)), get_language("xx").code
    ('5 Ebrill 2019', 'en')
    """
    return next((language for language in list_languages() if language.code == code), ENGLISH)


def _read_language(code: str) -> Language:
    with resources.files(__package__).joinpath("catalogues", code + CATALOGUE).open("rb") as file:
        catalogue = read_po(file, locale=code)
    messages = {str(each.id): str(each.string) for each in catalogue if each.id and each.string and not each.fuzzy}
    return Language(code, Locale.parse(code).get_display_name(code) or code, messages)
