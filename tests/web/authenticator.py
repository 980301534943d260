"""An authenticator of software, which does what it is told: also what a real one never would."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

from wideberth.web.signing import octets, text

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One passkey (ES256). `count` is what it says at the next use; 0 stays 0, as platforms' do."""

    def __init__(self, count: int = 1) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.count = count
        self.handle = ""

    def make(self, options: dict[str, Any], **other: Any) -> dict[str, str]:
        """What it says of itself, as new. `other`: instead of what is right (rp, origin, flags, type)."""
        self.handle = options["handle"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + encode_cbor(cose)
        data = self._data(options, other.get("flags", PRESENT | VERIFIED | ATTESTED), other) + attested
        made = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", options, other)
        return {"passkey": text(self.id), "client_data": text(client), "attestation": text(made)}

    def answer(self, options: dict[str, Any], **other: Any) -> dict[str, str]:
        """What it answers at a sign-in."""
        data = self._data(options, other.get("flags", PRESENT | VERIFIED), other)
        client = _client("webauthn.get", options, other)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "passkey": text(other.get("id", self.id)),
            "client_data": text(client),
            "authenticator": text(data),
            "signature": text(signature),
            "handle": other.get("handle", self.handle),
        }

    def _data(self, options: dict[str, Any], flags: int, other: dict[str, Any]) -> bytes:
        rp = other.get("rp", options["rp"])
        found = struct.pack(">32sBI", hashlib.sha256(rp.encode()).digest(), flags, self.count)
        self.count += 1 if self.count else 0
        return found


def _client(kind: str, options: dict[str, Any], other: dict[str, Any]) -> bytes:
    said = {
        "type": other.get("type", kind),
        "challenge": other.get("challenge", options["challenge"]),
        "origin": other.get("origin", options["origin"]),
        "crossOrigin": False,
    }
    assert octets(said["challenge"], "challenge")
    return json.dumps(said).encode()
