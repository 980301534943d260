"""A case exported from two whole nodes: verified anywhere, the same on both sides, and nothing else in it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.runs import Ran, process, run
from tests.ledger.records import resealed
from tests.story import case_told as played
from tests.story.case_told import SECRET, Cased
from wideberth.cli import case_told
from wideberth.desk import case_record
from wideberth.errors import WideberthError
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Reader
from wideberth.formats.times import to_rfc3339
from wideberth.ledger import record
from wideberth.ledger.record import Anchor
from wideberth.render.record import Checked


class Exported:
    """The records of both sides, with headers and without."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cased: Cased = played.played(folder)
        self.now = to_rfc3339(self.cased.now_ms + 60_000)
        self.trust = [f"--trust={place.party}" for place in self.cased.places]
        for k, place in enumerate(self.cased.places):
            page = ("--html", str(folder / f"{place.name}.html"))
            assert self.export(k, f"{place.name}.record", "--case", self.cased.case, *page).code == 0
        assert self.export(0, "sparse.record", "--case", self.cased.case[:8], "--no-headers").code == 0

    def export(self, k: int, name: str, *more: str) -> Ran:
        given = ("--data", str(self.cased.places[k].path), "--key-file", str(self.cased.keys[k]))
        return run("record", "export", *given, "--out", str(self.folder / name), "--as-of", self.now, *more)

    def verify(self, name: str, *more: str) -> Ran:
        return run("verify", str(self.folder / name), "--as-of", self.now, *self.trust, *more)

    def data(self, name: str = "north.record") -> bytes:
        return (self.folder / name).read_bytes()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return Exported(tmp_path_factory.mktemp("case"))


STORY = [
    ("notice", None),
    ("case.opened", "open"),
    ("case.proposal", "proposed"),
    ("case.retract", "open"),
    ("case.proposal", "proposed"),
    ("case.accept", "accepted"),
    ("notice", "open"),
    ("case.closed", "closed"),
]
"""The entries after which the case stands elsewhere than before, and the first notice."""


def test_both_sides_tell_the_same(exported: Exported) -> None:
    found: list[Any] = []
    for name in ("north.record", "south.record"):
        ran = exported.verify(name, "--json")
        assert ran.code == 0
        found.append(ran.json["case"])
    for each in found:
        for step in each["steps"]:
            step.pop("delivered_at")  # each side has the receipts of its own entries
    assert found[0] == found[1]
    case = found[0]
    assert (case["phase"], case["whole"], case["ordered"]) == ("closed", True, True)
    phases = [(each["type"], each["phase"]) for each in case["steps"]]
    turns = [each for k, each in enumerate(phases) if not k or each[1] != phases[k - 1][1]]
    assert turns == STORY
    assert [each["type"] for each in case["steps"]].count("checked") == 3
    assert sorted(each["notice"] for each in case["notices"]) == sorted(exported.cased.notices)
    assert {each["callsign"]: each["version"] for each in case["notices"]} == {"NORTH 1": 1, "SOUTH 7": 2}
    assert case["agreements"][0]["signed"] and case["agreements"][0]["title"] == "Trial terms"
    assert case["missing"] == [] and case["not_placed"]["count"] == 0
    types = {each["type"] for each in case["hidden"]["listed"]}
    assert types == {"notice", "case.opened"}


def test_a_machine_without_a_node_verifies_it(exported: Exported, tmp_path: Path) -> None:
    (tmp_path / "case.record").write_bytes(exported.data())
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    given = ("verify", str(tmp_path / "case.record"), "--as-of", exported.now)
    ran = process(*given, *exported.trust, **home)
    assert ran.code == 0 and ran.out.startswith("VERIFIED\n")
    assert "closed: no known conflict, as of 2027-" in ran.out
    assert "An acknowledgement is never permission." in ran.out
    assert process(*given, **home).out.startswith("INTERNALLY CONSISTENT, NOT ANCHORED\n")
    assert run(*given, exported.trust[0]).code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["case.record"]


