"""Lists of sites as a node shows them to its own people: types of its API, printed by commands.

Times are RFC 3339 in UTC with ms. Nothing here is a permission, and nothing said means nothing.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wideberth.model.case import Found
from wideberth.model.site import NOTICE, Grade, Kind, Stage, Standing
from wideberth.node.room_views import DoubtView


class MarkView(Struct, frozen=True):
    """Something that a person has done: the entry of the private feed, when, and in which role."""

    entry: int
    at: str
    by: str


class RowView(Struct, frozen=True):
    """A row of an own list as it stands.

    Attributes:
        row: as it was entered, in JSON as it is imported.
        version: of the list, in which that was; `entry` of the private feed, `at` when.
        grade: how sure the place is by now; what a list claims counts as one source.
        stage: how far its verification is, `stage_words` what that means, `verified` by whom.
        review: when it must be validated again; `seen` who did so last.
        old: why it may no longer be right; None where it was looked at in time.
    """

    row: dict[str, Any]
    version: int
    entry: int
    at: str
    grade: Grade
    stage: Stage
    stage_words: str
    verified: tuple[MarkView, ...]
    review: str | None
    seen: MarkView | None
    old: str | None


class ListView(Struct, frozen=True):
    """An own list: its newest version and when that was entered, and how many rows of it are how.

    `gone`: rows that were withdrawn, and in which version.
    """

    list: str
    name: str
    version: int
    at: str
    rows: int
    verified: int
    old: int
    gone: dict[str, int]


class RowsView(Struct, frozen=True):
    """An own list with its rows."""

    list: ListView
    rows: tuple[RowView, ...]
    notice: str = NOTICE


class EditionView(Struct, frozen=True):
    """What an edition came to: the ids of rows in each way. `missing` are not in it, and stay in force."""

    list: ListView
    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    missing: tuple[str, ...]
    gone: tuple[str, ...]


class StatusView(Struct, frozen=True):
    """What the reader says of a row: the entry that says it, if any, and when by the reader's clock."""

    row: str
    status: Standing
    words: str
    origin: str | None
    entry: int | None
    at: str | None


class ToldView(Struct, frozen=True):
    """A list that was told on a line, in its newest version.

    Attributes:
        line, label, peer: which line, what the other party is called here, and its id.
        mine: whether this party told it; `own` is the id of the own list then.
        list: its id on this line; `name` what its author calls it.
        version: 0 where none was told yet; `waiting` is the newest that waits to be said, if any.
        origin, entry: of the entry that tells it; `at` when, by its author's clock. None where none was told.
        delivered: when the reader has cosigned it; None where it has not. It says nothing of people.
        unread: why it cannot be read; `in_force` is the version that holds meanwhile, None where none does.
        old: how long ago it was told, where that is long.
        counts: how many rows have which status; `statuses` each of them.
        rows: what the version in force says, of the other party's only.
        doubts: about the places of these rows, by row, with what this node knows.
    """

    line: str
    label: str | None
    peer: str
    mine: bool
    own: str | None
    list: str
    name: str
    version: int
    waiting: int | None
    origin: str | None
    entry: int | None
    at: str | None
    delivered: str | None
    unread: str | None
    in_force: int | None
    old: str | None
    counts: dict[str, int]
    statuses: tuple[StatusView, ...]
    rows: tuple[dict[str, Any], ...]
    doubts: tuple[DoubtView, ...]
    notice: str = NOTICE


class HeldView(Struct, frozen=True):
    """A version of a list that had a row, as a recipient was told it.

    Attributes:
        version, origin, entry: which one, and the entry that told it.
        sent: when it was entered, by the own clock.
        delivered: when the recipient has cosigned that it holds it, by its clock; None where it has not.
        until: the version that no longer had the row, and `until_at` when it was entered; None: none yet.
        status: what the recipient said of the row in this version.
    """

    version: int
    origin: str
    entry: int
    sent: str
    delivered: str | None
    until: int | None
    until_at: str | None
    status: StatusView


class RecipientView(Struct, frozen=True):
    """Which versions of a row the other party of a line was told; none: it was never told it."""

    line: str
    label: str | None
    peer: str
    versions: tuple[HeldView, ...]


class HeldSinceView(Struct, frozen=True):
    """Who held a row since when."""

    list: str
    name: str
    row: str
    recipients: tuple[RecipientView, ...]
    notice: str = NOTICE


class TouchView(Struct, frozen=True):
    """A site that a plan comes too near to.

    Attributes:
        case: its id; None where no case is kept of it.
        plan, version: of which plan, or which notice of the other party's; None where only asked about.
        of: the line on which the site was told; empty where it is of an own list.
        label: what the party that told it is called here; None where it is an own one.
        list, row: which site, `name` and `kind` what it is.
        found: whether they overlap, or only come closer than they should.
        gap_m, required_m: on the ground.
        start, end: when; None: without end.
        near: (lon, lat) in degrees.
        old: why the row may no longer be right.
    """

    case: str | None
    plan: str | None
    version: int | None
    of: str
    label: str | None
    list: str
    row: str
    name: str
    kind: Kind
    grade: Grade
    found: Found
    gap_m: float
    required_m: float
    start: str | None
    end: str | None
    near: tuple[float, float]
    old: str | None


class PersonView(Struct, frozen=True):
    """What is known of people beside a row, and when it is erased."""

    fields: dict[str, str]
    erased: str
