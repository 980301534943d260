"""What comes too late to act on, at both ends of a line, and what of one's own cannot clear. Of the node.

Who tells a plan too late is to call; who was told too late is to know at once. Which own plans that have
begun are inside, and cannot clear in the time that is left, is worked out on the receiver's side only, and
told to nobody else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final

from wideberth.desk import calls, cutover, plans
from wideberth.desk.notices import Notice
from wideberth.desk.rings import About
from wideberth.ledger import ids
from wideberth.model.plan import Plan
from wideberth.node.fold import Changed
from wideberth.node.line_desk import LineDesk
from wideberth.node.open_line import OpenLine
from wideberth.node.ringing import Ringing, Wanted
from wideberth.node.room_views import InsideView
from wideberth.node.views import time

if TYPE_CHECKING:
    from wideberth.node.node import Node

OURS, THEIRS, INSIDE = "plan.late", "notice.late", "notice.inside"
"""Kinds of what rings, by the id of the notice."""
KINDS: Final = (OURS, THEIRS, INSIDE)
BEGUN: Final = ("activated", "nonconforming", "contingent")
"""States of a plan that somebody flies, sails or drives now and has to leave; all others need not begin."""
AGAIN_MS: Final = 1_000
"""How often it is worked out anew what cannot clear: time passes for it."""


class Timely:
    """Of one node, whose lock all of it holds."""

    def __init__(self, node: Node, ringing: Ringing) -> None:
        self._node, self._ringing = node, ringing
        self._late: dict[str, set[str]] = {}
        self._new: dict[str, set[str]] = {}
        self._classed: dict[tuple[str, str], int] = {}
        self._settled: set[str] = set()
        self._inside_of: dict[str, tuple[int, set[str]]] = {}
        self._about: dict[str, tuple[tuple[object, object], frozenset[str]]] = {}
        ringing.sources.append(self._wanted)

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts; after Desk.begin."""
        new = self._new.setdefault(line.id, set())
        self._late.setdefault(line.id, set())

        def noticed(changed: Changed) -> None:
            new.update(changed.of("notice"))
            if changed.of("notice"):
                self._inside_of.pop(line.id, None)

        line.noticed.append(noticed)

    def settle(self, line: OpenLine) -> None:
        """A line was used: what was told on it is classed once, by when it came."""
        desk = self._node.desk.line_desk(line.id)
        if desk.bound is None:
            return
        new, late, live = self._new[line.id], self._late[line.id], line.id in self._settled
        if not live:
            # what was told before this start is told to nobody anew
            new.update(line.fold.all.notices.notices)
            self._settled.add(line.id)
        now = self._node.clock.now()
        while new:
            name = new.pop()
            told = line.fold.all.notices.notices.get(name)
            if told is None or self._classed.get((line.id, name)) == told.said.version:
                continue
            self._classed[line.id, name] = told.said.version
            # their clock may say that it was told earlier than it came
            came = now if live and told.by == desk.peer else told.at_ms
            if self._is_late(desk, told, came, live=live):
                late.add(name)
            else:
                late.discard(name)

    def inside(self, line: str, notice: str) -> list[InsideView]:
        """Own plans that have begun and conflict with a notice of theirs, for this party's own people only.

        Those that cannot clear in the time that is left come first. Raises: Invalid (`line.none`).
        """
        with self._node.held():
            desk = self._node.desk.line_desk(line)
            found = self._inside(desk, notice)
            return sorted(found, key=lambda each: (each.can_clear, each.label, each.plan))

    def blocked(self, plan: str) -> list[str]:
        """Why an own plan that was told too late may not begin yet: nobody there has spoken of it."""
        found = []
        for line in self._node.all_lines():
            name, label = ids.notice_of(line.id, plan), line.label or line.state.peer[:8]
            if name in self._late.get(line.id, ()) and name not in self._spoken(line):
                made = f"wideberth call make {label} LATE-NOTICE notice={name} place=… start=…"
                found.append(
                    f"{label}: it was told too late for them to act, and nobody there has taken a call "
                    f"about it: {made}"
                )
        return found

    # how

    def _wanted(self) -> Iterator[Wanted]:
        for line in self._node.all_lines():
            late, live = self._late.get(line.id), line.id in self._settled
            desk = self._node.desk.line_desk(line.id)
            if live and late:
                yield from self._of_late(desk, late)
            if not live or desk.bound is None:
                # not looked at yet in this start, or suspended: nothing new is found, and what rings goes on
                yield from self._rung(line, (INSIDE,) if live else KINDS)
            elif desk.meetings:
                for theirs in self._met(desk):
                    yield Wanted(About(INSIDE, line.id, theirs), "notice.inside", "flash")

    def _rung(self, line: OpenLine, kinds: Collection[str]) -> Iterator[Wanted]:
        """What rings of a line, as long as it is not over by the clock, or by a call."""
        for each in self._node.private.rings.rings.values():
            kind, of, name = each.about
            if of != line.id or kind not in kinds:
                continue
            told = line.fold.all.notices.notices.get(name)
            own = self._node.private.plans.plans.values()
            begun = kind != INSIDE or any(one.plan.state in BEGUN for one in own)
            spoken = kind != INSIDE and name in self._spoken(line)
            if begun and not spoken and not (told is not None and self._over(told)):
                yield Wanted(each.about, each.why, each.precedence)

    def _of_late(self, desk: LineDesk, late: set[str]) -> Iterator[Wanted]:
        line = desk.line
        spoken = self._spoken(line)
        for name in tuple(late):
            told = line.fold.all.notices.notices.get(name)
            if told is None or self._over(told):
                late.discard(name)
            elif name in spoken:
                continue  # a call about it was taken: it is in hands
            elif told.by == desk.me:
                yield Wanted(About(OURS, line.id, name), "plan.too_late", "immediate")
            else:
                yield Wanted(About(THEIRS, line.id, name), "notice.too_late", "immediate")

    def _is_late(self, desk: LineDesk, told: Notice, came_ms: int, *, live: bool) -> bool:
        if not self._node.guards.lead_class or desk.bound is None or self._over(told):
            return False
        plan = Plan(told.by, told.said.notice, told.said.volumes, told.said.activity, told.state)
        if not plan.volumes:
            return False  # of what is hidden nobody knows when it begins
        about = About(OURS if told.by == desk.me else THEIRS, desk.line.id, told.said.notice)
        if not live and about in self._node.private.rings.rings:
            return True  # after a start: when it came is not known any more, and what rang goes on
        return plans.lead(plan, desk.bound.rules, max(came_ms, told.at_ms)) == "too late"

    def _over(self, told: Notice) -> bool:
        ends = [each.end for each in told.said.volumes]
        last = max((each for each in ends if each is not None), default=None)
        open_ended = any(each is None for each in ends)
        past = last is not None and not open_ended and last <= self._node.clock.now()
        return told.ended or past

    def _spoken(self, line: OpenLine) -> frozenset[str]:
        """The notices about which a call was taken, by either party."""
        now = line.fold.all.calls, line.fold.state.papers
        known = self._about.get(line.id)
        if known is not None and known[0][0] is now[0] and known[0][1] is now[1]:
            return known[1]
        found = frozenset(
            notice
            for call in self._node.room.calls.stand.all(line)
            if _spoken_of(call) and isinstance(notice := call.said.fields.get("notice"), str)
        )
        self._about[line.id] = now, found
        return found

    def _met(self, desk: LineDesk) -> set[str]:
        """Notices of theirs that an own plan, begun, is too near to and cannot clear."""
        known, now = self._inside_of.get(desk.line.id), self._node.now().boot_ms
        if known is None or not 0 <= now - known[0] < AGAIN_MS:
            known = self._inside_of[desk.line.id] = now, self._look(desk)
        return known[1]

    def _look(self, desk: LineDesk) -> set[str]:
        own = self._node.private.plans.plans
        begun = [
            plan
            for notice in desk.meetings
            if (plan := desk.mine.get(notice)) and own[plan].plan.state in BEGUN
        ]
        theirs = {each for plan in begun for each in desk.in_truth(own[plan])}
        return {each for each in theirs if any(not one.can_clear for one in self._inside(desk, each))}

    def _inside(self, desk: LineDesk, notice: str) -> list[InsideView]:
        told = desk.line.fold.all.notices.notices.get(notice)
        if told is None or told.by == desk.me or self._over(told) or desk.bound is None:
            return []
        if not self._node.guards.own_in_area:
            return []
        now = self._node.clock.now()
        begins = plans.start(Plan(told.by, notice, told.said.volumes))
        left = 0 if begins is None else max(0, begins - now)
        found = []
        for mine in desk.meetings:
            name = desk.mine.get(mine, "")
            own = self._node.private.plans.plans.get(name)
            if own is None or own.plan.state not in BEGUN or notice not in desk.in_truth(own):
                continue
            needs = cutover.row(desk.bound.rules.lead_times, own.plan.activity).late_ms
            found.append(
                InsideView(
                    plan=name,
                    label=own.plan.label,
                    callsign=own.plan.callsign,
                    begins=None if begins is None else time(begins),
                    left_s=left // 1_000,
                    needs_s=needs // 1_000,
                    can_clear=left >= needs,
                )
            )
        return found


def _spoken_of(call: calls.Call) -> bool:
    """Whether who was called has said a word: who made a call and ended it has spoken with nobody."""
    return call.taken is not None or call.read_back is not None or bool(call.answers)
