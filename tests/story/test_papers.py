"""Keys that are certified, replaced and revoked while a line goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.two import LINE, A, Party, public, seed
from tests.story.parties import Node, deliver, pair, same, settle
from wideberth.errors import NotTrusted
from wideberth.ledger import certificate, entries, ids, keys, note, seal
from wideberth.ledger.certificate import ED25519, Certificate, Revocation
from wideberth.ledger.ids import Kind, Origin
from wideberth.line.messages import Arrived, Dropped
from wideberth.line.state import Seeds
from wideberth.node import papers, prekeys
from wideberth.node.keys import Keys, Private

STOLEN = seed("a thief")


def signed(party: Party, paper: Certificate | Revocation) -> bytes:
    return certificate.sign(paper, seed(party.label))


def certified(party: Party, key: bytes, origins: dict[Origin, int], purpose: str = "log") -> list[bytes]:
    made = [Certificate(key, purpose, origin, n) for origin, n in origins.items()]  # type: ignore[arg-type]  # a purpose
    return [signed(party, each) for each in made]


def sizes(node: Node, more: int = 0, of: Node | None = None) -> dict[Origin, int]:
    """How long a node's own feeds are, and so many more."""
    owner = of or node
    return {owner.origin(kind): len(node.entries(owner.origin(kind))) + more for kind in ids.KINDS}


def signers(node: Node, origin: Origin, size: int) -> set[bytes]:
    """The ids of the keys that signed a checkpoint, as a node holds it."""
    return {each.key_id for each in note.parse(node.talk.state.feeds[origin].notes[size]).signatures}


def log_id(origin: Origin, key: bytes) -> bytes:
    return note.Verifier(origin.text, note.ED25519, key).key_id


def take_keys(node: Node, log: str = "", cosign: str = "") -> None:
    """A newer key is put into its folder, and it starts again."""
    old = node.own.seeds
    logs, cosigns = (old.log,) if log else (), (old.cosign,) if cosign else ()
    seeds = Seeds(seed(log) if log else old.log, seed(cosign) if cosign else old.cosign, logs, cosigns)
    node.own = Keys(seeds, node.own.seals)
    node.restart()


def chat(one: Node, other: Node, rounds: int = 6) -> None:
    for i in range(rounds):
        for kind in ids.KINDS:
            one.say(f"one {i}", kind)
            other.say(f"other {i}", kind)
        settle(one, other, 1)


def whole(tmp_path: Path) -> tuple[Node, Node]:
    one, other = pair(tmp_path)
    settle(one, other)
    return one, other


