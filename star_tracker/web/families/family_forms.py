"""Forms about families, parents and interventions."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    SubmitField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import ListWidget

from star_tracker.domain.scales import MOST_CHILDREN
from star_tracker.domain.texts import propose_parent_ref
from star_tracker.models import Family, Intervention, Parent, Pod, User
from star_tracker.records.families.families import NewIntervention, NewParent
from star_tracker.web.platform.fields import ChoicesField, DayField, RecordForm, choices, practitioner_choices
from star_tracker.web.platform.numbers import list_numbers
from star_tracker.web.platform.widgets import CheckboxesInput, CheckboxInput, SelectInput

PARENT_FIELD = "parent_"
PARENT_REF, PARENT_NAME, MORE = "parent_ref_", "parent_name_", "more"
MOST_PARENTS = 20
"""In the form for a new family."""

NAME_HINT = "Only people who may see this family read it. It is in no export and no return."
PARENT_REF_HINT = "Stays for ever and is in exports: no name."
COUNCIL_REF_HINT = "The council's own number for the family, if it has one."


class BeginningFields(RecordForm):
    """How an intervention began."""

    referred_on = DayField("Date of referral", missing="Enter the date of the referral")
    started_on = DayField("Date the intervention started", missing="Enter the date the intervention started")
    children = IntegerField(
        "Number of children",
        widget=GovTextInput(),
        validators=[
            Optional(),
            NumberRange(0, MOST_CHILDREN, f"The number of children must be a whole number from 0 to {MOST_CHILDREN}"),
        ],
        description=f"From 0 to {MOST_CHILDREN}. Leave empty if you do not know yet.",
    )


class InterventionFields(BeginningFields):
    """A new intervention, in its own form and in that of a new family."""

    first_fields: ClassVar[tuple[str, ...]] = ("pod_id", "practitioner_id")
    pod_id = SelectField("Pod", widget=SelectInput(), validators=[InputRequired("Choose a pod")])
    practitioner_id = SelectField("Practitioner", widget=SelectInput())

    def offer(self, pods: list[Pod], practitioners: list[User], chosen_practitioner: int | None) -> None:
        """Set the choices; ``chosen_practitioner`` is the default."""
        undecided = [("", "Choose a pod")] if len(pods) != 1 else []
        self.pod_id.choices = choices(undecided) + choices((pod.id, pod.name) for pod in pods)
        self.practitioner_id.choices = practitioner_choices(practitioners)
        if not self.is_submitted() and chosen_practitioner:
            self.practitioner_id.data = str(chosen_practitioner)

    def new_intervention(self) -> NewIntervention:
        """The intervention as ``records`` takes it; the form must be valid."""
        assert self.referred_on.data is not None  # noqa: S101 - the fields ask for dates
        assert self.started_on.data is not None  # noqa: S101 - as above
        return NewIntervention(
            pod_id=int(self.pod_id.data),
            practitioner_id=int(self.practitioner_id.data) if self.practitioner_id.data else None,
            referred_on=self.referred_on.data,
            started_on=self.started_on.data,
            children=self.children.data,
        )


class NewFamilyForm(InterventionFields):
    """A family with its first intervention and its parents, for whom ``build_new_family_form`` adds fields."""

    first_fields: ClassVar[tuple[str, ...]] = ()
    ref = StringField("Family reference", widget=GovTextInput(), validators=[InputRequired("Enter a reference")])
    name = StringField("What you call them (optional)", widget=GovTextInput(), description=NAME_HINT)
    council_ref = StringField("Council reference", widget=GovTextInput(), description=COUNCIL_REF_HINT)
    more = SubmitField("Add another parent", widget=GovSubmitInput())
    is_another = BooleanField("This is another family: add it", widget=CheckboxInput())
    likely = HiddenField()
    submit = SubmitField("Add this family", widget=GovSubmitInput())

    def warn_of(self, families: Collection[int]) -> None:
        """Ask whether it is one of these families; the form contains their ids, so that a tick is about no others."""
        self.likely.data = " ".join(map(str, sorted(families)))
        self.is_another.data = False

    def different_from(self) -> set[int]:
        """The ids of families that the person has confirmed are different."""
        ids = (self.likely.data or "").split() if self.is_another.data else []
        return set(list_numbers(ids))

    def parent_fields(self) -> list[tuple[Field, Field]]:
        """Each parent's fields, name and reference, for the template."""
        numbers = [field.name.removeprefix(PARENT_REF) for field in self if field.name.startswith(PARENT_REF)]
        return [(self[PARENT_NAME + number], self[PARENT_REF + number]) for number in numbers]

    def can_add_parent(self) -> bool:
        """Whether there may be fields for another parent."""
        return len(self.parent_fields()) < MOST_PARENTS

    def listed_parents(self) -> list[NewParent]:
        """The parents; those whose fields are both empty are left out."""
        fields = enumerate(self.parent_fields(), start=1)
        parents = [NewParent(ref=ref.data or "", name=name.data or "", number=number) for number, (name, ref) in fields]
        return [parent for parent in parents if parent.ref.strip() or parent.name.strip()]


