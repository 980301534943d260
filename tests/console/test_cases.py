"""A case made by two nodes and closed by clicks on both sides; and what else is done in one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.console.plans_seen import clean, draft, said, words_for
from tests.console.seen import Seen
from tests.console.two import Two, until
from wideberth.model.case import PHASES


def a_case(nodes: Two, lon: float, mine: str, theirs: str) -> str:
    """Two plans in conflict, filed by both; the id of their case."""
    nodes.south.side.submit([draft(lon + 0.05, 34.0, theirs)])
    until(lambda: any(each.callsign == theirs for each in nodes.north.side.notices(nodes.line)))
    [made] = nodes.north.side.submit([draft(lon, 34.0, mine)])
    until(lambda: bool(nodes.north.side.plan(made.plan).on[0].cases))
    [case] = nodes.north.side.plan(made.plan).on[0].cases
    until(lambda: case in {each.case for each in nodes.south.side.cases()})
    return case


def phase(nodes: Two, case: str) -> tuple[str, str]:
    """As North has it, and as South has it."""
    return nodes.north.side.case(case).phase, nodes.south.side.case(case).phase


def test_a_case_is_closed_by_clicks_on_both_sides(desk: Seen, other_desk: Seen, nodes: Two) -> None:
    north, south = desk.page, other_desk.page
    for each in (desk, other_desk):
        each.allowed.append("404")
    case = a_case(nodes, 20.0, "Heron 1", "Kite 4")
    desk.press("g", "k")
    desk.shown("cases")
    row = north.locator(".list.cases > li")
    expect(row).to_contain_text("Propose a change, or call")
    expect(row).to_contain_text("overlap")
    clean(north)
    north.get_by_role("link", name="Heron 1 – Kite 4").click()
    expect(north.get_by_role("region", name="Ours", exact=True)).to_contain_text("Heron 1")
    expect(north.get_by_role("region", name=said("Of South"))).to_contain_text("Kite 4")
    desk.shot("case-open")
    clean(north)
    later = north.locator(".clears .card").filter(has_text="our plan").filter(has_text="later")
    later.get_by_role("button", name="Propose this").click()
    expect(north.get_by_text("They are to answer our proposal").first).to_be_visible()
    until(lambda: phase(nodes, case) == ("proposed", "proposed"))
    desk.shot("case-proposed")
    clean(north)
    # South sees what is asked of it, and what accepting does and is not
    other_desk.go("cases", case)
    expect(south.locator(".todo")).to_contain_text("Answer their proposal")
    other_desk.shot("case-to-answer")
    south.locator(".proposals").get_by_role("button", name="Accept").click()
    dialog = south.get_by_role("dialog")
    expect(dialog).to_contain_text("It is no permission")
    expect(dialog).to_contain_text("old and proposed volumes both count as occupied")
    other_desk.shot("case-accept")
    clean(south)
    dialog.get_by_role("button", name="Accept").click()
    until(lambda: phase(nodes, case) == ("closed", "closed"))
    expect(north.get_by_text("Neither party finds a conflict any more.")).to_be_visible()
    expect(north.get_by_text("proposed a change")).to_be_visible()
    desk.shot("case-closed")
    clean(north)
    # in the list no more, unless it is asked for
    expect(north.locator(".list.cases > li")).to_have_count(0)
    north.get_by_label("Also closed ones").check()
    expect(north.locator(".list.cases > li")).to_have_count(1)


def test_an_own_change_is_offered_countered_taken_back_and_raised(
    desk: Seen, other_desk: Seen, nodes: Two
) -> None:
    north, south = desk.page, other_desk.page
    for each in (desk, other_desk):
        each.allowed += ["404", "400"]
    case = a_case(nodes, 24.0, "Heron 2", "Kite 5")
    desk.go("cases", case)
    north.get_by_role("button", name="Propose a change").click()
    dialog = north.get_by_role("dialog")
    dialog.get_by_label("By how many minutes").fill("7")
    clean(north)
    dialog.get_by_role("button", name="Offer it").click()
    expect(dialog).to_contain_text("case.steps")  # not in agreed steps: it stays open, and says so
    desk.shot("case-steps")
    dialog.get_by_label("Change", exact=True).select_option("volumes")
    dialog.get_by_label("Centre").fill("34.0, 24.5")
    # a browser reads this month first, and in the zone of its machine: it is no time here
    start = dialog.get_by_label("Start, UTC")
    before = start.input_value()
    start.fill("11/12/2026 14:30")
    dialog.get_by_role("button", name="Offer it").click()
    expect(dialog).to_contain_text("This time cannot be read.")
    assert nodes.south.side.case(case).proposals == ()
    start.fill(before)
    desk.shot("case-volumes")
    clean(north)
    dialog.get_by_role("button", name="Offer it").click()
    until(lambda: phase(nodes, case) == ("proposed", "proposed"))
    [offered] = nodes.south.side.case(case).proposals
    [volume] = offered.change["volumes"]
    assert volume["ground"]["centre_e7"] == [245_000_000, 340_000_000]
    assert volume["ground"]["radius_dmm"] == 50_000_000
    assert (volume["lower"]["value_dmm"], volume["upper"]["value_dmm"]) == (3_048_000, 6_096_000)
    # South offers another; both wait
    other_desk.go("cases", case)
    south.get_by_role("button", name="Propose a change").click()
    there = south.get_by_role("dialog")
    there.get_by_label("Change", exact=True).select_option("cancel")
    there.get_by_role("button", name="Offer it").click()
    until(lambda: phase(nodes, case) == ("countered", "countered"))
    expect(north.locator(".proposals > .card")).to_have_count(2)
    desk.shot("case-countered")
    north.get_by_role("button", name="Take it back").click()
    until(lambda: nodes.south.side.case(case).phase == "proposed")
    north.get_by_role("button", name="Raise to the commander").click()
    north.get_by_role("dialog").get_by_role("button", name="Raise to the commander").click()
    expect(south.get_by_text(said("they raised it to the commander"))).to_be_visible()


def test_a_case_is_a_file_that_can_be_verified(desk: Seen, nodes: Two, tmp_path: Path) -> None:
    page = desk.page
    desk.allowed.append("404")
    case = a_case(nodes, 28.0, "Heron 3", "Kite 6")
    desk.go("cases", case)
    with page.expect_download() as download:
        page.get_by_role("button", name="Record of the case").click()
    kept = tmp_path / "case.record"
    download.value.save_as(kept)
    assert b"case.opened" in kept.read_bytes()


@pytest.mark.parametrize("code", ["ar", "ru"])
def test_it_is_all_in_another_language(desk: Seen, nodes: Two, code: str) -> None:
    page = desk.page
    desk.allowed.append("404")
    [case, *_] = [each.case for each in nodes.north.side.cases() if each.phase != "closed"]
    desk.language(code)
    page.evaluate("document.documentElement.dataset.light = 'night'")
    desk.go("cases", case)
    page.locator(".sides .card .volumes").first.wait_for()
    desk.shot(f"case-{code}", whole=True)
    clean(page)
    text = page.inner_text("main")
    assert not any(f"{area}." in text for area in ("plans", "cases", "core"))


def test_each_code_has_words() -> None:
    known = words_for("cases")
    assert {f"words_{each}" for each in PHASES} <= known
