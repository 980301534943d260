"""`wideberth talks`: invited, answered, held, minuted, signed or differed from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.running import Desk, desk
from tests.story import desks, whole
from tests.story.desks import DAY_MS, START
from wideberth.node.views import time

OURS, THEIRS = "Hours were agreed.\n", "Hours are still open.\n"


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        desks.agree(found.two, desks.terms(found.two, {"*": "full"}))
        yield found


def propose(two: Desk) -> str:
    """The id."""
    more = ("--title", "Survey hours", "--agenda", "hours", "--agenda", "contacts", "--at", time(START))
    ran = two.done("talks", "propose", "south", *more, "--json")
    whole.settle(two.two)
    found: Any = ran.json
    return str(found["talks"]["talks"])


def test_talks_from_the_invitation_to_what_came_of_them(two: Desk) -> None:
    assert two.done("talks", "list").out == "no talks\n"
    name = propose(two)[:8]
    mine = two.done("talks", "show", name)
    assert "agenda    2. contacts" in mine.out and "with      south" in mine.out
    assert "That is no consent" in mine.err
    asked = two.done("talks", "show", "survey hours", at="south", role="observer")
    assert "invited   by north, version 1" in asked.out and "talks answer" in asked.err
    later = time(START + DAY_MS)
    two.done("talks", "answer", name, "another-time", "--at", later, at="south")
    whole.settle(two.two)
    assert f"answered: another time, {later}" in two.done("talks", "show", name).out
    amended = two.done("talks", "amend", name, "--at", later, "--place", "by voice")
    assert "version 2" in amended.out and "place     by voice" in amended.out
    whole.settle(two.two)
    two.refused("talks.not_now", "talks", "answer", name, "attend", "--version", "1", at="south")
    assert "arranged" in two.done("talks", "answer", name, "attend", "--version", "2", at="south").out
    whole.settle(two.two)
    assert "talks attend" in two.done("talks", "show", name).err
    held = two.done("talks", "attend", name, "--role", "commander", "--role", "interpreter")
    assert "there were, ours: commander, interpreter" in held.out and "talks minutes" in held.err
    file = two.config / "minutes.txt"
    file.write_text(OURS)
    put = two.done("talks", "minutes", name, str(file), "--sign")
    assert "signed by us" in put.out
    whole.settle(two.two)
    there: Any = two.done("talks", "show", name, "--json", at="south").json
    [one] = there["talks"]["lines"][0]["minutes"]
    sha = one["sha256"]
    assert sha[:10] in two.done("talks", "show", name, at="south").err
    assert two.done("talks", "text", name, sha[:6], at="south").out == OURS
    to = two.config / "theirs.txt"
    two.done("talks", "text", name, sha, "--out", str(to), at="south")
    assert to.read_text() == OURS
    differs = two.done("talks", "differ", name, sha[:6], "--words", "Item 1 is open.", at="south")
    assert "we differ: Item 1 is open." in differs.out and "differing" in differs.out
    whole.settle(two.two)
    assert "they differ: Item 1 is open." in two.done("talks", "show", name).out
    signed = two.done("talks", "sign", name, sha[:6], at="south")
    assert "THE MINUTES OF BOTH" in signed.out and "signed by us and them" in signed.out
    whole.settle(two.two)
    terms = two.two.one.line(two.two.line).agreement
    assert terms is not None
    done = two.done("talks", "outcome", name, "--agreement", terms)
    assert "outcome   ours: Trial terms, version 1: in force" in done.out
    two.refused("talks.not_now", "talks", "call-off", name)
    assert "Survey hours" in two.done("talks", "list").out


def test_talks_are_called_off(two: Desk) -> None:
    name = propose(two)
    assert "called off" in two.done("talks", "call-off", name, at="south").out
    whole.settle(two.two)
    assert "called off" in two.done("talks", "list").out


def test_what_is_refused(two: Desk) -> None:
    two.refused("talks.none", "talks", "show", "t-nothing")
    name = propose(two)
    two.refused("talks.answer", "talks", "answer", name, "perhaps")
    two.refused("talks.entry", "talks", "answer", name, "another time")
    two.refused("talks.text", "talks", "sign", name, "abcd")
    two.refused("talks.not_now", "talks", "answer", name, "attend")
    two.refused("talks.not_now", "talks", "outcome", name, "--communique", "x")
    two.refused("talks.text", "talks", "outcome", name, "--agreement", "x")
    file = two.config / "bytes"
    file.write_bytes(b"\xff")
    two.refused("talks.encoding", "talks", "minutes", name, str(file))
    two.refused("api.role", "talks", "call-off", name, role="planner")
    propose(two)
    two.refused("talks.several", "talks", "show", "survey hours")


def test_a_hold_waits_for_talks(two: Desk) -> None:
    name = propose(two)
    until = ("--party", "us", "--party", "south", "--until-talks", name)
    put: Any = two.done("hold", "put", *until, "--json").json
    hold = put["hold"]["hold"]
    whole.settle(two.two)
    assert f"hold      {hold} waits for them" in two.done("talks", "show", name, at="south").out
    assert f"until the talks {name} were held" in two.done("hold", "show", hold, at="south").out
