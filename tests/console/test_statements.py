"""Statements by clicks: a claim query, a concern, a policy, asked at one node and answered at the other."""

from __future__ import annotations

from typing import get_args

from playwright.sync_api import expect

from tests.console.axe import clean
from tests.console.seen import Seen
from tests.console.two import Two, until
from tests.console.worded import button, known
from wideberth.model import statement
from wideberth.model.agreement import Precedence
from wideberth.node.statement_views import StatementView

DOUBTFUL = "409"
"""What is refused is in the browser's log too."""


def test_every_code_has_words() -> None:
    words = known("statements")
    phases = {each.replace(" ", "_") for each in statement.PHASES}
    assert {f"phase_{each}" for each in phases} | {f"phase_words_{each}" for each in phases} <= set(words)
    for what in ("kind", "new", "what", "send", "sent", "silence"):
        assert {f"{what}_{each}" for each in statement.KINDS} <= set(words), what
    answers = {f"answer_{side}_{each}" for side in ("ours", "theirs") for each in statement.ANSWERS}
    assert answers | {f"say_{each}" for each in statement.ANSWERS} <= set(words)
    assert {f"assurance_{each}" for each in statement.ASSURANCES} <= set(words)
    assert {f"precedence_{each}" for each in get_args(Precedence)} <= set(words)


def at(nodes: Two, side: str, kind: str) -> StatementView:
    """The newest statement of a kind, as a node has it."""
    one = nodes.north if side == "north" else nodes.south
    return next(each for each in one.node.room.statements.all() if each.kind == kind)


def there(nodes: Two, side: str, kind: str) -> bool:
    one = nodes.north if side == "north" else nodes.south
    return any(each.kind == kind for each in one.node.room.statements.all())


def test_whether_something_is_theirs_is_asked_and_answered(nodes: Two, desk: Seen, other_desk: Seen) -> None:
    page, far = desk.page, other_desk.page
    for each in (desk, other_desk):
        each.allowed += [DOUBTFUL]
    desk.go("statements")
    page.get_by_role("link", name="Is this yours?").click()
    page.get_by_label("What was seen").fill("a column of about 500")
    page.get_by_label("Place", exact=True).fill("35.3367, 40.1408")
    page.get_by_label("Words about the place").fill("40 km west of Deir ez-Zor")
    button(page, "Ask").click()
    despite = page.get_by_label("I have asked about the place: say it all the same")
    expect(despite).to_be_visible()  # the words and the place do not agree
    clean(page)
    desk.shot("statements-claim", whole=True)
    page.get_by_label("Words about the place").fill("at Deir ez-Zor")
    button(page, "Ask").click()
    page.wait_for_selector("main blockquote.said")
    expect(page.get_by_text("that is not a no, and not a yes").first).to_be_visible()

    until(lambda: there(nodes, "south", "claim"))
    other_desk.go("statements")
    far.get_by_role("link", name="a column of about 500").click()
    expect(far.get_by_role("heading", name="Claim query")).to_be_visible()
    clean(far)
    other_desk.shot("statements-asked", whole=True)
    button(far, "No, not ours").click()
    asked = far.get_by_role("dialog")
    clean(far)
    button(asked, "No, not ours").click()
    until(lambda: at(nodes, "north", "claim").phase == "answered")
    expect(page.get_by_text("No, it is not theirs")).to_be_visible()
    desk.language("ar")
    expect(page.get_by_text("لا، ليس لهم").first).to_be_visible()
    clean(page)
    desk.shot("statements-answered-ar", whole=True)
    desk.language("en")
    button(page, "Withdraw").click()
    button(page.get_by_role("dialog"), "Withdraw").click()
    until(lambda: at(nodes, "south", "claim").phase == "withdrawn")


def test_a_concern_is_answered_kept_open_and_taken_as_answered(
    nodes: Two, desk: Seen, other_desk: Seen
) -> None:
    page, far = desk.page, other_desk.page
    desk.go("statements", "new", "concern")
    page.get_by_label("The worry").fill("What we share may travel on.")
    page.get_by_label("Assurance requested").fill("That it stays with you.")
    page.get_by_label("Precedence").select_option("priority")
    button(page, "Raise it").click()
    page.wait_for_selector("main blockquote.said")

    until(lambda: there(nodes, "south", "concern"))
    other_desk.go("statements")
    far.get_by_role("link", name="What we share may travel on.").click()
    for given, text in (("partly", "For what is marked so."), ("yes", "For all of it.")):
        button(far, "Answer it").click()
        asked = far.get_by_role("dialog")
        asked.get_by_label("Assurance", exact=False).first.select_option(given)
        asked.get_by_label("Text").fill(text)
        button(asked, "Send").click()
        expect(page.get_by_text(text)).to_be_visible()
        if given == "partly":
            button(page, "Still open").click()
            button(page.get_by_role("dialog"), "Still open").click()
            until(lambda: at(nodes, "south", "concern").phase == "still open")
    button(page, "Take the answer as one").click()
    until(lambda: at(nodes, "south", "concern").phase == "accepted as answered")
    clean(page)
    desk.shot("statements-concern", whole=True)


def test_a_policy_of_an_area_is_stated_read_and_amended(nodes: Two, desk: Seen, other_desk: Seen) -> None:
    page, far = desk.page, other_desk.page
    desk.go("statements", "new", "policy")
    page.get_by_label("The position").fill("No drones above the coast.")
    page.get_by_label("Legal basis").fill("Own law 12.")
    page.get_by_label("Area", exact=True).select_option("circle")
    page.get_by_label("Round this place").fill("35.3, 35.8")
    page.get_by_label("Radius, m").fill("20000")
    page.get_by_label("To height").fill("high")
    button(page, "State it").click()
    expect(page.get_by_text("Say it as in the examples")).to_be_visible()
    page.get_by_label("To height").fill("5000 ft MSL")
    clean(page)
    desk.shot("statements-policy", whole=True)
    button(page, "State it").click()
    page.wait_for_selector("main blockquote.said")
    [volume] = at(nodes, "north", "policy").area.volumes  # type: ignore[union-attr]  # of a policy
    assert volume["upper"] == {"value": 1524, "unit": "m", "datum": "MSL"}

    until(lambda: there(nodes, "south", "policy"))
    other_desk.go("statements")
    far.get_by_role("link", name="No drones above the coast.").click()
    button(far, "Acknowledge: read").click()
    until(lambda: at(nodes, "north", "policy").acknowledged is not None)
    button(far, "Respond").click()
    asked = far.get_by_role("dialog")
    asked.get_by_label("Text").fill("We know of no such law.")
    button(asked, "Send").click()
    expect(page.get_by_text("We know of no such law.")).to_be_visible()
    page.get_by_role("link", name="Next version").click()
    page.get_by_label("The position").fill("No drones above the coast by night.")
    button(page, "State it").click()
    until(lambda: at(nodes, "south", "policy").version == 2)
    assert at(nodes, "south", "policy").text == "No drones above the coast by night."
