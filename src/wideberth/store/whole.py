"""Is a feed still what was appended? Checked for each entry on its way in, and for all when a journal opens.

Fast, because a node waits for it: headers are looked at as bytes, not parsed. That is sound because their
eight fields stand in one order, and no value before `origin` can hold a quotation mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, checkpoint, merkle, note
from wideberth.ledger.checkpoint import Checkpoint
from wideberth.ledger.feed import Item
from wideberth.store.cipher import Cipher, entry_place, note_place, unpack
from wideberth.store.journal import Head

BLOCK = 1024
"""Leaves hashed as one subtree: a power of two."""
PENDING = 64 * BLOCK

_BODY_C = b'"body_c":"'
_BASE32 = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz234567", b"0123456789abcdefghijklmnopqrstuv")
_CHARACTERS = 52
_SPARE_BITS = 4

Row = tuple[object, object, object]
"""n, the sealed entry, the sealed checkpoint of size n + 1 or None; a damaged file may hold other types."""


def bound(feed: str, n: int, item: Item) -> bool:
    """Whether the header says this place, and the body is the one that it is bound to."""
    leaf = item.leaf
    at = leaf.find(_BODY_C) + len(_BODY_C)
    said = leaf[at : at + _CHARACTERS].translate(_BASE32)
    digest = hashlib.sha256(body.COMMITMENT + item.salt + item.body).digest()
    try:
        # base 32 of another alphabet: Python reads it many times faster than base64.b32decode
        same = int(said, 32) == int.from_bytes(digest, "big") << _SPARE_BITS
    except ValueError:
        return False
    return same and len(item.salt) == body.SALT and b',"n":%d,"origin":"%s",' % (n, feed.encode()) in leaf


def checkpoint_of(feed: str, data: bytes) -> tuple[note.Note, Checkpoint]:
    """A signed checkpoint of a feed, its signatures not verified: who keeps it holds no key.

    Raises: Refused (`journal.note`).
    """
    try:
        found = note.parse(data)
        said = checkpoint.parse(found.text)
    except Invalid as error:
        raise Refused("journal.note", f"no checkpoint of {feed}: {error.message}") from error
    if said.origin != feed or not said.size:
        raise Refused("journal.note", f"a checkpoint of {said.size} entries of {said.origin}, not of {feed}")
    return found, said


def verify(kept: Head, rows: Iterable[Row], cipher: Cipher) -> Head:
    """The head of a feed, after all its rows were opened and its tree computed again.

    `kept` is the head as it was stored. Raises: Refused (`journal.lost`, `journal.altered`), with the entry.
    """
    feed, tree, count = kept.feed, merkle.EMPTY, 0
    newest: bytes | None = None
    cosigned: bytes | None = None
    leaves: list[bytes] = []
    n = -1
    for expected, (found_n, sealed, sealed_note) in enumerate(rows):
        n = found_n if isinstance(found_n, int) else -1
        if n < 0 or n >= kept.size:
            raise Refused("journal.altered", f"entry {n} of {feed}: its head counts {kept.size} entries")
        if n != expected:
            raise Refused("journal.lost", f"entry {expected} of {feed} is missing")
        leaves.append(merkle.leaf_hash(opened(feed, n, sealed, cipher).leaf))
        if sealed_note is not None:
            tree, leaves = grown(tree, leaves), []
            newest = opened_note(feed, n + 1, sealed_note, cipher)
            found, said = checkpoint_of(feed, newest)
            if (said.size, said.root) != (tree.size, merkle.root(tree)):
                raise Refused("journal.altered", f"up to entry {n} of {feed}: not what its checkpoint says")
            cosigned = newest if len(found.signatures) > 1 else cosigned
            count += 1
        elif len(leaves) == PENDING:
            tree, leaves = grown(tree, leaves), []
    if n + 1 != kept.size:
        raise Refused("journal.lost", f"entry {n + 1} of {feed} is missing; its head counts {kept.size}")
    if grown(tree, leaves) != kept.tree:
        raise Refused("journal.altered", f"up to entry {n} of {feed}: not the tree that its head has")
    if count != kept.notes:
        raise Refused("journal.lost", f"{feed} has {count} signed checkpoints; its head counts {kept.notes}")
    return Head(feed, kept.tree, newest, cosigned, count)


def opened(feed: str, n: int, sealed: object, cipher: Cipher) -> Item:
    """Entry n of a feed. Raises: Refused (`journal.altered`)."""
    data = cipher.open(sealed, entry_place(feed, n))
    if data is None or not bound(feed, n, item := unpack(data)):
        raise Refused("journal.altered", f"entry {n} of {feed} is not what was appended")
    return item


def opened_note(feed: str, size: int, sealed: object, cipher: Cipher) -> bytes:
    """The checkpoint of a size. Raises: Refused (`journal.altered`)."""
    data = cipher.open(sealed, note_place(feed, size))
    if data is None:
        raise Refused(
            "journal.altered", f"the checkpoint at entry {size - 1} of {feed} is not what was appended"
        )
    return data


def grown(tree: merkle.Tree, leaves: list[bytes]) -> merkle.Tree:
    """As merkle.grown, with whole blocks hashed level by level."""
    lone = min(-tree.size % BLOCK, len(leaves))
    tree = merkle.grown(tree, leaves[:lone])
    whole = lone + (len(leaves) - lone) // BLOCK * BLOCK
    for begin in range(lone, whole, BLOCK):
        level = leaves[begin : begin + BLOCK]
        while len(level) > 1:
            level = [merkle.node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
        # seen from the blocks, the tree has a leaf for each, and the same complete subtrees
        above, _ = merkle.append(merkle.Tree(tree.size // BLOCK, tree.peaks), level[0])
        tree = merkle.Tree(tree.size + BLOCK, above.peaks)
    return merkle.grown(tree, leaves[whole:])
