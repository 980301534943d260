"""ristretto255: the vectors of RFC 9496, the wrappers of rbcl, and all that must be refused."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import rbcl
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.blind import group
from wideberth.errors import NotTrusted, Refused

GENERATOR = group.base(group.scalar(1))
SCALARS = st.integers(1, group.ORDER - 1)


@pytest.fixture(scope="module")
def rfc(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "vectors/ristretto255/rfc9496.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def generated(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "vectors/ristretto255/generated.json").read_bytes())
    return found


def refused(error: pytest.ExceptionInfo[NotTrusted]) -> bool:
    return error.value.code == "blind.element"


def high(element: bytes) -> bytes:
    return element[:-1] + bytes([element[-1] | 0x80])


def test_multiples_of_the_generator(rfc: dict[str, Any]) -> None:
    multiples = [bytes.fromhex(each) for each in rfc["multiples_of_generator"]]
    assert len(multiples) == 16
    for k in range(1, 16):
        assert group.base(group.scalar(k)) == multiples[k]
        assert group.multiply(group.scalar(k), GENERATOR) == multiples[k]
        assert group.add(multiples[k - 1], GENERATOR) == multiples[k]
    assert multiples[0] == group.IDENTITY


def test_what_rfc_9496_says_is_no_encoding_is_refused(rfc: dict[str, Any]) -> None:
    assert len(rfc["bad_encodings"]) == 29
    for each in map(bytes.fromhex, rfc["bad_encodings"]):
        with pytest.raises(NotTrusted, match="element 1 is no canonical encoding") as error:
            group.multiply(group.scalar(2), GENERATOR + each)
        assert refused(error)
        with pytest.raises(NotTrusted, match="element 0 is no canonical encoding") as error:
            group.combine(group.scalar(2) * 2, each + GENERATOR)
        assert refused(error)
        for pair in ((each, GENERATOR), (GENERATOR, each)):
            with pytest.raises(NotTrusted) as error:
                group.add(*pair)
            assert refused(error)


def test_the_one_way_map(rfc: dict[str, Any]) -> None:
    labels = rfc["sha512_labels_to_group"]
    uniform = b"".join(hashlib.sha512(each["label"].encode()).digest() for each in labels)
    assert len(labels) == 7
    assert group.from_hashes(uniform) == bytes.fromhex("".join(each["element"] for each in labels))
    same = rfc["equivalent_uniform_bytes"]
    for each in same["inputs"]:
        assert group.from_hashes(bytes.fromhex(each)).hex() == same["element"]


def test_operations(generated: dict[str, Any]) -> None:
    assert len(generated["operations"]) == 8
    for each in generated["operations"]:
        case = {name: bytes.fromhex(value) for name, value in each.items()}
        assert group.from_hashes(case["uniform"]) == case["element"]
        assert group.multiply(case["scalar"], case["element"]) == case["scalarmult"]
        assert group.add(case["element"], case["other"]) == case["sum"]
        assert group.base(case["scalar"]) == case["base_mult"]


def test_decodings(generated: dict[str, Any]) -> None:
    """The vectors have what libsodium 1.0.18 says; the highest bit, which it overlooks, RFC 9496 refuses."""
    taken = 0
    for each in generated["decode"]:
        encoding = bytes.fromhex(each["encoding"])
        try:
            group.multiply(group.scalar(1), encoding)
        except NotTrusted:
            assert not each["valid"] or encoding[-1] >= 0x80, each
        else:
            taken += 1
            assert each["valid"], each
    assert taken == 1


@given(SCALARS)
@settings(max_examples=10)
def test_no_element_has_a_second_encoding(k: int) -> None:
    element = group.base(group.scalar(k))
    assert element[-1] < 0x80
    with pytest.raises(NotTrusted, match="element 2 is no canonical encoding") as error:
        group.multiply(group.scalar(3), element * 2 + high(element))
    assert refused(error)
    with pytest.raises(NotTrusted, match="element 0"):
        group.add(GENERATOR, high(element))
    with pytest.raises(NotTrusted, match="element 1"):
        group.combine(group.scalar(1) * 2, element + high(element))


@given(SCALARS, SCALARS, st.binary(max_size=8))
@settings(max_examples=15)
def test_the_wrappers_of_rbcl_agree(one: int, other: int, label: bytes) -> None:
    uniform = hashlib.sha512(label).digest()
    a, b = group.scalar(one), group.scalar(other)
    p = group.from_hashes(uniform)
    q = group.base(b)
    assert p == rbcl.crypto_core_ristretto255_from_hash(uniform)
    assert q == rbcl.crypto_scalarmult_ristretto255_base(b)
    assert group.multiply(a, p + q) == b"".join(
        rbcl.crypto_scalarmult_ristretto255(a, each) for each in (p, q)
    )
    assert group.add(p, q) == rbcl.crypto_core_ristretto255_add(p, q)
    assert group.scalar(one * other) == rbcl.crypto_core_ristretto255_scalar_mul(a, b)
    assert group.scalar(one - other) == rbcl.crypto_core_ristretto255_scalar_sub(a, b)
    assert group.scalar(group.number(uniform)) == rbcl.crypto_core_ristretto255_scalar_reduce(uniform)


@given(st.lists(st.tuples(SCALARS, SCALARS), max_size=6))
@settings(max_examples=20)
def test_a_combination_is_the_sum_of_the_products(pairs: list[tuple[int, int]]) -> None:
    scalars = b"".join(group.scalar(k) for k, _ in pairs)
    points = b"".join(group.base(group.scalar(p)) for _, p in pairs)
    total = sum(k * p for k, p in pairs) % group.ORDER
    wanted = group.base(group.scalar(total)) if total else group.IDENTITY
    assert group.combine(scalars, points) == wanted


def test_a_combination_may_pass_through_the_identity() -> None:
    opposite = group.base(group.scalar(-1))
    assert group.combine(group.scalar(1) * 2, GENERATOR + opposite) == group.IDENTITY
    assert group.combine(group.scalar(1) * 3, GENERATOR + opposite + GENERATOR) == GENERATOR


def test_nothing_in_nothing_out() -> None:
    assert group.multiply(group.scalar(2), b"") == b""
    assert group.from_hashes(b"") == b""
    assert group.combine(b"", b"") == group.IDENTITY


def test_the_identity_is_added_but_not_multiplied() -> None:
    assert group.add(group.IDENTITY, GENERATOR) == GENERATOR
    assert group.add(GENERATOR, group.base(group.scalar(-1))) == group.IDENTITY
    with pytest.raises(NotTrusted, match="element 1 is the identity") as error:
        group.multiply(group.scalar(2), GENERATOR + group.IDENTITY)
    assert refused(error)
    with pytest.raises(NotTrusted, match="element 0 is the identity"):
        group.combine(group.scalar(2), group.IDENTITY)


def test_nothing_is_multiplied_by_zero() -> None:
    with pytest.raises(NotTrusted, match="multiplied by 0") as error:
        group.multiply(group.scalar(group.ORDER), GENERATOR)
    assert refused(error)
    with pytest.raises(NotTrusted) as error:
        group.base(group.scalar(0))
    assert refused(error)
    with pytest.raises(NotTrusted):
        group.combine(group.scalar(1) + group.scalar(0), GENERATOR * 2)


@pytest.mark.parametrize("cut", [1, 31, 33, 63])
def test_parts_of_elements_are_refused(cut: int) -> None:
    """libsodium would read on behind them."""
    part = (GENERATOR * 2)[:cut]
    one = group.scalar(1)
    calls: list[Callable[[], bytes]] = [
        lambda: group.multiply(one, part),
        lambda: group.multiply(part, GENERATOR),
        lambda: group.combine(one, part),
        lambda: group.combine(part, GENERATOR),
        lambda: group.base(part),
        lambda: group.add(part, GENERATOR),
        lambda: group.add(GENERATOR, part),
        lambda: group.from_hashes(part),
    ]
    for call in calls:
        with pytest.raises(NotTrusted) as error:
            call()
        assert refused(error)


def test_one_scalar_for_each_element_and_one_element_to_add() -> None:
    one = group.scalar(1)
    calls: list[Callable[[], bytes]] = [
        lambda: group.combine(one, GENERATOR * 2),
        lambda: group.combine(one * 2, GENERATOR),
        lambda: group.add(GENERATOR * 2, GENERATOR),
        lambda: group.add(GENERATOR, b""),
        lambda: group.add(b"", GENERATOR),
        lambda: group.multiply(b"", GENERATOR),
        lambda: group.multiply(one * 2, GENERATOR),
        lambda: group.base(b""),
        lambda: group.from_hashes(bytes(32)),
    ]
    for call in calls:
        with pytest.raises(NotTrusted) as error:
            call()
        assert refused(error)


@given(st.integers())
def test_scalars_are_reduced(number: int) -> None:
    assert group.number(group.scalar(number)) == number % group.ORDER
    assert len(group.scalar(number)) == group.SCALAR


def test_without_the_group_it_says_what_to_install() -> None:
    for sources in ((), (lambda: None,), (lambda: ctypes.CDLL(None),)):
        with pytest.raises(Refused, match="install the Python package rbcl") as error:
            group.load(sources)
        assert error.value.code == "blind.no_group"


def test_the_first_library_that_has_the_group_is_taken() -> None:
    calls = group.load((lambda: None, lambda: ctypes.CDLL(None), group.bundled))
    scalar = ctypes.create_string_buffer(group.scalar(1), 32)
    out = ctypes.create_string_buffer(32)
    assert calls.base(ctypes.addressof(out), ctypes.addressof(scalar)) == 0
    assert out.raw == GENERATOR


def test_the_systems_library_has_the_same_group() -> None:
    library = group.installed()
    if library is None:
        pytest.skip("no libsodium of the system")
    calls = group.load((lambda: library,))
    scalar, point = group.scalar(12_345), group.base(group.scalar(7))
    k, p = ctypes.create_string_buffer(scalar, 32), ctypes.create_string_buffer(point, 32)
    out = ctypes.create_string_buffer(32)
    assert calls.multiply(ctypes.addressof(out), ctypes.addressof(k), ctypes.addressof(p)) == 0
    assert out.raw == group.multiply(scalar, point)


def test_what_is_not_there_or_does_not_load_is_passed_over(tmp_path: Path) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    broken = tmp_path / "libsodium.so"
    broken.write_bytes(b"no library")
    assert group.bundled(missing) is None
    assert group.installed(lambda _: None) is None
    assert group.installed(lambda _: str(broken)) is None


def test_a_file_that_cannot_be_removed_is_left(tmp_path: Path) -> None:
    (tmp_path / "in use").mkdir()
    module = SimpleNamespace(lib_path=str(tmp_path), _sodium=ctypes.CDLL(None))
    assert group.bundled(lambda _: module) is module._sodium


@pytest.mark.parametrize(("answer", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_library_that_does_not_start_is_passed_over(answer: int, taken: bool) -> None:
    names = (
        "crypto_scalarmult_ristretto255",
        "crypto_scalarmult_ristretto255_base",
        "crypto_core_ristretto255_add",
        "crypto_core_ristretto255_from_hash",
    )
    fake = SimpleNamespace(sodium_init=lambda: answer, **{name: SimpleNamespace() for name in names})
    sources = (lambda: cast("ctypes.CDLL", fake),)
    if taken:
        assert group.load(sources).add is fake.crypto_core_ristretto255_add
    else:
        with pytest.raises(Refused):
            group.load(sources)


def test_no_file_is_left_of_the_bundled_library(tmp_path: Path) -> None:
    assert group.bundled() is not None
    assert not Path(import_module("rbcl._sodium").lib_path).exists()
    script = "from wideberth.blind import group; print(group.base(group.scalar(1)).hex())"
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == GENERATOR.hex()
    assert list(tmp_path.iterdir()) == []


def test_the_library_is_loaded_at_the_first_use() -> None:
    script = "import sys; from wideberth.blind import psi; print('rbcl' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "False"
