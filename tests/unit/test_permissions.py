"""Who may do what, rule by rule and role by role: the table in docs/security.md as the functions have it."""

import pytest

from star_tracker.domain import permissions
from star_tracker.domain.permissions import (
    Actor,
    Rule,
    may_record_in_pod,
    may_rename_family,
    may_see_return_of,
    would_gain_by_merging,
)
from star_tracker.domain.roles import Role

PRACTITIONER, LEAD, COUNCIL, ADMINISTRATOR = Role
EVERYBODY = frozenset(Role)

RULES: list[tuple[Rule, frozenset[Role]]] = [
    (permissions.signed_in, EVERYBODY),
    (permissions.nobody, frozenset()),
    (permissions.may_read_families, frozenset({PRACTITIONER, LEAD})),
    (permissions.may_see_cohorts, frozenset({PRACTITIONER, LEAD})),
    (permissions.may_restrict_families, frozenset({LEAD})),
    (permissions.may_correct_stars, frozenset({LEAD})),
    (permissions.may_see_every_pod, frozenset({LEAD})),
    (permissions.may_prepare_returns, frozenset({LEAD})),
    (permissions.may_sign_off_returns, frozenset({LEAD})),
    (permissions.may_see_returns, frozenset({LEAD, COUNCIL})),
    (permissions.may_administer, frozenset({ADMINISTRATOR})),
    (permissions.may_see_family_audit, frozenset({LEAD})),
    (permissions.may_see_people_audit, frozenset({ADMINISTRATOR})),
    (permissions.may_see_audit, frozenset({LEAD, ADMINISTRATOR})),
    (permissions.may_answer_requests, frozenset({LEAD, ADMINISTRATOR})),
]


def somebody(*roles: Role, pod_ids: frozenset[int] = frozenset({7})) -> Actor:
    return Actor(1, "somebody@example.org", frozenset(roles), pod_ids)


@pytest.mark.parametrize(("rule", "roles"), RULES, ids=lambda value: getattr(value, "__name__", ""))
def test_rule_lets_in_these_roles_and_nobody_without_an_account(rule: Rule, roles: frozenset[Role]) -> None:
    assert {role for role in Role if rule(somebody(role))} == roles
    assert not rule(Actor(roles=EVERYBODY, pod_ids=frozenset({7})))


def test_anyone_is_let_in_without_an_account() -> None:
    assert permissions.anyone(Actor())


def test_council_sees_its_own_return_once_it_is_signed_off() -> None:
    seen = {
        (role, council_id, signed)
        for role in Role
        for council_id in (7, 8)
        for signed in (False, True)
        if may_see_return_of(
            Actor(1, roles=frozenset({role}), council_ids=frozenset({7})), council_id, is_signed_off=signed
        )
    }
    of_lead = {(LEAD, council_id, signed) for council_id in (7, 8) for signed in (False, True)}
    assert seen == of_lead | {(COUNCIL, 7, True)}


def test_practitioner_records_in_their_own_pod_and_where_they_are_named() -> None:
    ana = somebody(PRACTITIONER)
    assert [may_record_in_pod(ana, pod) for pod in (7, 8)] == [True, False]
    assert [may_record_in_pod(ana, 8, named=named) for named in ([1], [2])] == [True, False]
    assert may_record_in_pod(somebody(LEAD), 8, named=[2])


def test_family_is_renamed_by_the_lead_and_by_who_may_record_in_an_open_intervention() -> None:
    ana = somebody(PRACTITIONER)
    assert [may_rename_family(ana, open_pods) for open_pods in ([7], [8], [7, 8], [])] == [True, False, True, False]
    assert [may_rename_family(ana, [8], named=named) for named in ([1], [2])] == [True, False]
    assert not may_rename_family(ana, [], named=[1])
    assert may_rename_family(somebody(LEAD), [])
    assert not may_rename_family(Actor(roles=EVERYBODY), [7])


@pytest.mark.parametrize(
    ("roles", "gains"),
    [
        ({PRACTITIONER, ADMINISTRATOR}, True),
        ({PRACTITIONER, LEAD, ADMINISTRATOR}, False),
        ({LEAD, ADMINISTRATOR}, False),
        ({ADMINISTRATOR}, False),
    ],
)
def test_merging_pods_opens_families_to_a_practitioner_who_has_one_of_the_two(roles: set[Role], gains: bool) -> None:
    actor = somebody(*roles)
    assert [would_gain_by_merging(actor, pods) for pods in ([7, 8], [8, 9])] == [gains, False]
