"""The benchmark's own claims: equal pairs, a bounded plane, no pair too near the minimum. Never a time."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from bench import find as bench
from bench.traffic import RULE, Index, Traffic, comparable, gap, generate, length
from wideberth.conflict.find import find
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle, Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, METRE

VOLUMES, SEED, RADIUS = 300, 1, 60_000.0
MINIMUM = 5_556.0
"""Metres: 3 NM."""
ARGUMENTS = ["--volumes", "300", "--seed", "1", "--radius", "60", "--rounds", "1"]
NAMES = (
    "wideberth find",
    "shapely STRtree, dwithin first",
    "shapely STRtree, boxes first",
    "SQLite R*Tree 4D",
)


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    return generate(VOLUMES, SEED, RADIUS)


def all_pairs(traffic: Traffic) -> tuple[Index, Index]:
    i, j = np.array(list(combinations(range(VOLUMES), 2))).T
    keep = comparable(traffic.flat, i, j)
    return i[keep], j[keep]


def test_every_way_finds_the_pairs_that_trying_all_of_them_finds(traffic: Traffic) -> None:
    i, j = all_pairs(traffic)
    close = gap(traffic.flat, i, j) < MINIMUM
    wanted = np.sort((i * VOLUMES + j)[close])
    assert len(wanted) >= 30
    results = bench.compare(traffic, rounds=1)
    assert [result.name for result in results] == list(NAMES)
    for result in results:
        assert result.pairs.tolist() == wanted.tolist(), result.name
        assert result.seconds > 0
    assert bench.differing(results) == []


def test_a_missing_or_invented_pair_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "MINIMUM", 4_000.0)
    assert bench.main(ARGUMENTS) == 1
    told = capsys.readouterr().out
    for name in NAMES[1:]:
        assert f"FAILED: {name}: " in told
    one = bench.Result("one", 1.0, np.array([3, 5, 8]))
    other = bench.Result("other", 1.0, np.array([3, 8, 9, 10]))
    assert bench.differing([one, other]) == ["other: 1 pairs of one missing, 2 pairs more"]


def test_the_table_and_the_profile_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([*ARGUMENTS, "--profile"]) == 0
    told = capsys.readouterr().out
    assert "300 volumes in 140 plans, seed 1, preset crewed, within 60 km; " in told
    assert "numpy" in told
    assert "SQLite 3." in told
    table = {line[:32].strip(): line[32:].split() for line in told.splitlines() if line[:32].strip() in NAMES}
    assert list(table) == list(NAMES)
    assert len({columns[1] for columns in table.values()}) == 1
    assert table["wideberth find"][2] == "1.00"
    for part in ("lay out", "candidates", "certified gaps", "find, whole"):
        assert part in told


def test_the_profile_ends_at_the_pairs_of_find(traffic: Traffic, reference: VerticalReference) -> None:
    stages = {name: note for name, _, note in bench.parts(traffic.plans)}
    found = find(traffic.plans, bench.TABLE, reference)
    assert stages["certified gaps"] == f"{len(found.conflicts)} pairs"


def test_odd_arguments_are_refused() -> None:
    for arguments in (["--volumes", "1"], ["--rounds", "0"], ["--radius", "2000"], ["--volumes", "1000000"]):
        with pytest.raises(SystemExit) as refused:
            bench.main(arguments)
        assert refused.value.code == 2


def test_the_plane_is_as_good_as_it_says(traffic: Traffic, reference: VerticalReference) -> None:
    begin, total = {}, 0
    for plan in traffic.plans:
        begin[plan.key] = total
        total += len(plan.volumes)
    compared = 0
    for conflict in find(traffic.plans, bench.TABLE, reference).conflicts:
        i, j = (begin[key] + part for key, part in zip(conflict.plans, conflict.volumes, strict=True))
        planar = float(gap(traffic.flat, np.array([i]), np.array([j]))[0])
        assert conflict.gap.h is not None
        ours = conflict.gap.h / METRE
        if planar > 100:
            assert abs(planar - ours) <= traffic.flat.error + 1.06
            compared += 1
    assert compared >= 10
    assert 1.0 < traffic.flat.error < 15.0


def test_no_pair_is_too_near_the_minimum_and_some_were_drawn_again(traffic: Traffic) -> None:
    band = 0.002 * MINIMUM + 2.0
    assert np.all(np.abs(gap(traffic.flat, *all_pairs(traffic)) - MINIMUM) > band + traffic.flat.error)
    assert 1 <= traffic.regenerated <= 30


def test_two_circles_on_the_plane_are_as_far_apart_as_on_the_ellipsoid(traffic: Traffic) -> None:
    circles = [
        (row, ground)
        for row, ground in enumerate(v.ground for plan in traffic.plans for v in plan.volumes)
        if isinstance(ground, Circle)
    ]
    assert len(circles) >= 20
    for (i, p), (j, q) in combinations(circles[:20], 2):
        lon1, lat1, lon2, lat2 = (c / DEGREE for c in p.centre + q.centre)
        centres = GEOD.inv(lon1, lat1, lon2, lat2)[2]
        planar = float(gap(traffic.flat, np.array([i]), np.array([j]))[0])
        assert planar == pytest.approx(centres - (p.radius + q.radius) / METRE, abs=5.0)


def test_traffic_is_seeded_mixed_and_of_the_size_asked_for(traffic: Traffic) -> None:
    assert generate(60, 3).plans == generate(60, 3).plans != generate(60, 4).plans
    volumes = [volume for plan in traffic.plans for volume in plan.volumes]
    kinds = [type(volume.ground).__name__ for volume in volumes]
    assert len(volumes) == VOLUMES
    assert len({plan.party for plan in traffic.plans}) == 20
    assert len({plan.key for plan in traffic.plans}) == len(traffic.plans)
    assert min(kinds.count(kind) for kind in ("Circle", "Polygon", "Corridor")) >= 30
    assert {v.lower.datum for v in volumes} == {v.upper.datum for v in volumes} == {"FL"}
    corners = {len(v.ground.rings[0]) for v in volumes if isinstance(v.ground, Polygon)}
    assert min(corners) == 4
    assert max(corners) == 12
    assert length(RULE.h) / METRE == MINIMUM
