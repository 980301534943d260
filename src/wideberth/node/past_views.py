"""What a node shows of what was known as of a moment: types of its API, printed by commands."""

from __future__ import annotations

from msgspec import Struct


class UnshownView(Struct, frozen=True):
    """An entry of the other party's that may have been here, and that the own record does not show.

    Attributes:
        origin, entry, type: which one.
        said: when, by its author's clock.
        shown: when the own record first shows that it is here; None: it does not yet.
    """

    origin: str
    entry: int
    type: str
    said: str
    shown: str | None


class KnownView(Struct, frozen=True):
    """What is known of a line as of a moment.

    Attributes:
        line, label: which one.
        entries: how many of both parties were here.
        unshown: how many more may have been, by their author's clock.
        newest: the latest of those.
    """

    line: str
    label: str | None
    entries: int
    unshown: int
    newest: tuple[UnshownView, ...]


class AsOfView(Struct, frozen=True):
    """What is known as of a moment, on every line that there was by then."""

    as_of: str
    lines: tuple[KnownView, ...]
