"""A plan before it is filed: typed, from a template, from a file; what it would come to is shown first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.console.plans_seen import CASES, clean, draft, said, words_for
from tests.console.seen import Seen
from tests.console.two import Two, until
from wideberth.desk.plans import LEADS
from wideberth.model.agreement import DISCLOSURES
from wideberth.model.case import FOUND


def told(nodes: Two, callsign: str) -> list[dict[str, Any]]:
    """The notices of North that South has, of this callsign."""
    found = nodes.south.side.notices(nodes.line)
    return [{"level": each.level, "cases": each.cases} for each in found if each.callsign == callsign]


def filed(page: Page) -> str:
    """The id of the plan that is shown, once one is."""
    page.wait_for_url("**/#/plans/p-*")
    return page.url.rpartition("/")[2]


def test_a_notice_from_a_template_by_keys_alone(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.allowed.append("404")  # a node that reads no places, draws no maps
    desk.press("g", "p")
    desk.shown("plans")
    desk.press("n")
    page.get_by_role("heading", name="New plan").wait_for()
    desk.press("2")  # helicopter transit; the route has the focus
    page.keyboard.type("34.40, 30.05\n34.50, 30.20")
    page.get_by_label("Callsign").fill("Lark 2")
    desk.press("Control+Enter")
    plan = filed(page)
    document = desk.ask("GET", f"/v1/plans/{plan}")["document"]
    assert (document["activity"], document["callsign"]) == ("transit", "Lark 2")
    assert document["volumes"][0]["ground"]["points"] == [[30.05, 34.4], [30.2, 34.5]]
    until(lambda: bool(told(nodes, "Lark 2")))


def test_a_draft_is_checked_as_it_is_typed_and_a_proposal_taken_over(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.allowed.append("404")
    [theirs] = nodes.south.side.submit([draft(33.10, 34.40, "Kite 4")])
    until(lambda: any(each.callsign == "Kite 4" for each in nodes.north.side.notices(nodes.line)))
    desk.go("plans", "new")
    page.get_by_role("button", name="Hospital visit").click()
    checks = page.get_by_role("region", name="If it were filed now")
    expect(checks).to_contain_text("A centre is needed")
    clean(page)
    page.get_by_label("Centre").fill("34°24.0′N 033°06.0′E")
    start = theirs.start
    assert start is not None
    page.get_by_label("Start, UTC").fill(start[:19])
    page.get_by_label("End, UTC").fill(str(theirs.end)[:19])
    page.get_by_label("Upper limit", exact=True).fill("3000")
    page.get_by_label(said("Unit and datum of: Upper limit")).select_option("ft MSL")
    expect(checks).to_contain_text(said("CONFLICT with South"))
    expect(checks).to_contain_text("overlap")
    desk.shot("draft-conflict")
    clean(page)
    # nothing was entered for it
    assert desk.ask("GET", "/v1/cases") == []
    later = checks.get_by_role("listitem").filter(has_text="later")
    later.get_by_role("button", name="Take it over").click()
    expect(checks).to_contain_text(said("no known conflict with South, as of"))
    assert page.get_by_label("Start, UTC").input_value() > start[:19].replace("T", " ")
    page.get_by_label("Callsign").fill("Medic 1")
    desk.shot("draft-clear")
    page.get_by_role("button", name="File it").click()
    plan = filed(page)
    until(lambda: bool(told(nodes, "Medic 1")))
    assert told(nodes, "Medic 1") == [{"level": "full", "cases": ()}]
    # its next version, in conflict on purpose: that is shown before, and told after
    page.get_by_role("link", name="Amend").click()
    page.get_by_role("heading", name="Next version of a plan").wait_for()
    page.get_by_label("Start, UTC").fill(start[:19])
    expect(page.get_by_role("region", name="If it were filed now")).to_contain_text(
        said("CONFLICT with South")
    )
    page.get_by_role("button", name="File this version").click()
    page.wait_for_url(f"**/#/plans/{plan}")
    until(lambda: bool(told(nodes, "Medic 1")[0]["cases"]))


def test_what_cannot_be_filed_says_so_before(desk: Seen) -> None:
    page = desk.page
    desk.allowed += ["404", "400"]
    desk.go("plans", "new")
    page.get_by_role("button", name="Hospital visit").click()
    page.get_by_role("button", name="File it").click()
    expect(page.locator(".field.places .problem")).to_have_text("A centre is needed.")
    page.get_by_label("Centre").fill("0, 0")
    expect(page.locator(".field.places .doubt")).to_contain_text("often stands for no position at all")
    page.get_by_label("Centre").fill("34.4, 33.1")
    page.get_by_label("Callsign").fill("call +357 99 123456")
    checks = page.get_by_role("region", name="If it were filed now")
    expect(checks).to_contain_text("It cannot be filed so")
    expect(checks).to_contain_text("plan.personal")


def test_a_file_is_read_looked_at_and_filed(desk: Seen, nodes: Two, tmp_path: Path) -> None:
    page = desk.page
    desk.allowed.append("404")
    features = "".join(
        f"""{{"type": "Feature", "geometry": {{"type": "Point", "coordinates": [{35 + n}, 34.4]}},
        "properties": {{"plan": "Import {n}", "party": "us", "activity": "survey", "callsign": "Imp {n}",
        "start": "2027-06-0{n + 1}T08:00:00Z", "end": "2027-06-0{n + 1}T09:00:00Z", "lower": "1000ft MSL",
        "upper": "2000ft MSL", "radius_m": 5000}}}},"""
        for n in range(2)
    )
    made = tmp_path / "ours.geojson"
    made.write_text(f'{{"type": "FeatureCollection", "features": [{features.rstrip(",")}]}}')
    desk.go("plans", "new")
    page.get_by_text("From a file, or pasted").click()
    page.get_by_label("File of plans, any format").set_input_files(made)
    expect(page.locator(".imported > li")).to_have_count(2)
    expect(page.locator(".imported")).to_contain_text(said("no known conflict with South, as of"))
    desk.shot("import")
    clean(page)
    page.get_by_role("button", name="File all").click()
    page.wait_for_url("**/#/plans")
    expect(page.locator(".list.plans")).to_contain_text("Import 1")
    until(lambda: bool(told(nodes, "Imp 0")) and bool(told(nodes, "Imp 1")))


@pytest.mark.parametrize("code", ["ar", "ru"])
def test_it_is_all_in_another_language(desk: Seen, code: str) -> None:
    page = desk.page
    desk.allowed.append("404")
    desk.language(code)
    desk.go("plans", "new")
    page.locator(".templates button").first.click()
    page.locator(".checks .sum .tag").wait_for()
    desk.shot(f"draft-{code}")
    clean(page)
    text = page.inner_text("main")
    assert "plans." not in text and "core." not in text


def test_each_code_has_words() -> None:
    known = words_for("plans")
    for kind, codes in {"level": DISCLOSURES, "lead": LEADS, "found": FOUND, **CASES}.items():
        for code in codes:
            assert f"{kind}_{code.replace('-', '_').replace(' ', '_')}" in known, code
