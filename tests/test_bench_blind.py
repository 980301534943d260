"""The benchmark of the blind check: legal and seeded plans, gates that fail. Never a time."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from bench import blind
from bench import blind_ways as ways
from bench.blind_plans import MIXES, agreed, plans_of
from bench.traffic import BEGIN, HOUR
from wideberth.blind.check import Verdict
from wideberth.space.ground import Circle, Corridor
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE
from wideberth.space.volume import check_volume

SEED = 3


@pytest.mark.parametrize("mix", MIXES)
def test_plans_are_legal_and_the_same_for_the_same_seed(mix: str) -> None:
    plans = plans_of("a", 300, SEED, mix)
    assert plans == plans_of("a", 300, SEED, mix)
    assert plans[0].volumes != plans_of("b", 300, SEED, mix)[0].volumes
    for volume in (volume for plan in plans for volume in plan.volumes):
        check_volume(volume)
        ground = volume.ground
        if isinstance(ground, Circle):
            lon, lat = (each / DEGREE for each in ground.centre)
            assert circle(lon, lat, ground.radius) == ground
        elif isinstance(ground, Corridor):
            line = [(lon / DEGREE, lat / DEGREE) for lon, lat in ground.points]
            assert corridor(line, ground.half_width, "geodesic") == ground
        else:
            ring = [(lon / DEGREE, lat / DEGREE) for lon, lat in ground.rings[0]]
            assert polygon([ring], "geodesic", closed=False) == ground
    found = Counter(plan.activity for plan in plans)
    assert all(abs(found[name] / 300 - share) < 0.1 for name, share in MIXES[mix].shares.items())


def test_a_small_run_finds_what_there_is_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["--sizes", "12", "--mixes", "drones", "--repeats", "1", "--json", str(out)]
    assert blind.main(asked) == 0
    told = json.loads(out.read_text())
    [run] = told["runs"]
    assert run["missed"] == 0 and run["elements"] == 64 and not run["wrong"]
    assert [row["rounds"] for row in run["rows"]] == [3, 1, 1, 1]
    assert all(row["cpu"] is not None for row in run["rows"])
    assert told["audit"]["size"] == 96
    printed = capsys.readouterr().out
    assert "ours, level by level, proven" in printed and "by file: 0 missed" in printed
    assert "FAILED" not in printed


def test_what_would_take_longer_than_the_cap_is_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert blind.main(["--sizes", "12", "--mixes", "mixed", "--cap", "0"]) == 0
    printed = capsys.readouterr().out
    assert "over the cap" in printed and "proven" not in printed


def test_what_conflicts_beyond_the_horizon_only_is_not_asked_of_a_run() -> None:
    [plan] = plans_of("a", 1, SEED, "drones")
    other = replace(plan, party="b")
    terms = agreed("drones", 1_000)
    assert blind.truth({"a": (plan,), "b": (other,)}, terms) == {(0, 0)}
    late = replace(plan.volumes[0], start=BEGIN + 24 * HOUR + 1, end=BEGIN + 25 * HOUR)
    plans: blind.Plans = {"a": (replace(plan, volumes=(late,)),), "b": (replace(other, volumes=(late,)),)}
    assert blind.truth(plans, terms) == set()


def test_a_pair_that_is_missed_fails() -> None:
    told = blind.Told("drones", 10, 10, 1)
    blind.flagged(told, {(1, 1), (2, 3)}, {(1, 1)})
    assert not told.wrong
    assert told.missed == 0
    assert told.false_pairs == pytest.approx(100 / 99)
    assert told.false_plans == pytest.approx(100 / 9)
    blind.flagged(told, {(2, 3)}, {(1, 1)})
    assert told.missed == 1 and told.wrong


def test_a_run_that_finds_other_matches_fails() -> None:
    [plan] = plans_of("a", 1, SEED, "drones")
    plans: blind.Plans = {"a": (plan,), "b": (replace(plan, party="b"),)}
    terms = agreed("drones", 1_000)
    sets = ways.plainly(plans, terms)
    run = ways.ours(plans, terms)
    told = blind.Told("drones", 1, 1, 1)
    blind.agree(told, sets, run)
    assert not told.wrong and ways.flagged(run) == {(0, 0)}
    verdict = run["a"].verdict
    assert isinstance(verdict, Verdict)
    run["a"].verdict = replace(verdict, outcome="not clear", why="timeout")
    blind.agree(told, sets, run)
    assert any("timeout" in each for each in told.wrong)
    run["a"].verdict, told.wrong = replace(verdict, matches=()), []
    blind.agree(told, sets, run)
    assert any("other matches" in each for each in told.wrong)
