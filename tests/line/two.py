"""Two nodes of one line in memory: a journal each, and a network that loses, repeats, reorders and delays."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

from tests.ledger.two import LINE, A, B, Party, seed
from wideberth.ledger import certificate, checkpoint, ids, note, seal
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Certificate, Papers
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Kind, Origin
from wideberth.ledger.order import Placed
from wideberth.ledger.seal import Content
from wideberth.line import step
from wideberth.line.clock import Now
from wideberth.line.messages import (
    Alarm,
    Arrived,
    Commit,
    Committed,
    Dropped,
    Effect,
    Event,
    Held,
    Lost,
    Order,
    Received,
    ReceivedAll,
    Say,
    SayAll,
    Send,
    Started,
    Tick,
    Waived,
)
from wideberth.line.state import Seeds, State
from wideberth.line.terms import Terms
from wideberth.store import batch
from wideberth.store.journal import Head, Step

T = TypeVar("T")
KNOWN: Known = {("test.said", 1): frozenset({"crit", "said"}), ("call.check", 1): frozenset({"said"})}
WALL_MS = 1_900_000_000_000
PARTIES = (A, B)


def other(party: Party) -> Party:
    return B if party == A else A


def papers(party: Party, revoked: Mapping[bytes, Mapping[Origin, int]] | None = None) -> Papers:
    """Keys of a party for three epochs of every feed."""
    found = []
    for kind in ids.KINDS:
        for epoch in range(3):
            own = Origin(LINE.id, party.name, kind, epoch)
            found.append(Certificate(party.key("log"), "log", own, 0))
            theirs = Origin(LINE.id, other(party).name, kind, epoch)
            found.append(Certificate(party.key("cosign"), "cosign", theirs, 0))
    gone = tuple(certificate.Revocation(key, dict(last_n)) for key, last_n in (revoked or {}).items())
    return Papers(tuple(found), gone)


def seeds(party: Party) -> Seeds:
    return Seeds(party.seed("log"), party.seed("cosign"))


class Disk(Struct):
    """What is durable: as the journal keeps it, by its own rules."""

    heads: dict[str, Head] = field(default_factory=dict)
    entries: dict[tuple[str, int], Item] = field(default_factory=dict)
    notes: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def append(self, commit: Commit) -> None:
        steps = [Step(each.origin.text, each.expected, each.items, each.note) for each in commit.writes]
        writes = batch.decide(steps, self.heads, lambda feed, size: self.notes.get((feed, size)))
        self.heads |= writes.heads
        self.entries |= writes.entries
        self.notes |= writes.notes

    def held(self) -> tuple[Held, ...]:
        return tuple(
            Held(
                ids.origin(name),
                tuple(self.entries[name, n] for n in range(head.size)),
                {size: data for (feed, size), data in self.notes.items() if feed == name},
            )
            for name, head in self.heads.items()
        )

    def size(self, origin: Origin) -> int:
        return self.heads[origin.text].size if origin.text in self.heads else 0

    def leaves(self) -> set[bytes]:
        return {item.leaf for item in self.entries.values()}


class World(Struct):
    """What no node knows: the time, and what was ever signed, by place."""

    now: Now = Now(WALL_MS, 1_000_000)
    starts: int = 0
    signed: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def pass_ms(self, ms: int) -> None:
        self.now = Now(self.now.wall_ms + ms, self.now.boot_ms + ms)


class Node(Struct):
    party: Party
    world: World
    state: State
    disk: Disk = field(default_factory=Disk)
    commits: list[Commit] = field(default_factory=list)
    out: list[Content] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    at_once: bool = True
    skew_ms: int = 0
    cosigned: dict[Origin, int] = field(default_factory=dict)
    lost: dict[Origin, int] = field(default_factory=dict)
    salts: int = 0

    @property
    def now(self) -> Now:
        return self.world.now._replace(wall_ms=self.world.now.wall_ms + self.skew_ms)

    def do(self, event: Event) -> list[Effect]:
        self.state, effects = step.step(self.state, event, seeds(self.party))
        self.effects += effects
        for each in effects:
            match each:
                case Commit():
                    self.commits.append(each)
                case Send():
                    self._sent(each.content)
                case Order():
                    self.placed[each.kept :] = each.placed
                case Lost():
                    self.lost[each.origin] = each.entries
                case Alarm():
                    self.alarms.append(each)
                case _:
                    pass
        done = list(effects)
        while self.at_once and self.commits:
            done += self.commit()
        return done

    def commit(self) -> list[Effect]:
        """The oldest commit becomes durable."""
        first = self.commits.pop(0)
        self.disk.append(first)
        return self.do(Committed(self.now, first.token))

    def start(self, restored: bool | None = None, takes_ms: int = 3_000) -> list[Effect]:
        """From what is durable; all else is lost."""
        self.world.pass_ms(takes_ms)
        self.commits, self.placed = [], []
        self.world.starts += 1
        session = seed(f"start {self.world.starts}")[: seal.SESSION]
        frozen = frozenset(each.frozen for each in self.alarms if each.frozen)
        self.state = step.new(
            LINE, self.party.name, dict(self.state.papers), self.state.known, self.state.terms
        )
        return self.do(Started(self.now, session, self.disk.held(), frozen, restored))

    def say(self, kind: Kind = "main", words: str = "", of_type: str = "test.said") -> list[Effect]:
        return self.do(self.words(kind, words, of_type))

    def words(self, kind: Kind, words: str = "", of_type: str = "test.said") -> Say:
        self.salts += 1
        body: Value = {"said": words or f"{self.party.label} {self.salts}"}
        salt = hashlib.sha256(f"{self.party.label} {self.world.starts} {self.salts}".encode()).digest()[:16]
        return Say(self.now, kind, of_type, 1, body, salt)

    def say_all(self, *kinds: Kind) -> list[Effect]:
        return self.do(SayAll(self.now, tuple(self.words(kind) for kind in kinds)))

    def receive(self, content: Content) -> list[Effect]:
        return self.do(Received(self.now, content))

    def receive_all(self, contents: Iterable[Content]) -> list[Effect]:
        return self.do(ReceivedAll(self.now, tuple(contents)))

    def tick(self) -> list[Effect]:
        return self.do(Tick(self.now))

    def waive(self) -> list[Effect]:
        return self.do(Waived(self.now))

    def origin(self, kind: Kind = "main", epoch: int = 0) -> Origin:
        return Origin(LINE.id, self.party.name, kind, epoch)

    def size(self, origin: Origin) -> int:
        return self.disk.size(origin)

    def _sent(self, content: Content) -> None:
        """Nothing leaves that is not durable, and nothing that differs from what left before."""
        if content.leaf:
            assert content.leaf in self.disk.leaves()
            found = checkpoint.parse(note.parse(content.checkpoint).text)
            self._once(found.origin, found.size, found.root)
        else:
            for name, text in said(content)["receipts"].items():
                parsed = note.parse(text.encode())
                size = checkpoint.parse(parsed.text).size
                origin = ids.origin(name)
                assert self.disk.size(origin) >= size
                if len(parsed.signatures) > 1:
                    self.cosigned[origin] = max(size, self.cosigned.get(origin, 0))
        self.out.append(content)

    def _once(self, feed: str, size: int, root: bytes) -> None:
        assert self.world.signed.setdefault((feed, size), root) == root, "two histories were signed"


def said(content: Content) -> dict[str, Any]:
    """What a status says."""
    found: dict[str, Any] = json.loads(note.parse(content.checkpoint).text.split("\n")[1])
    return found


def node(party: Party, world: World, terms: Terms | None = None) -> Node:
    both = {each.name: papers(each) for each in PARTIES}
    return Node(party, world, step.new(LINE, party.name, both, KNOWN, terms or Terms()))


def pair(terms: Terms | None = None) -> tuple[Node, Node]:
    """Two nodes that have started, and nothing else."""
    world = World()
    one, two = node(A, world, terms), node(B, world, terms)
    one.start(takes_ms=0)
    two.start(takes_ms=0)
    return one, two


def joined(terms: Terms | None = None) -> tuple[Node, Node]:
    """Two nodes that know each other's heads."""
    one, two = pair(terms)
    deliver(one, two)
    assert one.state.stage == two.state.stage == "whole"
    return one, two


