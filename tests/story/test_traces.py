"""Traces by a node, of copies of its own releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story import desks
from tests.story.desks import START, circle, given
from wideberth.errors import Invalid
from wideberth.model.release import Caveats, Recipient
from wideberth.node.release_records import Choice


def test_the_copy_is_named_of_a_draft_too_and_of_nothing_else(tmp_path: Path) -> None:
    with desks.desks(tmp_path, "none") as two:
        traces, releases = two.one.room.traces, two.one.room.releases
        assert traces.trace(b"any words").words == "No claim: no copy of any release was made here."
        plans = [
            two.one.desk.submit([given(circle(33.0 + at, 34.0, START), label=str(at))])[0] for at in (0, 1)
        ]
        for name in ("South", "East"):
            releases.add_recipient(Recipient(name))
        choices = [Choice("plan", each.plan, level="coarse") for each in plans]
        drawn = releases.draft(["South", "East"], "Survey flights", choices, Caveats())
        for view in drawn:
            for file in ("release.txt", "release.html", "release.csv", "release.geojson"):
                found = traces.trace(releases.preview(view.release, file), file)
                assert (found.verdict, found.known) == ("this copy", 2), (file, found.words)
                [copy] = found.copies
                assert (copy.release, copy.recipient) == (view.release, view.recipient)
                assert copy.agreeing == copy.seen > 70 and copy.chance < 1e-20
                assert [(each.release, each.recipient) for each in found.tokens] == [
                    (view.release, view.recipient)
                ]
        # the other node has made none of them
        text = releases.preview(drawn[0].release, "release.txt")
        assert two.other.room.traces.trace(text).verdict == "no claim"
        facts = traces.trace(b"They fly a survey near 33 N 34 E, some say, and nobody knows more.")
        assert (facts.verdict, facts.nearest, facts.tokens) == ("no claim", (), ())
        with pytest.raises(Invalid, match="bytes that are no text"):
            traces.trace(b"\0\1\2\3")
