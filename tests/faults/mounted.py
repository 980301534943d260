"""Power cuts and full disks, on file systems that are mounted for it.

    unshare --mount python mounted.py FOLDER cut FULL 10

Runs in a mount namespace of its own, so that nothing stays mounted however it ends. The power is cut by the
file system itself (its shutdown call, without flushing its log): what was not synced is gone when it is
mounted again. What a drive does with what was synced is beyond this. Says what was found as JSON; exit code
77 where nothing may be mounted.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from bench import journal as endless
from tests.faults import process, sweep, workload
from tests.faults.workload import CALLERS, KEY, SESSIONS
from tests.story import whole
from wideberth.errors import Refused
from wideberth.node.node import Node
from wideberth.store import sqlite
from wideberth.store.journal import Head, Step
from wideberth.store.kept import Kept

SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN, of XFS too; 2 leaves the file system's own log as it is on the disk."""
WITHOUT_FLUSH = (2).to_bytes(4, sys.byteorder)
MIB = 2**20
GROWTH = 20
CUTS = 10
NOT_ALLOWED = 77


class Disk:
    """A file system in a file, mounted in a folder."""

    def __init__(self, folder: Path, size: int, kind: str = "ext4") -> None:
        self.place = folder / "mounted"
        self.place.mkdir()
        self.image = folder / "image"
        self.kind = kind
        self.size = size
        if kind == "ext4":
            with self.image.open("wb") as image:
                image.truncate(size)
            subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", self.image], check=True)
        self.mount()

    def mount(self) -> None:
        what = ["-o", "loop", self.image] if self.kind == "ext4" else ["-o", f"size={self.size}", "none"]
        done = subprocess.run(
            ["mount", "-t", self.kind, *what, self.place], capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stderr)
            sys.exit(NOT_ALLOWED)

    def cut(self) -> None:
        """Nothing is written any more, and what was not synced never will be."""
        root = os.open(self.place, os.O_RDONLY)
        fcntl.ioctl(root, SHUTDOWN, WITHOUT_FLUSH)
        os.close(root)

    def restart(self) -> None:
        subprocess.run(["umount", self.place], check=True)
        self.mount()


def cut(folder: Path, synchronous: str, rounds: int) -> dict[str, object]:
    """Callers at work, the power cut at any moment, again and again: how many rounds lost something."""
    disk, chance = Disk(folder, 64 * MIB), random.Random(5)
    path = disk.place / "journal.db"
    lost = acknowledged = 0
    for number in range(rounds):
        left, when = chance.randrange(5, 80), 0

        def heard() -> None:
            nonlocal left, when
            left -= 1
            if left == 0:
                time.sleep(chance.random() / 200)
                when = time.monotonic_ns()
                disk.cut()

        ended = process.run(workload.run_until_refused, path, synchronous, heard)
        disk.restart()
        # a sync that the cut meets may still return: where the power is really gone, nobody hears of it
        told = {caller: n for caller, (n, at) in ended.said if at < when}
        late = {caller: n for caller, (n, _) in ended.said}
        acknowledged += sum(at < when for _, (_, at) in ended.said)
        try:
            with sqlite.open(path, KEY) as journal:
                lost += not all(
                    _all_there(journal, caller, told.get(caller, 0), late.get(caller, 0))
                    for caller in range(CALLERS)
                )
        except Refused:
            lost += 1
            path.rename(path.with_name(f"{number}.db"))
    return {"rounds": rounds, "lost": lost, "acknowledged": acknowledged}


def _all_there(journal: Kept, caller: int, told: int, late: int) -> bool:
    """What a caller was told is there, once and whole, and at most one batch after the last it heard of."""
    one, other = endless.feed(2 * caller), endless.feed(2 * caller + 1)
    size = journal.heads().get(one, Head(one)).size
    items = list(endless.items(one, 0, size)), list(endless.items(other, 0, size))
    read = tuple([each.item for each in journal.read(feed)] for feed in (one, other))
    return read == items and told <= size and (not late or size <= late + 1)


def shown(folder: Path) -> dict[str, object]:
    """What a journal shows after a kill, and still shows after a power cut that follows at once."""
    disk = Disk(folder, 64 * MIB)
    path = disk.place / "journal.db"
    process.run(workload.run_unsynced, path)
    journal = sqlite.open(path, KEY)
    before = sweep.states().index(sweep.state(path, journal))
    disk.cut()
    journal.close()
    disk.restart()
    with sqlite.open(path, KEY) as journal:
        return {
            "before": before,
            "after": sweep.states().index(sweep.state(path, journal)),
            "of": len(SESSIONS[0]),
        }


