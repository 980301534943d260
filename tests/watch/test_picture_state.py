"""Any reports in any order: what must hold of the picture all the same."""

from __future__ import annotations

import math
from importlib.resources import files
from itertools import pairwise

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from wideberth.formats import geoidgrid
from wideberth.model.track import KINDS, Report, Velocity, Whose
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD, to_ecef
from wideberth.space.ground import Point
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.watch.columns import AT, DOUBT, DRIFT, LIVE, PARTY
from wideberth.watch.judged import JUDGED
from wideberth.watch.motion import Heights, place
from wideberth.watch.picture import MOST_PLACES, Picture, Track
from wideberth.watch.whose import Known

T0 = 1_700_000_000_000
REFERENCE = VerticalReference(geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes()))
NAMES = [f"t:{k}" for k in range(4)]
KNOWN = Known("ours", by_source={"fleet": Whose("ours", how="source")}, every=True)

spots = st.one_of(
    st.tuples(st.integers(80_000_000, 80_010_000), st.integers(470_000_000, 470_010_000)),
    st.tuples(st.integers(60_000_000, 100_000_000), st.integers(450_000_000, 480_000_000)),
    st.tuples(
        st.integers(-180 * DEGREE, 180 * DEGREE),
        st.one_of(st.integers(-90 * DEGREE, 90 * DEGREE), st.sampled_from([-90 * DEGREE, 90 * DEGREE])),
    ),
)
velocities = st.builds(
    Velocity,
    st.one_of(st.integers(0, 300_000), st.integers(0, 10**9)),
    st.integers(0, 360 * DEGREE - 1),
    st.none() | st.integers(-30_000, 30_000),
)
altitudes = st.builds(Altitude, st.sampled_from(["FL", "HAE", "MSL"]), st.integers(-(10**6), 15 * 10**7))


@st.composite
def reports(draw: st.DrawFn, now_ms: int) -> Report:
    return Report(
        draw(st.sampled_from(["adsb", "fleet"])),
        draw(st.sampled_from(NAMES)),
        now_ms + draw(st.one_of(st.integers(-3_000, 0), st.integers(-900_000, 100_000))),
        draw(spots),
        draw(st.integers(0, 10**7)),
        draw(st.none() | altitudes),
        draw(st.integers(0, 10**6)),
        draw(st.none() | velocities),
        draw(st.none() | st.integers(-(10**10), 10**10)),
        kind=draw(st.sampled_from(KINDS)),
        grounded=draw(st.booleans()),
        doubts=draw(st.sampled_from([(), ("emergency",), ("not_real",)])),
    )


def known_of(track: Track) -> bytes:
    """All that can be read of a track, and of its rows' places."""
    read = (track.report, track.kind, track.at_ms, track.heard_ms, track.count, track.state, track.doubts)
    places = [(each.slot, each.report, each.hits, each.drift, each.turn) for each in track.places]
    return msgspec.json.encode((read, track.sources, track.whose, places, track.trail.spots()))


