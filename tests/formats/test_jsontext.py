"""Strict JSON: against suites that we did not write, and against documents made to hurt."""

from __future__ import annotations

import base64
import json
import math
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import jsontext
from wideberth.formats.jsontext import parse, walk

REPEATED = "readers differ on which of two equal keys they keep"
NOT_TAKEN = {
    "y_object_duplicated_key.json": ("json.repeated_key", REPEATED),
    "y_object_duplicated_key_and_value.json": ("json.repeated_key", REPEATED),
}
"""Documents that the suite would have every parser take, and why ours does not."""

FREE_AND_TAKEN = {
    "i_number_double_huge_neg_exp.json": [0.0],
    "i_number_real_underflow.json": [0.0],
    "i_number_too_big_neg_int.json": [-123123123123123123123123123123],
    "i_number_too_big_pos_int.json": [100000000000000000000],
}
"""Documents that a parser may take or not, of which we take these: their value is kept or next to it."""

LOOSER = {
    "integer over 2^53": "integers are kept exactly; only signed messages must fit a double",
    "NUL escaped in a string": "the profile refuses control characters in every text that it reads",
    "top level is a number": "the readers say which object they expect",
}
"""Of the profile for signed messages: what a file of plans may have all the same, and why."""

AGES = 30.0
"""Seconds: what grows with the square takes far longer, and a busy machine does not."""


def code_of(data: bytes) -> str | None:
    try:
        parse(data)
    except Invalid as error:
        return error.code
    return None


def suite(shared: Path, start: str) -> list[Path]:
    found = sorted((shared / "vectors/json-parsing/test_parsing").glob(f"{start}_*.json"))
    assert len(found) > 30
    return found


def test_documents_that_every_parser_takes(shared: Path) -> None:
    for file in suite(shared, "y"):
        wanted = NOT_TAKEN.get(file.name)
        assert code_of(file.read_bytes()) == (wanted[0] if wanted else None), file.name
        if not wanted:
            assert parse(file.read_bytes()) == json.loads(file.read_bytes())


def test_documents_that_no_parser_takes(shared: Path) -> None:
    for file in suite(shared, "n"):
        code = code_of(file.read_bytes())
        assert code is not None, file.name
        assert code.startswith(("json.", "file.empty")), file.name


def test_documents_that_a_parser_may_take(shared: Path) -> None:
    for file in suite(shared, "i"):
        if file.name in FREE_AND_TAKEN:
            assert parse(file.read_bytes()) == FREE_AND_TAKEN[file.name]
        else:
            assert code_of(file.read_bytes()) is not None, file.name


def test_documents_that_parsers_read_differently(shared: Path) -> None:
    codes = {
        file.name: code_of(file.read_bytes())
        for file in (shared / "vectors/json-parsing/test_transform").glob("*.json")
    }
    assert len(codes) == 22
    for name, code in codes.items():
        if name.startswith("object_same_key"):
            assert code == "json.repeated_key"
        elif name.startswith("string_") and "codepoint" in name:
            assert code in ("json.surrogate", "json.encoding")
        else:
            assert code is None, name


def test_the_strict_profile_but_for_what_only_signed_messages_need(shared: Path) -> None:
    cases = json.loads((shared / "vectors/json-strict/cases.json").read_text(encoding="utf-8"))
    for case in cases:
        accepted = code_of(base64.b64decode(case["data_b64"])) is None
        assert accepted == (case["accept"] or case["desc"] in LOOSER), case["desc"]


def test_large_documents_of_the_strict_profile(shared: Path) -> None:
    for case in json.loads((shared / "vectors/json-strict/expand.json").read_text(encoding="utf-8")):
        if case.get("limit") == "body size":
            continue  # the limit of a message: a file may be larger
        text = case["prefix"] * case["repeat"] + case["middle"] + case["suffix"] * case["repeat"]
        start = time.perf_counter()
        assert code_of(text.encode()) in ("json.depth", "json.number"), case["desc"]
        assert time.perf_counter() - start < AGES