def full(folder: Path, kind: str) -> dict[str, object]:
    """A disk that is full when a journal is opened, fills up while it is at work, and then has room again."""
    disk = Disk(folder, 4 * MIB, kind)
    path, filler = disk.place / "journal.db", disk.place / "filler"
    of = endless.feed(0)
    _fill(filler)
    refused = [_refusal(lambda: sqlite.open(path, KEY).close())]
    filler.unlink()
    with sqlite.open(path, KEY) as journal:
        journal.append([Step(of, 0, endless.items(of, 0, 1))])
        _fill(filler)
        while not (refusal := _refusal(lambda: _grow(journal, of))):
            pass
        refused += [refusal, _refusal(lambda: _grow(journal, of))]
        acknowledged = journal.heads()[of].size
    filler.unlink()
    with sqlite.open(path, KEY) as journal:
        there = journal.heads()[of].size
        _grow(journal, of)
    with sqlite.open(path, KEY) as journal:
        read = [each.item for each in journal.read(of)]
    whole = read == list(endless.items(of, 0, there + GROWTH))
    return {"refused": refused, "acknowledged": acknowledged, "there": there, "whole": whole}


def node(folder: Path, kind: str) -> dict[str, object]:
    """Two whole nodes that talk; the disk of one fills up, and has room again."""
    disk = Disk(folder, 16 * MIB, kind)
    filler = disk.place / "filler"
    places = whole.make(disk.place, whole.NAMES[0]), whole.make(folder, whole.NAMES[1])
    time_, line = whole.Time(), whole.met(*places).line.id
    with places[0].open(time_) as one, places[1].open(time_) as other:
        one.take_up(whole.paired(*places), places[0].private)
        other.take_up(whole.paired(*reversed(places)), places[1].private)
        found = whole.Two(one, other, line, places, time_)
        whole.settle(found)
        kept: list[str] = []

        def say(node: Node, word: str, spaces: int = 0) -> None:
            node.say(line, "main", "test.said", 1, {"said": word + " " * spaces})
            kept.append(word)

        _fill(filler)
        n = 0
        # what was allocated for the log takes some more
        while not (saying := _refusal(partial(say, one, f"north {n}", 40_000))):
            n += 1
        told = one.trouble
        say(other, "south")
        taking = _refusal(lambda: _pass_on(found))
        for _ in range(5):
            time_.pass_ms(1_000)
            one.tick()
            other.tick()
        during = {
            "trouble": one.trouble == told != "" and one.status().trouble is not None,
            "shown": [each.line for each in one.lines()] == [line],
            "delivered": [each.entries - each.delivered for each in other.line(line).feeds if each.mine],
            "told": [each.code for each in one.events(0)[0] if each.what == "node.disk"],
        }
        filler.unlink()
        one.tick()
        after = one.trouble
        say(one, "north again")
        whole.settle(found, 6)
        held = whole.leaves(one, line)
        same = whole.leaves(other, line) == held
        words = [json.loads(each)["said"].strip() for each in whole.words(one, line)]
        told_after = [each.code for each in one.events(0)[0] if each.what == "node.disk"]
    with places[0].open(time_) as one:
        same = same and whole.leaves(one, line) == held
    return {
        "saying": saying,
        "taking": taking,
        "during": during,
        "after": after,
        "told": told_after,
        "same": same,
        "kept": sorted(words) == sorted(kept),
    }


def _pass_on(found: whole.Two) -> None:
    """What the other node says reaches the one whose disk is full."""
    while some := found.other.outgoing(found.line, "main", MIB):
        found.one.incoming(found.line, some)


def _grow(journal: Kept, of: str) -> None:
    head = journal.heads()[of]
    journal.append([Step(of, head.size, endless.items(of, head.size, head.size + GROWTH))])


def _refusal(act: Callable[[], None]) -> str:
    try:
        act()
    except (Refused, OSError) as error:
        return getattr(error, "code", type(error).__name__)
    return ""


def _fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as filler:
        while filler.write(bytes(512)):
            pass
    with suppress(OSError):  # what is allocated late is allocated now, or refused
        os.sync()


def run(folder: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    """A scenario in a namespace and folder of its own. Exit code NOT_ALLOWED without the privilege."""
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(
        ["unshare", "--mount", sys.executable, __file__, folder, *asked],
        env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.stderr.startswith("unshare:"):
        done.returncode = NOT_ALLOWED
    return done


SCENARIOS: dict[str, Callable[..., dict[str, object]]] = {
    "cut": cut,
    "shown": shown,
    "full": full,
    "node": node,
}

if __name__ == "__main__":
    asked, *with_ = sys.argv[2:]
    found = SCENARIOS[asked](Path(sys.argv[1]), *(int(each) if each.isdigit() else each for each in with_))
    sys.stdout.write(json.dumps(found))
