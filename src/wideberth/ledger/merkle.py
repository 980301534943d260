"""Merkle trees as RFC 6962 section 2.1 and RFC 9162 section 2.1 have them, over SHA-256.

A `Tree` is the compact form that is enough to append and to know the root: the roots of the complete subtrees
that its size consists of, largest first. Proofs are made from `Nodes`, which gives the root of the complete
subtree `number` at `level` (over leaves number·2^level to (number + 1)·2^level); nothing recurses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from wideberth.errors import Invalid, NotTrusted

HASH = 32
SIZES = 2**63 - 1
"""The largest size of a tree that a checkpoint can state."""

Nodes = Callable[[int, int], bytes]


class Node(NamedTuple):
    """The root of a complete subtree."""

    level: int
    number: int
    digest: bytes


class Tree(NamedTuple):
    """The size of a tree, and the roots of its complete subtrees, largest first."""

    size: int
    peaks: tuple[bytes, ...]


EMPTY = Tree(0, ())


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf)."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(tree: Tree) -> bytes:
    """The root hash; SHA-256 of nothing for the empty tree."""
    return _joined(tree.peaks) if tree.peaks else hashlib.sha256(b"").digest()


def append(tree: Tree, leaf: bytes) -> tuple[Tree, tuple[Node, ...]]:
    """The tree with one more leaf (its hash), and the complete subtrees this finished, the leaf first."""
    peaks, level, node = list(tree.peaks), 0, leaf
    finished = [Node(0, tree.size, leaf)]
    while tree.size >> level & 1:
        node = node_hash(peaks.pop(), node)
        level += 1
        finished.append(Node(level, tree.size >> level, node))
    return Tree(tree.size + 1, (*peaks, node)), tuple(finished)


def between(low: int, high: int) -> list[tuple[int, int]]:
    """The complete subtrees (level, number) that the leaves from `low` up to `high` consist of, in order."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        if low:
            level = min(level, (low & -low).bit_length() - 1)
        found.append((level, low >> level))
        low += 1 << level
    return found


def passed(tree: Tree, size: int, digests: Sequence[bytes]) -> Tree:
    """The tree after more leaves of which only the roots of their subtrees are known (see `between`).

    What they are is a claim, as peaks are: a signed root that comes out of it proves it.
    Raises: Invalid (`ledger.size`).
    """
    pieces = between(tree.size, size)
    if not pieces or len(pieces) != len(digests) or size > SIZES:
        found = f"{len(digests)} hashes for entries {tree.size} to {size - 1}"
        raise Invalid("ledger.size", "", found, f"{len(pieces)}, one for each complete subtree; at least 1")
    peaks, at = list(tree.peaks), tree.size
    for (level, _), digest in zip(pieces, digests, strict=True):
        node, high = digest, level
        while at >> high & 1:
            node = node_hash(peaks.pop(), node)
            high += 1
        peaks.append(node)
        at += 1 << level
    return Tree(at, tuple(peaks))


def grown(tree: Tree, leaves: Iterable[bytes]) -> Tree:
    """The tree with more leaves (their hashes)."""
    for leaf in leaves:
        tree, _ = append(tree, leaf)
    return tree


def nodes(leaves: Iterable[bytes]) -> Nodes:
    """The complete subtrees over leaf hashes held in memory."""
    kept: dict[tuple[int, int], bytes] = {}
    tree = EMPTY
    for leaf in leaves:
        tree, finished = append(tree, leaf)
        kept.update(((node.level, node.number), node.digest) for node in finished)
    return lambda level, index: kept[level, index]


def tree_of(size: int, held: Nodes) -> Tree:
    """The compact form at a size, from the complete subtrees."""
    return Tree(size, tuple(held(level, index) for level, index in _complete(0, size)))


def inclusion(index: int, size: int, held: Nodes) -> tuple[bytes, ...]:
    """The proof that leaf `index` is in the tree of `size` (RFC 9162, 2.1.3.1).

    Raises: Invalid (`ledger.size`).
    """
    if not 0 <= index < size:
        raise Invalid("ledger.size", "", f"leaf {index} of {size}", "a leaf within the tree")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = _split(low, high)
        if index < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return _hashes(path, held)


def consistency(old: int, size: int, held: Nodes) -> tuple[bytes, ...]:
    """The proof that the tree of `old` leaves is a beginning of the tree of `size` (RFC 9162, 2.1.4.1).

    Raises: Invalid (`ledger.size`) unless 0 < old ≤ size: from nothing, everything follows, and nothing is
    proven.
    """
    if not 0 < old <= size:
        raise Invalid("ledger.size", "", f"from {old} to {size}", "from at least 1, and not backwards")
    low, high, path = 0, size, []
    while old != high:
        middle = _split(low, high)
        if old <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    if low:
        path.append((low, high))
    return _hashes(path, held)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], wanted: bytes) -> None:
    """RFC 9162, 2.1.3.2: `leaf` (a hash) is leaf `index` of the tree of `size` with the root `wanted`.

    Raises: NotTrusted (`ledger.inclusion`).
    """
    good = 0 <= index < size and all(len(each) == HASH for each in (leaf, *proof))
    at, last, found = index, size - 1, leaf
    for other in proof if good else ():
        if not last:
            good = False
            break
        if at & 1 or at == last:
            found = node_hash(other, found)
            at, last = _up(at, last)
        else:
            found = node_hash(found, other)
        at, last = at >> 1, last >> 1
    if not good or last or found != wanted:
        raise NotTrusted("ledger.inclusion", f"no proof that leaf {index} is in this tree of {size}")


def verify_consistency(old: int, size: int, first: bytes, second: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162, 2.1.4.2: the tree of `old` leaves, root `first`, begins that of `size`, root `second`.

    From size 0 nothing is a proof: who knows nothing yet asks for none.
    Raises: NotTrusted (`ledger.consistency`).
    """
    good = 0 < old <= size and all(len(each) == HASH for each in proof)
    if good and old == size:
        good = not proof and first == second
    elif good:
        good = _leads(old, size, first, second, proof)
    if not good:
        raise NotTrusted("ledger.consistency", f"no proof that this tree of {size} continues that of {old}")


def _leads(old: int, size: int, first: bytes, second: bytes, proof: Sequence[bytes]) -> bool:
    # where the old tree is one complete subtree, its root is not repeated in the proof
    path = [first, *proof] if old & (old - 1) == 0 else list(proof)
    if not proof:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for other in path[1:]:
        if not last:
            return False
        if at & 1 or at == last:
            before, after = node_hash(other, before), node_hash(other, after)
            at, last = _up(at, last)
        else:
            after = node_hash(after, other)
        at, last = at >> 1, last >> 1
    return not last and before == first and after == second


def _up(at: int, last: int) -> tuple[int, int]:
    """Past the levels at which a last node stands alone."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _split(low: int, high: int) -> int:
    """Where a range of leaves divides: after the largest power of two that is smaller than it."""
    return low + (1 << (high - low - 1).bit_length() - 1)


def _complete(low: int, high: int) -> list[tuple[int, int]]:
    """The complete subtrees that a range consists of, largest first."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append((level, low >> level))
        low += 1 << level
    return found


def _joined(peaks: Sequence[bytes]) -> bytes:
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found


def _hashes(path: list[tuple[int, int]], held: Nodes) -> tuple[bytes, ...]:
    return tuple(_joined([held(*each) for each in _complete(low, high)]) for low, high in reversed(path))
