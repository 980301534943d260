"""What is said of the blind check: written and read again; what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk.blinded import (
    ANSWERS,
    BEGINS,
    CALL,
    CELL,
    NOTICES,
    QUESTION,
    UNTIL,
    Line,
    approve,
    commit,
    name,
    result,
)
from tests.desk.line import ONE
from tests.ledger.two import LINE, A, B, seed
from wideberth.blind import messages
from wideberth.desk import blind_audit_entries as audit_entries
from wideberth.desk import blind_entries, blind_fields
from wideberth.desk.blind_audit_entries import Agreed, Answered, Asked
from wideberth.desk.blind_entries import CELLS, FILLED, Cell, Committed, Compared, Ended, Matched, Said
from wideberth.errors import Invalid
from wideberth.ledger import approval, canonical, ids
from wideberth.ledger.ids import Kind

ALL: list[Said] = [
    Committed(commit(BEGINS)),
    Committed(commit(ANSWERS, 1, signature=seed("one") + seed("two"))),
    Compared(result(BEGINS)),
    Compared(result(ANSWERS, n=0)),
    Compared(result(ANSWERS, n=8, signature=seed("one") + seed("two"))),
    Ended(name(), "clear", UNTIL),
    Ended(name(), "matched", UNTIL, count=7),
    Ended(name(), "not clear", UNTIL, "timeout"),
    Matched(name(), (Cell(bytes(17), NOTICES[:1]), Cell(CELL, NOTICES))),
    Asked(QUESTION, approve(ANSWERS)),
    Agreed(QUESTION._replace(about=CALL), approve(BEGINS)),
    Answered(QUESTION, True, bytes(range(96))),
    Answered(QUESTION, False, bytes(128)),
]


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.TYPE)
def test_what_is_written_is_read(said: Said) -> None:
    made = Line().put(A, said)
    assert blind_entries.read(made) == said
    assert set(canonical.accept(made.body)) <= blind_entries.KNOWN[said.TYPE, 1]


@given(st.lists(st.booleans(), max_size=40).map(tuple))
def test_bits_are_those_of_the_message(filled: tuple[bool, ...]) -> None:
    made = result(BEGINS, filled=filled)
    assert blind_entries.read(Line().put(A, Compared(made))) == Compared(made)
    # in the bytes of the message they stand after its heading, before the signature: in the same order
    data = messages.write(made)[len(messages.write(result(BEGINS, n=0))) :]
    assert blind_fields.write_bits(filled) == (ids.base32(data) if filled else None)


def test_as_many_matches_as_an_entry_holds() -> None:
    most = Compared(result(BEGINS, n=FILLED))
    assert len(Line().put(A, most).body) <= canonical.BODY
    with pytest.raises(Invalid) as raised:
        blind_entries.write(Compared(result(BEGINS, n=FILLED + 1)))
    assert raised.value.code == "blind.entry"


def value(said: Said, **more: Any) -> tuple[str, dict[str, Any]]:
    return said.TYPE, {**blind_entries.write(said), **more}


COMMITTED, COMPARED = Committed(commit(A)), Compared(result(A))
CLEAR, STOPPED = Ended(name(), "clear", UNTIL), Ended(name(), "not clear", UNTIL, "timeout")
HAVE, ASKED = Matched(name(), (Cell(CELL, NOTICES),)), Asked(QUESTION, approve(ANSWERS))
ANSWER = Answered(QUESTION, True, bytes(96))
ONE_CELL = {"cell": CELL.hex(), "notices": list(NOTICES)}
LIFT = canonical.accept(approval.write(approval.sign(approval.Subject("lift", bytes(32)), seed("x"))))
BAD: list[tuple[str, tuple[str, dict[str, Any]]]] = [
    ("ledger.noun", value(COMMITTED, session="h-" + name()[2:])),
    ("ledger.base32", value(COMMITTED, session="b-short")),
    ("blind.entry", value(COMMITTED, round=-1)),
    ("blind.entry", value(COMMITTED, round=17)),
    ("blind.entry", value(COMMITTED, round=True)),
    ("blind.entry", value(COMMITTED, role="c")),
    ("blind.entry", value(COMMITTED, level=13)),
    ("blind.entry", value(COMMITTED, level=68)),
    ("blind.entry", value(COMMITTED, n=0)),
    ("blind.entry", value(COMMITTED, n=messages.MOST + 1)),
    ("blind.entry", value(COMMITTED, from_ms=-1)),
    *[
        ("ledger.base32", value(COMMITTED, **{key: "a"}))
        for key in ("key", "masked", "plans", "rules", "proof")
    ],
    ("ledger.base32", value(COMMITTED, signature="")),
    ("ledger.base32", value(COMMITTED, proof=ids.base32(bytes(32)))),
    ("blind.entry", value(COMPARED, n=FILLED + 1)),
    ("ledger.base32", value(COMPARED, n=9)),
    ("blind.entry", value(COMPARED, filled=ids.base32(b"\x01"))),
    ("ledger.base32", value(COMPARED, filled=None)),
    ("blind.entry", value(COMPARED, n=0)),
    ("ledger.base32", value(COMPARED, matches=None)),
    ("blind.entry", value(CLEAR, outcome="safe?")),
    ("blind.entry", value(CLEAR, why="timeout")),
    ("blind.entry", value(CLEAR, until_ms=None)),
    ("blind.entry", value(CLEAR, count=-1)),
    ("blind.entry", value(STOPPED, why=None)),
    ("blind.entry", value(STOPPED, why="No answer")),
    ("blind.entry", value(HAVE, cells=[])),
    ("blind.entry", value(HAVE, cells=[5])),
    ("blind.entry", value(HAVE, cells=[{**ONE_CELL, "more": 1}])),
    ("blind.entry", value(HAVE, cells=[ONE_CELL, ONE_CELL])),
    ("blind.entry", value(HAVE, cells=[{**ONE_CELL, "cell": CELL.hex().upper()}])),
    ("blind.entry", value(HAVE, cells=[{**ONE_CELL, "notices": []}])),
    ("blind.entry", value(HAVE, cells=[{**ONE_CELL, "notices": list(NOTICES)[::-1]}])),
    ("ledger.notice", value(HAVE, cells=[{**ONE_CELL, "notices": ["p-" + NOTICES[0][2:]]}])),
    ("blind.entry", value(ASKED, case=None)),
    ("blind.entry", value(ASKED, call=CALL.id)),
    ("ledger.base32", value(ASKED, case="c")),
    ("ledger.noun", value(ASKED, case=None, call="c-" + CALL.id[2:])),
    ("blind.entry", value(ASKED, cell=CELL.hex()[2:])),
    ("blind.entry", value(ASKED, approvals=[])),
    ("blind.entry", value(ASKED, approvals=["yes"])),
    ("ledger.approval", value(ASKED, approvals=[{}])),
    ("blind.entry", value(ASKED, approvals=[LIFT])),
    ("blind.entry", value(ANSWER, present=1)),
    ("blind.entry", value(ANSWER, proof="")),
    ("blind.entry", value(ANSWER, proof=ids.base32(bytes(129)))),
    ("blind.entry", value(ANSWER, proof=None)),
    ("ledger.base32", value(ANSWER, proof="ab1")),
]


@pytest.mark.parametrize(("code", "written"), BAD)
def test_what_says_something_else_is_refused(code: str, written: tuple[str, dict[str, Any]]) -> None:
    made = Line().write(A, *written)
    with pytest.raises(Invalid) as raised:
        blind_entries.read(made)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("kind", "v", "code"), [("urgent", 1, "ledger.misplaced"), ("main", 2, "ledger.not_understood")]
)
def test_it_stands_in_a_main_feed_in_version_1(kind: Kind, v: int, code: str) -> None:
    made = Line().write(A, CLEAR.TYPE, blind_entries.write(CLEAR), kind=kind, v=v)
    with pytest.raises(Invalid) as raised:
        blind_entries.read(made)
    assert raised.value.code == code


def test_many_cells_are_said_in_several_entries_that_fit() -> None:
    cells = [Cell(bytes([20]) + n.to_bytes(16, "big"), NOTICES) for n in range(1_000)]
    said = blind_entries.matched(name(), cells[::-1])
    assert len(said) > 1 and [cell for each in said for cell in each.cells] == cells
    talk = Line()
    for each in said:
        assert blind_entries.read(talk.put(A, each)) == each
        assert len(canonical.write(blind_entries.write(each))) > CELLS / 2 or each is said[-1]


def test_more_notices_than_one_entry_holds_of_a_cell() -> None:
    many = tuple(sorted(f"n-{ids.base32(n.to_bytes(16, 'big'))}" for n in range(2_500)))
    said = blind_entries.matched(name(), [Cell(CELL, many), Cell(bytes(17), NOTICES), Cell(b"z" * 17, ())])
    talk = Line()
    again = [blind_entries.read(talk.put(A, each)) for each in said]
    assert again == said
    cells = [cell for each in said for cell in each.cells]
    assert sum((cell.notices for cell in cells if cell.term == CELL), ()) == many
    assert {cell.term for cell in cells} == {CELL, bytes(17)}


def test_what_is_signed_says_line_run_round_cell_incident_and_who_asks() -> None:
    one = audit_entries.text(LINE.id, A.name, QUESTION)
    others = [
        audit_entries.text(LINE.id, B.name, QUESTION),
        audit_entries.text(name(), A.name, QUESTION),
        audit_entries.text(LINE.id, A.name, QUESTION._replace(session=name(1))),
        audit_entries.text(LINE.id, A.name, QUESTION._replace(round=0)),
        audit_entries.text(LINE.id, A.name, QUESTION._replace(cell=bytes(17))),
        audit_entries.text(LINE.id, A.name, QUESTION._replace(about=CALL)),
    ]
    assert len({one, *others}) == 7
    assert canonical.accept(one)["type"] == "wideberth.audit"
    [signed] = approve(A, ONE, asker=A)
    assert approval.verifies(signed) and signed.subject == audit_entries.subject(one)


FIELDS = st.sampled_from(sorted({field for names in blind_entries.KNOWN.values() for field in names}))
NAMES = st.sampled_from([name(), name(1), A.name, CELL.hex(), CALL.id, NOTICES[0], "a", "b", "clear"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 2**53 - 1) | st.text("a-7é", max_size=6) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.sampled_from(ALL), st.dictionaries(FIELDS, JSON, max_size=4), st.booleans())
def test_whatever_a_peer_writes_is_read_or_changes_nothing(
    said: Said, found: dict[str, Any], whole: bool
) -> None:
    line = Line()
    line.round()
    line.round(1)
    before = line.blinds
    # with the rest as it should be, each field is reached
    line.write(ANSWERS, said.TYPE, {**(blind_entries.write(said) if whole else {}), **found})
    after = line.blinds
    assert after == before or set(before.runs) <= set(after.runs)
