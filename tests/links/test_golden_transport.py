"""The transport's bytes are fixed: transport.json never changes; a second implementation makes the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from scripts import golden_transport, transport_again
from wideberth.links import frames, identity, request

FILE = Path(__file__).parent / "transport.json"
KEPT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
GIVEN, VECTORS = KEPT["inputs"], KEPT["vectors"]
SHA256 = "f9d533fabd377559071a76fc5a78674b7f24aca423594df6e361e7fcd1936bd9"


def test_the_file_is_the_one_that_was_fixed() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256
    assert golden_transport.inputs() == GIVEN
    assert golden_transport.text() == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("part", sorted(VECTORS))
def test_this_package_and_a_second_implementation_make_them_again(part: str) -> None:
    assert golden_transport.made(GIVEN)[part] == VECTORS[part]
    assert transport_again.made(GIVEN)[part] == VECTORS[part]


def test_the_other_side_reads_them() -> None:
    there = identity.ends(bytes.fromhex(GIVEN["secret"]), GIVEN["line"], GIVEN["peer"], GIVEN["own"])
    assert there.certificate.hex() == VECTORS["peer_certificate"]
    assert there.peer_certificate.hex() == VECTORS["certificate"]
    assert there.name == VECTORS["name"]
    bodies = [bytes.fromhex(each) for each in VECTORS["bodies"]]
    found = [(name.encode(), value.encode()) for name, value in VECTORS["headers"].items()]
    asked = request.read("POST", f"/v1/{GIVEN['slot']}".encode(), found)
    request.check(there, asked, bodies[0])
    assert (asked.counter, asked.wait_ms, asked.most) == (GIVEN["counter"], GIVEN["wait_ms"], GIVEN["most"])
    begun, came = None, []
    for body in bodies:
        begun, whole = frames.join(begun, frames.read(body))
        came += whole
    assert begun is None and [each.hex() for each in came] == GIVEN["messages"]


def test_the_page_says_these_bytes() -> None:
    page = (Path(__file__).parents[2] / "docs" / "transport.md").read_text(encoding="utf-8")
    for part in (transport_again.BEFORE, transport_again.AFTER, transport_again.OUTER, transport_again.INNER):
        assert part.hex() in page.replace("\n", "")
    assert VECTORS["name"] in page