class ParentRefField(StringField):
    """A parent's reference in the form for a new family; needed if there is a name."""

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        """Make the field; ``number`` is the parent's place."""
        super().__init__(*args, **kwargs)
        self.number = number

    def pre_validate(self, form: Any) -> None:
        """Refuse an empty reference beside a name."""
        if form[f"{PARENT_NAME}{self.number}"].data and not (self.data or "").strip():
            raise ValidationError(f"Enter a reference for parent {self.number}, such as P{self.number}")


def build_new_family_form(sent: Mapping[str, str]) -> NewFamilyForm:
    """The form with fields for one parent, or for those that were sent, and one more if that was requested.

    The next free reference is the default for the last parent.
    """
    numbers = range(1, MOST_PARENTS + 1)
    last = max((number for number in numbers if f"{PARENT_REF}{number}" in sent), default=1)
    proposed = "" if sent else propose_parent_ref([])
    if MORE in sent and last < MOST_PARENTS:
        last += 1
        proposed = propose_parent_ref(sent.get(f"{PARENT_REF}{number}", "") for number in numbers)
    fields: dict[str, Any] = {}
    for number in range(1, last + 1):
        fields[f"{PARENT_NAME}{number}"] = StringField(
            "What you call this parent (optional)", widget=GovTextInput(), description=NAME_HINT if number == 1 else ""
        )
        fields[f"{PARENT_REF}{number}"] = ParentRefField(
            "Parent reference",
            widget=GovTextInput(),
            description=PARENT_REF_HINT,
            default=proposed if number == last else "",
            number=number,
        )
    fields["first_fields"] = ("ref", "name", "council_ref", *fields, *InterventionFields.first_fields)
    form: NewFamilyForm = type("NewFamilyForm", (NewFamilyForm,), fields)()
    return form


class NewParentForm(RecordForm):
    """Another parent of a family."""

    name = StringField("What you call this parent (optional)", widget=GovTextInput(), description=NAME_HINT)
    ref = StringField(
        "Parent reference",
        widget=GovTextInput(),
        description=PARENT_REF_HINT,
        validators=[InputRequired("Enter a reference for the parent")],
    )
    intervention_ids = ChoicesField(
        "Interventions they take part in", widget=CheckboxesInput(), option_widget=ListWidget(), coerce=int
    )
    submit = SubmitField("Add this parent", widget=GovSubmitInput())

    def offer(self, interventions: list[tuple[Intervention, str]], proposed: list[int]) -> None:
        """List the family's interventions with their labels; the ``proposed`` ids are the default."""
        self.intervention_ids.choices = choices((intervention.id, name) for intervention, name in interventions)
        if not self.is_submitted():
            self.intervention_ids.data = proposed


class FamilyNamesForm(RecordForm):
    """The names of a family and its parents. ``build_names_form`` adds a field for each parent."""

    name = StringField("What you call this family (optional)", widget=GovTextInput(), description=NAME_HINT)
    council_ref = StringField("Council reference", widget=GovTextInput(), description=COUNCIL_REF_HINT)
    submit = SubmitField("Save these names", widget=GovSubmitInput())

    def parent_fields(self) -> list[Field]:
        """The parents' fields, for the template."""
        return [field for field in self if field.name.startswith(PARENT_FIELD)]

    def parent_names(self) -> dict[int, str]:
        """The name typed for each parent, by their id."""
        return {int(field.name.removeprefix(PARENT_FIELD)): field.data or "" for field in self.parent_fields()}


def build_names_form(family: Family) -> FamilyNamesForm:
    """The form for this family. A parent's field has their id in its name, so that names cannot be mixed up."""
    fields = {
        f"{PARENT_FIELD}{parent.id}": StringField(
            f"What you call parent {parent.ref} (optional)", widget=GovTextInput(), default=parent.name
        )
        for parent in family.parents
    }
    form: FamilyNamesForm = type("FamilyNamesForm", (FamilyNamesForm,), fields)(obj=family)
    return form


class NewInterventionForm(InterventionFields):
    """Another period of support to a family."""

    parent_ids = ChoicesField("Parents who take part", widget=CheckboxesInput(), option_widget=ListWidget(), coerce=int)
    submit = SubmitField("Add this intervention", widget=GovSubmitInput())

    def offer_parents(self, parents: list[Parent]) -> None:
        """List the family's parents, all selected by default."""
        self.parent_ids.choices = choices((parent.id, parent.shown_as) for parent in parents)
        if not self.is_submitted():
            self.parent_ids.data = [parent.id for parent in parents]
