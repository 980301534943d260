"""Keys on disk: what is written, what is refused, and that no message gives a secret away."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid, Refused
from wideberth.ledger import canonical, ids, keys, seal
from wideberth.store import keyfile
from wideberth.store.keyfile import KeyFile, Plain, Public, Purpose, Sealed
from wideberth.store.keys import Stretching

SEED = hashlib.sha256(b"seed").digest()
WORDS = "correct horse battery"
QUICK = Stretching(bytes(range(16)), n=2)
HALF = keyfile.public("officer", SEED)
PLAIN = Plain(HALF, SEED)
SEALED = keyfile.sealed(HALF, SEED, WORDS, QUICK)


def opened(data: bytes, words: str = WORDS) -> bytes:
    return keyfile.opened(keyfile.read(data), lambda: words)


def assert_tells_nothing(error: BaseException) -> None:
    """Neither the seed, the passphrase nor most of the file is in an error or in what it came from."""
    assert error.__suppress_context__ or error.__context__ is None
    for secret in (ids.base32(SEED)[4:40], SEED.hex(), "horse", ids.base32(SEALED.sealed)[4:40]):
        assert secret not in repr(error) + str(error)


@pytest.mark.parametrize("purpose", keyfile.PURPOSES)
@pytest.mark.parametrize("suite", [seal.X25519, seal.HYBRID])
def test_a_key_is_read_back(purpose: Purpose, suite: int) -> None:
    half = keyfile.public(purpose, SEED, suite)
    assert len(half.key) == (1216 if (purpose, suite) == ("seal", seal.HYBRID) else 32)
    for made in (Plain(half, SEED), keyfile.sealed(half, SEED, WORDS, QUICK)):
        data = keyfile.write(made)
        assert keyfile.read(data) == made and opened(data) == SEED
        assert keyfile.read_public(data) == keyfile.read_public(f"{half.text}\n".encode()) == half


def test_what_is_printed_of_a_key_holds_no_seed() -> None:
    for text in (repr(PLAIN), str(PLAIN), f"{[PLAIN]}"):
        assert "officer" in text
        assert all(secret not in text for secret in (repr(SEED)[2:-1], SEED.hex(), ids.base32(SEED)))


def test_the_public_half_is_one_line() -> None:
    assert HALF.text == f"wideberth/public/v1 officer {ids.base32(keys.public(SEED))}"


def test_a_passphrase_is_asked_only_where_the_seed_is_sealed() -> None:
    def never() -> str:
        raise AssertionError("asked")

    assert keyfile.opened(PLAIN, never) == SEED


def test_the_file_is_what_the_page_says() -> None:
    """Opened here with hashlib and the cipher alone."""
    value = json.loads(keyfile.write(SEALED))
    assert sorted(value) == ["kind", "public", "purpose", "scrypt", "sealed", "v"]
    salt = ids.unbase32(value["scrypt"]["salt"], 16, "")
    key = hashlib.scrypt(WORDS.encode(), salt=salt, n=2, r=8, p=1, dklen=32)
    data = ids.unbase32(value["sealed"], 60, "")
    bound = b"wideberth/key/v1\nofficer\n" + keys.public(SEED)
    assert AESGCMSIV(key).decrypt(data[:12], data[12:], bound) == SEED
    assert keyfile.write(PLAIN) == (
        f'{{"kind":"wideberth.key","public":"{ids.base32(HALF.key)}","purpose":"officer",'
        f'"seed":"{ids.base32(SEED)}","v":1}}\n'.encode()
    )


def test_a_passphrase_written_in_two_ways_is_one() -> None:
    one, other = "caf\u00e9 caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301 cafe\u0301"
    assert one != other
    assert opened(keyfile.write(keyfile.sealed(HALF, SEED, one, QUICK)), other) == SEED


def test_a_short_passphrase_is_refused() -> None:
    assert opened(keyfile.write(keyfile.sealed(HALF, SEED, "x" * 12, QUICK)), "x" * 12) == SEED
    with pytest.raises(Invalid) as caught:
        keyfile.sealed(HALF, SEED, "x" * 11, QUICK)
    assert caught.value.code == "key.passphrase_source" and "xx" not in str(caught.value)


@pytest.mark.parametrize("words", ["correct horse batterz", "x", " " + WORDS])
def test_a_wrong_passphrase_is_one_clear_error(words: str) -> None:
    with pytest.raises(Invalid, match="does not open the key") as caught:
        opened(keyfile.write(SEALED), words)
    assert caught.value.code == "key.passphrase"
    assert_tells_nothing(caught.value)
    with pytest.raises(Invalid, match="a passphrase"):
        opened(keyfile.write(SEALED), "")


@pytest.mark.parametrize("made", [PLAIN, SEALED])
def test_no_byte_can_be_altered_or_taken_away(made: KeyFile) -> None:
    data = keyfile.write(made)
    damaged = [data[:i] for i in range(len(data) - 1)]
    damaged += [data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :] for i in range(len(data) - 1)]
    for each in damaged:
        with pytest.raises(Invalid) as caught:
            opened(each)
        assert caught.value.code in ("key.file", "key.version", "key.passphrase", "key.public")
        assert_tells_nothing(caught.value)


@pytest.mark.parametrize("made", [PLAIN, SEALED])
def test_a_public_half_of_another_key_or_purpose_is_refused(made: KeyFile) -> None:
    text = keyfile.write(made).decode()
    other = ids.base32(keys.public(bytes(32)))
    for changed in (text.replace(ids.base32(HALF.key), other), text.replace("officer", "log")):
        assert changed != text
        if isinstance(made, Sealed):
            with pytest.raises(Invalid) as caught:
                opened(changed.encode())
            assert caught.value.code == "key.passphrase"
    with pytest.raises(Invalid) as caught:
        opened(keyfile.write(Plain(Public("officer", keys.public(bytes(32))), SEED)))
    assert caught.value.code == "key.public"


def paper(**changes: object) -> bytes:
    value: dict[str, object] = {**canonical.accept(keyfile.write(SEALED)[:-1]), **changes}
    value = {key: found for key, found in value.items() if found != "gone"}
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (paper(), ""),
        (paper(v=2), "key.version"),
        (paper(v=2, kind="x"), "key.file"),
        (paper(v="gone"), "key.version"),
        (paper(kind="x"), "key.file"),
        (paper(more=1), "key.file"),
        (paper(seed=ids.base32(SEED)), "key.file"),
        (paper(purpose="any"), "key.file"),
        (paper(purpose=["officer"]), "key.file"),
        (paper(purpose="log", public=ids.base32(bytes(1216))), "key.file"),
        (paper(public=7), "key.file"),
        (paper(public="A" * 52), "key.file"),
        (paper(sealed=ids.base32(bytes(59))), "key.file"),
        (paper(sealed=None), "key.file"),
        (paper(scrypt=None), "key.file"),
        (paper(scrypt={"n": 2, "p": 1, "r": 8}), "key.file"),
        (paper(scrypt={"n": "2", "p": 1, "r": 8, "salt": ids.base32(bytes(16))}), "key.file"),
        (paper(scrypt={"n": 2**21, "p": 1, "r": 8, "salt": ids.base32(bytes(16))}), "key.file"),
        (paper(scrypt={"n": 2, "p": 1, "r": 8, "salt": "a"}), "key.file"),
        (b"", "key.file"),
        (b"{}", "key.file"),
        (b"[]", "key.file"),
        (b"{" * 20, "key.file"),
        (b'{"v":1,"v":1}', "key.file"),
        (b'{"kind":"wideberth.key","v":1.0}', "key.file"),
        (keyfile.write(SEALED) + b"\n", "key.file"),
        (bytes(keyfile.SIZE + 1), "key.file"),
    ],
)
def test_key_files_are_read_strictly(data: bytes, code: str) -> None:
    try:
        keyfile.read(data)
    except Invalid as error:
        assert error.code == code
        assert_tells_nothing(error)
    else:
        assert code == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "wideberth/public/v1",
        "wideberth/public/v2 officer " + ids.base32(HALF.key),
        "wideberth/public/v1 officer  " + ids.base32(HALF.key),
        "wideberth/public/v1 officer " + ids.base32(HALF.key) + "\n\n",
        "wideberth/public/v1 any " + ids.base32(HALF.key),
        "wideberth/public/v1 officer a",
        "\udcff",
    ],
)
def test_public_lines_are_read_strictly(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        keyfile.read_public(text.encode("utf-8", "surrogateescape"))
    assert caught.value.code in ("key.file", "ledger.base32")


@given(st.binary(max_size=300))
def test_other_bytes_are_one_error(data: bytes) -> None:
    for reader in (keyfile.read, keyfile.read_public):
        with pytest.raises(Invalid):
            reader(data)


def test_files_are_new_and_their_owner_s(tmp_path: Path) -> None:
    path, beside = tmp_path / "o.key", tmp_path / "o.key.pub"
    before = os.umask(0)
    try:
        keyfile.save([(path, keyfile.write(PLAIN), keyfile.MODE), (beside, b"line", keyfile.PUBLIC_MODE)])
    finally:
        os.umask(before)
    assert (path.stat().st_mode & 0o777, beside.stat().st_mode & 0o777) == (0o600, 0o644)
    assert keyfile.load(path) == keyfile.write(PLAIN)


def test_no_file_is_written_over_and_all_are_written_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "new.key", tmp_path / "old.key"
    second.write_bytes(b"what stood there")
    with pytest.raises(Refused) as caught:
        keyfile.save([(first, b"new", 0o600), (second, b"new", 0o600)])
    assert caught.value.code == "key.exists"
    assert not first.exists() and second.read_bytes() == b"what stood there"
    with pytest.raises(FileNotFoundError):
        keyfile.save([(first, b"new", 0o600), (tmp_path / "none" / "key", b"new", 0o600)])
    assert not first.exists()


def test_a_link_that_somebody_laid_is_not_followed(tmp_path: Path) -> None:
    aim, link = tmp_path / "aim", tmp_path / "o.key"
    link.symlink_to(aim)
    with pytest.raises(Refused) as caught:
        keyfile.save([(link, b"new", 0o600)])
    assert caught.value.code == "key.exists" and not aim.exists() and link.is_symlink()
    aim.write_bytes(keyfile.write(PLAIN))
    aim.chmod(0o600)
    with pytest.raises(Refused) as caught:
        keyfile.load(link)
    assert caught.value.code == "key.link"


def test_of_many_that_write_one_name_one_succeeds(tmp_path: Path) -> None:
    path, done = tmp_path / "o.key", []

    def write(i: int) -> None:
        try:
            keyfile.save([(path, b"%d" % i, 0o600)])
        except Refused:
            return
        done.append(i)

    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1 and path.read_bytes() == b"%d" % done[0]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o601, 0o700])
def test_a_key_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "o.key"
    path.write_bytes(keyfile.write(PLAIN))
    path.chmod(mode)
    if mode == 0o700:
        assert keyfile.load(path) == keyfile.write(PLAIN)
        return
    with pytest.raises(Refused, match="chmod 600") as caught:
        keyfile.load(path)
    assert caught.value.code == "key.mode"
    path.write_text(HALF.text)
    assert keyfile.read_public(keyfile.load(path)) == HALF


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(Refused) as caught:
            keyfile.load(path)
        assert caught.value.code == "key.link"
    with pytest.raises(FileNotFoundError):
        keyfile.load(tmp_path / "none")
    long = tmp_path / "long"
    long.write_bytes(b"{" * 100_000)
    long.chmod(0o600)
    with pytest.raises(Invalid):
        keyfile.read(keyfile.load(long))
