"""`wideberth verify` from the command line: what it says, to people and machines, and how it ends."""

from __future__ import annotations

import json
import os
import re
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

from tests.cli.nodes import node
from tests.cli.runs import Ran, run
from tests.ledger import records
from tests.ledger.records import ANSWERS, MAIN, PAPERS, WHOLE, file, parts, resealed, signed
from tests.ledger.two import A, B, Party, seed
from wideberth.cli import verify
from wideberth.formats.recordfile import Checkpoint, Part
from wideberth.ledger import certificate, feed, ids, note, quints, record
from wideberth.ledger.certificate import Certificate
from wideberth.ledger.feed import Item, Written
from wideberth.ledger.record import Section
from wideberth.store.keyfile import Public

ROOT = Path(__file__).parent.parent.parent
TRUST = ("--trust", A.name, "--trust", ids.base32(B.identity))


@pytest.fixture
def whole(tmp_path: Path) -> str:
    return save(tmp_path, WHOLE)


def save(folder: Path, data: bytes) -> str:
    path = folder / "evidence.jsonl"
    path.write_bytes(data)
    return str(path)


def lines(ran: Ran) -> list[str]:
    return ran.out.splitlines()


def test_verified(whole: str) -> None:
    ran = run("verify", whole, *TRUST)
    assert (ran.code, lines(ran)[0], ran.err) == (0, "VERIFIED", "")
    assert "All of it is signed with keys of" in ran.out
    assert f"main feed of {A.name[:8]}…" in ran.out
    assert "entries 0 to 5, by its author's clock 1970-01-01 00:00Z to 1970-01-01 00:00:05Z" in ran.out
    assert f"delivered to {B.name[:8]}…: entries 0 to 2; newest receipt 2023-11-14 22:13:22Z" in ran.out
    assert f"not shown to be delivered to {B.name[:8]}…: entries 3 to 5" in ran.out
    assert "types: notice.told 6 (not understood)" in ran.out
    assert "written 2033-05-18 03:33:20Z with wideberth test: unsigned" in ran.out
    assert all(len(line) <= 130 for line in lines(ran))


def test_without_anchors_the_words_are_shown(whole: str) -> None:
    ran = run("verify", whole)
    assert (ran.code, lines(ran)[0]) == (4, "INTERNALLY CONSISTENT, NOT ANCHORED")
    for party in (A, B):
        assert party.name in ran.out and quints.identity(party.identity) in ran.out
    assert ran.out.count("NOT KNOWN TO YOU") == 2 and "VERIFIED\n" not in ran.out


def test_one_party_is_not_both(whole: str) -> None:
    ran = run("verify", whole, "--trust", A.name)
    assert ran.code == 4
    assert f"those of {B.name[:8]}…: anybody" in " ".join(ran.out.split())
    assert ran.out.count("NOT KNOWN TO YOU") == 1


def test_a_file_of_parties_with_labels(whole: str, tmp_path: Path) -> None:
    listed = tmp_path / "parties.txt"
    listed.write_text(f"# known\n\n{A.name} North office\n{ids.base32(B.identity)}\n", encoding="utf-8")
    ran = run("verify", whole, "--trust", str(listed))
    assert ran.code == 0 and "main feed of North office" in ran.out
    listed.write_text(f"{A.name}\nnorth {A.name}\n", encoding="utf-8")
    ran = run("verify", whole, "--trust", str(listed))
    assert ran.code == 2 and "parties.txt: line 2" in ran.err and "[verify.trust]" in ran.err
    listed.write_text(f"{A.name}\n{Public('identity', B.identity).text}\n", encoding="utf-8")
    assert run("verify", whole, "--trust", str(listed)).code == 0
    listed.write_text(f"{Public('log', B.identity).text}\n", encoding="utf-8")
    assert "[verify.trust]" in run("verify", whole, "--trust", str(listed)).err
    ran = run("verify", whole, "--trust", "nobody")
    assert ran.code == 2 and "nobody: found no such file" in ran.err


