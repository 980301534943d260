"""PostgreSQL goes down in mid-commit, in three ways, again and again; the journal is opened again each time.

It goes down when another session sees a transaction at work there; half of the tests make commits wait in the
server, between the COMMIT that was sent and the disk. A round counts if a statement was left unanswered.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bench.journal import feed, items
from tests.contract import server
from tests.contract.journals import Place, postgres_place
from tests.contract.server import Cluster
from tests.faults.restarted import CALLERS
from wideberth.errors import Refused
from wideberth.store.journal import Head
from wideberth.store.kept import Kept

ROOT = Path(__file__).parent.parent.parent
WANTED, MOST = 2, 12
"""Rounds with a batch in flight, and rounds at all."""
IN_FLIGHT = "in the middle of operation"
"""What the driver says where a statement was sent and not answered."""
SEEN = """DO $$ BEGIN
    FOR i IN 1..1000000 LOOP
        PERFORM pg_stat_clear_snapshot();
        IF EXISTS (
            SELECT FROM pg_stat_activity
            WHERE application_name = 'wideberth' AND state = 'active' AND backend_xid IS NOT NULL
        ) THEN RETURN; END IF;
    END LOOP;
    RAISE 'no batch was ever in flight';
END $$"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with server.cluster() as found:
        yield found


def immediate(cluster: Cluster) -> None:
    cluster.control("restart", "-m", "immediate")


def writer_killed(cluster: Cluster) -> None:
    """SIGKILL to the session that writes: the server throws out all others and recovers by itself."""
    lock = "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"
    ((pid,),) = cluster.execute(lock)
    os.kill(pid, signal.SIGKILL)


def all_killed(cluster: Cluster) -> None:
    """SIGKILL to every process of the server: nobody says goodbye."""
    pids = [cluster.postmaster, *(pid for (pid,) in cluster.execute("SELECT pid FROM pg_stat_activity"))]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    # a server does not start while the one before can be found
    with suppress(ProcessLookupError):
        for _ in range(300):
            os.kill(pids[0], 0)
            time.sleep(0.1)
    cluster.start()


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0, 20_000])
@pytest.mark.parametrize("down", [immediate, writer_killed, all_killed])
def test_nothing_acknowledged_is_lost(cluster: Cluster, down: Callable[[Cluster], None], delay: int) -> None:
    # so many microseconds a commit waits in the server before it is flushed, however few others there are
    cluster.execute(f"ALTER SYSTEM SET commit_delay = {delay}")
    cluster.execute("ALTER SYSTEM SET commit_siblings = 0")
    cluster.control("reload")
    rounds = in_flight = durable = 0
    acknowledged = dict.fromkeys(range(CALLERS), 0)
    with postgres_place(cluster.url) as place:
        while in_flight < WANTED and rounds < MOST:
            rounds += 1
            kept, cut = told(cluster, place, down)
            acknowledged |= kept
            found = sizes(place)
            for who, count in acknowledged.items():
                # a batch that was not answered is there or not, and nothing says which until now
                assert count <= found[who] <= count + 1
            in_flight += cut
            durable += found != acknowledged
            acknowledged = found
    said = f"in flight in {in_flight} of {rounds} rounds; durable without an answer in {durable}\n"
    sys.stdout.write(said)
    assert in_flight


def told(cluster: Cluster, place: Place, down: Callable[[Cluster], None]) -> tuple[dict[int, int], bool]:
    """What was acknowledged to each caller, and whether the server went down on a batch."""
    command = [sys.executable, str(ROOT / "tests/faults/restarted.py"), place.url, place.name]
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PATH": ""}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=path)
    assert child.stdout is not None and child.stderr is not None
    # read from here on: what was read ahead with the first lines is lost to communicate
    ended = threading.Timer(60, child.kill)
    ended.start()
    with child, child.stdout, child.stderr:
        said = [child.stdout.readline() for _ in range(2 * CALLERS)]
        cluster.execute(SEEN)
        down(cluster)
        said += child.stdout
        complaints = child.stderr.read()
    ended.cancel()
    assert (child.returncode, complaints) == (0, "")  # no traceback
    kept, refused = {}, []
    for line in said:
        word, who, what = line.rstrip().split(" ", 2)
        if word == "refused":
            refused.append(what)
        else:
            kept[int(who)] = int(what)
    assert len(refused) == CALLERS and all(each.startswith("journal.broken: ") for each in refused)
    return kept, any(IN_FLIGHT in each for each in refused)


def answering(place: Place) -> Kept:
    """The journal, as soon as the server has recovered."""
    for _ in range(300):
        try:
            return place.open()
        except Refused as error:
            if error.code not in ("journal.unreachable", "journal.locked"):
                raise
            time.sleep(0.1)
    return place.open()


def sizes(place: Place) -> dict[int, int]:
    """How many batches of each caller are there, each whole, none twice, after all was verified."""
    found = {}
    with answering(place) as journal:
        heads = journal.heads()
        for who in range(CALLERS):
            one, other = feed(2 * who), feed(2 * who + 1)
            found[who] = heads.get(one, Head("")).size
            assert heads.get(other, Head("")).size == found[who]
            for of in (one, other):
                assert [each.item for each in journal.read(of)] == list(items(of, 0, found[who]))
    return found
