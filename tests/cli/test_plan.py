"""`wideberth plan` and `notice` on two nodes that run: filed, shown, amended, begun, ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli.agreed import agreed, file, plan, settled
from tests.cli.running import Desk
from tests.story.desks import START
from wideberth.cli import plan_files
from wideberth.node import plans_taken

HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with agreed() as found:
        yield found


def plans(found: dict[str, Any]) -> list[dict[str, Any]]:
    return list(found["plans"])


def test_plans_are_filed_and_answered_at_once(two: Desk, tmp_path: Path) -> None:
    ran = two.done("plan", "submit", file(tmp_path, "a.json", plan("first", 1.0, callsign="heron 1")))
    assert "plan      first  p-" in ran.out and "in time: told early enough" in ran.out
    assert "no known conflict with what south has told, as of 2027-01-15T" in ran.out
    assert "south has not answered yet; due by 2027-01-15T" in ran.out
    assert "may not begin: the other party has not said that it has compared it" in ran.out
    assert "safe" not in (ran.out + ran.err).lower()
    settled(two)
    ran = two.done("plan", "show", "FIRST")
    assert "no known conflict with south, as of 2027-" in ran.out and "may not begin" not in ran.out
    assert "When it begins: wideberth plan activate p-" in ran.err
    listed = two.done("plan", "list", role="observer")
    assert "first" in listed.out and "accepted" in listed.out and "as of 2027-" in listed.err
    found = two.done("plan", "list", "--json").json
    assert found["schema"] == "wideberth.desk/1" and plans(found)[0]["document"] is None
    told = two.done("notice", "list", "north", at="south")
    assert "theirs" in told.out and "survey, heron 1" in told.out
    shown = two.done("notice", "show", "north", "heron 1", at="south")
    assert "whose     theirs" in shown.out and "compared  we have compared it" in shown.out
    assert "conflict  no known conflict, as of 2027" in shown.out


def test_conflicts_are_exit_code_1_with_what_to_do(two: Desk, tmp_path: Path) -> None:
    two.done("plan", "submit", file(tmp_path, "a.json", plan("ours", 5.0)))
    settled(two)
    theirs = file(tmp_path, "b.json", plan("theirs", 5.05), plan("far", 9.0))
    ran = two.run("plan", "submit", theirs, at="south")
    assert ran.code == 1 and "CONFLICT: case " in ran.out
    assert "In conflict with north: wideberth case show " in ran.err
    ran = two.done("plan", "clears", "theirs", at="south")
    assert ran.out.startswith("north: 1 h 15 min later or ")
    assert "wideberth case propose" in ran.err and "--delay 75min" in ran.err
    assert two.done("plan", "clears", "far", at="south").out.startswith(
        "north: no known conflict, as of 2027-"
    )
    settled(two)
    two.refused("plan.blocked", "plan", "activate", "ours")
    ran = two.run("plan", "amend", "ours", file(tmp_path, "c.json", plan("other", 5.0), plan("ours", 5.5)))
    # the other party has not looked yet: until it has, the case is open
    assert ran.code == 1 and "version 2" in ran.out and "plan      ours" in ran.out
    assert "CONFLICT for south: case " in ran.out and "not compared this version yet" in ran.out
    settled(two)
    assert "activated, version 2" in two.done("plan", "activate", "ours").out
    assert "nonconforming" in two.done("plan", "state", "ours", "nonconforming").out
    assert two.run("plan", "end", "ours", typed="n\n").code == 2
    assert "ended, version 2" in two.done("plan", "end", "ours", typed="y\n").out
    assert "ours" not in two.done("plan", "list").out and "ours" in two.done("plan", "list", "--all").out
    two.refused("plan.ended", "plan", "amend", "ours", file(tmp_path, "d.json", plan("ours", 5.5)))


def test_only_who_is_on_duty_overrides(two: Desk, tmp_path: Path) -> None:
    two.done("plan", "submit", file(tmp_path, "a.json", plan("urgent", 15.0)))
    two.refused("duty.not_holder", "plan", "activate", "urgent", "--override", "commander", "--yes")
    two.done("duty", "take", "commander")
    ran = two.run("plan", "activate", "urgent", "--override", "commander", typed="n\n")
    assert ran.code == 2 and "Held back by: " in ran.err
    ran = two.done("plan", "activate", "urgent", "--override", "commander", typed="y\n")
    assert "activated, version 1; OVERRIDDEN by commander, not confirmed by " in ran.out
    acts = two.done("admin", "acts", "--most", "1").out
    assert "officer  plan.activate  p-" in acts
    assert (
        json.loads(two.done("admin", "acts", "--json", role="admin").out)["acts"][0]["what"]
        == "plan.activate"
    )
    two.refused("api.role", "admin", "acts", role="observer")


def test_nothing_is_filed_where_something_cannot_be_read(two: Desk, tmp_path: Path) -> None:
    before = len(plans(two.done("plan", "list", "--all", "--json").json))
    bad = tmp_path / "bad.geojson"
    bad.write_text("{")
    good = file(tmp_path, "good.json", plan("good", 20.0), plan("over", 20.0, START - 1000 * HOUR_MS))
    ran = two.run("plan", "submit", str(bad), good)
    assert (
        ran.code == 2
        and "nothing was filed" in ran.err
        and "[plan.past]" in ran.err
        and "bad.geojson" in ran.err
    )
    assert len(plans(two.done("plan", "list", "--all", "--json").json)) == before
    ran = two.run("plan", "submit", str(bad), good, "--keep-good", "--json")
    assert ran.code == 2 and [each["label"] for each in plans(ran.json)] == ["good"]
    ran = two.run(
        "plan", "submit", file(tmp_path, "two.json", plan("a", 20.0), {**plan("b"), "party": "west"})
    )
    assert ran.code == 2 and "[plan.parties]" in ran.err


def test_a_batch_is_filed_or_not_and_those_before_it_stay(
    two: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_files, "BATCH", 2)
    some = [plan(f"batch-{n}", 25.0, START + 3 * n * HOUR_MS) for n in range(5)]
    some[3] = plan("batch-3", 25.0, START - 1000 * HOUR_MS)
    # as where the node's own rules refuse what the files give no reason to
    monkeypatch.setattr(plans_taken, "plans", SimpleNamespace(check=lambda *_: None))
    ran = two.run("plan", "submit", file(tmp_path, "five.json", *some))
    assert ran.code == 2 and "Filed before: 2" in ran.err, ran.err
    assert "batch-1" in ran.out and "batch-2" not in ran.out
    assert "five.json: plan batch-3: volumes: found" in ran.err and "[plan.past]" in ran.err
    some[3] = plan("batch-3", 25.0, START + 9 * HOUR_MS)
    ran = two.done("plan", "submit", file(tmp_path, "five.json", *some), "--skip", "2", "--json")
    assert [each["label"] for each in plans(ran.json)] == ["batch-2", "batch-3", "batch-4"]


def test_many_are_summed_up(two: Desk, tmp_path: Path) -> None:
    some = [plan(f"many-{n}", 100.0, START + 3 * n * HOUR_MS) for n in range(21)]
    ran = two.done("plan", "submit", file(tmp_path, "many.json", *some))
    assert "filed     21 plans, as of 2027-" in ran.out and "no known conflict, as of 2027-" in ran.out
    assert "conflicts 0 plans in 0 cases" in ran.out


def test_a_name_means_one_plan(two: Desk, tmp_path: Path) -> None:
    two.done("plan", "submit", file(tmp_path, "a.json", plan("twin", 120.0)))
    two.done("plan", "submit", file(tmp_path, "b.json", plan("twin", 121.0)))
    two.refused("plan.several", "plan", "show", "twin")
    two.refused("plan.none", "plan", "show", "p-nothing")
    two.refused("notice.none", "notice", "show", "south", "n-nothing")
    first = next(each for each in plans(two.done("plan", "list", "--json").json) if each["label"] == "twin")
    assert plans(two.done("plan", "show", first["plan"][:12], "--json").json)[0]["plan"] == first["plan"]


def test_an_observer_files_nothing(two: Desk, tmp_path: Path) -> None:
    ran = two.run("plan", "submit", file(tmp_path, "a.json", plan("no", 130.0)), role="observer")
    assert ran.code == 2 and "[api.role]" in ran.err
