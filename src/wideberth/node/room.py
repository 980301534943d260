"""The room of a node: what its people do beside plans and cases. Wired by hand, here.

Each part may begin with a line, is settled whenever a line was used, and has its time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wideberth.desk.rings import About
from wideberth.node.blind import BlindChecks
from wideberth.node.blind_audit import BlindAudits
from wideberth.node.blind_opening import BlindOpenings
from wideberth.node.calls import Calls
from wideberth.node.communiques import Communiques
from wideberth.node.here import Arrivals
from wideberth.node.holds import Holds
from wideberth.node.keeping import Keeping
from wideberth.node.line_words import LineWords
from wideberth.node.onward import Onward
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.places import Places
from wideberth.node.relay import Relay
from wideberth.node.releases import Releases
from wideberth.node.replies import Replies
from wideberth.node.ringing import Ringing
from wideberth.node.statements import Statements
from wideberth.node.talks import Talks
from wideberth.node.timely import Timely
from wideberth.node.trace import Traces
from wideberth.node.watch import Watch
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
        releases: copies of records for others, under caveats.
        traces: whose copy of a release a file comes from.
        onward: whether what another party told may go further, and what was asked about it.
        communiques: what is said to everybody, alone or with other parties.
        words: recognition words.
        keeping: whether somebody is there, and how often something sounds.
        relay: what is handed down to the party's own people.
        blind: conflicts between plans that neither party shows; `audits` of what was compared so, and
            `openings`.
        replies: what everybody has replied to communiqués.
        watch: live tracks, and what they are about to come too near to.
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
        self.releases = Releases(node, tell)
        self.traces = Traces(node)
        self.onward = Onward(node, self.ringing, tell)
        self.communiques = Communiques(node, geoid, tell)
        self.words = Words(node, words, tell)
        self.relay = Relay(node, self.ringing, tell)
        self.blind = BlindChecks(node, geoid, tell)
        self.audits = BlindAudits(node, geoid, tell)
        self.openings = BlindOpenings(node)
        self.replies = Replies(node.clock.now, node.opened.replies, self.communiques.published, tell)
        self.communiques.replies = self.replies.through
        self.watch = Watch(node, geoid, self.ringing, self._told)

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts; after Desk.begin."""
        self.timely.begin(line)
        self.calls.begin(line)
        self.statements.begin(line)
        self.holds.begin(line)
        self.talks.begin(line)
        self.releases.begin(line)
        self.onward.begin(line)
        self.communiques.begin(line)
        self.blind.begin(line)
        self.audits.begin(line)

    def close(self) -> None:
        """Give back what works beside the node."""
        self.blind.close()

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
        self.releases.settle(line)
        self.communiques.settle(line)
        self.relay.settle(line)
        self.blind.settle(line)
        self.audits.settle(line)

    def tick(self) -> None:
        """Time has passed."""
        self.words.tick()
        self.relay.tick()
        self.blind.tick()
        self.audits.tick()
        self.watch.tick()
        self.replies.tick()
        self.ringing.tick()
        self.keeping.tick()
        self.arrivals.tick()

    def _told(self, line: str | None, found: Found) -> None:
        """What sounds is counted."""
        if found.loud:
            self.keeping.heard(About(found.type or "", line, found.noun or ""))
        self._tell(line, found)
