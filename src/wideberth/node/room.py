"""The room of a node: what its people do beside plans and cases. Wired by hand, here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wideberth.node import opening
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.statements import Statements

if TYPE_CHECKING:
    from wideberth.node.node import Node


class Room:
    """Of one node."""

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self._node = node
        self.statements = Statements(node, opening.geoid(), tell)

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts; after Desk.begin."""
        self.statements.begin(line)

    def settle(self, line: OpenLine) -> None:
        """A line was used. Raises: as Private.write and Talk.say."""
        self._node.sites.settle()
        self.statements.settle(line)
