"""Every drill passes, and every twin fails at the step named for it. Only the exercise's own clock counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from wideberth.model.guards import ALL, Guards
from wideberth.node.clock import Clock
from wideberth.story import drill, exercise, playbook
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.exercise import Set, Stage

STILL = Clock(lambda: 0, lambda: 0)
NAMES = {
    "deir-ez-zor-2016",
    "latakia-2018",
    "kunduz-2015",
    "convoy-2024",
    "listed-sites-2019",
    "khasham-2018",
    "al-bab-2017",
    "balyun-2020",
    "adaisseh-2010",
    "kandahar-2001",
    "blackhawks-1994",
    "two-logs",
    "line-cut",
    "restored-backup",
}


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Set:
    return exercise.build(tmp_path_factory.mktemp("drills"))


def _id(found: object) -> str:
    return found.name if isinstance(found, Drill) else str(getattr(found, "safeguard", found))


@pytest.mark.parametrize("each", playbook.DRILLS, ids=_id)
def test_every_step_comes_out(of: Set, each: Drill) -> None:
    played = drill.steps(each, of)
    assert played and all(step.passed for step in played), played[-1].said
    names = [step.name for step in played]
    assert len(set(names)) == len(names) and {off.step for off in each.twins} <= set(names)


@pytest.mark.parametrize(
    ("each", "off"), [(each, off) for each in playbook.DRILLS for off in each.twins], ids=_id
)
def test_without_its_safeguard_it_fails_at_the_step_named(of: Set, each: Drill, off: Off) -> None:
    played = drill.steps(each, of, drill.without(off.safeguard))
    assert [step.name for step in played if not step.passed] == [off.step], played[-1].said


def test_every_safeguard_is_what_some_drill_is_about() -> None:
    about = {off.safeguard for each in playbook.DRILLS for off in each.twins}
    assert about == set(Guards.__struct_fields__)


def test_there_is_one_for_each_row_of_the_table() -> None:
    assert {each.name for each in playbook.DRILLS} == NAMES
    assert all(each.needs is None for each in playbook.DRILLS)


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "drills.md").read_text(encoding="utf-8")
    assert playbook.table() in page


def test_a_drill_that_passes_without_its_safeguard_has_not_passed(of: Set) -> None:
    def play(stage: Stage, script: Script) -> None:
        with script.step("nothing", "Nothing is shown"):
            script.check(stage.north.node.status().exercise, "this is no exercise")

    made = Drill("made-up", "", "", "", (Off("climbs", "nothing"),), play)
    found = drill.run(made, of, STILL, twins=True)
    assert found.failed and not found.passed and found.twins[0].failed_at is None
    assert not playbook.report([found]).passed
    # alone it is right; what it needs keeps it from passing, and fails nobody
    alone = drill.run(made, of, STILL, twins=False)
    assert alone.passed
    waits = drill.run(made._replace(needs="watch"), of, STILL, twins=False)
    assert not waits.passed and not waits.failed
    found_all = playbook.report([alone, structs.replace(waits, name="waits")])
    assert found_all.passed and found_all.waiting == ("waits",)


def test_whatever_goes_wrong_is_said_in_its_step(of: Set) -> None:
    def play(stage: Stage, script: Script) -> None:
        with script.step("first", "It comes out"):
            stage.wait(1_000)
        with script.step("second", "Somebody made a mistake"):
            raise ZeroDivisionError("so")

    made = Drill("made-up", "", "", "", (), play)
    [first, second] = drill.steps(made, of)
    assert first.passed and not second.passed and second.said == ("ZeroDivisionError: so",)
    assert drill.run(made, of, STILL, twins=False).failed


def test_the_set_is_the_same_after_each_drill(of: Set, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in of.folder.rglob("*.db")}
    with exercise.staged(of, tmp_path, ALL) as stage:
        stage.north.node.check(stage.line, desk=True)
        stage.settle()
    assert before == {path: path.read_bytes() for path in of.folder.rglob("*.db")}
