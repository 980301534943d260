"""The table of formats: what it says is in the documentation, and every reader in it survives bad input."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wideberth.errors import Invalid
from wideberth.formats.format import Format, Peek
from wideberth.formats.reading import Options
from wideberth.formats.registry import FORMATS, accepted, recognise

ROOT = Path(__file__).parent.parent.parent
READERS = [each for each in FORMATS if each.read is not None]
OPTIONS = Options("file", 1_700_000_000_000, zone="UTC")

HOSTILE = {
    "empty": b"",
    "zeros": b"\0" * 1_000,
    "spaces": b" \r\n" * 1_000,
    "not text": bytes(range(256)) * 20,
    "half a character": "é".encode()[:1],
    "UTF-16 without a mark": "AC R\nAN X\n".encode("utf-16-le"),
    "open brackets": b"[" * 100_000,
    "open elements": b"<a>" * 100_000,
    "entity bomb": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>',
    "an archive cut short": b"PK\x03\x04" + b"x" * 100,
    "gzip cut short": b"\x1f\x8b\x08\x00",
    "a long line": b"9" * 2_000_000,
    "long lines of commas": b"," * 200_000 + b"\n" + b",lat" * 50_000,
    "digits and letters": b"3330N 03615E " * 20_000,
}


def test_the_documentation_shows_the_table() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/formats.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src")},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, "run scripts/formats.py"


def test_every_format_says_what_it_loses_and_writes_under_one_name() -> None:
    for title in {each.title for each in FORMATS}:
        rows = [each for each in FORMATS if each.title == title]
        assert any(row.reads for row in rows) or not any(row.read for row in rows), title
        assert any(row.writes for row in rows) or not any(row.write for row in rows), title
    names = [each.name for each in FORMATS if each.write is not None]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("each", READERS, ids=[f"{n}-{each.name}" for n, each in enumerate(READERS)])
@pytest.mark.parametrize("kind", HOSTILE)
def test_every_reader_answers_bad_input_with_plans_or_clear_errors(each: Format, kind: str) -> None:
    assert each.read is not None
    try:
        reading = each.read(HOSTILE[kind], OPTIONS)
    except Invalid as error:
        assert error.wanted
    else:
        for fault in reading.faults:
            assert fault.wanted and fault.path
        assert reading.filed or reading.faults or reading.notes


@pytest.mark.parametrize("kind", HOSTILE)
def test_looking_at_a_file_never_fails_but_clearly(kind: str) -> None:
    for ending in sorted({ending for each in FORMATS for ending in each.endings}):
        try:
            recognise(f"x{ending}", HOSTILE[kind])
        except Invalid as error:
            assert error.wanted


def test_what_is_accepted_names_every_ending() -> None:
    text = accepted()
    assert all(ending in text for each in READERS for ending in each.endings)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        (b"<a/>", ("", "a")),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><g:b xmlns:g="urn:n" c="1">', ("urn:n", "b")),
        ('<b xmlns="urn:m"/>'.encode("utf-16"), ("urn:m", "b")),
        (b"no xml", ("", "")),
    ],
)
def test_the_first_look_sees_the_root(text: bytes, root: tuple[str, str]) -> None:
    assert Peek(".xml", text).root == root


NOTICE = """(A0117/26 NOTAMN
Q) OSTT/QRTCA/IV/BO/W/000/100/3331N03616E005
A) OSTT B) 2607170800 C) 2607171600
E) RESTRICTED AREA CIRCLE RADIUS 5NM CENTRE 333100N0361600E.
F) GND G) FL100)
"""
WARNING = """NAVAREA III 0123/26
171016 UTC JUL 26
EASTERN MEDITERRANEAN. GUNNERY 180600 UTC TO 181600 UTC JUL 26
IN AREA BOUNDED BY
33-30.0N 034-00.0E, 33-40.0N 034-00.0E, 33-40.0N 034-20.0E.
"""


@pytest.mark.parametrize("between", ["\n", "\n" * 70_000])
def test_messages_of_two_kinds_in_a_file_are_told_as_a_fault(between: str) -> None:
    for text in (NOTICE + between + WARNING, WARNING + between + NOTICE):
        found = recognise("a.txt", text.encode())
        assert found.read is not None
        reading = found.read(text.encode(), Options(file="a.txt", as_of=1_790_000_000_000))
        codes = {fault.code for fault in reading.faults}
        assert codes & {"message.mixed", "navwarn.too_long"}
        assert len(between) > 1 or (codes == {"message.mixed"} and len(reading.filed) == 1)
    for text in (NOTICE, WARNING):
        assert recognise("a.txt", text.encode()) in FORMATS
