"""Files into own plans: whose they are, what is over, in what pieces they are filed, where a fault stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.agreed import file, plan
from tests.story.desks import START
from wideberth.cli import plan_files
from wideberth.cli.plan_files import Whose
from wideberth.errors import Invalid
from wideberth.formats.reading import Options


def read(folder: Path, *plans: dict[str, Any], whose: Whose = Whose(None, False)) -> plan_files.Read:  # noqa: B008 - it is frozen
    path = file(folder, "plans.json", *plans)
    return plan_files.read([path], Options("", as_of=START), whose, START, lambda *_: None)


def test_plans_of_several_parties_are_not_all_ours(tmp_path: Path) -> None:
    both = plan("a"), {**plan("b"), "party": "south"}
    with pytest.raises(Invalid) as caught:
        read(tmp_path, *both)
    assert caught.value.code == "plan.parties" and "north, south" in caught.value.found
    assert [each.plan.id for each in read(tmp_path, *both, whose=Whose("south", False)).items] == ["b"]
    assert len(read(tmp_path, *both, whose=Whose(None, True)).items) == 2
    with pytest.raises(Invalid) as caught:
        read(tmp_path, *both, whose=Whose("west", False))
    assert caught.value.path == "--party"


def test_what_is_over_is_not_filed_and_what_began_begins_anew(tmp_path: Path) -> None:
    found = read(
        tmp_path, plan("a", state="ended"), plan("b", state="activated"), plan("old", 1.0, START - 10**9)
    )
    assert [each.plan.id for each in found.items] == ["b"]
    assert any("ended" in each for each in found.notes) and any(
        "plan activate" in each for each in found.notes
    )
    [(_, error)] = found.refused
    assert (error.code, error.path) == ("plan.past", "plan old.volumes")


def test_pieces_are_of_so_many_plans_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = read(tmp_path, *(plan(f"p{n}") for n in range(5))).items
    monkeypatch.setattr(plan_files, "BATCH", 2)
    assert [len(each) for each in plan_files.batches(items)] == [2, 2, 1]
    monkeypatch.setattr(plan_files, "BATCH", 100)
    monkeypatch.setattr(plan_files, "BATCH_BYTES", 1)
    pieces = list(plan_files.batches(items))
    assert [each for piece in pieces for each in piece] == list(items) and len(pieces) == 5
    assert list(plan_files.batches([])) == []


def test_a_fault_that_a_node_finds_is_told_with_file_and_name(tmp_path: Path) -> None:
    items = read(tmp_path, plan("a"), plan("b", label="Survey B")).items
    found = plan_files.placed(Invalid("plan.outside", "plans[1].volumes", "x", "y"), items)
    assert found.path.endswith("plans.json: plan Survey B: volumes")
    assert plan_files.placed(Invalid("plan.x", "plans[1]", "x", "y"), items).path.endswith("plan Survey B")
    for path in ("plans[2].volumes", "disclosure", ""):
        error = Invalid("plan.x", path, "x", "y")
        assert plan_files.placed(error, items) is error


def test_one_plan_of_a_file_is_meant(tmp_path: Path) -> None:
    items = read(tmp_path, plan("a"), plan("b", label="Survey B")).items
    assert plan_files.one(items, "Survey B", "f").plan.id == "b"
    assert plan_files.one(items, "a", "f").plan.id == "a"
    assert plan_files.one(items[:1], "whatever", "f").plan.id == "a"
    for some, label in ((items, "c"), (items, ""), ((), "a")):
        with pytest.raises(Invalid) as caught:
            plan_files.one(some, label, "f")
        assert caught.value.code == "plan.one"
