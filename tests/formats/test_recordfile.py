"""Record files: read as they were written, and strictly; what is altered is never verified as it was."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger import records
from tests.ledger.records import ANSWERS, BOTH, EXPORTED, MAIN, PAPERS, TRUSTED, WHOLE, file, parts, resealed
from tests.ledger.two import GENESIS, A, B, feed_of
from wideberth.errors import Invalid, WideberthError
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Exported, Opening, Reader
from wideberth.ledger import body, canonical, note, record
from wideberth.ledger.feed import Item
from wideberth.ledger.record import Result

LINES = WHOLE.splitlines(keepends=True)
EXPORT_LINE = 1


def all_of(data: bytes) -> tuple[Opening, list[recordfile.Part]]:
    reader = Reader(io.BytesIO(data))
    return reader.opening, list(reader.parts())


def refused(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        records.read(data)
    return caught.value


def test_what_was_written_is_read() -> None:
    assert all_of(WHOLE) == (Opening(EXPORTED, GENESIS, PAPERS), BOTH)
    dropped = [p._replace(salt=b"", body=b"") if isinstance(p, Item) else p for p in BOTH]
    assert all_of(file(dropped))[1] == dropped
    alone = Opening(Exported(0, None, ""), GENESIS, ())
    assert all_of(b"".join(recordfile.write(alone, []))) == (alone, [])


@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(0, 12),
    sign=st.sets(st.integers(1, 12)),
    start=st.integers(0, 12),
    dropped=st.sets(st.integers(0, 11)),
)
def test_any_feed_comes_back(size: int, sign: set[int], start: int, dropped: set[int]) -> None:
    of = feed_of(A, size)
    ends = [n for n in sign if start < n <= size]
    made = [
        p._replace(salt=b"", body=b"") if isinstance(p, Item) and body.read(p.leaf).n in dropped else p
        for p in parts(of, sign=sorted(sign), deliver=sorted(sign)[::2], start=min(start, size), end=size)
    ]
    data = file(made)
    assert all_of(data)[1] == made
    found = records.read(data)
    signed = max(ends, default=0)
    assert found.feeds[0].signed == signed
    assert record.verdict(found, TRUSTED) == ("verified" if signed and signed == size else "not verified")
    assert found.feeds[0].dropped == len([n for n in dropped if start <= n < size])


def test_every_line_is_canonical_json() -> None:
    for line in LINES:
        assert canonical.write(json.loads(line), 2**20) + b"\n" == line
    assert json.loads(LINES[0]) == {"format": "wideberth.record", "v": 1}


def test_headers_and_bodies_stand_as_they_were_signed() -> None:
    items = [p for p in BOTH if isinstance(p, Item)]
    texts = [line for line in LINES if line.startswith(b'{"entry":')]
    for item, line in zip(items, texts, strict=True):
        found = json.loads(line)
        assert canonical.write(found["entry"]) == item.leaf and canonical.write(found["says"]) == item.body


def proven(found: Result) -> dict[str, Any]:
    """All that a result says is signed or delivered."""
    return {
        each.origin.text: [(n, each.standing(n), each.delivery_s(n)) for n in range(each.start, each.signed)]
        for each in found.feeds
    }


def signed_leaves(data: bytes) -> dict[tuple[str, int], tuple[bytes, bytes]]:
    found = records.read(data)
    signed = {each.origin: each.signed for each in found.feeds}
    headers = [(body.read(p.leaf), p) for p in all_of(data)[1] if isinstance(p, Item)]
    return {(h.origin.text, h.n): (p.leaf, p.body) for h, p in headers if h.n < signed[h.origin]}


TRUE, SHOWN = signed_leaves(WHOLE), proven(records.read(WHOLE))


def check_nothing_else_is_verified(data: bytes) -> None:
    """A record made of another one says less, or the same, or is not verified."""
    try:
        found = records.read(data)
    except WideberthError:
        return
    if record.verdict(found, TRUSTED) != "verified":
        return
    for place, (leaf, said) in signed_leaves(data).items():
        assert leaf == TRUE[place][0] and said in (TRUE[place][1], b""), place
    for name, rows in proven(found).items():
        true = {n: (standing, time) for n, standing, time in SHOWN[name]}
        for n, standing, time in rows:
            assert standing == true[n][0]
            # a cosignature left out makes the delivery later, or unknown
            assert time is None or (true[n][1] is not None and time >= true[n][1])


@settings(max_examples=400, deadline=None)
@given(at=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_one_flipped_bit_is_refused(at: int, bit: int) -> None:
    flipped = bytearray(WHOLE)
    flipped[at] ^= 1 << bit
    with pytest.raises(WideberthError):
        records.read(bytes(flipped))


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_one_flipped_bit_and_a_new_end(data: st.DataObject) -> None:
    whole = b"".join(LINES[:-1])
    at, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    flipped = bytearray(whole)
    flipped[at] ^= 1 << bit
    check_nothing_else_is_verified(resealed([bytes(flipped)]))


@pytest.mark.parametrize("i", range(len(LINES)))
def test_a_line_removed_or_doubled_or_moved(i: int) -> None:
    for altered in (
        [*LINES[:i], *LINES[i + 1 :]],
        [*LINES[: i + 1], *LINES[i:]],
        [*LINES[:i], *LINES[i + 1 : i + 2], LINES[i], *LINES[i + 2 :]],
        LINES[:i],
    ):
        if altered != LINES:
            with pytest.raises(WideberthError):
                records.read(b"".join(altered))
        check_nothing_else_is_verified(resealed(altered[:-1] if altered[-1:] == LINES[-1:] else altered))


@settings(max_examples=200, deadline=None)
@given(st.permutations(range(4, len(LINES) - 1)))
def test_lines_in_any_other_order(order: list[int]) -> None:
    check_nothing_else_is_verified(resealed([*LINES[:4], *(LINES[i] for i in order)]))


@settings(max_examples=200, deadline=None)
@given(st.integers(3, len(LINES) - 2), st.integers(3, len(LINES) - 2))
def test_a_line_in_the_place_of_another(i: int, j: int) -> None:
    check_nothing_else_is_verified(resealed([*LINES[:i], LINES[j], *LINES[i + 1 : -1]]))


def test_the_exporters_word_is_the_only_thing_that_may_change_unseen() -> None:
    lines = list(LINES[:-1])
    lines[EXPORT_LINE] = b'{"exported":{"at_ms":1,"by":null,"program":"another"}}\n'
    found = records.read(resealed(lines))
    assert record.verdict(found, TRUSTED) == "verified" and proven(found) == SHOWN


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (b"", "record.format", "line 1"),
        (b"\x00" * 100, "record.format", "line 1"),
        (b'{"type":"FeatureCollection"}\n', "record.format", "line 1"),
        (b'{"format":"wideberth.record","v":1}', "record.truncated", "after line 1"),
        (b'{"format":"wideberth.record","v":3}\n', "record.version", "line 1"),
        (b'{"format":"wideberth.record","v":1}\n', "record.truncated", "after line 1"),
        (b"".join(LINES[:-1]), "record.truncated", f"after line {len(LINES) - 1}"),
        (WHOLE[:-1], "record.truncated", f"line {len(LINES)}"),
        (WHOLE + b"\n", "record.line", f"after line {len(LINES)}"),
        (WHOLE + WHOLE, "record.line", f"after line {len(LINES)}"),
        (WHOLE.replace(b"\n", b"\r\n"), "record.format", "line 1"),
        (b"\xef\xbb\xbf" + WHOLE, "record.format", "line 1"),
    ],
    ids=range(12),
)
def test_files_that_are_no_whole_record(data: bytes, code: str, path: str) -> None:
    error = refused(data)
    assert (error.code, error.path) == (code, path)


def with_line(i: int, line: bytes) -> bytes:
    return resealed([*LINES[:i], line + b"\n", *LINES[i + 1 : -1]])


FEED_LINE = next(i for i, line in enumerate(LINES) if line.startswith(b'{"feed":'))
NAME = MAIN.head.origin.text.encode()
HASH = b"a" * 52


@pytest.mark.parametrize(
    ("i", "line", "code"),
    [
        (1, b'{"exported":{"at_ms":-1,"by":null,"program":""}}', "record.line"),
        (1, b'{"exported":{"at_ms":true,"by":null,"program":""}}', "record.line"),
        (1, b'{"exported":{"at_ms":1,"by":7,"program":""}}', "record.line"),
        (1, b'{"exported":{"at_ms":1,"by":"me","program":""}}', "ledger.base32"),
        (1, b'{"exported":{"at_ms":1,"by":null,"more":1,"program":""}}', "record.line"),
        (1, b'{"exported":{"at_ms":1,"by":null,"program":"%s"}}' % (b"x" * 201), "record.line"),
        (1, b'{"exported":7}', "record.line"),
        (1, b'{"genesis":7}', "record.line"),
        (1, b'{"exported": 7}', "ledger.json_not_canonical"),
        (2, b'{"genesis":7}', "ledger.json_type"),
        (2, b'{"genesis":{}}', "ledger.genesis"),
        (3, b'{"paper":7}', "record.line"),
        (3, b'{"paper":"x","v":1}', "record.line"),
        (3, b'{"paper":"x"}', "ledger.note"),
        (3, b'{"paper":"x}', "ledger.json_syntax"),
        (3, b'{"remark":"x"}', "record.line"),
        (FEED_LINE, b'{"feed":"x","from":0,"peaks":[]}', "ledger.origin"),
        (FEED_LINE, b'{"feed":"%s","from":-1,"peaks":["%s"]}' % (NAME, HASH), "record.line"),
        (FEED_LINE, b'{"feed":"%s","from":true,"peaks":["%s"]}' % (NAME, HASH), "record.line"),
        (FEED_LINE, b'{"feed":"%s","from":3,"peaks":["%s"]}' % (NAME, HASH), "record.line"),
        (FEED_LINE, b'{"feed":"%s","from":1,"peaks":[7]}' % NAME, "ledger.base32"),
        (FEED_LINE, b'{"feed":"%s","from":0,"more":1,"peaks":[]}' % NAME, "record.line"),
        (FEED_LINE, b'{"feed":"%s","from":0,"peaks":[] }' % NAME, "ledger.json_not_canonical"),
        (FEED_LINE, LINES[FEED_LINE + 1].strip(), "record.line"),
        (FEED_LINE + 1, b'{"remark":"x"}', "record.line"),
        (FEED_LINE + 1, LINES[3].strip(), "record.line"),
        (FEED_LINE + 1, b'{"entry":{}', "record.line"),
        (FEED_LINE + 1, b'{"entry":{}}', "ledger.header"),
        (FEED_LINE + 1, b'{"entry":{},"salt":""}', "record.line"),
        (FEED_LINE + 1, b'{"entry":{},"salt":"aaaaaaaaaaaaaaaaaaaaaaaaaa","says":{}', "ledger.header"),
        (FEED_LINE + 1, b'{"entry":{},"salt":"aaaaaaaaaaaaaaaaaaaaaaaaaa","says":{', "record.line"),
        (FEED_LINE + 1, b'{"entry":{},"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAA","says":{}}', "ledger.base32"),
        (FEED_LINE + 1, LINES[FEED_LINE + 1].strip().replace(b'"says":', b'"says": '), ""),
        (FEED_LINE + 4, b'{"checkpoint":"x"}', "ledger.note"),
        (FEED_LINE + 4, b'{"checkpoint":{}}', "record.line"),
        (FEED_LINE + 4, b"", "record.line"),
    ],
    ids=range(36),
)  # fmt: skip
def test_lines_that_are_not_what_they_must_be(i: int, line: bytes, code: str) -> None:
    data = with_line(i, line)
    if not code:  # bytes that are not those that were signed
        assert records.read(data).wrong.listed[0].code == "ledger.commitment"
        return
    error = refused(data)
    assert error.code == code
    if i != 2 and code != "ledger.note":
        assert error.path.startswith(f"line {i + 1}")


def test_the_end_counts_and_hashes_what_stands_before() -> None:
    for end in (
        b'{"end":{"lines":1,"sha256":"%s"}}\n' % HASH,
        b'{"end":{}}\n',
        b'{"end":7}\n',
        b'{"end":{"lines":%d,"sha256":"%s"}}\n' % (len(LINES) - 1, HASH),
    ):
        assert refused(b"".join(LINES[:-1]) + end).code == "record.altered"


def test_a_file_without_end_does_not_exhaust_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than one line of the longest kind is asked for."""
    asked = []

    class Endless(io.RawIOBase):
        def readline(self, size: int | None = -1) -> bytes:
            assert size is not None
            asked.append(size)
            return LINES[len(asked) - 1] if len(asked) < 4 else b"x" * size

    with pytest.raises(Invalid) as caught:
        Reader(Endless())  # type: ignore[arg-type] # only readline is used
    assert (caught.value.code, caught.value.path) == ("record.too_long", "line 4")
    assert set(asked) == {recordfile.LONGEST + 1}


