"""The object of `check --json`: exactly the keys that others build on, in one order only."""

from __future__ import annotations

import json
from random import Random

import pytest

from wideberth.conflict.find import find
from wideberth.conflict.result import Axes, Conflict
from wideberth.errors import Invalid
from wideberth.formats.native import ranks
from wideberth.formats.reading import Filed
from wideberth.formats.result import check_document
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS, Row, Rule, SeparationTable
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

TEN = 1_795_428_000_000
"""2026-11-23T10:00:00Z in POSIX ms."""
TABLE = SeparationTable(
    (
        Row(("*", "*"), (Rule(55_560_000, 3_000 * FOOT, 300_000), Rule(1_005, "any", 1, 1_000_000))),
        Row(("convoy", "drone"), (Rule(0, "any", "any", "any"),)),
    ),
    "terms",
)


def volume(radius: int, start: int | None = TEN) -> Volume:
    return Volume(Circle((24 * DEGREE, 48 * DEGREE), radius), start=start)


def plan(party: str, name: str, *volumes: Volume) -> Filed:
    return Filed(Plan(party, name, volumes), tuple(f"{name}[{k}]" for k in range(len(volumes))))


LARGE, SMALL = volume(9 * METRE), volume(2 * METRE)
NORTH = plan("north", "n", LARGE, SMALL)
SOUTH = plan("south", "s", SMALL, LARGE, volume(5 * METRE))
CONFLICT = Conflict(
    plans=(("north", "n"), ("south", "s")),
    volumes=(0, 1),
    activities=("drone", "survey"),
    rule=0,
    also=(1, 3),
    gap=Axes(12_345, -5, None),
    required=Axes(55_560_000, 9_144_000, None, 1_000_000),
    start=None,
    end=TEN + 1,
    near=(24.123456789, -0.00000000001),
)


def document(
    conflicts: list[Conflict],
    filed: list[tuple[str, Filed]] | None = None,
    refused: list[tuple[str, Invalid]] | None = None,
    notes: list[str] | None = None,
) -> dict[str, object]:
    return check_document(
        as_of=TEN,
        filed=[("b.kml", SOUTH), ("a.kml", NORTH)] if filed is None else filed,
        source="terms of 2026",
        table=TABLE,
        conflicts=conflicts,
        refused=refused or [],
        notes=notes or [],
    )


def test_the_whole_object() -> None:
    error = Invalid("geometry.open_ring", "features[0]", "an end", "a closed ring")
    made = document([CONFLICT], refused=[("c.kml", error)], notes=["two", "one", "two"])
    assert made == {
        "schema": "wideberth.check/1",
        "as_of": "2026-11-23T10:00:00.000Z",
        "files": ["a.kml", "b.kml"],
        "plans": 2,
        "volumes": 5,
        "separation": [
            {
                "between": ["*", "*"],
                "rules": [
                    {"horizontal_m": 5556, "vertical_m": 914.4, "time_s": 300, "frequency_hz": None},
                    {"horizontal_m": 0.1005, "vertical_m": "any", "time_s": 0.001, "frequency_hz": 1_000_000},
                ],
            },
            {
                "between": ["convoy", "drone"],
                "rules": [
                    {"horizontal_m": 0, "vertical_m": "any", "time_s": "any", "frequency_hz": "any"},
                ],
            },
        ],
        "separation_source": "terms of 2026",
        "count": 1,
        "conflicts": [
            {
                "plans": [{"party": "north", "id": "n"}, {"party": "south", "id": "s"}],
                # ranks by RFC 8785 bytes: radius_m 2 before 5 before 9
                "volumes": [1, 2],
                "where": [{"file": "a.kml", "where": "n[0]"}, {"file": "b.kml", "where": "s[1]"}],
                "rule": {"activities": ["drone", "survey"], "index": 0},
                "also": [1, 3],
                "gap": {"horizontal_m": 1.2345, "vertical_m": -0.0005, "time_s": None, "frequency_hz": None},
                "required": {
                    "horizontal_m": 5556,
                    "vertical_m": 914.4,
                    "time_s": None,
                    "frequency_hz": 1_000_000,
                },
                "from": None,
                "until": "2026-11-23T10:00:00.001Z",
                "near": [24.1234568, 0.0],
                "clears": [],
            }
        ],
        "refused": [
            {
                "file": "c.kml",
                "where": "features[0]",
                "code": "geometry.open_ring",
                "message": "found an end; accepted: a closed ring",
            }
        ],
        "notes": ["one", "two"],
    }
    assert "-0.0]" not in json.dumps(made)


