"""Which of its keys a party signs with, and what becomes of what a revoked one had signed."""

from __future__ import annotations

import copy

import pytest
from msgspec import structs

from tests.ledger.two import A, B, origin, public, seed
from tests.line import two
from tests.line.forge import Author
from tests.line.two import codes, deliver, spoken
from wideberth.ledger import note
from wideberth.ledger.certificate import Certificate, Papers, Revocation
from wideberth.ledger.ids import Origin
from wideberth.line import signer, status
from wideberth.line.messages import PapersChanged
from wideberth.line.state import Seeds, State

MAIN, THEIRS = origin(A), origin(B)
NEWER = seed("newer")
BOTH = Seeds(NEWER, NEWER, (A.seed("log"),), (A.seed("cosign"),))


def certified(*revocations: Revocation, from_n: int = 2) -> Papers:
    """A's papers, with one newer key for log and cosign each, and what is revoked."""
    found = two.papers(A)
    more = (
        Certificate(public("newer"), "log", MAIN, from_n),
        Certificate(public("newer cosign"), "cosign", THEIRS, from_n),
    )
    return Papers((*found.certificates, *more), revocations)


def state(*revocations: Revocation, entries: int = 3) -> State:
    one, _ = spoken(entries)
    one.state.papers[A.name] = certified(*revocations)
    return one.state


def signers(found: State, size: int) -> list[bytes]:
    ids = {note.Verifier(MAIN.text, note.ED25519, key).key_id: key for key in (A.key("log"), public("newer"))}
    return [
        ids[each.key_id]
        for each in note.parse(found.feeds[MAIN].notes[size]).signatures
        if each.key_id in ids
    ]


def test_the_newest_key_that_counts_there_signs() -> None:
    found = state()
    assert [signer.log(found, BOTH, MAIN, n) for n in (0, 1, 2, 3)] == [A.seed("log")] * 2 + [NEWER] * 2
    own = Seeds(NEWER, seed("newer cosign"), (), (A.seed("cosign"),))
    assert [signer.cosign(found, own, THEIRS, n) for n in (1, 2)] == [A.seed("cosign"), seed("newer cosign")]


def test_where_none_counts_the_newest_signs() -> None:
    found = state(Revocation(A.key("log"), {}), Revocation(public("newer"), {}))
    assert signer.log(found, BOTH, MAIN, 5) == NEWER


def test_a_status_is_signed_with_all_that_may_count_where_the_peer_is() -> None:
    found = state()
    found.receipts[MAIN] = 2
    assert signer.status(found, BOTH, MAIN) == (A.seed("log"), NEWER)
    found.receipts[MAIN] = 3
    assert signer.status(found, BOTH, MAIN) == (NEWER,)
    assert signer.status(found, two.seeds(A), MAIN) == (A.seed("log"),)


def test_a_status_with_two_signatures_is_read_by_who_knows_one() -> None:
    one, other = spoken(1)
    one.world.pass_ms(30_000)
    other.tick()
    content = next(each for each in other.out if not each.leaf)
    found = status.read(content.checkpoint, one.state.line, B.name, two.papers(B), {})
    data = status.write(found, NEWER, B.seed("log"))
    assert len(note.parse(data).signatures) == 2
    assert status.read(data, one.state.line, B.name, two.papers(B), {}) == found


def test_what_a_key_had_signed_beyond_its_revocation_is_signed_again_for_the_peer() -> None:
    found = state(Revocation(A.key("log"), {MAIN: 2}))
    before = copy.deepcopy(found.feeds[MAIN].notes)
    signer.resign(found, BOTH)
    assert [signers(found, size) for size in (1, 2)] == [[A.key("log")]] * 2
    assert signers(found, 3) == [A.key("log"), public("newer")]
    signer.resign(found, BOTH)
    assert len(signers(found, 3)) == 2
    assert {size: before[size] for size in (1, 2)} == {size: found.feeds[MAIN].notes[size] for size in (1, 2)}


@pytest.mark.parametrize(
    "revoked", [(), (Revocation(A.key("log"), {MAIN: 2}), Revocation(public("newer"), {MAIN: 2}))]
)
def test_nothing_is_signed_again_where_it_counts_or_nothing_would(revoked: tuple[Revocation, ...]) -> None:
    found = state(*revoked)
    before = copy.deepcopy(found.feeds[MAIN].notes)
    signer.resign(found, BOTH)
    assert found.feeds[MAIN].notes == before
    # of a key that is not here
    found = state(Revocation(A.key("log"), {MAIN: 2}))
    signer.resign(found, two.seeds(A))
    assert found.feeds[MAIN].notes == before


def revoke(node: two.Node, last_n: dict[Origin, int]) -> None:
    node.do(PapersChanged(node.now, A.name, two.papers(A, {A.key("log"): last_n})))


def told(one: two.Node, other: two.Node) -> list[str]:
    """What one makes of the other's next status."""
    one.world.pass_ms(30_000)
    one.out.clear()
    other.out.clear()
    other.tick()
    statuses = [each for each in other.out if not each.leaf]
    other.out.clear()
    return [code for each in statuses for code in codes(one.receive(each))]


def test_a_receipt_for_what_was_signed_with_a_key_that_was_revoked_since_counts() -> None:
    one, other = spoken(3)
    deliver(one, other)
    revoke(one, {MAIN: 1, origin(A, "urgent"): 3})
    assert told(one, other) == []
    assert one.state.receipts[MAIN] == 3


def forged(one: two.Node, other: two.Node, receipt: bytes, of: Origin = MAIN) -> list[str]:
    """What one makes of a status of the other that shows this as a receipt."""
    one.world.pass_ms(30_000)
    other.out.clear()
    other.tick()
    content = next(each for each in other.out if not each.leaf)
    found = status.read(content.checkpoint, one.state.line, B.name, two.papers(B), {})
    changed = structs.replace(found, receipts={of: receipt})
    return codes(one.receive(content._replace(checkpoint=status.write(changed, B.seed("log")))))


def note_of(entries: int, word: str = "another", epoch: int = 0) -> bytes:
    author = Author(b"", epoch=epoch, word=word)
    for _ in range(entries):
        author.say()
    return author.note()


def test_of_another_tree_or_more_or_another_epoch_it_does_not() -> None:
    one, other = spoken(3)
    deliver(one, other)
    revoke(one, {MAIN: 1, origin(A, "urgent"): 3})
    assert forged(one, other, note_of(3)) == ["ledger.key_not_valid"]
    assert forged(one, other, note_of(4)) == ["ledger.key_not_valid"]
    assert forged(one, other, note_of(2, epoch=1), origin(A, epoch=1)) == ["ledger.key_not_valid"]
    revoke(one, {MAIN: 9, origin(A, "urgent"): 9})
    # what is proof against this party otherwise
    assert "line.forked" in forged(one, other, note_of(3))


def test_a_receipt_that_nobody_has_signed_is_none() -> None:
    one, other = spoken(3)
    deliver(one, other)
    assert forged(one, other, note_of(3).replace(b"\n3\n", b"\n2\n")) == ["ledger.signature"]
