"""Feeds to keep, and what is asked of a journal in most tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contract.journals import Place
from tests.ledger.two import A, B, Feed, feed_of
from wideberth.errors import Refused
from wideberth.ledger import checkpoint, merkle, note
from wideberth.ledger.feed import Item
from wideberth.store.journal import Journal, Step

MAIN, URGENT, OTHER = feed_of(A, 12), feed_of(A, 12, "urgent"), feed_of(B, 12)
FEEDS_OF = {each.head.origin.text: each for each in (MAIN, URGENT, OTHER)}
NAME = MAIN.head.origin.text


def step(of: Feed, begin: int, end: int, signed: bytes | None = None) -> Step:
    return Step(of.head.origin.text, begin, tuple(of.items[begin:end]), signed)


def tree(of: Feed, size: int) -> merkle.Tree:
    return merkle.tree_of(size, of.at)


def signed(of: Feed, size: int) -> note.Note:
    return checkpoint.sign(checkpoint.of(of.head.origin.text, tree(of, size)), A.seed("log"))


def cosigned(of: Feed, size: int) -> bytes:
    return note.write(note.cosign(signed(of, size), f"wideberth/{B.name}", B.seed("cosign"), 7))


def items(journal: Journal, name: str = NAME, start: int = 0) -> list[Item]:
    return [each.item for each in journal.read(name, start)]


def filled(place: Place) -> None:
    """Twelve entries of one feed with two checkpoints, three of another."""
    with place.open() as journal:
        journal.append([step(MAIN, 0, 5, note.write(signed(MAIN, 5))), step(URGENT, 0, 3)])
        journal.append([step(MAIN, 5, 12, note.write(signed(MAIN, 12)))])
        journal.append([Step(NAME, 12, note=cosigned(MAIN, 5))])


def refusal(call: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def blank(item: Item) -> Item:
    """What is left of it after its body was dropped."""
    return Item(item.leaf, b"", b"")
