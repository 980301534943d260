"""Talks: a meeting with agenda, attendance, minutes and outcome. Nouns only.

Which entries count is in desk.talks.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Reply = Literal["attend", "another time", "decline"]
REPLIES: Final[tuple[Reply, ...]] = ("attend", "another time", "decline")


class Invitation(Struct, frozen=True):
    """A version of talks that are proposed.

    Attributes:
        id: `t-` and 26 characters, the same on every line that they are said on.
        version: counted from 1 by their author; an answer is to one version.
        title: what they are called.
        agenda: what is to be talked about, in order.
        at_ms: when they begin, POSIX ms.
        parties: who is to meet, by their names, their author among them.
        place: where, in words; None: still open, or by voice.
    """

    id: str
    version: int
    title: str
    agenda: tuple[str, ...]
    at_ms: int
    parties: tuple[str, ...]
    place: str | None = None


Phase = Literal[
    "proposed",
    "another time",
    "declined",
    "arranged",
    "held",
    "minuted",
    "signed",
    "differing",
    "called off",
]
Event = Literal["amended", "answered", "attended", "minuted", "signed", "differed", "called off"]

PHASES: Final[dict[Phase, str]] = {
    "proposed": "the other party has not answered this version; that is no consent to it",
    "another time": "the other party proposes another time",
    "declined": "the other party does not come",
    "arranged": "the other party says that it attends",
    "held": "a party has said who was there",
    "minuted": "a text of the minutes is there, and not both have signed it",
    "signed": "both have signed the same text: these are their minutes",
    "differing": "a party has recorded where it differs; both texts stand side by side",
    "called off": "a party has called them off",
}
EVENTS: Final[dict[Event, str]] = {
    "amended": "who proposed them gives them a next version",
    "answered": "the other party answers the newest version",
    "attended": "a party says which of its roles were there",
    "minuted": "a party puts a text of the minutes",
    "signed": "a party signs one exact text of them",
    "differed": "a party says where it differs from one exact text of the other party's",
    "called off": "a party calls them off, before there are minutes",
}
_BEFORE: Final[tuple[Phase, ...]] = ("proposed", "another time", "declined", "arranged")
TRANSITIONS: Final[dict[Phase, dict[Event, tuple[Phase, ...]]]] = {
    **{
        phase: {
            "amended": ("proposed",),
            "answered": ("arranged", "another time", "declined"),
            "attended": ("held",),
            "called off": ("called off",),
        }
        for phase in _BEFORE
    },
    "held": {"attended": ("held",), "minuted": ("minuted",), "called off": ("called off",)},
    "minuted": {
        "attended": ("minuted",),
        "minuted": ("minuted",),
        "signed": ("minuted", "signed"),
        "differed": ("differing",),
    },
    "differing": {
        "attended": ("differing",),
        "minuted": ("differing",),
        "signed": ("differing", "minuted", "signed"),
        "differed": ("differing",),
    },
    "signed": {},
    "called off": {},
}
"""What an entry makes of talks. What is not here changes nothing.

A party's last word on the minutes is the one that counts: who has signed one text and then differs from
another has differed. What both have signed is not taken back.
"""
OVER: Final[tuple[Phase, ...]] = ("signed", "differing")
"""They were held, and what came of them is on record: this is what a hold may wait for."""


def table() -> str:
    """The transitions as a table in Markdown, for docs/talks.md."""
    rows = ["| talks | what happens | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {' or '.join(after)} |"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    ]
    return "\n".join(rows) + "\n"
