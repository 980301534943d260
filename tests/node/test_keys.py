"""The keys of a node, from their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.two import seed
from wideberth.errors import Invalid, Refused
from wideberth.ledger import seal
from wideberth.node import keys
from wideberth.node.keys import Private
from wideberth.store import keyfile
from wideberth.store.keyfile import Plain, Purpose
from wideberth.store.keys import Stretching

WORDS = "four words nobody guesses"


def file(folder: Path, purpose: Purpose, name: str = "", *, sealed: bool = False, suite: int = 1) -> Path:
    own = seed(name or purpose)
    half = keyfile.public(purpose, own, suite)
    found = keyfile.sealed(half, own, WORDS, Stretching(bytes(16), n=2)) if sealed else Plain(half, own)
    path = folder / f"{name or purpose}.key"
    keyfile.save([(path, keyfile.write(found), 0o600)])
    return path


def asked(path: Path) -> str:
    assert path.name == "log.key"
    return WORDS


def test_the_keys_in_use(tmp_path: Path) -> None:
    paths = [
        file(tmp_path, "log", sealed=True),
        file(tmp_path, "cosign"),
        file(tmp_path, "seal", "older"),
        file(tmp_path, "seal", "newer", suite=seal.HYBRID),
    ]
    found = keys.load(paths, asked)
    assert found.seeds == (seed("log"), seed("cosign"))
    assert found.seals == (Private(seal.X25519, seed("older")), Private(seal.HYBRID, seed("newer")))
    assert found.seals[1].public == seal.prekey(seal.HYBRID, seed("newer"))


def test_no_seed_is_printed(tmp_path: Path) -> None:
    found = keys.load([file(tmp_path, "log"), file(tmp_path, "cosign"), file(tmp_path, "seal")], asked)
    assert repr(found) == "Keys((Private(1),))"


@pytest.mark.parametrize("purpose", ["log", "cosign", "seal"])
def test_a_key_that_is_missing(tmp_path: Path, purpose: Purpose) -> None:
    left = [file(tmp_path, each) for each in keyfile.PURPOSES[1:4] if each != purpose]
    with pytest.raises(Refused) as caught:
        keys.load(left, asked)
    assert caught.value.code == "key.needed"
    assert purpose in caught.value.message


def test_two_keys_where_one_is_in_force(tmp_path: Path) -> None:
    paths = [file(tmp_path, "log"), file(tmp_path, "log", "another")]
    with pytest.raises(Refused) as caught:
        keys.load([*paths, file(tmp_path, "cosign"), file(tmp_path, "seal")], asked)
    assert caught.value.code == "key.two_in_force"


def test_a_wrong_passphrase(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        keys.load([file(tmp_path, "log", sealed=True)], lambda _: "another one altogether")
    assert caught.value.code == "key.passphrase"
