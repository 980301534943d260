"""What a node shows of talks, to its own people. Times RFC 3339 in UTC with ms, SHA-256 hexadecimal."""

from __future__ import annotations

from msgspec import Struct

from wideberth.model.talks import Phase, Reply


class ReplyView(Struct, frozen=True):
    """What a party says to a version, last; `at` is another time that it proposes. `current`: it is to the
    newest version.
    """

    answer: Reply
    at: str | None
    version: int
    current: bool


class MinutesView(Struct, frozen=True):
    """A text of the minutes.

    Attributes:
        mine: whose text it is; `version` counts that party's texts.
        sha256: its name. The text itself is asked for by it.
        at: when it was put, by its author's clock.
        signed_here, signed_there: who takes this very text for the minutes. With both it is both parties'.
        differs_here, differs_there: where a party says that it differs; None: it has not.
    """

    mine: bool
    version: int
    sha256: str
    at: str
    signed_here: bool
    signed_there: bool
    differs_here: str | None
    differs_there: str | None


class OutcomeView(Struct, frozen=True):
    """What came of talks, as one of the parties says.

    Attributes:
        mine: whether this party says it.
        agreement: SHA-256 of terms; `terms` which those are on this line, in words, None where they are not
            known there.
        communique: its id; `stands` its title and where it stands here, in words, None where it is not known.
    """

    mine: bool
    agreement: str | None
    terms: str | None
    communique: str | None
    stands: str | None


class TalksOnView(Struct, frozen=True):
    """Talks as they stand between this party and one other.

    Attributes:
        told: whether they are on the line; an invitation that is not waits to be said.
        phase, words: as model.talks.PHASES.
        answer: the other party's, or ours, to who proposed them.
        attended_here, attended_there: roles that were there.
        minutes: all texts, the oldest first; the one that both have signed, by its SHA-256, is `agreed`.
    """

    line: str
    label: str | None
    told: bool
    phase: Phase
    words: str
    answer: ReplyView | None
    attended_here: tuple[str, ...]
    attended_there: tuple[str, ...]
    minutes: tuple[MinutesView, ...]
    agreed: str | None
    outcomes: tuple[OutcomeView, ...]


class TalksPartyView(Struct, frozen=True):
    """A party of talks: its name, whether it is this one, and what it is called here otherwise."""

    party: str
    us: bool
    label: str | None


class TalksView(Struct, frozen=True):
    """Talks: the newest version of the invitation, and how they stand with each other party.

    Attributes:
        talks, by, mine: their id, and who proposed them.
        holds: the ids of holds that wait for them.
    """

    talks: str
    by: str
    mine: bool
    version: int
    title: str
    agenda: tuple[str, ...]
    at: str
    place: str | None
    parties: tuple[TalksPartyView, ...]
    lines: tuple[TalksOnView, ...]
    holds: tuple[str, ...]


class MinutesTextView(Struct, frozen=True):
    """A text of the minutes as its author put it."""

    sha256: str
    text: str
