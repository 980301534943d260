"""Watch keeping, as a node shows it to its own people: types of its API, printed by commands.

Posts and never persons; times are RFC 3339 in UTC with ms.
"""

from __future__ import annotations

from msgspec import Struct

from wideberth.model.presence import Phase
from wideberth.model.ring import Step


class PresenceView(Struct, frozen=True):
    """Whether the officer on duty is there.

    Attributes:
        phase: where it stands; `words` what that means.
        interval_min: how long after a sign the next is due; 0: presence is not asked for.
        sign: when the last sign of presence came, or the post was taken; None where nobody has it.
        due: when the next is due, or was.
        steps: for whom a miss rings by now; `taken_by` the role of who has taken it.
    """

    phase: Phase
    words: str
    interval_min: int
    sign: str | None
    due: str | None
    steps: tuple[Step, ...]
    taken_by: str | None
