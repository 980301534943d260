"""A change as options say it, and as the API takes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.story.desks import START, circle
from wideberth.cli import case_change, desk_words
from wideberth.cli.case_change import Written
from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.model.plan import Plan

NOTHING = Written(None, None, None, None, None, False)


def written(**more: Any) -> Written:
    return Written(**{**{each: getattr(NOTHING, each) for each in NOTHING.__struct_fields__}, **more})


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"delay": "30min"}, {"delay_ms": 1_800_000}),
        ({"advance": "1h"}, {"delay_ms": -3_600_000}),
        ({"climb": "1000ft"}, {"lift_dmm": 3_048_000}),
        ({"descend": "100m"}, {"lift_dmm": -1_000_000}),
        ({"cancel": True}, {"cancel": True}),
    ],
)
def test_a_change_is_one_option(said: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert case_change.read(written(**said), None) == wanted


def test_another_area_is_the_volumes_of_a_plan() -> None:
    made = Plan("a", "b", (circle(33.0, 34.0, START),))
    found = case_change.read(written(area="file"), made)
    assert volumes.read_all(found["volumes"]) == made.volumes


@pytest.mark.parametrize(
    "said", [{}, {"delay": "1h", "cancel": True}, {"delay": "0min"}, {"climb": "-100ft"}, {"descend": "0ft"}]
)
def test_none_and_two_and_nothing_are_no_change(said: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        case_change.read(written(**said), None)
    assert caught.value.code in ("case.change", "length.malformed")


def test_an_offer_lasts_for_whole_seconds() -> None:
    assert case_change.lasts("90min") == 5_400
    for text in ("0s", "soon"):
        with pytest.raises(Invalid):
            case_change.lasts(text)


@given(
    st.one_of(
        st.builds(lambda n: {"delay_ms": n * 1_000}, st.integers(-10_000, 10_000).filter(bool)),
        st.builds(lambda n: {"lift_dmm": n}, st.integers(-(10**8), 10**8).filter(bool)),
        st.just({"cancel": True}),
    )
)
def test_what_is_suggested_can_be_typed(change: dict[str, Any]) -> None:
    """A change that would clear a plan, as options, is the same change again."""
    name, *value = desk_words.option(change).split(" ")
    said = written(**{name.removeprefix("--"): value[0] if value else True})
    assert case_change.read(said, None) == change
