"""Logging in, accounts, tokens and duty over the API."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.store.peopled import HOUR, WORDS, WRONG
from tests.web.reached import Reached
from wideberth.errors import Refused
from wideberth.node import directory
from wideberth.node.views import time
from wideberth.store import accounts
from wideberth.store.accounts import DAY
from wideberth.web.call import Connection

NEAR = Connection(True, os.getuid(), False, lambda: None)


def login(name: str, password: str, token: str = "desk", **more: Any) -> dict[str, Any]:
    return {"name": name, "password": password, "token": token, **more}


def test_a_login_gives_a_token_that_works_until_it_ends(api: Reached) -> None:
    now = api.node.clock.now()
    answer = api.ask("POST", "/v1/login", json=login("Officer", f"officer {WORDS}", days=2))
    assert answer.status_code == 200
    assert answer.json()["expires"] == time(now + 2 * DAY)
    api.tokens["mine"] = answer.json()["token"]
    assert api.ask("GET", "/v1/status", "mine").json()["party"] == api.node.party
    api.two.time.pass_ms(2 * DAY)
    assert api.code("GET", "/v1/status", "mine") == (401, "accounts.token")


def test_without_days_a_token_lasts_as_the_setting_says(api: Reached) -> None:
    answer = api.ask("POST", "/v1/login", json=login("officer", f"officer {WORDS}"))
    assert answer.json()["expires"] == time(api.node.clock.now() + 30 * DAY)
    again = api.ask("POST", "/v1/login", json=login("officer", f"officer {WORDS}"))
    assert (again.status_code, again.json()["code"]) == (409, "accounts.token_exists")


def test_what_is_wrong_with_a_login_is_not_told(api: Reached) -> None:
    api.node.people.disable("planner", api.node.clock.now())
    told = [
        api.ask("POST", "/v1/login", json=login(*each))
        for each in (
            ("officer", WRONG),
            ("nobody", WRONG),
            ("planner", f"planner {WORDS}"),
            ("no name!", WORDS),
        )
    ]
    assert {each.status_code for each in told} == {401}
    assert len({each.content for each in told}) == 1
    assert told[0].json()["code"] == "accounts.login"


def test_guessing_waits_and_no_header_moves_the_guesser(api: Reached) -> None:
    codes = []
    for n in range(6):
        forged = {
            "x-forwarded-for": f"192.0.2.{n}",
            "forwarded": f"for=192.0.2.{n}",
            "x-real-ip": f"192.0.2.{n}",
        }
        codes.append(api.ask("POST", "/v1/login", json=login("officer", WRONG), headers=forged))
    assert [each.status_code for each in codes] == [401] * 5 + [429]
    assert codes[-1].headers["retry-after"] == "1"
    # over the node's own socket it is another place, and a known one
    near = api.over(NEAR).ask("POST", "/v1/login", json=login("officer", f"officer {WORDS}"))
    assert near.status_code == 200


def test_no_password_is_said_again(api: Reached) -> None:
    for path, body in (
        ("/v1/login", login("officer", WRONG, days=0)),
        ("/v1/login", {"name": "officer", "password": [WRONG], "token": "x"}),
        ("/v1/login", {"name": "officer", "passwort": WRONG, "token": "x"}),
        ("/v1/users", {"name": "new", "password": WRONG, "roles": ["root"]}),
        ("/v1/users", {"name": "new", "password": "kettle", "roles": ["officer"]}),
    ):
        answer = api.ask("POST", path, "admin", json=body)
        assert answer.status_code == 400
        assert "kettle" not in answer.text


def test_the_first_user_is_made_over_the_socket_by_the_owner_only(api: Reached) -> None:
    begin = {"name": "first", "password": WORDS}
    assert api.code("POST", "/v1/begin", json=begin) == (403, "node.owner")
    stranger = Connection(True, os.getuid() + 1, False, lambda: None)
    assert api.over(stranger).code("POST", "/v1/begin", json=begin) == (403, "node.owner")
    untold = Connection(True, None, False, lambda: None)
    assert api.over(untold).code("POST", "/v1/begin", json=begin) == (403, "node.owner")
    assert api.over(NEAR).code("POST", "/v1/begin", json=begin) == (409, "accounts.begun")
    _nobody(api)
    answer = api.over(NEAR).ask("POST", "/v1/begin", json=begin)
    assert answer.json() == {
        "name": "first",
        "roles": ["admin"],
        "enabled": True,
        "made": time(api.node.clock.now()),
    }
    assert api.over(NEAR).code("POST", "/v1/begin", json=begin) == (409, "accounts.begun")


def _nobody(api: Reached) -> None:
    """New accounts, nobody's yet."""
    from tests.store.peopled import QUICK

    api.node.people.close()
    path = api.node.path / directory.ACCOUNTS
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    api.node.people = accounts.create(path, QUICK)


