"""Where a peer's node is called."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from wideberth.errors import Invalid

WANTED: Final = "https://HOST:PORT, or on this machine http://127.0.0.1:PORT; none where nobody calls"
LONGEST = 300
PORT: Final = 7879
"""Where a node listens for peers unless it says otherwise."""


def check(address: str | None) -> None:
    """Raises: Invalid (`line.address`)."""
    if address is not None and not _good(address):
        raise Invalid("line.address", "address", address, WANTED)


def _good(address: str) -> bool:
    try:
        found = urlsplit(address)
        port = found.port
    except ValueError:
        return False
    plain = len(address) <= LONGEST and address.isascii() and address.isprintable() and " " not in address
    bare = found.path in ("", "/") and not (found.query or found.fragment or "@" in found.netloc)
    if not (plain and bare and found.hostname and port != 0):
        return False
    return found.scheme == "https" or (found.scheme == "http" and _here(found))


def _here(found: SplitResult) -> bool:
    """Without TLS only to this machine itself."""
    if found.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(found.hostname or "").is_loopback
    except ValueError:
        return False
