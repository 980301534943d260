"""What a party states to another one: declarations, policies, concerns, and claim queries. Nouns only.

Each of them is acknowledged, which says that somebody has read it, and nothing else. Nothing said to one
means nothing: it is never consent, and of a claim query never a no. Which entries count is in
desk.statements.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from wideberth.model.agreement import Precedence
from wideberth.space.place import Place
from wideberth.space.units import SECOND
from wideberth.space.volume import Volume

Kind = Literal["declaration", "policy", "concern", "claim"]
KINDS: Final[dict[Kind, str]] = {
    "declaration": "a standing statement of position, with the legal basis that its author states",
    "policy": "a declaration about an area, with a rank among its author's policies",
    "concern": "a worry put to the counterpart, with the assurance that is requested",
    "claim": "the question whether something is the counterpart's",
}
SILENCE: Final[dict[Kind, str]] = {
    "declaration": "nothing was said to it: that means nothing, and is never consent",
    "policy": "nothing was said to it: that means nothing, and is never consent",
    "concern": "no answer: nothing is assured",
    "claim": "no answer: that is not a no, and not a yes",
}
"""What silence means."""
READ_ONLY: Final = "acknowledged: somebody there has read it, and says nothing to it"

Answer = Literal["yes", "no", "unknown"]
ANSWERS: Final[dict[Answer, str]] = {
    "yes": "yes, it is theirs",
    "no": "no, it is not theirs",
    "unknown": "unknown: they do not know whether it is theirs",
}
"""As its author reads it."""
OUR_ANSWERS: Final[dict[Answer, str]] = {
    "yes": "yes, it is ours",
    "no": "no, it is not ours",
    "unknown": "unknown: we do not know whether it is ours",
}
"""As who has answered reads it."""
Assurance = Literal["yes", "no", "partly"]
ASSURANCES: Final[dict[Assurance, str]] = {
    "yes": "the assurance is given",
    "no": "the assurance is not given",
    "partly": "the assurance is given in part",
}
_HOUR = 3_600 * SECOND
REMIND_MS: Final[dict[Precedence, int]] = {
    "flash": _HOUR // 4,
    "immediate": _HOUR,
    "priority": 24 * _HOUR,
    "routine": 7 * 24 * _HOUR,
}
"""How long after a reminder to an overdue concern the next one is due. A judgement."""
REMINDERS: Final = 10
"""So many reminders are entered; the concern stays overdue until it is answered."""


class Area(Struct, frozen=True):
    """What makes a declaration a policy.

    Attributes:
        volumes: where it holds: ground, altitudes, and hours where it has some.
        rank: among its author's policies; 1 comes first.
        activities: which activities it is about; None: all.
    """

    volumes: tuple[Volume, ...]
    rank: int = 1
    activities: tuple[str, ...] | None = None


class Subject(Struct, frozen=True):
    """What a claim query asks about: a place and a time, or a notice, or a track as its reporter names it.

    Attributes:
        description: what was seen there, in words.
        at: when, POSIX ms; None: now.
        place: where; `stated` as somebody wrote it, `words` what was said of it.
    """

    description: str
    at: int | None = None
    place: Place | None = None
    stated: str | None = None
    words: str | None = None
    notice: str | None = None
    track: str | None = None


Phase = Literal[
    "stated",
    "acknowledged",
    "responded",
    "answered",
    "accepted as answered",
    "still open",
    "answer expired",
    "expired",
    "withdrawn",
]
PHASES: Final[dict[Phase, str]] = {
    "stated": "stated; nothing was said to it",
    "acknowledged": READ_ONLY,
    "responded": "the other party has responded; that changes nothing of it",
    "answered": "answered; its author has not said yet what the answer is to it",
    "accepted as answered": "its author takes it as answered",
    "still open": "answered, and still open for its author",
    "answer expired": "the answer has expired: it says nothing any more",
    "expired": "its time is over",
    "withdrawn": "withdrawn by its author",
}
"""As its author reads it."""
OUR_PHASES: Final[dict[Phase, str]] = {
    **PHASES,
    "acknowledged": "acknowledged: somebody here has read it, and says nothing to it",
    "responded": "this party has responded; that changes nothing of it",
}
"""As who was told reads it."""
Event = Literal[
    "acknowledged",
    "responded",
    "answered",
    "accepted",
    "kept open",
    "reminded",
    "new version",
    "withdrawn",
    "time is over",
]
BY_OTHER: Final[frozenset[Event]] = frozenset({"acknowledged", "responded", "answered"})
"""What the other party says. "time is over" nobody says; all else is its author's."""

_DECLARED: Final[dict[Phase, dict[Event, Phase]]] = {
    "stated": {
        "acknowledged": "acknowledged",
        "responded": "responded",
        "new version": "stated",
        "withdrawn": "withdrawn",
        "time is over": "expired",
    },
    "acknowledged": {
        "acknowledged": "acknowledged",
        "responded": "responded",
        "new version": "stated",
        "withdrawn": "withdrawn",
        "time is over": "expired",
    },
    "responded": {
        # whoever has responded has read it
        "acknowledged": "responded",
        "responded": "responded",
        "new version": "stated",
        "withdrawn": "withdrawn",
        "time is over": "expired",
    },
    "expired": {
        "acknowledged": "expired",
        "responded": "expired",
        "new version": "stated",
        "withdrawn": "withdrawn",
    },
    "withdrawn": {},
}
TRANSITIONS: Final[dict[Kind, dict[Phase, dict[Event, Phase]]]] = {
    "declaration": _DECLARED,
    "policy": _DECLARED,
    "concern": {
        "stated": {
            "acknowledged": "acknowledged",
            "answered": "answered",
            "reminded": "stated",
            "withdrawn": "withdrawn",
        },
        "acknowledged": {
            "acknowledged": "acknowledged",
            "answered": "answered",
            "reminded": "acknowledged",
            "withdrawn": "withdrawn",
        },
        "answered": {
            "acknowledged": "answered",
            "answered": "answered",
            "accepted": "accepted as answered",
            "kept open": "still open",
            "withdrawn": "withdrawn",
        },
        "still open": {
            "acknowledged": "still open",
            "answered": "answered",
            "accepted": "accepted as answered",
            "kept open": "still open",
            "reminded": "still open",
            "withdrawn": "withdrawn",
        },
        "accepted as answered": {
            "acknowledged": "accepted as answered",
            # another answer may take the assurance back
            "answered": "answered",
            "kept open": "still open",
            "withdrawn": "withdrawn",
        },
        "withdrawn": {},
    },
    "claim": {
        "stated": {"acknowledged": "acknowledged", "answered": "answered", "withdrawn": "withdrawn"},
        "acknowledged": {
            "acknowledged": "acknowledged",
            "answered": "answered",
            "withdrawn": "withdrawn",
        },
        "answered": {
            "acknowledged": "answered",
            "answered": "answered",
            "withdrawn": "withdrawn",
            "time is over": "answer expired",
        },
        "answer expired": {
            "acknowledged": "answer expired",
            "answered": "answered",
            "withdrawn": "withdrawn",
        },
        "withdrawn": {},
    },
}
"""What follows what; what is not here changes nothing. A clock alone makes "time is over": it is shown, as of
a time, and no entry says it.
"""


def table(kind: Kind) -> str:
    """The transitions of one of them as a table in Markdown, for docs/statements.md."""
    rows = ["| is | then | becomes |", "|---|---|---|"]
    rows += [
        f"| {before} | {event} | {after} |"
        for before, events in TRANSITIONS[kind].items()
        for event, after in events.items()
    ]
    return "\n".join(rows) + "\n"
