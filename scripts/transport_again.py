"""The line transport's bytes a second time, from docs/transport.md with hashlib, hmac and libsodium only.

Short rather than good: it checks nothing and trusts its inputs (see golden_again).
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from typing import Any

from nacl import bindings

from scripts.golden_again import b32, b32bytes, pair, sha

V1 = "wideberth/transport/v1/"
BEFORE = bytes.fromhex(
    "3081aba003020102020101300506032b657030143112301006035504030c097769646562657274683020170d303030313031"
    "3030303030305a180f39393939313233313233353935395a30143112301006035504030c0977696465626572746830"
    "2a300506032b6570032100"
)
AFTER = bytes.fromhex("a320301e300c0603551d130101ff04023000300e0603551d0f0101ff040403020780")
OUTER, INNER = bytes.fromhex("3081f8"), bytes.fromhex("300506032b6570034100")


def made(given: dict[str, Any]) -> dict[str, Any]:
    """The vectors."""
    secret, line = bytes.fromhex(given["secret"]), given["line"]
    tls, request = (
        [hkdf(secret, line, use, given[party]).hex() for party in ("own", "peer")]
        for use in ("tls", "request")
    )
    parts = bodies([bytes.fromhex(each) for each in given["messages"]], given["most"])
    return {
        "bodies": [each.hex() for each in parts],
        "certificate": certificate(tls[0]).hex(),
        "headers": headers(given, request[0], parts[0]),
        "name": b32(hkdf(secret, line, "sni", "")[:20]) + ".invalid",
        "peer_certificate": certificate(tls[1]).hex(),
        "peer_key": pair(request[1])[0].hex(),
        "request_key": pair(request[0])[0].hex(),
    }


def hkdf(secret: bytes, line: str, use: str, party: str) -> bytes:
    """RFC 5869: one block, which is cut where less is wanted."""
    extracted = hmac.digest(b32bytes(line), secret, "sha256")
    whose = b32bytes(party) if party else b""
    return hmac.digest(extracted, f"{V1}{use}\n".encode() + whose + b"\1", "sha256")


def signed(seed: str, data: bytes) -> bytes:
    """Ed25519, 64 bytes."""
    return bindings.crypto_sign(data, pair(seed)[1])[:64]


def certificate(seed: str) -> bytes:
    """Fixed bytes around the key and the signature."""
    inner = BEFORE + pair(seed)[0] + AFTER
    return OUTER + inner + INNER + signed(seed, inner)


def headers(given: dict[str, Any], seed: str, body: bytes) -> dict[str, str]:
    """The headers, with the signature over what the page lists."""
    said = [given[name] for name in ("line", "counter", "wait_ms", "most", "own", "peer")]
    rows = [f"{V1}request", "POST", f"/v1/{given['slot']}", sha(body).hex(), *said]
    signature = signed(seed, "".join(f"{row}\n" for row in rows).encode())
    return {
        "wideberth-line": given["line"],
        "wideberth-counter": str(given["counter"]),
        "wideberth-wait": str(given["wait_ms"]),
        "wideberth-most": str(given["most"]),
        "wideberth-signature": b64encode(signature).decode(),
    }


def bodies(messages: list[bytes], most: int) -> list[bytes]:
    """Whole messages while they fit; one that does not fit begins a body of its own, in parts."""
    found = [b""]
    for each in messages:
        if found[-1] and len(found[-1]) + 4 + len(each) > most:
            found.append(b"")
        if len(each) + 4 <= most:
            found[-1] += len(each).to_bytes(4, "big") + each
            continue
        at = 0
        while at < len(each):
            data = each[at : at + most - 44]
            word = ((1 << 31) + 40 + len(data)).to_bytes(4, "big")
            found[-1] += word + sha(each) + at.to_bytes(4, "big") + len(each).to_bytes(4, "big") + data
            at += len(data)
            if at < len(each):
                found.append(b"")
    return found
