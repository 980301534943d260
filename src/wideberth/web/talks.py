"""Talks, as the node has them."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.ledger import ids
from wideberth.model.talks import Invitation, Reply
from wideberth.node.talks_views import MinutesTextView, TalksView
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import ANYBODY, LARGE, Route

TALKS: Final = "/v1/talks/{talks}"
SHA256: Final = "sha256"


class TalksAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """An invitation; `parties` are all that are to meet, this one too, by their names."""

    title: str
    agenda: list[str]
    at: str
    parties: list[str] = []
    place: str | None = None


class TalksAmended(TalksAsked, frozen=True, forbid_unknown_fields=True):
    """The next version of an invitation; its parties stay, whatever is said.

    `version` is that from which it was made: where there is a newer one it is refused, so that nobody undoes
    what somebody else has changed since.
    """

    version: int | None = None


class TalksAnswered(Struct, frozen=True, forbid_unknown_fields=True):
    """What this party says; with "another time" a time.

    `version` is that of the invitation which was read: where there is a newer one the answer is refused, as
    nobody agrees to a time that they have not seen. Without it the newest is answered.
    """

    answer: Reply
    at: str | None = None
    version: int | None = None


class TalksAttended(Struct, frozen=True, forbid_unknown_fields=True):
    """The roles of this party's that are there."""

    roles: list[str]


class TalksMinuted(Struct, frozen=True, forbid_unknown_fields=True):
    """A text of the minutes."""

    text: str


class TalksSigned(Struct, frozen=True, forbid_unknown_fields=True):
    """The SHA-256 of the text that is signed, hexadecimal."""

    sha256: str


class TalksDiffered(Struct, frozen=True, forbid_unknown_fields=True):
    """The SHA-256 of a text of the other party's, hexadecimal, and where this party differs."""

    sha256: str
    differences: str


class TalksOutcome(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of them: the SHA-256 of terms, hexadecimal; the id of a communiqué."""

    agreement: str | None = None
    communique: str | None = None


def all_talks(call: Call) -> list[TalksView]:
    """All of them."""
    return call.node.room.talks.all()


def one(call: Call) -> TalksView:
    """One of them."""
    return call.node.room.talks.one(call.named["talks"])


def text(call: Call) -> MinutesTextView:
    """A text of the minutes. Raises: as Talks.text."""
    name = call.named["talks"]
    call.node.room.talks.one(name)  # whether there are such talks is said first
    return call.node.room.talks.text(name, _sha256(call.asked.get(SHA256, "")))


def propose(call: Call) -> TalksView:
    """Invite. Raises: as Talks.propose."""
    return call.node.room.talks.propose(_invitation(call.body))


def amend(call: Call) -> TalksView:
    """The next version. Raises: as Talks.amend."""
    return call.node.room.talks.amend(call.named["talks"], _invitation(call.body), call.body.version)


def answer(call: Call) -> TalksView:
    """Answer the invitation. Raises: as Talks.answer."""
    said = call.body
    at_ms = None if said.at is None else parse_time(said.at, "at")
    return call.node.room.talks.answer(call.named["talks"], said.answer, at_ms, said.version)


def attend(call: Call) -> TalksView:
    """Who is there. Raises: as Talks.attend."""
    return call.node.room.talks.attend(call.named["talks"], call.body.roles)


def minute(call: Call) -> TalksView:
    """Put a text. Raises: as Talks.minute."""
    return call.node.room.talks.minute(call.named["talks"], call.body.text)


def sign(call: Call) -> TalksView:
    """Sign a text. Raises: as Talks.sign."""
    return call.node.room.talks.sign(call.named["talks"], _sha256(call.body.sha256))


def differ(call: Call) -> TalksView:
    """Differ from a text. Raises: as Talks.differ."""
    said = call.body
    return call.node.room.talks.differ(call.named["talks"], _sha256(said.sha256), said.differences)


def outcome(call: Call) -> TalksView:
    """What came of them. Raises: as Talks.outcome."""
    said = call.body
    terms = None if said.agreement is None else _sha256(said.agreement, "agreement")
    return call.node.room.talks.outcome(call.named["talks"], terms, said.communique)


def call_off(call: Call) -> TalksView:
    """They do not take place. Raises: as Talks.call_off."""
    return call.node.room.talks.call_off(call.named["talks"])


def _invitation(said: TalksAsked) -> Invitation:
    at_ms = parse_time(said.at, "at")
    return Invitation("", 1, said.title, tuple(said.agenda), at_ms, tuple(said.parties), said.place)


def _sha256(found: str, path: str = SHA256) -> bytes:
    """Raises: Invalid (`talks.text`)."""
    try:
        data = bytes.fromhex(found)
    except ValueError:
        data = b""
    if len(data) != ids.HASH:
        raise Invalid("talks.text", path, found, "a SHA-256: 64 hexadecimal digits")
    return data


ROUTES: Final = (
    Route("GET", "/v1/talks", ANYBODY, None, list[TalksView], all_talks, "Talks of all lines."),
    Route("GET", TALKS, ANYBODY, None, TalksView, one,
          "Talks: the newest invitation, and how they stand with each other party."),
    Route("GET", f"{TALKS}/minutes", ANYBODY, None, MinutesTextView, text,
          "A text of the minutes, by its `sha256`.", query=(SHA256,)),
    Route("POST", "/v1/talks", OFFICER, TalksAsked, TalksView, propose,
          "Invite the other parties to talks.", act="talks.propose"),
    Route("PUT", TALKS, OFFICER, TalksAmended, TalksView, amend,
          "The next version of own talks: who had answered answers again.", act="talks.amend"),
    Route("POST", f"{TALKS}/answer", OFFICER, TalksAnswered, TalksView, answer,
          "Say whether this party comes, or another time.", act="talks.answer"),
    Route("POST", f"{TALKS}/attendance", OFFICER, TalksAttended, TalksView, attend,
          "They are held, and these roles of this party's are there.", act="talks.attend"),
    Route("POST", f"{TALKS}/minutes", OFFICER, TalksMinuted, TalksView, minute,
          "Put a text of the minutes. It is both parties' when both have signed that very text.", most=LARGE,
          act="talks.minutes"),
    Route("POST", f"{TALKS}/sign", OFFICER, TalksSigned, TalksView, sign,
          "Take this very text for the minutes.", act="talks.sign"),
    Route("POST", f"{TALKS}/differ", OFFICER, TalksDiffered, TalksView, differ,
          "Say where this party differs from a text of the other's.", act="talks.differ"),
    Route("POST", f"{TALKS}/outcome", OFFICER, TalksOutcome, TalksView, outcome,
          "Say what came of them: terms, a communiqué.", act="talks.outcome"),
    Route("POST", f"{TALKS}/call-off", OFFICER, None, TalksView, call_off, "They do not take place.",
          act="talks.call_off"),
)  # fmt: skip
"""What of the API is about talks."""
