"""A node moves to another machine; a copy from before, or one that goes on beside it, is found out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ledger.two import seed
from tests.story import whole
from tests.story.whole import Two, settle, words
from wideberth.errors import Refused
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Origin
from wideberth.line.messages import CHECK
from wideberth.node import directory, moved, moving
from wideberth.node.config import Config
from wideberth.node.moving import Packed
from wideberth.node.node import Node


def say(node: Node, line: str, word: str) -> None:
    node.say(line, "main", "test.said", 1, {"said": word})


def said(word: str) -> str:
    return f'{{"said":"{word}"}}'


def key(place: whole.Place) -> bytes:
    return seed(f"{place.name} journal")


def pack(place: whole.Place, out: Path, time: whole.Time) -> Packed:
    with directory.held(place.path, moved=True):
        return moving.pack(place.path, Config(), key(place), out, time.clock.now())


@contextmanager
def talking(folder: Path) -> Iterator[Two]:
    with whole.two(folder) as found:
        settle(found)
        say(found.one, found.line, "before")
        say(found.other, found.line, "too")
        settle(found)
        yield found


def alarms(node: Node, line: str) -> list[str]:
    return [each.code for each in node.line(line).alarms]


def told(node: Node, line: str, party: str) -> list[tuple[Entry, moved.Moved]]:
    """What a node holds of moves of a party."""
    state = node._open[line].state
    main = state.feeds[Origin(line, party, "main", 0)]
    return [
        (each, moved.read(each, state.papers[party]))
        for each in main.entries
        if each.header.type == moved.TYPE
    ]


def test_a_node_moves_and_joins_without_an_alarm(tmp_path: Path) -> None:
    with talking(tmp_path) as found:
        place, line = found.places[0], found.line
        sizes = {each.origin: each.entries for each in found.one.line(line).feeds if each.mine}
        found.one.close()
        done = pack(place, tmp_path / "north.move", found.time)
        assert (done.party, done.lines) == (place.party, 1)
        assert (tmp_path / "north.move").stat().st_mode & 0o777 == 0o600
        # nothing starts here any more
        with pytest.raises(Refused) as caught:
            place.open(found.time)
        assert caught.value.code == "node.moved"
        say(found.other, line, "meanwhile")
        new = tmp_path / "new" / "north"
        assert moving.unpack(tmp_path / "north.move", new, lambda _: key(place)).move == done.move
        found.time.pass_ms(3_600_000)
        with place.open(found.time, new) as one:
            again = found._replace(one=one)
            settle(again)
            say(one, line, "after")
            settle(again)
            assert words(one, line) == words(found.other, line)
            assert {said("before"), said("meanwhile"), said("after")} <= set(words(one, line))
            assert alarms(one, line) == alarms(found.other, line) == []
            assert one.line(line).stage == "whole"
            ((entry, statement),) = told(found.other, line, place.party)
            heads = {origin.text: mark.size for origin, mark in statement.heads.items()}
            assert heads == {origin: size for origin, size in sizes.items() if size}
            assert entry.header.n == heads[Origin(line, place.party, "main", 0).text]
        # it is told once
        with place.open(found.time, new) as one:
            settle(found._replace(one=one))
            assert len(told(found.other, line, place.party)) == 1
            assert alarms(one, line) == []


def test_a_copy_from_before_the_move_signs_nothing_any_more(tmp_path: Path) -> None:
    with talking(tmp_path) as found:
        place, line = found.places[0], found.line
        found.one.close()
        whole.copy(place.path, tmp_path / "copy")
        pack(place, tmp_path / "north.move", found.time)
        new = tmp_path / "north2"
        moving.unpack(tmp_path / "north.move", new, lambda _: key(place))
        with place.open(found.time, new) as one:
            settle(found._replace(one=one))
        with place.open(found.time, tmp_path / "copy") as old:
            settle(found._replace(one=old))
            say(old, line, "forked")
            settle(found._replace(one=old))
            assert alarms(old, line) == ["line.moved_away"] * 2
            assert said("forked") not in words(found.other, line)
        assert "line.rolled_back" in alarms(found.other, line)
        with place.open(found.time, tmp_path / "copy") as old:
            settle(found._replace(one=old))
            say(old, line, "forked again")
            settle(found._replace(one=old))
            assert alarms(old, line) == ["line.moved_away"] * 2
            assert said("forked again") not in words(found.other, line)
        # the node goes on where it was moved to
        with place.open(found.time, new) as one:
            settle(found._replace(one=one))
            say(one, line, "good")
            settle(found._replace(one=one))
            assert said("good") in words(found.other, line)


def test_a_copy_that_knows_of_the_move_says_not_even_check(tmp_path: Path) -> None:
    with talking(tmp_path) as found:
        place, line = found.places[0], found.line
        found.one.close()
        whole.copy(place.path, tmp_path / "copy")
        pack(place, tmp_path / "north.move", found.time)
        new = tmp_path / "north2"
        moving.unpack(tmp_path / "north.move", new, lambda _: key(place))
        with place.open(found.time, new) as one:
            settle(found._replace(one=one))
        with place.open(found.time, tmp_path / "copy") as old:
            settle(found._replace(one=old))
            assert alarms(old, line) == ["line.moved_away"] * 2
            old.say(line, "urgent", CHECK, 1, {"said": "stop"})
            # whoever says it is told that it did not go out, and calls by voice
            assert old.line(line).not_told == 1
            settle(found._replace(one=old))
        # its place is the new machine's
        with place.open(found.time, new) as one:
            settle(found._replace(one=one))
            one.say(line, "urgent", CHECK, 1, {"said": "stop here"})
            settle(found._replace(one=one))
            assert "line.equivocation" not in alarms(found.other, line)
            assert "line.forked" not in alarms(one, line)


def test_a_peer_that_says_the_move_again_hides_it_from_no_copy(tmp_path: Path) -> None:
    with talking(tmp_path) as found:
        place, line = found.places[0], found.line
        found.one.close()
        whole.copy(place.path, tmp_path / "copy")
        pack(place, tmp_path / "north.move", found.time)
        new = tmp_path / "north2"
        moving.unpack(tmp_path / "north.move", new, lambda _: key(place))
        with place.open(found.time, new) as one:
            settle(found._replace(one=one))
            ((entry, _),) = told(found.other, line, place.party)
            found.other.say(line, "main", moved.TYPE, moved.V, {"note": moved.said(entry).decode()})
            settle(found._replace(one=one))
        with place.open(found.time, tmp_path / "copy") as old:
            settle(found._replace(one=old))
            assert alarms(old, line) == ["line.moved_away"] * 2
            talk = old._open[line].talk
            assert talk.chores.elsewhere(talk.state, ()) is not None


def test_a_copy_that_went_on_after_the_move_is_told_where_it_was_moved_to(tmp_path: Path) -> None:
    with talking(tmp_path) as found:
        place, line = found.places[0], found.line
        found.one.close()
        whole.copy(place.path, tmp_path / "copy")
        pack(place, tmp_path / "north.move", found.time)
        with place.open(found.time, tmp_path / "copy") as old:
            settle(found._replace(one=old))
            say(old, line, "beside")
            settle(found._replace(one=old))
        new = tmp_path / "north2"
        moving.unpack(tmp_path / "north.move", new, lambda _: key(place))
        with place.open(found.time, new) as one:
            settle(found._replace(one=one))
            assert "line.moved_on" in alarms(one, line)
            # nothing was lost all the same
            assert said("beside") in words(one, line)
            settle(found._replace(one=one))
            assert len(told(found.other, line, place.party)) == 1


def test_a_node_moves_twice(tmp_path: Path) -> None:
    with talking(tmp_path) as found:
        place, line = found.places[0], found.line
        found.one.close()
        pack(place, tmp_path / "first.move", found.time)
        second = tmp_path / "second"
        moving.unpack(tmp_path / "first.move", second, lambda _: key(place))
        with place.open(found.time, second) as one:
            settle(found._replace(one=one))
        with directory.held(second, moved=True):
            moving.pack(second, Config(), key(place), tmp_path / "second.move", found.time.clock.now())
        third = tmp_path / "third"
        moving.unpack(tmp_path / "second.move", third, lambda _: key(place))
        with place.open(found.time, third) as one:
            settle(found._replace(one=one))
            assert alarms(one, line) == alarms(found.other, line) == []
        assert len(told(found.other, line, place.party)) == 2


def test_a_node_without_a_line_moves(tmp_path: Path) -> None:
    place, time = whole.make(tmp_path, "north"), whole.Time()
    assert pack(place, tmp_path / "north.move", time).lines == 0
    moving.unpack(tmp_path / "north.move", tmp_path / "new", lambda _: key(place))
    with place.open(time, tmp_path / "new") as node:
        assert node.lines() == []
