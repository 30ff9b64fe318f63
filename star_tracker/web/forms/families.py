"""Forms about families, parents and interventions."""

from collections.abc import Collection

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea, GovTextInput
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import ListWidget

from star_tracker.domain.scales import MOST_CHILDREN
from star_tracker.models import Family, Intervention, Parent, Pod, User
from star_tracker.records.families import NewIntervention, NewParent
from star_tracker.web.forms.fields import ChoicesField, DayField, RecordForm, choices, practitioner_choices
from star_tracker.web.forms.widgets import CheckboxesInput, CheckboxInput, SelectInput
from star_tracker.web.numbers import list_numbers

PARENT_FIELD = "parent_"
MOST_PARENTS = 20
"""That a new family's form takes at once."""

NAME_HINT = "Only people who may see this family read it. It is in no export and no return."
COUNCIL_REF_HINT = "The council's own number for the family, if it has one."


class InterventionFields(RecordForm):
    """What an intervention needs, on its own form and on a new family's."""

    pod_id = SelectField("Pod", widget=SelectInput(), validators=[InputRequired("Choose a pod")])
    practitioner_id = SelectField("Practitioner", widget=SelectInput())
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

    def offer(self, pods: list[Pod], practitioners: list[User], chosen_practitioner: int | None) -> None:
        """Fill the lists; ``chosen_practitioner`` is proposed."""
        undecided = [("", "Choose a pod")] if len(pods) != 1 else []
        self.pod_id.choices = choices(undecided) + choices((pod.id, pod.name) for pod in pods)
        self.practitioner_id.choices = practitioner_choices(practitioners)
        if not self.is_submitted() and chosen_practitioner:
            self.practitioner_id.data = str(chosen_practitioner)

    def new_intervention(self) -> NewIntervention:
        """The intervention as ``records`` takes it; ask only a form that is valid."""
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
    """A family with its parents and its first intervention."""

    first_fields = ("ref", "name", "council_ref", "parent_refs")
    ref = StringField("Family reference", widget=GovTextInput(), validators=[InputRequired("Enter a reference")])
    name = StringField("What you call them (optional)", widget=GovTextInput(), description=NAME_HINT)
    council_ref = StringField("Council reference", widget=GovTextInput(), description=COUNCIL_REF_HINT)
    parent_refs = TextAreaField(
        "Parents",
        widget=GovTextArea(),
        description="One parent on a line: a reference and, if you like, a comma and their name, such as P1, Ada.",
        validators=[InputRequired("Enter a reference for at least one parent")],
    )
    is_another = BooleanField("This is another family: add it", widget=CheckboxInput())
    likely = HiddenField()
    submit = SubmitField("Add this family", widget=GovSubmitInput())

    def warn_of(self, families: Collection[int]) -> None:
        """Ask whether it is one of these families, whose ids the form keeps: a tick is about no others."""
        self.likely.data = " ".join(map(str, sorted(families)))
        self.is_another.data = False

    def not_these(self) -> set[int]:
        """The families of which the person says that it is another."""
        ids = (self.likely.data or "").split() if self.is_another.data else []
        return set(list_numbers(ids))

    def validate_parent_refs(self, field: TextAreaField) -> None:
        """No family has so many: a list that was pasted by mistake is not recorded."""
        if (number := len(self.listed_parents())) > MOST_PARENTS:
            raise ValidationError(
                f"Enter at most {MOST_PARENTS} parents here, one on a line; these are {number:,}. More can be added on "
                "the family’s page"
            )

    def listed_parents(self) -> list[NewParent]:
        """The parents, one on a line: what stands before the first comma is the reference, after it the name."""
        lines = [line.partition(",") for line in (self.parent_refs.data or "").splitlines() if line.strip()]
        return [NewParent(ref=ref, name=name) for ref, _comma, name in lines]


class NewParentForm(RecordForm):
    """Another parent of a family."""

    parent_refs = StringField(
        "Parent reference", widget=GovTextInput(), validators=[InputRequired("Enter a reference for the parent")]
    )
    name = StringField("What you call them (optional)", widget=GovTextInput(), description=NAME_HINT)
    intervention_ids = ChoicesField(
        "Interventions they take part in", widget=CheckboxesInput(), option_widget=ListWidget(), coerce=int
    )
    submit = SubmitField("Add this parent", widget=GovSubmitInput())

    def offer(self, interventions: list[tuple[Intervention, str]], proposed: list[int]) -> None:
        """List the family's interventions with their names."""
        self.intervention_ids.choices = choices((intervention.id, name) for intervention, name in interventions)
        if not self.is_submitted():
            self.intervention_ids.data = proposed


class FamilyNamesForm(RecordForm):
    """What a family and its parents are called. ``build_names_form`` adds a field for each parent."""

    name = StringField("What you call this family (optional)", widget=GovTextInput(), description=NAME_HINT)
    council_ref = StringField("Council reference", widget=GovTextInput(), description=COUNCIL_REF_HINT)
    submit = SubmitField("Save these names", widget=GovSubmitInput())

    def parent_fields(self) -> list[Field]:
        """The parents' fields, for the template."""
        return [field for field in self if field.name.startswith(PARENT_FIELD)]

    def parent_names(self) -> dict[int, str]:
        """What was typed for each parent, by their id."""
        return {int(field.name.removeprefix(PARENT_FIELD)): field.data or "" for field in self.parent_fields()}


def build_names_form(family: Family) -> FamilyNamesForm:
    """The form for this family. A parent's field carries their id: a name can never end up with somebody else."""
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
        """List the family's parents, all of them proposed."""
        self.parent_ids.choices = choices((parent.id, parent.shown_as) for parent in parents)
        if not self.is_submitted():
            self.parent_ids.data = [parent.id for parent in parents]
