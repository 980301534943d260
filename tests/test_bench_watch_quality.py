"""The bench of warnings in time: what truly happened is what it says; a warning that is missing is seen."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

from bench import watch_quality as quality
from bench.watch_quality import Raised, Traffic, busiest, closings, entries, judged, planted, traffic, zones
from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.units import DEGREE, FOOT, METRE, SECOND

T0 = 1_700_000_000_000


def flown(name: str, north_m: float, course: float, seconds: int, feet: int = 10_000) -> list[Report]:
    """A report each 5 s from a place so far north of 47° N 8° E, at 100 m/s."""
    lon, lat, _ = GEOD.fwd(8.0, 47.0, 0, north_m)
    made = []
    for second in range(0, seconds, 5):
        x, y, _ = GEOD.fwd(lon, lat, course, 100 * second)
        made.append(
            Report(
                "recorded",
                name,
                T0 + second * SECOND,
                (round(x * DEGREE), round(y * DEGREE)),
                50 * METRE,
                Altitude("FL", feet * FOOT),
                0,
                Velocity(100_000, round(course * DEGREE), 0),
                kind="aircraft",
            )
        )
    return made


def head_on(seconds: int = 300) -> Traffic:
    """Two that fly at each other, 50 km apart at the beginning."""
    some = [*flown("icao:1", 0, 0, seconds), *flown("icao:2", 50_000, 180, seconds)]
    return traffic(some, T0, seconds)


def test_where_it_was_is_known_between_reports_that_are_near_enough() -> None:
    some = [each for each in flown("icao:1", 0, 0, 120) if not 40 < (each.at_ms - T0) / SECOND < 80]
    real = traffic(some, T0, 130)
    known = ~np.isnan(real.heights[0])
    assert known[:41].all() and not known[41:81].any() and known[81:116].all() and not known[116:].any()
    away = np.linalg.norm(real.places[0, 17] - real.places[0, 0])
    assert math.isclose(away, 1_700, abs_tol=0.5)
    assert real.heights[0, 17] == 10_000


def test_a_true_loss_is_when_the_gap_falls_below_the_minimum() -> None:
    true = closings(real := head_on(), real, (3, 3_000))
    # 50 km closing at 200 m/s are 5,556 m after 222.2 s
    assert true == {("icao:1", "icao:2"): (0, 223)}
    apart = traffic([*flown("icao:1", 0, 0, 300), *flown("icao:2", 50_000, 180, 300, 14_000)], T0, 300)
    assert closings(apart, apart, (3, 3_000)) == {}


def test_what_stood_before_it_is_a_warning_and_what_came_after_is_late_or_missed() -> None:
    true = {("a", "b"): (0, 200), ("c", "d"): (0, 100), ("e", "f"): (0, 50), ("g", "h"): (30, 33)}
    stood = [
        Raised(("a", "b"), T0 + 20 * SECOND, math.inf),
        Raised(("c", "d"), T0 + 104 * SECOND, math.inf),
        Raised(("e", "f"), T0, T0 + 40 * SECOND),
    ]
    found = judged(true, stood, T0, 300)
    assert (found.losses, found.warned, found.late, found.missed, found.unforeseen) == (3, 1, 1, 1, 1)
    assert found.leads == [180] and found.shares == [0.9]


def test_what_is_planted_meets_what_was_recorded() -> None:
    real = head_on(600)
    chance = np.random.default_rng(1)
    made = planted(real, 5, chance)
    lot = traffic(made, T0, 600)
    assert len(lot.names) == 5
    for k in range(5):
        gaps = np.linalg.norm(real.places - lot.places[k], axis=2)
        assert np.nanmin(gaps) < 300
    # each says the course that it flies
    one, two = [each for each in made if each.id == "planted:0"][-2:]
    back = GEOD.inv(
        one.point[0] / DEGREE, one.point[1] / DEGREE, two.point[0] / DEGREE, two.point[1] / DEGREE
    )
    assert one.velocity is not None
    off = (back[0] - one.velocity.course / DEGREE + 180) % 360 - 180
    # 60 m of noise over 50 m or more
    assert abs(off) < 60


def test_planted_zones_are_entered() -> None:
    real = head_on(600)
    some = zones(real, 6, np.random.default_rng(1))
    true = entries(real, some)
    assert {zone for _, zone in true} == {each.id for each in some}


def test_the_busiest_minutes() -> None:
    some = sorted([*flown("a", 0, 0, 900), *flown("b", 0, 0, 60)], key=lambda each: each.at_ms)
    assert len(busiest(some, 1)) == 24
    assert busiest(some, 1)[0].at_ms == T0


def test_it_runs_and_fails_where_something_was_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["timestamp,icao24,latitude,longitude,altitude_ft,groundspeed_kt,track"]
    lines += [
        f"{each.at_ms},{each.id[-1] * 6},{each.point[1] / DEGREE},{each.point[0] / DEGREE},10000,194.4,"
        f"{'0' if each.id.endswith('1') else '180'}"
        for each in [*flown("icao:1", 0, 0, 200), *flown("icao:2", 40_000, 180, 200)]
    ]
    file = tmp_path / "two.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    asked = ["quality", str(file), "--minutes", "10", "--planted", "2", "--zones", "1", "--each", "15"]
    monkeypatch.setattr(sys, "argv", [*asked, "--json", str(tmp_path / "out.json")])
    assert quality.main() == 0
    told = capsys.readouterr().out
    assert "2 aircraft" in told and "100.0 %" in told and (tmp_path / "out.json").exists()
    monkeypatch.setattr(quality, "play", lambda *_: ([], 0.0))
    monkeypatch.setattr(sys, "argv", asked)
    assert quality.main() == 1
