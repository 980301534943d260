"""Whether whoever has the post of officer is there: the steps of a miss, and the printable table.

Nouns only; what follows from which clock is in desk.presence.
"""

from __future__ import annotations

from typing import Final, Literal

Post = Literal["officer", "deputy", "commander"]
POSTS: Final[tuple[Post, ...]] = ("officer", "deputy", "commander")
Step = Literal["officer", "deputy", "watch", "commander", "channel"]
STEPS: Final[tuple[Step, ...]] = ("officer", "deputy", "watch", "commander", "channel")
"""Whom a miss rings, one after the other; `watch` is everybody who is there, `channel` the next means."""
MEANS: Final[dict[Step, str]] = {
    "officer": "the officer on duty",
    "deputy": "the deputy",
    "watch": "the whole watch",
    "commander": "the commander",
    "channel": "the commander, by the next channel",
}
Phase = Literal["unwatched", "present", "vacant", "missed"]
PHASES: Final[dict[Phase, str]] = {
    "unwatched": "nobody was ever on duty here, or presence is not asked for",
    "present": "somebody has the post, and has given a sign of presence in time",
    "vacant": "nobody has the post",
    "missed": "no sign of presence came in time; it climbs until somebody takes it",
}
Event = Literal["taken", "sign", "left", "due", "step"]
TRANSITIONS: Final[dict[Phase, dict[Event, tuple[Phase, ...]]]] = {
    "unwatched": {"taken": ("present",)},
    "present": {"taken": ("present",), "sign": ("present",), "left": ("vacant",), "due": ("missed",)},
    "vacant": {"taken": ("present",), "step": ("vacant",), "sign": ("vacant",)},
    "missed": {"taken": ("present",), "sign": ("present",), "left": ("vacant",), "step": ("missed",)},
}
"""What may happen to the post of officer, and what it can become by it.

`sign`: its holder, or by an express word the deputy or the commander, is there. `due`: the interval has
passed without one. `step`: the next one is rung. A vacant post climbs at once, and a sign does not fill it.
"""


def table() -> str:
    """The transitions for people, one a line."""
    return "".join(
        f"{phase:10} {event:6} {' or '.join(after)}\n"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    )
