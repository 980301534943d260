"""TLS contexts: what they trust, and what they leave behind."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.links.box import NORTH, SOUTH, ends, run
from wideberth.links import identity, tls


def test_no_key_stays_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for made in (tls.server(ends()), tls.client(ends()), tls.anonymous()):
        assert made.minimum_version == ssl.TLSVersion.TLSv1_3
    assert list(tmp_path.iterdir()) == []


def signed_by_the_peer(folder: Path) -> ssl.SSLContext:
    """A server whose certificate the key of the peer's own certificate has signed."""
    issuer = x509.load_der_x509_certificate(ends(SOUTH).certificate)
    key = Ed25519PrivateKey.generate()
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(2)
        .not_valid_before(identity.BEGIN)
        .not_valid_after(identity.END)
        .sign(Ed25519PrivateKey.from_private_bytes(ends(SOUTH).tls), algorithm=None)
    )
    pem = made.public_bytes(Encoding.PEM) + issuer.public_bytes(Encoding.PEM)
    pem += key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "made.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "made.pem")
    return context


@pytest.mark.parametrize("whose", ["the peer's", "one that the peer's signed"])
def test_only_the_pinned_certificate_itself_is_trusted(whose: str, tmp_path: Path) -> None:
    good = whose == "the peer's"
    context = tls.server(ends(SOUTH)) if good else signed_by_the_peer(tmp_path)

    async def main() -> None:
        async def taken(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.transport.abort()

        server = await asyncio.start_server(taken, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        try:
            called = asyncio.open_connection(
                "127.0.0.1", port, ssl=tls.client(ends(NORTH)), server_hostname=ends().name
            )
            if good:
                _, writer = await called
                writer.transport.abort()
            else:
                with pytest.raises(ssl.SSLCertVerificationError):
                    await called
        finally:
            server.close()
            await asyncio.sleep(0.02)

    run(main())
