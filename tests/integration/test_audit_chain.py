"""The audit trail is a chain: whoever changes it by hand is found, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import text

from star_tracker.domain.errors import DomainError
from star_tracker.extensions import db
from star_tracker.models import AuditChain, AuditEntry
from star_tracker.queries import audit_chain
from star_tracker.queries.audit_chain import verify_chain
from star_tracker.records.audit import FIRST_HASH, hash_entry
from star_tracker.records.reading import READ, log_reading
from tests.integration.test_command_line import run
from tests.support.apps import NOW
from tests.support.tiny import SOMEBODY

ENTRIES = 9


@dataclass(frozen=True)
class Chain:
    """The chain's entries by number, and its last hash."""

    ids: list[int]
    hash: str


@pytest.fixture
def chain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Chain:
    """Nine entries, read four at a time."""
    monkeypatch.setattr(audit_chain, "ENTRIES_AT_A_TIME", 4)
    for number in range(ENTRIES):
        look(number)
    return Chain(sql_numbers("SELECT id FROM audit_entries ORDER BY id"), verify_chain().hash)


def look(number: int) -> None:
    log_reading(actor=SOMEBODY, now=NOW, what=READ, entity="family", entity_id=number, details={"page": "a page"})


def sql(*statements: str) -> None:
    """What somebody does to the database by hand."""
    for statement in statements:
        db.session.execute(text(statement))
    db.session.commit()


def sql_numbers(statement: str) -> list[int]:
    return list(db.session.scalars(text(statement)))


def add_by_hand(entry_id: int, previous_hash: str) -> str:
    """An entry that is well made, save that nobody wrote it; its hash."""
    entry = AuditEntry(id=entry_id, at=NOW, actor="nobody", source="", action="read", entity="family")
    entry.previous_hash = previous_hash
    entry.hash = hash_entry(entry)
    db.session.add(entry)
    db.session.commit()
    return entry.hash


def assert_broken(*words: str, expected: str = "") -> None:
    with pytest.raises(DomainError) as caught:
        verify_chain(expected=expected)
    for said in words:
        assert said in caught.value.message


def test_a_chain_that_nobody_touched_is_whole(chain: Chain) -> None:
    end = verify_chain(expected=chain.hash)
    assert (end.entries, end.hash) == (ENTRIES, chain.hash)
    look(10)
    assert verify_chain(expected=chain.hash).entries == ENTRIES + 1


def test_many_people_who_look_at_once_make_one_chain(app: Flask, chain: Chain) -> None:
    def look_apart(number: int) -> None:
        with app.app_context():
            look(number)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(look_apart, range(30)))
    assert verify_chain(expected=chain.hash).entries == ENTRIES + 30


@pytest.mark.usefixtures("app")
def test_a_chain_without_an_entry_is_whole() -> None:
    end = verify_chain(expected=FIRST_HASH)
    assert (end.entries, end.hash) == (0, FIRST_HASH)


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody.else@example.org'",
        "source = '203.0.113.9'",
        "action = 'record'",
        "entity = 'star'",
        "entity_id = 77",
        "family_id = 77",
        "at = '2019-04-10 12:00:01'",
        "after = NULL",
        "after = 'no ciphertext'",
        "before = (SELECT after FROM audit_entries WHERE entity_id = 1)",
        "hash = '" + "f" * 64 + "'",
    ],
)
@pytest.mark.parametrize("place", [0, 4, ENTRIES - 1], ids=["first", "middle", "last"])
def test_a_changed_entry_is_named(chain: Chain, place: int, change: str) -> None:
    sql(f"UPDATE audit_entries SET {change} WHERE id = {chain.ids[place]}")
    assert_broken(f"entry {chain.ids[place]} does not say what was written")


def test_a_changed_entry_with_a_hash_to_match_does_not_fit_the_next(chain: Chain) -> None:
    entry = db.session.get_one(AuditEntry, chain.ids[3])
    entry.actor = "somebody.else@example.org"
    entry.hash = hash_entry(entry)
    db.session.commit()
    assert_broken(f"entry {chain.ids[4]} does not follow the one before it", "missing, or was changed")


@pytest.mark.parametrize(("place", "number"), [(0, 1), (4, 5), (3, 4)], ids=["first", "middle", "last of a batch"])
def test_a_missing_entry_is_found_at_the_next(chain: Chain, place: int, number: int) -> None:
    sql(f"DELETE FROM audit_entries WHERE id = {chain.ids[place]}")
    assert_broken(f"entry {chain.ids[number]} does not follow the one before it: what stood between them is missing")


