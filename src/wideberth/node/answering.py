"""When the other party's notices of a line are answered, and how many of them in a day (desk.metering).

What was answered is in the record: after a start it is counted again from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from wideberth.desk import cutover, metering, notice_entries, plans
from wideberth.desk.cutover import Binding
from wideberth.desk.notice_entries import Checked
from wideberth.desk.notices import Notice
from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.ledger.order import Placed
from wideberth.model.plan import Plan

Turn = Literal["now", "later", "spent"]


class Answering:
    """Of one line. `later`: when each notice that has to wait is looked at again, in POSIX ms.

    Where the other party is told all of everything, nothing waits and nothing is counted.
    """

    def __init__(self, party: str, peer: str) -> None:
        self.party, self.peer = party, peer
        self.later: dict[str, int] = {}
        self._given = metering.State()
        self._bound: Binding | None = None
        self._counted: set[tuple[str, int]] = set()
        self._due: dict[tuple[str, int], int] = {}

    def begin(self, bound: Binding | None, placed: Sequence[Placed], told: Mapping[str, Notice]) -> None:
        """Go by these terms; `placed` are all entries of the line, `told` all its notices."""
        self._bound, self._given = bound, metering.State()
        self.later.clear()
        self._counted.clear()
        self._due.clear()
        if bound is None or not metering.metered(bound.rules):
            return
        for each in placed:
            header = each.entry.header
            if header.type == Checked.TYPE and header.origin.party == self.party:
                self._count(each, told, bound)

    def turn(self, told: Notice, now_ms: int) -> Turn:
        """Whether a notice is answered now, waits (it is in `later` then), or is not compared today."""
        if self._bound is None or not metering.metered(self._bound.rules) or not told.said.volumes:
            return "now"
        rules, notice = self._bound.rules, told.said.notice
        plan = Plan(told.by, notice, told.said.volumes, told.said.activity)
        lead = cutover.row(rules.lead_times, plan.activity)
        which = notice, told.said.version
        # by the own clock: that of who asks may say anything
        if which not in self._due:
            self._due[which] = metering.due_ms(now_ms, plans.start(plan), lead, rules.answers, metered=True)
        if self._due[which] > now_ms:
            self.later[notice] = self._due[which]
            return "later"
        day = metering.day_of(now_ms)
        where = metering.areas(told.said.volumes, rules.coarse)
        if which in self._counted:
            return "now"
        if not metering.all_allowed(self._given, self.peer, where, day, rules.answers.a_day):
            self.later[notice] = (day + 1) * metering.DAY
            return "spent"
        self._given = metering.charge(self._given, self.peer, where, day)
        self._counted.add(which)
        return "now"

    def due(self, now_ms: int) -> set[str]:
        """The notices whose time has come; they are forgotten here."""
        found = {notice for notice, at_ms in self.later.items() if at_ms <= now_ms}
        for notice in found:
            del self.later[notice]
        return found

    def _count(self, placed: Placed, told: Mapping[str, Notice], bound: Binding) -> None:
        if not body.understood(placed.entry, notice_entries.KNOWN):
            return
        try:
            said = notice_entries.read(placed.entry)
        except Invalid:
            return
        assert isinstance(said, Checked)
        day = metering.day_of(placed.entry.header.at_ms)
        for which in said.notices:
            known, key = told.get(which.notice), (which.notice, which.version)
            if known is not None and known.said.volumes and key not in self._counted:
                self._counted.add(key)
                where = metering.areas(known.said.volumes, bound.rules.coarse)
                self._given = metering.charge(self._given, self.peer, where, day)
