"""Which of a node's plans, notices or cases are listed: those that are named, in order, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from wideberth.errors import Invalid

FEWEST: Final = 4
"""Characters of an id that are enough to name what begins with them."""
FIRST: Final = -(2**63)
"""The start of what has none: it is there already."""
PAGE: Final = 500
"""How many are listed at a time, where pages are asked for."""


class Which(NamedTuple):
    """What is to be listed.

    Attributes:
        named: only what has this id or label, or an id that begins so; None: all.
        after: only what comes after the one with this id; None: from the first.
        most: at most so many, and each in short: without its volumes; None: all of them, whole.
        over: whether what is over is listed too: plans that have ended, cases that are closed.
    """

    named: str | None = None
    after: str | None = None
    most: int | None = None
    over: bool = True


ALL: Final = Which()


class Listed(NamedTuple):
    """Something that may be listed: what is over comes last, the rest by its start (ms), unbounded first."""

    over: bool
    start: int
    id: str
    label: str = ""


def page(found: Iterable[Listed], which: Which) -> list[str]:
    """The ids of what is listed, in order. Raises: Invalid (`list.after`)."""
    some = [each for each in found if which.over or not each.over]
    if which.named is not None:
        some = _named(some, which.named)
    some.sort()
    if which.after is not None:
        places = [n for n, each in enumerate(some) if each.id == which.after]
        if not places:
            raise Invalid("list.after", "after", which.after, "the id of one that is listed")
        some = some[places[0] + 1 :]
    return [each.id for each in some[: which.most]]


def _named(found: list[Listed], text: str) -> list[Listed]:
    """By the whole id; else by label, and by the beginning of the id."""
    plain = text.casefold().strip()
    meant = [each for each in found if each.id == plain]
    meant = meant or [each for each in found if each.label.casefold().strip() == plain and plain]
    if not meant and len(plain) >= FEWEST:
        meant = [each for each in found if each.id.startswith(plain)]
    return meant
