"""The room of a node: what its people do beside plans and cases. Wired by hand, here.

Each part may begin with a line, is settled whenever a line was used, and has its time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wideberth.node.calls import Calls
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.relay import Relay
from wideberth.node.ringing import Ringing

if TYPE_CHECKING:
    from wideberth.node.node import Node


class Room:
    """Of one node.

    Attributes:
        ringing: what rings for its people, and climbs.
        calls: the hotline.
        relay: what is handed down to the party's own people.
    """

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self._node = node
        self.ringing = Ringing(node, tell)
        self.calls = Calls(node, self.ringing, tell)
        self.relay = Relay(node, self.ringing, tell)

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts; after Desk.begin."""
        self.calls.begin(line)

    def settle(self, line: OpenLine) -> None:
        """A line was used: what touches sites and what rings is entered, and what is owed on it is said.

        Raises: as Private.write and Talk.say.
        """
        self._node.sites.settle()
        self.ringing.settle()
        self.calls.settle(line)
        self.relay.settle(line)

    def tick(self) -> None:
        """Time has passed."""
        self.relay.tick()
        self.ringing.tick()
