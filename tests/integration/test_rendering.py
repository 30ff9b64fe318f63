"""Templates are strict with names of ours, and lenient with those of GOV.UK's components alone."""

from pathlib import Path

import govuk_frontend_jinja
import govuk_frontend_wtf
import pytest
from flask import Flask, render_template_string
from jinja2 import Environment, UndefinedError, meta

from star_tracker.domain.permissions import anyone
from star_tracker.web.auth.access import access
from star_tracker.web.platform.rendering import COMPONENT_NAMES
from tests.support.pages import LookingClient


def test_the_lenient_names_are_those_of_the_components() -> None:
    parser = Environment(autoescape=True)
    asked: set[str] = {"caller"}
    for package in (govuk_frontend_jinja, govuk_frontend_wtf):
        assert package.__file__ is not None
        for path in (Path(package.__file__).parent / "templates").rglob("*.html"):
            asked |= meta.find_undeclared_variables(parser.parse(path.read_text(encoding="utf-8")))
    assert asked == COMPONENT_NAMES


@pytest.mark.parametrize("template", ["{{ familly }}", "{{ settings.threshhold }}", "{% if famly %}{% endif %}"])
def test_a_name_that_is_spelled_wrong_is_an_error(web_app: Flask, template: str) -> None:
    with web_app.test_request_context(), pytest.raises(UndefinedError):
        render_template_string(template)


FORM = '<!DOCTYPE html><html lang="en"><title>A form</title><h1>A form</h1><form>{}</form></html>'


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ('<select name="pod" required><option value="1">Crewe</option></select>', "'pod' is required"),
        ('<p id="kind-hint"> </p><input name="kind" aria-describedby="kind-hint">', "'kind-hint', which says nothing"),
        ('<input name="kind" aria-describedby="kind-hint">', "'kind-hint', which says nothing"),
        ("</p>", "not valid HTML"),
    ],
)
def test_the_tests_client_finds_what_is_wrong_with_a_page(
    web_app: Flask, client: LookingClient, field: str, fault: str
) -> None:
    web_app.view_functions["demo.choose"] = access(anyone)(lambda: "\n" + FORM.format(field))
    with pytest.raises(AssertionError, match=fault):
        client.get("/demo")
