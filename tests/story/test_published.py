"""What whole nodes publish on maps: by level, by whose it is, and not a byte of what is nobody's to see."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mgrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.story import whole
from tests.story.desks import DAY_MS, HOUR_MS, START, circle, desks
from tests.story.test_sites import listed, site
from tests.story.test_statements import policy
from tests.story.whole import WALL_MS, Two
from wideberth.desk.plans import Own
from wideberth.formats import geojson_feed, kml_link
from wideberth.formats.feed_shape import Feed
from wideberth.ledger import ids
from wideberth.model.agreement import Disclosure
from wideberth.model.plan import Plan
from wideberth.model.published import LEVELS, Level, Published, Warned
from wideberth.model.site import NOTICE
from wideberth.node import published as publishing
from wideberth.node.filings import Given
from wideberth.node.published import published
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Pad, Volume

LON, LAT = 34.1234567, 31.7654321
PLACE = Circle((round(LON * DEGREE), round(LAT * DEGREE)), 4_321 * METRE)
EXACT = Volume(
    PLACE,
    Altitude("MSL", 7_351 * FOOT),
    Altitude("MSL", 9_157 * FOOT),
    START + 61_001,
    START + HOUR_MS // 2 + 7,
)
CANARY = Plan(
    "", "", (EXACT,), "survey", label="CANARY LABEL", callsign="CANARY61", note="a note of canaries"
)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with desks(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Two that have agreed on nothing, for tests that leave nothing behind."""
    with whole.two(tmp_path_factory.mktemp("alone")) as found:
        yield found


def both(found: list[Published], level: Level, now_ms: int = WALL_MS) -> bytes:
    """Every byte of a feed, in either format."""
    feed = Feed(tuple(found), level, now_ms)
    return kml_link.write(feed) + geojson_feed.write(feed)


def now(two: Two, level: Level, *warned: Warned) -> list[Published]:
    return published(two.one, level, two.time.wall_ms, warned)


def kinds(found: list[Published]) -> list[tuple[str, str, str]]:
    return sorted((each.kind, each.party, each.name) for each in found)


def all_of_it(two: Two) -> str:
    """Something of each kind, of both parties; the id of an own plan."""
    [mine] = two.one.desk.submit([Given(CANARY)])
    two.other.desk.submit([Given(Plan("", "", (circle(35, 33, START),), "ferry", callsign="tern 7"))])
    row = structs.replace(site("a"), name="Canary clinic", source="a canary", photo=bytes(32))
    listed(two.one, row, site("m", 34.5, kind="movement", of="convoy", review=WALL_MS - 1))
    theirs = listed(two.other, site("b", 36.0))
    two.other.sites.send(two.line, theirs.list)
    two.one.room.statements.make([two.line], policy(expires=START + DAY_MS))
    two.other.room.statements.make([two.line], policy(circle(35, 33, START, 24)))
    line = two.one.manual.open("Harbour office", "telephone", "en", "full", "crewed").manual
    told = Plan("", "", (circle(33, 36, START),), "ferry", label="CANARY THEIRS", note="a canary")
    two.one.manual.planned(line, [told], "watch officer", WALL_MS)
    whole.settle(two)
    return mine.plan


def test_each_kind_is_published_as_its_level_has_it(two: Two) -> None:
    all_of_it(two)
    full = now(two, "full")
    assert kinds(full) == [
        ("movement", "ours", "Clinic m"),
        ("notice", "Harbour office", "Plan of Harbour office"),
        ("notice", "south", "tern 7"),
        ("plan", "ours", "CANARY61"),
        ("policy", "ours", "Policy of ours"),
        ("policy", "south", "Policy of south"),
        ("site", "ours", "Canary clinic"),
        ("site", "south", "Clinic b"),
    ]
    coarse = now(two, "coarse")
    assert kinds(coarse) == [
        ("movement", "ours", "Protected movement"),
        ("plan", "ours", "Planned activity"),
        ("policy", "ours", "Policy area"),
        ("site", "ours", "Protected place"),
    ]
    assert {each.level for each in full} == {"full"} and {each.level for each in coarse} == {"coarse"}
    for each in (*full, *coarse):
        assert (each.notice == NOTICE) == (each.kind in ("site", "movement"))
        assert each.uid.startswith("wideberth.") and len(each.uid) == 42
        assert each.volumes and each.stale_ms > two.time.wall_ms
    assert not {each.uid for each in full} & {each.uid for each in coarse}
    [plan] = (each for each in full if each.kind == "plan")
    assert plan.volumes == (EXACT,)
    assert (plan.start_ms, plan.stale_ms) == (EXACT.start, EXACT.end)
    assert (plan.activity, plan.state, plan.words) == ("survey", "accepted", "survey, accepted.")
    [clinic] = (each for each in full if each.name == "Canary clinic")
    assert clinic.grade == "unverified" and "hospital, in the list Hospitals" in clinic.words
    assert (clinic.start_ms, clinic.stale_ms) == (None, two.time.wall_ms + DAY_MS)
    [moves] = (each for each in full if each.kind == "movement")
    assert "Nobody has validated the place in time." in moves.words
    # once more the same, whatever the order
    assert now(two, "full") == full and now(two, "coarse") == coarse


