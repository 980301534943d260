"""The relay tree by clicks: cells, a plan handed down, slips, a key, a broken tree and a whole one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Route, expect

from tests.console.calls_seen import clean, plan
from tests.console.seen import Seen
from tests.console.test_console_files import CONSOLE
from tests.console.two import until
from wideberth.model.relay import DUTIES, HOWS, RUNGS
from wideberth.render import relay_page
from wideberth.store import keyfile
from wideberth.store.keys import Stretching

ALARM = """async (ring) => {
    const { pageOf, subjectOf } = await import('/console/shell/subject.js');
    return [pageOf(ring), (await subjectOf(ring)).title];
}"""
PASSPHRASE = "four words nobody guesses"


def add(desk: Seen, role: str, above: str | None, key: Path | None = None) -> None:
    page = desk.page
    form = page.locator("form:has(input[name=name])")
    form.locator("input[name=name]").fill(role)
    if above is not None:
        form.locator("select[name=above]").select_option(above)
    if key is not None:
        form.locator("input[name=key]").set_input_files(key)
    form.locator("button[type=submit]").click()
    page.locator(f'[data-cell="{role}"]').wait_for()


def with_page(desk: Seen, route: Route) -> None:
    """The answer of a node that serves the page of a slip, too: the demo's serve none."""
    relay = route.request.url.split("/")[-2]
    asked: Any = route.request.post_data_json
    said = desk.one.node.room.relay.slip(relay, asked["cell"])
    url = f"https://relay.example.org/r/{'a' * 52}"
    html = relay_page.slip(relay_page.Slip(said.name, "operations", "OUR PLAN", said.words, url))
    route.fulfill(json={**msgspec.to_builtins(said), "url": url, "html": html})


def test_a_plan_is_handed_down_until_the_last_cell_has_confirmed(desk: Seen, tmp_path: Path) -> None:
    page = desk.page
    seed = bytes(range(32))
    half = keyfile.public("cell", seed)
    private, public = tmp_path / "ops.key", tmp_path / "ops.key.pub"
    how = Stretching(bytes(16), n=2**10)
    private.write_bytes(keyfile.write(keyfile.sealed(half, seed, PASSPHRASE, how)))
    public.write_text(f"{half.text}\n")
    desk.go("relay", "cells")
    page.locator("form:has(input[name=name])").wait_for()
    add(desk, "operations", None, public)
    add(desk, "air desk", "operations")
    add(desk, "sea desk", "operations")
    add(desk, "crew 1", "air desk")
    clean(desk)
    desk.shot("relay-cells")
    desk.ask("POST", "/v1/plans", {"plans": [plan("Supply run", 3)]})

    page.get_by_role("button", name="Hand down", exact=True).click()
    dialog = page.locator("dialog[open]")
    dialog.locator("select[name=what]").wait_for()
    clean(desk)
    dialog.locator("button[type=submit]").click()
    page.locator("[data-chain=broken]").wait_for()
    expect(page.locator("[data-chain=broken]")).to_have_attribute("data-cell", "operations")
    expect(page.locator("[data-chain=below]")).to_have_count(3)

    # the first confirms by a key of its own, in this browser
    page.get_by_role("button", name=re.compile("The answer of .operations")).click()
    page.locator("dialog[open] input[name=file]").set_input_files(private)
    page.locator("dialog[open] input[name=passphrase]").fill("not this one at all")
    page.locator("dialog[open] button[type=submit]").click()
    page.get_by_text("This passphrase does not open the key").wait_for()
    page.locator("dialog[open] input[name=passphrase]").fill(PASSPHRASE)
    clean(desk)
    page.locator("dialog[open] button[type=submit]").click()
    page.locator('[data-cell=operations][data-chain="whole"]').wait_for()
    expect(page.locator("[data-chain=broken]")).to_have_count(2)
    page.locator('[data-cell="sea desk"] select').select_option("radio")
    page.get_by_role("button", name=re.compile("It was handed to .sea desk")).click()
    page.get_by_text("handed, nothing said").wait_for()
    clean(desk)
    desk.shot("relay-broken")
    desk.language("ar")
    page.locator("[data-chain=broken]").first.wait_for()
    clean(desk)
    desk.shot("relay-broken-arabic")
    page.evaluate("document.documentElement.dataset.light = 'night'")
    clean(desk)
    desk.shot("relay-broken-arabic-night")
    desk.language("en")

    # the others by slips, whose words are read to the desk
    for cell in ("air desk", "sea desk", "crew 1"):
        if cell == "sea desk":
            page.route("**/slip", lambda route: with_page(desk, route), times=1)
        page.get_by_role("button", name=re.compile(f"Slip for .{cell}")).click()
        words = page.locator(".slip .words").inner_text()
        assert len(re.split(r"[\s-]+", words.strip())) == 16
        clean(desk)
        expect(page.locator(".slip svg.qr")).to_have_count(1 if cell == "sea desk" else 0)
        if cell == "sea desk":
            desk.shot("relay-slip")
        page.get_by_role("button", name="Put it away").click()
        page.get_by_role("button", name=re.compile(f"The answer of .{cell}")).click()
        page.locator("dialog[open] textarea[name=words]").fill(words)
        page.locator("dialog[open] button[type=submit]").click()
        page.locator(f'[data-cell="{cell}"].whole').wait_for()
    page.locator("[data-whole=true]").wait_for()
    clean(desk)
    desk.shot("relay-whole")
    assert desk.wrong == []


def with_nobody(desk: Seen) -> list[dict[str, Any]]:
    """What rings as handed down to nobody."""
    rings = desk.ask("GET", "/v1/rings")
    return [each for each in rings if each["kind"].startswith("relay") and each["id"].startswith("p-")]


def test_contact_is_tested_and_what_was_handed_to_nobody_is_said(desk: Seen) -> None:
    page = desk.page
    desk.ask("POST", "/v1/plans", {"plans": [plan("Late run", 0.5)]})
    desk.go("relay")
    page.locator("[data-nobody]").wait_for()
    clean(desk)
    # it rings, and its alarm names it and leads here
    until(lambda: bool(with_nobody(desk)))
    assert page.evaluate(ALARM, with_nobody(desk)[0]) == ["#/relay", "Late run"]
    page.get_by_role("button", name="Test contact").click()
    page.locator("dialog[open] input[name=minutes]").fill("10")
    page.locator("dialog[open] button[type=submit]").click()
    page.locator("[data-whole=false]").wait_for()
    page.locator(".one h2", has_text="Test of contact").wait_for()
    page.get_by_role("button", name="Hand it down now").click()
    page.locator("[data-nobody]").wait_for(state="detached")


def test_every_code_of_the_node_has_words() -> None:
    words = json.loads((CONSOLE / "words/relay.json").read_text())
    wanted = [f"duty_{each}" for each in DUTIES] + [f"how_{each}" for each in HOWS]
    wanted += [f"rung_{each}" for each in RUNGS]
    assert [each for each in wanted if each.replace(" ", "_") not in words] == []
