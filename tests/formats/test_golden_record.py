"""The format of record files is fixed: the golden files never change, and a second implementation agrees."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import golden_record, record_again, sample_record
from tests.ledger.records import file, parts, resealed
from tests.ledger.two import A, B, Feed, feed_of
from wideberth.errors import Invalid, WideberthError
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Checkpoint, LeftOut, OfCase, Reader
from wideberth.ledger import entries, ids, merkle
from wideberth.ledger.record import Result

ROOT = Path(__file__).parent.parent.parent
KEPT: dict[str, Any] = json.loads((ROOT / "tests" / "ledger" / "golden.json").read_text(encoding="utf-8"))
NAMES = (*golden_record.FILES, "case")
FILES = {name: (golden_record.FOLDER / f"{name}.jsonl").read_bytes() for name in NAMES}
SHA256 = {
    "whole": "2ae2872e0b3583087a74ec58b48665c7d798ace5321de607d5639c394e11a704",
    "case": "dcf20a7e4efada0f5ebc3ced59eb0ad1c9770734bd0eb1a4dfeef4cf686fade5",
    "part": "17d96eca5762ff7e7b92d9dc0ffa14930afbb9da1e7d12f9af73a2e53ab8d7e8",
}
LINES = FILES["whole"].splitlines(keepends=True)[:-1]
CASE_LINES = FILES["case"].splitlines(keepends=True)[:-1]
NOW_S = 2_000_000_000


def read(data: bytes) -> Result:
    return recordfile.verify(Reader(io.BytesIO(data)), {}, NOW_S)


def shown(found: Result) -> dict[str, tuple[int, int, int]]:
    return {
        each.origin.text: (each.start, each.signed, max(each.delivered, each.start)) for each in found.feeds
    }


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_those_that_were_fixed(name: str) -> None:
    assert hashlib.sha256(FILES[name]).hexdigest() == SHA256[name]


@pytest.mark.parametrize("name", FILES)
def test_this_package_and_a_second_implementation_make_them_again(name: str) -> None:
    given, vectors = KEPT["inputs"], KEPT["vectors"]
    for by in (golden_record, record_again):
        if name == "case":
            made = by.made_case(given, vectors)
        else:
            made = by.made(given, vectors, golden_record.FILES[name])
        assert made.encode() == FILES[name]


@pytest.mark.parametrize("name", FILES)
def test_both_find_the_same_in_them(name: str) -> None:
    found = read(FILES[name])
    assert found.wrong.count == 0 and found.feeds[0].dropped == 1
    assert shown(found) == record_again.checked(FILES[name])
    assert list(shown(found).values()) == [(golden_record.FILES.get(name, 0), 3, 3)]


def left_out(of: Feed, low: int, high: int) -> LeftOut:
    hashes = [each.hash for each in of.entries]
    pieces = [(k << level, k + 1 << level) for level, k in merkle.between(low, high)]
    return LeftOut(high, tuple(merkle.root(merkle.grown(merkle.EMPTY, hashes[a:b])) for a, b in pieces))


def test_both_find_the_same_where_entries_are_left_out() -> None:
    of = feed_of(A, 70)
    whole = parts(of, sign=(7, 33, 70), deliver=(33,), start=5)
    # entries 5 to 8 and 41 to 60 are there, and the checkpoints of 33 and 70
    end = [part for part in whole if isinstance(part, Checkpoint)][1:]
    made = [whole[0], *whole[1:3], *whole[4:6], left_out(of, 9, 33), end[0], left_out(of, 33, 41)]
    made += [*of.items[41:61], left_out(of, 61, 70), end[1]]
    about = OfCase(ids.base32(bytes(32)), {of.head.origin: 62})
    opening = Reader(io.BytesIO(file([]))).opening
    for case in (about, about._replace(since=None)):
        data = b"".join(recordfile.write(opening._replace(case=case), made))
        if case.since is not None:
            with pytest.raises(Invalid) as caught:
                read(data)
            assert caught.value.code == "record.left_out"
            with pytest.raises(ValueError, match="since"):
                record_again.checked(data)
            continue
        found = read(data)
        assert (found.wrong.count, found.feeds[0].left_out) == (0, 41)
        assert shown(found) == record_again.checked(data) == {of.head.origin.text: (5, 70, 33)}


def test_both_find_the_same_in_larger_ones() -> None:
    made = [
        *parts(feed_of(A, 70), sign=(7, 33, 70), deliver=(33,), start=5),
        *parts(feed_of(B, 9), B, (9,), (9,)),
        *parts(feed_of(A, 4, "urgent"), sign=(4,), deliver=()),
    ]
    found = read(file(made))
    assert found.wrong.count == 0
    assert shown(found) == record_again.checked(file(made))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([LINES, CASE_LINES]), st.integers(0, 2**20), st.integers(0, 7))
def test_what_this_package_takes_the_second_takes_too(lines: list[bytes], at: int, bit: int) -> None:
    flipped = bytearray(b"".join(lines))
    flipped[at % len(flipped)] ^= 1 << bit
    data = resealed([bytes(flipped)])
    try:
        found = read(data)
    except WideberthError:
        return
    if not found.wrong.count and not found.told.count:
        assert record_again.checked(data) == shown(found)


@pytest.mark.parametrize(
    ("lines", "i"), [(lines, i) for lines in (LINES, CASE_LINES) for i in range(len(lines))]
)
def test_a_line_that_is_gone_is_missed_by_both(lines: list[bytes], i: int) -> None:
    """But for a paper: without it a cosignature is by a stranger, and shows nothing."""
    data = resealed([*lines[:i], *lines[i + 1 :]])
    try:
        found = read(data)
    except WideberthError:
        with pytest.raises((ValueError, KeyError, IndexError)):
            record_again.checked(data)
        return
    if found.wrong.count:
        with pytest.raises((ValueError, IndexError)):
            record_again.checked(data)
    else:
        assert lines[i].startswith(b'{"paper"') and shown(found) == record_again.checked(data)
        assert [each.code for each in found.told.listed] == ["record.stranger"]


def test_the_second_is_a_program_too(tmp_path: Path) -> None:
    def run(data: bytes) -> tuple[int, str]:
        path = tmp_path / "file"
        path.write_bytes(data)
        command = [sys.executable, "-m", "scripts.record_again", str(path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout

    code, out = run(FILES["part"])
    assert code == 0 and "from 1, signed to 3, delivered to 3\nwhose keys" in out
    assert run(FILES["part"].replace(b'"text":""', b'"text":"x"')) == (1, "FALSE: end\n")


def test_the_sample_is_what_its_script_makes_and_verifies() -> None:
    made = sample_record.made()
    for name, data in made.items():
        assert (sample_record.FOLDER / name).read_bytes() == data
    found = recordfile.verify(Reader(io.BytesIO(made["evidence.jsonl"])), entries.KNOWN, NOW_S)
    assert (found.wrong.count, found.told.count) == (0, 0)
    assert shown(found) == record_again.checked(made["evidence.jsonl"])
    assert all(f"{party} ".encode() in made["parties.txt"] for party in found.line.parties)
