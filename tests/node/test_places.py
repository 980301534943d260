"""The doubts about a place that is said on a line, at the node that says it and at the one that reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from tests.story import whole
from tests.story.called import FLASH, PLACE, ROLE, carried
from tests.story.desks import agree, desks, terms
from tests.story.test_sites import site
from tests.story.whole import Two
from wideberth.desk import call_entries
from wideberth.desk.call_entries import Called
from wideberth.desk.phrase_values import Position
from wideberth.errors import Refused
from wideberth.ledger.canonical import Value
from wideberth.model.call import CHECK
from wideberth.node.calls import Asked
from wideberth.node.config import Config
from wideberth.space.notation import read_place

AIRFIELD = (407500000, 352700000)
"""Of the air strike of 2016: 9 km from the place that was told (lon, lat)."""


def place(text: str, words: str | None = None, *, moved: int = 0) -> Value:
    lon, lat = read_place(text, "place").point
    return {"lat_e7": lat + moved, "lon_e7": lon, "notation": text, "words": words}


def asked(where: Value, **more: object) -> Asked:
    return Asked(CHECK, {"place": where}, ROLE, "flash", "en")._replace(**more)  # type: ignore[arg-type]  # fields as they are given


def doubts(found: Two, where: Value, **more: object) -> str:
    """What is said of a place that is not sent."""
    with pytest.raises(Refused) as caught:
        found.one.room.calls.call(found.line, asked(where, **more))
    assert caught.value.code == "call.doubts"
    return caught.value.message


def test_words_and_geometry_that_disagree_are_not_sent_until_they_were_seen(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        # "north", and its figures west of the town that is named
        where = place("35.3359, 40.0300", "north of Deir ez-Zor")
        message = doubts(found, where)
        assert "place:" in message
        mark = message.rpartition("sure ")[2]
        assert doubts(found, where, seen="00000000").endswith(mark)
        assert found.one.room.calls.all() == []
        view = found.one.room.calls.call(found.line, asked(where, seen=mark))
        assert [each.field for each in view.doubts] == ["place"] * len(view.doubts) and view.doubts
        carried(found)
        theirs = found.other.room.calls.one(view.call)
        assert theirs.doubts == view.doubts
        # the same mark is no word about another place
        assert mark not in doubts(found, place("36, 41"), seen=mark)


def test_the_own_position_is_not_a_place_to_be_named(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        assert isinstance(PLACE, dict)
        own = (PLACE["lon_e7"], PLACE["lat_e7"])
        assert "own" in doubts(found, PLACE, own=own)
        assert found.one.room.calls.call(found.line, FLASH).doubts == ()


def test_the_position_of_the_settings_is_asked_where_nobody_says_another(tmp_path: Path) -> None:
    places = tuple(
        whole.make(tmp_path, name, Config(position=where))
        for name, where in zip(whole.NAMES, ("34.1234567, 33.1234567", ""), strict=True)
    )
    time = whole.Time()
    with places[0].open(time) as one, places[1].open(time) as other:
        line = one.take_up(whole.paired(*places), places[0].private).line
        other.take_up(whole.paired(*reversed(places)), places[1].private)
        found = Two(one, other, line, (places[0], places[1]), time)
        assert "own" in doubts(found, place("34.1234567, 33.1234567"))
        # it is told to nobody
        whole.settle(found)
        assert all(b"1234567" not in each.entry.body for each in one.of(line).state.order.placed)


def test_what_was_written_is_read_again_and_whole_degrees_are_asked_about(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        moved = place("35.19123, 36.75123", moved=80_000_0)
        assert "place:" in doubts(found, moved)
        assert "whole degree" in doubts(found, place("35, 36"))


def test_the_receiver_asks_what_the_sender_did_not(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        call = call_entries.new_call(bytes(16))
        fields: dict[str, Value] = {"place": place("35.19123, 36.75123", moved=800_000), "place_2": 7}
        fields["where"] = {"lat_e7": 10**12, "lon_e7": 0, "notation": None, "words": None}
        said = Called(call, CHECK, fields, "en", "flash", ROLE)
        found.one.say(found.line, "urgent", said.type, 1, call_entries.write(said))
        carried(found)
        view = found.other.room.calls.one(call)
        assert {each.field for each in view.doubts} == {"place"}
        assert set(view.unread) == {"place_2", "where"}
        unreadable: Value = {
            "lat_e7": 351912300,
            "lon_e7": 367512300,
            "notation": "by the mill",
            "words": None,
        }
        again = call_entries.new_call(bytes(15) + b"\1")
        said = Called(again, CHECK, {"place": unreadable}, "en", "flash", ROLE)
        found.one.say(found.line, "urgent", said.type, 1, call_entries.write(said))
        carried(found)
        kinds = [each.kind for each in found.other.room.calls.one(again).doubts]
        assert "words_unchecked" in kinds


def test_the_places_and_the_area_of_the_terms_are_known(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        data = terms(found, {"*": "full"})
        agree(found, data)
        known = found.one.room.places
        assert known.own is None
        assert known.known(found.line) == ()
        said = Position(AIRFIELD, None, None)
        assert known.doubts(found.line, said) == ()


def test_the_rows_of_a_list_are_asked_about_by_whoever_is_told_them(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        rows = (
            site("good", 33.0123456, 34.0123456),
            site("whole", 35.0, 34.0),
            site("same", 33.0123456, 34.0123456),
            structs.replace(site("words", 40.0312345, 35.3312345), name="Clinic north of Deir ez-Zor"),
        )
        mine = found.one.sites.edition("Hospitals", rows, ()).list
        assert found.one.sites.send(found.line, mine.list).doubts == ()
        whole.settle(found)
        [told] = found.other.sites.told(found.line)
        asked = {(each.field, each.kind) for each in told.doubts}
        assert {("same", "duplicate"), ("whole", "whole_degree"), ("words", "words")} <= asked
        assert "good" not in {each.field for each in told.doubts}
        assert found.other.sites.told(found.line)[0].doubts is told.doubts
        # whoever told it is shown no doubts of the reader's
        assert [each.doubts for each in found.one.sites.told(found.line)] == [()]
