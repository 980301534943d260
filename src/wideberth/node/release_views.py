"""What a node shows of its releases, to its own people. Times RFC 3339 in UTC, SHA-256 hexadecimal."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from wideberth.formats import native
from wideberth.model.agreement import Step
from wideberth.model.release import Caveats, Kind, Phase, Recipient, Record, Way
from wideberth.node.views import time
from wideberth.space.units import METRE, SECOND

LinkState = Literal["open", "used", "over", "recalled"]
LINK_STATES: Final[dict[LinkState, str]] = {
    "open": "it can be fetched, once, until its time is over",
    "used": "it was fetched: ask who sent it for another",
    "over": "its time is over: ask who sent it for another",
    "recalled": "it was taken back: what was fetched of it is not to be used any more",
}


class RecipientView(Struct, frozen=True):
    """Whom this party releases to.

    Attributes:
        recipient: what it is called here. `party`: its identity, where there is a line to it.
        line: that line, if it is there.
        allies: recipients that are taken to know what it knows.
        releases: how many of ours have left for it.
    """

    recipient: str
    party: str | None
    line: str | None
    allies: tuple[str, ...]
    releases: int


class CaveatsView(Struct, frozen=True):
    """What a recipient may do with its copy; `expires`: until when it may be used, else until a recall."""

    release_to: tuple[str, ...]
    originator_control: bool
    onward: bool
    expires: str | None


class ReleaseGridView(Struct, frozen=True):
    """Cells: metres on the ground, metres of altitude, seconds."""

    h_m: float
    v_m: float
    t_s: float


class ReleaseRecordView(Struct, frozen=True):
    """A record as it is released (model.release.Record); `volumes` as the native JSON has them."""

    number: int
    kind: Kind
    title: str
    originator: str
    said_by: str
    level: Literal["full", "coarse"]
    grid: ReleaseGridView | None
    facts: tuple[tuple[str, str], ...]
    text: str
    volumes: tuple[dict[str, Any], ...]


class ReleaseFileView(Struct, frozen=True):
    """A file of a copy."""

    file: str
    sha256: str
    size: int


class ReleaseDeliveryView(Struct, frozen=True):
    """How it has left.

    Attributes:
        way: over a line, as a file, by a one-use link.
        at: since when. `role`: who did it. `sha256`: of the file that has left.
        line, told, delivered: of a line: which, whether it stands there already, whether the other node
            durably holds it.
        until, link: of a link: until when, and what became of it.
    """

    way: Way
    at: str
    role: str
    sha256: str
    line: str | None = None
    told: bool = False
    delivered: bool = False
    until: str | None = None
    link: LinkState | None = None


class ReleaseReceiptView(Struct, frozen=True):
    """That its recipient has it: by its own signed entry on a line, its link was fetched, or as somebody here
    has entered it (`by_hand`).
    """

    at: str
    role: str
    way: Way
    by_hand: bool


class ReleaseView(Struct, frozen=True):
    """A release of this party's.

    Attributes:
        release, recipient, title: its id, whom it is for, what it is called.
        made: when it was drawn up. `exercise`: whether it says on every page that it is of one.
        phase, words: where it stands (model.release.PHASES).
        index: SHA-256 of the exact bytes that two officers sign: `release preview --file release.json`.
        signatures: how many officers' signatures over these very bytes count, of those that are `needed`.
        files: what its copy holds; empty in a list.
        records: empty in a list.
        deliveries, receipts: in order.
        recalled: since when. `recall_told`: whether its recipient's node has been told so.
    """

    release: str
    recipient: str
    title: str
    made: str
    exercise: bool
    caveats: CaveatsView
    phase: Phase
    words: str
    index: str
    signatures: int
    needed: int
    files: tuple[ReleaseFileView, ...]
    records: tuple[ReleaseRecordView, ...]
    deliveries: tuple[ReleaseDeliveryView, ...]
    receipts: tuple[ReleaseReceiptView, ...]
    recalled: str | None
    recall_told: bool


class ReleaseLinkView(Struct, frozen=True):
    """A one-use link: shown here once, and kept nowhere. `path`: behind the node's public address; `url`: the
    two together, None where the node has no public listener.
    """

    release: str
    path: str
    url: str | None
    until: str


class RecallNoticeView(Struct, frozen=True):
    """What is handed to whoever has a copy that was recalled, in words."""

    release: str
    text: str


class LinkPage(Struct, frozen=True):
    """What the page of a one-use link shows to whoever holds its secret; nobody else is shown anything.

    Attributes:
        state, words: what can be done with it (LINK_STATES).
        release, by, title: what would be fetched, and from whom; the title is empty unless it is open.
        size: of the file, in bytes. `until`: RFC 3339.
        exercise: whether it is of an exercise, and says so.
    """

    state: LinkState
    words: str
    release: str
    by: str
    title: str
    size: int
    until: str
    exercise: bool = False


def caveats(found: Caveats) -> CaveatsView:
    """Caveats, for people."""
    expires = None if found.expires_ms is None else time(found.expires_ms)
    return CaveatsView(found.release_to, found.originator_control, found.onward, expires)


def recipient(found: Recipient, line: str | None, releases: int) -> RecipientView:
    """A recipient, for people."""
    return RecipientView(found.name, found.party, line, found.allies, releases)


def record(found: Record) -> ReleaseRecordView:
    """A record, for people."""
    return ReleaseRecordView(
        found.number,
        found.kind,
        found.title,
        found.originator,
        found.said_by,
        found.level,
        None if found.grid is None else grid(found.grid),
        found.facts,
        found.text,
        tuple(native.volume_to_json(each) for each in found.volumes),
    )


def grid(found: Step) -> ReleaseGridView:
    """Cells, for people."""
    return ReleaseGridView(found.h / METRE, found.v / METRE, found.t / SECOND)
