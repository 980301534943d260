"""TLS 1.3 for lines: each end shows the certificate that the other has made for it, and trusts no other.

The listener has one front context that shows nothing; the name in the client's first message chooses the
line's own. Who asks for no name that is carried here is cut off, and learns only that something listens.
"""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from wideberth.links import identity
from wideberth.links.identity import Ends

Choose = Callable[[str], ssl.SSLContext | None]
"""The context for a server name, if there is one."""


def front(choose: Choose) -> ssl.SSLContext:
    """What a listener begins every handshake with.

    A certificate of the client is asked for and verified where it is given; that it was given is looked at
    when the handshake is over (peer_connection), because a name that is open to strangers has none.
    """
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_OPTIONAL

    def chosen(begun: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        found = choose(name) if name else None
        if found is None:
            return ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        begun.context = found
        return None

    context.sni_callback = chosen
    return context


def server(ends: Ends) -> ssl.SSLContext:
    """For one line: our certificate, and the peer's as the only one that is trusted."""
    return _pinned(ssl.PROTOCOL_TLS_SERVER, ends)


def client(ends: Ends) -> ssl.SSLContext:
    """The same for the side that calls."""
    return _pinned(ssl.PROTOCOL_TLS_CLIENT, ends)


def anonymous() -> ssl.SSLContext:
    """For a name that is open to strangers: a certificate made for this once, in which nobody trusts."""
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    seed = secrets.token_bytes(32)
    _load(context, identity.certificate(seed), seed)
    return context


def _pinned(protocol: int, ends: Ends) -> ssl.SSLContext:
    context = _context(protocol)
    # who it is says the pinned certificate; the name only chooses the line
    context.check_hostname = False
    _load(context, ends.certificate, ends.tls)
    context.load_verify_locations(cadata=ends.peer_certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _context(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    if protocol == ssl.PROTOCOL_TLS_SERVER:
        # a session taken up again would not look at the certificate
        context.num_tickets = 0
    return context


def _load(context: ssl.SSLContext, certificate: bytes, seed: bytes) -> None:
    """The library reads keys from files only: the file is sealed with a password that is nowhere else."""
    password = secrets.token_bytes(32).hex().encode()
    key = Ed25519PrivateKey.from_private_bytes(seed)
    pem = x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)
    pem += key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    handle, name = tempfile.mkstemp(prefix="wideberth-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        context.load_cert_chain(name, password=password)
    finally:
        Path(name).unlink()
