"""The blind check on a line: NOT CHECKED, plans that meet, a cell asked about, a run opened."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tests.console import told
from tests.console.seen import Seen
from tests.console.two import One, Two, until
from wideberth.blind.check import WHY, Outcome
from wideberth.blind.rules import Mode
from wideberth.model.blind import AuditPhase
from wideberth.node.blind_audit_views import PROVEN
from wideberth.node.blind_views import BlindView

BLIND = """
[blind]
mode = "escalate"
every = "1min"
horizon = "3d"
start_level = 12
floor_level = 16
terms = 20000
matched_percent = 100
cells_a_day = 2000
audits_a_day = 4
timeout = "1min"
"""
RUN = 240.0
"""Seconds in which a run comes to its end on a busy machine: one begins each minute."""


def test_every_code_has_words() -> None:
    for beginning, codes in (
        ("now", get_args(Outcome)), ("do", get_args(Outcome)), ("mode", get_args(Mode)), ("why", list(WHY)),
        ("audit", get_args(AuditPhase)), ("audit_means", get_args(AuditPhase)),
        ("proven", list(PROVEN)), ("proves", list(PROVEN)),
    ):  # fmt: skip
        assert told.worded("blind", beginning, codes) == []


def view(one: One, line: str) -> BlindView:
    return one.node.room.blind.one(line)


@pytest.fixture(scope="module")
def agreed(nodes: Two) -> Two:
    told.agree(nodes, {'level = "full"': 'level = "conflict-only"'}, BLIND)
    return nodes


def test_without_terms_it_is_not_checked(desk: Seen, nodes: Two) -> None:
    desk.go("blind")
    desk.page.locator(".blind-now", has_text="NOT CHECKED").wait_for()
    desk.page.get_by_text("no blind check is agreed").wait_for()
    told.clean(desk)
    desk.go("blind", nodes.line)
    desk.page.locator(".blind-big", has_text="NOT CHECKED").wait_for()
    told.clean(desk)
    desk.language("ar")
    desk.page.locator(".blind-big", has_text="لم يُفحص").wait_for()
    told.clean(desk)
    desk.shot("blind-not-checked-ar")


def test_plans_that_meet_are_found_and_a_cell_is_asked_about(
    desk: Seen, other_desk: Seen, agreed: Two, tmp_path: Path
) -> None:
    nodes, page = agreed, desk.page
    mine = told.plan(nodes.north, "Coast survey", hours=4)
    told.plan(nodes.south, "Coast mapping", 33.07, hours=4)
    desk.go("blind", nodes.line)
    until(lambda: view(nodes.north, nodes.line).now == "matched", RUN)
    page.locator(".blind-big", has_text="PLANS MEET").wait_for()
    page.get_by_role("heading", name="Plans that meet").wait_for()
    assert (
        page.get_by_role("link", name="Coast survey", exact=True).get_attribute("href")
        == f"#/plans/{mine.plan}"
    )
    told.clean(desk)
    told.tall(desk, "blind-matched")
    # one cell of the set to which South was bound, for the case that was opened
    until(lambda: nodes.north.side.cases() != [])
    standing = view(nodes.north, nodes.line).standing
    assert standing is not None
    cell = standing.cells[0]
    west, south, east, north = cell.area
    desk.go("blind", nodes.line, "audit", standing.session)
    page.get_by_label("Place", exact=False).first.fill(f"{(south + north) / 2:.5f} {(west + east) / 2:.5f}")
    page.get_by_label("Altitude").fill(f"{(cell.lower_m + (cell.upper_m or cell.lower_m)) / 2:.0f}m HAE")
    page.get_by_label("At (UTC)").fill(cell.start[:19])
    told.clean(desk)
    page.get_by_role("button", name="Write the question").click()
    box = page.get_by_role("region", name="Two officers sign")
    box.wait_for()
    told.tall(desk, "blind-question")
    told.signed(box, nodes.north, "audit", tmp_path)
    box.get_by_role("button", name="Hand in both signatures: ask").click()
    page.locator("article[data-audit]").wait_for()
    # South sees it, and agrees
    other_desk.go("blind", nodes.line, "audit")
    box = other_desk.page.get_by_role("region", name="Two officers sign")
    box.wait_for(timeout=60_000)
    told.clean(other_desk)
    other_desk.shot("blind-agree")
    told.signed(box, nodes.south, "audit", tmp_path)
    box.get_by_role("button", name="Hand in both signatures: agree").click()
    page.locator("article[data-audit]", has_text="PRESENT").wait_for(timeout=60_000)
    told.clean(desk)
    told.tall(desk, "blind-proven")
    # a whole run of one's own, for an arbiter
    desk.go("blind", nodes.line, "open", standing.session)
    box = page.get_by_role("region", name="Two officers sign")
    box.wait_for()
    told.clean(desk)
    told.signed(box, nodes.north, "audit", tmp_path)
    data = told.saved(desk, box.get_by_role("button", name="Hand in both signatures"), tmp_path)
    assert len(data) > 1_000
    page.get_by_text("wideberth blind arbiter run.opened").wait_for()
