"""The shapes that maps asked for last, so that nobody waits for the same one again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Final

from wideberth.formats import drawn
from wideberth.space.ground import Ground

KEPT = 2_000_000
"""Points of the shapes that are kept. Shapes are not counted: one of four corners may have thousands."""


class Kept:
    """The shapes that were asked for last, as many as have KEPT points together; many threads may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shapes: OrderedDict[Ground, dict[str, Any]] = OrderedDict()
        self._points = 0

    def geometry(self, ground: Ground) -> dict[str, Any]:
        """As drawn.geometry; whoever gets it does not change it."""
        with self._lock:
            found = self._shapes.get(ground)
            if found is not None:
                self._shapes.move_to_end(ground)
                return found
        made = drawn.geometry(ground)
        with self._lock:
            if ground not in self._shapes:
                self._shapes[ground] = made
                self._points += drawn.points(made)
            while self._points > KEPT:
                _, old = self._shapes.popitem(last=False)
                self._points -= drawn.points(old)
        return made


SHAPES: Final = Kept()
"""Of all nodes of a process: a shape says nothing of who has it."""