def test_missing_entries_at_the_end_are_found_and_so_are_all(chain: Chain) -> None:
    sql(f"DELETE FROM audit_entries WHERE id >= {chain.ids[7]}")
    assert_broken(f"entries are missing after entry {chain.ids[6]}: 9 were written, 7 are there")
    look(10)
    last = sql_numbers("SELECT max(id) FROM audit_entries")[0]
    assert_broken(f"entry {last} does not follow the one before it")
    sql("DELETE FROM audit_entries")
    assert_broken("entries are missing from the first on: 10 were written, 0 are there")


@pytest.mark.parametrize("first", [0, 3, ENTRIES - 2], ids=["at the start", "across batches", "at the end"])
def test_a_swapped_pair_is_found(chain: Chain, first: int) -> None:
    one, other = chain.ids[first], chain.ids[first + 1]
    sql(
        f"UPDATE audit_entries SET id = -1 WHERE id = {one}",
        f"UPDATE audit_entries SET id = {one} WHERE id = {other}",
        f"UPDATE audit_entries SET id = {other} WHERE id = -1",
    )
    assert_broken(f"entry {one} stands in the wrong place: what was written there is entry {other}")


def test_an_entry_added_by_hand_is_found_at_the_end(chain: Chain) -> None:
    add_by_hand(chain.ids[-1] + 1, chain.hash)
    assert_broken(f"entry {chain.ids[-1] + 1} was added by hand: the chain had ended before it")


def test_an_entry_added_by_hand_is_found_before_the_first_and_between_two(chain: Chain) -> None:
    add_by_hand(chain.ids[0] - 1, "e" * 64)
    assert_broken(f"entry {chain.ids[0] - 1} was added by hand: what was written in its place is entry {chain.ids[0]}")
    sql(f"DELETE FROM audit_entries WHERE id = {chain.ids[0] - 1}")
    assert verify_chain().entries == ENTRIES
    sql(f"UPDATE audit_entries SET id = id + 100 WHERE id > {chain.ids[4]}")
    add_by_hand(chain.ids[4] + 1, "e" * 64)
    assert_broken(f"entry {chain.ids[4] + 1} was added by hand", f"is entry {chain.ids[5] + 100}")


@pytest.mark.usefixtures("app")
def test_the_only_entry_may_not_be_one_added_by_hand() -> None:
    add_by_hand(1, FIRST_HASH)
    assert_broken("entry 1 was added by hand")


def test_a_changed_end_is_found(chain: Chain) -> None:
    sql("UPDATE audit_chain SET entries = 8")
    assert_broken("audit_chain was changed: it counts 8 entries, 9 are there")
    sql("DELETE FROM audit_chain")
    assert_broken("the row of audit_chain was deleted")


def cut_off_the_end(chain: Chain) -> None:
    sql(f"DELETE FROM audit_entries WHERE id > {chain.ids[5]}")
    entry = db.session.get_one(AuditEntry, chain.ids[5])
    sql(f"UPDATE audit_chain SET entries = 6, hash = '{entry.hash}'")


def write_anew(_chain: Chain) -> None:
    last = FIRST_HASH
    for entry in db.session.query(AuditEntry).order_by(AuditEntry.id).all():
        entry.actor, entry.previous_hash = "somebody.else@example.org", last
        entry.hash = last = hash_entry(entry)
    db.session.get_one(AuditChain, 1).hash = last
    db.session.commit()


@pytest.mark.parametrize("forge", [cut_off_the_end, write_anew])
def test_a_chain_that_was_made_to_fit_is_found_by_a_hash_that_was_noted(
    chain: Chain, forge: Callable[[Chain], None]
) -> None:
    forge(chain)
    verify_chain()  # nothing in the database tells
    assert_broken(f"no entry has the expected hash {chain.hash}", expected=chain.hash)


def test_the_command_says_so_in_one_line(chain: Chain, database_url: str) -> None:
    done = run(database_url, "audit", "verify", "--expect", chain.hash)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"9 entries, all as they were written; the last hash is {chain.hash}\n"
    done = run(database_url, "audit", "verify", "--expect", "12ab")
    assert done.returncode == 2
    assert "a hash is 64 of the characters" in done.stderr
    sql(f"UPDATE audit_entries SET actor = 'x' WHERE id = {chain.ids[4]}")
    done = run(database_url, "audit", "verify")
    assert done.returncode == 1
    assert done.stderr == (
        f"Error: entry {chain.ids[4]} does not say what was written: it was changed, or added by hand\n"
    )