def forged(folder: Path, label: str = "forger") -> str:
    """A record by somebody with fresh keys, who calls the other party by name: all signatures are good."""
    one, two = Party(label), Party(f"{label}'s friend")
    genesis = ids.genesis(one.identity, two.identity, seed("chance"))
    of = ids.Origin(ids.line(genesis).id, one.name, "main", 0)
    added = feed.append(feed.Head(of), Written("notice.told", 1, {}, 1), {"from": A.name}, bytes(16))
    signed = note.cosign(
        feed.sign(added.head, one.seed("log")), ids.cosigner(two.name), two.seed("cosign"), 7
    )
    papers = [
        certificate.certify(Certificate(one.key("log"), "log", of, 0), seed(label)),
        certificate.certify(Certificate(two.key("cosign"), "cosign", of, 0), seed(f"{label}'s friend")),
    ]
    body: list[Part] = [
        Section(of),
        Item(added.entry.leaf, added.entry.salt, added.entry.body),
        Checkpoint(note.write(signed)),
    ]
    return save(folder, file(body, papers, genesis))


def forged_paper() -> bytes:
    """A revocation that somebody else signed."""
    return certificate.revoke(certificate.Revocation(A.key("log"), {}), seed("somebody else"))


OPTIONS: list[tuple[str, ...]] = [
    ("--trust", A.name),
    ("--trust", ids.base32(B.identity)),
    ("--entries",),
    ("--json",),
    ("--from", "0", "--to", "5", "--type", "notice.told"),
    ("--as-of", "2026-11-23T10:00:00Z"),
    ("--data", "DATA", "--key-file", "DATA/key"),
    ("--paper", "PAPER"),
]


def test_fresh_keys_are_never_verified_whatever_is_asked(tmp_path: Path) -> None:
    data = str(node(tmp_path / "node"))
    paper = tmp_path / "paper"
    paper.write_bytes(PAPERS[0])
    made = forged(tmp_path)
    tried = 0
    for asked in chain.from_iterable(combinations(OPTIONS, k) for k in range(len(OPTIONS) + 1)):
        options = [each.replace("DATA", data).replace("PAPER", str(paper)) for part in asked for each in part]
        ran = run("verify", made, *options)
        # a paper of other parties is refused before anything is said
        assert ran.code == (2 if "--paper" in options else 4), options
        assert '"verdict":"verified"' not in ran.out.replace(" ", "") and "\nVERIFIED" not in f"\n{ran.out}"
        tried += 1
    assert tried == 2 ** len(OPTIONS)


def test_a_node_knows_whom_it_was_paired_with(whole: str, tmp_path: Path) -> None:
    data = node(tmp_path / "node")
    ran = run("verify", whole, "--data", str(data), "--key-file", str(data / "key"))
    assert ran.code == 0
    assert "main feed of this node's party" in ran.out and "main feed of South office" in ran.out


def test_something_false_is_unmistakable(tmp_path: Path) -> None:
    swapped = [
        p._replace(body=MAIN.items[0].body) if p == MAIN.items[4] else p
        for p in [*parts(MAIN), *parts(ANSWERS, B, (5,))]
    ]
    path = save(tmp_path, file(swapped))
    for options in ((), TRUST, (*TRUST, "--entries")):
        ran = run("verify", path, *options)
        assert (ran.code, lines(ran)[:2]) == (
            1,
            ["NOT VERIFIED", "1 thing in it is false: do not rely on it."],
        )
        assert "FALSE (1)" in ran.out and "[ledger.commitment]" in ran.out
        assert ", entry 4: the body is not the one that was signed" in " ".join(ran.out.split())
        assert "author clock" not in ran.out and ("not shown" in ran.err) is ("--entries" in options)


