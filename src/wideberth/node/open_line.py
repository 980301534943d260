"""A line of a running node: what carries it out, what its entries come to, and how it is shown."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from wideberth.desk import (
    agreement_commands,
    agreement_entries,
    agreements,
    blind_entries,
    call_entries,
    case_entries,
    communique_entries,
    hold_entries,
    line_checks,
    manual_entries,
    notice_entries,
    release_said,
    site_entries,
    statement_entries,
    talks_entries,
)
from wideberth.desk.agreement_entries import Said
from wideberth.desk.agreements import Version
from wideberth.desk.line_checks import Finding
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.ledger import approval, body, certificate, entries, ids, quints
from wideberth.ledger.approval import Approval
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.certificate import Paper, Papers
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.keys import public
from wideberth.line.clock import Now
from wideberth.line.messages import Alarm, Arrived, Dropped, Health, Lost, NotTold, Order, Shown, Unable
from wideberth.line.restore import STAGES
from wideberth.line.state import Feed, Stage, State
from wideberth.node import side
from wideberth.node.fold import Changed, Fold, prekeys_kept, read, terms
from wideberth.node.keys import Keys
from wideberth.node.papers import here
from wideberth.node.prekeys import Prekeys
from wideberth.node.talk import About, Heard, Talk, Unkept
from wideberth.node.views import (
    AgreementsView,
    AlarmView,
    CheckView,
    FeedView,
    LineView,
    ProofView,
    SignerView,
    VersionView,
    What,
    time,
)

KNOWN: Final[Known] = {
    **agreement_entries.KNOWN,
    **notice_entries.KNOWN,
    **case_entries.KNOWN,
    **call_entries.KNOWN,
    **hold_entries.KNOWN,
    **blind_entries.KNOWN,
    **talks_entries.KNOWN,
    **site_entries.KNOWN,
    **statement_entries.KNOWN,
    **manual_entries.KNOWN,
    **release_said.KNOWN,
    **communique_entries.KNOWN,
}
"""What a node's desk understands, beside what every line does."""
_READS: Final[tuple[tuple[Known, Callable[[Entry], object]], ...]] = (
    (notice_entries.KNOWN, notice_entries.read),
    (case_entries.KNOWN, case_entries.read),
    (call_entries.KNOWN, call_entries.read),
    (statement_entries.KNOWN, statement_entries.read),
    (hold_entries.KNOWN, hold_entries.read),
    (talks_entries.KNOWN, talks_entries.read),
    (blind_entries.KNOWN, blind_entries.read),
    (release_said.KNOWN, release_said.read),
    (communique_entries.KNOWN, communique_entries.read),
)
BEGINNING = "the line has just begun, or begun again"
"""Why a line is live before anything was heard."""


class Found(NamedTuple):
    """Something that happened on a line, before it is numbered (views.Happened)."""

    what: What
    origin: Origin | None = None
    entry: int | None = None
    type: str | None = None
    code: str | None = None
    words: str | None = None
    noun: str | None = None
    loud: bool = False


Told: TypeAlias = Callable[[str, Found], None]
"""Takes the line's id, and what happened on it."""


class Own(NamedTuple):
    """What a line needs of its node: its keys, the line's own prekeys, both readings of the clock, and how it
    is carried out.
    """

    keys: Keys
    prekeys: Prekeys
    now: Callable[[], Now]
    talk: type[Talk] = Talk


class _Shape(NamedTuple):
    """What of a line is looked at after each call, to tell what has changed."""

    stage: Stage
    clock_steady: bool
    receipts: dict[Origin, int]


