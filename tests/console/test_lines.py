"""Lines: how each stands, what to do; checks, the gate, files that people carry, an address, a new line."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.console.axe import faults
from tests.console.seen import Seen, opened
from tests.console.test_duty import filed
from tests.console.two import Two, until
from wideberth.cli.line_words import ALARMS
from wideberth.desk import gate, line_checks
from wideberth.desk.manual_entries import WORDS as SAID
from wideberth.line import restore
from wideberth.node.clock import SYSTEM
from wideberth.store import keyfile
from wideberth.store.keys import Stretching
from wideberth.story import parties

WORDS = Path(__file__).parents[2] / "src/wideberth/web/console/words/lines.json"
PHRASE = "dull kettle orbits"


def test_each_code_has_words() -> None:
    wanted = {f"health_{each}" for each in ("live", "late", "silent")}
    wanted |= {f"stage_{each}" for each in restore.STAGES} | {f"gate_{each}" for each in gate.SETTINGS}
    for each in line_checks.STAGES:
        wanted |= {f"answer_{each}", f"checked_{each}"}
    wanted |= {f"alarm_{each.replace('.', '_')}" for each in ALARMS}
    wanted |= {f"history_{each.replace(' ', '_')}" for each in SAID} | {"feed_main", "feed_urgent"}
    assert wanted <= set(json.loads(WORDS.read_text()))


def test_a_line_is_checked_and_an_officer_answers(desk: Seen, other_desk: Seen, nodes: Two) -> None:
    desk.go("lines")
    page = desk.page
    page.locator(".lines-list").get_by_role("link", name="South").click()
    page.wait_for_selector(".detail h2")
    page.get_by_role("button", name="Ask for an officer").click()
    page.get_by_text("Asked. The answer comes by itself.").wait_for()
    other_desk.go("lines", nodes.line)
    other = other_desk.page
    other.get_by_text("asks whether an officer is there").first.wait_for()
    other.get_by_role("button", name="Answer: an officer is here").click()
    other.get_by_text("Answered.").wait_for()
    page.get_by_text("answered by the desk").wait_for()
    expect(page.locator(".detail").first).to_contain_text("(duty officer)", use_inner_text=True)
    assert faults(page) == []
    desk.shot("line-en")


def test_the_gate_holds_until_the_exact_text_was_seen(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.go("lines", nodes.line)
    page.get_by_label("Outbound gate", exact=True).select_option("always")
    page.get_by_role("button", name="Set the gate").click()
    page.get_by_text("The gate is set.").wait_for()
    before = len(nodes.south.side.notices(nodes.line))
    page.get_by_label("Outbound gate", exact=True).select_option("two-person")
    desk.ask("POST", "/v1/plans", {"plans": [filed(nodes.north, "Held survey", 36.1, 50, 20)]})
    page.locator(".held-list pre").first.wait_for()
    # what is chosen stays chosen, whatever comes into the gate meanwhile
    expect(page.get_by_label("Outbound gate", exact=True)).to_have_value("two-person")
    expect(page.locator(".held-list pre").first).to_contain_text("HELD SURVEY", use_inner_text=True)
    desk.language("ru")
    page.locator(".held-list pre").first.wait_for()
    assert faults(page) == []
    desk.shot("line-gate-ru", whole=True)
    desk.language("en")
    page.locator(".held-list").get_by_role("button", name="I have seen it").first.wait_for()
    assert len(nodes.south.side.notices(nodes.line)) == before
    while page.locator(".held-list").get_by_role("button", name="I have seen it").count():
        page.locator(".held-list").get_by_role("button", name="I have seen it").first.click()
        page.get_by_text("Said that you have seen it.").wait_for()
        page.wait_for_selector(".held-list:not(:has(li))", state="attached")
    until(lambda: len(nodes.south.side.notices(nodes.line)) == before + 1)
    page.get_by_label("Outbound gate", exact=True).select_option("off")
    page.get_by_role("button", name="Set the gate").click()
    until(lambda: nodes.north.node.gate.view(nodes.line).gate == "off")


def test_a_bundle_is_written_and_taken(desk: Seen, other_desk: Seen, nodes: Two, tmp_path: Path) -> None:
    desk.go("lines", nodes.line)
    desk.page.get_by_text("Files that people carry").click()
    with desk.page.expect_download() as came:
        desk.page.get_by_role("button", name="Write what they have not confirmed").click()
    file = tmp_path / came.value.suggested_filename
    came.value.save_as(file)
    other_desk.go("lines", nodes.line)
    other_desk.page.get_by_text("Files that people carry").click()
    other_desk.page.get_by_label("A bundle of theirs").set_input_files(file)
    other_desk.page.get_by_role("button", name="Take it in").click()
    other_desk.page.get_by_text("messages opened").wait_for()


def test_an_admin_begins_a_line_and_says_where_they_are(
    chromium: Browser, nodes: Two, tmp_path: Path
) -> None:
    third = parties.make(tmp_path, "East", SYSTEM.now())
    line, mine, _ = parties.pair(nodes.north.party, third)
    (tmp_path / "East.line").write_bytes(mine)
    seed = nodes.north.party.pairing
    sealed = keyfile.sealed(keyfile.public(keyfile.PAIRING, seed), seed, PHRASE, Stretching(bytes(16), 2**10))
    (tmp_path / "north.offer.key").write_bytes(keyfile.write(sealed))
    with opened(chromium, nodes.north, tmp_path) as seen:
        page = seen.page
        seen.sign_in("chief")
        seen.go("lines", "begin")
        page.get_by_label("Line file").set_input_files(tmp_path / "East.line")
        page.get_by_label("Key of the own offer").set_input_files(tmp_path / "north.offer.key")
        page.get_by_label("Passphrase of the key").fill(PHRASE)
        assert faults(page) == []
        seen.shot("line-begin")
        page.get_by_role("button", name="Begin a line").click()
        until(lambda: str(page.evaluate("location.hash")).endswith(line))
        page.locator(".detail h2", has_text="East").wait_for()
        assert nodes.north.side.line(line).label == "East"
        page.locator("details summary", has_text="Address of their node").click()
        page.get_by_label("Address of their node").fill("https://east.example:7879")
        page.get_by_role("button", name="Save", exact=True).click()
        until(lambda: nodes.north.side.line(line).address == "https://east.example:7879")
        page.get_by_role("button", name="Do not wait for their answer").click()
        page.locator("dialog").get_by_role("button", name="Do not wait for their answer").click()
        until(lambda: nodes.north.side.line(line).stage == "waived")
        page.get_by_role("button", name="The time of the node is right").click()
        page.locator("dialog").get_by_role("button", name="The time of the node is right").click()
        page.get_by_text("The time is confirmed.").wait_for()
