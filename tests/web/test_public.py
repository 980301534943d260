"""The one-use page as a telephone has it: a running listener, asked over HTTP by a foreign client."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from msgspec import structs

from tests.story import desks, whole
from tests.story.desks import START, circle, given
from tests.story.whole import Two
from tests.web.served import until
from wideberth.desk import relay_entries
from wideberth.errors import Refused
from wideberth.ledger import ids, quints
from wideberth.node.node import Node
from wideberth.render import relay_page
from wideberth.web import public
from wideberth.web.public import Public
from wideberth.web.serving import Serving

NOWHERE = "a" * 52
CONFIRM = {"answer": "confirmed", "read_back": "0800"}


class Served(NamedTuple):
    """A node with a plan, a relay of it, and its public listener."""

    two: Two
    relay: str
    serving: Serving
    client: httpx.Client

    @property
    def node(self) -> Node:
        return self.two.one

    def slip(self, cell: str) -> str:
        """The token of a new slip."""
        words = self.node.room.relay.slip(self.relay, cell).words
        return ids.base32(quints.unwords(words))

    def stands(self, cell: str) -> str:
        found = self.node.room.relay.one(self.relay)
        return next(each.stands for each in found.duties if each.name == cell)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with desks.desks(tmp_path_factory.mktemp("public")) as two:
        two.one.settings = structs.replace(two.one.settings, public="127.0.0.1:0")
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
        for n in range(12):
            two.one.room.relay.add(f"crew {n}", None, None)
        relay = two.one.room.relay.open(None, plan.plan).relay
        serving = Serving(two.one, listen=("127.0.0.1", 0))
        thread = threading.Thread(target=lambda: asyncio.run(serving.serve()))
        thread.start()
        try:
            until(lambda: serving.started)
            assert serving.public is not None
            base = f"http://127.0.0.1:{serving.public[1]}"
            with httpx.Client(base_url=base, follow_redirects=True, trust_env=False) as client:
                yield Served(two, relay, serving, client)
        finally:
            serving.stop()
            thread.join()


class Tags(HTMLParser):
    """What a page is made of, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leads: list[str] = []
        self.named: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.named.add(name)
            if name in ("src", "href", "action", "srcset", "data", "background"):
                self.leads.append(str(value))


def test_a_cell_without_a_node_reads_and_confirms_once(served: Served) -> None:
    at = f"/r/{served.slip('crew 1')}"
    shown = served.client.get(at)
    assert shown.status_code == 200
    for text in (
        "5,020 m",
        "2027-01-17 08:00Z",
        "crew 1",
        "no permission and no guarantee",
        "<svg",
        "four figures",
    ):
        assert text in shown.text, text
    assert served.stands("crew 1") == "handed"  # reading confirms nothing
    wrong = served.client.post(at, data={**CONFIRM, "read_back": "0900"})
    assert wrong.status_code == 200 and "NOTHING WAS CONFIRMED" in wrong.text
    assert served.stands("crew 1") == "handed"
    done = served.client.post(at, data={**CONFIRM, "read_back": "08:00"})
    assert "you have confirmed" in done.text and "<form" not in done.text
    assert served.stands("crew 1") == "confirmed"
    for again in (served.client.get(at), served.client.post(at, data={**CONFIRM, "answer": "objection"})):
        assert again.status_code == 200 and "This slip is used" in again.text and "5,020 m" not in again.text
    assert served.stands("crew 1") == "confirmed"


@pytest.mark.parametrize(("answer", "stands"), [("unable", "unable"), ("objection", "objection")])
def test_it_takes_the_other_answers(served: Served, answer: str, stands: str) -> None:
    cell = {"unable": "crew 2", "objection": "crew 3"}[answer]
    done = served.client.post(f"/r/{served.slip(cell)}", data={"answer": answer, "read_back": ""})
    assert done.status_code == 200 and served.stands(cell) == stands


