"""Feeds of the API: who gets them, how a map program logs in, and what they say."""

from __future__ import annotations

import base64
import json

import httpx
from lxml import etree

from tests.store.peopled import WORDS
from tests.story import test_watch
from tests.story.desks import START, circle
from tests.web.reached import Reached
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import Plan
from wideberth.node.filings import Given
from wideberth.web import feeds

KML = "{http://www.opengis.net/kml/2.2}"
PATHS = (feeds.KML, feeds.GEOJSON, feeds.LINK)


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def filed(api: Reached) -> None:
    api.node.desk.submit([Given(Plan("", "", (circle(34.1, 31.7, START),), "survey", callsign="heron 1"))])


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["properties"]["label"] for each in answer.json()["features"]]


def test_a_feed_is_given_coarsely_unless_more_is_asked_for(api: Reached) -> None:
    filed(api)
    answer = api.ask("GET", feeds.GEOJSON, "observer")
    assert names(answer) == ["Planned activity"]
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["as_of"] == to_rfc3339(api.two.time.wall_ms)
    full = api.ask("GET", f"{feeds.GEOJSON}?level=full", "planner")
    assert names(full) == ["heron 1"] and full.json()["level"] == "full"
    assert names(api.ask("GET", f"{feeds.GEOJSON}?level=full&what=site,policy", "observer")) == []
    assert names(api.ask("GET", f"{feeds.GEOJSON}?level=full&what=site,plan", "observer")) == ["heron 1"]
    answer = api.ask("GET", f"{feeds.KML}?level=full", "releasing")
    assert answer.headers["content-type"] == "application/vnd.google-earth.kml+xml"
    [place] = etree.fromstring(answer.content).iter(f"{KML}Placemark")
    assert place.findtext(f"{KML}name") == "PLAN heron 1"


def test_alerts_are_in_it_as_the_watch_has_them(api: Reached) -> None:
    test_watch.agreed(api.two)
    test_watch.claims(api.two, api.node)
    test_watch.closing(api.two, api.node, seconds=6)
    answer = api.ask("GET", f"{feeds.GEOJSON}?level=full&what=alert", "observer")
    # that our unit is on no plan is told to nobody else
    assert sorted(names(answer)) == ["HERON1", "HERON1 and icao:bbbbb2"]
    [found] = (each for each in answer.json()["features"] if "and" in each["properties"]["label"])
    assert found["geometry"]["type"] == "Point" and found["properties"]["kind"] == "alert"
    assert found["properties"]["words"].startswith(
        "two tracks of different parties lose their separation; from"
    )
    answer = api.ask("GET", feeds.GEOJSON, "observer")
    assert names(answer) == ["Alert"] and b"HERON1" not in answer.content and b"icao" not in answer.content
    [found] = answer.json()["features"]
    assert found["geometry"]["type"] == "Polygon"


def test_what_is_no_question_is_refused(api: Reached) -> None:
    wrong = (
        "level=conflict-only",
        "level=",
        "level=full&level=full",
        "what=",
        "what=plan,",
        "what=people",
        "x=1",
    )
    for asked in wrong:
        for path in PATHS:
            assert api.code("GET", f"{path}?{asked}", "observer") == (400, "api.query"), (path, asked)


def test_a_map_program_logs_in_with_a_token_of_an_observer(api: Reached) -> None:
    filed(api)
    asked = api.ask("GET", feeds.KML)
    assert asked.status_code == 401
    assert 'Basic realm="wideberth"' in asked.headers["www-authenticate"]
    for name in ("observer", "whatever", ""):
        answer = api.ask("GET", feeds.KML, headers=basic(name, api.tokens["observer"]))
        assert answer.status_code == 200, answer.text
    for wrong in ("", "x", WORDS, api.tokens["observer"][:-1], "wb_" + "a" * 43):
        answer = api.ask("GET", feeds.KML, headers=basic("observer", wrong))
        assert (answer.status_code, answer.json()["code"]) == (401, "accounts.token")
        assert 'Basic realm="wideberth"' in answer.headers["www-authenticate"]
    for broken in (
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic /w==",
        "Basic 4oKs",
        f"basic {api.tokens['observer']}",
    ):
        answer = api.ask("GET", feeds.KML, headers={"authorization": broken})
        assert (answer.status_code, answer.json()["code"]) == (401, "accounts.token"), broken


def test_a_password_that_a_program_keeps_is_never_one_that_changes_anything(api: Reached) -> None:
    for role in ("officer", "planner", "releasing"):
        answer = api.ask("GET", feeds.GEOJSON, headers=basic(role, api.tokens[role]))
        assert (answer.status_code, answer.json()["code"]) == (403, "api.basic"), role
        # as a header that no program sends by itself it is good
        assert api.ask("GET", feeds.GEOJSON, role).status_code == 200
    for role in ("admin", "interpreter"):
        answer = api.ask("GET", feeds.GEOJSON, headers=basic(role, api.tokens[role]))
        assert (answer.status_code, answer.json()["code"]) == (403, "api.role"), role
    api.node.people.set_roles("observer", ["observer", "planner"])
    answer = api.ask("GET", feeds.GEOJSON, headers=basic("observer", api.tokens["observer"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "api.basic")


def test_nothing_else_takes_a_password(api: Reached) -> None:
    for path in ("/v1/status", "/v1/plans", "/v1/sites", "/v1/events"):
        answer = api.ask("GET", path, headers=basic("observer", api.tokens["observer"]))
        assert (answer.status_code, answer.json()["code"]) == (401, "accounts.token"), path
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_stands_in_no_address_and_in_no_link(api: Reached) -> None:
    token = api.tokens["observer"]
    assert api.code("GET", f"{feeds.KML}?token={token}")[0] == 401
    answer = api.ask("GET", f"{feeds.LINK}?level=full&what=site&refresh_s=60", "observer")
    assert answer.status_code == 200 and token not in answer.text
    root = etree.fromstring(answer.content)
    assert root.findtext(f".//{KML}href") == "http://127.0.0.1:7878/v1/feeds/zones.kml?level=full&what=site"
    assert root.findtext(f".//{KML}refreshInterval") == "60"
    # what it leads to is there
    path = str(root.findtext(f".//{KML}href")).removeprefix("http://127.0.0.1:7878")
    assert api.ask("GET", path, headers=basic("", token)).status_code == 200
    for wrong in ("x", "-5", "²", "1e1"):
        assert api.code("GET", f"{feeds.LINK}?refresh_s={wrong}", "observer") == (400, "api.query")
    assert api.code("GET", f"{feeds.LINK}?refresh_s=1", "observer") == (400, "feed.refresh")
    log = api.node.path / "log"
    for file in log.iterdir() if log.is_dir() else [log]:
        assert token not in file.read_text()


def test_it_is_of_the_present(api: Reached) -> None:
    for path in PATHS:
        assert api.code("GET", f"{path}?as_of=2027-01-15T08:00:00Z", "observer") == (400, "api.query")


def test_it_says_what_there_is_when_there_is_nothing(api: Reached) -> None:
    said = json.loads(api.ask("GET", feeds.GEOJSON, "observer").content)
    assert said["features"] == [] and "no known conflict" in said["words"][0]
