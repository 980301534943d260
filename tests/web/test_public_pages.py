"""Communiqués as the public has them: a running listener, asked over HTTP by a foreign client."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import urlencode

import httpx
import pytest
from lxml import etree
from msgspec import structs
from starlette.datastructures import Headers

from tests.render.communiques import CORRECTED, DAY, EN, ID, OTHER, WHEN, published
from tests.render.test_communique_page import ALLOWED, Parsed
from tests.story import whole
from tests.web.served import until
from wideberth.errors import Refused
from wideberth.model.communique import LANGUAGES
from wideberth.node import replies as node_replies
from wideberth.node.node import Node
from wideberth.render.communique_words import WORDS
from wideberth.web import public, public_pages
from wideberth.web.public import Public
from wideberth.web.serving import Serving

PAGE = f"/c/{ID}"
REPLY = f"{PAGE}/reply"
GONE = published(name=OTHER, withdrawn_ms=WHEN + DAY)
NOWHERE = "/r/" + "a" * 52


class Served(NamedTuple):
    """A node with two communiqués, and its public listener."""

    two: whole.Two
    serving: Serving
    client: httpx.Client

    @property
    def node(self) -> Node:
        return self.two.one

    def reply(self, text: str, who: str = "203.0.113.1", **more: str) -> httpx.Response:
        """Sent, read once more, and sent again after a while."""
        shown = self.client.post(REPLY, data={"text": text, **more}, headers={"x-forwarded-for": who})
        assert shown.status_code == 200 and WORDS["en"].once_more in shown.text, shown.text
        self.two.time.pass_ms(5_000)
        return self.client.post(REPLY, data=hidden(shown.text), headers={"x-forwarded-for": who})


def hidden(page: str) -> dict[str, str]:
    """What the form that sends a reply has in it."""
    form = page.partition('<form class="o"')[2].partition("</form>")[0]
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with whole.two(tmp_path_factory.mktemp("pages")) as two:
        whole.settle(two)
        two.one.settings = structs.replace(two.one.settings, public="127.0.0.1:0")
        two.one.room.replies.published = lambda: [CORRECTED, GONE]
        serving = Serving(two.one, listen=("127.0.0.1", 0))
        thread = threading.Thread(target=lambda: asyncio.run(serving.serve()))
        thread.start()
        try:
            until(lambda: serving.started)
            assert serving.public is not None
            base = f"http://127.0.0.1:{serving.public[1]}"
            with httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
                yield Served(two, serving, client)
        finally:
            serving.stop()
            thread.join()


def test_everybody_reads_it_in_their_language(served: Served) -> None:
    listed = served.client.get("/")
    assert listed.status_code == 200 and EN.title in listed.text
    for language in LANGUAGES:
        shown = served.client.get(f"{PAGE}/{language}")
        assert shown.status_code == 200 and WORDS[language].never in shown.text
        asked = served.client.get(f"{PAGE}?lang={language}")
        assert asked.status_code == 302
        led = served.client.get(f"{PAGE}?lang={language}", follow_redirects=True)
        assert led.text == shown.text and led.url.path == f"{PAGE}/{language}"
    assert served.client.get("/?lang=he", follow_redirects=True).text == served.client.get("/he").text
    history = served.client.get(f"{PAGE}/history")
    assert "The hours of the line" in history.text and served.client.get(f"{PAGE}/v/1").status_code == 200
    gone = served.client.get(f"/c/{OTHER}")
    assert gone.status_code == 410 and "WITHDRAWN" in gone.text and EN.title not in gone.text


def test_what_is_said_around_a_page(served: Served) -> None:
    for path in ("/", PAGE, f"{PAGE}/ar/history", "/feed.atom"):
        shown = served.client.get(path)
        policy = shown.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
        assert (
            "script" not in policy and "form-action 'self'" in policy and "frame-ancestors 'none'" in policy
        )
        assert (
            shown.headers["cache-control"] == "no-cache" and shown.headers["referrer-policy"] == "no-referrer"
        )
        assert shown.headers["x-content-type-options"] == "nosniff" and "x-robots-tag" not in shown.headers
        assert "set-cookie" not in shown.headers and "server" not in shown.headers
        assert len(shown.content) <= 200_000
        head = served.client.head(path)
        assert head.content == b"" and head.headers["etag"] == shown.headers["etag"]
        assert head.headers["content-length"] == str(len(shown.content))


def test_a_page_that_somebody_has_is_not_sent_again(served: Served) -> None:
    first = served.client.get(PAGE)
    tag = first.headers["etag"]
    for has in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = served.client.get(PAGE, headers={"if-none-match": has})
        assert (again.status_code, again.content) == (304, b"") and again.headers["etag"] == tag
    assert served.client.get(PAGE, headers={"if-none-match": '"x"'}).status_code == 200
    assert served.reply("A reply that changes the page.").status_code == 200
    number = served.node.room.replies.queue()[-1].reply
    served.node.room.replies.let_through(number)
    changed = served.client.get(PAGE, headers={"if-none-match": tag})
    assert changed.status_code == 200 and changed.headers["etag"] != tag and "1 reply" in changed.text
    served.node.room.replies.refuse(number, "off-topic")
    assert served.client.get(PAGE, headers={"if-none-match": tag}).status_code == 304


def test_the_feed(served: Served) -> None:
    found = served.client.get("/feed.ar.atom")
    assert found.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(found.content)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed" and len(feed.findall("{*}entry")) == 2
    assert served.node.party in (feed.findtext("{*}id") or "")


def test_whatever_else_leads_nowhere_is_the_same_answer(served: Served) -> None:
    nothing = served.client.get(NOWHERE)
    asked = [
        ("GET", f"/c/q-{'c' * 26}"),
        ("GET", f"/c/q-{'c' * 26}/history"),
        ("POST", f"/c/q-{'c' * 26}/reply"),
        ("GET", f"{PAGE}/v/9"),
        ("GET", f"{PAGE}/replies/2"),
        ("GET", f"/c/{OTHER}/v/1"),
        ("GET", f"{PAGE}?lang=xx"),
        ("GET", f"{PAGE}?lang=ar&lang=he"),
        ("GET", f"{PAGE}?x=1"),
        ("GET", f"{PAGE}/"),
        ("GET", REPLY),
        ("POST", PAGE),
        ("PUT", PAGE),
        ("DELETE", REPLY),
        ("GET", "/feed.fr.atom"),
        ("GET", "/d/" + "a" * 52),
        ("GET", "/v1/replies"),
    ]
    for each in asked:
        found = served.client.request(*each)
        assert (found.status_code, found.content) == (404, nothing.content), each
        names = {name: value for name, value in found.headers.items() if name != "date"}
        assert names == {name: value for name, value in nothing.headers.items() if name != "date"}, each


def test_where_nothing_is_published_nothing_is_there(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = served.client.get(NOWHERE).content
    monkeypatch.setattr(served.node.room.replies, "published", list)
    assert [served.client.get(each).content for each in ("/", PAGE, "/feed.atom")] == [nothing] * 3


def test_a_reply_is_read_once_more_waits_and_is_shown_when_it_was_let_through(served: Served) -> None:
    text = 'Is it "safe" to fish?\r\n<script>alert(1)</script> & \u05e9\u05dc\u05d5\u05dd\u200f'
    done = served.reply(text, name="<b>Me</b>", language="he")
    assert done.status_code == 200 and WORDS["en"].taken in done.text
    assert done.headers["cache-control"] == "no-store" and "set-cookie" not in done.headers
    [view] = served.node.room.replies.queue(state="waiting")
    assert view.text == 'Is it "safe" to fish?\n<script>alert(1)</script> & \u05e9\u05dc\u05d5\u05dd'
    assert "script" not in served.client.get(PAGE).text  # nobody reads it yet
    served.node.room.replies.let_through(view.reply)
    shown = Parsed(served.client.get(PAGE).text)
    assert view.text in shown.shown and set(shown.tags) <= ALLOWED and shown.open == []
    again = served.reply(text.upper())
    assert again.status_code == 409 and WORDS["en"].refusals["reply.same"] in again.text
    served.node.room.replies.refuse(view.reply, "off-topic")


def test_a_form_that_comes_at_once_or_too_late_is_shown_again(served: Served) -> None:
    shown = served.client.post(REPLY, data={"text": "Quick words", "words": "ar"})
    early = served.client.post(REPLY, data=hidden(shown.text))
    assert early.status_code == 200 and WORDS["ar"].refusals["reply.early"] in early.text
    served.two.time.pass_ms(node_replies.LATE_MS + 10_000)
    late = served.client.post(REPLY, data=hidden(shown.text))
    assert late.status_code == 200 and WORDS["ar"].refusals["reply.late"] in late.text
    served.two.time.pass_ms(5_000)
    done = served.client.post(REPLY, data=hidden(late.text))
    assert WORDS["ar"].taken in done.text and '<html lang="ar" dir="rtl">' in done.text
    replies = served.node.room.replies
    replies.refuse(replies.queue()[-1].reply, "off-topic")


HOSTILE = {
    "nothing": "text=",
    "no form": "",
    "turning": urlencode({"text": "a\u202eb"}),
    "isolating": urlencode({"text": "a\u2067b"}),
    "NUL": "text=a%00b",
    "unseen": urlencode({"text": "\u200b\u200e\ufeff"}),
    "piled": urlencode({"text": "z" + "\u0335" * 40}),
    "links": urlencode({"text": "http://a.example www.b.example"}),
    "a link as a name": urlencode({"text": "a", "name": "http://a.example"}),
    "long": urlencode({"text": "x" * 2_001}),
    "huge": urlencode({"text": "x" * 50_000}),
    "many lines": urlencode({"text": "x\n" * 60}),
    "a language": urlencode({"text": "x", "language": "tlh"}),
    "wrong encoding": "text=%D0%3F%FF",
    "latin-1": "text=caf%E9",
    "surrogates": "text=%ED%A0%80",
    "twice": "text=a&text=b",
    "unknown": "text=a&more=b",
    "too many": "&".join(f"a{n}=b" for n in range(50)),
    "the field that nobody sees": "text=a&website=b",
    "another hash": "text=a&form=18f.00",
    "no equals": "text",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_reply_has_one_clear_answer(served: Served, name: str) -> None:
    waiting = len(served.node.room.replies.queue())
    headers = {"content-type": public.FORM}
    found = served.client.post(REPLY, content=HOSTILE[name].encode(), headers=headers)
    assert found.status_code == 400 and WORDS["en"].not_taken in found.text
    assert WORDS["en"].what_is_taken in found.text and Parsed(found.text).open == []
    assert len(found.content) < 20_000
    assert len(served.node.room.replies.queue()) == waiting


def test_what_is_no_form_is_refused(served: Served) -> None:
    for more in (
        {"json": {"text": "a"}},
        {"content": b"text=a"},
        {"content": b"\xff", "headers": {"content-type": public.FORM}},
    ):
        found = served.client.post(REPLY, **more)
        assert found.status_code == 400 and WORDS["en"].refusals["reply.form"] in found.text


def test_nobody_replies_to_what_was_withdrawn(served: Served) -> None:
    found = served.client.post(f"/c/{OTHER}/reply", data={"text": "a"})
    assert found.status_code == 410 and WORDS["en"].closed in found.text


def test_too_many_of_one_sender_are_told_so_and_others_are_not(served: Served) -> None:
    replies = served.node.room.replies
    first = [served.reply(f"sender one says {n}", "198.51.100.7") for n in range(node_replies.SENDER + 1)]
    assert [each.status_code for each in first] == [200] * node_replies.SENDER + [429]
    assert WORDS["en"].refusals["reply.many"] in first[-1].text
    # what stands before the last address anybody can have written
    forged = served.reply("sender one under another name", "192.0.2.1, 198.51.100.7")
    assert forged.status_code == 429
    assert served.reply("sender two", "198.51.100.7, 203.0.113.77").status_code == 200
    for each in replies.queue():
        replies.refuse(each.reply, "off-topic")


def test_one_network_of_ipv6_is_one_sender() -> None:
    def who(said: str) -> bytes:
        return public_pages._who(Headers({"x-forwarded-for": said}))

    assert who("2001:db8::1") == who("[2001:db8::2]") != who("2001:db8:0:1::1")
    assert (
        who("198.51.100.7:4711")
        == who("198.51.100.7")
        == who("::ffff:198.51.100.7")
        == who("x, 198.51.100.7")
    )
    assert who("") == who("unknown") == who("198.51.100.7, ") == who("1" * 5_000) == b""


def test_a_disk_that_fails_is_not_said_to_have_taken_it(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Refused("reply.disk", "the disk is full")

    monkeypatch.setattr(served.node.room.replies._file, "add", full)
    found = served.reply("Will this be kept?")
    assert found.status_code == 503
    assert WORDS["en"].refusals["reply.failed"] in found.text and "disk" not in found.text


def test_what_nobody_foresaw_says_nothing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(served.node.room.replies, "published", broken)
    found = served.client.get(PAGE)
    assert found.status_code == 503 and "ZeroDivision" not in found.text


def test_nothing_of_a_reply_or_a_reader_is_logged(served: Served) -> None:
    served.reply("words that are nowhere in a log", "198.51.100.99", name="Unmistakable")
    said = b"".join(each.read_bytes() for each in (served.node.path / "log").rglob("*") if each.is_file())
    assert b"public.request" in said
    for secret in (ID, "198.51", "Unmistakable", "nowhere in a log", "/c/"):
        assert secret.encode() not in said
    kept = (served.node.path / "replies.db").read_bytes() + (served.node.path / "replies.db-wal").read_bytes()
    assert b"Unmistakable" in kept and b"198.51" not in kept and socket.inet_aton("198.51.100.99") not in kept
    assert (served.node.path / "replies.db").stat().st_mode & 0o777 == 0o600


def test_readers_are_slowed_before_whoever_holds_a_slip(served: Served) -> None:
    now = [0.0]
    app = Public(served.node, lambda: now[0])
    for _ in range(int(public.READ_BURST)):
        assert app._read.free()
    assert not app._read.free() and app._nowhere.free()
    now[0] = 1.0
    assert [app._read.free() for _ in range(int(public.READ_RATE) + 1)] == [True] * int(public.READ_RATE) + [
        False
    ]