def test_a_paper_given_by_hand_reaches_the_peer_and_counts_after_a_start(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    officer = Certificate(public("officer"), "officer", one.origin(), 7, ED25519, "duty officer 2")
    one.talk.enter([signed(A, officer)])
    assert officer in one.talk.state.papers[A.name].certificates
    assert officer not in other.talk.state.papers[A.name].certificates
    deliver(one, other)
    assert officer in other.talk.state.papers[A.name].certificates
    one.talk.enter([signed(A, officer)])
    one.restart()
    other.restart()
    settle(one, other)
    assert [node.talk.state.papers[A.name].certificates.count(officer) for node in (one, other)] == [1, 1]
    assert [each.header.type for each in one.entries(one.origin())].count("paper") == 1
    assert same(one, other)


def test_a_paper_waits_for_a_line_that_says_nothing_yet(tmp_path: Path) -> None:
    one, other = pair(tmp_path)
    officer = Certificate(public("officer"), "officer", one.origin(), 0, ED25519, "duty officer 2")
    one.talk.enter([signed(A, officer)])
    one.restart()
    assert officer in one.talk.state.papers[A.name].certificates
    settle(one, other)
    assert officer in other.talk.state.papers[A.name].certificates


def test_a_log_key_is_replaced_without_a_gap(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    chat(one, other, 1)
    begins = sizes(one, 6)
    take_keys(one, "newer log")
    settle(one, other)
    new, old = public("newer log"), A.key("log")
    one.talk.enter([*certified(A, new, begins), signed(A, Revocation(old, begins))])
    chat(one, other, 8)
    one.restart()
    chat(one, other, 2)
    other.restart()
    chat(one, other, 2)
    assert same(one, other) and other.talk.state.level == "live"
    for origin, n in begins.items():
        end = len(one.entries(origin))
        assert end > n + 2
        assert log_id(origin, old) in signers(other, origin, n)
        assert signers(other, origin, end) & {log_id(origin, each) for each in (new, old)} == {
            log_id(origin, new)
        }
    assert "ledger.key_not_valid" not in other.codes()


def test_a_cosign_key_is_replaced_without_a_gap(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    take_keys(one, cosign="newer cosign")
    begins = sizes(one, 4, of=other)
    revoked = Revocation(A.key("cosign"), begins)
    one.talk.enter([*certified(A, public("newer cosign"), begins, "cosign"), signed(A, revoked)])
    chat(one, other)
    other.restart()
    chat(one, other, 2)
    receipts = other.talk.state.receipts
    assert {origin: receipts[origin] for origin in begins} == sizes(other)
    key = note.Verifier(ids.cosigner(A.name), note.COSIGNATURE, public("newer cosign"))
    assert all(key.key_id in signers(other, origin, receipts[origin]) for origin in begins)
    assert same(one, other)


def test_a_stolen_log_key_is_revoked_from_what_was_signed_already(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    chat(one, other, 3)
    begins = {origin: n - 2 for origin, n in sizes(one).items()}
    notes = [*certified(A, public("newer log"), begins), signed(A, Revocation(A.key("log"), begins))]
    take_keys(one, "newer log")
    one.talk.enter(notes)
    settle(one, other, 1)
    # what the new key signs cannot be read before the papers are there: they are carried, or read by voice
    other.talk.enter(notes)
    chat(one, other, 3)
    one.restart()
    other.restart()
    chat(one, other, 3)
    assert same(one, other)
    assert [one.stage, other.stage] == ["whole", "whole"]


def test_what_a_revoked_key_goes_on_signing_is_not_taken(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    begins = sizes(one)
    other.talk.enter([signed(A, Revocation(A.key("log"), begins))])
    held = dict(sizes(other, of=one))
    chat(one, other, 2)
    assert sizes(other, of=one) == held
    assert "ledger.key_not_valid" in other.codes()


def test_what_an_unknown_key_signs_is_not_taken(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    held = sizes(other, of=one)
    one.own = Keys(Seeds(STOLEN, STOLEN), one.own.seals)
    one.restart()
    chat(one, other, 2)
    assert sizes(other, of=one) == held
    assert "ledger.unsigned" in other.codes()


def test_a_seal_key_that_is_revoked_is_not_sealed_to(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    newer = Private(seal.X25519, seed("newer seal"))
    one.own = Keys(one.own.seeds, (*one.own.seals, newer))
    one.restart()
    settle(one, other)
    old = one.own.seals[0].public.public
    notes = certified(A, newer.public.public, {one.origin(): 0}, "seal")
    one.talk.enter([*notes, signed(A, Revocation(old, {one.origin(): 0}))])
    settle(one, other)
    assert [each.public for each in prekeys.certified(other.talk.state)] == [newer.public.public]
    other.restart()
    chat(one, other, 2)
    assert same(one, other)


@pytest.mark.parametrize("kind", ids.KINDS)
def test_a_paper_that_no_identity_has_signed_changes_nothing(tmp_path: Path, kind: Kind) -> None:
    one, other = whole(tmp_path)
    before = other.talk.state.papers[A.name]
    forged = Certificate(public("officer"), "officer", one.origin(), 0, ED25519, "duty officer 2")
    data = note.write(note.sign(certificate.text(forged), ids.cosigner(A.name), STOLEN))
    with pytest.raises(NotTrusted):
        one.talk.enter([data])
    one.talk.say(kind, "paper", entries.V, {"note": data.decode()})
    one.talk.say(kind, "paper", entries.V, {"note": "no note"})
    one.talk.say(kind, "paper", entries.V, {})
    settle(one, other)
    assert other.talk.state.papers[A.name] == before
    assert other.codes() == ["record.paper"]
    other.restart()
    settle(one, other)
    assert other.talk.state.papers[A.name] == before
    assert same(one, other)


def test_of_papers_by_hand_all_count_or_none(tmp_path: Path) -> None:
    one, _ = whole(tmp_path)
    before, head = one.talk.state.papers, one.lines.private.head
    good = signed(A, Certificate(public("officer"), "officer", one.origin(), 0, ED25519, "duty officer 2"))
    strangers = certificate.sign(
        Certificate(public("x"), "log", Origin(LINE.id, ids.party(keys.public(STOLEN)), "main", 0), 0), STOLEN
    )
    with pytest.raises(NotTrusted) as caught:
        one.talk.enter([good, strangers])
    assert caught.value.code == "record.paper"
    assert (one.talk.state.papers, one.lines.private.head) == (before, head)


def test_a_paper_of_another_line_is_none_here(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    before = dict(one.talk.state.papers)
    elsewhere = Origin(ids.base32(bytes(32)), A.name, "main", 0)
    one.talk.enter([signed(A, Certificate(public("x"), "log", elsewhere, 0))])
    settle(one, other)
    assert one.talk.state.papers == before == other.talk.state.papers
    assert one.lines.private.papers == []


def test_the_peers_papers_given_by_hand_are_not_said_back(tmp_path: Path) -> None:
    one, other = whole(tmp_path)
    officer = Certificate(public("officer"), "officer", one.origin(), 0, ED25519, "duty officer 2")
    other.talk.enter([signed(A, officer)])
    settle(one, other)
    assert officer in other.talk.state.papers[A.name].certificates
    assert not any(b"paper" in entry.leaf for each in one.of(Arrived) for entry in each.entries)
    other.restart()
    assert officer in other.talk.state.papers[A.name].certificates


def test_no_flood_of_papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "LARGEST", 15)
    one, other = whole(tmp_path)
    assert len(other.talk.state.papers[A.name].certificates) == 13
    for i in range(6):
        data = signed(A, Certificate(public(f"{i}"), "log", one.origin(), 0))
        one.talk.say("main", "paper", entries.V, {"note": data.decode()})
    settle(one, other)
    assert len(other.talk.state.papers[A.name].certificates) == 15
    assert "line.papers_full" in [each.code for each in other.of(Dropped)]
    other.restart()
    settle(one, other)
    assert same(one, other)
