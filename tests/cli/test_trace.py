"""`wideberth trace` of a node that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Desk, desk
from tests.story.desks import START, circle, given
from wideberth.model.release import Caveats, Recipient
from wideberth.node.release_records import Choice


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def test_a_copy_is_named_and_another_text_is_not(two: Desk, tmp_path: Path) -> None:
    node = two.two.one
    releases = node.room.releases
    [plan] = node.desk.submit([given(circle(33.0, 34.0, START))])
    releases.add_recipient(Recipient("Harbour Watch"))
    [view] = releases.draft(["Harbour Watch"], "Survey", [Choice("plan", plan.plan)], Caveats())
    file, other = tmp_path / "found.html", tmp_path / "other.txt"
    file.write_bytes(releases.preview(view.release, "release.html"))
    other.write_text("Nothing of ours.")
    done = two.done("trace", str(file), role="releasing")
    assert done.out.startswith(f"This is the text of the copy for Harbour Watch ({view.release}): ")
    assert "next: a claim names a copy, not a person" in done.err
    told = two.done("trace", str(other))
    assert told.out.startswith("No claim: nothing in it is worded as known copies are") and not told.err
    said = json.loads(two.done("trace", str(file), "--json").out)
    assert (said["schema"], said["verdict"]) == ("wideberth.trace/1", "this copy")
    assert said["copies"][0]["recipient"] == "Harbour Watch" and said["least"] == 1e-9


def test_what_cannot_be_traced_and_who_may_not(two: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\0")
    two.refused("trace.unreadable", "trace", str(picture))
    two.refused("api.role", "trace", str(picture), role="observer")
    two.refused("file.missing", "trace", str(tmp_path / "none.txt"))
