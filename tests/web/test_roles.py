"""Who may ask for what: every route of the table, every role, and nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli import agreed
from tests.store.peopled import WORDS
from tests.story import desks
from tests.web.reached import ROLES, Reached, reached
from wideberth.desk import call_entries
from wideberth.desk.statement_entries import Declared
from wideberth.ledger import ids
from wideberth.model.communique import Text
from wideberth.model.hold import Hold, Moment
from wideberth.model.release import Caveats, Recipient
from wideberth.model.talks import Invitation
from wideberth.node.release_records import Choice
from wideberth.store.accounts import DAY
from wideberth.web.route import ANYBODY, Route
from wideberth.web.signing import text
from wideberth.web.table import TABLE

FOREIGN: dict[str, str] = {}
"""What `foreign` has made, once for all roles."""
MISSING = {"agreement": ids.base32(bytes(16)), "sha256": "cd" * 32}
"""What nothing has, where it must be read before it is looked for."""
EVERYBODY = {
    "GET /v1/basemap",
    "GET /v1/basemap.pmtiles",
    "GET /v1/map",
    "GET /v1/place",
    "POST /v1/shapes",
    "GET /v1/session",
    "DELETE /v1/session",
    "DELETE /v1/passkeys/{passkey}",
    "GET /v1/passkeys",
    "GET /v1/preferences",
    "POST /v1/passkeys",
    "POST /v1/passkeys/options",
    "PUT /v1/password",
    "PUT /v1/preferences",
    "GET /v1/watch",
    "GET /v1/watch/sources",
    "GET /v1/watch/tracks",
    "DELETE /v1/token",
    "GET /v1/blind",
    "GET /v1/calls",
    "GET /v1/calls/{call}",
    "GET /v1/cases",
    "GET /v1/cases/{case}",
    "GET /v1/cases/{case}/record",
    "GET /v1/communiques",
    "GET /v1/communiques/{communique}",
    "GET /v1/communiques/{communique}/notice",
    "GET /v1/communiques/{communique}/text",
    "GET /v1/duty",
    "GET /v1/duty/presence",
    "GET /v1/events",
    "GET /v1/known",
    "GET /v1/drills",
    "GET /v1/holds",
    "GET /v1/holds/{hold}",
    "GET /v1/lines",
    "GET /v1/lines/{line}",
    "GET /v1/lines/{line}/agreements",
    "GET /v1/lines/{line}/alarms",
    "GET /v1/lines/{line}/blind",
    "GET /v1/lines/{line}/blind/audits",
    "GET /v1/lines/{line}/blind/audits/{audit}",
    "GET /v1/lines/{line}/blind/runs",
    "GET /v1/lines/{line}/gate",
    "GET /v1/lines/{line}/history",
    "GET /v1/lines/{line}/notices",
    "GET /v1/lines/{line}/notices/{notice}",
    "GET /v1/lines/{line}/notices/{notice}/inside",
    "GET /v1/lines/{line}/statements",
    "GET /v1/lines/{line}/statements/{statement}",
    "GET /v1/manual",
    "GET /v1/manual/{manual}",
    "GET /v1/manual/{manual}/cases",
    "GET /v1/manual/{manual}/cases/{case}",
    "GET /v1/manual/{manual}/conflicts",
    "GET /v1/metrics",
    "GET /v1/openapi.json",
    "GET /v1/phrases",
    "POST /v1/phrases/said",
    "GET /v1/plans",
    "GET /v1/plans/{plan}",
    "GET /v1/plans/{plan}/clears",
    "GET /v1/rings",
    "GET /v1/statements",
    "POST /v1/read-terms",
    "GET /v1/status",
    "GET /v1/talks",
    "GET /v1/talks/{talks}",
    "GET /v1/talks/{talks}/minutes",
}
ENDING = ("DELETE /v1/session", "DELETE /v1/token")
"""What ends the token that asks for it."""
NO_TOKEN = {
    "GET /v1/health",
    "POST /v1/begin",
    "POST /v1/login",
    "POST /v1/session",
    "POST /v1/session/passkey",
    "POST /v1/session/passkey/options",
}
ADMINS = ("/v1/users", "/v1/lines/{line}/address")
READERS = {"observer", "officer", "planner", "releasing"}
RELEASES = (
    "/v1/communiques",
    "/v1/lines/{line}/onward",
    "/v1/lines/{line}/received",
    "/v1/onward",
    "/v1/public-files",
    "/v1/received",
    "/v1/recipients",
    "/v1/releases",
    "/v1/repl",
    "/v1/trace",
)
BOTH = ("/v1/acts", "/v1/lines/{line}/bundles/in", "/v1/lines/{line}/bundles/out", "/v1/drills/{drill}/play")
PLANNING = {"POST /v1/watch/reports", "POST /v1/plans", "PUT /v1/plans/{plan}", "POST /v1/plans/{plan}/state"}
DRAFTS = {"POST /v1/plan-checks", "POST /v1/read-plans"}
"""What plans would come to: they are not filed."""
NATIVE = json.dumps({"schema": "wideberth.plans/1", "plans": [agreed.plan("survey-1")]})
HISTORY = {"n": 0, "rows": [], "role": "officer"}
CELL_SAID = {
    "cell": f"c-{'a' * 26}",
    "rung": "confirmed",
    "at": "2027-01-15T08:00:00Z",
    "sha256": "a" * 52,
    "key": "a" * 52,
    "signature": ids.base32(bytes(64)),
}
BODIES: dict[str, object] = {
    "/v1/shapes": {"volumes": []},
    "/v1/calls/{call}/answer": {"answer": "unable", "role": "duty officer"},
    "/v1/calls/{call}/read-back": {"fields": {}, "role": "duty officer"},
    "/v1/calls/{call}/take": {"role": "duty officer"},
    "/v1/cases/{case}/accept": {},
    "/v1/cases/{case}/escalate": {"to": "deputy"},
    "/v1/cases/{case}/propose": {"notice": "n-x", "change": {"delay_ms": 900_000}, "for_s": 3_600},
    "/v1/cases/{case}/retract": {},
    "/v1/communiques/{communique}": {"texts": [{"language": "en", "title": "x", "body": "x"}]},
    "/v1/communiques/{communique}/differ": {"sha256": "ab" * 32, "differences": "x"},
    "/v1/communiques/{communique}/publish": {},
    "/v1/communiques/{communique}/sign": {"sha256": "ab" * 32, "approvals": []},
    "/v1/communiques/{communique}/withdraw": {},
    "/v1/holds/{hold}/lift": {"approvals": []},
    "/v1/lines/{line}/address": {"address": None},
    "/v1/lines/{line}/admit": {"origin": "x"},
    "/v1/lines/{line}/agreements": {"terms": "x"},
    "/v1/lines/{line}/agreements/{sha256}/signatures": {"approvals": []},
    "/v1/lines/{line}/alarms/seen": {"alarms": 1},
    "/v1/watch/alerts/{alert}/take": {"role": "duty officer"},
    "/v1/watch/tracks/claim": {"track": "icao:abcdef", "party": "nobody"},
    "/v1/lines/{line}/blind/audits": {
        "run": f"b-{'a' * 26}",
        "round": 0,
        "cell": "00" * 17,
        "case": "x",
        "approvals": [],
    },
    "/v1/lines/{line}/blind/audits/{audit}/agree": {"approvals": []},
    "/v1/lines/{line}/blind/runs/{run}/open": {"approvals": []},
    "/v1/lines/{line}/calls": {"to": "duty officer", "text": "radio check"},
    "/v1/lines/{line}/check": {},
    "/v1/lines/{line}/checked": {"role": "duty officer"},
    "/v1/lines/{line}/epoch": {"kind": "main", "note": "x"},
    "/v1/lines/{line}/onward": {
        "kind": "notice",
        "of": "n-x",
        "recipient": "x",
        "until": "2027-02-01T00:00:00Z",
    },
    "/v1/lines/{line}/onward/{asked}/consent": {"until": "2027-02-01T00:00:00Z", "approvals": []},
    "/v1/lines/{line}/onward/{asked}/decline": {},
    "/v1/lines/{line}/papers": {"papers": []},
    "/v1/lines/{line}/received/{release}/concern": {"text": "x", "assurance": "x"},
    "/v1/lines/{line}/received/{release}/take": {},
    "/v1/lines/{line}/gate": {"gate": "off"},
    "/v1/lines/{line}/held/drop": {"entries": [{"n": 0, "sha256": "ab" * 32}]},
    "/v1/lines/{line}/held/release": {"entries": [{"n": 0, "sha256": "ab" * 32}]},
    "/v1/manual/{manual}/calls": {"mine": True, "words": "x", "role": "officer"},
    "/v1/manual/{manual}/cases/{case}/propose": {"change": {"cancel": True}, "mine": True, "ours": True},
    "/v1/manual/{manual}/cases/{case}/said": {"said": "retract", "mine": False, "role": "officer"},
    "/v1/manual/{manual}/plans": {"plans": NATIVE, "by": "officer"},
    "/v1/manual/{manual}/plans/{plan}/answer": {"answer": "no objection stated", "by": "officer"},
    "/v1/manual/{manual}/plans/{plan}/told": {"sha256": "ab" * 32, "to": "x", "read_back": "matched"},
    "/v1/plans/{plan}": {"plan": agreed.plan("survey-1")},
    "/v1/plans/{plan}/activate": {},
    "/v1/plans/{plan}/state": {"to": "ended"},
    "/v1/releases/{release}": {"title": "x", "records": []},
    "/v1/releases/{release}/approvals": {"approvals": []},
    "/v1/releases/{release}/file": {},
    "/v1/releases/{release}/link": {"until": "2027-02-01T00:00:00Z"},
    "/v1/releases/{release}/receipt": {"role": "registry"},
    "/v1/releases/{release}/recall": {},
    "/v1/releases/{release}/send": {},
    "/v1/replies/{reply}/refuse": {"why": "insult"},
    "/v1/relays/{relay}/confirm": CELL_SAID,
    "/v1/relays/{relay}/handed": {"cell": "crew 1", "how": "radio"},
    "/v1/relays/{relay}/slip": {"cell": "crew 1"},
    "/v1/rings/take": {"kind": "duty", "id": "officer", "role": "duty officer"},
    "/v1/lines/{line}/sites/{list}/status": {"version": 1, "all": "received"},
    "/v1/lines/{line}/statements/{statement}/accept": {},
    "/v1/lines/{line}/statements/{statement}/acknowledge": {},
    "/v1/lines/{line}/statements/{statement}/answer": {"text": "x"},
    "/v1/lines/{line}/statements/{statement}/keep-open": {},
    "/v1/lines/{line}/statements/{statement}/withdraw": {},
    "/v1/sites/{list}/person": {"row": "a", "fields": {"name": "x"}, "until": "2027-02-01T00:00:00Z"},
    "/v1/sites/{list}/revalidate": {"row": "a", "version": 1, "review": "2027-02-01T00:00:00Z"},
    "/v1/sites/{list}/verify": {"row": "a", "version": 1},
    "/v1/drills/{drill}/play": {},
    "/v1/lines/{line}/words/challenge": {},
    "/v1/lines/{line}/words/check": {"reply": "lusab-babad-gutih"},
    "/v1/lines/{line}/words/reply": {"challenge": "lusab-babad-gutih"},
    "/v1/lines/{line}/words/resume": {"day": "2027-01-15"},
    "/v1/lines/{line}/words/table": {"day": "2027-01-15"},
    "/v1/lines/{line}/words/unlock": {},
    "/v1/talks/{talks}": {"title": "x", "agenda": ["x"], "at": "2027-02-01T00:00:00Z"},
    "/v1/talks/{talks}/answer": {"answer": "attend"},
    "/v1/talks/{talks}/attendance": {"roles": ["commander"]},
    "/v1/talks/{talks}/differ": {"sha256": "ab" * 32, "differences": "x"},
    "/v1/talks/{talks}/minutes": {"text": "x"},
    "/v1/talks/{talks}/outcome": {"communique": "x"},
    "/v1/talks/{talks}/sign": {"sha256": "ab" * 32},
    "/v1/users/{name}/enabled": {"enabled": True},
    "/v1/users/{name}/password": {"password": WORDS},
    "/v1/users/{name}/roles": {"roles": ["observer"]},
    "/v1/users/{name}/tokens": {"token": "x"},
}
"""Requests that could be carried out, if what the path names were there."""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    with reached(tmp_path_factory.mktemp("api")) as found:
        yield found


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def nowhere(route: Route) -> str:
    """The path, with names that nothing has."""
    return re.sub(r"\{\w+\}", "nothing-has-this-name", route.path)


def asked(route: Route) -> dict[str, Any]:
    """A body of the right kind, which nothing can be done with."""
    if route.takes is None:
        return {}
    kind = "application/octet-stream" if route.takes is bytes else "application/json"
    return {"content": b"?", "headers": {"content-type": kind}}


def expected(route: Route) -> set[str]:
    """The roles that may, from the pages and not from the table."""
    if name(route) in EVERYBODY:
        return set(ROLES)
    if name(route) == "GET /v1/lines/{line}/record":
        return READERS  # there are lists of sites in it
    if route.path.startswith(("/v1/feeds/", "/v1/watch/alerts")) and route.method == "GET":
        return READERS  # there are sites in them
    if name(route) == "GET /v1/incident":
        return {"officer", "releasing"}  # it is made to be handed to others
    if name(route) in PLANNING or name(route) in DRAFTS:
        return {"planner", "officer"}
    if route.path.startswith(("/v1/communiques", "/v1/recipients", "/v1/releases", "/v1/trace")):
        return {"officer", "releasing"}
    if route.path.startswith("/v1/relay") and route.method == "GET":
        return {"planner", "officer"}
    if route.path in BOTH:
        return {"admin", "officer"}
    if route.path.startswith(ADMINS) or name(route) == "POST /v1/lines":
        return {"admin"}
    if route.path.startswith(RELEASES) and not route.path.endswith("/concern"):
        return {"officer", "releasing"}
    return _of_sites(route) or {"officer"}


def _of_sites(route: Route) -> set[str]:
    """Lists of sites: who plans keeps them, who releases tells them, and people beside them are for few."""
    if "site" not in route.path or route.path.endswith("/status"):
        return set()
    if route.path.endswith("/send"):
        return {"officer", "releasing"}
    if route.path.endswith("/person"):
        planners = {"officer", "planner"}
        return {"GET": {"officer", "releasing"}, "POST": planners, "DELETE": planners | {"admin"}}[
            route.method
        ]
    reads = route.method == "GET" or route.path == "/v1/site-touches"
    return READERS if reads else {"officer", "planner"}


def test_only_these_routes_need_no_token() -> None:
    assert {name(each) for each in TABLE if each.who is None} == NO_TOKEN
    assert {name(each) for each in TABLE if each.who == ANYBODY} == EVERYBODY
    assert len({name(each) for each in TABLE}) == len(TABLE) > 30


@pytest.mark.parametrize("route", [each for each in TABLE if each.who is not None], ids=name)
def test_nobody_is_answered_without_a_token(api: Reached, route: Route) -> None:
    answer = api.ask(route.method, nowhere(route), **asked(route))
    assert answer.status_code == 401
    challenges = 'Bearer, Basic realm="wideberth", charset="UTF-8"' if route.basic else "Bearer"
    assert answer.headers["www-authenticate"] == challenges
    assert answer.json()["code"] == "accounts.token"


@pytest.mark.parametrize("role", ROLES)
def test_every_route_for_every_role(api: Reached, role: str) -> None:
    for route in TABLE:
        if route.who is None or name(route) in (*ENDING, "GET /v1/events"):
            continue
        answer = api.ask(route.method, nowhere(route), role, **asked(route))
        if role in expected(route):
            # clocks may be confirmed without a name; the rest names nothing, or says nothing that can be read
            # nobody is on duty here
            refused = (409,) if name(route) == "POST /v1/duty/present" else ()
            assert answer.status_code in (200, 400, 404, *refused), (name(route), answer.text)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "api.role"), name(route)


def test_every_change_is_named_for_the_list_of_who_asked_for_it() -> None:
    named = [each.act for each in TABLE if each.act is not None]
    assert len(set(named)) == len(named)
    changes = {name(each) for each in TABLE if each.method != "GET" and each.who is not None}
    assert changes - {name(each) for each in TABLE if each.act} == {
        *ENDING,
        "POST /v1/shapes",
        "POST /v1/phrases/said",
        # what somebody prefers is nobody's business, and no sign that anybody is there
        "PUT /v1/preferences",
        # a sheet of paper, of which nothing is kept
        "POST /v1/blackout/page",
        "POST /v1/site-touches",
        *DRAFTS,
        # a text or a file is read, and nothing entered
        "POST /v1/draft-terms",
        "POST /v1/read-sites",
        "POST /v1/read-terms",
        # a program does, each second: that is no sign that anybody is there
        "POST /v1/watch/reports",
    }
    looks = {name(each) for each in TABLE if each.act and each.method == "GET"}
    # whoever looks at people, or makes a pack that is to be handed on, is on record too
    assert looks == {"GET /v1/incident", "GET /v1/sites/{list}/person"}


def foreign(api: Reached) -> dict[str, str]:
    """For each part of a path something that there is, and that is not this node's to show."""
    other, line = api.two.other, api.line
    desks.agree(api.two, desks.terms(api.two, {"*": "none"}))
    [theirs] = other.desk.submit([desks.given(desks.circle(33.0, 34.0, desks.START))])
    other.room.releases.add_recipient(Recipient("East"))
    [drawn] = other.room.releases.draft(["East"], "Theirs", [Choice("plan", theirs.plan)], Caveats())
    [mine] = api.node.desk.submit([desks.given(desks.circle(33.0, 34.0, desks.START))])
    notices = [ids.notice_of(line, each.plan) for each in (mine, theirs)]
    said = Declared("", 1, "Not told yet.", "none", desks.START, None, "officer")
    unsaid = other.room.statements.make([line], said)[0].statement
    someone = api.node.people.add("someone-else", WORDS, ["observer"], api.two.time.wall_ms)
    api.node.people.passkeys.add(someone.id, b"another's", b"key", 0, "phone", api.two.time.wall_ms)
    return {
        "passkey": text(b"another's"),
        "agreement": ids.base32(bytes(range(1, 17))),
        "asked": f"o-{'a' * 26}",
        "audit": "ab" * 32,
        "call": call_entries.new_call(bytes(range(16))),
        "case": ids.case(line, *notices),
        "communique": other.room.communiques.draft([], [Text("en", "x", "x")], replies=True).communique,
        "hold": other.room.holds.put(Hold("", (other.party,), 0, Moment(desks.START))).hold,
        "drill": "some-drill",
        "cell": other.room.relay.add("their crew", None, None)[0].cell,
        "line": ids.party(api.node.identity),
        "list": other.sites.edition("Hospitals of theirs", []).list.list,
        "manual": ids.party(other.identity),
        "name": "deputy-of-south",
        "notice": notices[1],
        "plan": theirs.plan,
        "release": drawn.release,
        "file": "release.txt",
        "reply": "1000",
        "relay": other.room.relay.open(None, theirs.plan).relay,
        "run": f"b-{'a' * 26}",
        "sha256": "ab" * 32,
        "statement": unsaid,
        "talks": other.room.talks.propose(
            Invitation("", 1, "Talks", ("hours",), desks.START, (other.party, api.node.party))
        ).talks,
        "token": f"test {other.start}",
        "alert": f"w-{'a' * 26}",
    }


