"""What is a conflict and what is not: GEOMETRY's cases, one by one."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from pyproj import Geod

from tests.conflict.both import find
from tests.conflict.sample import CREWED, HERE, HOUR, apart, every, plan, volume
from wideberth.conflict.result import Axes, Conflict
from wideberth.model.plan import Plan
from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.space.altitude import Altitude
from wideberth.space.geoid import Geoid
from wideberth.space.ground import Polygon
from wideberth.space.reference import Atmosphere, Qnh, Terrain, VerticalReference
from wideberth.space.route import route
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Frequencies, Pad, Volume

GEOD = Geod(ellps="WGS84")


Check = Callable[..., tuple[Conflict, ...]]


@pytest.fixture
def check(reference: VerticalReference) -> Check:
    def run(
        one: Volume | Plan,
        two: Volume | Plan,
        table: SeparationTable,
        against: VerticalReference = reference,
        own: bool = False,
    ) -> tuple[Conflict, ...]:
        a = one if isinstance(one, Plan) else plan("A", one)
        b = two if isinstance(two, Plan) else plan("B", two)
        found = find([a, b], table, against, own=own).conflicts
        assert len(find([b, a], table, against, own=own).conflicts) == len(found), "order must not matter"
        return found

    return run


def box(west: float, south: float, size: float) -> Polygon:
    ring = [
        (west, south),
        (west + size, south),
        (west + size, south + size),
        (west, south + size),
        (west, south),
    ]
    return polygon([[(round(x, 7), round(y, 7)) for x, y in ring]], "lonlat")


# ---- the axes, at their boundaries


def test_two_flights_both_at_exactly_fl310_meet(check: Check) -> None:
    level = volume(lower="FL310", upper="FL310")
    assert len(check(level, level, apart(0, 0, 0))) == 1


def test_levels_at_the_minimum_are_no_conflict_and_a_tenth_of_a_millimetre_less_is(check: Check) -> None:
    low = volume(lower="FL300", upper="FL310")
    table = apart(0, 1_000 * FOOT, 0)
    exact, closer = (Altitude("FL", 32_000 * FOOT - less) for less in (0, 1))
    assert check(low, volume(lower=exact, upper="FL330"), table) == ()
    (conflict,) = check(low, volume(lower=closer, upper="FL330"), table)
    assert conflict.gap.v == 1_000 * FOOT - 1 and conflict.required.v == 1_000 * FOOT


def test_touching_bands_and_windows_are_no_conflict_at_zero(check: Check) -> None:
    assert check(volume(upper="FL100"), volume(lower="FL100"), apart()) == ()
    assert check(volume(end=HOUR), volume(start=HOUR, end=2 * HOUR), apart()) == ()
    assert len(check(volume(end=HOUR + 1), volume(start=HOUR, end=2 * HOUR), apart())) == 1


def test_time_is_exact_to_the_millisecond_and_swapped_when_apart(check: Check) -> None:
    table = apart(0, 0, 300 * SECOND)
    assert check(volume(), volume(start=HOUR + 300_000, end=2 * HOUR), table) == ()
    (conflict,) = check(volume(), volume(start=HOUR + 299_999, end=2 * HOUR), table)
    assert conflict.gap.t == 299_999
    assert (conflict.start, conflict.end) == (HOUR, HOUR + 299_999)


def test_an_instant_lasts_a_second(check: Check) -> None:
    instant = volume(start=HOUR, end=HOUR)
    assert len(check(instant, instant, apart())) == 1
    assert check(instant, volume(start=HOUR + 500, end=2 * HOUR), apart()) == ()
    assert len(check(instant, volume(start=HOUR + 499, end=2 * HOUR), apart())) == 1


def test_until_further_notice(check: Check) -> None:
    (conflict,) = check(volume(start=None, end=None), volume(start=None, end=None), apart())
    assert conflict.start is None and conflict.end is None
    (conflict,) = check(volume(start=HOUR, end=None), volume(start=None, end=2 * HOUR), apart())
    assert (conflict.start, conflict.end) == (HOUR, 2 * HOUR)


def test_coincident_lines_without_width_meet(check: Check) -> None:
    line = corridor([(33, 35), (34, 36)], 0, "geodesic")
    (conflict,) = check(volume(line), volume(line), apart())
    assert conflict.gap == Axes(0, 0, 0)


def test_three_miles_plus_and_minus(check: Check) -> None:
    for beyond, count in ((-1.0, 1), (2.0, 0)):
        lon, lat, _ = GEOD.fwd(179.99, 12.0, 90.0, 5_556 + 20 + beyond)
        other = circle(round(float(lon), 7), lat, 10 * METRE)
        assert (
            len(check(volume(circle(179.99, 12, 10 * METRE)), volume(other), apart(3 * NAUTICAL_MILE)))
            == count
        )


def test_pads_of_both_are_added_and_shown(check: Check) -> None:
    lon, lat, _ = GEOD.fwd(33.0, 35.0, 90.0, 2_000 + 450)
    far = circle(round(float(lon), 7), round(float(lat), 7), 1_000 * METRE)
    assert check(volume(), volume(far), apart(300 * METRE)) == ()
    padded = Pad(100 * METRE, 7 * METRE, 9 * SECOND)
    (conflict,) = check(volume(pad=padded), volume(far, pad=padded), apart(300 * METRE, 1, 2))
    assert conflict.required == Axes(500 * METRE, 14 * METRE + 1, 18 * SECOND + 2)
    assert conflict.gap.h == pytest.approx(450 * METRE, abs=METRE)


def test_pads_alone_make_a_minimum(check: Check) -> None:
    late = volume(start=HOUR + 5 * SECOND, end=2 * HOUR)
    assert check(volume(), late, apart()) == ()
    assert len(check(volume(pad=Pad(t=6 * SECOND)), late, apart())) == 1
    assert len(check(volume(upper="FL100", pad=Pad(v=METRE)), volume(lower="FL100"), apart())) == 1


def test_any_is_at_every_distance(check: Check) -> None:
    there = volume(circle(-120, -40, 0), start=3 * HOUR, end=4 * HOUR)
    (conflict,) = check(volume(), there, apart("any", "any", "any"))
    assert conflict.gap == Axes(None, None, None) and conflict.required == Axes(None, None, None)
    assert check(volume(), there, apart("any", "any", HOUR)) == ()
    assert check(volume(), there, apart(NAUTICAL_MILE, "any", "any")) == ()
    assert (
        len(check(volume(upper="FL100"), replace(there, lower=Altitude("FL", 0)), apart("any", 0, "any")))
        == 1
    )


# ---- grounds that touch


def test_boxes_that_share_an_edge_a_corner_or_a_meridian_do_not_conflict_at_zero(check: Check) -> None:
    here = volume(box(24, 48, 1))
    assert check(here, volume(box(25, 48, 1)), apart()) == ()
    assert check(here, volume(box(25, 49, 1)), apart()) == ()
    assert check(volume(box(179.9, 0, 0.1)), volume(box(-180, 0, 0.1)), apart()) == ()
    assert len(check(here, volume(box(24.9999999, 48, 1)), apart())) == 1
    assert len(check(here, volume(box(25, 48, 1)), apart(1))) == 1
    assert len(check(here, volume(box(24, 48, 1)), apart())) == 1
    assert len(check(here, volume(circle(24.5, 48.5, 0)), apart())) == 1


# ---- altitudes of different datums


def test_a_hill_and_the_valley_beside_it(check: Check, geoid: Geoid) -> None:
    """Heights above ground are never compared as numbers: the ground differs."""
    low, high = volume(upper="120m AGL"), volume(lower="330m AGL", upper="390m AGL")
    hilly = VerticalReference(geoid, Terrain(400 * METRE, 900 * METRE, known=True))
    flat = VerticalReference(geoid, Terrain(0, 10 * METRE, known=True))
    (conflict,) = check(low, high, apart(), hilly)
    assert conflict.gap.v == 0 and not conflict.agl_unresolved
    assert check(low, high, apart(), flat) == ()
    assert len(check(low, high, apart(0, 150 * METRE), flat)) == 1


def test_unknown_ground_is_told_apart(check: Check, reference: VerticalReference, geoid: Geoid) -> None:
    drone, jet = volume(upper="120m AGL"), volume(lower=Altitude("HAE", 2_000 * METRE), upper="FL310")
    found = find([plan("A", drone), plan("B", jet)], apart(), reference)
    assert [conflict.agl_unresolved for conflict in found.conflicts] == [True]
    assert any("AGL unresolved" in note for note in found.notes)
    over_sea = VerticalReference(geoid, Terrain(0, 0, known=True))
    assert check(drone, jet, apart(), over_sea) == ()
    (sure,) = check(drone, volume(), apart())
    assert not sure.agl_unresolved
    (sure,) = check(drone, jet, apart(0, "any"))
    assert not sure.agl_unresolved
    (low,) = check(
        volume(lower="500ft AGL", upper="FL050"), volume(upper=Altitude("HAE", 1_000 * METRE)), apart()
    )
    assert low.agl_unresolved


def test_a_cold_day_brings_a_barometric_altitude_down_to_an_ellipsoidal_one(
    check: Check, geoid: Geoid
) -> None:
    """ISA−30: 3,000 m on the altimeter is some 2,600 m true; a zone up to 2,700 m HAE is reached."""
    flight = volume(lower=Altitude("ALT", 3_000 * METRE), upper=Altitude("ALT", 3_500 * METRE))
    zone = volume(lower=Altitude("HAE", 0), upper=Altitude("HAE", 2_700 * METRE))
    assert len(check(flight, zone, apart())) == 1
    mild = VerticalReference(geoid, atmosphere=Atmosphere(deviation_low=0.0))
    assert check(flight, zone, apart(), mild) == ()


def test_barometric_altitudes_without_one_qnh_need_ninety_metres_more(check: Check, geoid: Geoid) -> None:
    low = volume(upper=Altitude("ALT", 1_000 * METRE))
    high = volume(lower=Altitude("ALT", 1_080 * METRE), upper=Altitude("ALT", 2_000 * METRE))
    (conflict,) = check(low, high, apart())
    assert conflict.gap.v == 80 * METRE and conflict.required.v == 90 * METRE
    assert check(low, high, apart(), VerticalReference(geoid, qnh=Qnh(1013))) == ()
    around = VerticalReference(geoid, qnh=Qnh(None, circle(33, 35, 50_000 * METRE)))
    elsewhere = VerticalReference(geoid, qnh=Qnh(None, circle(35, 35, 50_000 * METRE)))
    assert check(low, high, apart(), around) == ()
    assert len(check(low, high, apart(), elsewhere)) == 1
    assert any("QNH" in note for note in find([plan("A", low), plan("B", high)], apart(), elsewhere).notes)


def test_the_text_msl_is_read_both_ways(check: Check) -> None:
    """1,000 ft MSL against the same text 80 m above: as two altimeter settings they can meet."""
    low = volume(lower="0ft MSL", upper="1000ft MSL")
    high = volume(lower=Altitude("MSL/ALT", 1_000 * FOOT + 80 * METRE), upper="5000ft MSL")
    assert len(check(low, high, apart())) == 1
    plain_low = replace(low, lower=Altitude("MSL", 0), upper=Altitude("MSL", 1_000 * FOOT))
    plain_high = replace(
        high, lower=Altitude("MSL", 1_000 * FOOT + 80 * METRE), upper=Altitude("MSL", 5_000 * FOOT)
    )
    assert check(plain_low, plain_high, apart()) == ()


def test_the_geoid_lies_between_msl_and_hae(check: Check) -> None:
    """At Damascus the geoid is 26.4 m above the ellipsoid (± 7.2 m for an unnamed sea level, ± the cell)."""
    there = circle(36.29, 33.51, 100 * METRE)
    zone = volume(there, lower=Altitude("MSL", 0), upper=Altitude("MSL", 100 * METRE))
    for height, count in ((115.0, 1), (145.0, 0)):
        above = volume(there, lower=Altitude("HAE", int(height * METRE)), upper="UNL")
        assert len(check(zone, above, apart())) == count


# ---- emissions


def test_emissions_compare_by_frequency_and_bodies_do_not(check: Check) -> None:
    table = apart(20_000 * METRE, "any", 300 * SECOND, 1_000_000)
    low = volume(band=Frequencies(2_400_000_000, 2_480_000_000))
    near = volume(band=Frequencies(2_480_999_999, 2_500_000_000))
    clear = volume(band=Frequencies(2_481_000_000, 2_500_000_000))
    (conflict,) = check(low, near, table)
    assert conflict.gap.f == 999_999 and conflict.required.f == 1_000_000
    assert check(low, clear, table) == ()
    (body,) = check(low, volume(), table)
    assert body.gap.f is None and body.required.f is None
    assert len(check(low, clear, apart(20_000 * METRE, "any", 0))) == 1
    assert len(check(low, clear, apart(20_000 * METRE, "any", 0, "any"))) == 1


def test_one_frequency_is_a_hertz_wide(check: Check) -> None:
    at = [volume(band=Frequencies(f, f)) for f in (1_000, 1_001, 1_002)]
    table = apart(0, 0, 0, 0)
    assert len(check(at[0], at[0], table)) == 1
    assert check(at[0], at[1], table) == ()
    assert len(check(at[0], at[1], apart(0, 0, 0, 1))) == 1
    assert check(at[0], at[2], apart(0, 0, 0, 1)) == ()


# ---- which rule


def test_a_pair_absent_from_the_table_takes_the_largest_minima_and_says_so(
    reference: VerticalReference,
) -> None:
    rows = (
        Row(("jet", "jet"), (Rule(1_000 * METRE, 300 * METRE, 0),)),
        Row(("convoy", "jet"), (Rule(100 * METRE, "any", 60 * SECOND),)),
    )
    lon, lat, _ = GEOD.fwd(33.0, 35.0, 90.0, 2_000 + 900)
    far = circle(round(float(lon), 7), round(float(lat), 7), 1_000 * METRE)
    one, two = plan("A", volume(), activity="convoy"), plan("B", volume(far), activity="convoy")
    found = find([one, two], SeparationTable(rows, "terms"), reference)
    (conflict,) = found.conflicts
    assert conflict.rule is None and conflict.activities == ("convoy", "convoy")
    assert conflict.required == Axes(1_000 * METRE, None, 60 * SECOND)
    assert any("convoy and convoy" in note for note in found.notes)
    listed = find([one, replace(two, activity="jet")], SeparationTable(rows, "terms"), reference)
    assert listed.conflicts == () and listed.notes == ()


def test_the_first_violated_rule_leads_and_the_others_are_named(check: Check) -> None:
    never = Rule(0, 0, 0)
    lon, lat, _ = GEOD.fwd(33.0, 35.0, 90.0, 2_000 + 900)
    far = volume(circle(round(float(lon), 7), round(float(lat), 7), 1_000 * METRE))
    (conflict,) = check(volume(), far, every(never, CREWED, Rule("any", "any", 0)))
    assert conflict.rule == 1 and conflict.also == (2,)


# ---- which pairs


def test_only_other_parties_unless_own_and_never_one_plan_with_itself(reference: VerticalReference) -> None:
    twice = plan("A", volume(), volume())
    again = plan("A", volume(), name="2")
    assert find([twice, again], apart(), reference).conflicts == ()
    assert len(find([twice, again], apart(), reference, own=True).conflicts) == 2
    assert len(find([twice, plan("B", volume())], apart(), reference).conflicts) == 2


def test_variants_of_one_flight_are_never_compared(reference: VerticalReference) -> None:
    one = plan("A", volume(), name="1", variant_of="flight")
    two, other = replace(one, id="2"), replace(one, id="3", variant_of=None)
    assert find([one, two], apart(), reference, own=True).conflicts == ()
    assert len(find([one, two, other], apart(), reference, own=True).conflicts) == 2


def test_ended_plans_are_left_out_and_told(reference: VerticalReference) -> None:
    done = plan("B", volume(), state="ended")
    found = find([plan("A", volume()), done], apart(), reference)
    assert found.conflicts == () and found.notes == ("1 ended plan was left out",)
    assert find([done, replace(done, id="2")], apart(), reference).notes == ("2 ended plans were left out",)
    assert find([], apart(), reference).conflicts == ()


def test_a_routes_knot_belongs_to_both_legs(check: Check) -> None:
    legs = route([(33, 35), (33.1, 35), (33.1, 35.1)], [0, 600_000, 1_200_000], 100 * METRE, 0)
    at_knot = volume(circle(33.1, 35, 0), start=600_000 - 500, end=600_000 + 500)
    assert len(check(plan("A", *legs), at_knot, apart())) == 2


def test_progress_counts_every_volume(reference: VerticalReference) -> None:
    seen: list[tuple[int, int]] = []
    plans = [plan(str(k % 3), volume(circle(k % 360 - 180, 0, 0)), name=str(k)) for k in range(5_000)]
    find(plans, apart(), reference, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (5_000, 5_000)


def test_flight_levels_that_met_other_datums_are_told(check: Check, reference: VerticalReference) -> None:
    notes = find(
        [plan("A", volume(upper="FL100")), plan("B", volume(HERE, "FL110"))], apart(), reference
    ).notes
    assert notes == ()
    mixed = find(
        [plan("A", volume(lower="FL100")), plan("B", volume(upper=Altitude("HAE", METRE)))],
        apart(),
        reference,
    )
    assert any("950–1050 hPa" in note for note in mixed.notes)


def test_a_thin_polygon_is_widened_before_anything_else(check: Check) -> None:
    """Two slivers 0.3 m apart: each is taken as a metre wide, so they meet even at a minimum of 0."""
    west = polygon([[(33, 35), (33.000001, 35), (33.000001, 35.001), (33, 35.001), (33, 35)]], "lonlat")
    east = polygon(
        [[(33.0000043, 35), (33.0000053, 35), (33.0000053, 35.001), (33.0000043, 35.001), (33.0000043, 35)]],
        "lonlat",
    )
    assert len(check(volume(west), volume(east), apart())) == 1


def test_of_a_crowd_all_conflicts_are_counted_and_the_earliest_are_listed(
    reference: VerticalReference,
) -> None:
    crowd = [plan(str(k), volume(start=k, end=HOUR), name=str(k)) for k in range(400)]
    every_pair = find(crowd, apart(), reference)
    assert len(every_pair.conflicts) == every_pair.count == 400 * 399 // 2
    some = find(crowd, apart(), reference, limit=10)
    assert some.count == 400 * 399 // 2
    assert some.notes == ("79,800 conflicts; only the first 10 of them are listed, by time",)
    starts = sorted(conflict.start or 0 for conflict in every_pair.conflicts)
    assert [conflict.start for conflict in some.conflicts] == starts[:10]
    assert find(crowd[:100], apart(), reference, limit=4_950).notes == ()


def test_a_great_crowd_is_cut_to_the_earliest_as_it_is_found(reference: VerticalReference) -> None:
    """179,700 conflicts, of which no more than some are held at any time."""
    crowd = [plan(str(k), volume(start=HOUR - k, end=2 * HOUR + k), name=str(k)) for k in range(600)]
    found = find(crowd, apart(), reference, limit=10)
    assert found.count == 600 * 599 // 2
    starts = sorted(conflict.start or 0 for conflict in found.conflicts)
    # plan k begins k ms before the first: with those that begin before it, k makes 599 − k conflicts
    assert starts == sorted(
        HOUR - k for k in sorted((k for k in range(599) for _ in range(599 - k)), reverse=True)[:10]
    )
    assert starts[0] == HOUR - 598


def test_many_activities_without_a_row_are_told_in_one_note(reference: VerticalReference) -> None:
    plans = [plan(str(k), volume(), name=str(k), activity=f"activity {k:02}") for k in range(12)]
    rows = (Row(("jet", "jet"), (Rule(METRE, METRE, SECOND),)),)
    found = find(plans, SeparationTable(rows, "terms"), reference)
    assert len(found.conflicts) == 66
    (note,) = (note for note in found.notes if "no row" in note)
    assert "activity 00 and activity 01" in note and "and 61 more pairs" in note


def test_the_place_of_a_conflict_does_not_depend_on_the_order_of_plans(reference: VerticalReference) -> None:
    # two squares that share a side, and parallel lines: more than one place is nearest
    west = plan("west", volume(box(33.0, 34.0, 0.01)), name="w")
    east = plan("east", volume(box(33.01, 34.0, 0.01)), name="e")
    north = plan("north", volume(box(33.0, 34.012, 0.01)), name="n")
    results = [
        {one.plans: one for one in find(plans, apart(METRE * 1_000), reference).conflicts}
        for plans in itertools.permutations((west, east, north))
    ]
    assert len(results[0]) == 3
    assert all(found == results[0] for found in results)
