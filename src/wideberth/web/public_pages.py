"""Communiqués on the public listener: the list, each statement, its history, the feed, and replies.

Pages are the same for everybody, may be kept, and are asked for again by their ETag (RFC 9110, 8.8.3).
They are worked on beside those of slips and links, so that many readers do not keep a cell waiting.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from msgspec import structs
from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from wideberth.desk import replies
from wideberth.desk.replies import Said
from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.model.communique import LANGUAGES, Published
from wideberth.node.log import Event
from wideberth.node.node import Node
from wideberth.render import communique_form, communique_page
from wideberth.render.communique_feed import MEDIA, feed
from wideberth.render.communique_form import FIELDS, TRAP
from wideberth.render.communique_frame import ID, POLICY, At, Site, at, feed_path, link
from wideberth.render.communique_refusals import CODES
from wideberth.web import public_answer
from wideberth.web.public_answer import Answer, Header

SIZE: Final = 32_768
"""Bytes of a reply: of 2,000 characters each may be written as twelve."""
AT_ONCE: Final = 2
"""Pages that are worked on at the same time."""
KEPT_TAGS: Final = 20
"""Tags that are looked at of those that a browser has."""
PUBLIC: Final[tuple[Header, ...]] = (
    (b"cache-control", b"no-cache"),
    (b"content-security-policy", POLICY.encode()),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
HTML: Final[Header] = (b"content-type", b"text/html; charset=utf-8")
STATUS: Final = {
    "reply.closed": 410,
    "reply.early": 200,
    "reply.failed": 503,
    "reply.full": 503,
    "reply.late": 200,
    "reply.many": 429,
    "reply.same": 409,
}
"""Of what is not taken; all else is 400. What came too early or late is shown once more."""
_FEEDS: Final = {feed_path(each): each for each in LANGUAGES}
_REPLY: Final = re.compile(rf"/c/({ID})/reply")
_V4: Final = re.compile(r"([0-9.]{7,15})(?::[0-9]{1,5})?")


class Pages:
    """What answers them; `base`: where the pages are reached from elsewhere."""

    def __init__(self, node: Node, base: Callable[[], str | None]) -> None:
        self._replies, self._log, self._base = node.room.replies, node.log, base
        self._name, self._exercise = f"urn:wideberth:communiques:{node.party}", node.settings.exercise
        self._limit = CapacityLimiter(AT_ONCE)

    def leads(self, path: str, method: str) -> bool:
        """Whether a path could be one of these; whether anything is there is seen when it is looked for."""
        if method == "POST":
            return _REPLY.fullmatch(path) is not None
        return method in ("GET", "HEAD") and (path in _FEEDS or at(path) is not None)

    async def answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """What is shown, or said to a reply; without headers: nothing is there. None for whoever has left."""
        headers, path = Headers(scope=scope), scope["path"]
        try:
            if scope["method"] == "POST":
                data = await public_answer.read(headers, receive, SIZE)
                if data is None:
                    return None
                do = partial(self._reply, path, data, _who(headers))
            else:
                do = partial(self._page, path, scope["query_string"], headers.get("if-none-match", ""))
            return await to_thread.run_sync(do, limiter=self._limit)
        except (WideberthError, OSError):
            return NOTHING._replace(status=503)
        except Exception:  # noqa: BLE001 - whatever it is, no word of it goes out
            self._log.write(Event(level="error", code="public.failed"))
            return NOTHING._replace(status=503)

    def _page(self, path: str, query: bytes, has: str) -> Answer:
        published = self._replies.published()
        if not published:
            return NOTHING
        if path in _FEEDS and not query:
            return _kept(feed(self._site(), published, _FEEDS[path]), (b"content-type", MEDIA.encode()), has)
        here, asked = at(path), _language(query)
        if here is None or (query and asked is None):
            return NOTHING
        if asked is not None:
            to = link(self._site(), path, structs.replace(here, language=asked).path)
            return Answer(302, ((b"location", to.encode()), *PUBLIC), b"")
        if here.communique is None:
            made, status = communique_page.index(self._site(), here, published), 200
        else:
            found = next((each for each in published if each.id == here.communique), None)
            if found is None:
                return NOTHING
            made, status = self._of(here, found), 410 if found.withdrawn_ms is not None else 200
        return NOTHING if made is None else _kept(made.encode(), HTML, has, status)

    def _of(self, here: At, found: Published) -> str | None:
        site = self._site()
        if here.part == "history":
            return communique_page.history(site, here, found)
        shown = () if here.part == "v" else self._replies.shown(found.id)
        if here.part == "replies":
            return communique_page.reply_page(site, here, found, shown)
        return communique_page.statement(site, here, found, shown)

    def _reply(self, path: str, data: bytes, who: bytes) -> Answer:
        named = _REPLY.fullmatch(path)
        found = next((each for each in self._replies.published() if named and each.id == named[1]), None)
        if found is None:
            return NOTHING
        fields = public_answer.fields(data, len(FIELDS))
        words = fields.get("words")
        here = At(words if words in LANGUAGES else None, found.id)
        try:
            return self._taken(here, found, fields, who)
        except (Invalid, Refused) as error:
            code = error.code if error.code in CODES else "reply.failed"
            return _said(communique_form.refused(here, found, code), STATUS.get(code, 400))

    def _taken(self, here: At, found: Published, fields: dict[str, str], who: bytes) -> Answer:
        if not fields or not set(fields) <= set(FIELDS) or fields.get(TRAP):
            # a field twice, another encoding, one that people do not see: no browser sends that by itself
            raise Invalid("reply.form", "form", "another form than was shown", "the form of the page")
        said = replies.read(fields.get("text", ""), fields.get("language", ""), fields.get("name", ""))
        self._replies.check_open(found.id)
        why = ""
        if fields.get("form"):
            try:
                self._replies.check_form(found.id, said, fields["form"])
                self._replies.add(found.id, said.text, said.language, said.name, who)
                return _said(communique_form.taken(here, found), 200)
            except Refused as error:
                if STATUS.get(error.code) != 200:
                    raise
                why = error.code
        return _said(self._once_more(here, found, said, why), 200)

    def _once_more(self, here: At, found: Published, said: Said, why: str) -> str:
        return communique_form.preview(here, found, said, self._replies.form(found.id, said), why)

    def _site(self) -> Site:
        return Site(self._base() or "", self._name, self._exercise)


NOTHING: Final = Answer(404, (), b"")
"""Nothing is there: what everybody is told then is said elsewhere."""


def _kept(body: bytes, kind: Header, has: str, status: int = 200) -> Answer:
    """A page that may be kept; `has`: what a browser has of it (If-None-Match)."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = (kind, *PUBLIC, (b"etag", tag.encode()))
    known = [each.strip().removeprefix("W/") for each in has.split(",", KEPT_TAGS)[:KEPT_TAGS]]
    if status == 200 and (tag in known or "*" in known):
        return Answer(304, headers[1:], b"")
    return Answer(status, headers, body)


def _said(body: str, status: int) -> Answer:
    """An answer to a form, which nobody keeps."""
    return Answer(status, (HTML, (b"cache-control", b"no-store"), *PUBLIC[1:]), body.encode())


def _language(query: bytes) -> str | None:
    """What `?lang=` says; None where it says nothing that there is."""
    try:
        found = parse_qs(query.decode("ascii"), strict_parsing=True, max_num_fields=1) if query else {}
    except ValueError:
        return None
    said = found.get("lang", [""])[0]
    return said if said in LANGUAGES else None


def _who(headers: Headers) -> bytes:
    """What tells senders apart: the address that the proxy of this machine has added last, of IPv6 its /64.

    Empty where there is none: then nobody is told apart. What stands before it anybody can have written.
    """
    said = headers.getlist("x-forwarded-for")
    last = said[-1].rpartition(",")[2].strip() if said else ""
    short = _V4.fullmatch(last)
    try:
        found = ipaddress.ip_address(short[1] if short else last.strip("[]"))
    except ValueError:
        return b""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return found.packed[:8]
    return (found if isinstance(found, ipaddress.IPv4Address) else found.ipv4_mapped or found).packed