def test_what_is_not_signed_is_named(tmp_path: Path) -> None:
    ran = run("verify", save(tmp_path, file(parts(MAIN, end=8))), *TRUST)
    assert ran.code == 1
    assert "NOT SIGNED: entries 6 to 7; anybody could have written this" in ran.out
    assert "signed by bbrtrcxq…: entries 0 to 5" in ran.out
    ran = run("verify", save(tmp_path, file(parts(MAIN, sign=(), end=2))), *TRUST)
    assert ran.code == 1 and "signed by bbrtrcxq…: no entry" in ran.out


def test_disputed_is_in_the_headline(tmp_path: Path) -> None:
    path = save(tmp_path, WHOLE)
    paper = tmp_path / "revocation"
    paper.write_bytes(records.revoked(A, "log", 3))
    ran = run("verify", path, *TRUST, "--paper", str(paper), "--entries")
    assert (ran.code, lines(ran)[0]) == (4, "SIGNED, BUT DISPUTED IN PART")
    assert "DISPUTED: entries 3 to 5, signed only with a key that no longer counted" in ran.out
    assert "may have been written by whoever stole a key" in " ".join(ran.out.split())
    assert [line.split()[4] for line in lines(ran) if "notice.told ?" in line][:6] == ["?"] * 6
    assert sum("  disputed  " in line for line in lines(ran)) == 3
    ran = run("verify", path, "--paper", str(paper))
    assert lines(ran)[0] == "INTERNALLY CONSISTENT, NOT ANCHORED"
    paper.write_bytes(records.revoked(A, "log", 0))
    ran = run("verify", save(tmp_path, file(parts(MAIN))), *TRUST, "--paper", str(paper))
    assert (ran.code, lines(ran)[0]) == (4, "SIGNED, BUT DISPUTED")


def test_an_author_cannot_write_on_the_readers_screen(tmp_path: Path) -> None:
    """What it signs may hold characters that move the cursor or turn the line."""
    text = "\x9b2J\u202e\n" + signed(MAIN, 3).text.partition("\n")[2]
    forged = Checkpoint(note.write(note.sign(text, MAIN.head.origin.text, A.seed("log"))))
    ran = run("verify", save(tmp_path, file([*parts(MAIN)[:4], forged])), *TRUST)
    assert ran.code == 1 and "ledger.other_origin" in ran.out
    assert all(each.isprintable() for each in lines(ran))


def test_a_secret_given_by_mistake_is_not_shown(whole: str, tmp_path: Path) -> None:
    secret = tmp_path / "log.key"
    for text in ('{"kind":"wideberth.key","seed":"sn4vkiprvzzxag5kc46eycd3j75"}', "dull kettle orbits"):
        secret.write_text(f"{text}\n", encoding="utf-8")
        for option in ("--paper", "--trust"):
            ran = run("verify", whole, *TRUST, option, str(secret))
            assert ran.code == 2 and "found something else" in ran.err
            assert "kettle" not in ran.err and "sn4v" not in ran.err


def test_entries(whole: str) -> None:
    ran = run("verify", whole, *TRUST, "--entries", "--from", "2", "--to", "3")
    rows = [line for line in lines(ran) if "notice.told ?" in line]
    assert [row.split()[0] for row in rows] == ["2", "3", "2", "3"]
    assert rows[0].split() == [
        "2", "1970-01-01", "00:00:02Z", "notice.told", "?", "signed", "2023-11-14", "22:13:22Z",
        '{"n":2,"word":"plan"}',
    ]  # fmt: skip
    assert "not shown" in rows[1]
    ran = run("verify", whole, *TRUST, "--entries", "--type", "another")
    assert ran.code == 0 and "notice.told ?" not in ran.out


