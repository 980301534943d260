"""Which towns words about a place may name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wideberth.space.nearest import Near, Towns, named
from wideberth.space.place import Place
from wideberth.space.words import Named

AROUND: Final = 300_000.0
"""Metres: how far a town that the words name may be to be meant."""
TOGETHER: Final = 5
"""Words that may make one name."""


def meant(words: str, towns: Towns, where: Place, known: Sequence[Named] = ()) -> list[Named]:
    """The towns that the words may name: the nearest of each name, where nothing `known` has that name."""
    text = words.casefold().split()
    runs = {
        " ".join(text[i:j]).strip(".,;")
        for i in range(len(text))
        for j in range(i + 1, min(i + TOGETHER + 1, len(text) + 1))
    }
    runs -= {each.name.casefold() for each in known}
    first: dict[str, Near] = {}
    for each in named(towns, sorted(runs), where.point, AROUND):
        first.setdefault(each.name.casefold(), each)
    return [Named(each.name, each.point) for each in first.values()]
