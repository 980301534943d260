"""Agreements on a line: what was proposed and signed, what is in force, who has suspended it (LINE 13, 19).

The fold gathers; `standing` judges all of it by the papers that are held by now, so that a revocation that
comes late still counts. A version is in force when two officers of each party of the line have signed its
exact bytes, if it names the one in force before it. A version that does not is ignored, and told.

Terms of three parties and more are in force on a line when that line's two parties have signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import NamedTuple, cast

from msgspec import Struct, field, structs

from wideberth.desk import agreement_entries
from wideberth.desk.agreement_entries import Ended, Followed, Proposed, Resumed, Said, Suspended
from wideberth.desk.agreement_entries import Signed as SignedEntry
from wideberth.desk.cutover import Binding, binding, merge
from wideberth.errors import Invalid, NotTrusted, WideberthError
from wideberth.ledger import approval, body, certificate, entries, ids, parts
from wideberth.ledger.approval import Subject
from wideberth.ledger.body import Header
from wideberth.ledger.certificate import Paper, Papers
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.model.agreement import Agreement, Phase, Release
from wideberth.model.separation import EVERY

Read = Callable[[bytes], Agreement]
"""Reads the bytes of terms; raises Invalid for what is not an agreement."""
Seen = Mapping[Origin, int]
"""How many entries of each feed somebody has folded, their own included."""

STRANGE = 10
PARTS = 27
"""Parts that terms of the largest size make; others are no terms."""


class Version(NamedTuple):
    """Terms that were proposed: their exact bytes and what they say."""

    sha256: bytes
    agreement: Agreement
    data: bytes

    @property
    def subject(self) -> Subject:
        """What officers sign."""
        return approval.agreement(self.agreement.id, self.data)


class Event(NamedTuple):
    """What entry `n` of a feed said."""

    said: Said
    origin: Origin
    n: int
    disputed: bool

    @property
    def seen(self) -> dict[Origin, int]:
        """What has to be folded to know of it."""
        return {self.origin: self.n + 1}


class State(Struct, frozen=True):
    """All that the entries of a line say about agreements, in their order, and about the parties' keys.

    `parts` are by who wrote them, so that nobody can spoil another's. `unread` says of proposals by their
    SHA-256 why there are no terms. `followed` are the terms that each party said last that it goes by.
    `strange`: terms that entries name as agreed and that were not proposed on the line before, by the first
    entry that does; at most STRANGE of them.
    """

    line: Line
    papers: dict[str, Papers] = field(default_factory=dict)
    parts: dict[tuple[str, bytes], tuple[Part, ...]] = field(default_factory=dict)
    versions: dict[bytes, Version] = field(default_factory=dict)
    unread: dict[bytes, str] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    followed: dict[str, bytes] = field(default_factory=dict)
    strange: dict[bytes, tuple[Origin, int]] = field(default_factory=dict)


class Force(NamedTuple):
    """A version that came into force; known to whoever has folded `since`."""

    version: Version
    since: dict[Origin, int]


class Standing(Struct):
    """Where the agreements of a line stand.

    `held` are all versions that came into force, in order; `in_force` the last one, unless it ended.
    `signed` has for each proposal the keys of each party that count. `suspended` is by whom, and where;
    `ended` by the id. `ignored` has the SHA-256 of versions that all have signed and that cannot follow: not
    later either, without new bytes. `told` is what was ignored, and why.
    """

    held: list[Force] = field(default_factory=list)
    in_force: Force | None = None
    signed: dict[Subject, dict[str, dict[bytes, Event]]] = field(default_factory=dict)
    suspended: dict[str, Event] = field(default_factory=dict)
    ended: dict[bytes, Event] = field(default_factory=dict)
    ignored: dict[bytes, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def evolve(read: Read) -> Callable[[State, Placed], State]:
    """The step of the fold, with what reads terms."""

    def step(state: State, placed: Placed) -> State:
        header = placed.entry.header
        if header.agreement is not None:
            state = _naming(state, header.agreement, header)
        try:
            if body.understood(placed.entry, agreement_entries.KNOWN):
                said = agreement_entries.read(placed.entry)
                if isinstance(said, Followed):
                    # it changes nothing in what is in force
                    followed = {**state.followed, header.origin.party: said.sha256}
                    return structs.replace(state, followed=followed)
                event = Event(said, header.origin, header.n, placed.disputed)
                grown = structs.replace(state, events=(*state.events, event))
                return (
                    _with_terms(grown, header.origin.party, event.said, read)
                    if isinstance(event.said, Proposed)
                    else grown
                )
            if header.type in (entries.Paper.TYPE, Part.TYPE):
                shown = cast("Part | entries.Paper", entries.read(placed.entry))
                return _supporting(state, header.origin.party, shown)
        except (Invalid, NotTrusted):
            return state  # kept and shown as what it is; nothing of it counts
        return state

    return step


def standing(state: State) -> Standing:
    """What holds after these entries, by all the papers among them."""
    found = Standing()
    for event in state.events:
        match event.said:
            case Proposed(sha256=sha256):
                if sha256 in state.unread and sha256 not in state.versions:
                    _tell(found, event, state.unread[sha256])
                _try(state, found, sha256)
            case SignedEntry(approval=signed):
                _sign(state, found, event, signed)
            case Suspended() | Resumed() | Ended():
                _interrupt(found, event, event.said)
            case _:
                raise AssertionError(event.said)
    for sha256, (origin, n) in state.strange.items():
        words = f"it names terms that were not proposed on this line, SHA-256 {sha256.hex()}"
        found.told.append(f"entry {n} of {origin.text}: {words}")
    return found


def phase(state: State, number: bytes) -> Phase:
    """Where the agreement with this id stands on the line."""
    found = standing(state)
    if number in found.ended:
        return "ended"
    if found.in_force is not None and found.in_force.version.agreement.id == number:
        return "suspended" if found.suspended else "in force"
    proposed = any(each.agreement.id == number for each in state.versions.values())
    return "proposed" if proposed else "none"


def complete(found: Standing, version: Version, parties: Sequence[str]) -> bool:
    """Whether two officers of each of these parties have signed these bytes."""
    by_party = found.signed.get(version.subject, {})
    return all(len(by_party.get(party, ())) >= approval.NEEDED for party in parties)


def why_not_next(found: Standing, version: Version, line: Line) -> str | None:
    """Why a version cannot follow what is in force on a line, however many sign it; None if it can."""
    agreement = version.agreement
    missing = [party for party in line.parties if party not in {each.name for each in agreement.parties}]
    if missing:
        return f"the terms do not name {missing[0]}, a party of this line"
    if agreement.id in found.ended:
        return "this agreement has ended: the next one has an id of its own"
    if found.in_force is None:
        return None
    last = found.in_force.version
    if agreement.id != last.agreement.id:
        return "another agreement is in force: it has to be ended first"
    if agreement.previous != last.sha256:
        return f"it does not name the version in force, SHA-256 {last.sha256.hex()}"
    if agreement.version <= last.agreement.version:
        return f"version {agreement.version} does not follow version {last.agreement.version}"
    return None


def named_by(found: Standing, party: str, seen: Seen) -> Version | None:
    """The version that a party goes by, from its first entry that has folded all signatures on."""
    known = [force for force in found.held if body.covers(seen, force.since)]
    if not known:
        return None
    end = found.ended.get(known[-1].version.agreement.id)
    return None if end is not None and _binds(end, party, seen) else known[-1].version


def suspended_by(found: Standing, party: str, seen: Seen) -> tuple[str, ...]:
    """Whose suspension a party is bound by: its own at once, another's from when it has folded it."""
    return tuple(sorted(by for by, event in found.suspended.items() if _binds(event, party, seen)))


