"""Which of several things a text means: by its id, by what it is called here, by the beginning of its id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

FEWEST: Final = 4
"""Characters of an id that are enough, where only one begins with them."""
NAMED: Final = 10
"""Of those that a text may mean, so many are named in a message."""


def meant(known: Sequence[tuple[str, str | None]], text: str) -> list[int]:
    """The places of those that a text means, among ids and labels; one, if it is clear."""
    plain = text.casefold().strip()
    found = [n for n, (name, _) in enumerate(known) if name == plain]
    found = found or [n for n, (_, label) in enumerate(known) if label and label.casefold() == plain]
    if not found and len(plain) >= FEWEST:
        found = [n for n, (name, _) in enumerate(known) if name.startswith(plain)]
    return found