def test_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordfile, "FEEDS", 1)
    assert refused(WHOLE).code == "record.too_many"
    monkeypatch.undo()
    monkeypatch.setattr(record, "PAPERS", len(PAPERS) - 1)
    assert refused(WHOLE).code == "record.too_many"
    monkeypatch.undo()
    monkeypatch.setattr(recordfile, "PAPERS", 10)
    assert refused(WHOLE).code == "record.too_many"


def test_what_is_too_long_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordfile, "LONGEST", 400)
    with pytest.raises(Invalid) as caught:
        file(parts(MAIN))
    assert caught.value.code == "ledger.json_too_large"
    with pytest.raises(Invalid) as caught:
        file(parts(MAIN), ())
    assert caught.value.code == "record.too_long"


def test_the_line_is_named_where_an_entry_cannot_be_read() -> None:
    item = ANSWERS.items[0]
    bad = [*parts(MAIN), *parts(ANSWERS, B)]
    bad[bad.index(item)] = item._replace(leaf=item.leaf.replace(b'"n":0', b'"n":"0"'))
    error = refused(file(bad))
    assert error.code == "ledger.header" and error.path == f"line {3 + len(PAPERS) + len(parts(MAIN)) + 2}.n"


def test_lines_are_told_for_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordfile, "STEP", 2)
    told: list[int] = []
    recordfile.verify(Reader(io.BytesIO(WHOLE)), {}, records.NOW_S, step=told.append)
    assert told == [n for n in range(FEED_LINE + 1, len(LINES)) if n % 2 == 0]


def test_the_note_of_a_checkpoint_is_kept_byte_by_byte() -> None:
    found = [p for p in all_of(WHOLE)[1] if isinstance(p, recordfile.Checkpoint)]
    assert all(note.write(note.parse(each.note)) == each.note for each in found)
