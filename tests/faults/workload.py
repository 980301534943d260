"""What a journal does while faults are put in its way.

`run` and the others work in a process of their own and say through a pipe what was acknowledged: only what
came out of the pipe counts. `run` makes the same calls to the system every time.
"""

from __future__ import annotations

import os
import resource
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

from bench import journal as endless
from tests.ledger.two import A, B, Feed, feed_of
from wideberth.errors import Refused
from wideberth.ledger import checkpoint, merkle, note
from wideberth.store import snapshots, sqlite
from wideberth.store.journal import Step
from wideberth.store.kept import Kept

KEY = bytes(range(32))
SIZE = 9
MAIN, URGENT, OTHER = feed_of(A, SIZE), feed_of(A, SIZE, "urgent"), feed_of(B, SIZE)
LOG = 6 * 4120
"""Bytes of log after which it is moved into the file: few, so that a short run gets there."""
CLOSING, AGAIN = "closing", "again"
"""Files that are opened to mark a place in a trace: before a journal is closed, around a second attempt."""


def step(of: Feed, begin: int, end: int, signed: bytes | None = None) -> Step:
    return Step(of.head.origin.text, begin, tuple(of.items[begin:end]), signed)


def signed(of: Feed, size: int, *, cosigned: bool = False) -> bytes:
    """The checkpoint of a size, by its author, and by the other party."""
    found = checkpoint.sign(checkpoint.of(of.head.origin.text, merkle.tree_of(size, of.at)), A.seed("log"))
    if cosigned:
        found = note.cosign(found, f"wideberth/{B.name}", B.seed("cosign"), 7)
    return note.write(found)


Act = tuple[Step, ...] | dict[str, tuple[int, ...]] | int
"""A batch; bodies to drop; the number of a snapshot to save."""

SESSIONS: tuple[tuple[Act, ...], ...] = (
    (
        (step(MAIN, 0, 2, signed(MAIN, 2)), step(URGENT, 0, 1)),
        (step(OTHER, 0, 3, signed(OTHER, 3)),),
        (step(MAIN, 2, 2, signed(MAIN, 2, cosigned=True)),),
    ),
    (
        (step(MAIN, 2, 4), step(URGENT, 1, 2, signed(URGENT, 2)), step(OTHER, 3, 4)),
        (step(MAIN, 4, 9, signed(MAIN, 9, cosigned=True)),),
        (step(URGENT, 2, 6),),
        1,
        {MAIN.head.origin.text: (0, 1, 3), URGENT.head.origin.text: (2,)},
        2,
        3,
    ),
)
"""What is done between one opening and the next; several feeds at once, checkpoints, cosignatures."""
ACTS = tuple(act for session in SESSIONS for act in session)
BATCHES = tuple(act for act in ACTS if isinstance(act, tuple))
"""These come first."""


def do(path: Path, journal: Kept, act: Act) -> None:
    """Raises: as Kept.append, Kept.drop and snapshots.save."""
    if isinstance(act, tuple):
        journal.append(act)
    elif isinstance(act, dict):
        journal.drop(act)
    else:
        snapshots.save(path.parent / SNAPSHOTS, journal.sealing, LINE, act, snapshot(act))


def snapshot(number: int) -> bytes:
    """What a snapshot says."""
    return b"%d" % number * 9000


SNAPSHOTS, LINE = "snapshots", "private"
SNAPSHOT_FILES = [f"{SNAPSHOTS}/{LINE}-{act:019d}.snapshot" for act in ACTS if isinstance(act, int)]


def run(path: Path, channel: Connection) -> None:
    """All sessions: with a log that is moved often, or within the limit of a file's length that comes.

    Says ("acknowledged", how many acts) after each has returned; or what refused it.
    """
    limit = channel.recv()
    if limit is None:
        sqlite.LOG = LOG
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    number = 0
    for session in SESSIONS:
        try:
            journal = sqlite.open(path, KEY)
        except (Refused, OSError) as error:
            channel.send(("unopened", getattr(error, "code", "OSError")))
            return
        # the last writes nothing, and is refused where moving the log has failed
        for act in (*session, ()):
            try:
                do(path, journal, act)
            except Refused as error:
                channel.send(("refused", error.code))
                _try_again(path, journal, channel)
                return
            except OSError:
                channel.send(("unsaved", act))
                journal.close()
                return
            number += act != ()
            channel.send(("acknowledged", number))
        _mark(path, CLOSING)
        journal.close()


def _try_again(path: Path, journal: Kept, channel: Connection) -> None:
    _mark(path, AGAIN)
    try:
        journal.append(BATCHES[0])
    except Refused as error:
        channel.send(("again", error.code))
    _mark(path, AGAIN)
    journal.close()


def _mark(path: Path, name: str) -> None:
    os.close(os.open(path.with_name(name), os.O_RDWR | os.O_CREAT))


CALLERS = 4
OWN = 12
OWN_FEEDS = tuple(feed_of(party, OWN, kind) for party in (A, B) for kind in ("urgent", "main"))


def run_together(path: Path, channel: Connection) -> None:
    """Callers that share commits, each with a feed of its own; says (caller, entries acknowledged)."""
    channel.recv()
    journal = sqlite.open(path, KEY)
    speaking = threading.Lock()

    def call(caller: int) -> None:
        for n in range(OWN):
            journal.append([step(OWN_FEEDS[caller], n, n + 1)])
            with speaking:
                channel.send((caller, n + 1))

    threads = [threading.Thread(target=call, args=(each,)) for each in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()


def run_until_refused(path: Path, channel: Connection) -> None:
    """The same without end, two feeds in each batch, and with the given `synchronous` instead of FULL.

    Says (caller, (entries acknowledged, when)), by the clock that all processes share.
    """
    synchronous = channel.recv()
    journal = sqlite.open(path, KEY)
    journal._database.write.execute(f"PRAGMA synchronous = {synchronous}")
    heads, speaking = journal.heads(), threading.Lock()

    def call(caller: int) -> None:
        pair = endless.feed(2 * caller), endless.feed(2 * caller + 1)
        n = heads[pair[0]].size if pair[0] in heads else 0
        while True:
            try:
                journal.append([Step(of, n, endless.items(of, n, n + 1)) for of in pair])
            except Refused:
                return
            n += 1
            with speaking:
                channel.send((caller, (n, time.monotonic_ns())))

    threads = [threading.Thread(target=call, args=(each,)) for each in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_unsynced(path: Path, channel: Connection) -> None:
    """Ends like a killed process, with commits in the log that have not reached the disk."""
    channel.recv()
    journal = sqlite.open(path, KEY)
    journal._database.write.execute("PRAGMA synchronous = OFF")
    for act in SESSIONS[0]:
        do(path, journal, act)
    os._exit(0)