def test_of_a_plan_no_more_is_published_than_it_was_filed_for(alone: Two) -> None:
    levels: list[Disclosure] = ["full", "coarse", "conflict-only", "none"]
    made = alone.one.desk.submit([Given(CANARY, each) for each in levels])
    assert sorted(each.level for each in now(alone, "full")) == ["coarse", "full"]
    assert [each.level for each in now(alone, "coarse")] == ["coarse", "coarse"]
    for plan in made:
        alone.one.desk.state(plan.plan, "ended")
    assert now(alone, "full") == now(alone, "coarse") == []


def test_what_is_over_is_published_no_more() -> None:
    def at(level: Level, now_ms: int) -> int:
        return len(publishing.views([publishing.of_plan(Own(CANARY, 1))], level, now_ms))

    end = START + HOUR_MS // 2 + 7
    assert (at("full", end - 1), at("full", end)) == (1, 0)
    # where the hours of the grid are told it is over when they are: else that would say when it is
    assert (at("coarse", end), at("coarse", START + HOUR_MS - 1), at("coarse", START + HOUR_MS)) == (1, 1, 0)
    padded = structs.replace(CANARY, volumes=(structs.replace(EXACT, pad=Pad(t=5)),))
    assert len(publishing.views([publishing.of_plan(Own(padded, 1))], "full", end + 4)) == 1


def forms() -> Iterator[bytes]:
    """What is exact of the plan, as anybody might write it."""
    for degrees in (LON, LAT):
        for digits in range(2, 8):
            yield f"{degrees:.{digits}f}".encode()
        yield str(round(degrees * DEGREE)).encode()
        whole_, minutes = int(degrees), degrees % 1 * 60
        yield f"{whole_:02d}{int(minutes):02d}{int(minutes % 1 * 60):02d}".encode()
        yield struct.pack("<d", degrees)
    for precision in (2, 3, 4, 5):
        yield mgrs.MGRS().toMGRS(LAT, LON, MGRSPrecision=precision).encode()
    for number in (4_321, 7_351, 9_157, round(7_351 * 0.3048), round(9_157 * 0.3048, 2)):
        yield f"{number:,}".encode()
        yield str(number).encode()
    for ms in (EXACT.start, EXACT.end):
        assert ms is not None
        yield str(ms).encode()
    yield from (b":01:01", b":30:00.007", b"30:00", b"01:01.001")


def test_no_byte_of_the_coarse_level_is_of_the_plan_itself(two: Two) -> None:
    plan = all_of_it(two)
    alert = Warned(
        "w-canaryalert",
        "closing",
        PLACE.centre,
        70 * METRE,
        START + 61_001,
        "CANARY61",
        "canary",
    )
    data = both(now(two, "coarse", alert), "coarse")
    for text in (b"canary", plan.encode(), plan[2:].encode(), b"heron", two.one.party.encode()):
        assert text.lower() not in data.lower(), text
    for name in (ids.notice_of(two.line, plan), two.line, two.other.party, "south", "Harbour", "tern 7"):
        assert name.encode() not in data, name
    for each in forms():
        assert each not in data, each
    # the same would be seen: in full it is all there
    whole_data = both(now(two, "full"), "full")
    for text in (b"CANARY61", b"7,351 ft MSL", b"south", b"tern 7", b"Canary clinic", b":01:01.001"):
        assert text in whole_data, text
    for text in (b"CANARY LABEL", b"a note of canaries", b"a canary", b"CANARY THEIRS", plan.encode()):
        assert text not in whole_data, text


HERE = ((34.05, 31.72), (34.15, 31.82))
"""Some of one cell of the grid: what lies in it, and in the same hour and layer, looks the same."""
inside = st.builds(
    lambda x, y, radius, low, high, start, end: Volume(
        Circle((round(x * DEGREE), round(y * DEGREE)), radius * METRE),
        Altitude("MSL", min(low, high) * FOOT),
        Altitude("MSL", max(low, high) * FOOT),
        START + min(start, end),
        START + max(start, end) + 1,
        pad=Pad(3 * METRE, METRE, 1_000),
    ),
    st.floats(HERE[0][0], HERE[1][0]),
    st.floats(HERE[0][1], HERE[1][1]),
    st.integers(1, 900),
    st.integers(5_100, 9_900),
    st.integers(5_100, 9_900),
    st.integers(10_000, HOUR_MS - 10_000),
    st.integers(10_000, HOUR_MS - 10_000),
)


