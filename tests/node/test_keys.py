"""The keys of a node, in the folder that holds them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.ledger.two import seed
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids, seal
from wideberth.ledger import keys as ed25519
from wideberth.line.state import Seeds
from wideberth.node import keys
from wideberth.node.keys import Private
from wideberth.store import keyfile
from wideberth.store.cipher import Cipher
from wideberth.store.keyfile import Plain, Purpose
from wideberth.store.keys import Stretching

WORDS = "four words nobody guesses"
SEALING = Cipher(seed("journal"), bytes(16))


def file(folder: Path, purpose: Purpose, name: str = "", *, sealed: bool = False, suite: int = 1) -> Path:
    own = seed(name or purpose)
    half = keyfile.public(purpose, own, suite)
    found = keyfile.sealed(half, own, WORDS, Stretching(bytes(16), n=2)) if sealed else Plain(half, own)
    path = folder / f"{name or purpose}.key"
    public = path.with_name(f"{path.name}.pub"), f"{half.text}\n".encode(), 0o644
    keyfile.save([(path, keyfile.write(found), 0o600), public])
    return path


def opened(folder: Path, sealing: Cipher = SEALING) -> keys.Keys:
    return keys.open_keys(folder, sealing)


def test_the_keys_that_are_made_are_the_keys_that_are_opened(tmp_path: Path) -> None:
    log, cosign, sealed_to = keys.make(tmp_path, SEALING)
    found = opened(tmp_path)
    assert ed25519.public(found.seeds.log) == log.key
    assert ed25519.public(found.seeds.cosign) == cosign.key
    assert [each.public for each in found.seals] == [seal.Prekey(seal.X25519, sealed_to.key)]
    assert found.seeds.former_logs == found.seeds.former_cosigns == ()
    assert keys.publics(tmp_path) == {"log": log, "cosign": cosign, "seal": sealed_to}


def test_private_halves_are_sealed_for_their_owner_and_not_printed(tmp_path: Path) -> None:
    keys.make(tmp_path, SEALING)
    found = opened(tmp_path)
    for path in tmp_path.iterdir():
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o644 if path.suffix == ".pub" else 0o600)
        for own in (found.seeds.log, found.seeds.cosign, found.seals[0].seed):
            assert own not in path.read_bytes() and ids.base32(own).encode() not in path.read_bytes()
    assert repr(found) == "Keys((Private(1),))"
    assert repr(found.seeds) == "Seeds()"


def test_keys_are_never_written_over(tmp_path: Path) -> None:
    keys.make(tmp_path, SEALING)
    before = {each: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(Refused) as caught:
        keys.make(tmp_path, SEALING)
    assert caught.value.code == "key.exists"
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_one_more_key_is_the_newest(tmp_path: Path) -> None:
    first = keys.make(tmp_path, SEALING)
    before = opened(tmp_path)
    made = [keys.add(tmp_path, SEALING, "log") for _ in range(10)]
    keys.add(tmp_path, SEALING, "seal")
    found = opened(tmp_path)
    logs = [*found.seeds.former_logs, found.seeds.log]
    assert [ed25519.public(each) for each in logs] == [first[0].key, *(each.key for each in made)]
    assert found.seals[:-1] == before.seals
    assert keys.publics(tmp_path)["log"] == made[-1]
    assert (tmp_path / "log-11.sealed").exists() and (tmp_path / "seal-2.pub").exists()


def test_a_first_key_of_a_purpose_has_no_number(tmp_path: Path) -> None:
    half = keys.add(tmp_path, SEALING, "cosign")
    assert keys.publics(tmp_path) == {"cosign": half} and (tmp_path / "cosign.sealed").exists()


def test_key_files_without_a_passphrase_are_taken_too(tmp_path: Path) -> None:
    made = keys.make(tmp_path, SEALING)
    file(tmp_path, "log", "other-2")
    file(tmp_path, "seal", "newer-2", suite=seal.HYBRID)
    found = opened(tmp_path)
    assert found.seeds.log == seed("other-2")
    assert [ed25519.public(each) for each in found.seeds.former_logs] == [made[0].key]
    assert found.seals[-1] == Private(seal.HYBRID, seed("newer-2"))
    assert keys.publics(tmp_path)["seal"].key == found.seals[-1].public.public


def test_only_key_files(tmp_path: Path) -> None:
    for purpose in keys.PURPOSES:
        file(tmp_path, purpose)
    # it has a passphrase, and is nobody's here
    file(tmp_path, "identity", sealed=True)
    found = opened(tmp_path)
    assert found.seeds == Seeds(seed("log"), seed("cosign"))
    assert "identity" not in keys.publics(tmp_path)


@pytest.mark.parametrize("purpose", keys.PURPOSES)
def test_a_key_that_is_missing(tmp_path: Path, purpose: Purpose) -> None:
    keys.make(tmp_path, SEALING)
    (tmp_path / f"{purpose}.sealed").unlink()
    with pytest.raises(Refused) as caught:
        opened(tmp_path)
    assert caught.value.code == "key.needed"
    assert purpose in caught.value.message


def test_nobody_is_there_to_say_a_passphrase(tmp_path: Path) -> None:
    keys.make(tmp_path, SEALING)
    file(tmp_path, "log", "mine", sealed=True)
    with pytest.raises(Refused) as caught:
        opened(tmp_path)
    assert caught.value.code == "key.no_passphrase"


@pytest.mark.parametrize(
    "other",
    [Cipher(seed("another"), bytes(16)), Cipher(seed("journal"), bytes([1] * 16))],
    ids=["key", "journal"],
)
def test_keys_of_another_journal_do_not_open(tmp_path: Path, other: Cipher) -> None:
    keys.make(tmp_path, SEALING)
    with pytest.raises(Refused) as caught:
        opened(tmp_path, other)
    assert caught.value.code == "key.sealed_here"


def test_an_old_key_under_a_new_name_does_not_open(tmp_path: Path) -> None:
    keys.make(tmp_path, SEALING)
    (tmp_path / "log-3.sealed").write_bytes((tmp_path / "log.sealed").read_bytes())
    (tmp_path / "log-3.sealed").chmod(0o600)
    with pytest.raises(Refused) as caught:
        opened(tmp_path)
    assert caught.value.code == "key.sealed_here"


def test_a_key_that_others_may_open(tmp_path: Path) -> None:
    keys.make(tmp_path, SEALING)
    (tmp_path / "log.sealed").chmod(0o644)
    with pytest.raises(Refused) as caught:
        opened(tmp_path)
    assert caught.value.code == "key.mode"


def test_a_public_half_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "log.pub").write_text("wideberth/public/v1 log x\n")
    with pytest.raises(Invalid) as caught:
        keys.publics(tmp_path)
    assert caught.value.code == "key.file"
