"""What a request says besides its messages, and the signature over all of it (docs/transport.md).

TLS already proves who asks. The signature holds also where TLS ends before the node does, and in plain mode.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import ids, keys
from wideberth.ledger.ids import Kind
from wideberth.links import frames
from wideberth.links.identity import Ends

HEADING = "wideberth/transport/v1/request"
METHOD = "POST"
PATHS: Final[dict[str, Kind]] = {f"/v1/{kind}": kind for kind in ids.KINDS}
LINE, COUNTER, SIGNATURE = "wideberth-line", "wideberth-counter", "wideberth-signature"
WAIT, MOST = "wideberth-wait", "wideberth-most"
WAIT_MS = 25_000
"""The longest that an answer is waited for."""
LAST = 2**53 - 1

_NAMES = (LINE, COUNTER, SIGNATURE, WAIT, MOST)
_NUMBER = re.compile("0|[1-9][0-9]{0,15}")


class Asked(NamedTuple):
    """A request without its body.

    Attributes:
        slot: urgent or main.
        line: id of the line.
        counter: larger in each request of the line and slot, counted apart with and without a wait.
        wait_ms: how long to wait, if nothing waits to be sent.
        most: bytes of the answer; 0 where no messages are wanted.
        signature: over all of it and the body, 64 bytes.
    """

    slot: Kind
    line: str
    counter: int
    wait_ms: int
    most: int
    signature: bytes


def headers(ends: Ends, asked: Asked, body: bytes) -> dict[str, str]:
    """The headers of a request, signed; the signature that `asked` has is not looked at."""
    signature = keys.sign(ends.request, _text(asked, body, ends.own, ends.peer))
    return {
        LINE: asked.line,
        COUNTER: str(asked.counter),
        WAIT: str(asked.wait_ms),
        MOST: str(asked.most),
        SIGNATURE: ids.base64(signature),
    }


def read(method: str, path: bytes, found: Iterable[tuple[bytes, bytes]]) -> Asked:
    """What a request says, as far as it is well formed; nothing is verified.

    Args:
        method: of the request.
        path: with the query, as it was sent.
        found: all headers, with names in lower case.

    Raises: Invalid (`transport.request`, `ledger.base32`, `ledger.base64`).
    """
    slot = PATHS.get(path.decode("latin-1"))
    if method != METHOD or slot is None:
        raise _no(f"{method} {path.decode('latin-1')}")
    own: dict[str, str] = {WAIT: "0", MOST: str(frames.BODY)}
    seen: set[str] = set()
    for raw, value in found:
        name = raw.decode("latin-1")
        if name in _NAMES:
            if name in seen:
                raise _no(f"{name} twice")
            seen.add(name)
            own[name] = value.decode("latin-1")
    if not {LINE, COUNTER, SIGNATURE} <= seen:
        raise _no("a header that is missing")
    ids.unbase32(own[LINE], ids.HASH, LINE)
    wait_ms, most = _number(own[WAIT], WAIT_MS), _number(own[MOST], frames.BODY)
    if 0 < most < frames.LEAST:
        raise _no(f"{MOST}: {most}")
    signature = ids.unbase64(own[SIGNATURE], SIGNATURE)
    return Asked(slot, own[LINE], _number(own[COUNTER], LAST), wait_ms, most, signature)


def check(ends: Ends, asked: Asked, body: bytes) -> None:
    """That the peer of this very line has asked this. Raises: NotTrusted (`transport.signature`)."""
    good = keys.verifies(ends.peer_key, _text(asked, body, ends.peer, ends.own), asked.signature)
    if asked.line != ends.line or not good:
        raise NotTrusted("transport.signature", "a request that the peer of this line has not signed")


def _text(asked: Asked, body: bytes, author: str, reader: str) -> bytes:
    rows = (
        HEADING,
        METHOD,
        f"/v1/{asked.slot}",
        hashlib.sha256(body).hexdigest(),
        asked.line,
        asked.counter,
        asked.wait_ms,
        asked.most,
        author,
        reader,
    )
    return "".join(f"{row}\n" for row in rows).encode()


def _number(text: str, most: int) -> int:
    if _NUMBER.fullmatch(text) is None or int(text) > most:
        raise _no(text)
    return int(text)


def _no(found: str) -> Invalid:
    return Invalid("transport.request", "", found, "a request as docs/transport.md has it")
