"""A passkey in a browser: Chromium's own authenticator of software, asked as a real one is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession

from tests.console import axe
from tests.console.seen import Seen, opened
from tests.console.two import Two


def authenticator(seen: Seen) -> tuple[CDPSession, str]:
    session = seen.page.context.new_cdp_session(seen.page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def add(seen: Seen) -> None:
    page = seen.page
    seen.go("people")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("What you call it").fill("phone")
    page.locator("form").filter(has_text="What you call it").get_by_label("Password as it is now").fill(
        seen.one.party.password("duty")
    )
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("phone", exact=True).wait_for()


def test_one_adds_a_passkey_signs_in_with_it_and_removes_it(desk: Seen) -> None:
    page = desk.page
    session, which = authenticator(desk)
    add(desk)
    desk.shot("passkeys")
    [held] = session.send("WebAuthn.getCredentials", {"authenticatorId": which})["credentials"]
    assert held["isResidentCredential"] and held["rpId"] == "localhost"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector(".sign-in")
    axe.check(page)
    desk.shot("sign-in-passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    desk.shown("people")
    assert desk.ask("GET", "/v1/session")["name"] == "duty"
    page.get_by_text("used last").wait_for()
    # a copy of it that was used less often is found out
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector(".sign-in")
    session.send("WebAuthn.clearCredentials", {"authenticatorId": which})
    session.send("WebAuthn.addCredential", {"authenticatorId": which, "credential": held})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("accounts.passkey").wait_for()
    # who is not verified has none
    session.send("WebAuthn.setUserVerified", {"authenticatorId": which, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was chosen").wait_for()
    page.fill("input[name=name]", "duty")
    page.fill("input[name=password]", desk.one.party.password("duty"))
    desk.press("Enter")
    desk.shown("people")
    page.get_by_role("button", name="Remove the passkey").click()
    page.locator("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("No passkey yet.").wait_for()


def test_a_passkey_of_an_account_that_is_disabled_signs_nobody_in(
    chromium: Browser, nodes: Two, tmp_path: Path
) -> None:
    with opened(chromium, nodes.south, tmp_path) as seen:
        seen.sign_in()
        authenticator(seen)
        add(seen)
        seen.page.get_by_role("button", name="Sign out").click()
        seen.page.wait_for_selector(".sign-in")
        nodes.south.node.people.disable("duty", nodes.south.node.clock.now())
        seen.page.get_by_role("button", name="Sign in with a passkey").click()
        seen.page.get_by_text("accounts.passkey").wait_for()
        nodes.south.node.people.enable("duty")


def test_elsewhere_it_says_where_passkeys_count(chromium: Browser, nodes: Two, tmp_path: Path) -> None:
    one = nodes.north._replace(url=nodes.north.url.replace("localhost", "127.0.0.1"))
    with opened(chromium, one, tmp_path) as seen:
        seen.page.goto(f"{one.url}/console/")
        seen.page.get_by_role("button", name="Sign in with a passkey").click()
        seen.page.get_by_text(nodes.north.url).wait_for()


@pytest.mark.parametrize("code", ["ar"])
def test_it_is_offered_in_other_languages(chromium: Browser, nodes: Two, tmp_path: Path, code: str) -> None:
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.page.goto(f"{nodes.north.url}/console/")
        seen.page.locator(f"button[lang={code}]").click()
        seen.page.wait_for_selector(f"html[lang={code}]")
        axe.check(seen.page)
        seen.shot(f"sign-in-{code}")
