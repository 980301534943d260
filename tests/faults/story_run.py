"""The story, told to its end by whoever holds the other node; a victim that died is started again.

It looks at what it was about to do, and the story goes on.
"""

from __future__ import annotations

import signal
import socket
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tests.faults import story, story_desk
from tests.faults.story import STORY, Pair, Step
from tests.faults.story_victim import LENGTH, MOST, Begin, Died, Server
from tests.story.whole import NAMES, Time
from wideberth.ledger.ids import KINDS
from wideberth.node.node import Node

ROUNDS, TURNS = 2, 200
LATE_MS = 61_000
WITHIN_S = 60.0


class Run:
    """One telling of the story."""

    def __init__(self, server: Server, folder: Path, begin: Begin) -> None:
        self.server, self.begin = server, begin
        self.pair: Pair = story.at(folder)
        self.time = Time()
        self.deaths: list[Step | None] = []
        self.at: Step | None = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(WITHIN_S)
        self.acknowledged: list[Step] = []
        self.joined = False
        self._read = bytearray()
        self.channel: Connection
        self.sent: socket.socket | None = None
        other = next(each for each in NAMES if each != begin.who)
        self.other = other
        self.node: Node = self.pair.place(other).open(self.time)

    def tell(self) -> None:
        """To its end."""
        self._start()
        for step in STORY:
            self.at = step
            self._until_done(step)
        self.at = None
        self._until_done(None)

    def _until_done(self, step: Step | None) -> None:
        again, over = False, False
        while not over:
            try:
                if step is None:
                    self._end()
                else:
                    self._step(step, again=again)
                over = True
            except Died:
                self._again()
                again = True

    def _end(self) -> None:
        """All is settled, and the victim ends in good order."""
        self._settle(rounds=4)
        self._ask("close")
        assert self._gone() == 0

    def close(self) -> None:
        self.node.close()
        self.listener.close()
        if self.sent is not None:
            self.sent.close()
        self.channel.close()

    @property
    def _now(self) -> tuple[int, int]:
        return self.time.wall_ms, self.time.boot_ms

    # the victim

    def _start(self) -> None:
        """Start it, as often as it dies at once, and look at what is there."""
        up = False
        while not up:
            self.channel = self.server.fork(self.begin._replace(now=self._now))
            try:
                self._heard("opened")
                self._nothing_lost()
                if self.joined:
                    self._join()
                up = True
            except Died:
                self._died()

    def _again(self) -> None:
        self._died()
        self._start()

    def _died(self) -> None:
        self.deaths.append(self.at)
        self.channel.close()
        # a fork of the same, that dies at the next point, if there is one
        self.begin = self.begin._replace(kills=self.begin.kills[1:], listed=None)
        if self.sent is not None:
            while self._some():
                pass
            self._deliver(self._whole())
            self._read.clear()
            self.sent.close()
            self.sent = None

    def _ask(self, verb: str, what: object = None) -> Any:
        with suppress(OSError):
            self.channel.send((verb, what, self._now))
        return self._heard("did")

    def _heard(self, wanted: str) -> Any:
        try:
            what, found = self.channel.recv()
        except (EOFError, ConnectionResetError) as error:
            raise AssertionError("the server of victims is gone") from error
        if what == "exited":
            assert found == -signal.SIGKILL, f"the victim ended with {found}"
            raise Died
        assert what == wanted, found
        return found

    def _gone(self) -> int:
        what, found = self.channel.recv()
        assert what == "exited"
        return int(found)

    # the story

    def _step(self, step: Step, *, again: bool) -> None:
        match step.verb:
            case "together":
                self._join()
            case "part":
                self._part()
            case "settle":
                self._settle()
            case "later":
                self.time.pass_ms(story.MINUTES_10_MS)
                # the network is gone: what is taken is lost
                self._ask("do", step)
                self._ask("out")
                self.node.tick()
                self._out()
            case _ if step.who == self.other:
                story.do(self.node, self.pair, step)
                self.acknowledged.append(step)
            case _:
                if not (again and self._ask("done", step)):
                    self._ask("do", step)
                self.acknowledged.append(step)

    def _join(self) -> None:
        self.joined = True
        if self.sent is not None:
            return
        self.channel.send(("join", self.listener.getsockname()[1], self._now))
        self.sent, _ = self.listener.accept()
        self.sent.settimeout(WITHIN_S)
        self._heard("did")

    def _part(self) -> None:
        self.joined = False
        if self.sent is not None:
            self._ask("part")
            self.sent.close()
            self.sent = None

    def _settle(self, rounds: int = ROUNDS) -> None:
        for _ in range(rounds):
            self._exchange()
            self.time.pass_ms(LATE_MS)
            self._ask("do", story.LATER)
            self.node.tick()
        self._exchange()

    def _exchange(self) -> None:
        """Both ways, until nothing waits."""
        for _ in range(TURNS):
            theirs = self._theirs()
            mine = self._out()
            if not theirs and not mine:
                return
            self._deliver(theirs)
            if mine:
                assert self.sent is not None
                whole = b"".join(len(each).to_bytes(LENGTH, "big") + each for each in mine)
                with suppress(OSError):
                    self.sent.sendall(whole)
                self._ask("take", len(mine))
        raise AssertionError("the nodes never stop talking")

    def _theirs(self) -> list[bytes]:
        """What the victim sends."""
        assert self.sent is not None
        self.channel.send(("out", None, self._now))
        while self.channel not in wait([self.channel, self.sent]) and self._some():
            pass
        number, found = self._heard("did"), self._whole()
        while len(found) < number:
            assert self._some(), "what was sent has not come"
            found += self._whole()
        return found

    def _some(self) -> bool:
        """Whether there was more to read."""
        assert self.sent is not None
        try:
            some = self.sent.recv(1 << 16)
        except ConnectionResetError:
            return False
        self._read += some
        return bool(some)

    def _whole(self) -> list[bytes]:
        """The messages that have come as a whole."""
        found, at = [], 0
        while (start := at + LENGTH) <= len(self._read):
            end = start + int.from_bytes(self._read[at:start], "big")
            if end > len(self._read):
                break
            found.append(bytes(self._read[start:end]))
            at = end
        del self._read[:at]
        return found

    def _out(self) -> list[bytes]:
        found: list[bytes] = []
        if not self.node.lines():
            return found
        for slot in KINDS:
            while some := self.node.outgoing(self.pair.line, slot, MOST):
                found += some
        return found

    def _deliver(self, messages: list[bytes]) -> None:
        if messages and self.node.lines():
            self.node.incoming(self.pair.line, messages)

    # what must hold

    def _nothing_lost(self) -> None:
        """What was acknowledged before it died is there after: to people, and to the other party."""
        held = self._ask("sizes")
        told = self._ask("told")
        mine = [each for each in self.acknowledged if each.who == self.begin.who and each.verb != "later"]
        for step in mine:
            if step.verb == "take up" or step.verb in story_desk.VERBS:
                assert self._ask("done", step) == 1, f"{step} was acknowledged"
            else:
                assert told[story.entry(self.pair, step)] == 1, f"{step} was acknowledged"
        assert max(told.values(), default=1) == 1, told
        if not self.node.lines():
            return
        state = self.node._open[self.pair.line].state
        for feed in state.of(state.peer):
            assert feed.size <= held.get(feed.origin.text, 0), f"{feed.origin.text} was sent and is lost"
        for of, size in state.receipts.items():
            assert size <= held.get(of.text, 0), f"{of.text} was cosigned and is lost"
