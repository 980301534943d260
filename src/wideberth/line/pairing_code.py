"""The code by which two nodes find each other to pair: `lusab-babad-gutih@north.example:7879`.

Two words are the nameplate, 32 random bits, good for one attempt. The third is a check over them and the
address. Then comes where the other node listens. A code finds the peer and proves nothing: whoever reads it
can at worst use up the attempt.
"""

from __future__ import annotations

import hashlib
import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import quints

PORT: Final = 7879
"""Where a node listens for lines, unless the code says otherwise."""
NAMEPLATE = 4
"""Bytes of a nameplate."""
CHECK = 2
"""Bytes of the check: 65,535 of 65,536 misheard codes are found out."""
HOST = 253
CODE = b"wideberth/pair/v1/code\n"
WANTED = "three words, @ and an address, as in lusab-babad-gutih@north.example:7879"

_NAME = re.compile(
    r"(?!\d+(?:\.\d+)*\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_ADDRESS = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?")
_SAID = re.compile(r"[\s-]+")


class Code(Struct, frozen=True):
    """Nameplate (4 bytes), and the address: a name, an IPv4 address or an IPv6 address, and a port."""

    nameplate: bytes
    host: str
    port: int = PORT

    @property
    def address(self) -> str:
        """`north.example:7879`, `192.0.2.7:7879`, `[2001:db8::7]:7879`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def text(self) -> str:
        """As it is written and said. The port is left out where it is the usual one."""
        check = _check(self.nameplate, self.address)
        return f"{quints.words(self.nameplate + check)}@{self.address.removesuffix(f':{PORT}')}"


def make(nameplate: bytes, host: str, port: int = PORT) -> Code:
    """A code, from four random bytes and where this node listens. Raises: Invalid (`pair.code`)."""
    if len(nameplate) != NAMEPLATE:
        raise Invalid("pair.code", "nameplate", f"{len(nameplate)} bytes", f"{NAMEPLATE} random bytes")
    if not 0 < port < 2**16:
        raise Invalid("pair.code", "port", port, "1 to 65535")
    return Code(nameplate, _host(host.lower()), port)


def read(text: str) -> Code:
    """The code that somebody has typed: capitals, and spaces between words, do not matter.

    Raises: Invalid (`pair.code`; `pair.code_check` where something was misheard or mistyped).
    """
    said, _, address = text.strip().lower().partition("@")
    parts = _ADDRESS.fullmatch(address.strip())
    try:
        data = quints.unwords(_SAID.sub("-", said.strip()))
    except Invalid as error:
        raise Invalid("pair.code", "", text, WANTED) from error
    if not parts or len(data) != NAMEPLATE + CHECK:
        raise Invalid("pair.code", "", text, WANTED)
    found = make(data[:NAMEPLATE], parts[1].strip("[]"), int(parts[2] or PORT))
    if _check(found.nameplate, found.address) != data[NAMEPLATE:]:
        raise Invalid("pair.code_check", "", text, "the code as it was given: ask for it again")
    return found


def _check(nameplate: bytes, address: str) -> bytes:
    return hashlib.sha256(CODE + nameplate + address.encode()).digest()[:CHECK]


def _host(text: str) -> str:
    """A name, or an address in its one usual spelling."""
    if len(text) <= HOST and _NAME.fullmatch(text):
        return text
    try:
        return str(IPv6Address(text) if ":" in text else IPv4Address(text))
    except ValueError as error:
        raise Invalid(
            "pair.code", "address", text, "a name such as north.example, or an IP address"
        ) from error
