"""How soon is a flash call durable at the other party while routine entries are queued?

    python bench/flash.py [--queued 10000] [--flashes 100] [--size 300] [--store DIR] [--json FILE]

Two running nodes, each a process with a journal in SQLite (every commit synced), over the product's own
transport (TLS 1.3 on loopback). So many routine entries are wanted at once; while they go, CHECK is called
again and again, each time until its receipt is durable here: the other node holds it durably then. Beside it,
in the same run: NATS JetStream on loopback, a stream of routine messages and one of urgent ones, from
publishing to the consumer's confirmed acknowledgement. Exit 1 where the queue was empty before the last
flash, where the slowest but one in a hundred took a second or more, or where anything was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Final

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import nats
from nats.js.api import ConsumerConfig

from bench import line_tls, nats_way
from bench.line import synced_ms
from bench.line_tls import TOGETHER, Running, Side
from bench.line_ways import Held, body
from tests.story import whole
from wideberth.ledger.canonical import Value
from wideberth.node.calls import Asked

MOST_S = 1.0
"""What is claimed of the slowest but one in a hundred."""
SETTLED_S = 30.0
"""In which the other node says for whom it rings, and both hold all."""
PLACE: Final[dict[str, Value]] = {
    "lat_e7": 352_000_000,
    "lon_e7": 401_234_567,
    "notation": None,
    "words": None,
}


def ours(folder: Path, asked: argparse.Namespace) -> tuple[list[float], int]:
    """Seconds until each flash was durable at the other, and how many routine entries waited at the last."""
    folder.mkdir()
    places, line = whole.begin(folder)
    for place, other in (places, places[::-1]):
        with place.open(whole.Time()) as node:
            node.take_up(whole.paired(place, other), place.private)
    with line_tls.far(places[1], line) as (wire, port):
        side = Side(places[0], line)
        running = Running(side, port)
        try:
            side.until(lambda: side.node.line(line).stage == "whole" and side.confirmed() >= 1)
            # all of it waits before any of it goes
            running.close()
            before = side.confirmed()
            for number in range(0, asked.queued, TOGETHER):
                _queue(side, range(number, min(number + TOGETHER, asked.queued)), asked.size)
            begin = time.perf_counter()
            running = Running(side, port)
            took = [_flash(side) for _ in range(asked.flashes)]
            waiting = before + asked.queued - side.confirmed()
            side.until(lambda: side.confirmed() >= before + asked.queued)
            through = time.perf_counter() - begin
            _check(side, wire)
            print(f"the queue was through after {through:.1f} s, {asked.queued / through:,.0f} entries/s")
            return took, waiting
        finally:
            running.close()
            side.node.close()


def _check(side: Side, wire: Connection) -> None:
    """The gate: both come to hold the same entries in one order. Raises: SystemExit."""
    end = time.monotonic() + SETTLED_S
    while True:
        wire.send(("held",))
        far, mine = Held(*wire.recv()), side.held()
        if (mine.digest, mine.entries) == (far.digest, far.entries):
            return
        if time.monotonic() > end:
            raise SystemExit(
                f"FAILED: the nodes hold {mine.entries:,} and {far.entries:,} entries, or two orders"
            )
        time.sleep(0.5)


def _queue(side: Side, numbers: range, size: int) -> None:
    wanted: list[tuple[str, int, Value]] = [("test.said", 1, body(number, size)) for number in numbers]
    with side.node.using(side.line) as found:
        found.talk.say_all("main", wanted)


def _flash(side: Side) -> float:
    begin = time.perf_counter()
    said = side.node.room.calls.call(
        side.line, Asked("CHECK", {"place": PLACE}, "duty officer", "flash", "en")
    )
    side.until(lambda: side.node.room.calls.one(said.call).delivered)
    return time.perf_counter() - begin


async def _nats(url: str, asked: argparse.Namespace) -> list[float]:
    author, reader = await nats.connect(url), await nats.connect(url)
    try:
        urgent, routine = await nats_way.stream(author, "urgent"), await nats_way.stream(author, "routine")
        here = reader.jetstream()
        coming = await here.pull_subscribe("urgent", "reader", stream="urgent", config=ConsumerConfig())
        passing = asyncio.create_task(
            nats_way.passed(author, reader, "routine", asked.queued, asked.size, made=routine)
        )
        took = []
        for number in range(asked.flashes):
            begin = time.perf_counter()
            await urgent.publish("urgent", nats_way.body(number, asked.size))
            (message,) = await coming.fetch(1, timeout=nats_way.STARTING_S)
            await message.ack_sync()
            took.append(time.perf_counter() - begin)
        await passing
        return took
    finally:
        await author.close()
        await reader.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--queued", type=lambda text: int(float(text)), default=10_000)
    parser.add_argument("--flashes", type=int, default=100)
    parser.add_argument("--size", type=int, default=300, help="bytes of each routine body")
    parser.add_argument("--store", type=Path, help="folder on the disk to be measured")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores;"
        f" a sync takes {synced_ms(asked.store):.2f} ms"
    )
    with tempfile.TemporaryDirectory(dir=asked.store) as held:
        folder = Path(held)
        mine, waiting = ours(folder / "ours", asked)
        found, setting = nats_way.served(folder / "nats", lambda url: _nats(url, asked))
    told: dict[str, object] = {
        "ours": _row("a flash between running nodes, TLS 1.3", mine),
        "waiting": waiting,
    }
    print(f"{waiting:,} of {asked.queued:,} routine entries waited still at the last flash")
    if found is None:
        print(f"NATS JetStream: {setting}")
    else:
        told["nats"] = _row(f"NATS JetStream, {setting}", found)
        ratios = [_p(mine, each) / _p(found, each) for each in (50, 99)]
        print(f"wideberth / NATS: p50 {ratios[0]:.1f}×, p99 {ratios[1]:.1f}×")
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    if waiting <= 0 or _p(mine, 99) >= MOST_S:
        print(f"FAILED: p99 {_p(mine, 99):.2f} s, {waiting} waiting")
        sys.exit(1)


def _p(took: list[float], which: int) -> float:
    return quantiles(took, n=100)[which - 1]


def _row(name: str, took: list[float]) -> dict[str, float]:
    p50, p99, most = _p(took, 50) * 1e3, _p(took, 99) * 1e3, max(took) * 1e3
    print(f"{name:<46} p50 {p50:8.1f} ms  p99 {p99:8.1f} ms  slowest {most:8.1f} ms")
    return {"p50_ms": p50, "p99_ms": p99, "max_ms": most}


if __name__ == "__main__":
    main()
