"""Talks: written and read again, arranged, held, minuted, signed or differed from."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from msgspec import structs

from tests.desk.talked import FIRST, ID, NOW, OURS, THEIRS, Meeting, about, held, sha
from tests.ledger.two import LINE, A, B, Party, seed
from wideberth.desk import talks, talks_entries
from wideberth.desk.talks import State
from wideberth.desk.talks_entries import (
    Answered,
    Attended,
    CalledOff,
    Differed,
    Minuted,
    Outcome,
    Proposed,
    Said,
    Signed,
)
from wideberth.errors import Invalid, WideberthError
from wideberth.ledger import entries, order, parts
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Kind
from wideberth.model import talks as model
from wideberth.model.talks import OVER, TRANSITIONS, Event, Invitation, Phase

ALL: list[Said] = [
    Proposed(FIRST),
    Proposed(structs.replace(FIRST, version=2, place="the crossing, hut 3")),
    Answered(*about(), 1, "attend"),
    Answered(*about(), 1, "another time", NOW),
    Attended(*about(), ("commander",)),
    Minuted(*about(), 1, sha(OURS), OURS),
    Minuted(*about(), 2, sha(OURS)),
    Signed(*about(), sha(OURS)),
    Differed(*about(), sha(OURS), "one\ntwo"),
    Outcome(*about(), bytes(32)),
    Outcome(*about(), None, "a communiqué"),
    CalledOff(*about()),
]


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.TYPE)
def test_what_is_written_is_read(said: Said) -> None:
    assert talks_entries.read(Meeting().said(A, said)) == said


def of(said: Said, **more: Any) -> tuple[str, dict[str, Any]]:
    return said.TYPE, {**talks_entries.write(said), **more}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("ledger.noun", of(ALL[0], talks="h-" + ID[2:])),
        ("talks.entry", of(ALL[0], parties=[A.name])),
        ("talks.entry", of(ALL[0], parties=[A.name, A.name])),
        ("talks.entry", of(ALL[0], parties=None)),
        ("talks.entry", of(ALL[0], version=0)),
        ("talks.entry", of(ALL[0], title="")),
        ("talks.entry", of(ALL[0], title="call me: somebody@example.org")),
        ("talks.entry", of(ALL[0], agenda=[])),
        ("talks.entry", of(ALL[0], agenda=["one\ntwo"])),
        ("talks.entry", of(ALL[0], at_ms=-1)),
        ("talks.entry", of(ALL[0], place=7)),
        ("talks.entry", of(ALL[2], answer="perhaps")),
        ("talks.entry", of(ALL[2], at_ms=NOW)),
        ("talks.entry", of(ALL[3], at_ms=None)),
        ("ledger.base32", of(ALL[4], by="somebody")),
        ("talks.entry", of(ALL[4], roles=[])),
        ("talks.entry", of(ALL[5], text=THEIRS)),
        ("talks.entry", of(ALL[5], text=5)),
        ("talks.entry", of(ALL[8], differences=" \n")),
        ("talks.entry", of(ALL[8], differences="+357 99 123456 78")),
        ("talks.entry", of(ALL[9], agreement=None)),
        ("ledger.base32", of(ALL[7], sha256="x")),
    ],
)
def test_what_says_something_else_is_refused_and_changes_nothing(
    code: str, found: tuple[str, dict[str, Any]]
) -> None:
    meeting = held()
    before = meeting.all
    made = meeting.write(A, *found)
    with pytest.raises(Invalid) as raised:
        talks_entries.read(made)
    assert raised.value.code == code
    assert meeting.all == before


@pytest.mark.parametrize(
    ("kind", "v", "code"), [("urgent", 1, "ledger.misplaced"), ("main", 2, "ledger.not_understood")]
)
def test_it_stands_in_a_main_feed_in_version_1(kind: Kind, v: int, code: str) -> None:
    of_type, value = of(ALL[0])
    made = Meeting().write(A, of_type, value, kind=kind, v=v)
    with pytest.raises(Invalid) as raised:
        talks_entries.read(made)
    assert raised.value.code == code


def test_talks_go_from_a_proposal_to_minutes_that_both_have_signed() -> None:
    meeting, phases = Meeting(), []

    def then(_: object) -> None:
        phases.append(meeting.phase)

    then(meeting.propose())
    then(meeting.answer(answer="another time", at_ms=NOW + 5))
    then(meeting.propose(said=structs.replace(FIRST, version=2, at_ms=NOW + 5)))
    then(meeting.answer(version=1))
    then(meeting.answer(version=2, answer="decline"))
    then(meeting.answer(version=2))
    then(meeting.attend())
    then(meeting.minute())
    then(meeting.signs(A))
    then(meeting.signs(B))
    then(meeting.differ(B))
    assert phases == [
        *("proposed", "another time", "proposed", "proposed", "declined", "arranged"),
        *("held", "minuted", "minuted", "signed", "signed"),
    ]
    assert talks.agreed_text(LINE, meeting.talks) == sha(OURS)
    meeting.outcome(B)
    assert meeting.talks.outcomes[B.name].agreement == bytes(32)
    assert talks.over(meeting.all, ID) and not talks.over(meeting.all, "t-" + "a" * 25)


def test_minutes_that_only_one_has_signed_are_no_minutes_of_both() -> None:
    meeting = held()
    meeting.minute(A, OURS)
    meeting.minute(B, THEIRS)
    meeting.signs(A, OURS)
    meeting.signs(B, THEIRS)
    assert meeting.phase == "minuted" and talks.agreed_text(LINE, meeting.talks) is None
    assert not talks.over(meeting.all, ID)
    assert [each.by for each in meeting.talks.minutes] == [A.name, B.name]
    meeting.differ(A, THEIRS)
    assert meeting.phase == "differing" and talks.over(meeting.all, ID)
    meeting.signs(A, THEIRS)
    assert meeting.phase == "signed" and talks.agreed_text(LINE, meeting.talks) == sha(THEIRS)


def test_nobody_differs_from_its_own_text_or_signs_what_is_not_there() -> None:
    meeting = held()
    meeting.minute(A, OURS)
    before = meeting.all
    meeting.differ(A, OURS)
    meeting.signs(B, THEIRS)
    meeting.differ(B, THEIRS)
    meeting.outcome()
    meeting.call_off()
    assert meeting.all == before


def test_the_other_party_answers_and_only_who_proposed_amends() -> None:
    meeting = Meeting()
    meeting.propose()
    meeting.answer(A)
    assert meeting.phase == "proposed"
    meeting.propose(B, structs.replace(FIRST, version=2))
    meeting.propose(A, structs.replace(FIRST, title="Another", version=1))
    assert meeting.talks.said == FIRST and len(meeting.all.talks) == 1
    meeting.propose(B)
    assert set(meeting.all.talks) == {(A.name, ID), (B.name, ID)}
    meeting.call_off()
    assert meeting.phase == "called off" and meeting.talks.off == B.name
    meeting.attend()
    assert meeting.phase == "called off"


def test_talks_that_do_not_name_both_parties_are_none_of_this_line() -> None:
    meeting = Meeting()
    meeting.propose(said=structs.replace(FIRST, parties=(A.name, seed_party())))
    assert not meeting.all.talks


def seed_party() -> str:
    return Party("east").name


def test_of_many_talks_and_texts_only_so_many_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "KEPT", 2)
    monkeypatch.setattr(talks, "TEXTS", 2)
    meeting = held()
    for n in range(3):
        said = structs.replace(FIRST, id=talks_entries.new_id(seed(f"talks {n}")[:16]))
        meeting.propose(said=said)
        meeting.minute(A, f"text {n}", n + 1)
    assert len(meeting.all.talks) == 2 and len(meeting.talks.minutes) == 2
    with pytest.raises(WideberthError) as raised:
        talks.propose(meeting.all, A.name, structs.replace(FIRST, id=talks_entries.new_id(seed("x")[:16])))
    assert raised.value.code == "talks.full"


def test_a_text_of_lower_version_comes_to_nothing() -> None:
    meeting = held()
    meeting.minute(A, OURS, 2)
    meeting.minute(A, THEIRS, 2)
    assert [each.sha256 for each in meeting.talks.minutes] == [sha(OURS)]


def test_a_disputed_entry_changes_nothing() -> None:
    meeting = held()
    state = order.fold([each._replace(disputed=True) for each in meeting.placed], talks.evolve, State(LINE))
    assert state == State(LINE)


def code(meeting: Meeting, said: Said, who: Party) -> str | None:
    try:
        talks.say(meeting.all, meeting.talks, said, who.name)
    except WideberthError as error:
        return error.code
    return None


def test_commands_say_why_an_entry_would_not_count() -> None:
    meeting = Meeting()
    meeting.propose()
    assert code(meeting, Answered(*about(), 1, "attend"), A) == "talks.not_now"
    assert code(meeting, Answered(*about(), 1, "attend"), B) is None
    assert code(meeting, Answered(*about(), 2, "attend"), B) == "talks.not_now"
    assert code(meeting, Answered(*about(), 1, "attend", NOW), B) == "talks.entry"
    assert code(meeting, Signed(*about(), sha(OURS)), B) == "talks.not_now"
    meeting.attend()
    meeting.minute()
    assert code(meeting, Signed(*about(), sha(THEIRS)), B) == "talks.unknown_text"
    assert code(meeting, Differed(*about(), sha(OURS), "no"), A) == "talks.unknown_text"
    assert code(meeting, Outcome(*about(), bytes(32)), A) == "talks.not_now"
    assert code(meeting, CalledOff(*about()), A) == "talks.not_now"
    meeting.signs(A)
    meeting.signs(B)
    assert code(meeting, Outcome(*about(), bytes(32)), A) is None
    assert code(meeting, Attended(*about(), ("one",)), A) == "talks.not_now"


@pytest.mark.parametrize(
    ("said", "who", "wanted"),
    [
        (structs.replace(FIRST, version=2), A, None),
        (FIRST, A, "talks.not_now"),
        (structs.replace(FIRST, version=2), B, "talks.none"),
        (FIRST, B, None),
        (structs.replace(FIRST, version=2, parties=(A.name, seed_party())), A, "talks.entry"),
        (structs.replace(FIRST, version=2, title=""), A, "talks.entry"),
    ],
)
def test_what_may_be_proposed(said: Invitation, who: Party, wanted: str | None) -> None:
    meeting = Meeting()
    meeting.propose()
    found = None
    try:
        assert talks.propose(meeting.all, who.name, said) == Proposed(said)
    except WideberthError as error:
        found = error.code
    assert found == wanted
    meeting.call_off()
    with pytest.raises(WideberthError) as raised:
        talks.propose(meeting.all, A.name, structs.replace(FIRST, version=3))
    assert raised.value.code == "talks.not_now"


def test_long_minutes_are_cut_into_parts() -> None:
    meeting = held()
    [short] = talks.minute(meeting.talks, A.name, OURS)
    assert short == Minuted(*about(), 1, sha(OURS), OURS)
    meeting.minute()
    long = "é\n" * 40_000
    made = talks.minute(meeting.talks, A.name, long)
    last = made[-1]
    assert last == Minuted(*about(), 2, sha(long))
    cut = [each for each in made if isinstance(each, Part)]
    assert parts.join(cut).decode() == long
    for each in cut:
        meeting.write(A, each.TYPE, entries.write(each))
    assert isinstance(last, Minuted)
    meeting.said(A, last)
    meeting.signs(A, long)
    meeting.signs(B, long)
    assert meeting.phase == "signed"
    with pytest.raises(Invalid):
        talks.minute(meeting.talks, A.name, "x" * (talks_entries.LARGEST + 1))


def test_the_table_names_each_phase_and_event() -> None:
    assert set(TRANSITIONS) == set(model.PHASES) == set(get_args(Phase))
    assert {event for found in TRANSITIONS.values() for event in found} == set(model.EVENTS)
    assert set(OVER) <= set(model.PHASES)
    assert "| minuted | signed | minuted or signed |" in model.table()


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs/talks.md").read_text(encoding="utf-8")
    assert model.table() in page
    assert all(f"| **{phase}** | {words} |" in page for phase, words in model.PHASES.items())
    assert all(f"- *{event}*: {words}" in page for event, words in model.EVENTS.items())


WHAT = ["propose", "amend", "answer", "later", "decline", "attend", "ours", "theirs", "sign", "sign theirs"]
WHAT += ["differ", "differ theirs", "outcome", "off", "nonsense", "mine"]


FIELDS = st.sampled_from(sorted({name for names in talks_entries.KNOWN.values() for name in names}))
NAMES = st.sampled_from([ID, A.name, B.name, "attend", "another time"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 2**53 - 1) | st.text("a-7é", max_size=6) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ALL), st.dictionaries(FIELDS, JSON, max_size=3))
def test_whatever_a_peer_writes_is_read_or_changes_nothing(like: Said, found: dict[str, Any]) -> None:
    meeting = held()
    before = meeting.all
    meeting.write(B, *of(like, **found))
    after = meeting.all
    assert after == before or set(before.talks) <= set(after.talks)


EVENT: dict[str, Event] = {
    "amend": "amended",
    **dict.fromkeys(("answer", "later", "decline"), "answered"),
    **dict.fromkeys(("ours", "theirs"), "minuted"),
    **dict.fromkeys(("sign", "sign theirs"), "signed"),
    **dict.fromkeys(("differ", "differ theirs"), "differed"),
    "off": "called off",
}


class Life(RuleBasedStateMachine):
    """Two parties say anything about talks; each step is one of the table, and the set decides."""

    @initialize()
    def begin(self) -> None:
        self.meeting = Meeting()
        self.meeting.propose()
        self.version = 1

    @rule(who=st.sampled_from([A, B]), what=st.sampled_from(WHAT))
    def say(self, who: Party, what: str) -> None:
        meeting, state = self.meeting, self.meeting.all
        before = talks.phase(LINE, meeting.talks)
        self.version += 1
        now = meeting.talks.said.version
        match what:
            case "propose":
                meeting.propose(who)
            case "amend":
                meeting.propose(who, structs.replace(FIRST, version=self.version))
            case "answer" | "decline":
                meeting.answer(who, "attend" if what == "answer" else "decline", now)
            case "later":
                meeting.answer(who, "another time", now, NOW)
            case "attend":
                meeting.attend(who)
            case "ours" | "theirs":
                meeting.minute(who, OURS if what == "ours" else THEIRS, self.version)
            case "sign" | "sign theirs":
                meeting.signs(who, OURS if what == "sign" else THEIRS)
            case "differ" | "differ theirs":
                meeting.differ(who, OURS if what == "differ" else THEIRS)
            case "outcome":
                meeting.outcome(who)
            case "off":
                meeting.call_off(who)
            case "mine":
                meeting.said(who, Attended(ID, B.name, ("nobody",)))
            case _:
                meeting.write(who, "talks.signed", {"talks": ID, "by": A.name, "sha256": []})
        after = talks.phase(LINE, meeting.talks)
        if meeting.talks == state.talks[A.name, ID] or what == "outcome":
            assert after == before
        else:
            assert after in TRANSITIONS[before][EVENT.get(what, "attended")]
        if before in ("signed", "called off"):
            assert after == before
        mixed = random.Random(7).sample(meeting.entries, len(meeting.entries))
        assert order.fold(order.place(LINE, mixed), talks.evolve, State(LINE)) == meeting.all


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize("text", ["\x1b[2J all agreed", "signed\u202e", "one\x07", "\u2066two"])
def test_minutes_steer_no_screen(text: str) -> None:
    with pytest.raises(Invalid):
        talks_entries.checked_text(text, "text", 1_000)


@pytest.mark.parametrize("text", ["one\n\n\ttwo\r\n", "שלום\u200f, 1.", "می\u200cروم", "a\u00a0b"])
def test_minutes_may_have_lines_and_whatever_writes_a_language(text: str) -> None:
    assert talks_entries.checked_text(text, "text", 1_000) == text
