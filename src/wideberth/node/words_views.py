"""Recognition words, as a node shows them to its own people: the types of its API."""

from __future__ import annotations

from msgspec import Struct

from wideberth.line.words import Purpose, Stage


class SaidView(Struct, frozen=True):
    """A challenge or a reply: three words, and three groups of five digits that mean the same."""

    words: str
    digits: str


class AskedView(Struct, frozen=True):
    """A challenge to be said to the other party.

    Attributes:
        line: the line whose other end is asked.
        purpose: for what.
        challenge: what is said.
        day: of UTC, by which the reply is looked at; near midnight also by its neighbour.
        until: when it is forgotten, with all tries that are left of it.
    """

    line: str
    purpose: Purpose
    challenge: SaidView
    day: str
    until: str


class ReplyView(Struct, frozen=True):
    """What to answer to a challenge of the other party's: right on this day, for this purpose."""

    line: str
    purpose: Purpose
    reply: SaidView
    day: str


class CheckedView(Struct, frozen=True):
    """Whether a reply was right; if not, how many tries are left before an officer is to unlock it."""

    line: str
    purpose: Purpose
    right: bool
    left: int


class WayView(Struct, frozen=True):
    """Asking the other party for one purpose: whether a reply is looked at; how many may still be wrong."""

    purpose: Purpose
    means: str
    stage: Stage
    left: int


class WordsView(Struct, frozen=True):
    """How the words of a line stand.

    Attributes:
        line: the line.
        peer: what the other party is called here, else its name.
        day: of UTC, by this machine's clock.
        since: the oldest day whose words can still be made; all before it are erased.
        stopped: why no words can be made now; None where they can.
        ways: for each purpose how asking the other party stands.
        answered: how many challenges were answered since this start: nobody asks more than people do.
    """

    line: str
    peer: str
    day: str
    since: str
    stopped: str | None
    ways: tuple[WayView, ...]
    answered: int


class RowView(Struct, frozen=True):
    """A row of a day table: for one challenge one reply, to be used once."""

    n: int
    challenge: SaidView
    reply: SaidView


class TableView(Struct, frozen=True):
    """A day table, for units without a device: who prints it at the other end has the same.

    Attributes:
        line: the line.
        peer: what the other party is called here, else its name.
        day: of UTC, and no other.
        table: its number: one for each pair of units that is to recognise each other.
        exercise: whether none of it is real.
        made: when it was made.
        asked_by_us: rows of which our units say the challenge; `asked_by_them` theirs.
    """

    line: str
    peer: str
    day: str
    table: int
    exercise: bool
    made: str
    asked_by_us: tuple[RowView, ...]
    asked_by_them: tuple[RowView, ...]
