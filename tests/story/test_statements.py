"""Statements through two whole nodes: stated, acknowledged, answered, overdue, and touched by plans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.ledger.two import seed
from tests.story import whole
from tests.story.desks import DAY_MS, HOUR_MS, START, circle, desks, given
from tests.story.whole import WALL_MS, Two
from wideberth.desk.statement_entries import Asked, Declared, Raised
from wideberth.errors import Invalid, Refused
from wideberth.model.guards import Guards
from wideberth.model.plan import Plan
from wideberth.model.statement import Area, Subject
from wideberth.node.log import Log
from wideberth.node.node import Node
from wideberth.node.statement_views import StatementView
from wideberth.node.views import time
from wideberth.space.notation import read_place
from wideberth.space.place import Place

ROLE = "duty officer"
MINUTE_MS = 60_000


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        yield found


def declared(**more: Any) -> Declared:
    found: dict[str, Any] = {"text": "Our assistance continues.", "basis": "By request of the state."}
    return Declared("", 1, start=WALL_MS, role=ROLE, **{"expires": None, **found, **more})


def policy(*volumes: Any, rank: int = 1, **more: Any) -> Declared:
    area = Area(volumes or (circle(33.0, 34.0, START, 24),), rank, more.pop("activities", None))
    return declared(text="No drones above the coast.", area=area, **more)


def raised(by: int, **more: Any) -> Raised:
    return Raised(
        "", "It may travel on.", "That it stays with you.", more.get("precedence", "immediate"), by, ROLE
    )


def asked(by: int, place: Place | None = None, words: str | None = None) -> Asked:
    where = place or read_place("35.3367, 40.1408")
    return Asked("", Subject("a column of about 500", WALL_MS, where, "35.3367, 40.1408", words), by, ROLE)


def later(found: Two, ms: int) -> None:
    """So much time passes, and a little more: both nodes look at what stands."""
    found.time.pass_ms(ms)
    whole.settle(found, 1)


def rings(node: Node) -> list[tuple[str, str, str, bool]]:
    """What rings: kind, id, why, whether it sounds."""
    return [(each.kind, each.id, each.why, each.loud) for each in node.room.ringing.all()]


def theirs(found: Two) -> StatementView:
    """The one that the other node was told."""
    [view] = [each for each in found.other.room.statements.all(found.line) if not each.mine]
    return found.other.room.statements.one(found.line, view.statement, mine=False)


def mine(found: Two, of: str) -> StatementView:
    return found.one.room.statements.one(found.line, of)


def test_a_declaration_is_acknowledged_and_that_says_nothing_else(two: Two) -> None:
    [made] = two.one.room.statements.make([two.line], declared())
    assert (made.mine, made.kind, made.phase, made.delivered, made.waits) == (
        True,
        "declaration",
        "stated",
        None,
        0,
    )
    assert made.silence == "nothing was said to it: that means nothing, and is never consent"
    whole.settle(two)
    read = theirs(two)
    assert (read.statement, read.text, read.basis, read.version) == (made.statement, made.text, made.basis, 1)
    assert mine(two, made.statement).delivered is not None
    two.other.room.statements.acknowledge(two.line, made.statement, "watch officer")
    whole.settle(two)
    found = mine(two, made.statement)
    assert found.acknowledged is not None and found.acknowledged.role == "watch officer"
    assert (found.phase, found.silence) == ("acknowledged", None)
    assert found.words == "acknowledged: somebody there has read it, and says nothing to it"
    two.other.room.statements.respond(two.line, made.statement, "We see no such request.", ROLE)
    whole.settle(two)
    assert [each.text for each in mine(two, made.statement).replies] == ["We see no such request."]
    # the next version: nothing was said to it yet
    [again] = two.one.room.statements.make(
        [two.line], structs.replace(declared(text="It ends in May."), id=made.statement)
    )
    assert (again.version, again.phase, again.acknowledged) == (2, "stated", None)
    two.one.room.statements.withdraw(two.line, made.statement, ROLE)
    whole.settle(two)
    assert (theirs(two).phase, theirs(two).version) == ("withdrawn", 2)
    with pytest.raises(Refused) as caught:
        two.other.room.statements.acknowledge(two.line, made.statement, ROLE)
    assert caught.value.code == "statement.over"


def test_what_may_not_be_said_now_waits_and_says_so(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:  # the line is not complete: nothing is signed on it
        [made] = found.one.room.statements.make([found.line], declared())
        assert (made.said, made.waits, made.phase) == (None, 1, "stated")
        assert [each.statement for each in found.one.room.statements.all()] == [made.statement]
        whole.settle(found)
        assert theirs(found).statement == made.statement
        assert mine(found, made.statement).waits == 0


def test_a_policy_is_told_to_whoever_plans_in_it(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        statements = found.other.room.statements
        [told] = statements.make([found.line], policy(rank=2, activities=("survey",), expires=START + DAY_MS))
        [inner] = statements.make([found.line], policy(expires=START + HOUR_MS))
        whole.settle(found)
        assert (told.kind, told.area is not None and told.area.rank) == ("policy", 2)
        [view] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        assert [(each.statement, each.rank, each.mine) for each in view.policies] == [
            (inner.statement, 1, False),
            (told.statement, 2, False),
        ]
        assert view.policies[0].words.startswith("touches a policy of south, rank 1, from ")
        # its own author is told as well; where the activity is another, or the time, it is not
        [own] = found.other.room.statements.touching(
            Plan("", "", (circle(33.0, 34.0, START + 3 * HOUR_MS),), "survey")
        )
        assert (own.mine, own.words.split(",")[0]) == (True, "touches an own policy")
        [ferry] = found.one.desk.submit([given(circle(33.0, 34.0, START + 3 * HOUR_MS), activity="ferry")])
        assert ferry.policies == ()
        [unnamed] = found.one.desk.submit(
            [given(circle(33.0, 34.0, START + 3 * HOUR_MS), activity="unspecified")]
        )
        assert [each.statement for each in unnamed.policies] == [told.statement]
        [far] = found.one.desk.submit([given(circle(33.5, 34.0, START))])
        assert far.policies == ()
        # and of a notice, by what is shown of it
        whole.settle(found)
        [notice] = [each for each in found.other.desk.notices(found.line) if each.notice == view.on[0].notice]
        shown = found.other.desk.notice(found.line, notice.notice)
        assert [each.statement for each in shown.policies] == [inner.statement, told.statement]
        # nobody is told of it, and over is over
        statements.withdraw(found.line, inner.statement, ROLE)
        whole.settle(found)
        assert [each.rank for each in found.one.desk.plan(view.plan).policies] == [2]
        later(found, START + DAY_MS - found.time.wall_ms)
        assert found.one.desk.plan(view.plan).policies == ()
        assert found.one.room.statements.one(found.line, told.statement).phase == "expired"


def test_a_concern_is_reminded_of_until_it_is_answered(two: Two) -> None:
    statements = two.one.room.statements
    [made] = statements.make([two.line], raised(WALL_MS + HOUR_MS))
    whole.settle(two)
    assert rings(two.one) == []
    two.other.room.statements.acknowledge(two.line, made.statement, ROLE)
    whole.settle(two)
    later(two, HOUR_MS)
    found = mine(two, made.statement)
    assert (found.reminders, found.overdue) == (1, time(WALL_MS + HOUR_MS))
    assert found.words == (
        f"no answer, raised at {found.first}, overdue since {found.overdue}; somebody there has read it"
    )
    assert found.silence == "no answer: nothing is assured"
    assert rings(two.one) == [("concern", made.statement, "concern.overdue", True)]
    later(two, 50 * MINUTE_MS)
    assert mine(two, made.statement).reminders == 1
    later(two, 10 * MINUTE_MS)
    assert mine(two, made.statement).reminders == 2
    assert theirs(two).reminders == 2
    two.other.room.statements.assure(two.line, made.statement, "partly", "For what is marked so.", ROLE)
    whole.settle(two)
    found = mine(two, made.statement)
    assert (found.phase, found.overdue, found.replies[0].answer) == ("answered", None, "partly")
    statements.keep_open(two.line, made.statement, None, two.time.wall_ms + HOUR_MS, ROLE)
    two.other.room.statements.assure(two.line, made.statement, "yes", "For all of it.", ROLE)
    whole.settle(two)
    done = statements.accept(two.line, made.statement, None, ROLE)
    assert (done.phase, done.words) == ("accepted as answered", "its author takes it as answered")
    assert rings(two.one) == []


def test_khasham_silence_is_silence_and_an_answer_is_signed_and_expires(two: Two) -> None:
    """The line worked, and the force in question was disclaimed: who said so, in which role, until when."""
    statements = two.one.room.statements
    [made] = statements.make([two.line], asked(WALL_MS + 10 * MINUTE_MS))
    whole.settle(two)
    seen = theirs(two)
    assert seen.what is not None and seen.what.place is not None
    assert seen.what.place.stated == "35.3367, 40.1408" and "Deir ez-Zor" in seen.what.place.nearest
    assert mine(two, made.statement).words.startswith("no answer yet, asked at")
    later(two, 10 * MINUTE_MS)
    silent = mine(two, made.statement)
    assert silent.words == f"no answer, asked at {silent.first}, overdue since {silent.overdue}"
    assert silent.silence == "no answer: that is not a no, and not a yes"
    assert rings(two.one) == [("claim", made.statement, "claim.overdue", True)]
    # at the other's desk it is a line in a list, until it is answered
    assert rings(two.other) == [("claim", made.statement, "claim.asked", False)]
    until = two.time.wall_ms + HOUR_MS
    two.other.room.statements.claim(two.line, made.statement, "no", until, "duty officer 2", None)
    whole.settle(two)
    assert (rings(two.one), rings(two.other)) == ([], [])
    found = mine(two, made.statement)
    [reply] = found.replies
    assert reply.said.origin.startswith(f"wideberth/{two.line}/{two.other.party}/urgent/")
    assert (reply.answer, reply.said.role, reply.expired) == ("no", "duty officer 2", False)
    assert found.words.startswith("no, it is not theirs: so said by duty officer 2 at ")
    later(two, HOUR_MS)
    found = mine(two, made.statement)
    assert (found.phase, found.replies[0].expired) == ("answer expired", True)
    assert "says nothing any more" in found.words and "it was no" in found.words
    assert "agree" not in found.words


def test_words_against_geometry_are_told_before_it_is_said_and_again_at_its_reader(two: Two) -> None:
    statements = two.one.room.statements
    by = WALL_MS + HOUR_MS
    wrong = asked(by, words="40 km west of Deir ez-Zor")
    with pytest.raises(Refused) as caught:
        statements.make([two.line], wrong)
    assert caught.value.code == "statement.doubtful" and "the words say" in caught.value.message
    assert statements.all() == []
    own = read_place("35.3368, 40.1409")
    with pytest.raises(Refused) as again:
        statements.make([two.line], asked(by), own)
    assert "your own position" in again.value.message
    statements.make([two.line], wrong, despite=True)
    whole.settle(two)
    assert any("the words say" in each for each in theirs(two).doubts)
    statements.make([two.line], asked(by, words="5 km west of Deir ez-Zor"), despite=True)


def test_a_policy_that_lies_where_nothing_is_agreed_is_asked_about(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        swapped = policy(circle(0.0, 0.0, START, 24))
        with pytest.raises(Refused) as caught:
            found.one.room.statements.make([found.line], swapped)
        assert caught.value.code == "statement.doubtful"


def test_lines_are_named_and_the_id_is_own(two: Two) -> None:
    statements = two.one.room.statements
    for lines, code in (([], "statement.lines"), ([two.line] * 2, "statement.lines"), (["x"], "line.none")):
        with pytest.raises(Invalid) as caught:
            statements.make(lines, declared())
        assert caught.value.code == code
    other = structs.replace(declared(), id="d-" + "a" * 26)
    with pytest.raises(Invalid) as caught:
        statements.make([two.line], other)
    assert caught.value.code == "statement.none"
    with pytest.raises(Invalid):
        statements.one(two.line, other.id)


def test_all_is_there_again_after_a_restart(two: Two) -> None:
    [made] = two.one.room.statements.make([two.line], raised(WALL_MS + HOUR_MS))
    later(two, HOUR_MS)
    two.one.close()
    with two.places[0].open(two.time) as one:
        found = one.room.statements.one(two.line, made.statement)
        assert (found.reminders, found.phase) == (1, "stated")
        assert [each[1] for each in rings(one)] == [made.statement]
        again = two._replace(one=one)
        whole.settle(again)
        assert one.room.statements.one(two.line, made.statement).reminders == 1


def test_a_clock_that_jumps_makes_nothing_overdue(two: Two) -> None:
    statements = two.one.room.statements
    [claim] = statements.make([two.line], asked(two.time.wall_ms + 2 * HOUR_MS))
    [concern] = statements.make([two.line], raised(two.time.wall_ms + 2 * HOUR_MS))
    whole.settle(two, 1)
    two.time.wall_ms += 5 * HOUR_MS
    two.one.tick()
    assert rings(two.one) == [] and mine(two, concern.statement).reminders == 0
    assert mine(two, claim.statement).overdue is None
    two.time.wall_ms -= 9 * HOUR_MS
    two.time.boot_ms += 2 * HOUR_MS
    two.one.tick()
    assert {each[1] for each in rings(two.one)} == {claim.statement, concern.statement}


def test_without_the_clock_of_claims_silence_would_not_be_seen(tmp_path: Path) -> None:
    """The twin of khasham-2018: what a drill must find."""
    with whole.two(tmp_path, exercise=True) as found:
        whole.settle(found)
        [made] = found.one.room.statements.make([found.line], asked(found.time.wall_ms + HOUR_MS))
        whole.settle(found)
        found.one.close()
        found.time.pass_ms(2 * HOUR_MS)
        place, key = found.places[0], seed("north journal")
        log = Log(place.path / "log", found.time.clock.now)
        guards = Guards(claim_clock=False)
        with Node.open(place.path, place.settings, key, found.time.clock, log, guards=guards) as twin:
            twin.tick()
            assert (rings(twin), twin.room.statements.one(found.line, made.statement).overdue) == ([], None)
        with place.open(found.time) as one:
            one.tick()
            assert one.room.statements.one(found.line, made.statement).overdue is not None
