"""Communiqués: what parties say to everybody, with replies that are moderated. Nouns only.

Which entries count is in desk.communiques, and in desk.communique_own.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from wideberth.space.volume import Volume

LANGUAGES: Final = ("en", "ru", "he", "ar")
"""In which a text may stand; the first that it has is the one that counts."""


class Text(Struct, frozen=True):
    """What it says in one language: a title of one line, and paragraphs divided by an empty line."""

    language: str
    title: str
    body: str


class Version(Struct, frozen=True):
    """One version of a communiqué.

    Attributes:
        id: `q-` and 26 characters, the same on every line that it is said on.
        version: counted from 1; the versions after the first that was published are corrections.
        parties: whose it is, by their identities: one, or all that must sign this very text.
        texts: the same in several languages; the first counts.
        volumes: where and when the public is asked to keep clear, if it says so.
        replies: whether everybody may reply.
        correction: what a correction corrects, in words; empty of the first.
        at_ms: when it was drawn up, POSIX ms.
        exercise: whether it is of an exercise: what is signed says so.
    """

    id: str
    version: int
    parties: tuple[str, ...]
    texts: tuple[Text, ...]
    volumes: tuple[Volume, ...] = ()
    replies: bool = True
    correction: str = ""
    at_ms: int = 0
    exercise: bool = False


Phase = Literal["draft", "signed by some", "differing", "approved", "published", "withdrawn"]
Event = Literal["amended", "signed", "differed", "approved", "published", "withdrawn"]
PHASES: Final[dict[Phase, str]] = {
    "draft": "nobody has signed this version",
    "signed by some": "not every party has signed this very text",
    "differing": "a party has recorded where it differs; nothing joint is published",
    "approved": "every party has signed this very text, by two officers each; it is not published here",
    "published": "it stands on this node's public pages",
    "withdrawn": "it was taken off the public pages; that it was there stays on record",
}
EVENTS: Final[dict[Event, str]] = {
    "amended": "a party puts the next version: that one is a draft, and who had signed signs again",
    "signed": "two officers of a party have signed this very text, each by a key of their own",
    "differed": "a party says where it differs, and may say how it would have it; it has not signed",
    "published": "this party puts it on its public pages, each party on its own",
    "withdrawn": "a party takes it back, or a signature under it counts no more because its key was revoked",
}
TRANSITIONS: Final[dict[Phase, dict[Event, tuple[Phase, ...]]]] = {
    "draft": {
        "amended": ("draft",),
        "signed": ("signed by some", "approved"),
        "differed": ("differing",),
        "withdrawn": ("withdrawn",),
    },
    "signed by some": {
        "amended": ("draft",),
        "signed": ("signed by some", "approved"),
        "differed": ("differing",),
        "withdrawn": ("withdrawn",),
    },
    "differing": {
        "amended": ("draft",),
        "signed": ("differing", "signed by some", "approved"),
        "differed": ("differing",),
        "withdrawn": ("withdrawn",),
    },
    "approved": {"published": ("published",), "amended": ("draft",), "withdrawn": ("withdrawn",)},
    "published": {"withdrawn": ("withdrawn",), "published": ("published",)},
    "withdrawn": {"published": ("published",)},
}
"""What becomes of one version. What is not here changes nothing; a correction is a version of its own, and
the one before stays published, as history, until it is there."""


class Published(Struct, frozen=True):
    """A communiqué as the public sees it.

    Attributes:
        id: as in `Version`.
        by: whose, as people call them.
        versions: those that were published, the newest first; older ones are its history.
        published_ms: when each was, in the same order, POSIX ms.
        withdrawn_ms: when it was taken off; None: it stands.
        replies: how many were let through.
        exercise: whether it is of an exercise, and says so.
    """

    id: str
    by: tuple[str, ...]
    versions: tuple[Version, ...]
    published_ms: tuple[int, ...]
    withdrawn_ms: int | None = None
    replies: int = 0
    exercise: bool = False


class Reply(Struct, frozen=True):
    """What somebody has replied, as it is shown.

    Attributes:
        id: a number of this node's.
        communique: to which.
        text: as it was written; plain text, without anything that is not seen.
        language: of the text, as its author says: one of LANGUAGES, or empty.
        name: as its author wants to be called; empty: nobody has to say.
        at_ms: when it came, to the day only (POSIX ms): nobody is to be found by the second.
    """

    id: int
    communique: str
    text: str
    language: str
    name: str
    at_ms: int


def table() -> str:
    """The transitions as a table in Markdown, for docs/states.md."""
    rows = ["| communiqué | what happens | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {' or '.join(after)} |"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    ]
    return "\n".join(rows) + "\n"
