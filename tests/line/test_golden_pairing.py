"""The formats of pairing are fixed: pairing.json never changes; a second implementation makes the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from scripts import golden_pairing, pairing_again
from wideberth.ledger import ids
from wideberth.line import pairing, pairing_code, pairing_file, pairing_step
from wideberth.line.pairing_step import Mine

FILE = Path(__file__).parent / "pairing.json"
KEPT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
GIVEN, VECTORS = KEPT["inputs"], KEPT["vectors"]
SHA256 = "b2486c4aee9fdccaa040002824914202a7833272410c1d28da1f9bb21dc9ac0e"


def test_the_file_is_the_one_that_was_fixed() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256
    assert golden_pairing.inputs() == GIVEN
    assert golden_pairing.text() == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("part", sorted(VECTORS))
def test_this_package_and_a_second_implementation_make_them_again(part: str) -> None:
    assert golden_pairing.made(GIVEN)[part] == VECTORS[part]
    assert pairing_again.made(GIVEN)[part] == VECTORS[part]


def test_the_messages_pair_their_two_sides() -> None:
    commitment, hello, reveal, north_yes, south_yes, no = map(bytes.fromhex, VECTORS["messages"])
    ends = []
    for name, shown in (("north", reveal), ("south", hello)):
        ends.append(Mine(pairing.read_hello(shown[2:]), bytes.fromhex(GIVEN["parties"][name]["pairing"])))
    north, south = pairing_step.begin("caller", ends[0]), pairing_step.begin("called", ends[1])
    for event in (hello, "officer: yes", south_yes):
        north = pairing_step.step(north, event)
    for event in (commitment, reveal, north_yes):
        south = pairing_step.step(south, event)
    assert north.stage == "paired" and north.met and north.met.digits == VECTORS["ways"]["online"]["digits"]
    assert pairing_step.step(south, no).stage == "ended"
    assert pairing_step.step(south, "officer: yes").stage == "paired"


def test_the_files_and_the_code_are_read() -> None:
    files = {name: text.encode() for name, text in VECTORS["files"].items()}
    paired = pairing_file.read_paired(files["line"])
    assert pairing_file.read_agreed(files["agreed"]) == paired.agreed
    assert pairing_file.read_offer(files["offer"]) == paired.agreed.met.mine
    found = VECTORS["ways"]["file"]
    assert pairing_file.read_papers(files["papers"], found["line"]) == paired.own
    assert ids.line(found["genesis"].encode()).id == found["line"] == paired.agreed.met.line.id
    code = pairing_code.read(VECTORS["code"])
    assert (code.nameplate.hex(), code.host, code.port) == tuple(
        GIVEN["code"][x] for x in ("nameplate", "host", "port")
    )


def test_the_examples_on_the_page_are_these() -> None:
    page = (Path(__file__).parents[2] / "docs" / "pairing.md").read_text(encoding="utf-8")
    assert VECTORS["files"]["offer"].rstrip() in page and VECTORS["code"] in page
    for way in VECTORS["ways"].values():
        assert way["digits"] in page or way["words"][0] in page
        assert all(way[name] in page for name in ("transcript", "line", "secret"))
