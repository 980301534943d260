"""What people do on a node beside plans and cases. Part of the node."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wideberth.node.keeping import Keeping
from wideberth.node.open_line import Found

if TYPE_CHECKING:
    from wideberth.node.node import Node


class Room:
    """Of one node. `keeping`: whether somebody is there, and what rings."""

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self.keeping = Keeping(node, tell)

    def tick(self) -> None:
        """Time has passed."""
        self.keeping.tick()
