"""An exercise: whole nodes in data directories of their own, under one clock that only the exercise moves.

What is sealed goes from one node to the other by hand, so that a line is slow, cut or whole as the exercise
has it. People act through the parts of a node, as its API does for them. Everything is marked: lines of an
exercise begin as such, and its nodes take up no other.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from wideberth.formats import agreement
from wideberth.ledger.ids import KINDS
from wideberth.model.guards import ALL, Guards
from wideberth.node import directory
from wideberth.node.clock import Clock
from wideberth.node.log import Log
from wideberth.node.node import Node
from wideberth.story import parties
from wideberth.story.parties import MARK, Party

BEGAN_MS: Final = 1_800_000_000_000
"""Wall time at which every exercise begins: Friday 15 January 2027, 08:00 UTC."""
BOOT_MS: Final = 1_000_000
SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
PIECE: Final = 64 * 1024
"""Bytes that are carried at once."""
ROUNDS: Final = 200
"""After so many turns two nodes that still talk will never stop."""
NAMES: Final = ("North", "South")
WATCH: Final = MappingProxyType({"officer": "duty", "deputy": "second", "commander": "chief"})
"""Who is on duty at the beginning, by account."""
FULL: Final = MappingProxyType(
    {
        'level = "none"': 'level = "full"',
        "# [watch]": "[watch]",
        '# call = ["closing"': 'call = ["closing"',
        '# place = "true"': 'place = "true"',
        '# look_ahead = "5min"': 'look_ahead = "5min"',
        "# a_day = 50": "a_day = 50",
    }
)
"""What the terms say otherwise than a draft: all is shown, and alerts about live tracks call."""


class Time:
    """The one clock of an exercise, in ms."""

    def __init__(self, wall_ms: int = BEGAN_MS) -> None:
        self.wall_ms, self.boot_ms = wall_ms, BOOT_MS

    def go(self, ms: int) -> None:
        """Time passes."""
        self.wall_ms += ms
        self.boot_ms += ms

    @property
    def clock(self) -> Clock:
        """As a node reads it."""
        return Clock(lambda: self.wall_ms, lambda: self.boot_ms)


class Set(NamedTuple):
    """What exercises begin from: two parties on a line, under terms that all officers have signed.

    Attributes:
        parties: with their data directories in `folder`; an exercise plays on a copy.
        line: its id.
        terms: SHA-256 of them, hexadecimal.
        wall_ms: when all of it was done.
    """

    folder: Path
    parties: tuple[Party, ...]
    line: str
    terms: str
    wall_ms: int


class Station:
    """One party of an exercise: its node, which may stop, and begin again from other files."""

    def __init__(self, party: Party, time: Time, guards: Guards) -> None:
        self.party, self._time, self._guards = party, time, guards
        self.node = self._open()

    @property
    def name(self) -> str:
        """What the other party calls it."""
        return self.party.name

    def user(self, account: str) -> int:
        """The number of one of its people (parties.PEOPLE)."""
        return self.node.people.user(account).id

    def on_duty(self, watch: Mapping[str, str] = WATCH) -> None:
        """Who holds which post (store.duty.POSTS), by account."""
        for post, account in watch.items():
            self.node.people.take(account, post, self._time.wall_ms)

    def leave(self, account: str) -> None:
        """Somebody is away: the account is disabled, and leaves its post."""
        self.node.people.disable(account, self._time.wall_ms)

    def copy(self, to: Path) -> None:
        """Its files as they are now, the node being stopped for it: a backup."""
        self.node.close()
        shutil.copytree(self.party.data, to)
        self.node = self._open()

    def restore(self, backup: Path) -> None:
        """The node stops, its files are gone, and it begins again from a backup."""
        self.node.close()
        shutil.rmtree(self.party.data)
        shutil.copytree(backup, self.party.data)
        self.node = self._open()

    def close(self) -> None:
        """The node stops."""
        self.node.close()

    def _open(self) -> Node:
        clock, data = self._time.clock, self.party.data
        log = Log(data / directory.LOG, clock.now)
        return Node.open(data, parties.SETTINGS, self.party.journal, clock, log, self._guards)


class Stage:
    """Two stations on a line, and the time that passes.

    Attributes:
        north, south: the two. `line`: the id of theirs; `folder`: for what people keep elsewhere.
        cut: while it is, nothing comes through, either way.
        apart: nothing ever does; each keeps a record of its own (Guards.one_pair_of_feeds is off).
    """

    def __init__(self, stations: tuple[Station, Station], of: Set, folder: Path, time: Time) -> None:
        self.north, self.south = stations
        self.line, self.terms, self.folder, self.time = of.line, of.terms, folder, time
        self.cut = self.apart = False

    @property
    def now_ms(self) -> int:
        """Wall time."""
        return self.time.wall_ms

    def other(self, station: Station) -> Station:
        """The one at the other end."""
        return self.south if station is self.north else self.north

    def carry(self) -> None:
        """All that waits goes, both ways, until nothing waits. Raises: AssertionError where that never is."""
        if self.cut or self.apart:
            return
        both = self.north.node, self.south.node
        for _ in range(ROUNDS):
            going = [_taken(each, self.line) for each in both]
            if not any(going):
                return
            both[1].incoming(self.line, going[0])
            both[0].incoming(self.line, going[1])
        raise AssertionError("the nodes never stop talking")

    def wait(self, ms: int, step_ms: int = SECOND) -> None:
        """So much time passes; the nodes do what they do by themselves, and what they send is carried."""
        left = ms
        while left > 0:
            self.time.go(min(step_ms, left))
            left -= step_ms
            self.north.node.tick()
            self.south.node.tick()
            self.carry()

    def settle(self) -> None:
        """A few minutes pass, after which both nodes have done what they owe."""
        self.carry()
        self.wait(3 * MINUTE + 3 * SECOND, MINUTE + SECOND)


def _taken(node: Node, line: str) -> list[bytes]:
    found: list[bytes] = []
    for kind in KINDS:
        while some := node.outgoing(line, kind, PIECE):
            found += some
    return found


def build(folder: Path, changed: Mapping[str, str] = FULL) -> Set:
    """Two parties made, paired, and agreed on terms: what every exercise begins from.

    `changed`: pieces of a draft of terms, and what stands there instead.
    """
    time = Time()
    made = tuple(parties.make(folder, name, time.wall_ms) for name in NAMES)
    (folder / f"{MARK}.txt").write_text(parties.README, encoding="utf-8")
    line, *files = parties.pair(made[0], made[1])
    with ExitStack() as stack:
        stations = [_stood(stack, each, time, ALL) for each in made]
        for station, file in zip(stations, files, strict=True):
            station.node.take_up(file, station.party.pairing)
            station.on_duty()
        bare = Set(folder, made, line, "", time.wall_ms)
        stage = Stage((stations[0], stations[1]), bare, folder, time)
        stage.settle()
        number, data = parties.terms((made[0], made[1]), f"{MARK}: terms of a drill", dict(changed))
        sha256 = agreement.read(data).hash
        stage.north.node.agreed.propose(line, data)
        stage.carry()
        for station in stations:
            notes = [each.encode() for each in parties.approvals(station.party, number, data)]
            station.node.agreed.sign(line, sha256, notes)
            stage.carry()
        stage.settle()
    return Set(folder, made, line, sha256.hex(), time.wall_ms)


@contextmanager
def staged(of: Set, folder: Path, guards: Guards = ALL) -> Iterator[Stage]:
    """An exercise on a copy of a set, with these safeguards on; its nodes have just been started."""
    time = Time(of.wall_ms + HOUR)
    with ExitStack() as stack:
        stations = []
        for party in of.parties:
            data = folder / party.data.name
            shutil.copytree(party.data, data)
            stations.append(_stood(stack, party._replace(data=data), time, guards))
        stage = Stage((stations[0], stations[1]), of, folder, time)
        stage.settle()
        stage.apart = not guards.one_pair_of_feeds
        yield stage


def _stood(stack: ExitStack, party: Party, time: Time, guards: Guards) -> Station:
    found = Station(party, time, guards)
    stack.callback(found.close)
    return found
