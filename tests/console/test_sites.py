"""Sites by clicks: a list imported, verified by two persons, told, answered at the other node."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from playwright.sync_api import Browser, expect

from tests.console.axe import clean
from tests.console.seen import Seen, opened
from tests.console.two import Two, until
from tests.console.worded import button, known, worded
from wideberth.formats.lists import doubtful
from wideberth.formats.lists.book import Page as Sheet
from wideberth.formats.lists.book import workbook
from wideberth.model.site import GRADES, KINDS, STAGES, STATUSES
from wideberth.space import doubts, echo

ROWS = [
    ("id", "name", "type", "lat", "lon", "radius", "source", "contact"),
    (
        "H-1",
        "North Clinic",
        "hospital",
        "33.51310",
        "36.27650",
        "250 m",
        "Ministry",
        "Desk +963 11 555 0100",
    ),
    ("H-2", "South Clinic", "hospital", "33.41310", "36.27650", "250 m", "visit", ""),
    ("H-3", "East Clinic", "hospital", "36.47650", "33.51310", "250 m", "visit", ""),
    ("H-4", "Camp West", "camp", "33.51310", "36.17650", "900 m", "visit", ""),
]

REFUSED = "400"
"""What is refused is in the browser's log too."""


def test_every_code_has_words() -> None:
    words = known("sites")
    kinds = {*get_args(doubts.Kind), "far", "duplicate", "country"}
    assert {f"doubt_{each}" for each in kinds} <= set(words)
    assert {f"grade_{each}" for each in GRADES} | {f"kind_{each}" for each in KINDS} <= set(words)
    assert {f"stage_{each}" for each in STAGES} | {f"stage_words_{each}" for each in STAGES} <= set(words)
    assert {f"status_{each}" for each in STATUSES} <= set(words)
    assert kinds >= doubtful.MILD
    assert {f"notation_{each}" for each in echo.NOTATIONS} <= set(words)


def imported(desk: Seen, file: Path) -> None:
    """The spreadsheet as an edition, but the row that is in doubt."""
    page = desk.page
    desk.go("sites", "import")
    page.get_by_role("combobox", name="List").fill("Hospitals")
    page.locator("input[type=file]").set_input_files(file)
    button(page, "Read the file").click()
    expect(page.get_by_text(worded("4 new, 0 changed"))).to_be_visible()
    expect(page.get_by_text("exchanged figures?")).to_be_visible()
    take = button(page, "Take this edition")
    expect(take).to_be_disabled()
    clean(desk.page)
    desk.shot("sites-import", whole=True)
    page.get_by_label("Take the others although these are kept out").check()
    page.get_by_label("Keep it apart, and erase it on (UTC)").fill("2027-01-31T00:00:00")
    take.click()
    page.wait_for_selector("main h2 >> text=Hospitals")


def verified(seen: Seen, name: str, place: str) -> None:
    """A person verifies the first row, with the place as they have it."""
    page = seen.page
    seen.go("sites")
    page.get_by_role("link", name="Hospitals").click()
    page.get_by_role("link", name="H-1 North Clinic").click()
    button(page, name).click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("The place, as you have it from your own source").fill("33.9, 36.2")
    asked.get_by_label("I myself have verified that this is the place").check()
    button(asked, "Yes, this is the place").click()
    expect(asked.get_by_text("nothing was entered")).to_be_visible()
    asked.get_by_label("The place, as you have it from your own source").fill(place)
    clean(seen.page)
    seen.shot(f"sites-verify-{name[-13:].replace(' ', '-').replace(':', '')}")
    button(asked, "Yes, this is the place").click()
    asked.wait_for(state="detached")


def test_a_list_is_imported_verified_told_and_answered(
    chromium: Browser, nodes: Two, desk: Seen, tmp_path: Path
) -> None:
    file = tmp_path / "hospitals.xlsx"
    file.write_bytes(workbook([Sheet("sites", [tuple(each) for each in ROWS], 1)]))
    desk.allowed += [REFUSED]
    page = desk.page
    imported(desk, file)
    verified(desk, "Verify the place", "33.5131, 36.2765")
    expect(page.get_by_text("One person has verified the place")).to_have_count(
        2
    )  # on the page, and in passing
    with opened(chromium, nodes.north, tmp_path) as second:
        second.sign_in("second")
        verified(second, "Verify the place: second person", "33.5132, 36.2766")
        expect(second.page.get_by_text("two persons", exact=True)).to_be_visible()
        clean(second.page)
        second.shot("sites-row", whole=True)
    rows = desk.ask("GET", f"/v1/sites/{list_of(desk)}")["rows"]
    assert [(each["row"]["id"], each["grade"]) for each in rows] == [
        ("H-1", "verified"),
        ("H-2", "unverified"),
        ("H-4", "unverified"),
    ]

    button(page, "Read").click()
    expect(page.get_by_text("Desk +963 11 555 0100")).to_be_visible()
    button(page, "Erase").click()
    button(page.get_by_role("dialog"), "Erase").click()
    button(page, "Read").click()
    expect(page.get_by_text("Nothing is kept beside this row.")).to_be_visible()

    page.get_by_role("link", name="← Hospitals").click()
    button(page, "Tell it on a line").click()
    button(page.get_by_role("dialog"), "Tell it").click()
    expect(page.locator(".card", has_text="South").filter(has_text=worded("version 1, sent"))).to_be_visible()
    clean(desk.page)
    desk.shot("sites-own", whole=True)

    with opened(chromium, nodes.south, tmp_path) as other:
        other.sign_in()
        answered(other, nodes)
    expect(page.get_by_text("H-4: objection")).to_be_visible()
    page.get_by_role("link", name="H-4 Camp West").click()
    held = page.locator("section", has_text="Who held it, since when")
    expect(held.get_by_role("cell", name=re.compile("^objection"))).to_be_visible()
    desk.shot("sites-held", whole=True)


def list_of(seen: Seen) -> str:
    [found] = seen.ask("GET", "/v1/sites")
    return str(found["list"])


def answered(other: Seen, nodes: Two) -> None:
    """South reads the list, acknowledges all rows, and objects to one."""
    page = other.page
    other.go("sites")
    page.get_by_role("link", name="Hospitals").click()
    expect(page.get_by_text("told by").first).to_be_visible()
    clean(page)
    button(page, "Acknowledge all rows").click()
    until(lambda: statuses(nodes) == {"H-1": "acknowledged", "H-2": "acknowledged", "H-4": "acknowledged"})
    page.get_by_label("H-4 Camp West").check()
    page.get_by_label("What is said").select_option("objection")
    button(page, "Say it of the chosen rows").click()
    until(lambda: statuses(nodes).get("H-4") == "objection")
    other.shot("sites-told", whole=True)
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector("html[data-light=night]")
    clean(page)
    other.shot("sites-told-night", whole=True)
    for code, title in (("ar", "المواقع والتحركات"), ("ru", "Объекты и перемещения")):
        other.language(code)
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        clean(page)
        other.shot(f"sites-told-{code}", whole=True)


def statuses(nodes: Two) -> dict[str, str]:
    """What is known at North of what South says, row by row."""
    [told] = [each for each in nodes.north.node.sites.told() if each.mine]
    return {each.row: each.status for each in told.statuses}


def test_the_template_is_a_workbook(desk: Seen) -> None:
    desk.go("sites")
    with desk.page.expect_download() as found:
        button(desk.page, "Template: sites").click()
    assert found.value.suggested_filename == "site-en.xlsx"
    assert Path(found.value.path()).read_bytes()[:2] == b"PK"
