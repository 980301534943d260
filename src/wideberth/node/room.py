"""The room of a node: what its people do beside plans and cases. Wired by hand, here.

Each part may begin with a line, is settled whenever a line was used, and has its time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wideberth.desk.rings import About
from wideberth.node.calls import Calls
from wideberth.node.here import Arrivals
from wideberth.node.holds import Holds
from wideberth.node.keeping import Keeping
from wideberth.node.line_words import LineWords
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.places import Places
from wideberth.node.relay import Relay
from wideberth.node.ringing import Ringing
from wideberth.node.statements import Statements
from wideberth.node.talks import Talks
from wideberth.node.timely import Timely
from wideberth.node.words import Words
from wideberth.space.geoid import Geoid

if TYPE_CHECKING:
    from wideberth.node.node import Node


class Room:
    """Of one node.

    Attributes:
        ringing: what rings for its people, and climbs.
        arrivals: when something was here that nothing else shows.
        places: what gives reason to ask about a place again.
        timely: what was told too late, and what cannot clear.
        calls: the hotline.
        statements: declarations, policies, concerns, claim queries.
        holds: what keeps plans from beginning until a condition.
        talks: meetings, their minutes and outcome.
        words: recognition words.
        keeping: whether somebody is there, and how often something sounds.
        relay: what is handed down to the party's own people.
    """

    def __init__(
        self,
        node: Node,
        geoid: Geoid,
        words: LineWords,
        tell: Callable[[str | None, Found], None],
    ) -> None:
        self._node = node
        self._tell = tell
        self.keeping = Keeping(node, self._told)
        self.ringing = Ringing(node, self._told)
        self.keeping.begin(self.ringing)
        self.arrivals = Arrivals(node)
        self.places = Places(node)
        self.timely = Timely(node, self.ringing)
        self.calls = Calls(node, self.ringing, self.places, tell)
        self.statements = Statements(node, self.ringing, self.places, tell)
        self.holds = Holds(node, geoid, self.ringing, tell)
        self.talks = Talks(node, tell)
        self.words = Words(node, words, tell)
        self.relay = Relay(node, self.ringing, tell)

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts; after Desk.begin."""
        self.timely.begin(line)
        self.calls.begin(line)
        self.statements.begin(line)
        self.holds.begin(line)
        self.talks.begin(line)

    def settle(self, line: OpenLine) -> None:
        """A line was used: what touches sites and what rings is entered, and what is owed on it is said.

        Raises: as Private.write and Talk.say.
        """
        self._node.sites.settle()
        self.timely.settle(line)
        self.ringing.settle()
        self.calls.settle(line)
        self.statements.settle(line)
        self.holds.settle(line)
        self.relay.settle(line)

    def tick(self) -> None:
        """Time has passed."""
        self.words.tick()
        self.relay.tick()
        self.ringing.tick()
        self.keeping.tick()
        self.arrivals.tick()

    def _told(self, line: str | None, found: Found) -> None:
        """What sounds is counted."""
        if found.loud:
            self.keeping.heard(About(found.type or "", line, found.noun or ""))
        self._tell(line, found)
