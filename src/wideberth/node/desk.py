"""The desk of a node: its own plans, and what they come to on each of its lines. Part of the node.

What its people ask for is entered in the private feed first, durably; what that makes each line owe is said
there in the same call where it may be said now, and later where not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import structs

from wideberth.desk import case_commands, case_entries, changes, notice_entries, notices, plan_entries, plans
from wideberth.desk.case_entries import Ref
from wideberth.desk.cases import Case, Proposal
from wideberth.desk.changes import Change
from wideberth.desk.cutover import Binding
from wideberth.desk.plan_entries import Filed
from wideberth.desk.plans import Own
from wideberth.desk.plans import State as Plans
from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.ledger import entries, ids
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Kind
from wideberth.model.plan import Plan
from wideberth.model.plan import State as PlanState
from wideberth.node import blind_shown, blocking, desk_shown, drafts, filings, site_shown
from wideberth.node.clearing import clearing
from wideberth.node.desk_lists import ALL, Which, page
from wideberth.node.desk_views import CaseView, NoticeView, PlanView
from wideberth.node.draft_views import DraftView
from wideberth.node.filings import Filing, Given
from wideberth.node.line_desk import LineDesk, Means
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.telling import tell_all
from wideberth.space.geoid import Geoid

if TYPE_CHECKING:
    from wideberth.node.node import Node

ROLES: Final = ("officer", "commander")
"""Who may activate a plan that is held back, by name."""


class Desk:
    """Of one node, whose lock all of it holds. Methods raise as Node.recording and Node.using."""

    def __init__(self, node: Node, geoid: Geoid, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell
        # merges of large indices take their time, and nobody waits for them
        self._merges = ThreadPoolExecutor(1, "merges")
        self._means = Means(lambda: node.private.plans, geoid, self._merges, tell)
        self._filings: deque[Filing] = deque()
        self._lines: dict[str, LineDesk] = {}
        self._private: object = node.private

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""
        self._lines[line.id] = LineDesk(line, self._means)

    def close(self) -> None:
        """Give the thread back."""
        self._merges.shutdown(cancel_futures=True)

    def settle(self, line: OpenLine) -> None:
        """Say what is owed on a line. Raises: as Talk.say_all."""
        if self._node.private is not self._private:
            # the journal was read again: what it holds may be another than what was done
            self._private = self._node.private
            for each in self._lines.values():
                each.again()
        found, now_ms = self._lines[line.id], self._node.clock.now()
        found.settle(now_ms)
        while found.due and self._node.as_of is None:
            plan, accepted = found.due.popitem()
            if not self._apply(plan, accepted):
                found.leave(accepted)
            found.settle(now_ms)

    def tick(self, line: OpenLine) -> None:
        """Time has passed on a line; before `settle`."""
        self._lines[line.id].tick(self._node.clock.now())

    def bound(self, line: str) -> Binding | None:
        """What is kept to on a line; None where nothing is agreed, or it is suspended."""
        return self.line_desk(line).bound

    # plans

    def plans(self, which: Which = ALL) -> list[PlanView]:
        """Own plans, those that begin first first; without what takes long to work out.

        Raises: Invalid (`list.after`).
        """
        with self._ready():
            held = self._own().plans
        # what is held does not change: it is put in order while the node goes on
        chosen = page(map(desk_shown.of_plan, held.values()), which)
        with self._ready():
            brief = which.most is not None
            return [self._plan_view(held[each], whole=False, brief=brief) for each in chosen]

    def plan(self, plan: str) -> PlanView:
        """One of them. Raises: Invalid (`plan.none`)."""
        with self._ready():
            return self._plan_view(plans.own(self._own(), plan))

    def submit(self, given: Sequence[Given]) -> list[PlanView]:
        """File plans: all of them, or none. What is filed cannot be unfiled.

        What several callers file at once is one commit: whoever comes first enters it for all that wait.
        Raises: Invalid (as plans.submit, `plan.outside`; its path names which), Refused.
        """
        mine = Filing(given)
        self._filings.append(mine)
        with self._ready():
            if not mine.over:
                self._file(mine)
        return mine.answer()

    def amend(self, plan: str, given: Given, version: int | None = None) -> PlanView:
        """The next version of a plan; `version`: that from which it was made.

        Raises: as plans.amend, Holds.check; Invalid (`plan.outside`).
        """
        with self._ready():
            now_ms = self._node.clock.now()
            filed = plans.amend(self._own(), plan, given.plan, given.disclosure, now_ms, version)
            # after an old backup others may know a version that this node has forgotten
            told = [known.said.version for line in self._lines.values() if (known := line.told(plan))]
            filed = structs.replace(filed, version=max([filed.version, *(each + 1 for each in told)]))
            self._check_area(filed.plan)
            self._node.room.holds.check(plans.own(self._own(), plan), filed.plan)
            self._enter([filed])
            return self.plan(plan)

    def drafts(self, given: Sequence[Given], of: str | None = None) -> list[DraftView]:
        """What plans would come to if they were filed now. Raises: as drafts.drafts."""
        with self._ready():
            return drafts.drafts(self._node, self._lines.values(), given, of, self._check_area)

    def activate(self, plan: str, override: str | None = None, version: int | None = None) -> PlanView:
        """Begin a plan, if nothing holds it back (LINE 11); else only by the override of a named role, and
        never in a hold of this party's own. `version`: the one that was looked at.

        Raises: Refused (`plan.blocked`, and as plans.stated and newest), Invalid (`plan.none`, `plan.role`).
        """
        if override is not None and override not in ROLES:
            raise Invalid("plan.role", "override", override, ", ".join(ROLES))
        with self._ready():
            known = plans.own(self._own(), plan)
            plans.stated(known, "activated")
            plans.newest(known, version)
            blocked = {line: blocking.blocked(line, known) for line in self._lines.values()}
            words = [f"{line.line.name}: {each}" for line, some in blocked.items() for each in some]
            words += [*self._node.manual.cases.blocked(known), *self._node.room.holds.blocked(known)]
            words += site_shown.in_words(self._node.sites.cases(plan))
            words += self._node.room.timely.blocked(plan)
            own = self._node.room.holds.blocked(known, mine=True)
            if words and (override is None or own):
                lift = "; no override begins it in an own hold: two officers lift that" if override else ""
                raise Refused("plan.blocked", f"this plan may not begin: {'; '.join(words)}{lift}")
            if not words:
                self._enter([plans.stated(known, "activated")])
            else:
                lines = self._lines.values()
                missing = [line.peer for line in lines if blocking.unconfirmed(line, known)]
                self._enter([plans.stated(known, "activated", override, missing)])
            return self.plan(plan)

    def state(self, plan: str, to: PlanState) -> PlanView:
        """Another state of a plan; it begins by `activate` alone.

        Raises: as plans.stated; Invalid (`plan.none`), Refused (`plan.activate`).
        """
        with self._ready():
            known = plans.own(self._own(), plan)
            if known.plan.state == "accepted" and to == "activated":
                raise Refused("plan.activate", "a plan begins by: wideberth plan activate")
            self._enter([plans.stated(known, to)])
            return self.plan(plan)

    def clears(self, plan: str) -> dict[str, list[Change]]:
        """For each line on which it is in conflict: what would clear it, in agreed steps."""
        with self._ready():
            plans.own(self._own(), plan)
            found = {}
            for line in self._lines.values():
                notice = ids.notice_of(line.line.id, plan)
                if line.meetings.get(notice):
                    found[line.line.id] = self._clearing(line, notice)
            return found

    # notices and cases

    def consent(self, line: str, notice: str, version: int | None = None) -> NoticeView:
        """Consent to a plan of the other party's in the areas and hours that are allotted to this one.
        `version`: the one that was looked at; without it, the newest.

        Raises: as notices.consent.
        """
        with self._ready():
            said = notices.consent(self.line_desk(line).notices, notice, self._node.party, version)
            self._node.say(line, "main", said.TYPE, notice_entries.V, notice_entries.write(said))
            return desk_shown.notice(self.line_desk(line), notice)

    def notices(self, line: str, which: Which = ALL) -> list[NoticeView]:
        """What was told on a line, by both parties. Raises: Invalid (`list.after`)."""
        with self._ready():
            return desk_shown.notices(self.line_desk(line), which)

    def notice(self, line: str, notice: str) -> NoticeView:
        """One of them. Raises: Invalid (`notice.none`)."""
        with self._ready():
            return self._node.room.statements.notice(self.line_desk(line), notice)

    def cases(self, line: str | None = None, which: Which = ALL) -> list[CaseView]:
        """Cases, of one line or of all; those that are open first. Raises: Invalid (`list.after`)."""
        with self._ready():
            some = list(self._lines.values()) if line is None else [self.line_desk(line)]
            by_id = {case.id: (each, case) for each in some for case in self._cases(each).values()}
            chosen = page((desk_shown.listed(*each) for each in by_id.values()), which)
            return [desk_shown.case(*by_id[each]) for each in chosen]

    def case(self, case: str) -> CaseView:
        """One of them. Raises: Invalid (`case.none`)."""
        with self._ready():
            line, found = self._case(case)
            return desk_shown.case(line, found, self._clearing)

    def propose(self, case: str, notice: str, change: Change, for_ms: int) -> CaseView:
        """Offer a change of one of the two plans for so long.

        Raises: as case_commands.propose; Refused (`case.not_clear`: it would not clear this conflict).
        """
        with self._ready():
            line, found = self._case(case)
            until_ms = self._node.clock.now() + for_ms
            plan = line.as_compared(notice)
            own = self._own().plans.get(line.mine.get(notice, ""))
            told = line.notices.get(notice)
            shown = line.level(own) == "full" if own else told is not None and told.said.level == "full"
            state = line.line.fold.all.cases
            said = case_commands.propose(
                state, found, notice, change, until_ms, plan, line.bound, party=line.me, shown=shown
            )
            other = next(each for each in found.notices if each != notice)
            if plan is not None and other in self._meets(line, changes.changed(plan, change), notice):
                words = "with this change the two are still in conflict; accepted: one that clears it"
                raise Refused("case.not_clear", f"{words}: wideberth case show {case}")
            return self._say(line, said)

    def accept(self, case: str, proposal: Ref | None = None, *, anyway: bool = False) -> CaseView:
        """Accept a proposal of the other party's, the only open one if none is named.

        Raises: as case_commands.accept; Refused (`case.would_conflict`: the own plan, changed so, would be
        in conflict with another notice, on this line or another; `anyway`: accept it all the same).
        """
        with self._ready():
            line, found = self._case(case)
            said = case_commands.accept(found, line.me, proposal)
            [asked] = [each for each in found.proposals if each.ref == said.proposal]
            would = [] if anyway else self._would_conflict(line, asked)
            if would:
                words = f"the plan would then be in conflict with {', '.join(would)}"
                raise Refused("case.would_conflict", f"{words}; accepted: another proposal, or anyway")
            return self._say(line, said)

    def retract(self, case: str, proposal: Ref | None = None) -> CaseView:
        """Take an own proposal back, for safety. Raises: as case_commands.retract."""
        with self._ready():
            line, found = self._case(case)
            state = line.line.fold.all.cases
            return self._say(line, case_commands.retract(state, found, line.me, proposal))

    def escalate(self, case: str, to: str) -> CaseView:
        """Raise a case to a role of one's own. Raises: as case_commands.escalate."""
        with self._ready():
            line, found = self._case(case)
            return self._say(line, case_commands.escalate(found, to))

    def agreed(
        self, plan: str, change: Change, first: Sequence[tuple[str, Value]], *, anyway: bool = False
    ) -> None:
        """What was agreed by hand makes an own plan's next version, in one commit with what says so.

        Raises: Invalid (as changes.changed, plans.check, `plan.outside`), Refused (`case.would_conflict`).
        """
        with self._ready():
            known = plans.own(self._own(), plan)
            made = plans.next_version(known, change)
            if isinstance(made, Filed):
                plans.check(made.plan, self._node.clock.now())
                self._check_area(made.plan)
                would = [] if anyway else self._newly_meets(known, made.plan)
                if would:
                    words = f"the plan would then be in conflict with {', '.join(would)}"
                    raise Refused("case.would_conflict", f"{words}; accepted: another proposal, or anyway")
            self._enter([made], first)

    # how

    @contextmanager
    def _ready(self) -> Iterator[None]:
        """All of it held, and every line compared since the node started."""
        with self._node.held():
            for line in self._lines.values():
                if not line.begun:
                    with self._node.using(line.line.id):
                        pass  # it is settled at the end
            yield

    def _own(self) -> Plans:
        return self._node.private.plans

    def line_desk(self, line: str) -> LineDesk:
        """The desk of a line, to be looked at while all of the node is held."""
        found = self._lines.get(line)
        if found is None:
            raise Invalid("line.none", "line", line, "a line of this node: wideberth line list")
        return found

    def _cases(self, line: LineDesk) -> dict[str, Case]:
        return dict(line.line.fold.all.cases.cases)

    def _case(self, case: str) -> tuple[LineDesk, Case]:
        for line in self._lines.values():
            found = line.line.fold.all.cases.cases.get(case)
            if found is not None:
                return line, found
        raise Invalid("case.none", "case", case, "a case of this node: wideberth case list")

    def _check_area(self, plan: Plan) -> None:
        """Where agreements hold at all. Raises: Invalid (`plan.outside`)."""
        known = [(each.bound, each.compared) for each in self._lines.values()]
        areas = [
            plans.inside(plan, bound.areas, compared.reference)
            for bound, compared in known
            if bound is not None and compared is not None
        ]
        if areas and not any(areas):
            raise Invalid(
                "plan.outside", "volumes", "outside", "a plan that touches the area of an agreement in force"
            )

    def _file(self, first: Filing) -> None:
        """File what a caller hands in, and what waits by now: each of them whole, or not at all."""
        some = [first, *filings.waiting(self._filings, first)]
        for each in some:
            filings.decide(each, self._node.party, self._node.clock.now(), self._check_area)
        good = [each for each in some if each.error is None]
        if not good:
            return
        try:
            self._enter([filed for each in good for filed in each.filed])
            for each in good:
                each.views = [self.plan(filed.plan.id) for filed in each.filed]
        except (WideberthError, OSError) as error:
            for each in good:
                each.error = error

    def _enter(self, said: Sequence[plan_entries.Said], first: Sequence[tuple[str, Value]] = ()) -> None:
        """Enter, durably, after what came `first`; then say on each line what that makes it owe."""
        values = list(first)
        for each in said:
            cut, value = plan_entries.write(each)
            values += [(entries.Part.TYPE, entries.write(part)) for part in cut]
            values.append((each.TYPE, value))
        with self._node.recording() as private:
            private.write(values, self._node.clock.now())
        names = [each.plan.id if isinstance(each, Filed) else each.plan for each in said]
        self._node.sites.mark(*names)
        for line in self._lines.values():
            line.mark(*names)
        tell_all(self._tell, None, "plan.changed", names)
        for line in self._lines.values():
            with self._node.using(line.line.id):
                pass  # what it owes is said at the end

    def _say(self, line: LineDesk, said: case_entries.Said) -> CaseView:
        kind: Kind = "urgent" if isinstance(said, case_entries.Retracted) else "main"
        with self._node.using(line.line.id) as found:
            found.talk.say(kind, said.TYPE, case_entries.V, case_entries.write(said))
        return self.case(said.case)

    def _apply(self, plan: str, accepted: Proposal) -> bool:
        """What was agreed for an own plan becomes its next version; whether it did."""
        known = plans.own(self._own(), plan)
        if known.version != accepted.said.version or known.plan.state == "ended":
            return False
        try:
            made = plans.next_version(known, accepted.said.change)
        except Invalid:
            return False  # shown as it is: it changes nothing
        self._enter([made])
        return True

    def _meets(self, line: LineDesk, after: Plan, notice: str) -> frozenset[str]:
        """The notices of the other party that a changed plan would be in conflict with."""
        if line.compared is None or after.state == "ended":
            return frozenset()
        return line.compared.meets(after, after.party, notice)

    def _would_conflict(self, line: LineDesk, asked: Proposal) -> list[str]:
        """What an own plan would newly be in conflict with if it were changed as is asked, on every line."""
        own = self._own().plans.get(line.mine.get(asked.said.notice, ""))
        if own is None:
            return []
        return self._newly_meets(own, changes.changed(own.plan, asked.said.change))

    def _newly_meets(self, own: Own, after: Plan) -> list[str]:
        """What a plan would be in conflict with on any line, and is not now."""
        found = []
        for each in self._lines.values():
            notice = ids.notice_of(each.line.id, own.plan.id)
            known = self._meets(each, own.plan, notice)
            found += [
                f"{name} of {each.line.name}" for name in sorted(self._meets(each, after, notice) - known)
            ]
        return found

    def _clearing(self, line: LineDesk, notice: str) -> list[Change]:
        return clearing(line, line.as_compared(notice), notice)

    def _plan_view(self, own: Own, *, whole: bool = True, brief: bool = False) -> PlanView:
        now_ms, blindly = self._node.clock.now(), partial(blind_shown.checked, self._node)
        known = self._lines.values()
        lines = [desk_shown.plan_on_line(each, own, now_ms, blindly, whole=whole) for each in known]
        held = whole and own.plan.state == "accepted"
        by_hand = tuple(self._node.manual.cases.blocked(own)) if held else ()
        holds = tuple(self._node.room.holds.blocked(own)) if held else ()
        near = self._node.room.statements.touching(own.plan) if whole else ()
        found = desk_shown.plan(own, lines, self._node.sites.cases(own.plan.id), brief=brief)
        return structs.replace(found, by_hand=by_hand, holds=holds, policies=near)
