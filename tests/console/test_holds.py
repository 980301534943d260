"""Holds: one is put, seen by the other party, and lifted by two officers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from playwright.sync_api import expect

from tests.console.axe import faults
from tests.console.seen import Seen
from tests.console.two import Two, until
from wideberth.ledger import approval
from wideberth.model import hold

WORDS = Path(__file__).parents[2] / "src/wideberth/web/console/words/holds.json"


def test_each_code_has_words() -> None:
    known = set(json.loads(WORDS.read_text()))
    for each in hold.PHASES:
        assert {f"phase_{each.replace(' ', '_')}", f"tag_{each.replace(' ', '_')}"} <= known


def test_a_hold_is_put_and_lifted_by_two(desk: Seen, other_desk: Seen, nodes: Two, tmp_path: Path) -> None:
    page = desk.page
    desk.allowed.append("404")  # core/place.js and core/sign.js may not be there
    desk.go("holds")
    page.get_by_text("No hold is known to be in force, as of").wait_for()
    page.get_by_role("link", name="Put a hold").click()
    page.wait_for_selector(".detail form")
    page.get_by_label("South").check()
    page.get_by_label("Where", exact=True).select_option("around")
    page.get_by_label("Place").fill("34.40, 33.05")
    page.get_by_label("Radius, km").fill("20")
    page.get_by_label("Up to altitude").fill("5000")
    page.get_by_label("Activities it stops").fill("survey")
    page.get_by_label("Reason; nobody").fill("exercise")
    assert faults(page) == []
    desk.shot("hold-put-en")
    page.get_by_role("button", name="Put the hold").click()
    page.locator("dialog").get_by_role("button", name="Put the hold").click()
    page.get_by_text("The hold is in force.").wait_for()
    page.locator(".detail .facts").wait_for()
    found = nodes.north.node.room.holds.all(over=False)[0]
    assert found.area is not None
    assert (found.area["ground"]["centre"], found.area["ground"]["radius_m"]) == ([33.05, 34.4], 20000)
    assert (found.activities, found.reason, len(found.parties)) == (("survey",), "exercise", 2)
    page.get_by_text("delivered", exact=True).wait_for()
    # at the other party: in force, and not theirs to lift
    other_desk.go("holds")
    other_desk.language("ar")
    other = other_desk.page
    other.locator(".view-holds .list a").first.click()
    other.locator(".detail .facts").wait_for()
    assert other.locator("section.lift").is_hidden()
    assert faults(other) == []
    other_desk.shot("hold-ar")
    # two officers sign the exact text
    lift = page.locator("section.lift")
    text = lift.locator("pre").inner_text()
    assert text == found.lift_text
    files = []
    for n, seed in enumerate(nodes.north.party.officers):
        made = approval.sign(approval.Subject("lift", hashlib.sha256(text.encode()).digest()), seed)
        files.append(tmp_path / f"{n}.approval")
        files[-1].write_bytes(approval.write(made))
    page.locator("#lift-files").set_input_files(files[0])
    lift.get_by_text("of 2 signatures are here").wait_for()
    expect(lift.get_by_role("button", name="Lift the hold")).to_be_disabled()
    page.locator("#lift-files").set_input_files(files)
    expect(lift.get_by_role("button", name="Lift the hold")).to_be_enabled()
    assert faults(page) == []
    desk.shot("hold-lift-en", whole=True)
    lift.get_by_role("button", name="Lift the hold").click()
    page.locator("dialog").get_by_role("button", name="Lift the hold").click()
    page.get_by_text("The hold is lifted. That gives no permission.").wait_for()
    until(lambda: nodes.south.node.room.holds.one(found.hold).phase == "lifted")
    other.get_by_text("رفعه ضابطان من واضعه").wait_for()
    desk.go("holds")
    page.get_by_text("No hold is known to be in force, as of").wait_for()
    page.get_by_label("Also those that are over").check()
    expect(page.locator(".view-holds .list li")).to_have_count(1)