class OpenLine:
    """One line. For one caller at a time, who gives it to `Lines` and asks it through them."""

    def __init__(self, about: About, own: Own, label: str | None, secret: bytes, told: Told) -> None:
        self.talk = own.talk(about, own.keys, own.prekeys, own.now, self.hear)
        self.label, self.secret = label, secret
        self.fold = Fold(about.line, dict(about.papers))
        self.dropped: dict[str, int] = {}
        self._told = told
        self._why = BEGINNING
        self._before: _Shape | None = None
        self._entered = False
        self.noticed: list[Callable[[Changed], None]] = []
        """Told in this order what may be another than before (see fold)."""
        self.side: dict[str, Callable[[bytes, bytes], None]] = {}
        """By subject who takes what comes beside the feeds (id, data): called while the node is held, and
        only to put it aside. What nobody takes is not held."""
        self.talk.side.subjects = self.side
        self.talk.agreement = self._named

    @property
    def id(self) -> str:
        """The line's id."""
        return self.talk.about.line.id

    @property
    def name(self) -> str:
        """What people call the peer; its party's name where they call it nothing."""
        return self.label or self.state.peer

    @property
    def state(self) -> State:
        """What the step function holds."""
        return self.talk.state

    def hear(self, heard: Heard) -> None:
        """What the line says to whoever runs it."""
        match heard:
            case Order():
                self._changed(self.fold.take(heard))
            case Arrived():
                for each in heard.entries:
                    header = each.header
                    self._tell(Found("entry.arrived", header.origin, header.n, header.type))
                    self._read(each)
            case Shown():
                header = heard.entry.header
                words = "a CHECK in a feed that is frozen, or not admitted: it is shown, and not kept"
                self._tell(Found("entry.shown", header.origin, header.n, header.type, words=words, loud=True))
            case Unable():
                header = heard.entry.header
                self._tell(Found("entry.unable", header.origin, header.n, header.type))
            case NotTold():
                self._tell(Found("entry.not_told", type=heard.said.type, code=heard.why))
            case Health():
                self._why = heard.why
                self._tell(Found("line.health", code=heard.level, words=heard.why))
            case Alarm():
                self._tell(Found("line.alarm", heard.frozen, code=heard.code, words=heard.words))
            case Lost():
                words = f"{heard.entries} entries at the end are lost for good"
                self._tell(Found("line.lost", heard.origin, heard.entries, words=words))
            case Unkept():
                self._tell(Found("node.disk", code=heard.code, words=heard.words))
            case Finding():
                asked = heard.asked
                self._tell(Found("line.check", asked.origin, asked.n, code=heard.code, words=heard.words))
            case side.Arrived():
                self.side[heard.subject](heard.id, heard.data)
            case Dropped():
                self.dropped[heard.code] = self.dropped.get(heard.code, 0) + 1

    def _read(self, entry: Entry) -> None:
        """Tell of what is of a known type and says nothing that can be read: nothing of it counts."""
        header = entry.header
        for known, reads in _READS:
            if (header.type, header.v) in known and body.understood(entry, known):
                try:
                    reads(entry)
                except Invalid as error:
                    found = Found("entry.unable", header.origin, header.n, header.type)
                    words = f"{error.path}: {error.message}" if error.path else error.message
                    self._tell(found._replace(code=error.code, words=words))

    def _changed(self, changed: Changed) -> None:
        if changed.agreements:
            self._tell(Found("agreement.changed"))
        for noticed in self.noticed:
            noticed(changed)

    def look(self) -> None:
        """Tell what has changed since the last look, and go by the terms that are in force now.

        Raises: as Talk.do.
        """
        if self._entered:
            self.fold = Fold(self.state.line, dict(self.state.papers))
            self._changed(self.fold.take(Order(0, tuple(self.state.order.placed))))
            self._entered = False
        found = self.fold.standing.in_force
        self.talk.go_by(terms(found.version.agreement if found else None), prekeys_kept(found))
        state = self.state
        shape = _Shape(state.stage, state.clock.steady, dict(state.receipts))
        before, self._before = self._before, shape
        if before is None:
            return
        if (before.stage, before.clock_steady) != (shape.stage, shape.clock_steady):
            self._tell(Found("line.stage", code=shape.stage, words=STAGES[shape.stage]))
        for origin, size in shape.receipts.items():
            if size != before.receipts.get(origin, 0):
                self._tell(Found("entry.delivered", origin, size))

    def view(self, address: str | None, alarms: Iterable[Alarm], seen: int) -> LineView:
        """The line, for people; of its alarms the first so many were seen."""
        state, standing = self.state, self.fold.standing
        in_force = standing.in_force
        return LineView(
            line=self.id,
            peer=state.peer,
            label=self.label,
            words=quints.identity(state.line.identity(state.peer)),
            address=address,
            health=state.level,
            why=self._why,
            stage=state.stage,
            stage_words=STAGES[state.stage],
            clock_steady=state.clock.steady,
            feeds=tuple(_feed(state, each) for each in (*state.of(state.party), *state.of(state.peer))),
            not_told=len(self.talk.waiting()),
            held=sum(each.held for each in self.talk.waiting()),
            candidates=tuple(sorted(origin.text for origin in state.candidates)),
            agreement=None if in_force is None else in_force.version.sha256.hex(),
            suspended_by=tuple(sorted(standing.suspended)),
            checks=tuple(_checks(self.talk.chores.checks, state.party)),
            alarms=tuple(_alarm(each, n < seen) for n, each in enumerate(alarms)),
        )

    def in_force(self, sha256: bytes) -> bool:
        """Whether these terms are in force on this line."""
        found = self.fold.standing.in_force
        return found is not None and found.version.sha256 == sha256

    def agreements(self, lines: Iterable[OpenLine]) -> AgreementsView:
        """Its agreements, for people; `lines` are all of the node, on which they may be in force as well."""
        others = list(lines)
        state, standing = self.fold.state, self.fold.standing
        named = self.fold.named(self.state)
        numbers = {version.agreement.id for version in state.versions.values()}
        return AgreementsView(
            line=self.id,
            phases={ids.base32(each): agreements.phase(state, each) for each in sorted(numbers)},
            named=None if named is None else named.sha256.hex(),
            versions=tuple(self._version(each, others) for each in state.versions.values()),
            suspended_by=tuple(sorted(standing.suspended)),
            told=tuple(standing.told),
        )

    def decided(self, what: str) -> None:
        """Officers have decided on the gate, or on what it holds: it is told, and said where it may be.

        Raises: as Talk.do.
        """
        self._tell(Found("gate.changed", code=what))
        self.talk.released()

    def enter(self, notes: Sequence[bytes]) -> None:
        """Papers that came by hand; whatever they change was so from the beginning. Raises: as Talk.enter."""
        # said before it is tried: they may be durable although what follows them is not
        self._entered = True
        self.talk.enter(notes)

    def propose(self, data: bytes) -> None:
        """Raises: as agreement_commands.propose."""
        self._say(agreement_commands.propose(self.fold.state, data, read))

    def sign(self, sha256: bytes, approvals: Sequence[Approval]) -> None:
        """Raises: as agreement_commands.sign."""
        mine = self.state.newest(self.state.party, "main")
        n = mine.written.size
        self._say(agreement_commands.sign(self.fold.state, sha256, approvals, mine.origin, n))

    def suspend(self, number: bytes) -> None:
        """Raises: as agreement_commands.suspend."""
        self._say([agreement_commands.suspend(self.fold.state, number)])

    def resume(self, number: bytes) -> None:
        """Raises: as agreement_commands.resume."""
        self._say([agreement_commands.resume(self.fold.state, number, self.state.party)])

    def end(self, number: bytes) -> None:
        """Raises: as agreement_commands.end."""
        self._say([agreement_commands.end(self.fold.state, number)])

    def _say(self, said: Sequence[Said | Part]) -> None:
        for each in said:
            of = entries.write(each) if isinstance(each, Part) else agreement_entries.write(each)
            self.talk.say("main", each.TYPE, entries.V, of, free=True)

    def _named(self) -> bytes | None:
        found = self.fold.named(self.state)
        return None if found is None else found.sha256

    def _version(self, version: Version, lines: Sequence[OpenLine]) -> VersionView:
        standing, found = self.fold.standing, version.agreement
        held = [force.version.sha256 for force in standing.held]
        by_party = standing.signed.get(version.subject, {})
        signers = [
            SignerView(
                party,
                found.label(party),
                len(by_party.get(party, ())),
                max(0, approval.NEEDED - len(by_party.get(party, ()))),
            )
            for party in self.state.line.parties
        ]
        known = {each.state.peer: each.in_force(version.sha256) for each in lines}
        elsewhere = agreements.not_signed(found, {self.state.party: True, self.state.peer: True, **known})
        return VersionView(
            sha256=version.sha256.hex(),
            agreement=ids.base32(found.id),
            title=found.terms.title,
            version=found.version,
            previous=None if found.previous is None else found.previous.hex(),
            in_force=self.in_force(version.sha256),
            was_in_force=version.sha256 in held,
            ignored=standing.ignored.get(version.sha256),
            signers=tuple(signers),
            elsewhere=elsewhere if len(found.parties) > len(signers) else None,
            terms=version.data.decode(),
        )

    def _tell(self, found: Found) -> None:
        self._told(self.id, found)


