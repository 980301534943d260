"""The desk of one line: what this party owes the other by what it filed and what it was told, said in turn.

Nothing is remembered of what was done: what is owed is the difference between what should stand on the line
and what does. So whoever is killed between two commits, has no credit, or comes to terms later, says the same
in the end. What a peer can provoke is worked out on what it may see of a plan (desk.releases.compared).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import NamedTuple

from msgspec import structs

from wideberth.desk import agreement_entries, cases, changes, plans, releases
from wideberth.desk.agreement_entries import Followed
from wideberth.desk.case_entries import Acknowledged, Closed, Lapsed, Opened, Ref
from wideberth.desk.cases import Case, Proposal
from wideberth.desk.cutover import Binding
from wideberth.desk.notices import Notice
from wideberth.desk.plans import Own
from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.ledger.canonical import Value
from wideberth.line import say as saying
from wideberth.model.agreement import Disclosure
from wideberth.model.plan import Plan
from wideberth.node.answering import Answering, Turn
from wideberth.node.compared import Compared, Meeting, keep, warm
from wideberth.node.fold import Changed
from wideberth.node.hidden import Hidden
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.owed import Nouns, Said, answers, final_now, how, in_case, states, telling_of, void
from wideberth.node.telling import tell_all
from wideberth.space.geoid import Geoid
from wideberth.space.volume import Volume

AGREED, NO_TERMS, SUSPENDED = "", "no agreement is in force", "the agreement is suspended"
ROUNDS = 100
"""Times that a line is asked what is owed before it is left for the next second."""


class Means(NamedTuple):
    """What the desk of a line needs of its node: plans of this party by their ids, the geoid, a thread, and
    whom it tells what happened.
    """

    plans: Callable[[], plans.State]
    geoid: Geoid
    merges: Executor
    tell: Callable[[str | None, Found], None]


class LineDesk:
    """Of one line. For one caller at a time, as the line itself.

    Attributes:
        why_not: why nothing is compared on this line now, in words; empty where it is.
        meetings: the conflicts that stand now, of own notices with the peer's, also where none may be said.
        mine: the plans of own notices.
        begun: whether it was settled in this start of the node; before, nothing is compared.
    """

    def __init__(self, line: OpenLine, means: Means) -> None:
        self.line, self.means = line, means
        self.me, self.peer = line.state.party, line.state.peer
        self.why_not = NO_TERMS
        self.begun = False
        self.meetings: dict[str, dict[str, Meeting]] = {}
        self.mine: dict[str, str] = {}
        self._met_by: dict[str, set[str]] = {}
        self.compared: Compared | None = None
        self.due: dict[str, Proposal] = {}
        """Accepted for good, of own plans by their ids: to be made their next version."""
        self._lapsing: dict[str, int] = {}
        self._bound: Binding | None = None
        self._terms: object = None
        self._new, self._owing = Nouns(), Nouns()
        """Not looked at yet; looked at, and what is owed of it is not worked out yet."""
        self._fresh, self._left, self._awaiting = True, set[Ref](), set[str]()
        self._answering = Answering(self.me, self.peer)
        self._held: dict[str, Turn] = {}
        self._rest: list[Said] = []
        self.hidden = Hidden(line)
        line.noticed.append(self.notice)

    @property
    def bound(self) -> Binding | None:
        """What is kept to between the two; None where nothing is agreed."""
        return self._bound

    def notice(self, changed: Changed) -> None:
        """Something on the line may be another than before."""
        notices, cases = changed.of("notice"), changed.of("case")
        self._new.notices |= notices | self.hidden.look()
        self._new.cases |= cases
        theirs, own = set(), set()
        for notice in notices:
            known = self.line.fold.all.notices.notices.get(notice)
            if known is not None and known.by == self.peer:
                theirs.add(notice)
            elif notice in self.mine:
                own.add(self.mine[notice])
        tell_all(self.means.tell, self.line.id, "notice.arrived", theirs)
        tell_all(self.means.tell, self.line.id, "plan.changed", own)
        tell_all(self.means.tell, self.line.id, "case.changed", cases)

    def mark(self, *plan: str) -> None:
        """Own plans have another version or state."""
        self._new.plans.update(plan)

    def again(self) -> None:
        """The node reads its journal again: nothing is known of what was looked at."""
        self._terms = None
        self._bound = self.compared = None
        self._rest = []
        self._left.clear()
        self.due.clear()

    def leave(self, accepted: Proposal) -> None:
        """It is accepted, and makes no version of the own plan; that it was folded is said all the same."""
        self._left.add(accepted.ref)
        self._new.cases.add(accepted.said.case)

    def settle(self, now_ms: int) -> None:
        """Compare what is new, and say what is owed as far as it may be said. Raises: as Talk.say_all."""
        self.begun = True
        before: list[Said] = []
        for _ in range(ROUNDS):
            found = self._go_by()
            self._new.cases |= final_now(self.line.fold.all.cases, self._awaiting)
            if self.compared is not None and self._new:
                self._look(now_ms)
            free = saying.room(self.line.state, "main")
            if not free:
                return
            if not self._rest and self.compared is not None and self._owing:
                self._rest = self._owed(now_ms)
            # what waits in the node, not told yet, is said already; what an officer did not let out is not
            talk = self.line.talk
            waiting = [(each.type, each.body) for each in (*talk.waiting(), *talk.dropped())]
            owed = [each for each in found + self._rest if (each.type, each.body) not in waiting]
            if not owed or owed == before:
                self._rest = []
                return
            before, self._rest = owed, owed[free:]
            self.line.talk.say_all("main", owed[:free])

    def tick(self, now_ms: int) -> None:
        """Time has passed: answers that were to wait, proposals that lapse."""
        self._new.notices |= self._answering.due(now_ms)
        self._new.cases |= {case for case, until in self._lapsing.items() if until <= now_ms}
        if self.compared is not None:
            # what lies so far back is no case any more
            self._new.notices |= self.compared.expire(now_ms)

    # what each noun comes to

    @property
    def notices(self) -> dict[str, Notice]:
        """All that were told, by both."""
        return dict(self.line.fold.all.notices.notices)

    def plan(self, notice: str) -> Plan:
        """The own plan of a notice, as it is."""
        return self.means.plans().plans[self.mine[notice]].plan

    def told(self, plan: str) -> Notice | None:
        """What the other party was told of an own plan."""
        return self.line.fold.all.notices.notices.get(ids.notice_of(self.line.id, plan))

    def level(self, own: Own) -> Disclosure:
        """How much the other party is told of a plan."""
        if self._bound is None:
            return "none"
        return releases.level(own.disclosure, self._bound.rules, own.plan.activity)

    def in_truth(self, own: Own) -> dict[str, Meeting]:
        """The notices of the other party that a plan conflicts with as it is, for its own people only."""
        if self.compared is None:
            return {}
        notice = ids.notice_of(self.line.id, own.plan.id)
        if self.level(own) == "full" and not self._new:
            return self.meetings.get(notice, {})
        return self.compared.meetings_of(structs.replace(own.plan, party=self.me, id=notice))

    def as_compared(self, notice: str, known: Notice | None = None) -> Plan | None:
        """The plan of a notice as it is compared on this line; None where nothing of it may be."""
        if self._bound is None:
            return None
        if notice in self.mine:
            own = self.means.plans().plans[self.mine[notice]]
            level = self.level(own)
            if level == "none" and notice in self.line.fold.all.notices.notices:
                # no more is said of it; but that a conflict which was told is over, only when it is
                level = "conflict-only"
            shown = releases.compared(own.plan, level, self._bound.rules.coarse)
            return Plan(self.me, notice, shown, own.plan.activity, own.plan.state)
        found = known or self.line.fold.all.notices.notices.get(notice)
        if found is None or found.by == self.me:
            return None
        return Plan(self.peer, notice, found.said.volumes, found.said.activity, found.state)

    # how it is worked out

    @property
    def _parties(self) -> frozenset[str]:
        """Whom the terms in force name."""
        found = self.line.fold.named(self.line.state)
        return frozenset() if found is None else frozenset(each.name for each in found.agreement.parties)

    def _go_by(self) -> list[Said]:
        """Go by what is agreed now; where that is something else than before, all is looked at anew."""
        fold, state = self.line.fold, self.line.state
        suspended, mine = fold.suspended_by(state), fold.named(state)
        terms = (fold.standing, mine, fold.peers(state), bool(suspended))
        if terms != self._terms:
            self._terms = terms
            bound = None if suspended or mine is None else fold.bound(state)
            self.why_not = SUSPENDED if suspended else NO_TERMS if bound is None else AGREED
            if bound != self._bound:
                self._begin(bound)
        if mine is None or fold.state.followed.get(self.me) == mine.sha256:
            return []
        said = Followed(mine.agreement.id, mine.sha256)
        return [Said(Followed.TYPE, agreement_entries.V, agreement_entries.write(said))]

    def _begin(self, bound: Binding | None) -> None:
        fold = self.line.fold.all
        self._bound = bound
        self._rest = []
        self._fresh = True
        self.hidden.look()
        self.meetings.clear()
        self._met_by.clear()
        self.mine.clear()
        self._held.clear()
        self._answering.begin(bound, self.line.state.order.placed, fold.notices.notices)
        self.compared = None if bound is None else Compared(bound, self.means.geoid, self.means.merges)
        if bound is not None:
            self.means.merges.submit(warm, self.means.geoid)
        self._new.plans |= set(self.means.plans().plans)
        self._new.notices |= set(fold.notices.notices)
        self._new.cases |= set(fold.cases.cases)

    def _look(self, now_ms: int) -> None:
        """Compare what may be another than before."""
        assert self.compared is not None
        new, self._new = self._new, Nouns()
        fold = self.line.fold.all
        # a version of a notice supersedes proposals in all of its cases
        new.cases.update(*(fold.cases.of.get(notice, ()) for notice in new.notices))
        for plan in new.plans:
            self.mine[notice := ids.notice_of(self.line.id, plan)] = plan
            new.notices.add(notice)
        for case in [each for name in new.cases if (each := fold.cases.cases.get(name)) is not None]:
            new.notices |= {
                each for each in case.notices if each in self.mine or each in fold.notices.notices
            }
            self._accepted(case)
        look = sorted(new.notices)
        for notice in look:
            self._put(notice)
        self.compared.laid()
        if self._fresh:
            self._fresh = False
            self.compared.expire(now_ms)
        # what conflicts with it looks at it when it changes itself
        for notice in [each for each in look if each in self.compared.moved]:
            own = notice in self.mine
            met = self.compared.meetings(self.me if own else self.peer, notice)
            keep(self.meetings, self._met_by, notice, met, own=own)
        self.compared.rest()
        self._owing.add(new)

    def _owed(self, now_ms: int) -> list[Said]:
        owing, self._owing = self._owing, Nouns()
        found: list[Said] = []
        for plan in sorted(owing.plans):
            found += self._of_plan(plan)
        for case in sorted(owing.cases):
            found += self._of_case(case, now_ms)
        look = sorted(owing.notices)
        for notice in look:
            self._take_turn(notice, now_ms)
        done: set[tuple[str, Value]] = set()
        for notice in look:
            for each in self._of_conflicts(notice):
                # of two notices that are looked at each names the other
                if (which := (each.type, each.body.get("case") or each.body.get("notice"))) not in done:
                    done.add(which)
                    found.append(each)
        return found + answers(look, self.line.fold.all, self.me, self._held)

    def _of_plan(self, plan: str) -> Iterator[Said]:
        """The next version of its notice, or its state."""
        own = self.means.plans().plans[plan]
        notice = ids.notice_of(self.line.id, plan)
        level, known = self.level(own), self.line.fold.all.notices.notices.get(notice)
        if known is None and (level in ("none", "conflict-only") or own.plan.state == "ended"):
            return
        if known is None or known.said.version < own.version:
            yield from self._tell(own, notice, "conflict-only" if level == "none" else level)
        elif releases.wider(level, known.said.level) and own.plan.state != "ended":
            # agreed since: else neither party might compare it
            yield from self._tell(own, notice, level)
        elif known.state != own.plan.state:
            yield from states(known.said, known.state, own, self._parties)

    def _tell(self, own: Own, notice: str, level: Disclosure) -> Iterator[Said]:
        assert self._bound is not None
        known = self.line.fold.all.notices.notices.get(notice)
        view = releases.view(own.plan, level, self._bound.rules.coarse)
        yield from telling_of(own, view, notice, known, self._parties)

    def _put(self, notice: str) -> None:
        """What is compared of a notice, with all that is proposed for it."""
        assert self.compared is not None
        plan = self.as_compared(notice)
        if plan is None:
            return
        self.compared.put(plan.party, notice, plan, plan.volumes)
        proposed: dict[str, Plan] = {}
        for each in cases.occupying(self.line.fold.all.cases, notice):
            try:
                after = changes.changed(plan, each.said.change)
            except (Invalid, ValueError):
                continue  # it says nothing that could be flown
            if after.state != "ended" and after.volumes:
                of = each.ref.origin
                proposed[f"{of.party}.{of.kind}.{of.epoch}.{each.ref.n}"] = after
        self.compared.propose(plan.party, notice, proposed)

    def _of_conflicts(self, notice: str) -> Iterator[Said]:
        """Cases that are to be opened, and those that this party finds no more."""
        own = notice in self.mine
        met = set()
        for other in sorted(self.meetings.get(notice, ()) if own else self._met_by.get(notice, ())):
            mine, theirs = (notice, other) if own else (other, notice)
            meeting = self._shown(mine, theirs)
            if meeting is None:
                continue
            met.add(other)
            if theirs not in self._held:  # else what they asked with it is answered later, or not today
                yield from self._opened(mine, theirs, meeting)
        for mine, theirs in self.hidden.met(notice, own=own):
            if not self._stands(mine, theirs):
                continue
            met.add(theirs if own else mine)
            yield from self._opened(mine, theirs, Meeting("close", None, ()), self.hidden.where(mine, theirs))
        for case in cases.by_notice(self.line.fold.all.cases, notice).values():
            if self.me in case.finds and not any(each in met for each in case.notices):
                yield in_case(Closed(case.id, how(case, self.line.fold.all, self._owns(case), self.compared)))

    def _shown(self, mine: str, theirs: str) -> Meeting | None:
        """A conflict as far as it may be said: of a plan that is hidden not what is only proposed.

        Else a proposal would be a question that is answered at once, and never counted. It is held back here.
        """
        assert self.compared is not None
        level = self.level(self.means.plans().plans[self.mine[mine]])
        if level in ("full", "coarse") or not self.compared.proposed((self.me, mine), (self.peer, theirs)):
            return self.meetings[mine][theirs]
        return self.compared.standing(self.me, mine, theirs)

    def _stands(self, mine: str, theirs: str) -> bool:
        """Whether what the blind check found is still of plans that neither shows, and that are not over."""
        own, told = self.means.plans().plans[self.mine[mine]], self.notices.get(theirs)
        live = own.plan.state != "ended" and (told is None or not told.ended)
        return live and self.level(own) == "conflict-only"

    def _opened(
        self, own: str, theirs: str, meeting: Meeting, cells: tuple[Volume, ...] = ()
    ) -> Iterator[Said]:
        """`cells`: where, by the blind check; of what was compared it is worked out."""
        assert self._bound is not None
        known = self.means.plans().plans[self.mine[own]]
        level = self.level(known)
        if level == "none":
            return  # the other party is told nothing, not even that
        case = ids.case(self.line.id, own, theirs)
        told = self.line.fold.all.notices.notices.get(own)
        hidden = level == "conflict-only"
        shown = releases.compared(known.plan, level, self._bound.rules.coarse) if hidden else ()
        where = cells or tuple(shown[k] for k in meeting.mine if k < len(shown))[:10]
        before = self.line.fold.all.cases.cases.get(case)
        if before and (before.finds.get(self.me), before.shown.get(self.me, ())) == (meeting.found, where):
            return
        if told is None and hidden:
            yield from self._tell(known, own, level)
        one, other = sorted((own, theirs))
        yield in_case(Opened(case, (one, other), meeting.found, where))

    def _owns(self, case: Case) -> dict[str, Own]:
        """The own plans of its notices."""
        held = self.means.plans().plans
        return {each: held[self.mine[each]] for each in case.notices if each in self.mine}

    def _take_turn(self, notice: str, now_ms: int) -> None:
        """Whether a notice of the peer's is answered now."""
        known = self.line.fold.all.notices.notices.get(notice)
        self._held.pop(notice, None)
        if known is not None and known.by == self.peer and not known.checked and not known.ended:
            turn = self._answering.turn(known, now_ms)
            if turn != "now":
                self._held[notice] = turn

    def _accepted(self, case: Case) -> None:
        """What is accepted for good of own plans is to become their next version."""
        self._awaiting.discard(case.id)
        for each in case.proposals:
            if each.status != "accepted" or each.said.notice not in self.mine or each.ref in self._left:
                continue
            if void(self.line.state, each.accept):
                continue  # it is accepted by nobody who may
            if each.by == self.me or cases.final(self.line.fold.all.cases, each):
                self.due[self.mine[each.said.notice]] = each
            else:
                self._awaiting.add(case.id)

    def _of_case(self, name: str, now_ms: int) -> Iterator[Said]:
        """What is owed in a case."""
        state = self.line.fold.all.cases
        case = state.cases.get(name)
        if case is None:
            return
        open_until = [each.said.until_ms for each in case.open(self.me)]
        self._lapsing.pop(name, None)
        if open_until:
            self._lapsing[name] = min(open_until)
        for each in case.proposals:
            if each.by != self.me:
                continue
            if each.status == "open" and each.said.until_ms <= now_ms:
                yield in_case(Lapsed(name, each.ref))
            own = each.said.notice in self.mine and each.ref not in self._left
            # of an own plan the next version says it
            if each.status == "accepted" and not own and not cases.final(state, each):
                yield in_case(Acknowledged(name, each.ref))
