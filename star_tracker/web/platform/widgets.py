"""Replacements for widgets of the GOV.UK library whose HTML is not valid or not accessible."""

from typing import Any

from flask import current_app
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovCheckboxInput, GovRadioInput, GovSelect
from markupsafe import Markup


class _ByItself:
    """Renders a field's template by itself: Flask would first gather, for each field anew, what pages use."""

    template: str

    def render(self, params: dict[str, Any]) -> Markup:
        """Render it."""
        template = current_app.jinja_env.get_template(self.template)
        return Markup(template.render(params=params))  # noqa: S704 - it escapes what it shows  # nosec B704


class _WithoutEmptyHint(_ByItself):
    """Omits the empty hint that the library gives, as its description, to a group without a hint."""

    def render(self, params: dict[str, Any]) -> Markup:
        """Omit an empty hint."""
        hint = params.get("hint") or {}
        has_text = hint.get("text") or hint.get("html")
        return super().render({**params, "hint": hint if has_text else None})


class CheckboxesInput(_WithoutEmptyHint, GovCheckboxesInput):
    """Checkboxes under one legend."""


class CheckboxInput(_WithoutEmptyHint, GovCheckboxInput):
    """One checkbox."""


class RadioInput(_WithoutEmptyHint, GovRadioInput):
    """Radio buttons."""


class SelectInput(_ByItself, GovSelect):
    """A select, ``required`` only if its first option is empty: HTML does not allow it otherwise."""

    def render(self, params: dict[str, Any]) -> Markup:
        """Remove ``required`` where it is not allowed."""
        items, attributes = params["items"], params["attributes"]
        if not items or items[0]["value"] != "":
            attributes = {name: value for name, value in attributes.items() if name != "required"}
        return super().render({**params, "attributes": attributes})
