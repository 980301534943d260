"""The duty officer's screen: what is now, what is next, who has not acknowledged, who is on duty."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.console import alarmed
from tests.console.axe import faults
from tests.console.seen import Seen
from tests.console.two import One, Two, until
from wideberth.formats import native
from wideberth.formats.times import to_rfc3339
from wideberth.model import alert, case, plan, presence

WORDS = Path(__file__).parents[2] / "src/wideberth/web/console/words"
MINUTE = 60_000


def filed(one: One, label: str, lon: float, begin_min: float, last_min: float) -> dict[str, object]:
    """A plan of a kilometre's radius that begins in so many minutes, as native JSON."""
    now = one.node.clock.now()
    start, end = (to_rfc3339(now + int(each * MINUTE)) for each in (begin_min, begin_min + last_min))
    ground = {"type": "circle", "centre": [lon, 33.2], "radius_m": 1000, "slack_m": 0}
    lower, upper = ({"value": each, "unit": "ft", "datum": "MSL"} for each in (1000, 2000))
    pad = {"h_m": 0, "v_m": 0, "t_s": 0}
    volume = {
        "ground": ground,
        "lower": lower,
        "upper": upper,
        "start": start,
        "end": end,
        "band": None,
        "pad": pad,
    }
    return {
        "activity": "survey", "state": "accepted", "priority": 0, "label": label, "callsign": label.upper(),
        "note": "", "variant_of": None, "review": None, "volumes": [volume],
    }  # fmt: skip


def test_each_code_has_words() -> None:
    known = json.loads((WORDS / "duty.json").read_text())
    wanted = {f"state_{each}" for each in plan.STATES} | {f"phase_{each}" for each in case.PHASES}
    wanted |= {f"presence_{each}" for each in presence.PHASES} | {f"post_{each}" for each in presence.POSTS}
    assert wanted <= set(known)
    rings = json.loads((WORDS / "rings.json").read_text())
    assert {f"why_alert_{each}" for each in alert.KINDS} <= set(rings)
    assert {f"precedence_{each}" for each in alert.PRECEDENCE.values()} <= set(rings)


def test_an_officer_comes_on_and_sees_the_next_hour(desk: Seen, nodes: Two) -> None:
    page = desk.page
    page.get_by_text("no known conflict, as of").wait_for()
    page.get_by_text("Nothing is known to be active.").wait_for()
    desk.shot("duty-quiet-en")
    page.get_by_role("button", name="Take the post: Officer").click()
    page.get_by_role("button", name="I am here").wait_for()
    assert nodes.north.node.people.watch()["officer"].user is not None
    page.get_by_role("button", name="I am here").click()
    page.get_by_text("Written down: you are here.").wait_for()
    desk.ask("POST", "/v1/plans", {"plans": [filed(nodes.north, "Coast survey", 35.2, 40, 60)]})
    page.locator(".next").get_by_text("Coast survey").wait_for()
    expect(page.locator(".next").first).to_contain_text("39 min", use_inner_text=True)
    until(lambda: bool(nodes.south.side.notices(nodes.line)))
    # theirs in the same place: a case, counted first
    ridge = filed(nodes.south, "Ridge survey", 35.205, 45, 60)
    nodes.south.side.submit([native.read_plan({**ridge, "party": "-", "id": "-"}, "plan")])
    page.wait_for_selector(".headline .open-cases")
    expect(page.locator(".headline").first).to_contain_text("open case", use_inner_text=True)
    page.locator(".next").get_by_text("RIDGE SURVEY").wait_for()
    ours = page.locator(".next li").filter(has_text="Coast survey")
    expect(ours).to_contain_text("may not begin")  # the case holds it back
    calls = alarmed.called(nodes, nodes.north, number=3)
    page.locator(".open").get_by_text("their call: take it").first.wait_for()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("main => main.scrollHeight <= main.clientHeight + 1", page.query_selector("main"))
    assert faults(page) == []
    desk.shot("duty-busy-en")
    desk.language("ar")
    page.wait_for_selector(".headline .open-cases")
    page.locator(".next").get_by_text("RIDGE SURVEY").wait_for()
    assert faults(page) == []
    desk.shot("duty-busy-ar")
    page.evaluate("document.documentElement.dataset.light = 'night'")
    assert faults(page) == []
    desk.shot("duty-night-ar")
    desk.language("en")
    # CHECK about what is shown, before what rings: the place of the conflict, on its line
    desk.allowed += ["404", "Failed to fetch dynamically imported module"]
    of = nodes.north.side.cases()[0].case
    page.evaluate("to => { location.hash = to }", f"#/cases/{of}")
    page.wait_for_selector("main[data-shown=cases]")
    desk.press("c")
    page.wait_for_selector("dialog[data-dialog=check] button.send:focus")
    lat, lon = map(float, page.input_value("dialog input[name=place]").split(","))
    assert abs(lat - 33.2) < 0.02
    assert abs(lon - 35.2) < 0.02
    expect(page.locator("dialog").first).to_contain_text("what is shown", use_inner_text=True)
    desk.press("Escape")
    alarmed.over(nodes, calls)


def test_a_tablet_scrolls_and_a_line_that_is_lost_is_said(desk: Seen, nodes: Two) -> None:
    page = desk.page
    page.set_viewport_size({"width": 820, "height": 1180})
    page.locator(".lines").get_by_text("South").wait_for()
    desk.shot("duty-tablet-en")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="South").first.click()
    page.wait_for_selector("main[data-shown=lines]")
