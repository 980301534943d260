"""Signing in with a passkey over the API, and everything that does not count as one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.peopled import WORDS, WRONG
from tests.web.authenticator import ATTESTED, PRESENT, VERIFIED, Authenticator
from tests.web.reached import Reached
from wideberth.web import signing
from wideberth.web.session import COOKIE

ORIGIN = "http://localhost:7878"
REFUSED = (401, "accounts.passkey")


def asked(api: Reached, role: str = "officer") -> dict[str, Any]:
    answer = api.ask("POST", "/v1/passkeys/options", role, json={"password": f"{role} {WORDS}"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def registered(api: Reached, role: str = "officer", count: int = 1) -> Authenticator:
    made = Authenticator(count)
    said = made.make(asked(api, role))
    assert api.ask("POST", "/v1/passkeys", role, json={**said, "name": "phone"}).status_code == 200
    return made


def options(api: Reached) -> dict[str, Any]:
    found: dict[str, Any] = api.ask("POST", "/v1/session/passkey/options").json()
    return found


def signed(api: Reached, said: dict[str, str]) -> tuple[int, str]:
    answer = api.ask("POST", "/v1/session/passkey", json=said)
    return answer.status_code, answer.json().get("code", "")


def test_one_signs_in_with_a_passkey_and_without_a_name(api: Reached) -> None:
    made = registered(api)
    asked_for = options(api)
    assert (asked_for["rp"], asked_for["origin"], asked_for["known"]) == ("localhost", ORIGIN, [])
    answer = api.ask("POST", "/v1/session/passkey", json=made.answer(asked_for))
    assert (answer.status_code, answer.json()["name"]) == (200, "officer")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}-7878=wbt-") and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    headers = {"cookie": cookie.partition(";")[0], "sec-fetch-site": "same-origin"}
    # a browser has one place for the sessions of all ports of a machine
    beside = {**headers, "cookie": f"{COOKIE}=x; {COOKIE}-7879=y; {headers['cookie']}"}
    assert api.ask("GET", "/v1/session", headers=beside).status_code == 200
    [own] = api.ask("GET", "/v1/passkeys", headers=headers).json()
    assert own["name"] == "phone" and own["used"] is not None
    assert api.ask("DELETE", f"/v1/passkeys/{own['passkey']}", headers=headers).status_code == 204
    assert signed(api, made.answer(options(api))) == REFUSED


def test_a_challenge_counts_once_and_not_for_long(api: Reached) -> None:
    made = registered(api, count=0)  # as platforms' passkeys, which do not count
    asked_for = options(api)
    said = made.answer(asked_for)
    assert signed(api, said)[0] == 200
    assert signed(api, said) == REFUSED
    assert signed(api, made.answer(asked_for)) == REFUSED
    late = options(api)
    api.two.time.pass_ms(signing.LASTS_MS)
    assert signed(api, made.answer(late)) == REFUSED
    assert signed(api, made.answer(options(api)))[0] == 200


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "http://localhost"},
        {"origin": "http://localhost:7879"},
        {"origin": "https://localhost:7878"},
        {"origin": "http://127.0.0.1:7878"},
        {"origin": "http://evil.example"},
        {"rp": "evil.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"type": "webauthn.create"},
        {"challenge": signing.text(bytes(56))},
        {"handle": signing.text(bytes(16))},
        {"id": b"another"},
    ],
    ids=str,
)
def test_what_was_signed_for_something_else_is_refused(api: Reached, other: dict[str, Any]) -> None:
    made = registered(api)
    assert signed(api, made.answer(options(api), **other)) == REFUSED
    assert signed(api, made.answer(options(api)))[0] == 200


def test_a_copy_of_an_authenticator_is_found_out(api: Reached) -> None:
    made = registered(api)
    assert signed(api, made.answer(options(api)))[0] == 200
    made.count -= 1
    assert signed(api, made.answer(options(api))) == REFUSED


def test_anothers_key_and_anothers_account(api: Reached) -> None:
    mine, theirs = registered(api), registered(api, "planner")
    assert mine.handle != theirs.handle
    # by another key under this id, and with this key under another account
    assert signed(api, theirs.answer(options(api), id=mine.id, handle=mine.handle)) == REFUSED
    assert signed(api, mine.answer(options(api), handle=theirs.handle)) == REFUSED
    found = signing.text(theirs.id)
    assert api.code("DELETE", f"/v1/passkeys/{found}", "officer") == (404, "api.not_found")
    said = {**mine.make(asked(api, "planner")), "name": "copy"}
    assert api.code("POST", "/v1/passkeys", "planner", json=said) == (409, "accounts.passkey_new")


def test_a_new_one_needs_the_password_and_its_own_challenge(api: Reached) -> None:
    wrong = {"password": WRONG}
    assert api.code("POST", "/v1/passkeys/options", "officer", json=wrong) == (400, "accounts.own_password")
    made = Authenticator()
    mine = asked(api)
    refused = (409, "accounts.passkey_new")

    def said(found: dict[str, str]) -> dict[str, str]:
        return {**found, "name": "phone"}

    for role, body in (
        ("planner", said(made.make(mine))),
        ("officer", said(made.make({**options(api), "handle": "aa"}))),
        ("officer", said(made.make(mine, origin="http://localhost:1"))),
        ("officer", said(made.make(mine, flags=PRESENT | ATTESTED))),
        ("officer", said(made.make(mine, type="webauthn.get"))),
        ("officer", {**said(made.make(mine)), "attestation": "aGVsbG8"}),
    ):
        assert api.code("POST", "/v1/passkeys", role, json=body) == refused
    good = said(made.make(mine))
    assert api.ask("POST", "/v1/passkeys", "officer", json=good).status_code == 200
    assert api.code("POST", "/v1/passkeys", "officer", json=good) == refused
    assert api.code("POST", "/v1/passkeys", "officer", json={**good, "passkey": "a b"}) == (
        400,
        "api.base64url",
    )


def test_who_is_disabled_and_who_never_was_get_one_answer(api: Reached) -> None:
    made = registered(api)
    api.node.people.disable("officer", api.node.clock.now())
    asked_for = options(api)
    answers = [
        api.ask("POST", "/v1/session/passkey", json=each)
        for each in (made.answer(asked_for), made.answer(asked_for, id=b"nobody's"))
    ]
    assert len({each.content for each in answers}) == 1
    assert answers[0].status_code == 401


def test_guessing_at_one_passkey_waits(api: Reached) -> None:
    made = registered(api)
    asked_for = options(api)
    codes = [signed(api, made.answer(asked_for, origin="http://x"))[0] for _ in range(6)]
    assert codes == [401] * 5 + [429]


def test_another_password_of_ones_own(api: Reached) -> None:
    made = registered(api)
    body = {"password": WRONG, "new": "four other words there"}
    assert api.code("PUT", "/v1/password", "officer", json=body) == (400, "accounts.own_password")
    answer = api.ask("PUT", "/v1/password", "officer", json={**body, "password": f"officer {WORDS}"})
    assert answer.status_code == 200 and COOKIE in answer.headers["set-cookie"]
    assert api.code("GET", "/v1/status", "officer") == (401, "accounts.token")
    assert signed(api, made.answer(options(api)))[0] == 200


def test_what_one_prefers_is_kept_with_the_account(api: Reached) -> None:
    said = {"language": "ar", "units": "metric", "notation": "mgrs", "light": "night", "sound": False}
    assert api.ask("GET", "/v1/preferences", "officer").json()["language"] is None
    assert api.ask("PUT", "/v1/preferences", "officer", json=said).json() == said
    assert api.ask("GET", "/v1/preferences", "officer").json() == said
    assert api.ask("GET", "/v1/preferences", "planner").json()["units"] is None
    assert api.code("PUT", "/v1/preferences", "officer", json={**said, "language": "tlh"})[0] == 400
    officer = api.node.people.user("officer")
    api.node.people.passkeys.prefer(officer.id, '{"units": "parsecs"}')
    assert api.ask("GET", "/v1/preferences", "officer").json()["units"] is None


def test_passkeys_count_where_the_setting_says() -> None:
    assert signing.Signing("https://desk.example.org:8443").rp == "desk.example.org"
