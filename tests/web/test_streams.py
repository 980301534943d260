"""Events as they happen: resumed, told to read again, kept alive, cut off, ended."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story import whole
from tests.web.served import Served, events, running, served, until
from wideberth.errors import Refused
from wideberth.node import happenings
from wideberth.node.open_line import Found
from wideberth.web import streams
from wideberth.web.streams import Patience


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("api")) as found:
        yield found


def test_a_new_reader_reads_the_state_and_then_what_happens(tmp_path: Path) -> None:
    with served(tmp_path) as api:
        answer = api.stream()
        assert answer.status == 200
        assert answer.answer.getheader("content-type") == "text/event-stream"
        assert answer.answer.getheader("cache-control") == "no-store"
        [again] = events(answer, 1)
        newest = api.node.events(0)[0][-1].n
        assert again == (f"{api.node.start}-{newest}", "again", "{}")
        api.node.confirm_clock()
        [said] = events(answer, 1)
        assert (said.id, said.event) == (f"{api.node.start}-{newest + 1}", "clock.confirmed")
        assert json.loads(said.data)["n"] == newest + 1
        answer.close()
        until(lambda: api.serving._streams.count == 0)


def test_a_reader_goes_on_where_it_was(api: Served) -> None:
    first = api.stream()
    [again] = events(first, 1)
    first.close()
    for _ in range(3):
        api.node.confirm_clock()
    found = events(api.stream(again.id), 3)
    start, _, n = again.id.rpartition("-")
    assert [each.id for each in found] == [f"{start}-{int(n) + i}" for i in (1, 2, 3)]
    assert events(api.stream(found[1].id), 1) == found[2:]


@pytest.mark.parametrize(
    "last", ["", "x", "{start}-", "{start}-99999", "elsewhere-1", "{start}-1x", "a" * 5_000]
)
def test_a_place_that_is_none_is_a_new_readers(api: Served, last: str) -> None:
    [said] = events(api.stream(last.replace("{start}", api.node.start)), 1)
    assert said.event == "again"


def test_after_a_new_start_of_the_node_the_state_is_read_again(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        with running(two) as api:
            [before] = events(api.stream(), 1)
        two.one.close()
        with two.places[0].open(two.time) as node, running(two._replace(one=node)) as api:
            [said] = events(api.stream(before.id), 1)
            assert said.event == "again"
            assert said.id.startswith(node.start)
            assert not before.id.startswith(node.start)


def test_what_is_forgotten_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happenings, "KEPT", 3)
    with served(tmp_path) as api:
        [before] = events(api.stream(), 1)
        for _ in range(5):
            api.node.confirm_clock()
        [said] = events(api.stream(before.id), 1)
        newest = api.node.events(0)[0][-1].n
        assert (said.id, said.event) == (f"{api.node.start}-{newest}", "again")


def test_a_token_that_is_revoked_ends_its_stream(tmp_path: Path) -> None:
    with served(tmp_path) as api:
        one, other = api.stream(), api.stream(role="officer")
        events(one, 1)
        events(other, 1)
        api.node.people.end(api.tokens["observer"])
        one.rest()
        assert one.answer.isclosed()
        api.node.confirm_clock()
        assert [each.event for each in events(other, 1)] == ["clock.confirmed"]


def test_a_stream_that_says_nothing_is_kept_alive(api: Served) -> None:
    answer = api.stream()
    events(answer, 1)
    assert [answer.readline() for _ in range(4)] == [b": still here\n", b"\n"] * 2


def test_streams_end_when_the_node_stops(tmp_path: Path) -> None:
    with served(tmp_path, Patience(60.0, 60.0)) as api:
        answers = [api.stream(), api.stream(role="officer")]
        for each in answers:
            events(each, 1)
        api.serving.stop()
        for each in answers:
            assert each.rest() == b""
            assert each.answer.isclosed()
        api.end()


def test_so_many_read_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "READERS_EACH", 2)
    monkeypatch.setattr(streams, "READERS", 3)
    with served(tmp_path, Patience(60.0, 60.0)) as api:
        reading = [api.stream(), api.stream()]
        for each in reading:
            events(each, 1)
        refused = api.stream()
        assert (refused.status, json.loads(refused.rest())["code"]) == (503, "api.busy")
        reading.append(api.stream(role="officer"))
        events(reading[-1], 1)
        assert api.stream(role="admin").status == 503
        for each in reading:
            each.close()
        until(lambda: api.serving._streams.count == 0)
        assert api.stream().status == 200


def test_a_reader_that_takes_nothing_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happenings, "KEPT", 100_000)
    with served(tmp_path, Patience(60.0, 0.1)) as api:
        answer = api.stream()
        events(answer, 1)
        assert api.serving._streams.count == 1

        def cut() -> bool:
            # more than the buffers of both ends hold
            for _ in range(200):
                api.node._happenings.tell(None, _long())
            return api.serving._streams.count == 0

        until(cut)
        with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
            answer.rest()


def _long() -> Found:
    return Found("clock.confirmed", words="x" * 5_000)


def test_no_stream_begins_while_the_node_stops(tmp_path: Path) -> None:
    with served(tmp_path) as api:
        api.serving._streams.stop()
        answer = api.stream()
        assert (answer.status, json.loads(answer.rest())["code"]) == (503, "api.busy")
        assert isinstance(api, Served)


def test_a_node_that_can_say_no_more_ends_the_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path) as api:
        answer = api.stream()
        events(answer, 1)

        def failing(_: int) -> None:
            raise Refused("journal.disk", "the disk is full")

        monkeypatch.setattr(api.node, "events", failing)
        api.node.confirm_clock()
        answer.rest()
        assert answer.answer.isclosed()


def test_a_loop_that_has_ended_is_rung_no_more(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        found = streams.Streams(two.one)
        reader = streams.Reader(1, lambda: True)

        async def read_one() -> bytes:
            # left open, as when a loop is torn down
            return await anext(found.open(reader, ""))

        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(read_one()).endswith(b"again\ndata: {}\n\n")
        loop.close()
        two.one.confirm_clock()
        found.stop()
        assert found.count == 1
