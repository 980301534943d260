"""What a node keeps in its private feed for its lines: which there are, what could not be said yet, alarms.

    line.opened, paper                                    as a pairing entered them (line.pairing)
    line.address   {"line":…,"url":…}                     where the peer's node is called, or null
    untold    {"free":…,"gate":…,"kind":…,"line":…,"sha256":…}    after the parts of what is to be said
    told      {"n":…,"refused":…}                         entry n, an untold, was said, or never can be
    line.gate      {"gate":…,"line":…,"roles":[…]}        the outbound gate of a line, by whose word (gate)
    gate.released  {"n":…,"roles":[…]}                    entry n, an untold, was seen and may be said
    gate.dropped   {"n":…,"roles":[…]}                    it was seen and is not to be said
    alarm     {"code":…,"frozen":…,"line":…,"sha256":…,"words":…}    after the parts of its proof
    alarm.seen    {"alarms":…,"line":…}                   so many of its alarms, from the first, were seen

    node.moving    {"line":…,"move":…,"note":…}           the node moves to another machine (moved)
    here      {"line":…,"sizes":{…}}                      what of the other party's is here by now (here)

`told` is committed together with the entry that it is about, so that nothing is said twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, cast

from wideberth.desk import (
    blind_kept,
    communique_own,
    gate,
    manual,
    manual_entries,
    plan_entries,
    plans,
    presence,
    relay,
    release_entries,
    release_own,
    rings,
    site_cases,
    sites,
    watched,
)
from wideberth.desk.gate import Setting
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, entries, feed, ids, note, parts
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import LineOpened, Opening, Paper, Part
from wideberth.ledger.feed import Head, Item, Written
from wideberth.ledger.ids import Kind, Origin
from wideberth.line.messages import Alarm, Say
from wideberth.node import here
from wideberth.node.moved import MOVING
from wideberth.store.journal import Journal, Step

UNTOLD: Final = "untold"
TOLD: Final = "told"
ALARM: Final = "alarm"
SEEN: Final = "alarm.seen"
ADDRESS: Final = "line.address"
GATE: Final = "line.gate"
RELEASED: Final = "gate.released"
DROPPED: Final = "gate.dropped"
V: Final = 1
LARGEST = 2 * canonical.BODY
"""Bytes of what is to be said, with what stands around its body."""
DEEPEST = canonical.DEPTH + 1
"""Levels of the same."""

_LENGTH = 4
_CUT: Final = (
    manual_entries.PRIVATE
    | release_entries.TYPES
    | communique_own.TYPES
    | {plan_entries.Filed.TYPE, plan_entries.Stated.TYPE}
)
"""What may come after parts of it."""
_NAMES = ("body", "type", "v")


class Untold(NamedTuple):
    """What waits to be said on a line: the entry `n` of the private feed.

    `free`: no gate holds it. `gate`: under which setting it is held, until officers have seen it; "off" where
    it is not. `released`: they have. `at_ms`: since when it waits.
    """

    n: int
    line: str
    kind: Kind
    type: str
    v: int
    body: Value
    free: bool = True
    gate: Setting = "off"
    released: bool = False
    at_ms: int = 0

    @property
    def held(self) -> bool:
        """Whether it waits for officers."""
        return self.gate != "off" and not self.released


class Moving(NamedTuple):
    """A move of this node to another machine, and what the old one said last on a line (see moved)."""

    line: str
    move: str
    note: str


class Private:
    """The private feed of a party in its journal, for one caller at a time.

    `untold` is in the order in which it is to be said; `alarms` are all that were ever kept, by line. `seen`:
    of how many of these, by line, from the first, an officer has said that somebody saw them.
    `opened` are the lines that there are, `papers` all that were ever entered; `addresses` are by line.
    `moves` are of this node to other machines, `plans` the party's own; `sites` are its lists of sites,
    `touched` the cases of plans that touch one, `rings` what climbs; `manual` are its manual lines; `gates`
    are by line, where one was ever set, and `dropped` what officers did not let through them; `presence` is
    of watch keeping, `blinds` of own blind checks, `watched` of alerts about live tracks; `releases` are own
    ones, and whom they go to, `communiques` its own, and what stands on its public pages.
    `changed` is its size up to the last entry that says more than what a commitment opens,
    or what is here; `here` is what it says of the latter.
    """

    def __init__(self, journal: Journal, party: str, log_seed: bytes) -> None:
        """Raises: as journal.read, Invalid (as the entries are read)."""
        self.journal = journal
        self._seed = log_seed
        own = [origin for name in journal.heads() if (origin := ids.origin(name)).private]
        epoch = max((origin.epoch for origin in own if origin.party == party), default=0)
        origin = Origin(ids.PRIVATE, party, "main", epoch)
        self.head = Head(origin)
        self.untold: list[Untold] = []
        self.alarms: list[tuple[str, Alarm]] = []
        self.seen: dict[str, int] = {}
        self.opened: dict[str, LineOpened] = {}
        self.papers: list[bytes] = []
        self.addresses: dict[str, str | None] = {}
        self.changed = 0
        self.moves: list[Moving] = []
        self.gates: dict[str, Setting] = {}
        self.dropped: list[Untold] = []
        self.plans = plans.State()
        self.sites, self.touched, self.rings = sites.State(), site_cases.State(), rings.State()
        self.relays = relay.State()
        self.manual = manual.State()
        self.here = here.Kept()
        self.presence, self.blinds = presence.EMPTY, blind_kept.State()
        self.watched, self.releases = watched.State(), release_own.State()
        self.communiques = communique_own.State()
        self._parts: dict[bytes, list[Part]] = {}
        last = None
        for record in journal.read(origin.text):
            item = record.item
            last = body.reread(*item)
            if item.body:
                self._take(last)
        if last is not None:
            tree = journal.tree(origin.text, last.header.n + 1)
            self.head = Head(origin, tree, last.header.folded, last.header.at_ms)

    def write(self, said: Iterable[tuple[str, Value]], now_ms: int, beside: Sequence[Step] = ()) -> None:
        """Entries (type and body), with other feeds in the same commit; durable when this returns.

        Raises: Invalid (as feed.append), and as Journal.append; nothing has changed then here.
        """
        head, made = self.head, []
        for of_type, value in said:
            written = Written(of_type, V, head.folded, max(now_ms, head.at_ms))
            grown = feed.append(head, written, value, secrets.token_bytes(body.SALT))
            head = grown.head
            made.append(grown.entry)
        items = tuple(Item(each.leaf, each.salt, each.body) for each in made)
        signed = note.write(feed.sign(head, self._seed))
        step = Step(head.origin.text, self.head.size, items, signed)
        self.journal.append([*beside, step])
        self.head = head
        for each in made:
            self._take(each)

    def rewrite(self) -> None:
        """Commit what is held already, its newest checkpoint: to see whether anything can be written.

        Raises: as Journal.append.
        """
        name = self.head.origin.text
        held = self.journal.heads().get(name)
        if held is not None:
            self.journal.append([Step(name, held.size, note=held.note)])

    def keep(self, line: str, said: Say) -> None:
        """Something that is not told. Raises: Invalid (as canonical.write), and as `write`."""
        self.write(self._kept(line, said), said.now.wall_ms)

    def enter(self, line: str, notes: Iterable[bytes], said: Sequence[Say], now_ms: int) -> None:
        """Papers, and in the same commit what is to be said of them on a line. Raises: as `keep`."""
        papers = [(Paper.TYPE, entries.write(Paper(each))) for each in notes]
        self.write([*papers, *(part for each in said for part in self._kept(line, each))], now_ms)

    def _kept(self, line: str, said: Say) -> list[tuple[str, Value]]:
        value: Value = {"body": said.body, "type": said.type, "v": said.v}
        origin = Origin(line, self.head.origin.party, said.kind, 0)
        # what could never be said is told at once, to whoever wants to say it
        canonical.write(said.body, body.limit(origin))
        cut = parts.split(canonical.write(value, LARGEST, DEEPEST))
        about: Value = {
            "free": not self.gated(said),
            "gate": self.holds(line, said),
            "kind": said.kind,
            "line": line,
            "sha256": ids.base32(cut[0].sha256),
        }
        return [*_entries(cut), (UNTOLD, about)]

    def gated(self, said: Say) -> bool:
        """Whether a gate would hold it."""
        return not said.free and gate.discloses(said.kind, said.type)

    def holds(self, line: str, said: Say) -> Setting:
        """The setting under which the gate of a line holds this now; "off" where it does not."""
        return self.gates.get(line, "off") if self.gated(said) else "off"

    def set_gate(self, line: str, to: Setting, roles: Sequence[str], now_ms: int) -> None:
        """The gate of a line from now on, by the word of people in these roles. Raises: as `write`."""
        self.write([(GATE, {"gate": to, "line": line, "roles": list(roles)})], now_ms)

    def judge(self, found: Sequence[tuple[int, Sequence[str]]], now_ms: int, *, drop: bool) -> None:
        """Officers (by their roles) let these be said, or not. Raises: as `write`."""
        of_type = DROPPED if drop else RELEASED
        self.write([(of_type, {"n": n, "roles": list(roles)}) for n, roles in found], now_ms)

    def told(
        self, which: Untold, now_ms: int, beside: Sequence[Step] = (), refused: str | None = None
    ) -> None:
        """It is said, in the same commit; or `refused`, by this code: it never can be. Raises: as `write`."""
        self.write([(TOLD, {"n": which.n, "refused": refused})], now_ms, beside)

    def alarm(self, line: str, alarm: Alarm, now_ms: int) -> None:
        """An alarm and its proof. Raises: as `write`."""
        proof = pack(alarm.proof)
        if len(proof) > parts.WHOLE:
            # the leaf hashes, which the journal gives again
            proof = pack(alarm.proof[:2])
        cut = parts.split(proof) if proof else ()
        about: Value = {
            "code": alarm.code,
            "frozen": alarm.frozen.text if alarm.frozen else None,
            "line": line,
            "sha256": ids.base32(cut[0].sha256) if cut else None,
            "words": alarm.words,
        }
        self.write([*_entries(cut), (ALARM, about)], now_ms)

    def alarms_of(self, line: str) -> list[Alarm]:
        """Those of a line, the oldest first."""
        return [alarm for where, alarm in self.alarms if where == line]

    def shown(self, line: str) -> tuple[list[Alarm], int]:
        """Those of a line, and how many of them, from the first, were seen."""
        return self.alarms_of(line), self.seen.get(line, 0)

    def stands(self, line: str, alarm: Alarm) -> bool:
        """Whether an alarm need not be kept again. Without bytes it is another one once it was seen."""
        kept = self.alarms_of(line)
        return alarm in (kept if alarm.proof else kept[self.seen.get(line, 0) :])

    def see(self, line: str, alarms: int, now_ms: int) -> None:
        """An officer's word that somebody saw the first so many alarms of a line.

        Raises: Invalid (`line.alarms`), and as `write`.
        """
        there = len(self.alarms_of(line))
        if not 0 < alarms <= there:
            wanted = f"1 to {there:,}, as they are listed" if there else "none: there is no alarm"
            raise Invalid("line.alarms", "alarms", alarms, wanted)
        if alarms > self.seen.get(line, 0):
            self.write([(SEEN, {"alarms": alarms, "line": line})], now_ms)

    def begin(self, line: str, said: Iterable[LineOpened | Paper], address: str | None, now_ms: int) -> None:
        """A line, its papers, and where its peer is called, if at all, in one commit. Raises: as `write`."""
        where: list[tuple[str, Value]] = [] if address is None else [_address(line, address)]
        self.write([*((each.TYPE, entries.write(each)) for each in said), *where], now_ms)

    def address(self, line: str, url: str | None, now_ms: int) -> None:
        """Where the peer's node is called from now on; None: it is not. Raises: as `write`."""
        self.write([_address(line, url)], now_ms)

    def frozen(self, line: str) -> frozenset[Origin]:
        """The feeds of a line of which nothing more is taken."""
        return frozenset(each.frozen for each in self.alarms_of(line) if each.frozen)

    def _take(self, entry: Entry) -> None:
        of_type = entry.header.type
        sites.take(self.sites, entry)
        site_cases.take(self.touched, entry)
        here.take(self.here, entry)
        self.presence = presence.evolve(self.presence, entry)
        self.blinds = blind_kept.evolve(self.blinds, entry, self.plans)
        self.rings = rings.evolve(self.rings, entry)
        self.watched = watched.evolve(self.watched, entry)
        self.relays = relay.evolve(self.relays, entry)
        if of_type not in (Opening.TYPE, here.TYPE):
            self.changed = entry.header.n + 1
        if of_type == Part.TYPE:
            part = cast("Part", entries.read(entry))
            self._parts.setdefault(part.sha256, []).append(part)
        elif of_type in (LineOpened.TYPE, Paper.TYPE):
            said = entries.read(entry)
            if isinstance(said, LineOpened):
                self.opened[said.line.id] = said
            elif isinstance(said, Paper):
                self.papers.append(said.note)
        elif of_type in (GATE, RELEASED, DROPPED):
            self._judged(of_type, body.value(entry))
        elif of_type in _CUT:
            self._planned(of_type, entry)
        elif of_type in (UNTOLD, TOLD, ALARM, SEEN, ADDRESS, MOVING):
            value = body.value(entry)
            if of_type == MOVING:
                self.moves.append(Moving(str(value["line"]), str(value["move"]), str(value["note"])))
            elif of_type == UNTOLD:
                self.untold.append(self._untold(entry.header.n, entry.header.at_ms, value))
            elif of_type == TOLD:
                self.untold = [each for each in self.untold if each.n != value["n"]]
            elif of_type == SEEN:
                self.seen[str(value["line"])] = cast("int", value["alarms"])
            elif of_type == ADDRESS:
                url = value["url"]
                self.addresses[str(value["line"])] = None if url is None else str(url)
            else:
                self.alarms.append((str(value["line"]), self._alarm(value)))

    def _planned(self, of_type: str, entry: Entry) -> None:
        """What an entry says of own plans, manual lines, releases or communiqués; its parts came before."""
        if of_type in manual_entries.PRIVATE:
            said = manual_entries.read_private(entry, self._cut(manual_entries.parts_of(entry)))
            self.manual = manual.evolve(self.manual, said, entry.header.at_ms)
        elif of_type in release_entries.TYPES:
            released = release_entries.read(entry, self._cut(release_entries.parts_of(entry)))
            self.releases = release_own.evolve(self.releases, released, entry.header.at_ms)
        elif of_type in communique_own.TYPES:
            cut = self._cut(communique_own.parts_of(entry))
            self.communiques = communique_own.evolve(self.communiques, entry, cut)
        else:
            cut = self._cut(plan_entries.parts_of(entry))
            self.plans = plans.evolve(self.plans, plan_entries.read(entry, cut))

    def _cut(self, digest: bytes | None) -> list[Part]:
        return [] if digest is None else self._parts.pop(digest, [])

    def _judged(self, of_type: str, value: dict[str, Value]) -> None:
        """An officer's word on a gate, or on what it holds."""
        if of_type == GATE:
            line, to = str(value["line"]), gate.setting(str(value["gate"]))
            self.gates[line] = to
            # what was not signed yet is not to slip out under the former setting; what is held stays held
            self.untold = [
                each._replace(gate=gate.stricter(each.gate, to))
                if each.line == line and not each.free
                else each
                for each in self.untold
            ]
            return
        n = value["n"]
        if of_type == DROPPED:
            self.dropped += [each for each in self.untold if each.n == n]
            self.untold = [each for each in self.untold if each.n != n]
        else:
            for i, each in enumerate(self.untold):
                if each.n == n:
                    self.untold[i] = each._replace(released=True)

    def _joined(self, digest: Value) -> bytes:
        return parts.join(self._parts.pop(ids.unbase32(digest, ids.HASH, "sha256"), []))

    def _untold(self, n: int, at_ms: int, value: dict[str, Value]) -> Untold:
        said = canonical.accept(self._joined(value["sha256"]), LARGEST, DEEPEST)
        inner, of_type, v = (said[name] for name in _NAMES)
        return Untold(
            n,
            str(value["line"]),
            cast("Kind", value["kind"]),
            str(of_type),
            cast("int", v),
            inner,
            free=value.get("free", True) is True,
            gate=gate.setting(str(value.get("gate", "off"))),
            at_ms=at_ms,
        )

    def _alarm(self, value: dict[str, Value]) -> Alarm:
        proof = () if value["sha256"] is None else unpack(self._joined(value["sha256"]))
        frozen = None if value["frozen"] is None else ids.origin(value["frozen"], "frozen")
        return Alarm(str(value["code"]), str(value["words"]), proof, frozen)


def pack(proof: Sequence[bytes]) -> bytes:
    """Each piece after its length (4 bytes, big-endian)."""
    return b"".join(len(each).to_bytes(_LENGTH, "big") + each for each in proof)


def unpack(data: bytes) -> tuple[bytes, ...]:
    """The pieces that were packed."""
    found, at = [], 0
    while at < len(data):
        end = at + _LENGTH + int.from_bytes(data[at : at + _LENGTH], "big")
        found.append(data[at + _LENGTH : end])
        at = end
    return tuple(found)


def _address(line: str, url: str | None) -> tuple[str, Value]:
    return ADDRESS, {"line": line, "url": url}


def _entries(cut: Sequence[Part]) -> list[tuple[str, Value]]:
    return [(Part.TYPE, entries.write(each)) for each in cut]
