"""Whose a track is: claimed, by its source, by its callsign, nobody's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wideberth.model.track import NOBODY, Report, Whose
from wideberth.watch.whose import Known, of_track, plain, whose

CLAIMED = Whose("red cross", "", "convoy", "claimed")
OURS = Whose("ours", "", "helicopter", "source")
PLANNED = Whose("ours", "p-1", "survey", "callsign")
THEIRS = Whose("theirs", "n-1", "transport", "callsign")
KNOWN = Known(
    "ours",
    by_id={"icao:4b1815": CLAIMED, "icao:4b1816": Whose(how="claimed")},
    by_source={"fleet": OURS},
    by_callsign={"REGA1": PLANNED, "AF341": THEIRS},
)


def report(name: str = "icao:000001", source: str = "receiver", callsign: str = "") -> Report:
    return Report(source, name, 1, (0, 0), callsign=callsign)


def test_a_claim_goes_before_a_source_before_a_callsign() -> None:
    assert whose(KNOWN, report("icao:4b1815", "fleet", "AF341")) == CLAIMED
    assert whose(KNOWN, report(source="fleet", callsign="AF341")) == OURS
    assert whose(KNOWN, report(callsign="AF341")) == THEIRS
    assert whose(KNOWN, report()) == NOBODY == whose(KNOWN, report(callsign="XY1"))


def test_an_officer_can_say_that_a_track_is_nobodys() -> None:
    assert whose(KNOWN, report("icao:4b1816", callsign="REGA1")) == Whose(how="claimed")


def test_callsigns_are_compared_without_blanks_hyphens_and_case() -> None:
    for written in ("rega 1", "REGA-1", " rega1 ", "R-E-G-A 1"):
        assert whose(KNOWN, report(callsign=written)) == PLANNED
    assert plain(" -\t") == ""
    assert whose(Known(by_callsign={"": PLANNED}), report()) == NOBODY


def test_the_callsign_tells_the_plan_that_the_source_of_the_same_party_leaves_open() -> None:
    assert whose(KNOWN, report(source="fleet", callsign="rega1")) == Whose("ours", "p-1", "survey", "source")
    no_activity = Known("ours", by_source={"fleet": OURS}, by_callsign={"A": Whose("ours", "p-2")})
    assert whose(no_activity, report(source="fleet", callsign="a")) == Whose(
        "ours", "p-2", "helicopter", "source"
    )


def test_a_plan_that_an_officer_has_said_stands() -> None:
    known = Known("ours", by_id={"t:1": Whose("ours", "p-9", "", "claimed")}, by_callsign={"REGA1": PLANNED})
    assert whose(known, report("t:1", callsign="REGA1")).plan == "p-9"


def test_any_source_that_has_told_of_a_track_counts() -> None:
    assert of_track(KNOWN, "t:1", ("receiver", "fleet"), "") == OURS
    assert of_track(KNOWN, "t:1", ("receiver",), "") == NOBODY


@given(st.text(max_size=12))
def test_plain_is_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(text.lower() + " ") == plain(text.lower())
