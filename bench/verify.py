"""How fast is a record verified, and what would hashing alone cost?

    python bench/verify.py [--entries 1e5] [--every 100] [--json FILE]

A record of many entries with a cosigned checkpoint after every so many: entries and megabytes a second, for
`verify` and for writing. The peer is a lower bound, not a tool: SHA-256 of every leaf and node of the same
trees with hashlib, nothing read and nothing else checked. No tool is known that reads these records: those
for transparency logs (such as sigstore and tuf in Python) verify a proof or a bundle of their own formats,
not a feed of entries. Times are the processor's: all of it runs in one thread. Exit 1 where the roots of
both differ, or the record does not verify.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from wideberth.formats import recordfile
from wideberth.formats.recordfile import Checkpoint, Exported, Opening, Part, Reader
from wideberth.ledger import certificate, checkpoint, feed, ids, keys, merkle, note, record
from wideberth.ledger.certificate import Certificate
from wideberth.ledger.feed import Head, Item, Written
from wideberth.ledger.record import Section

AUTHOR, READER, LOG, COSIGN = (
    hashlib.sha256(name).digest() for name in (b"author", b"reader", b"log", b"cosign")
)
GENESIS = ids.genesis(keys.public(AUTHOR), keys.public(READER), bytes(32))
LINE = ids.line(GENESIS)
FEED, OTHER = (ids.Origin(LINE.id, ids.party(keys.public(seed)), "main", 0) for seed in (AUTHOR, READER))
SAID = "." * 220
"""With the rest of a body about as long as a notice."""


def made(entries: int, every: int) -> Iterator[Part]:
    """A feed, and a cosigned checkpoint after every so many entries and at its end."""
    yield Section(FEED)
    head = Head(FEED)
    for n in range(entries):
        written = Written("notice.told", 1, {OTHER: n // 2 + 1}, 1_900_000_000_000 + n, bytes(32))
        added = feed.append(head, written, {"n": n, "said": SAID}, n.to_bytes(16, "big"))
        head, entry = added.head, added.entry
        yield Item(entry.leaf, entry.salt, entry.body)
        if head.size % every == 0 or head.size == entries:
            signed = note.cosign(feed.sign(head, LOG), ids.cosigner(OTHER.party), COSIGN, 1_900_000_000)
            yield Checkpoint(note.write(signed))


def written(parts: list[Part]) -> bytes:
    """The record file."""
    papers = (
        certificate.certify(Certificate(keys.public(LOG), "log", FEED, 0), AUTHOR),
        certificate.certify(Certificate(keys.public(COSIGN), "cosign", FEED, 0), READER),
    )
    return b"".join(recordfile.write(Opening(Exported(0, None, "bench"), GENESIS, papers), parts))


def lower_bound(leaves: list[bytes]) -> tuple[float, bytes]:
    """Processor seconds for SHA-256 of all leaves and nodes, level by level (RFC 6962), and the root."""
    begin = time.process_time()
    sha = hashlib.sha256
    level = [sha(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        # a node that is alone at the end of its level goes up as it is
        odd = level[-1:] if len(level) % 2 else []
        level = [
            sha(b"\1" + one + two).digest() for one, two in zip(level[::2], level[1::2], strict=False)
        ] + odd
    return time.process_time() - begin, level[0]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=lambda text: int(float(text)), default=100_000)
    parser.add_argument("--every", type=int, default=100, help="entries between two checkpoints")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    parts = list(made(asked.entries, asked.every))
    begin = time.process_time()
    data = written(parts)
    writing = time.process_time() - begin
    begin = time.process_time()
    found = recordfile.verify(Reader(io.BytesIO(data)), {("notice.told", 1): frozenset()}, 2_000_000_000)
    taken = time.process_time() - begin
    leaves = [part.leaf for part in parts if isinstance(part, Item)]
    least, root = lower_bound(leaves)
    last = parts[-1]
    signed = checkpoint.parse(note.parse(last.note).text).root if isinstance(last, Checkpoint) else b""
    grown = merkle.root(merkle.grown(merkle.EMPTY, map(merkle.leaf_hash, leaves)))
    if not root == signed == grown or record.verdict(found, LINE.parties) != "verified":
        print(f"{found.wrong.count} things are false, or the roots differ")
        sys.exit(1)
    megabytes = len(data) / 1e6
    print(
        f"{asked.entries:,} entries, {found.feeds[0].checkpoints:,} checkpoints, {megabytes:.1f} MB:"
        f" verified in {taken:.2f} s: {asked.entries / taken:,.0f} entries/s, {megabytes / taken:.1f} MB/s;"
        f" written in {writing:.2f} s"
    )
    print(f"hashing alone (hashlib, a lower bound): {least:.2f} s; verifying: {taken / least:.0f} times that")
    if asked.json:
        figures = {
            "entries": asked.entries,
            "checkpoints": found.feeds[0].checkpoints,
            "bytes": len(data),
            "verify_s": taken,
            "write_s": writing,
            "hash_s": least,
        }
        asked.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
