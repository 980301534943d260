"""The one-use pages of slips: what each shows, and what is answered on it. Part of the node.

A secret comes with each request and is kept nowhere: the key that it makes signs once, here, for whoever has
no node. So whoever printed a slip could have used it; a cell that is to be proof against that has a key of
its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from wideberth.desk import relay, relay_entries
from wideberth.desk.relay_entries import SECRET, Said
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.model.relay import Answer
from wideberth.node import config
from wideberth.node.relay_subjects import Subjects
from wideberth.node.views import time
from wideberth.render.relay_page import Page

if TYPE_CHECKING:
    from wideberth.node.node import Node

PLACE: Final = "/r/"
Enters = Callable[[Sequence[Said], str | None], None]
"""Enters what was said, and says on the line it is about what that makes owed."""


class RelayPages:
    """Of one node, whose lock all of it holds. Methods raise as Node.recording and Node.using."""

    def __init__(self, node: Node, subjects: Subjects, enter: Enters) -> None:
        self._node, self._subjects, self._enter = node, subjects, enter

    def leads(self, token: str) -> bool:
        """Whether a token is of a slip that is known. Waits for no lock: strangers ask for what is none."""
        return self._digest(token) in self._state().slips

    def page(self, token: str) -> Page:
        """What the page of a slip shows; of whatever leads nowhere one and the same."""
        with self._node.held():
            found = self._by(token)
            return Page("unknown") if found is None else self._page(*found)

    def answer(self, token: str, rung: Answer, read_back: str) -> Page:
        """What was answered on the page of a slip, once."""
        with self._node.held():
            found = self._by(token)
            if found is None:
                return Page("unknown")
            held, duty = found
            page = self._page(held, duty)
            if page.kind != "open":
                return page
            if rung == "confirmed" and _plain(read_back) != _plain(held.opened.read_back):
                return self._page(held, duty, "what was typed is not what stands in the text. Read it again.")
            secret = ids.unbase32(token, SECRET, "")
            seed = relay_entries.slip_seed(secret, held.id, duty.cell.id)
            at_ms = max(self._node.clock.now(), 0 if duty.answer is None else duty.answer.at_ms + 1)
            said = relay_entries.sign(held.id, duty.cell.id, rung, at_ms, held.sha256, seed)
            try:
                self._enter([relay.confirm(self._state(), said)], held.about.line)
            except Refused as error:
                if error.code != "relay.said":
                    raise
                return self._page(held, duty, "this was answered already, otherwise than by this slip")
            again = self._by(token)
            return Page("unknown") if again is None else self._page(*again)

    def base(self) -> str | None:
        """Where pages are served, as telephones reach them; None where they are not."""
        settings = self._node.settings
        where = config.listener(settings.public, "public")
        if where is None:
            return None
        if settings.public_url:
            return settings.public_url.rstrip("/")
        host = f"[{where[0]}]" if ":" in where[0] else where[0]
        return f"http://{host}:{where[1]}"

    def _state(self) -> relay.State:
        return self._node.private.relays

    def _by(self, token: str) -> tuple[relay.Relay, relay.Duty] | None:
        found = self._state().slips.get(self._digest(token))
        if found is None:
            return None
        held = self._state().relays[found[0]]
        return held, held.duties[found[1]]

    def _digest(self, token: str) -> bytes:
        """Of the secret; of what is none, what no secret has."""
        try:
            return hashlib.sha256(ids.unbase32(token, SECRET, "")).digest()
        except Invalid:
            return b""

    def _page(self, held: relay.Relay, duty: relay.Duty, wrong: str = "") -> Page:
        said = ""
        if duty.used and duty.answer is not None:
            at = time(duty.answered_ms or 0)[:16].replace("T", " ")
            said = f"Answered {at}Z: {_SAID[duty.answer.rung]}"
        if not self._state().stands(held):
            return Page("superseded", duty.cell.name, said=said, mark=self._subjects.mark)
        if duty.used:
            return Page("used", duty.cell.name, said=said, mark=self._subjects.mark)
        if not self._subjects.live(held.about):
            if held.about.test:
                return Page("over", duty.cell.name, mark=self._subjects.mark)
            now = self._subjects.standing(held.about.line, held.about.id)
            over = now is None or now.over
            return Page("over" if over else "superseded", duty.cell.name, mark=self._subjects.mark)
        test = held.about.test
        now = None if test else self._subjects.standing(held.about.line, held.about.id)
        return Page(
            "open",
            duty.cell.name,
            held.opened.text,
            () if now is None else now.subject.volumes,
            wrong=wrong,
            read_back=held.opened.read_back,
            mark=self._subjects.mark,
        )


_SAID: Final[dict[Answer, str]] = {
    "confirmed": "you have confirmed that you have it",
    "unable": "you have said that you cannot",
    "objection": "you have objected",
}


def _plain(text: str) -> str:
    """What was typed, without what people type beside it: 08:30Z is 0830."""
    found = "".join(each for each in text.upper() if each.isascii() and each.isalnum()).removesuffix("UTC")
    return found[:-1] if found[:-1].isdecimal() and found.endswith("Z") else found