def test_the_page_is_small_and_asks_nobody_for_anything(served: Served) -> None:
    shown = served.client.get(f"/r/{served.slip('crew 4')}")
    assert len(shown.content) <= 60_000
    found = Tags(shown.text)
    assert not found.tags & {"script", "img", "link", "iframe", "object", "embed", "video", "audio", "base"}
    assert found.leads == [] and "style" not in found.named
    assert [each for each in found.named if each.startswith("on")] == []
    assert "viewport" in shown.text and "url(http" not in shown.text


def test_what_is_said_around_it(served: Served) -> None:
    shown = served.client.get(f"/r/{served.slip('crew 4')}")
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-robots-tag"] == "noindex, nofollow"
    assert "server" not in shown.headers and "set-cookie" not in shown.headers
    assert f"<style>{relay_page.STYLE}</style>" in shown.text
    head = served.client.head(f"/r/{served.slip('crew 4')}")
    assert (head.status_code, head.content) == (200, b"")


def test_whatever_leads_nowhere_is_one_answer(served: Served) -> None:
    asked = [
        ("GET", f"/r/{NOWHERE}"),
        ("POST", f"/r/{NOWHERE}"),
        ("GET", "/"),
        ("GET", "/r/"),
        ("GET", "/v1/status"),
        ("DELETE", "/r/x"),
        ("GET", f"/r/{NOWHERE}/more"),
        ("GET", f"/r/{served.slip('crew 4').upper()}"),
    ]
    found = [served.client.request(*each) for each in asked]
    headers = [{name: value for name, value in each.headers.items() if name != "date"} for each in found]
    assert {each.status_code for each in found} == {404}
    assert all(each.content == found[0].content for each in found) and headers == [headers[0]] * len(found)


def test_what_is_no_answer_is_taken_for_none(served: Served) -> None:
    at = f"/r/{served.slip('crew 5')}"
    some: list[dict[str, Any]] = [
        {"json": CONFIRM},
        {"content": b"answer=confirmed&read_back=0800"},
        {"data": {"answer": "granted", "read_back": "0800"}},
        {"data": {**CONFIRM, "more": "x" * 2_000}},
        {"data": {"answer": ["confirmed", "unable"], "read_back": "0800"}},
        {"content": b"\xff", "headers": {"content-type": public.FORM}},
        {"content": b"", "headers": {"content-type": public.FORM}},
    ]
    for each in some:
        shown = served.client.post(at, **each)
        assert shown.status_code == 200 and "<form" in shown.text
    assert served.stands("crew 5") == "handed"
    assert served.client.post(at, data=CONFIRM).status_code == 200
    assert served.stands("crew 5") == "confirmed"


def test_two_who_confirm_at_the_same_time_are_one(served: Served) -> None:
    at = f"/r/{served.slip('crew 6')}"
    size = served.node.private.head.size
    threads = [
        threading.Thread(target=served.client.post, args=(at,), kwargs={"data": CONFIRM}) for _ in range(6)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    entered = served.node.private.relays.relays[served.relay]
    assert served.stands("crew 6") == "confirmed" and len(entered.duties) == 12
    assert served.node.private.head.size <= size + 2  # once; and an hourly entry, if it is its time


def test_no_secret_is_in_the_log(served: Served) -> None:
    token = served.slip("crew 7")
    served.client.get(f"/r/{token}")
    served.client.post(f"/r/{token}", data=CONFIRM)
    said = b"".join(each.read_bytes() for each in (served.node.path / "log").rglob("*") if each.is_file())
    assert b"public.request" in said
    assert token.encode() not in said and token[:8].encode() not in said


def test_a_page_of_what_is_superseded_is_gone(served: Served) -> None:
    token = served.slip("crew 8")
    found = served.node.private.relays.relays[served.relay]
    served.node.desk.amend(found.about.id, given(circle(33.0, 34.0, START + 3_600_000)))
    whole.settle(served.two, 1)
    shown = served.client.post(f"/r/{token}", data=CONFIRM)
    assert shown.status_code == 410 and "superseded" in shown.text and "5,020 m" not in shown.text


# without a listener


def asks(app: Public, *paths: str, **more: Any) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return [await client.request("POST" if more else "GET", path, **more) for path in paths]

    with start_blocking_portal() as portal:
        return portal.call(ask)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, str, str]]:
    """A node, a relay and the words of its slip."""
    with desks.desks(tmp_path_factory.mktemp("alone")) as two:
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
        two.one.room.relay.add("crew", None, None)
        view = two.one.room.relay.open(None, plan.plan)
        words = two.one.room.relay.slip(view.relay, "crew").words
        yield two.one, view.relay, ids.base32(quints.unwords(words))


