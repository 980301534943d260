"""One-use links (/d/…): a page with a button, and behind the button the copy of a release, once.

A preview of the link, or a program that looks at all links of a mail, sends no form: so it fetches nothing.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from anyio import CapacityLimiter, to_thread

from wideberth.errors import WideberthError
from wideberth.node.log import Event, Log
from wideberth.node.release_views import LinkPage
from wideberth.node.releases import Releases
from wideberth.render import link_page
from wideberth.render.link_page import Link
from wideberth.render.relay_page import Page
from wideberth.web import public_answer
from wideberth.web.public_answer import HEADERS, IN_TIME, Answer

SLOWEST: Final = 10_000
"""Bytes a second at which a copy is still taken: what breaks off cannot be fetched again."""
_NAME: Final = re.compile("[a-z0-9-]{1,40}")


class Links:
    """What answers them."""

    def __init__(self, releases: Releases, log: Log, limit: CapacityLimiter) -> None:
        self._releases, self._log, self._limit = releases, log, limit

    def leads(self, token: str) -> bool:
        """Whether there was ever a link with this secret."""
        return self._releases.link_leads(token)

    async def answer(self, token: str, method: str) -> Answer:
        """The page, or the copy."""
        do = self._fetched if method == "POST" else self._shown
        try:
            return await to_thread.run_sync(partial(do, token), limiter=self._limit)
        except (WideberthError, OSError):
            return public_answer.page(Page("failed"))
        except Exception:  # noqa: BLE001 - whatever it is, no word of it goes out
            self._log.write(Event(level="error", code="public.failed"))
            return public_answer.page(Page("failed"))

    def _shown(self, token: str) -> Answer:
        return _page(self._releases.link_page(token))

    def _fetched(self, token: str) -> Answer:
        # before it is fetched: what fails afterwards would lose the file
        name = self._releases.link_page(token).release
        found = self._releases.link_fetch(token)
        if not isinstance(found, bytes):
            return _page(found)
        called = name if _NAME.fullmatch(name) else "release"
        said = (
            (b"content-type", b"application/zip"),
            (b"content-disposition", f'attachment; filename="{called}.zip"'.encode()),
        )
        return Answer(200, (*said, *HEADERS[1:]), found, IN_TIME + len(found) / SLOWEST)


def _page(found: LinkPage) -> Answer:
    link = Link(
        found.state,
        found.words,
        found.release,
        found.by,
        found.title,
        found.size,
        found.until,
        found.exercise,
    )
    return public_answer.secret(link_page.page(link), 200 if found.state == "open" else 410)