def bound(found: Standing, seen: Mapping[str, Seen]) -> Binding | None:
    """What is to be kept to between parties that have seen so much: of two versions that meet, both.

    Where one goes by none (not yet, or it has ended) the separation of the other holds, and nothing is shown.
    """
    versions = [named_by(found, party, each) for party, each in seen.items()]
    bindings = [binding(each.agreement) for each in versions if each is not None]
    if not bindings:
        return None
    met = reduce(merge, bindings)
    if len(bindings) == len(versions):
        return met
    hidden = structs.replace(met.rules, disclosure={EVERY: "none"}, release=Release())
    return structs.replace(met, rules=hidden)


def not_signed(agreement: Agreement, in_force: Mapping[str, bool]) -> str | None:
    """What a page must show beside an agreement of several parties; None if it is in force with all.

    `in_force` says for each party that this node has a line to whether these bytes are in force there.
    """
    waiting = [each.label for each in agreement.parties if in_force.get(each.name) is False]
    unknown = [each.label for each in agreement.parties if each.name not in in_force]
    words = []
    if waiting:
        words.append(f"NOT IN FORCE with {', '.join(waiting)}: not signed by both")
    if unknown:
        words.append(f"NOT KNOWN whether {', '.join(unknown)} signed: no line to them")
    return "; ".join(words) or None


