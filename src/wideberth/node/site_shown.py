"""Lists of sites made ready to be shown: what entries and the receipts of lines say of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from wideberth.desk import site_lists, sites
from wideberth.desk.case_entries import Ref
from wideberth.desk.site_cases import Touch
from wideberth.desk.site_lists import Answer
from wideberth.desk.site_lists import Version as ToldVersion
from wideberth.desk.sites import DAY_MS, List, Mark, Row
from wideberth.formats import listed_json
from wideberth.ledger import cosignature, ids, note
from wideberth.line.state import State as LineState
from wideberth.model.site import STAGES, STATUSES, Listed, Standing
from wideberth.node.open_line import OpenLine
from wideberth.node.room_views import DoubtView
from wideberth.node.site_views import (
    HeldView,
    ListView,
    MarkView,
    RecipientView,
    RowView,
    StatusView,
    ToldView,
    TouchView,
)
from wideberth.node.views import time
from wideberth.space.units import METRE

OLD_MS: Final = 30 * DAY_MS
"""A list that was told longer ago says so: whoever keeps it may have a newer one."""


def mark(found: Mark) -> MarkView:
    """A mark, for people."""
    return MarkView(found.n, time(found.at_ms), found.by)


def row(found: Row, now_ms: int) -> RowView:
    """A row of an own list, for people."""
    return RowView(
        row=listed_json.write(found.row),
        version=found.version,
        entry=found.n,
        at=time(found.at_ms),
        grade=found.grade,
        stage=found.stage,
        stage_words=STAGES[found.stage],
        verified=tuple(mark(each) for each in (found.first, found.second) if each),
        review=None if found.review is None else time(found.review),
        seen=None if found.seen is None else mark(found.seen),
        old=old(found.row.id, found.review, now_ms),
    )


def whole(found: List, now_ms: int) -> ListView:
    """An own list, for people."""
    return ListView(
        list=found.id,
        name=found.name,
        version=found.version,
        at=time(found.at_ms),
        rows=len(found.rows),
        verified=sum(each.stage == "verified" for each in found.rows.values()),
        old=sum(old(name, each.review, now_ms) is not None for name, each in found.rows.items()),
        gone=dict(found.gone),
    )


def old(name: str, review: int | None, now_ms: int) -> str | None:
    """Why a row may no longer be right, in words."""
    for each in sites.old({name: review}, now_ms):
        if each.past_ms is None:
            return "nothing says when it is to be validated again"
        return f"its validation is overdue by {_days(each.past_ms)}"
    return None


def told_long_ago(at_ms: int, now_ms: int) -> str | None:
    """How long ago a list was told, in words, where that is long."""
    return f"told {_days(now_ms - at_ms)} ago" if now_ms - at_ms > OLD_MS else None


def _days(ms: int) -> str:
    days = ms // DAY_MS
    return "less than a day" if days < 1 else f"{days:,} day{'s' if days > 1 else ''}"


def waits(line: OpenLine, own: List, name: str, waiting: int) -> ToldView:
    """An own list of which nothing was told yet."""
    return ToldView(
        line=line.id,
        label=line.label,
        peer=line.state.peer,
        mine=True,
        own=own.id,
        list=name,
        name=own.name,
        version=0,
        waiting=waiting or None,
        origin=None,
        entry=None,
        at=None,
        delivered=None,
        unread=None,
        in_force=None,
        old=None,
        counts={},
        statuses=(),
        rows=(),
        doubts=(),
    )


def told(
    line: OpenLine,
    versions: tuple[ToldVersion, ...],
    own: str | None,
    waiting: int,
    now_ms: int,
    doubts: Callable[[Sequence[Listed]], tuple[DoubtView, ...]],
) -> ToldView:
    """A list that was told on a line, for people; of the other party's with the doubts about its places."""
    last, state = versions[-1], line.state
    mine = last.by == state.party
    holds = site_lists.in_force(versions)
    statuses = tuple(status(last, each) for each in sorted(last.ids))
    return ToldView(
        line=line.id,
        label=line.label,
        peer=state.peer,
        mine=mine,
        own=own,
        list=last.said.list,
        name=last.said.name,
        version=last.said.version,
        waiting=waiting or None,
        origin=last.ref.origin.text,
        entry=last.ref.n,
        at=time(last.at_ms),
        delivered=delivered(state, last.ref),
        unread=last.unread,
        in_force=None if holds is None else holds.said.version,
        old=told_long_ago(last.at_ms, now_ms),
        counts=dict(sorted(Counter(each.status for each in statuses).items())),
        statuses=statuses,
        rows=() if mine or holds is None else tuple(map(listed_json.write, holds.rows)),
        doubts=() if mine or holds is None else doubts(holds.rows),
    )