def test_dropped_bodies_and_types(tmp_path: Path) -> None:
    dropped: list[Part] = [
        p._replace(salt=b"", body=b"") if isinstance(p, Item) and i < 3 else p
        for i, p in enumerate(parts(MAIN))
    ]
    path = save(tmp_path, file(dropped))
    ran = run("verify", path, *TRUST, "--entries")
    assert ran.code == 0 and "bodies dropped: 2; of these only the headers are shown" in ran.out
    assert ran.out.count("(header only)") == 2
    ran = run("verify", path, *TRUST, "--entries", "--json")
    assert [json.loads(line)["says"] for line in lines(ran)[1:]][:3] == [None, None, {"n": 2, "word": "plan"}]


def test_json(whole: str) -> None:
    ran = run("verify", whole, "--json", "--trust", A.name)
    found: dict[str, Any] = ran.json
    assert ran.code == 4
    assert list(found) == [
        "schema", "file", "verdict", "exported", "line", "parties", "feeds", "wrong", "told",
    ]  # fmt: skip
    assert (found["schema"], found["verdict"]) == ("wideberth.verify/1", "not_anchored")
    assert found["exported"] == {
        "at": "2033-05-18T03:33:20.000Z", "by": A.name, "program": "wideberth test",
    }  # fmt: skip
    assert {each["party"]: (each["trusted"], each["needed"]) for each in found["parties"]} == {
        A.name: (True, True),
        B.name: (False, True),
    }
    assert found["feeds"][0] == {
        "feed": MAIN.head.origin.text,
        "party": A.name,
        "kind": "main",
        "epoch": 0,
        "from": 0,
        "to": 6,
        "signed_to": 6,
        "disputed": [],
        "delivered_to": 3,
        "delivered_at": "2023-11-14T22:13:22.000Z",
        "checkpoints": 2,
        "dropped": 0,
        "left_out": 0,
        "first_at": "1970-01-01T00:00:00.000Z",
        "last_at": "1970-01-01T00:00:05.000Z",
        "types": [{"type": "notice.told", "v": 1, "understood": False, "count": 6}],
    }
    assert found["wrong"] == {"count": 0, "listed": []}


def test_json_of_what_is_false_and_disputed(tmp_path: Path) -> None:
    path = save(tmp_path, file(parts(MAIN, end=7), [*PAPERS, records.revoked(A, "log", 3)]))
    found: dict[str, Any] = run("verify", path, "--json").json
    assert found["verdict"] == "not_verified"
    assert found["feeds"][0]["disputed"] == [{"from": 3, "to": 6}]
    assert found["wrong"]["listed"] == [
        {
            "code": "record.unsigned",
            "feed": MAIN.head.origin.text,
            "entry": 6,
            "message": "signed by nobody, 1 in all from here on: a record ends at a checkpoint",
        }
    ]


def test_json_of_entries_is_a_line_each(whole: str) -> None:
    ran = run("verify", whole, "--json", "--entries", *TRUST)
    first, *rest = [json.loads(line) for line in lines(ran)]
    assert first["verdict"] == "verified" and len(rest) == 11
    assert rest[2] == {
        "feed": MAIN.head.origin.text,
        "entry": 2,
        "at": "1970-01-01T00:00:02.000Z",
        "type": "notice.told",
        "v": 1,
        "understood": False,
        "standing": "signed",
        "delivered_at": "2023-11-14T22:13:22.000Z",
        "agreement": ids.base32(seed("terms")),
        "folded": {ANSWERS.head.origin.text: 3},
        "says": {"n": 2, "word": "plan"},
    }
    assert rest[3]["delivered_at"] is None


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "record.format", "line 1"),
        (b'{"format":"wideberth.record","v":3}\n', "record.version", "line 1"),
        (WHOLE[: len(WHOLE) // 2], "record.truncated", "line "),
        (WHOLE.replace(b"notice.told", b"notice.Told", 1), "ledger.header", "line 13.type"),
        (WHOLE.replace(b'"plan"', b'"plot"', 1), "record.altered", "line "),
    ],
)
def test_what_cannot_be_read_is_not_verified(tmp_path: Path, data: bytes, code: str, place: str) -> None:
    path = save(tmp_path, data)
    ran = run("verify", path, *TRUST)
    assert (ran.code, lines(ran)[0]) == (2, "NOT VERIFIED")
    assert f"evidence.jsonl: {place}" in ran.err and f"[{code}]" in ran.err
    found: dict[str, Any] = run("verify", path, "--json", *TRUST).json
    assert (found["verdict"], found["error"]["code"]) == ("not_verified", code)


