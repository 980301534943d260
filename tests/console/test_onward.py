"""What others released: taken, asked to go further, consented to by two keys, and taken back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, get_args

import pytest
from playwright.sync_api import expect

from tests.console import told
from tests.console.seen import Seen
from tests.console.two import One, Two, until
from wideberth.desk.release_said import Subjects
from wideberth.formats import release_file
from wideberth.ledger import approval
from wideberth.ledger.approval import Subject
from wideberth.model.release import Asking
from wideberth.node.onward_views import STANDINGS

Found = dict[str, Any]


def ask(one: One, method: str, path: str, body: object = None) -> Found:
    return one.side._duty.ask(method, path, Found, body)


@pytest.fixture(scope="module")
def given(nodes: Two) -> str:
    """A release of North's that stands on the line to South, and may go further with consent; its id."""
    told.agree(nodes, {'onward = "never"': 'onward = "consent"'})
    made = told.plan(nodes.north, "Coast survey")
    said = {"recipient": "South", "party": nodes.south.party.id}
    ask(nodes.north, "POST", "/v1/recipients", said)
    ask(nodes.south, "POST", "/v1/recipients", {"recipient": "Observers"})
    [found] = nodes.north.side._duty.ask("POST", "/v1/releases", list[Found], {
        "recipients": ["South"], "title": "Survey flights", "caveats": {"onward": True},
        "records": [{"kind": "plan", "of": made.plan, "level": "full"}],
    })  # fmt: skip
    subject = Subject("release", bytes.fromhex(found["index"]))
    approvals = [approval.write(approval.sign(subject, seed)).decode() for seed in nodes.north.party.officers]
    place = f"/v1/releases/{found['release']}"
    ask(nodes.north, "POST", f"{place}/approvals", {"approvals": approvals})
    ask(nodes.north, "POST", f"{place}/send", {})
    until(lambda: nodes.south.side._duty.ask("GET", "/v1/received", list[Found]) != [])
    return str(found["release"])


def test_every_code_has_words() -> None:
    assert told.worded("onward", "standing", list(STANDINGS)) == []
    assert told.worded("onward", "means", [*STANDINGS, *get_args(Asking)]) == []
    assert told.worded("onward", "phase", get_args(Asking)) == []
    assert told.worded("onward", "kind", get_args(Subjects)) == []


def test_it_goes_further_only_with_two_signatures(
    desk: Seen, other_desk: Seen, nodes: Two, given: str, tmp_path: Path
) -> None:
    south, page = other_desk, other_desk.page
    south.go("onward")
    told.clean(south)
    page.get_by_role("link", name="Survey flights").click()
    page.get_by_text("Nothing of it went further from here.").wait_for()
    told.clean(south)
    told.tall(south, "onward-received")
    data = told.saved(south, page.get_by_role("button", name="Take the file"), tmp_path)
    assert release_file.read(data).wrong == ()
    page.locator(".handed").get_by_text(hashlib.sha256(data).hexdigest()).wait_for()
    page.get_by_role("link", name="Ask to pass it on").click()
    page.get_by_label("To whom it would go").wait_for()
    expect(page.get_by_label("Which one")).to_have_value(given)
    page.get_by_label("Why").fill("They watch the coast")
    told.clean(south)
    south.shot("onward-ask")
    page.get_by_role("button", name="Ask the other party").click()
    page.get_by_text("Silence is no consent.").last.wait_for()
    # at North it is due, in Russian
    desk.go("onward")
    desk.language("ru")
    desk.page.get_by_text("НУЖЕН ОТВЕТ").wait_for()
    desk.page.get_by_role("link", name="Observers").click()
    box = desk.page.get_by_role("region", name="Подписывают два офицера")
    box.wait_for()
    told.clean(desk)
    told.tall(desk, "onward-asked-ru")
    sha256 = box.locator("code.long").inner_text()
    text = desk.page.locator(".exact").first.inner_text()
    assert hashlib.sha256(text.encode()).hexdigest() == sha256
    box.locator("input[type=file]").set_input_files(told.files(nodes.north, "release", sha256, tmp_path))
    box.get_by_role("button", name="Передать обе подписи: согласие").click()
    desk.page.get_by_role("button", name="Взять согласие назад").wait_for()
    # and South may draw it up for its recipient
    page.get_by_role("heading", name="consented").wait_for()
    [asked] = south.ask("GET", "/v1/onward")
    assert (asked["phase"], asked["signatures"]) == ("consented", 2)
    south.go("onward", "release", nodes.line, given)
    page.get_by_role("link", name="Draw up a release of it").click()
    page.get_by_label("What it is called").fill("From North")
    expect(page.get_by_label("Survey flights", exact=True)).to_be_checked()
    page.get_by_role("button", name="Draw it up", exact=True).click()
    page.get_by_text("may go", exact=True).wait_for()
    told.clean(south)
    # until North takes it back
    desk.page.get_by_role("button", name="Взять согласие назад").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Взять согласие назад").click()
    until(lambda: south.ask("GET", "/v1/onward")[0]["phase"] == "declined")
    south.go("releases")
    page.get_by_role("link", name="From North").click()
    page.get_by_text("MAY NOT GO").wait_for()
    told.clean(south)


def test_a_concern_goes_to_its_author(other_desk: Seen, nodes: Two, given: str) -> None:
    page = other_desk.page
    other_desk.go("onward", "release", nodes.line, given)
    page.get_by_role("button", name="Raise a concern").click()
    page.get_by_label("What is feared").fill("A part was published.")
    page.get_by_label("Which assurance").fill("that nobody else has it")
    told.clean(other_desk)
    page.get_by_role("button", name="Raise it").click()
    page.get_by_text("The concern is on its way.").wait_for()
    until(lambda: nodes.north.side._duty.ask("GET", "/v1/statements", list[Found]) != [])


def test_what_is_recalled_is_unmistakable(desk: Seen, other_desk: Seen, nodes: Two, given: str) -> None:
    desk.go("releases", given)
    desk.page.get_by_role("button", name="Recall it").click()
    desk.page.get_by_role("button", name="Recall it now").click()
    other_desk.go("onward", "release", nodes.line, given)
    other_desk.page.get_by_role("heading", name="RECALLED").wait_for()
    other_desk.page.get_by_text("Somebody here has taken a copy").wait_for()
    expect(other_desk.page.get_by_role("button", name="Take the file")).to_have_count(0)
    told.clean(other_desk)
    other_desk.language("ar")
    other_desk.page.get_by_text("مستردّ").first.wait_for()
    told.clean(other_desk)
    other_desk.shot("onward-recalled-ar")
