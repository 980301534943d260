"""Which minima hold for a pair of activities: its own row, the row for every pair, else the largest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.model.separation import EVERY, PRESETS, Minimum, Row, Rule, SeparationTable, choose

DRONES = Row(("drone", "drone"), (Rule(1_000, 300, 10),))
MIXED = Row(("convoy", "drone"), (Rule(5_000, 100, 60), Rule(0, "any", 5)))
RADIO = Row(("radio", "radio"), (Rule(2_000, 200, "any", 25_000),))
TABLE = SeparationTable((DRONES, MIXED, RADIO), "agreement of May")


def test_a_pair_takes_its_own_row_whichever_comes_first() -> None:
    for a, b in (("drone", "convoy"), ("convoy", "drone")):
        chosen = choose(TABLE, a, b)
        assert chosen.row == MIXED
        assert not chosen.fallback


def test_a_pair_without_a_row_takes_the_row_for_every_pair() -> None:
    every = Row((EVERY, EVERY), (Rule(1, 2, 3),))
    table = SeparationTable((MIXED, every), "x")
    assert choose(table, "drone", "drone").row == every
    assert not choose(table, "drone", "drone").fallback
    assert choose(table, "drone", "convoy").row == MIXED


def test_an_absent_pair_takes_the_largest_minimum_on_each_axis_and_says_so() -> None:
    chosen = choose(TABLE, "survey", "convoy")
    assert chosen.fallback
    assert chosen.row.between == ("convoy", "survey")
    assert chosen.row.rules == (Rule(5_000, "any", "any", 25_000),)


def test_without_any_frequency_minimum_frequencies_are_not_compared() -> None:
    chosen = choose(SeparationTable((DRONES, MIXED), "x"), "survey", "survey")
    assert chosen.row.rules == (Rule(5_000, "any", 60, None),)


minima: st.SearchStrategy[Minimum] = st.one_of(st.integers(0, 100), st.just("any"))
rules = st.builds(Rule, minima, minima, minima, st.one_of(st.none(), minima))


def size(minimum: Minimum | None) -> float:
    return -1.0 if minimum is None else float("inf") if minimum == "any" else float(minimum)


@given(st.lists(st.lists(rules, min_size=1, max_size=3), min_size=1, max_size=4))
def test_the_fallback_is_no_smaller_than_any_rule_and_no_larger_than_needed(rows: list[list[Rule]]) -> None:
    table = SeparationTable(tuple(Row((f"a{k}", "z"), tuple(r)) for k, r in enumerate(rows)), "x")
    (largest,) = choose(table, "unknown", "other").row.rules
    for axis in ("h", "v", "t", "f"):
        sizes = [size(getattr(rule, axis)) for row in rows for rule in row]
        assert size(getattr(largest, axis)) == max(sizes)


METRE, FOOT, NM, MINUTE = 10_000, 3_048, 18_520_000, 60_000


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("crewed", Rule(3 * NM, 3_000 * FOOT, 5 * MINUTE)),
        ("drone", Rule(100 * METRE, 30 * METRE, 2 * MINUTE)),
        ("convoy", Rule(1_000 * METRE, "any", 30 * MINUTE)),
        ("maritime", Rule(10 * NM, "any", 60 * MINUTE)),
        ("spectrum", Rule(20_000 * METRE, "any", 5 * MINUTE, 1_000_000)),
    ],
)
def test_presets_hold_for_every_pair_with_the_published_figures(name: str, rule: Rule) -> None:
    chosen = choose(PRESETS[name], "anything", "else")
    assert chosen.row.rules == (rule,)
    assert not chosen.fallback
    assert PRESETS[name].source == f"preset {name}"


def test_there_are_five_presets() -> None:
    assert sorted(PRESETS) == ["convoy", "crewed", "drone", "maritime", "spectrum"]
