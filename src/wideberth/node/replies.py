"""Replies to communiqués: taken from everybody within limits, shown only when somebody lets them through.

All of it is apart from the record and waits for no lock of the node's: whoever floods it slows nobody else.
Of who replies nothing is kept. For a day a keyed hash of where replies came from is counted, in memory only,
under a salt that is forgotten with it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable
from typing import Final

from wideberth.desk import replies
from wideberth.desk.replies import Said
from wideberth.errors import Invalid, Refused
from wideberth.formats.times import to_rfc3339
from wideberth.model.communique import Published, Reply
from wideberth.node.open_line import Found
from wideberth.node.reply_views import ReplyCountView, ReplyView, State, Taken
from wideberth.store.replies import Kept, ReplyFile

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
REFUSED_MS: Final = 7 * DAY_MS
"""For so long what was refused can still be let through."""
WAITING_MS: Final = 90 * DAY_MS
"""For so long a reply waits for somebody to decide."""
EARLY_MS, LATE_MS = 3_000, HOUR_MS
"""A form is sent no sooner and no later than this after it was shown: a program is quicker, or keeps it."""
SENDER: Final = 5
"""Replies of one sender in a day."""
SENDERS: Final = 20_000
"""Senders that are told apart in a day."""
RATE, BURST = 0.5, 30.0
"""Replies a second, and at once, of all senders."""
WAITING_EACH, WAITING = 300, 2_000
"""Replies that wait, to one communiqué and in all."""
KEPT_EACH: Final = 5_000
"""Replies to one communiqué, however they stand."""
TELL_MS: Final = 60_000
_TIME: Final = re.compile("[0-9a-f]{1,13}")
_NONE: Final = "wideberth communique replies list"


class Replies:
    """Of one node; `now`: its clock (POSIX ms). Methods raise as ReplyFile's, and as is said at each.

    Attributes:
        published: what is on the public pages, the newest first.
    """

    def __init__(
        self,
        now: Callable[[], int],
        file: ReplyFile,
        published: Callable[[], list[Published]],
        tell: Callable[[str | None, Found], None],
    ) -> None:
        self._now, self._tell = now, tell
        self._file, self.published = file, published
        self._lock = threading.Lock()
        self._counts: dict[str, dict[State, int]] | None = None
        self._day, self._salt, self._senders = -1, b"", dict[bytes, int]()
        self._left, self._at_ms = BURST, self._now()
        self._erased_ms: int | None = None
        self._told_ms: int | None = None

    # what everybody may ask for

    def form(self, communique: str, said: Said) -> str:
        """What is sent back with this very reply to show that it was read once more: a time, and a hash."""
        at_ms = self._now()
        return f"{at_ms:x}.{self._sign(communique, said, at_ms)}"

    def check_form(self, communique: str, said: Said, form: str) -> None:
        """Raises: Invalid (`reply.form`), Refused (`reply.early`, `reply.late`)."""
        begun, _, signed = form.partition(".")
        at_ms = int(begun, 16) if _TIME.fullmatch(begun) else 0
        if not hmac.compare_digest(signed.encode(), self._sign(communique, said, at_ms).encode()):
            raise Invalid("reply.form", "form", "another text than was shown", "the text as it was shown")
        if self._now() - at_ms < EARLY_MS:
            raise Refused("reply.early", "this came at once; accepted: after it was read once more")
        if self._now() - at_ms > LATE_MS:
            raise Refused("reply.late", "this form is too old; accepted: within an hour")

    def add(self, communique: str, text: str, language: str, name: str, who: bytes) -> Taken:
        """Take a reply: it waits for somebody to let it through.

        Args:
            communique: its id.
            text: as it was written.
            language: one of LANGUAGES, or empty.
            name: how its author wants to be called, or empty.
            who: what tells senders apart; empty: not known, and then it counts for all only. It is not kept.

        Raises: as desk.replies.read; Refused (`reply.closed`, `reply.many`, `reply.full`, `reply.same`).
        """
        said = replies.read(text, language, name)
        self.check_open(communique)
        now_ms = self._now()
        with self._lock:
            sender = self._sender(who, now_ms)
            self._room(communique, sender, now_ms)
            kept = Kept(0, communique, said.text, said.language, said.name, now_ms - now_ms % DAY_MS)
            number = self._file.add(kept, replies.same(said))
            if number is None:
                raise Refused("reply.same", "the same was said before; accepted: in other words")
            self._left -= 1
            if sender is not None:
                self._senders[sender] = self._senders.get(sender, 0) + 1
            self._counts = None
        if self._told_ms is None or not 0 <= now_ms - self._told_ms < TELL_MS:
            self._told_ms = now_ms
            self._tell(None, Found("reply.waiting"))
        return Taken(number)

    def check_open(self, communique: str) -> Published:
        """The communiqué, if everybody may reply to it. Raises: Refused (`reply.closed`)."""
        for each in self.published():
            if each.id == communique and each.withdrawn_ms is None and each.versions[0].replies:
                return each
        raise Refused("reply.closed", "nobody can reply to this; accepted: to what is published with replies")

    def shown(self, communique: str) -> list[Reply]:
        """What was let through, the oldest first."""
        return [
            Reply(each.id, each.communique, each.text, each.language, each.name, each.day_ms)
            for each in self._file.all("shown", communique)
        ]

    def count(self, communique: str) -> int:
        """How many were let through."""
        return self._counted().get(communique, {}).get("shown", 0)

    def through(self) -> dict[str, int]:
        """The same of each communiqué that has any."""
        return {each: found["shown"] for each, found in self._counted().items() if "shown" in found}

    # what whoever decides asks for

    def queue(self, communique: str | None = None, state: State = "waiting") -> list[ReplyView]:
        """Those that stand so, the oldest first."""
        return [_view(each) for each in self._file.all(state, communique)]

    def one(self, reply: int) -> ReplyView:
        """One of them. Raises: Invalid (`reply.none`)."""
        found = self._file.one(reply)
        if found is None:
            raise Invalid("reply.none", "reply", reply, f"a reply that is kept: {_NONE}")
        return _view(found)

    def counts(self) -> list[ReplyCountView]:
        """How many there are, by communiqué."""
        return [
            ReplyCountView(each, *(found.get(of, 0) for of in ("waiting", "shown", "refused")))
            for each, found in sorted(self._counted().items())
        ]

    def let_through(self, reply: int) -> ReplyView:
        """Everybody reads it from now on. Raises: Invalid (`reply.none`)."""
        return self._decide(reply, "shown", None)

    def refuse(self, reply: int, why: str) -> ReplyView:
        """Nobody reads it, any more; and it is erased. Raises: Invalid (`reply.none`, `reply.why`)."""
        return self._decide(reply, "refused", replies.check_reason(why))

    def tick(self) -> None:
        """Once an hour, and at the start, what was refused or has waited long is erased; a day forgotten."""
        now_ms = self._now()
        with self._lock:
            self._turn(now_ms)
        if self._erased_ms is not None and 0 <= now_ms - self._erased_ms < HOUR_MS:
            return
        self._erased_ms = now_ms
        try:
            if self._file.erase(now_ms - REFUSED_MS, now_ms - WAITING_MS):
                self._counts = None
        except Refused as error:
            self._tell(None, Found("node.disk", code=error.code, words=error.message))

    # how

    def _decide(self, reply: int, state: State, why: str | None) -> ReplyView:
        before = self.one(reply)
        if (before.state, before.why) != (state, why):
            with self._lock:
                self._file.decide(reply, state, why, self._now())
                self._counts = None
        return self.one(reply)

    def _counted(self) -> dict[str, dict[State, int]]:
        found = self._counts
        if found is None:
            found = self._counts = self._file.counts()
        return found

    def _room(self, communique: str, sender: bytes | None, now_ms: int) -> None:
        """Raises: Refused (`reply.many`, `reply.full`)."""
        counts = self._counted()
        own = counts.get(communique, {})
        waiting = sum(each.get("waiting", 0) for each in counts.values())
        full = own.get("waiting", 0) >= WAITING_EACH or waiting >= WAITING or sum(own.values()) >= KEPT_EACH
        if full:
            raise Refused("reply.full", "no more replies are taken now; accepted: again on another day")
        self._left = min(BURST, self._left + max(0, now_ms - self._at_ms) * RATE / 1_000)
        self._at_ms = now_ms
        over = sender is not None and (
            self._senders.get(sender, 0) >= SENDER
            or (sender not in self._senders and len(self._senders) >= SENDERS)
        )
        if self._left < 1 or over:
            raise Refused("reply.many", f"too many replies; accepted: {SENDER} a day, not all at once")

    def _sender(self, who: bytes, now_ms: int) -> bytes | None:
        self._turn(now_ms)
        return hashlib.blake2b(who, key=self._salt, digest_size=16).digest() if who else None

    def _turn(self, now_ms: int) -> None:
        """A new day has a new salt; the old one, and all that was counted under it, is forgotten."""
        if now_ms // DAY_MS != self._day:
            self._day, self._salt, self._senders = now_ms // DAY_MS, secrets.token_bytes(32), {}

    def _sign(self, communique: str, said: Said, at_ms: int) -> str:
        fields = (communique, said.language, said.name, said.text, f"{at_ms:x}")
        return hmac.digest(self._file.key, "\0".join(fields).encode(), "sha256")[:16].hex()


def _view(found: Kept) -> ReplyView:
    gone = None
    if found.state == "refused" and found.decided_ms is not None:
        gone = to_rfc3339(found.decided_ms + REFUSED_MS)[:10]
    return ReplyView(
        found.id,
        found.communique,
        found.text,
        found.language,
        found.name,
        to_rfc3339(found.day_ms)[:10],
        found.state,
        found.why,
        gone,
    )