def test_accounts_are_made_changed_and_deleted(api: Reached) -> None:
    body = {"name": "Duty-1", "password": WORDS, "roles": ["planner", "officer"]}
    made = api.ask("POST", "/v1/users", "admin", json=body).json()
    assert (made["name"], made["roles"], made["enabled"]) == ("duty-1", ["officer", "planner"], True)
    assert api.code("POST", "/v1/users", "admin", json=body) == (409, "accounts.exists")
    listed = api.ask("GET", "/v1/users", "admin").json()
    assert made in listed and len(listed) == 7
    roles = api.ask("PUT", "/v1/users/duty-1/roles", "admin", json={"roles": ["observer"]}).json()
    assert roles["roles"] == ["observer"]
    disabled = api.ask("PUT", "/v1/users/duty-1/enabled", "admin", json={"enabled": False}).json()
    assert disabled["enabled"] is False
    with pytest.raises(Refused):
        api.node.people.login("duty-1", WORDS, accounts.LOCAL, api.node.clock.now())
    assert api.ask("PUT", "/v1/users/duty-1/enabled", "admin", json={"enabled": True}).json()["enabled"]
    new = f"other {WORDS}"
    assert api.ask("PUT", "/v1/users/duty-1/password", "admin", json={"password": new}).status_code == 204
    assert api.node.people.login("duty-1", new, accounts.LOCAL, api.node.clock.now()).name == "duty-1"
    assert api.ask("DELETE", "/v1/users/duty-1", "admin").status_code == 204
    assert api.code("DELETE", "/v1/users/duty-1", "admin") == (404, "api.not_found")
    assert api.code("PUT", "/v1/users/admin/roles", "admin", json={"roles": ["officer"]}) == (
        409,
        "accounts.last_admin",
    )


def test_tokens_are_made_listed_and_revoked(api: Reached) -> None:
    granted = api.ask("POST", "/v1/users/observer/tokens", "admin", json={"token": "wall", "days": 1}).json()
    api.tokens["wall"] = granted["token"]
    assert api.ask("GET", "/v1/status", "wall").status_code == 200
    listed = api.ask("GET", "/v1/users/observer/tokens", "admin")
    assert granted["token"] not in listed.text
    now = api.node.clock.now()
    assert listed.json()[-1] == {
        "name": "wall",
        "made": time(now),
        "used": time(now),
        "expires": time(now + DAY),
    }
    unused = [each["used"] for each in listed.json() if each["name"] != "wall"]
    assert unused == [None]
    assert api.ask("DELETE", "/v1/users/observer/tokens/wall", "admin").status_code == 204
    assert api.code("DELETE", "/v1/users/observer/tokens/wall", "admin") == (404, "api.not_found")
    assert api.code("GET", "/v1/status", "wall") == (401, "accounts.token")


def test_an_officer_goes_on_duty_and_hands_over(api: Reached) -> None:
    began = api.node.clock.now()
    taken = api.ask("POST", "/v1/duty/take", "officer", json={"post": "officer"}).json()
    assert taken[0] == {"post": "officer", "name": "officer", "since": time(began), "how": "taken"}
    assert taken[1] == {"post": "deputy", "name": None, "since": None, "how": None}
    now = api.node.clock.now
    api.node.people.add("second", WORDS, ["officer"], now())
    api.two.time.pass_ms(HOUR)
    body = {"post": "officer", "to": "second"}
    handed = api.ask("POST", "/v1/duty/hand", "officer", json=body).json()
    assert (handed[0]["name"], handed[0]["how"]) == ("second", "handed")
    before = api.ask("GET", "/v1/duty", "observer", params={"as_of": time(now() - 1)}).json()
    assert before == taken
    relieved = api.ask("POST", "/v1/duty/take", "officer", json={"post": "officer", "relieve": True}).json()
    assert (relieved[0]["name"], relieved[0]["how"]) == ("officer", "relieved")
    api.node.people.delete("second", now())
    past = api.ask("GET", "/v1/duty", "observer", params={"as_of": time(now())}).json()
    assert past[0]["name"] == "officer"


