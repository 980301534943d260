"""Batched proofs: vectors of RFC 9497, a second implementation (package voprf), and every way to cheat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from voprf import ristretto as voprf

from tests.blind import suites
from wideberth.blind import group, hashing, proof
from wideberth.errors import NotTrusted

CONTEXT = b"a context"
SECRET = group.scalar(2**251 + 12_345)
KEY = group.base(SECRET)
COUNT = 6
ELEMENTS = hashing.hash_to_group([b"term %d" % k for k in range(COUNT)], CONTEXT)
EVALUATED = group.multiply(SECRET, ELEMENTS)
PROOF = proof.prove(SECRET, KEY, ELEMENTS, EVALUATED, CONTEXT)
KEY_PROOF = proof.prove_key(SECRET, CONTEXT)
FOREIGN = hashing.hash_to_group([b"foreign"], CONTEXT)
OTHER = group.scalar(77)
HIGH = bytes([*FOREIGN[:-1], FOREIGN[-1] | 0x80])


def put(points: bytes, k: int, element: bytes) -> bytes:
    return points[: 32 * k] + element + points[32 * k + 32 :]


def turned(points: bytes, i: int, k: int) -> bytes:
    """With elements i and k exchanged."""
    one, other = points[32 * i : 32 * i + 32], points[32 * k : 32 * k + 32]
    return put(put(points, i, other), k, one)


def fails(
    key: bytes = KEY,
    elements: bytes = ELEMENTS,
    evaluated: bytes = EVALUATED,
    context: bytes = CONTEXT,
    shown: bytes = PROOF,
) -> str:
    """The code with which it is refused."""
    with pytest.raises(NotTrusted) as error:
        proof.verify(key, elements, evaluated, context, shown)
    return error.value.code


def nonce(shown: bytes) -> int:
    """Of a proof that SECRET made."""
    challenge, response = group.number(shown[:32]), group.number(shown[32:])
    return (response + challenge * group.number(SECRET)) % group.ORDER


def test_vectors_of_rfc_9497(shared: Path) -> None:
    suite = suites.read(shared, 1)
    key = group.base(suite.secret)
    assert [len(each.inputs) for each in suite.vectors] == [1, 1, 2]
    for each in suite.vectors:
        told = each.blinded, each.evaluated, suite.context
        assert proof.prove(suite.secret, key, *told, each.nonce) == each.proof
        proof.verify(key, *told, each.proof)
        assert fails(key, *told, each.proof[32:] + each.proof[:32]) == "blind.proof"


def derived(seed: bytes, info: bytes) -> bytes:
    """DeriveKeyPair of RFC 9497 3.2.1."""
    told = seed + len(info).to_bytes(2) + info + bytes(1)
    return hashing.to_scalar(told, b"DeriveKeyPair" + suites.context(1))


@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_second_implementation_proves_to_ours(count: int) -> None:
    theirs = voprf.Evaluator.from_seed(b"s" * 32, b"info")
    secret = derived(b"s" * 32, b"info")
    key = bytes(theirs.public_key.serialize())
    assert key == group.base(secret)
    elements = hashing.hash_to_group([b"%d" % k for k in range(count)], b"any")
    blinded = [voprf.BlindedInput.deserialize(elements[32 * k : 32 * k + 32]) for k in range(count)]
    answer = bytes(theirs.evaluate_batch(blinded).serialize())
    shown, evaluated = answer[:64], answer[64:]
    assert evaluated == group.multiply(secret, elements)
    proof.verify(key, elements, evaluated, suites.context(1), shown)
    swapped = shown[32:] + shown[:32]
    assert fails(key, elements, evaluated, suites.context(1), swapped) == "blind.proof"


@pytest.mark.parametrize("count", [1, 2, 9])
def test_ours_proves_to_a_second_implementation(count: int) -> None:
    theirs = voprf.Evaluator.from_seed(b"s" * 32, b"info")
    secret = derived(b"s" * 32, b"info")
    terms = [b"term %d" % k for k in range(count)]
    clients = [voprf.Client.blind(each) for each in terms]
    elements = b"".join(bytes(blinded.serialize()) for _, blinded in clients)
    evaluated = group.multiply(secret, elements)
    shown = proof.prove(secret, group.base(secret), elements, evaluated, suites.context(1))
    wrong = proof.prove(secret, group.base(secret), elements, evaluated, suites.context(0))

    def finalize(with_proof: bytes) -> list[bytes]:
        answer = voprf.VerifiableBatchOutput.deserialize(with_proof + evaluated)
        return voprf.Client.finalize_batch([one for one, _ in clients], answer, theirs.public_key)

    assert [bytes(each) for each in finalize(shown)] == [bytes(theirs.evaluate_known_input(t)) for t in terms]
    # a panic there, which is no Exception
    with pytest.raises(BaseException, match="ProofVerification"):
        finalize(wrong)


def test_an_honest_proof_holds() -> None:
    proof.verify(KEY, ELEMENTS, EVALUATED, CONTEXT, PROOF)
    proof.verify_key(KEY, CONTEXT, KEY_PROOF)
    assert len(PROOF) == len(KEY_PROOF) == proof.PROOF


@given(st.integers(0, COUNT - 1), st.booleans(), st.sampled_from(["foreign", "plus", "twice"]))
def test_no_element_can_be_changed(k: int, masked: bool, how: str) -> None:
    points = ELEMENTS if masked else EVALUATED
    old = points[32 * k : 32 * k + 32]
    new = {"foreign": FOREIGN, "plus": group.add(old, FOREIGN), "twice": group.add(old, old)}[how]
    changed = put(points, k, new)
    assert fails(elements=changed if masked else ELEMENTS, evaluated=EVALUATED if masked else changed) == (
        "blind.proof"
    )


@given(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1).filter(bool))
def test_no_pair_can_be_changed_or_moved_even_for_one_that_holds(k: int, step: int) -> None:
    """Another pair under the same key, and the same pairs in another order."""
    pair = put(ELEMENTS, k, FOREIGN), put(EVALUATED, k, group.multiply(SECRET, FOREIGN))
    assert fails(elements=pair[0], evaluated=pair[1]) == "blind.proof"
    other = (k + step) % COUNT
    assert fails(evaluated=turned(EVALUATED, k, other)) == "blind.proof"
    both = turned(ELEMENTS, k, other), turned(EVALUATED, k, other)
    assert fails(elements=both[0], evaluated=both[1]) == "blind.proof"


@given(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1).filter(bool))
@settings(max_examples=20)
def test_errors_that_cancel_out_are_found_by_the_weights(k: int, step: int) -> None:
    """The sum of all stays the same: whoever cheats proves it as well as can be."""
    other = (k + step) % COUNT
    minus = group.multiply(group.scalar(-1), FOREIGN)
    wrong = put(EVALUATED, k, group.add(EVALUATED[32 * k : 32 * k + 32], FOREIGN))
    at = slice(32 * other, 32 * other + 32)
    wrong = put(wrong, other, group.add(EVALUATED[at], minus))
    one = group.scalar(1) * COUNT
    assert group.combine(one, wrong) == group.combine(one, EVALUATED)
    shown = proof.prove(SECRET, KEY, ELEMENTS, wrong, CONTEXT)
    assert fails(evaluated=wrong, shown=shown) == "blind.proof"


def test_an_evaluation_with_another_key_cannot_be_proven() -> None:
    wrong = group.multiply(OTHER, ELEMENTS)
    for secret in (SECRET, OTHER):
        shown = proof.prove(secret, KEY, ELEMENTS, wrong, CONTEXT)
        assert fails(evaluated=wrong, shown=shown) == "blind.proof"
    shown = proof.prove(OTHER, group.base(OTHER), ELEMENTS, wrong, CONTEXT)
    proof.verify(group.base(OTHER), ELEMENTS, wrong, CONTEXT, shown)
    assert fails(evaluated=wrong, shown=shown) == "blind.proof"
    assert fails(key=group.base(OTHER)) == "blind.proof"


@pytest.mark.parametrize("context", [b"", b"a contex", b"a context ", b"A context"])
def test_a_proof_holds_in_its_context_only(context: bytes) -> None:
    assert fails(context=context) == "blind.proof"
    with pytest.raises(NotTrusted) as error:
        proof.verify_key(KEY, context, KEY_PROOF)
    assert error.value.code == "blind.proof"


@pytest.mark.parametrize("element", [group.IDENTITY, HIGH, b"\xff" * 32, bytes(31) + b"\x01"])
def test_what_is_no_element_or_the_identity_is_refused(element: bytes) -> None:
    for k in (0, COUNT - 1):
        assert fails(elements=put(ELEMENTS, k, element)) == "blind.element"
        assert fails(evaluated=put(EVALUATED, k, element)) == "blind.element"
    assert fails(key=element) == "blind.element"
    with pytest.raises(NotTrusted) as error:
        proof.verify_key(element, CONTEXT, KEY_PROOF)
    assert error.value.code == "blind.element"


@given(st.integers(0, 511), st.booleans())
def test_no_bit_of_a_proof_can_be_changed(bit: int, of_key: bool) -> None:
    shown = bytearray(KEY_PROOF if of_key else PROOF)
    shown[bit // 8] ^= 1 << bit % 8
    if not of_key:
        assert fails(shown=bytes(shown)) == "blind.proof"
        return
    with pytest.raises(NotTrusted) as error:
        proof.verify_key(KEY, CONTEXT, bytes(shown))
    assert error.value.code == "blind.proof"


@pytest.mark.parametrize("shown", [b"", PROOF[:63], PROOF + b"\0", PROOF * 2, bytes(64)])
def test_a_proof_is_two_scalars(shown: bytes) -> None:
    assert fails(shown=shown).startswith("blind.")
    with pytest.raises(NotTrusted):
        proof.verify_key(KEY, CONTEXT, shown)


@pytest.mark.parametrize("part", [0, 1])
def test_a_scalar_is_written_in_one_way(part: int) -> None:
    """The same challenge or response plus the order is the same scalar, and not the same proof."""
    for shown in (PROOF, KEY_PROOF):
        scalars = [group.number(shown[:32]), group.number(shown[32:])]
        scalars[part] += group.ORDER
        longer = b"".join(each.to_bytes(32, "little") for each in scalars)
        assert fails(shown=longer) == "blind.proof"
        with pytest.raises(NotTrusted, match="two scalars below the order"):
            proof.verify_key(KEY, CONTEXT, longer)


@pytest.mark.parametrize(
    ("elements", "evaluated"),
    [
        (b"", b""),
        (ELEMENTS[:-32], EVALUATED),
        (ELEMENTS, EVALUATED[:-32]),
        (ELEMENTS[:-1], EVALUATED[:-1]),
        (FOREIGN * 65_536, FOREIGN * 65_536),
    ],
)
def test_lists_are_alike_and_of_1_to_65535(elements: bytes, evaluated: bytes) -> None:
    assert fails(elements=elements, evaluated=evaluated) == "blind.element"
    with pytest.raises(NotTrusted) as error:
        proof.prove(SECRET, KEY, elements, evaluated, CONTEXT)
    assert error.value.code == "blind.element"


def test_a_part_of_the_lists_is_not_proven() -> None:
    assert fails(elements=ELEMENTS[:-32], evaluated=EVALUATED[:-32]) == "blind.proof"
    longer = ELEMENTS + FOREIGN, EVALUATED + group.multiply(SECRET, FOREIGN)
    assert fails(elements=longer[0], evaluated=longer[1]) == "blind.proof"


def test_proofs_of_two_kinds_are_not_mistaken() -> None:
    assert fails(shown=KEY_PROOF) == "blind.proof"
    with pytest.raises(NotTrusted):
        proof.verify_key(KEY, CONTEXT, PROOF)


def test_the_key_proof_is_of_this_key() -> None:
    for key in (group.base(OTHER), FOREIGN, group.add(KEY, FOREIGN)):
        with pytest.raises(NotTrusted) as error:
            proof.verify_key(key, CONTEXT, KEY_PROOF)
        assert error.value.code == "blind.proof"


def test_a_nonce_is_derived_from_all_that_is_proven() -> None:
    """Two different statements with one nonce would give the secret away."""
    pair = put(ELEMENTS, 0, FOREIGN), put(EVALUATED, 0, group.multiply(SECRET, FOREIGN))
    every = [
        PROOF,
        KEY_PROOF,
        proof.prove(SECRET, KEY, ELEMENTS, EVALUATED, b"other"),
        proof.prove(SECRET, KEY, *pair, CONTEXT),
        proof.prove(SECRET, KEY, ELEMENTS, put(EVALUATED, 0, FOREIGN), CONTEXT),
        proof.prove(SECRET, group.base(OTHER), ELEMENTS, EVALUATED, CONTEXT),
        proof.prove_key(SECRET, b"other"),
    ]
    assert len({nonce(each) for each in every}) == len(every)
    assert proof.prove(SECRET, KEY, ELEMENTS, EVALUATED, CONTEXT) == PROOF
    assert proof.prove_key(SECRET, CONTEXT) == KEY_PROOF
    given_one = group.scalar(99)
    assert nonce(proof.prove(SECRET, KEY, ELEMENTS, EVALUATED, CONTEXT, given_one)) == 99
    assert nonce(proof.prove_key(SECRET, CONTEXT, given_one)) == 99


def test_weights_of_a_part_are_those_of_the_whole() -> None:
    whole = proof.weights(KEY, ELEMENTS, EVALUATED, CONTEXT, 0)
    assert len({whole[at : at + 32] for at in range(0, len(whole), 32)}) == COUNT
    part = slice(64, 160)
    assert proof.weights(KEY, ELEMENTS[part], EVALUATED[part], CONTEXT, 2) == whole[part]
    assert proof.weights(KEY, ELEMENTS[part], EVALUATED[part], CONTEXT, 0) != whole[part]


def test_many_are_proven_in_pieces_side_by_side() -> None:
    count = proof.PIECE + 3
    elements = hashing.hash_to_group([b"%d" % k for k in range(count)], CONTEXT)
    evaluated = group.multiply(SECRET, elements)
    with ThreadPoolExecutor(2) as pool:
        shown = proof.prove(SECRET, KEY, elements, evaluated, CONTEXT, spread=pool.map)
        assert shown == proof.prove(SECRET, KEY, elements, evaluated, CONTEXT)
        proof.verify(KEY, elements, evaluated, CONTEXT, shown, spread=pool.map)
        for k in (proof.PIECE - 1, count - 1):
            wrong = put(evaluated, k, FOREIGN)
            with pytest.raises(NotTrusted):
                proof.verify(KEY, elements, wrong, CONTEXT, shown, spread=pool.map)
