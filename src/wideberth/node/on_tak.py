"""What a node shows on a TAK server: what is published (node.published), as events of Cursor on Target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wideberth.formats.cot_event import Event
from wideberth.formats.cot_published import Events
from wideberth.model.published import Level
from wideberth.node import opening
from wideberth.node.published import published
from wideberth.space.reference import VerticalReference

if TYPE_CHECKING:
    from wideberth.node.node import Node


class Seen:
    """All of it, as it is to be seen on one server at the time of a call; what has not changed is drawn once.

    Attributes:
        left_out: volumes that cannot be drawn, at the last call.
    """

    def __init__(self, node: Node, level: Level, *, alerts: bool) -> None:
        """The node is not held; `alerts`: whether alerts are among it."""
        self._node, self._level, self._alerts = node, level, alerts
        self._events = Events(VerticalReference(opening.geoid()))
        self.left_out = 0

    def __call__(self) -> list[Event]:
        now_ms = self._node.clock.now()
        warned = self._node.room.watch.warned() if self._alerts else ()
        made = self._events.of(published(self._node, self._level, now_ms, warned), now_ms)
        self.left_out = made.left_out
        return made.events
