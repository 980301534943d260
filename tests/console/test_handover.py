"""The two sheets of paper in the console: made, read, saved under their SHA-256, and handed over with."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.console import axe
from tests.console.seen import Seen
from tests.console.two import Two


def test_a_post_is_handed_over_with_the_sheet(desk: Seen, nodes: Two) -> None:
    page = desk.page
    node = nodes.north.node
    held = node.people.watch().get("officer")
    if held is None or held.user != node.people.user("duty").id:
        desk.ask("POST", "/v1/duty/take", {"post": "officer", "relieve": True})
    desk.go("handover")
    page.get_by_label("To whom").wait_for()
    sheet = page.get_by_role("region", name="Handover sheet")
    sheet.get_by_text("Handed over by, taken over by").wait_for()
    axe.check(page)
    desk.shot("handover", whole=True)
    digest = page.locator(".sheet-hash bdi").inner_text()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the page").click()
    assert hashlib.sha256(Path(saved.value.path()).read_bytes()).hexdigest() == digest
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden() and sheet.is_visible()
    desk.shot("handover-print", whole=True)
    page.emulate_media(media="screen")
    desk.allowed += ["400", "404", "409"]
    page.get_by_label("To whom").fill("nobody-here")
    page.get_by_role("button", name="Hand over", exact=True).click()
    page.get_by_text("accounts.none").or_(page.get_by_text("api.not_found")).first.wait_for()
    page.get_by_label("To whom").fill("second")
    page.get_by_role("button", name="Hand over", exact=True).click()
    page.get_by_text("You have no post on duty").wait_for()
    officer = next(each for each in desk.ask("GET", "/v1/duty") if each["post"] == "officer")
    assert (officer["name"], officer["how"]) == ("second", "handed")


def test_the_blackout_sheet_has_other_channels_on_it_and_nowhere_else(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.go("handover", "blackout")
    page.get_by_text("Other channels, by role").click()
    page.get_by_label("How").first.fill("radio 243.0, then telephone")
    page.get_by_role("button", name="Make the sheet as of now").click()
    page.get_by_role("region", name="Blackout sheet").get_by_text("radio 243.0").first.wait_for()
    axe.check(page)
    desk.shot("blackout", whole=True)
    desk.language("ru")
    axe.check(page)
    desk.shot("blackout-ru")
    desk.language("en")
    found = b"".join(each.read_bytes() for each in nodes.north.party.data.rglob("*") if each.is_file())
    assert b"243.0" not in found
