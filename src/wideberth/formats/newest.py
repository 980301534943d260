"""What a decoder remembers of each sender, within a bound: who was silent longest is forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST: Final = 20_000
"""Senders remembered by one decoder."""


class Newest(Generic[T]):
    """Something of each of at most `most` names, made when it is asked for first."""

    def __init__(self, make: Callable[[], T], most: int = MOST) -> None:
        self._make, self._most = make, most
        self._held: OrderedDict[str, T] = OrderedDict()

    def of(self, name: str) -> T:
        """What is remembered of a name, which is now the last to be forgotten."""
        found = self._held.get(name)
        if found is None:
            if len(self._held) >= self._most:
                self._held.popitem(last=False)
            found = self._held[name] = self._make()
        else:
            self._held.move_to_end(name)
        return found

    def known(self, name: str) -> T | None:
        """The same, if anything is remembered."""
        return self._held.get(name)

    def __len__(self) -> int:
        return len(self._held)
