"""What both ends make of the line secret."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.links.box import LINE, NORTH, OTHER, SECRETS, SOUTH, ends
from wideberth.errors import Invalid
from wideberth.ledger import keys
from wideberth.links import identity


def test_both_sides_make_the_same_of_it() -> None:
    north, south = ends(NORTH), ends(SOUTH)
    assert north.certificate == south.peer_certificate and north.peer_certificate == south.certificate
    assert keys.public(north.request) == south.peer_key and north.name == south.name
    assert north.certificate != north.peer_certificate and north.tls != north.request


def test_each_line_party_and_use_has_its_own() -> None:
    made = {ends(party, line) for party in (NORTH, SOUTH) for line in (LINE, OTHER)}
    seeds = {seed for each in made for seed in (each.tls, each.request)}
    assert len(seeds) == 8 and len({each.name for each in made}) == 2
    moved = identity.ends(SECRETS[LINE], OTHER, NORTH, SOUTH)
    assert moved.tls not in seeds and moved.name not in {each.name for each in made}


def test_a_certificate_is_self_signed_holds_for_ever_and_makes_no_other() -> None:
    found = x509.load_der_x509_certificate(ends().certificate)
    key = found.public_key()
    assert isinstance(key, Ed25519PublicKey)
    key.verify(found.signature, found.tbs_certificate_bytes)
    assert found.not_valid_before_utc.year == 2000 and found.not_valid_after_utc.year == 9999
    assert found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    # nothing in it says whose it is
    assert {LINE, NORTH, SOUTH}.isdisjoint(found.subject.rfc4514_string()) and found.serial_number == 1


def test_openssl_reads_it(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    (tmp_path / "made.der").write_bytes(ends().certificate)
    text = subprocess.run(
        [openssl, "x509", "-inform", "DER", "-in", "made.der", "-noout", "-text"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert "Signature Algorithm: ED25519" in text and "CA:FALSE" in text
    assert "Not After : Dec 31 23:59:59 9999 GMT" in text and "Digital Signature" in text


@pytest.mark.parametrize(
    ("secret", "line", "code"),
    [(b"short", LINE, "transport.secret"), (bytes(32), "no line", "ledger.base32")],
)
def test_what_is_none_is_refused(secret: bytes, line: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        identity.ends(secret, line, NORTH, SOUTH)
    assert caught.value.code == code


def test_no_seed_is_printed() -> None:
    made = ends()
    assert made.tls.hex() not in repr(made) and repr(made.tls) not in repr(made)
    assert made.name not in repr(made) and LINE in repr(made)
