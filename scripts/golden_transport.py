"""Golden vectors of the line transport: tests/links/transport.json, from fixed values, the same every time.

python -m scripts.golden_transport            write the file
python -m scripts.golden_transport --check    the file is what this package makes, and what a second, minimal
                                              implementation (scripts/transport_again.py) makes
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from scripts import transport_again
from wideberth.ledger import ids, keys
from wideberth.links import frames, identity, request
from wideberth.links.frames import Left
from wideberth.links.request import Asked

FILE = Path(__file__).parent.parent / "tests" / "links" / "transport.json"


def inputs() -> dict[str, Any]:
    """All that the vectors are made from: hashes in base32, bytes in hex."""

    def drawn(name: str) -> bytes:
        return hashlib.sha256(f"wideberth golden transport {name}".encode()).digest()

    return {
        "counter": 1_767_225_600_000,
        "line": ids.base32(drawn("line")),
        "messages": [drawn(f"message {n}").hex() * (10 + 40 * n) for n in range(2)],
        "most": 1024,
        "own": ids.base32(drawn("own")),
        "peer": ids.base32(drawn("peer")),
        "secret": drawn("secret").hex(),
        "slot": "main",
        "wait_ms": 25_000,
    }


def made(given: dict[str, Any]) -> dict[str, Any]:
    """The vectors, by this package."""
    ends = identity.ends(bytes.fromhex(given["secret"]), given["line"], given["own"], given["peer"])
    left, bodies = Left(tuple(map(bytes.fromhex, given["messages"]))), []
    while left.messages:
        body, left = frames.piece(left, given["most"])
        bodies.append(body)
    asked = Asked(given["slot"], given["line"], given["counter"], given["wait_ms"], given["most"], b"")
    return {
        "bodies": [body.hex() for body in bodies],
        "certificate": ends.certificate.hex(),
        "headers": request.headers(ends, asked, bodies[0]),
        "name": ends.name,
        "peer_certificate": ends.peer_certificate.hex(),
        "peer_key": ends.peer_key.hex(),
        "request_key": keys.public(ends.request).hex(),
    }


def text() -> str:
    """The file as this package makes it."""
    given = inputs()
    return json.dumps({"inputs": given, "vectors": made(given)}, indent=1, sort_keys=True) + "\n"


def main() -> int:
    """0 where the file is as it must be, or now is."""
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text(), encoding="utf-8")
        return 0
    found = FILE.read_text(encoding="utf-8")
    kept = json.loads(found)
    good = found == text() and transport_again.made(kept["inputs"]) == kept["vectors"]
    print("the golden vectors are unchanged" if good else "THE GOLDEN VECTORS DIFFER")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
