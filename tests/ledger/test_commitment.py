"""A commitment to the private feed gives nothing away, and opens to one checkpoint only."""

from __future__ import annotations

import hashlib

import pytest

from tests.ledger.two import A, B, origin, seed
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import commitment, feed, ids, merkle
from wideberth.ledger.entries import Commitment, Opening
from wideberth.ledger.ids import Origin

PRIVATE = Origin(ids.PRIVATE, A.name, "main", 0)
HEAD = feed.Head(PRIVATE, merkle.grown(merkle.EMPTY, [seed("plan")] * 3))
OPENING = Opening(HEAD.checkpoint.text, seed("salt")[:16])


def test_it_opens_to_the_checkpoint() -> None:
    committed = commitment.commit(OPENING)
    text = f"wideberth/private/v1\n{seed('salt')[:16].decode('latin-1')}{HEAD.checkpoint.text}"
    assert committed == Commitment(hashlib.sha256(text.encode("latin-1")).digest())
    assert commitment.check(committed, OPENING, A.name) == HEAD.checkpoint


def test_it_opens_to_nothing_else() -> None:
    committed = commitment.commit(OPENING)
    other = feed.Head(PRIVATE, merkle.grown(merkle.EMPTY, [seed("plan")] * 4)).checkpoint.text
    for wrong in (Opening(OPENING.checkpoint, bytes(16)), Opening(other, OPENING.salt)):
        with pytest.raises(NotTrusted) as caught:
            commitment.check(committed, wrong, A.name)
        assert caught.value.code == "ledger.opening"
    with pytest.raises(NotTrusted):
        commitment.check(committed, OPENING, B.name)


@pytest.mark.parametrize(
    ("opening", "code"),
    [
        (Opening(OPENING.checkpoint, b""), "ledger.salt"),
        (Opening("no checkpoint", OPENING.salt), "ledger.checkpoint"),
        (Opening(feed.Head(origin(A)).checkpoint.text, OPENING.salt), "ledger.checkpoint"),
        (Opening(OPENING.checkpoint.replace("wideberth", "x"), OPENING.salt), "ledger.origin"),
    ],
)
def test_only_a_private_feed_is_committed_to(opening: Opening, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        commitment.commit(opening)
    assert caught.value.code == code
