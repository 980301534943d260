"""The command `wideberth agreement`: drafted, compared, signed by officers, and counted."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.keys import LINE, MAIN, Folder
from tests.cli.runs import CREWED, OURS, THEIRS, Ran, run
from wideberth.formats import agreement
from wideberth.ledger import certificate, ids
from wideberth.ledger.certificate import Revocation
from wideberth.model.agreement import Rules
from wideberth.store import keyfile


class Terms(Folder):
    """A folder with two parties, two officers each, and the terms between them."""

    def run(self, *arguments: str) -> Ran:
        return run("agreement", *arguments)

    def sign(self, *officers: str, terms: str = "terms.toml") -> list[str]:
        made = []
        for name in officers:
            out = self.at(f"{name}.{terms}.approval")
            ran = self.run("sign", self.at(terms), "--officer", self.at(f"{name}.key"), "--out", out, "--yes")
            assert ran.code == 0, ran.err
            made.append(out)
        return made

    def check(
        self,
        *papers: str,
        terms: str = "terms.toml",
        at: int = 7,
        of: str = "north south",
        feed: str = MAIN,
    ) -> Ran:
        identities = [text for name in of.split() for text in ("--identity", self.at(f"{name}.key.pub"))]
        files = [*(self.at(f"{each}.cert") for each in OFFICERS), *papers]
        where = ("--feed", feed, "--at", str(at))
        return self.run("check", self.at(terms), *files, *identities, *where, "--json")

    def edit(self, old: str, new: str, source: str = "terms.toml", into: str = "changed.toml") -> str:
        text = (self.path / source).read_bytes()
        assert old.encode() in text
        (self.path / into).write_bytes(text.replace(old.encode(), new.encode(), 1))
        return self.at(into)


OFFICERS = ("north-1", "north-2", "south-1", "south-2")


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    made = Terms(tmp_path_factory.mktemp("terms"))
    for party in ("north", "south", "stranger"):
        made.key("identity", f"{party}.key")
    for name in OFFICERS:
        made.key("officer", f"{name}.key")
        certify = ("certify", "--identity", made.at(f"{name[:5]}.key"), "--key", made.at(f"{name}.key.pub"))
        more = ("--out", made.at(f"{name}.cert"), "--feed", MAIN, "--from", "0", "--yes")
        made.done(*certify, *more, "--role", f"duty officer {name[-1]}")
    parties = [f"Blue Heron={made.at('north.key.pub')}", f"Red Kite={name_of(made, 'south')}"]
    drafted = made.run(
        *("draft", "--title", "Trial terms", "--party", parties[0], "--party", parties[1]),
        *("--out", made.at("terms.toml")),
    )
    assert drafted.code == 0, drafted.err
    made.sign(*OFFICERS)
    return made


def approvals(terms: Terms) -> list[str]:
    """Of all four officers."""
    return [terms.at(f"{name}.terms.toml.approval") for name in OFFICERS]


def name_of(made: Folder, party: str) -> str:
    line = (made.path / f"{party}.key.pub").read_text(encoding="utf-8").split()
    return ids.party(ids.unbase32(line[2], 32, "key"))


def at(found: Any, *keys: Any) -> Any:
    for key in keys:
        found = found[key]
    return found


def test_a_draft_is_complete_and_never_the_same_agreement(terms: Terms) -> None:
    found = agreement.read((terms.path / "terms.toml").read_bytes())
    assert found.agreement.rules == Rules()
    assert [each.name for each in found.agreement.parties] == [name_of(terms, p) for p in ("north", "south")]
    again = terms.at("again.toml")
    parties = ("--party", f"A={name_of(terms, 'north')}", "--party", f"B={name_of(terms, 'south')}")
    assert terms.run("draft", "--title", "Trial", *parties, "--out", again).code == 0
    assert agreement.read(Path(again).read_bytes()).agreement.id != found.agreement.id


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "agreement.draft"),
        (("--title", "x", "--after", "terms.toml"), "agreement.draft"),
        (("--title", "x"), "agreement.parties"),
        (("--title", "x", "--party", "nobody"), "agreement.party"),
        (("--title", "x", "--party", "nobody="), "agreement.party"),
        (("--title", "x", "--party", f"A={'1' * 52}"), "ledger.base32"),
        (("--title", "x", "--party", "A=missing.pub"), "file.missing"),
        (("--title", 'x"', "--party", "A=" + "a" * 52), "agreement.quotes"),
    ],
)
def test_what_is_no_draft_is_not_written(terms: Terms, arguments: tuple[str, ...], code: str) -> None:
    ran = terms.run("draft", *arguments, "--out", terms.at("never.toml"))
    assert (ran.code, f"[{code}]" in ran.err) == (2, True), ran.err
    assert not (terms.path / "never.toml").exists()


def test_no_file_is_written_over(terms: Terms) -> None:
    before = (terms.path / "terms.toml").read_bytes()
    ran = terms.run("draft", "--after", terms.at("terms.toml"), "--out", terms.at("terms.toml"))
    assert ran.code == 2 and (terms.path / "terms.toml").read_bytes() == before


def test_terms_in_plain_words(terms: Terms) -> None:
    ran = terms.run("show", terms.at("terms.toml"))
    assert ran.code == 0
    sha256 = hashlib.sha256((terms.path / "terms.toml").read_bytes()).hexdigest()
    for words in (sha256, "Blue Heron", "every other pair, vertical", "3,000 ft", "clocks flash, commander"):
        assert words in ran.out
    found = terms.run("show", terms.at("terms.toml"), "--json").json
    assert found["schema"] == "wideberth.agreement.answer/1"
    assert at(found, "agreement", "sha256") == sha256
    said = {(each["what"], *each["whom"], each["part"]): each["value"] for each in at(found, "terms")}
    assert said["clocks", "flash", "watch"] == "1 min"
    assert said["area", None] is None


def test_a_mistake_is_shown_with_its_line(terms: Terms) -> None:
    ran = terms.run("show", terms.edit("too_late =", "to_late ="))
    assert ran.code == 2 and "line " in ran.err and "[terms.unknown_key]" in ran.err
    assert "to_late" in ran.err and "Traceback" not in ran.err


def test_what_a_version_changes(terms: Terms) -> None:
    drafted = terms.at("second.toml")
    assert terms.run("draft", "--after", terms.at("terms.toml"), "--out", drafted).code == 0
    stricter = terms.edit('"3NM"', '"5NM"', "second.toml", "stricter.toml")
    ran = terms.run("diff", terms.at("terms.toml"), stricter)
    assert ran.code == 1
    assert "separation every other pair, horizontal: 3 NM → 5 NM (stricter)" in ran.out.splitlines()
    found = terms.run("diff", terms.at("terms.toml"), stricter, "--json").json
    assert [each["effect"] for each in at(found, "changes")] == ["changed", "stricter"]
    assert found["next"] == []


def test_no_change_and_what_is_no_version_of_it(terms: Terms) -> None:
    same = terms.run("diff", terms.at("terms.toml"), terms.edit("# Terms of", "# The terms of"))
    assert (same.code, same.out) == (0, "The terms are the same.\n")
    assert "does not name the earlier" in same.err
    number = at(terms.run("show", terms.at("terms.toml"), "--json").json, "agreement", "agreement")
    other = terms.run("diff", terms.at("terms.toml"), terms.edit(number, "a" * 26))
    assert other.code == 1 and "their ids differ" in other.err


def test_the_exact_text_is_shown_before_it_is_signed(terms: Terms) -> None:
    out = terms.at("never.approval")
    ran = terms.run("sign", terms.at("terms.toml"), "--officer", terms.at("north-1.key"), "--out", out)
    assert (ran.code, "[key.not_confirmed]" in ran.err) == (2, True)
    text = (terms.path / "terms.toml").read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() in ran.err
    for line in text.splitlines():
        assert f"  {line}".rstrip() in ran.err.splitlines()
    assert not Path(out).exists()


def test_only_an_officer_signs_and_only_terms(terms: Terms) -> None:
    out = ("--out", terms.at("never.approval"), "--yes")
    ran = terms.run("sign", terms.at("terms.toml"), "--officer", terms.at("north.key"), *out)
    assert (ran.code, "[key.purpose]" in ran.err) == (2, True)
    crlf = terms.edit("\n", "\r\n")
    ran = terms.run("sign", crlf, "--officer", terms.at("north-1.key"), *out)
    assert (ran.code, "[agreement.bytes]" in ran.err) == (2, True)
    assert not (terms.path / "never.approval").exists()


def test_two_officers_of_each_party(terms: Terms) -> None:
    made = approvals(terms)
    ran = terms.check(*made)
    assert ran.code == 0, ran.err
    assert ran.json["signed"] is True and ran.json["not_counted"] == []
    assert [each["roles"] for each in at(ran.json, "parties")] == [["duty officer 1", "duty officer 2"]] * 2
    assert "if it names the version in force before it" in ran.err
    for missing in range(4):
        ran = terms.check(*made[:missing], *made[missing + 1 :])
        assert (ran.code, ran.json["signed"]) == (1, False)
        assert "NOT IN FORCE" in ran.err


def test_what_does_not_count_says_why(terms: Terms) -> None:
    made = approvals(terms)
    altered = terms.edit("# Terms of", "# terms of", into="altered.toml")
    assert agreement.read(Path(altered).read_bytes())
    ran = terms.check(*made, terms="altered.toml")
    assert ran.code == 1
    assert all("altered bytes" in each["why"] for each in at(ran.json, "not_counted"))
    assert at(ran.json, "parties", 0, "missing") == 2
    ran = terms.check(*made, terms="terms.toml", at=0, of="south north")
    assert ran.code == 0


def test_keys_that_do_not_count_say_why(terms: Terms) -> None:
    terms.key("officer", "nobody.key")
    (stranger,) = terms.sign("nobody")
    made = approvals(terms)
    south = keyfile.opened(keyfile.read(keyfile.load(Path(terms.at("south.key")))), str)
    party, key = (
        keyfile.read_public(Path(terms.at(f"{name}.key.pub")).read_bytes()).key
        for name in ("south", "south-1")
    )
    feed = ids.origin(f"wideberth/{LINE}/{ids.party(party)}/main/0")
    Path(terms.at("south-1.revoked")).write_bytes(certificate.revoke(Revocation(key, {feed: 5}), south))
    ran = terms.check(*made, stranger, terms.at("south-1.revoked"))
    why = {Path(each["file"]).name: each["why"] for each in at(ran.json, "not_counted")}
    assert why == {
        "nobody.terms.toml.approval": "its key is on nobody's roster",
        "south-1.terms.toml.approval": "its key does not count at entry 7: revoked",
    }
    assert ran.code == 1
    assert terms.check(*made, stranger, terms.at("south-1.revoked"), at=4).code == 0


def test_approvals_of_something_else(terms: Terms) -> None:
    made = []
    for what, more in (("lift", ()), ("agreement", ("--agreement", "a" * 26))):
        out = terms.at(f"{what}.approval")
        given = ("--what", what, "--file", terms.at("terms.toml"), *more)
        terms.done("approve", "--officer", terms.at("north-1.key"), *given, "--out", out, "--yes")
        made.append(out)
    ran = terms.check(*made)
    assert [each["why"] for each in at(ran.json, "not_counted")] == [
        "it approves something else: a lift",
        "it is for another agreement",
    ]


def test_for_people(terms: Terms) -> None:
    made = terms.at("north-1.terms.toml.approval")
    identities = [text for name in ("north", "south") for text in ("--identity", terms.at(f"{name}.key.pub"))]
    papers = [terms.at(f"{name}.cert") for name in OFFICERS]
    where = ("--feed", MAIN, "--at", "0")
    ran = terms.run("check", terms.at("terms.toml"), made, *papers, *identities, *where)
    assert ran.code == 1
    assert "NOT SIGNED: 1 more of its officers needed" in ran.out
    assert "NOT SIGNED: 2 more of its officers needed" in ran.out
    assert "the party's own claim" in ran.err


def test_papers_that_cannot_be_trusted_are_refused(terms: Terms) -> None:
    made = Path(terms.at("north-1.terms.toml.approval"))
    forged = terms.path / "forged.approval"
    forged.write_bytes(made.read_bytes().replace(b'"hash":"', b'"hash":"a'))
    assert terms.check(str(forged)).code == 2
    key = made.read_bytes().split(b'"key":"')[1][:52]
    other = Path(terms.at("north-2.terms.toml.approval")).read_bytes().split(b'"key":"')[1][:52]
    forged.write_bytes(made.read_bytes().replace(key, other))
    ran = terms.check(str(forged))
    assert (ran.code, "[key.approval]" in ran.err) == (2, True)
    certify = ("certify", "--identity", terms.at("stranger.key"), "--key", terms.at("north-1.key.pub"))
    more = ("--out", terms.at("strange.cert"), "--feed", MAIN, "--from", "0", "--yes", "--role", "officer")
    terms.done(*certify, *more)
    ran = terms.check(terms.at("strange.cert"))
    assert (ran.code, "strange.cert" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"of": "north stranger", "feed": MAIN}, "agreement.stranger"),
        ({"of": "north", "feed": MAIN}, "agreement.stranger"),
        ({"of": "north south", "feed": "x/main/0"}, "ledger.base32"),
        ({"of": "north south", "feed": f"wideberth/{LINE}/{'a' * 52}/main/0"}, "agreement.feed"),
    ],
)
def test_who_and_where_must_be_said(terms: Terms, more: dict[str, str], code: str) -> None:
    ran = terms.check(of=more["of"], feed=more["feed"])
    assert (ran.code, f"[{code}]" in ran.err) == (2, True), ran.err


def test_of_a_third_party_nothing_is_said(terms: Terms) -> None:
    parties = [
        text
        for label in ("north", "south", "stranger")
        for text in ("--party", f"{label}={terms.at(f'{label}.key.pub')}")
    ]
    assert terms.run("draft", "--title", "Three", *parties, "--out", terms.at("three.toml")).code == 0
    made = terms.sign(*OFFICERS, terms="three.toml")
    ran = terms.check(*made, terms="three.toml")
    assert (ran.code, ran.json["not_asked"]) == (0, ["stranger"])
    assert "Nothing is known of stranger" in ran.err


def test_a_check_of_plans_goes_by_an_agreement(terms: Terms) -> None:
    ran = run("check", OURS, THEIRS, "--agreement", terms.at("terms.toml"), *CREWED[2:], "--json")
    assert ran.json["separation_source"] == 'agreement "Trial terms"'
