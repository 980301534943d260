"""Telling whoever follows a node what has changed, noun by noun."""

from __future__ import annotations

from collections.abc import Callable, Collection

from wideberth.node.open_line import Found
from wideberth.node.views import What

NAMED = 50
"""Plans, notices or cases of which each is told that it has changed; of more at a time it is told once."""


def tell_all(
    tell: Callable[[str | None, Found], None], line: str | None, what: What, nouns: Collection[str]
) -> None:
    """Tell of each that has changed, or once of all where they are many: they are read again anyway."""
    for noun in sorted(nouns) if len(nouns) <= NAMED else (None,):
        tell(line, Found(what, noun=noun))
