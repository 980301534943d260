"""Sealing, against RFC 9180's vectors, a second implementation, and everything that may not open."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl import bindings, exceptions

from scripts import hpke_again, ml_kem_768
from tests.ledger.two import LINE, A, B, seed
from tests.ledger.vectors import rows, wycheproof
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import canonical, ids, seal
from wideberth.ledger.seal import Content

PRIVATE, TAG = seed("prekey"), seed("tag")[:16]
SUITES = (seal.X25519, seal.HYBRID)
CONTENT = Content(b"leaf", seed("salt")[:16], b"body", b"checkpoint")
SESSION = seed("session")[: seal.SESSION]
SEALED = {suite: seal.seal(CONTENT, seal.prekey(suite, PRIVATE), TAG, LINE.id, B.name) for suite in SUITES}


def refusal(sealed: bytes, private: bytes = PRIVATE, line: str = LINE.id, recipient: str = B.name) -> str:
    try:
        seal.unseal(sealed, private, line, recipient)
    except (Invalid, NotTrusted) as error:
        return error.code
    return ""


@settings(max_examples=60)
@given(
    st.builds(
        Content,
        st.binary(max_size=canonical.HEADER),
        st.binary(min_size=16, max_size=16),
        st.binary(min_size=1, max_size=3000),
        st.binary(max_size=500),
        st.sampled_from([b"", SESSION]),
    ),
    st.sampled_from(SUITES),
)
def test_what_is_sealed_opens_again(content: Content, suite: int) -> None:
    prekey = seal.prekey(suite, PRIVATE)
    sealed = seal.seal(content, prekey, TAG, LINE.id, B.name)
    assert seal.unseal(sealed, PRIVATE, LINE.id, B.name) == content
    assert seal.outer(sealed) == (suite, prekey.id, TAG)
    padded = len(sealed) - seal.OUTER - (32 if suite == 1 else 1120) - 16
    assert padded % 256 == 0 and (padded // 256).bit_count() == 1
    inner = len(content.leaf) + len(content.body) + len(content.checkpoint) + len(content.session)
    assert padded < 2 * max(256, 32 + inner)


@pytest.mark.parametrize("suite", SUITES)
def test_a_seal_never_gives_the_same_bytes_twice(suite: int) -> None:
    again = seal.seal(CONTENT, seal.prekey(suite, PRIVATE), TAG, LINE.id, B.name)
    assert again[: seal.OUTER] == SEALED[suite][: seal.OUTER]
    assert again[seal.OUTER :] != SEALED[suite][seal.OUTER :]


@given(st.sampled_from(SUITES), st.data())
def test_any_bit_changed_does_not_open(suite: int, data: st.DataObject) -> None:
    changed = bytearray(SEALED[suite])
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    assert refusal(bytes(changed)) in ("ledger.seal", "ledger.suite", "ledger.prekey", "ledger.unsealed")


@pytest.mark.parametrize("suite", SUITES)
def test_line_recipient_and_key_are_bound(suite: int) -> None:
    other_line = LINE.id[::-1] if LINE.id[0] in "aq" else "a" * 52
    assert refusal(SEALED[suite]) == ""
    assert refusal(SEALED[suite], line=other_line) == "ledger.unsealed"
    assert refusal(SEALED[suite], recipient=A.name) == "ledger.unsealed"
    assert refusal(SEALED[suite], private=seed("another")) == "ledger.prekey"
    assert refusal(SEALED[suite], private=b"short") == "ledger.key"
    assert refusal(SEALED[suite], recipient="nobody") == "ledger.base32"


@given(st.binary(max_size=3000))
def test_anything_is_refused_with_a_code(data: bytes) -> None:
    assert refusal(data) in ("ledger.seal", "ledger.suite")
    for cut in (SEALED[1][:-1], SEALED[1] + b"x", SEALED[1][:-256], SEALED[2] + bytes(256 * 2)):
        assert refusal(cut) == "ledger.seal"
    assert refusal(b"\1\1" + data) in ("ledger.seal", "ledger.prekey")


def test_no_message_is_longer_than_the_largest_entry() -> None:
    longest = {seal.X25519: 34 + 32 + 131_072 + 16, seal.HYBRID: 34 + 1_120 + 131_072 + 16}
    for suite, length in longest.items():
        head = bytes([1, suite])
        assert seal.outer(head.ljust(length, b"\0")).suite == suite
        for wrong in (length + 1, length - 1, length + 131_072, 34, 33, length - 131_072 + 128):
            with pytest.raises(Invalid) as caught:
                seal.outer(head.ljust(wrong, b"\0"))
            assert caught.value.code == "ledger.seal"
    assert longest[seal.HYBRID] == seal.SEALED
    content = Content(bytes(4096), bytes(16), bytes(65536), bytes(131_072 - 4096 - 65536 - 28))
    assert len(seal.pad(content)) == seal.PADDED


def test_padding_hides_sizes_and_is_checked() -> None:
    for size, padded in ((1, 256), (228, 256), (229, 512), (485, 1024), (canonical.BODY, 131072)):
        content = Content(b"", bytes(16), bytes(size), b"")
        assert len(seal.pad(content)) == (padded if size != 485 else 1024)
        assert seal.unpad(seal.pad(content)) == content
    data = seal.pad(CONTENT)
    for bad in (
        data[:-1],
        data + bytes(256),
        data[:-1] + b"\1",
        b"",
        data[:16] + b"\xff" * 4 + data[20:],
        bytes(20),
    ):
        with pytest.raises(Invalid) as caught:
            seal.unpad(bad)
        assert caught.value.code == "ledger.seal"


@pytest.mark.parametrize(
    "content",
    [
        Content(bytes(canonical.HEADER + 1), bytes(16), b"{}", b""),
        Content(b"", bytes(16), bytes(canonical.BODY + 1), b""),
        Content(b"", bytes(16), b"{}", bytes(seal.PADDED)),
        Content(b"", bytes(15), b"{}", b""),
        Content(b"", b"", b"{}", b""),
        Content(b"", bytes(16), b"{}", b"", SESSION[:-1]),
        Content(b"", bytes(16), b"{}", b"", SESSION + b"x"),
    ],
)
def test_more_than_an_entry_is_not_sealed(content: Content) -> None:
    with pytest.raises(Invalid) as caught:
        seal.pad(content)
    assert caught.value.code == ("ledger.salt" if len(content.salt) != 16 else "ledger.seal")


def test_an_entry_whose_body_was_dropped_is_sealed_as_such() -> None:
    content = Content(b"leaf", b"", b"", b"checkpoint")
    data = seal.pad(content)
    assert data[:28] == bytes(16) + b"\0\0\0\4leaf" + bytes(4)
    assert seal.unpad(data) == content
    with pytest.raises(Invalid) as caught:  # a salt that commits to nothing
        seal.unpad(b"\1" + data[1:])
    assert caught.value.code == "ledger.seal"
    with pytest.raises(Invalid) as caught:
        seal.pad(content._replace(salt=bytes(16)))
    assert caught.value.code == "ledger.salt"


def test_a_session_is_a_fourth_part_and_none_is_nothing() -> None:
    plain, with_one = seal.pad(CONTENT), seal.pad(CONTENT._replace(session=SESSION))
    end = 16 + 4 + len(CONTENT.leaf) + 4 + len(CONTENT.body) + 4 + len(CONTENT.checkpoint)
    assert plain == with_one[:end] + bytes(256 - end)
    assert with_one[end : end + 20] == b"\0\0\0\x10" + SESSION
    for wrong in (15, 17):
        with pytest.raises(Invalid) as caught:
            seal.unpad(with_one[: end + 3] + bytes([wrong]) + with_one[end + 4 :])
        assert caught.value.code == "ledger.seal"


def test_a_status_is_sealed_like_an_entry() -> None:
    status = Content(b"", b"", b"", b"a status", SESSION)
    assert len(seal.pad(status)) == len(seal.pad(CONTENT)) == 256
    assert seal.unpad(seal.pad(status)) == status


def test_keys_that_are_none_are_refused() -> None:
    good = seal.prekey(seal.HYBRID, PRIVATE).public
    for prekey, code in (
        (seal.Prekey(3, bytes(32)), "ledger.suite"),
        (seal.Prekey(1, bytes(31)), "ledger.key"),
        (seal.Prekey(1, bytes(32)), "ledger.key"),
        (seal.Prekey(2, bytes(32)), "ledger.key"),
        (seal.Prekey(2, b"\xff" * 1216), "ledger.key"),
        (seal.Prekey(2, good[:1184] + bytes(32)), "ledger.key"),
    ):
        with pytest.raises(Invalid) as caught:
            seal.seal(CONTENT, prekey, TAG, LINE.id, B.name)
        assert caught.value.code == code, prekey.suite
    with pytest.raises(Invalid) as caught:
        seal.seal(CONTENT, seal.Prekey(2, good), TAG[1:], LINE.id, B.name)
    assert caught.value.code == "ledger.seal"
    with pytest.raises(Invalid) as caught:
        seal.prekey(3, PRIVATE)
    assert caught.value.code == "ledger.suite"


@pytest.mark.parametrize("suite", SUITES)
def test_a_second_implementation_seals_what_this_one_opens(suite: int) -> None:
    prekey, ephemeral = seal.prekey(suite, PRIVATE), seed("ephemeral")
    outer = bytes([1, suite]) + prekey.id + TAG
    info = b"wideberth/seal/v1\n" + outer + ids.unbase32(LINE.id, 32, "") + ids.unbase32(B.name, 32, "")
    if suite == seal.X25519:
        assert prekey.public == bindings.crypto_scalarmult_base(PRIVATE)
        to = hpke_again.classic(ephemeral, prekey.public)
    else:
        assert prekey.public == hpke_again.hybrid_public(PRIVATE)
        to = hpke_again.hybrid(ephemeral, seed("coins"), prekey.public)
    sealed = outer + hpke_again.encrypt(seal.pad(CONTENT), to, info, suite)
    assert seal.unseal(sealed, PRIVATE, LINE.id, B.name) == CONTENT


def test_the_second_ml_kem_is_the_librarys() -> None:
    for i in range(5):
        long = hashlib.sha512(bytes([i])).digest()
        key = mlkem.MLKEM768PrivateKey.from_seed_bytes(long)
        public = key.public_key().public_bytes_raw()
        assert ml_kem_768.public(long) == public
        shared_secret, enc = ml_kem_768.encapsulate(public, seed(f"coins {i}"))
        assert key.decapsulate(enc) == shared_secret


def decrypt(suite: hpke.Suite, row: dict[str, Any], private: Any) -> bytes:
    """The library opens with additional data only where its own tests look."""
    first = row["encryptions"][0]
    sealed, info, aad = (bytes.fromhex(x) for x in (row["enc"] + first["ct"], row["info"], first["aad"]))
    return openssl.hpke._decrypt_with_aad(suite, sealed, private, info, aad)


def test_vectors_of_rfc_9180(shared: Path) -> None:
    """Base mode with both ciphers in the library; with ours every message, in a second implementation too."""
    counts = {"rows": 0, "library": 0, "again": 0}
    for row in rows(shared / "vectors" / "hpke" / "rfc9180-selected.json"):
        counts["rows"] += 1
        if row["mode"] != 0:
            continue
        private = x25519.X25519PrivateKey.from_private_bytes(bytes.fromhex(row["skRm"]))
        aead = {1: hpke.AEAD.AES_128_GCM, 3: hpke.AEAD.CHACHA20_POLY1305}[row["aead_id"]]
        suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, aead)
        assert decrypt(suite, row, private).hex() == row["encryptions"][0]["pt"]
        counts["library"] += 1
        if row["aead_id"] != 3:
            continue
        secret, recipient, enc = (bytes.fromhex(row[x]) for x in ("skEm", "pkRm", "enc"))
        to = hpke_again.classic(secret, recipient)
        keys = hpke_again.schedule(to.secret, bytes.fromhex(row["info"]), seal.X25519)
        assert to == (bytes.fromhex(row["shared_secret"]), enc)
        assert (keys.key.hex(), keys.base_nonce.hex()) == (row["key"], row["base_nonce"])
        for i, each in enumerate(row["encryptions"]):
            nonce = hpke_again.nonce(keys.base_nonce, i)
            plain, aad = bytes.fromhex(each["pt"]), bytes.fromhex(each["aad"])
            assert nonce.hex() == each["nonce"]
            found = bindings.crypto_aead_chacha20poly1305_ietf_encrypt(plain, aad, nonce, keys.key)
            assert found.hex() == each["ct"]
            counts["again"] += 1
    assert counts == {"rows": 8, "library": 2, "again": 6}


def test_vectors_of_the_hybrid() -> None:
    """Known answers for suite 2's very algorithms, from the package that carries the library's vectors."""
    vectors = pytest.importorskip("cryptography_vectors", reason="126 MB of vectors, not in the lock")
    packaged = resources.files(vectors) / "HPKE" / "hpke-pq-test-vectors.json"
    counts = [0, 0]
    for row in json.loads(packaged.read_text(encoding="utf-8")):
        if row["kem_id"] == 0x647A:
            private = bytes.fromhex(row["skRm"])
            assert seal.prekey(seal.HYBRID, private).public.hex() == row["pkRm"]
            coins, ephemeral = bytes.fromhex(row["ikmE"])[:32], bytes.fromhex(row["ikmE"])[32:]
            again = hpke_again.hybrid(ephemeral, coins, bytes.fromhex(row["pkRm"]))
            assert again == (bytes.fromhex(row["shared_secret"]), bytes.fromhex(row["enc"]))
            counts[0] += 1
            if (row["kdf_id"], row["aead_id"]) == (1, 3):
                key = hpke.MLKEM768X25519PrivateKey(*seal._halves(private))
                assert decrypt(seal._SUITES[seal.HYBRID], row, key).hex() == row["encryptions"][0]["pt"]
                counts[1] += 1
    assert counts == [2, 1]


def test_wycheproof_x25519(shared: Path) -> None:
    """The shared secret of both libraries; small-order points, which give zeros, are refused by both."""
    counts = [0, 0]
    for _, case in wycheproof(shared / "vectors" / "wycheproof" / "x25519_test.json"):
        private, public, wanted = (bytes.fromhex(case[x]) for x in ("private", "public", "shared"))
        key = x25519.X25519PrivateKey.from_private_bytes(private)
        if wanted == bytes(32):
            with pytest.raises(ValueError, match="shared key"):
                key.exchange(x25519.X25519PublicKey.from_public_bytes(public))
            with pytest.raises(exceptions.RuntimeError):
                bindings.crypto_scalarmult(private, public)
        else:
            assert key.exchange(x25519.X25519PublicKey.from_public_bytes(public)) == wanted
            assert bindings.crypto_scalarmult(private, public) == wanted
        counts[wanted == bytes(32)] += 1
    assert counts == [487, 31]


def test_wycheproof_chacha20_poly1305(shared: Path) -> None:
    counts = {"valid": 0, "invalid": 0}
    for group, case in wycheproof(shared / "vectors" / "wycheproof" / "chacha20_poly1305_test.json"):
        key, iv, aad, message, sealed = (
            bytes.fromhex(x)
            for x in (case["key"], case["iv"], case["aad"], case["msg"], case["ct"] + case["tag"])
        )
        try:
            good = bindings.crypto_aead_chacha20poly1305_ietf_decrypt(sealed, aad, iv, key) == message
        except (exceptions.CryptoError, exceptions.ValueError, exceptions.TypeError):
            good = False
        assert good is (case["result"] == "valid"), (group["ivSize"], case["tcId"])
        counts[case["result"]] += 1
    assert counts == {"valid": 256, "invalid": 69}
