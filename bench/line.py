"""How fast is a line: said, sealed, durable at the other, cosigned, and the receipt durable at its author?

    python bench/line.py [--entries 2000] [--round-trips 300] [--size 300] [--store DIR] [--json FILE]

Two whole nodes, each a process with a journal in SQLite (every commit synced), pass sealed messages on
through a pipe; and two running nodes do so over the product's own transport (TLS 1.3 on loopback). Beside it,
in the same run: NATS JetStream on loopback, with the same bodies and counts, from publishing to the
consumer's confirmed acknowledgement. Exit 1 where what was taken is not what was said, in one order on both
sides.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import line_tls, line_ways, nats_way

ABSENT = (
    "no signatures, no sealing from end to end, no tree that proves a history, no receipt that its publisher"
    " keeps; and a server that both have to trust"
)


class Figures(NamedTuple):
    """Of one way: seconds of each round trip, entries a second one way and both ways."""

    name: str
    round_trips: list[float]
    one_way: float
    both_ways: float

    @property
    def p50_ms(self) -> float:
        """The middle round trip."""
        return quantiles(self.round_trips, n=100)[49] * 1e3

    @property
    def p99_ms(self) -> float:
        """The slowest but one in a hundred."""
        return quantiles(self.round_trips, n=100)[98] * 1e3

    def line(self) -> str:
        """For the table."""
        trips = f"{self.p50_ms:8.2f} {self.p99_ms:8.2f}"
        return f"{self.name:<46} {trips} {self.one_way:10,.0f} {self.both_ways:10,.0f}"


def ours(folder: Path, asked: argparse.Namespace) -> tuple[Figures, line_ways.Start]:
    """The product, and its gate."""
    with line_ways.pair(folder) as nodes:
        trips = nodes.round_trips(asked.round_trips, asked.size)
        one_way = asked.entries / nodes.passed(asked.entries, asked.size, both=False)
        half = asked.entries // 2
        both = 2 * half / nodes.passed(half, asked.size, both=True)
        near, far = nodes.both_held()
    said = asked.round_trips + asked.entries + 2 * half
    check(near, far, said)
    print(
        f"both nodes hold the same {near.entries:,} entries in one order;"
        f" CPU {near.cpu_s:.1f} and {far.cpu_s:.1f} s"
    )
    return Figures("wideberth, sealed, signed, cosigned", trips, one_way, both), line_ways.start(
        folder / "one"
    )


def over_tls(folder: Path, asked: argparse.Namespace) -> Figures:
    """Running nodes over the product's transport, and their gate."""
    found = line_tls.measure(folder, asked.round_trips, asked.entries, asked.size)
    check(*found.held, asked.round_trips + asked.entries + 2 * (asked.entries // 2))
    name = "wideberth, running nodes over TLS 1.3"
    return Figures(name, found.round_trips, found.one_way, found.both_ways)


def check(near: line_ways.Held, far: line_ways.Held, said: int) -> None:
    """The gate. Raises: SystemExit."""
    if (near.digest, near.entries) != (far.digest, far.entries) or near.entries < said:
        print(f"FAILED: {near.entries:,} and {far.entries:,} entries, or two orders; {said:,} were said")
        sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=lambda text: int(float(text)), default=2_000)
    parser.add_argument("--round-trips", type=int, default=300)
    parser.add_argument("--size", type=int, default=300, help="bytes of each body")
    parser.add_argument("--store", type=Path, help="folder on the disk to be measured")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores;"
        f" a sync takes {synced_ms(asked.store):.2f} ms"
    )
    with tempfile.TemporaryDirectory(dir=asked.store) as held:
        folder = Path(held)
        mine, start = ours(folder, asked)
        print(
            f"started from {start.entries:,} entries in {start.seconds:.2f} s,"
            f" {start.bytes_each:,.0f} bytes of memory an entry"
        )
        tls = over_tls(folder / "tls", asked)
        peer, setting = nats_way.measure(folder / "nats", asked.round_trips, asked.entries, asked.size)
    print(f"\n{'':<46} {'p50 ms':>8} {'p99 ms':>8} {'one way/s':>10} {'both/s':>10}")
    found = [mine, tls]
    print(mine.line())
    print(tls.line())
    if peer is None:
        print(f"NATS JetStream: {setting}")
    else:
        theirs = Figures(f"NATS JetStream, {setting}", *peer)
        found.append(theirs)
        print(theirs.line())
        print(
            f"{'wideberth over TLS / NATS':<46}"
            f" {tls.p50_ms / theirs.p50_ms:7.2f}× {tls.p99_ms / theirs.p99_ms:7.2f}×"
            f" {tls.one_way / theirs.one_way:9.2f}× {tls.both_ways / theirs.both_ways:9.2f}×"
        )
        print(f"NATS does not have: {ABSENT}")
    if asked.json:
        told = {"start": start._asdict(), "ways": [each._asdict() for each in found], "nats": setting}
        asked.json.write_text(json.dumps(told, indent=1), encoding="utf-8")


def synced_ms(folder: Path | None) -> float:
    """What one synced write of a page costs on this disk, in the middle of fifty."""
    with tempfile.TemporaryFile(dir=folder) as file:
        took = []
        for _ in range(50):
            begin = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begin)
    return sorted(took)[25] * 1e3


if __name__ == "__main__":
    main()
