"""How fast is a plan durable, compared and answered, with many plans resident on both sides of a line?

    python bench/submit.py [--plans 4000] [--submits 300] [--clients 16] [--store DIR] [--json FILE]

Two running nodes under signed terms, each a process with a journal in SQLite (every commit synced), TLS 1.3
between them on loopback. Beside it, in the same run and at the same number of clients: FastAPI with SQLite's
R*Tree, which syncs nothing and tells nobody. Exit 1 where the two find other conflicts.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import submit_peer
from bench.line import synced_ms
from bench.line_tls import Running, Side, far
from bench.live import resident_memory
from bench.submit_traffic import DAY_MS, Flat, plans
from tests.ledger.two import seed
from tests.story import desks, whole
from tests.story.whole import Place, Time, Two
from tests.web import served
from wideberth.formats import agreement
from wideberth.node.clock import SYSTEM
from wideberth.node.config import Config
from wideberth.node.log import Log
from wideberth.node.node import Node

FASTER, TAIL_MS = 2.0, 10.0
"""SPEED, target 4: times the throughput of the peer, and the slowest but one in a hundred."""
TOGETHER = 500
TAIL = 100
Answer = tuple[float, list[tuple[str, float]]]


class Timed(NamedTuple):
    """Of one way: seconds of each answer, and of all together; CPU seconds of the node that answers."""

    name: str
    each: list[float]
    whole: float
    cpu: float | None = None

    @property
    def rate(self) -> float:
        return len(self.each) / self.whole

    def line(self) -> str:
        """For the table."""
        cut = quantiles(self.each, n=100)
        cpu = "" if self.cpu is None else f"{self.cpu / len(self.each) * 1e3:9.2f}"
        return f"{self.name:<62} {cut[49] * 1e3:9.2f} {cut[98] * 1e3:9.2f} {self.rate:9,.0f} {cpu}"


class Filled(NamedTuple):
    """Two directories whose nodes hold plans of both."""

    places: tuple[Place, Place]
    line: str
    theirs: dict[str, str]
    """The plans of the other party by their notices."""
    seconds: float


def fill(folder: Path, north: Sequence[Flat], south: Sequence[Flat]) -> Filled:
    """Terms signed by all, and all plans told, compared and answered."""
    places, line = whole.begin(folder)
    at = Time()
    at.wall_ms = SYSTEM.now()
    begin = time.perf_counter()
    with places[0].open(at) as one, places[1].open(at) as other:
        one.take_up(whole.paired(*places), places[0].private)
        other.take_up(whole.paired(*reversed(places)), places[1].private)
        two = Two(one, other, line, places, at)
        _agree(two)
        for k in range(0, max(len(north), len(south)), TOGETHER):
            for node, some in ((one, north), (other, south)):
                if some[k : k + TOGETHER]:
                    node.desk.submit([each.given for each in some[k : k + TOGETHER]])
            whole.deliver(line, one, other, 2_000)
        theirs = {each.notice: each.callsign for each in one.desk.notices(line) if not each.mine}
        assert len(theirs) == len(south)
        assert all(each.checked for each in other.desk.notices(line))
    return Filled(places, line, theirs, time.perf_counter() - begin)


def _agree(two: Two) -> None:
    data = desks.terms(two, {"*": "full"})
    found = agreement.read(data)
    whole.deliver(two.line, two.one, two.other)
    two.one.agreed.propose(two.line, data)
    whole.deliver(two.line, two.one, two.other)
    for place, node in zip(two.places, (two.one, two.other), strict=True):
        node.agreed.sign(two.line, found.hash, whole.signatures(place, data, found.agreement.id))
        whole.deliver(two.line, two.one, two.other)


def opened(place: Place, count: int) -> tuple[Node, float, float]:
    """A node that starts with so many plans: seconds until it has compared all, and MB that it holds."""
    before, begin = resident_memory(), time.perf_counter()
    log = Log(place.path / "log", SYSTEM.now)
    node = Node.open(place.path, Config(), seed(f"{place.name} journal"), SYSTEM, log)
    node.desk.cases()  # by then all of it is compared
    assert len(node.private.plans.plans) == count
    return node, time.perf_counter() - begin, resident_memory() - before


def ask_all(port: int, path: str, headers: dict[str, str], bodies: Sequence[bytes], clients: int) -> Any:
    """All of them by so many clients at once, each over a connection that stays: answers, seconds."""
    todo = iter(enumerate(bodies))
    found: list[tuple[float, Any]] = [(0.0, None)] * len(bodies)

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        for n, body in todo:
            begin = time.perf_counter()
            connection.request("POST", path, body, {"content-type": "application/json", **headers})
            answer = connection.getresponse()
            data = answer.read()
            found[n] = time.perf_counter() - begin, json.loads(data)
            assert answer.status in (200, 201), data
        connection.close()

    begin = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for each in [pool.submit(client) for _ in range(clients)]:
            each.result()
    return found, time.perf_counter() - begin


def clients(wire: Connection) -> None:
    """The clients, in a process of their own, until it is told to stop."""
    while (asked := wire.recv()) is not None:
        wire.send(ask_all(*asked))


@contextmanager
def process(run: Callable[..., None], *given: Any) -> Iterator[Connection]:
    """Another process, with a wire to it."""
    here, there = multiprocessing.Pipe()
    made = multiprocessing.get_context("spawn").Process(target=run, args=(there, *given), daemon=True)
    made.start()
    # whoever waits for one that has died is told
    there.close()
    try:
        yield here
    finally:
        made.terminate()
        made.join(20)


def check(ours: list[set[str]], peer: list[list[tuple[str, float]]]) -> int:
    """Whether both found the same; how many conflicts. Raises: SystemExit."""
    for n, (mine, theirs) in enumerate(zip(ours, peer, strict=True)):
        sure = {name for name, metres in theirs if metres < submit_peer.NEAR_M - submit_peer.DOUBT_M}
        near = {name for name, _ in theirs}
        if not sure <= mine <= near:
            print(f"FAILED: submit {n}: {sorted(mine)} here, {sorted(near)} at the peer")
            sys.exit(1)
    return sum(map(len, ours))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plans", type=lambda text: int(float(text)), default=4_000)
    parser.add_argument("--submits", type=int, default=300)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--store", type=Path, help="folder on the disk to be measured")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores;"
        f" a sync takes {synced_ms(asked.store):.2f} ms"
    )
    from_ms = SYSTEM.now() + 2 * DAY_MS
    north, south = (
        plans(name, asked.plans // 2, asked.plans, from_ms, n) for n, name in enumerate(whole.NAMES)
    )
    with tempfile.TemporaryDirectory(dir=asked.store) as held:
        folder = Path(held)
        filled = fill(folder, north, south)
        count = len(north) + len(south)
        rate = count / filled.seconds
        print(f"{count:,} plans filed, told, compared and answered by both: {rate:,.0f} a second")
        told = measured(folder, filled, north, south, from_ms, asked)
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1), encoding="utf-8")


def measured(
    folder: Path,
    filled: Filled,
    north: list[Flat],
    south: list[Flat],
    from_ms: int,
    asked: argparse.Namespace,
) -> dict[str, Any]:
    """All figures, printed and for the file."""
    new = plans("new", 3 * asked.submits, asked.plans, from_ms, 99)
    alone, served_, told = (new[k::3] for k in range(3))
    node, start_s, memory = opened(filled.places[0], len(north))
    node.close()
    each = 100_000 / asked.plans
    print(
        f"started with {asked.plans:,} plans in {start_s:.2f} s and {memory:,.0f} MB"
        f" ({start_s * each:,.1f} s and {memory * each:,.0f} MB for 100,000, in proportion)"
    )
    with far(filled.places[1], filled.line) as (_, port), process(clients) as wire:
        side = Side(filled.places[0], filled.line)
        running = Running(side, port)
        try:
            side.until(lambda: side.node.line(filled.line).stage == "whole" and side.confirmed() >= 1)
            rows = [_alone(side, alone), _told(side, told), _together(side, new)]
            through, ours = _through_api(side, wire, served_, filled, asked.clients)
        finally:
            running.close()
            side.node.close()
        with process(submit_peer.serve, folder, {"north": north + alone + told, "south": south}) as peer:
            bodies = [json.dumps(one).encode() for one in served_]
            wire.send((peer.recv(), "/plans", {}, bodies, asked.clients))
            answers, whole_s = wire.recv()
    found = check(ours, [[(name, m) for name, m in said["conflicts"]] for _, said in answers])
    theirs = Timed(f"{submit_peer.name()} + SQLite R*Tree, nothing synced", [s for s, _ in answers], whole_s)
    rows += [through, theirs]
    print(f"\n{'':<62} {'p50 ms':>9} {'p99 ms':>9} {'a second':>9} {'CPU ms':>9}")
    for row in rows:
        print(row.line())
    print(f"both found the same {found:,} conflicts of {len(served_):,} plans, by {asked.clients} clients")
    ratio, tail = through.rate / theirs.rate, quantiles(through.each, n=100)[98] * 1e3
    for words, met in (
        (f"{ratio:.2f}× the peer (target {FASTER}×)", ratio >= FASTER),
        (f"p99 {tail:.1f} ms (target {TAIL_MS} ms)", tail < TAIL_MS),
    ):
        print(f"{'met' if met else 'MISSED'}: {words}")
    return {
        "plans": asked.plans,
        "clients": asked.clients,
        "start_s": start_s,
        "memory_mb": memory,
        "filled_a_second": asked.plans / filled.seconds,
        "ratio": ratio,
        "p99_ms": tail,
        "ways": [{"name": row.name, "seconds": row.each, "whole_s": row.whole} for row in rows],
    }


def _alone(side: Side, some: Sequence[Flat]) -> Timed:
    """One after the other, in the node's process."""
    took, begin, cpu = [], time.perf_counter(), time.process_time()
    for each in some:
        at = time.perf_counter()
        side.node.desk.submit([each.given])
        took.append(time.perf_counter() - at)
    whole_s, used = time.perf_counter() - begin, time.process_time() - cpu
    return Timed("wideberth, in process, one after the other", took, whole_s, used)


