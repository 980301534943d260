"""Statements over the API: stated, acknowledged, answered, and words that never say more than that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.story import whole
from tests.story.desks import HOUR_MS, START, circle
from tests.web.reached import Reached, reached
from wideberth.desk.statement_entries import Asked
from wideberth.formats import native
from wideberth.model.statement import Subject
from wideberth.node.views import time

BASIS = "Article 1 of the terms."


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        whole.settle(found.two)
        yield found


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def at(api: Reached, of: str, *more: str) -> str:
    return "/".join([f"/v1/lines/{api.line}/statements", of, *more])


def declared(api: Reached, **more: Any) -> Any:
    body = {"lines": [api.line], "text": "We stay.", "basis": BASIS, **more}
    [made] = done(api.ask("POST", "/v1/declarations", "officer", json=body))
    return made


def test_a_declaration_and_its_next_version(api: Reached) -> None:
    made = declared(api)
    assert (made["kind"], made["version"], made["phase"], made["mine"]) == ("declaration", 1, "stated", True)
    again = declared(api, amends=made["statement"], text="We go.")
    assert (again["statement"], again["version"]) == (made["statement"], 2)
    whole.settle(api.two)
    api.two.other.room.statements.respond(api.line, made["statement"], "As you say.", "officer")
    whole.settle(api.two)
    shown = done(api.ask("GET", at(api, made["statement"]), "observer"))
    assert [(each["text"], each["version"], each["answer"]) for each in shown["replies"]] == [
        ("As you say.", 2, None)
    ]
    gone = done(api.ask("POST", at(api, made["statement"], "withdraw"), "officer", json={}))
    assert (gone["phase"], gone["withdrawn"]["role"]) == ("withdrawn", "officer")
    refused = api.code("POST", at(api, made["statement"], "withdraw"), "officer", json={})
    assert refused == (409, "statement.over")


def test_a_policy_is_of_an_area_and_is_told_with_a_plan(api: Reached) -> None:
    volume = native.volume_to_json(circle(33.0, 34.0, START, 24))
    made = declared(api, area={"volumes": [volume], "rank": 3, "activities": ["survey"]})
    assert (made["kind"], made["area"]["rank"], made["area"]["volumes"]) == ("policy", 3, [volume])
    plan = {"activity": "survey", "label": "x", "volumes": [native.volume_to_json(circle(33.0, 34.0, START))]}
    [filed] = done(api.ask("POST", "/v1/plans", "planner", json={"plans": [plan]}))
    [near] = filed["policies"]
    assert (near["mine"], near["rank"]) == (True, 3)
    assert near["words"].startswith("touches an own policy, rank 3, from ")
    shown = done(api.ask("GET", f"/v1/plans/{filed['plan']}", "observer"))
    assert [each["statement"] for each in shown["policies"]] == [made["statement"]]
    [listed] = [
        each for each in done(api.ask("GET", "/v1/plans", "planner")) if each["plan"] == filed["plan"]
    ]
    assert listed["policies"] == []
    done(api.ask("POST", at(api, made["statement"], "withdraw"), "officer", json={}))


def test_a_concern_from_first_to_last(api: Reached) -> None:
    body = {
        "lines": [api.line],
        "text": "It travels on.",
        "assurance": "That it stays.",
        "precedence": "flash",
    }
    [made] = done(api.ask("POST", "/v1/concerns", "officer", json=body))
    assert (made["kind"], made["precedence"], made["overdue"]) == ("concern", "flash", None)
    assert made["by"] == time(api.node.clock.now() + 15 * 60_000)
    of = made["statement"]
    assert api.code("POST", at(api, of, "accept"), "officer", json={}) == (409, "statement.no_answer")
    whole.settle(api.two)
    api.two.other.room.statements.assure(api.line, of, "partly", "For this.", "officer")
    whole.settle(api.two)
    [reply] = done(api.ask("GET", at(api, of), "officer"))["replies"]
    entry = reply["said"]["entry"]
    wrong = api.code("POST", at(api, of, "accept"), "officer", json={"answer": entry + 1})
    assert wrong == (409, "statement.newer_answer")
    still = done(api.ask("POST", at(api, of, "keep-open"), "officer", json={"answer": entry}))
    assert (still["phase"], still["judged"]) == ("still open", entry)
    taken = done(api.ask("POST", at(api, of, "accept"), "officer", json={}))
    assert taken["phase"] == "accepted as answered"


def test_a_claim_query_of_theirs_is_answered_by_role_until_a_time(api: Reached) -> None:
    body = {"lines": [api.line], "description": "a column", "place": "33.51310, 36.27650"}
    mine = done(api.ask("POST", "/v1/claims", "officer", json=body))[0]
    assert mine["what"]["place"]["stated"] == "33.51310, 36.27650"
    assert "no answer yet" in mine["words"]
    asked = Asked("", Subject("a track", track="4412"), api.node.clock.now() + HOUR_MS, "duty officer")
    [theirs] = api.two.other.room.statements.make([api.line], asked)
    whole.settle(api.two)
    of = theirs.statement
    seen = done(api.ask("POST", at(api, of, "acknowledge"), "officer", json={"role": "watch officer"}))
    assert (seen["mine"], seen["acknowledged"]["role"]) == (False, "watch officer")
    again = api.code("POST", at(api, of, "acknowledge"), "officer", json={})
    assert again == (409, "statement.acknowledged")
    answered = done(api.ask("POST", at(api, of, "answer"), "officer", json={"answer": "unknown"}))
    [reply] = answered["replies"]
    assert (reply["answer"], reply["expires"]) == ("unknown", time(api.node.clock.now() + HOUR_MS))
    for wrong in (
        {},
        {"text": "x", "answer": "no", "assurance": "no"},
        {"text": "x", "expires": time(START)},
    ):
        assert api.code("POST", at(api, of, "answer"), "officer", json=wrong) == (400, "statement.answer")
    other = api.code("POST", at(api, of, "answer"), "officer", json={"text": "x"})
    assert other == (409, "statement.other_kind")


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        ("declarations", {"lines": []}, (400, "api.body")),
        ("declarations", {"lines": ["nothing"]}, (400, "line.none")),
        ("declarations", {"text": "ask desk@example.org"}, (400, "statement.personal")),
        ("declarations", {"expires": "soon"}, (400, "time.malformed")),
        ("declarations", {"amends": "d-" + "a" * 26}, (400, "statement.none")),
        ("declarations", {"area": {"volumes": [{}]}}, (400, "native.missing_key")),
        ("claims", {"place": "0, 0"}, (409, "statement.doubtful")),
        ("claims", {"place": "nowhere"}, (400, "place.unreadable")),
        ("claims", {"place": None}, (400, "statement.entry")),
        ("claims", {"place": None, "words": "near the bridge", "track": "4"}, (400, "statement.entry")),
    ],
)
def test_what_cannot_be_stated_is_refused(
    api: Reached, path: str, change: dict[str, Any], code: tuple[int, str]
) -> None:
    body: dict[str, Any] = {
        "declarations": {"lines": [api.line], "text": "x", "basis": BASIS},
        "claims": {"lines": [api.line], "description": "x", "place": "33.5131, 36.2765"},
    }[path]
    assert api.code("POST", f"/v1/{path}", "officer", json={**body, **change}) == code


def test_lists_and_queries(api: Reached) -> None:
    made = declared(api)
    everything = done(api.ask("GET", "/v1/statements", "observer"))
    assert everything[0]["statement"] == made["statement"]
    assert everything == done(api.ask("GET", f"/v1/lines/{api.line}/statements", "planner"))
    assert everything == done(api.ask("GET", f"/v1/statements?line={api.line}", "planner"))
    of = at(api, made["statement"])
    assert done(api.ask("GET", f"{of}?whose=ours", "officer"))["mine"] is True
    assert api.code("GET", f"{of}?whose=theirs", "officer") == (404, "api.not_found")
    assert api.code("GET", f"{of}?whose=x", "officer") == (400, "api.query")
    # nothing that is said of them says that anybody consents to anything
    text = api.ask("GET", "/v1/statements", "observer").text
    assert "agree" not in text and "permission" not in text and "safe" not in text
