"""An attacker with nothing but yes and no; scripts/long/probing.py asks longer and draws what comes of it."""

from __future__ import annotations

import probing
from wideberth.desk.releases import compared
from wideberth.space.reference import VerticalReference

PLACES, ANSWERS = 60, 90


def test_questions_never_find_out_more_than_the_coarse_view(reference: VerticalReference) -> None:
    coarse = probing.attack("coarse", PLACES, ANSWERS, reference)
    probing.check(coarse, PLACES)
    assert probing.attack("conflict-only", PLACES, ANSWERS, reference) == coarse
    # it asks well: what is left is a few times the coarse view
    assert coarse.areas[-1] < 3.5 * probing.floor(PLACES)
    # none of the places of the coarse view is ever ruled out
    where = probing.Map(150_000.0, PLACES)
    shown = compared(probing.PLAN, "coarse", probing.COARSE)
    attacker = probing.Attacker(shown, where, reference, ANSWERS)
    attacker.squares((-where.half, -where.half, where.half, where.half), 5_000.0)
    assert where.possible[where.inside(shown)].all()


def test_answers_from_the_true_volumes_would_tell_more(reference: VerticalReference) -> None:
    true = probing.attack(None, PLACES, ANSWERS, reference)
    assert true.areas[-1] < probing.floor(PLACES)
    coarse = compared(probing.PLAN, "coarse", probing.COARSE)
    assert (coarse[0].start or 0) < true.window[0] - 600_000
    assert true.band[1] < coarse[0].upper.value


def test_the_picture_names_its_axes_and_its_floor() -> None:
    drawn = probing.picture([90_000.0, 2_000.0], [90_000.0, 200.0], 1_591.0, 154.0)
    for words in ("answers (yes or no)", "may still be, km²", "the coarse view: 1,591 km²", "polyline"):
        assert words in drawn