@pytest.mark.parametrize("role", ROLES)
def test_what_is_another_partys_is_answered_as_what_is_nowhere(api: Reached, role: str) -> None:
    others = foreign(api) if role == ROLES[0] else FOREIGN
    FOREIGN.update(others)
    asked_for = 0
    for route in TABLE:
        parts = re.findall(r"\{(\w+)\}", route.path)
        if not parts or role not in expected(route):
            continue
        said = BODIES.get(route.path)
        if route.path.endswith(("/joined", "/history")):
            origin = f"wideberth/{api.line}/{api.node.party}/main/0"
            said = {"line": api.line} if route.path.endswith("/joined") else {**HISTORY, "origin": origin}
        more: dict[str, Any] = {} if route.takes is None else {"json": said}
        if route.takes is bytes:
            more = asked(route)
        # the last part is foreign; what stands before it is there
        real = {"line": api.line, "name": "observer"}
        known = {each: real.get(each, others[each]) for each in parts[:-1]}
        answers = []
        for last in (others[parts[-1]], MISSING.get(parts[-1], "nothing-has-this-name")):
            path = route.path
            for each, value in {**known, parts[-1]: last}.items():
                path = path.replace(f"{{{each}}}", value)
            answer = api.ask(route.method, path, role, **more)
            # a rule may say the name again that it was asked for
            words = answer.text.replace(last, "")
            answers.append((answer.status_code, words, dict(answer.headers)))
        assert answers[0] == answers[1], name(route)
        # of terms that nobody proposed a rule speaks
        assert answers[0][0] == (409 if parts[-1] in MISSING else 404), (name(route), answers[0])
        asked_for += 1
    assert asked_for >= 8


def test_a_token_of_any_role_ends_itself(tmp_path: Path) -> None:
    with reached(tmp_path) as api:
        for role in ROLES:
            for method, path in (each.split() for each in ENDING):
                api.tokens[role] = api.node.people.new_token(role, path, DAY, api.node.clock.now())
                assert api.ask(method, path, role).status_code == 204
                assert api.code("GET", "/v1/status", role) == (401, "accounts.token")
