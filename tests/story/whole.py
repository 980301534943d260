"""Two whole nodes, each over a data directory as `node init` makes it, paired by file as people do it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.ledger.two import public, seed
from wideberth.ledger import approval, certificate, ids, keys
from wideberth.ledger.certificate import Certificate
from wideberth.ledger.ids import KINDS, Line, Origin
from wideberth.line import pairing, pairing_file
from wideberth.line.pairing import Met
from wideberth.line.pairing_file import Agreed, Paired
from wideberth.node import directory
from wideberth.node import keys as node_keys
from wideberth.node.clock import Clock
from wideberth.node.config import Config
from wideberth.node.log import Log
from wideberth.node.node import Node
from wideberth.store import keyfile

WALL_MS = 1_800_000_000_000
NAMES = ("north", "south")
OFFICERS = ("duty officer 1", "duty officer 2")


class Time:
    """The clock of both."""

    def __init__(self) -> None:
        self.wall_ms, self.boot_ms = WALL_MS, 1_000_000

    def pass_ms(self, ms: int) -> None:
        self.wall_ms += ms
        self.boot_ms += ms

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.wall_ms, lambda: self.boot_ms)


class Place(NamedTuple):
    """A party's data directory, and the seeds that are kept elsewhere."""

    name: str
    path: Path
    settings: Config = Config()

    @property
    def identity(self) -> bytes:
        return public(f"{self.name} identity")

    @property
    def party(self) -> str:
        return ids.party(self.identity)

    @property
    def private(self) -> bytes:
        """The private pairing key."""
        return seed(f"{self.name} pairing")

    @property
    def hello(self) -> pairing.Hello:
        chance = pairing.marked(seed(f"{self.name} chance"), exercise=self.settings.exercise)
        return pairing.hello(self.identity, self.private, chance)

    def officer(self, n: int) -> bytes:
        """The seed of an officer's key."""
        return seed(f"{self.name} officer {n}")

    def open(self, time: Time, path: Path | None = None) -> Node:
        where = path or self.path
        key = seed(f"{self.name} journal")
        return Node.open(where, self.settings, key, time.clock, Log(where / "log", time.clock.now))


def make(folder: Path, name: str, settings: Config = Config()) -> Place:  # noqa: B008 - it is frozen
    found = Place(name, folder / name, settings)
    half = keyfile.public("identity", seed(f"{name} identity"))
    directory.make(found.path, half, seed(f"{name} journal"), None, settings)
    return found


def met(one: Place, other: Place) -> Met:
    return pairing.meet(one.hello, other.hello, "file")


def papers(line: Line, place: Place) -> tuple[bytes, ...]:
    """What the identity certifies: the node's keys, and two officers."""
    halves = node_keys.publics(place.path / directory.KEYS)
    identity = seed(f"{place.name} identity")
    found = [
        Certificate(halves[purpose].key, purpose, origin, 0)
        for purpose, origin in pairing.needed(line, place.party)
    ]
    main = Origin(line.id, place.party, "main", 0)
    found += [
        Certificate(keys.public(place.officer(n)), "officer", main, 0, certificate.ED25519, role)
        for n, role in enumerate(OFFICERS)
    ]
    return tuple(certificate.certify(each, identity) for each in found)


def paired(one: Place, other: Place) -> bytes:
    """The line file of one."""
    between = met(one, other)
    own, peers = papers(between.line, one), papers(between.line, other)
    return pairing_file.write_paired(Paired(Agreed(between, "file", other.name), own, peers))


def signatures(place: Place, terms: bytes, number: bytes) -> list[bytes]:
    """Terms, signed by both officers of a party."""
    subject = approval.agreement(number, terms)
    return [approval.write(approval.sign(subject, place.officer(n))) for n in range(2)]


class Two(NamedTuple):
    """Two nodes that are paired, and their line."""

    one: Node
    other: Node
    line: str
    places: tuple[Place, Place]
    time: Time


def begin(
    folder: Path, journals: tuple[str, str] = ("", ""), *, exercise: bool = False
) -> tuple[tuple[Place, Place], str]:
    """Two data directories, paired; with journals by these URLs."""
    one, other = (
        make(folder, name, Config(journal=url, exercise=exercise))
        for name, url in zip(NAMES, journals, strict=True)
    )
    places = one, other
    return places, met(*places).line.id


@contextmanager
def two(folder: Path, journals: tuple[str, str] = ("", ""), *, exercise: bool = False) -> Iterator[Two]:
    places, line = begin(folder, journals, exercise=exercise)
    time = Time()
    with places[0].open(time) as one, places[1].open(time) as other:
        one.take_up(paired(*places), places[0].private)
        other.take_up(paired(*reversed(places)), places[1].private)
        yield Two(one, other, line, places, time)


def deliver(line: str, one: Node, other: Node, rounds: int = 200) -> None:
    """All messages, both ways, until nothing waits."""
    for _ in range(rounds):
        going = [[], []]  # type: list[list[bytes]]
        for node, out in zip((one, other), going, strict=True):
            for slot in KINDS:
                while some := node.outgoing(line, slot, 64 * 1024):
                    out.extend(some)
        if not any(going):
            return
        other.incoming(line, going[0])
        one.incoming(line, going[1])
    raise AssertionError("the nodes never stop talking")


def settle(found: Two, rounds: int = 3) -> None:
    for _ in range(rounds):
        deliver(found.line, found.one, found.other)
        found.time.pass_ms(61_000)
        found.one.tick()
        found.other.tick()
    deliver(found.line, found.one, found.other)


def words(node: Node, line: str) -> list[str]:
    """What stands on a line, in its order: the bodies that say something."""
    found = node._open[line].state.order.placed
    return [each.entry.body.decode() for each in found if each.entry.header.type == "test.said"]


def leaves(node: Node, line: str) -> list[bytes]:
    return [each.entry.leaf for each in node._open[line].state.order.placed]


def copy(path: Path, to: Path) -> None:
    shutil.copytree(path, to)
