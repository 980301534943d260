"""The formats are fixed: golden.json never changes, and a second implementation makes the same."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts import golden, golden_again
from wideberth.ledger import (
    approval,
    body,
    canonical,
    certificate,
    checkpoint,
    commitment,
    entries,
    epoch,
    feed,
    ids,
    merkle,
    note,
    order,
    quints,
    roster,
    seal,
    snapshot,
)

FILE = Path(__file__).parent / "golden.json"
KEPT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
GIVEN, VECTORS = KEPT["inputs"], KEPT["vectors"]
SHA256 = "9b454241360adcac5fda4b85bfd745f1bff16df7893e391ebf446e5722124926"
LINE = ids.line(VECTORS["genesis"].encode())
ENTRIES = [
    body.opened(e["leaf"].encode(), bytes.fromhex(e["salt"]), e["body"].encode()) for e in VECTORS["entries"]
]


def test_the_file_is_the_one_that_was_fixed() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256


@pytest.mark.parametrize("part", sorted(VECTORS))
def test_this_package_and_a_second_implementation_make_them_again(part: str) -> None:
    assert golden.made(GIVEN)[part] == VECTORS[part]
    assert golden_again.made(GIVEN)[part] == VECTORS[part]


def test_the_inputs_are_what_the_script_says() -> None:
    assert golden.inputs() == GIVEN
    assert golden.text() == FILE.read_text(encoding="utf-8")


def test_the_line_and_its_entries_are_read() -> None:
    assert LINE.id == VECTORS["line"] and set(LINE.parties) == set(VECTORS["parties"].values())
    assert [each.hash.hex() for each in ENTRIES] == [e["hash"] for e in VECTORS["entries"]]
    assert [body.value(each) for each in ENTRIES] == [row["body"] for row in GIVEN["entries"]]
    for each in ENTRIES:
        assert canonical.write(canonical.accept(each.leaf)) == each.leaf


def test_the_checkpoint_and_the_papers_are_read() -> None:
    log, witness = (note.read_vkey(text) for text in VECTORS["vkeys"])
    opened = checkpoint.read(VECTORS["cosigned"].encode(), log.name, [log], [witness])
    assert checkpoint.cosigned(opened.verified, GIVEN["cosigned_s"]) == {witness.name: GIVEN["cosigned_s"]}
    mine = [each for each in ENTRIES if each.header.origin.text == log.name]
    assert opened.checkpoint == checkpoint.of(
        log.name, merkle.grown(merkle.EMPTY, [each.hash for each in mine])
    )
    identity = LINE.identity(VECTORS["parties"]["north"])
    certified = certificate.read_certificate(VECTORS["papers"][0].encode(), identity)
    revoked = [certificate.read_revocation(each.encode(), identity) for each in VECTORS["papers"][1:]]
    assert (certified.key, certified.origin.text, certified.from_n) == (log.public, log.name, 0)
    assert (
        revoked[0] == certificate.Revocation(log.public, {certified.origin: 17}) and revoked[1].last_n == {}
    )


def test_the_officers_are_read() -> None:
    identity = LINE.identity(VECTORS["parties"]["north"])
    found = VECTORS["officers"]
    certified = [certificate.read_certificate(each.encode(), identity) for each in found["certificates"]]
    assert [each.kind for each in certified] == ["ed25519", "webauthn"]
    origin, n, papers = certified[0].origin, certified[0].from_n, certificate.papers(certified)
    assert [each.standing for each in roster.roster(origin, n, papers).values()].count("valid") == 1
    for each in map(str.encode, found["approvals"]):
        made = approval.read(each)
        assert approval.approvers(made.subject, [made], origin, n, papers) == {certified[0].key}
    assert quints.unwords(found["words"]) == ids.unbase32(ids.party(identity), 32, "")[:16]


@pytest.mark.parametrize("i", range(2))
def test_the_sealed_messages_open(i: int) -> None:
    row, vector = GIVEN["sealed"][i], VECTORS["sealed"][i]
    private, data = bytes.fromhex(row["private"]), bytes.fromhex(vector["sealed"])
    content = seal.unseal(data, private, LINE.id, VECTORS["parties"]["south"])
    entry = ENTRIES[row["entry"]]
    assert content[:3] == (entry.leaf, entry.salt, entry.body)
    assert seal.prekey(row["suite"], private).public.hex() == vector["prekey"]
    assert seal.outer(data) == (row["suite"], bytes.fromhex(vector["prekey_id"]), bytes.fromhex(row["tag"]))


def test_the_order_from_the_last_to_the_first() -> None:
    placed = order.place(LINE, reversed(ENTRIES))
    assert [[ENTRIES.index(each.entry), each.disputed] for each in placed] == VECTORS["order"]
    assert [disputed for _, disputed in VECTORS["order"]].count(True) == 1


def test_the_snapshot_is_loaded_and_goes_on() -> None:
    vector = VECTORS["snapshot"]
    data = vector["whole"].encode()
    taken = snapshot.enter(data)
    assert canonical.write(entries.write(taken)).decode() == vector["body"]
    held = {(origin.text, mark.size): mark.root for origin, mark in taken.heads.items()}
    loaded = snapshot.load(data, taken, held, {GIVEN["snapshot"]["rules"]})
    assert loaded.state.hex() == GIVEN["snapshot"]["state"]
    placed = order.place(LINE, ENTRIES)
    assert order.place(LINE, ENTRIES, loaded.start) == placed[vector["stable"] :]


def test_the_records_own_entries_are_read() -> None:
    private = ids.Origin(ids.PRIVATE, VECTORS["parties"]["north"], "main", 0)
    later = ids.Origin(LINE.id, private.party, "main", 1)
    committed = {}
    for kind, text in VECTORS["types"]["bodies"]:
        where = {"commitment": later, "epoch": later}.get(kind, private)
        written = feed.Written(kind, 1, {}, 0)
        said = entries.read(feed.append(feed.Head(where), written, json.loads(text), bytes(16)).entry)
        assert canonical.write(entries.write(said)).decode() == text
        committed[kind] = said
    made, opening = committed["commitment"], committed["commitment.opening"]
    assert isinstance(made, entries.Commitment) and isinstance(opening, entries.Opening)
    assert commitment.check(made, opening, private.party).size == len(GIVEN["types"]["private"])
    assert epoch.read(VECTORS["types"]["epoch"].encode(), LINE.identity(private.party)).origin == later


def test_the_examples_on_the_page_are_these() -> None:
    page = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
    examples = re.findall(r"```(?:json|text)\n(.*?)```", page, re.DOTALL)
    texts = [e[part] for e in VECTORS["entries"] for part in ("leaf", "body")]
    officers = VECTORS["officers"]
    texts += [*VECTORS["papers"], *officers["certificates"], *officers["approvals"]]
    whole = [VECTORS["genesis"], VECTORS["cosigned"], *texts, VECTORS["types"]["epoch"]]
    assert [each for each in examples if each.rstrip("\n") not in [text.rstrip("\n") for text in whole]] == []
    assert len(examples) == 9
    assert officers["words"] in page
    assert VECTORS["line"] in page and VECTORS["entries"][4]["salt"] in page
