"""Templates are strict with names of ours, and lenient with those of GOV.UK's components alone."""

from pathlib import Path

import govuk_frontend_jinja
import govuk_frontend_wtf
import pytest
from flask import Flask, render_template_string
from jinja2 import Environment, UndefinedError, meta

from star_tracker.web.rendering import COMPONENT_NAMES


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
