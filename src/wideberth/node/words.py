"""Recognition words of a node's lines: challenges, replies and day tables, for its officers (line.words).

A try is counted, durably, before a reply is looked at, so that a node that is stopped gives none back. What
was asked is only in memory: after a restart one asks anew. The key of a day is erased an hour after its day.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from wideberth.errors import Invalid, Refused
from wideberth.line import words
from wideberth.line.words import Count, Key, Purpose, Way
from wideberth.node.line_words import LineWords, Stands
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.views import time
from wideberth.node.words_views import (
    AskedView,
    CheckedView,
    ReplyView,
    RowView,
    SaidView,
    TableView,
    WayView,
    WordsView,
)

if TYPE_CHECKING:
    from wideberth.node.node import Node

LASTS_MS: Final = 10 * 60_000
"""How long a challenge waits for its reply, on the boot clock."""
OPEN: Final = 16
"""Challenges of a line that wait at a time: the oldest is forgotten for one more."""


class _Asked(NamedTuple):
    """A challenge of ours that waits; `since` is on the boot clock."""

    challenge: bytes
    purpose: Purpose
    since: int


class Words:
    """Part of a node, which it holds while it looks at a line.

    Methods that name a line raise Invalid (`line.none`) for one that there is not, and Refused (`words.none`)
    where its words are gone.
    """

    def __init__(self, node: Node, kept: LineWords, told: Callable[[str | None, Found], None]) -> None:
        """`kept`: where they stand."""
        self._node, self._kept, self._told = node, kept, told
        self._asked: dict[str, list[_Asked]] = {}
        self._answered: dict[str, int] = {}

    def tick(self) -> None:
        """Erase what is past, where the clock can be believed. What cannot be done is tried again."""
        with self._node.held():
            for found in self._node.all_lines():
                with suppress(Refused, OSError):
                    self._today(found)

    def view(self, line: str) -> WordsView:
        """How the words of a line stand. Raises: OSError."""
        with self._node.held():
            found = self._node.of(line)
            stopped = None
            try:
                self._today(found)
            except Refused as error:
                if error.code == "words.none":
                    raise
                stopped = error.message
            stands = self._kept.read(line)
            ways = tuple(
                WayView(each, means, stands.count(each).stage, stands.count(each).left)
                for each, means in words.PURPOSES.items()
            )
            return WordsView(
                line=line,
                peer=_peer(found),
                day=words.date_of(words.day(self._node.clock.now())),
                since=words.date_of(stands.key.day),
                stopped=stopped,
                ways=ways,
                answered=self._answered.get(line, 0),
            )

    def challenge(self, line: str, purpose: Purpose) -> AskedView:
        """Ask the other party. Raises: Refused (`words.locked`, and as `_today`), OSError."""
        with self._node.held():
            found = self._node.of(line)
            stands = self._today(found)
            words.check_open(stands.count(purpose))
            boot = self._node.clock.elapsed()
            made = _Asked(secrets.token_bytes(words.SAID), purpose, boot)
            self._asked[line] = [*self._waiting(line), made][-OPEN:]
            now = self._node.clock.now()
            return AskedView(
                line, purpose, said(made.challenge), words.date_of(words.day(now)), time(now + LASTS_MS)
            )

    def reply(self, line: str, purpose: Purpose, text: str) -> ReplyView:
        """Answer a challenge of the other party's.

        Raises: Invalid (`words.text`), Refused (`words.reflected` where it is a challenge of ours, and as
        `_today`), OSError.
        """
        with self._node.held():
            found = self._node.of(line)
            stands = self._today(found)
            challenge = words.read(text, "challenge")
            if any(each.challenge == challenge for each in self._waiting(line)):
                self._told(line, Found("words.changed", code="words.reflected"))
                raise Refused(
                    "words.reflected",
                    "this is a challenge of this party's own: whoever says it plays back what was heard; "
                    "accepted: a challenge that the other party has made",
                )
            day = words.day(self._node.clock.now())
            way = Way(found.state.peer, found.state.party, purpose)
            made = words.reply(words.on(stands.key, day), way, challenge)
            self._answered[line] = self._answered.get(line, 0) + 1
            return ReplyView(line, purpose, said(made), words.date_of(day))

    def check(self, line: str, purpose: Purpose, text: str, challenge: str | None = None) -> CheckedView:
        """Look at what the other party has answered: to this challenge of ours, or to the newest one.

        Raises: Invalid (`words.text`; what is no reply costs no try), Refused (`words.not_asked`,
        `words.locked`, and as `_today`), OSError.
        """
        with self._node.held():
            found = self._node.of(line)
            stands = self._today(found)
            before = stands.count(purpose)
            words.check_open(before)
            heard = words.read(text, "reply")
            asked = self._meant(line, purpose, challenge)
            # before it is looked at: who stops the node here has had the try
            stands = self._count(line, stands, purpose, words.wrong(before))
            way = Way(found.state.party, found.state.peer, purpose)
            right = words.right(stands.key, way, asked.challenge, heard, self._node.clock.now())
            if right:
                stands = self._count(line, stands, purpose, words.counted(before, "right"))
                self._asked[line].remove(asked)
            now = stands.count(purpose)
            if now.stage == "locked":
                self._asked[line] = [each for each in self._asked[line] if each.purpose != purpose]
                self._told(line, Found("words.changed", code="words.locked"))
            return CheckedView(line, purpose, right, now.left)

    def unlock(self, line: str, purpose: Purpose) -> WordsView:
        """An officer has found out otherwise who speaks: replies are looked at again. Raises: OSError."""
        with self._node.held():
            self._node.of(line)
            stands = self._kept.read(line)
            self._count(line, stands, purpose, words.counted(stands.count(purpose), "an officer unlocks"))
            self._told(line, Found("words.changed", code="words.unlocked"))
        return self.view(line)

    def resume(self, line: str, today: str) -> WordsView:
        """An officer says which day it is, after more days than may be skipped without a word.

        Raises: Invalid (`words.day`), Refused (`words.clock`, `words.past`), OSError.
        """
        with self._node.held():
            found = self._node.of(line)
            now = self._node.clock.now()
            wanted = words.date_of(words.day(now))
            if today != wanted:
                raise Invalid("words.day", "day", today, f"today, which is {wanted} by this machine's clock")
            self._on(found, self._kept.read(line), words.oldest(now))
        return self.view(line)

    def table(self, line: str, day: str, number: int) -> TableView:
        """A day table, for today or one of the days after it.

        Raises: Invalid (`words.day`, `words.table`), Refused (as `_today`), OSError.
        """
        with self._node.held():
            found = self._node.of(line)
            stands = self._today(found)
            now = self._node.clock.now()
            first = words.day(now)
            to = next((n for n in range(first, first + words.AHEAD + 1) if words.date_of(n) == day), None)
            if to is None:
                wanted = f"today or one of the next {words.AHEAD} days, from {words.date_of(first)} on"
                raise Invalid("words.day", "day", day, wanted)
            key = words.on(stands.key, to)
            mine, peer = found.state.party, found.state.peer
            return TableView(
                line=line,
                peer=_peer(found),
                day=day,
                table=number,
                exercise=self._node.settings.exercise,
                made=time(now),
                asked_by_us=_rows(key, Way(mine, peer, "unit"), number),
                asked_by_them=_rows(key, Way(peer, mine, "unit"), number),
            )

    def _today(self, found: OpenLine) -> Stands:
        """How the words stand, with the past erased.

        Raises: Refused (`words.clock`, `words.leap`, `words.past`, `words.none`), OSError.
        """
        stands = self._kept.read(found.id)
        to = words.oldest(self._node.clock.now())
        if to - stands.key.day > words.LEAP:
            raise Refused(
                "words.leap",
                f"the words stand at {words.date_of(stands.key.day)}, and this machine's clock at "
                f"{words.date_of(to)}: what is skipped is erased for good; accepted: wideberth words resume, "
                "when the day is right",
            )
        return self._on(found, stands, to)

    def _on(self, found: OpenLine, stands: Stands, to: int) -> Stands:
        if not found.state.clock.read(self._node.now()).steady:
            raise Refused(
                "words.clock",
                "the clock of this machine has jumped; accepted: wideberth line confirm-clock, when it is "
                "right",
            )
        if to != stands.key.day:
            stands = Stands(words.on(stands.key, to), stands.counts)
            self._kept.keep(found.id, stands)
        return stands

    def _count(self, line: str, stands: Stands, purpose: Purpose, count: Count) -> Stands:
        made = Stands(stands.key, {**stands.counts, purpose: count})
        self._kept.keep(line, made)
        return made

    def _waiting(self, line: str) -> list[_Asked]:
        boot = self._node.clock.elapsed()
        return [each for each in self._asked.get(line, ()) if boot - each.since < LASTS_MS]

    def _meant(self, line: str, purpose: Purpose, challenge: str | None) -> _Asked:
        """Raises: Invalid (`words.text`), Refused (`words.not_asked`)."""
        wanted = None if challenge is None else words.read(challenge, "challenge")
        self._asked[line] = self._waiting(line)
        for each in reversed(self._asked[line]):
            if each.purpose == purpose and wanted in (None, each.challenge):
                return each
        raise Refused(
            "words.not_asked",
            "nothing was asked of which this could be the reply, or it was too long ago; accepted: wideberth "
            "words challenge, and what is answered to that",
        )


def said(data: bytes) -> SaidView:
    """A challenge or a reply, both ways of writing it."""
    return SaidView(*words.shown(data))


def _rows(key: Key, way: Way, number: int) -> tuple[RowView, ...]:
    found = (words.row(key, way, number, n) for n in range(1, words.ROWS + 1))
    return tuple(RowView(n, *map(said, each)) for n, each in enumerate(found, 1))


def _peer(found: OpenLine) -> str:
    return found.label or found.state.peer
