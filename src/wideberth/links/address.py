"""Where a peer is called: `https://HOST:PORT`, or `http://` for a loopback address."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from wideberth.errors import Invalid

PORT = 7879
_URL = re.compile(r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253})(?::([1-9][0-9]{0,4}))?/?")
_PORTS = 65_535
WANTED = "https://HOST or https://HOST:PORT; http:// for a loopback address only"


class Address(NamedTuple):
    """A host (a name, or an address; IPv6 without brackets), a port, and whether it is without TLS."""

    host: str
    port: int
    plain: bool = False

    @property
    def url(self) -> str:
        """As it is written."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'http' if self.plain else 'https'}://{host}:{self.port}"


def read(text: str) -> Address:
    """The address that a text says. Raises: Invalid (`transport.address`)."""
    found = _URL.fullmatch(text)
    if found is None or int(found[3] or PORT) > _PORTS:
        raise Invalid("transport.address", "address", text, WANTED)
    host = found[2].strip("[]")
    if ":" in host and _ip(host) is None:
        raise Invalid("transport.address", "address", text, WANTED)
    plain = found[1] == "http"
    if plain and not loopback(host):
        raise Invalid("transport.address", "address", text, WANTED)
    return Address(host, int(found[3] or PORT), plain)


def loopback(host: str) -> bool:
    """Whether what is sent there stays on this machine; no other name counts, for it may lead anywhere."""
    ip = _ip(host)
    return host == "localhost" or (ip is not None and ip.is_loopback)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