def papers(line: Line, notes: Sequence[bytes]) -> dict[str, Papers]:
    """What of these papers either party of a line has signed for it."""
    mine = list(here(line, notes))
    return {party: certificate.papers(_signed(line.identity(party), mine)) for party in line.parties}


def check_keys(own: Keys, certified: Papers) -> None:
    """The keys that a node has are those that its papers certify. Raises: Refused (`line.other_keys`)."""
    known = {each.key for each in certified.certificates}
    mine = {
        "log": public(own.seeds.log),
        "cosign": public(own.seeds.cosign),
        "seal": own.seals[-1].public.public,
    }
    for purpose, key in mine.items():
        if key not in known:
            words = f"the papers do not certify the {purpose} key of this node"
            raise Refused("line.other_keys", f"{words}; accepted: papers for the keys in its keys/")


def _signed(identity: bytes, notes: Sequence[bytes]) -> list[Paper]:
    found = []
    for each in notes:
        try:
            found.append(certificate.read(each, identity))
        except (Invalid, NotTrusted):
            continue  # the other party's, or of another line
    return found


def proofs(alarms: Iterable[Alarm], seen: int) -> list[ProofView]:
    """Alarms with their proofs, of which the first so many were seen."""
    found = []
    for n, each in enumerate(alarms):
        pieces = tuple(base64.b64encode(piece).decode() for piece in each.proof)
        frozen = each.frozen.text if each.frozen else None
        found.append(ProofView(each.code, each.words, frozen, pieces, n < seen))
    return found


def _checks(found: line_checks.State, party: str) -> Iterator[CheckView]:
    """The newest check of each party."""
    for some in found.asked.values():
        asked = some[-1]
        answer = found.answers.get((asked.origin, "desk"))
        role = answer.role if answer is not None and answer.n >= asked.n else None
        yield CheckView(
            mine=asked.origin.party == party,
            at=time(asked.at_ms),
            desk=asked.desk,
            stage=line_checks.stage(found, asked),
            role=role,
        )


def _alarm(alarm: Alarm, seen: bool) -> AlarmView:
    size = sum(map(len, alarm.proof))
    return AlarmView(alarm.code, alarm.words, alarm.frozen.text if alarm.frozen else None, size, seen)


def _feed(state: State, found: Feed) -> FeedView:
    mine = found.origin.party == state.party
    delivered = state.receipts.get(found.origin, 0) if mine else found.size if state.signing else 0
    return FeedView(
        origin=found.origin.text,
        kind=found.origin.kind,
        mine=mine,
        entries=found.size,
        delivered=delivered,
        frozen=found.origin in state.frozen,
        root=found.head.checkpoint.root.hex(),
    )
