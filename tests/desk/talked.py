"""Talks between the two parties of the tests' line."""

from __future__ import annotations

import hashlib

from tests.desk.line import Talk as Written
from tests.ledger.two import LINE, A, B, Party
from wideberth.desk import talks, talks_entries
from wideberth.desk.talks import State, Talks
from wideberth.desk.talks_entries import (
    Answered,
    Attended,
    CalledOff,
    Differed,
    Minuted,
    Outcome,
    Proposed,
    Said,
    Signed,
)
from wideberth.ledger import order
from wideberth.ledger.body import Entry
from wideberth.model.talks import Invitation, Reply

NOW = 1_800_000_000_000
ID = talks_entries.new_id(bytes(16))
FIRST = Invitation(ID, 1, "Deconfliction talks", ("lines of contact", "hours"), NOW, (A.name, B.name))
OURS, THEIRS = "What was said, as North has it.", "What was said, as South has it."


def sha(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def about(by: Party = A) -> tuple[str, str]:
    return ID, by.name


class Meeting(Written):
    """The same, with talks; each method is one entry of `who`, about talks that `by` has proposed."""

    def propose(self, who: Party = A, said: Invitation = FIRST) -> Entry:
        return self.said(who, Proposed(said))

    def answer(
        self, who: Party = B, answer: Reply = "attend", version: int = 1, at_ms: int | None = None
    ) -> Entry:
        return self.said(who, Answered(*about(), version, answer, at_ms))

    def attend(self, who: Party = A) -> Entry:
        return self.said(who, Attended(*about(), ("deputy commander", "interpreter")))

    def minute(self, who: Party = A, text: str = OURS, version: int = 1) -> Entry:
        return self.said(who, Minuted(*about(), version, sha(text), text))

    def signs(self, who: Party, text: str = OURS) -> Entry:
        return self.said(who, Signed(*about(), sha(text)))

    def differ(self, who: Party = B, text: str = OURS) -> Entry:
        return self.said(who, Differed(*about(), sha(text), "Item 2 was left open."))

    def outcome(self, who: Party = A) -> Entry:
        return self.said(who, Outcome(*about(), bytes(32)))

    def call_off(self, who: Party = B) -> Entry:
        return self.said(who, CalledOff(*about()))

    def said(self, who: Party, said: Said) -> Entry:
        return self.write(who, said.TYPE, talks_entries.write(said))

    @property
    def all(self) -> State:
        return order.fold(self.placed, talks.evolve, State(LINE))

    @property
    def talks(self) -> Talks:
        return self.all.talks[A.name, ID]

    @property
    def phase(self) -> str:
        return talks.phase(LINE, self.talks)


def held() -> Meeting:
    """Proposed, arranged, and held."""
    meeting = Meeting()
    meeting.propose()
    meeting.answer()
    meeting.attend(A)
    meeting.attend(B)
    return meeting
