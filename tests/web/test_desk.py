"""Plans, notices and cases over the API: filed, amended, begun, closed by both; and who asked for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.agreed import plan
from tests.story import desks, whole
from tests.story.desks import HOUR_MS, START
from tests.web.reached import Reached, reached


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        desks.agree(found.two, desks.terms(found.two, {"*": "full"}))
        yield found


def submitted(api: Reached, *plans: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = api.ask("POST", "/v1/plans", "planner", json={"plans": list(plans), **more})
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def given(api: Reached, path: str, role: str = "observer") -> Any:
    answer = api.ask("GET", path, role)
    assert answer.status_code == 200, answer.text
    return answer.json()


def acts(api: Reached, noun: str) -> list[tuple[str, str, bool]]:
    return [
        (each["name"], each["what"], each["done"]) for each in given(api, f"/v1/acts?noun={noun}", "admin")
    ]


def test_plans_are_filed_with_their_names_as_labels(api: Reached) -> None:
    bare = {name: value for name, value in plan("", 10.0).items() if name not in ("party", "id")}
    found = submitted(
        api, plan("survey-1", 10.0), {**plan("b", 11.0, label="Survey B"), "disclosure": "coarse"}, bare
    )
    assert [(each["label"], each["disclosure"], each["document"]) for each in found] == [
        ("survey-1", None, None),
        ("Survey B", "coarse", None),
        ("", None, None),
    ]
    assert [each["state"] for each in found] == ["accepted"] * 3
    whole_one = given(api, f"/v1/plans/{found[0]['plan']}")
    assert whole_one["document"]["party"] == api.node.party
    [volume] = whole_one["document"]["volumes"]
    assert volume["ground"]["centre"] == [10.0, 34.0] and volume["upper"]["datum"] == "MSL"
    assert acts(api, found[1]["plan"]) == [("planner", "plan.submit", True)]


def test_lists_are_by_name_and_a_page_at_a_time(api: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wideberth.web.desk.PAGE", 2)
    made = submitted(api, *(plan(f"paged-{n}", 20.0, START + n * HOUR_MS) for n in range(3)))
    assert len(given(api, "/v1/plans")) == 2
    [found] = given(api, "/v1/plans?named=paged-1")
    assert (found["plan"], found["document"]) == (made[1]["plan"], None)
    rest = given(api, f"/v1/plans?after={made[0]['plan']}")
    assert made[0]["plan"] not in {each["plan"] for each in rest}
    assert api.code("GET", "/v1/plans?after=p-gone", "observer") == (400, "list.after")
    assert api.code("GET", "/v1/plans?over=maybe", "observer") == (400, "api.query")
    assert api.code("GET", "/v1/cases?line=none-such", "observer") == (400, "line.none")
    assert api.code("GET", "/v1/acts?before=x", "officer") == (400, "api.query")


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        ({"plans": []}, "api.body", "plans"),
        (
            {"plans": [plan("a", 1.0), plan("old", 1.0, START - 1000 * HOUR_MS)]},
            "plan.past",
            "plans[1].volumes",
        ),
        ({"plans": [{**plan("a", 1.0), "colour": "red"}]}, "native.unknown_key", "plans[0]"),
        ({"plans": [{**plan("a", 1.0), "disclosure": "all"}]}, "plan.disclosure", "plans[0].disclosure"),
        ({"plans": [{**plan("a", 1.0), "volumes": plan("a", 1.0)["volumes"] * 1_001}]}, "volume.entry", ""),
    ],
)
def test_what_cannot_be_filed_is_refused_whole_and_nobody_has_done_it(
    api: Reached, said: dict[str, Any], code: str, path: str
) -> None:
    before = len(given(api, "/v1/acts", "officer")), len(api.node.desk.plans())
    answer = api.ask("POST", "/v1/plans", "officer", json=said)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
    assert answer.json()["path"].startswith(path)
    assert (len(given(api, "/v1/acts", "officer")), len(api.node.desk.plans())) == before


def test_what_was_narrow_stays_narrow_when_nothing_is_said_of_it(api: Reached) -> None:
    [made] = submitted(api, plan("narrow", 30.0), disclosure="conflict-only")
    place = f"/v1/plans/{made['plan']}"
    found = api.ask("PUT", place, "planner", json={"plan": plan("narrow", 30.5)}).json()
    assert (found["version"], found["disclosure"]) == (2, "conflict-only")
    found = api.ask("PUT", place, "planner", json={"plan": plan("narrow", 30.5), "disclosure": None}).json()
    assert (found["version"], found["disclosure"]) == (3, None)
    assert acts(api, made["plan"])[0] == ("planner", "plan.amend", True)


def test_a_case_is_closed_by_both_and_the_plan_begins(api: Reached) -> None:
    [mine] = submitted(api, plan("mine", 40.0))
    [theirs] = api.two.other.desk.submit(
        [desks.given(desks.circle(40.05, 34.0, START + HOUR_MS // 2), label="theirs")]
    )
    whole.settle(api.two)
    place = f"/v1/plans/{mine['plan']}"
    [case] = given(api, place)["on"][0]["cases"]
    found = given(api, f"/v1/cases/{case}")
    assert (found["phase"], found["plan_label"], found["activity"]) == ("open", "mine", "survey")
    assert [each["case"] for each in given(api, f"/v1/cases?line={api.line}&named=mine")] == [case]
    assert api.code("POST", f"{place}/activate", "officer", json={}) == (409, "plan.blocked")
    on_line = given(api, f"{place}/clears")[api.line]
    assert any("delay_ms" in each for each in on_line)
    propose = f"/v1/cases/{case}/propose"
    for change in ({}, {"delay_ms": 900_000, "cancel": True}, {"delay_ms": None}):
        body = {"notice": found["own"], "change": change, "for_s": 3_600}
        assert api.code("POST", propose, "officer", json=body) == (400, "case.change")
    half = {"origin": "x"}
    assert api.code("POST", f"/v1/cases/{case}/accept", "officer", json=half) == (400, "case.proposal")
    body = {"notice": found["own"], "change": on_line[0], "for_s": 3_600}
    answer = api.ask("POST", propose, "officer", json=body)
    assert answer.status_code == 200, answer.text
    [offered] = answer.json()["proposals"]
    named = {"origin": offered["origin"], "n": offered["n"]}
    assert api.ask("POST", f"/v1/cases/{case}/retract", "officer", json=named).status_code == 200
    assert api.ask("POST", propose, "officer", json=body).json()["phase"] == "proposed"
    whole.settle(api.two)
    api.two.other.desk.accept(case)
    whole.settle(api.two)
    assert given(api, f"/v1/cases/{case}")["phase"] == "closed"
    assert case not in {each["case"] for each in given(api, "/v1/cases?over=no")}
    assert given(api, place)["version"] == 2
    assert api.ask("POST", f"{place}/activate", "officer", json={}).json()["state"] == "activated"
    for to in ("nonconforming", "activated", "ended"):
        assert api.ask("POST", f"{place}/state", "planner", json={"to": to}).json()["state"] == to
    assert api.code("POST", f"{place}/state", "officer", json={"to": "ended"}) == (409, "plan.ended")
    assert acts(api, case) == [
        ("officer", "case.propose", True),
        ("officer", "case.retract", True),
        ("officer", "case.propose", True),
    ]
    assert [each[1] for each in acts(api, mine["plan"])] == [
        *["plan.state"] * 3,
        "plan.activate",
        "plan.submit",
    ]
    assert theirs.plan not in json.dumps(given(api, "/v1/cases"))


def test_only_who_has_the_post_overrides_and_all_are_told(api: Reached) -> None:
    [mine] = submitted(api, plan("urgent", 50.0))
    place = f"/v1/plans/{mine['plan']}/activate"
    said = {"override": "commander"}
    assert api.code("POST", place, "officer", json={}) == (409, "plan.blocked")
    assert api.code("POST", place, "officer", json=said) == (409, "duty.not_holder")
    api.node.people.add("second", "long words to type", ["officer"], api.node.clock.now())
    api.node.people.take("second", "commander", api.node.clock.now())
    assert api.code("POST", place, "officer", json=said) == (409, "duty.not_holder")
    api.node.people.hand("second", "commander", "officer", api.node.clock.now())
    found = api.ask("POST", place, "officer", json=said).json()
    assert (found["override"], found["unconfirmed"]) == ("commander", [api.two.other.party])
    whole.settle(api.two)
    [told] = [each for each in api.two.other.desk.notices(api.line) if each.override]
    assert told.override == "commander"
    shown = given(api, f"/v1/lines/{api.line}/notices/{told.notice}")
    assert (shown["plan"], shown["mine"], len(shown["volumes"])) == (mine["plan"], True, 1)
    assert (
        api.code("POST", f"/v1/lines/{api.line}/notices/{told.notice}/consent", "officer")[1]
        == "api.not_found"
    )


def test_no_name_of_an_account_is_in_what_was_entered(api: Reached) -> None:
    words = json.dumps(
        [plan.document for plan in (api.node.desk.plan(each.plan) for each in api.node.desk.plans())]
    )
    assert '"planner"' not in words and '"officer"' not in words


def test_what_happens_to_plans_and_cases_is_told_by_their_ids(api: Reached) -> None:
    newest = api.node.events(0)[0][-1].n
    [mine] = submitted(api, plan("told", 60.0))
    api.two.other.desk.submit([desks.given(desks.circle(60.05, 34.0, START), label="theirs")])
    whole.settle(api.two)
    told = {(each.what, each.noun) for each in api.node.events(newest)[0]}
    on = api.node.desk.plan(mine["plan"]).on[0]
    [theirs] = [each for each in api.node.desk.case(on.cases[0]).notices if each != on.notice]
    assert {
        ("plan.changed", mine["plan"]),
        ("notice.arrived", theirs),
        ("case.changed", on.cases[0]),
    } <= told
    # of many at a time it is said once: read all of it again
    newest = api.node.events(0)[0][-1].n
    submitted(api, *(plan(f"many-{n}", 70.0) for n in range(51)))
    told_of = [each.noun for each in api.node.events(newest)[0] if each.what == "plan.changed"]
    assert set(told_of) == {None}
