from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.runs import AS_OF, CREWED, OURS, THEIRS, plan, run, save
from wideberth.render import strip
from wideberth.render.strip import corners
from wideberth.space.altitude import UNLIMITED, Altitude, Datum
from wideberth.space.extent import Extent


def cells(html: str, name: str) -> list[str]:
    return re.findall(rf"<th>{name}</th><td[^>]*>(.*?)</td>", html)


def test_the_samples_print_a_page_for_each_plan_in_conflict() -> None:
    ran = run("check", OURS, THEIRS, *CREWED, "--print", "strip")
    assert ran.code == 1
    assert ran.out.count("<section>") == 6
    assert ran.out.count("size: A5") == 1
    assert "no permission and no guarantee" in ran.out
    assert "http" not in ran.out
    assert len(cells(ran.out, "box")) == 6


def test_a_box_holds_the_other_volume_and_the_minimum_around_it(tmp_path: Path) -> None:
    ours = save(tmp_path / "a.geojson", plan("A", "a", at=[33.0, 34.0]))
    theirs = save(tmp_path / "b.geojson", plan("B", "b", at=[33.01, 34.0], label="North & <b>"))
    minima = ("--horizontal", "3NM", "--vertical", "1000ft", "--time", "5min")
    ran = run("check", ours, theirs, *minima, *AS_OF, "--print", "strip")
    box = cells(ran.out, "box")[0]
    # 1 km and 3 NM about 34°N 033°00.6′E: 6.556 km are 3.546′ of latitude, 4.257′ of longitude
    assert box == "33°56.4′N – 34°03.6′N, 032°56.3′E – 033°04.9′E"
    assert cells(ran.out, "levels")[0] == "FL100 to FL110, and 1,000 ft above and below"
    assert cells(ran.out, "times")[0].startswith("2026-11-24 08:00Z – 2026-11-24 09:00Z, and 5 min before")
    assert "North &amp; &lt;b&gt;" in ran.out


def test_any_and_zero_are_said(tmp_path: Path) -> None:
    ours = save(tmp_path / "a.geojson", plan("A", "a", start=None, end=None))
    theirs = save(tmp_path / "b.geojson", plan("B", "b", end=None))
    ran = run(
        "check",
        ours,
        theirs,
        "--horizontal",
        "0",
        "--vertical",
        "any",
        "--time",
        "0",
        *AS_OF,
        "--print",
        "strip",
    )
    assert set(cells(ran.out, "levels")) == {"all levels (the plan is at FL100 to FL110)"}
    assert cells(ran.out, "times") == [
        "2026-11-24 08:00Z – until further notice",
        "in force – until further notice",
    ]
    ran = run(
        "check",
        ours,
        theirs,
        "--horizontal",
        "any",
        "--vertical",
        "0",
        "--time",
        "any",
        *AS_OF,
        "--print",
        "strip",
    )
    assert set(cells(ran.out, "box")) == {"everywhere"}
    assert set(cells(ran.out, "levels")) == {"FL100 to FL110"}
    assert all(words.endswith("; at any time") for words in cells(ran.out, "times"))


def test_without_conflict_the_page_says_no_known_conflict(tmp_path: Path) -> None:
    ours = save(tmp_path / "a.geojson", plan("A", "a"))
    theirs = save(tmp_path / "b.geojson", plan("B", "b", at=[35.0, 30.0]))
    (tmp_path / "bad.geojson").write_text("{", encoding="utf-8")
    ran = run("check", ours, theirs, str(tmp_path / "bad.geojson"), *CREWED, "--print", "strip")
    assert ran.code == 2
    assert "no known conflict, as of 2026-11-23 10:00Z" in ran.out
    assert "1 file refused and left out" in ran.out
    assert "bad.geojson" in ran.err


@pytest.mark.parametrize("other", [["--json"], ["--watch"]])
def test_one_way_of_printing_at_a_time(other: list[str]) -> None:
    ran = run("check", OURS, THEIRS, "--preset", "crewed", "--print", "strip", *other)
    assert (ran.code, "output.several" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Extent(-180, 60, 180, 90), "60°00.0′N – 90°00.0′N, all longitudes"),
        (Extent(179.5, -1.01, 180.5, 1), "01°00.6′S – 01°00.0′N, 179°30.0′E – 179°30.0′W"),
        (Extent(0.00001, 0.00001, 0.00002, 0.00002), "00°00.0′N – 00°00.1′N, 000°00.0′E – 000°00.1′E"),
    ],
)
def test_corners_are_rounded_outwards(found: Extent, words: str) -> None:
    assert corners(found) == words


@pytest.mark.parametrize(
    ("datum", "metric", "words"),
    [
        ("AGL", False, "395 ft AGL to 396 ft AGL"),
        ("AGL", True, "120 m AGL to 121 m AGL"),
        ("HAE", True, "120 m HAE to 121 m HAE"),
        ("FL", False, "395 ft FL to 396 ft FL"),
    ],
)
def test_levels_are_rounded_outwards(datum: Datum, metric: bool, words: str) -> None:
    lower, upper = Altitude(datum, 1_206_999), Altitude(datum, 1_204_000)
    shown = [strip.limit(each, metric, up=up) for each, up in ((lower, False), (upper, True))]
    assert " to ".join(shown) == words
    assert strip.limit(UNLIMITED, metric, up=True) == "UNL"
    assert strip.limit(Altitude("FL", 10_000 * 3_048), metric, up=True) == "FL100"
