"""Watch keeping, as a node shows it to its own people: types of its API, printed by commands.

Posts and never persons; times are RFC 3339 in UTC with ms.
"""

from __future__ import annotations

from msgspec import Struct

from wideberth.desk.alarms import Kind, Why
from wideberth.model.presence import Phase, Step


class PresenceView(Struct, frozen=True):
    """Whether the officer on duty is there.

    Attributes:
        phase: where it stands; `words` what that means.
        interval_min: how long after a sign the next is due; 0: presence is not asked for.
        sign: when the last sign of presence came; None where nobody has the post.
        due: when the next is due, or was.
        missed: since when nobody has taken a miss; None where there is none.
        steps: who was rung for it.
    """

    phase: Phase
    words: str
    interval_min: int
    sign: str | None
    due: str | None
    missed: str | None
    steps: tuple[Step, ...]


class RingView(Struct, frozen=True):
    """An alarm that rings until somebody takes it; `words` hold nothing that anybody wrote."""

    kind: Kind
    id: str
    line: str | None
    why: Why
    step: Step
    since: str
    words: str


class AlarmsView(Struct, frozen=True):
    """What rings now, how often something rang in the last hour, and how often is too often (`budget`).

    `unsent`: by channel, why alarms do not go out on it; empty where they do, or none is set up.
    """

    ringing: tuple[RingView, ...]
    rings: int
    budget: int
    words: str
    unsent: dict[str, str]
