"""Both sheets of a whole node: what is active, open, unanswered, rings, or is old is on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story import desks, whole
from tests.story.desks import HOUR_MS, circle, given
from tests.story.test_holds import put
from tests.story.test_sites import site
from tests.story.test_statements import declared, raised
from tests.story.test_talks import propose
from tests.story.whole import Two
from wideberth.ledger import approval, ids
from wideberth.ledger.canonical import Value
from wideberth.node import blackout, handover
from wideberth.node.calls import Asked
from wideberth.node.node import Node
from wideberth.render.handover import Section

CHECK: dict[str, Value] = {
    "place": {"lat_e7": 340_123_456, "lon_e7": 330_234_567, "notation": None, "words": None}
}


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    languages = {'languages = ["en"]': 'languages = ["en", "ru"]'}
    with desks.desks(tmp_path, "full", languages) as found:
        yield found


def part(node: Node, title: str) -> Section:
    [found] = [each for each in handover.sheet(node).sections if each.title.startswith(title)]
    return found


def words(node: Node, title: str) -> str:
    return "\n".join(" | ".join(row) for row in part(node, title).rows)


def soon(two: Two, hours: float, lon: float = 33.0) -> int:
    return two.time.wall_ms + round(hours * HOUR_MS)


def test_plans_cases_and_answers_are_on_the_sheet(two: Two) -> None:
    [mine] = two.one.desk.submit([given(circle(33.0, 34.0, soon(two, 2)), label="survey 1")])
    two.one.desk.submit([given(circle(40.0, 34.0, soon(two, 30)), label="later")])
    two.one.desk.submit([given(circle(10.0, 34.0, soon(two, 3)), label="unanswered")])
    assert "unanswered | south | told (version 1)" in words(two.one, "Who has not acknowledged")
    two.other.desk.submit([given(circle(33.0, 34.01, soon(two, 2)), activity="crewed", label="theirs")])
    whole.settle(two)
    assert part(two.one, "Who has not acknowledged").rows == ()
    ahead = words(two.one, "Next 24 hours")
    assert "survey 1 | accepted" in ahead and "1 open case" in ahead and "later" not in ahead
    assert "south | crewed heron 1 | accepted" in words(two.one, "Told by others")
    assert "survey 1 | open | overlap, from" in words(two.one, "Open cases")
    two.one.desk.activate(mine.plan, "officer")
    assert "override by the officer" in words(two.one, "Active now")
    two.one.desk.state(mine.plan, "ended")
    assert part(two.one, "Active now").rows == ()


def test_lines_calls_rings_and_the_watch_are_on_the_sheet(two: Two) -> None:
    node = two.one
    assert "south | live" in words(node, "Lines") and "Trial terms, v. 1" in words(node, "Lines")
    two.other.room.calls.call(two.line, Asked("CHECK", dict(CHECK), "duty officer", "flash", "en"))
    node.room.calls.call(two.line, Asked("LINE-CHECK", {}, "duty officer", "routine", "en"))
    whole.deliver(two.line, node, two.other)
    node.tick()
    calls = words(node, "Calls that are open")
    assert "THEIRS | south | flash CHECK" in calls and "it rings here, and nobody has taken it" in calls
    assert "ours | south | routine LINE-CHECK" in calls
    assert "SOUNDS | call k-" in words(node, "What rings")
    assert "officer | NOBODY" in words(node, "The watch")
    two.time.pass_ms(3 * HOUR_MS)
    node.tick()
    assert "SILENT" in words(node, "Lines")
    found = two.one.agreed.of(two.line)
    [version] = [each for each in found.versions if each.in_force]
    node.agreed.suspend(two.line, ids.unbase32(version.agreement, approval.AGREEMENT_ID, "agreement"))
    assert "SUSPENDED: Trial terms" in words(node, "Lines")


def test_sites_manual_lines_and_the_last_sheet_are_on_it(two: Two) -> None:
    node = two.one
    listed = node.sites.edition("Hospitals", [site("a", review=two.time.wall_ms - HOUR_MS)])
    assert "Hospitals | own | 1 of 1 rows" in words(node, "Lists of sites")
    node.sites.send(two.line, listed.list.list)
    assert "version 1 is not delivered" in words(node, "Lists of sites")
    node.desk.submit([given(circle(33.0, 34.0, soon(two, 2)), label="over the clinic")])
    touched = words(node, "Sites that plans touch")
    assert "Clinic a | site | own list | ours, over the clinic | overlap" in touched
    node.manual.open("Harbour office", "telephone", "he", "full", "crewed")
    assert "Harbour office | telephone | over the clinic" in words(node, "By hand")
    node.room.keeping.handed("officer", "ab" * 32)
    assert "SHA-256 abababababababab…" in words(node, "The watch")


def test_holds_talks_concerns_and_what_nobody_has_read_are_on_the_sheet(two: Two) -> None:
    node = two.one
    put(two, two.other)
    assert "south | h-" in words(node, "Holds in force") and "binds us | all" in words(node, "Holds in force")
    put(two, node)
    assert "ours | h-" in words(node, "Holds in force")
    propose(two)
    assert "Talks about hours | south" in words(node, "Talks")
    [concern] = node.room.statements.make([two.line], raised(two.time.wall_ms + 2 * HOUR_MS))
    two.other.room.statements.make([two.line], declared())
    whole.settle(two)
    asked = words(node, "Concerns, claim queries")
    assert f"ours | south | concern {concern.statement[:10]}" in asked
    assert "THEIRS | south | declaration" in asked
    two.time.pass_ms(3 * HOUR_MS)
    assert "OVERDUE, was due" in words(node, "Concerns, claim queries")


def test_the_blackout_sheet_knows_lines_far_ends_boxes_and_languages(two: Two) -> None:
    node = two.one
    node.desk.submit(
        [given(circle(33.0, 34.0, soon(two, 2)), circle(33.0, 34.0, soon(two, 60)), label="survey 1")]
    )
    two.other.desk.submit([given(circle(35.0, 34.0, soon(two, 40)), activity="crewed", label="theirs")])
    whole.settle(two)
    node.manual.open("Harbour office", "telephone", "he", "full", "crewed")
    found = blackout.sheet(node)
    assert [each.label for each in found.lines] == ["south", "Harbour office"]
    assert found.lines[0].words == node.line(two.line).words
    assert "Trial terms, version 1, SHA-256" in found.lines[0].agreement
    assert found.languages == ("en", "ru", "he")
    # in the order of their beginning; what begins after 48 hours is not on it
    assert [(each.whose, each.part) for each in found.boxes] == [("OURS", "1/2"), ("south", "1/1")]
    assert found.boxes[0].levels == "1,000 ft MSL to 2,000 ft MSL"
    two.time.pass_ms(4 * HOUR_MS)
    assert [each.whose for each in blackout.sheet(node).boxes] == ["south"]


def test_what_is_told_in_part_is_no_larger_on_paper(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "conflict-only") as two:
        two.other.desk.submit([given(circle(33.0, 34.0, soon(two, 2)), label="hidden")])
        whole.settle(two)
        assert blackout.sheet(two.one).boxes == ()


def test_broken_branches_and_what_nobody_was_handed_are_on_the_sheet(two: Two) -> None:
    node = two.one
    [plan] = node.desk.submit([given(circle(33.0, 34.0, soon(two, 0.9)), label="survey 1")])
    assert part(node, "Not confirmed by the last cell").rows == ()
    node.room.relay.add("operations", None, None)
    node.room.relay.add("crew 1", "operations", None)
    assert "HANDED DOWN TO NOBODY" in words(node, "Not confirmed by the last cell")
    node.room.relay.open(None, plan.plan)
    # the first of the branch that has not confirmed, and not all below it
    [row] = part(node, "Not confirmed by the last cell").rows
    assert "operations: " in row[2]


def test_an_exercise_says_so_on_both(tmp_path: Path) -> None:
    with whole.two(tmp_path, exercise=True) as two:
        assert handover.sheet(two.one).exercise and blackout.sheet(two.one).exercise
