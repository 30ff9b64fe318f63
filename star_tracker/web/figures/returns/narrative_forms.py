"""The form with the words of a return."""

from collections.abc import Collection, Sequence
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea
from wtforms import BooleanField, Field, HiddenField, SelectField, SubmitField, TextAreaField

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError, NamesError
from star_tracker.domain.feedback import SaidBy
from star_tracker.exports.returns.narrative import MOST_CASE_STUDIES
from star_tracker.models import Feedback, NarrativeDraft
from star_tracker.queries.returns.narratives import PairToTell
from star_tracker.records.returns.narrative import NewCaseStudy, fingerprint_draft
from star_tracker.web.platform.fields import ChoicesField, RecordForm, add_error, choices
from star_tracker.web.platform.widgets import CheckboxesInput, CheckboxInput, SelectInput

_BETWEEN = "|"
_NUMBERS = range(1, MOST_CASE_STUDIES + 1)


class NarrativeForm(RecordForm):
    """The words of a return; ``build_narrative_form`` adds the fields of each case study."""

    went_well = TextAreaField(
        "What went well (optional)",
        widget=GovTextArea(),
        description="In paragraphs, each on a line of its own. Name nobody.",
    )
    to_improve = TextAreaField(
        "What needs improving (optional)",
        widget=GovTextArea(),
        description="What the service will do about it, too. Name nobody.",
    )
    quote_ids = ChoicesField("Words to quote (optional)", widget=CheckboxesInput(), coerce=int)
    seen = HiddenField()
    submit = SubmitField("Save the narrative", widget=GovSubmitInput())

    def case_study_fields(self, number: int) -> tuple[Field, ...]:
        """A case study's fields, for the template: parent, words, ordinary words, those found, consent."""
        return tuple(self[f"case_{part}_{number}"] for part in ("parent", "words", "ordinary", "found", "consent"))

    def read_case_studies(self) -> list[NewCaseStudy]:
        """The case studies as ``records`` takes them."""
        return [self._read_case_study(*self.case_study_fields(number)) for number in _NUMBERS]

    def _read_case_study(
        self, parent: Field, words: Field, ordinary: Field, found: Field, consent: Field
    ) -> NewCaseStudy:
        return NewCaseStudy(
            registration_id=int(parent.data) if parent.data else None,
            words=words.data or "",
            has_consent=bool(consent.data),
            ordinary=(found.data or "").split(_BETWEEN) if ordinary.data else (),
        )

    def refuse(self, error: DomainError) -> None:
        """Show an error; where it points at names, a tick is about these, and no others."""
        add_error(self, error)
        if isinstance(error, NamesError):
            number = error.field.rpartition("_")[2]
            self[f"case_found_{number}"].data = _BETWEEN.join(error.found)
            self[f"case_ordinary_{number}"].data = False


def build_narrative_form(
    draft: NarrativeDraft | None, *, quotable: Sequence[Feedback], pairs: Collection[PairToTell]
) -> NarrativeForm:
    """The form with what was saved last, and what its quotes and case studies are chosen from."""

    class Form(NarrativeForm):
        """With the fields of each case study."""

    parents = [("", "None"), *((pair.registration_id, _describe_pair(pair)) for pair in pairs)]
    for number in _NUMBERS:
        parent = SelectField(
            f"Case study {number}: the parent", widget=SelectInput(), choices=choices(parents), default=""
        )
        words = TextAreaField(
            f"Case study {number}: their story, in the family’s words",
            widget=GovTextArea(),
            description="Name nobody, and leave out what would tell neighbours who it is.",
        )
        ordinary = BooleanField("These are ordinary words here, and not their names", widget=CheckboxInput())
        consent = BooleanField("The family has agreed that this is told", widget=CheckboxInput())
        fields = {"parent": parent, "words": words, "ordinary": ordinary, "found": HiddenField(), "consent": consent}
        for part, field in fields.items():
            setattr(Form, f"case_{part}_{number}", field)
    form = Form(data=_read_draft(draft, {one.id for one in quotable}, {pair.registration_id for pair in pairs}))
    form.quote_ids.choices = [
        (one.id, f"“{one.words}” {SaidBy(one.said_by).label}, about {one.pod.name}") for one in quotable
    ]
    return form


def _describe_pair(pair: PairToTell) -> str:
    stars = f"Stars of {long_date(pair.started_on)} and {long_date(pair.latest_on)}"
    return f"{pair.family_ref}, parent {pair.parent_ref}: {stars}"


def _read_draft(draft: NarrativeDraft | None, quotable: Collection[int], pairs: Collection[int]) -> dict[str, Any]:
    """What was saved last, as data of the form; without what may not be chosen any more."""
    data: dict[str, Any] = {"seen": fingerprint_draft(draft)}
    if draft is not None:
        told = [one for one in draft.case_studies if one["registration_id"] in pairs]
        data |= {
            "went_well": draft.went_well,
            "to_improve": draft.to_improve,
            "quote_ids": [number for number in draft.quote_ids if number in quotable],
        }
        for number, one in enumerate(told, start=1):
            data |= {f"case_parent_{number}": str(one["registration_id"]), f"case_words_{number}": one["words"]}
            data[f"case_consent_{number}"] = True
    return data
