"""The demo's end: both nodes hold the same, and somebody else can check what they say."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from wideberth.node import config
from wideberth.node.desk_views import CaseView
from wideberth.node.views import FeedView
from wideberth.story.outcome import Cast, Proof, Root, SignIn, Told
from wideberth.story.parties import Party
from wideberth.story.side import Side
from wideberth.story.steps import Steps

DUTY: Final = "duty"
"""The account with which the consoles are shown."""


def same(cast: Cast, steps: Steps, line: str) -> dict[str, Told]:
    with steps.step(
        "Both hold the same",
        "The root of a feed stands for every entry in it: where two nodes have the same, nothing differs.",
    ):
        told = steps.until("both hold the same entries", lambda: _told(cast, line))
        names = {found.party: name for name, found in told.items()}
        for side in cast.sides:
            for origin, found in told[side.name].roots.items():
                party, kind = origin.split("/")[2:4]
                if found.entries:
                    whose = f"{names[party]}'s {kind} feed"
                    steps.tell(side.name, f"{whose}: {found.entries} entries, root {found.root}")
        ends = [[_end(each) for each in side.cases()] for side in cast.sides]
        steps.check(ends[0] == ends[1], "the nodes differ about a case")
        for side in cast.sides:
            for case, phase in told[side.name].cases.items():
                steps.tell(side.name, f"case {case}: {phase}")
    return told


def record(cast: Cast, steps: Steps, case: str) -> Proof:
    """What a case comes to, shown to somebody who has no node."""
    side = cast.sides[0]
    with steps.step(
        "Another process checks the record of the case",
        "It has a file and the names of both parties, and no node: what is false in there would show.",
    ):
        proof = cast.prove(side, side.record(case))
        steps.tell(side.name, f"wrote {proof.file}")
        for each in proof.said:
            steps.tell("", each)
        steps.check(proof.code == 0, f"the record does not verify, exit code {proof.code}")
    return proof


def _console(party: Party, where: str) -> SignIn:
    """Of the officer who is on duty."""
    found = urlsplit(where)
    assert found.hostname is not None  # as parties.SETTINGS has it
    assert found.port is not None
    return SignIn(config.console(found.hostname, found.port), DUTY, party.password(DUTY))


def _told(cast: Cast, line: str) -> dict[str, Told] | None:
    """What both nodes say, once they hold the same."""
    found = {
        side.name: Told(
            party=side.status().party,
            api=side.where,
            console=_console(party, side.where),
            plans={each.plan: each.version for each in side.plans()},
            roots={each.origin: Root(each.entries, each.root) for each in _feeds(side, line)},
            cases={each.case: each.phase for each in side.cases()},
        )
        for party, side in zip(cast.parties, cast.sides, strict=True)
    }
    first, second = found.values()
    return found if first.roots == second.roots else None


def _feeds(side: Side, line: str) -> list[FeedView]:
    return sorted(side.line(line).feeds, key=lambda each: each.origin)


def _end(case: CaseView) -> tuple[object, ...]:
    """What of a case both parties see."""
    proposals = [
        (each.origin, each.n, each.notice, each.change, each.status, each.final) for each in case.proposals
    ]
    return case.case, case.phase, sorted(case.notices), case.finds, case.escalated, proposals
