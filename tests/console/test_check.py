"""The CHECK call and the bar of alarms: from what rings to CHECK sent, in two actions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.console import alarmed
from tests.console.axe import faults
from tests.console.seen import Seen
from tests.console.two import Two, until
from wideberth.model import ring
from wideberth.model.call import ANSWERS, CHECK

WORDS = Path(__file__).parents[2] / "src/wideberth/web/console/words"
PO = Path(__file__).parents[2] / "src/wideberth/data/phrases"
FIRST = ".alarms[data-loud=true] .first-alarm strong"


def sent(nodes: Two, where: str = "south") -> list[str]:
    """CHECKs that have come to a node."""
    node = getattr(nodes, where).node
    return [each.call for each in node.room.calls.all() if each.code == CHECK and not each.mine]


def test_each_code_has_words() -> None:
    known = json.loads((WORDS / "rings.json").read_text())
    wanted = {f"{what}_{why.replace('.', '_')}" for what in ("why", "do") for why in ring.WHY}
    wanted |= {f"step_{step}" for step in ring.STEPS}
    assert wanted <= set(known)
    assert {f"answer_{each}" for each in ANSWERS} <= set(json.loads((WORDS / "check.json").read_text()))


@pytest.mark.parametrize("language", ["ru", "he", "ar"])
def test_what_is_shown_is_what_the_phrase_book_says(language: str) -> None:
    said = json.loads((WORDS / "check.json").read_text())["said"]
    text = (PO / f"{language}.po").read_text()
    found = re.search(r'msgctxt "phrase.CHECK.text"\nmsgid "(.*)"\nmsgstr "(.*)"', text)
    assert found is not None
    assert (said["en"], said[language]) == found.groups()


def test_from_the_alarm_to_check_sent_and_taken(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.allowed.append("404")  # core/place.js may not be there
    before = sent(nodes)
    page.evaluate(
        """() => {
            window.tones = 0;
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...given) {
                window.tones += 1;
                return start.apply(this, given);
            };
        }"""
    )
    calls = alarmed.called(nodes, nodes.north)
    page.wait_for_selector(FIRST)
    until(lambda: bool(page.evaluate("window.tones > 3")))  # it goes on until somebody takes it
    expect(page.locator(".alarms").first).to_contain_text("They call us", use_inner_text=True)
    assert faults(page) == []
    desk.shot("alarm-en")
    desk.press("c")
    page.wait_for_selector("dialog[data-dialog=check] button.send:focus")
    expect(page.locator("dialog").first).to_contain_text("Stop now, check", use_inner_text=True)
    desk.shot("check-en")
    assert faults(page) == []
    desk.press("Enter")
    page.wait_for_selector("dialog[data-dialog=check-sent]")
    until(lambda: len(sent(nodes)) == len(before) + 1)
    mine = next(each for each in sent(nodes) if each not in before)
    view = nodes.south.node.room.calls.one(mine)
    assert view.fields["place"] == alarmed.PLACE
    assert (view.to, view.precedence) == ("duty officer", "flash")
    page.get_by_text("Call by voice if it is not taken").wait_for()
    page.wait_for_selector(".ladder li.done:nth-child(2)")
    desk.shot("check-sent-en")
    assert faults(page) == []
    nodes.south.node.room.calls.take(mine, "duty officer", "en")
    page.wait_for_selector(".ladder li.done:nth-child(4)")
    nodes.south.node.room.calls.read_back(mine, {"place": alarmed.PLACE}, "duty officer")
    page.wait_for_selector(".ladder li.done:nth-child(5)")
    desk.press("Escape")
    # the alarm itself is taken by one key
    desk.press("a")
    until(lambda: nodes.north.node.room.calls.one(calls[0]).taken_by == "duty officer")
    page.wait_for_selector(".alarms[data-loud=false]")
    alarmed.over(nodes, [*calls, mine])


def test_where_the_place_is_not_known_it_is_asked_for(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.allowed += ["404", "409"]  # the doubts come as a refusal
    page.wait_for_selector(".age.current")
    before = sent(nodes)
    desk.press("c")
    page.wait_for_selector("dialog input[name=place]:focus")
    page.get_by_text("The place is not known: say where.").wait_for()
    page.keyboard.type("0.00001, 0.00001")
    desk.press("Enter")
    # the node doubts it: nothing is sent, and one button sends it all the same
    page.get_by_text("The node doubts this place. Nothing was sent yet.").wait_for()
    expect(page.locator("dialog .card").first).to_contain_text("0, 0", use_inner_text=True)
    desk.shot("check-doubts")
    assert sent(nodes) == before
    page.get_by_role("button", name="Send all the same").click()
    page.wait_for_selector("dialog[data-dialog=check-sent]")
    until(lambda: len(sent(nodes)) == len(before) + 1)
    alarmed.over(nodes, [each for each in sent(nodes) if each not in before])


def test_with_many_alarms_the_bar_stays_small_and_is_in_arabic(desk: Seen, nodes: Two) -> None:
    page = desk.page
    desk.allowed.append("404")
    calls = alarmed.called(nodes, nodes.north, number=30)
    page.wait_for_selector(".alarms[data-ringing='30']")
    desk.language("ar")
    page.wait_for_selector(".alarms[data-ringing='30'] .first-alarm strong")
    box = page.locator(".alarms").bounding_box()
    assert box is not None
    assert box["height"] < 90
    desk.shot("alarms-ar")
    page.locator(".alarms .more").click()
    rows = page.locator(".all-alarms li")
    expect(rows).to_have_count(30)
    assert faults(page) == []
    desk.shot("alarms-list-ar")
    page.fill(".all-alarms input", calls[7])
    expect(rows).to_have_count(1)
    # what has not changed is not drawn again: the element is the same after one alarm is over
    page.fill(".all-alarms input", "")
    page.evaluate("for (const each of document.querySelectorAll('.all-alarms li')) each.mine = true")
    rows.nth(3).get_by_role("button").click()
    page.wait_for_selector(".alarms[data-ringing='29']")
    kept = page.evaluate("[...document.querySelectorAll('.all-alarms li')].filter(each => each.mine).length")
    assert kept == 29
    desk.press("Escape")
    desk.press("c")
    page.wait_for_selector("dialog[data-dialog=check] button.send:focus")
    expect(page.locator("dialog").first).to_contain_text("توقفوا الآن", use_inner_text=True)
    expect(page.locator("dialog").first).to_contain_text("Stop now, check", use_inner_text=True)
    desk.shot("check-ar")
    assert faults(page) == []
    desk.press("Escape")
    desk.language("en")
    alarmed.over(nodes, calls)
