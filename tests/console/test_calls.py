"""The hotline by clicks: a call is written, taken, read back wrong, then right, and answered."""

from __future__ import annotations

import json
import re
from typing import get_args

from playwright.sync_api import Page, expect

from tests.console.calls_seen import clean, fill_place
from tests.console.seen import Seen
from tests.console.test_console_files import CONSOLE
from tests.console.two import until
from wideberth.model.agreement import PRECEDENCES
from wideberth.model.call import ANSWERS, PHASES
from wideberth.model.ring import STEPS
from wideberth.space.altitude import DATUMS
from wideberth.space.doubts import Kind

PLACE = "35.1912, 36.7512"
WRONG = "35.1912, 36.6512"


def say(page: Page, words: str) -> None:
    """Find a phrase by words, and take the first."""
    page.get_by_role("button", name=re.compile("New call|Новый|קריאה חדשה|نداء جديد")).first.click()
    page.wait_for_selector("dialog[open] .phrase")
    page.fill("dialog input[name=search]", words)
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog .call-form")


def test_a_call_is_made_taken_read_back_and_answered(desk: Seen, other_desk: Seen) -> None:
    north, south = desk.page, other_desk.page
    other_desk.language("ar")
    desk.go("calls")
    clean(desk)
    north.keyboard.press("n")
    north.wait_for_selector("dialog[open] .phrase")
    clean(desk)
    desk.shot("calls-phrases")
    # by words in a language that is not the reader's
    north.fill("dialog input[name=search]", "توقفوا")
    expect(north.locator("dialog .phrase").first).to_have_attribute("data-code", "CHECK")
    north.fill("dialog input[name=search]", "check")
    north.keyboard.press("Enter")
    fill_place(north, "place", PLACE)
    north.get_by_text(re.compile(r"more fields?")).click()
    north.get_by_label("What it is").select_option("our_convoy")
    north.locator(".preview [data-line=place]").wait_for()
    expect(north.locator(".preview")).to_contain_text("a convoy of ours")
    clean(desk)
    desk.shot("calls-compose")
    north.get_by_role("button", name=re.compile("Call .*South.*FLASH")).click()
    north.wait_for_selector(".one .tag")
    expect(north.locator(".one header")).to_contain_text("CHECK")

    # it rings in the south, whose officer reads Arabic
    other_desk.go("calls")
    south.locator(".calls-list a").first.click()
    south.locator("button[data-primary]").wait_for()
    south.locator(".sides [lang=ar]").first.wait_for()
    # both languages are there, each in its own direction
    expect(south.locator(".sides td[lang=en]").filter(has_text="Stop and check").first).to_be_visible()
    expect(south.locator(".sides td[lang=ar]").first).to_have_attribute("dir", "rtl")
    expect(south.locator(".sides [data-line=place] td[lang=ar]").first).to_contain_text(
        "35°", use_inner_text=True
    )
    clean(other_desk)
    other_desk.shot("calls-one-arabic")
    south.locator("button[data-primary]").click()
    south.locator("button[data-primary]").wait_for(state="detached")
    until(lambda: desk.ask("GET", "/v1/calls")[0]["phase"] == "taken")

    # read back wrong: both see which field
    fill_place(south, "place", WRONG, within=".read-back")
    south.locator(".read-back select[name=what]").select_option("our_convoy")
    south.locator(".read-back button[type=submit]").click()
    south.locator(".compared [data-result=differs]").wait_for()
    expect(south.locator(".compared [data-result=differs]")).to_have_count(1)
    expect(south.locator(".answers [data-answer=relayed]")).to_have_count(0)
    clean(other_desk)
    other_desk.shot("calls-differs-arabic")
    north.locator(".compared [data-result=differs]").wait_for()
    expect(north.locator(".compared")).to_contain_text(re.compile("NOT THE SAME in .1. field"))
    desk.shot("calls-differs")

    # then right, and answered
    fill_place(south, "place", PLACE, within=".read-back")
    south.locator(".read-back select[name=what]").select_option("our_convoy")
    south.locator(".read-back button[type=submit]").click()
    south.locator(".answers [data-answer=relayed]").wait_for()
    south.locator('.answers [data-answer="executor confirmed"]').click()
    north.locator('[data-phase="executor confirmed"]').first.wait_for()
    clean(desk)

    # four languages side by side, for who interprets: what was spoken is ticked; and the end
    north.get_by_label(re.compile("Line .2. was spoken")).check()
    for each in ("Русский", "עברית", "العربية"):
        button = north.locator(".one .language-choice button", has_text=each)
        if button.get_attribute("aria-pressed") == "false":
            button.click()
    expect(north.locator(".one .sides thead th[lang]")).to_have_count(4)
    expect(north.get_by_label(re.compile("Line .2. was spoken"))).to_be_checked()
    north.set_viewport_size({"width": 1280, "height": 1500})
    north.locator(".one .sides").scroll_into_view_if_needed()
    desk.shot("calls-four-languages")
    clean(desk)
    desk.page.evaluate("document.documentElement.dataset.light = 'night'")
    clean(desk)
    desk.shot("calls-four-languages-night")
    north.get_by_role("button", name="End: nothing more is needed").click()
    north.locator(".one [data-phase=ended]").wait_for()
    [said] = [each for each in other_desk.ask("GET", "/v1/calls") if each["code"] == "CHECK"]
    assert said["phase"] in ("executor confirmed", "ended")


def test_a_doubtful_place_is_asked_about_before_it_is_said(desk: Seen) -> None:
    page = desk.page
    desk.language("ru")
    desk.go("calls")
    say(page, "STRAY-ENTRY")
    fill_place(page, "place", "35, 36")
    page.locator(".call-form button[type=submit]").click()
    page.locator(".doubts .card").wait_for()
    expect(page.locator(".doubts")).to_contain_text("Только целые градусы")
    clean(desk)
    desk.shot("calls-doubt-russian")
    # what is wrong stands at its field
    fill_place(page, "place", "somewhere")
    expect(page.locator(".kind-place .problem").first).to_contain_text("Это не читается как место")
    fill_place(page, "place", "35, 36")
    page.locator(".call-form button[type=submit]").click()
    page.locator(".doubts button.danger").click()
    page.locator(".one header").wait_for()
    made = desk.ask("GET", "/v1/calls")
    assert [each["code"] for each in made if each["code"] == "STRAY-ENTRY"] == ["STRAY-ENTRY"]


def test_every_code_of_the_node_has_words() -> None:
    words = json.loads((CONSOLE / "words/calls.json").read_text())
    wanted = [f"phase_{each}" for each in PHASES] + [f"means_{each}" for each in PHASES]
    wanted += [f"answer_{each}" for each in ANSWERS] + [f"step_{each}" for each in STEPS]
    wanted += [f"precedence_{each}" for each in PRECEDENCES] + [f"doubt_{each}" for each in get_args(Kind)]
    wanted += [f"datum_{each}" for each in DATUMS if "/" not in each]
    assert [each for each in wanted if each.replace(" ", "_") not in words] == []