def conflict(
    volumes: tuple[int, int], start: int | None, parties: tuple[str, str] = ("north", "south")
) -> Conflict:
    names = {"north": "n", "south": "s", "west": "w"}
    return Conflict(
        plans=((parties[0], names[parties[0]]), (parties[1], names[parties[1]])),
        volumes=volumes,
        activities=("*", "*"),
        rule=None,
        also=(),
        gap=Axes(0, 0, 0),
        required=Axes(1, 1, 1),
        start=start,
        end=None,
        near=(0.0, 0.0),
    )


def test_unbounded_first_then_by_start_plans_and_ranks() -> None:
    west = plan("west", "w", SMALL)
    wanted = [
        (None, "south", [0, 0]),
        (None, "south", [1, 2]),
        (-5, "south", [0, 0]),
        (0, "south", [0, 2]),
        (0, "south", [1, 0]),
        (0, "west", [0, 0]),
        (TEN, "south", [0, 0]),
    ]
    made = [
        conflict((1, 0), None),
        conflict((0, 1), None),
        conflict((1, 0), -5),
        conflict((1, 1), 0),
        conflict((0, 0), 0),
        conflict((1, 0), 0, ("north", "west")),
        conflict((1, 0), TEN),
    ]
    filed = [("a", NORTH), ("b", SOUTH), ("c", west)]
    times = {
        None: None,
        -5: "1969-12-31T23:59:59.995Z",
        0: "1970-01-01T00:00:00.000Z",
        TEN: "2026-11-23T10:00:00.000Z",
    }
    for seed in range(10):
        shuffled = list(made)
        Random(seed).shuffle(shuffled)
        found = document(shuffled, filed)["conflicts"]
        assert isinstance(found, list)
        assert [(one["from"], one["plans"][1]["party"], one["volumes"]) for one in found] == [
            (times[start], party, volumes) for start, party, volumes in wanted
        ]


def test_refused_files_in_one_order() -> None:
    errors = [
        ("b", Invalid("a.b", "z", 1, "w")),
        ("a", Invalid("a.b", "y", 1, "w")),
        ("a", Invalid("a.b", "x", 2, "w")),
        ("a", Invalid("a.a", "y", 1, "w")),
        ("a", Invalid("a.b", "x", 1, "w")),
    ]
    found = document([], refused=errors)["refused"]
    assert isinstance(found, list)
    assert [(one["file"], one["where"], one["code"]) for one in found] == [
        ("a", "x", "a.b"),
        ("a", "x", "a.b"),
        ("a", "y", "a.a"),
        ("a", "y", "a.b"),
        ("b", "z", "a.b"),
    ]
    assert [one["message"][6] for one in found[:2]] == ["1", "2"]


def shuffled(filed: list[tuple[str, Filed]], seed: int) -> list[tuple[str, Filed]]:
    """The same plans with their files, their plans and the volumes of each in another order."""
    chance = Random(seed)
    made = []
    for file, one in filed:
        order = list(range(len(one.plan.volumes)))
        chance.shuffle(order)
        volumes = tuple(one.plan.volumes[k] for k in order)
        made.append(
            (
                file,
                Filed(
                    Plan(one.plan.party, one.plan.id, volumes, one.plan.activity),
                    tuple(one.where[k] for k in order),
                ),
            )
        )
    chance.shuffle(made)
    return made


@pytest.mark.parametrize("preset", ["drone", "convoy"])
def test_identical_whatever_the_order_of_files_and_features(
    reference: VerticalReference, preset: str
) -> None:
    chance = Random(7)
    filed = []
    for party in ("north", "south", "west"):
        for name in ("1", "2", "3"):
            volumes = [
                Volume(
                    Circle(
                        (24 * DEGREE + chance.randrange(90_000), 48 * DEGREE), chance.randrange(300) * METRE
                    ),
                    Altitude("HAE", 0),
                    Altitude("HAE", chance.randrange(100) * METRE),
                    chance.choice([None, TEN + chance.randrange(10) * 60_000]),
                    TEN + 600_000 + chance.randrange(10) * 60_000,
                )
                for _ in range(4)
            ]
            filed.append((f"{party}.geojson", plan(party, party + name, *volumes)))

    def answer(given: list[tuple[str, Filed]]) -> str:
        found = find([one.plan for _, one in given], PRESETS[preset], reference)
        made = check_document(
            as_of=TEN,
            filed=given,
            source="preset",
            table=PRESETS[preset],
            conflicts=found.conflicts,
            refused=[],
            notes=found.notes,
        )
        return json.dumps(made)

    first = answer(filed)
    assert len(json.loads(first)["conflicts"]) > 50
    assert {ranks(one.plan) for _, one in filed} != {(0, 1, 2, 3)}
    for seed in range(5):
        assert answer(shuffled(filed, seed)) == first
