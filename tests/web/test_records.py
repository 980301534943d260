"""Records over the API: the node's own bytes, what may stand in the request, and one at a time."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import pytest

from tests.story import case_told as played
from tests.story.desks import agree, terms
from tests.story.whole import settle
from tests.web.reached import Reached, reached
from wideberth.formats.recordfile import Reader
from wideberth.ledger.feed import Item
from wideberth.node import incident, records
from wideberth.web import door
from wideberth.web.call import Connection

WAIT = 60.0


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        settle(found.two)
        agree(found.two, terms(found.two, {"*": "full"}))
        yield found


@pytest.fixture(scope="module")
def case(api: Reached) -> str:
    return played.play(api.two)[0]


def feed(api: Reached) -> str:
    return next(each.origin for each in api.node.line(api.line).feeds if each.mine and each.kind == "main")


def items(data: bytes) -> int:
    return sum(isinstance(part, Item) for part in Reader(io.BytesIO(data)).parts())


def test_the_record_of_a_case(api: Reached, case: str) -> None:
    answer = api.ask("GET", f"/v1/cases/{case}/record", "observer")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert answer.content == records.of_case(api.node, case, headers=True)
    assert int(answer.headers["content-length"]) == len(answer.content)
    sparse = api.ask("GET", f"/v1/cases/{case}/record", "officer", params={"headers": "no"})
    assert sparse.content == records.of_case(api.node, case, headers=False)
    assert api.code("GET", f"/v1/cases/{case}/record?headers=maybe", "officer") == (400, "api.query")
    assert api.code("GET", f"/v1/cases/{case}/record?line=x", "officer") == (400, "api.query")
    assert api.code("GET", f"/v1/cases/{case[:8]}/record", "officer") == (404, "api.not_found")


def test_feeds_of_a_line(api: Reached, case: str) -> None:
    name, path = feed(api), f"/v1/lines/{api.line}/record"
    # there are lists of sites in it, which these roles may not read
    for role in ("admin", "interpreter"):
        assert api.code("GET", path, role, params={"feeds": name}) == (403, "api.role")
    whole = api.ask("GET", path, "observer", params={"feeds": name})
    assert whole.content == records.of_feeds(api.node, api.line, [name], 0, None)
    part = api.ask("GET", path, "officer", params={"feeds": name, "from": "3", "to": "3"})
    assert 0 < items(part.content) < items(whole.content)
    other = next(each.origin for each in api.node.line(api.line).feeds if not each.mine)
    both = api.ask("GET", path, "officer", params={"feeds": f"{name},{other}"})
    assert items(both.content) > items(whole.content)
    for query, code in (
        ("", "record.feed"),
        ("?feeds=x", "ledger.origin"),
        (f"?feeds={name.replace(api.line, 'a' * 52)}", "record.feed"),
        (f"?feeds={name}&from=-1", "api.query"),
        (f"?feeds={name}&to=1.5", "api.query"),
        (f"?feeds={name}&from=4&to=3", "record.range"),
    ):
        assert api.code("GET", path + query, "officer") == (400, code), query
    assert api.code("GET", f"{path}?feeds={name}&from=9999", "officer") == (409, "record.nothing_signed")
    assert api.code("GET", f"/v1/lines/{'a' * 52}/record?feeds={name}", "officer") == (404, "api.not_found")


def test_one_at_a_time_and_nobody_else_waits(
    api: Reached, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record is in memory until it was taken; what comes over the network keeps no officer here waiting."""
    monkeypatch.setattr(door, "WAITING", 0)
    made, begun, go_on = records.of_case, threading.Event(), threading.Event()

    def slow(*given: object, headers: bool) -> bytes:
        begun.set()
        assert go_on.wait(WAIT)
        return made(api.node, case, headers=headers)

    path, answers = f"/v1/cases/{case}/record", list[int]()
    monkeypatch.setattr(records, "of_case", slow)
    asking = threading.Thread(target=lambda: answers.append(api.ask("GET", path, "officer").status_code))
    asking.start()
    try:
        assert begun.wait(WAIT)
        assert api.code("GET", path, "officer") == (503, "api.busy")
        assert api.code("GET", f"/v1/lines/{api.line}/record", "officer") == (503, "api.busy")
        assert api.ask("GET", "/v1/status", "officer").status_code == 200
        monkeypatch.setattr(records, "of_case", made)
        near = api.over(Connection(True, None, False, lambda: None))
        assert near.ask("GET", path, "officer").status_code == 200
    finally:
        go_on.set()
        asking.join(WAIT)
    assert answers == [200]
    assert api.ask("GET", path, "officer").status_code == 200


def test_the_pack_of_an_incident(api: Reached, case: str) -> None:
    answer = api.ask("GET", "/v1/incident", "releasing", params={"about": case})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert answer.content == incident.pack(api.node, case)
    assert api.code("GET", "/v1/incident", "officer") == (400, "api.query")
    assert api.code("GET", f"/v1/incident?about={case}&from=noon", "officer") == (400, "time.malformed")
    for about in ("a" * 52, f"k-{'a' * 26}"):
        assert api.code("GET", f"/v1/incident?about={about}", "officer") == (400, "incident.none")
    assert api.code("GET", f"/v1/incident?about={case}", "observer") == (403, "api.role")
