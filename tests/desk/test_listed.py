"""Rows of lists: written and read again; people in them, and what is no row, are refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.sited import HERE, row, rows
from wideberth.desk import listed
from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.model.site import Listed
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Corridor, Polygon
from wideberth.space.volume import Frequencies, Pad, Volume


@settings(max_examples=60, deadline=None)
@given(st.lists(rows(), max_size=3, unique_by=lambda each: each.id))
def test_what_is_written_is_read_again(found: list[Listed]) -> None:
    for each in found:
        assert listed.read(listed.write(each)) == each
    data = listed.write_all(found)
    assert listed.read_all(data) == tuple(sorted(found, key=lambda each: each.id))
    assert listed.write_all(reversed(found)) == data


@pytest.mark.parametrize(
    ("key", "found", "code"),
    [
        ("id", "", "site.text"),
        ("id", "x" * 61, "site.text"),
        ("id", " h", "site.text"),
        ("id", 7, "site.text"),
        ("name", "two\nlines", "site.text"),
        ("name", "x" * 201, "site.text"),
        ("kind", "volume", "site.row"),
        ("grade", "certain", "site.row"),
        ("review_ms", True, "site.row"),
        ("review_ms", "soon", "site.row"),
        ("review_ms", 2**53, "site.row"),
        ("photo", "x", "ledger.base32"),
        ("volumes", [], "volume.entry"),
        ("source", None, "site.text"),
    ],
)
def test_what_is_no_row_is_refused(key: str, found: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        listed.read({**listed.write(row()), key: found})
    assert caught.value.code == code
    assert caught.value.path.startswith(f"row.{key}")


@pytest.mark.parametrize("found", [None, [], {}, {**listed.write(row()), "more": 1}])
def test_a_row_has_its_fields_and_no_other(found: Any) -> None:
    with pytest.raises(Invalid) as caught:
        listed.read(found)
    assert caught.value.code == "site.row"


@pytest.mark.parametrize(
    "text",
    [
        "Clinic, ask for +963 11 222 3344",
        "+963112223344",
        "ward 2, 0933 222 333",
        "night desk: 011/222-3344",
        "write to ward@example.org",
    ],
)
@pytest.mark.parametrize("key", ["name", "of", "source", "activity", "callsign"])
def test_telephones_and_mail_addresses_are_refused_and_not_said_again(key: str, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        listed.read({**listed.write(row()), key: text})
    assert caught.value.code == "site.personal"
    assert text not in str(caught.value) + caught.value.found


@pytest.mark.parametrize(
    "text", ["Clinic 1234567890", "School no. 0, block 12", "33.5131, 36.2765", "Site 2026-11-23", "A+ ward"]
)
def test_what_is_no_telephone_is_not_taken_for_one(text: str) -> None:
    assert listed.read({**listed.write(row()), "name": text}).name == text


def test_a_reference_number_may_begin_with_a_nought() -> None:
    assert listed.read({**listed.write(row()), "id": "0201234567"}).id == "0201234567"
    with pytest.raises(Invalid):
        listed.row_id("+963 112 223 344")


def test_a_row_is_as_large_as_a_body_holds() -> None:
    with pytest.raises(Invalid) as caught:
        listed.read(listed.write(structs.replace(row(), volumes=(HERE,) * 400)))
    assert caught.value.code == "site.row_too_large"


def test_a_row_that_is_not_written_to_see_its_size_surely_fits() -> None:
    wide = (-1_799_999_999, -899_999_999)
    low, high = Altitude("MSL/ALT", -(10**12)), Altitude("MSL/ALT", 10**12)
    pad, band = Pad(10**15, 10**15, 10**15), Frequencies(10**14, 10**15 - 1)
    text = "\U0001f3e5" * 200
    for points in (2, 50, listed.FEW - listed.VOLUME):
        ground = Corridor((wide,) * points, 10**11, "geodesic", 10**11)
        volume = Volume(ground, low, high, -62_135_596_800_000, 253_402_300_799_999, band, pad)
        volumes = (volume,) * (listed.FEW // (points + listed.VOLUME))
        full = Listed(
            text[:60], "site", text, volumes, text, "unverified", text, bytes(32), -(10**13), text, text
        )
        assert len(canonical.write(listed.write(full))) <= listed.ROW
    assert listed._points(Polygon((((0, 0), (1, 1), (2, 0)), ((0, 0),)))) == 4


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[]", "ledger.json_type"),
        (b'{"rows":1}', "site.row"),
        (b'{"more":1,"rows":[]}', "site.row"),
        (b'{"rows":[1]}', "site.row"),
        (b'{"rows": []}', "ledger.json_not_canonical"),
    ],
)
def test_bytes_that_are_no_list_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        listed.read_all(data)
    assert caught.value.code == code


def test_each_row_stands_once_and_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid) as caught:
        listed.write_all([row(), row()])
    assert caught.value.code == "site.repeated"
    there = [listed.write(row(each)) for each in ("b", "a")]
    with pytest.raises(Invalid) as order:
        listed.read_all(canonical.write({"rows": list(there)}))
    assert order.value.code == "site.order"
    monkeypatch.setattr(listed, "ROWS", 1)
    with pytest.raises(Invalid) as many:
        listed.write_all([row("a"), row("b")])
    assert many.value.code == "site.too_many"


@pytest.mark.parametrize("found", [0, -1, True, "1", 2**53])
def test_numbers_are_whole(found: Any) -> None:
    assert listed.number(1, "version") == 1
    with pytest.raises(Invalid):
        listed.number(found, "version")