def status(version: ToldVersion, name: str) -> StatusView:
    """What the reader of a version says of a row."""
    now, answer = site_lists.standing(version, name)
    return _status(name, now, answer)


def _status(name: str, now: Standing, answer: Answer | None) -> StatusView:
    return StatusView(
        row=name,
        status=now,
        words=STATUSES[now],
        origin=None if answer is None else answer.ref.origin.text,
        entry=None if answer is None else answer.ref.n,
        at=None if answer is None else time(answer.at_ms),
    )


def recipient(line: OpenLine, own: str, name: str) -> RecipientView:
    """Which versions of a row the other party of a line was told."""
    state, fold = line.state, line.fold.all.sites
    of = site_lists.list_id(state.line, own)
    versions = fold.lists.get((state.party, of), ())
    found = []
    for each in site_lists.held(fold, state.party, of, name):
        later = (one for one in versions if one.said.version > each.version.said.version)
        gone = next((one for one in later if one.unread is None and name not in one.ids), None)
        found.append(
            HeldView(
                version=each.version.said.version,
                origin=each.version.ref.origin.text,
                entry=each.version.ref.n,
                sent=time(each.version.at_ms),
                delivered=delivered(state, each.version.ref),
                until=None if gone is None else gone.said.version,
                until_at=None if gone is None else time(gone.at_ms),
                status=_status(name, each.standing, each.answer),
            )
        )
    return RecipientView(line.id, line.label, state.peer, tuple(found))


def delivered(state: LineState, ref: Ref) -> str | None:
    """When the reader of a feed first cosigned that it holds an entry, by its clock."""
    feed = state.feeds.get(ref.origin)
    reader = next(each for each in state.line.parties if each != ref.origin.party)
    for size in () if feed is None else feed.sizes[bisect_right(feed.sizes, ref.n) :]:
        times = list(_times(feed.notes[size], reader)) if feed else []
        if times:
            return time(min(times) * 1_000)
    return None


def _times(data: bytes, reader: str) -> Iterator[int]:
    """What was kept was verified when it came."""
    for each in note.parse(data).signatures:
        timed = cosignature.split(each.data) if each.name == ids.cosigner(reader) else None
        if timed is not None:
            yield timed.time_s


def touch(
    found: Touch, site: Listed, label: str | None, of: tuple[str, str, int] | None, since: str | None
) -> TouchView:
    """A site that is touched, for people. `of`: the case, its plan and version, if one is kept."""
    return TouchView(
        case=None if of is None else of[0],
        plan=None if of is None else of[1],
        version=None if of is None else of[2],
        of=found.site.of,
        label=label,
        list=found.site.list,
        row=found.site.row,
        name=site.name,
        kind=site.kind,
        grade=site.grade,
        found=found.found,
        gap_m=found.gap / METRE,
        required_m=found.required / METRE,
        start=None if found.start is None else time(found.start),
        end=None if found.end is None else time(found.end),
        near=found.near,
        old=since,
    )


def in_words(found: Iterable[TouchView]) -> list[str]:
    """What holds a plan back that touches sites."""
    return [f"it touches {each.name or each.row}: case {each.case}" for each in found]
