"""`wideberth pair`: two parties begin a line by files, without a node."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.runs import Ran, run
from wideberth.cli.main import app
from wideberth.ledger import ids, quints
from wideberth.line import pairing, pairing_file
from wideberth.node import keys as node_keys
from wideberth.store import keyfile
from wideberth.store.cipher import Cipher

KEYS = ("log", "cosign", "seal")
PARTIES = ("north", "south")
OTHER = {"north": "south", "south": "north"}


class Desk:
    """A folder, and both parties' commands on files in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def at(self, name: str) -> str:
        return str(self.path / name)

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def run(self, *arguments: str, says: str = "") -> Ran:
        """The command, with what somebody types."""
        found = CliRunner().invoke(app, ["pair", *arguments], input=says)
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return Ran(found.exit_code, found.stdout_bytes, found.stderr)

    def done(self, *arguments: str, says: str = "") -> Ran:
        ran = self.run(*arguments, says=says)
        assert ran.code == 0, ran.err
        return ran

    def refused(self, code: str, *arguments: str, says: str = "") -> Ran:
        before = sorted(self.path.iterdir())
        ran = self.run(*arguments, says=says)
        assert (ran.code, f"[{code}]" in ran.err, ran.out) == (2, True, ""), ran.err
        assert sorted(self.path.iterdir()) == before
        return ran

    def keys(self) -> None:
        for party in PARTIES:
            for purpose, name in (
                ("identity", party),
                *((key, f"{party}-{key}") for key in (*KEYS, "officer")),
            ):
                made = run("key", "new", purpose, "--out", self.at(f"{name}.key"), "--no-passphrase")
                assert made.code == 0, made.err

    def offering(self, party: str, name: str = "offer") -> tuple[str, ...]:
        out = self.at(f"{party}.{name}")
        return ("offer", "--identity", self.at(f"{party}.key.pub"), "--out", out, "--no-passphrase")

    def accepting(self, mine: str, theirs: str, out: str, *more: str) -> tuple[str, ...]:
        return ("accept", self.at(mine), self.at(theirs), "--out", self.at(out), *more)

    def certifying(self, agreed: str, party: str, out: str, *more: str) -> tuple[str, ...]:
        files = [part for key in KEYS for part in (f"--{key}", self.at(f"{party}-{key}.key.pub"))]
        identity = ("--identity", self.at(f"{party}.key"))
        return ("certify", self.at(agreed), *identity, *files, "--out", self.at(out), "--yes", *more)

    def finishing(self, agreed: str, mine: str, theirs: str, out: str) -> tuple[str, ...]:
        return ("finish", self.at(agreed), self.at(mine), self.at(theirs), "--out", self.at(out))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Both parties up to their papers. Tests that write use names of their own."""
    desk = Desk(tmp_path_factory.mktemp("pair"))
    desk.keys()
    for party in PARTIES:
        desk.done(*desk.offering(party))
    for party, other in OTHER.items():
        accepting = desk.accepting(f"{party}.offer", f"{other}.offer", f"{other}.agreed", "--label", other)
        desk.done(*accepting, says="y\n")
        desk.done(*desk.certifying(f"{other}.agreed", party, f"{party}.papers"))
    return desk


def test_both_parties_come_to_the_same_line(made: Desk) -> None:
    secrets = []
    for party, other in OTHER.items():
        ran = made.done(
            *made.finishing(f"{other}.agreed", f"{party}.papers", f"{other}.papers", f"{other}.line")
        )
        assert "the line is complete" in ran.err and other in ran.out
        found = pairing_file.read_paired(made.read(f"{other}.line"))
        assert found.agreed.label == other and len(found.own) == len(found.peers) == 5
        key = keyfile.read(made.read(f"{party}.offer.key"))
        secrets.append((found.agreed.met.line, pairing.secret(found.agreed.met, keyfile.opened(key, str))))
    assert secrets[0] == secrets[1]
    text = ids.base32(secrets[0][1])
    assert not any(text in path.read_text("utf-8") for path in made.path.iterdir())


def test_who_may_read_what(made: Desk) -> None:
    modes = {name: (made.path / name).stat().st_mode & 0o777 for name in ("north.offer", "north.papers")}
    assert set(modes.values()) == {0o644}
    for name in ("north.offer.key", "south.agreed"):
        assert (made.path / name).stat().st_mode & 0o777 == 0o600


def test_both_see_the_same_sixteen_words_and_who_reads_which(made: Desk) -> None:
    shown = []
    for party, other in OTHER.items():
        ran = made.refused(
            "pair.not_confirmed", *made.accepting(f"{party}.offer", f"{other}.offer", "no"), says="n\n"
        )
        lines = [line for line in ran.err.splitlines() if " read    " in line]
        shown.append([tuple(line.split(" read    ")) for line in lines])
        own = keyfile.read_public(made.read(f"{other}.key.pub")).key
        assert f"other party  {quints.identity(own)}" in ran.err
    north, south = shown
    assert [words for _, words in north] == [words for _, words in south]
    assert [reader for reader, _ in north] == [reader for reader, _ in reversed(south)]
    assert {reader.strip() for reader, _ in north} == {"you", "they"}
    assert sum(words.count("-") + 1 for _, words in north) == 16


@pytest.mark.parametrize("says", ["", "\n", "n\n", "no\n", "yess\n"])
def test_without_a_yes_nothing_is_written(made: Desk, says: str) -> None:
    made.refused("pair.not_confirmed", *made.accepting("north.offer", "south.offer", "no"), says=says)


def test_a_sealed_key_of_an_offer_is_opened_with_its_passphrase(made: Desk) -> None:
    words = made.path / "words"
    words.write_text("dull kettle orbits fourteen\n")
    words.chmod(0o600)
    out, more = made.at("sealed.offer"), ("--passphrase-file", str(words))
    made.done("offer", "--identity", made.at("north.key.pub"), "--out", out, *more)
    assert isinstance(keyfile.read(made.read("sealed.offer.key")), keyfile.Sealed)
    accepting = made.accepting(
        "sealed.offer", "south.offer", "sealed.agreed", "--key", f"{out}.key", "--json"
    )
    ran = made.done(*accepting, *more, says="yes\n")
    assert ran.json["schema"] == "wideberth.pair/1" and "fourteen" not in ran.out + ran.err


def test_the_key_of_an_offer_is_for_nothing_else(made: Desk) -> None:
    key = made.at("north.offer.key")
    shown = run("key", "show", key)
    assert shown.code == 0 and "pairing" in shown.out
    certify = (
        "--identity",
        made.at("north.key"),
        "--key",
        key,
        "--feed",
        f"{'a' * 51}q/main/0",
        "--from",
        "0",
    )
    ran = run("key", "certify", *certify, "--out", made.at("no"), "--yes")
    assert ran.code == 2 and "[key.purpose]" in ran.err
    assert run("key", "new", "pairing", "--out", made.at("no"), "--no-passphrase").code == 2


def test_offers_that_cannot_be_compared(made: Desk) -> None:
    made.done(*made.offering("north", "again"))
    for code, mine, theirs in (
        ("pair.reflected", "north.offer", "north.offer"),
        ("pair.same_identity", "north.offer", "north.again"),
        ("pair.file", "north.offer", "south.agreed"),
        ("ledger.json_syntax", "north.offer", "south.key.pub"),
        ("file.missing", "north.offer", "nobody.offer"),
    ):
        made.refused(code, *made.accepting(mine, theirs, "no"), says="y\n")
    other_key = ("--key", made.at("north.again.key"))
    made.refused(
        "pair.other_key", *made.accepting("north.offer", "south.offer", "no", *other_key), says="y\n"
    )
    no_pairing_key = ("--key", made.at("north-log.key"))
    made.refused(
        "key.purpose", *made.accepting("north.offer", "south.offer", "no", *no_pairing_key), says="y\n"
    )
    label = ("--label", "two\nlines")
    made.refused("pair.label", *made.accepting("north.offer", "south.offer", "no", *label), says="y\n")


def test_no_file_is_written_over(made: Desk) -> None:
    made.refused("key.exists", *made.offering("north"))
    made.refused("key.exists", *made.accepting("north.offer", "south.offer", "south.agreed"), says="y\n")
    made.refused("key.exists", *made.certifying("south.agreed", "north", "north.papers"))


def test_the_words_are_seen_again_before_anything_is_signed(made: Desk) -> None:
    ran = made.done(*made.certifying("south.agreed", "north", "seen.papers"))
    met = pairing_file.read_agreed(made.read("south.agreed")).met
    for row in met.words:
        assert row in ran.err.partition("What will be signed")[0]
    asked = [each for each in made.certifying("south.agreed", "north", "no") if each != "--yes"]
    made.refused("key.not_confirmed", *asked, says="n\n")


def test_officers_go_along(made: Desk) -> None:
    officer = made.at("north-officer.key.pub")
    more = ("--officer", f"duty officer 1={officer}", "--json")
    ran = made.done(*made.certifying("south.agreed", "north", "officers.papers", *more))
    assert json.loads(ran.out)["papers"]["papers"] == 7
    files = ("officers.papers", "south.papers")
    made.done(*made.finishing("south.agreed", *files, "officers.line"))
    for text in (officer, f"={officer}"):
        code = "key.role" if text == officer else "ledger.certificate"
        made.refused(code, *made.certifying("south.agreed", "north", "no", "--officer", text))


def test_what_the_identity_does_not_sign(made: Desk) -> None:
    made.refused("pair.other_identity", *made.certifying("south.agreed", "south", "no"))
    swapped = ("--log", made.at("north-cosign.key.pub"))
    made.refused("key.purpose", *made.certifying("south.agreed", "north", "no", *swapped))


def test_an_altered_file_is_signed_by_nobody(made: Desk) -> None:
    text = made.read("south.agreed").decode()
    peer = json.loads(text)["peer"]["pairing"]
    (made.path / "altered.agreed").write_text(text.replace(peer, ids.base32(bytes(32))))
    made.refused("pair.file", *made.certifying("altered.agreed", "north", "no"))


def test_papers_that_prove_nothing(made: Desk) -> None:
    made.refused("ledger.unsigned", *made.finishing("south.agreed", "south.papers", "north.papers", "no"))
    made.refused("pair.file", *made.finishing("south.agreed", "north.papers", "south.offer", "no"))
    texts = json.loads(made.read("south.papers"))
    line, notes = texts["line"], [each.encode() for each in texts["papers"]]
    (made.path / "few.papers").write_bytes(pairing_file.write_papers(line, notes[:-1]))
    ran = made.refused(
        "pair.papers_missing", *made.finishing("south.agreed", "north.papers", "few.papers", "no")
    )
    assert "few.papers" in ran.err and "seal for" in ran.err


def test_papers_of_an_earlier_pairing(made: Desk) -> None:
    for party in PARTIES:
        made.done(*made.offering(party, "second"))
    made.done(*made.accepting("north.second", "south.second", "second.agreed"), says="y\n")
    made.refused("pair.file", *made.finishing("second.agreed", "north.papers", "south.papers", "no"))
    line = pairing_file.read_agreed(made.read("second.agreed")).met.line.id
    for party in PARTIES:  # said to be of this line
        old = [each.encode() for each in json.loads(made.read(f"{party}.papers"))["papers"]]
        (made.path / f"{party}.old").write_bytes(pairing_file.write_papers(line, old))
    made.refused("pair.paper_line", *made.finishing("second.agreed", "north.old", "south.old", "no"))


def test_help_of_every_verb_has_an_example() -> None:
    for verb in ("offer", "accept", "certify", "finish"):
        ran = run("pair", verb, "--help")
        assert ran.code == 0 and f"\n    wideberth pair {verb} " in ran.out and "Exit codes: 0 " in ran.out
    assert "accept" in run("pair").out + run("pair").err


def test_the_keys_of_a_node_are_certified(made: Desk) -> None:
    node, agreed = made.path / "node", "south.agreed"
    (node / "keys").mkdir(parents=True)
    halves = node_keys.make(node / "keys", Cipher(bytes(32), bytes(16)))
    certifying = (
        "certify",
        made.at(agreed),
        "--identity",
        made.at("north.key"),
        "--data",
        str(node),
        "--yes",
    )
    made.done(*certifying, "--out", made.at("node.papers"))
    said = made.read("node.papers").decode()
    assert all(ids.base32(each.key) in said for each in halves)
    # what is named counts more
    made.done(*certifying, "--log", made.at("north-log.key.pub"), "--out", made.at("named.papers"))
    named = made.read("named.papers").decode()
    assert [ids.base32(each.key) in named for each in halves] == [False, True, True]
    (node / "keys" / "seal.pub").unlink()
    ran = made.refused("key.needed", *certifying, "--out", made.at("none.papers"))
    assert "no seal key" in ran.err
