"""Communiqués over the API: drawn up, signed, differed from, published, withdrawn; drafts of notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.story import whole
from tests.story.communiqued import signed
from tests.story.desks import START, circle, given
from tests.web.reached import Reached, reached
from wideberth.formats import native
from wideberth.formats.times import to_rfc3339

ROOT = "/v1/communiques"
EN = {"language": "en", "title": "Hours were agreed", "body": "Both parties keep apart."}
RU = {"language": "ru", "title": "Часы согласованы", "body": "Стороны держатся порознь."}
AREA = native.volume_to_json(circle(33.0, 34.0, START))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        whole.settle(found.two)
        yield found


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def new(api: Reached, **more: Any) -> Any:
    return done(api.ask("POST", ROOT, "releasing", json={"texts": [EN, RU], **more}))


def at(found: Any, *more: str) -> str:
    return "/".join([ROOT, found["communique"], *more])


def sign(api: Reached, found: Any, who: int = 0) -> dict[str, Any]:
    """What two officers hand in for the newest version."""
    sha256 = found["versions"][0]["sha256"]
    papers = signed(api.two.places[who], sha256)
    return {"sha256": sha256, "approvals": [each.decode() for each in papers]}


def published(api: Reached, **more: Any) -> Any:
    found = new(api, **more)
    done(api.ask("POST", at(found, "sign"), "officer", json=sign(api, found)))
    return done(api.ask("POST", at(found, "publish"), "releasing", json={}))


def test_a_joint_one_from_draft_to_withdrawal(api: Reached) -> None:
    found = new(api, parties=[api.two.other.party])
    whole.settle(api.two)
    assert (found["joint"], found["phase"], found["title"]) == (True, "draft", "Hours were agreed")
    text = done(api.ask("GET", at(found, "text"), "observer"))
    assert text["sha256"] == found["versions"][0]["sha256"] and "Часы" in text["text"]
    done(api.ask("POST", at(found, "sign"), "officer", json=sign(api, found)))
    assert api.code("POST", at(found, "publish"), "officer", json={}) == (409, "communique.not_signed")
    there = api.two.other.room.communiques
    papers = signed(api.two.places[1], text["sha256"])
    whole.settle(api.two)
    there.sign(found["communique"], bytes.fromhex(text["sha256"]), papers)
    whole.settle(api.two)
    shown = done(api.ask("POST", at(found, "publish"), "releasing", json={}))
    assert (shown["phase"], shown["public"]) == ("published", 1)
    assert [each["signatures"] for each in shown["versions"][0]["parties"]] == [2, 2]
    gone = done(api.ask("POST", at(found, "withdraw"), "releasing", json={"why": "an error"}))
    assert (gone["phase"], gone["public"]) == ("withdrawn", None)
    assert gone["versions"][0]["published"] == shown["versions"][0]["published"]
    assert found["communique"] in {each["communique"] for each in done(api.ask("GET", ROOT, "observer"))}


def test_differences_and_the_next_version(api: Reached) -> None:
    found = new(api, parties=[api.two.other.party])
    whole.settle(api.two)
    sha256 = found["versions"][0]["sha256"]
    body = {"sha256": sha256, "differences": "Title.", "texts": [{**EN, "title": "Hours"}]}
    shown = done(api.ask("POST", at(found, "differ"), "officer", json=body))
    assert shown["phase"] == "differing"
    assert shown["versions"][0]["parties"][0]["instead"][0]["title"] == "Hours"
    shown = done(api.ask("PUT", at(found), "releasing", json={"texts": body["texts"]}))
    assert [each["version"] for each in shown["versions"]] == [2, 1] and shown["title"] == "Hours"


def test_drafts_of_notices_say_what_is_public_and_nothing_else(api: Reached) -> None:
    [plan] = api.node.desk.submit([given(circle(33.0, 34.0, START), label="canary")])
    found = published(api, volumes=[AREA])
    texts = []
    for to, mark in (("notam", "DRAFT - NOT FOR"), ("navwarn", "DRAFT, NOT IN FORCE"), ("cap", ">Draft<")):
        made = done(api.ask("GET", f"{at(found, 'notice')}?format={to}", "observer"))
        assert mark in made["text"] and made["format"] == to and made["version"] == 1
        assert plan.plan not in made["text"] and "canary" not in made["text"]
        texts.append(made["text"])
    assert "Часы согласованы" in texts[-1]
    wrong = api.code("GET", f"{at(found, 'notice')}?format=pdf", "observer")
    assert wrong == (400, "api.query")


def test_only_what_is_public_has_drafts(api: Reached) -> None:
    where = "notice?format=cap"
    draft = new(api, volumes=[AREA])
    assert api.code("GET", at(draft, where), "officer") == (409, "communique.not_public")
    without = published(api)
    assert api.code("GET", at(without, where), "officer") == (409, "communique.no_area")
    found = published(api, volumes=[AREA])
    done(api.ask("POST", at(found, "withdraw"), "officer", json={}))
    assert api.code("GET", at(found, where), "officer") == (409, "communique.not_public")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"texts": []}, (400, "communique.entry")),
        ({"texts": [EN, EN]}, (400, "communique.entry")),
        ({"texts": [{**EN, "language": "fr"}]}, (400, "communique.entry")),
        ({"texts": [{**EN, "body": "ask press@example.org"}]}, (400, "communique.entry")),
        ({"texts": [{**EN, "title": "a\u202eb"}]}, (400, "communique.entry")),
        ({"texts": [{**EN, "more": 1}]}, (400, "api.body")),
        ({"parties": ["a" * 52]}, (400, "communique.party")),
        ({"parties": ["nobody"]}, (400, "ledger.base32")),
        ({"volumes": [{}]}, (400, "native.missing_key")),
    ],
)
def test_what_cannot_be_drawn_up_is_refused(
    api: Reached, change: dict[str, Any], code: tuple[int, str]
) -> None:
    assert api.code("POST", ROOT, "officer", json={"texts": [EN], **change}) == code


def test_a_version_that_is_none_is_refused(api: Reached) -> None:
    found = new(api)
    body = {"sha256": "ab", "differences": "x"}
    assert api.code("POST", at(found, "differ"), "officer", json=body) == (400, "communique.version")
    other = {**sign(api, found), "sha256": "ab" * 32}
    assert api.code("POST", at(found, "sign"), "officer", json=other) == (400, "communique.version")
    assert api.code("GET", f"{ROOT}/q-nothing", "officer") == (404, "api.not_found")


def test_as_of_an_earlier_moment(api: Reached) -> None:
    found = published(api)
    before = api.two.time.wall_ms
    api.two.time.pass_ms(1_000)
    done(api.ask("POST", at(found, "withdraw"), "officer", json={}))
    then = done(api.ask("GET", f"{at(found)}?as_of={to_rfc3339(before)}", "observer"))
    assert (then["phase"], done(api.ask("GET", at(found), "observer"))["phase"]) == (
        "published",
        "withdrawn",
    )
