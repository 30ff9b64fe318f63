"""Widgets in place of those of GOV.UK's library whose HTML is not valid, or says nothing to whoever hears the page."""

from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovCheckboxInput, GovRadioInput, GovSelect
from markupsafe import Markup


class _WithoutEmptyHint:
    """The library gives a group without a hint an empty one, and names it as the group's description."""

    def render(self, params: dict[str, Any]) -> Markup:
        """Leave out a hint that says nothing."""
        hint = params.get("hint") or {}
        says_something = hint.get("text") or hint.get("html")
        rendered: Markup = super().render({**params, "hint": hint if says_something else None})  # type: ignore[misc] # a mixin
        return rendered


class CheckboxesInput(_WithoutEmptyHint, GovCheckboxesInput):
    """Checkboxes under one legend."""


class CheckboxInput(_WithoutEmptyHint, GovCheckboxInput):
    """One checkbox."""


class RadioInput(_WithoutEmptyHint, GovRadioInput):
    """Radio buttons."""


class SelectInput(GovSelect):
    """A list to choose one from, ``required`` only where its first option is empty: HTML allows it nowhere else.

    Where the list begins with a real choice, something is always chosen.
    """

    def render(self, params: dict[str, Any]) -> Markup:
        """Leave out what HTML does not allow."""
        items, attributes = params["items"], params["attributes"]
        if not items or items[0]["value"] != "":
            attributes = {name: value for name, value in attributes.items() if name != "required"}
        rendered: Markup = super().render({**params, "attributes": attributes})
        return rendered
