"""One-use links: a page with a button, and the file once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from anyio import CapacityLimiter
from anyio.from_thread import start_blocking_portal
from msgspec import structs

from tests.render.test_communique_page import Parsed
from tests.story import whole
from tests.story.desks import HOUR_MS
from tests.story.test_releases import ROLE, approve, drawn, verified
from wideberth.errors import Refused
from wideberth.node.node import Node
from wideberth.render import link_page
from wideberth.render.link_page import Link
from wideberth.web import public_links
from wideberth.web.public import Public

TOKEN, NOWHERE = "b" * 52, "a" * 52
DATA = b"PK\x03\x04 not really"
NAME = f"r-{'a' * 26}"
OPEN = Link("open", "it can be fetched, once", NAME, "North", "Flights of May", 12_345, "2027-02-01", True)


class Releases:
    """Stands where the node's releases stand: one link, which leads to its file once."""

    def __init__(self) -> None:
        self.page, self.fails = OPEN, False

    def link_leads(self, token: str) -> bool:
        return token == TOKEN

    def link_page(self, token: str) -> Link:
        assert token == TOKEN
        return self.page

    def link_fetch(self, token: str) -> bytes | Link:
        assert token == TOKEN
        if self.fails:
            raise Refused("journal.disk", "the disk is full")
        before, self.page = self.page, structs.replace(OPEN, state="used", words="it was fetched", title="")
        return DATA if before.state == "open" else self.page


class Asked:
    """The application with these releases."""

    def __init__(self, node: Node, releases: Releases) -> None:
        self.app = Public(node)
        stands_in: Any = releases
        self.app._links = public_links.Links(stands_in, node.log, CapacityLimiter(2))
        self.releases = releases

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                return await client.request(method, path, **more)

        with start_blocking_portal() as portal:
            return portal.call(ask)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with whole.two(tmp_path_factory.mktemp("links")) as two:
        yield two.one


def test_to_look_fetches_nothing_and_the_button_fetches_once(node: Node) -> None:
    ask = Asked(node, Releases())
    assert [ask(each, f"/d/{TOKEN}").status_code for each in ("GET", "HEAD")] == [200, 200]
    shown = ask("GET", f"/d/{TOKEN}")
    assert "Flights of May" in shown.text and "12,345 bytes" in shown.text and "EXERCISE" in shown.text
    assert re.search(r'<form method="post"><button class="c">', shown.text)
    got = ask("POST", f"/d/{TOKEN}")
    assert (got.status_code, got.content) == (200, DATA)
    assert got.headers["content-disposition"] == f'attachment; filename="{NAME}.zip"'
    assert got.headers["content-type"] == "application/zip" and got.headers["cache-control"] == "no-store"
    assert got.headers["x-content-type-options"] == "nosniff"
    for method in ("POST", "GET"):
        again = ask(method, f"/d/{TOKEN}")
        assert again.status_code == 410 and "fetched" in again.text and DATA not in again.content
        assert "Flights" not in again.text and "<form" not in again.text


def test_a_link_that_leads_nowhere_is_the_answer_of_everything_that_does(node: Node) -> None:
    ask = Asked(node, Releases())
    nothing = ask("GET", f"/r/{NOWHERE}")
    for method, path in (("GET", f"/d/{NOWHERE}"), ("POST", f"/d/{NOWHERE}"), ("GET", f"/d/{TOKEN.upper()}")):
        found = ask(method, path)
        assert (found.status_code, found.content, found.headers) == (404, nothing.content, nothing.headers)
    ask.app._links = Public(node)._links  # those of the node, which has made no link
    assert ask("GET", f"/d/{TOKEN}").content == nothing.content


def test_what_fails_gives_nothing_and_says_so(node: Node) -> None:
    ask = Asked(node, Releases())
    ask.releases.fails = True
    found = ask("POST", f"/d/{TOKEN}")
    assert found.status_code == 503 and "disk" not in found.text and ask.releases.page.state == "open"
    broken: Any = SimpleNamespace(link_leads=lambda _: True)
    ask.app._links = public_links.Links(broken, node.log, CapacityLimiter(1))
    found = ask("GET", f"/d/{TOKEN}")
    assert found.status_code == 503 and "Attribute" not in found.text


def test_its_page_holds_no_markup_of_others_and_no_script() -> None:
    bad = "<script>\"'&\u202e"
    page = link_page.page(Link("open", bad, bad, bad, bad, 1, bad))
    found = Parsed(page)
    assert found.open == [] and "script" not in found.tags and "\u202e" not in page
    assert found.values("href") == found.values("src") == found.values("action") == []
    for state in link_page.TITLES:
        shown = link_page.page(structs.replace(OPEN, state=state))
        assert ("<form" in shown) == (state == "open") and "no permission and no guarantee" in shown


def test_a_release_of_this_node_is_fetched_over_its_link_and_verified_without_it(tmp_path: Path) -> None:
    with drawn(tmp_path, line=False) as found:
        approve(found)
        releases, name = found.node.room.releases, found.release.release
        until_ms = found.two.time.wall_ms + HOUR_MS
        ask = Asked(found.node, Releases())
        ask.app = Public(found.node)
        one, other = (releases.link(name, until_ms, ROLE).path for _ in range(2))
        assert "Survey flights" in ask("GET", one).text
        got = ask("POST", one)
        assert verified(found.two.places[0], got.content).verdict == "verified"
        assert releases.one(name).receipts[0].way == "link"
        assert [ask(each, one).status_code for each in ("POST", "GET")] == [410, 410]
        releases.recall(name)
        gone = ask("POST", other)
        assert gone.status_code == 410 and "RECALLED" in gone.text and "Survey flights" not in gone.text
