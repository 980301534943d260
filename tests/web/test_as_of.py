"""`as_of` of the API: every view of a noun takes it, and nothing else does."""

from __future__ import annotations

from tests.web.reached import Reached
from wideberth.formats.times import to_rfc3339
from wideberth.web.route import AS_OF
from wideberth.web.table import TABLE

PRESENT = {
    "/v1/acts",
    "/v1/basemap",
    "/v1/basemap.pmtiles",
    "/v1/blackout",
    "/v1/duty/presence",
    "/v1/drills",
    "/v1/handover",
    "/v1/handover/page",
    "/v1/watch/alerts/{alert}/picture",
    # what officers are to sign now
    "/v1/watch",
    "/v1/watch/alerts/{alert}/encounter",
    "/v1/watch/sources",
    "/v1/watch/tracks",
    "/v1/lines/{line}/blind/question",
    "/v1/lines/{line}/blind/runs/{run}/opening",
    "/v1/lines/{line}/onward/{asked}/text",
    "/v1/lines/{line}/words",
    "/v1/openapi.json",
    "/v1/place",
    "/v1/phrases",
    "/v1/passkeys",
    "/v1/preferences",
    "/v1/public-files",
    "/v1/replies",
    "/v1/replies/{reply}",
    "/v1/reply-counts",
    "/v1/session",
    "/v1/users",
    "/v1/users/{name}/tokens",
}
FEEDS = {"/v1/feeds/link.kml", "/v1/feeds/zones.geojson", "/v1/feeds/zones.kml"}
FILES = FEEDS | {
    "/v1/incident",
    "/v1/cases/{case}/record",
    "/v1/events",
    "/v1/lines/{line}/record",
    "/v1/metrics",
    "/v1/releases/{release}/files/{file}",
    "/v1/site-template",
}


def test_every_view_takes_it() -> None:
    views = {each.path for each in TABLE if each.method == "GET" and each.who is not None and not each.act}
    assert {each.path for each in TABLE if AS_OF in each.asked} == views - PRESENT - FILES
    assert all(each.method == "GET" and each.act is None for each in TABLE if AS_OF in each.asked)


def test_a_view_is_of_that_moment(api: Reached) -> None:
    before = to_rfc3339(api.two.time.wall_ms)
    api.two.time.pass_ms(1_000)
    assert api.ask("PUT", f"/v1/lines/{api.line}/gate", "officer", json={"gate": "always"}).status_code == 200
    path = f"/v1/lines/{api.line}/gate"
    assert api.ask("GET", path, "observer").json()["gate"] == "always"
    assert api.ask("GET", f"{path}?as_of={before}", "observer").json()["gate"] == "off"
    [line] = api.ask("GET", f"/v1/lines?as_of={before}", "observer").json()
    assert (line["health"], line["why"]) == (None, "how it stood then is not kept")
    status = api.ask("GET", f"/v1/status?as_of={before}", "observer").json()
    assert (status["now"], status["lines"]) == (before, 1)


def test_what_was_known_has_a_moment(api: Reached) -> None:
    assert api.code("GET", "/v1/known", "observer") == (400, "api.query")
    when = to_rfc3339(api.two.time.wall_ms)
    found = api.ask("GET", f"/v1/known?as_of={when}", "observer").json()
    assert found["as_of"] == when and [each["line"] for each in found["lines"]] == [api.line]


def test_a_moment_that_is_none_is_refused(api: Reached) -> None:
    later = to_rfc3339(api.two.time.wall_ms + 1)
    assert api.code("GET", f"/v1/plans?as_of={later}", "observer") == (400, "node.as_of")
    assert api.code("GET", "/v1/plans?as_of=noon", "observer") == (400, "time.malformed")
    assert api.code("GET", "/v1/acts?as_of=2027-01-01T00:00:00Z", "admin") == (400, "api.query")
    assert api.code("POST", "/v1/duty/take?as_of=x", "officer", json={"post": "officer"})[1] == "api.query"


def test_who_may_not_see_it_now_may_not_see_it_then(api: Reached) -> None:
    when = to_rfc3339(api.two.time.wall_ms)
    assert api.code("GET", f"/v1/sites?as_of={when}", "interpreter") == (403, "api.role")
    assert api.code("GET", f"/v1/plans?as_of={when}") == (401, "accounts.token")
    assert api.code("GET", f"/v1/lines/none?as_of={when}", "observer")[0] == 404
