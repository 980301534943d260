"""Whether the officer on duty is there: the phases, and the printable table.

Nouns only; what follows from which clock is in desk.presence. What a miss climbs to is model.ring.
"""

from __future__ import annotations

from typing import Final, Literal

Post = Literal["officer", "deputy", "commander"]
POSTS: Final[tuple[Post, ...]] = ("officer", "deputy", "commander")
Phase = Literal["unwatched", "present", "missed", "vacant"]
PHASES: Final[dict[Phase, str]] = {
    "unwatched": "nobody was ever on duty here, or presence is not asked for",
    "present": "somebody has the post of officer, and gave a sign of presence in time",
    "missed": "no sign of presence came in time; that rings until somebody takes it, or gives one",
    "vacant": "nobody has the post of officer; that rings until somebody takes the post",
}
Event = Literal["taken", "sign", "due", "left"]
EVENTS: Final[dict[Event, str]] = {
    "taken": "somebody takes the post, is handed it, or relieves its holder",
    "sign": "its holder does something, or says so",
    "due": "the interval has passed without a sign",
    "left": "its holder's account is disabled or deleted",
}
TRANSITIONS: Final[dict[Phase, dict[Event, Phase]]] = {
    "unwatched": {"taken": "present"},
    "present": {"taken": "present", "sign": "present", "due": "missed", "left": "vacant"},
    "missed": {"taken": "present", "sign": "present", "left": "vacant"},
    "vacant": {"taken": "present"},
}
"""What may happen to the post of officer, and what it is then. A sign of somebody else does not fill it."""


def table() -> str:
    """The transitions as a table in Markdown, for docs/watch.md."""
    rows = ["| presence | event | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {then} |"
        for phase, after in TRANSITIONS.items()
        for event, then in after.items()
    ]
    return "\n".join(rows) + "\n"
