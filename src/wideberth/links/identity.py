"""What both ends of a line make of its secret, so that each knows the other's certificate before it sees it.

HKDF-SHA256 of the line secret gives each party a key for TLS and one for its requests, and the line a name to
be asked for. The certificates are made, not exchanged: both sides make both, byte for byte
(docs/transport.md).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import ids, keys

TLS = b"wideberth/transport/v1/tls\n"
REQUEST = b"wideberth/transport/v1/request\n"
SNI = b"wideberth/transport/v1/sni\n"
NAME = 20
"""Bytes of the name that a line is asked for by."""
SUFFIX = ".invalid"
"""No name server answers for it (RFC 2606)."""
SUBJECT = "wideberth"
SERIAL = 1
BEGIN: Final = datetime(2000, 1, 1, tzinfo=UTC)
END: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Far apart: a wrong clock must not cut a line. What ends a certificate is that the line is not carried."""


class Ends(Struct, frozen=True):
    """Both ends of a line, as one of them sees it.

    Attributes:
        line: its id.
        own: this party; `peer`: the other one.
        name: the server name that the line is asked for by.
        certificate: this party's, DER; `peer_certificate` the other's: what is pinned.
        peer_key: the Ed25519 key that the peer's requests are signed with.
        tls: the seed of this party's certificate; `request`: of its signatures.
    """

    line: str
    own: str
    peer: str
    name: str
    certificate: bytes
    peer_certificate: bytes
    peer_key: bytes
    tls: bytes
    request: bytes

    def __repr__(self) -> str:
        """Without a seed, and without the name that opens the door."""
        return f"Ends({self.line!r}, {self.own!r}, {self.peer!r})"


def ends(secret: bytes, line: str, own: str, peer: str) -> Ends:
    """What `own` has to know to speak with `peer` on a line.

    Args:
        secret: the line secret, 32 bytes (pairing.secret).
        line: id of the line.
        own: name of this party.
        peer: name of the other party.

    Raises: Invalid (`transport.secret`, `ledger.base32`).
    """
    tls, peer_tls = (_seed(secret, line, TLS, party) for party in (own, peer))
    request, peer_request = (_seed(secret, line, REQUEST, party) for party in (own, peer))
    name = ids.base32(_derived(secret, line, SNI, NAME)) + SUFFIX
    return Ends(
        line,
        own,
        peer,
        name,
        certificate(tls),
        certificate(peer_tls),
        keys.public(peer_request),
        tls,
        request,
    )


def certificate(seed: bytes) -> bytes:
    """The self-signed certificate of an Ed25519 seed, DER: always the same bytes for the same seed."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SUBJECT)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(SERIAL)
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        # nothing that this key signs is a certificate
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, algorithm=None)
    )
    return made.public_bytes(Encoding.DER)


def _seed(secret: bytes, line: str, use: bytes, party: str) -> bytes:
    return _derived(secret, line, use + ids.unbase32(party, ids.HASH, "party"), ids.HASH)


def _derived(secret: bytes, line: str, info: bytes, length: int) -> bytes:
    if len(secret) != ids.HASH:
        raise Invalid("transport.secret", "", f"{len(secret)} bytes", f"a line secret of {ids.HASH} bytes")
    return HKDF(SHA256(), length, salt=ids.unbase32(line, ids.HASH, "line"), info=info).derive(secret)
