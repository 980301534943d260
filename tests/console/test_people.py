"""People in the console: one's own account, and for an admin everybody's, by clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.console import axe
from tests.console.seen import Seen, opened
from tests.console.two import Two, until
from wideberth.web.table import TABLE

PASSWORD = "four words of mine here"


@pytest.fixture
def admin(chromium: Browser, nodes: Two, tmp_path: Path) -> Iterator[Seen]:
    with opened(chromium, nodes.north, tmp_path) as found:
        found.sign_in("chief")
        yield found


def test_an_admin_makes_an_account_and_ends_it(admin: Seen, nodes: Two) -> None:
    page = admin.page
    admin.go("people")
    axe.check(page)
    admin.shot("people-me")
    page.get_by_role("link", name="Accounts").click()
    page.get_by_role("link", name="duty", exact=True).wait_for()
    admin.press("n")
    page.get_by_label("Name").fill("watch-1")
    page.get_by_label("First password").fill(PASSWORD)
    page.get_by_label("officer", exact=True).check()
    # what is typed stays while the list beside it is drawn anew
    page.get_by_label("Filter the accounts").fill("du")
    expect(page.get_by_role("link", name="chief", exact=True)).to_have_count(0)
    expect(page.get_by_label("Name")).to_have_value("watch-1")
    page.get_by_label("Filter the accounts").fill("")
    admin.shot("people-new")
    page.get_by_role("button", name="Add an account").last.click()
    page.get_by_role("heading", name="watch-1").wait_for()
    axe.check(page)
    # a token, shown once, counts; then it is ended
    page.get_by_label("Where it is used").fill("watch-desk")
    page.get_by_role("button", name="Make a token").click()
    token = page.locator("code.exact").inner_text()
    admin.shot("people-account", whole=True)
    bearer = {"authorization": f"Bearer {token}"}
    assert httpx.get(f"{nodes.north.url}/v1/status", headers=bearer).status_code == 200
    page.get_by_role("button", name="I have it").click()
    page.get_by_role("button", name="End the token").click()
    page.get_by_text("No token.").wait_for()
    assert httpx.get(f"{nodes.north.url}/v1/status", headers=bearer).status_code == 401
    # another role, another password, disabled, and gone
    page.get_by_label("planner", exact=True).check()
    page.get_by_role("button", name="Set the roles").click()
    page.get_by_text("The roles count from now on").wait_for()
    admin.allowed.append("400")
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    page.locator("[aria-invalid]").wait_for()
    page.get_by_role("button", name="Disable").click()
    page.locator("dialog").get_by_role("button", name="Disable").click()
    page.get_by_role("button", name="Enable").wait_for()
    found = {each["name"]: each for each in admin.ask("GET", "/v1/users")}["watch-1"]
    assert (found["enabled"], found["roles"]) == (False, ["officer", "planner"])
    page.get_by_role("button", name="Delete for good").click()
    page.locator("dialog").get_by_role("button", name="Delete for good").click()
    page.get_by_text("Choose an account.").wait_for()
    assert "watch-1" not in [each["name"] for each in admin.ask("GET", "/v1/users")]
    # all of it is on record
    page.get_by_role("link", name="Who asked for which change").click()
    page.get_by_text("user.delete").wait_for()
    page.get_by_label("Filter what is shown").fill("token")
    page.get_by_text("token.add").wait_for()
    expect(page.get_by_text("user.delete")).to_have_count(0)
    axe.check(page)
    admin.shot("people-acts")
    admin.language("ar")
    axe.check(page)
    admin.shot("people-acts-ar")
    admin.language("en")


def test_what_one_prefers_follows_to_another_desk(
    desk: Seen, chromium: Browser, nodes: Two, tmp_path: Path
) -> None:
    page = desk.page
    desk.go("people")
    page.get_by_label("Units").select_option("metric")
    page.get_by_text("Kept with your account", exact=True).wait_for()
    page.locator("select[name=light]").select_option("night")
    page.wait_for_selector("html[data-light=night]")
    page.locator("select[name=language]").select_option("he")
    page.wait_for_selector("html[lang=he]")
    page.wait_for_selector("main[data-shown=people]")
    axe.check(page)
    desk.shot("people-me-he-night")
    until(lambda: said(desk) == ("he", "night"))
    with opened(chromium, nodes.north, tmp_path) as other:
        other.sign_in(fresh=False)
        other.page.wait_for_selector("html[lang=he][data-light=night]")
        assert other.ask("GET", "/v1/preferences")["units"] == "metric"
        other.language("en")
        other.go("people")
        expect(other.page.get_by_label("Units")).to_have_value("metric")
        other.page.locator("select[name=light]").select_option("day")
        until(lambda: said(other) == ("en", "day"))


def said(seen: Seen) -> tuple[str, str]:
    found = seen.ask("GET", "/v1/preferences")
    return found["language"], found["light"]


def test_ones_own_password(desk: Seen) -> None:
    page, party = desk.page, desk.one.party
    desk.go("people")
    desk.allowed.append("400")  # a wrong one is refused
    page.get_by_label("Password as it is now").fill("not this one here")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.locator("input[name=password][aria-invalid]").wait_for()
    page.get_by_label("Password as it is now").fill(party.password("duty"))
    page.get_by_role("button", name="Set the password").click()
    page.get_by_text("The password is another one now").wait_for()
    # the session goes on, and the password is as it was for the others
    body = {"password": PASSWORD, "new": party.password("duty")}
    assert desk.ask("PUT", "/v1/password", body)["name"] == "duty"
    assert "Accounts" not in page.inner_text(".tabs")


def test_each_change_has_words() -> None:
    from tests.console.test_console_files import known

    words = known()["people"]
    for each in TABLE:
        if each.act is not None:
            noun, _, verb = each.act.partition(".")
            assert f"about_{noun}" in words and f"verb_{verb}" in words, each.act
