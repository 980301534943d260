"""`wideberth alarms`: what rings is listed, and taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.agreed import agreed, file, plan
from tests.cli.running import Desk
from tests.story import whole

ROLE = ("--role", "deputy")


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with agreed() as found:
        yield found


def test_what_rings_is_listed_and_taken(two: Desk, tmp_path: Path) -> None:
    assert two.done("alarms", "list", role="observer").out == "nothing rings\n"
    two.refused("ring.which", "alarms", "take", "duty", *ROLE)
    soon = two.two.time.wall_ms + 60_000
    two.run("plan", "submit", file(tmp_path, "late.json", plan("late", 2.0, soon)))
    whole.deliver(two.two.line, two.two.one, two.two.other)
    rings: Any = two.done("alarms", "list", "--json").json
    assert rings["schema"] == "wideberth.rings/1"
    [ring] = rings["rings"]
    assert (ring["why"], ring["loud"], ring["phase"]) == ("plan.too_late", True, "ringing")
    listed = " ".join(two.done("alarms", "list").out.split())
    assert "! 2027-" in listed and "we told a plan too late" in listed and "(south)" in listed
    two.refused("ring.role", "alarms", "take", ring["id"], "--role", "a@example.org")
    listed = " ".join(two.done("alarms", "take", ring["kind"], *ROLE).out.split())
    assert "taken by deputy" in listed and "!" not in listed
    two.refused("ring.taken", "alarms", "take", ring["id"][:8], *ROLE)
    assert two.run("alarms", "take", ring["id"], *ROLE, role="observer").code == 2


def test_a_call_is_taken_on_its_line(two: Desk) -> None:
    calls: Any = two.done(
        "call", "make", "north", "CHECK", "place=34.1234567, 33.1234567", "--json", at="south"
    ).json["calls"]
    whole.deliver(two.two.line, two.two.one, two.two.other)
    name = calls[0]["call"]
    listed = two.done("alarms", "list").out
    assert listed.index("the other party calls") and name[:10] in listed
    ran = two.refused("ring.call", "alarms", "take", name, *ROLE)
    assert "wideberth call take" in ran.err
    two.done("call", "take", name, *ROLE)
    assert name[:10] not in two.done("alarms", "list").out
