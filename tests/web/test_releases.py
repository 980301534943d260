"""Releases over the API: who may, what is shown, and that what must not leave does not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.story import desks
from tests.story.desks import START
from tests.web.reached import Client, Reached, reached
from wideberth.formats import release_file
from wideberth.formats.times import to_rfc3339
from wideberth.ledger import approval
from wideberth.ledger.approval import Subject
from wideberth.web.public import Public

CELLS = {"h_m": 20_000, "v_m": 1_000, "t_s": 7_200}


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Reached]:
    with reached(tmp_path) as found:
        yield found


def draft(api: Reached, **more: object) -> dict[str, Any]:
    [plan] = api.node.desk.submit([desks.given(desks.circle(33.0, 34.0, START))])
    said = {"recipient": "Observers"}
    assert api.ask("POST", "/v1/recipients", "releasing", json=said).status_code == 200
    record = {"kind": "plan", "of": plan.plan, "grid": CELLS}
    body = {"recipients": ["Observers"], "title": "Flights", "records": [record], **more}
    answer = api.ask("POST", "/v1/releases", "releasing", json=body)
    assert answer.status_code == 200, answer.text
    [found] = answer.json()
    return dict(found)


def approve(api: Reached, place: str) -> None:
    index = api.ask("GET", f"{place}/files/release.json", "releasing").content
    subject = Subject("release", hashlib.sha256(index).digest())
    signed = [approval.write(approval.sign(subject, api.two.places[0].officer(n))).decode() for n in range(2)]
    said = {"approvals": signed}
    assert api.ask("POST", f"{place}/approvals", "releasing", json=said).json()["phase"] == "approved"


def test_a_release_from_its_draft_to_a_file(api: Reached) -> None:
    made = draft(api)
    place = f"/v1/releases/{made['release']}"
    assert made["records"][0]["grid"] == {"h_m": 20_000.0, "v_m": 1_000.0, "t_s": 7_200.0}
    index = api.ask("GET", f"{place}/files/release.json", "releasing").content
    assert hashlib.sha256(index).hexdigest() == made["index"]
    early = api.ask("POST", f"{place}/file", "releasing", json={})
    assert (early.status_code, early.json()["code"]) == (409, "release.not_now")
    approve(api, place)
    saved = api.ask("POST", f"{place}/file", "releasing", json={})
    assert release_file.read(saved.content).index_bytes == index
    listed = api.ask("GET", "/v1/releases", "releasing").json()
    assert [(each["phase"], each["records"]) for each in listed] == [("delivered", [])]
    link = api.ask("POST", f"{place}/link", "releasing", json={"until": "2020-01-01T00:00:00Z"})
    assert (link.status_code, link.json()["code"]) == (400, "release.until")


def test_a_link_works_once_on_the_public_listener_and_is_dead_after_a_recall(api: Reached) -> None:
    place = f"/v1/releases/{draft(api)['release']}"
    approve(api, place)
    until = to_rfc3339(api.two.time.wall_ms + 3_600_000)
    first, second = (
        api.ask("POST", f"{place}/link", "releasing", json={"until": until}).json()["path"] for _ in range(2)
    )
    public = Client(Public(api.node), api.portal)
    shown = public.request("GET", first)
    assert shown.status_code == 200 and "Flights" in shown.text and "<form" in shown.text
    got = public.request("POST", first)
    assert release_file.read(got.content).index.title == "Flights"
    used = public.request("POST", first)
    assert used.status_code == 410 and "ask who sent it for another" in used.text
    assert api.ask("GET", place, "releasing").json()["phase"] == "received"
    assert api.ask("POST", f"{place}/recall", "releasing", json={}).json()["phase"] == "recalled"
    dead = public.request("POST", second)
    assert dead.status_code == 410 and "taken back" in dead.text and "Flights" not in dead.text
    assert public.request("POST", f"/d/{'a' * 52}").status_code == 404


def test_what_was_drawn_up_later_was_not_there_before(api: Reached) -> None:
    before = to_rfc3339(api.two.time.wall_ms)
    api.two.time.pass_ms(1_000)
    place = f"/v1/releases/{draft(api)['release']}"
    now = to_rfc3339(api.two.time.wall_ms)
    api.two.time.pass_ms(1_000)
    assert api.ask("POST", f"{place}/withdraw", "releasing").json()["phase"] == "withdrawn"
    assert api.ask("GET", f"/v1/releases?as_of={before}", "releasing").json() == []
    assert api.ask("GET", f"{place}?as_of={now}", "releasing").json()["phase"] == "draft"
    assert api.code("GET", f"{place}?as_of={before}", "releasing") == (404, "api.not_found")


def test_the_meter_answers_in_figures(api: Reached) -> None:
    place = f"/v1/releases/{draft(api)['release']}/meter"
    found = api.ask("GET", place, "releasing").json()
    assert (found["recipients"], found["after"]["records"], found["places"][0]["number"]) == (
        ["Observers"],
        1,
        1,
    )
    assert api.ask("GET", f"{place}?extent=1NM", "releasing").json()["outcome"] == "as it is"
    wider = api.ask("GET", f"{place}?extent=60NM", "releasing").json()
    assert wider["outcome"] == "coarser" and wider["grid"]["h_m"] >= 60 * 1_852
    assert api.code("GET", f"{place}?extent=much", "releasing") == (400, "length.malformed")


def test_what_is_not_there_and_what_may_not_be_seen_are_one_answer(api: Reached) -> None:
    draft(api)
    answers = []
    [theirs] = api.two.other.desk.submit([desks.given(desks.circle(33.0, 34.0, START))])
    for of in (theirs.plan, "p-" + "a" * 26):
        record = {"kind": "plan", "of": of}
        body = {"recipients": ["Observers"], "title": "x", "records": [record]}
        answer = api.ask("POST", "/v1/releases", "releasing", json=body)
        answers.append((answer.status_code, answer.text.replace(of, "")))
    assert answers[0] == answers[1] and "release.no_record" in answers[0][1]


def test_cells_that_nothing_can_be_set_to_are_refused(api: Reached) -> None:
    draft(api)
    for cells in ({**CELLS, "h_m": 1e300}, {**CELLS, "t_s": -1}, {**CELLS, "v_m": 0.001}):
        record = {"kind": "plan", "of": "p-x", "grid": cells}
        body = {"recipients": ["Observers"], "title": "x", "records": [record]}
        assert api.code("POST", "/v1/releases", "releasing", json=body) == (400, "release.grid")
