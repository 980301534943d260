"""InterUSS's flight-intent files: which plans of different flights share space and time.

The expected pairs were read off the files; each line cites the words or figures it follows from. A pair
that no line names must not be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conflict.both import find
from wideberth.formats import flight_intents
from wideberth.formats.reading import Options
from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE

INTERSECTION = SeparationTable((Row(("*", "*"), (Rule(0, 0, 0),)),), "F3548: volumes that intersect")
AS_OF = 1_800_000_000_000


class Because(NamedTuple):
    """Every one of `first` with every one of `second`: in conflict or not, and why."""

    first: str
    second: str
    reason: str

    def pairs(self) -> Iterator[frozenset[str]]:
        return (frozenset(pair) for pair in product(self.first.split(), self.second.split()))


FLIGHT1 = "flight1_planned flight1_activated"
FLIGHT1C = "flight1c_planned flight1c_activated"
FLIGHT1M = "flight1m_planned flight1m_activated"
FLIGHT2 = (
    "flight2_planned flight2_activated equal_prio_flight2_planned equal_prio_flight2_activated"
    " equal_prio_flight2_nonconforming"
)
FLIGHT2M = "flight2m_activated equal_prio_flight2m_planned"

ALL_1A = (
    "flight_1_planned_vol_A flight_1_activated_vol_A"
    " flight_1_planned_vol_A_extended flight_1_activated_vol_A_extended"
)
ALL_1B = "flight_1_planned_vol_B flight_1_activated_vol_B"
ALL_2A = "flight_2_planned_vol_A flight_2_activated_vol_A"
ALL_2B = "flight_2_activated_vol_B flight_2_equal_prio_planned_vol_B flight_2_equal_prio_activated_vol_B"
OFF_NOMINAL = "flight_2_equal_prio_nonconforming_vol_A"

STANDARD = (
    Because(
        FLIGHT1,
        FLIGHT2,
        "flight1 spans lng -0.00015 to 0.00050 and lat -0.00020 to 0.00010; flight2 crosses it between its"
        " vertices (0.00000, 0.00050) and (0.00000, -0.00025); 0.01 or 0.02 to 30 m and at most 0.12 to 28 m",
    ),
    Because(
        FLIGHT1M,
        FLIGHT2,
        "flight1m begins at lng 0.00010; at its top edge, lat 0.00010, flight2 still reaches lng 0.000175"
        " on its way from (0.00000, -0.00025) to (0.00020, 0.00015); -30 to 30 m and at most 0.12 to 28 m",
    ),
    Because(
        "flight1c_activated",
        "flight2m_activated",
        "activated, flight1c has its corner moved to (0.00030, 0.00050), beyond flight2m's edge from"
        " (0.00040, 0.00015) to (0.00000, 0.00050); 0.06 to 35 m and -3.09 to 50 m",
    ),
)
STANDARD_NOT = (
    Because(
        FLIGHT1C,
        FLIGHT2,
        "flight1c begins at lng 0.00030 (the c is for clear); flight2 ends at lng 0.00020",
    ),
    Because(
        f"{FLIGHT1} {FLIGHT1M} flight1c_planned",
        FLIGHT2M,
        "flight2m keeps to lat 0.00015 and above, these to lat 0.00010 and below",
    ),
    Because(
        "flight1c_activated",
        "equal_prio_flight2m_planned",
        "on the ground they cross, but the one ends at 35 m and the other begins at 45.13 m",
    ),
)
NON_CONFLICTING_NOT = (
    Because(
        "flight_1 flight_1_planned flight_1_activated",
        "flight_2 flight_2_planned flight_2_planned_modified",
        "the file is named non_conflicting: flight_1, from (0, 0) to (-0.00835, 0.00717), lies in the notch"
        " of flight_2 between (-0.01035, 0.00753) and (-0.00065, 0.00770), whose apex is (0.00013, -0.00025)",
    ),
)
INVALID = (
    Because(
        "valid_flight valid_activated",
        "valid_conflict_tiny_overlap",
        '"polygon overlaps with polygon of valid_flight, distance between first vertex of each is 1.112cm":'
        " lat 46.1929644 and 46.1929645; both 605 to 635 m, both from -1s for 5m",
    ),
)
INVALID_NOT = (
    Because(
        "valid_flight valid_activated valid_conflict_tiny_overlap",
        "invalid_too_far_away",
        '"32 days > OiMaxPlanHorizon = 30 days": it begins 32d later, the others last 5m',
    ),
)
SWISS = (
    Because(
        ALL_1A,
        f"{ALL_2A} {OFF_NOMINAL}",
        "flight_2's strip runs from (7.47448, 46.97739) to (7.47790, 46.97458), into flight_1's block of lng"
        " 7.47742 to 7.47825 and lat 46.97479 to 46.97552; 605 or (extended) 575 to 635 m and 605 to 635 m,"
        " for the last one in off_nominal_volumes; all from 7 min before to 18 min after the reference time",
    ),
    Because(ALL_1B, f"{ALL_2B} {OFF_NOMINAL}", "the same ground; vol_B is 650 to 705 m in both flights"),
)
SWISS_NOT = (
    Because(
        ALL_1A, ALL_2B, "vol_A ends at 635 m and vol_B begins at 650 m; extended is only downwards, to 575 m"
    ),
    Because(ALL_1B, ALL_2A, "vol_B begins at 650 m and vol_A ends at 635 m"),
)

FILES = {
    "flight_intents__standard__conflicting_flights.yaml": (STANDARD, STANDARD_NOT),
    "flight_intents__standard__non_conflicting.yaml": ((), NON_CONFLICTING_NOT),
    "che__flight_intents__invalid_flight_intents.yaml": (INVALID, INVALID_NOT),
    "che__flight_intents__conflicting_flights.json": (SWISS, SWISS_NOT),
    "che__flight_intents__priority_preemption.json": (SWISS, SWISS_NOT),
}


def pairs_of(lines: tuple[Because, ...]) -> set[frozenset[str]]:
    return {pair for line in lines for pair in line.pairs()}


@pytest.mark.parametrize("name", FILES)
def test_the_plans_that_share_space_and_time(name: str, shared: Path, reference: VerticalReference) -> None:
    data = (shared / "data" / "interuss" / name).read_bytes()
    plans = [filed.plan for filed in flight_intents.read(data, Options(name, AS_OF)).filed]
    conflicts = find(plans, INTERSECTION, reference).conflicts
    found = {frozenset(key for _, key in conflict.plans) for conflict in conflicts}
    conflicting, clear = FILES[name]
    assert found == pairs_of(conflicting)
    assert not pairs_of(clear) & found
    # nothing is left out of the tables: they name every pair of plans of different flights
    every = {frozenset((a.id, b.id)) for a in plans for b in plans if a.party != b.party}
    assert pairs_of(conflicting) | pairs_of(clear) == every


def test_the_volume_of_the_off_nominal_plan_that_conflicts(
    shared: Path, reference: VerticalReference
) -> None:
    data = (shared / "data" / "interuss" / "che__flight_intents__conflicting_flights.json").read_bytes()
    plans = {filed.plan.id: filed.plan for filed in flight_intents.read(data, Options("f", AS_OF)).filed}
    for other, volume in (("flight_1_planned_vol_B", 0), ("flight_1_planned_vol_A", 1)):
        (conflict,) = find([plans[other], plans[OFF_NOMINAL]], INTERSECTION, reference).conflicts
        assert conflict.volumes == (0, volume)  # volumes come before off_nominal_volumes
        assert (conflict.start, conflict.end) == (AS_OF - 7 * 60_000, AS_OF + 18 * 60_000)


@pytest.mark.parametrize(
    ("first", "second", "metres"),
    [
        ("flight1c_activated", "equal_prio_flight2m_planned", 45.13 - 35),
        ("flight1_planned", "equal_prio_flight2m_planned", 45.13 - 30),
    ],
)
def test_how_far_apart_those_are_that_miss_by_height(
    first: str, second: str, metres: float, shared: Path, reference: VerticalReference
) -> None:
    data = (shared / "data" / "interuss" / "flight_intents__standard__conflicting_flights.yaml").read_bytes()
    plans = {filed.plan.id: filed.plan for filed in flight_intents.read(data, Options("f", AS_OF)).filed}
    wider = SeparationTable((Row(("*", "*"), (Rule(10 * METRE, 16 * METRE, 0),)),), "test")
    (conflict,) = find([plans[first], plans[second]], wider, reference).conflicts
    assert conflict.gap.v == round(metres * METRE)
