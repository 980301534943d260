"""Line checks: asked and answered, by a set of entries in any order; what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import FIRST, LINE, SECOND, A, B, Party, origin
from wideberth.desk import line_checks
from wideberth.desk.line_checks import Check, Checked, Rung, Said, State, Terms
from wideberth.errors import Invalid, Refused
from wideberth.ledger import feed, ids, merkle
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Kind, Origin
from wideberth.ledger.order import Placed

MIN = 60_000
HOUR = 60 * MIN
TERMS = Terms()
ASKED, ANSWERS = origin(A, "urgent"), origin(B, "urgent")


def entry(
    party: Party,
    n: int,
    of_type: str,
    value: Value,
    at_ms: int = 0,
    *,
    kind: Kind = "urgent",
    epoch: int = 0,
    v: int = 1,
) -> Entry:
    head = feed.Head(origin(party, kind, epoch), merkle.grown(merkle.EMPTY, [bytes(32)] * n))
    assert isinstance(value, dict)
    return feed.append(head, feed.Written(of_type, v, {}, at_ms), value, bytes(16)).entry


def placed(
    party: Party,
    n: int,
    said: Said,
    at_ms: int = 0,
    folded: Mapping[Origin, int] | None = None,
    epoch: int = 0,
) -> Placed:
    made = entry(party, n, said.TYPE, line_checks.write(said), at_ms, epoch=epoch)
    return Placed(made, folded or {}, disputed=False)


def check(n: int, at_ms: int = 0, party: Party = A, *, desk: bool = False, epoch: int = 0) -> Placed:
    return placed(party, n, Check(desk), at_ms, epoch=epoch)


def answer(
    n: int, rung: Rung = "machine", at_ms: int = 0, *, by: Party = B, folded: int | None = None
) -> Placed:
    theirs = origin(A if by == B else B, "urgent")
    role = "duty officer 2" if rung == "desk" else None
    said = Checked(theirs, n, rung, role)
    return placed(by, n, said, at_ms, {theirs: n + 1 if folded is None else folded})


def fold(*found: Placed) -> State:
    return reduce(line_checks.evolve, found, State())


def stages(state: State) -> list[str]:
    return [line_checks.stage(state, each) for each in state.asked[ASKED]]


def test_the_ladder_of_a_check() -> None:
    found = [check(0), answer(0), answer(0, "desk", at_ms=5)]
    assert [stages(fold(*found[:i])) for i in (1, 2, 3)] == [["asked"], ["machine"], ["desk"]]
    assert stages(fold(check(0), answer(0, "desk"))) == ["desk"]
    state = fold(*found)
    assert state.answers[ASKED, "desk"] == line_checks.Answer(0, 5, "duty officer 2")


def test_the_table_has_every_step() -> None:
    steps = {(stage, signal) for stage in line_checks.STAGES for signal in line_checks.SIGNALS}
    assert set(line_checks.TABLE) == steps
    assert set(line_checks.TABLE.values()) == set(line_checks.STAGES) - {"asked"}


def test_an_answer_is_for_all_checks_before_it() -> None:
    assert stages(fold(check(0), check(3), check(7), answer(3))) == ["machine", "machine", "asked"]


def test_an_answer_counts_for_what_its_author_had_seen_and_not_for_its_own() -> None:
    assert stages(fold(check(4), answer(4, folded=4))) == ["asked"]
    own = placed(A, 5, Checked(ASKED, 4, "machine"), 0, {ASKED: 9})
    assert stages(fold(check(4), own)) == ["asked"]


SOME = [
    *(check(n, n) for n in range(4)),
    *(check(n, n, B) for n in range(2)),
    *(answer(n, rung, n) for n in range(4) for rung in ("machine", "desk")),
    *(answer(n, rung, 9 - n, by=A) for n in range(2) for rung in ("machine", "desk")),
]


@given(st.permutations([*SOME, *SOME]))
def test_the_state_is_one_of_a_set(found: list[Placed]) -> None:
    assert fold(*found) == fold(*SOME)


def test_old_checks_are_only_in_the_record() -> None:
    state = fold(*(check(n) for n in range(line_checks.KEPT + 5)))
    assert [each.n for each in state.asked[ASKED]] == list(range(5, line_checks.KEPT + 5))


@pytest.mark.parametrize(
    "made",
    [
        entry(A, 0, "test.said", {}),
        entry(A, 0, "line.check", {"desk": 1}),
        entry(A, 0, "line.check", {"desk": True}, v=2),
        entry(A, 0, "line.check", {"desk": True}, kind="main"),
        entry(A, 0, "line.check", {"crit": ["soon"], "desk": True}),
        entry(B, 0, "line.checked", {"n": -1, "origin": ASKED.text, "role": None, "rung": "machine"}),
        entry(B, 0, "line.checked", {"n": True, "origin": ASKED.text, "role": None, "rung": "machine"}),
        entry(B, 0, "line.checked", {"n": 0, "origin": "x", "role": None, "rung": "machine"}),
        entry(B, 0, "line.checked", {"n": 0, "origin": ASKED.text, "role": None, "rung": "both"}),
        entry(B, 0, "line.checked", {"n": 0, "origin": ASKED.text, "role": None, "rung": ["desk"]}),
        entry(B, 0, "line.checked", {"n": 0, "origin": ASKED.text, "role": None, "rung": "desk"}),
        entry(B, 0, "line.checked", {"n": 0, "origin": ASKED.text, "role": "x", "rung": "machine"}),
        entry(B, 0, "line.checked", {"n": 0, "origin": ASKED.text, "role": 7, "rung": "machine"}),
        entry(B, 0, "line.checked", {"n": 0, "origin": ASKED.text, "role": "x" * 65, "rung": "desk"}),
    ],
)
def test_what_says_nothing_of_checks_changes_nothing(made: Entry) -> None:
    before = fold(check(0))
    assert line_checks.evolve(before, Placed(made, {ASKED: 9}, disputed=False)) == before
    with pytest.raises(Invalid):
        line_checks.read(made)


def test_a_dropped_body_says_nothing() -> None:
    made = Entry(check(0).entry.leaf, check(0).entry.header, b"", b"")
    assert fold(Placed(made, {}, disputed=False)) == State()


@pytest.mark.parametrize(
    "said", [Check(), Check(True), Checked(ASKED, 7, "machine"), Checked(ASKED, 0, "desk", "Desk 1")]
)
def test_what_is_written_is_read(said: Said) -> None:
    assert line_checks.read(placed(B, 0, said).entry) == said


def test_what_an_officer_may_answer() -> None:
    state = fold(check(2), check(5), answer(2))
    assert line_checks.answer(state, B.name, "machine") == Checked(ASKED, 5, "machine")
    assert line_checks.answer(state, B.name, "desk", "duty officer 2") == Checked(
        ASKED, 5, "desk", "duty officer 2"
    )
    done = fold(check(2), answer(2))
    assert line_checks.unanswered(done, B.name, "desk") and not line_checks.unanswered(
        done, B.name, "machine"
    )
    with pytest.raises(Refused) as caught:
        line_checks.answer(done, B.name, "machine")
    assert caught.value.code == "line_check.none"
    with pytest.raises(Refused):
        line_checks.answer(state, A.name, "machine")


@pytest.mark.parametrize(
    ("rung", "role"),
    [("desk", None), ("desk", ""), ("desk", "x" * 65), ("desk", "a@example.org"), ("machine", "x")],
)
def test_a_role_stands_where_the_desk_answers(rung: Rung, role: str | None) -> None:
    with pytest.raises(Invalid) as caught:
        line_checks.answer(fold(check(0)), B.name, rung, role)
    assert caught.value.code == "line_check.role"


def due(state: State, party: Party, now_ms: int) -> bool:
    return line_checks.due(state, LINE, party.name, 0, now_ms, TERMS)


def test_the_lesser_party_asks_and_the_other_only_where_it_does_not() -> None:
    assert [due(State(), each, 12 * HOUR - 1) for each in (FIRST, SECOND)] == [False, False]
    assert [due(State(), each, 12 * HOUR) for each in (FIRST, SECOND)] == [True, False]
    assert [due(State(), each, 12 * HOUR + 10 * MIN) for each in (FIRST, SECOND)] == [True, True]


def test_both_count_from_the_newest_check_by_their_own_clocks() -> None:
    # B's clock says so much more than A's
    state = fold(check(0, 12 * HOUR), answer(0, at_ms=100 * HOUR))
    assert [due(state, A, at) for at in (24 * HOUR - 1, 24 * HOUR + 10 * MIN)] == [False, True]
    assert [due(state, B, at) for at in (112 * HOUR - 1, 112 * HOUR + 10 * MIN)] == [False, True]


def test_nobody_asks_again_before_an_own_check_is_answered() -> None:
    assert not due(fold(check(0)), A, 100 * HOUR)
    assert due(fold(check(0), answer(0)), A, 100 * HOUR)
    # what was asked in an epoch that was given up is answered by nobody
    assert due(
        fold(
            check(0),
            check(0, epoch=1),
            placed(B, 1, Checked(origin(A, "urgent", 1), 0, "machine"), 0, {origin(A, "urgent", 1): 1}),
        ),
        A,
        100 * HOUR,
    )


def codes(state: State, party: Party, now_ms: int) -> list[tuple[str, int]]:
    return [(each.code, each.asked.n) for each in line_checks.findings(state, party.name, now_ms, TERMS)]


def test_what_is_overdue_and_what_to_do() -> None:
    state = fold(check(0, desk=True), check(1))
    assert codes(state, A, 2 * MIN - 1) == []
    assert codes(state, A, 2 * MIN) == [("line_check.no_machine", 0)]
    assert codes(state, B, 20 * MIN) == []
    (found,) = line_checks.findings(state, A.name, 4 * MIN, TERMS)
    assert found.words == (
        "The other node has not answered a line check for 4 min, 2 min agreed. "
        "Use the fallback channel, call by voice, and enter what was said."
    )
    state = fold(check(0, desk=True), check(1), answer(1))
    assert codes(state, A, 15 * MIN - 1) == []
    assert codes(state, A, 15 * MIN) == [("line_check.no_desk", 0)]
    (found,) = line_checks.findings(state, A.name, 15 * MIN, TERMS)
    assert "nobody at the desk there has answered it for 15 min, 15 min agreed" in found.words
    assert codes(fold(check(0, desk=True), answer(0), answer(0, "desk")), A, 99 * HOUR) == []
    # a check of the machine alone says nothing of the desk
    assert codes(fold(check(0), answer(0)), A, 99 * HOUR) == []


def test_the_oldest_of_each_rung_is_told() -> None:
    state = fold(check(0, desk=True), check(1, desk=True), answer(1), check(2, HOUR), check(3, HOUR))
    assert codes(state, A, 3 * HOUR) == [("line_check.no_desk", 0), ("line_check.no_machine", 2)]


def test_ask() -> None:
    assert line_checks.ask(desk=True) == Check(desk=True)
    assert ids.origin(ASKED.text) == ASKED
