"""Whole nodes in temporary folders: journals, private feeds, prekeys and seals are real, the clock is not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypeVar

from tests.ledger.two import LINE, A, B, Party
from tests.line import two
from wideberth.ledger import ids, seal
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Certificate, Papers
from wideberth.ledger.ids import Kind, Origin
from wideberth.line.clock import Now
from wideberth.line.messages import Alarm, Arrived, Dropped
from wideberth.line.state import Seeds
from wideberth.line.terms import Terms
from wideberth.node.keys import Keys, Private
from wideberth.node.lines import Lines
from wideberth.node.prekeys import Prekeys
from wideberth.node.talk import About, Heard, Talk
from wideberth.store import sqlite
from wideberth.store.kept import Kept

T = TypeVar("T")
KNOWN: Known = {("test.said", 1): frozenset({"crit", "said"}), ("call.check", 1): frozenset({"said"})}
MINUTE_MS = 60_000


class World:
    """The time of both."""

    def __init__(self) -> None:
        self.now = Now(two.WALL_MS, 1_000_000)

    def pass_ms(self, ms: int) -> None:
        self.now = Now(self.now.wall_ms + ms, self.now.boot_ms + ms)


def papers(party: Party) -> Papers:
    found = two.papers(party)
    main = Origin(LINE.id, party.name, "main", 0)
    public = seal.prekey(seal.X25519, party.seed("seal")).public
    return Papers((*found.certificates, Certificate(public, "seal", main, 0)))


class Node:
    """A node in a folder, which can be stopped, started, copied and put back."""

    def __init__(self, party: Party, folder: Path, world: World, terms: Terms | None = None) -> None:
        self.party, self.folder, self.world = party, folder, world
        self.heard: list[Heard] = []
        self.terms = terms or Terms()
        self.papers = {each.name: papers(each) for each in (A, B)}
        self.journal: Kept
        seeds = Seeds(party.seed("log"), party.seed("cosign"))
        self.own = Keys(seeds, (Private(seal.X25519, party.seed("seal")),))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.start()

    def opened(self) -> Kept:
        self.journal = sqlite.open(self.folder / "journal.db", self.party.seed("journal"))
        return self.journal

    def start(self, restored: bool | None = None) -> None:
        self.world.pass_ms(3_000)
        self.lines = Lines(self.opened(), self.opened, self.party.name, self.own.seeds.log)
        made = Prekeys(self.folder / "prekeys", self.journal.sealing, LINE.id)
        about = About(LINE, self.party.name, self.papers, KNOWN, self.terms)
        self.talk = Talk(about, self.own, made, lambda: self.world.now, self.heard.append)
        self.lines.add(self.talk, restored)

    def stop(self) -> None:
        self.lines.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def copy(self, to: Path) -> None:
        """A backup, as of a node that is not running."""
        self.stop()
        shutil.copytree(self.folder, to)
        self.start()

    def put_back(self, backup: Path) -> None:
        self.stop()
        shutil.rmtree(self.folder)
        shutil.copytree(backup, self.folder)
        self.start()

    def say(self, words: str, kind: Kind = "main", of_type: str = "test.said") -> None:
        body: Value = {"said": words}
        self.talk.say(kind, of_type, 1, body)

    def out(self) -> list[bytes]:
        """All that waits to be sent, urgent first."""
        found = []
        for slot in ids.KINDS:
            while (sealed := self.talk.next(slot)) is not None:
                found.append(sealed)
        return found

    def entries(self, origin: Origin) -> list[Entry]:
        feed = self.talk.state.feeds.get(origin)
        return feed.entries if feed else []

    def words(self) -> list[str]:
        """What was said on the line, in its order."""
        return [
            each.entry.body.decode()
            for each in self.talk.state.order.placed
            if each.entry.header.type == "test.said"
        ]

    def placed(self) -> list[bytes]:
        return [each.entry.leaf for each in self.talk.state.order.placed]

    def of(self, kind: type[T]) -> list[T]:
        return [each for each in self.heard if isinstance(each, kind)]

    def codes(self) -> list[str]:
        return [each.code for each in self.heard if isinstance(each, Alarm | Dropped)]

    def arrived(self) -> list[str]:
        return [entry.body.decode() for each in self.of(Arrived) for entry in each.entries if entry.body]

    def origin(self, kind: Kind = "main") -> Origin:
        return Origin(LINE.id, self.party.name, kind, 0)

    @property
    def stage(self) -> str:
        return self.talk.state.stage


def pair(folder: Path, terms: Terms | None = None) -> tuple[Node, Node]:
    world = World()
    return Node(A, folder / "north", world, terms), Node(B, folder / "south", world, terms)


def deliver(one: Node, other: Node, rounds: int = 200) -> None:
    """All messages, both ways, until nothing is on its way."""
    for _ in range(rounds):
        going = one.out(), other.out()
        if not any(going):
            return
        for there, some in zip((other, one), going, strict=True):
            for sealed in some:
                there.talk.receive(sealed)
    raise AssertionError("the nodes never stop talking")


def settle(one: Node, other: Node, rounds: int = 5) -> None:
    """Until time changes nothing more."""
    for _ in range(rounds):
        deliver(one, other)
        one.world.pass_ms(MINUTE_MS + 1)
        one.talk.tick()
        other.talk.tick()
    deliver(one, other)


def same(one: Node, other: Node) -> bool:
    """Both folds are over the same entries in the same order, and all that is held is placed."""
    sizes = [sum(feed.size for feed in node.talk.state.feeds.values()) for node in (one, other)]
    return one.placed() == other.placed() and sizes == [len(one.placed())] * 2
