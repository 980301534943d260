"""Communiqués: drawn up in two languages, differed from, signed at both, published, replied to, exported."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import get_args

from playwright.sync_api import Page

from tests.console import told
from tests.console.seen import Seen
from tests.console.two import Two, until
from wideberth.desk.replies import REASONS
from wideberth.model.communique import Phase
from wideberth.node.communique_drafts import FORMATS
from wideberth.node.reply_views import State

TITLE = "Survey hours were agreed"


def test_every_code_has_words() -> None:
    for beginning, codes in (
        ("phase", get_args(Phase)), ("means", get_args(Phase)), ("reason", list(REASONS)),
        ("state", get_args(State)), ("no", get_args(State)), ("draft", FORMATS),
        ("page", ("published", "withdrawn")),
    ):  # fmt: skip
        assert told.worded("communiques", beginning, codes) == []


def write(page: Page, title: str, body: str, language: str = "en") -> None:
    box = page.locator(f"[data-language={language}]")
    box.locator("input").fill(title)
    box.locator("textarea").fill(body)


def test_a_joint_one_is_signed_at_both_published_and_replied_to(
    desk: Seen, other_desk: Seen, nodes: Two, tmp_path: Path
) -> None:
    told.plan(nodes.north, "Coast survey")
    page, theirs = desk.page, other_desk.page
    desk.go("communiques")
    told.clean(desk)
    desk.press("n")
    page.get_by_role("heading", name="New communiqué").wait_for()
    write(page, TITLE, "North and South keep apart.\n\nThey will meet again.")
    page.locator("[data-language=he] summary").click()
    write(page, "הוסכמו שעות סקר", "צפון ודרום שומרים מרחק.", "he")
    page.get_by_label("South", exact=True).check()
    page.get_by_label("Take the volumes of an own plan").select_option(label="Coast survey")
    page.get_by_text("No area.").wait_for(state="detached")
    told.clean(desk)
    told.tall(desk, "communiques-draft")
    page.get_by_role("button", name="Draw it up", exact=True).click()
    page.get_by_role("heading", name=TITLE).first.wait_for()
    told.clean(desk)
    # South would have it otherwise, North puts the next version
    other_desk.go("communiques")
    theirs.get_by_role("link", name=TITLE).click()
    theirs.get_by_role("button", name="Say where we differ").click()
    theirs.get_by_label("Where this party differs").fill("The hours are missing.")
    told.clean(other_desk)
    theirs.get_by_role("button", name="Record it").click()
    page.get_by_text("The hours are missing.").wait_for()
    told.clean(desk)
    told.tall(desk, "communiques-differing")
    page.get_by_role("button", name="Put the next version").click()
    page.locator("[data-language=en] textarea").fill("North and South keep apart from 06:00 to 10:00 UTC.")
    page.get_by_role("button", name="Put this version").click()
    page.get_by_text("06:00 to 10:00 UTC").first.wait_for()
    # two officers of each sign the very same text
    told.signed(page.get_by_role("region", name="Two officers sign"), nodes.north, "release", tmp_path)
    page.get_by_role("button", name="Hand in both signatures: sign").click()
    page.get_by_text("Wait for the other party").wait_for()
    other_desk.language("ar")
    theirs.get_by_text("06:00 to 10:00 UTC").first.wait_for()
    box = theirs.get_by_role("region", name="يوقّع ضابطان")
    told.clean(other_desk)
    told.tall(other_desk, "communiques-ar")
    told.signed(box, nodes.south, "release", tmp_path)
    box.get_by_role("button", name="تسليم التوقيعين: توقيع").click()
    page.get_by_role("button", name="Publish it on our public pages").click()
    page.get_by_role("heading", name="published").wait_for()
    page.get_by_role("button", name="NOTAM").click()
    page.locator("#drafts ~ div pre").wait_for()
    assert "DRAFT" in page.locator("#drafts ~ div pre").inner_text().upper()
    told.clean(desk)
    told.tall(desk, "communiques-published")
    [made] = desk.ask("GET", "/v1/communiques")
    assert (made["phase"], made["public"]) == ("published", 2)
    assert other_desk.ask("GET", "/v1/communiques")[0]["phase"] == "approved"
    # the public replies; a person lets one through and refuses the other
    room = nodes.north.node.room.replies
    room.add(made["communique"], "Thank you.\nWhen do you meet again?", "en", "A fisherman", b"one")
    room.add(made["communique"], "شكرا", "ar", "", b"two")
    page.get_by_role("link", name=re.compile("Replies.*wait")).click()
    page.get_by_text("When do you meet again?").wait_for()
    told.clean(desk)
    desk.shot("communiques-replies")
    page.locator("li", has_text="fisherman").get_by_role("button", name="Let through").click()
    until(lambda: room.count(made["communique"]) == 1)
    page.locator("li", has_text="شكرا").get_by_role("button", name="Refuse").click()
    page.get_by_label("For which reason").select_option("repeated")
    page.get_by_role("button", name="Refuse it").click()
    page.get_by_text("No reply waits.").wait_for()
    page.get_by_role("button", name="refused").click()
    page.get_by_text("the same was said before").wait_for()
    told.clean(desk)
    # all of it as a folder
    page.get_by_role("link", name="Public pages as a folder").click()
    data = told.saved(desk, page.get_by_role("button", name="Make the archive"), tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {"index.html", "feed.atom"} <= set(archive.namelist())
        assert any(TITLE in archive.read(each).decode() for each in archive.namelist())
    told.clean(desk)
    # and taken back
    desk.go("communiques", made["communique"])
    page.get_by_role("button", name="Withdraw it from the public").click()
    page.get_by_role("dialog").get_by_label("Why").fill("The hours were wrong.")
    page.get_by_role("button", name="Withdraw it now").click()
    page.get_by_role("heading", name="withdrawn").wait_for()
    told.clean(desk)
