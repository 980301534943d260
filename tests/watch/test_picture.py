"""What becomes of reports: one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from wideberth.model.track import Report, Velocity, Whose
from wideberth.space.altitude import LIMIT, Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, FOOT, METRE, SECOND
from wideberth.watch import judged, picture
from wideberth.watch.columns import ACTIVITY, AT, DOUBT, DRIFT, HAE_HIGH, HAE_LOW, LIVE, PARTY, SPEED
from wideberth.watch.judged import JUDGED, kind_of
from wideberth.watch.motion import Heights
from wideberth.watch.picture import MOST_PLACES, Picture
from wideberth.watch.whose import Known

T0 = 1_700_000_000_000
HERE = (8 * DEGREE, 47 * DEGREE)
EAST = Velocity(100_000, 90 * DEGREE, 0)
AIRCRAFT = JUDGED["aircraft"]
NOTHING = Known()
Make = Callable[..., Picture]


@pytest.fixture
def make(reference: VerticalReference) -> Make:
    def made(known: Known = NOTHING, activities: tuple[str, ...] = ("", "survey")) -> Picture:
        return Picture(Heights(reference), known, activities)

    return made


def flown(seconds: float, source: str = "adsb", **other: Any) -> Report:
    """An aircraft that flies to the east from HERE."""
    lon, lat, _ = GEOD.fwd(HERE[0] / DEGREE, HERE[1] / DEGREE, 90, 100 * seconds)
    at = T0 + round(seconds * SECOND)
    point = round(lon * DEGREE), round(lat * DEGREE)
    made = Report(
        source, "icao:4b1815", at, point, 0, Altitude("FL", 10_000 * FOOT), 0, EAST, kind="aircraft"
    )
    return replace(made, **other)


def false(seconds: float, lon: int = 1, source: str = "adsb") -> Report:
    """The same aircraft some degrees away."""
    mine = flown(seconds, source)
    return replace(mine, point=(mine.point[0] + lon * DEGREE, mine.point[1]))


def doubts(seen: Picture) -> tuple[str, ...]:
    return seen.tracks()[0].doubts


def slots(seen: Picture) -> tuple[int, ...]:
    return seen.tracks()[0].slots


def test_a_report_makes_a_track_and_the_next_one_moves_it(make: Make) -> None:
    seen = make()
    assert seen.take(flown(0, callsign="REGA1"), T0 + 300) == "new"
    assert seen.take(flown(1), T0 + 1_300) == "moved"
    track = seen.track("icao:4b1815")
    assert track is not None and seen.tracks() == [track] and len(seen) == 1
    assert (track.report, track.at_ms, track.first_ms, track.heard_ms) == (
        flown(1),
        T0 + 1_000,
        T0 + 300,
        T0 + 1_300,
    )
    assert (track.velocity, track.velocity_from, track.turn) == (EAST, "report", 0)
    assert (track.doubt, track.drift, track.climb_drift) == (50 * METRE, 3_000, 1_000)
    assert (track.count, track.state, track.doubts, track.sources) == (2, "live", (), ("adsb",))
    assert track.callsign == "REGA1" and slots(seen) == (0,)
    assert [each.at_ms for each in track.trail.spots()] == [T0, T0 + 1_000]
    assert seen.ids == ["icao:4b1815"] and seen.track("icao:0") is None
    row = seen.rows[0]
    assert (row[AT], row[SPEED], row[DOUBT], row[DRIFT], row[LIVE]) == (T0 + 1_000, 100, 50, 3, 1)


def test_older_ones_and_duplicates_are_counted_and_change_nothing(make: Make) -> None:
    seen = make()
    for k in (0, 1, 4):
        seen.take(flown(k), T0 + k * SECOND)
    row = seen.rows[0].copy()
    assert seen.take(flown(4, "other"), T0 + 4_100) == "duplicate"
    assert seen.take(flown(2.5, "other"), T0 + 4_200) == "old"
    assert seen.take(flown(1), T0 + 4_300) == "old"
    track = seen.tracks()[0]
    assert (track.count, track.heard_ms, track.report) == (6, T0 + 4_000, flown(4))
    assert track.sources == ("adsb", "other")
    assert np.array_equal(seen.rows[0], row)
    assert [each.at_ms - T0 for each in track.trail.spots()] == [0, 1_000, 2_500, 4_000]


def test_a_duplicate_fills_what_the_first_left_out(make: Make) -> None:
    seen = make()
    seen.take(flown(0, velocity=None, altitude=None), T0)
    assert seen.tracks()[0].velocity is None
    assert seen.take(flown(0, "other"), T0 + 100) == "duplicate"
    track = seen.tracks()[0]
    assert (track.velocity, track.report.altitude) == (EAST, Altitude("FL", 10_000 * FOOT))
    assert seen.rows[0, SPEED] == 100


def test_age_makes_stale_lost_and_forgotten(make: Make) -> None:
    seen = make(Known("ours", by_id={"t:own": Whose("ours", how="claimed")}))
    seen.take(flown(0), T0)
    seen.take(flown(0, id="t:own"), T0)
    track = seen.tracks()[0]
    drift = seen.rows[0, DRIFT]
    for age_ms, state, live, times in (
        (0, "live", 1, 1),
        (15_000, "live", 1, 1),
        (15_001, "stale", 1, judged.STALE),
        (60_000, "stale", 1, judged.STALE),
        (60_001, "lost", 0, judged.STALE),
    ):
        seen.age(T0 + age_ms)
        assert (track.state, seen.rows[0, LIVE], seen.rows[0, DRIFT]) == (state, live, drift * times)
    seen.age(T0 + judged.KEPT - 1)
    assert len(seen) == 2
    seen.age(T0 + judged.KEPT)
    assert [each.id for each in seen.tracks()] == ["t:own"] and seen.ids == ["", "t:own"]
    seen.age(T0 + judged.KEPT_OWN - 1)
    assert len(seen) == 1
    seen.age(T0 + judged.KEPT_OWN)
    assert len(seen) == 0 and seen.ids == ["", ""] and not seen.rows.any()
    assert seen.take(flown(0), T0 + judged.KEPT_OWN) == "new"


def test_what_is_lost_lives_again_with_the_next_report(make: Make) -> None:
    seen = make()
    seen.take(flown(0), T0)
    seen.age(T0 + 120_000)
    assert seen.take(flown(120), T0 + 120_000) == "moved"
    assert seen.tracks()[0].state == "live" and seen.rows[0, LIVE] == 1
    seen.age(T0 + 135_000)
    assert seen.tracks()[0].state == "live"


def test_each_kind_has_its_own_ages(make: Make) -> None:
    seen = make(Known(kinds={"trucks": "vehicle"}))
    for source, name in (("ais", "mmsi:247320000"), ("trucks", "trucks:7"), ("cot", "cot:a")):
        seen.take(Report(source, name, T0, HERE), T0)
    kinds = ["vessel", "vehicle", "unknown"]
    assert [each.kind for each in seen.tracks()] == kinds
    for at_ms in (60_000, 60_001, 180_001, 300_001, 600_001):
        seen.age(T0 + at_ms)
        expected = [
            "lost" if at_ms > each.lost_ms else "stale" if at_ms > each.stale_ms else "live"
            for each in (JUDGED["vessel"], JUDGED["vehicle"], JUDGED["unknown"])
        ]
        assert [each.state for each in seen.tracks()] == expected
    assert kind_of(Report("s", "icao:1", 1, HERE), {}) == "aircraft"
    assert kind_of(Report("s", "icao:1", 1, HERE, kind="vehicle"), {"s": "vessel"}) == "vehicle"


def test_a_kind_that_was_not_known_becomes_known(make: Make) -> None:
    seen = make()
    seen.take(Report("cot", "cot:a", T0, HERE), T0)
    seen.take(Report("cot", "cot:a", T0 + 1_000, HERE, kind="vehicle"), T0 + 1_000)
    seen.take(Report("cot", "cot:a", T0 + 2_000, HERE, kind="vessel"), T0 + 2_000)
    assert seen.tracks()[0].kind == "vehicle"


def test_an_old_report_begins_a_track_that_is_lost_at_once(make: Make) -> None:
    seen = make()
    assert seen.take(flown(0), T0 + 3_600_000) == "new"
    assert seen.tracks()[0].state == "lost" and seen.rows[0, LIVE] == 0
    seen.age(T0 + 3_600_000)
    assert seen.tracks()[0].state == "lost"


def test_a_jump_opens_a_second_place_and_the_first_stays(make: Make) -> None:
    seen = make()
    for k in range(3):
        seen.take(flown(k), T0 + k * SECOND)
    assert seen.take(false(3), T0 + 3_000) == "moved"
    track = seen.tracks()[0]
    assert doubts(seen) == ("jump",) and slots(seen) == (0, 1)
    assert track.report == flown(2), "what is shown is the place before"
    assert seen.ids == ["icao:4b1815"] * 2 and list(seen.rows[:, LIVE]) == [1, 1]
    assert seen.rows[0, PARTY] == seen.rows[1, PARTY]
    assert seen.take(flown(4), T0 + 4_000) == "moved"
    assert track.report == flown(4)
    seen.age(T0 + 4_000 + 14_000)
    assert slots(seen) == (0, 1)
    seen.age(T0 + 3_000 + 60_001)
    assert slots(seen) == (0,) and track.state == "stale"
    assert doubts(seen) == ()


def test_three_reports_in_a_row_have_the_new_place_shown_and_the_old_one_is_compared_on(make: Make) -> None:
    seen = make()
    for k in range(3):
        seen.take(flown(k), T0 + k * SECOND)
    shown = []
    for k in range(3, 7):
        seen.take(false(k), T0 + k * SECOND)
        shown.append(seen.tracks()[0].report.point == false(k).point)
    assert shown == [False, False, True, True]
    assert slots(seen) == (1, 0) and list(seen.rows[:, LIVE]) == [1, 1]
    seen.age(T0 + 18_000)
    assert seen.rows[0, DRIFT] == 3 * seen.rows[1, DRIFT]
    assert seen.take(flown(20), T0 + 20_000) == "moved", "the true place is still known"
    assert slots(seen) == (1, 0) and seen.rows[0, AT] == T0 + 20_000


def test_two_reports_that_are_broken_off_show_nothing_new(make: Make) -> None:
    seen = make()
    seen.take(flown(0), T0)
    for k in range(1, 30):
        seen.take(false(k) if k % 3 else flown(k), T0 + k * SECOND)
        assert seen.tracks()[0].slots == (0, 1)


def test_where_the_shown_place_is_heard_no_more_the_other_one_is_shown(make: Make) -> None:
    seen = make()
    seen.take(flown(0), T0)
    seen.take(false(50), T0 + 50_000)
    seen.age(T0 + 60_001)
    track = seen.tracks()[0]
    assert slots(seen) == (1,) and track.report == false(50) and track.state == "live"
    assert seen.ids == ["", "icao:4b1815"]


def test_two_sources_in_two_places(make: Make) -> None:
    seen = make()
    for k in range(20):
        # the second one is always a little late: its place counts all the same
        seen.take(flown(k), T0 + k * SECOND)
        assert seen.take(false(k - 0.3, source="other"), T0 + k * SECOND) == ("moved")
    track = seen.tracks()[0]
    assert doubts(seen) == ("two_places",) and len(track.slots) == 2
    seen.age(T0 + 19_000 + judged.DOUBTED)
    assert doubts(seen) == ()


def test_noise_never_pushes_out_the_place_that_most_reports_have(make: Make) -> None:
    seen = make()
    for k in range(10):
        seen.take(flown(k), T0 + k * SECOND)
    for k in range(10, 50):
        # a steady false place, and false ones all over
        seen.take(false(k), T0 + k * SECOND)
        seen.take(false(k + 0.5, 2 + k % 30), T0 + k * SECOND + 500)
    assert len(seen.tracks()[0].slots) == MOST_PLACES
    assert seen.take(flown(50), T0 + 50_000) == "moved"
    assert seen.rows[0, AT] == T0 + 50_000 and seen.rows[0, LIVE] == 1
    seen.age(T0 + 200_000)
    assert len(seen.tracks()[0].slots) == 1


def test_of_two_places_near_each_other_the_nearer_one_goes_on(make: Make) -> None:
    seen = make()
    seen.take(flown(0), T0)
    other = replace(flown(1), point=(HERE[0], HERE[1] + DEGREE // 50))
    seen.take(other, T0 + 1_000)
    assert len(seen.tracks()[0].slots) == 2
    for k in range(10, 14):
        lon, _ = flown(k).point
        seen.take(flown(k), T0 + k * SECOND)
        seen.take(replace(other, at_ms=T0 + k * SECOND, point=(lon, other.point[1])), T0 + k * SECOND)
    assert [int(each) for each in seen.rows[:, AT]] == [T0 + 13_000] * 2


def test_a_speed_that_nothing_has_is_not_believed(make: Make) -> None:
    seen = make()
    seen.take(flown(0, velocity=Velocity(3_000_000, 0, 0)), T0)
    track = seen.tracks()[0]
    assert track.velocity is None and doubts(seen) == ("jump",) and seen.rows[0, SPEED] == 0
    seen.take(flown(1), T0 + 1_000)
    assert track.velocity == EAST


def test_an_altitude_that_leaps_is_doubted(make: Make) -> None:
    seen = make()
    seen.take(flown(0), T0)
    seen.take(flown(1, altitude=Altitude("FL", 30_000 * FOOT)), T0 + 1_000)
    assert seen.tracks()[0].doubts == ("jump",)


def test_a_report_from_the_future_holds_from_now_and_hides_nothing(make: Make) -> None:
    seen = make()
    assert seen.take(flown(3), T0) == "new"
    track = seen.tracks()[0]
    assert doubts(seen) == () and track.at_ms == T0
    assert seen.rows[0, DOUBT] == 50 + 3 * 100
    seen = make()
    seen.take(flown(0, at_ms=T0 + 3_600_000), T0)
    track = seen.tracks()[0]
    assert doubts(seen) == ("clock",) and seen.rows[0, DOUBT] == 50 + 5 * 100
    assert seen.take(flown(1, "other"), T0 + 1_000) == "moved"
    assert track.report.source == "other" and track.at_ms == T0 + 1_000


def test_times_of_one_source_that_go_back_are_doubted_and_those_of_two_are_not(make: Make) -> None:
    seen = make()
    seen.take(flown(100), T0 + 100_000)
    assert seen.take(flown(60, "other"), T0 + 100_100) == "old"
    assert seen.take(flown(71), T0 + 100_100) == "old"
    assert seen.tracks()[0].doubts == ()
    seen.take(flown(69), T0 + 100_200)
    assert seen.tracks()[0].doubts == ("clock",)


def test_a_place_that_is_older_than_what_is_lost_is_none(make: Make) -> None:
    seen = make()
    seen.take(flown(100), T0 + 100_000)
    assert seen.take(false(30, 20), T0 + 100_000) == "old"
    assert seen.tracks()[0].slots == (0,)


def test_what_a_report_gives_to_doubt_is_doubted_for_a_minute(make: Make) -> None:
    seen = make()
    seen.take(flown(0, doubts=("not_real", "emergency")), T0)
    assert doubts(seen) == ("emergency", "not_real")
    for k in range(1, 60):
        seen.take(flown(k, doubts=("emergency",) if k == 30 else ()), T0 + k * SECOND)
        seen.age(T0 + k * SECOND)
        assert doubts(seen) == ("emergency", "not_real")
    seen.age(T0 + 60_000)
    assert doubts(seen) == ("emergency",)
    seen.age(T0 + 90_000)
    assert doubts(seen) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"point": (181 * DEGREE, 0)},
        {"point": (0, -90 * DEGREE - 1)},
        {"at_ms": 0},
        {"at_ms": 2**60},
        {"doubt": -1},
        {"doubt": 101_000 * METRE},
        {"id": ""},
        {"id": "x" * 300},
        {"altitude": Altitude("HAE", LIMIT + 1)},
        {"altitude_doubt": -1},
        {"velocity": Velocity(-1, 0)},
        {"velocity": Velocity(1, 360 * DEGREE)},
        {"velocity": Velocity(1, 0, 2 * LIMIT)},
    ],
)
def test_what_cannot_be_is_refused(make: Make, wrong: dict[str, Any]) -> None:
    seen = make()
    assert seen.take(flown(0, **wrong), T0) == "refused"
    assert (len(seen), seen.refused, seen.ids) == (0, 1, [])


def test_parties_and_activities_are_numbered(make: Make) -> None:
    known = Known(
        "ours",
        by_source={"fleet": Whose("ours", "", "survey", "source")},
        by_callsign={"AF341": Whose("theirs", "n-1", "unheard", "callsign")},
    )
    seen = make(known)
    seen.take(flown(0, "fleet", id="t:1"), T0)
    seen.take(flown(0, id="t:2", callsign="AF 341"), T0)
    seen.take(flown(0, id="t:3"), T0)
    numbers = [(int(row[PARTY]), int(row[ACTIVITY])) for row in seen.rows]
    assert numbers == [(seen.parties["ours"], 1), (seen.parties["theirs"], 0), (0, 0)]
    assert len(set(seen.parties.values())) == len(seen.parties) == 3
    seen.set_known(replace(known, by_id={"t:3": Whose("theirs", how="claimed")}, every=True), ("survey", ""))
    numbers = [(int(row[PARTY]), int(row[ACTIVITY])) for row in seen.rows]
    assert numbers == [(seen.parties["ours"], 0), (seen.parties["theirs"], 1), (seen.parties["theirs"], 1)]


def test_where_every_track_counts_each_of_nobodys_has_a_number_of_its_own(make: Make) -> None:
    seen = make(Known(every=True))
    for k in range(4):
        seen.take(flown(0, id=f"t:{k}"), T0)
    seen.take(replace(false(1), id="t:2"), T0 + 1_000)
    numbers = [int(row[PARTY]) for row in seen.rows]
    assert len(set(numbers)) == 4 and max(numbers) < -1
    assert numbers[4] == numbers[2]
    seen.set_known(Known(), ("",))
    assert not seen.rows[:, PARTY].any()


def test_other_heights_are_in_the_rows_from_the_next_look_on(
    make: Make, reference: VerticalReference
) -> None:
    seen = make()
    seen.take(flown(0), T0)
    seen.take(false(1), T0 + 1_000)
    before = seen.rows.copy()
    other = replace(reference, atmosphere=replace(reference.atmosphere, altimetry=175 * METRE))
    seen.set_heights(Heights(other))
    seen.age(T0 + 1_000)
    assert list(seen.rows[:, HAE_LOW]) == list(before[:, HAE_LOW] - 100 * METRE)
    assert list(seen.rows[:, HAE_HIGH]) == list(before[:, HAE_HIGH] + 100 * METRE)
    before[:, [HAE_LOW, HAE_HIGH]] = seen.rows[:, [HAE_LOW, HAE_HIGH]]
    assert np.array_equal(seen.rows, before)


def test_the_empty_activity_must_be_among_them(make: Make) -> None:
    with pytest.raises(ValueError, match="tuple"):
        make(Known(), ("survey",))


def test_whose_it_is_is_known_by_any_of_its_sources_and_by_a_later_callsign(make: Make) -> None:
    known = Known(
        "ours",
        by_source={"fleet": Whose("ours", how="source")},
        by_callsign={"REGA1": Whose("theirs", "n-1", "", "callsign")},
    )
    seen = make(known)
    seen.take(flown(0), T0)
    assert seen.tracks()[0].whose.party == ""
    seen.take(flown(1, callsign="rega-1"), T0 + 1_000)
    assert seen.tracks()[0].whose.party == "theirs"
    seen.take(flown(1, "fleet"), T0 + 1_100)
    assert seen.tracks()[0].whose.party == "ours"
    seen.take(flown(2, callsign="rega-1"), T0 + 2_000)
    assert seen.tracks()[0].whose.party == "ours"
    assert seen.rows[0, PARTY] == seen.parties["ours"]


def test_many_tracks_make_those_of_nobody_leave_first_and_own_ones_never(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "MOST", 4)
    party = {f"{p}:{k}": Whose(p, how="claimed") for p in ("ours", "theirs") for k in range(9)}
    seen = make(Known("ours", by_id=party))

    def come(name: str, seconds: int) -> str:
        return seen.take(flown(seconds, id=name), T0 + seconds * SECOND)

    for k, name in enumerate(("n:0", "theirs:0", "ours:0", "n:1")):
        come(name, k)
    come("n:0", 4)
    assert come("n:2", 5) == "new"
    assert [each.id for each in seen.tracks()] == ["n:0", "theirs:0", "ours:0", "n:2"]
    assert come("ours:1", 6) == "new" and come("theirs:1", 7) == "new"
    assert [each.id for each in seen.tracks()] == ["theirs:0", "ours:0", "ours:1", "theirs:1"]
    assert come("n:3", 8) == "refused", "nobody's makes nobody else's leave"
    assert come("ours:2", 9) == "new" and come("ours:3", 10) == "new"
    assert come("ours:4", 11) == "refused"
    assert [each.id for each in seen.tracks()] == [f"ours:{k}" for k in range(4)]
    assert sum(1 for each in seen.ids if each) == 4


def test_rows_grow_and_are_taken_again(make: Make) -> None:
    seen = make()
    for k in range(500):
        seen.take(flown(0, id=f"t:{k}"), T0)
    assert len(seen.rows) == len(seen.ids) == 500
    assert all(seen.rows[:, LIVE] == 1) and all(seen.rows[:, AT] == T0)
    seen.age(T0 + judged.KEPT)
    for k in range(500):
        seen.take(flown(0, id=f"u:{k}", at_ms=T0 + judged.KEPT), T0 + judged.KEPT)
    assert len(seen.rows) == 500 and set(seen.ids) == {f"u:{k}" for k in range(500)}
