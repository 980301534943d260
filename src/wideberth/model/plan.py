"""What a party intends."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.space.volume import Volume

State = Literal["accepted", "activated", "nonconforming", "contingent", "ended"]
STATES: tuple[State, ...] = ("accepted", "activated", "nonconforming", "contingent", "ended")
UNSPECIFIED = "unspecified"
"""The activity of a plan that names none; no row of a separation table carries it."""

TRANSITIONS: dict[State, tuple[State, ...]] = {
    "accepted": ("activated", "ended"),
    "activated": ("nonconforming", "contingent", "ended"),
    "nonconforming": ("activated", "contingent", "ended"),
    "contingent": ("ended",),
    "ended": (),
}
"""ASTM F3548-21 operational intent states; `ended` is where it leaves the system."""


class Plan(Struct, frozen=True, gc=False):
    """A party's plan: one or more volumes of one activity.

    `id` is unique within the party. `variant_of`, where set, names a group of which only one will
    be flown: plans of one party in the same group are never compared. `review` (POSIX ms) reminds
    of an open-ended plan and never ends it.
    """

    party: str
    id: str
    volumes: tuple[Volume, ...]
    activity: str = UNSPECIFIED
    state: State = "accepted"
    priority: int = 0
    label: str = ""
    callsign: str = ""
    note: str = ""
    variant_of: str | None = None
    review: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """(party, id): the plan's name among all plans."""
        return (self.party, self.id)


def check_state(text: str, path: str = "") -> State:
    """The state of that name. Raises: Invalid (`plan.state`)."""
    for state in STATES:
        if text.lower() == state:
            return state
    raise Invalid("plan.state", path, text, ", ".join(STATES))
