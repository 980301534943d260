"""Audits over a line: whether one cell was in the set that a party was bound to. Part of the node.

Two officers ask and two of the other side agree, each over the same text; then the asked node answers by
itself, from the seed that it keeps. What an answer proves is found again here by whoever looks at it, from
the commitment in the feed and the masked set that was kept (blind_evidence): it is not taken from the answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from wideberth.blind import audit as proofs
from wideberth.blind import growth, tree
from wideberth.blind.messages import Commit
from wideberth.desk import blind_audit_entries as entries
from wideberth.desk import blind_audits, blind_commands, blind_entries
from wideberth.desk.blind_audit_entries import Agreed, Answered, Asked, Question, Said
from wideberth.desk.blind_audits import Audit, Key, Word
from wideberth.desk.blind_runs import Run
from wideberth.desk.calls import At
from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.ledger import approval
from wideberth.model.agreement import Blind
from wideberth.model.blind import AUDIT_PHASES, About
from wideberth.node import blind_evidence
from wideberth.node.blind_audit_views import (
    LATER,
    PROVEN,
    AuditCellView,
    AuditTextView,
    AuditView,
    Proven,
)
from wideberth.node.fold import Changed
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.views import time
from wideberth.space.altitude import Altitude
from wideberth.space.geoid import Geoid
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import YEARS

if TYPE_CHECKING:
    from wideberth.node.node import Node

DAY_MS: Final = 24 * 3_600_000
LEVELS: Final = "above mean sea level or above the ellipsoid (300m MSL, 300m HAE)"


class Spot(NamedTuple):
    """Where and when something happened: longitude and latitude in 1e-7°, altitude, POSIX ms."""

    place: tuple[int, int]
    altitude: Altitude
    at_ms: int


class BlindAudits:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, and as is said at each."""

    def __init__(self, node: Node, geoid: Geoid, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._geoid, self._tell = node, geoid, tell
        self._proven: dict[tuple[str, Ref], Proven] = {}
        self._cannot: set[tuple[str, Key]] = set()
        self._expired_ms = 0

    # what it shows

    def all(self, line: str) -> list[AuditView]:
        """Those of a line, the newest first. Raises: Invalid (`line.none`)."""
        with self._node.held():
            found = self._node.of(line)
            some = sorted(_audits(found), key=lambda each: -each[1].n)
            return [self._view(found, run, each) for run, each in some]

    def one(self, line: str, audit: str) -> AuditView:
        """One of them. Raises: Invalid (`line.none`, `blind.no_audit`)."""
        with self._node.held():
            found = self._node.of(line)
            return self._view(found, *self._audit(found, audit))

    def question(
        self, line: str, session: str, number: int, cell: bytes | Spot, about: About
    ) -> AuditTextView:
        """What two officers are to sign, before they ask.

        `cell`: its term, or what happened in it. Nothing is entered.
        Raises: Refused (`blind.unknown`, `blind.none_agreed`), Invalid (`line.none`, `blind.audit_height`,
            `blind.audit_level`, `blind.term`, `blind.level`).
        """
        with self._node.held():
            found = self._node.of(line)
            run = found.fold.all.blinds.runs.get(session)
            commit = _commit(run, found.state.peer, number)
            if run is None or commit is None:
                words = (
                    "the other party has committed to no such set; accepted: a run and a round that are held"
                )
                raise Refused("blind.unknown", words)
            term = cell if isinstance(cell, bytes) else self._term(found, cell, commit.level)
            asked = Question(session, number, _fits(commit, term), about)
            text = entries.text(found.id, found.state.party, asked)
            where = _cell(term)
            return AuditTextView(_id(text), text.decode(), session, number, where, about.kind, about.id)

    # what its people do

    def ask(self, line: str, question: Question, approvals: Sequence[bytes]) -> AuditView:
        """Ask, with officers' signatures.

        Raises: as blind_commands.ask and approval.read; Invalid (`line.none`, `blind.audit_level`,
            `blind.term`).
        """
        read = _read(approvals)
        with self._node.held():
            found = self._node.of(line)
            commit = _commit(
                found.fold.all.blinds.runs.get(question.session), found.state.peer, question.round
            )
            if commit is not None:
                _fits(commit, question.cell)
            state, papers = found.fold.all, found.fold.state.papers
            incidents = {*state.cases.cases, *(each.call for each in state.calls.calls)}
            terms, before = self._terms(found), self._before(found)
            said = blind_commands.ask(
                state.blinds, found.state.party, terms, Asked(question, read), before, papers, incidents
            )
            self._enter(line, said)
            return self.one(line, _id(entries.text(found.id, found.state.party, question)))

    def agree(self, line: str, audit: str, approvals: Sequence[bytes]) -> AuditView:
        """Agree to a question of the other side's, with own officers' signatures over the same text.

        Raises: as blind_commands.agree and approval.read; Invalid (`line.none`, `blind.no_audit`,
            `blind.audit_level`, `blind.term`), Refused (`blind.not_kept`).
        """
        read = _read(approvals)
        with self._node.held():
            found = self._node.of(line)
            run, known = self._audit(found, audit)
            question = known.key.question
            said = blind_commands.agree(
                found.fold.all.blinds,
                found.state.party,
                self._terms(found),
                Agreed(question, read),
                self._before(found),
                found.fold.state.papers,
            )
            commit = _commit(run, found.state.party, question.round)
            if commit is not None:
                _fits(commit, question.cell)
            if self._answer(found, run, known) is None:
                words = "what it was about is not kept here any more; accepted: an answer by voice, or none"
                raise Refused("blind.not_kept", words)
            self._enter(line, said)
            return self.one(line, audit)

    # what the node calls

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            if next(iter(changed.of("session")), None) is not None and next(_audits(line), None) is not None:
                self._tell(line.id, Found("blind.audit"))

        line.noticed.append(noticed)

    def settle(self, line: OpenLine) -> None:
        """Answer what four officers have agreed to."""
        if self._node.as_of is not None:
            return
        papers = line.fold.state.papers
        for run, audit in list(_audits(line)):
            key = line.id, audit.key
            theirs = audit.key.asker == line.state.peer
            if not theirs or audit.answer is not None or not audit.agreements or key in self._cannot:
                continue
            if blind_audits.phase(line.fold.all.blinds.line, audit, papers) != "agreed":
                continue
            said = self._answer(line, run, audit)
            if said is None:
                self._cannot.add(key)
            elif not _waits(line, said):
                blind_commands.answer(line.fold.all.blinds, line.state.party, said, papers)
                line.talk.say("main", said.TYPE, blind_entries.V, blind_entries.write(said))

    def tick(self) -> None:
        """Time has passed: sets that nobody asks about any more go."""
        now_ms = self._node.clock.now()
        if self._node.as_of is None and now_ms >= self._expired_ms + DAY_MS:
            self._expired_ms = now_ms
            blind_evidence.expire(self._node.path, now_ms)

    # how

    def _terms(self, line: OpenLine) -> Blind | None:
        bound = self._node.desk.bound(line.id)
        return None if bound is None else bound.rules.blind

    def _before(self, line: OpenLine) -> At:
        """The next entry of the own main feed: there the officers must be certified."""
        main = line.state.newest(line.state.party, "main")
        return At(self._node.clock.now(), Ref(main.origin, main.written.size))

    def _enter(self, line: str, said: Said) -> None:
        with self._node.using(line) as found:
            found.talk.say("main", said.TYPE, blind_entries.V, blind_entries.write(said))

    def _term(self, line: OpenLine, spot: Spot, level: int) -> bytes:
        """The cell of this level that something happened in."""
        bound, (datum, value) = self._node.desk.bound(line.id), (spot.altitude.datum, spot.altitude.value)
        if bound is None:
            raise Refused("blind.none_agreed", "no terms are kept to on this line; accepted: the cell itself")
        if datum in ("MSL", "MSL/ALT"):
            lon, lat = (each / DEGREE for each in spot.place)
            value += round(self._geoid.at(lon, lat) * METRE)
        elif datum != "HAE":
            raise Invalid("blind.audit_height", "altitude", datum, LEVELS)
        t, x, y, z = tree.at(spot.place, value, spot.at_ms, level)
        axes = growth.axes_of(bound.table)
        # an axis that is not compared has one cell for all
        index = (t * axes.time, x * axes.ground, y * axes.ground, z * axes.height)
        return tree.terms(np.array([index], dtype=np.int64), level)[0]

    def _audit(self, line: OpenLine, name: str) -> tuple[Run, Audit]:
        for run, each in _audits(line):
            if _id(_text(line, each)) == name:
                return run, each
        raise Invalid("blind.no_audit", "audit", name, "one of this line")

    def _answer(self, line: OpenLine, run: Run, audit: Audit) -> Answered | None:
        """What this node has to say; None where its set, or the seed of it, is not here any more."""
        question = audit.key.question
        commit = _commit(run, line.state.party, question.round)
        kept = None if commit is None else self._node.private.blinds.runs.get(commit.session)
        if commit is None or kept is None:
            return None
        masked = blind_evidence.read(self._node.path, commit)
        if masked is None:
            return None
        shown = proofs.prove_term(kept.begun.seed, commit.session, commit.role, commit.round, question.cell)
        try:
            found = proofs.audit_term(commit, masked, question.cell, shown)
        except (Invalid, NotTrusted):
            return None  # a cell that this round cannot have
        return Answered(question, found == "present", proofs.write(shown))

    def _view(self, line: OpenLine, run: Run, audit: Audit) -> AuditView:
        question, text = audit.key.question, _text(line, audit)
        papers, of = line.fold.state.papers, line.fold.all.blinds.line
        phase = blind_audits.phase(of, audit, papers)

        def most(words: Sequence[Word], party: str) -> int:
            signed = (blind_audits.signers(of, audit.key, each, party, papers) for each in words)
            return max(map(len, signed), default=0)

        proven = self._prove(line, run, audit)
        return AuditView(
            audit=_id(text),
            text=text.decode(),
            line=line.id,
            label=line.label,
            mine=audit.key.asker == line.state.party,
            run=question.session,
            round=question.round,
            where=_cell_if(question.cell),
            kind=question.about.kind,
            about=question.about.id,
            phase=phase,
            words=self._words(line, audit, AUDIT_PHASES[phase]),
            asks=most(audit.asks, audit.key.asker),
            agrees=most(audit.agreements, of.other(audit.key.asker)),
            needed=approval.NEEDED,
            asked=time(audit.asks[0].at.at_ms),
            agreed=time(audit.agreements[-1].at.at_ms) if audit.agreements else None,
            answered=None if audit.answer is None else time(audit.answer.at.at_ms),
            claimed=None if audit.answer is None else audit.answer.said.present,
            proven=proven,
            proof=None if proven is None else _proof(proven, question.round),
        )

    def _words(self, line: OpenLine, audit: Audit, words: str) -> str:
        cannot = (line.id, audit.key) in self._cannot
        return f"{words}; this node cannot answer: its set is not kept any more" if cannot else words

    def _prove(self, line: OpenLine, run: Run, audit: Audit) -> Proven | None:
        """What an answer proves, found here."""
        if audit.answer is None:
            return None
        at = line.id, audit.answer.at.ref
        if at not in self._proven:
            asked = line.fold.all.blinds.line.other(audit.key.asker)
            commit = _commit(run, asked, audit.key.question.round)
            masked = None if commit is None else blind_evidence.read(self._node.path, commit)
            self._proven[at] = (
                "unproven" if commit is None or masked is None else _found(commit, masked, audit.answer.said)
            )
        return self._proven[at]


def _found(commit: Commit, masked: bytes, said: Answered) -> Proven:
    try:
        shown = proofs.read(said.proof)
        if not isinstance(shown, proofs.Shown):
            return "lie"
        found = proofs.audit_term(commit, masked, said.question.cell, shown)
    except (Invalid, NotTrusted):
        return "lie"
    return found if (found == "present") is said.present else "lie"


def _proof(proven: Proven, number: int) -> str:
    return PROVEN[proven] + (LATER if number and proven == "absent" else "")


def _audits(line: OpenLine) -> Iterator[tuple[Run, Audit]]:
    for run in line.fold.all.blinds.runs.values():
        yield from ((run, each) for each in run.audits.values())


def _commit(run: Run | None, party: str, number: int) -> Commit | None:
    """What a party is bound to in a round of a run; None where it is to nothing."""
    bound = () if run is None else run.side(party).bound[number : number + 1]
    return bound[0].commit if bound else None


def _fits(commit: Commit, term: bytes) -> bytes:
    """The term itself. Raises: Invalid (`blind.term`, `blind.level`, `blind.audit_level`)."""
    level, _ = tree.read(term)
    if level != commit.level:
        raise Invalid("blind.audit_level", "cell", f"level {level}", f"a cell of level {commit.level}")
    return term


def _cell(term: bytes) -> AuditCellView:
    level, index = tree.read(term)
    box = tree.boxes(np.array([index], dtype=np.int64), level)
    west, south, east, north, lower, upper, start, end = (int(each[0]) for each in box)
    if not YEARS[0] <= start < end <= YEARS[1]:
        raise Invalid("blind.term", "cell", term.hex(), "a cell of the years 1 to 9999")
    area = west / DEGREE, south / DEGREE, east / DEGREE, north / DEGREE
    return AuditCellView(term.hex(), level, area, lower / METRE, upper / METRE, time(start), time(end))


def _cell_if(term: bytes) -> AuditCellView | None:
    try:
        return _cell(term)
    except Invalid:
        return None


def _text(line: OpenLine, audit: Audit) -> bytes:
    return entries.text(line.id, audit.key.asker, audit.key.question)


def _id(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _read(approvals: Sequence[bytes]) -> tuple[approval.Approval, ...]:
    return tuple(approval.read(each.removesuffix(b"\n")) for each in approvals)


def _waits(line: OpenLine, said: Said) -> bool:
    value = blind_entries.write(said)
    waiting = (*line.talk.waiting(), *line.talk.dropped())
    return any((each.type, each.body) == (said.TYPE, value) for each in waiting)
