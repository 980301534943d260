"""What tests of the views about what is told further have in common."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator

from tests.console.seen import Seen
from tests.console.two import One, Two, until
from tests.story.desks import circle
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import approval, ids
from wideberth.ledger.approval import Subject, What
from wideberth.model.plan import Plan
from wideberth.node.desk_views import PlanView
from wideberth.node.views import VersionView
from wideberth.story import parties

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WORDS = Path(__file__).parents[2] / "src/wideberth/web/console/words"


def clean(seen: Seen) -> None:
    """Nothing of what is shown keeps anybody out (axe-core)."""
    found = Axe().run(seen.page, options={"runOnly": TAGS})
    assert found.violations_count == 0, found.generate_report()


def files(one: One, what: What, sha256: str, folder: Path) -> list[str]:
    """What both officers of a party have signed, as files as `key approve` writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for n, seed in enumerate(one.party.officers):
        path = folder / f"{one.party.name}-{n}.approval"
        path.write_bytes(approval.write(approval.sign(Subject(what, bytes.fromhex(sha256)), seed)))
        found.append(str(path))
    return found


def signed(box: Locator, one: One, what: What, folder: Path) -> None:
    """Both officers' approvals of what is to be signed there are loaded."""
    sha256 = box.locator("code.long").first.inner_text()
    box.locator("input[type=file]").set_input_files(files(one, what, sha256, folder))
    box.get_by_text(re.compile("2.? (of|из|من) .?2")).wait_for()


def saved(seen: Seen, button: Locator, folder: Path) -> bytes:
    """What a press of it hands over."""
    with seen.page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path.read_bytes()


def plan(one: One, label: str, lon: float = 33.05, lat: float = 34.4, *, hours: int = 48) -> PlanView:
    """A plan is filed: a circle of 5 km, for an hour."""
    start = (int(time.time()) // 3_600 + hours) * 3_600_000
    volumes = (circle(lon, lat, start),)
    return one.side.submit([Plan("-", "-", volumes, "survey", label=label, callsign="Heron 4")])[0]


def agree(nodes: Two, changed: Mapping[str, str], more: str = "") -> None:
    """The next version of the terms is in force at both: these pieces are otherwise, `more` stands below."""
    known = nodes.south.side.agreements(nodes.line).versions
    before = next(each for each in known if each.in_force)
    text = agreement_draft.following(agreement.read(before.terms.encode())).decode()
    for piece, instead in changed.items():
        assert piece in text
        text = text.replace(piece, instead)
    data = f"{text}{more}".encode()
    sha256 = agreement.read(data).hash.hex()
    number = ids.unbase32(before.agreement, approval.AGREEMENT_ID, "agreement")
    nodes.north.side.propose_terms(nodes.line, data)
    for one in (nodes.north, nodes.south):
        until(lambda: _version(one, nodes.line, sha256) is not None)  # noqa: B023 - at once
        one.side.sign(nodes.line, sha256, parties.approvals(one.party, number, data))
    for one in (nodes.north, nodes.south):
        until(lambda: (found := _version(one, nodes.line, sha256)) is not None and found.in_force)  # noqa: B023


def _version(one: One, line: str, sha256: str) -> VersionView | None:
    found = one.side.agreements(line).versions
    return next((each for each in found if each.sha256 == sha256), None)


def tall(seen: Seen, name: str) -> None:
    """A screenshot of all of a view: what scrolls is given room first."""
    seen.page.set_viewport_size({"width": 1280, "height": 3_000})
    seen.shot(name)
    seen.page.set_viewport_size({"width": 1280, "height": 720})


def worded(area: str, beginning: str, codes: Sequence[str]) -> list[str]:
    """Codes of the node that have no words in an area."""
    words = json.loads((WORDS / f"{area}.json").read_text())
    keys = [f"{beginning}_{re.sub('[^a-z0-9]+', '_', each.lower())}" for each in codes]
    return [each for each in keys if each not in words]
