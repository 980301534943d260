"""What a node publishes on maps of its own people: zones and alerts, each through desk.releases.view().

Whoever has the API sees more; but a map is left open, a link to it is handed on, and whoever is on a TAK
server sees all that is sent to it. So the rules, each for the level at which something is published:

- **Own plans**: at that level, or at the plan's own if that is less. A plan that was filed as conflict-only
  or none is never published. The coarse view is of the public grid that manual lines have, the same whatever
  is agreed with whom: views of several grids would tell more than each of them.
- **What another party told** (notices, sites, movements, policies): at `full`, as it was told, for own people
  are whom it was told to. At `coarse`, which is for others too, never, also where it was told coarsely: an
  agreement lets nothing be passed on unless its author consents each time (model.agreement.Release).
- **Own sites, movements and policies**: at `coarse` through the same grid, as what they are and no more: no
  name, no word of a text.
- **Alerts**: at `full` where it is about to be so, with names; at `coarse` only that something closes or
  comes in, in a cell of the grid. What an own unit does beside its plan is nobody else's.

Never: labels, notes, priorities and variants of plans, sources of sites, pictures, and anything of people.

At `coarse` a uid is made of what is shown, or of a plan's id, which nobody outside knows; and all that is
given comes in the order of uids. So it is a function of what the views say and of the time, and repeats,
edits and differences tell no more than the views do.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import structs

from wideberth.desk import policies, releases, site_lists, sites
from wideberth.desk import volumes as written
from wideberth.desk.plans import Own
from wideberth.desk.releases import View
from wideberth.desk.statement_entries import Declared
from wideberth.formats.published import line as plain
from wideberth.formats.times import show_time
from wideberth.model import alert
from wideberth.model.agreement import DISCLOSURES, Disclosure, Rules
from wideberth.model.plan import UNSPECIFIED, Plan, State
from wideberth.model.published import Kind, Level, Published, Warned
from wideberth.model.site import NOTICE, Grade, Listed
from wideberth.model.site import Kind as SiteKind
from wideberth.render import mark
from wideberth.space.ground import Circle
from wideberth.space.volume import YEARS, Volume

if TYPE_CHECKING:
    from wideberth.node.node import Node

GRID: Final = Rules().coarse
"""The public grid of what is published, whatever is agreed with whom."""
OURS: Final = "ours"
KEEP_MS: Final = 24 * 3_600_000
"""How long something without an end is believed after it was published: a judgement, as for data packages."""
KEEP_ALERT_MS: Final = 120_000
"""The same of an alert: a node that has stopped leaves it on no map for longer (a judgement)."""
NAME: Final = 80
"""Characters of a name."""
WORDS: Final = 400
NEAR: Final[frozenset[alert.Kind]] = frozenset({"closing", "entry"})
"""Alerts that are published at `coarse`."""
COARSELY: Final[dict[Kind, str]] = {
    "plan": "Planned activity",
    "notice": "Planned activity",
    "site": "Protected place",
    "movement": "Protected movement",
    "policy": "Policy area",
    "alert": "Alert",
}
"""What each is called where no word of it is told."""
SHOWN: Final = "Shown coarsely: it is somewhere within."
OVERDUE: Final = "Nobody has validated the place in time."
SIMPLIFIED: Final = "Drawn larger than it is: it has more points than can be told."
_UID: Final = b"wideberth/published/v1\n"
_BRACKETS: Final = str.maketrans({"<": "‹", ">": "›"})


class Item(NamedTuple):
    """Something that may be published, as the node has it.

    Attributes:
        key: what it is known by here; it is told to nobody.
        most: how much of it may be published at all.
        theirs: whether another party told it.
    """

    kind: Kind
    key: tuple[str, ...]
    party: str
    plan: Plan
    name: str = ""
    words: str = ""
    most: Disclosure = "full"
    theirs: bool = False
    grade: Grade | None = None


def published(node: Node, level: Level, now_ms: int, warned: Iterable[Warned] = ()) -> list[Published]:
    """All that a node publishes at a level at a time, in the order of uids.

    Args:
        node: held only while it is looked at: views are worked out after that.
        level: `full` or `coarse`, see the module.
        now_ms: POSIX ms.
        warned: the alerts that are raised or held.
    """
    with node.held():
        items = [*_own(node, now_ms), *_told(node, now_ms)]
    found = views([*items, *map(of_alert, warned)], level, now_ms)
    if node.settings.exercise:
        # on a map among real ones, and on servers that know no exercise
        return [structs.replace(each, name=f"{mark.WORD} {each.name}") for each in found]
    return found


def views(items: Iterable[Item], level: Level, now_ms: int) -> list[Published]:
    """What is published of some things at a level, each once, in the order of uids."""
    found = {each.uid: each for item in items if (each := view(item, level, now_ms)) is not None}
    return [found[uid] for uid in sorted(found)]


def view(item: Item, level: Level, now_ms: int) -> Published | None:
    """What is published of one thing; None: nothing. It depends on nothing but the view that is told."""
    told = min(level, item.most, key=DISCLOSURES.index)
    if told not in ("full", "coarse") or not item.plan.volumes or item.plan.state == "ended":
        return None
    if level == "coarse" and (item.theirs or (item.kind == "alert" and item.plan.activity not in NEAR)):
        return None
    seen = _seen(Plan("", "", item.plan.volumes, item.plan.activity, item.plan.state), told)
    # by what is told: the true window would say when in the last cell it is over
    volumes = tuple(each for each in seen.volumes if _end(each) > now_ms)
    if not volumes:
        return None
    whole = told == "full"
    activity = "" if seen.activity == UNSPECIFIED or item.kind not in ("plan", "notice") else seen.activity
    state: State | None = seen.state if item.kind in ("plan", "notice") else None
    said = _words(item, activity, state, whole=whole)
    if whole and seen.simplified:
        said.append(SIMPLIFIED)
    name = text(item.name, NAME) if whole else ""
    return Published(
        uid=_uid(item, volumes, whole=whole),
        kind=item.kind,
        level="full" if whole else "coarse",
        party=text(item.party, NAME),
        name=name or COARSELY[item.kind],
        words=text(" ".join(said), WORDS),
        volumes=volumes,
        start_ms=_start(volumes, now_ms),
        stale_ms=_stale(item.kind, volumes, now_ms),
        notice=NOTICE if item.kind in ("site", "movement") else "",
        activity=text(activity, NAME),
        state=state or "",
        grade=item.grade,
    )


@lru_cache(maxsize=16_384)
def _seen(plan: Plan, level: Level) -> View:
    """What may be told of a plan: maps ask for the same again and again, and a coarse view takes 5 ms."""
    return releases.view(plan, level, GRID)


def text(said: str, limit: int) -> str:
    """A text of anybody's as one line that misleads nobody, and that no map takes for markup."""
    return plain(said.translate(_BRACKETS), limit)


