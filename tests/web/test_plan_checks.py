"""Plans before they are filed: what a check says is what filing says, and nothing is entered for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.agreed import plan
from tests.story import desks, whole
from tests.story.desks import HOUR_MS, START
from tests.web.reached import Reached, reached

CHECKS, READ = "/v1/plan-checks", "/v1/read-plans"
SAME = ("line", "label", "peer", "level", "lead")
"""Of a line, where the check and the plan that was filed say the same in the same words."""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    """North asks; South has told of three plans, and conflicts with what is near them."""
    with reached(tmp_path_factory.mktemp("api")) as found:
        levels = {"*": "full", "transit": "coarse", "firing": "none"}
        desks.agree(found.two, desks.terms(found.two, levels))
        for n in range(3):
            told = desks.circle(10.0 + n, 34.0, START + n * HOUR_MS)
            found.two.other.desk.submit([desks.given(told, label=f"theirs {n}")])
        whole.settle(found.two)
        yield found


def checked(api: Reached, *plans: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = api.ask("POST", CHECKS, "planner", json={"plans": list(plans), **more})
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def filed(api: Reached, said: dict[str, Any]) -> dict[str, Any]:
    answer = api.ask("POST", "/v1/plans", "planner", json={"plans": [said]})
    assert answer.status_code == 200, answer.text
    return dict(api.ask("GET", f"/v1/plans/{answer.json()[0]['plan']}", "planner").json())


def conflicts(on: dict[str, Any]) -> list[dict[str, Any]]:
    # a case is opened by filing alone
    return [{**each, "case": None} for each in on["conflicts"]]


def size(api: Reached) -> list[tuple[str, int]]:
    [line] = api.node.all_lines()
    lines = [(each.origin.text, each.size) for each in line.state.feeds.values()]
    return sorted([*lines, ("private", api.node.private.head.size)])


def test_a_draft_is_checked_and_nothing_is_entered(api: Reached) -> None:
    before, sent = size(api), api.node.events(0)[0][-1].n
    near = plan("near", 10.05)
    [found] = checked(api, near)
    [on] = found["on"]
    assert (on["level"], on["compared"], on["told"], on["consent"]) == ("full", True, None, False)
    assert [each["found"] for each in on["conflicts"]] == ["overlap"]
    assert on["notice_s"] == 24 * 3_600
    changes = [each["change"] for each in on["clears"]]
    assert any("delay_ms" in each for each in changes) and any("lift_dmm" in each for each in changes)
    # what clears it is a plan that is clear
    for each in on["clears"]:
        after = {key: each["after"][key] for key in each["after"] if key not in ("party", "id")}
        [again] = checked(api, after)
        assert again["on"][0]["conflicts"] == []
    assert size(api) == before
    assert [each for each in api.node.events(sent)[0] if each.what != "line.health"] == []
    assert all(each["label"] != "near" for each in api.ask("GET", "/v1/plans", "planner").json())


@settings(max_examples=25, deadline=None)
@given(
    lon=st.floats(9.7, 12.3).map(lambda value: round(value, 3)),
    start=st.integers(-3, 6),
    hours=st.sampled_from((0.5, 1, 3)),
    activity=st.sampled_from(("survey", "transit", "firing")),
    disclosure=st.sampled_from((None, "coarse", "conflict-only", "none")),
)
def test_what_a_check_says_is_what_filing_says(
    api: Reached, lon: float, start: int, hours: float, activity: str, disclosure: str | None
) -> None:
    said = plan("drawn", lon, START + start * HOUR_MS // 2, hours=hours)
    said |= {"activity": activity, "disclosure": disclosure}
    [draft] = checked(api, said)
    made = filed(api, said)
    [mine], [before] = made["on"], draft["on"]
    assert {each: before[each] for each in SAME} == {each: mine[each] for each in SAME}
    # none is missed, and none is made up
    assert conflicts(before) == conflicts(mine)
    for name in ("start", "end", "sites", "policies", "holds", "by_hand"):
        assert draft[name] == made[name], name
    cleared = api.ask("GET", f"/v1/plans/{made['plan']}/clears", "planner").json().get(api.line, [])
    assert [each["change"] for each in before["clears"]] == cleared
    api.ask("POST", f"/v1/plans/{made['plan']}/state", "planner", json={"to": "ended"})
    whole.settle(api.two)


def test_a_next_version_is_checked_in_place_of_the_one_before(api: Reached) -> None:
    made = filed(api, plan("first", 11.05, START + HOUR_MS))
    whole.settle(api.two, rounds=61)  # where not all is told in full, what is compared is said each hour
    [case] = api.ask("GET", f"/v1/plans/{made['plan']}", "planner").json()["on"][0]["cases"]
    [still] = checked(api, plan("first", 11.06, START + HOUR_MS), of=made["plan"])
    # its notice is known, and so is the case
    assert [each["case"] for each in still["on"][0]["conflicts"]] == [case]
    [clear] = checked(api, plan("first", 15.0, START + HOUR_MS), of=made["plan"])
    assert clear["on"][0]["conflicts"] == []
    assert api.ask("GET", f"/v1/plans/{made['plan']}", "planner").json()["version"] == 1
    # what is not said of how much is told stays as it is, as in filing
    body = {"plan": plan("first", 11.06, START + HOUR_MS), "disclosure": "none"}
    assert api.ask("PUT", f"/v1/plans/{made['plan']}", "planner", json=body).status_code == 200
    levels = [
        checked(api, plan("first", 11.06, START + HOUR_MS), of=made["plan"], **more)[0]["on"][0]["level"]
        for more in ({}, {"disclosure": None})
    ]
    assert levels == ["none", "full"]
    two = {"plans": [plan("a", 1.0), plan("b", 1.0)], "of": made["plan"]}
    assert api.code("POST", CHECKS, "planner", json=two) == (400, "plan.one")
    gone = {"plans": [plan("a", 1.0)], "of": "p-gone"}
    assert api.code("POST", CHECKS, "planner", json=gone) == (400, "plan.none")


def test_it_says_what_would_be_told(api: Reached) -> None:
    [coarse, none] = checked(
        api,
        plan("c", 20.0, activity="transit") | {"activity": "transit"},
        {**plan("n", 20.0), "activity": "firing"},
    )
    [told] = [each["told"] for each in coarse["on"]]
    assert told[0]["ground"]["type"] == "polygon"
    assert (none["on"][0]["level"], none["on"][0]["told"], none["on"][0]["checked"]) == (
        "none",
        None,
        "NOT CHECKED",
    )
    [soon] = checked(api, plan("soon", 20.0, api.two.time.wall_ms + HOUR_MS // 10))
    assert soon["on"][0]["lead"] == "too late"


def test_what_cannot_be_filed_is_refused_as_filing_does(api: Reached) -> None:
    old = plan("old", 1.0, START - 1_000 * HOUR_MS)
    for path in (CHECKS, "/v1/plans"):
        answer = api.ask("POST", path, "officer", json={"plans": [plan("a", 1.0), old]})
        assert (answer.status_code, answer.json()["code"]) == (400, "plan.past")
        assert answer.json()["path"] == "plans[1].volumes"


def test_a_file_is_read_into_plans_that_can_be_filed(api: Reached) -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [33.05, 34.40]},
        "properties": {
            "plan": "Coast survey", "party": "north", "activity": "survey", "start": "2027-02-01T08:00:00Z",
            "end": "2027-02-01T09:00:00Z", "lower": "1000ft MSL", "upper": "2000ft MSL", "radius_m": 5000,
        },
    }  # fmt: skip
    ours = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    found = read(api, ours, "ours.geojson").json()
    assert (found["format"], found["parties"], found["faults"]) == ("GeoJSON", ["north"], [])
    [one] = found["plans"]
    assert filed(api, one)["label"] == "Coast survey"
    old = json.loads(ours)
    old["features"][0]["properties"] |= {"start": "2020-02-01T08:00:00Z", "end": "2020-02-01T09:00:00Z"}
    found = read(api, json.dumps(old).encode(), "old.geojson").json()
    assert found["plans"] == [] and [each["code"] for each in found["faults"]] == ["plan.past"]


def read(api: Reached, data: bytes, name: str, more: str = "") -> Any:
    headers = {"content-type": "application/octet-stream"}
    return api.ask("POST", f"{READ}?name={name}{more}", "planner", content=data, headers=headers)


@pytest.mark.parametrize(
    ("name", "data", "more", "code"),
    [
        ("x.doc", b"?", "", "file.unknown_format"),
        ("x.geojson", b"{", "", "json.syntax"),
        ("x.gpx", b"<gpx/>", "&tz=Mars/Base", "time.zone"),
        ("x.gpx", b"<gpx/>", "&half_width=wide", "length.malformed"),
        ("x.gpx", b"<gpx/>", "&wrap=maybe", "api.query"),
    ],
)
def test_what_cannot_be_read_says_why(api: Reached, name: str, data: bytes, more: str, code: str) -> None:
    answer = read(api, data, name, more)
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == code


def test_more_plans_than_are_filed_together_are_refused(
    api: Reached, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wideberth.web.drafts.MOST", 1)
    some = {"schema": "wideberth.plans/1", "plans": [plan("a", 1.0), plan("b", 1.0)]}
    answer = read(api, json.dumps(some).encode(), "some.json")
    assert answer.json()["code"] == "plan.too_many"
