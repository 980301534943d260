"""Where a node's API is, as text; apart from what calls it, which takes long to load."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import quote, urlsplit

from wideberth.errors import Invalid

URL_WANTED: Final = "https://host:7878, or http:// to this machine, such as http://127.0.0.1:7878"


def part(text: str) -> str:
    """A name as one part of a path, whatever is in it."""
    # a part that is only dots would be taken for a folder
    return quote(text, safe="").replace(".", "%2E")


def address(url: str) -> str:
    """A URL of a node, in one spelling. Raises: Invalid (`client.url`)."""
    try:
        found = urlsplit(url)
        host, port = found.hostname or "", found.port
    except ValueError:
        raise Invalid("client.url", "--url", url, URL_WANTED) from None
    rest = found.path.strip("/") or found.query or found.fragment or found.username or found.password
    if found.scheme not in ("https", "http") or not host or rest:
        # what stands before an @ may be a password
        shown = url if "@" not in url else "an address with more than host and port"
        raise Invalid("client.url", "--url", shown, URL_WANTED)
    if found.scheme == "http" and not _this_machine(host):
        wanted = f"{URL_WANTED}; over a network only encrypted: passwords and tokens go through it"
        raise Invalid("client.url", "--url", url, wanted)
    shown = f"[{host}]" if ":" in host else host
    return f"{found.scheme}://{shown}" + ("" if port is None else f":{port}")


def _this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
