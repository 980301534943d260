"""The one-use pages of slips (/r/…): whoever holds the secret is answered."""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from wideberth.errors import WideberthError
from wideberth.model.relay import ANSWERS
from wideberth.node.log import Event
from wideberth.node.node import Node
from wideberth.render.relay_page import Page
from wideberth.web import public_answer
from wideberth.web.public_answer import Answer

SIZE: Final = 1_024
"""Bytes of an answer."""


class Slips:
    """What answers them."""

    def __init__(self, node: Node, limit: CapacityLimiter) -> None:
        self._pages, self._log, self._limit = node.room.relay.pages, node.log, limit

    def leads(self, token: str) -> bool:
        """Whether there was ever a slip with this secret."""
        return self._pages.leads(token)

    async def answer(self, token: str, scope: Scope, receive: Receive) -> Answer | None:
        """The page, or what is said to an answer; None for whoever has left."""
        do = partial(self._pages.page, token)
        if scope["method"] == "POST":
            data = await public_answer.read(Headers(scope=scope), receive, SIZE)
            if data is None:
                return None
            said = _said(data)
            if said[0] in ANSWERS:
                do = partial(self._pages.answer, token, said[0], said[1])
        return public_answer.page(await self._done(do))

    async def _done(self, do: partial[Page]) -> Page:
        try:
            return await to_thread.run_sync(do, limiter=self._limit)
        except (WideberthError, OSError):
            return Page("failed")
        except Exception:  # noqa: BLE001 - whatever it is, nobody must think that an answer was taken
            self._log.write(Event(level="error", code="public.failed"))
            return Page("failed")


def _said(data: bytes) -> tuple[str, str]:
    """The answer and what was read back; empty where they cannot be read."""
    try:
        fields = parse_qs(data.decode("utf-8"), strict_parsing=True, max_num_fields=4)
    except ValueError:
        return "", ""
    answer, back = fields.get("answer", [""]), fields.get("read_back", [""])
    return (answer[0], back[0]) if len(answer) == len(back) == 1 else ("", "")
