"""One way to write a value down, and nothing else is accepted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.vectors import b64, rows
from wideberth.errors import Invalid
from wideberth.ledger import canonical

ROOT = Path(__file__).parent.parent.parent
WHOLE = st.integers(-canonical.WHOLE, canonical.WHOLE)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=5)


@given(OBJECTS)
def test_what_is_written_is_accepted_and_is_the_same(value: Any) -> None:
    data = canonical.write(value)
    assert canonical.accept(data) == value
    assert json.loads(data) == value
    assert data == rfc8785.dumps(value)


ASCII = st.text(st.characters(min_codepoint=1, max_codepoint=127))
NESTED: st.SearchStrategy[Any] = st.recursive(
    WHOLE | ASCII, lambda inner: st.dictionaries(ASCII, inner, max_size=4), max_leaves=20
)


@given(st.dictionaries(ASCII, NESTED, max_size=5))
def test_two_encoders_write_the_same(value: Any) -> None:
    assert canonical.write(value) == rfc8785.dumps(value)


def test_every_character_and_the_order_of_keys() -> None:
    value: Any = {chr(i): chr(i) for i in (*range(127, 0, -1), 0x2028, 0xFFFD, 0x1F600)}
    data = canonical.write(value)
    assert data == rfc8785.dumps(value) == canonical.write(canonical.accept(data))
    assert data.index("\U0001f600".encode()) < data.index(
        "\ufffd".encode()
    )  # by UTF-16, as JavaScript has it


@given(OBJECTS)
def test_other_spellings_of_a_value_are_read_but_not_accepted(value: Any) -> None:
    for other in (json.dumps(value, indent=1).encode(), json.dumps(value).encode() + b"\n"):
        assert canonical.parse(other) == value
        if other != canonical.write(value):
            with pytest.raises(Invalid) as caught:
                canonical.accept(other)
            assert caught.value.code == "ledger.json_not_canonical"


@given(st.binary(max_size=60) | st.text('{}[]":,\\\0aé01-.eu', max_size=60).map(str.encode))
def test_anything_else_is_one_invalid(data: bytes) -> None:
    try:
        value = canonical.accept(data)
    except Invalid as error:
        assert error.code.startswith("ledger.json_")
    else:
        assert canonical.write(value) == data


def test_canonical_vectors_of_rfc_8785(shared: Path) -> None:
    folder, kept, refused = shared / "vectors" / "jcs", [], []
    for file in sorted((folder / "input").glob("*.json")):
        data, wanted = file.read_bytes(), (folder / "output" / file.name).read_bytes()
        hexed = (folder / "outhex" / f"{file.stem}.txt").read_text(encoding="ascii")
        assert bytes.fromhex(hexed) == wanted
        try:
            value = canonical.parse(data)
        except Invalid as error:
            assert error.code == "ledger.json_number"
            refused.append(file.stem)
            continue
        assert canonical.write(value) == wanted
        if isinstance(value, dict):
            assert canonical.accept(wanted) == value
        kept.append(file.stem)
    assert (kept, refused) == (["arrays", "french", "unicode", "weird"], ["structures", "values"])


def test_parsing_vectors(shared: Path) -> None:
    """JSONTestSuite: what no reader may accept, and what readers read differently, is refused."""
    counts: dict[str, int] = {}
    for file in sorted((shared / "vectors" / "json-parsing" / "test_parsing").glob("*.json")):
        try:
            canonical.parse(file.read_bytes())
            found = "read"
        except Invalid as error:
            found = error.code
        kind = file.name[0] if file.name[0] != "y" else f"y {found}"
        counts[kind] = counts.get(kind, 0) + 1
        assert file.name[0] == "y" or found != "read", file.name
    assert counts == {
        "i": 35,
        "n": 188,
        "y read": 69,
        "y ledger.json_number": 15,
        "y ledger.json_repeated_key": 2,
        "y ledger.json_text": 2,
        "y ledger.json_type": 7,
    }


def test_a_name_has_no_character_that_the_page_says_is_not_seen() -> None:
    """Every one of Unicode's characters: the list on the page is the list."""
    page = (ROOT / "docs" / "record.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"none of U\+([0-9A-F–, ]+)", page)
    ends = [each.split("–") for each in listed.split(", ")]
    unseen = {code for each in ends for code in range(int(each[0], 16), int(each[-1], 16) + 1)}
    found = {code for code in range(0x110000) if not canonical.seen(f"a{chr(code)}b", 3)}
    assert found == unseen and {0x202E, 0x200B, 0x034F, 0x9B} < found and 0x20 not in found


def test_strict_vectors(shared: Path) -> None:
    folder = shared / "vectors" / "json-strict"
    cases = [(row["desc"], b64(row["data_b64"]), row["accept"]) for row in rows(folder / "cases.json")]
    for row in rows(folder / "expand.json"):
        middle = row.get("middle_char", "") * row.get("middle_repeat", 0) or row["middle"]
        text = row["prefix"] * row["repeat"] + middle + row["suffix"] * row["repeat"]
        cases.append((row["desc"], text.encode(), row["accept"]))
    assert len(cases) == 27
    for name, data, accept in cases:
        if accept:
            assert isinstance(canonical.parse(data), dict), name
        else:
            with pytest.raises(Invalid):
                canonical.parse(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":"' + b"a" * canonical.BODY + b'"}', "ledger.json_too_large"),
        (b'{"a":"\xff"}', "ledger.json_encoding"),
        (b"[" * 17 + b"]" * 17, "ledger.json_depth"),
        (b"[" * 17, "ledger.json_depth"),
        (b'{"a":1', "ledger.json_syntax"),
        (b'{"a":1,"b":2,"a":1}', "ledger.json_repeated_key"),
        (b'{"a":9007199254740992}', "ledger.json_number"),
        (b'{"a":-9007199254740992}', "ledger.json_number"),
        (b'{"a":123456789012345678}', "ledger.json_number"),
        (b'{"a":' + b"1" * 5000 + b"}", "ledger.json_number"),
        (b'{"a":1.0}', "ledger.json_number"),
        (b'{"a":1e2}', "ledger.json_number"),
        (b'{"a":NaN}', "ledger.json_number"),
        (b'{"a":"\\u0000"}', "ledger.json_text"),
        (b'{"\\ud800":1}', "ledger.json_text"),
        (b'"a"', "ledger.json_type"),
        (b"[]", "ledger.json_type"),
        (b'{"a":-0}', "ledger.json_not_canonical"),
        (b'{"b":1,"a":2}', "ledger.json_not_canonical"),
        (b'{"a": 1}', "ledger.json_not_canonical"),
        (b'{"a":"\\u00e9"}', "ledger.json_not_canonical"),
        (b'{"a":"\\/"}', "ledger.json_not_canonical"),
    ],
)
def test_each_refusal_has_its_code(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        canonical.accept(data)
    assert caught.value.code == code


def test_the_bounds_themselves_are_accepted() -> None:
    assert canonical.accept(b'{"a":[' + b"[{}]," * 30 + b'"b"]}')
    assert canonical.accept(b'{"a":' + b"[" * 15 + b"]" * 15 + b"}")
    assert canonical.accept(b'{"a":"[[[[[[[[[[[[[[[[[[[{{{{{{{{\\"[["}')
    assert canonical.accept(b'{"a":9007199254740991,"b":-9007199254740991}')["b"] == -(2**53 - 1)
    data = b'{"a":"' + b"a" * (canonical.BODY - 8) + b'"}'
    assert len(data) == canonical.BODY
    assert canonical.accept(data)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"a": 1.5}, "ledger.json_number"),
        ({"a": 2**53}, "ledger.json_number"),
        ({"a": "\ud800"}, "ledger.json_text"),
        ({"a": "x\0"}, "ledger.json_text"),
        ({"a": b"bytes"}, "ledger.json_type"),
        ({1: "a"}, "ledger.json_type"),
        ({"a": "a" * canonical.BODY}, "ledger.json_too_large"),
    ],
)
def test_nothing_is_written_that_would_not_be_accepted(value: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        canonical.write(value)
    assert caught.value.code == code


def test_a_value_inside_itself_is_too_deep() -> None:
    value: dict[str, Any] = {}
    value["a"] = value
    with pytest.raises(Invalid) as caught:
        canonical.write(value)
    assert caught.value.code == "ledger.json_depth"


def test_order_is_by_utf_16_units() -> None:
    # U+FB33 is one unit 0xFB33; U+1F600 is two, the first 0xD83D: it comes first, unlike in UTF-8
    assert canonical.write({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()
