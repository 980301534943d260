"""What is an exercise stays one: its nodes take up no real line, and only they may have a safeguard off."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.ledger.two import seed
from tests.story import whole
from tests.story.whole import Place, Time
from wideberth.errors import Refused
from wideberth.ledger import ids
from wideberth.line import pairing
from wideberth.model.guards import ALL, Guards
from wideberth.node.config import Config
from wideberth.node.log import Log
from wideberth.node.node import Node

SOURCE = Path(__file__).parents[2] / "src" / "wideberth"
OFF = Guards(climbs=False)


def test_a_line_of_an_exercise_has_it_in_its_id(tmp_path: Path) -> None:
    with whole.two(tmp_path, exercise=True) as found:
        line = found.one.of(found.line).state.line
        assert line.exercise and found.other.of(found.line).state.line.exercise
        assert found.one.status().exercise
        whole.settle(found)
        assert found.one.line(found.line).health == "live"
    with whole.two(tmp_path / "real") as found:
        assert not found.one.of(found.line).state.line.exercise and not found.one.status().exercise


@pytest.mark.parametrize("exercise", [True, False])
def test_a_node_takes_up_lines_of_its_own_sort_only(tmp_path: Path, exercise: bool) -> None:
    places, _ = whole.begin(tmp_path / "a", exercise=not exercise)
    mine = whole.make(tmp_path, "north", Config(exercise=exercise))
    with mine.open(Time()) as node, pytest.raises(Refused) as refused:
        node.take_up(whole.paired(*places), mine.private)
    assert refused.value.code == "line.exercise" and not node.all_lines()


@pytest.mark.parametrize("exercise", [True, False])
def test_data_whose_mark_was_changed_open_no_more(tmp_path: Path, exercise: bool) -> None:
    with whole.two(tmp_path, exercise=exercise) as found:
        place = found.places[0]
    other = Place(place.name, place.path, Config(exercise=not exercise))
    with pytest.raises(Refused) as refused:
        other.open(Time())
    assert refused.value.code == "line.exercise"
    place.open(Time()).close()


def test_who_pairs_for_an_exercise_pairs_with_nobody_else() -> None:
    real, drill = Place("north", Path()), Place("south", Path(), Config(exercise=True))
    for pair in ((real, drill), (drill, real)):
        with pytest.raises(Refused) as refused:
            whole.met(*pair)
        assert refused.value.code == "pair.exercise"
    both = [pairing.marked(bytes(range(n, n + 32)), exercise=True) for n in (0, 1)]
    assert all(each.startswith(b"EXERCISE") and len(each) == ids.HASH for each in both)
    assert pairing.marked(both[0][::-1], exercise=False) == both[0][::-1]


def test_only_an_exercise_opens_with_a_safeguard_off(tmp_path: Path) -> None:
    time = Time()

    def opened(place: Place, guards: Guards) -> Node:
        log = Log(place.path / "log", time.clock.now)
        return Node.open(place.path, place.settings, seed(f"{place.name} journal"), time.clock, log, guards)

    real, drill = whole.make(tmp_path, "north"), whole.make(tmp_path, "south", Config(exercise=True))
    with pytest.raises(Refused) as refused:
        opened(real, OFF)
    assert refused.value.code == "node.guards"
    with opened(drill, OFF) as node:
        assert node.guards == OFF
    with opened(real, ALL) as node:
        assert node.guards == ALL


def test_nothing_but_a_story_passes_guards() -> None:
    for file in SOURCE.rglob("*.py"):
        if file.parent.name == "story" or file.name == "guards.py":
            continue
        for each in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(each, ast.Call):
                name = (
                    each.func.attr if isinstance(each.func, ast.Attribute) else getattr(each.func, "id", "")
                )
                assert name != "Guards", file
                opens = name == "open" and ast.unparse(each.func) == "Node.open"
                assert not opens or (len(each.args) == 5 and not each.keywords), file
