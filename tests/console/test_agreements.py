"""Agreements by clicks: a second version drafted, compared, proposed, signed by four officers; suspended."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.console.axe import clean
from tests.console.seen import Seen
from tests.console.two import One, Two, until
from tests.console.worded import button, known, worded
from wideberth.desk.differences import items
from wideberth.formats import agreement
from wideberth.ledger import ids
from wideberth.node.views import VersionView
from wideberth.story import parties

EFFECTS = ("stricter", "looser", "narrower", "wider", "changed")
REFUSED = "400"
"""What is refused is in the browser's log too."""
BOUNDS = "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"


def versions(one: One, line: str) -> list[VersionView]:
    return list(one.node.agreed.of(line).versions)


def test_every_code_has_words(nodes: Two) -> None:
    words = known("agreements")
    [terms] = [each.terms for each in versions(nodes.north, nodes.line)]
    said = {f"what_{each.what}" for each in items(agreement.read(terms.encode()).agreement)}
    said |= {f"what_{each}" for each in ("allotments", "blind", "watch", "release", "area", "qnh", "ground")}
    assert said | {f"effect_{each}" for each in EFFECTS} <= set(words)
    standing = {"in_force", "suspended", "ended", "ignored", "no_longer", "not_in_force"}
    assert standing <= set(words)


def signed_in_files(one: One, found: VersionView, folder: Path) -> list[Path]:
    """What the two officers of a party sign on their own machines."""
    number = ids.unbase32(found.agreement, 16, "agreement")
    files = []
    for n, text in enumerate(parties.approvals(one.party, number, found.terms.encode())):
        path = folder / f"{one.party.name}-{n}.approval"
        path.write_text(f"{text}\n")
        files.append(path)
    return files


def handed_in(seen: Seen, files: list[Path]) -> None:
    page = seen.page
    button(page, "Hand in signatures from files").click()
    asked = page.get_by_role("dialog")
    asked.locator("input[type=file]").set_input_files(files)
    button(asked, "Hand in signatures from files").click()
    asked.wait_for(state="detached")


def test_a_second_version_is_agreed_by_four_officers(
    nodes: Two, desk: Seen, other_desk: Seen, tmp_path: Path
) -> None:
    page, far = desk.page, other_desk.page
    desk.allowed.append(REFUSED)
    desk.go("agreements", nodes.line)
    expect(page.get_by_text("in force", exact=True).first).to_be_visible()
    clean(page)
    desk.shot("agreements-line", whole=True)
    page.get_by_role("link", name="Propose the next version").click()
    button(page, "Write a draft").click()
    text = page.get_by_label("Terms", exact=False).last
    expect(text).to_have_value(re.compile(r"^version = 2$", re.MULTILINE))
    draft = text.input_value()
    text.fill(draft.replace("[clocks]", "[clocs]"))
    button(page, "Read it and compare").click()
    expect(page.get_by_text("terms.unknown_key")).to_be_visible()
    expect(page.get_by_text(re.compile("Line .*of the text"))).to_be_visible()
    assert page.evaluate(f"document.activeElement.value.slice(...{BOUNDS})") == "[clocs]"
    clean(page)
    desk.shot("agreements-slip", whole=True)
    text.fill(draft.replace('horizontal = "3NM"', 'horizontal = "5NM"', 1))
    button(page, "Read it and compare").click()
    expect(page.get_by_role("row", name="3 NM").first).to_contain_text("stricter")
    desk.shot("agreements-compared", whole=True)
    button(page, "Propose it").click()
    button(page.get_by_role("dialog"), "Propose it").click()
    page.wait_for_selector("main h2 >> text=version")
    until(lambda: len(versions(nodes.south, nodes.line)) == 2)
    [second] = [each for each in versions(nodes.south, nodes.line) if each.version == 2]
    handed_in(desk, signed_in_files(nodes.north, second, tmp_path))
    expect(page.get_by_text(worded("2 more officers needed"))).to_be_visible()

    other_desk.go("agreements", nodes.line)
    far.get_by_role("link", name="Read and sign").click()
    expect(far.get_by_role("row", name="3 NM").first).to_contain_text("stricter")
    clean(far)
    other_desk.shot("agreements-to-sign", whole=True)
    handed_in(other_desk, signed_in_files(nodes.south, second, tmp_path))
    for one in (nodes.north, nodes.south):
        until(lambda one=one: in_force(one, nodes.line) == second.sha256)  # type: ignore[misc]  # of now
    expect(page.get_by_text("in force", exact=True).first).to_be_visible()

    other_desk.go("agreements", nodes.line)
    button(far, "Suspend").click()
    asked = far.get_by_role("dialog")
    expect(asked.get_by_text("Calls and CHECK still go.")).to_be_visible()
    button(asked, "Suspend").click()
    desk.go("agreements", nodes.line)
    expect(page.get_by_text("Suspended by South")).to_be_visible()
    expect(page.get_by_text("Only who suspended can resume.")).to_be_visible()
    expect(button(page, "Resume")).to_have_count(0)
    desk.language("ar")
    clean(page)
    desk.shot("agreements-suspended-ar", whole=True)
    button(far, "Resume").click()
    button(far.get_by_role("dialog"), "Resume").click()
    until(lambda: not nodes.north.node.agreed.of(nodes.line).suspended_by)
    other_desk.language("ru")
    button(far, "Прекратить").click()
    button(far.get_by_role("dialog"), "Прекратить").click()
    until(lambda: "ended" in nodes.north.node.agreed.of(nodes.line).phases.values())
    clean(far)
    other_desk.shot("agreements-ended-ru", whole=True)


def in_force(one: One, line: str) -> str | None:
    return next((each.sha256 for each in versions(one, line) if each.in_force), None)
