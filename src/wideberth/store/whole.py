"""Is a feed still what was appended? Checked for each entry on its way in, and for all when a journal opens.

Fast, because a node waits for it: headers are looked at as bytes, not parsed. That is sound because their
eight fields stand in one order, and no value before `origin` can hold a quotation mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, checkpoint, merkle, note
from wideberth.ledger.checkpoint import Checkpoint
from wideberth.ledger.feed import Item
from wideberth.store.cipher import Cipher, dropped_place, entry_place, note_place, unpack
from wideberth.store.journal import Head

_LEVEL = 10
BLOCK = 1 << _LEVEL
"""Leaves hashed as one subtree."""

_BODY_C = b'"body_c":"'
_BASE32 = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz234567", b"0123456789abcdefghijklmnopqrstuv")
_CHARACTERS = 52
_SPARE_BITS = 4
_SIGNATURE = "\n— ".encode()

Row = tuple[object, object, object]
"""n, the sealed entry, the sealed checkpoint of size n + 1 or None; a damaged file may hold other types."""


class Piece(Struct, array_like=True):
    """A run of entries: their leaf hashes, the signed checkpoints by size, and how many have no body."""

    leaves: list[bytes] = []
    notes: dict[int, bytes] = {}
    dropped: int = 0


class Verified(NamedTuple):
    """A head that was verified, and the roots of the feed's whole blocks."""

    head: Head
    blocks: tuple[bytes, ...]


def bound(feed: str, n: int, item: Item) -> bool:
    """Whether the header says this place, and the body, unless it was dropped, is the one it is bound to."""
    leaf = item.leaf
    if b',"n":%d,"origin":"%s",' % (n, feed.encode()) not in leaf:
        return False
    if item.dropped:
        return True
    at = leaf.find(_BODY_C) + len(_BODY_C)
    said = leaf[at : at + _CHARACTERS].translate(_BASE32)
    digest = hashlib.sha256(body.COMMITMENT + item.salt + item.body).digest()
    try:
        # base 32 of another alphabet: Python reads it many times faster than base64.b32decode
        same = int(said, 32) == int.from_bytes(digest, "big") << _SPARE_BITS
    except ValueError:
        return False
    return same and len(item.salt) == body.SALT


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


def piece(feed: str, begin: int, end: int, rows: Iterable[Row], cipher: Cipher) -> Piece:
    """What entries begin to end - 1 of a feed are, after each of their rows was opened.

    Raises: Refused (`journal.lost`, `journal.altered`), with the entry.
    """
    found = Piece()
    expected = begin
    for n, sealed, sealed_note in rows:
        if n != expected:
            break
        item = opened(feed, expected, sealed, cipher)
        found.leaves.append(merkle.leaf_hash(item.leaf))
        found.dropped += item.dropped
        expected += 1
        if sealed_note is not None:
            found.notes[expected] = opened_note(feed, expected, sealed_note, cipher)
    if expected != end:
        raise Refused("journal.lost", f"entry {expected} of {feed} is missing")
    return found


def verify(kept: Head, pieces: Iterable[Piece]) -> Verified:
    """The head of a feed, after its tree was computed again.

    `kept` is the head as it was stored; `pieces` are all its entries. Raises: Refused (`journal.lost`,
    `journal.altered`), with the entry.
    """
    feed, tree, blocks, count, dropped = kept.feed, merkle.EMPTY, list[bytes](), 0, 0
    newest: bytes | None = None
    cosigned: bytes | None = None
    for found in pieces:
        begin = tree.size
        for size, newest in found.notes.items():
            tree, more = grown(tree, found.leaves[tree.size - begin : size - begin])
            blocks += more
            # it was parsed when it was appended: a newline ends its text, a dash begins each signature
            if not newest.startswith(b"%s\n" % checkpoint.of(feed, tree).text.encode()):
                raise Refused(
                    "journal.altered", f"up to entry {size - 1} of {feed}: not what its checkpoint says"
                )
            cosigned = newest if newest.count(_SIGNATURE) > 1 else cosigned
        tree, more = grown(tree, found.leaves[tree.size - begin :])
        blocks += more
        count += len(found.notes)
        dropped += found.dropped
    if tree != kept.tree:
        raise Refused(
            "journal.altered", f"up to entry {kept.size - 1} of {feed}: not the tree that its head has"
        )
    if count != kept.notes:
        raise Refused("journal.lost", f"{feed} has {count} signed checkpoints; its head counts {kept.notes}")
    if dropped != kept.dropped:
        raise Refused(
            "journal.altered", f"{feed} has {dropped} entries without body; its head counts {kept.dropped}"
        )
    return Verified(Head(feed, tree, newest, cosigned, count, dropped), tuple(blocks))


def opened(feed: str, n: int, sealed: object, cipher: Cipher) -> Item:
    """Entry n of a feed, with its body or as what is left after that was dropped.

    Raises: Refused (`journal.altered`).
    """
    data = cipher.open(sealed, entry_place(feed, n))
    if data is not None:
        item = unpack(data)
    else:
        data = cipher.open(sealed, dropped_place(feed, n))
        item = Item(b"" if data is None else unpack(data).leaf, b"", b"")
    if not bound(feed, n, item):
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


def grown(tree: merkle.Tree, leaves: list[bytes]) -> tuple[merkle.Tree, list[bytes]]:
    """As merkle.grown, with whole blocks hashed level by level; and the roots of the blocks this finished."""
    blocks: list[bytes] = []
    lone = min(-tree.size % BLOCK, len(leaves))
    whole = lone + (len(leaves) - lone) // BLOCK * BLOCK
    tree = _one_by_one(tree, leaves[:lone], blocks)
    for begin in range(lone, whole, BLOCK):
        level = leaves[begin : begin + BLOCK]
        while len(level) > 1:
            level = [merkle.node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
        blocks += level
        tree = of_blocks(tree, level)
    return _one_by_one(tree, leaves[whole:], blocks), blocks


def of_blocks(tree: merkle.Tree, blocks: Iterable[bytes]) -> merkle.Tree:
    """A tree of whole blocks with more of them: from there it has a leaf for each, and the same subtrees."""
    above = merkle.grown(merkle.Tree(tree.size // BLOCK, tree.peaks), blocks)
    return merkle.Tree(above.size * BLOCK, above.peaks)


def _one_by_one(tree: merkle.Tree, leaves: list[bytes], blocks: list[bytes]) -> merkle.Tree:
    """As merkle.grown, without saying which subtrees it finishes, but for blocks."""
    peaks = list(tree.peaks)
    for size, leaf in enumerate(leaves, start=tree.size):
        node, level = leaf, 0
        while size >> level & 1:
            node = merkle.node_hash(peaks.pop(), node)
            level += 1
            if level == _LEVEL:
                blocks.append(node)
        peaks.append(node)
    return merkle.Tree(tree.size + len(leaves), tuple(peaks))
