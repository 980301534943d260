"""Masked sets as two sides handle them: what both have is found, what is not as proven is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.blind import group, hashing, proof, psi
from wideberth.errors import NotTrusted

SEED, SESSION = b"s" * 32, b"0123456789abcdef"
CONTEXT = psi.context(SESSION, 0)
OF_B = psi.proof_context(SESSION, 0, "b")
A, B = psi.secret(SEED, SESSION, "a", 0), psi.secret(b"t" * 32, SESSION, "b", 0)
KEY = psi.public(B)
CHUNK = 64
COUNT = 3 * CHUNK - 7
MASKED, PLACE = psi.mask(psi.points([b"%d" % k for k in range(COUNT)], CONTEXT), A)
EVALUATED = psi.evaluate(MASKED, B)
PROOFS = psi.prove(B, KEY, MASKED, EVALUATED, OF_B, chunk=CHUNK)
FOREIGN = hashing.hash_to_group([b"foreign"], CONTEXT)
HIGH = bytes([*FOREIGN[:-1], FOREIGN[-1] | 0x80])


def put(points: bytes, k: int, element: bytes) -> bytes:
    return points[: 32 * k] + element + points[32 * k + 32 :]


def fails(
    key: bytes = KEY,
    masked: bytes = MASKED,
    evaluated: bytes = EVALUATED,
    proofs: bytes = PROOFS,
    context: bytes = OF_B,
    chunk: int = CHUNK,
) -> str:
    """The code with which it is refused."""
    with pytest.raises(NotTrusted) as error:
        psi.verify(key, masked, evaluated, proofs, context, chunk=chunk)
    return error.value.code


@given(st.sets(st.integers(0, 20), max_size=12), st.sets(st.integers(0, 20), max_size=12))
@settings(max_examples=25)
def test_what_both_have_is_found_and_nothing_else(one: set[int], other: set[int]) -> None:
    terms = [[b"both", *(b"%d" % k for k in sorted(each))] for each in (one, other)]
    masked, place = psi.mask(psi.points(terms[0], CONTEXT), A)
    theirs, _ = psi.mask(psi.points(terms[1], CONTEXT), B)
    for each in (masked, theirs):
        psi.check_masked(each)
    again, mine = psi.evaluate(theirs, A), psi.split(psi.evaluate(masked, B))
    found = {terms[0][k] for k in range(len(terms[0])) if mine[place[k]] in set(psi.split(again))}
    assert found == {b"both", *(b"%d" % k for k in one & other)}
    assert not set(psi.split(masked)) & set(psi.split(theirs))


def test_a_masked_set_is_sorted_and_keeps_the_place_of_each() -> None:
    terms = [b"%d" % k for k in range(40)]
    points = psi.points(terms, CONTEXT)
    assert points == hashing.hash_to_group(terms, CONTEXT)
    masked, place = psi.mask(points, A)
    each = psi.split(masked)
    assert all(one < other for one, other in pairwise(each))
    assert [each[k] for k in place] == psi.split(group.multiply(A, points))
    assert place != sorted(place)


def test_another_round_masks_to_something_else() -> None:
    terms = [b"a", b"b"]
    known = {psi.points(terms, psi.context(session, n)) for session in (SESSION, b"x" * 16) for n in (0, 1)}
    assert len(known) == 4


def test_secrets_pads_and_salts_have_nothing_in_common() -> None:
    every = [
        (seed, session, role, n)
        for seed in (SEED, b"t" * 32)
        for session in (SESSION, b"x" * 16)
        for role in "ab"
        for n in (0, 1)
    ]
    secrets = {psi.secret(*each) for each in every}
    assert len(secrets) == 16
    assert all(0 < group.number(each) < group.ORDER for each in secrets)
    pads = [pad for each in every for pad in psi.pads(*each, 10)]
    salts = [psi.salt(seed, session) for seed in (SEED, b"t" * 32) for session in (SESSION, b"x" * 16)]
    assert len({*pads, *salts}) == 160 + 4
    assert {len(each) for each in (*pads, *salts)} == {32}


def test_what_the_seed_gives_is_the_same_again() -> None:
    assert psi.pads(SEED, SESSION, "a", 3, 7)[:4] == psi.pads(SEED, SESSION, "a", 3, 4)
    assert psi.pads(SEED, SESSION, "a", 3, 0) == []
    assert psi.secret(SEED, SESSION, "a", 0) == A
    assert psi.public(A) == group.base(A)
    assert psi.salt(SEED, SESSION) == psi.salt(SEED, SESSION)


@given(st.integers(1, 2**40))
def test_a_bucket_holds_its_set_and_hides_its_size(n: int) -> None:
    size = psi.bucket(n)
    assert size >= max(n, 64)
    assert size <= max(64, 1.12 * n)
    assert psi.bucket(size) == size
    assert psi.bucket(n + 1) >= size


def test_buckets_are_few() -> None:
    sizes = {psi.bucket(n) for n in range(1, 100_001)}
    assert len(sizes) < 170
    assert [psi.bucket(n) for n in (1, 64, 65, 129, 1_000, 16_384, 100_000)] == [
        64,
        64,
        72,
        144,
        1_024,
        16_384,
        100_352,
    ]


ONE, TWO = psi.split(MASKED)[:2]


@pytest.mark.parametrize(
    ("blob", "words"),
    [
        (b"", "0 bytes"),
        (MASKED[:-1], "bytes are no set"),
        (MASKED + b"\0", "bytes are no set"),
        (TWO + ONE, "element 1 is not after"),
        (ONE + TWO + TWO, "element 2 is not after"),
        (group.IDENTITY + ONE, "the identity"),
        (ONE + group.IDENTITY, "element 1 is not after"),
    ],
)
def test_what_cannot_be_a_masked_set_is_refused(blob: bytes, words: str) -> None:
    psi.check_masked(ONE + TWO)
    with pytest.raises(NotTrusted, match=words) as error:
        psi.check_masked(blob)
    assert error.value.code == "blind.masked"


@pytest.mark.parametrize("element", [group.IDENTITY, HIGH, b"\xff" * 32])
def test_what_is_no_element_is_not_evaluated(element: bytes) -> None:
    for k in (0, COUNT - 1):
        with pytest.raises(NotTrusted) as error:
            psi.evaluate(put(MASKED, k, element), B)
        assert error.value.code == "blind.element"
    assert fails(evaluated=put(EVALUATED, 0, element)) == "blind.element"
    # in a later chunk it is not come to: the first chunk's proof is bound to all
    assert fails(evaluated=put(EVALUATED, COUNT - 1, element)) == "blind.proof"


def test_an_element_has_no_second_place_in_a_set() -> None:
    """With its highest bit set it sorts elsewhere, and libsodium 1.0.18 would take it for the same."""
    blob = b"".join(sorted((ONE, TWO, bytes([*ONE[:-1], ONE[-1] | 0x80]))))
    psi.check_masked(blob)
    with pytest.raises(NotTrusted, match="no canonical encoding"):
        psi.evaluate(blob, B)


def test_all_chunks_are_proven() -> None:
    assert len(PROOFS) == 3 * proof.PROOF
    psi.verify(KEY, MASKED, EVALUATED, PROOFS, OF_B, chunk=CHUNK)
    assert psi.CHUNK == 16_384
    whole = psi.prove(B, KEY, MASKED, EVALUATED, OF_B)
    assert len(whole) == proof.PROOF
    psi.verify(KEY, MASKED, EVALUATED, whole, OF_B)


@given(st.integers(0, COUNT - 1), st.booleans())
@settings(max_examples=25)
def test_no_element_of_any_chunk_can_be_changed(k: int, masked: bool) -> None:
    if masked:
        assert fails(masked=put(MASKED, k, FOREIGN)) == "blind.proof"
    else:
        assert fails(evaluated=put(EVALUATED, k, FOREIGN)) == "blind.proof"


@pytest.mark.parametrize("k", [CHUNK, 2 * CHUNK, COUNT - 1])
def test_a_chunks_proof_is_bound_to_the_pairs_of_all_others(k: int) -> None:
    """Another pair that holds, in a later chunk, and proofs of it: the first chunk's old one is none."""
    masked = put(MASKED, k, FOREIGN)
    evaluated = psi.evaluate(masked, B)
    new = psi.prove(B, KEY, masked, evaluated, OF_B, chunk=CHUNK)
    psi.verify(KEY, masked, evaluated, new, OF_B, chunk=CHUNK)
    mixed = PROOFS[: proof.PROOF] + new[proof.PROOF :]
    assert masked[: 32 * CHUNK] == MASKED[: 32 * CHUNK]
    assert evaluated[: 32 * CHUNK] == EVALUATED[: 32 * CHUNK]
    assert fails(masked=masked, evaluated=evaluated, proofs=mixed) == "blind.proof"


