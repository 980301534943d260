"""Calls against the phrase book, and read-backs compared field by field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.phrased import ANYTHING, BOOK, calls, fields, values
from wideberth.desk import phrase_values, phrases
from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Field
from wideberth.render.call import Shown

PLACE: dict[str, Value] = {"lat_e7": 353353333, "lon_e7": 401383333, "notation": None, "words": None}


def refused(code: str | None, given: dict[str, Value]) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        phrases.check(BOOK, code, given)
    return caught.value.code, caught.value.path


@given(calls())
def test_what_may_be_said_is_accepted_and_stays_what_it_is(call: Shown) -> None:
    phrases.check(BOOK, call.code, call.fields)
    assert phrases.unread(BOOK, call.code, call.fields) == {}
    body = canonical.write({"fields": dict(call.fields)}, limit=canonical.URGENT)
    again = canonical.accept(body)["fields"]
    assert again == call.fields
    assert isinstance(again, dict)
    assert phrases.matched(phrases.compare(call.fields, again))


@given(st.data())
def test_any_change_of_a_field_differs_and_no_other_does(data: st.DataObject) -> None:
    phrase = data.draw(st.sampled_from(list(BOOK.phrases.values())))
    said = data.draw(fields(phrase).filter(bool))
    name = data.draw(st.sampled_from(sorted(said)))
    field = phrase.field(name)
    assert field is not None
    other = data.draw(values(field).filter(lambda each: meaning(field, each) != meaning(field, said[name])))
    found = phrases.compare(said, {**said, name: other})
    assert {each.name: each.result for each in found} == {
        each: "differs" if each == name else "matched" for each in said
    }
    assert not phrases.matched(found)


def meaning(field: Field, value: Value) -> object:
    """What is compared, found in another way."""
    match field.kind:
        case "place":
            return phrase_values.place(value, "").point
        case "altitude":
            return phrase_values.height(value, "")
        case "distance":
            thousandths, unit = phrase_values.distance(value, "")
            return thousandths * phrase_values.DISTANCES[unit]
        case "callsign":
            found = phrase_values.callsign(value, "")
            # either will do: two callsigns are another one only where nothing of them is the same
            return "".join(each for each in found.name.lower() if each not in " -")
    return value


@given(st.dictionaries(st.sampled_from("abcd"), ANYTHING), st.dictionaries(st.sampled_from("abcd"), ANYTHING))
def test_whatever_is_said_can_be_compared(said: dict[str, Value], heard: dict[str, Value]) -> None:
    try:
        canonical.write({"fields": said, "heard": heard})
    except Invalid:
        return  # no entry holds it
    found = {each.name: each.result for each in phrases.compare(said, heard)}
    assert found.keys() == said.keys() | heard.keys()
    assert all((found[name] == "missing") == (name not in heard) for name in said)
    assert all((found[name] == "added") == (name not in said) for name in heard)
    assert phrases.matched(phrases.compare(said, dict(said)))
    assert not any(
        found[name] == "matched" and type(said[name]) is not type(heard[name]) for name in said.keys() & heard
    )


@given(
    st.sampled_from([*BOOK.phrases, "NEWER", None]),
    st.dictionaries(st.sampled_from(["place", "at", "x"]), ANYTHING),
)
def test_what_a_stranger_says_never_raises_at_its_reader(code: str | None, given: dict[str, Value]) -> None:
    found = phrases.unread(BOOK, code, given)
    try:
        phrases.check(BOOK, code, given)
    except Invalid as error:
        some = code in BOOK.phrases and BOOK.phrases[code].any_of
        assert found or (some and error.code == "phrase.missing")
    else:
        assert found == {}
    assert phrases.places(BOOK, code, given).keys() <= given.keys()


def test_the_words_and_the_notation_of_a_place_are_for_people() -> None:
    said = {"place": {**PLACE, "words": "at the bridge", "notation": "35°20.12'N 040°08.30'E"}}
    assert phrases.matched(phrases.compare(said, {"place": PLACE}))
    near = {"place": {**PLACE, "lat_e7": 353353334}}
    assert phrases.compare(said, near)[0].result == "differs"


@pytest.mark.parametrize(
    ("said", "heard", "same"),
    [
        ({"datum": "FL", "unit": "FL", "value": 310}, {"datum": "FL", "unit": "ft", "value": 31_000}, True),
        ({"datum": "MSL", "unit": "ft", "value": 3_000}, {"datum": "MSL", "unit": "m", "value": 914}, False),
        (
            {"datum": "MSL", "unit": "ft", "value": 3_000},
            {"datum": "AGL", "unit": "ft", "value": 3_000},
            False,
        ),
        ({"unit": "NM", "value_e3": 5_000}, {"unit": "km", "value_e3": 9_260}, True),
        ({"unit": "NM", "value_e3": 5_000}, {"unit": "km", "value_e3": 9_300}, False),
        ({"latin": None, "name": "KITE 7"}, {"latin": None, "name": "kite-7"}, True),
        ({"latin": None, "name": "KITE 7"}, {"latin": None, "name": "KITE 1"}, False),
        ({"latin": "Sokol 3", "name": "СОКОЛ 3"}, {"latin": None, "name": "SOKOL 3"}, True),
        ({"latin": "Sokol 3", "name": "СОКОЛ 3"}, {"latin": "Sokol 4", "name": "СОКОЛ 3"}, False),
        ({"latin": None, "name": "KITE 7"}, {"latin": "KITE 7", "name": "KITE 7"}, True),
        ({"latin": 1, "name": 2}, {"latin": 1, "name": 2}, True),
        ({"latin": 1, "name": 2}, {"latin": 1, "name": 3}, False),
        ({"datum": "MSL", "unit": "mi", "value": 1}, {"datum": "MSL", "unit": "ft", "value": 1}, False),
        ({"datum": "MSL", "unit": "ft", "value": True}, {"datum": "MSL", "unit": "ft", "value": 1}, False),
        ({"unit": "mi", "value_e3": 1}, {"unit": "mi", "value_e3": 2}, False),
        (True, 1, False),
        ({"deg": 45, "north": "true"}, {"deg": 45, "north": "magnetic"}, False),
        ({"at_ms": 1}, {"at_ms": 2}, False),
    ],
)
def test_what_is_the_same(said: Value, heard: Value, same: bool) -> None:
    assert phrases.same(said, heard) is same


def test_what_may_not_be_said_names_the_field() -> None:
    assert refused("NEWER", {}) == ("phrase.code", "code")
    assert refused("CHECK", {}) == ("phrase.missing", "fields.place")
    assert refused("CHECK", {"place": PLACE, "colour": "red"}) == ("phrase.field", "fields.colour")
    assert refused(None, {"place": PLACE}) == ("phrase.field", "fields.place")
    assert refused("CEASING", {"at": {"at_ms": 1_795_428_300_000}}) == ("phrase.missing", "fields")
    phrases.check(BOOK, None, {})


@pytest.mark.parametrize(
    ("kind", "value", "code", "path"),
    [
        ("place", {**PLACE, "lat_e7": 900000001}, "phrase.value", "f.lat_e7"),
        ("place", {**PLACE, "lon_e7": 1.5}, "phrase.value", "f.lon_e7"),
        ("place", {"lat_e7": 0, "lon_e7": 0}, "phrase.value", "f"),
        ("place", {**PLACE, "words": "call +49 170 1234567"}, "phrase.personal", "f.words"),
        ("place", {**PLACE, "notation": "call 0170 1234567"}, "phrase.personal", "f.notation"),
        ("place", {**PLACE, "words": "a\u202eb"}, "phrase.value", "f.words"),
        ("place", "here", "phrase.value", "f"),
        ("altitude", {"datum": "QFE", "unit": "ft", "value": 1}, "phrase.value", "f.datum"),
        ("altitude", {"datum": "MSL", "unit": "FL", "value": 1}, "phrase.value", "f.unit"),
        ("altitude", {"datum": "SFC", "unit": "m", "value": 1}, "phrase.value", "f.value"),
        ("altitude", {"datum": "MSL", "unit": "m", "value": 200_000}, "altitude.range", "f"),
        ("distance", {"unit": "mi", "value_e3": 1}, "phrase.value", "f.unit"),
        ("distance", {"unit": "km", "value_e3": 20_000_001}, "phrase.value", "f.value_e3"),
        ("bearing", {"deg": 360, "north": "true"}, "phrase.value", "f.deg"),
        ("bearing", {"deg": 0, "north": "grid"}, "phrase.value", "f.north"),
        ("callsign", {"latin": "Сокол", "name": "Сокол"}, "phrase.value", "f.latin"),
        ("callsign", {"latin": None, "name": "a@b.example"}, "phrase.personal", "f.name"),
        ("choice", "maybe", "phrase.value", "f"),
        ("count", True, "phrase.value", "f"),
        ("yes_no", 1, "phrase.value", "f"),
        ("call", "n-abc", "phrase.value", "f"),
        ("call", "k-abc", "ledger.base32", "f"),
        ("case", "abc", "ledger.base32", "f"),
        ("role", "", "phrase.value", "f"),
        ("time", {"at_ms": -(2**53)}, "phrase.value", "f.at_ms"),
        ("duration", {"ms": -1}, "phrase.value", "f.ms"),
        ("frequency", {"hz": 0}, "phrase.value", "f.hz"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_refused(kind: str, value: Value, code: str, path: str) -> None:
    field = Field("f", kind, choices=("yes", "no") if kind == "choice" else ())  # type: ignore[arg-type]  # of a table
    with pytest.raises(Invalid) as caught:
        phrase_values.check(field, value, "f")
    assert (caught.value.code, caught.value.path) == (code, path)


def test_places_of_a_call_and_of_a_newer_one() -> None:
    both: dict[str, Value] = {"place": PLACE, "wrong_place": {**PLACE, "lat_e7": 0}, "call": "k-" + "a" * 26}
    assert sorted(phrases.places(BOOK, "PLACE-CORRECTION", both)) == ["place", "wrong_place"]
    assert sorted(phrases.places(BOOK, "NEWER", {"here": PLACE, "x": 1})) == ["here"]


def test_a_read_back_has_fields_of_the_code_and_names_nobody() -> None:
    place: Value = {"lat_e7": 1, "lon_e7": 2, "notation": None, "words": None}
    phrases.check_heard(BOOK, "CHECK", {"place": place})
    phrases.check_heard(BOOK, "CHECK", {})
    phrases.check_heard(BOOK, None, {})
    phrases.check_heard(BOOK, "A-NEWER-CODE", {})
    named: Value = {"callsign": {"name": "+90 555 123 45 67", "latin": None}}
    for code, heard, what in (
        ("CHECK", {"where": place}, "phrase.field"),
        (None, {"place": place}, "phrase.field"),
        ("A-NEWER-CODE", {"place": place}, "phrase.code"),
        ("CHECK", {"place": 7}, "phrase.value"),
        ("CHECK", named, "phrase.personal"),
    ):
        with pytest.raises(Invalid) as caught:
            phrases.check_heard(BOOK, code, heard)  # type: ignore[arg-type]  # what may be entered
        assert caught.value.code == what


def test_either_coordinate_alone_makes_another_place() -> None:
    said: dict[str, Value] = {"lat_e7": 351_912_345, "lon_e7": 367_512_345, "notation": None, "words": None}
    assert phrases.same(said, {**said, "words": "north of the bridge", "notation": "35.1912345 36.7512345"})
    for axis in ("lat_e7", "lon_e7"):
        for by in (-1, 1, 1_000_000):
            moved = {**said, axis: int(str(said[axis])) + by}
            assert not phrases.same(said, moved)
            [found] = phrases.compare({"place": said}, {"place": moved})
            assert found.result == "differs"
