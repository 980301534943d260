"""Holds: in force at once, lifted by two keys, ended by their time; which plans they touch."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import structs

from tests.conflict.sample import plan, volume
from tests.desk.geoids import REFERENCE
from tests.desk.held import HOLD, ID, NOW, OTHER, Line, approve, named
from tests.desk.line import ONE, THREE, TWO, revoked
from tests.ledger.two import LINE, A, B, Party, origin
from wideberth.desk import hold_entries, holds
from wideberth.desk.case_entries import Ref
from wideberth.desk.holds import KEPT, LIFTS, SLACK_MS, State
from wideberth.errors import WideberthError
from wideberth.ledger import approval, order
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.certificate import Certificate, Papers, Revocation
from wideberth.model import hold as model
from wideberth.model.hold import TRANSITIONS, Area, Hold, Moment, Phase, Talks
from wideberth.model.plan import UNSPECIFIED
from wideberth.space.altitude import Altitude
from wideberth.space.stated import circle
from wideberth.space.units import FOOT, METRE

END = NOW + 3_600_000
HERE = circle(33.0, 35.0, 1_000 * METRE)


def ready() -> Line:
    talk = Line()
    talk.officers(A, B)
    return talk


def test_a_hold_is_in_force_at_once_and_two_officers_lift_it() -> None:
    talk = ready()
    talk.put()
    assert talk.phase() == "in force"
    talk.lift()
    assert talk.phase() == "lifted"
    lift = holds.lifted_by(talk.held(), talk.papers)
    assert lift is not None
    assert holds.signers(talk.held(), lift, talk.papers) == {A.key(ONE), A.key(TWO)}


@pytest.mark.parametrize(
    "approvals",
    [
        approve(HOLD, A, ONE),
        approve(HOLD, A, ONE) * 2,
        approve(HOLD, A, ONE, "a stranger"),
        approve(HOLD, B),
        approve(structs.replace(HOLD, from_ms=NOW + 1)),
        approve(HOLD, A, ONE) + approve(named(1), A, TWO),
        approve(of=Subject("release", hold_entries.subject(b"").hash)),
    ],
)
def test_a_lift_without_two_keys_of_the_roster_over_this_text_is_none(approvals: list[Approval]) -> None:
    talk = ready()
    talk.put()
    if approvals[0].subject.what == "lift":
        talk.lift(approvals=approvals)
    assert talk.phase() == "in force"


def test_nobody_lifts_or_ends_the_holds_of_another_party() -> None:
    talk = ready()
    talk.put()
    talk.lift(B)
    talk.lift(B, approvals=approve())
    talk.end(B, at_ms=END + SLACK_MS)
    assert talk.phase() == "in force"
    talk.put(B)
    talk.lift(B)
    assert (talk.phase(), talk.phase(B)) == ("in force", "lifted")


def test_a_key_that_is_revoked_later_takes_its_lift_back_and_never_a_hold() -> None:
    talk = ready()
    talk.put()
    talk.lift()
    assert talk.phase() == "lifted"
    talk.say(A, revoked(A, TWO, 0))
    assert talk.phase() == "in force"
    assert holds.event("lifted", "in force") == "a lifting key is revoked from before"
    talk.lift(approvals=approve(HOLD, A, ONE, THREE))
    assert talk.phase() == "lifted"


def test_with_the_log_key_revoked_a_hold_stands_and_its_lift_and_end_do_not() -> None:
    talk = ready()
    talk.put()
    talk.lift()
    talk.end(at_ms=END + SLACK_MS)
    held = talk.held()
    papers = dict(talk.papers)
    assert talk.phase() == "ended"
    # the log key of the urgent feed, which is another origin than that of the officers
    urgent = origin(A, "urgent")
    log = Certificate(A.key("log"), "log", urgent, 0)
    gone = Revocation(A.key("log"), {urgent: 0})
    of = papers[A.name]
    papers[A.name] = Papers((*of.certificates, log), (*of.revocations, gone))
    assert holds.phase(held, papers) == "in force"


def test_the_time_of_a_hold_ends_it_by_its_authors_clock() -> None:
    talk = ready()
    talk.put()
    talk.end(at_ms=END)
    assert talk.phase() == "in force"
    talk.end(at_ms=END + SLACK_MS)
    assert talk.phase() == "ended"
    talk.put()
    assert talk.phase() == "ended"
    other = structs.replace(HOLD, id=OTHER, until=Talks("t-" + ID[2:]))
    talk.put(hold=other)
    talk.end(hold=other, at_ms=END + SLACK_MS)
    assert talk.phase(hold=other) == "in force"


def test_a_time_has_passed_5_s_after_it() -> None:
    assert holds.passed(HOLD, END + SLACK_MS) and not holds.passed(HOLD, END + SLACK_MS - 1)
    assert not holds.passed(structs.replace(HOLD, until=Talks("t-" + ID[2:])), END + SLACK_MS)


def test_a_disputed_lift_or_end_is_none_and_a_disputed_hold_is_one() -> None:
    talk = ready()
    talk.put()
    talk.lift()
    talk.end(at_ms=END + SLACK_MS)
    state = order.fold([each._replace(disputed=True) for each in talk.placed], holds.evolve, State())
    assert holds.phase(state.holds[A.name, ID], talk.papers) == "in force"
    assert talk.phase() == "ended"


def test_only_so_many_are_kept_and_what_is_not_kept_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "KEPT", 3)
    talk = ready()
    for n in range(3):
        talk.put(hold=named(n))
    talk.put(hold=named(3))
    assert len(talk.holds.holds) == 3 and dict(talk.holds.unread) == {A.name: 1}
    talk = ready()
    for n in range(3):
        talk.put(hold=named(n))
    talk.lift(hold=named(0))
    talk.end(hold=named(1), at_ms=END + SLACK_MS)
    talk.put(hold=named(3))
    assert (A.name, named(1).id) not in talk.holds.holds and not talk.holds.unread
    assert KEPT > 3


def test_of_many_lifts_the_newest_are_looked_at() -> None:
    talk = ready()
    talk.put()
    for _ in range(LIFTS + 2):
        talk.lift(approvals=approve(HOLD, A, ONE))
    assert len(talk.held().lifts) == LIFTS and talk.phase() == "in force"
    talk.lift()
    assert talk.phase() == "lifted"


def test_the_command_says_why_a_lift_would_not_count() -> None:
    talk = ready()
    talk.put()
    before = Ref(origin(A), talk.heads[origin(A)].size)

    def code(approvals: tuple[Approval, ...]) -> str:
        with pytest.raises(WideberthError) as raised:
            holds.lift(talk.held(), talk.papers, approvals, before)
        return raised.value.code

    assert holds.lift(talk.held(), talk.papers, approve(), before).approvals == approve()
    assert code(approve(HOLD, B)) == "hold.not_counted"
    assert code(approve(HOLD, A, ONE, "a stranger")) == "hold.not_counted"
    assert code(approve(HOLD, A, ONE)) == code(approve(HOLD, A, ONE) * 2) == "hold.two"
    talk.lift()
    assert code(approve()) == "hold.over"


WHERE = Area(HERE, Altitude("MSL", 1_000 * FOOT), Altitude("MSL", 2_000 * FOOT))


@pytest.mark.parametrize(
    ("hold", "found"),
    [
        (HOLD, True),
        (structs.replace(HOLD, activities=("survey",)), True),
        (structs.replace(HOLD, activities=("SURVEY", "transit")), True),
        (structs.replace(HOLD, activities=("transit",)), False),
        (structs.replace(HOLD, area=WHERE), True),
        (structs.replace(HOLD, area=Area(circle(33.02, 35.0, 1_000 * METRE))), True),
        (structs.replace(HOLD, area=Area(circle(34.0, 35.0, 1_000 * METRE))), False),
        (structs.replace(HOLD, area=Area(HERE, Altitude("MSL", 1_500 * FOOT))), True),
        (structs.replace(HOLD, area=Area(HERE, Altitude("MSL", 1_501 * FOOT))), False),
        (structs.replace(HOLD, area=Area(HERE, Altitude("FL", 9_000 * FOOT))), False),
        (structs.replace(HOLD, from_ms=NOW + 2_000, area=WHERE), True),
        (structs.replace(HOLD, from_ms=NOW + 2_001, area=WHERE), False),
        (structs.replace(HOLD, from_ms=0, until=Moment(NOW + 1_000 - SLACK_MS), area=WHERE), True),
        (structs.replace(HOLD, from_ms=0, until=Moment(NOW + 999 - SLACK_MS), area=WHERE), False),
        (structs.replace(HOLD, from_ms=NOW + 2_000), True),
        (structs.replace(HOLD, from_ms=NOW + 2_001), False),
        (structs.replace(HOLD, from_ms=0, until=Moment(NOW + 1_000 - SLACK_MS)), True),
        (structs.replace(HOLD, from_ms=0, until=Moment(NOW + 999 - SLACK_MS)), False),
    ],
)
def test_what_touches_a_hold(hold: Hold, found: bool) -> None:
    there = volume(
        HERE, Altitude("MSL", 1_000 * FOOT), Altitude("MSL", 1_500 * FOOT), NOW + 1_000, NOW + 2_000
    )
    asked = plan(A.name, there, activity="survey")
    assert bool(holds.touching([hold], [asked], REFERENCE)) is found
    assert not holds.touching([hold], [structs.replace(asked, state="ended")], REFERENCE)


def test_an_activity_that_is_not_said_and_a_volume_without_times_may_be_any() -> None:
    there = volume(HERE, start=None, end=None)
    hold = structs.replace(HOLD, activities=("transit",), from_ms=NOW * 1_000)
    assert holds.touching([hold], [plan(A.name, there, activity=UNSPECIFIED)], REFERENCE)
    assert not holds.touching([hold], [plan(A.name, there, activity="survey")], REFERENCE)


@settings(max_examples=40, deadline=None)
@given(st.integers(-300, 300), st.integers(-300, 300))
def test_whatever_overlaps_its_area_touches_it(east: int, north: int) -> None:
    """The circles of 1 km are less than 30 km apart where they overlap by far, in whatever direction."""
    lon, lat = 33.0 + east / 10_000, 35.0 + north / 10_000
    apart_m = ((east * 9.1) ** 2 + (north * 11.1) ** 2) ** 0.5
    asked = plan(A.name, volume(circle(lon, lat, 1_000 * METRE), start=NOW, end=NOW + 1))
    found = bool(holds.touching([structs.replace(HOLD, area=Area(HERE))], [asked], REFERENCE))
    assert found or apart_m > 1_980
    assert not found or apart_m < 2_040


def test_of_many_plans_those_that_touch_it_are_named() -> None:
    some = [
        plan(A.name, volume(circle(33.0 + n / 10, 35.0, 100 * METRE), start=NOW, end=NOW + 1), name=str(n))
        for n in range(5)
    ]
    there = structs.replace(HOLD, area=Area(circle(33.15, 35.0, 6_000 * METRE)))
    found = holds.touching([there, HOLD], some, REFERENCE)
    assert {name for n, name in found if n == 0} == {"1", "2"}
    assert {name for n, name in found if n == 1} == {"0", "1", "2", "3", "4"}


def test_where_more_meet_than_are_looked_at_each_that_may_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "LOOKED", 1)
    some = [plan(A.name, volume(HERE, start=NOW, end=NOW + 1), name=str(n)) for n in range(3)]
    far = plan(A.name, volume(circle(40.0, 35.0, 100 * METRE), start=NOW, end=NOW + 1), name="far")
    area = structs.replace(HOLD, area=Area(HERE))
    assert {name for _, name in holds.touching([area], [*some, far], REFERENCE)} == {"0", "1", "2", "far"}


def test_the_table_names_each_phase_and_event() -> None:
    assert set(TRANSITIONS) == set(model.PHASES)
    events = {event for found in TRANSITIONS.values() for event in found}
    assert events == set(model.EVENTS)
    assert "| in force | lifted by two keys | lifted |" in model.table()
    assert holds.event("ended", "in force") is None and holds.event("in force", "in force") is None


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs/holds.md").read_text(encoding="utf-8")
    assert model.table() in page
    assert all(f"| **{phase}** | {words} |" in page for phase, words in model.PHASES.items())
    assert all(f"- *{event}*: {words}" in page for event, words in model.EVENTS.items())


WORDS = st.sampled_from(["put", "lift", "one", "other", "end", "early", "revoke", "nonsense", "blind"])


class Holds(RuleBasedStateMachine):
    """Two parties say anything about two holds, in any order; each step is one of the table."""

    @initialize()
    def begin(self) -> None:
        self.talk = ready()
        self.known: dict[tuple[str, str], Phase] = {}

    @rule(by=st.sampled_from([A, B]), what=WORDS, which=st.booleans())
    def say(self, by: Party, what: str, which: bool) -> None:
        hold, talk = named(int(which)), self.talk
        match what:
            case "put" | "blind":
                talk.put(by, hold, blind=what == "blind")
            case "lift":
                talk.lift(by, hold)
            case "one":
                talk.lift(by, hold, approve(hold, by, ONE))
            case "other":
                talk.lift(by, hold, approve(hold, B if by == A else A))
            case "end" | "early":
                talk.end(by, hold, at_ms=END + (SLACK_MS if what == "end" else 0))
            case "revoke":
                talk.say(by, revoked(by, TWO, 1))
            case _:
                talk.write(by, "hold", {"hold": hold.id, "parties": [[]]}, kind="urgent")

    @invariant()
    def it_follows_the_table(self) -> None:
        state, papers = self.talk.holds, self.talk.papers
        for key, held in state.holds.items():
            now = holds.phase(held, papers)
            before = self.known.get(key, now)
            assert now == before or holds.event(before, now) is not None
            assert now in TRANSITIONS
            self.known[key] = now
        assert set(self.known) <= set(state.holds)

    @invariant()
    def it_is_of_the_set_of_entries(self) -> None:
        mixed = random.Random(5).sample(self.talk.entries, len(self.talk.entries))
        again = order.fold(order.place(LINE, mixed), holds.evolve, State())
        assert again == self.talk.holds


TestHolds = Holds.TestCase
TestHolds.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


def test_an_approval_is_of_a_lift() -> None:
    assert approval.WHATS == ("agreement", "audit", "lift", "release")
