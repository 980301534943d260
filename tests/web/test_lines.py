"""Lines, bundles and agreements over the API, between two nodes that are real."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.desk import agreed
from tests.story import whole
from tests.web.reached import Client, Reached, quick, reached
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import ids
from wideberth.line.messages import Alarm
from wideberth.model.agreement import Party
from wideberth.node.private import Private
from wideberth.node.views import time
from wideberth.web.app import app

OCTETS = {"content-type": "application/octet-stream"}
NUMBER = ids.base32(agreed.NUMBER)


def test_a_line_is_taken_up_and_called_elsewhere(tmp_path: Path) -> None:
    with reached(tmp_path / "two") as api:
        places, line = whole.begin(tmp_path / "more")
        with places[0].open(api.two.time) as node:
            tokens = quick(node)
            more = api._replace(app=app(node), tokens=tokens)
            more = more._replace(client=Client(more.app, api.portal))
            assert more.ask("GET", "/v1/lines", "observer").json() == []
            body = {
                "paired": whole.paired(*places).decode(),
                "pairing_key": ids.base32(places[0].private),
                "address": "https://south.example:7879",
            }
            for wrong in (body["pairing_key"][:-1], body["pairing_key"].upper(), ""):
                answer = more.ask("POST", "/v1/lines", "admin", json={**body, "pairing_key": wrong})
                said = answer.json()
                assert (said["status"], said["code"], said["path"]) == (400, "api.body", "pairing_key")
                assert not wrong or wrong not in answer.text
            taken = more.ask("POST", "/v1/lines", "admin", json=body).json()
            assert (taken["line"], taken["address"], taken["label"]) == (line, body["address"], "south")
            assert more.code("POST", "/v1/lines", "admin", json=body) == (409, "line.exists")
            assert more.ask("GET", f"/v1/lines/{line}", "observer").json() == taken
            moved = more.ask("PUT", f"/v1/lines/{line}/address", "admin", json={"address": None}).json()
            assert moved["address"] is None
            assert more.code("PUT", f"/v1/lines/{line}/address", "admin", json={"address": "ftp://x"}) == (
                400,
                "transport.address",
            )
            node.people.close()


def test_a_node_shows_itself_and_takes_an_officers_word(api: Reached) -> None:
    status = api.ask("GET", "/v1/status", "observer").json()
    assert status["lines"] == 1
    assert status["now"] == time(api.node.clock.now())
    assert api.ask("POST", "/v1/clock/confirm", "officer").json()["party"] == api.node.party
    at = f"/v1/lines/{api.line}"
    assert api.ask("GET", at, "observer").json()["stage"] == "asking"
    assert api.ask("POST", f"{at}/waive", "officer").json()["stage"] == "waived"
    origin = f"wideberth/{api.line}/{api.two.other.party}/main/1"
    refused = api.ask("POST", f"{at}/admit", "officer", json={"origin": origin})
    assert refused.status_code in (400, 409)
    assert api.code("POST", f"{at}/admit", "officer", json={"origin": "x"}) == (400, "ledger.origin")
    assert api.ask("POST", f"{at}/epoch", "officer", json={"kind": "main", "note": "x"}).status_code in (
        400,
        422,
    )


def test_a_line_that_is_not_there_a_foreign_one_and_a_path_that_is_none_are_one_answer(api: Reached) -> None:
    foreign = whole.met(
        *(whole.make(api.node.path.parent / "far", name) for name in ("east", "west"))
    ).line.id
    answers = [
        api.ask(method, path, "officer", **more)
        for method, path, more in (
            ("GET", f"/v1/lines/{foreign}", {}),
            ("GET", "/v1/lines/x", {}),
            ("GET", "/v1/lines/%00%ff", {}),
            ("GET", f"/v1/lines/{foreign}/alarms", {}),
            ("GET", f"/v1/lines/{foreign}/agreements", {}),
            ("POST", f"/v1/lines/{foreign}/waive", {}),
            ("POST", f"/v1/lines/{foreign}/bundles/out", {}),
            ("POST", f"/v1/lines/{foreign}/bundles/in", {"content": b"x", "headers": OCTETS}),
            ("POST", f"/v1/lines/{foreign}/agreements", {"json": {"terms": "x"}}),
            ("POST", f"/v1/lines/{foreign}/agreements/{'0' * 64}/signatures", {"json": {"approvals": []}}),
            ("POST", f"/v1/lines/{api.line}/agreements/x/signatures", {"json": {"approvals": []}}),
            ("POST", f"/v1/lines/{api.line}/agreements/x/suspend", {}),
            ("GET", "/v1/nothing", {}),
            ("GET", "/nowhere", {}),
        )
    ]
    assert {each.status_code for each in answers} == {404}
    assert len({each.content for each in answers}) == 1
    assert len({tuple(sorted(each.headers.items())) for each in answers}) == 1


def test_alarms_come_with_their_proof(api: Reached) -> None:
    alarm = Alarm("line.equivocation", "two histories", (b"one", b"other"))
    with api.node.recording() as private:
        private.alarm(api.line, alarm, api.node.clock.now())
    [said] = api.ask("GET", f"/v1/lines/{api.line}/alarms", "observer").json()
    assert said["code"] == "line.equivocation"
    assert [base64.b64decode(each) for each in said["proof"]] == [b"one", b"other"]
    [short] = api.ask("GET", f"/v1/lines/{api.line}", "observer").json()["alarms"]
    assert short["proof_bytes"] == 8 and not short["seen"] and not said["seen"]


def test_an_officer_says_which_alarms_were_seen_and_a_start_remembers(api: Reached) -> None:
    at = f"/v1/lines/{api.line}/alarms"
    assert api.code("POST", f"{at}/seen", "officer", json={"alarms": 1}) == (400, "line.alarms")
    for words in ("one", "two"):
        with api.node.recording() as private:
            private.alarm(api.line, Alarm("line.clock", words), api.node.clock.now())
    assert api.code("POST", f"{at}/seen", "observer", json={"alarms": 1}) == (403, "api.role")
    assert api.code("POST", f"{at}/seen", "officer", json={"alarms": 3}) == (400, "line.alarms")
    assert api.code("POST", f"{at}/seen", "officer", json={"alarms": 0}) == (400, "api.body")
    seen = api.ask("POST", f"{at}/seen", "officer", json={"alarms": 1}).json()["alarms"]
    assert [(each["words"], each["seen"]) for each in seen] == [("one", True), ("two", False)]
    assert [each["seen"] for each in api.ask("GET", at, "observer").json()] == [True, False]
    # what was seen stays seen, and two officers may say so
    size = api.node._lines.private.head.size
    api.ask("POST", f"{at}/seen", "officer", json={"alarms": 1})
    assert api.node._lines.private.head.size == size
    api.ask("POST", f"{at}/seen", "officer", json={"alarms": 2})
    api.ask("POST", f"{at}/seen", "officer", json={"alarms": 1})
    assert [each.what for each in api.node.events(0)[0]].count("alarm.seen") == 4
    again = Private(api.node._lines.private.journal, api.node.party, api.node._keys.seeds.log)
    assert again.seen == {api.line: 2} and len(again.alarms) == 2


def test_a_bundle_goes_out_and_comes_in(api: Reached) -> None:
    other = api.two.other.bundle(api.line)
    at = f"/v1/lines/{api.line}/bundles"
    taken = api.ask("POST", f"{at}/in", "officer", content=other, headers=OCTETS).json()
    assert taken["opened"] == taken["messages"] > 0
    out = api.ask("POST", f"{at}/out", "admin")
    assert out.headers["content-type"] == "application/octet-stream"
    assert api.two.other.take_bundle(out.content).unopened == 0
    assert api.code("POST", f"{at}/in", "officer", content=out.content, headers=OCTETS) == (
        409,
        "bundle.other_line",
    )
    assert api.code("POST", f"{at}/in", "officer", content=b"x", headers=OCTETS)[0] == 400
    assert api.code("POST", f"{at}/in", "officer", json={}) == (415, "api.content_type")


def test_terms_are_proposed_signed_suspended_and_ended(api: Reached) -> None:
    two = api.two
    whole.settle(two)
    parties = [Party(each.party, each.name) for each in two.places]
    terms = agreement_draft.draft(agreed.NUMBER, "Trial terms", parties)
    sha256 = agreement.read(terms).hash
    at = f"/v1/lines/{api.line}/agreements"
    proposed = api.ask("POST", at, "officer", json={"terms": terms.decode()}).json()
    assert [each["sha256"] for each in proposed["versions"]] == [sha256.hex()]
    assert proposed["versions"][0]["terms"] == terms.decode()
    own, theirs = (whole.signatures(each, terms, agreed.NUMBER) for each in two.places)
    body = {"approvals": [each.decode() for each in own]}
    signed = api.ask("POST", f"{at}/{sha256.hex()}/signatures", "officer", json=body).json()
    assert [each["missing"] for each in signed["versions"][0]["signers"] if each["label"] == "north"] == [0]
    whole.settle(two)
    two.other.agreed.sign(api.line, sha256, theirs)
    whole.settle(two)
    assert api.ask("GET", at, "observer").json()["phases"] == {NUMBER: "in force"}
    assert api.ask("GET", f"/v1/lines/{api.line}", "observer").json()["agreement"] == sha256.hex()
    suspended = api.ask("POST", f"{at}/{NUMBER}/suspend", "officer").json()
    assert suspended["suspended_by"] == [api.node.party]
    assert api.ask("POST", f"{at}/{NUMBER}/resume", "officer").json()["suspended_by"] == []
    assert api.ask("POST", f"{at}/{NUMBER}/end", "officer").json()["phases"] == {NUMBER: "ended"}
    unknown = ids.base32(bytes(16))
    assert api.ask("POST", f"{at}/{unknown}/suspend", "officer").status_code in (404, 409)
    assert api.code("POST", at, "officer", json={"terms": "no terms"})[0] == 400
