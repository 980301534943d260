"""The blind check over the API of a node."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.story import whole
from tests.story.test_blind import agreed, meeting, run
from tests.web.reached import Reached, reached


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Reached]:
    with reached(tmp_path) as found:
        whole.settle(found.two)
        yield found


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def test_where_none_is_agreed_nothing_is_checked(api: Reached) -> None:
    [found] = done(api.ask("GET", "/v1/blind", "observer"))
    assert (found["agreed"], found["now"], found["next"], found["allowed"]) == (
        False,
        "not clear",
        None,
        None,
    )
    assert "NOT CHECKED" in found["words"]
    assert done(api.ask("GET", f"/v1/lines/{api.line}/blind", "observer")) == found
    assert done(api.ask("GET", f"/v1/lines/{api.line}/blind/runs", "observer")) == []


def test_what_a_run_came_to_is_shown_with_its_horizon_and_its_cells(api: Reached) -> None:
    agreed(api.two, "cells")
    mine, _ = meeting(api.two)
    run(api.two)
    before = done(api.ask("GET", f"/v1/lines/{api.line}/blind", "observer"))
    assert before["now"] == "matched" and before["standing"]["outcome"] == "matched"
    assert 0 < before["spent"] <= before["allowed"] == 2_000
    assert before["standing"]["start"] < before["next"] < before["standing"]["end"]
    [newest, *_] = done(api.ask("GET", f"/v1/lines/{api.line}/blind/runs", "observer"))
    assert newest == before["last"] and newest["stands"] and newest["left_out"] == []
    assert {each["plan"] for cell in newest["cells"] for each in cell["plans"]} == {mine}
    plan = done(api.ask("GET", f"/v1/plans/{mine}", "observer"))
    assert plan["on"][0]["blind"] == "matched"
    # what it knew before there was any run
    then = done(api.ask("GET", "/v1/blind?as_of=2027-01-15T07:59:00Z", "observer"))
    assert [each["now"] for each in then] in ([], ["not clear"])


def test_a_line_that_is_not_there(api: Reached) -> None:
    for path in ("/v1/lines/nothing/blind", "/v1/lines/nothing/blind/runs"):
        assert api.code("GET", path, "observer") == (404, "api.not_found")


def test_a_question_is_of_a_set_a_cell_and_an_incident(api: Reached) -> None:
    agreed(api.two)
    meeting(api.two)
    mine, _ = run(api.two)
    root = f"/v1/lines/{api.line}/blind"
    [newest, *_] = done(api.ask("GET", f"{root}/runs", "officer"))
    [case] = api.node.desk.cases(api.line)
    cell = min(mine.first).hex()
    asked = f"{root}/question?run={newest['session']}&cell={cell}&case={case.case}"
    found = done(api.ask("GET", asked, "officer"))
    assert (found["where"]["cell"], found["where"]["level"], found["about"]) == (cell, 12, case.case)
    assert hashlib.sha256(found["text"].encode()).hexdigest() == found["audit"]
    for change, code in (
        (("&case=", "&other="), "api.query"),
        (("question?run=", "question?round=x&run="), "api.query"),
        (("cell=", "cell=x"), "blind.term"),
        (("cell=", "cell=00"), "blind.term"),
        ((f"&cell={cell}", ""), "place.empty"),
    ):
        status, said = api.code("GET", asked.replace(*change), "officer")
        assert status == 400 and (said == code or said.startswith("place.")), (change, said)
    status, said = api.code("GET", asked.replace("run=b-", "run=b-aaaa"), "officer")
    assert (status, said) == (409, "blind.unknown")
    body = {"run": newest["session"], "round": 99, "cell": cell, "case": case.case, "approvals": []}
    assert api.code("POST", f"{root}/audits", "officer", json=body) == (400, "api.query")
    assert api.code("POST", f"{root}/audits", "officer", json={**body, "round": 0}) == (409, "blind.two")
    assert done(api.ask("GET", f"{root}/audits", "observer")) == []
