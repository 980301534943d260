"""A real TAK server for tests: taky (MIT), as a process on loopback, and certificates for it."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

START_S = 30.0

Key = ec.EllipticCurvePrivateKey


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def running(folder: Path, port: int, tls: bool = False) -> Iterator[None]:
    """taky, with its files in `folder`; over when this is."""
    certificates = "".join(f"{name} = {folder}/{file}\n" for name, file in FILES.items()) if tls else ""
    (folder / "taky.conf").write_text(
        f"[taky]\nhostname = localhost\nbind_ip = 127.0.0.1\nroot_dir = {folder}\n"
        f"[cot_server]\nport = {port}\n[dp_server]\nupload_path = {folder}/up\n"
        f"[ssl]\nenabled = {str(tls).lower()}\n{certificates}",
        encoding="utf-8",
    )
    with (folder / "taky.log").open("ab") as log:
        taky = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "taky.cot",
                "-l",
                "debug",
                "-c",
                str(folder / "taky.conf"),
            ],
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            _wait(taky, port, folder)
            yield
        finally:
            taky.terminate()
            try:
                taky.wait(10)
            except subprocess.TimeoutExpired:
                taky.kill()
                taky.wait(10)


def _wait(taky: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert taky.poll() is None, (folder / "taky.log").read_text(encoding="utf-8")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("taky does not listen")


FILES = {
    "ca": "ca.pem",
    "ca_key": "ca.key",
    "cert": "server.pem",
    "key": "server.key",
    "cert_db": "cert-db.txt",
}


def certificates(folder: Path) -> None:
    """An authority (`ca.pem`), and of it a server for localhost, one for elsewhere, and a client."""
    authority = ec.generate_private_key(ec.SECP256R1())
    name = _name("Tests")
    root = _signed(name, name, authority, authority, x509.BasicConstraints(ca=True, path_length=None))
    _write(folder / "ca", root, authority)
    local = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    elsewhere = x509.SubjectAlternativeName([x509.DNSName("tak.example")])
    for file, named in (("server", local), ("elsewhere", elsewhere), ("client", None)):
        key = ec.generate_private_key(ec.SECP256R1())
        _write(folder / file, _signed(_name(file), name, key, authority, named), key)
    (folder / "cert-db.txt").touch()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(
    subject: x509.Name, issuer: x509.Name, key: Key, by: Key, extension: x509.ExtensionType | None
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )
    if extension is not None:
        made = made.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return made.sign(by, hashes.SHA256())


def _write(path: Path, certificate: x509.Certificate, key: Key) -> None:
    path.with_suffix(".pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    path.with_suffix(".key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
