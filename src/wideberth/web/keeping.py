"""Watch keeping: whether somebody is there, what rings, and the sheets that are printed."""

from __future__ import annotations

from typing import Final

from wideberth.node.keeping_views import PresenceView
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import ANYBODY, Route


def presence(call: Call) -> PresenceView:
    """Whether the officer on duty is there."""
    return call.node.room.keeping.presence()


def present(call: Call) -> PresenceView:
    """Whoever asks is there. Raises: as Keeping.present."""
    return call.node.room.keeping.present(call.who.id)


ROUTES: Final = (
    Route("GET", "/v1/duty/presence", ANYBODY, None, PresenceView, presence,
          "Whether the officer on duty is there, and who was rung where not."),
    Route("POST", "/v1/duty/present", OFFICER, None, PresenceView, present,
          "Whoever asks, and has a post on duty, is there.", act="duty.present"),
)  # fmt: skip
"""Of the table."""
