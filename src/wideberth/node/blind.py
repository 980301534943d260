"""The blind check of a node with each party that it is agreed with. Part of the node.

At each slot whoever's name sorts first begins a run about all plans that the other party is shown nothing of
but conflicts. What a side is bound to, and what came of a round, are entries of the line; the sets go beside
the feeds (side messages). The seed is durable before anything is sent that comes of it, and what the other
side may learn is charged before it can. Whatever is not finished is NOT CLEAR, and so is shown.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from wideberth.blind import check, messages, psi
from wideberth.blind.check import Own, Verdict
from wideberth.blind.messages import Commit, Evaluated, Masked, Result, Stopped
from wideberth.blind.rules import Agreed, Role
from wideberth.desk import blind_commands, blind_entries, blind_fields, blind_kept, blind_runs, blinds
from wideberth.desk.blind_entries import Cell, Committed, Compared, Ended, Said
from wideberth.desk.blind_kept import Begun, Charged, Concluded, Kept
from wideberth.errors import Invalid, Refused, Stale
from wideberth.ledger import ids, keys
from wideberth.line import signer
from wideberth.model.blind import Phase
from wideberth.node import blind_evidence, blind_heard, blind_shown
from wideberth.node.blind_run import Run, Step
from wideberth.node.blind_views import BlindRunView, BlindView
from wideberth.node.fold import Changed
from wideberth.node.log import Event
from wideberth.node.open_line import Found, OpenLine
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference

if TYPE_CHECKING:
    from wideberth.node.node import Node

SUBJECT: Final = "blind"
AGAIN_MS: Final = 15_000
"""After so long without an answer what went beside the feeds goes again."""
SEED: Final = 32
ASIDE: Final = 4
"""Messages that are put aside until the line is settled."""


class BlindChecks:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, and as is said at each."""

    def __init__(self, node: Node, geoid: Geoid, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._geoid, self._tell = node, geoid, tell
        self._runs: dict[str, Run] = {}
        self._came: dict[str, list[Masked | Evaluated]] = {}
        self._asked: tuple[Kept, dict[str, int]] | None = None
        self._rules: dict[str, tuple[Agreed, bytes]] = {}
        self._owed: dict[str, tuple[Said, ...]] = {}
        self._closed = False
        # a run computes for seconds: one after the other, its multiplications side by side
        self._worker = ThreadPoolExecutor(1, "blind")
        self._hands = ThreadPoolExecutor(os.cpu_count() or 1, "blind-group")

    # what it shows

    def all(self) -> list[BlindView]:
        """How it stands on each line, by what people call the peer."""
        with self._node.held():
            found = [blind_shown.of_line(self._node, each) for each in self._node.all_lines()]
        return sorted(found, key=lambda each: (each.label or "", each.line))

    def one(self, line: str) -> BlindView:
        """How it stands on one line. Raises: Invalid (`line.none`)."""
        with self._node.held():
            return blind_shown.of_line(self._node, self._node.of(line))

    def runs(self, line: str) -> list[BlindRunView]:
        """Own runs on a line, the newest first. Raises: Invalid (`line.none`)."""
        with self._node.held():
            found = self._node.of(line)
            return [blind_shown.of_run(found, each) for each in self._node.private.blinds.of(line)]

    # what the node calls

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            for _ in changed.of("session"):
                self._tell(line.id, Found("blind.changed"))

        line.noticed.append(noticed)
        line.side[SUBJECT] = lambda _, data: self._put_aside(line.id, data)

    def close(self) -> None:
        """Give the threads back: what they still do counts for nothing."""
        self._closed = True
        for each in (self._worker, self._hands):
            each.shutdown(wait=False, cancel_futures=True)

    def finish(self) -> None:
        """Wait until what was begun by now is worked out. Never while the node is held."""
        self._worker.submit(lambda: None).result()

    def settle(self, line: OpenLine) -> None:
        """A line was used: what came goes into its run, and what its run wants said is said."""
        if self._node.as_of is not None:
            return
        self._leave(line)
        self._answer(line)
        run = self._runs.get(line.id)
        if run is not None:
            self._hear(line, run)
            while run.said and self._runs.get(line.id) is run:
                self._say(line, run, run.said.popleft())
        self._owe(line)

    def tick(self) -> None:
        """Time has passed: a run begins, is given up, or what may be lost is sent again."""
        if self._node.as_of is not None:
            return
        with self._node.held():
            due = [line.id for line in self._node.all_lines() if self._due(line)]
        for each in due if self._node.trouble is None else ():
            with suppress(Refused, Stale, OSError), self._node.using(each) as line:
                self._in_time(line)

    # who begins

    def agreed(self, line: OpenLine, from_ms: int) -> Agreed | None:
        """What holds of a run that begins then; None where none is agreed, or the two go by no terms."""
        bound = self._node.desk.bound(line.id)
        mine, theirs = line.fold.named(line.state), line.fold.peers(line.state)
        if bound is None or bound.rules.blind is None or mine is None or theirs is None:
            return None
        reference = VerticalReference(self._geoid, bound.ground, bound.qnh, bound.atmosphere)
        return Agreed(
            terms=tuple(sorted({mine.sha256, theirs.sha256})),
            channel=ids.unbase32(line.id, ids.HASH, "line"),
            table=bound.table,
            reference=reference,
            blind=bound.rules.blind,
            from_ms=from_ms,
            until_ms=from_ms + bound.rules.blind.horizon_ms,
        )

    def role(self, line: OpenLine) -> Role:
        """Whose name sorts first begins."""
        return "a" if line.state.party < line.state.peer else "b"

    def running(self, line: str) -> Run | None:
        """The run that is under way."""
        return self._runs.get(line)

    def compared(self, run: Kept) -> dict[str, int]:
        """Kept.compared, remembered for the run that was asked about last."""
        if self._asked is None or self._asked[0] is not run:
            self._asked = run, run.compared
        return self._asked[1]

    def by_these_terms(self, line: OpenLine, run: Kept) -> bool:
        """Whether a run was by what is agreed now."""
        known = line.fold.all.blinds.runs.get(blind_fields.session_id(run.begun.session))
        agreed = self.agreed(line, run.begun.from_ms)
        if known is None or agreed is None or not known.side(line.state.party).bound:
            return False
        rules = self._rules.get(line.id)
        if rules is None or rules[0] != agreed:
            rules = self._rules[line.id] = agreed, agreed.sha256
        return rules[1] == known.side(line.state.party).bound[0].commit.rules

    def gated(self, line: OpenLine) -> bool:
        """Whether officers see all that goes out first: sets that nobody can read do not pass them by."""
        return self._node.private.gates.get(line.id, "off") != "off"

    def hidden(self, line: OpenLine) -> list[str]:
        """The own plans that a run is about: of which the peer is told that they conflict, and no more."""
        desk = self._node.desk.line_desk(line.id)
        return [
            name
            for name, own in self._node.private.plans.plans.items()
            if own.plan.state != "ended" and desk.level(own) == "conflict-only"
        ]

    def _due(self, line: OpenLine) -> bool:
        """Whether something is to be done on a line because time has passed."""
        now, run = self._node.now(), self._runs.get(line.id)
        if run is not None:
            return now.boot_ms >= run.due_ms or (bool(run.side) and now.boot_ms >= run.again_ms)
        desk = self._node.desk.line_desk(line.id)
        terms = None if desk.bound is None else desk.bound.rules.blind
        if terms is None or not desk.begun or self.role(line) != "a" or self.gated(line):
            return False
        newest = next(self._node.private.blinds.of(line.id), None)
        return newest is None or newest.begun.from_ms < blind_heard.slot(terms, now.wall_ms)

    def _in_time(self, line: OpenLine) -> None:
        now = self._node.now()
        run = self._runs.get(line.id)
        if run is not None:
            if now.boot_ms >= run.due_ms:
                run.stop("timeout")
            elif now.boot_ms >= run.again_ms and run.side:
                run.again_ms = now.boot_ms + AGAIN_MS
                for number, data in run.side.values():
                    with suppress(Refused):
                        line.talk.send_side(SUBJECT, number, data)
            return
        bound = self._node.desk.bound(line.id)
        terms = None if bound is None else bound.rules.blind
        chance, spent = secrets.token_bytes(messages.SESSION), self._spent(line)[0]
        state, party = line.fold.all.blinds, line.state.party
        begun = blind_commands.begin(state, party, terms, now.wall_ms, chance, spent)
        self._start(line, begun.session, begun.from_ms)

    def _answer(self, line: OpenLine) -> None:
        """Begin as the one who answers, where the other party has begun."""
        theirs = blinds.newest(line.fold.all.blinds)
        bound = self._node.desk.bound(line.id)
        if self.role(line) != "b" or theirs is None or bound is None or bound.rules.blind is None:
            return
        commit = theirs.side(line.state.peer).bound[0].commit
        if commit.session in self._node.private.blinds.runs or not blind_runs.is_open(theirs):
            return
        if self.gated(line):
            return
        before = self._runs.pop(line.id, None)
        if before is not None:
            # its author has given it up
            self._conclude(line, before, "stopped")
        now_ms, state = self._node.clock.now(), line.fold.all.blinds
        try:
            spent = self._spent(line)[0]
            begun = blind_commands.join(state, line.state.party, bound.rules.blind, theirs, now_ms, spent)
        except Refused as refused:
            until_ms = commit.from_ms + bound.rules.blind.horizon_ms
            why = "budget" if refused.code == "blind.spent" else "refused"
            self._enter(line, Ended(theirs.id, "not clear", until_ms, why))
            return
        self._start(line, begun.session, begun.from_ms)

    def _spent(self, line: OpenLine) -> tuple[int, frozenset[bytes]]:
        """What today has cost, as blind_kept.spent has it."""
        day = self._node.clock.now() // blind_kept.DAY_MS
        return blind_kept.spent(self._node.private.blinds, line.id, day)

    def _start(self, line: OpenLine, session: bytes, from_ms: int) -> None:
        agreed = self.agreed(line, from_ms)
        if agreed is None:
            return
        chosen = self.hidden(line)
        own = self._node.private.plans
        begun = Begun(
            session,
            line.id,
            self.role(line),
            secrets.token_bytes(SEED),
            from_ms,
            agreed.until_ms,
            blind_kept.which(own, chosen),
        )
        now = self._node.now()
        spent, seen = self._spent(line)
        self._keep([begun])
        side = Own(
            session,
            begun.seed,
            b"",
            partial(keys.sign, signer.beside(line.state, self._node.opened.keys.seeds)),
            partial(blind_heard.signed, signer.beside_theirs(line.state)),
            allowed=agreed.blind.cells_a_day - spent,
            seen=seen,
            used=blind_heard.keys_of(line, session),
            spread=self._hands.map,
        )
        plans = [own.plans[each].plan for each in chosen]
        run = Run(begun, plans, agreed, side, partial(self._work, line.id))
        run.due_ms, run.again_ms = now.boot_ms + agreed.blind.timeout_ms, now.boot_ms + AGAIN_MS
        run.last_ms = now.boot_ms + agreed.blind.every_ms
        self._runs[line.id] = run

    def _work(self, line: str, do: Callable[[], None], fail: Callable[[], None]) -> None:
        def done() -> None:
            try:
                do()
            except Exception:  # noqa: BLE001 - whatever it is, the run must not look as if it went on
                self._node.log.write(Event(level="error", code="blind.failed", line=line))
                fail()
            with self._node.held():
                if not self._closed:
                    with suppress(Refused, Stale, OSError), self._node.using(line):
                        pass  # what is to be said is said as the line is settled

        with suppress(RuntimeError):  # the node is being closed
            self._worker.submit(done)

    # what comes

    def _put_aside(self, line: str, data: bytes) -> None:
        run = self._runs.get(line)
        # what comes before its run, or is larger than agreed, is let go: it is sent again, or refused
        if run is None or len(data) > 2 * messages.POINT * psi.bucket(run.agreed.blind.terms):
            return
        with suppress(Invalid):
            found = messages.read(data)
            if isinstance(found, Masked | Evaluated) and len(self._came.setdefault(line, [])) < ASIDE:
                self._came[line].append(found)

    def _hear(self, line: OpenLine, run: Run) -> None:
        """What the other side has said of this run, in its entries and beside them."""
        session = run.begun.session
        known = line.fold.all.blinds.runs.get(blind_fields.session_id(session))
        said = [] if known is None else list(blind_heard.said(line, known, run))
        fresh = [each for each in said if blind_heard.name(each) not in run.heard]
        came = [one for one in self._came.get(line.id, []) if one.session == session]
        bound = 0 if known is None else len(known.side(line.state.peer).bound)
        beside = [one for one in came if one.role != run.begun.role and one.round < bound]
        # a set that came before what its author is bound to waits for that
        self._came[line.id] = [one for one in came if one.round >= bound]
        for each in [*fresh, *beside]:
            if blind_heard.name(each) not in run.heard:
                # what comes again keeps no run open
                run.due_ms = min(self._node.now().boot_ms + run.agreed.blind.timeout_ms, run.last_ms)
            run.heard.add(blind_heard.name(each))
            if isinstance(each, Masked | Evaluated) and blind_heard.fits(known, each, line):
                with suppress(OSError):  # an arbiter can ask for it again
                    blind_evidence.keep(self._node.path, each, self._node.clock.now())
            run.hear(each)

    # what is said

    def _say(self, line: OpenLine, run: Run, step: Step) -> None:
        out = step.out
        kept = self._node.private.blinds.runs.get(run.begun.session)
        if kept is not None and step.charge > kept.charge and not isinstance(out, Verdict):
            self._keep([Charged(run.begun.session, step.charge)])
        match out:
            case Commit():
                run.side.clear()
                self._enter(line, Committed(out))
            case Result():
                self._enter(line, Compared(out))
            case Masked() | Evaluated():
                number, data = secrets.token_bytes(16), messages.write(out)
                run.side[type(out)] = number, data
                with suppress(OSError):  # it can be made again from the seed
                    blind_evidence.keep(self._node.path, out, self._node.clock.now())
                run.again_ms = self._node.now().boot_ms + AGAIN_MS
                with suppress(Refused):
                    line.talk.send_side(SUBJECT, number, data)
            case Stopped():
                pass  # the end that follows says why
            case Verdict():
                self._over(line, run, out)

    def _over(self, line: OpenLine, run: Run, verdict: Verdict) -> None:
        """It is over here: it is kept; what is to be said of it is owed from then on."""
        plans = run.named
        cells = tuple(
            blind_kept.Cell(each.cell, tuple(plans[k].id for k in each.plans)) for each in verdict.matches
        )
        found = Concluded(
            run.begun.session,
            verdict.outcome,
            verdict.why,
            cells,
            verdict.charge,
            verdict.first,
            tuple(sorted(run.left_out)),
            verdict.count,
        )
        self._runs.pop(line.id, None)
        self._keep(blind_kept.parted(found))
        words = check.WHY.get(verdict.why, "")
        self._tell(line.id, Found("blind.over", code=verdict.outcome, words=words, loud=bool(cells)))

    def _conclude(self, line: OpenLine, run: Run, why: str) -> None:
        """A run whose work counts for nothing any more."""
        known = self._node.private.blinds.runs[run.begun.session]
        self._keep([Concluded(run.begun.session, "not clear", why, (), known.charge)])
        self._tell(line.id, Found("blind.over", code="not clear", words=check.WHY[why]))

    def _leave(self, line: OpenLine) -> None:
        """Runs of an earlier start: nothing goes on with them."""
        run = self._runs.get(line.id)
        for each in list(self._node.private.blinds.of(line.id)):
            if each.over_ms is not None:
                break
            if run is None or run.begun.session != each.begun.session:
                self._keep([Concluded(each.begun.session, "not clear", "interrupted", (), each.charge)])

    def _owe(self, line: OpenLine) -> None:
        """Say of the newest run that is over what is not said yet; the end comes last."""
        newest = next(self._node.private.blinds.of(line.id), None)
        if newest is None or newest.over_ms is None or newest.outcome is None:
            return
        session = blind_fields.session_id(newest.begun.session)
        known = line.fold.all.blinds.runs.get(session)
        if known is None or known.side(line.state.party).end is not None:
            return
        waiting = [(each.type, each.body) for each in (*line.talk.waiting(), *line.talk.dropped())]
        there = set(known.side(line.state.party).cells)
        owed = (*self._matched(line, newest, there), self._ended(newest, blind_runs.phase(known)))
        if self._owed.get(line.id) == owed:
            return  # it stands there, and does not count: to repeat it would never end
        for each in owed:
            if (each.TYPE, blind_entries.write(each)) not in waiting:
                self._enter(line, each)
        self._owed[line.id] = owed

    def _matched(self, line: OpenLine, run: Kept, there: set[bytes]) -> list[Said]:
        """In mode escalate which own notices are in the cells that matched, but for cells said already."""
        bound = self._node.desk.bound(line.id)
        if bound is None or bound.rules.blind is None or bound.rules.blind.mode != "escalate":
            return []
        now = set(self.hidden(line))
        cells = [
            Cell(each.cell, notices)
            for each in run.cells
            if each.cell not in there
            # what is told otherwise since, or not at all, is not named
            if (notices := tuple(sorted(ids.notice_of(line.id, plan) for plan in each.plans if plan in now)))
        ]
        session = blind_fields.session_id(run.begun.session)
        return list(blind_entries.matched(session, cells)) if run.outcome == "matched" else []

    def _ended(self, run: Kept, phase: Phase) -> Ended:
        assert run.outcome is not None
        session = blind_fields.session_id(run.begun.session)
        if phase == "not clear" != run.outcome:
            return Ended(session, phase, run.begun.until_ms, "stopped")  # no other end counts on the line
        return Ended(session, run.outcome, run.begun.until_ms, run.why, run.count)

    def _enter(self, line: OpenLine, said: Said) -> None:
        line.talk.say("main", said.TYPE, blind_entries.V, blind_entries.write(said))

    def _keep(self, said: Iterable[blind_kept.Said]) -> None:
        with self._node.recording() as private:
            private.write([(each.TYPE, blind_kept.write(each)) for each in said], self._node.clock.now())
