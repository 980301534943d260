"""Drills and sheets of paper over the API."""

from __future__ import annotations

import hashlib
import subprocess
from typing import Any

import pytest

from tests.web.reached import Reached
from wideberth.story.playbook import DRILLS
from wideberth.web import drills


def test_every_drill_is_listed(api: Reached) -> None:
    found = api.ask("GET", "/v1/drills", "observer").json()
    assert [each["drill"] for each in found] == [each.name for each in DRILLS]
    assert all(each["happened"] and each["shows"] and each["twins"] for each in found)


def test_one_at_a_time_by_name_and_by_who_may(api: Reached) -> None:
    path = "/v1/drills/two-logs/play"
    assert api.code("POST", path, "observer", json={}) == (403, "api.role")
    assert api.code("POST", "/v1/drills/none/play", "officer", json={})[0] == 404
    with drills._one_at_a_time:
        assert api.code("POST", path, "officer", json={}) == (503, "drill.busy")


def test_what_does_not_end_or_says_nothing_is_told(api: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    path, ran = "/v1/drills/two-logs/play", []

    def never(asked: list[str], **more: Any) -> subprocess.CompletedProcess[bytes]:
        ran.append(more["env"])
        raise subprocess.TimeoutExpired(asked, more["timeout"])

    def silent(asked: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        ran.append(asked)
        return subprocess.CompletedProcess(asked, 3, b"", b"")

    monkeypatch.setenv("WIDEBERTH_JOURNAL_KEY", "a secret of this node")
    for does in (never, silent):
        monkeypatch.setattr(subprocess, "run", does)
        assert api.code("POST", path, "officer", json={"twins": False}) == (500, "drill.ended")
    assert "a secret of this node" not in ran[0].values()
    assert ran[1][-4:] == ["run", "two-logs", "--json", "--no-twins"]


def test_a_sheet_is_a_page_with_its_sha256(api: Reached) -> None:
    found = api.ask("GET", "/v1/handover/page", "officer").json()
    assert found["sha256"] == hashlib.sha256(found["page"].encode()).hexdigest()
    assert found["as_of"] in found["page"]
    label = api.ask("GET", "/v1/lines", "officer").json()[0]["label"]
    channel = {"line": label, "role": "duty officer", "how": "radio <243.0>"}
    paper = api.ask("POST", "/v1/blackout/page", "officer", json={"channels": [channel]}).json()
    assert paper["sha256"] == hashlib.sha256(paper["page"].encode()).hexdigest()
    assert "radio &lt;243.0&gt;" in paper["page"]
    assert (
        api.code("POST", "/v1/blackout/page", "officer", json={"channels": [{**channel, "how": ""}]})[0]
        == 400
    )
    assert api.code("POST", "/v1/blackout/page", "planner", json={}) == (403, "api.role")
