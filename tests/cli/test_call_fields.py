"""Fields of a call as people write them, and as the entry holds them."""

from __future__ import annotations

import pytest

from wideberth.cli import call_fields
from wideberth.desk import phrases
from wideberth.errors import Invalid
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Field
from wideberth.node.phrases import shipped

NOW = 1_800_000_000_000
BOOK = shipped()


def entered(kind: str, text: str) -> Value:
    return call_fields.as_entered(Field("x", kind, False), text, NOW)  # type: ignore[arg-type]  # a kind


def test_fields_are_read_by_their_kinds_and_may_be_said() -> None:
    given = (
        "place=35.19, 36.75",
        "place.words=north of the bridge",
        "altitude=1500 ft MSL",
        "seen_at=2027-01-15T08:00:00Z",
        "what=our_convoy",
        "callsign=цапля 1",
        "callsign.latin=HERON1",
        "direction=90 M",
    )
    found = call_fields.read(BOOK.phrases["CHECK"], given, NOW)
    assert found == {
        "place": {
            "lat_e7": 351900000,
            "lon_e7": 367500000,
            "notation": "35.19, 36.75",
            "words": "north of the bridge",
        },
        "altitude": {"datum": "MSL/ALT", "unit": "ft", "value": 1_500},
        "seen_at": {"at_ms": 1_800_000_000_000},
        "what": "our_convoy",
        "callsign": {"latin": "HERON1", "name": "цапля 1"},
        "direction": {"deg": 90, "north": "magnetic"},
    }
    phrases.check(BOOK, "CHECK", found)


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("altitude", "FL120", {"datum": "FL", "unit": "FL", "value": 120}),
        ("altitude", "SFC", {"datum": "SFC", "unit": "m", "value": 0}),
        ("altitude", "300 m AGL", {"datum": "AGL", "unit": "m", "value": 300}),
        ("distance", "2.5 NM", {"unit": "NM", "value_e3": 2_500}),
        ("distance", "500m", {"unit": "m", "value_e3": 500_000}),
        ("bearing", "7", {"deg": 7, "north": "true"}),
        ("duration", "30min", {"ms": 1_800_000}),
        ("frequency", "121.5 MHz", {"hz": 121_500_000}),
        ("time", "+30min", {"at_ms": NOW + 1_800_000}),
        ("count", "12", 12),
        ("yes_no", "No", False),
        ("role", "commander", "commander"),
    ],
)
def test_a_value_as_it_is_entered(kind: str, text: str, wanted: Value) -> None:
    assert entered(kind, text) == wanted


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("altitude", "1500.5 ft MSL"),
        ("distance", "two miles"),
        ("distance", "2 miles"),
        ("bearing", "ninety"),
        ("count", "-1"),
        ("count", "٣"),
        ("yes_no", "perhaps"),
        ("time", "soon"),
        ("time", "+soon"),
        ("duration", "soon"),
        ("place", "by the mill"),
    ],
)
def test_a_value_that_cannot_be_read(kind: str, text: str) -> None:
    with pytest.raises(Invalid):
        entered(kind, text)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("place",), "call.argument"),
        (("place=",), "call.argument"),
        (("what=our_unit", "what=our_unit"), "call.argument"),
        (("place.words=north",), "call.argument"),
        (("what=our_unit", "what.words=north"), "call.argument"),
        (("place=35.19, 36.75", "place.latin=X"), "call.argument"),
        (("where=35.19, 36.75",), "phrase.field"),
    ],
)
def test_what_is_no_field(given: tuple[str, ...], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        call_fields.read(BOOK.phrases["CHECK"], given, NOW)
    assert caught.value.code == code
