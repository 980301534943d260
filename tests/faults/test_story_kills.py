"""Two nodes' whole story, with a SIGKILL at any send, sync, commit, rename and removal of either of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.amount import amount
from tests.faults import process, story_sweep, story_traced, story_victim
from tests.faults.story_sweep import Counted, Over, Point, Sweep, points
from tests.faults.story_victim import POINTS
from tests.story.whole import NAMES

SAMPLE = amount(8, 3)
"""Points of each kind and party; scripts/long/kill_story.py runs all of them."""


@pytest.fixture(scope="module")
def sweep() -> Iterator[Sweep]:
    reason = story_victim.why_not()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(f"not run, of about 1,000 kills: {reason}")
    with story_sweep.sweep() as found:
        yield found


@pytest.fixture(scope="module")
def counted(sweep: Sweep) -> dict[str, Counted]:
    return {who: sweep.count(who) for who in NAMES}


@pytest.mark.slow
@pytest.mark.parametrize("kind", POINTS)
def test_a_kill_anywhere_in_the_story_loses_and_doubles_nothing(
    sweep: Sweep, counted: dict[str, Counted], kind: str
) -> None:
    found = [each for who in NAMES for each in points(who, counted[who], kind, SAMPLE)]
    assert len(found) == len(NAMES) * SAMPLE
    for each in found:
        assert sweep.kill(each, names=counted[each.who].names), f"{each} was never reached"


@pytest.mark.slow
@pytest.mark.parametrize("who", NAMES)
def test_a_node_that_sends_before_it_keeps_is_found(
    sweep: Sweep, counted: dict[str, Counted], who: str
) -> None:
    for each in points(who, counted[who], "commit", 12):
        try:
            sweep.kill(each, names=counted[who].names, early=True)
        except AssertionError as error:
            assert "is lost" in str(error) or "was acknowledged" in str(error)
            return
    pytest.fail("it was not found")


@pytest.mark.slow
@pytest.mark.parametrize("over", ["called", "calling"])
def test_the_same_over_the_transport_that_nodes_use(over: Over) -> None:
    reason = story_victim.why_not()
    if reason:
        pytest.skip(f"not run, of about 500 kills: {reason}")
    with story_sweep.sweep(over) as linked:
        found = linked.count("south")
        for kind in ("send", "commit"):
            [_, each, _] = points("south", found, kind, 3)
            assert linked.kill(each, names=found.names), f"{each} was never reached"


def test_a_point_that_is_not_reached_is_told(sweep: Sweep, counted: dict[str, Counted]) -> None:
    assert not sweep.kill(Point("north", "send", 60_000), names=counted["north"].names)


def test_a_node_that_dies_twice(sweep: Sweep, counted: dict[str, Counted]) -> None:
    twice = Point("north", "commit", 9), Point("north", "commit", 2)
    assert sweep.kill(*twice, names=counted["north"].names)


def test_the_story_reaches_everything(counted: dict[str, Counted]) -> None:
    for found in counted.values():
        assert min(found.number(kind) for kind in POINTS) > SAMPLE
        calls = {f"{call} {name.rpartition('.')[2]}" for kind, call, name in found.calls if kind != "send"}
        assert calls >= {
            "fdatasync db-wal",
            "fdatasync db",
            "pwrite64 db-wal",
            "rename new",
            "unlink db-wal",
        }


def test_what_is_counted_is_what_the_system_was_asked(sweep: Sweep, tmp_path: Path) -> None:
    """The same run, as strace lists it."""
    reason = process.why_not()
    if reason:
        pytest.skip(f"not compared: {reason}")
    ours, theirs = story_traced.compared(sweep, "north", tmp_path / "strace")
    assert ours == theirs and ours.total() > 400
