"""Plans have a name among all plans and an F3548 state."""

from __future__ import annotations

import pytest

from wideberth.errors import Invalid
from wideberth.model.plan import STATES, TRANSITIONS, UNSPECIFIED, Plan, check_state
from wideberth.space.ground import Circle
from wideberth.space.volume import Volume


def test_a_plan_is_named_by_its_party_and_id() -> None:
    plan = Plan("Relief", "convoy 7", (Volume(Circle((0, 0), 0)),))
    assert plan.key == ("Relief", "convoy 7")
    assert (plan.activity, plan.state, plan.priority) == (UNSPECIFIED, "accepted", 0)
    assert (plan.label, plan.callsign, plan.note, plan.variant_of, plan.review) == ("", "", "", None, None)


@pytest.mark.parametrize("state", STATES)
def test_states_are_read_in_any_case(state: str) -> None:
    assert check_state(state) == check_state(state.upper()) == check_state(state.title()) == state


@pytest.mark.parametrize("text", ["", "active", " accepted", "planned"])
def test_another_state_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_state(text, "features[2].properties.state")
    assert (caught.value.code, caught.value.path, caught.value.found) == (
        "plan.state",
        "features[2].properties.state",
        text,
    )
    assert caught.value.wanted == "accepted, activated, nonconforming, contingent, ended"


def test_transitions_are_those_of_f3548() -> None:
    """ASTM F3548-21, 4.4: a contingent intent only ends; what has ended stays so."""
    assert set(TRANSITIONS) == set(STATES)
    assert all(set(after) <= set(STATES) - {before} for before, after in TRANSITIONS.items())
    assert TRANSITIONS["accepted"] == ("activated", "ended")
    assert "activated" in TRANSITIONS["nonconforming"]
    assert "nonconforming" not in TRANSITIONS["accepted"]
    assert TRANSITIONS["contingent"] == ("ended",)
    assert TRANSITIONS["ended"] == ()
    assert all("ended" in after for before, after in TRANSITIONS.items() if before != "ended")
