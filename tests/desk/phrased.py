"""Calls of the shipped phrase book, with any values that their fields may have."""

from __future__ import annotations

from typing import cast

from hypothesis import strategies as st

from wideberth.desk import nobody
from wideberth.ledger import ids
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Field, Kind, Phrase
from wideberth.node.phrases import shipped
from wideberth.render.call import Shown
from wideberth.space.units import DEGREE
from wideberth.space.volume import YEARS

BOOK = shipped()
LETTERS = "abcXYZ 0123456789-.абвЯאבגابج✓"
TEXTS = (
    st.text(LETTERS, min_size=1, max_size=40)
    .map(lambda each: " ".join(each.split()) or "x")
    .filter(lambda each: not nobody.reached_by(each))
)


def _id(letter: str, length: int) -> st.SearchStrategy[Value]:
    return st.binary(min_size=length, max_size=length).map(lambda data: letter + ids.base32(data))


VALUES: dict[Kind, st.SearchStrategy[Value]] = {
    "altitude": st.one_of(
        st.fixed_dictionaries(
            {
                "value": st.integers(-1_000, 60_000),
                "unit": st.sampled_from(["m", "ft"]),
                "datum": st.sampled_from(["HAE", "MSL", "ALT", "FL", "AGL", "MSL/ALT"]),
            }
        ),
        st.fixed_dictionaries({"value": st.integers(0, 600), "unit": st.just("FL"), "datum": st.just("FL")}),
        st.fixed_dictionaries(
            {"value": st.just(0), "unit": st.just("m"), "datum": st.sampled_from(["SFC", "UNL"])}
        ),
    ),
    "bearing": st.fixed_dictionaries(
        {"deg": st.integers(0, 359), "north": st.sampled_from(["true", "magnetic"])}
    ),
    "call": _id("k-", 16),
    "callsign": st.fixed_dictionaries(
        {"name": TEXTS, "latin": st.one_of(st.none(), st.sampled_from(["KITE 7", "Falcon-12"]))}
    ),
    "case": _id("", 32),
    "count": st.integers(0, 9_999),
    "distance": st.fixed_dictionaries(
        {"value_e3": st.integers(0, 500_000), "unit": st.sampled_from(["m", "km", "NM", "ft"])}
    ),
    "duration": st.fixed_dictionaries({"ms": st.integers(0, 31 * 24 * 60 * 60_000)}),
    "frequency": st.fixed_dictionaries({"hz": st.integers(1, 3 * 10**12)}),
    "hold": _id("h-", 16),
    "notice": _id("n-", 16),
    "place": st.fixed_dictionaries(
        {
            "lat_e7": st.integers(-90 * DEGREE, 90 * DEGREE),
            "lon_e7": st.integers(-180 * DEGREE, 180 * DEGREE),
            "words": st.one_of(st.none(), TEXTS),
            "notation": st.one_of(
                st.none(), st.just("35°20.12'N 040°08.30'E"), st.just("+35.33 +040.1234567")
            ),
        }
    ),
    "role": st.one_of(st.sampled_from(["officer", "deputy", "watch", "commander"]), TEXTS),
    "site": TEXTS,
    "time": st.fixed_dictionaries({"at_ms": st.integers(*YEARS)}),
    "yes_no": st.booleans(),
}


def values(field: Field) -> st.SearchStrategy[Value]:
    """Any value that a field may have."""
    return st.sampled_from(field.choices) if field.kind == "choice" else VALUES[field.kind]


@st.composite
def fields(draw: st.DrawFn, phrase: Phrase) -> dict[str, Value]:
    """Fields with which a phrase may be said."""
    some = draw(st.sampled_from(phrase.any_of)) if phrase.any_of else None
    return {
        each.name: draw(values(each))
        for each in phrase.fields
        if each.required or each.name == some or draw(st.booleans())
    }


@st.composite
def calls(draw: st.DrawFn) -> Shown:
    """Any call that may be said."""
    phrase = draw(st.sampled_from(list(BOOK.phrases.values())))
    return Shown(
        phrase.code,
        draw(fields(phrase)),
        phrase.precedence,
        draw(st.one_of(st.just("officer"), TEXTS)),
        draw(st.sampled_from(["en", "ru", "he", "ar", "fr"])),
        draw(st.one_of(st.none(), TEXTS)),
        cast("str", draw(VALUES["call"])),
        exercise=draw(st.booleans()),
    )


_INNER = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9),
)
_KEYS = st.sampled_from(
    [
        "lat_e7",
        "lon_e7",
        "notation",
        "words",
        "unit",
        "value",
        "value_e3",
        "datum",
        "latin",
        "name",
        "at_ms",
        "x",
    ]
)
ANYTHING: st.SearchStrategy[Value] = st.recursive(
    _INNER,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=5)),
    max_leaves=8,
)
"""What a hostile party may put in a field."""
