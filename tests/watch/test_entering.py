"""Entries of tracks into zones against an oracle: none missed anywhere, none late, none invented by far."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.watch.entering_oracle import EARTH, gaps
from wideberth.model.separation import Rule
from wideberth.model.track import Velocity
from wideberth.space.altitude import Altitude, parse_altitude
from wideberth.space.ground import Ground, Polygon
from wideberth.space.height import flight_level_range
from wideberth.space.reference import Qnh, Terrain, VerticalReference
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.space.volume import Pad, Volume
from wideberth.watch.columns import LIVE
from wideberth.watch.entering import Zones
from wideberth.watch.findings import Finding
from wideberth.watch.motion import Heights, Moving, Rows, empty, write
from wideberth.watch.zone import Zone

NOW = 1_795_000_000_000
AHEAD = 300 * SECOND
ELSEWHERE = 5
PLACES = {
    "33° N": (36.3, 33.5),
    "70° N": (25.0, 70.0),
    "180°": (180.0, -17.0),
    "pole": (77.0, 89.95),
    "south pole": (-40.0, -89.97),
    "equator": (0.0, 0.01),
}


def moving(
    lon: float,
    lat: float,
    course: float = 90.0,
    speed: float = 100.0,
    *,
    doubt: float = 0.0,
    drift: float = 0.0,
    turn: float = 0.0,
    altitude: Altitude | None = None,
    climb: float | None = 0.0,
    altitude_doubt: float = 0.0,
    climb_drift: float = 0.0,
    at: int = NOW,
    party: int = 0,
) -> Moving:
    lon = (lon + 180.0) % 360.0 - 180.0
    rate = None if climb is None else round(climb * 1_000)
    return Moving(
        at,
        (round(lon * DEGREE), round(lat * DEGREE)),
        round(doubt * METRE),
        Velocity(round(speed * 1_000), round(course % 360.0 * DEGREE), rate),
        round(drift * 1_000),
        round(turn * DEGREE),
        altitude,
        round(altitude_doubt * METRE),
        round(climb_drift * 1_000),
        party,
    )


def rows_of(reference: VerticalReference, *tracks: Moving) -> Rows:
    rows, heights = empty(len(tracks)), Heights(reference)
    for k, track in enumerate(tracks):
        write(rows, k, track, heights)
    return rows


def zone_of(*volumes: Volume, rules: tuple[Rule, ...] = (Rule(0, 0, 0),), party: str = "B") -> Zone:
    return Zone("z", "notice", party, "Z", volumes, rules)


def look(
    reference: VerticalReference, track: Moving, zone: Zone, now: int = NOW, ahead: int = AHEAD
) -> Finding | None:
    zones = Zones([zone], {"B": ELSEWHERE}, reference)
    found = zones.entering(rows_of(reference, track), ["t"], now, ahead)
    assert len(found) <= 1
    return found[0] if found else None


def away(place: tuple[float, float], azimuth: float, metres: float) -> tuple[float, float]:
    lon, lat, _ = EARTH.fwd(*place, azimuth, metres)
    return float(lon), float(lat)


def check_against_oracle(reference: VerticalReference, track: Moving, ground: Ground, h: int) -> None:
    """Fails where an entry within 60 s, turning or straight on, is missed, late, or invented."""
    first = (NOW - track.at_ms) / SECOND
    grid = np.linspace(first, first + 60.0, 121)
    ways = [
        gaps(each, ground, grid) for each in ((track, replace(track, turn=0)) if track.turn else (track,))
    ]
    speed = 0.0 if track.velocity is None else track.velocity.speed / 1_000
    reach = track.doubt / METRE + track.drift / 1_000 * np.abs(grid) + h / METRE
    over, loose = np.min([way.gap for way in ways], axis=0) - reach, ways[0].loose
    found = look(reference, track, zone_of(Volume(ground), rules=(Rule(h, 0, 0),)), ahead=60 * SECOND)
    certain = np.flatnonzero(over < -loose - 0.01)
    if len(certain):
        assert found is not None, f"missed by {-over[certain[0]]} m at {grid[certain[0]]} s"
        assert found.at_ms <= track.at_ms + grid[certain[0]] * SECOND + 1, "late"
    # between two moments of the grid it comes no nearer than by half a step
    clear = 2.0 + loose + (speed + track.drift / 1_000) * 0.25 + (1.0 if track.turn else 0.0)
    if (over > clear).all():
        assert found is None, f"invented, {over.min()} m away"
    elif found is not None:
        early = np.flatnonzero(over <= clear)[0]
        assert found.at_ms >= track.at_ms + (grid[early] - 1.5) * SECOND, "early"


def passing(data: st.DataObject, edge: tuple[float, float], aside: float) -> tuple[Moving, Moving]:
    """A track that is at `edge` in 30 s, as it goes straight on; and the same one, turning perhaps."""
    draw = data.draw
    speed, doubt = draw(st.floats(0, 300), "speed"), draw(st.floats(0, 200), "doubt")
    drift, turn = draw(st.floats(0, 5), "drift"), draw(st.sampled_from([3.0, -0.7, 0.0]), "turn")
    course = aside + 90.0 if draw(st.booleans(), "tangent") else draw(st.floats(0, 360), "course")
    lon, lat, back = EARTH.fwd(*edge, course + 180.0, speed * 30)
    # the report may be some seconds old, or from the future
    at = NOW + draw(st.sampled_from([0, 0, -7_000, 2_000]), "at")
    track = moving(lon, lat, back, speed, doubt=doubt, drift=drift, at=at)
    return track, replace(track, turn=round(turn * DEGREE))


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=12)
@given(data=st.data())
def test_no_entry_into_a_circle_is_missed(
    place: str, reference: VerticalReference, data: st.DataObject
) -> None:
    centre, radius = PLACES[place], data.draw(st.sampled_from([0, 40, 700, 5_000]), "radius")
    h = data.draw(st.sampled_from([0, 100 * METRE, 5_556 * METRE]), "h")
    beside = data.draw(st.sampled_from([-300, -30, -4, -0.05, 4, 30, 300]), "by")
    aside = data.draw(st.floats(0, 360), "aside")
    edge = away(centre, aside, max(0.0, radius + h / METRE + beside))
    straight, turning = passing(data, edge, aside)
    ground = circle(round(centre[0], 7), centre[1], radius * METRE)
    check_against_oracle(reference, straight, ground, h)
    check_against_oracle(reference, turning, ground, h)


def square(place: tuple[float, float], size: float, hole: bool, lonlat: bool) -> Polygon:
    """Eight corners, one of them inwards, with a hole in the middle or without."""
    outer = [away(place, 45 * k, size * (0.6 if k == 3 else 1.0)) for k in (0, 1, 2, 3, 4, 5, 6, 7)]
    inner = [away(place, 90 * k, size * 0.3) for k in (3, 2, 1, 0)]
    rings = [[*ring, ring[0]] for ring in ([outer, inner] if hole else [outer])]
    return polygon(rings, "lonlat" if lonlat else "geodesic")


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=6)
@given(data=st.data())
def test_no_entry_into_a_polygon_is_missed(
    place: str, reference: VerticalReference, data: st.DataObject
) -> None:
    centre, size = PLACES[place], data.draw(st.sampled_from([60, 900, 5_000]), "size")
    hole, lonlat = data.draw(st.booleans(), "hole"), place in ("33° N", "70° N")
    ground = square(centre, size, hole, lonlat and data.draw(st.booleans(), "lonlat"))
    h = data.draw(st.sampled_from([0, 250 * METRE]), "h")
    aside = data.draw(st.floats(0, 360), "aside")
    share = data.draw(st.sampled_from([0.0, 0.2, 0.7, 0.93, 1.05, 1.5]), "share")
    straight, turning = passing(data, away(centre, aside, size * share), aside)
    check_against_oracle(reference, straight, ground, h)
    check_against_oracle(reference, turning, ground, h)


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=6)
@given(data=st.data())
def test_no_entry_into_a_corridor_is_missed(
    place: str, reference: VerticalReference, data: st.DataObject
) -> None:
    centre, width = PLACES[place], data.draw(st.sampled_from([0, 50, 2_000]), "half width")
    bends = [away(centre, azimuth, far) for azimuth, far in ((10, 9_000), (0, 0), (95, 4_000))]
    ground = corridor(bends, width * METRE, "geodesic")
    aside = data.draw(st.sampled_from([10.0, 50.0, 95.0, 230.0]), "aside")
    far = data.draw(st.sampled_from([0, 1_000, 4_300]), "far") + width
    straight, turning = passing(data, away(centre, aside, far), aside)
    check_against_oracle(reference, straight, ground, 0)
    check_against_oracle(reference, turning, ground, 0)


HERE = (36.3, 33.5)
DISC = circle(*HERE, 1_000 * METRE)


def inbound(**other: object) -> Moving:
    """11 km to the west of the middle, 100 m/s eastwards: in after 100 s, out again after 120 s."""
    return moving(*away(HERE, 270.0, 11_000.0), 90.06, 100.0, **other)  # type: ignore[arg-type]  # made up


def level(lower: str, upper: str) -> Volume:
    return Volume(DISC, parse_altitude(lower), parse_altitude(upper))


def test_an_entry_says_what_a_person_needs(reference: VerticalReference) -> None:
    found = look(reference, inbound(altitude=Altitude("HAE", 500 * METRE)), zone_of(Volume(DISC)))
    assert found is not None
    assert found.key == ("entry", "t", "z") and found.code == "notice"
    assert NOW + 99_300 <= found.at_ms <= NOW + 100_010
    assert abs(found.point[0] - round(away(HERE, 270.0, 1_000.0)[0] * DEGREE)) < 8_000
    assert found.nominal and not found.turning
    assert (found.h, found.v, found.required_h, found.required_v) == (0, 0, 0, 0)
    assert found.closest_ms is not None and abs(found.closest_ms - NOW - 110_000) < 500


def test_who_is_inside_has_entered_now(reference: VerticalReference) -> None:
    for ground in (
        DISC,
        square(HERE, 2_000, False, False),
        corridor([HERE, (36.5, 33.5)], METRE, "geodesic"),
    ):
        found = look(reference, moving(*HERE, speed=0.0), zone_of(Volume(ground)), now=NOW + 77)
        assert found is not None and found.at_ms == NOW + 77


def test_a_hole_is_outside(reference: VerticalReference) -> None:
    ground = square(HERE, 2_000, True, False)
    still = moving(*HERE, speed=0.0, doubt=300.0)
    assert look(reference, still, zone_of(Volume(ground))) is None
    assert look(reference, moving(*HERE, speed=0.0, doubt=430.0), zone_of(Volume(ground))) is not None
    out = look(reference, moving(*HERE, 45.0, speed=10.0), zone_of(Volume(ground)))
    assert out is not None and NOW + 40_000 < out.at_ms < NOW + 44_000


@pytest.mark.parametrize(
    ("lower", "upper", "track", "found"),
    [
        ("FL100", "FL200", "FL090", False),
        ("FL100", "FL200", "FL100", True),
        ("FL100", "FL200", "FL201", False),
        ("1000m HAE", "2000m HAE", "999.4m HAE", False),
        ("1000m HAE", "2000m HAE", "999.6m HAE", True),  # without any doubt it is 1 m thick
        ("1000m HAE", "2000m HAE", "2000.6m HAE", False),
        ("1000m ALT", "2000m ALT", "911m ALT", True),  # two QNH: 90 m
        ("1000m ALT", "2000m ALT", "909m ALT", False),
        ("1000m MSL", "2000m MSL", "911m ALT", True),  # the text MSL means either
        ("1000m HAE", "2000m HAE", "FL090", True),  # 2,743 m may be 2,000 m
        ("1000m HAE", "2000m HAE", "FL200", False),
        ("SFC", "120m AGL", "2000m HAE", True),  # the ground is not known
        ("SFC", "120m AGL", "9200m HAE", False),
        ("SFC", "UNL", "FL450", True),
        ("SFC", "120m AGL", "200m AGL", True),  # a hill and the valley beside it
    ],
)
def test_heights_are_compared_as_geometry_says(
    reference: VerticalReference, lower: str, upper: str, track: str, found: bool
) -> None:
    one = inbound(altitude=parse_altitude(track))
    assert (look(reference, one, zone_of(level(lower, upper))) is not None) is found


def test_known_ground_and_an_agreed_qnh_tell_more(reference: VerticalReference) -> None:
    known = VerticalReference(reference.geoid, Terrain(400 * METRE, 600 * METRE, known=True), Qnh(1_013.0))
    high, low = inbound(altitude=Altitude("HAE", 900 * METRE)), inbound(altitude=Altitude("HAE", 700 * METRE))
    assert look(known, high, zone_of(level("SFC", "120m AGL"))) is None
    assert look(known, low, zone_of(level("SFC", "120m AGL"))) is not None
    under = inbound(altitude=Altitude("ALT", 950 * METRE))
    assert look(known, under, zone_of(level("1000m ALT", "2000m ALT"))) is None
    part = VerticalReference(reference.geoid, qnh=Qnh(1_013.0, circle(*HERE, 50_000 * METRE)))
    assert look(part, under, zone_of(level("1000m ALT", "2000m ALT"))) is not None


def test_without_an_altitude_it_is_at_every_altitude(reference: VerticalReference) -> None:
    found = look(reference, inbound(altitude=None), zone_of(level("FL100", "FL200")))
    assert found is not None and found.v is None and found.required_v == 0


def test_a_climb_brings_it_in_when_it_gets_there(reference: VerticalReference) -> None:
    # at 105 s it is at 2,000 m, in the middle of its way through
    track = inbound(altitude=Altitude("HAE", 950 * METRE), climb=10.0)
    found = look(reference, track, zone_of(level("2000m HAE", "UNL")))
    assert found is not None and NOW + 104_700 <= found.at_ms <= NOW + 105_010
    assert found.nominal
    late = inbound(altitude=Altitude("HAE", 750 * METRE), climb=10.0)
    assert look(reference, late, zone_of(level("2000m HAE", "UNL"))) is None
    unsure = inbound(altitude=Altitude("HAE", 750 * METRE), climb=10.0, climb_drift=1.0)
    found = look(reference, unsure, zone_of(level("2000m HAE", "UNL")))
    assert found is not None and not found.nominal
    assert NOW + 113_000 <= found.at_ms <= NOW + 113_700


def test_a_climb_in_cold_or_warm_air_is_longer_than_it_reads(reference: VerticalReference) -> None:
    # 4,500 m of pressure altitude are up to 4,890 m at ISA + 25
    track = inbound(altitude=Altitude("FL", 3_000 * METRE), climb=40.0)
    there = flight_level_range((3_000 + 40 * 110) * METRE, reference.atmosphere)
    zone = zone_of(Volume(DISC, Altitude("HAE", there[1] + 5 * METRE), parse_altitude("UNL")))
    assert look(reference, track, zone) is not None
    zone = zone_of(Volume(DISC, Altitude("HAE", there[1] + 900 * METRE), parse_altitude("UNL")))
    assert look(reference, track, zone) is None


@pytest.mark.parametrize(
    ("start", "end", "t", "entered"),
    [
        (None, None, 0, 100),
        (105, 300, 0, 105),
        (121, 300, 0, None),
        (0, 99, 0, None),
        (0, 105, 0, 100),
        (0, 97, 2, None),
        (0, 98, 10, 100),
        (125, 300, 10, 115),
        (110, 110, 0, 109),  # an instant is 1 s
        (500, 900, "any", 100),
    ],
)
def test_a_zone_counts_in_its_window(
    reference: VerticalReference, start: int | None, end: int | None, t: int | str, entered: int | None
) -> None:
    window = [None if each is None else NOW + each * SECOND for each in (start, end)]
    rule = Rule(0, 0, t * SECOND if isinstance(t, int) else "any")
    found = look(reference, inbound(), zone_of(Volume(DISC, start=window[0], end=window[1]), rules=(rule,)))
    assert (found is None) is (entered is None)
    if found is not None and entered is not None:
        assert NOW + entered * SECOND - 800 <= found.at_ms <= NOW + entered * SECOND + 510


def test_the_look_ahead_holds_its_end(reference: VerticalReference) -> None:
    zone = zone_of(Volume(DISC, start=NOW + 110 * SECOND))
    assert look(reference, inbound(), zone, ahead=110 * SECOND) is not None
    assert look(reference, inbound(), zone, ahead=110 * SECOND - 1) is None
    ended = zone_of(Volume(DISC, end=NOW))
    assert look(reference, moving(*HERE, speed=0.0), ended) is None


def test_rules_and_pads(reference: VerticalReference) -> None:
    beside = moving(*away(HERE, 180.0, 1_500.0), 90.0, 0.0, altitude=Altitude("HAE", 0))
    assert look(reference, beside, zone_of(Volume(DISC))) is None
    assert look(reference, beside, zone_of(Volume(DISC, pad=Pad(h=490 * METRE)))) is None
    assert look(reference, beside, zone_of(Volume(DISC, pad=Pad(h=501 * METRE)))) is not None
    over = Volume(DISC, Altitude("HAE", 100 * METRE), Altitude("HAE", 200 * METRE))
    near, far = Rule(600 * METRE, 50 * METRE, 0), Rule("any", 200 * METRE, 0)
    assert look(reference, beside, zone_of(over, rules=(near,))) is None
    found = look(reference, beside, zone_of(over, rules=(near, far)))
    assert found is not None and found.required_h is None and found.required_v == 200 * METRE
    assert found.v == pytest.approx(99.5 * METRE, abs=1) and found.h is not None
    assert 495 * METRE < found.h < 500 * METRE + 100
    every = look(reference, beside, zone_of(over, rules=(Rule(600 * METRE, "any", 0),)))
    assert every is not None and every.required_v is None


def test_the_same_party_is_not_compared(reference: VerticalReference) -> None:
    assert look(reference, inbound(party=ELSEWHERE), zone_of(Volume(DISC))) is None
    for party in ("", "unheard of"):
        assert look(reference, inbound(party=ELSEWHERE), zone_of(Volume(DISC), party=party)) is not None
        assert look(reference, inbound(party=0), zone_of(Volume(DISC), party=party)) is not None


def test_a_track_that_turns_is_followed_both_ways(reference: VerticalReference) -> None:
    ground = circle(*away(HERE, 0.0, 3_820.0), 200 * METRE)  # half round a circle of 1,910 m, 60 s on
    track = moving(*HERE, 270.0, 100.0, turn=3.0)
    found = look(reference, track, zone_of(Volume(ground)))
    assert found is not None and found.turning
    assert NOW + 56_000 < found.at_ms < NOW + 59_000
    ahead = look(reference, track, zone_of(Volume(circle(*away(HERE, 270.0, 9_000.0), 200 * METRE))))
    assert ahead is not None and not ahead.turning
    both = look(reference, track, zone_of(Volume(ground), Volume(circle(*away(HERE, 270.0, 9_000.0), METRE))))
    assert both is not None and not both.turning and both.at_ms == found.at_ms


def test_findings_are_in_order_and_dead_rows_are_passed_over(reference: VerticalReference) -> None:
    zones = [zone_of(Volume(DISC)), Zone("a", "policy", "", "A", (Volume(DISC),))]
    rows = rows_of(reference, inbound(), inbound(), moving(*HERE))
    rows[1, LIVE] = 0.0
    found = Zones(zones, {"B": ELSEWHERE}, reference).entering(rows, ["x", "y", "w"], NOW, AHEAD)
    assert [(each.key.track, each.key.other) for each in found] == [
        ("w", "a"),
        ("w", "z"),
        ("x", "a"),
        ("x", "z"),
    ]
    assert Zones([], {}, reference).entering(rows, ["x", "y", "w"], NOW, AHEAD) == []
    assert Zones(zones, {}, reference).entering(empty(3), ["x", "y", "w"], NOW, AHEAD) == []


def test_outside_is_told_only_where_it_is_certain(reference: VerticalReference) -> None:
    def outside(track: Moving, *volumes: Volume, now: int = NOW) -> int | None:
        zones = Zones([zone_of(*volumes)], {"B": ELSEWHERE}, reference)
        return zones.outside(rows_of(reference, track)[0], "z", now)

    beside = away(HERE, 90.0, 1_500.0)
    height = Altitude("HAE", 500 * METRE)
    away_by = outside(moving(*beside, speed=0.0, doubt=100.0), Volume(DISC))
    assert away_by is not None and 398 * METRE < away_by <= 400 * METRE + 100
    assert outside(moving(*beside, speed=0.0, doubt=501.0), Volume(DISC)) is None
    grown = outside(moving(*beside, speed=0.0, doubt=100.0, drift=10.0), Volume(DISC), now=NOW + 20_000)
    assert grown is not None and 198 * METRE < grown <= 200 * METRE + 100
    assert outside(moving(*beside, speed=0.0, drift=26.0), Volume(DISC), now=NOW + 20_000) is None
    assert outside(moving(*HERE, speed=0.0), Volume(DISC), Volume(circle(0, 0, METRE))) is None
    assert outside(moving(*HERE, speed=0.0, altitude=height), level("600m HAE", "UNL")) == 1
    assert outside(moving(*HERE, speed=0.0, altitude=height), level("600m AGL", "UNL")) is None
    assert outside(moving(*HERE, speed=0.0), Volume(DISC, end=NOW)) == 1
    ring = square(HERE, 2_000, True, False)
    hole = outside(moving(*HERE, speed=0.0), Volume(ring))
    assert hole is not None and 400 * METRE < hole < 430 * METRE
    assert outside(moving(*away(HERE, 45.0, 1_000.0), speed=0.0), Volume(ring)) is None
    whole = Zones([zone_of(Volume(DISC), rules=(Rule("any", 0, 0),))], {}, reference)
    assert whole.outside(rows_of(reference, moving(0, 0))[0], "z", NOW) is None
    nothing = Zones([zone_of()], {}, reference)
    assert nothing.outside(rows_of(reference, moving(0, 0))[0], "z", NOW) == 1
