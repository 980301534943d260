"""Releases as officers work them: drawn up, seen exactly, metered, approved by two, delivered, recalled."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import Browser, expect

from tests.console import told
from tests.console.seen import TABLET, Seen, opened
from tests.console.two import Two, until
from wideberth.desk.inference import Outcome
from wideberth.desk.release_entries import DRAWN
from wideberth.formats import release_file
from wideberth.model.agreement import Precedence
from wideberth.model.plan import State
from wideberth.model.release import Kind, Phase, Way
from wideberth.model.site import Listed
from wideberth.node.release_views import LinkState
from wideberth.space.altitude import SURFACE, UNLIMITED
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume


@pytest.fixture(scope="module", autouse=True)
def strips(nodes: Two) -> None:
    told.plan(nodes.north, "Coast survey")
    told.plan(nodes.north, "Harbour survey", 33.4)


def test_every_code_of_a_release_has_words() -> None:
    for beginning, codes in (
        ("phase", get_args(Phase)), ("means", get_args(Phase)), ("way", get_args(Way)),
        ("record", get_args(Kind)), ("link", get_args(LinkState)), ("outcome", get_args(Outcome)),
        ("state", get_args(State)), ("precedence", get_args(Precedence)), ("receipt", get_args(Way)),
    ):  # fmt: skip
        assert told.worded("releases", beginning, codes) == []
    assert len(DRAWN) == 6  # each has a group in views/releases_pick.js


NO_ROWS = "A list is ticked, but none of its rows. "


def around(lon: float) -> Volume:
    ground = Circle((round(lon * DEGREE), round(34.4 * DEGREE)), 500 * METRE)
    return Volume(ground, SURFACE, UNLIMITED)


def draft(desk: Seen, title: str, recipient: str, *plans: str) -> None:
    """Drawn up by ticking; the page of the release is there afterwards."""
    page = desk.page
    page.get_by_role("button", name="New release").click()
    page.get_by_label("What it is called").fill(title)
    page.get_by_label(recipient, exact=True).first.check()
    for each in plans:
        page.get_by_label(each, exact=True).check()
    page.get_by_role("button", name="Draw it up", exact=True).click()
    page.get_by_role("heading", name=title).wait_for()
    page.locator(".copy pre").wait_for()
    page.locator("table:has-text('Smallest ground')").wait_for()


def recipient(desk: Seen, name: str, line: str | None = None) -> None:
    page = desk.page
    desk.go("releases")
    page.get_by_label("What it is called here").fill(name)
    if line is not None:
        page.get_by_label("It is the other party of a line").select_option(label=line)
    page.get_by_role("button", name="Add the recipient").click()
    page.locator("section:has(#recipients) bdi", has_text=name).wait_for()


def test_a_release_from_its_draft_to_a_file_that_is_recalled(desk: Seen, nodes: Two, tmp_path: Path) -> None:
    page = desk.page
    recipient(desk, "Observers")
    told.clean(desk)
    desk.shot("releases-recipients")
    page.get_by_role("button", name="New release").click()
    page.get_by_label("Coast survey", exact=True).check()
    told.clean(desk)
    told.tall(desk, "releases-draft")
    draft(desk, "Survey flights", "Observers", "Coast survey")
    [found] = desk.ask("GET", "/v1/releases")
    assert (found["phase"], found["recipient"]) == ("draft", "Observers")
    # exactly what would leave, as text and as the page that it is
    text = desk.page.locator(".copy pre").inner_text()
    assert "Survey flights" in text
    assert "Coast survey" not in text  # an own label leaves with nothing
    told.clean(desk)
    told.tall(desk, "releases-one")
    page.get_by_role("button", name="release.html", exact=True).click()
    page.locator(".page").wait_for()
    expect(page.locator(".page h1")).to_contain_text("Survey flights", use_inner_text=True)
    expect(page.locator(".page svg")).to_have_count(1)
    told.clean(desk)
    page.locator(".page").scroll_into_view_if_needed()
    desk.shot("releases-page")
    # what could be inferred, and against another wish
    page.get_by_text("Measure against another extent").click()
    page.get_by_label("No ground may be known better than").fill("60NM")
    page.get_by_role("button", name="Measure again").click()
    page.get_by_text(re.compile("nothing of it is known better than .60 NM")).wait_for()
    page.get_by_role("button", name="Draw it up anew on these cells").click()
    page.get_by_role("heading", name="Draw it up anew").wait_for()
    expect(page.get_by_label("Coast survey", exact=True)).to_be_checked()
    assert float(page.get_by_label("Ground, NM").input_value()) >= 60
    page.get_by_role("button", name="Draw it up anew", exact=True).click()
    place = f"/v1/releases/{found['release']}"
    until(lambda: desk.ask("GET", place)["index"] != found["index"])
    index = desk.ask("GET", place)["index"]
    box = page.get_by_role("region", name="Two officers sign")
    box.get_by_text(index).wait_for()
    # an approval of something else is refused here already, and one key does not count twice
    other = told.files(nodes.north, "release", found["index"], tmp_path / "other")
    box.locator("input[type=file]").set_input_files(other[:1])
    box.get_by_text("This approval is for another text").wait_for()
    mine = told.files(nodes.north, "release", index, tmp_path / "mine")
    box.locator("input[type=file]").set_input_files([mine[0], mine[0]])
    box.get_by_text("This key has signed already").wait_for()
    expect(box.get_by_role("button", name="approve")).to_have_count(0)
    box.locator("input[type=file]").set_input_files(mine[1:])
    exact = told.saved(desk, box.get_by_role("button", name=re.compile("Save .release.json")), tmp_path)
    assert hashlib.sha256(exact).hexdigest() == index
    told.clean(desk)
    desk.shot("releases-signing")
    box.get_by_role("button", name="Hand in both signatures").click()
    page.get_by_role("button", name="Save the file for its recipient").wait_for()
    # it leaves as a file that anybody can check
    data = told.saved(desk, page.get_by_role("button", name="Save the file for its recipient"), tmp_path)
    read = release_file.read(data)
    assert read.wrong == ()
    assert read.index_bytes == exact
    page.get_by_text(hashlib.sha256(data).hexdigest()).wait_for()
    page.get_by_role("button", name="Enter that it was received").click()
    page.get_by_role("dialog").get_by_label("Who says so there").fill("registry")
    page.get_by_role("dialog").get_by_role("button", name="Enter that it was received").click()
    page.get_by_text("entered here by hand").wait_for()
    told.tall(desk, "releases-delivered")
    # taken back
    page.get_by_role("button", name="Recall it").click()
    page.get_by_role("dialog").get_by_label("Why").fill("the plan has changed")
    page.get_by_role("button", name="Recall it now").click()
    page.get_by_role("button", name="Recall notice").click()
    page.get_by_text("Do not use it any more").wait_for()
    told.clean(desk)
    assert desk.ask("GET", place)["phase"] == "recalled"


def test_one_on_the_line_and_by_a_link_in_arabic(desk: Seen, nodes: Two, tmp_path: Path) -> None:
    page = desk.page
    recipient(desk, "South", "South")
    draft(desk, "For South", "South", "Harbour survey")
    desk.language("ar")
    box = page.get_by_role("region", name="يوقّع ضابطان")
    told.clean(desk)
    told.tall(desk, "releases-ar")
    told.signed(box, nodes.north, "release", tmp_path)
    box.get_by_role("button", name="اعتماد").click()
    page.get_by_role("button", name="إرسال عبر الخط").click()
    until(lambda: len(desk_received(nodes)) == 1)
    page.get_by_text("لدى العقدة الأخرى").wait_for()
    page.get_by_role("button", name="رابط لمرة واحدة").click()
    page.get_by_role("button", name="إنشاء الرابط").click()
    secret = page.locator("pre[data-link]").inner_text()
    assert "/d/" in secret
    desk.shot("releases-link-ar")
    desk.press("Escape")
    page.get_by_text("لم يُجلب بعد").wait_for()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert secret not in page.content()
    told.clean(desk)


def desk_received(nodes: Two) -> list[dict[str, object]]:
    return nodes.south.side._duty.ask("GET", "/v1/received", list[dict[str, object]])


def test_at_night_on_a_tablet(chromium: Browser, nodes: Two, tmp_path: Path) -> None:
    with opened(chromium, nodes.north, tmp_path, size=TABLET, color_scheme="dark") as seen:
        seen.sign_in()
        seen.go("releases", "new")
        seen.page.get_by_label("Coast survey", exact=True).wait_for()
        told.clean(seen)
        seen.shot("releases-draft-night")
        [first, *_] = seen.ask("GET", "/v1/releases")
        seen.go("releases", first["release"])
        seen.page.locator("table:has-text('Smallest ground')").wait_for()
        told.clean(seen)
        told.tall(seen, "releases-one-night")


def test_of_a_list_no_row_goes_that_is_not_ticked(desk: Seen, nodes: Two) -> None:
    """To a node no row at all would mean every row."""
    page = desk.page
    desk.allowed.append("none of its rows")
    rows = [
        Listed(each, "site", name, (around(lon),), "hospital", source="health office")
        for each, name, lon in (("h1", "First hospital", 33.0), ("h2", "Second hospital", 33.5))
    ]
    nodes.north.side.list_sites("Hospitals", rows)
    recipient(desk, "Registry")
    before = len(desk.ask("GET", "/v1/releases"))
    page.get_by_role("button", name="New release").click()
    page.get_by_label("What it is called").fill("Hospitals")
    page.get_by_label("Registry", exact=True).first.check()
    page.locator("summary", has_text="Own lists of sites").click()
    page.get_by_label("Hospitals", exact=True).check()
    for each in ("First hospital", "Second hospital"):
        page.get_by_label(each, exact=True).uncheck()
    page.get_by_role("button", name="Draw it up", exact=True).click()
    expect(page.get_by_text(NO_ROWS).first).to_be_visible()
    assert len(desk.ask("GET", "/v1/releases")) == before
    page.get_by_label("Second hospital", exact=True).check()
    page.get_by_role("button", name="Draw it up", exact=True).click()
    page.locator(".copy pre").wait_for()
    [made] = [each for each in desk.ask("GET", "/v1/releases") if each["title"] == "Hospitals"]
    [record] = desk.ask("GET", f"/v1/releases/{made['release']}")["records"]
    # the one that was ticked, told coarsely
    [volume] = record["volumes"]
    lons = [lon for ring in volume["ground"]["rings"] for lon, _ in ring]
    assert min(lons) <= 33.5 <= max(lons)
