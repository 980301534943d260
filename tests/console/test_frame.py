"""The frame around every view: signing in, the policy, what is current, languages, keys."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.console.seen import Seen, opened
from tests.console.two import Two
from wideberth.web import console_files


def test_one_signs_in_and_out(desk: Seen) -> None:
    page = desk.page
    assert page.evaluate("document.cookie") == ""  # no script can read the session
    assert desk.ask("GET", "/v1/session")["name"] == "duty"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector(".sign-in")
    assert page.evaluate("fetch('/v1/session').then(a => a.status)") == 401


def test_a_wrong_password_is_said(chromium: Browser, nodes: Two, tmp_path: Path) -> None:
    with opened(chromium, nodes.north, tmp_path) as seen:
        seen.page.goto(f"{nodes.north.url}/")
        seen.page.fill("input[name=name]", "duty")
        seen.page.fill("input[name=password]", "not this one at all")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_selector(".problem strong")
        expect(seen.page.locator(".sign-in").first).to_contain_text("accounts.login", use_inner_text=True)


def test_it_says_that_it_is_an_exercise_and_current(desk: Seen) -> None:
    expect(desk.page.locator(".exercise").first).to_contain_text("EXERCISE", use_inner_text=True)
    desk.page.wait_for_selector(".age.current")


@pytest.mark.parametrize(("code", "direction"), [("ru", "ltr"), ("he", "rtl"), ("ar", "rtl"), ("en", "ltr")])
def test_all_turns_round(desk: Seen, code: str, direction: str) -> None:
    desk.language(code)
    assert desk.page.evaluate("getComputedStyle(document.body).direction") == direction


def test_the_session_counts_for_pages_of_the_console_only(desk: Seen) -> None:
    kept = next(each for each in desk.page.context.cookies() if each["name"].startswith("wideberth-"))
    assert kept["httpOnly"]
    assert kept["secure"]
    assert kept["sameSite"] == "Strict"
    cookie = {"cookie": f"{kept['name']}={kept['value']}"}
    for site in (
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ):
        found = httpx.get(f"{desk.one.url}/v1/status", headers={**cookie, **site})
        assert found.status_code == 401
    assert (
        httpx.get(
            f"{desk.one.url}/v1/status", headers={**cookie, "sec-fetch-site": "same-origin"}
        ).status_code
        == 200
    )


def test_every_file_has_the_policy(nodes: Two) -> None:
    with httpx.Client(base_url=f"{nodes.north.url}/console/") as asking:
        for name in sorted(console_files.names()):
            found = asking.get(name)
            assert found.status_code == 200
            assert found.headers["content-security-policy"] == console_files.POLICY
            assert asking.get(name, headers={"if-none-match": found.headers["etag"]}).status_code == 304
