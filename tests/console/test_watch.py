"""Live tracks in the console: what is heard, whose it is, an alert that is drawn, taken and called."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.console import axe
from tests.console.seen import Seen
from tests.console.test_console_files import known
from tests.console.two import Two, until
from wideberth.model import alert, track
from wideberth.model.track import Report, Velocity
from wideberth.node.clock import SYSTEM
from wideberth.node.node import Node
from wideberth.space.altitude import Altitude
from wideberth.space.units import DEGREE, FOOT, METRE

KNOT = 514
"""mm/s."""


def report(name: str, callsign: str, km: float, course: float) -> Report:
    """So many kilometres east of a place, at 100 knots, now."""
    point = round((33.0 + km / 92) * DEGREE), round(34.4 * DEGREE)
    velocity = Velocity(100 * KNOT, round(course * DEGREE), 0)
    level = Altitude("MSL", 1_500 * FOOT)
    at = SYSTEM.now()
    return Report("radar", name, at, point, 20 * METRE, level, 10 * METRE, velocity, 0, callsign, "aircraft")


def heard(node: Node, apart: float) -> None:
    """Head on."""
    half = (14.0 - apart) / 2
    both = [report("icao:aaaaa1", "HERON 1", half, 90), report("icao:bbbbb2", "KITE 2", half + apart, 270)]
    node.room.watch.take(both)
    node.room.watch.step()


def closing(node: Node) -> bool:
    heard(node, 9.0)
    return any(each.kind == "closing" and each.phase == "raised" for each in node.room.watch.alerts())


def test_from_a_track_to_an_alert_that_is_taken(desk: Seen, nodes: Two) -> None:
    page, node = desk.page, nodes.north.node
    desk.go("watch")
    page.get_by_text("Nothing is heard: nothing is known").wait_for()
    assert "no known conflict" not in page.inner_text("main")
    heard(node, 9.1)
    page.get_by_role("link", name="HERON 1").first.click()
    desk.shown("watch")
    axe.check(page)
    page.get_by_label("Whose").select_option("own")
    page.get_by_label("On which own plan").wait_for()
    page.get_by_role("button", name="Say it").click()
    page.get_by_text("It counts from the next look on").wait_for()
    desk.shot("watch-track")
    label = desk.ask("GET", "/v1/lines")[0]["label"]
    desk.go("watch", "tracks", "icao:bbbbb2")
    page.get_by_label("Whose").select_option(label)
    page.get_by_role("button", name="Say it").click()
    until(lambda: closing(node))
    desk.go("watch")
    page.get_by_role("link", name="Two tracks lose their separation", exact=True).click()
    page.get_by_role("heading", name="Two tracks lose their separation").wait_for()
    page.get_by_text("gives way").first.wait_for()
    # figures change while somebody is about to press it
    page.locator(".watch-actions button.danger").evaluate("each => { each.dataset.kept = 'yes'; }")
    for _ in range(2):
        heard(node, 9.0)
        with page.expect_response(lambda found: "/v1/watch/alerts/" in found.url):
            pass
    expect(page.locator(".watch-actions [data-kept=yes]")).to_be_visible()
    axe.check(page)
    desk.shot("watch-alert")
    page.get_by_role("button", name="Draw it").click()
    page.wait_for_selector("img.watch-picture")
    until(lambda: bool(page.evaluate("document.querySelector('img.watch-picture').naturalWidth > 500")))
    desk.shot("watch-picture", whole=True)
    page.get_by_label("In which role").fill("deputy")
    page.get_by_role("button", name="I have it").click()
    page.get_by_text("Taken by").wait_for()
    [one] = [each for each in node.room.watch.alerts(over=True) if each.kind == "closing"][:1]
    assert one.acknowledged_by == "deputy"
    desk.language("ar")
    axe.check(page)
    desk.shot("watch-alert-ar")
    page.locator("html").evaluate("each => { each.dataset.light = 'night' }")
    axe.check(page)
    desk.shot("watch-alert-ar-night")
    desk.language("en")


def test_each_code_has_words() -> None:
    words = known()["watch"]
    for group, codes in (
        ("kind", alert.KINDS),
        ("phase", alert.PHASES),
        ("why", alert.WHY),
        ("precedence", ("flash", "immediate", "priority", "routine")),
        ("track", track.KINDS),
        ("how", track.HOWS),
        ("doubt", track.DOUBTS),
        ("state", ("live", "stale", "lost")),
        ("source", ("live", "connecting", "silent", "down", "file")),
    ):
        for code in codes:
            assert f"{group}_{code}" in words, code
