"""What whole nodes show on a TAK server: what is published at the level, and not a byte more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.story import whole
from tests.story.desks import START, circle, desks
from tests.story.whole import Two
from wideberth.formats import cot_event
from wideberth.formats.cot_published import Events
from wideberth.model.plan import Plan
from wideberth.model.published import LEVELS, Level, Warned
from wideberth.model.site import NOTICE
from wideberth.node.filings import Given
from wideberth.node.on_tak import Seen
from wideberth.node.published import published
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

LON, LAT = 34.1234567, 31.7654321
PLACE = Circle((round(LON * DEGREE), round(LAT * DEGREE)), 4_321 * METRE)
EXACT = Volume(
    PLACE, Altitude("HAE", 7_351_000), Altitude("HAE", 9_157_000), START + 61_001, START + 1_800_007
)
PLAN = Plan("", "", (EXACT,), "survey", label="CANARY LABEL", callsign="CANARY61", note="a note of canaries")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with desks(tmp_path) as found:
        yield found


def sent(two: Two, level: Level) -> bytes:
    events = Seen(two.one, level, alerts=True)()
    return b"".join(cot_event.to_xml(event, two.time.wall_ms) for event in events)


def test_own_plans_at_the_level_of_the_server_and_what_is_told_for_own_people_only(two: Two) -> None:
    [mine] = two.one.desk.submit([Given(PLAN)])
    two.other.desk.submit([Given(Plan("", "", (circle(35, 33, START),), "ferry", callsign="tern 7"))])
    whole.settle(two)
    full = sent(two, "full")
    assert b"CANARY61" in full
    assert b"tern 7 (south)" in full
    assert b"34.1234567" in full
    coarse = sent(two, "coarse")
    assert coarse.count(b"<event ") == 1
    for canary in (b"CANARY", b"tern", b"canar", b"34.1234567", b"31.7654321", b"4321", mine.plan.encode()):
        assert canary not in coarse
    for secret in (b"CANARY LABEL", b"note of canaries", mine.plan.encode()):
        assert secret not in full


def test_nothing_changes_between_two_looks_where_nothing_has(two: Two) -> None:
    two.one.desk.submit([Given(PLAN)])
    seen = Seen(two.one, "full", alerts=True)
    first = seen()
    two.time.wall_ms += 1_000
    assert seen() == first
    assert seen()[0] is first[0]
    assert (len(first), seen.left_out) == (1, 0)


def test_an_alert_is_shown_for_minutes_at_either_level(two: Two, reference: VerticalReference) -> None:
    now = two.time.wall_ms
    warned = Warned(
        "w-" + "a" * 26, "closing", PLACE.centre, 300_000, now + 60_000, "CANARY61 / B2", "closing"
    )
    found: dict[Level, etree._Element] = {}
    for level in LEVELS:
        items = published(two.one, level, now, [warned])
        (event,) = Events(reference).of(items, now).events
        assert (event.type, event.until(now)) == ("b-m-p-s-m", now + 120_000)
        found[level] = etree.fromstring(cot_event.to_xml(event, now))
    assert b"CANARY" not in etree.tostring(found["coarse"])
    assert NOTICE not in etree.tostring(found["full"]).decode()
