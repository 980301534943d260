"""What may happen to two whole nodes: loss, repetition, restarts, days of silence, an old backup."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from tests.story.parties import MINUTE_MS, Node, pair, same, settle
from wideberth.line.messages import Lost
from wideberth.node import bundles
from wideberth.node.bundles import Imported
from wideberth.node.prekeys import DAY_MS

OPS = (
    *("say", "say", "send", "send", "send", "lose", "tick", "old"),
    *("restart", "backup", "restore", "silence", "settle"),
)
TWO_HISTORIES = {"ledger.leaves", "line.equivocation", "line.forked"}


class Courier:
    """Carries files, and keeps every one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.carried: list[tuple[Node, Path]] = []

    def bundle(self, node: Node) -> Path:
        path = self.folder / f"{len(self.carried)}.bundle"
        bundles.write(node.talk, path)
        return path

    def carry(self, node: Node, to: Node) -> Imported:
        node.world.pass_ms(10 * MINUTE_MS)
        path = self.bundle(node)
        self.carried.append((to, path))
        to.talk.tick()
        return bundles.read(to.talk, path)

    def both_ways(self, one: Node, other: Node, times: int = 4) -> None:
        for _ in range(times):
            self.carry(one, other)
            self.carry(other, one)


class History:
    """Two nodes and all that was ever sent between them, over files or passed on directly."""

    def __init__(self, folder: Path, chance: random.Random, *, files: bool) -> None:
        self.folder, self.chance, self.files = folder, chance, files
        self.nodes, self.courier = pair(folder), Courier(folder)
        self.old: list[tuple[Node, bytes]] = []
        self.backup: Node | None = None

    def do(self, op: str, node: Node, peer: Node) -> None:
        match op:
            case "say":
                node.say("something", self.chance.choice(("main", "urgent")))
            case "send" | "lose":
                self.send(node, peer, arrives=op == "send")
            case "old":
                self.repeat()
            case "tick":
                node.world.pass_ms(self.chance.randrange(MINUTE_MS))
                node.talk.tick()
            case "restart":
                node.restart()
            case "silence":
                node.world.pass_ms(self.chance.choice((1, 2, 4)) * DAY_MS)
            case "settle" if not self.files:
                settle(*self.nodes, rounds=2)
            case _:
                self.back_up(op, node)

    def send(self, node: Node, peer: Node, *, arrives: bool) -> None:
        if self.files:
            path = self.courier.bundle(node)
            self.courier.carried.append((peer, path))
            if arrives:
                bundles.read(peer.talk, path)
            return
        for sealed in node.out():
            self.old.append((peer, sealed))
            if arrives:
                peer.talk.receive(sealed)

    def repeat(self) -> None:
        if self.old:
            to, sealed = self.chance.choice(self.old)
            to.talk.receive(sealed)
        if self.courier.carried:
            to, path = self.chance.choice(self.courier.carried)
            bundles.read(to.talk, path)

    def back_up(self, op: str, node: Node) -> None:
        """Once, and put back once."""
        copy = self.folder / "backup"
        if op == "backup" and self.backup is None:
            node.copy(copy)
            self.backup = node
        elif op == "restore" and self.backup is not None and copy.exists():
            self.backup.put_back(copy)
            copy.rename(self.folder / "used")

    def end(self) -> None:
        """Both hold the same, and nobody has signed two histories. Raises: AssertionError."""
        if self.files:
            self.courier.both_ways(*self.nodes, times=8)
        else:
            settle(*self.nodes, rounds=8)
        for node in self.nodes:
            assert not TWO_HISTORIES.intersection(node.codes())
            assert node.stage == "whole"
            assert node.talk.waiting() == ()
        # what had folded an entry that nobody holds waits for as many to be said again
        assert same(*self.nodes) or any(node.of(Lost) for node in self.nodes)
        for node in self.nodes:
            node.stop()


def run(ops: Sequence[str], seed: int, folder: Path, *, files: bool) -> None:
    """A history. Raises: AssertionError."""
    chance = random.Random(seed)
    history = History(folder, chance, files=files)
    for op in ops:
        who = chance.randrange(2)
        history.do(op, history.nodes[who], history.nodes[1 - who])
    history.end()
