"""Figures of the meter, in words."""

from __future__ import annotations

from msgspec import structs

from wideberth.desk.inference import Told, Wanted, measure, suggest
from wideberth.model.agreement import Step
from wideberth.render import inference
from wideberth.space.altitude import Altitude
from wideberth.space.coarse import Grid, coarse
from wideberth.space.stated import circle
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume

HOUR = 3_600 * SECOND
GRID = Step(10 * NAUTICAL_MILE, 5_000 * FOOT, HOUR)
SITE = Volume(
    circle(33.3, 34.6, 300 * METRE),
    Altitude("FL", 11_000 * FOOT),
    Altitude("FL", 14_000 * FOOT),
    10 * HOUR,
    11 * HOUR,
)


def _coarse(key: str) -> Told:
    return Told("us", 0, key, coarse([SITE], Grid(GRID.h, GRID.v, GRID.t)), "coarse", GRID)


def test_every_figure_is_written_with_its_unit() -> None:
    text = inference.text(measure([_coarse("b")], [_coarse("a")]), {"a": "TALON 1", "b": "the clinic"})
    assert "before this release: 1 record; at least 1 distinct place; 0 repeats" in text
    assert "after it:            2 records; at least 1 distinct place; 1 repeat" in text
    assert "TALON 1: told 1 time, in cells of a grid" in text
    assert "18.59 km × 21.47 km (north-south × east-west), 399.6 km²; FL100 to FL150 (1,524 m)" in text
    assert "1970-01-01 10:00Z – 1970-01-01 11:00Z (1 h)" in text
    assert "if it is the same as the clinic: 18.59 km" in text
    assert "not written out: 1 record more" in text


def test_a_name_from_elsewhere_stays_on_its_line() -> None:
    text = inference.text(measure([], [_coarse("a")]), {"a": "two\nlines\x1b[31m"})
    assert "\x1b" not in text
    assert "two\nlines" not in text


def test_no_words_are_used_for_how_much_that_is() -> None:
    text = inference.text(measure([], [_coarse("a")]), {}).lower()
    for word in ("safe", "low risk", "high", "secret", "little", "permission"):
        assert word not in text


def test_a_suggestion_names_its_steps_and_what_it_was_asked_for() -> None:
    now, true = [_coarse("a")], {"a": (SITE,)}

    def words(earlier: list[Told], wanted: Wanted) -> str:
        found = suggest(earlier, now, true, wanted)
        return "\n".join(inference.suggestion(found, wanted, {"a": "TALON 1"}))

    assert (
        words([], Wanted(9 * NAUTICAL_MILE, HOUR))
        == "no less than 16.66 km and 1 h: kept by this release as it is"
    )
    assert "kept on a grid of 20 NM, 5,000 ft, 2 h" in words([], Wanted(20 * NAUTICAL_MILE, 2 * HOUR))
    known = words([Told("us", 0, "a", (SITE,))], Wanted(20 * NAUTICAL_MILE, HOUR))
    assert "no grid helps" in known
    assert "TALON 1" in known
    assert "tried: 1 NM, 2 NM, 5 NM, 10 NM, 20 NM, 40 NM, 60 NM, 120 NM; 15 min" in known
    other = words([Told("us", 0, "b", (SITE,))], Wanted(20 * NAUTICAL_MILE, HOUR))
    assert "but not if another record that could be the same is: TALON 1" in other


def _whole(key: str, *volumes: Volume) -> Told:
    return Told("us", 0, key, volumes)


def test_a_movement_is_known_better_at_one_moment() -> None:
    later = structs.replace(SITE, ground=circle(34.3, 34.6, 100 * METRE), start=11 * HOUR, end=12 * HOUR)
    text = inference.text(measure([], [_whole("a", SITE, later)]), {}, metric=False)
    assert "a: told 1 time, told exactly" in text
    assert (
        "  after     0.32 NM × 49.74 NM (north-south × east-west), 314,413 m²; FL110 to FL140 (3,000 ft)"
        in text
    )
    assert "  a moment  0.1 NM × 0.1 NM (north-south × east-west), 31,441 m²; " in text
    assert "1970-01-01 11:00Z – 1970-01-01 12:00Z (1 h)" in text


def test_an_edge_is_named_with_its_length() -> None:
    # what two cells share is a meridian
    edge = structs.replace(SITE, ground=circle(33.28125, 34.6, 300 * METRE))
    shown = coarse([edge], Grid(GRID.h, GRID.v, GRID.t))
    text = inference.text(measure([], [Told("us", 0, "a", shown, "coarse", GRID)]), {})
    assert "it lies across what its cells share: 18.59 km × 0 m" in text


def test_many_that_could_be_the_same_are_counted() -> None:
    meter = measure([], [_coarse(f"k{number}") for number in range(6)])
    assert "if it is the same as k1, k2, k3 and 2 more: " in inference.text(meter, {})
    known = [_whole(f"k{number}", SITE) for number in range(7)]
    now = [_coarse(f"k{number}") for number in range(7)]
    wanted = Wanted(20 * NAUTICAL_MILE, HOUR)
    words = "\n".join(inference.suggestion(suggest(known, now, {}, wanted), wanted, {}))
    assert "k0, k1, k2, k3, k4 and 2 more" in words


def test_what_is_not_bounded_has_no_end() -> None:
    high = structs.replace(SITE, lower=Altitude("MSL", 0), upper=Altitude("MSL", METRE), start=None, end=None)
    assert "… – …" in inference.text(measure([], [_whole("a", high)]), {})
    text = inference.text(measure([], [_whole("a", SITE, high)]), {})
    assert "heights in several datums" in text
    empty = inference.text(measure([], []), {})
    assert empty.count("nothing was told") == 2