def test_proofs_cannot_be_moved_dropped_or_doubled() -> None:
    first, second, third = (PROOFS[at : at + 64] for at in (0, 64, 128))
    for proofs in (
        second + first + third,
        first + third + second,
        first * 3,
        first + second,
        PROOFS + third,
        PROOFS[:-1],
        b"",
    ):
        assert fails(proofs=proofs) == "blind.proof"


def test_chunks_alike_have_proofs_of_their_own() -> None:
    """Even where two chunks hold the same pairs: the number of the chunk is in the context."""
    masked = MASKED[: 32 * CHUNK] * 2
    evaluated = EVALUATED[: 32 * CHUNK] * 2
    proofs = psi.prove(B, KEY, masked, evaluated, OF_B, chunk=CHUNK)
    assert fails(masked=masked, evaluated=evaluated, proofs=proofs[64:] + proofs[:64]) == "blind.proof"


@pytest.mark.parametrize(
    "context",
    [
        psi.proof_context(SESSION, 0, "a"),
        psi.proof_context(SESSION, 1, "b"),
        psi.proof_context(b"x" * 16, 0, "b"),
        CONTEXT,
    ],
)
def test_proofs_are_of_one_session_round_and_role(context: bytes) -> None:
    assert fails(context=context) == "blind.proof"
    shown = psi.prove_key(B, OF_B)
    assert psi.check_key(KEY, shown, OF_B)
    assert not psi.check_key(KEY, shown, context)


