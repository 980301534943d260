"""Releases: a copy of named records for a named recipient, under caveats. Nouns only.

Which entries count is in desk.release.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from wideberth.model.agreement import Step
from wideberth.space.volume import Volume

Kind = Literal["plan", "notice", "sites", "statement", "talks"]
KINDS: Final[tuple[Kind, ...]] = ("plan", "notice", "sites", "statement", "talks")
"""What a record is: an own plan, what another party told of one, a list of sites (its rows), a declaration,
policy or concern, minutes of talks that both have signed."""
Way = Literal["line", "file", "link"]
WAYS: Final[tuple[Way, ...]] = ("line", "file", "link")


class Caveats(Struct, frozen=True):
    """What a recipient may do with its copy.

    Attributes:
        release_to: who may have it beside the recipient, by their names; nobody else.
        originator_control: nothing of it goes further without the originator's signed consent, each time.
        onward: whether it may go further at all, with that consent.
        expires_ms: until when it may be used, POSIX ms; None: until it is recalled.
    """

    release_to: tuple[str, ...] = ()
    originator_control: bool = True
    onward: bool = False
    expires_ms: int | None = None


class Recipient(Struct, frozen=True):
    """Whom this party releases to.

    Attributes:
        name: as its people call it; no other recipient has it.
        party: its identity, where there is a line to it; None: by file or link.
        allies: names of recipients that are taken to know what it knows.
    """

    name: str
    party: str | None = None
    allies: tuple[str, ...] = ()


class Record(Struct, frozen=True):
    """One record as it is released: what its view allows, and nothing else of it.

    Attributes:
        number: counted from 1 in its document; nothing else names it there.
        kind: what it is.
        title: a callsign, the name of a row or of talks; empty where none is told.
        originator: the party whose it is, by its identity; it is that party's to say who may have it.
        said_by: the same, as people call it.
        volumes: where and when, as told: whole or coarse.
        level: how exactly.
        grid: in which cells, where coarse.
        facts: what else is told, as names and values, in order.
        text: what it says in words: a statement, minutes.
    """

    number: int
    kind: Kind
    title: str
    originator: str
    said_by: str
    volumes: tuple[Volume, ...] = ()
    level: Literal["full", "coarse"] = "full"
    grid: Step | None = None
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""


class Document(Struct, frozen=True):
    """What is released, before it is made a copy.

    Attributes:
        id: `r-` and 26 characters.
        by, by_name: the releasing party.
        recipient: by name.
        made_ms: when it was drawn up, POSIX ms.
        caveats: what holds of all of it.
        title: what it is called.
        records: in the order of their numbers.
        exercise: whether it is of an exercise, and says so on every page.
    """

    id: str
    by: str
    by_name: str
    recipient: str
    made_ms: int
    caveats: Caveats
    title: str
    records: tuple[Record, ...]
    exercise: bool = False


Phase = Literal["draft", "withdrawn", "approved", "delivered", "received", "recalled", "expired"]
Event = Literal[
    "amended",
    "withdrawn",
    "approved",
    "a signing key is revoked",
    "delivered",
    "received",
    "recalled",
    "its time has passed",
]
PHASES: Final[dict[Phase, str]] = {
    "draft": "two officers have not signed these very bytes: nothing has left",
    "withdrawn": "it was taken back before it left",
    "approved": "two officers have signed these very bytes, each by a key of their own; it has not left",
    "delivered": "the copy has left; that somebody has read it is not known",
    "received": "the recipient says that it has it",
    "recalled": "it is not to be used any more, and its recipient was told so, or is to be told by hand",
    "expired": "the time until which it may be used is over",
}
EVENTS: Final[dict[Event, str]] = {
    "amended": "a draft is drawn up anew; what was signed counts for the former only",
    "withdrawn": "its author takes the draft back",
    "approved": "two officers on the roster have signed its exact index",
    "a signing key is revoked": "from before it signed: two are needed again; what has left has left",
    "delivered": "it is said on the line, fetched by its one-use link, or written to a file",
    "received": "the recipient's signed entry, its one-use link, or a receipt that was entered by hand",
    "recalled": "an officer takes it back, whatever has become of it",
    "its time has passed": "of one with a time",
}
TRANSITIONS: Final[dict[Phase, dict[Event, Phase]]] = {
    "draft": {"amended": "draft", "withdrawn": "withdrawn", "approved": "approved"},
    "withdrawn": {},
    "approved": {
        "a signing key is revoked": "draft",
        "delivered": "delivered",
        "withdrawn": "withdrawn",
        "its time has passed": "expired",
    },
    "delivered": {
        "delivered": "delivered",
        "received": "received",
        "recalled": "recalled",
        "its time has passed": "expired",
    },
    "received": {
        "delivered": "received",
        "received": "received",
        "recalled": "recalled",
        "its time has passed": "expired",
    },
    "recalled": {"recalled": "recalled", "received": "recalled"},
    "expired": {"a signing key is revoked": "draft", "received": "expired", "recalled": "recalled"},
}
"""What becomes of a release. What is not here changes nothing."""

Answer = Literal["consent", "decline"]
Asking = Literal["asked", "consented", "declined", "lapsed"]
ASKINGS: Final[dict[Asking, str]] = {
    "asked": "the originator has not answered; that is no consent",
    "consented": "two officers of the originator have signed: to this recipient, these records, until then",
    "declined": "the originator does not consent",
    "lapsed": "the time of the consent is over, or what signed it was revoked",
}
AskingEvent = Literal["consented by two keys", "declined", "its time has passed", "a signing key is revoked"]
ASKING_EVENTS: Final[dict[AskingEvent, str]] = {
    "consented by two keys": "two officers of the originator have signed the exact text of the consent",
    "declined": "the originator does not consent, or takes a consent back",
    "its time has passed": "that until which it consented",
    "a signing key is revoked": "from before the answer: the consent is none any more",
}
ASKING: Final[dict[Asking, dict[AskingEvent, Asking]]] = {
    "asked": {"consented by two keys": "consented", "declined": "declined"},
    "consented": {
        "consented by two keys": "consented",
        "declined": "declined",
        "its time has passed": "lapsed",
        "a signing key is revoked": "lapsed",
    },
    "declined": {"consented by two keys": "consented", "declined": "declined"},
    "lapsed": {"consented by two keys": "consented", "declined": "declined"},
}
"""What becomes of an asking. What is not here changes nothing; the newest answer counts."""


def table() -> str:
    """The transitions as a table in Markdown, for docs/releases.md."""
    rows = ["| release | what happens | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {after} |"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    ]
    return "\n".join(rows) + "\n"


def asking_table() -> str:
    """The transitions of an asking as a table in Markdown, for docs/onward.md."""
    rows = ["| asking | what happens | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {after} |"
        for phase, events in ASKING.items()
        for event, after in events.items()
    ]
    return "\n".join(rows) + "\n"
