"""Lists of sites over the API of a node: entered, verified by two accounts, told, answered, asked about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.story import whole
from tests.story.test_sites import site
from tests.web.reached import Reached, reached
from wideberth.formats import listed_json
from wideberth.node.views import time
from wideberth.store.accounts import DAY

NAME = "Hospitals"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Reached]:
    with reached(tmp_path) as found:
        whole.settle(found.two)
        yield found


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def entered(api: Reached, *names: str, **more: Any) -> Any:
    """An edition with these rows."""
    rows = [listed_json.write(site(name)) for name in names]
    return done(api.ask("POST", "/v1/sites", "planner", json={"name": NAME, "rows": rows, **more}))


def test_an_edition_says_what_it_came_to(api: Reached) -> None:
    first = entered(api, "a", "b")
    assert (first["added"], first["missing"], first["list"]["rows"]) == (["a", "b"], [], 2)
    second = entered(api, "b", "c", withdrawn=["a"])
    assert (second["added"], second["same"], second["gone"]) == (["c"], 1, ["a"])
    [held] = done(api.ask("GET", "/v1/sites", "observer"))
    assert (held["version"], held["gone"]) == (2, {"a": 2})
    shown = done(api.ask("GET", f"/v1/sites/{held['list']}", "releasing"))
    assert [each["row"]["id"] for each in shown["rows"]] == ["b", "c"]
    assert "no permission and no guarantee" in shown["notice"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "Clinic, +963 11 222 3344"}, "site.personal"),
        ({"volumes": []}, "site.row"),
        ({"volumes": [{}]}, "native.missing_key"),
        ({"id": ""}, "site.text"),
        ({"kind": "depot"}, "site.row"),
        ({"photo_sha256": "x"}, "site.row"),
        ({"photo_sha256": "zz" * 32}, "site.row"),
        ({"review": "soon"}, "time.malformed"),
        ({"review": 5}, "site.row"),
        ({"telephone": "5"}, "site.row"),
    ],
)
def test_what_is_no_row_is_refused_with_its_place(api: Reached, change: dict[str, Any], code: str) -> None:
    row = {**listed_json.write(site("a")), **change}
    answer = api.ask("POST", "/v1/sites", "planner", json={"name": NAME, "rows": [row]})
    said = done(answer, 400)
    assert (said["code"], said["path"].startswith("rows[0]")) == (code, True)
    assert "222 3344" not in answer.text
    assert done(api.ask("GET", "/v1/sites", "planner")) == []


def test_a_row_in_json_is_the_same_again() -> None:
    full = site("a", grade="single_source", photo=bytes(range(32)), review=5, activity="x", callsign="y")
    assert listed_json.read(listed_json.write(full), "row") == full
    least = {"id": "a", "kind": "site", "volumes": listed_json.write(full)["volumes"]}
    assert listed_json.read(least, "row").name == ""


def test_two_accounts_verify_and_only_a_role_is_told(api: Reached) -> None:
    of = entered(api, "a")["list"]["list"]
    at, asked = f"/v1/sites/{of}/verify", {"row": "a", "version": 1}
    once = done(api.ask("POST", at, "planner", json=asked))
    assert (once["stage"], once["verified"][0]["by"]) == ("once", "planner")
    assert api.code("POST", at, "planner", json=asked) == (409, "site.same_person")
    assert api.code("POST", at, "officer", json={**asked, "version": 2}) == (409, "site.other_version")
    assert done(api.ask("POST", at, "officer", json=asked))["stage"] == "verified"
    assert api.code("POST", at, "officer", json={"row": "x", "version": 1}) == (400, "site.none")
    until = time(api.node.clock.now() + DAY)
    seen = done(api.ask("POST", f"/v1/sites/{of}/revalidate", "officer", json={**asked, "review": until}))
    assert (seen["review"], seen["seen"]["by"]) == (until, "officer")


def test_who_asked_for_a_change_is_on_record_and_in_no_feed(api: Reached) -> None:
    of = entered(api, "a")["list"]["list"]
    done(api.ask("POST", f"/v1/sites/{of}/verify", "officer", json={"row": "a", "version": 1}))
    acts = done(api.ask("GET", f"/v1/acts?noun={of}", "officer"))
    assert [(each["what"], each["name"]) for each in acts] == [
        ("site.verify", "officer"),
        ("site.edition", "planner"),
    ]


def test_a_list_that_is_not_there_is_not_told_from_one_that_may_not_be_seen(api: Reached) -> None:
    for at in (f"/v1/sites/s-{'a' * 26}", "/v1/sites/nothing", f"/v1/sites/s-{'a' * 26}/held?row=a"):
        assert api.code("GET", at, "planner") == (404, "api.not_found")
    assert api.code("GET", "/v1/sites/x", "admin") == (403, "api.role")
    of = entered(api, "a")["list"]["list"]
    assert api.code("POST", f"/v1/lines/{api.line}/sites/nothing/send", "officer") == (404, "api.not_found")
    assert api.code("POST", f"/v1/lines/nothing/sites/{of}/send", "officer") == (404, "api.not_found")
    assert api.code("GET", f"/v1/sites/{of}/held", "planner") == (400, "site.none")


def test_a_list_is_told_and_answered_over_the_line(api: Reached) -> None:
    of = entered(api, "a", "b")["list"]["list"]
    assert api.code("POST", f"/v1/lines/{api.line}/sites/{of}/send", "planner") == (403, "api.role")
    done(api.ask("POST", f"/v1/lines/{api.line}/sites/{of}/send", "releasing"))
    whole.settle(api.two)
    [theirs] = api.two.other.sites.told()
    api.two.other.sites.answer(api.line, theirs.list, 1, None, {"a": "acknowledged"})
    whole.settle(api.two)
    [told] = done(api.ask("GET", "/v1/told-sites", "observer"))
    assert [told] == done(api.ask("GET", f"/v1/lines/{api.line}/sites", "observer"))
    assert told["counts"] == {"acknowledged": 1, "none": 1}
    found = done(api.ask("GET", f"/v1/sites/{of}/held?row=a", "planner"))
    [recipient] = found["recipients"]
    assert [each["status"]["status"] for each in recipient["versions"]] == ["acknowledged"]
    # and the other way round
    api.two.other.sites.edition("Camps", [site("c")])
    api.two.other.sites.send(api.line, "Camps")
    whole.settle(api.two)
    [camps] = [each for each in done(api.ask("GET", "/v1/told-sites", "observer")) if not each["mine"]]
    at = f"/v1/lines/{api.line}/sites/{camps['list']}/status"
    answered = done(api.ask("POST", at, "officer", json={"version": 1, "all": "unclear"}))
    assert answered["counts"] == {"unclear": 1}
    assert api.code("POST", at, "officer", json={"version": 2, "all": "received"}) == (
        409,
        "site.old_version",
    )
    assert api.code("POST", at, "officer", json={"version": 1, "all": "permitted"}) == (400, "api.body")
    assert api.code("POST", at, "officer", json={"version": 1}) == (409, "site.nothing_said")


def test_people_beside_a_row_are_for_few_and_go_on_their_day(api: Reached) -> None:
    of = entered(api, "a")["list"]["list"]
    at, until = f"/v1/sites/{of}/person", time(api.node.clock.now() + DAY)
    body = {"row": "a", "fields": {"telephone": "+963 11 222 3344"}, "until": until}
    kept = done(api.ask("POST", at, "planner", json=body))
    assert kept == {"fields": body["fields"], "erased": until}
    assert api.code("GET", f"{at}?row=a", "planner") == (403, "api.role")
    assert done(api.ask("GET", f"{at}?row=a", "releasing")) == kept
    acts = done(api.ask("GET", f"/v1/acts?noun={of}", "officer"))
    looked = [(each["what"], each["name"]) for each in acts[:2]]
    assert looked == [("person.read", "releasing"), ("person.keep", "planner")]
    for where in ("/v1/sites", f"/v1/sites/{of}", "/v1/told-sites", f"/v1/sites/{of}/held?row=a"):
        assert "222 3344" not in api.ask("GET", where, "officer").text
    api.two.time.pass_ms(2 * DAY)
    assert api.code("GET", f"{at}?row=a", "officer") == (400, "site.no_person")
    body["until"] = time(api.node.clock.now() + DAY)
    done(api.ask("POST", at, "officer", json=body))
    assert api.ask("DELETE", f"{at}?row=a", "admin").status_code == 204
    assert api.code("GET", f"{at}?row=a", "officer") == (400, "site.no_person")
    late = {**body, "until": time(api.node.clock.now() - 1)}
    assert api.code("POST", at, "officer", json=late) == (400, "personal.until")


def test_what_touches_a_site_is_asked_without_telling_anybody(api: Reached) -> None:
    entered(api, "a")
    near = listed_json.write(site("x", 33.005))["volumes"]
    [found] = done(api.ask("POST", "/v1/site-touches", "planner", json={"volumes": near}))
    assert (found["row"], found["found"], found["case"], found["of"]) == ("a", "overlap", None, "")
    assert found["old"] == "nothing says when it is to be validated again"
    far = listed_json.write(site("x", 34.0))["volumes"]
    assert done(api.ask("POST", "/v1/site-touches", "planner", json={"volumes": far})) == []
    assert api.code("POST", "/v1/site-touches", "planner", json={"volumes": []}) == (400, "site.volumes")
    assert done(api.ask("GET", "/v1/site-cases", "planner")) == []
    assert done(api.ask("GET", "/v1/site-cases?plan=p-none", "planner")) == []
