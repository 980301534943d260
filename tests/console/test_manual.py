"""Manual lines by clicks: told, answered, their plans, a case closed by voice, and joining."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.console.calls_seen import clean, plan
from tests.console.seen import Seen
from tests.console.test_console_files import CONSOLE
from tests.console.two import Two
from wideberth.model import manual, manual_case
from wideberth.model.plan import STATES
from wideberth.model.separation import PRESETS

ROLE = "watch officer"


def said(page: Page, back: str | None = None) -> None:
    """Enter by which role, and how it was read back."""
    dialog = page.locator("dialog[open]")
    dialog.locator("input[name=role]").fill(ROLE)
    if back is not None:
        dialog.locator("select[name=read_back]").select_option(back)
    dialog.locator("button[type=submit]").click()
    dialog.wait_for(state="detached")


def test_a_plan_is_told_by_voice_and_a_case_is_closed(
    desk: Seen, other_desk: Seen, nodes: Two, tmp_path: Path
) -> None:
    page = desk.page
    desk.ask("POST", "/v1/plans", {"plans": [plan("Coast survey", 30, disclosure="full")]})
    desk.go("manual")
    clean(desk)
    page.keyboard.press("n")
    page.locator("dialog[open] input[name=label]").fill("Harbour office")
    page.locator("dialog[open] select[name=level]").select_option("full")
    clean(desk)
    page.locator("dialog[open] button[type=submit]").click()
    page.locator("[data-plan] [data-rung='not told']").wait_for()
    expect(page.locator(".one")).to_contain_text("NOT CHECKED")
    clean(desk)
    desk.shot("manual-one")

    page.get_by_role("button", name=re.compile("^Tell it: Coast")).click()
    page.locator("dialog[open] pre.script").wait_for()
    expect(page.locator("dialog[open] pre.script")).to_contain_text(
        "Please read it back", use_inner_text=True
    )
    assert len(page.locator("dialog[open] .hash").inner_text()) == 64
    clean(desk)
    desk.shot("manual-tell")
    page.locator("dialog[open] select[name=form]").select_option("form")
    page.get_by_role("button", name="Save the page").wait_for()
    page.locator("dialog[open] select[name=form]").select_option("voice")
    said(page, "differed")
    page.locator("[data-rung='unclear: send again']").wait_for()
    # who heard it wrong has acknowledged nothing
    page.get_by_role("button", name=re.compile("^Enter their answer")).click()
    expect(page.locator("dialog[open] select[name=answer] option[value=acknowledged]")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Tell it: Coast")).click()
    page.locator("dialog[open] pre.script").wait_for()
    said(page, "matched")
    page.locator("[data-rung='read back']").wait_for()
    page.get_by_role("button", name=re.compile("^Enter their answer")).click()
    clean(desk)
    said(page)
    page.locator("[data-rung=acknowledged]").wait_for()

    # a plan of theirs, from a file, that meets ours
    theirs = plan("Pilot boat", 30, party="harbour", id="boat-1")
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps({"schema": "wideberth.plans/1", "plans": [theirs]}))
    page.get_by_role("button", name="Enter plans of theirs").click()
    page.locator("dialog[open] input[name=file]").set_input_files(file)
    page.locator("dialog[open] input[name=by]").fill(ROLE)
    page.locator("dialog[open] button[type=submit]").click()
    link = page.locator(".card.alarm a").first
    link.wait_for()
    clean(desk)
    desk.shot("manual-conflict", whole=True)
    link.click()
    page.locator("[data-phase=open]").wait_for()
    clean(desk)
    desk.shot("manual-case")
    page.locator("[data-clears=ours]").first.click()
    page.locator("[data-proposal='1']").wait_for()
    page.locator("[data-proposal='1']").get_by_role("button", name="Tell it").click()
    page.locator("dialog[open] pre.script").wait_for()
    # in another form than that of the channel, too
    page.locator("dialog[open] select[name=form]").select_option("voice")
    page.locator("dialog[open] pre.script").wait_for()
    said(page, "matched")
    page.locator("[data-proposal='1']").get_by_role("button", name="They accept").click()
    said(page, "matched")
    page.locator("[data-phase=closed]").wait_for()
    expect(page.locator("[data-status=final]")).to_have_count(1)
    clean(desk)
    desk.language("ar")
    page.locator("[data-phase=closed]").wait_for()
    clean(desk)
    desk.shot("manual-case-arabic")
    desk.language("en")

    # a call in a code, read back
    page.get_by_role("link", name=re.compile("Back to the line")).click()
    page.get_by_role("button", name="Enter a call").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("select[name=code]").select_option("CONTACT-TEST")
    dialog.locator("pre.script").wait_for()
    clean(desk)
    desk.shot("manual-call")
    dialog.locator("select[name=code]").select_option("")
    dialog.locator("textarea[name=words]").fill("radio check")
    said(page)
    expect(page.locator(".one")).to_contain_text("radio check")

    # they join: an officer there says of each row whether it was so
    page.get_by_role("button", name="The far end has a line now").click()
    page.get_by_role("button", name="Offer the history on this line").click()
    page.locator("dialog[open] button.first", has_text="Offer the history").last.click()
    expect(page.locator(".one")).to_contain_text("has joined a line")
    other_desk.language("ru")
    other_desk.go("manual", "history")
    other = other_desk.page
    other.locator("select[name=row-0]").first.wait_for()
    other.locator("select[name=row-0]").first.select_option("disputed")
    clean(other_desk)
    other_desk.shot("manual-history-russian")
    other.get_by_role("button", name="Сказать это по линии").first.click()
    page.locator("details", has_text="All that was said").locator("summary").click()
    expect(page.locator(".one")).to_contain_text("DISPUTED by them", timeout=40_000)


def test_every_code_of_the_node_has_words() -> None:
    words = json.loads((CONSOLE / "words/manual.json").read_text())
    wanted = [f"rung_{each}" for each in manual.RUNGS] + [f"rung_means_{each}" for each in manual.RUNGS]
    wanted += [f"channel_{each}" for each in manual.CHANNELS] + [f"level_{each}" for each in manual.LEVELS]
    wanted += [f"read_back_{each}" for each in manual.READ_BACKS] + [f"preset_{each}" for each in PRESETS]
    wanted += [f"case_{each}" for each in manual_case.PHASES]
    wanted += [f"case_means_{each}" for each in manual_case.PHASES]
    wanted += [f"status_{each}" for each in manual_case.STATUSES] + [f"state_{each}" for each in STATES]
    wanted += [f"status_means_{each}" for each in manual_case.STATUSES]
    plain = [re.sub("[: ]+", "_", each).replace("-", "") for each in wanted]
    assert [each for each in plain if each not in words] == []
