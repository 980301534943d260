"""A manual line: the far end is a telephone, e-mail, radio or paper. How far a notice got there, as a table.

There are no keys at the far end. Every rung is what this party's officer has entered: *reported by us*, and
never *signed by them*. Silence is no rung, and no consent.
"""

from __future__ import annotations

from typing import Final, Literal

Channel = Literal["telephone", "e-mail", "radio", "paper"]
CHANNELS: Final[tuple[Channel, ...]] = ("telephone", "e-mail", "radio", "paper")
Level = Literal["full", "coarse"]
LEVELS: Final[tuple[Level, ...]] = ("full", "coarse")
"""How much the far end is told of any plan; conflict-only makes no sense where nobody compares."""
ReadBack = Literal["matched", "differed", "none"]
READ_BACKS: Final[tuple[ReadBack, ...]] = ("matched", "differed", "none")
Answer = Literal["acknowledged", "no objection stated", "objection", "unclear: send again", "unable"]
ANSWERS: Final[tuple[Answer, ...]] = (
    "acknowledged",
    "no objection stated",
    "objection",
    "unclear: send again",
    "unable",
)
Rung = Literal["not told", "told", "read back"] | Answer
Event = Literal["told", "read back", "read back otherwise"] | Answer

RUNGS: Final[dict[Rung, str]] = {
    "not told": "nobody at the far end has been told this version",
    "told": "told, or sent; nothing has come back",
    "read back": "told, and read back as it was told",
    "acknowledged": "they say that they have it; that is no permission",
    "no objection stated": "they were asked, and stated none; that is no permission",
    "objection": "they object",
    "unclear: send again": "they have it wrong, or not whole: it is to be told again",
    "unable": "they cannot use it",
}
"""Each rung, and what it means."""
EVENTS: Final[dict[Event, str]] = {
    "told": "it is told or sent, without a read-back",
    "read back": "it is told, and read back as it was told",
    "read back otherwise": "it is told, and read back as something else",
    **{each: RUNGS[each] for each in ANSWERS},
}
"""What an officer enters."""

_TOLD: Final[dict[Event, Rung]] = {
    "told": "told",
    "read back": "read back",
    "read back otherwise": "unclear: send again",
}
_ANSWERED: Final[dict[Event, Rung]] = {each: each for each in ANSWERS}
TRANSITIONS: Final[dict[Rung, dict[Event, Rung]]] = {
    "not told": _TOLD,
    "told": {**_TOLD, **_ANSWERED},
    "read back": {**_TOLD, **_ANSWERED},
    "acknowledged": {**_TOLD, **_ANSWERED},
    "no objection stated": {**_TOLD, **_ANSWERED},
    "objection": {**_TOLD, **_ANSWERED},
    # whoever has something else in hand has not answered this
    "unclear: send again": {
        **_TOLD,
        "objection": "objection",
        "unclear: send again": "unclear: send again",
        "unable": "unable",
    },
    "unable": {**_TOLD, **_ANSWERED},
}
"""What follows what; what is not here is refused. A new version of a notice begins at "not told"."""
NEED_IT_RIGHT: Final[tuple[Answer, ...]] = ("acknowledged", "no objection stated")
"""Answers that are refused on every rung while the last telling was read back otherwise."""
READ_BACK: Final[dict[ReadBack, Event]] = {
    "matched": "read back",
    "differed": "read back otherwise",
    "none": "told",
}