@pytest.mark.parametrize("name", ["north.record", "south.record", "sparse.record", "north.html"])
def test_nothing_of_another_case_is_in_the_file(exported: Exported, name: str) -> None:
    """But for the numbers of other notices in an answer that is for several at once."""
    data = exported.data(name)
    assert SECRET.encode() not in data and exported.cased.other_case.encode() not in data
    assert len(exported.cased.others) == 2 and b"NORTH 1" in data
    for line in data.splitlines():
        if any(each.encode() in line for each in exported.cased.others):
            assert json.loads(line)["entry"]["type"] == "checked"


def rows(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def test_without_headers_the_rest_is_only_hashes(exported: Exported) -> None:
    ran = exported.verify("sparse.record", "--json")
    assert ran.code == 0
    case: Any = ran.json["case"]
    assert (case["ordered"], case["whole"], case["others"]) == (False, False, 0)
    assert case["hidden"]["count"] == 0
    kept = {each["entry"]["type"] for each in rows(exported.data("sparse.record")) if "entry" in each}
    assert "test.said" not in kept and "case.accept" in kept
    assert all("says" in each for each in rows(exported.data("sparse.record")) if "entry" in each)
    text = exported.verify("sparse.record").out
    assert "does not show the order" in " ".join(text.split())


def test_the_page(exported: Exported) -> None:
    page = exported.data("north.html").decode()
    for words in (
        "VERIFIED",
        "An acknowledgement is never permission.",
        "NORTH 1",
        "SOUTH 7",
        "45 min later",
    ):
        assert words in page
    assert "<script" not in page and "http:" not in page.replace("http://www.w3.org/2000/svg", "")
    assert (exported.folder / "north.html").stat().st_mode & 0o777 == 0o600


def test_a_reader_makes_the_page_too(exported: Exported) -> None:
    page = exported.folder / "mine.html"
    ran = exported.verify("south.record", "--html", str(page))
    assert ran.code == 0 and "45 min later" in page.read_text()
    refused(exported.verify("south.record", "--html", str(page)), "output.exists")
    assert exported.verify("south.record", "--html", str(page), "--force").code == 0
    lines = [bare(line, "paper") for line in exported.data().splitlines(keepends=True)[:-1]]
    (exported.folder / "false").write_bytes(resealed(lines[:-1]))
    ran = exported.verify("false", "--html", str(exported.folder / "none.html"))
    assert ran.code == 1 and "none.html is not written" in ran.err
    assert "The case" not in ran.out and not (exported.folder / "none.html").exists()
    assert exported.verify("false", "--json").json.get("case") is None


def refused(ran: Ran, code: str) -> None:
    assert ran.code == 2 and f"[{code}]" in ran.err, ran.err


def test_what_cannot_be_exported(exported: Exported) -> None:
    case = exported.cased.case
    refused(exported.export(0, "x", "--case", case[:7]), "record.no_case")
    refused(exported.export(0, "x", "--case", "a" * 52), "record.no_case")
    refused(exported.export(0, "x", "--case", case, "--line", "a" * 52), "record.no_line")
    refused(exported.export(0, "x", "--case", case, "--feed", "y"), "record.choice")
    refused(exported.export(0, "x"), "record.choice")
    refused(exported.export(0, "x", "--feed", "y", "--no-headers"), "record.choice")
    refused(exported.export(0, "x", "--case", case, "--from", "3"), "record.choice")
    refused(exported.export(0, "north.record", "--case", case), "output.exists")
    refused(
        exported.export(0, "x", "--case", case, "--html", str(exported.folder / "north.html")),
        "output.exists",
    )
    assert not (exported.folder / "x").exists()
    assert exported.export(0, "y", "--case", case, "--line", exported.cased.line).code == 0


def told(exported: Exported, data: bytes) -> case_record.Told | None:
    """What a file tells where it is verified; None where it is not, or cannot be read."""
    try:
        stream = io.BytesIO(data)
        reader = Reader(stream)
        result = recordfile.verify(reader, case_told.KNOWN, exported.cased.now_ms // 1_000 + 60)
        anchors = [Anchor(place.party) for place in exported.cased.places]
        checked = Checked("", reader.opening, result, record.anchored(result.line, anchors))
        of = reader.opening.case
        if checked.verdict != "verified" or of is None:
            return None
        return case_told.read(checked, of, stream, reader.digest).told
    except WideberthError:
        return None


def is_no_more_than(found: case_record.Told | None, true: case_record.Told) -> bool:
    """Whether a file that was altered says nothing else: it is not verified, or says where it knows less."""
    if found is None:
        return True
    mine = {each.entry.leaf: each.entry.body for each in true.steps}
    if any(each.entry.body not in (b"", mine.get(each.entry.leaf, b"")) for each in found.steps):
        return False
    less = len(found.hidden) > len(true.hidden) or not found.whole
    same = (found.id, found.case, found.phase) == (true.id, true.case, true.phase)
    return same or less


def test_each_line_removed_doubled_or_swapped_is_noticed(exported: Exported) -> None:
    lines = exported.data().splitlines(keepends=True)[:-1]
    true = told(exported, exported.data())
    assert true is not None
    unseen = []
    for i, line in enumerate(lines):
        for altered in (
            [*lines[:i], *lines[i + 1 :]],
            [*lines[: i + 1], *lines[i:]],
            [*lines[:i], *lines[i + 1 : i + 2], line, *lines[i + 2 :]],
        ):
            if altered != lines:
                found = told(exported, resealed(altered))
                assert is_no_more_than(found, true), i
                if found is not None:
                    unseen.append(line[:12])
    # a paper nobody needs, a checkpoint between, and papers or checkpoints in another order change nothing
    assert not [each for each in unseen if each.startswith((b'{"entry', b'{"feed', b'{"case', b'{"left_out'))]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_says_nothing_else(exported: Exported, data: st.DataObject) -> None:
    whole = b"".join(exported.data().splitlines(keepends=True)[:-1])
    true = told(exported, exported.data())
    assert true is not None
    at, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    flipped = bytearray(whole)
    flipped[at] ^= 1 << bit
    assert is_no_more_than(told(exported, resealed([bytes(flipped)])), true)


def bare(line: bytes, type_: str) -> bytes:
    """An entry without what it says, if it is of this type."""
    found = json.loads(line)
    if found.get("entry", {}).get("type") != type_ or "says" not in found:
        return line
    return line[: line.index(b',"salt":"')] + b"}\n"


def test_what_is_stripped_of_its_body_is_listed(exported: Exported) -> None:
    """The retraction: the case looks accepted by another way, but the file says what it does not know."""
    lines = exported.data().splitlines(keepends=True)[:-1]
    found = told(exported, resealed(bare(line, "case.retract") for line in lines))
    assert found is not None and found.whole
    assert [each.type for each in found.hidden].count("case.retract") == 1
    without = told(exported, resealed(bare(line, "case.proposal") for line in lines))
    assert without is not None and len(without.holes) == 2 and not without.whole


def test_a_hole_among_the_headers_is_refused(exported: Exported) -> None:
    """An entry of which there is only a hash, where the file says that it has every header."""
    lines = exported.data().splitlines(keepends=True)[:-1]
    at = next(i for i, line in enumerate(lines) if b'"type":"case.accept"' in line)
    found = json.loads(lines[at])["entry"]
    data = recordfile._part(recordfile.LeftOut(found["n"] + 1, (bytes(32),))) + b"\n"
    altered = resealed([*lines[:at], data, *lines[at + 1 :]])
    path = exported.folder / "hole"
    path.write_bytes(altered)
    ran = exported.verify("hole")
    assert ran.code == 2 and "record.left_out" in ran.err and ran.out.startswith("NOT VERIFIED")


def test_a_feed_that_is_taken_out_is_missed(exported: Exported) -> None:
    """The urgent feed, with the retraction: what was said after it cannot be placed, and that is told."""
    lines, kept, inside = exported.data().splitlines(keepends=True)[:-1], [], False
    for line in lines:
        inside = b"/urgent/" in line if line.startswith(b'{"feed"') else inside
        kept += [] if inside else [line]
    found = told(exported, resealed(kept))
    assert found is not None and found.waiting and not found.whole
    path = exported.folder / "taken"
    path.write_bytes(resealed(kept))
    assert "NOT PLACED" in exported.verify("taken").out
