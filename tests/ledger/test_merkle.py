"""Trees and proofs, against a tree computed the slow way and against vectors of others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.vectors import b64
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import merkle

SIZE = 70
LEAVES = [merkle.leaf_hash(bytes([i])) for i in range(SIZE)]
NODES = merkle.nodes(LEAVES)


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


ROOTS = [slow_root(LEAVES[:size]) for size in range(SIZE + 1)]


def consistent(old: int, size: int, first: bytes, second: bytes, proof: tuple[bytes, ...]) -> bool:
    try:
        merkle.verify_consistency(old, size, first, second, proof)
    except NotTrusted as error:
        assert error.code == "ledger.consistency"
        return False
    return True


def included(index: int, size: int, leaf: bytes, proof: tuple[bytes, ...], root: bytes) -> bool:
    try:
        merkle.verify_inclusion(index, size, leaf, proof, root)
    except NotTrusted as error:
        assert error.code == "ledger.inclusion"
        return False
    return True


def test_roots_and_finished_subtrees_of_every_size() -> None:
    tree = merkle.EMPTY
    for size in range(SIZE + 1):
        assert tree.size == size and len(tree.peaks) == size.bit_count()
        assert merkle.root(tree) == ROOTS[size]
        assert merkle.tree_of(size, NODES) == tree
        assert merkle.grown(merkle.EMPTY, LEAVES[:size]) == tree
        if size < SIZE:
            tree, finished = merkle.append(tree, LEAVES[size])
            for node in finished:
                low, high = node.number << node.level, (node.number + 1) << node.level
                assert high == size + 1 and node.digest == slow_root(LEAVES[low:high])


def test_every_proof_verifies_and_only_where_it_belongs() -> None:
    for size in range(1, 34):
        for index in range(size):
            proof = merkle.inclusion(index, size, NODES)
            assert included(index, size, LEAVES[index], proof, ROOTS[size])
            assert not included(index + 1, size, LEAVES[index], proof, ROOTS[size])
            assert not included(index, size, LEAVES[index + 1], proof, ROOTS[size])
            assert not included(
                index, size, LEAVES[index], (*proof, proof[-1] if proof else ROOTS[0]), ROOTS[size]
            )
            assert not proof or not included(index, size, LEAVES[index], proof[:-1], ROOTS[size])
        for old in range(1, size + 1):
            proof = merkle.consistency(old, size, NODES)
            assert consistent(old, size, ROOTS[old], ROOTS[size], proof)
            assert not consistent(old, size, ROOTS[old - 1], ROOTS[size], proof)
            assert not consistent(old, size, ROOTS[old], ROOTS[size + 1], proof)
            assert not consistent(old, size, ROOTS[old], ROOTS[size], (*proof, ROOTS[0]))
            assert not proof or not consistent(old, size, ROOTS[old], ROOTS[size], proof[:-1])


@given(st.data())
def test_any_bit_changed_in_a_proof_makes_it_fail(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, SIZE))
    old = data.draw(st.integers(1, size - 1))
    checks: list[tuple[tuple[bytes, ...], Callable[[tuple[bytes, ...]], bool]]] = [
        (merkle.inclusion(old, size, NODES), lambda p: included(old, size, LEAVES[old], p, ROOTS[size])),
        (merkle.consistency(old, size, NODES), lambda p: consistent(old, size, ROOTS[old], ROOTS[size], p)),
    ]
    for proof, check in checks:
        assert check(proof)
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = bytearray(proof[at])
        changed[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
        assert not check((*proof[:at], bytes(changed), *proof[at + 1 :]))
        assert not check((*proof[:at], *proof[at + 1 :]))
        assert not check((*proof[:at], proof[at][:-1], *proof[at + 1 :]))


@given(
    st.integers(-1, 2**64), st.integers(-1, 2**64), st.lists(st.binary(min_size=32, max_size=32), max_size=70)
)
def test_made_up_proofs_fail_at_any_size(old: int, size: int, proof: list[bytes]) -> None:
    assert not included(old, size, LEAVES[0], tuple(proof), ROOTS[3]) or (old, size, proof) == (0, 1, [])
    assert not consistent(old, size, ROOTS[2], ROOTS[3], tuple(proof))


@pytest.mark.parametrize(("old", "size"), [(0, 5), (6, 5), (-1, 5)])
def test_no_proof_is_made_of_what_cannot_be_proven(old: int, size: int) -> None:
    with pytest.raises(Invalid) as caught:
        merkle.consistency(old, size, NODES)
    assert caught.value.code == "ledger.size"
    with pytest.raises(Invalid) as caught:
        merkle.inclusion(-1 if old < size else size, size, NODES)
    assert caught.value.code == "ledger.size"


def test_vectors_of_others(shared: Path) -> None:
    counts = {"inclusion": [0, 0], "consistency": [0, 0]}
    for kind, count in counts.items():
        for file in sorted((shared / "vectors" / "merkle" / kind).rglob("*.json")):
            case = json.loads(file.read_text(encoding="utf-8"))
            proof = tuple(b64(each) for each in case["proof"] or ())
            if kind == "inclusion":
                leaf, root = b64(case["leafHash"]), b64(case["root"])
                good = included(case["leafIdx"], case["treeSize"], leaf, proof, root)
            else:
                good = consistent(case["size1"], case["size2"], b64(case["root1"]), b64(case["root2"]), proof)
            assert good is not case["wantErr"], file.name
            count[case["wantErr"]] += 1
    assert counts == {"inclusion": [6, 92], "consistency": [6, 92]}


def test_a_log_of_others_has_our_roots(shared: Path) -> None:
    folder = shared / "vectors" / "tlog-tiles"
    sizes = 0
    for size in range(1, 16):
        bundle = (folder / "tile" / "entries" / "000.p" / str(size)).read_bytes()
        leaves, at = [], 0
        while at < len(bundle):
            length = int.from_bytes(bundle[at : at + 2], "big")
            leaves.append(merkle.leaf_hash(bundle[at + 2 : at + 2 + length]))
            at += 2 + length
        tile = (folder / "tile" / "0" / "000.p" / str(size)).read_bytes()
        assert b"".join(leaves) == tile and len(leaves) == size
        text = (folder / f"checkpoint.{size}").read_text(encoding="utf-8").split("\n")
        assert b64(text[2]) == merkle.root(merkle.grown(merkle.EMPTY, leaves))
        sizes += 1
    assert sizes == 15


@given(st.integers(0, 90), st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_what_is_left_out_leads_to_the_same_tree(start: int, steps: list[int]) -> None:
    """By the roots of complete subtrees, whatever is left out between which leaves."""
    size = start + sum(steps)
    leaves = [merkle.leaf_hash(b"%d" % n) for n in range(size)]
    tree, held = merkle.grown(merkle.EMPTY, leaves[:start]), merkle.nodes(leaves)
    for k, step in enumerate(steps):
        end = tree.size + step
        if k % 2:
            tree = merkle.grown(tree, leaves[tree.size : end])
            continue
        pieces = merkle.between(tree.size, end)
        assert sum(1 << level for level, _ in pieces) == step
        tree = merkle.passed(tree, end, [held(*each) for each in pieces])
        assert tree == merkle.tree_of(end, held)
    assert merkle.root(tree) == merkle.root(merkle.tree_of(size, held))


@pytest.mark.parametrize(("size", "count"), [(5, 0), (5, 1), (8, 2), (4, 1), (3, 1), (2**63, 64)])
def test_another_count_of_hashes_is_refused(size: int, count: int) -> None:
    """From 4 leaves on: to 5 takes one hash, to 8 one."""
    tree = merkle.grown(merkle.EMPTY, [bytes(32)] * 4)
    if (size, count) == (5, 1):
        assert merkle.passed(tree, size, [bytes(32)]).size == 5
        return
    with pytest.raises(Invalid) as caught:
        merkle.passed(tree, size, [bytes(32)] * count)
    assert caught.value.code == "ledger.size"
