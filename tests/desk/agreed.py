"""Agreements between the two parties of the tests' line, as bytes and as values."""

from __future__ import annotations

from msgspec import structs

from tests.ledger.two import A, B, seed
from wideberth.formats import agreement, agreement_draft
from wideberth.formats.agreement import Signed
from wideberth.model.agreement import Agreement, Party, Rules
from wideberth.model.separation import EVERY, Minimum, Row, Rule, SeparationTable

NUMBER = seed("agreement")[:16]
PARTIES = (Party(A.name, "Blue Heron"), Party(B.name, "Red Kite"))
FIRST = agreement_draft.draft(NUMBER, "Trial terms", PARTIES)


def read(data: bytes = FIRST) -> Signed:
    return agreement.read(data)


def terms_of(data: bytes) -> Agreement:
    """What reads terms for the fold."""
    return agreement.read(data).agreement


def after(data: bytes, old: str = '"3NM"', new: str = '"5NM"') -> bytes:
    """The version after one, with a change."""
    made = agreement_draft.following(agreement.read(data)).replace(old.encode(), new.encode())
    assert new.encode() in made
    return made


def changed(old: str, new: str, data: bytes = FIRST) -> bytes:
    assert old.encode() in data
    return data.replace(old.encode(), new.encode(), 1)


def rule(h: Minimum, v: Minimum = 1, t: Minimum = 1, f: Minimum | None = None) -> Rule:
    return Rule(h, v, t, f)


def row(a: str, b: str, *rules: Rule) -> Row:
    return Row((min(a, b), max(a, b)), rules)


def every(*rules: Rule) -> Row:
    return Row((EVERY, EVERY), rules)


def with_rows(*rows: Row) -> Agreement:
    found = read().agreement
    return structs.replace(found, terms=structs.replace(found.terms, table=SeparationTable(rows, "made up")))


def with_rules(rules: Rules) -> Agreement:
    return structs.replace(read().agreement, rules=rules)
