"""Runs of the blind check on a line: which entries about them count.

The party whose name sorts first begins (role "a"). Rounds follow each other; nobody says what matched, or
goes on, before it has folded what the other side said before; each set, result and end is said once. What
does not fit changes nothing, but for a second set or result in the place of one that was signed, and whatever
else the two sides have otherwise: that is kept as a finding, and the run is not clear. What is disputed does
not make a run clear.

The state depends on the set of entries alone, in their order. It knows neither the agreement, whose terms are
kept to by the commands (desk.blind_commands), nor papers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from immutables import Map
from msgspec import Struct, structs

from wideberth.blind.messages import Commit
from wideberth.desk import blind_audits, blind_entries, blind_fields
from wideberth.desk.blind_audit_entries import Agreed, Answered, Asked
from wideberth.desk.blind_audits import Audit
from wideberth.desk.blind_entries import Committed, Compared, Ended, Matched, Said
from wideberth.desk.blind_runs import OPEN, Bound, End, Finding, Result, Run, Side, is_open, phase, role
from wideberth.desk.calls import At
from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.ledger.ids import Line
from wideberth.ledger.order import Placed
from wideberth.model.blind import Outcome

DAY_MS: Final = 86_400_000
KEPT: Final = 100
"""Runs to which both sides have committed: the newest are held, and those that an audit is about; what was
older is in the record alone.
"""
ALONE: Final = 10
"""Runs to which the other side has not, the newest: who begins many of them pushes out none of those."""
USED: Final = 10_000
"""Ids of runs that are known to have been used, the newest."""
FINDINGS: Final = 10
"""Findings of one run that are held, the first."""
NOTICES: Final = 20_000
"""Notices in matched cells of one side of a run that are held, each counted in every cell."""
TOLD: Final = 4
"""Runs, the newest, of which matched cells are held."""
DAYS: Final = 3
"""Days of UTC on which it is known what they cost."""


class State(Struct, frozen=True):
    """The runs of a line that are held, by id.

    `used`: ids of runs; `begun` counts them, in whose order `ids` has them; `asked` counts audits. `cells`:
    what matched at the first level, by party and day of UTC of its own clock; `agreed` the same of audits to
    which it has agreed.
    """

    line: Line
    runs: Map[str, Run] = Map()
    used: Map[str, int] = Map()
    ids: Map[int, str] = Map()
    begun: int = 0
    asked: int = 0
    cells: Map[tuple[str, int], int] = Map()
    agreed: Map[tuple[str, int], int] = Map()

    def sorted(self) -> list[Run]:
        """As they were begun, the oldest first."""
        return sorted(self.runs.values(), key=lambda each: each.n)


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold; what is none of it, cannot be read or does not fit changes nothing."""
    entry, header = placed.entry, placed.entry.header
    if not body.understood(entry, blind_entries.KNOWN):
        return state
    try:
        said = blind_entries.read(entry)
    except Invalid:
        return state
    party, at = header.origin.party, At(header.at_ms, Ref(header.origin, header.n))
    session = _session(said)
    run = state.runs.get(session)
    if isinstance(said, Committed) and run is None:
        return state if placed.disputed else _begin(state, session, said.commit, party, at)
    if run is None:
        return state
    match said:
        case Committed():
            return _committed(state, run, said.commit, placed, at)
        case Compared():
            return _compared(state, run, said, placed, at)
        case Ended():
            return _ended(state, run, said, placed, at)
        case Matched():
            return _matched(state, run, said, party)
    return state if placed.disputed else _audited(state, run, said, placed, at)


def newest(state: State) -> Run | None:
    """The run that was begun last."""
    return max(state.runs.values(), key=lambda each: each.n, default=None)