def test_files_that_are_no_files(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, code in (
        (tmp_path, "file.directory"),
        (tmp_path / "none", "file.missing"),
        (pipe, "file.not_regular"),
    ):
        ran = run("verify", str(path))
        assert ran.code == 2 and f"[{code}]" in ran.err and str(path) in ran.err
    whole = save(tmp_path, WHOLE)
    for wrong in (b"no paper", forged_paper()):
        (tmp_path / "paper").write_bytes(wrong)
        ran = run("verify", whole, *TRUST, "--paper", str(tmp_path / "paper"))
        assert (ran.code, ran.out) == (2, "") and "[verify.paper]" in ran.err
    ran = run("verify", whole, "--paper", str(tmp_path / "none"))
    assert ran.code == 2 and "none: found no such file" in ran.err


def test_a_file_that_changes_while_it_is_read(whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = WHOLE.splitlines(keepends=True)[:-1]
    other[1] = other[1].replace(b"wideberth test", b"wideberth tess")
    show = verify._show

    def changing(*given: Any, **named: Any) -> None:
        show(*given, **named)
        Path(whole).write_bytes(resealed(other))

    monkeypatch.setattr(verify, "_show", changing)
    ran = run("verify", whole, *TRUST, "--entries")
    assert ran.code == 3 and "[record.changed]" in ran.err


def test_times_that_no_calendar_has(tmp_path: Path) -> None:
    late = note.write(records.cosigned(records.signed(MAIN, 6), time_s=2**60))
    made = [*parts(MAIN, sign=(), end=6), Checkpoint(late)]
    lines_ = file(made).splitlines(keepends=True)[:-1]
    lines_[1] = b'{"exported":{"at_ms":9007199254740991,"by":null,"program":"x"}}\n'
    path = save(tmp_path, resealed(lines_))
    ran = run("verify", path, *TRUST)
    assert ran.code == 0 and "9,007,199,254,740,991 ms" in ran.out and "record.cosignature" in ran.out
    assert run("verify", path, "--json").json["exported"] == {"at": None, "by": None, "program": "x"}


def test_many_of_a_kind_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "KEPT", 1)
    found = [p._replace(salt=bytes(16)) if isinstance(p, Item) else p for p in parts(MAIN)]
    ran = run("verify", save(tmp_path, file(found)))
    assert "6 things in it are false" in ran.out and "FALSE (6)" in ran.out and "  and 5 more" in ran.out


def test_help() -> None:
    ran = run("verify", "--help")
    assert ran.code == 0 and "NOT ANCHORED" in ran.out and "Exit codes" in ran.out


def test_every_finding_is_explained() -> None:
    """Those of the ledger are raised under the same code, and are on the page of errors too."""
    page = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+\.\w+)` \|", page, re.MULTILINE)
    source = (ROOT / "src" / "wideberth" / "ledger" / "record.py").read_text(encoding="utf-8")
    added = set(re.findall(r'\.add\(\s*"(\w+\.\w+)"', source))
    caught = {"ledger.unsigned", "ledger.signature", "ledger.other_origin", "ledger.commitment"}
    assert len(added) > 8 and set(listed) == added | caught and len(listed) == len(set(listed))


def test_a_page_is_of_a_case_only(whole: str, tmp_path: Path) -> None:
    ran = run("verify", whole, *TRUST, "--html", str(tmp_path / "page.html"))
    assert ran.code == 2 and "[verify.no_case]" in ran.err
    assert not (tmp_path / "page.html").exists()
