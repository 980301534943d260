"""`wideberth handover`, `blackout` and `duty present` of a node that runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Desk, desk


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def test_the_sheet_is_printed_hashed_and_handed_over(two: Desk, tmp_path: Path) -> None:
    page = tmp_path / "handover.html"
    two.done("duty", "take", "officer")
    text = two.done("handover").out
    assert text.startswith("Handover of the watch, as of ") and "south | live" in text
    done = two.done("handover", "--html", str(page))
    digest = hashlib.sha256(page.read_bytes()).hexdigest()
    assert done.out == f"sha256 {digest}\n" and "next: print it" in done.err
    two.refused("output.exists", "handover", "--html", str(page))
    said = json.loads(two.done("handover", "--json").out)
    assert said["schema"] == "wideberth.handover/1" and said["sha256"] is None
    two.two.one.people.add("duty-2", "words of duty-2 here", ["officer"], two.two.one.clock.now())
    two.refused("duty.sheet", "duty", "hand", "officer", "--to", "duty-2", "--sheet", "no-such-file")
    two.done("duty", "hand", "officer", "--to", "duty-2", "--sheet", str(page))
    assert two.two.one.private.presence.sheet == digest
    assert f"SHA-256 {digest[:16]}" in two.done("handover").out
    two.refused("api.role", "handover", role="observer")


def test_the_blackout_sheet_has_channels_from_a_file_that_no_node_sees(two: Desk, tmp_path: Path) -> None:
    page, file = tmp_path / "blackout.html", tmp_path / "channels.toml"
    file.write_text('[[channel]]\nline = "south"\nrole = "duty officer"\nhow = "radio 243.0"\n')
    two.done("blackout", "--html", str(page), "--channels", str(file))
    assert "radio 243.0" in page.read_text() and "CHECK" in page.read_text()
    assert "Blackout sheet, as of" in two.done("blackout").out
    file.write_text('[[channel]]\nline = "nobody"\nrole = "duty officer"\nhow = "radio"\n')
    assert "no line here is called nobody" in two.done("blackout", "--channels", str(file)).err


@pytest.mark.parametrize(
    "text", ["channel = 1", "[[channel]]\nline = 1", "x = 2", "[[", '[[channel]]\nline="a"\nrole="b"\nhow=3']
)
def test_channels_that_cannot_be_read_are_refused(two: Desk, tmp_path: Path, text: str) -> None:
    file = tmp_path / "channels.toml"
    file.write_text(text)
    two.refused("blackout.channels", "blackout", "--channels", str(file))


def test_presence_is_said_and_shown(two: Desk) -> None:
    assert two.run("duty", "present", role="releasing").code == 2
    two.two.one.people.take("officer", "commander", two.two.one.clock.now())
    found = two.done("duty", "present")
    assert "presence" in found.out and "the next is due" in found.out
    said = json.loads(two.done("duty", "present", "--json").out)
    assert said["presence"]["phase"] == "present"


def test_status_says_how_often_something_sounded(two: Desk) -> None:
    found = two.done("node", "status")
    assert "sounded 0 times in the last hour" in found.out
