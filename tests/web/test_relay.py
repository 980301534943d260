"""The relay tree over the API of a node: cells, what is handed down, slips, signatures, as of a moment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk.relayed import cell_seed
from tests.story import whole
from tests.story.desks import START, circle, given
from tests.web.reached import Reached
from wideberth.desk import relay_entries
from wideberth.ledger import ids, keys
from wideberth.node.views import time


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def opened(api: Reached) -> Any:
    """A plan of this node that is handed down to one cell with a key."""
    whole.settle(api.two)
    [plan] = api.node.desk.submit([given(circle(33.0, 34.0, START))])
    key = ids.base32(keys.public(cell_seed("crew")))
    done(api.ask("POST", "/v1/relay-cells", "officer", json={"name": "crew", "key": key}))
    return done(api.ask("POST", "/v1/relays", "officer", json={"plan": plan.plan}))


def said(api: Reached, view: Any) -> dict[str, str]:
    """What the cell signs now."""
    digest = relay_entries.sha256(view["text"])
    cell, at_ms = view["duties"][0]["cell"], api.node.clock.now()
    signed = relay_entries.sign(view["relay"], cell, "confirmed", at_ms, digest, cell_seed("crew"))
    return {
        "cell": cell,
        "rung": "confirmed",
        "at": time(at_ms),
        "sha256": ids.base32(digest),
        "key": ids.base32(signed.key),
        "signature": ids.base32(signed.signature),
    }


def test_a_cell_confirms_and_the_tree_is_shown_as_it_was_at_a_moment(api: Reached) -> None:
    view = opened(api)
    before = time(api.node.clock.now())
    api.two.time.pass_ms(60_000)
    at = f"/v1/relays/{view['relay']}"
    assert done(api.ask("POST", f"{at}/confirm", "officer", json=said(api, view)))["whole"] is True
    now, then = (done(api.ask("GET", f"{at}{more}", "planner")) for more in ("", f"?as_of={before}"))
    assert (now["whole"], then["whole"], then["duties"][0]["stands"]) == (True, False, "not told")
    acts = done(api.ask("GET", f"/v1/acts?noun={view['relay']}", "officer"))
    assert [each["what"] for each in acts] == ["relay.confirm", "relay.open"]


def test_a_slip_is_shown_once_and_to_an_officer(api: Reached) -> None:
    view = opened(api)
    at = f"/v1/relays/{view['relay']}"
    slip = done(api.ask("POST", f"{at}/slip", "officer", json={"cell": "crew"}))
    assert len(slip["words"].split("-")) == 16 and slip["url"] is None
    assert slip["words"] not in api.ask("GET", at, "officer").text
    assert api.code("POST", f"{at}/slip", "planner", json={"cell": "crew"}) == (403, "api.role")
    test = done(api.ask("POST", "/v1/relay-tests", "officer", json={"minutes": 5}))
    listed = done(api.ask("GET", "/v1/relays", "officer"))
    assert {each["relay"] for each in listed["relays"]} == {view["relay"], test["relay"]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "relay.subject"),
        ({"plan": "x", "line": "y", "notice": "z"}, "relay.subject"),
        ({"plan": "x", "line": "y"}, "relay.subject"),
        ({"notice": "x"}, "relay.subject"),
        ({"plan": "x"}, "plan.none"),
        ({"plan": "x", "more": 1}, "api.body"),
    ],
)
def test_what_is_nothing_to_be_handed_down_is_refused(api: Reached, body: Any, code: str) -> None:
    assert api.code("POST", "/v1/relays", "officer", json=body) == (400, code)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"cell": "crew"}, 400, "relay.id"),
        ({"at": "soon"}, 400, "time.malformed"),
        ({"signature": ids.base32(bytes(64))}, 422, "relay.signature"),
        ({"sha256": "a" * 52}, 409, "relay.other_text"),
        ({"key": "a" * 52}, 422, "relay.other_key"),
        ({"rung": "granted"}, 400, "api.body"),
    ],
)
def test_what_is_no_signature_of_the_cell_is_refused(
    api: Reached, change: dict[str, str], status: int, code: str
) -> None:
    view = opened(api)
    at = f"/v1/relays/{view['relay']}/confirm"
    assert api.code("POST", at, "officer", json={**said(api, view), **change}) == (status, code)
    assert done(api.ask("GET", f"/v1/relays/{view['relay']}", "officer"))["whole"] is False
