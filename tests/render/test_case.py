"""A case in words and as a page: each kind of entry, what is missing, and what a name may hold."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # our own output
from typing import Any

import pytest
from msgspec import structs

from tests.desk.cased import CASE, NOTICES, Chain, Two
from tests.ledger.records import EXPORTED
from tests.ledger.two import GENESIS, LINE, A, B, origin
from wideberth.desk import case_entries, case_record, notice_entries
from wideberth.desk.agreements import Standing
from wideberth.desk.case_entries import (
    Accepted,
    Acknowledged,
    Closed,
    Escalated,
    Lapsed,
    Opened,
    Proposed,
    Ref,
)
from wideberth.desk.case_record import Step
from wideberth.desk.notice_entries import Checked as Compared
from wideberth.desk.notice_entries import Consented, NotChecked, Stated, Told, Which
from wideberth.formats.recordfile import Opening
from wideberth.ledger.body import Entry
from wideberth.ledger.record import Findings, Result
from wideberth.render import case, case_map
from wideberth.render.case import Shown
from wideberth.render.case_map import Side
from wideberth.render.record import Checked
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import FOOT, METRE
from wideberth.space.volume import Volume

MINE, THEIRS = NOTICES[A.name], NOTICES[B.name]
CIRCLE = Circle((330_000_000, 344_000_000), 2_000 * METRE)
VOLUME = Volume(CIRCLE, Altitude("MSL", 1_000 * FOOT), Altitude("MSL", 2_000 * FOOT), 0, 3_600_000)
REF = Ref(origin(A), 4)


def shown(entries: list[Entry], since: Any = None) -> Shown:
    result = Result(LINE, (), Findings(), Findings())
    checked = Checked(
        "case.record", Opening(EXPORTED, GENESIS, ()), result, {A.name: "North", B.name: "South"}
    )
    return Shown(checked, case_record.tell(LINE, CASE, entries, since), Standing())


def two() -> list[Entry]:
    return [each.entry for chain in Two().chains.values() for each in chain.chain]


def told(*volumes: Volume, level: Any = "full", callsign: str = "heron 1") -> Told:
    return Told(MINE, 1, level, "accepted", "survey", callsign, volumes)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            told(VOLUME),
            f"gives notice {MINE}, version 1: survey, callsign heron 1; told as accepted, full, 1 volume",
        ),
        (told(level="conflict-only", callsign=""), "conflict-only, its volumes are not told on this line"),
        (structs.replace(told(VOLUME, VOLUME), simplified=True), "2 volumes, simplified outwards"),
        (Stated(MINE, 2, "activated"), f"says that the plan of {MINE}, version 2, is activated"),
        (Stated(MINE, 2, "activated", "commander", (B.name,)), "by commander, although not confirmed by 1"),
        (Consented(MINE, 1), "where it was allotted, and nowhere else"),
        (Compared((Which(MINE, 1),)), f"has compared with its own plans: {MINE} version 1"),
        (Compared((Which(MINE, 1), Which("n-" + "a" * 26, 1))), f"{MINE} version 1, and 1 other"),
        (NotChecked((Which(MINE, 1),), "no_terms"), f"has NOT CHECKED (no terms): {MINE} version 1"),
        (Opened(CASE, (MINE, THEIRS), "close"), "finds the two notices in conflict: they are too close"),
        (Opened(CASE, (MINE, THEIRS), "overlap", (VOLUME,)), "they overlap, in 1 volume of the public grid"),
        (Proposed(CASE, MINE, 1, 0, {"delay_ms": -900_000}), "version 1: 15 min earlier; until 1970-01-01"),
        (Proposed(CASE, MINE, 1, 0, {"lift_dmm": -500 * FOOT}), "500 ft lower"),
        (Proposed(CASE, MINE, 1, 0, {"volumes": [{}, {}]}), "other volumes (2)"),
        (Proposed(CASE, MINE, 1, 0, {"cancel": True}), "it is cancelled"),
        (Proposed(CASE, MINE, 1, 0, {"cancel": False}), "a change that this program does not understand"),
        (Accepted(CASE, REF), "accepts the proposal in North main 4"),
        (Acknowledged(CASE, REF), "knows of the acceptance of the proposal in North main 4"),
        (Lapsed(CASE, REF), "lets lapse the proposal in North main 4"),
        (Escalated(CASE, "commander"), "raises the case to its own commander"),
        (Closed(CASE, "ended"), "finds no conflict between the two any more: a plan has ended"),
    ],
)
def test_each_kind_of_entry_in_words(said: Any, words: str) -> None:
    module: Any = case_entries if isinstance(said, case_entries.Said) else notice_entries
    made = Chain(A, B).enter(said.TYPE, module.write(said), [])
    assert words in case.says(shown(two()), Step(made.entry, False, None))


def test_what_says_nothing_is_shown_as_what_it_is() -> None:
    chain = Chain(A, B)
    bad = chain.enter("case.accept", {"case": CASE, "proposal": 7}, []).entry
    strange = chain.enter("case.later", {"case": CASE}, []).entry
    answer: Any = {"entries": [{"n": 0, "origin": origin(A).text, "to": 9, "why": "type"}]}
    unable = chain.enter("unable", answer, []).entry
    found = shown([*two()])
    assert "enters a case.accept v1 that says nothing" in case.says(found, Step(bad, False, None))
    assert "that this program does not understand" in case.says(found, Step(strange, False, None))
    words = case.says(found, Step(unable, False, None))
    assert (
        words.startswith("answers that it does not understand North main 0 (type)") and "main 9" not in words
    )
    bare = structs.replace(bad, salt=b"", body=b"")
    assert "enters something else (case.accept v1)" in case.says(found, Step(bare, False, None))


def test_where_a_case_stands() -> None:
    entries = two()
    assert case.standing_words(shown(entries, {})).startswith("open, as of")
    assert case.standing_words(shown([], {})).startswith("nothing here opens it, as of")
    told = Two()
    a, b = told.chains.values()
    made = a.say(a.proposal(), b.chain)
    b.say(Accepted(CASE, made.ref), a.chain)
    entries = [each.entry for chain in told.chains.values() for each in chain.chain]
    assert "accepted, and not final yet" in case.standing_words(shown(entries, {}))
    assert "whether that is final does not show" in case.standing_words(shown(entries))
    a.say(Closed(CASE, "clear"), b.chain)
    b.say(Closed(CASE, "clear"), a.chain)
    entries = [each.entry for chain in told.chains.values() for each in chain.chain]
    assert case.standing_words(shown(entries, {})) == "closed: no known conflict, as of 1970-01-01 00:00Z"


def side(name: str, *volumes: Volume) -> Side:
    made = Chain(A, B)
    entry = made.enter(
        "notice", notice_entries.write(told(*volumes, level="full" if volumes else "conflict-only")), []
    )
    found = shown([entry.entry]).told.state.notices[MINE]
    return Side(name, found)


def test_the_picture() -> None:
    svg = case_map.picture([side("<North> & co", VOLUME), side("South")])
    root = ET.fromstring(svg)
    words = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "<North> & co" in words and "South: not told where" in words
    assert "1,000 ft MSL" in words and "1970-01-01 00:00Z" in words
    colours = {each.get(name) for each in root.iter() for name in ("stroke", "fill") if each.get(name)}
    assert not {each for each in colours if each and each.startswith("#0")}, "grey and hatches only"


def test_without_a_place_there_is_no_picture_and_without_limits_no_profile() -> None:
    assert case_map.picture([side("North"), side("South")]) == ""
    open_ended = structs.replace(VOLUME, end=None)
    mixed = structs.replace(VOLUME, upper=Altitude("FL", 3_000 * FOOT))
    for volume in (open_ended, mixed):
        assert "MSL" not in case_map.picture([side("North", volume)])
    assert "1970" in case_map.picture(
        [side("North", structs.replace(VOLUME, lower=SURFACE, upper=UNLIMITED))]
    )
