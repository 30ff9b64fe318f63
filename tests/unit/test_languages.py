"""The catalogues of messages, held against the messages in the code."""

import doctest
import string
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from star_tracker.analysis import star_words, talk_star
from star_tracker.domain import languages
from star_tracker.domain.languages import ENGLISH, Language, list_languages
from star_tracker.domain.scales import get_edition, list_editions
from star_tracker.exports import take_home

SPOKEN = [language for language in list_languages() if language is not ENGLISH]


def list_messages() -> set[str]:
    """Every message that the code says, in plain text."""
    files = [str(module.__file__) for module in (star_words, talk_star, take_home)]
    said = {
        each[1] for file in files for each in extract_from_file("python", file, keywords={"say": None, "_say": None})
    }
    written = Path(str(star_words.__file__)).read_text(encoding="utf-8")
    return {str(message) for message in said} | {
        message for language in SPOKEN for message in language.messages if f'"{message}"' in written
    }


def places_in(message: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(message) if name}


@pytest.mark.parametrize("language", SPOKEN, ids=lambda language: language.code)
def test_a_catalogue_has_every_message_and_no_other_with_the_same_places(language: Language) -> None:
    assert set(language.messages) == list_messages()
    wrong = {one for one, other in language.messages.items() if places_in(one) != places_in(other)}
    assert wrong == set()


@pytest.mark.parametrize("language", SPOKEN, ids=lambda language: language.code)
def test_every_edition_names_its_areas_in_every_language(language: Language) -> None:
    for code in list_editions():
        edition = get_edition(code)
        named = edition.areas_in(language.code)
        assert set(named) == set(edition.areas)
        assert not set(named.values()) & set(edition.areas.values())


def test_a_language_that_an_edition_does_not_have_is_english() -> None:
    edition = get_edition("first")
    assert edition.areas_in("fr") == edition.areas


def test_what_a_catalogue_lacks_is_english() -> None:
    assert Language("cy", "Cymraeg", {"Your Star": ""}).say("Your Star") == "Your Star"


def test_examples_hold() -> None:
    assert resources.files("star_tracker.domain").joinpath("catalogues", "cy.po").is_file()
    result = doctest.testmod(languages)
    assert result.attempted
    assert not result.failed