def deliver(one: Node, two: Node, rounds: int = 1000) -> None:
    """All messages, both ways, in their order, until nothing is on its way."""
    for _ in range(rounds):
        if not one.out and not two.out:
            return
        for here, there in ((one, two), (two, one)):
            going, here.out = here.out, []
            for content in going:
                there.receive(content)
    raise AssertionError("the nodes never stop talking")


def settle(one: Node, two: Node) -> None:
    """Until time changes nothing more."""
    for _ in range(8):
        deliver(one, two)
        one.world.pass_ms(one.state.terms.retry_most_ms + 1)
        one.tick()
        two.tick()
    deliver(one, two)


def of(effects: Iterable[Effect], kind: type[T]) -> list[T]:
    return [each for each in effects if isinstance(each, kind)]


def codes(effects: Iterable[Effect]) -> list[str]:
    """Codes of what was dropped and what was alarmed."""
    return [each.code for each in effects if isinstance(each, Dropped | Alarm)]


def arrived(effects: Iterable[Effect]) -> list[Entry]:
    return [entry for each in effects if isinstance(each, Arrived) for entry in each.entries]


def spoken(entries: int = 3, terms: Terms | None = None) -> tuple[Node, Node]:
    """Two nodes, and so many entries of each in both feeds, delivered both ways."""
    one, other = joined(terms)
    for _ in range(entries):
        for node in (one, other):
            node.say()
            node.say("urgent")
        deliver(one, other)
    one.world.pass_ms(5_000)
    return one, other


def lose(node: Node, backup: Disk) -> list[Effect]:
    node.disk = copy.deepcopy(backup)
    return node.start()


def stage(node: Node) -> str:
    return node.state.stage


def same(one: Node, other: Node) -> bool:
    return (
        one.disk.leaves() == other.disk.leaves()
        and [each.entry for each in one.placed] == [each.entry for each in other.placed]
        and len(one.placed) == len(one.disk.entries)
    )