def coarsely(plan: Plan, now_ms: int = WALL_MS) -> bytes:
    return both(publishing.views([publishing.of_plan(Own(plan, 1))], "coarse", now_ms), "coarse", now_ms)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(inside, min_size=1, max_size=3),
    st.lists(inside, min_size=1, max_size=3),
    st.integers(WALL_MS, START + 2 * HOUR_MS),
)
def test_edits_and_differences_tell_nothing(before: list[Volume], after: list[Volume], at: int) -> None:
    one = Plan("", "p-" + "a" * 26, tuple(before), "survey", label="one", callsign="heron 1", note="x")
    other = structs.replace(one, volumes=tuple(after), label="two", callsign="tern", note="y", priority=9)
    assert coarsely(one, at) == coarsely(other, at)
    # and cut in two, listed twice, or the other way round
    assert coarsely(structs.replace(one, volumes=(*before[::-1], *before)), at) == coarsely(one, at)


def test_such_a_comparison_can_fail() -> None:
    one = Plan("", "p-" + "a" * 26, (circle(34.1, 31.77, START),), "survey")
    far = structs.replace(one, volumes=(circle(34.4, 31.77, START),))
    assert coarsely(one) != coarsely(far)


def test_an_edit_within_its_cells_changes_no_byte_of_a_node(alone: Two) -> None:
    two = alone
    plan = two.one.desk.submit([Given(CANARY)])[0].plan
    before = both(now(two, "coarse"), "coarse")
    moved = Circle((round(34.12 * DEGREE), round(31.76 * DEGREE)), 3_000 * METRE)
    edited = structs.replace(CANARY, volumes=(structs.replace(EXACT, ground=moved),), callsign="other")
    two.one.desk.amend(plan, Given(edited))
    assert both(now(two, "coarse"), "coarse") == before
    assert b"other" in both(now(two, "full"), "full")
    two.one.desk.state(plan, "ended")


def alert(kind: Any = "closing", **more: Any) -> Warned:
    found = Warned("w-a", kind, (341_234_567, 317_654_321), 70 * METRE, START, "heron 1, tern 7", "In 90 s.")
    return found._replace(**more)


def test_an_alert_is_a_spot_and_at_coarse_a_cell_without_a_name(alone: Two) -> None:
    two = alone
    [spot] = now(two, "full", alert())
    assert spot.volumes == (Volume(Circle((341_234_567, 317_654_321), 70 * METRE)),)
    assert (spot.kind, spot.name, spot.party) == ("alert", "heron 1, tern 7", "")
    assert spot.words == "In 90 s."
    [plain] = now(two, "full", alert(words=""))
    assert plain.words == "two tracks of different parties lose their separation; from 2027-01-17 08:00Z"
    assert spot.stale_ms == two.time.wall_ms + publishing.KEEP_ALERT_MS
    [cell] = now(two, "coarse", alert())
    assert (cell.name, cell.level) == ("Alert", "coarse")
    assert "heron" not in cell.words and "90 s" not in cell.words and "2027" not in cell.words
    # its uid can be guessed by nobody who knows tracks and times: it says what is shown, and no more
    assert now(
        two, "coarse", alert(id="w-b", at_ms=START + 1, name="x", point=(341_200_000, 317_000_000))
    ) == [cell]
    assert now(two, "coarse", alert(), alert(id="w-b")) == [cell]
    assert len(now(two, "coarse", alert(), alert("entry"))) == 2
    for kind in ("unplanned", "nonconforming", "contingent", "lost", "doubtful"):
        assert now(two, "coarse", alert(kind)) == [] and len(now(two, "full", alert(kind))) == 1


def test_a_hostile_notice_spoils_nobody_elses(two: Two) -> None:
    """Nor do words of theirs mislead a map."""
    all_of_it(two)
    assert publishing.text("tern\u202e7 <script>", 80) == "tern7 ‹script›"
    two.other.desk.submit([Given(Plan("", "", (circle(35, 32, START),), "ferry", callsign="<b>tern</b>"))])
    pole = Volume(Circle((0, 90 * DEGREE), 5_000_000 * METRE))
    two.other.desk.submit([Given(Plan("", "", (pole,), "ferry", callsign="pole"))])
    whole.settle(two)
    found = now(two, "full")
    said = json.loads(geojson_feed.write(Feed(tuple(found), "full", WALL_MS)))
    assert {each["properties"]["label"] for each in said["features"]} >= {
        "CANARY61",
        "tern 7",
        "pole",
        "‹b›tern‹/b›",
    }


def test_of_an_exercise_every_name_says_so(tmp_path: Path) -> None:
    with whole.two(tmp_path, exercise=True) as two:
        two.one.desk.submit([Given(CANARY)])
        for level in LEVELS:
            assert [each.name.split()[0] for each in now(two, level)] == ["EXERCISE"]
