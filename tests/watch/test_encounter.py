"""The data of an after-action picture."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from wideberth.model.track import Whose
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.volume import Volume
from wideberth.watch import alerts, encounter
from wideberth.watch.alerts import About, Settings, State
from wideberth.watch.encounter import Encounter, Way
from wideberth.watch.findings import Finding, Key
from wideberth.watch.trail import Spot
from wideberth.watch.zone import Zone

KEY = Key("entry", "icao:1", "n-1")
ZONE = Zone("n-1", "notice", "south", "Range 4", (Volume(Circle((0, 0), 50_000), start=1, end=None),))


def alert() -> alerts.Alert:
    finding = Finding(KEY, 5_000, (1, 2), h=0, required_h=0)
    _, (change,) = alerts.step(State(), [finding], 4_000, Settings(), lambda _: About(Whose("north")))
    return change.alert


def test_it_is_kept_as_json_and_read_again() -> None:
    spots = (Spot(1_000, (1, 2), Altitude("FL", 3)), Spot(2_000, (3, 4), None))
    made = encounter.encounter(alert(), [Way("icao:1", "ABC", "aircraft", spots=spots)], ZONE, 9_000)
    assert (made.from_ms, made.to_ms) == (1_000, 9_000)
    assert msgspec.json.decode(msgspec.json.encode(made), type=Encounter) == made


def test_it_ends_when_the_alert_was_cleared_and_begins_with_it_where_no_trail_is_left() -> None:
    over = msgspec.structs.replace(alert(), cleared_ms=7_000)
    made = encounter.encounter(over, [Way("icao:1")], None, 9_000)
    assert (made.from_ms, made.to_ms) == (4_000, 7_000)


@given(st.lists(st.integers(0, 50)), st.lists(st.integers(0, 50)))
def test_trails_are_joined_in_the_order_of_time(before: list[int], now: list[int]) -> None:
    old = Way("t", "A", "vessel", Whose("north"), tuple(Spot(at, (at, 0), None) for at in before))
    new = Way("t", "", "unknown", Whose("south"), tuple(Spot(at, (at, 1), None) for at in now))
    made = encounter.merged(old, new)
    assert [each.at_ms for each in made.spots] == sorted({*before, *now})
    assert {each.at_ms for each in made.spots if each.point[1] == 1} == set(now)
    assert (made.callsign, made.kind, made.whose.party) == ("A", "vessel", "south")
    assert encounter.merged(None, new) == new


def test_there_is_a_bound_and_the_ends_stay() -> None:
    spots = tuple(Spot(n, (n, 0), None) for n in range(9_000))
    made = encounter.merged(Way("t"), Way("t", spots=spots)).spots
    assert len(made) <= encounter.POINTS
    assert (made[0], made[-1]) == (spots[0], spots[-1])
    # the newer half thins out last
    assert made[-900:] == spots[-900:]
