"""The demo's beginning: two parties take up a line, and agree on terms."""

from __future__ import annotations

from typing import Final

from wideberth.formats import agreement
from wideberth.node.views import LineView, VersionView
from wideberth.story import parties
from wideberth.story.outcome import Cast
from wideberth.story.side import Side
from wideberth.story.steps import Steps

TERMS: Final = {
    'level = "none"': 'level = "full"',
    'notice = "24h"': 'notice = "30min"',
    'too_late = "30min"': 'too_late = "10min"',
    'answer = "4h"': 'answer = "10min"',
}
"""What the terms say otherwise than a draft: all is shown, and half an hour is early enough."""


def line(cast: Cast, steps: Steps) -> str:
    with steps.step(
        "Two parties, each with a node of its own",
        "Each has an identity; people compare its eight words by voice.",
    ):
        known = {}
        for side, party in zip(cast.sides, cast.parties, strict=True):
            status = side.status()
            steps.check(status.party == party.id, "a node is another party's")
            known[side.name] = status.words
            steps.tell(side.name, f"{status.words}, {side.where}")
    with steps.step(
        "They take up a line",
        "It joins exactly these two. What is said on it is signed by one and receipted by the other.",
    ):
        line, *files = parties.pair(*cast.parties)
        whom = (cast.address, None)
        for side, party, file, to in zip(cast.sides, cast.parties, files, whom, strict=True):
            side.take_up(file, party.pairing, to)
        for side, other in (cast.sides, cast.sides[::-1]):
            view = steps.until(f"{side.name}'s line is live", lambda: _live(side, line))  # noqa: B023 - at once
            steps.check(view.words == known[other.name], "the peer is somebody else")
            steps.tell(side.name, f"{view.health} with {view.label} ({view.words}); {view.stage_words}")
    return line


def terms(cast: Cast, steps: Steps, line: str) -> str:
    north, south = cast.sides
    with steps.step(
        "They agree on terms",
        "Four officers sign the exact bytes; until then nothing is told and nothing compared.",
    ):
        number, data = parties.terms(cast.parties, f"{parties.MARK}: terms of a demo", TERMS)
        sha256 = agreement.read(data).hash.hex()
        north.propose_terms(line, data)
        for side, party in zip(cast.sides, cast.parties, strict=True):
            steps.until(f"{side.name} has the terms", lambda: _version(side, line, sha256))  # noqa: B023 - at once
            side.sign(line, sha256, parties.approvals(party, number, data))
        for side in cast.sides:
            view = steps.until(
                f"{side.name} goes by the terms",
                lambda: found if (found := _version(side, line, sha256)) and found.in_force else None,  # noqa: B023
            )
            signed = ", ".join(f"{each.label} {each.signatures} of its officers" for each in view.signers)
            steps.tell(side.name, f"{view.title}, version {view.version}: in force; signed by {signed}")
        steps.check(south.line(line).agreement == sha256, "another agreement is in force")
    return sha256


def _live(side: Side, line: str) -> LineView | None:
    view = side.line(line)
    heard = all(each.entries for each in view.feeds if each.kind == "main")
    return view if view.health == "live" and view.stage == "whole" and heard else None


def _version(side: Side, line: str, sha256: str) -> VersionView | None:
    found = side.agreements(line).versions
    return next((each for each in found if each.sha256 == sha256), None)