@pytest.mark.parametrize(
    ("data", "code", "path", "found"),
    [
        (b"", "file.empty", "", "nothing"),
        (b" \n\t ", "file.empty", "", "nothing"),
        (b"\xef\xbb\xbf{}", "json.encoding", "byte 0", "a byte order mark"),
        ('{"a":1}'.encode("utf-16"), "json.encoding", "byte 0", "UTF-16"),
        ('{"a":1}'.encode("utf-16-be"), "json.encoding", "byte 0", "zero bytes, as in UTF-16 or UTF-32"),
        (b'{"a": "caf\xe9"}', "json.encoding", "byte 10", "the byte 0xe9"),
        (b'{"a": 1,\n "b": }', "json.syntax", "line 2, column 7", "'}'"),
        (b'{"a": [1, 2', "json.syntax", "line 1, column 12", "the end of the file"),
        (b'{"a": [0, {"b": NaN}]}', "json.number", "a[1].b", "NaN"),
        (b"[-Infinity]", "json.number", "[0]", "-Infinity"),
        (b'{"a": {"b": 1e400}}', "json.number", "a.b", "1e400"),
        (b'{"a": ' + b"7" * 41 + b"}", "json.number", "a", "77777777777777777777… (41 digits)"),
        (b'{"a": [{"k": 1, "\\u006b": 2}]}', "json.repeated_key", "a[0]", "k"),
        (b'{"k": 1, "k": 2, oops}', "json.syntax", "line 1, column 18", "'oops}'"),
        (b'["\\ud80f"]', "json.surrogate", "[0]", "\\ud80f"),
    ],
)
def test_what_was_found_and_where(data: bytes, code: str, path: str, found: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(data)
    assert (caught.value.code, caught.value.path, caught.value.found) == (code, path, found)


def test_a_second_fault_hides_the_place_of_the_first() -> None:
    with pytest.raises(Invalid) as caught:
        parse(b'{"a": {"k": 1, "k": 2}, oops}')
    assert (caught.value.code, caught.value.path) == ("json.repeated_key", "")


def test_the_deepest_document() -> None:
    assert code_of(b"[" * 64 + b"]" * 64) is None
    assert code_of(b"[" * 65 + b"]" * 65) == "json.depth"
    assert code_of(b'{"a":' * 64 + b"1" + b"}" * 64) is None
    assert code_of(b'{"a":' * 65 + b"1" + b"}" * 65) == "json.depth"


def test_brackets_in_texts_are_no_depth() -> None:
    text = '\\"[{' * 100 + "\\\\"
    assert parse(b'[["' + text.encode() + b'", {}]]') == [['"[{' * 100 + "\\", {}]]
    # wide is not deep
    assert parse(b"[" + b"[]," * 99 + b"{}]") == [[]] * 99 + [{}]


def test_limits_of_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (jsontext.SIZE, jsontext.ARRAYS) == (64 * 1024 * 1024, 1_000_000)
    assert code_of(b" " * (jsontext.SIZE + 1)) == "file.too_large"
    assert code_of(b"[" + b"[]," * 1_000_000 + b"[]]") == "json.too_many_arrays"
    assert code_of(b"[" + b"{}," * 1_000_000 + b"{}]") == "json.too_many_values"
    assert code_of(b"[" + b"0," * 5_000_001 + b"0]") == "json.too_many_values"
    assert code_of(b'"' * 20_000_004) == "json.too_many_values"
    monkeypatch.setattr(jsontext, "SIZE", 2)
    assert code_of(b"{}") is None
    assert code_of(b"{} ") == "file.too_large"


def test_a_million_positions_are_refused_at_once() -> None:
    data = b"[" + b"[24.1234567,48.1234567]," * 1_000_000 + b"[0,0]]"
    start = time.perf_counter()
    assert code_of(data) == "json.too_many_arrays"
    assert time.perf_counter() - start < AGES


def test_a_hundred_thousand_positions_are_read_soon() -> None:
    ring = [[math.cos(i / 15_000), math.sin(i / 15_000)] for i in range(100_000)]
    data = json.dumps({"coordinates": [ring]}).encode()
    start = time.perf_counter()
    assert parse(data) == {"coordinates": [ring]}
    assert time.perf_counter() - start < AGES


def test_a_text_without_end_takes_no_longer_than_it_is_long() -> None:
    data = b'{"a": [' * 40 + b'"' + b'\\"' * 5_000_000
    start = time.perf_counter()
    assert code_of(data) == "json.depth"  # 80 levels before the text
    assert time.perf_counter() - start < AGES


def test_walk_names_every_place() -> None:
    document = {"a": [{"b": 1}, None], "c": "x"}
    assert sorted((path, found) for path, found in walk(document) if isinstance(found, str)) == [
        ("", "a"),
        ("", "c"),
        ("a[0]", "b"),
        ("c", "x"),
    ]
    assert ("a[0].b", 1) in list(walk(document))
    assert ("a[1]", None) in list(walk(document))


whole = st.characters(codec="utf-8")
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**38), 10**38)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(whole),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(whole), inner),
    max_leaves=20,
)


@given(values, st.booleans())
def test_every_value_is_read_as_written(value: object, ascii_only: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii_only).encode("utf-8")) == value


@given(st.binary(max_size=200) | st.text('[]{}:,"\\ue+-.0123456789aIN \n', max_size=60).map(str.encode))
def test_anything_else_is_refused_in_words(data: bytes) -> None:
    code = code_of(data)
    if code is None:
        assert parse(data) == json.loads(data)
    else:
        assert code.startswith(("json.", "file."))
