"""The meter of a node: what was told on lines and in releases, to whom, and that answers tell no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story import desks, whole
from tests.story.desks import HOUR_MS, START, circle, given
from tests.story.test_releases import ROLE, signed
from tests.story.whole import Two
from wideberth.desk.inference import Wanted
from wideberth.errors import WideberthError
from wideberth.model.agreement import Step
from wideberth.model.release import Caveats, Recipient
from wideberth.node.release_meter import WANTED, MeterView
from wideberth.node.release_records import Choice
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE

TEN = 10 * NAUTICAL_MILE


def _filed(two: Two, lon: float = 33.1, lat: float = 34.1, hour: int = 0) -> str:
    [view] = two.one.desk.submit([given(circle(lon, lat, START + hour * HOUR_MS))])
    return view.plan


def _drafted(two: Two, plan: str, recipient: str, **choice: object) -> str:
    [view] = two.one.room.releases.draft([recipient], "flights", [Choice("plan", plan, **choice)], Caveats())  # type: ignore[arg-type]  # level and grid
    return view.release


def _left(two: Two, release: str) -> None:
    """Approved, and written to a file."""
    releases = two.one.room.releases
    releases.approve(release, signed(two.places[0], releases.index(release)))
    releases.save(release, ROLE)


def _meter(two: Two, release: str, wanted: Wanted = WANTED) -> MeterView:
    return two.one.room.releases.meter(release, wanted)


def test_what_left_before_counts_and_what_an_ally_has_as_well(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "none") as two:
        releases = two.one.room.releases
        for recipient in (Recipient("East"), Recipient("West", allies=("East",)), Recipient("Far")):
            releases.add_recipient(recipient)
        plan = _filed(two)
        first = _drafted(two, plan, "East")
        assert _meter(two, first).before.records == 0
        other = _drafted(two, plan, "West", grid=Step(7 * NAUTICAL_MILE, 5_000 * FOOT, HOUR_MS))
        # a draft has not left, and nothing is known of it
        assert _meter(two, other).before.records == 0
        _left(two, first)
        [place] = _meter(two, other).places
        assert place.before is not None
        assert place.after.area_m2 < place.before.area_m2
        assert (place.told, place.exact, place.number) == (2, False, 1)
        # who is no ally of theirs has nothing
        far = _meter(two, _drafted(two, plan, "Far"))
        assert (far.before.records, far.recipients) == (0, ("Far",))
        # what is taken back is known all the same
        releases.recall(first)
        assert _meter(two, other).before.records == 1


def test_two_that_are_approved_side_by_side_know_of_each_other(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "none") as two:
        releases = two.one.room.releases
        releases.add_recipient(Recipient("East"))
        plan = _filed(two)
        one, other = _drafted(two, plan, "East"), _drafted(two, plan, "East", level="full")
        assert not _meter(two, one).places[0].exact
        releases.approve(other, signed(two.places[0], releases.index(other)))
        meter = _meter(two, one)
        assert meter.places[0].exact
        assert meter.outcome == "no grid helps"
        assert "no grid helps" in meter.text
        releases.withdraw(other)
        assert not _meter(two, one).places[0].exact


def test_what_a_line_told_counts_for_the_party_at_its_end(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "coarse") as two:
        two.one.room.releases.add_recipient(Recipient("South", two.other.party))
        two.one.room.releases.add_recipient(Recipient("East"))
        plan = _filed(two)
        whole.settle(two)
        [place] = _meter(two, _drafted(two, plan, "South")).places
        assert place.before == place.after
        assert place.told == 2
        [exact] = _meter(two, _drafted(two, plan, "South", level="full")).places
        assert exact.before is not None
        assert exact.after.area_m2 < exact.before.area_m2 / 3
        assert _meter(two, _drafted(two, plan, "East")).before.records == 0


def test_a_plan_that_is_filed_again_is_a_repeat_and_one_grid_is_suggested(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "none") as two:
        two.one.room.releases.add_recipient(Recipient("East"))
        _left(two, _drafted(two, _filed(two), "East"))
        again = _drafted(two, _filed(two, 33.101), "East")
        meter = _meter(two, again)
        assert (meter.after.records, meter.after.places, meter.after.repeats) == (2, 1, 1)
        assert meter.places[0].same == 1
        wide = _meter(two, again, Wanted(2 * TEN, 2 * HOUR_MS))
        assert wide.outcome in ("coarser", "unless the same")
        assert wide.grid is not None
        assert wide.grid.h_m * METRE >= 2 * TEN
        assert (wide.wanted_m, wide.wanted_s) == (37_040, 7_200)


def test_it_says_nothing_of_where_the_truth_is_in_a_cell(tmp_path: Path) -> None:
    """The officer's page may be seen over a shoulder: it has figures of cells, and no position at all."""
    with desks.desks(tmp_path, "none") as two:
        two.one.room.releases.add_recipient(Recipient("East"))
        texts = set()
        for lon in (33.1, 33.101):
            meter = _meter(two, _drafted(two, _filed(two, lon), "East"))
            texts.add(meter.text)
            assert str(lon) not in meter.text
        assert len(texts) == 1


def test_a_release_that_is_not_there_has_no_figures(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "none") as two:
        with pytest.raises(WideberthError) as error:
            _meter(two, "r-" + "a" * 26)
        assert error.value.code == "release.none"
