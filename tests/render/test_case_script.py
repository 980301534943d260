"""What is told of a conflict and of a proposal, word for word; and cells as ranges that are read aloud."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.render.test_script import CIRCLE, notice
from wideberth.model.agreement import Rules
from wideberth.model.manual_case import Said
from wideberth.render import case_script, script
from wideberth.render.case_script import Offer, Told
from wideberth.render.cells import boxes
from wideberth.render.wording import FORMS
from wideberth.space.coarse import Grid, coarse
from wideberth.space.ground import Circle, Polygon
from wideberth.space.units import DEGREE, METRE

SAID: tuple[Said, ...] = get_args(Said)
OURS = notice(CIRCLE, to="South")
THEIRS = notice(CIRCLE, callsign="GULL 2", notice="n-zzz234defghijklmnopqrstuvw")
OFFER = Offer(2, True, "15 min later", (CIRCLE,))
TOLD = Told("k3vq2a" + "a" * 46, "told", OURS, THEIRS)
GRID = Rules().coarse


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("form", FORMS)
def test_every_word_has_a_text_that_names_case_and_plans(said: Said, form: str) -> None:
    told = structs.replace(TOLD, said=said, offer=OFFER)
    text = case_script.text(told, form)  # type: ignore[arg-type]  # one of FORMS
    number = "kilo three victor quebec two alfa" if form == "voice" else "K3VQ2A"
    assert number in text and "15 min later" in text.replace("one five", "15")
    assert "as it would be" in text and "Silence is no answer" in text
    for word in ("safe", "cleared", "approved", "permitted"):
        assert word not in text


def test_a_conflict_alone_offers_nothing_and_a_cancelled_plan_has_no_volumes() -> None:
    text = case_script.text(TOLD, "e-mail")
    assert text.startswith("Subject: Case K3VQ2A: two plans in conflict\n") and "as it would be" not in text
    ended = structs.replace(TOLD, said="accept", offer=Offer(1, False, "cancelled", ()))
    assert "We accept it as it stands here" in case_script.text(ended, "voice")
    assert "as it would be" not in case_script.text(ended, "voice")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"delay_ms": 900_000}, "15 min later"),
        ({"delay_ms": -900_000}, "15 min earlier"),
        ({"lift_dmm": 1_524_000}, "500 ft higher"),
        ({"lift_dmm": -1_524_000}, "500 ft lower"),
        ({"cancel": True}, "cancelled"),
        ({"volumes": [{}, {}]}, "elsewhere, in 2 volumes"),
    ],
)
def test_changes_in_words(change: dict[str, object], words: str) -> None:
    assert case_script.change_words(change) == words


def test_few_words_for_a_list() -> None:
    words = case_script.words("accept", "k3vq2a", mine=False, n=1, ours=True, change="15 min later")
    assert words == "case K3VQ2A: they accepted proposal 1: our plan 15 min later"
    assert case_script.words("told", "k3vq2a", mine=True).endswith("told that the two plans are in conflict")
    assert case_script.words("told", "k3vq2a", mine=True, n=3).endswith("told of proposal 3")


places = st.tuples(st.integers(-60, 60), st.integers(-60, 60), st.integers(1, 60_000))


@given(st.lists(places, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_ranges_of_cells_are_exactly_the_cells(some: list[tuple[int, int, int]]) -> None:
    made = [
        structs.replace(CIRCLE, ground=Circle((lon * DEGREE // 60, lat * DEGREE // 60), radius * METRE))
        for lon, lat, radius in some
    ]
    for volume in coarse(made, Grid(GRID.h, GRID.v, GRID.t)):
        ground = volume.ground
        assert isinstance(ground, Polygon)
        found = boxes(ground)
        assert found
        # both are made of whole parts of a grid of degrees: areas compare them, and none overlaps another
        ring_area = sum(_area(ring) for ring in ground.rings)
        assert sum((e.east - e.west) * (e.north - e.south) for e in found) == pytest.approx(ring_area)
        lines = sorted((e.south, e.west, e.east) for e in found)
        assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(lines))


def _area(ring: tuple[tuple[int, int], ...]) -> float:
    """Signed: openings go the other way round."""
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return sum((a[0] * b[1] - b[0] * a[1]) / DEGREE / DEGREE for a, b in pairs) / 2


def test_what_is_not_made_of_cells_is_no_ranges() -> None:
    assert boxes(CIRCLE.ground) == ()
    slanted = Polygon((((0, 0), (10, 0), (10, 10), (5, 20)),), "lonlat")
    assert boxes(slanted) == ()
    assert boxes(structs.replace(slanted, edges="geodesic")) == ()


def test_a_coarse_view_is_read_aloud_in_ranges_and_written_with_its_corners() -> None:
    # three places across whose cells make a staircase
    made = [
        structs.replace(
            CIRCLE, ground=Circle((330_000_000 + k * 2_500_000, -340_000_000 + k * 2_500_000), METRE)
        )
        for k in range(8)
    ]
    [view] = coarse(made, Grid(GRID.h, GRID.v, GRID.t))[:1]
    found = notice(view, level="coarse")
    assert isinstance(view.ground, Polygon)
    text, corners = script.text(found, "voice"), len(view.ground.rings[0])
    spoken = [each for each in text.splitlines() if each.startswith("  Range ")]
    assert 0 < len(spoken) < corners and all(
        " degrees " in each and "from" in each and " to " in each for each in spoken
    )
    assert "point 1" not in text and f"point {corners}" in script.text(found, "e-mail")