def test_who_left_is_named_no_more(api: Reached) -> None:
    now = api.node.clock.now()
    api.node.people.add("second", WORDS, ["officer"], now)
    api.node.people.take("second", "deputy", now)
    api.two.time.pass_ms(HOUR)
    api.node.people.delete("second", api.node.clock.now())
    then = api.ask("GET", "/v1/duty", "observer", params={"as_of": time(now)}).json()
    assert then[1]["name"] == "a deleted account"
    left = api.ask("GET", "/v1/duty", "observer").json()[1]
    assert (left["name"], left["how"]) == (None, "left")


def test_duty_is_refused_with_the_rules_own_words(api: Reached) -> None:
    assert api.code("POST", "/v1/duty/take", "officer", json={"post": "chef"}) == (400, "api.body")
    body = {"post": "officer", "to": "observer"}
    api.ask("POST", "/v1/duty/take", "officer", json={"post": "officer"})
    assert api.code("POST", "/v1/duty/hand", "officer", json=body) == (409, "duty.role")
    # a name in the body is input; only one in the path is a place where nothing is
    assert api.code("POST", "/v1/duty/hand", "officer", json={**body, "to": "nobody"}) == (
        400,
        "accounts.none",
    )
    assert api.code("GET", "/v1/duty?as_of=yesterday", "officer") == (400, "time.malformed")


def test_presence_is_confirmed_by_who_has_a_post(api: Reached) -> None:
    assert api.ask("GET", "/v1/duty/presence", "observer").json()["phase"] == "unwatched"
    assert api.code("POST", "/v1/duty/present", "officer") == (409, "duty.not_on")
    assert api.ask("POST", "/v1/duty/take", "officer", json={"post": "officer"}).status_code == 200
    began = api.node.clock.now()
    api.two.time.pass_ms(29 * 60_000)
    # a look is no sign of presence
    assert api.ask("GET", "/v1/duty/presence", "officer").json()["sign"] == time(began)
    api.two.time.pass_ms(60_000)
    api.node.tick()
    assert api.ask("GET", "/v1/duty/presence", "observer").json()["steps"] == ["officer"]
    [ring] = api.ask("GET", "/v1/rings", "observer").json()
    assert (ring["kind"], ring["why"], ring["line"], ring["loud"]) == ("duty", "duty.missed", None, True)
    answer = api.ask("POST", "/v1/duty/present", "officer")
    assert answer.json()["phase"] == "present"
    assert api.ask("GET", "/v1/rings", "observer").json() == []


def test_whatever_the_officer_changes_is_a_sign_of_presence(api: Reached) -> None:
    api.ask("POST", "/v1/duty/take", "officer", json={"post": "officer"})
    api.two.time.pass_ms(29 * 60_000)
    assert api.ask("POST", f"/v1/lines/{api.line}/check", "officer", json={}).status_code == 200
    now = api.node.clock.now()
    assert api.ask("GET", "/v1/duty/presence", "observer").json()["sign"] == time(now)


def test_a_post_is_handed_over_with_a_sheet(api: Reached) -> None:
    api.ask("POST", "/v1/users", "admin", json={"name": "duty-2", "password": WORDS, "roles": ["officer"]})
    api.ask("POST", "/v1/duty/take", "officer", json={"post": "officer"})
    hand = {"post": "officer", "to": "duty-2"}
    assert api.code("POST", "/v1/duty/hand", "officer", json={**hand, "sheet": "x"}) == (400, "duty.sheet")
    assert api.ask("POST", "/v1/duty/hand", "officer", json={**hand, "sheet": "ab" * 32}).status_code == 200
    assert api.node.private.presence.sheet == "ab" * 32