def _naming(state: State, named: bytes, header: Header) -> State:
    if named in state.versions or named in state.strange or len(state.strange) >= STRANGE:
        return state
    return structs.replace(state, strange={**state.strange, named: (header.origin, header.n)})


def _with_terms(state: State, author: str, said: Proposed, read: Read) -> State:
    if said.sha256 in state.versions:
        return state
    try:
        data = (
            said.terms if said.terms is not None else parts.join(state.parts.get((author, said.sha256), ()))
        )
        version = Version(said.sha256, read(data), data)
        if version.agreement.id != said.agreement:
            raise Invalid(
                "agreement.id", "agreement", ids.base32(said.agreement), "the id that the terms say"
            )
    except WideberthError as error:
        words = f"terms that cannot be read: {error.message} [{error.code}]"
        return structs.replace(state, unread={**state.unread, said.sha256: words})
    return structs.replace(state, versions={**state.versions, said.sha256: version})


def _supporting(state: State, author: str, said: Part | entries.Paper) -> State:
    if isinstance(said, Part):
        if said.of > PARTS:
            return state
        of = author, said.sha256
        return structs.replace(state, parts={**state.parts, of: (*state.parts.get(of, ()), said)})
    for party in state.line.parties:
        paper = _paper(said.note, state.line.identity(party))
        if paper is not None:
            return structs.replace(state, papers={**state.papers, party: _grown(state, party, paper)})
    return state


def _paper(note: bytes, identity: bytes) -> Paper | None:
    try:
        return certificate.read(note, identity)
    except (Invalid, NotTrusted):
        return None


def _grown(state: State, party: str, paper: Paper) -> Papers:
    held = state.papers.get(party, Papers())
    return certificate.papers((*held.certificates, *held.revocations, paper))


def _sign(state: State, found: Standing, event: Event, signed: approval.Approval) -> None:
    party = event.origin.party
    papers = state.papers.get(party, Papers())
    if not approval.approvers(signed.subject, [signed], event.origin, event.n, papers):
        _tell(found, event, "a signature that does not count: no officer of this party has signed this")
        return
    found.signed.setdefault(signed.subject, {}).setdefault(party, {}).setdefault(signed.key, event)
    _try(state, found, signed.subject.hash)


def _try(state: State, found: Standing, sha256: bytes) -> None:
    """Bring a version into force if it now can be."""
    version = state.versions.get(sha256)
    done = {*found.ignored, *(force.version.sha256 for force in found.held)}
    if version is None or sha256 in done or not complete(found, version, state.line.parties):
        return
    why = why_not_next(found, version, state.line)
    if why is not None:
        number = f"version {version.agreement.version}, SHA-256 {sha256.hex()}"
        found.ignored[sha256] = why
        found.told.append(f"{number}: signed by all, and ignored: {why}")
        return
    since: dict[Origin, int] = {}
    for by_key in found.signed[version.subject].values():
        for event in by_key.values():
            since[event.origin] = max(event.n + 1, since.get(event.origin, 0))
    found.in_force = Force(version, since)
    found.held.append(found.in_force)


def _interrupt(found: Standing, event: Event, said: Suspended | Resumed | Ended) -> None:
    party = event.origin.party
    if found.in_force is None or found.in_force.version.agreement.id != said.agreement:
        _tell(found, event, "about an agreement that is not in force")
    elif isinstance(said, Ended):
        found.ended[said.agreement] = event
        found.in_force = None
        found.suspended.clear()
    elif isinstance(said, Suspended):
        found.suspended.setdefault(party, event)
    elif event.disputed:
        _tell(found, event, "a disputed entry cannot take a suspension back")
    elif found.suspended.pop(party, None) is None:
        _tell(found, event, "nothing that this party has suspended")


def _binds(event: Event, party: str, seen: Seen) -> bool:
    return event.origin.party == party or body.covers(seen, event.seen)


def _tell(found: Standing, event: Event, words: str) -> None:
    found.told.append(f"entry {event.n} of {event.origin.text}: {words}")
