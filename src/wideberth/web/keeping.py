"""Watch keeping: whether somebody is there, what rings, and the sheets that are printed."""

from __future__ import annotations

from typing import Final

from wideberth.node import blackout as on_paper
from wideberth.node import handover as handing
from wideberth.node.keeping_views import PresenceView
from wideberth.render.blackout import Blackout
from wideberth.render.handover import Handover
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import ANYBODY, Route


def presence(call: Call) -> PresenceView:
    """Whether the officer on duty is there."""
    return call.node.room.keeping.presence()


def present(call: Call) -> PresenceView:
    """Whoever asks is there. Raises: as Keeping.present."""
    return call.node.room.keeping.present(call.who.id)


def handover(call: Call) -> Handover:
    """What an officer on duty hands over, as of now."""
    return handing.sheet(call.node)


def blackout(call: Call) -> Blackout:
    """What the watch needs when the node is gone, as of now."""
    return on_paper.sheet(call.node)


ROUTES: Final = (
    Route("GET", "/v1/duty/presence", ANYBODY, None, PresenceView, presence,
          "Whether the officer on duty is there, and who was rung where not.", present=True),
    Route("POST", "/v1/duty/present", OFFICER, None, PresenceView, present,
          "Whoever asks, and has a post on duty, is there.", act="duty.present"),
    Route("GET", "/v1/handover", OFFICER, None, Handover, handover,
          "What an officer on duty hands over, as of now: what the handover sheet shows.",
          present=True),
    Route("GET", "/v1/blackout", OFFICER, None, Blackout, blackout,
          "What the watch needs on paper when the node is gone, as of now.", present=True),
)  # fmt: skip
"""What of the API is about keeping watch."""
