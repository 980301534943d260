"""The phrase book over the API, and what a call says in each language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.story import whole
from tests.web.reached import Reached, reached
from wideberth.model.phrase import LANGUAGES
from wideberth.node.phrases import shipped

SAID = "/v1/phrases/said"
PLACE = {"lat_e7": 351912000, "lon_e7": 367512000, "notation": "35.1912, 36.7512", "words": None}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        yield found


def said(api: Reached, body: dict[str, Any]) -> Any:
    answer = api.ask("POST", SAID, "observer", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_book_is_whole_in_every_language(api: Reached) -> None:
    book, found = shipped(), api.ask("GET", "/v1/phrases", "observer").json()
    assert [each["code"] for each in found["phrases"]] == list(book.phrases)
    for each in found["phrases"]:
        phrase = book.phrases[each["code"]]
        assert (each["precedence"], each["flags"]) == (phrase.precedence, sorted(phrase.flags))
        assert [(one["name"], one["kind"], one["required"]) for one in each["fields"]] == [
            (one.name, one.kind, one.required) for one in phrase.fields
        ]
        for one in each["fields"]:
            assert set(found["labels"][one["name"]]) == set(LANGUAGES)
            assert all(word in found["choices"] for word in one["choices"])
    texts = [text for each in found["phrases"] for text in (*each["titles"].items(), *each["texts"].items())]
    # what no native officer has checked is said so
    assert {language for language, text in texts if not text["checked"]} == {"ru", "he", "ar"}
    assert {language for language, text in texts if text["checked"]} == {"en"}


def test_a_call_says_the_same_lines_in_every_language(api: Reached) -> None:
    found = said(api, {"code": "CHECK", "places": {"place": "35.1912, 36.7512"}, "precedence": "flash"})
    assert found["fields"] == {"place": PLACE}
    assert [each["language"] for each in found["said"]] == list(LANGUAGES)
    lines = [[(line["number"], line["name"]) for line in each["lines"]] for each in found["said"]]
    assert lines[0] == [(1, "code"), (2, "place")]
    assert all(each == lines[0] for each in lines)
    [_, place] = found["said"][0]["lines"]
    assert place["values"][0] == "35°11.472′N 036°45.072′E"
    assert "Ḩamāh" in place["values"][2]
    assert found["notations"]["place"]["MGRS"]
    assert "three five degrees" in found["said"][0]["script"]
    assert found["missing"] == []
    assert (found["doubts"], found["mark"], found["page"]) == ([], None, None)
    assert said(api, {"code": "CHECK", "languages": ["ar"], "page": True})["page"].startswith(
        "<!doctype html>"
    )


def test_what_is_missing_or_cannot_be_read_is_said(api: Reached) -> None:
    found = said(api, {"code": "DELAY-REQUEST", "languages": ["en"]})
    assert found["missing"] == ["notice", "delay", "not_before"]
    found = said(api, {"code": "CHECK", "places": {"place": "over there"}, "languages": ["en"]})
    assert [(each["field"], each["code"][:6]) for each in found["problems"]] == [("place", "place.")]
    assert found["missing"] == ["place"]
    # a code of a newer book, and free words, are shown as they came
    found = said(api, {"code": "NEWER", "fields": {"x": 1}, "languages": ["en"]})
    assert found["said"][0]["lines"][0]["unread"]
    assert said(api, {"text": "radio check", "languages": ["en"]})["said"][0]["lines"][1]["name"] == "text"


def test_doubts_have_the_mark_with_which_it_is_said_all_the_same(api: Reached) -> None:
    body = {"code": "CHECK", "places": {"place": "35, 36"}, "languages": ["en"], "line": api.line}
    found = said(api, body)
    assert [each["kind"] for each in found["doubts"]] == ["whole_degree"]
    call = {"to": "officer", "code": "CHECK", "fields": found["fields"], "precedence": "flash"}
    path = f"/v1/lines/{api.line}/calls"
    assert api.code("POST", path, "officer", json=call) == (409, "call.doubts")
    made = api.ask("POST", path, "officer", json={**call, "sure": found["mark"]})
    assert made.status_code == 200
    # nobody has taken it: for whom it rings next, and when it rings at home
    view = made.json()
    assert [each["step"] for each in view["climbs"]] == ["deputy", "watch", "commander", "channel"]
    assert view["due"] == view["climbs"][-1]["at"]
    ended = api.ask("POST", f"/v1/calls/{view['call']}/end", "officer").json()
    assert (ended["climbs"], ended["due"]) == ([], None)


def test_a_read_back_is_held_against_what_was_said(api: Reached) -> None:
    body = {
        "code": "CHECK",
        "fields": {"place": PLACE, "what": "our_convoy"},
        "heard": {"what": "our_convoy"},
        "heard_places": {"place": "35.1912, 36.6512"},
        "languages": ["en", "ar"],
    }
    found = said(api, body)
    for each in found["said"]:
        results = [(one["name"], one["result"]) for one in each["compared"]]
        assert results == [("place", "differs"), ("what", "matched")]
    assert found["heard"]["place"]["lon_e7"] == 366512000


def test_too_much_and_unknown_things_are_refused(api: Reached) -> None:
    many = {f"f{n}": 1 for n in range(17)}
    assert api.code("POST", SAID, "observer", json={"fields": many}) == (400, "phrase.field")
    assert api.code("POST", SAID, "observer", json={"line": "nowhere"}) == (400, "line.none")
    assert api.code("POST", SAID, "observer", json={"languages": ["fr"]})[0] == 400


def test_an_own_call_that_was_taken_and_came_to_nothing_is_due(tmp_path: Path) -> None:
    with reached(tmp_path) as api:
        call = {"to": "officer", "code": "CHECK", "fields": {"place": PLACE}, "precedence": "flash"}
        made = api.ask("POST", f"/v1/lines/{api.line}/calls", "officer", json=call).json()
        whole.settle(api.two)
        api.two.other.room.calls.take(made["call"], "officer", "en")
        whole.settle(api.two)
        view = api.ask("GET", f"/v1/calls/{made['call']}", "officer").json()
        assert (view["phase"], view["climbs"]) == ("taken", [])
        assert view["due"] > made["due"]