def _words(item: Item, activity: str, state: State | None, *, whole: bool) -> list[str]:
    """What there is to know of it; at `coarse` nothing of the item's own words."""
    found = [f"{activity or 'an activity that is not named'}, {state}."] if state else []
    if item.grade is not None:
        found.append(f"The place is {GRADES[item.grade]}.")
    if whole:
        return [*found, item.words] if item.words else found
    if item.kind == "alert":
        found += [f"{words}." for kind, words in alert.KINDS.items() if kind == item.plan.activity]
    return [*found, SHOWN]


GRADES: Final[dict[Grade, str]] = {
    "verified": "verified by two persons",
    "single_source": "from a single source",
    "unverified": "not verified",
}


def _uid(item: Item, volumes: Sequence[Volume], *, whole: bool) -> str:
    """At `coarse` made of what is shown: ids of alerts can be guessed, and others know those of policies."""
    parts: Sequence[object] = item.key
    if not whole and item.kind != "plan":
        parts = (item.grade, item.plan.activity if item.kind == "alert" else "", written.write_all(volumes))
    data = msgspec.json.encode(["full" if whole else "coarse", item.kind, *parts])
    return f"wideberth.{hashlib.sha256(_UID + data).hexdigest()[:32]}"


def _end(volume: Volume) -> float:
    return math.inf if volume.end is None else min(volume.end + volume.pad.t, YEARS[1])


