from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.desk import rings, volumes
from wideberth.node import open_line
from wideberth.render import sheet
from wideberth.render.incident_words import WORDS, says
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

VOLUME = Volume(
    Circle((33 * DEGREE, 34 * DEGREE), 5_000 * METRE),
    Altitude("MSL", 1_000 * FOOT),
    Altitude("MSL", 2_000 * FOOT),
    1_800_000_000_000,
    1_800_003_600_000,
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"call": "k-x", "text": None, "fields": {}, "list": []}, "call k-x"),
        ({"until_ms": 1_800_000_000_000, "delay_ms": 900_000}, "until 2027-01-15 08:00Z; delay_ms 900000"),
        ({"ok": True, "not": False, "at_ms": True}, "ok yes; not no; at_ms yes"),
        ({"a": [1, "b", {"c": 2}], "d": {"e": "f"}}, "a 1, b, (c 2); d (e f)"),
        (
            {"at": {"lat_e7": 340_000_000, "lon_e7": 330_000_000, "words": "the bridge"}},
            "at (34°00.00′N 033°00.00′E (34.00000, 33.00000), the bridge)",
        ),
        ({"at": {"lat_e7": 2**53, "lon_e7": 0}}, f"at (lat_e7 {2**53}; lon_e7 0)"),
        ({"ground": "none of ours"}, "ground none of ours"),
        (
            {"volumes": [volumes.write(VOLUME)]},
            f"volumes ({sheet.words(VOLUME)})",
        ),
    ],
)
def test_what_is_said(said: object, words: str) -> None:
    assert says("x", json.dumps(said)) == words


def test_a_piece_of_a_large_body_is_no_text() -> None:
    assert (
        says("part", '{"data":"abc"}')
        == "14 characters; the whole of it, as far as it is here, is in bodies/"
    )


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(("lat_e7", "lon_e7", "ground", "at_ms", "words", "x")), inner, max_size=4
    ),
))  # fmt: skip
def test_whatever_a_peer_says_is_shown(said: object) -> None:
    assert isinstance(says("x", json.dumps({"said": said})), str)


def test_every_type_that_a_line_has_is_said_in_words() -> None:
    """But keys, agreements and what keeps a line going, which are about no incident."""
    kinds = {kind for kind, _ in open_line.KNOWN} | {kind for kind, _ in rings.KNOWN}
    others = ("agreement.", "manual.", "site.", "plan", "line.", "list", "gate.", "history.", "consent")
    assert sorted(kind for kind in kinds - set(WORDS) if not kind.startswith(others)) == []
