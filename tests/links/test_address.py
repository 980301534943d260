"""Where a peer is called."""

from __future__ import annotations

import pytest

from wideberth.errors import Invalid
from wideberth.links import address
from wideberth.links.address import Address


@pytest.mark.parametrize(
    ("text", "found", "url"),
    [
        ("https://north.example", Address("north.example", 7879), "https://north.example:7879"),
        ("https://north.example:443/", Address("north.example", 443), "https://north.example:443"),
        ("https://[2001:db8::1]:80", Address("2001:db8::1", 80), "https://[2001:db8::1]:80"),
        ("https://198.51.100.7", Address("198.51.100.7", 7879), "https://198.51.100.7:7879"),
        ("http://127.0.0.1:9", Address("127.0.0.1", 9, True), "http://127.0.0.1:9"),
        ("http://[::1]:9", Address("::1", 9, True), "http://[::1]:9"),
        ("http://localhost:9", Address("localhost", 9, True), "http://localhost:9"),
    ],
)
def test_it_is_read(text: str, found: Address, url: str) -> None:
    assert address.read(text) == found and found.url == url
    assert address.read(found.url) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "north.example",
        "ftp://north.example",
        "http://north.example",
        "http://10.0.0.1",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "https://u:p@north.example",
        "https://north.example/path",
        "https://north.example?x",
        "https://north.example:0",
        "https://north.example:65536",
        "https://[north]",
        "https://[::g]",
        "https://[::1",
        "https://[1::2::3]",
        "https://n\north",
        " https://north.example",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        address.read(text)
    assert caught.value.code == "transport.address"
