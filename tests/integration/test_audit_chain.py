"""The audit trail is a chain: whoever changes it by hand is found, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from star_tracker.domain.errors import DomainError
from star_tracker.domain.looks import READ
from star_tracker.extensions import db
from star_tracker.keys import WrongKeyError
from star_tracker.models import AuditChain, AuditEntry, key_ring
from star_tracker.models.audit import FIRST_HASH
from star_tracker.queries.audit import audit_chain
from star_tracker.queries.audit.audit_chain import verify_chain
from star_tracker.records.access_log import log_access
from tests.integration.test_command_line import run
from tests.support.apps import NOW
from tests.support.stolen import hash_without_key
from tests.support.tiny import BY_SOMEBODY

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
    log_access(BY_SOMEBODY, action=READ, entity="family", entity_id=number, details={"page": "a page"})


def sql(*statements: str) -> None:
    """What somebody does to the database by hand."""
    for statement in statements:
        db.session.execute(text(statement))
    db.session.commit()


def sql_numbers(statement: str) -> list[int]:
    return list(db.session.scalars(text(statement)))


def get_chain() -> AuditChain:
    return db.session.get_one(AuditChain, 1)


def make_by_hand(entry_id: int, previous_hash: str) -> AuditEntry:
    entry = AuditEntry(id=entry_id, at=NOW, actor="nobody", source="", action="read", entity="family")
    entry.previous_hash = previous_hash
    return entry


def add_by_hand(entry_id: int, previous_hash: str) -> None:
    """An entry that is well made by somebody with the keys, save that the chain's end does not know it."""
    entry = make_by_hand(entry_id, previous_hash)
    entry.hash = entry.hash_with(get_chain().key)
    db.session.add(entry)
    db.session.commit()


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
    entry.hash = entry.hash_with(get_chain().key)
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


@pytest.mark.parametrize(
    "change", ["entries = 8", f"last_hash = '{FIRST_HASH}'", f"seal = '{FIRST_HASH}'", "entries = 0, last_hash = seal"]
)
def test_a_changed_end_is_found(chain: Chain, change: str) -> None:
    sql(f"UPDATE audit_chain SET {change}")
    assert_broken("the end of the chain in audit_chain was changed by hand")


def test_a_deleted_end_is_found(chain: Chain) -> None:
    sql("DELETE FROM audit_chain")
    assert_broken("the row of audit_chain was deleted")


@pytest.mark.parametrize("hidden", ["", "no ciphertext", "né", "what the pages encrypted"])
def test_a_key_that_was_put_in_the_chains_place_is_not_used(chain: Chain, hidden: str) -> None:
    if hidden == "what the pages encrypted":
        hidden = key_ring().encrypt("ab" * 32)  # as a note: whoever wrote it knows the key
    db.session.execute(text("UPDATE audit_chain SET key = :hidden"), {"hidden": hidden})
    db.session.commit()
    assert_broken("the chain's key in audit_chain was changed")
    with pytest.raises(WrongKeyError):
        look(10)


def test_an_entry_added_without_the_key_is_found_however_the_end_is_changed(chain: Chain) -> None:
    entry = make_by_hand(chain.ids[-1] + 1, chain.hash)
    entry.hash = hash_without_key(entry)
    db.session.add(entry)
    db.session.commit()
    sql(f"UPDATE audit_chain SET entries = entries + 1, last_hash = '{entry.hash}'")
    assert_broken(f"entry {chain.ids[-1] + 1} does not say what was written: it was changed, or added by hand")


def read_end() -> dict[str, Any]:
    return dict(db.session.execute(text("SELECT * FROM audit_chain")).mappings().one())


def cut_off_the_end(chain: Chain, *, kept: int) -> None:
    """Make the end fit, without the key, to the entries that are left."""
    sql(f"DELETE FROM audit_entries WHERE id > {chain.ids[0] + kept - 1}")
    last = db.session.scalar(text("SELECT hash FROM audit_entries ORDER BY id DESC")) or FIRST_HASH
    sql(f"UPDATE audit_chain SET entries = {kept}, last_hash = '{last}'")


@pytest.mark.parametrize("kept", [0, 6])
def test_an_end_cut_off_without_the_key_is_found_and_no_later_entry_covers_it_up(
    chain: Chain, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    cut_off_the_end(chain, kept=kept)
    for _number in range(2):
        assert_broken("the end of the chain in audit_chain was changed by hand: entries may have been cut off")
        assert not caplog.messages
        look(10)
        assert caplog.messages == ["audit_chain was changed by hand: star-tracker audit verify says more"]
        caplog.clear()


def test_an_older_end_put_back_is_found_by_a_hash_that_was_noted(chain: Chain) -> None:
    older = read_end()
    look(10)
    noted = verify_chain().hash
    sql("DELETE FROM audit_entries WHERE hash = (SELECT last_hash FROM audit_chain)")
    set_end = "UPDATE audit_chain SET entries = :entries, last_hash = :last_hash, seal = :seal"
    db.session.execute(text(set_end), older)
    db.session.commit()
    verify_chain(expected=chain.hash)  # nothing in the database tells
    assert_broken(f"no entry has the expected hash {noted}", expected=noted)


def test_chain_rewritten_with_the_keys_is_detected_by_a_noted_hash(chain: Chain) -> None:
    end, entries = get_chain(), db.session.query(AuditEntry).order_by(AuditEntry.id).all()
    end.entries, end.last_hash = 0, FIRST_HASH
    end.seal = end.make_seal()
    for entry in entries:
        entry.actor = "somebody.else@example.org"
    end.append(entries)
    db.session.commit()
    verify_chain()  # nothing in the database tells
    assert_broken(f"no entry has the expected hash {chain.hash}", expected=chain.hash)


def test_command_reports_a_broken_chain_in_one_line(chain: Chain, database_url: str) -> None:
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
