"""`wideberth release received|take|ask|…`: what another party released, and whether it may go further."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Desk, desk
from tests.story import desks, whole
from tests.story.desks import DAY_MS, HOUR_MS, START
from wideberth.ledger import approval
from wideberth.ledger.approval import Subject
from wideberth.node.views import time

CONSENT = {'onward = "never"': 'onward = "consent"'}


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        desks.agree(found.two, desks.terms(found.two, {"*": "none"}, CONSENT))
        found.two.one.desk.submit([desks.given(desks.circle(33.0, 34.0, START), label="survey 1")])
        found.done("release", "recipient", "add", "South", "--line", "south")
        found.done("release", "recipient", "add", "Observers", at="south")
        yield found


def approvals(two: Desk, file: Path, place: int = 0) -> list[str]:
    """The options that hand in what two officers have signed of it."""
    subject = Subject("release", hashlib.sha256(file.read_bytes()).digest())
    given = []
    for n in range(2):
        made = two.config / f"{place}{n}.approval"
        made.write_bytes(approval.write(approval.sign(subject, two.two.places[place].officer(n))) + b"\n")
        given += ["--approval", str(made)]
    return given


def release(two: Desk, *more: str) -> str:
    """Of North's plan to South, on the line: its id."""
    said = ("--to", "South", "--title", "Survey flights", "--plan", "survey 1=full", *more)
    ran: Any = two.done("release", "draft", *said, "--json").json
    name = str(ran["releases"][0]["release"])
    index = two.config / f"{name}.json"
    two.done("release", "preview", name, "--file", "release.json", "--out", str(index))
    two.done("release", "approve", name, *approvals(two, index))
    two.done("release", "send", name)
    whole.settle(two.two)
    return name


def test_received_taken_asked_consented_and_passed_on(two: Desk) -> None:
    assert "no other party has released anything" in two.done("release", "received", at="south").out
    assert "nothing was asked" in two.done("release", "askings").out
    name, ends = release(two, "--onward"), time(two.two.time.wall_ms + DAY_MS)
    assert "Survey flights" in two.done("release", "received", at="south").out
    shown = two.done("release", "received", name[:10], at="south")
    assert "stands    here: it may be used" in shown.out and "taken     not yet" in shown.out
    assert f"wideberth release take {name[:10]} FILE.zip" in shown.err
    copy = two.config / "copy.zip"
    taken = two.done("release", "take", name, str(copy), at="south")
    assert "as releasing officer" in taken.out and copy.read_bytes()[:2] == b"PK"
    assert two.run("release", "take", name, str(copy), at="south").code == 2, "nothing is written over"

    def draft() -> Any:
        more = ("--title", "From North", "--received", name, "--line", "north")
        return two.run("release", "draft", "--to", "Observers", *more, "--json", at="south")

    assert "[release.no_consent]" in draft().err
    whom = ("--for", "Observers", "--until", ends)
    ran: Any = two.done("release", "ask", "north", "release", name, *whom, "--json", at="south").json
    asked = str(ran["asking"]["asked"])
    whole.settle(two.two)
    found: Any = two.done("release", "askings", "--json").json
    [theirs] = found["askings"]
    assert (theirs["mine"], theirs["phase"], theirs["recipient"]) == (False, "asked", "Observers")
    assert "Observers" in two.done("release", "askings").out
    text = two.config / "consent.json"
    told = two.done("release", "consent-text", asked[:10], str(text), "--until", ends)
    assert f"consent until {ends}" in told.err and b'"wideberth.onward"' in text.read_bytes()
    one = approvals(two, text)[:2]
    assert "[release.two]" in two.run("release", "answer", asked, "consent", "--until", ends, *one).err
    said = two.done("release", "answer", asked, "consent", "--until", ends, *approvals(two, text))
    assert "stands    consented" in said.out and "signed    by 2 of 2 officers" in said.out
    whole.settle(two.two)
    passed: Any = draft().json
    drawn = str(passed["releases"][0]["release"])
    chain = two.done("release", "chain", drawn, at="south").out
    assert "may go: its author has consented" in chain and asked in chain and "north -> this party" in chain
    assert drawn in two.done("release", "chain", name, at="south").out
    # declined again: nothing goes
    assert "declined" in two.done("release", "answer", asked, "decline", "--reason", "no more").out
    whole.settle(two.two)
    assert "MAY NOT GO" in two.done("release", "chain", drawn, at="south").out
    assert "[release.no_consent]" in draft().err


def test_recalled_and_a_concern(two: Desk) -> None:
    name = release(two)
    two.done("release", "concern", name, "--text", "It was published.", "--assurance", "that it is not kept")
    whole.settle(two.two)
    found: Any = two.done("say", "list", "--json", at="south").json
    [raised] = found["statements"]
    assert name in raised["text"]
    never = two.run("release", "ask", "north", "release", name, "--for", "Observers", "--until",
                    time(two.two.time.wall_ms + HOUR_MS), at="south")  # fmt: skip
    assert "[release.onward_never]" in never.err
    two.done("release", "recall", name, "--reason", "an error in it")
    whole.settle(two.two)
    shown = two.done("release", "received", name, at="south")
    assert "RECALLED" in shown.out and "an error in it" in shown.out and "not to use it" in shown.err
    gone = two.run("release", "take", name, str(two.config / "gone.zip"), at="south")
    assert "[release.not_to_use]" in gone.err and not (two.config / "gone.zip").exists()


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("onward.what", ("ask", "north", "plan", "p-x", "--for", "X", "--until", "2027-02-01T00:00:00Z")),
        ("release.none", ("take", "r-nothing", "x.zip")),
        ("onward.none", ("answer", "o-nothing", "decline")),
        ("onward.answer", ("answer", "o-nothing", "perhaps")),
        ("release.none", ("chain", "r-nothing")),
        ("release.none", ("concern", "r-nothing", "--text", "x", "--assurance", "y")),
    ],
)
def test_what_is_not_there_is_refused(two: Desk, code: str, arguments: tuple[str, ...]) -> None:
    ran = two.run("release", *arguments, at="south")
    assert (ran.code, f"[{code}]" in ran.err) == (2, True), ran.err
