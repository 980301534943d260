"""`wideberth record`: feeds listed and exported, and what is exported verifies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.nodes import KEY, PRIVATE, node, said
from tests.cli.runs import Ran, run
from tests.ledger import records
from tests.ledger.records import ANSWERS, MAIN, PAPERS
from tests.ledger.two import GENESIS, A, B, Party, origin, seed
from wideberth.cli import exporting, journals
from wideberth.formats.recordfile import Reader
from wideberth.ledger import body, certificate, ids, record
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.entries import LineOpened, Paper
from wideberth.ledger.feed import Item
from wideberth.node import feed_export
from wideberth.store import keys, sqlite
from wideberth.store.journal import Step

NAME, OTHER = MAIN.head.origin.text, ANSWERS.head.origin.text
AS_OF = ("--as-of", "2033-05-18T03:33:20Z")


@pytest.fixture(autouse=True)
def no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(journals.VARIABLE, raising=False)
    monkeypatch.delenv("WIDEBERTH_DATA", raising=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return node(tmp_path / "node")


def feeds(data: Path, *more: str) -> Ran:
    return run("record", "feeds", "--data", str(data), "--key-file", str(data / "key"), *more)


def export(data: Path, out: Path, *more: str) -> Ran:
    given = ("--data", str(data), "--key-file", str(data / "key"), "--out", str(out), *AS_OF)
    return run("record", "export", *given, *more)


def read(path: Path) -> record.Result:
    return records.read(path.read_bytes())


def numbers(path: Path) -> list[int]:
    with path.open("rb") as stream:
        items = [part for part in Reader(stream).parts() if isinstance(part, Item)]
    return [body.read(each.leaf).n for each in items]


def test_feeds(data: Path) -> None:
    ran = feeds(data)
    assert ran.code == 0
    found = ran.out.splitlines()
    assert sorted(zip(found[::2], found[1::2], strict=True)) == [
        ("main feed, South office: 5 entries, signed to 5, cosigned to 2", f"  {OTHER}"),
        ("main feed, ours: 8 entries, signed to 6, cosigned to 3", f"  {NAME}"),
        (f"private feed, ours: {1 + len(PAPERS)} entries, signed to 0", f"  {PRIVATE.text}"),
    ]


def test_feeds_as_json(data: Path) -> None:
    found: dict[str, Any] = feeds(data, "--json").json
    assert found["schema"] == "wideberth.feeds/1"
    assert {each["feed"]: each for each in found["feeds"]}[OTHER] == {
        "feed": OTHER,
        "party": B.name,
        "own": False,
        "label": "South office",
        "entries": 5,
        "signed_to": 5,
        "cosigned_to": 2,
    }


def test_what_is_exported_verifies(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "evidence.jsonl"
    ran = export(data, out, "--feed", NAME, "--feed", OTHER, "--feed", NAME)
    assert ran.code == 0
    assert f"{NAME}: entries 0 to 5; 2 after them are left out" in ran.err
    assert f"{OTHER}: entries 0 to 4\n" in ran.err
    assert "is written and verified" in ran.err and "next: wideberth verify" in ran.err
    assert out.stat().st_mode & 0o777 == 0o600
    found = read(out)
    assert record.verdict(found, records.TRUSTED) == "verified"
    assert [(each.size, each.signed, each.delivered) for each in found.feeds] == [(6, 6, 3), (5, 5, 2)]
    with out.open("rb") as stream:
        opening = Reader(stream).opening
    assert opening.papers == PAPERS and opening.genesis == GENESIS
    assert (opening.exported.by, opening.exported.at_ms) == (A.name, 2_000_000_000_000)
    assert run("verify", str(out), "--trust", A.name, "--trust", B.name).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence.jsonl", "node"]


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [(0, 0, [0, 1, 2]), (1, 2, [1, 2]), (1, 3, [1, 2, 3, 4, 5]), (3, None, [3, 4, 5]), (5, 90, [5])],
)
def test_a_range_goes_on_to_the_next_checkpoint(
    data: Path, tmp_path: Path, first: int, last: int | None, wanted: list[int]
) -> None:
    out = tmp_path / "part.jsonl"
    to = () if last is None else ("--to", str(last))
    assert export(data, out, "--feed", NAME, "--from", str(first), *to).code == 0
    assert numbers(out) == wanted
    assert record.verdict(read(out), records.TRUSTED) == "verified"


def test_papers_of_other_lines_stay_at_home(tmp_path: Path) -> None:
    """Those in a feed of the line, or about a key that is used on it, go along; nothing else of this node."""
    third = Party("third")
    genesis = ids.genesis(A.identity, third.identity, seed("another chance"))
    elsewhere = origin(A)._replace(line=ids.line(genesis).id)
    strange = certificate.certify(
        Certificate(third.key("log"), "log", elsewhere._replace(party=third.name), 0), seed("third")
    )
    other_key = certificate.certify(Certificate(A.key("other log"), "log", elsewhere, 0), seed("north"))
    other_gone = certificate.revoke(Revocation(A.key("other log"), {}), seed("north"))
    concerns = [*PAPERS, records.revoked(A, "log", 6)]
    data = node(tmp_path / "node", (other_key, *concerns, other_gone, strange))
    urgent = origin(B, "urgent")
    public = certificate.certify(Certificate(B.key("seal"), "seal", urgent, 0), seed("south"))
    with sqlite.open(data / "journal.db", KEY) as journal:
        journal.append([Step(urgent.text, 0, said(urgent, Paper(public)))])
    out = tmp_path / "out.jsonl"
    assert export(data, out, "--feed", NAME).code == 0
    with out.open("rb") as stream:
        assert set(Reader(stream).opening.papers) == {*concerns, public}


def refused(ran: Ran, code: str, exit_code: int = 2) -> None:
    assert ran.code == exit_code and f"[{code}]" in ran.err, ran.err


def test_feeds_that_cannot_be_exported(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    refused(export(data, out, "--feed", "main"), "ledger.origin")
    refused(export(data, out, "--feed", PRIVATE.text), "record.feed")
    other = origin(A)._replace(line=ids.base32(bytes(32)))
    refused(export(data, out, "--feed", NAME, "--feed", other.text), "record.feed")
    refused(export(data, out, "--feed", origin(A, "urgent").text), "record.no_feed")
    refused(export(data, out, "--feed", NAME, "--from", "6"), "record.nothing_signed")
    refused(export(data, out, "--feed", NAME, "--from", "4", "--to", "3"), "record.range")
    assert not out.exists()


def test_a_line_without_its_genesis(tmp_path: Path) -> None:
    data = node(tmp_path / "node", genesis=None)
    refused(export(data, tmp_path / "out.jsonl", "--feed", NAME), "record.no_line")
    assert f"main feed, {B.name[:8]}…: 5 entries" in feeds(data).out
    assert "main feed, ours: 8 entries" in feeds(data).out


def test_a_record_that_would_not_verify_is_not_written(tmp_path: Path) -> None:
    data = node(tmp_path / "node", papers=PAPERS[4:])
    out = tmp_path / "out.jsonl"
    ran = export(data, out, "--feed", NAME)
    refused(ran, "record.not_verified", 3)
    assert "no key of the feed has signed this" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["node"]


def test_a_file_that_is_there_stays(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("mine")
    refused(export(data, out, "--feed", NAME), "output.exists")
    assert out.read_text() == "mine"
    assert export(data, out, "--feed", NAME, "--force").code == 0
    assert read(out).wrong.count == 0
    out.unlink()
    checked = exporting._check_verified

    def meanwhile(path: Path, now_s: int) -> None:
        checked(path, now_s)
        out.write_text("mine too")

    monkeypatch.setattr(exporting, "_check_verified", meanwhile)
    refused(export(data, out, "--feed", NAME), "output.exists")
    assert out.read_text() == "mine too"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["node", "out.jsonl"]


def test_a_journal_that_is_open_elsewhere(data: Path) -> None:
    with sqlite.open(data / "journal.db", KEY):
        ran = feeds(data)
    refused(ran, "journal.locked", 3)


def test_no_journal_is_made(tmp_path: Path) -> None:
    refused(run("record", "feeds", "--data", str(tmp_path)), "journal.none")
    assert list(tmp_path.iterdir()) == []


def test_the_key_of_the_journal(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(run("record", "feeds", "--data", str(data)), "journal.key_source")
    monkeypatch.setenv(journals.VARIABLE, ids.base32(KEY))
    assert run("record", "feeds", "--data", str(data)).code == 0
    monkeypatch.setenv(journals.VARIABLE, ids.base32(bytes(32)))
    refused(run("record", "feeds", "--data", str(data)), "journal.key")
    # the flag counts before the variable
    assert feeds(data).code == 0
    monkeypatch.setenv("WIDEBERTH_DATA", str(data))
    assert run("record", "feeds", "--key-file", str(data / "key")).code == 0


def test_the_passphrase_of_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    how = keys.Stretching(bytes(16), n=2)
    with sqlite.open(tmp_path / "journal.db", keys.from_passphrase("long and secret", how)):
        pass
    (tmp_path / journals.STRETCHING).write_bytes(keys.write_stretching(how))
    asked = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        asked.append((text, hide_input, err))
        return "long and secret"

    monkeypatch.setattr("typer.prompt", prompt)
    ran = run("record", "feeds", "--data", str(tmp_path))
    assert (ran.code, ran.out) == (0, "no feed in this journal\n")
    assert asked == [("Passphrase of the journal", True, True)]


def test_what_cannot_be_read_in_the_private_feed_is_passed_over(tmp_path: Path) -> None:
    data = node(tmp_path / "node")
    with sqlite.open(data / "journal.db", KEY) as journal:
        head = journal.heads()[PRIVATE.text]
        assert head.size == 1 + len(PAPERS)
        assert [own for own, _ in feed_export.lines(journal)] == [A.name]
        assert [each.genesis for each in feed_export.of_type(journal, PRIVATE.text, LineOpened)] == [GENESIS]
        # a feed of a line cannot open lines
        assert list(feed_export.of_type(journal, NAME, LineOpened)) == []


def test_help() -> None:
    assert "feeds" in run("record", "--help").out
    assert "Exit codes" in run("record", "export", "--help").out