def _start(volumes: Sequence[Volume], now_ms: int) -> int | None:
    starts = [now_ms if each.start is None else max(each.start - each.pad.t, YEARS[0]) for each in volumes]
    return None if min(starts) <= now_ms else min(starts)


def _stale(kind: Kind, volumes: Sequence[Volume], now_ms: int) -> int:
    if kind == "alert":
        return now_ms + KEEP_ALERT_MS
    last = max(map(_end, volumes))
    return int(last) if last < math.inf else now_ms + KEEP_MS


# what there is


def _own(node: Node, now_ms: int) -> Iterator[Item]:
    """Own plans and own lists."""
    private = node.private
    for own in private.plans.plans.values():
        yield of_plan(own)
    for held in private.sites.lists.values():
        for row in sites.told(held):
            yield of_row(row, held.id, held.name, OURS, now_ms)


def _told(node: Node, now_ms: int) -> Iterator[Item]:
    """Policies of both, and what others told, on lines and by hand."""
    for line in node.all_lines():
        fold, me, peer = line.fold.all, line.state.party, line.state.peer
        for party, name in ((me, OURS), (peer, line.name)):
            for policy in policies.standing(fold.statements, party, now_ms):
                area = policies.volumes(policy)
                # an own one has the same id on each line on which it was told
                key = (policy.id,) if party == me else (line.id, policy.id)
                said = policy.said.text if isinstance(policy.said, Declared) else ""
                plan = Plan("", "", area)
                yield Item("policy", key, name, plan, f"Policy of {name}", said, theirs=party != me)
        for notice in fold.notices.notices.values():
            if notice.by == peer:
                said_of = notice.said
                plan = Plan("", "", said_of.volumes, said_of.activity, notice.state)
                how = f"As {line.name} told it ({said_of.level})."
                called = said_of.callsign or f"Plan of {line.name}"
                key = (line.id, said_of.notice)
                yield Item("notice", key, line.name, plan, called, how, theirs=True)
        for versions in fold.sites.of(peer):
            held = site_lists.in_force(versions)
            if held is not None:
                of, listed = f"{line.id} {held.said.list}", held.said.name
                yield from (of_row(row, of, listed, line.name, now_ms, theirs=True) for row in held.rows)
    for manual in node.private.manual.lines.values():
        label = manual.opened.label
        for planned in manual.plans.values():
            plan = planned.plan
            shown = Plan("", "", plan.volumes, plan.activity, plan.state)
            how = f"As {label} told it by hand."
            called = plan.callsign or f"Plan of {label}"
            yield Item("notice", (manual.id, plan.id), label, shown, called, how, theirs=True)


def of_plan(own: Own) -> Item:
    """An own plan; its label and note are not taken along."""
    plan = own.plan
    name = plan.callsign or (plan.activity if plan.activity != UNSPECIFIED else "")
    return Item("plan", (plan.id,), OURS, plan, name, most=own.disclosure or "full")


def of_row(row: Listed, of: str, listed: str, party: str, now_ms: int, *, theirs: bool = False) -> Item:
    """A row of a list, as it is told to others."""
    plan = Plan("", "", row.volumes, row.activity or UNSPECIFIED)
    words = f"{row.of}, in the list {listed}." if row.of else f"In the list {listed}."
    if row.review is not None and row.review <= now_ms:
        words += f" {OVERDUE}"
    name = row.name or row.callsign or row.id
    kinds: dict[SiteKind, Kind] = {"site": "site", "movement": "movement"}
    return Item(kinds[row.kind], (of, row.id), party, plan, name, words, theirs=theirs, grade=row.grade)


def of_alert(found: Warned) -> Item:
    """An alert of the watch."""
    plan = Plan("", "", (Volume(Circle(found.point, found.doubt)),), found.kind)
    words = found.words or f"{alert.KINDS[found.kind]}; from {show_time(found.at_ms)}"
    return Item("alert", (found.id,), "", plan, found.name, words)
