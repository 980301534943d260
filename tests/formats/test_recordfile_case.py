"""Record files of a case: what is left out, and the line that says what is not."""

from __future__ import annotations

import io

import pytest

from tests.ledger import records
from tests.ledger.records import ANSWERS, EXPORTED, MAIN, PAPERS, parts, resealed
from tests.ledger.two import GENESIS, A, B
from wideberth.errors import Invalid
from wideberth.formats import recordfile
from wideberth.formats.recordfile import LeftOut, OfCase, Opening, Reader
from wideberth.ledger import ids, merkle

CASE = ids.base32(bytes(range(32)))
HERE, THERE = MAIN.head.origin, ANSWERS.head.origin
SINCE = OfCase(CASE, {HERE: 2, THERE: 3})
HASHES = [each.hash for each in MAIN.entries]
FIRST = LeftOut(1, (HASHES[0],))


def file(body: list[recordfile.Part], of: OfCase = SINCE) -> bytes:
    return b"".join(recordfile.write(Opening(EXPORTED, GENESIS, PAPERS, of), body))


def whole() -> list[recordfile.Part]:
    """Of the one feed a hash and all from entry 1 on; of the other all from entry 2 on."""
    section, _, *rest = parts(MAIN)
    return [section, FIRST, *rest, *parts(ANSWERS, B, sign=(5,), deliver=(5,), start=2)]


WHOLE = file(whole())
LINES = WHOLE.splitlines(keepends=True)


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        records.read(data)
    return caught.value.code


def test_what_was_written_is_read_and_proven() -> None:
    reader = Reader(io.BytesIO(WHOLE))
    assert reader.opening == Opening(EXPORTED, GENESIS, PAPERS, SINCE)
    assert list(reader.parts()) == whole()
    found = records.read(WHOLE)
    assert found.wrong.count == 0
    assert [(each.start, each.left_out, each.size) for each in found.feeds] == [(0, 1, 6), (2, 0, 5)]


def test_a_hash_that_is_another_is_found_out_by_the_checkpoint() -> None:
    body = [LeftOut(1, (bytes(32),)) if part == FIRST else part for part in whole()]
    codes = [each.code for each in records.read(file(body)).wrong.listed]
    assert codes == ["ledger.leaves", "ledger.leaves", "record.unsigned"]


def test_a_feed_of_hashes_alone_is_empty() -> None:
    tree = merkle.tree_of(6, MAIN.at)
    body = [parts(MAIN)[0], LeftOut(6, tree.peaks), parts(MAIN)[-1]]
    found = records.read(file(body, OfCase(CASE, None)))
    assert [each.code for each in found.wrong.listed] == ["record.empty"]


@pytest.mark.parametrize("left", [LeftOut(1, ()), LeftOut(1, (bytes(32),) * 2)])
def test_a_wrong_number_of_hashes(left: LeftOut) -> None:
    body = [left if part == FIRST else part for part in whole()]
    assert refused(file(body)) == "ledger.size"


def test_headers_that_are_not_there_although_it_says_so() -> None:
    assert refused(file(whole(), OfCase(CASE, {HERE: 1, THERE: 3}))) == "record.left_out"
    assert refused(file(whole(), OfCase(CASE, {HERE: 2, THERE: 2}))) == "record.left_out"
    assert refused(file(whole(), OfCase(CASE, {HERE: 2}))) == "record.left_out"
    more = OfCase(CASE, {HERE: 2, THERE: 3, HERE._replace(kind="urgent"): 1})
    assert refused(file(whole(), more)) == "record.left_out"
    assert records.read(file(whole(), OfCase(CASE, None))).wrong.count == 0


def test_the_older_version_has_neither() -> None:
    plain = [LINES[0].replace(b'"v":2', b'"v":1'), *LINES[1:-1]]
    assert refused(resealed(plain)) == "record.line"
    case = next(i for i, line in enumerate(LINES) if line.startswith(b'{"case":'))
    assert refused(resealed([*plain[:case], *plain[case + 1 :]])) == "record.line"
    assert refused(resealed([*LINES[:case], *LINES[case + 1 : -1]])) == "record.line"
    assert A.name in records.read(WHOLE).line.parties


CASE_LINE = next(i for i, line in enumerate(LINES) if line.startswith(b'{"case":'))
LEFT_LINE = next(i for i, line in enumerate(LINES) if line.startswith(b'{"left_out":'))
HASH = ids.base32(bytes(32)).encode()


@pytest.mark.parametrize(
    ("i", "line", "code"),
    [
        (CASE_LINE, b'{"case":7}', "record.line"),
        (CASE_LINE, b'{"case":{"id":"%s"}}' % HASH, "record.line"),
        (CASE_LINE, b'{"case":{"id":"x","since":null}}', "ledger.base32"),
        (CASE_LINE, b'{"case":{"id":"%s","more":1,"since":null}}' % HASH, "record.line"),
        (CASE_LINE, b'{"case":{"id":"%s","since":[]}}' % HASH, "record.line"),
        (CASE_LINE, b'{"case":{"id":"%s","since":{"x":1}}}' % HASH, "ledger.origin"),
        (CASE_LINE, b'{"case":{"id":"%s","since":{"%s":0}}}' % (HASH, HERE.text.encode()), "record.line"),
        (CASE_LINE, b'{"case":{"id":"%s","since":{"%s":true}}}' % (HASH, HERE.text.encode()), "record.line"),
        (LEFT_LINE, b'{"left_out":{"hashes":[7],"to":1}}', "ledger.base32"),
        (LEFT_LINE, b'{"left_out":{"hashes":["%s"],"to":"1"}}' % HASH, "record.line"),
        (LEFT_LINE, b'{"left_out":{"hashes":["%s"],"more":1,"to":1}}' % HASH, "record.line"),
        (LEFT_LINE, b'{"left_out":7}', "record.line"),
    ],
)
def test_lines_that_are_none(i: int, line: bytes, code: str) -> None:
    assert refused(resealed([*LINES[:i], line + b"\n", *LINES[i + 1 : -1]])) == code
