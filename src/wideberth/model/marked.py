"""Text of which some words may be one or another without saying anything else: what a copy is marked by.

A slot is a place with alternatives; a choice of one for each slot is what sets a copy apart from the others.
No slot ever holds a coordinate, a time, a number, a unit or a name: these are the same in every copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct


class Slot(Struct, frozen=True):
    """A place in a text.

    Attributes:
        name: of this one, the same in all copies of a release: "3.from" in its third record.
        variants: what may stand there, at least two, no two alike when case, spaces and marks are taken away,
            unless only marks set them apart (then `marks`).
        marks: whether the alternatives differ in punctuation only, which a conversion may take away.
    """

    name: str
    variants: tuple[str, ...]
    marks: bool = False


Line: TypeAlias = tuple[str | Slot, ...]
"""A sentence or a row: what is fixed, and slots between. It is found again by itself, wherever it stands."""
Choose: TypeAlias = Callable[[str, int], int]
"""Which of n alternatives a copy has in the slot of this name: 0 to n - 1, always the same."""


def chosen(line: Line, choose: Choose) -> str:
    """The line as a copy has it."""
    return "".join(
        each if isinstance(each, str) else each.variants[choose(each.name, len(each.variants))]
        for each in line
    )
