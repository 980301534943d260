"""Headers looked at as bytes, blocks of leaves hashed at once, and what only the key's holder could alter."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.journal import KEY, feed, items
from tests.ledger.two import A, feed_of, signed
from wideberth.errors import Invalid, Refused
from wideberth.ledger import checkpoint, merkle, note
from wideberth.ledger.merkle import EMPTY
from wideberth.store import whole
from wideberth.store.cipher import Cipher, entry_place, note_place, pack, unpack
from wideberth.store.journal import Head

FEED = feed_of(A, 6)
NAME = FEED.head.origin.text
CIPHER = Cipher(KEY, bytes(16))


def leaves(count: int) -> list[bytes]:
    return [n.to_bytes(32, "big") for n in range(count)]


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_blocks_grow_the_same_tree(before: int, more: int) -> None:
    hashes = leaves(before + more)
    tree = merkle.grown(EMPTY, hashes[:before])
    assert whole.grown(tree, hashes[before:]) == merkle.grown(tree, hashes[before:])


@given(st.integers(0, 60), st.integers(0, 255))
def test_every_entry_is_bound_and_no_other_is(at: int, other: int) -> None:
    assert all(whole.bound(NAME, n, item) for n, item in enumerate(FEED.items))
    item = FEED.items[3]
    assert not whole.bound(NAME, 4, item) and not whole.bound(NAME + "0", 3, item)
    body = bytearray(item.body)
    if at < len(body) and body[at] != other:
        body[at] = other
        assert not whole.bound(NAME, 3, item._replace(body=bytes(body)))
    assert not whole.bound(NAME, 3, item._replace(leaf=item.leaf.replace(b'"body_c":"', b'"body_c":"!')))


def test_an_item_is_packed_and_unpacked() -> None:
    assert [unpack(pack(item)) for item in FEED.items] == FEED.items


def kept(size: int = 6, notes: int = 0) -> Head:
    return Head(NAME, merkle.tree_of(size, FEED.at), notes=notes)


def rows(signed_at: Mapping[int, bytes] = MappingProxyType({})) -> list[whole.Row]:
    return [
        (
            n,
            CIPHER.seal(pack(item), entry_place(NAME, n)),
            CIPHER.seal(signed_at[n + 1], note_place(NAME, n + 1)) if n + 1 in signed_at else None,
        )
        for n, item in enumerate(FEED.items)
    ]


def refused(head: Head, found: list[whole.Row]) -> str:
    with pytest.raises(Refused) as caught:
        whole.verify(head, found, CIPHER)
    return f"{caught.value.code} {caught.value.message}"


def test_the_tree_is_computed_again() -> None:
    assert whole.verify(kept(), rows(), CIPHER).tree == FEED.head.tree
    other = Head(NAME, merkle.grown(EMPTY, leaves(6)))
    assert refused(other, rows()).startswith(f"journal.altered up to entry 5 of {NAME}")


def test_a_checkpoint_must_be_of_this_tree() -> None:
    at6 = signed(FEED, A)
    found = whole.verify(kept(notes=1), rows({6: at6}), CIPHER)
    assert (found.note, found.cosigned, found.notes) == (at6, None, 1)
    wrong = note.write(checkpoint.sign(checkpoint.Checkpoint(NAME, 4, bytes(32)), A.seed("log")))
    assert "up to entry 3" in refused(kept(notes=1), rows({4: wrong}))
    assert "up to entry 3" in refused(kept(notes=1), rows({4: at6}))


def test_long_feeds_are_verified_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "PENDING", 4)
    assert whole.verify(kept(), rows(), CIPHER).tree == FEED.head.tree


def test_the_benchmarks_entries_have_the_form() -> None:
    assert all(whole.bound(feed(3), n, item) for n, item in enumerate(items(feed(3), 5, 9), start=5))


def test_a_key_has_its_length_and_a_short_row_does_not_open() -> None:
    with pytest.raises(Invalid) as caught:
        Cipher(b"short", bytes(16))
    assert caught.value.code == "journal.key_length"
    assert CIPHER.open(b"", b"") is None and CIPHER.open(b"123456789", b"") is None
    assert CIPHER.open(CIPHER.seal(b"said", b"here"), b"here") == b"said"
    assert CIPHER.open(CIPHER.seal(b"said", b"here"), b"there") is None
    assert CIPHER.seal(b"said", b"here") != CIPHER.seal(b"said", b"here")