def test_guessing_is_slowed_and_whoever_holds_a_slip_is_not(alone: tuple[Node, str, str]) -> None:
    node, _, token = alone
    now = [0.0]
    app = Public(node, lambda: now[0])
    found = asks(app, *[f"/r/{NOWHERE}"] * (int(public.BURST) + 5), f"/r/{token}")
    assert [each.status_code for each in found].count(404) == public.BURST
    assert [each.status_code for each in found[-6:]] == [429] * 5 + [200]
    now[0] = 1.0
    found = asks(app, *[f"/r/{NOWHERE}"] * (int(public.RATE) + 1))
    assert [each.status_code for each in found] == [404] * int(public.RATE) + [429]


def test_what_cannot_be_kept_is_not_said_to_be_taken(
    alone: tuple[Node, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    node, relay, token = alone

    def full(*_: object) -> None:
        raise Refused("journal.disk", "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(node.private.journal, "append", full)
        [failed] = asks(Public(node), f"/r/{token}", data=CONFIRM)
    assert failed.status_code == 503 and "NOT TAKEN" in failed.text
    assert node.room.relay.one(relay).duties[0].stands == "handed"

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    app = Public(node)
    with monkeypatch.context() as patch:
        patch.setattr(node.room.relay.pages, "page", broken)
        [failed] = asks(app, f"/r/{token}")
    assert failed.status_code == 503 and "ZeroDivision" not in failed.text


def test_the_listener_is_off_unless_it_is_asked_for(alone: tuple[Node, str, str], tmp_path: Path) -> None:
    node, _, _ = alone
    assert node.settings.public == "off"
    serving = Serving(node, listen=("127.0.0.1", 0))
    assert serving.public is None
    serving.close()
    elsewhere = structs.replace(node.settings, public="0.0.0.0:0")
    before, node.settings = node.settings, elsewhere
    with pytest.raises(Refused, match="TLS proxy"):
        Serving(node, listen=("127.0.0.1", 0))
    node.settings = before


def test_a_page_of_very_much_is_small_all_the_same() -> None:
    many = tuple(circle(33.0 + n / 7, 34.0, START) for n in range(60))
    found = relay_page.Page("open", "x" * 60, "y" * 5_000, many, read_back="0800")
    assert len(relay_page.page(found).encode()) <= relay_page.LARGEST
    more = structs.replace(found, volumes=many * 2)
    assert "no map" in relay_page.page(more) and "<svg" not in relay_page.page(more)


def test_what_stands_in_a_text_is_no_markup() -> None:
    bad = "<script>alert(1)</script>&amp;\"'"
    found = relay_page.page(relay_page.Page("open", bad, bad, said=bad, wrong=bad, read_back="1", mark=bad))
    assert "<script" not in found
    slip = relay_page.slip(relay_page.Slip(bad, bad, bad, "a-b", "https://x/r/y", bad))
    assert "<script" not in slip
    assert re.findall(r'(?:src|href)="', slip) == []


def test_a_secret_has_256_bits() -> None:
    assert relay_entries.SECRET == 32 and len(NOWHERE) == len(ids.base32(bytes(32)))
