"""Golden vectors of what the record itself enters, of cases, and of an entry whose body was dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from wideberth.ledger import canonical, commitment, entries, epoch, feed, ids, merkle, parts, seal
from wideberth.ledger.body import Entry
from wideberth.ledger.entries import LineOpened, NewEpoch, Opening, Paper, Said
from wideberth.ledger.epoch import Epoch
from wideberth.ledger.feed import Head
from wideberth.ledger.ids import Origin


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


def written(value: Mapping[str, canonical.Value]) -> bytes:
    """The bytes of a body."""
    return canonical.write(dict(value))