def _together(side: Side, like: Sequence[Flat]) -> Timed:
    """Many in one call, which is one commit of the private feed."""
    some = [each.given for each in like[:TAIL]]
    begin, cpu = time.perf_counter(), time.process_time()
    side.node.desk.submit(some)
    whole_s, used = time.perf_counter() - begin, time.process_time() - cpu
    name = f"wideberth, in process, {TAIL} in one call (each its share)"
    return Timed(name, [whole_s / TAIL] * TAIL, whole_s, used)


def _told(side: Side, some: Sequence[Flat]) -> Timed:
    """Until the other holds it durably and has compared it, and its receipt and answer are durable here."""
    took, begin, cpu = [], time.perf_counter(), time.process_time()
    for each in some:
        at = time.perf_counter()
        [view] = side.node.desk.submit([each.given])
        wanted, notice = side.durable(side.party), view.on[0].notice
        side.until(partial(_answered, side, wanted, notice))
        took.append(time.perf_counter() - at)
    whole_s, used = time.perf_counter() - begin, time.process_time() - cpu
    name = "… until the other holds and has compared it, and we its receipt"
    return Timed(name, took, whole_s, used)


def _answered(side: Side, wanted: int, notice: str) -> bool:
    return side.confirmed() >= wanted and side.node.desk.notice(side.line, notice).checked


def _through_api(
    side: Side, wire: Connection, some: Sequence[Flat], filled: Filled, count: int
) -> tuple[Timed, list[set[str]]]:
    two = Two(side.node, side.node, side.line, filled.places, Time())
    with served.running(two) as api:
        assert api.serving.address is not None
        bodies = [json.dumps({"plans": [each.document]}).encode() for each in some]
        cpu = time.process_time()
        wire.send((api.serving.address[1], "/v1/plans", api.bearer("planner"), bodies, count))
        answers, whole_s = wire.recv()
        used = time.process_time() - cpu
    met = [{filled.theirs[one["notice"]] for one in said[0]["on"][0]["conflicts"]} for _, said in answers]
    name = "wideberth, over the API, durable and told"
    return Timed(name, [s for s, _ in answers], whole_s, used), met


if __name__ == "__main__":
    main()