class Pictured(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.now_ms = T0
        self.picture = Picture(Heights(REFERENCE), KNOWN, ("",))
        self.counts: dict[str, int] = {}
        self.aged = T0

    @rule(data=st.data(), later=st.sampled_from([0, 200, 1_000, 20_000]))
    def hear(self, data: st.DataObject, later: int) -> None:
        self.now_ms += later
        report = data.draw(reports(self.now_ms))
        before = {each.id: known_of(each) for each in self.picture.tracks()}
        ats = self._ats(report.id)
        rows, ids = self.picture.rows.copy(), list(self.picture.ids)
        taken = self.picture.take(report, self.now_ms)
        self.counts[report.id] = self.counts.get(report.id, 0) + 1
        assert taken == "new" if report.id not in before else taken in ("moved", "old", "duplicate")
        # nobody else is touched
        for each in self.picture.tracks():
            assert each.id == report.id or before[each.id] == known_of(each)
        for k, name in enumerate(ids):
            assert name in ("", report.id) or np.array_equal(rows[k], self.picture.rows[k])
        if taken in ("new", "moved"):
            self._covered(report)
        # a place never goes back in time
        for slot, at in self._ats(report.id).items():
            assert at >= ats.get(slot, 0) or at == min(report.at_ms, self.now_ms)

    @rule(later=st.sampled_from([1_000, 16_000, 61_000, 700_000, 3_600_000]))
    def wait(self, later: int) -> None:
        self.now_ms += later
        self._age()

    @rule()
    def look(self) -> None:
        self._age()

    def _age(self) -> None:
        self.picture.age(self.now_ms)
        for each in self.picture.tracks():
            judged = JUDGED[each.kind]
            age = self.now_ms - each.at_ms
            expected = "lost" if age > judged.lost_ms else "stale" if age > judged.stale_ms else "live"
            assert each.state == expected
            live = [self.picture.rows[slot, LIVE] for slot in each.slots]
            assert live == ([0] if expected == "lost" else [1] * len(each.slots))
            assert len(each.slots) == 1 or expected != "lost"
        gone = set(self.counts) - {each.id for each in self.picture.tracks()}
        for name in gone:
            del self.counts[name]

    def _ats(self, name: str) -> dict[int, int]:
        track = self.picture.track(name)
        return {} if track is None else {each.slot: each.at for each in track.places}

    def _covered(self, report: Report) -> None:
        """Some row of the track says that it may have been where it was reported, when it was."""
        there = to_ecef(*np.array(report.point) / DEGREE)
        at = min(report.at_ms, self.now_ms)
        track = self.picture.track(report.id)
        assert track is not None
        rows = [self.picture.rows[slot] for slot in track.slots]
        covering = [
            row for row in rows if row[AT] == at and np.linalg.norm(place(row, at) - there) <= row[DOUBT]
        ]
        assert covering
        assert all(row[DOUBT] >= report.doubt / METRE for row in covering)

    @invariant()
    def agree(self) -> None:
        tracks = self.picture.tracks()
        used = {slot: each for each in tracks for slot in each.slots}
        assert len(used) == sum(len(each.slots) for each in tracks)
        for slot, name in enumerate(self.picture.ids):
            row = self.picture.rows[slot]
            track = used.get(slot)
            assert name == (track.id if track else "")
            assert np.isfinite(row).all()
            if track is None:
                assert row[LIVE] == 0
                continue
            mine = next(each for each in track.places if each.slot == slot)
            assert row[AT] == mine.at <= self.now_ms
            assert row[DOUBT] == mine.fix.doubt / METRE > 0
            ours = track.whose.party == "ours"
            assert row[PARTY] == (self.picture.parties["ours"] if ours else row[PARTY])
            assert ours or row[PARTY] < -1
        for each in tracks:
            assert 1 <= len(each.slots) <= MOST_PLACES
            assert each.count == self.counts[each.id]
            assert (each.report, each.at_ms) == (each.places[0].report, each.places[0].at)
            assert all(b.at_ms > a.at_ms for a, b in pairwise(each.trail.spots()))


TestPictured = Pictured.TestCase
TestPictured.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


@given(
    st.lists(
        st.tuples(
            st.integers(3_000, 120_000),
            st.sampled_from(["steady", "any"]),
            st.integers(0, 359),
            st.integers(20, 3_000),
        ),
        max_size=60,
    ),
    st.integers(10, 100),
    st.integers(0, 359),
)
@settings(max_examples=40, deadline=None)
def test_false_positions_never_hide_the_true_one(
    lies: list[tuple[int, str, int, int]], silent_from: int, aside: int
) -> None:
    """A true flight reports once a second and then not any more, as where a receiver is drowned out; false
    ones come between and after. Until it would be lost, some row that is compared covers where it truly is.
    """
    lon, lat, course, speed = 8.0, 47.0, 70.0, 120.0

    def true(ms: float) -> tuple[float, float]:
        return GEOD.fwd(lon, lat, course, speed * ms / 1_000)[:2]

    def sent(ms: int, where: tuple[float, float]) -> Report:
        point: Point = round(where[0] * DEGREE), round(where[1] * DEGREE)
        return Report("adsb", "icao:1", T0 + ms, point, 0, None, 0, said, kind="aircraft")

    said = Velocity(round(speed * 1_000), round(course * DEGREE), 0)
    come: list[Report] = []
    for second in range(silent_from):
        off = GEOD.fwd(*true(second * 1_000), aside, 49)[:2]
        come.append(sent(second * SECOND, off))
    for ms, how, bearing, km in lies:
        if how == "steady":
            start = GEOD.fwd(lon, lat, 200, 90_000)[:2]
            come.append(sent(ms, GEOD.fwd(*start, 120, 100 * ms / 1_000)[:2]))
        else:
            come.append(sent(ms, GEOD.fwd(*true(ms), bearing, km * 1_000)[:2]))
    come.sort(key=lambda each: each.at_ms)
    picture = Picture(Heights(REFERENCE), Known(), ("",))
    heard = 0
    for report in come:
        picture.take(report, report.at_ms)
        picture.age(report.at_ms)
        now_ms = report.at_ms
        heard = min(silent_from - 1, (now_ms - T0) // SECOND) * SECOND
        if now_ms - T0 - heard > JUDGED["aircraft"].lost_ms:
            break
        there = to_ecef(*map(np.array, true(now_ms - T0)))
        away = [
            math.dist(place(row, now_ms), there) - row[DOUBT] - row[DRIFT] * (now_ms - row[AT]) / SECOND
            for row in picture.rows
            if row[LIVE]
        ]
        assert min(away) <= 0.5
