"""Where a journal's key comes from."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.store import keys
from wideberth.store.keys import Stretching

KEY = bytes(range(32))
TEXT = ids.base32(KEY)


def test_a_passphrase_gives_the_key_that_scrypt_gives() -> None:
    how = Stretching(bytes(16), n=2**10)
    expected = hashlib.scrypt(b"a long one", salt=bytes(16), n=2**10, r=8, p=1, dklen=32)
    assert keys.from_passphrase("a long one", how) == expected
    assert keys.from_passphrase("another", how) != expected
    with pytest.raises(Invalid, match="a passphrase"):
        keys.from_passphrase("", how)


def test_how_it_was_stretched_is_kept() -> None:
    how = keys.stretching()
    assert keys.read_stretching(keys.write_stretching(how)) == how != keys.stretching()
    assert (how.n, how.r, how.p) == (2**17, 8, 1)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1]", b'{"salt":"AA==","n":1024}']
    + [
        msgspec.json.encode({"salt": bytes(16), **each})
        for each in ({"n": 2**21}, {"n": 1000}, {"n": -2}, {"r": 9}, {"p": 0}, {"p": 17}, {"q": 1})
    ],
)
def test_other_numbers_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        keys.read_stretching(data)
    assert caught.value.code == "journal.key_source"


def test_a_file_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "journal.key"
    path.write_text(TEXT + "\n")
    path.chmod(0o600)
    assert keys.from_file(path) == KEY
    path.chmod(0o644)
    with pytest.raises(Invalid, match="others may open"):
        keys.from_file(path)


def test_no_part_of_a_key_is_in_a_message() -> None:
    assert keys.from_environment({"K": TEXT}, "K") == KEY
    for environment in ({"K": TEXT[:-2]}, {"K": TEXT.upper()}, {}):
        with pytest.raises(Invalid) as caught:
            keys.from_environment(environment, "K")
        assert caught.value.code == "journal.key_source" and caught.value.path == "K"
        assert "aaaq" not in str(caught.value).lower() and caught.value.__suppress_context__
