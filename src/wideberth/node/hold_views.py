"""What a node shows of holds, to its own people. Times RFC 3339 in UTC with ms."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from wideberth.ledger import ids
from wideberth.model.hold import Condition, Moment, Phase, Talks
from wideberth.model.plan import State
from wideberth.node.views import time


class HoldPartyView(Struct, frozen=True):
    """A party that a hold binds: its name, whether it is this one, and what it is called here otherwise."""

    party: str
    us: bool
    label: str | None


class UntilView(Struct, frozen=True):
    """What ends a hold.

    Attributes:
        kind: talks, an agreement, or a time.
        talks: their id. `agreement` and `version`: of terms. `at`: the time.
        words: the same in words.
        met: whether it has come, as far as this node knows. That alone ends no hold but one until a time.
    """

    kind: Literal["talks", "agreement", "time"]
    talks: str | None
    agreement: str | None
    version: int | None
    at: str | None
    words: str
    met: bool


class HoldOnView(Struct, frozen=True):
    """A hold on one line.

    Attributes:
        told: whether it is on the line. An own one that is not binds all the same; say it by voice.
        delivered: whether the other node durably holds it (of an own hold).
        phase, words: where it stands there (model.hold.PHASES).
        entry, origin: where it was said; None where it is not told.
        lifted: when it was lifted, by its author's clock.
        signatures: how many officers' signatures under its newest lift count, of those that are needed.
    """

    line: str
    label: str | None
    told: bool
    delivered: bool
    phase: Phase
    words: str
    entry: int | None
    origin: str | None
    lifted: str | None
    signatures: int
    needed: int


class InsideView(Struct, frozen=True):
    """An own plan that lies in a hold."""

    plan: str
    label: str
    state: State


class TheirsInsideView(Struct, frozen=True):
    """A plan of another party that the hold binds, as it was told: its notice, and who has it.

    `override`: the role that began it although something held it back.
    """

    notice: str
    label: str | None
    callsign: str
    state: State
    override: str | None


class HoldView(Struct, frozen=True):
    """A hold.

    Attributes:
        hold, by, label: its id, its author, and what that is called here.
        mine: whether this party has put it; `binds`: whether it binds this party's plans.
        parties: whom it binds. `activities`: which it stops; None: all. `area`: a volume as the native JSON
            has it, without times; None: everywhere. `reason`: as its author says, if it does.
        begins: what is over by then does not touch it.
        phase, words: where it stands (model.hold.PHASES): in force while it is so on any line.
        lift_text: the exact text that two officers of its author sign to lift it.
        lines: each line that it stands on.
        inside: own plans that lie in it and have not ended; empty in a list.
        theirs: plans of others whom it binds, as far as they are shown here; empty in a list.
    """

    hold: str
    by: str
    label: str | None
    mine: bool
    binds: bool
    parties: tuple[HoldPartyView, ...]
    activities: tuple[str, ...] | None
    area: dict[str, Any] | None
    reason: str | None
    begins: str
    until: UntilView
    phase: Phase
    words: str
    lift_text: str
    lines: tuple[HoldOnView, ...]
    inside: tuple[InsideView, ...]
    theirs: tuple[TheirsInsideView, ...]


def until(found: Condition, *, met: bool) -> UntilView:
    """What ends a hold, for people."""
    if isinstance(found, Moment):
        at = time(found.at_ms)
        return UntilView("time", None, None, None, at, f"until {at}", met)
    if isinstance(found, Talks):
        words = f"until the talks {found.talks} were held"
        return UntilView("talks", found.talks, None, None, None, words, met)
    number = ids.base32(found.agreement)
    words = f"until version {found.version} of the agreement {number} is in force"
    return UntilView("agreement", None, number, found.version, None, words, met)
