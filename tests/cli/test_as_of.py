"""`--as-of` of every view of a running node: what it knew then, under a head that says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.agreed import agreed, file, plan, settled
from tests.cli.running import Desk
from wideberth.cli import as_of
from wideberth.cli.main import VERBS, _loaded
from wideberth.formats.times import to_rfc3339


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with agreed() as found:
        yield found


def test_views_show_what_was_known(two: Desk, tmp_path: Path) -> None:
    two.done("plan", "submit", file(tmp_path, "one.json", plan("early", 1.0)))
    settled(two)
    when = to_rfc3339(two.two.time.wall_ms)
    two.two.time.pass_ms(1_000)
    two.done("plan", "submit", file(tmp_path, "two.json", plan("late", 2.0)))
    two.done("plan", "end", "early", "--yes")
    settled(two)
    ran = two.done("plan", "list", "--as-of", when)
    assert ran.out.startswith(f"AS OF {when}: not the present\n")
    assert "early" in ran.out and "late" not in ran.out
    assert "late" in two.done("plan", "list").out
    assert "accepted" in two.done("plan", "show", "early", "--as-of", when).out
    ran = two.run("plan", "show", "late", "--as-of", when)
    assert ran.code == 2 and "[plan.none]" in ran.err


def test_json_says_the_moment(two: Desk) -> None:
    when = to_rfc3339(two.two.time.wall_ms)
    two.two.time.pass_ms(1_000)
    for view in (
        ("plan", "list"),
        ("case", "list"),
        ("notice", "list", "south"),
        ("line", "list"),
        ("line", "show", "south"),
        ("line", "gate", "south"),
        ("line", "history", "south"),
        ("line", "known"),
        ("agreement", "status", "south"),
        ("site", "list"),
        ("site", "cases"),
        ("manual", "list"),
        ("duty", "show"),
    ):
        ran = two.done(*view, "--as-of", when, "--json")
        assert ran.json["as_of"] == when, view
    assert "as_of" not in two.done("line", "list", "--json").json


def test_how_a_line_stood_is_not_made_up(two: Desk) -> None:
    when = to_rfc3339(two.two.time.wall_ms)
    assert "how it stood then is not kept" in two.done("line", "show", "south", "--as-of", when).out


def test_what_may_have_been_here_is_told(two: Desk, tmp_path: Path) -> None:
    two.run("plan", "submit", file(tmp_path, "theirs.json", plan("theirs", 20.0)), at="south")
    when = to_rfc3339(two.two.time.wall_ms)
    two.two.time.pass_ms(1_000)
    settled(two)
    ran = two.done("plan", "list", "--as-of", when)
    assert f"may have been here: wideberth line known --as-of {when}" in ran.out
    ran = two.done("line", "known", "--as-of", when)
    assert "entries were here for certain" in ran.out and "first shown to be here" in ran.out


def test_a_moment_must_be_one_that_is_over(two: Desk) -> None:
    later = to_rfc3339(two.two.time.wall_ms + 60_000)
    two.refused("node.as_of", "plan", "list", "--as-of", later)
    two.refused("time.malformed", "plan", "list", "--as-of", "yesterday")
    two.refused("line.as_of", "line", "known")


def test_nothing_is_changed_as_of_a_moment(two: Desk) -> None:
    when = to_rfc3339(two.two.time.wall_ms)
    ran = two.run("line", "gate", "south", "always", "--as-of", when)
    assert ran.code == 2
    ran = two.run("plan", "end", "early", "--yes", "--as-of", when)
    assert ran.code == 2 and "No such option" in ran.err


def test_only_views_of_a_node_offer_it() -> None:
    found = {
        f"{verb} {name}"
        for verb in VERBS
        for name, command in as_of._commands(verb, _offered(verb))
        if "as_of" in {one.name for one in command.params}
    }
    assert {"plan list", "case show", "line gate", "site cases", "agreement status", "duty show"} <= found
    assert not {"plan submit", "line add", "admin list", "key list"} & found


def _offered(verb: str) -> Any:
    command = _loaded(verb, VERBS[verb])
    as_of.offer(verb, command)
    return command
