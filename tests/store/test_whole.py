"""Headers looked at as bytes, blocks of leaves hashed at once, and what only the key's holder could alter."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bench.journal import KEY, feed, items
from bench.talk import BODY, LINE, SEED, Talk
from tests.ledger.two import A, B, feed_of, signed
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, checkpoint, keys, merkle, note, order
from wideberth.ledger.merkle import EMPTY
from wideberth.ledger.note import Verifier
from wideberth.store import cipher, whole
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
    tree, first = whole.grown(EMPTY, hashes[:before])
    found, second = whole.grown(tree, hashes[before:])
    assert found == merkle.grown(merkle.grown(EMPTY, hashes[:before]), hashes[before:])
    blocks = first + second
    assert len(blocks) == len(hashes) // whole.BLOCK
    for i, block in enumerate(blocks, start=1):
        assert whole.of_blocks(EMPTY, blocks[:i]) == merkle.grown(EMPTY, hashes[: i * whole.BLOCK])
        assert block == merkle.root(merkle.grown(EMPTY, hashes[(i - 1) * whole.BLOCK : i * whole.BLOCK]))


@given(st.integers(0, 60), st.integers(0, 255))
def test_every_entry_is_bound_and_no_other_is(at: int, other: int) -> None:
    assert all(whole.bound(NAME, n, item) for n, item in enumerate(FEED.items))
    item = FEED.items[3]
    assert not whole.bound(NAME, 4, item) and not whole.bound(NAME + "0", 3, item)
    said = bytearray(item.body)
    if at < len(said) and said[at] != other:
        said[at] = other
        assert not whole.bound(NAME, 3, item._replace(body=bytes(said)))
    assert not whole.bound(NAME, 3, item._replace(leaf=item.leaf.replace(b'"body_c":"', b'"body_c":"!')))


def test_an_item_is_packed_and_unpacked() -> None:
    assert [unpack(pack(item)) for item in FEED.items] == FEED.items


def kept(size: int = 6, notes: int = 0) -> Head:
    return Head(NAME, merkle.tree_of(size, FEED.at), notes=notes)


def signed_at(size: int) -> bytes:
    at = checkpoint.of(NAME, merkle.tree_of(size, FEED.at))
    return note.write(checkpoint.sign(at, A.seed("log")))


def rows(signed_at: Mapping[int, bytes] = MappingProxyType({})) -> list[whole.Row]:
    return [
        (
            n,
            CIPHER.seal(pack(item), entry_place(NAME, n)),
            CIPHER.seal(signed_at[n + 1], note_place(NAME, n + 1)) if n + 1 in signed_at else None,
        )
        for n, item in enumerate(FEED.items)
    ]


def verified(head: Head, found: list[whole.Row], run: int = 4) -> Head:
    begins = range(0, len(found), run)
    return whole.verify(
        head,
        (whole.piece(NAME, i, min(i + run, 6), found[i : i + run], CIPHER) for i in begins),
    ).head


def refused(head: Head, found: list[whole.Row]) -> str:
    with pytest.raises(Refused) as caught:
        verified(head, found)
    return f"{caught.value.code} {caught.value.message}"


def test_the_tree_is_computed_again() -> None:
    assert verified(kept(), rows()).tree == FEED.head.tree
    other = Head(NAME, merkle.grown(EMPTY, leaves(6)))
    assert refused(other, rows()).startswith(f"journal.altered up to entry 5 of {NAME}")


def test_a_checkpoint_must_be_of_this_tree() -> None:
    at6 = signed(FEED, A)
    found = verified(kept(notes=1), rows({6: at6}))
    assert (found.note, found.cosigned, found.notes) == (at6, None, 1)
    wrong = note.write(checkpoint.sign(checkpoint.Checkpoint(NAME, 4, bytes(32)), A.seed("log")))
    assert "up to entry 3" in refused(kept(notes=1), rows({4: wrong}))
    assert "up to entry 3" in refused(kept(notes=1), rows({4: at6}))


@pytest.mark.parametrize("run", [1, 2, 5, 6])
def test_it_does_not_matter_how_entries_are_divided(run: int) -> None:
    at3, at6 = (signed_at(n) for n in (3, 6))
    found = verified(kept(notes=2), rows({3: at3, 6: at6}), run)
    assert (found.tree, found.note, found.notes) == (FEED.head.tree, at6, 2)


def test_a_cosigned_checkpoint_is_told_from_a_signed_one() -> None:
    by_b = note.cosign(note.parse(signed_at(3)), f"wideberth/{B.name}", B.seed("cosign"), 7)
    found = verified(kept(notes=2), rows({3: note.write(by_b), 6: signed(FEED, A)}))
    assert (found.note, found.cosigned) == (signed(FEED, A), note.write(by_b))


def test_a_checkpoint_with_a_line_more_is_refused() -> None:
    more = checkpoint.Checkpoint(NAME, 6, merkle.root(FEED.head.tree), ("more",))
    wrong = note.write(checkpoint.sign(more, A.seed("log")))
    assert "up to entry 5" in refused(kept(notes=1), rows({6: wrong}))


def test_entries_without_body_are_counted() -> None:
    found = rows()
    blank = cipher.blank(FEED.items[2])
    assert len(blank) == len(pack(FEED.items[2])) and FEED.items[2].body not in blank
    found[2] = (2, CIPHER.seal(blank, cipher.dropped_place(NAME, 2)), None)
    assert verified(structs.replace(kept(), dropped=1), found).dropped == 1
    assert refused(kept(), found) == (f"journal.altered {NAME} has 1 entries without body; its head counts 0")
    # a full row that was put back, and either kind in the place of the other
    assert refused(structs.replace(kept(), dropped=1), rows()).startswith(f"journal.altered {NAME} has 0")
    for data, place in ((blank, entry_place(NAME, 2)), (pack(FEED.items[3]), cipher.dropped_place(NAME, 2))):
        found[2] = (2, CIPHER.seal(data, place), None)
        assert refused(kept(), found) == (f"journal.altered entry 2 of {NAME} is not what was appended")


def test_the_benchmarks_entries_have_the_form() -> None:
    assert all(whole.bound(feed(3), n, item) for n, item in enumerate(items(feed(3), 5, 9), start=5))


def test_the_benchmarks_talk_is_one_that_a_node_could_have() -> None:
    talk = Talk()
    made = [step for batch in talk.batches(80, 40) for step in batch]
    placed = order.place(LINE, (body.opened(*item) for step in made for item in step.items))
    assert len(placed) == 80 and not any(each.disputed for each in placed)
    assert {origin: head.size for origin, head in talk.heads.items()} == order.beginning(placed).sizes
    assert {len(item.body) for step in made for item in step.items} == {BODY}
    verifier = Verifier(made[0].feed, note.ED25519, keys.public(SEED))
    assert made[0].note and checkpoint.read(made[0].note, made[0].feed, [verifier]).checkpoint.size == 5


def test_a_key_has_its_length_and_a_short_row_does_not_open() -> None:
    with pytest.raises(Invalid) as caught:
        Cipher(b"short", bytes(16))
    assert caught.value.code == "journal.key_length"
    assert CIPHER.open(b"", b"") is None and CIPHER.open(b"123456789", b"") is None
    assert CIPHER.open(CIPHER.seal(b"said", b"here"), b"here") == b"said"
    assert CIPHER.open(CIPHER.seal(b"said", b"here"), b"there") is None
    assert CIPHER.seal(b"said", b"here") != CIPHER.seal(b"said", b"here")
