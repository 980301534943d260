"""The story over the transport that nodes really use: HTTP on a loopback address, in threads beside it.

How many calls that makes differs from run to run, so a point near the end may not be reached.
"""

from __future__ import annotations

import time
from pathlib import Path

from tests.faults import story
from tests.faults.story_run import Run
from tests.faults.story_victim import Begin, Server
from tests.story.linked import Linked
from wideberth.links.address import Address

QUIET_S, POLL_S, PASSES = 60.0, 0.005, 100
LATER_MS = 3_000
HERE = "127.0.0.1"


class LinkedRun(Run):
    """A telling in which the victim calls the other node, or is called."""

    def __init__(self, server: Server, folder: Path, begin: Begin, *, calls: bool) -> None:
        super().__init__(server, folder, begin)
        self.calls = calls
        self.linked: Linked | None = None
        self.up = False

    def close(self) -> None:
        self._unlink()
        super().close()

    def _join(self) -> None:
        self.joined = True
        if self.up:
            return
        line = self.pair.line
        if self.calls:
            if self.linked is None:
                self.linked = Linked(self.node, line, listen=(HERE, 0), plain=True).start()
            self._ask("call", self.linked.port)
        else:
            self._unlink()
            port = self._ask("listen")
            self.linked = Linked(self.node, line, call=Address(HERE, port, plain=True), plain=True).start()
        self.up = True

    def _part(self) -> None:
        self.joined = False
        if self.up:
            self._ask("unlink")
        self._unlink()

    def _unlink(self) -> None:
        self.up = False
        if self.linked is not None:
            self.linked.stop()
            self.linked = None

    def _died(self) -> None:
        super()._died()
        self.up = False

    def _exchange(self) -> None:
        """Until both have all, and know it."""
        end, n = time.monotonic() + QUIET_S, 0
        while not self._quiet():
            assert time.monotonic() < end, "the nodes do not come to rest"
            time.sleep(POLL_S)
            n += 1
            if n % PASSES == 0:
                self.time.pass_ms(LATER_MS)
                self._ask("do", story.LATER)
                self.node.tick()

    def _quiet(self) -> bool:
        mine = story.quiet(self.node, self.pair.line)
        return mine is not None and mine == self._ask("quiet")
