"""`wideberth words`, asked of two nodes that run."""

from __future__ import annotations

import stat
from collections.abc import Iterator

import pytest

from tests.cli.running import Desk, desk
from wideberth.line import words as rules
from wideberth.render import day_table

WRONG = ("babab", "babab", "babab")


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def groups(out: str, which: str = "say") -> list[str]:
    """What a command says is to be said."""
    said = next(line.split(maxsplit=1)[1] for line in out.splitlines() if line.startswith(which))
    return said.replace("-", " ").split()


def test_each_side_recognises_the_other(two: Desk) -> None:
    for asks, answers, which in (("north", "south", "say"), ("south", "north", "or")):
        ran = two.done("words", "challenge", answers, at=asks)
        assert f"wideberth words check {answers}" in ran.err
        assert [each[0] for each in groups(ran.out, "spelled")] == list("".join(groups(ran.out)))
        reply = two.done("words", "reply", asks, *groups(ran.out, which), at=answers)
        assert "and you nothing yet" in reply.err
        found = two.done("words", "check", answers, *groups(reply.out, which), at=asks)
        assert found.out.startswith("right: ") and "no permission" in found.out
    shown = two.done("words", "show", "south")
    assert "voice   open; 3 tries left" in shown.out and "1 challenges were answered" in shown.out


def test_a_program_reads_the_same(two: Desk) -> None:
    asked = two.done("words", "challenge", "south", "--for", "unit", "--json").json
    assert asked["schema"] == "wideberth.words/1" and asked["purpose"] == "unit"
    challenge = asked["challenge"]
    assert isinstance(challenge, dict)
    said = ("words", "reply", "north", *challenge["digits"].split(), "--for", "unit", "--json")
    reply = two.done(*said, at="south").json["reply"]
    assert isinstance(reply, dict)
    more = ("--for", "unit", "--challenge", challenge["words"], "--json")
    assert two.done("words", "check", "south", reply["words"], *more).json["right"] is True


def test_three_wrong_ones_lock_it_until_an_officer_unlocks(two: Desk) -> None:
    two.done("words", "challenge", "south")
    for left in ("2 tries left", "1 tries left", "words unlock"):
        ran = two.run("words", "check", "south", *WRONG)
        assert ran.code == 1 and left in ran.out
    two.refused("words.locked", "words", "check", "south", *WRONG)
    two.refused("words.locked", "words", "challenge", "south")
    assert "voice   locked; no reply is looked at" in two.done("words", "show", "south").out
    assert "voice   open" in two.done("words", "unlock", "south").out
    two.done("words", "challenge", "south")


def test_a_day_table_is_one_sheet_and_says_what_it_does_not_prevent(two: Desk) -> None:
    file = two.config / "table.html"
    made = ("words", "table", "south", "2027-01-16", "--table", "2", "--out", str(file))
    assert "keep it as a key" in two.done(*made).err
    page = file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "<h1>Recognition words, table 2, 2027-01-16 UTC</h1>" in page and "With south." in page
    assert page.count("<tr><td>") == 2 * rules.ROWS and "EXERCISE" not in page
    for each in (*day_table.HOW, *day_table.NOT_PREVENTED, day_table.NEVER):
        assert each in page
    assert "http" not in page and "<script" not in page and "src=" not in page
    two.refused("output.exists", *made)
    two.done(*made, "--force")
    theirs = two.config / "theirs.html"
    there = ("words", "table", "north", "2027-01-16", "--table", "2", "--out", str(theirs))
    two.done(*there, at="south")
    first, second = (half.split("<h2>")[0] for half in page.split("</h2>")[1:3])
    their_first, their_second = (half.split("<h2>")[0] for half in theirs.read_text().split("</h2>")[1:3])
    assert (first, second) == (their_second, their_first) and first != second


def test_what_is_refused(two: Desk) -> None:
    out = str(two.config / "x.html")
    two.refused("words.day", "words", "table", "south", "2028-01-16", "--out", out)
    two.refused("words.day", "words", "resume", "south", "2028-01-16")
    two.refused("words.text", "words", "reply", "south", "what?")
    two.refused("words.not_asked", "words", "check", "south", *WRONG)
    two.refused("api.body", "words", "challenge", "south", "--for", "love")
    for role in ("observer", "planner"):
        two.refused("api.role", "words", "show", "south", role=role)
    two.refused("line.none", "words", "show", "east")
    assert "2027-01-15" in two.done("words", "resume", "south", "2027-01-15").out


def test_a_challenge_played_back_and_a_stopped_clock_are_told(two: Desk) -> None:
    said = groups(two.done("words", "challenge", "south").out)
    two.refused("words.reflected", "words", "reply", "south", *said)
    two.two.time.wall_ms += rules.DAY_MS
    shown = two.done("words", "show", "south").out
    assert "STOPPED the clock of this machine has jumped" in shown
