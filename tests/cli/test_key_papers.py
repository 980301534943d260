"""What the identity says about keys, who may sign by it, what officers approve; and attempts on each."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.cli.keys import LINE, MAIN, URGENT, Folder, folder
from tests.cli.runs import Ran, run
from wideberth.cli.main import app
from wideberth.ledger import approval, certificate, ids, quints
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.store import keyfile

WORDS = "correct horse battery"
WHAT = b'{"lift":"h-1"}\n'


def approvals(ran: Ran) -> list[dict[str, Any]]:
    found = ran.json["approvals"]
    assert isinstance(found, list)
    return found


@pytest.fixture
def made(tmp_path: Path) -> Folder:
    return folder(tmp_path)


def public(made: Folder, name: str) -> bytes:
    return keyfile.read_public((made.path / f"{name}.pub").read_bytes()).key


def read(made: Folder, name: str) -> certificate.Paper:
    return certificate.read((made.path / name).read_bytes(), public(made, "north.key"))


def own(made: Folder, kind: str = "main", party: str = "north.key") -> ids.Origin:
    return ids.origin(f"wideberth/{LINE}/{ids.party(public(made, party))}/{kind}/0")


def officers(ran: Ran) -> dict[str, Any]:
    found = ran.json["officers"]
    assert isinstance(found, list)
    return {each["role"]: each for each in found}


def test_a_certificate_is_shown_signed_and_read(made: Folder) -> None:
    ran = made.certify("one.key", "again.cert", "--role", "deputy", "--purpose", "officer", n=120)
    key = public(made, "one.key")
    assert read(made, "again.cert") == Certificate(key, "officer", own(made), 120, "ed25519", "deputy")
    text = certificate.text(read(made, "again.cert"))
    assert "What will be signed:" in ran.err and all(f"  {line}\n" in ran.err for line in text.splitlines())
    assert quints.identity(public(made, "north.key")) in ran.err
    assert "Certified from entry 120 of main/0 on." in ran.err and "to the other party" in ran.err
    line = (made.path / "one.key.pub").read_text().strip()
    told = made.certify("one.key", "third.cert", "--role", "deputy", "--json").json["papers"]
    assert isinstance(told, list) and told[0]["role"] == "deputy"
    arguments = made.certifying("one.key", "line.cert", "--role", "deputy")
    by_line = [line if each == made.at("one.key") else each for each in arguments]
    made.done(*by_line)
    assert read(made, "line.cert") == Certificate(key, "officer", own(made), 0, "ed25519", "deputy")


def test_keys_of_every_purpose_are_certified(made: Folder) -> None:
    for purpose in ("log", "seal", "cosign"):
        made.key(purpose, f"{purpose}.key")
        feed = own(made, "urgent", "south.key").text if purpose == "cosign" else URGENT
        made.certify(f"{purpose}.key.pub", f"{purpose}.cert", feed=feed, n=7)
        found = read(made, f"{purpose}.cert")
        assert isinstance(found, Certificate) and (found.purpose, found.from_n, found.role) == (
            purpose,
            7,
            None,
        )


def test_what_cannot_be_certified_is_refused_and_nothing_is_written(made: Folder) -> None:
    made.key("log", "log.key")
    made.key("cosign", "cosign.key")
    theirs = own(made, party="south.key").text

    def refused(code: str, *arguments: str) -> None:
        made.refused(code, *arguments)

    refused("key.role", *made.certifying("one.key", "x.cert"))
    refused("key.role", *made.certifying("log.key", "x.cert", "--role", "deputy"))
    refused("ledger.certificate", *made.certifying("one.key", "x.cert", "--role", "deputy "))
    refused("ledger.certificate", *made.certifying("one.key", "x.cert", "--role", "deputy", feed=theirs))
    refused("ledger.certificate", *made.certifying("cosign.key", "x.cert"))
    refused("key.purpose", *made.certifying("log.key", "x.cert", "--purpose", "officer"))
    refused("key.purpose", *made.certifying("south.key.pub", "x.cert"))
    refused("ledger.origin", *made.certifying("log.key", "x.cert", feed="main/0"))
    refused("key.exists", *made.certifying("one.key", "one.cert", "--role", "deputy"))
    identity = made.certifying("log.key", "x.cert")
    refused(
        "key.purpose", *[made.at("log.key") if each == made.at("north.key") else each for each in identity]
    )
    refused(
        "key.file", *[made.at("north.key.pub") if each == made.at("north.key") else each for each in identity]
    )


def test_without_a_yes_nothing_is_signed(made: Folder) -> None:
    arguments = [each for each in made.certifying("one.key", "x.cert", "--role", "deputy") if each != "--yes"]
    ran = made.refused("key.not_confirmed", *arguments)
    assert "wideberth/certificate/v1" in ran.err
    for answer, code in (("n", 2), ("", 2), ("yess", 2), ("y", 0)):
        result = CliRunner().invoke(app, ["key", *arguments, "--json"], input=f"{answer}\n")
        assert (result.exit_code, (made.path / "x.cert").exists()) == (code, code == 0)
        assert result.stdout[:1] == ("{" if code == 0 else "")  # the question is not among the JSON


def test_a_sealed_identity_signs_with_its_passphrase_only(tmp_path: Path) -> None:
    sealed = Folder(tmp_path)
    for name, words in (("words", WORDS), ("wrong", "something else")):
        (tmp_path / name).write_text(words + "\n")
        (tmp_path / name).chmod(0o600)
    sealed.done("new", "identity", "--out", sealed.at("north.key"), "--passphrase-file", sealed.at("words"))
    sealed.key("log", "log.key")
    arguments = sealed.certifying("log.key.pub", "log.cert")
    ran = sealed.refused("key.passphrase", *arguments, "--passphrase-file", sealed.at("wrong"))
    assert "does not open the key" in ran.err and "something else" not in ran.err
    sealed.done(*arguments, "--passphrase-file", sealed.at("words"))
    assert isinstance(read(sealed, "log.cert"), Certificate)


def test_a_key_is_revoked_from_an_entry_on(made: Folder) -> None:
    revoke = ("revoke", "--identity", made.at("north.key"), "--key", made.at("two.key.pub"), "--yes")
    ran = made.done(*revoke, "--from", f"{MAIN}=9", "--out", made.at("two.revoked"))
    assert read(made, "two.revoked") == Revocation(public(made, "two.key"), {own(made): 9})
    assert "Revoked from entry 9 of main/0 on." in ran.err and "void until reaffirmed" in ran.err
    assert "by any channel" in ran.err and "wideberth/revocation/v1" in ran.err
    papers = ("one.cert", "two.cert", "two.revoked")
    standing = [officers(made.roster(*papers, at=n))["duty officer two"]["standing"] for n in (8, 9)]
    assert standing == ["valid", "disputed"]
    assert made.roster(*papers, at=9).json["may_sign"] == 1
    everywhere = made.done(*revoke, "--out", made.at("two.gone"))
    assert "In every other feed it no longer counts from the first entry on." in everywhere.err
    assert read(made, "two.gone") == Revocation(public(made, "two.key"), {})


@pytest.mark.parametrize("last", ["x", f"{MAIN}", f"{MAIN}=", f"{MAIN}=-1", f"{MAIN}=1.5", f"{MAIN}=٣", "=1"])
def test_an_entry_that_cannot_be_is_refused(made: Folder, last: str) -> None:
    revoke = (
        "revoke",
        "--identity",
        made.at("north.key"),
        "--key",
        made.at("two.key"),
        "--out",
        made.at("x"),
    )
    ran = run("key", *revoke, "--from", last, "--yes")
    assert ran.code == 2 and ("[key.entry]" in ran.err or "[ledger.origin]" in ran.err)


def test_a_feed_that_the_key_cannot_be_about_is_refused(made: Folder) -> None:
    """It would leave the right feed out, and dispute all that was ever signed there."""
    revoke = ("revoke", "--identity", made.at("north.key"), "--out", made.at("x"), "--yes")
    theirs = own(made, party="south.key").text
    made.refused("key.entry", *revoke, "--key", made.at("two.key"), "--from", f"{theirs}=1")
    made.refused(
        "key.entry", *revoke, "--key", made.at("two.key"), "--from", f"{MAIN}=1", "--from", f"{MAIN}=2"
    )
    made.key("cosign", "cosign.key")
    made.refused("key.entry", *revoke, "--key", made.at("cosign.key"), "--from", f"{MAIN}=1")
    made.done(*revoke, "--key", made.at("cosign.key"), "--from", f"{theirs}=1")


def test_a_key_is_replaced_in_one_step(made: Folder) -> None:
    rotate = (
        "rotate",
        "--identity",
        made.at("north.key"),
        "--old",
        made.at("two.key"),
        "--no-passphrase",
        "--yes",
    )
    feeds = ("--from", f"{MAIN}=9", "--from", f"{URGENT}=4")
    ran = made.done(*rotate, *feeds, "--role", "duty officer two", "--out", made.at("new.key"))
    key = public(made, "new.key")
    assert read(made, "new.key.cert-1") == Certificate(
        key, "officer", own(made), 9, "ed25519", "duty officer two"
    )
    assert read(made, "new.key.cert-2") == Certificate(
        key, "officer", own(made, "urgent"), 4, "ed25519", "duty officer two"
    )
    last = {own(made): 9, own(made, "urgent"): 4}
    assert read(made, "new.key.old-revoked") == Revocation(public(made, "two.key"), last)
    for text in ("Send new.key.cert-1", "to the other party", "destroy the old one", "Revoked from entry 9"):
        assert text in ran.err.replace(f"{made.path}/", "")
    assert ran.err.index("What will be signed") < ran.err.index("Certified from entry 9")
    papers = ("two.cert", "new.key.cert-1", "new.key.cert-2", "new.key.old-revoked")
    keys = {ids.base32(public(made, "two.key")): "valid", ids.base32(key): "unknown"}
    found = made.roster(*papers, at=8).json["officers"]
    assert isinstance(found, list) and {each["key"]: each["standing"] for each in found} == keys
    found = made.roster(*papers, at=9).json["officers"]
    assert isinstance(found, list) and [each["standing"] for each in found].count("valid") == 1


def test_a_rotation_that_cannot_be_writes_nothing(made: Folder) -> None:
    rotate = (
        "rotate",
        "--identity",
        made.at("north.key"),
        "--no-passphrase",
        "--yes",
        "--out",
        made.at("n.key"),
    )
    made.refused("key.purpose", *rotate, "--old", made.at("south.key"), "--from", f"{MAIN}=9")
    made.refused("key.role", *rotate, "--old", made.at("two.key"), "--from", f"{MAIN}=9")
    (made.path / "n.key.old-revoked").write_text("stands here")
    made.refused(
        "key.exists", *rotate, "--old", made.at("two.key"), "--role", "deputy", "--from", f"{MAIN}=9"
    )
    made.key("seal", "seal.key", "--suite", "2")
    again = ("--identity", made.at("north.key"), "--no-passphrase", "--yes", "--out", made.at("seal-2.key"))
    made.done("rotate", *again, "--old", made.at("seal.key"), "--from", f"{MAIN}=9")
    assert len(public(made, "seal-2.key")) == 1216


def test_check_says_what_papers_are(made: Folder) -> None:
    check = ("check", made.at("one.cert"), "--identity")
    ran = made.done(*check, made.at("north.key.pub"))
    for text in ("certificate", "officer", "duty officer one", quints.identity(public(made, "north.key"))):
        assert text in ran.out
    assert made.done(*check, made.at("north.key"), "--json").json["papers"]
    # a stranger's, or for somebody else
    assert "one.cert" in made.refused("ledger.unsigned", *check, made.at("south.key.pub")).err
    made.refused("key.purpose", *check, made.at("one.key.pub"))
    data = (made.path / "one.cert").read_bytes()
    (made.path / "altered").write_bytes(data.replace(b'"from_n":0', b'"from_n":1'))
    (made.path / "short").write_bytes(data[:-20])
    identity = ("--identity", made.at("north.key.pub"))
    made.refused("ledger.signature", "check", made.at("altered"), *identity)
    run_short = run("key", "check", made.at("short"), *identity)
    assert run_short.code == 2 and "short: " in run_short.err
    made.refused("file.missing", "check", made.at("none"), *identity)


def test_the_roster_says_who_may_sign_and_why_not(made: Folder) -> None:
    made.key("officer", "late.key")
    made.certify("late.key.pub", "late.cert", "--role", "deputy", n=9)
    made.certify("two.key.pub", "urgent.cert", "--role", "duty officer two", feed=URGENT)
    papers = ("one.cert", "two.cert", "late.cert", "urgent.cert")
    found = officers(made.roster(*papers))
    assert {role: (each["standing"], each["why"]) for role, each in found.items()} == {
        "duty officer one": ("valid", None),
        "duty officer two": ("valid", None),
        "deputy": ("unknown", "not yet"),
    }
    files = [made.at(name) for name in papers]
    where = ("--identity", made.at("north.key.pub"), "--feed", MAIN, "--at", "5")
    table = made.done("roster", *files, *where)
    assert "unknown: not yet" in table.out and quints.identity(public(made, "north.key")) in table.out
    assert "2 of 3 may sign at entry 5; two are needed." in table.err and "own claim" in table.err
    made.refused(
        "key.entry", "roster", *files, *where[:2], "--feed", own(made, party="south.key").text, "--at", "5"
    )
    none = made.done("roster", made.at("urgent.cert"), *where)
    assert "0 of 0 may sign" in none.err


def test_a_token_of_a_later_kind_is_shown_and_does_not_count(made: Folder) -> None:
    seed = keyfile.opened(keyfile.read((made.path / "north.key").read_bytes()), str)
    paper = Certificate(bytes(77), "officer", own(made), 0, "webauthn", "commander")
    (made.path / "token.cert").write_bytes(certificate.sign(paper, seed))
    ran = made.done(
        "roster", made.at("token.cert"), "--identity", made.at("north.key.pub"), "--feed", MAIN, "--at", "0"
    )
    assert "unknown: kind webauthn" in ran.out and "0 of 1 may sign" in ran.err


def approve(made: Folder, officer: str, out: str, *more: str, what: str = "lift") -> Ran:
    (made.path / "lift.json").write_bytes(WHAT)
    subject = more or ("--file", made.at("lift.json"))
    signed = (
        "approve",
        "--officer",
        made.at(officer),
        "--what",
        what,
        *subject,
        "--out",
        made.at(out),
        "--yes",
    )
    return made.done(*signed)


def test_two_officers_approve(made: Folder) -> None:
    ran = approve(made, "one.key", "one.approval")
    digest = hashlib.sha256(WHAT).hexdigest()
    assert f"SHA-256 {digest}" in ran.err and "wideberth/approval/v1" in ran.err and "15 bytes" in ran.err
    found = approval.read((made.path / "one.approval").read_bytes()[:-1])
    assert approval.verifies(found) and found.key == public(made, "one.key")
    approve(made, "two.key", "two.approval", "--hash", digest)
    certs = ("one.cert", "two.cert")
    row = approvals(made.roster(*certs, "one.approval", "two.approval"))[0]
    assert row["approved"] is True and len(row["keys"]) == 2
    row = approvals(made.roster(*certs, "one.approval", "one.approval"))[0]
    assert row["approved"] is False and len(row["keys"]) == 1
    files = [made.at(name) for name in (*certs, "one.approval")]
    where = ("--identity", made.at("north.key.pub"), "--feed", MAIN, "--at", "5")
    assert "NOT APPROVED: signed by 1 that count, 2 are needed" in made.done("roster", *files, *where).out
    checked = made.done("check", made.at("one.approval"), *where[:2], "--json").json["papers"]
    assert isinstance(checked, list) and (checked[0]["what"], checked[0]["of"]) == ("approval", "lift")


def test_the_other_party_s_officers_and_revoked_ones_do_not_count(made: Folder) -> None:
    made.key("officer", "theirs.key")
    approve(made, "one.key", "one.approval")
    approve(made, "theirs.key", "theirs.approval")
    row = approvals(made.roster("one.cert", "one.approval", "theirs.approval"))[0]
    assert row["approved"] is False
    revoke = ("revoke", "--identity", made.at("north.key"), "--key", made.at("two.key.pub"), "--yes")
    made.done(*revoke, "--from", f"{MAIN}=9", "--out", made.at("two.revoked"))
    approve(made, "two.key", "two.approval")
    papers = ("one.cert", "two.cert", "two.revoked", "one.approval", "two.approval")
    rows = [approvals(made.roster(*papers, at=n))[0] for n in (8, 9)]
    assert [row["approved"] for row in rows] == [True, False]


def test_terms_are_approved_under_their_id(made: Folder) -> None:
    number = ids.base32(bytes(range(16)))
    (made.path / "terms.toml").write_bytes(b"terms\n")
    terms = ("--file", made.at("terms.toml"), "--agreement", number)
    ran = approve(made, "one.key", "terms.approval", *terms, what="agreement")
    assert f"agreement {number}" in ran.err and number in ran.out
    found = approval.read((made.path / "terms.approval").read_bytes()[:-1])
    assert found.subject == approval.agreement(bytes(range(16)), b"terms\n")


def test_what_cannot_be_approved_is_refused(made: Folder) -> None:
    (made.path / "lift.json").write_bytes(WHAT)
    file = ("--file", made.at("lift.json"))
    signed = ("approve", "--out", made.at("x"), "--yes", "--officer")
    one = (*signed, made.at("one.key"), "--what")
    made.refused("key.subject", *one, "lift")
    made.refused("key.subject", *one, "lift", *file, "--hash", "a" * 64)
    made.refused("ledger.base32", *one, "lift", "--hash", "A" * 64)
    made.refused("ledger.approval", *one, "lfit", *file)
    made.refused("ledger.approval", *one, "agreement", *file)
    made.refused("ledger.base32", *one, "agreement", *file, "--agreement", "x")
    made.refused("key.purpose", *signed, made.at("north.key"), "--what", "lift", *file)
    made.refused("file.missing", *one, "lift", "--file", made.at("none"))


def test_a_file_s_name_cannot_make_up_what_is_signed(made: Folder) -> None:
    name = "x\n  release"
    (made.path / name).write_bytes(WHAT)
    ran = approve(made, "one.key", "one.approval", "--file", made.at(name))
    assert "\n  release" not in ran.err and "\\u000a" in ran.err


def test_an_altered_approval_is_refused(made: Folder) -> None:
    approve(made, "one.key", "one.approval")
    data = (made.path / "one.approval").read_bytes()
    (made.path / "altered").write_bytes(data.replace(b'"what":"lift"', b'"what":"release"'))
    ran = made.refused("key.approval", "check", made.at("altered"), "--identity", made.at("north.key.pub"))
    assert "altered" in ran.err
