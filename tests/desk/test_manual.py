"""What is entered of manual lines, and what it comes to."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.ledger.two import LINE, A, B, seed
from wideberth.desk import manual, manual_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.manual import Line, State
from wideberth.desk.manual_entries import (
    Answered,
    Called,
    Confirmed,
    History,
    Joined,
    Opened,
    Planned,
    Row,
    Told,
)
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, canonical, feed, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Origin
from wideberth.model.manual import ANSWERS, EVENTS, READ_BACKS, RUNGS, TRANSITIONS, Answer, ReadBack
from wideberth.model.plan import Plan
from wideberth.node.phrases import shipped
from wideberth.space.altitude import SURFACE, UNLIMITED
from wideberth.space.ground import Circle
from wideberth.space.volume import Volume

PAGE = Path(__file__).parents[2] / "docs" / "manual.md"
PRIVATE = Origin(ids.PRIVATE, A.name, "main", 0)
MAIN = Origin(LINE.id, A.name, "main", 0)
MANUAL = ids.base32(seed("manual"))
NOTICE = f"n-{ids.base32(bytes(16))}"
AT_MS = 1_900_000_000_000
OPENED = Opened(MANUAL, "Harbour office", "telephone", "en", "full", "crewed")
TOLD = Told(MANUAL, NOTICE, 1, bytes(32), "survey, planned", "watch officer", AT_MS, "en", "matched")
ANSWER = Answered(MANUAL, NOTICE, 1, "acknowledged", "watch officer", AT_MS, "en")
VOLUME = Volume(Circle((330_000_000, 340_000_000), 20_000), SURFACE, UNLIMITED, AT_MS, AT_MS + 1)
PLAN = Planned(
    MANUAL, Plan(MANUAL, f"p-{ids.base32(bytes(16))}", (VOLUME,), "survey", label="x"), 1, "clerk", AT_MS
)
CALL = Called(MANUAL, True, "flash", "stop and check", "clerk", AT_MS, "en")
ROW = Row(NOTICE, 1, "watch officer", AT_MS, AT_MS + 5, "en", bytes(32), "survey", "none")
ANSWERED = Row(NOTICE, 1, "watch officer", AT_MS, AT_MS + 5, "en", answer="unable")


def entry(of_type: str, value: Value, origin: Origin = PRIVATE, v: int = 1) -> Entry:
    written = feed.Written(of_type, v, {}, AT_MS)
    return feed.append(feed.Head(origin), written, value, bytes(16)).entry


def told(read_back: ReadBack, version: int = 1) -> Told:
    return structs.replace(TOLD, read_back=read_back, version=version)


def answer(what: Answer, version: int = 1) -> Answered:
    return structs.replace(ANSWER, answer=what, version=version)


def line(*said: Told | Answered) -> Line:
    state = manual.evolve(State(), OPENED, AT_MS)
    for each in said:
        state = manual.evolve(state, each, AT_MS)
    return state.lines[MANUAL]


@pytest.mark.parametrize(
    "said", [OPENED, TOLD, ANSWER, CALL, PLAN, Joined(MANUAL, LINE.id)], ids=lambda x: x.TYPE
)
def test_what_is_entered_is_read_again(said: manual_entries.Private) -> None:
    cut, value = manual_entries.write(said)
    assert cut == () and said.TYPE in manual_entries.PRIVATE
    assert manual_entries.read_private(entry(said.TYPE, value)) == said


def test_large_plans_come_in_parts() -> None:
    many = structs.replace(PLAN, plan=structs.replace(PLAN.plan, volumes=(VOLUME,) * 500))
    cut, value = manual_entries.write(many)
    found = entry(many.TYPE, value)
    assert cut and manual_entries.parts_of(found) == cut[0].sha256
    assert manual_entries.read_private(found, cut) == many
    assert manual_entries.parts_of(entry(TOLD.TYPE, manual_entries.write(TOLD)[1])) is None


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (TOLD, {"version": 0}),
        (TOLD, {"at_claimed_ms": -1}),
        (TOLD, {"to": "two\nlines"}),
        (TOLD, {"what": "x" * 301}),
        (TOLD, {"read_back": "yes"}),
        (OPENED, {"channel": "pigeon"}),
        (OPENED, {"language": "English"}),
        (OPENED, {"preset": "none"}),
        (ANSWER, {"answer": "granted"}),
        (CALL, {"precedence": "slow"}),
        (PLAN, {"state": "gone"}),
    ],
)
def test_what_is_no_such_thing_is_refused(said: manual_entries.Private, wrong: dict[str, Value]) -> None:
    _, value = manual_entries.write(said)
    with pytest.raises(Invalid) as caught:
        manual_entries.read_private(entry(said.TYPE, {**value, **wrong}))
    assert caught.value.code == "manual.entry"


def test_a_history_fits_and_is_read_again() -> None:
    longest = structs.replace(ROW, role="ש" * 100, what="漢" * 300)
    found = History((longest, ANSWERED) * (manual_entries.ROWS // 2))
    _, value = manual_entries.write(found)
    assert len(canonical.write(value, body.limit(MAIN))) < canonical.BODY
    assert manual_entries.read(entry(found.TYPE, value, MAIN)) == found
    said = Confirmed(Ref(MAIN, 3), ("confirmed", "not known"), "duty officer")
    assert manual_entries.read(entry(said.TYPE, manual_entries.write(said)[1], MAIN)) == said


@pytest.mark.parametrize(
    ("of_type", "value", "origin", "code"),
    [
        ("manual.history", {"rows": []}, MAIN, "manual.entry"),
        ("manual.history", {"rows": [{}]}, MAIN, "manual.entry"),
        ("manual.history", {"rows": [{}] * 41}, MAIN, "manual.entry"),
        ("manual.history", {"rows": [{}]}, PRIVATE, "ledger.misplaced"),
        ("manual.history", {"rows": [{}]}, Origin(LINE.id, A.name, "urgent", 0), "ledger.misplaced"),
        (
            "manual.confirmed",
            {"rows": ["yes"], "n": 1, "origin": MAIN.text, "role": "x"},
            MAIN,
            "manual.entry",
        ),
        ("manual.confirmed", {"rows": ["confirmed"], "n": -1, "origin": MAIN.text}, MAIN, "manual.entry"),
        ("manual.other", {}, MAIN, "ledger.not_understood"),
    ],
)
def test_what_a_peer_may_write_there_is_checked(
    of_type: str, value: Value, origin: Origin, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        manual_entries.read(entry(of_type, value, origin))
    assert caught.value.code == code


def test_a_row_is_told_or_answered_never_both() -> None:
    _, value = manual_entries.write(History((ROW,)))
    rows = value["rows"]
    assert isinstance(rows, list)
    row = rows[0]
    assert isinstance(row, dict)
    for wrong in ({"answer": "unable"}, {"what": None}, {"sha256": None}):
        with pytest.raises(Invalid) as caught:
            manual_entries.read(entry("manual.history", {"rows": [{**row, **wrong}]}, MAIN))
        assert caught.value.code == "manual.entry"


def test_an_objection_to_what_was_heard_wrong_makes_no_way_to_an_acknowledgement() -> None:
    found = line(told("matched"), told("differed"), answer("objection"))
    assert found.reached[NOTICE].rung == "objection"
    with pytest.raises(Refused) as caught:
        manual.answered(found, answer("acknowledged"), AT_MS)
    assert caught.value.code == "manual.send_again"
    said = (told("matched"), told("differed"), answer("objection"), answer("acknowledged"))
    assert line(*said).reached[NOTICE].rung == "objection"
    assert line(*said, told("none"), answer("acknowledged")).reached[NOTICE].rung == "acknowledged"


steps = st.lists(
    st.one_of(
        st.builds(told, st.sampled_from(READ_BACKS), st.integers(1, 3)),
        st.builds(answer, st.sampled_from(ANSWERS), st.integers(1, 3)),
    ),
    max_size=12,
)


@given(steps)
@settings(max_examples=50)
def test_nothing_is_acknowledged_that_was_not_told_in_that_version_last(said: list[Told | Answered]) -> None:
    found = line(*said)
    assert len(found.rows) == len(said), "all of it stays in the record"
    reached = found.reached.get(NOTICE)
    assert (reached is None) == (not any(isinstance(each, Told) for each in said))
    if reached is None:
        return
    assert manual.rung(found, NOTICE, reached.version + 1) == "not told"
    assert reached.version == max(each.version for each in said if isinstance(each, Told))
    if reached.rung in ("acknowledged", "no objection stated"):
        tellings = [each for each in said if isinstance(each, Told) and each.version == reached.version]
        assert tellings[-1].read_back != "differed"


@given(steps, st.sampled_from(ANSWERS))
@settings(max_examples=50)
def test_what_is_decided_is_what_is_folded(said: list[Told | Answered], what: Answer) -> None:
    found = line(*said)
    version = found.reached[NOTICE].version if NOTICE in found.reached else 1
    entered = answer(what, version)
    try:
        manual.answered(found, entered, AT_MS)
    except Refused as error:
        assert error.code == ("manual.send_again" if NOTICE in found.reached else "manual.not_told")
        assert line(*said, entered).reached == found.reached
    else:
        assert line(*said, entered).reached[NOTICE].rung == what


def test_what_is_offered_counts_the_last_word_of_the_other_party() -> None:
    ours, theirs = Ref(MAIN, 1), Ref(Origin(LINE.id, B.name, "main", 0), 4)
    history, yes = History((ROW, ANSWERED)), Confirmed(ours, ("confirmed", "confirmed"), "duty officer")
    no = structs.replace(yes, rows=("disputed", "not known"))
    said: list[tuple[Ref, History | Confirmed, bool]] = [
        (ours, history, False),
        (theirs, yes, False),
        (theirs._replace(n=5), no, False),
    ]
    [found] = manual.offered(said)
    assert found.confirmed == no and found.by == A.name
    short = structs.replace(yes, rows=("confirmed",))
    nowhere = structs.replace(yes, history=ours._replace(n=9))
    for each, by, disputed in (
        (yes, ours, False),
        (short, theirs, False),
        (nowhere, theirs, False),
        (yes, theirs, True),
    ):
        [found] = manual.offered([(ours, history, False), (by, each, disputed)])
        assert found.confirmed is None
    with pytest.raises(Invalid):
        manual.confirm(found, B.name, ["confirmed"], "duty officer")
    assert manual.confirm(found, B.name, ["confirmed", "disputed"], "duty officer").history == ours


def test_a_long_history_is_offered_in_pieces() -> None:
    found = line(*[told("none")] * 100)
    pieces = manual.histories(found)
    assert [len(each.rows) for each in pieces] == [40, 40, 20]
    assert sum((each.rows for each in pieces), ()) == found.rows
    assert manual.histories(line()) == ()


def test_of_a_line_that_there_is_not_nothing_counts() -> None:
    for said in (TOLD, ANSWER, CALL, PLAN, Joined(MANUAL, LINE.id)):
        assert manual.evolve(State(), said, AT_MS) == State()


def test_the_page_shows_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = [
        tuple(each)
        for each in re.findall(r"^\| ([a-z: ]+) \| ([a-z: ]+) \| ([a-z: ]+) \|$", text, re.MULTILINE)
    ]
    assert rows[1 : rows.index(("proposal", "event", "then"))] == [
        (before, event, after) for before, some in TRANSITIONS.items() for event, after in some.items()
    ]
    for name, means in RUNGS.items():
        assert f"| **{name}** | {means} |" in text
    for event, entered in EVENTS.items():
        assert f"- *{event}*: {entered}" in text


@pytest.mark.parametrize(
    "text", ["Smith +963 11 555 0100", "desk@example.org", "watch officer, 0933 222 333"]
)
def test_nobody_can_be_found_in_what_is_entered(text: str) -> None:
    found = line(TOLD)
    entered: list[Callable[[], object]] = [
        lambda: manual.opened(State(), structs.replace(OPENED, label=text)),
        lambda: manual.told(structs.replace(TOLD, to=text), ["x"], AT_MS),
        lambda: manual.answered(found, structs.replace(ANSWER, by=text), AT_MS),
        lambda: manual.called(structs.replace(CALL, role=text), shipped(), AT_MS),
        lambda: manual.called(structs.replace(CALL, words=text), shipped(), AT_MS),
        lambda: manual.planned(found, PLAN.plan, text, AT_MS, AT_MS),
    ]
    for each in entered:
        with pytest.raises(Invalid) as caught:
            each()
        assert caught.value.code == "manual.personal" and text not in str(caught.value)
