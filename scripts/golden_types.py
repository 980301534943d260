"""Golden vectors of what the record itself enters, of cases, snapshots, and an entry without its body."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from wideberth.ledger import (
    canonical,
    commitment,
    entries,
    epoch,
    feed,
    ids,
    merkle,
    order,
    parts,
    seal,
    snapshot,
)
from wideberth.ledger.body import Entry
from wideberth.ledger.entries import LineOpened, NewEpoch, Opening, Paper, Said
from wideberth.ledger.epoch import Epoch
from wideberth.ledger.feed import Head
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.snapshot import Snapshot


def large(size: int) -> bytes:
    """Bytes that anybody can make again."""
    return bytes(i * i % 251 for i in range(size))


def made(
    given: dict[str, Any],
    identity_seed: bytes,
    genesis: bytes,
    paper: str,
    head: Head,
    held: tuple[Entry, bytes],
) -> dict[str, Any]:
    """The vectors.

    Args:
        given: their inputs. identity_seed: of the party that writes them. genesis: of its line. paper: a
        certificate. head: of its main feed. held: an entry, and the checkpoint that it travels with.
    """
    entry, checkpoint = held
    dropped = seal.pad(seal.Content(entry.leaf, b"", b"", checkpoint))
    next_epoch = head.origin._replace(epoch=head.origin.epoch + 1)
    again = epoch.sign(Epoch(next_epoch, head.size, merkle.root(head.tree)), identity_seed)
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in given["private"]]
    private = Origin(ids.PRIVATE, head.origin.party, "main", 0)
    text = feed.Head(private, merkle.grown(merkle.EMPTY, leaves)).checkpoint.text
    opening = Opening(text, bytes.fromhex(given["salt"]))
    said: list[Said] = [
        Paper(paper.encode()),
        LineOpened(genesis),
        LineOpened(genesis, given["label"]),
        commitment.commit(opening),
        opening,
        NewEpoch(again),
    ]
    one, other = (f"n-{ids.base32(bytes.fromhex(notice))}" for notice in given["notices"])
    return {
        "bodies": [[each.TYPE, written(entries.write(each)).decode()] for each in said],
        "case": ids.case(head.origin.line, one, other),
        "dropped": hashlib.sha256(dropped).hexdigest(),
        "epoch": again.decode(),
        "notices": [one, other],
        "parts": [
            hashlib.sha256(written(entries.write(part))).hexdigest()
            for part in parts.split(large(given["large"]))
        ],
    }


def snapshot_of(given: dict[str, Any], line: Line, held: Sequence[Entry]) -> dict[str, Any]:
    """A snapshot of what is stable of a line, and its entry."""
    placed = order.place(line, held[: given["entries"]])
    count = order.stable(line, placed)
    start = order.beginning(placed[:count])
    roots = {}
    for origin, size in start.sizes.items():
        hashes = [each.hash for each in held if each.header.origin == origin]
        roots[origin] = merkle.root(merkle.grown(merkle.EMPTY, hashes[:size]))
    state = bytes.fromhex(given["state"])
    data = snapshot.write(Snapshot(line.id, start, roots, given["rules"], state))
    body = written(entries.write(snapshot.enter(data)))
    return {"body": body.decode(), "stable": count, "whole": data.decode()}


def written(value: Mapping[str, canonical.Value]) -> bytes:
    """The bytes of a body."""
    return canonical.write(dict(value))
