"""A call: a message on the hotline, in a code of the phrase book or in free words, and how far it has come.

Nouns only. What silence means: that nobody has said anything. It is no answer, no consent and no permission,
and the call climbs: to the deputy, the whole watch, the commander and the next channel.
"""

from __future__ import annotations

from typing import Final, Literal

CHECK: Final = "CHECK"
"""The code of the flash call "you are near us, or at us: stop and check", to a role and never to a person."""

Answer = Literal["relayed", "executor confirmed", "no objection stated", "objection", "unclear", "unable"]
ANSWERS: Final[dict[Answer, str]] = {
    "relayed": "it was passed on to the cell that carries it out",
    "executor confirmed": "the last cell that carries it out has confirmed",
    "no objection stated": "asked for an objection, they stated none; that is no permission",
    "objection": "they object",
    "unclear": "not understood, or not whole: it is to be said again",
    "unable": "they cannot do what it asks",
}
"""What the other party says to a call, and what it means."""
Phase = Literal["sent", "ringing", "taken", "understood", "ended"] | Answer
Event = Literal["rang", "taken", "read back", "read back otherwise", "ended"] | Answer

PHASES: Final[dict[Phase, str]] = {
    "sent": "said; nothing there has shown it to anybody yet",
    "ringing": "it rings there, and nobody has taken it",
    "taken": "a person there has taken it; what was understood is not known yet",
    "understood": "read back, and the same as it was said",
    **dict(ANSWERS.items()),
    "ended": "its author needs nothing more",
}
"""Each phase, and what it means. None of them is permission."""
EVENTS: Final[dict[Event, str]] = {
    "rang": "the other node rings for the officer, the deputy, the watch, the commander or the next channel",
    "taken": "a person there, by role, has it before them",
    "read back": "they said it again, and every field was the same",
    "read back otherwise": "they said it again, and something was not the same",
    **dict(ANSWERS.items()),
    "ended": "its author says that nothing more is needed",
}

_ANSWERED: Final[dict[Event, Phase]] = {each: each for each in ANSWERS}
_READ: Final[dict[Event, Phase]] = {"read back": "understood", "read back otherwise": "unclear"}
_OVER: Final[dict[Event, Phase]] = {"ended": "ended"}
_ANY: Final[dict[Event, Phase]] = {**_READ, **_ANSWERED, **_OVER}
TRANSITIONS: Final[dict[Phase, dict[Event, Phase]]] = {
    "sent": {"rang": "ringing", "taken": "taken", **_ANY},
    "ringing": {"rang": "ringing", "taken": "taken", **_ANY},
    "taken": _ANY,
    "understood": _ANY,
    "relayed": _ANY,
    "executor confirmed": _ANY,
    "no objection stated": _ANY,
    "objection": _ANY,
    # who has something else in hand has passed on, and answered, something else
    "unclear": {**_READ, "unclear": "unclear", "unable": "unable", "objection": "objection", **_OVER},
    "unable": _ANY,
    "ended": {},
}
"""What follows what; what is not here changes nothing."""
WAITING: Final[tuple[Phase, ...]] = ("sent", "ringing")
"""Phases in which nobody has taken it: it climbs."""
UNSETTLED: Final[tuple[Phase, ...]] = ("sent", "ringing", "taken", "unclear")
"""Phases in which its author still waits for a word."""


def table() -> str:
    """The transitions as a table in Markdown, for docs/calls.md."""
    rows = ["| call | event | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {then} |"
        for phase, after in TRANSITIONS.items()
        for event, then in after.items()
    ]
    return "\n".join(rows) + "\n"