def spent_cells(state: State, now_ms: int) -> int:
    """Matches of the first level in this day of UTC, by whichever side has more; also of cells known before.

    What a day has cost is at most this: a node knows which cells had matched already (desk.blind_kept).
    """
    return _spent(state.cells, now_ms // DAY_MS)


def spent_audits(state: State, party: str, now_ms: int) -> int:
    """Audits to which a party has agreed in this day of UTC."""
    return state.agreed.get((party, now_ms // DAY_MS), 0)


# the steps of the fold


def _session(said: Said) -> str:
    match said:
        case Committed():
            return blind_fields.session_id(said.commit.session)
        case Compared():
            return blind_fields.session_id(said.result.session)
        case Ended() | Matched():
            return said.session
    return said.question.session


def _begin(state: State, session: str, commit: Commit, party: str, at: At) -> State:
    """One more run; of an id that was used, or by the other side, none."""
    if session in state.used or commit.round or {commit.role, role(state.line, party)} != {"a"}:
        return state
    for each in state.runs.values():
        if phase(each) in OPEN:
            first = each.sides[0].bound[0].at.ref
            state = _with(state, _found(each, Finding("overtaken", party, at.ref, first)))
    n = state.begun
    run = Run(session, n, (party, state.line.other(party)), (Side((Bound(commit, at),)), Side()))
    used, ids = state.used.set(session, n), state.ids.set(n, session)
    if n >= USED:
        used, ids = used.delete(ids[n - USED]), ids.delete(n - USED)
    return _pruned(_with(structs.replace(state, used=used, ids=ids, begun=n + 1), run))


def _committed(state: State, run: Run, commit: Commit, placed: Placed, at: At) -> State:
    party, n = at.ref.origin.party, commit.round
    side, other = run.side(party), run.other(party)
    if commit.role != role(state.line, party):
        return state
    if n < len(side.bound):
        return _said_again(state, run, side.bound[n].commit == commit, at, side.bound[n].at)
    if placed.disputed or n > len(side.bound) or not is_open(run):
        return state
    # it goes on from the result of the round before, and b's first set from a's
    if n and min(len(side.results), len(other.results)) < n:
        return state
    if not _folded(placed, other.results[n - 1].at if n else other.bound[0].at):
        return state
    first = side.bound[0] if side.bound else None
    if first is not None and first.commit.plans != commit.plans:
        run = _found(run, Finding("plans", party, at.ref, first.at.ref))
    for each in (first, other.bound[0]):
        if each is not None and _alike(each.commit) != _alike(commit):
            run = _found(run, Finding("rules", party, at.ref, each.at.ref))
    made = structs.replace(side, bound=(*side.bound, Bound(commit, at)))
    return _pruned(_with(state, _say(run, party, made)))


def _alike(commit: Commit) -> tuple[bytes, int]:
    return commit.rules, commit.from_ms


def _compared(state: State, run: Run, said: Compared, placed: Placed, at: At) -> State:
    party, result, n = at.ref.origin.party, said.result, said.result.round
    side, other = run.side(party), run.other(party)
    if result.role != role(state.line, party):
        return state
    sha256 = hashlib.sha256(placed.entry.body).digest()
    if n < len(side.results):
        return _said_again(state, run, side.results[n].sha256 == sha256, at, side.results[n].at)
    due = n == len(side.results) and n < run.committed and is_open(run)
    if placed.disputed or not due or not _folded(placed, other.bound[n].at):
        return state
    made = Result(result.matches, len(result.filled), sha256, at)
    after = _say(run, party, structs.replace(side, results=(*side.results, made)))
    for theirs in other.results[n:]:
        if (theirs.matches, theirs.n) != (made.matches, made.n):
            after = _found(after, Finding("unequal", party, at.ref, theirs.at.ref))
    if n == 0:
        # one of the matches is the term that both must have: it is no cell
        state = structs.replace(state, cells=_more(state.cells, party, at.at_ms, max(made.n - 1, 0)))
    return _with(state, after)


def _said_again(state: State, run: Run, same: bool, at: At, before: At) -> State:
    """What was signed is said once more, or something else in its place: also where the run is over."""
    if same:
        return state
    return _with(state, _found(run, Finding("changed", at.ref.origin.party, at.ref, before.ref)))


def _ended(state: State, run: Run, said: Ended, placed: Placed, at: At) -> State:
    party = at.ref.origin.party
    side, other = run.side(party), run.other(party)
    after = _say(run, party, structs.replace(side, end=End(said, at)))
    if said.outcome == "not clear":
        first = side.end is None or side.end.said.outcome != "not clear"
        return _with(state, after) if first else state
    if side.end is not None:
        return _said_again(state, run, side.end.said == said, at, side.end.at)
    # each round that was begun is at its end
    whole = len({len(of) for each in run.sides for of in (each.bound, each.results)}) == 1
    if placed.disputed or not whole or phase(run) != "compared" or not _folded(placed, other.results[-1].at):
        return state
    if other.end is not None and _end(other.end.said) != _end(said):
        after = _found(after, Finding("unequal", party, at.ref, other.end.at.ref))
    return _with(state, after)


def _end(said: Ended) -> tuple[Outcome, int, int | None]:
    return said.outcome, said.until_ms, said.count


def _matched(state: State, run: Run, said: Matched, party: str) -> State:
    """What restricts: it counts also where it is disputed, and whatever became of the run."""
    if not run.compared:
        return state
    side = run.side(party)
    cells, more = side.cells, side.more
    held = sum(map(len, cells.values()))
    for cell in said.cells:
        before = cells.get(cell.term, ())
        named = tuple(sorted({*before, *cell.notices}))
        if held + len(named) - len(before) > NOTICES:
            more = True
            continue
        held += len(named) - len(before)
        cells = cells.set(cell.term, named)
    made = structs.replace(side, cells=cells, more=more)
    return _pruned(_with(state, _say(run, party, made)))


def _audited(state: State, run: Run, said: Asked | Agreed | Answered, placed: Placed, at: At) -> State:
    party = at.ref.origin.party
    asker = party if isinstance(said, Asked) else state.line.other(party)
    bound = run.other(asker).bound[said.question.round : said.question.round + 1]
    key = blind_audits.Key(asker, said.question)
    known = run.audits.get(key)
    if isinstance(said, Asked):
        if not bound or not _folded(placed, bound[0].at):
            return state
        if known is None:
            known = Audit(key, state.asked)
            state = structs.replace(state, asked=state.asked + 1)
    elif known is None or not _folded(placed, known.asks[0].at):
        return state
    if isinstance(said, Agreed) and not known.agreements:
        state = structs.replace(state, agreed=_more(state.agreed, party, at.at_ms, 1))
    after = blind_audits.step(known, said, at)
    state = _with(state, structs.replace(run, audits=run.audits.set(key, after)))
    return _pruned(_fewer_audits(state, asker))


# what is held


def _with(state: State, run: Run) -> State:
    return structs.replace(state, runs=state.runs.set(run.id, run))


def _say(run: Run, party: str, side: Side) -> Run:
    a, b = run.sides
    return structs.replace(run, sides=(side, b) if party == run.parties[0] else (a, side))


def _found(run: Run, finding: Finding) -> Run:
    return structs.replace(run, findings=(*run.findings, finding)[:FINDINGS])


def _folded(placed: Placed, at: At) -> bool:
    """Whether an entry is before its author: nobody goes on from what it has not seen."""
    mine = placed.entry.header.origin.party
    return at.ref.origin.party == mine or placed.folded.get(at.ref.origin, 0) > at.ref.n


def _more(spent: Map[tuple[str, int], int], party: str, at_ms: int, n: int) -> Map[tuple[str, int], int]:
    day = at_ms // DAY_MS
    after = spent.set((party, day), spent.get((party, day), 0) + n)
    last = max(each for name, each in after if name == party)
    for name, each in spent:
        if name == party and each <= last - DAYS:
            after = after.delete((name, each))
    return after


def _spent(spent: Mapping[tuple[str, int], int], day: int) -> int:
    return max((n for (_, each), n in spent.items() if each == day), default=0)


def _pruned(state: State) -> State:
    """Without the oldest of too many."""
    kept = state.runs
    some = state.sorted()
    joined = [each for each in some if each.committed]
    alone = [each for each in some if not each.committed]
    for each in (*joined[:-KEPT], *alone[:-ALONE]):
        if not each.audits:
            kept = kept.delete(each.id)
    for each in joined[:-TOLD]:
        if each.id in kept and any(side.cells for side in each.sides):
            a, b = (
                structs.replace(side, cells=Map(), more=side.more or bool(side.cells)) for side in each.sides
            )
            kept = kept.set(each.id, structs.replace(each, sides=(a, b)))
    return structs.replace(state, runs=kept) if kept is not state.runs else state


def _fewer_audits(state: State, asker: str) -> State:
    """Without the oldest of too many audits that one party asks for: nobody pushes out the other's."""
    asked = [
        (each.n, run.id, key)
        for run in state.runs.values()
        for key, each in run.audits.items()
        if key.asker == asker
    ]
    for _, name, key in sorted(asked)[: -blind_audits.KEPT]:
        run = state.runs[name]
        state = _with(state, structs.replace(run, audits=run.audits.delete(key)))
    return state
