"""Errors say where, what was found and what is accepted, in text that is safe to print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid, Refused, WideberthError, shorten


def test_invalid_carries_code_path_found_and_wanted() -> None:
    error = Invalid("geometry.open_ring", "features[3].geometry", 7, "a closed ring")
    assert (error.code, error.path, error.found, error.wanted) == (
        "geometry.open_ring",
        "features[3].geometry",
        "7",
        "a closed ring",
    )
    assert error.message == str(error) == "found 7; accepted: a closed ring"


@pytest.mark.parametrize(
    ("path", "prefix", "joined"),
    [
        ("lower", "features[0].properties", "features[0].properties.lower"),
        ("[2]", "features[0].geometry.coordinates", "features[0].geometry.coordinates[2]"),
        ("", "row 7", "row 7"),
    ],
)
def test_seen_from_one_level_up_the_path_grows_and_nothing_else_changes(
    path: str, prefix: str, joined: str
) -> None:
    inner = Invalid("time.backwards", path, "x" * 200, "start before end")
    outer = inner.under(prefix)
    assert outer.path == joined
    assert (outer.code, outer.found, outer.wanted) == (inner.code, inner.found, inner.wanted)


def test_refused_is_not_the_inputs_fault() -> None:
    error = Refused("separation.missing", "name a preset")
    assert (error.code, error.message, str(error)) == ("separation.missing", "name a preset", "name a preset")
    assert isinstance(error, WideberthError)
    assert not isinstance(error, Invalid)


def test_text_is_shown_as_it_stands_and_other_values_as_python_writes_them() -> None:
    assert shorten("3 NM") == "3 NM"
    assert shorten(float("nan")) == "nan"
    assert shorten(["a", None]) == "['a', None]"


def test_control_and_direction_characters_cannot_reach_a_terminal() -> None:
    assert shorten("a\x1b[31m\nb\u202ec") == "a\\u001b[31m\\u000ab\\u202ec"


def test_long_text_is_cut_and_says_so() -> None:
    assert shorten("x" * 80) == "x" * 80
    assert shorten("x" * 81) == "x" * 79 + "…"
    assert shorten("abcdef", limit=4) == "abc…"


@given(st.text(max_size=300))
def test_any_text_becomes_one_printable_line_of_bounded_length(text: str) -> None:
    short = shorten(text)
    assert len(short) <= 80
    assert short.isprintable()