def test_a_key_is_shown_to_be_known() -> None:
    shown = psi.prove_key(B, OF_B)
    assert len(shown) == proof.PROOF
    for key in (psi.public(A), FOREIGN, group.IDENTITY, HIGH, b"\xff" * 32, KEY[:31], b""):
        assert not psi.check_key(key, shown, OF_B)
    for cut in (b"", shown[:63], shown + b"\0", bytes(64)):
        assert not psi.check_key(KEY, cut, OF_B)


def test_another_key_proves_nothing() -> None:
    assert fails(key=psi.public(A)) == "blind.proof"
    wrong = psi.evaluate(MASKED, A)
    proofs = psi.prove(A, psi.public(A), MASKED, wrong, OF_B, chunk=CHUNK)
    assert fails(evaluated=wrong, proofs=proofs) == "blind.proof"


def test_as_many_come_back_in_the_same_chunks() -> None:
    assert fails(masked=b"", evaluated=b"", proofs=b"") == "blind.proof"
    assert fails(evaluated=EVALUATED[:-32]) == "blind.proof"
    assert fails(masked=MASKED[:-32]) == "blind.proof"
    assert fails(masked=MASKED[:-1], evaluated=EVALUATED[:-1]) == "blind.proof"
    assert fails(masked=MASKED[:31], evaluated=EVALUATED[:31], proofs=PROOFS[:64]) == "blind.element"
    assert fails(chunk=CHUNK + 1) == "blind.proof"
    assert fails(chunk=CHUNK * 3) == "blind.proof"


def test_threads_give_the_same_bytes() -> None:
    terms = [b"%d" % k for k in range(2 * proof.PIECE + 1)]
    with ThreadPoolExecutor(2) as pool:
        points = psi.points(terms, CONTEXT, pool.map)
        masked, place = psi.mask(points, A, pool.map)
        evaluated = psi.evaluate(masked, B, pool.map)
    assert points == psi.points(terms, CONTEXT)
    assert (masked, place) == psi.mask(points, A)
    assert evaluated == group.multiply(B, masked)


def test_progress_is_told_of_after_each_piece() -> None:
    count = proof.PIECE + 88
    heard: list[tuple[int, int]] = []

    def hear(done: int, total: int) -> None:
        heard.append((done, total))

    def told() -> list[tuple[int, int]]:
        found = heard.copy()
        heard.clear()
        return found

    points = psi.points([b"%d" % k for k in range(count)], CONTEXT, progress=hear)
    both = [(proof.PIECE, count), (count, count)]
    assert told() == both
    masked, _ = psi.mask(points, A, progress=hear)
    assert told() == both
    evaluated = psi.evaluate(masked, B, progress=hear)
    assert told() == both
    proofs = psi.prove(B, KEY, masked, evaluated, OF_B, progress=hear)
    assert told() == both
    psi.verify(KEY, masked, evaluated, proofs, OF_B, progress=hear)
    assert told() == both
