"""What others released to this party, and whether what they told may go further, as the node has it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from wideberth.desk.release_said import Subjects
from wideberth.formats.times import parse_time
from wideberth.model.agreement import Precedence
from wideberth.model.statement import REMIND_MS
from wideberth.node.onward_views import ChainView, OnwardTextView, OnwardView, ReceivedReleaseView
from wideberth.node.statement_views import StatementView
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER, RELEASING
from wideberth.web.route import LARGE, OCTETS, Route

LINE: Final = "/v1/lines/{line}"
RECEIVED: Final = f"{LINE}/received/{{release}}"
ASKED: Final = f"{LINE}/onward/{{asked}}"
ON: Final = "line"
UNTIL: Final = "until"


class ReleaseTaken(Struct, frozen=True, forbid_unknown_fields=True):
    """An officer takes a release of another party's; in which role, never a name."""

    role: str = "releasing officer"


class OnwardAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """May something that the other party told go to a recipient?

    Attributes:
        kind, of: what it is: a notice, a list of sites, a statement, talks, a release; its id on this line.
        recipient: to whom, by name.
        until: until when consent is asked for, RFC 3339.
        records: of a release: which records, by their numbers; empty: all.
        reason: why; nobody has to say.
    """

    kind: Subjects
    of: str
    recipient: str
    until: str
    records: list[int] = []
    reason: str | None = None


class OnwardConsented(Struct, frozen=True, forbid_unknown_fields=True):
    """Consent until a time, RFC 3339, by two officers' signatures over the text that says so."""

    until: str
    approvals: list[str]


class OnwardDeclined(Struct, frozen=True, forbid_unknown_fields=True):
    """No consent, or not any more; nobody has to say why."""

    reason: str | None = None


class ReleaseConcern(Struct, frozen=True, forbid_unknown_fields=True):
    """A concern about a release, and the assurance that it requests; `by` None: as its precedence says."""

    text: str
    assurance: str
    precedence: Precedence = "routine"
    by: str | None = None
    role: str = "releasing officer"


def received(call: Call) -> list[ReceivedReleaseView]:
    """All of them, or those of a line. Raises: as Received.all."""
    return call.node.room.onward.received.all(call.asked.get(ON))


def one_received(call: Call) -> ReceivedReleaseView:
    """One of them. Raises: as Received.one."""
    return call.node.room.onward.received.one(call.named["line"], call.named["release"])


def take(call: Call) -> bytes:
    """Its file. Raises: as Received.take."""
    line, release = call.named["line"], call.named["release"]
    return call.node.room.onward.received.take(line, release, call.body.role)


def askings(call: Call) -> list[OnwardView]:
    """All of them, or those of a line. Raises: as Onward.all."""
    return call.node.room.onward.all(call.asked.get(ON))


def one(call: Call) -> OnwardView:
    """One of them. Raises: as Onward.one."""
    return call.node.room.onward.one(call.named["line"], call.named["asked"])


def text(call: Call) -> OnwardTextView:
    """What two officers sign. Raises: Invalid (`time.*`), and as Onward.text."""
    said = call.asked.get(UNTIL)
    until = None if said is None else parse_time(said, UNTIL)
    return call.node.room.onward.text(call.named["line"], call.named["asked"], until)


def ask(call: Call) -> OnwardView:
    """Ask. Raises: Invalid (`time.*`), and as Onward.ask."""
    said: OnwardAsked = call.body
    until = parse_time(said.until, "until")
    return call.node.room.onward.ask(
        call.named["line"], said.kind, said.of, said.recipient, said.records, until, said.reason
    )


def consent(call: Call) -> OnwardView:
    """Consent. Raises: Invalid (`time.*`), and as Onward.consent."""
    said: OnwardConsented = call.body
    approvals = [each.encode() for each in said.approvals]
    until = parse_time(said.until, "until")
    return call.node.room.onward.consent(call.named["line"], call.named["asked"], until, approvals)


def decline(call: Call) -> OnwardView:
    """Do not. Raises: as Onward.decline."""
    return call.node.room.onward.decline(call.named["line"], call.named["asked"], call.body.reason)


def chain(call: Call) -> ChainView:
    """From whom to whom. Raises: as Onward.chain."""
    return call.node.room.onward.chain(call.named["release"], call.asked.get(ON))


def concern(call: Call) -> StatementView:
    """Raise one. Raises: Invalid (`time.*`), and as Onward.concern."""
    said: ReleaseConcern = call.body
    due = call.node.clock.now() + REMIND_MS[said.precedence]
    return call.node.room.onward.concern(
        call.named["line"],
        call.named["release"],
        said.text,
        said.assurance,
        precedence=said.precedence,
        by_ms=due if said.by is None else parse_time(said.by, "by"),
        role=said.role,
    )


ROUTES: Final = (
    Route("GET", "/v1/received", RELEASING, None, list[ReceivedReleaseView], received,
          "What other parties released to this one, on all lines or on one `line`, the newest first.",
          query=(ON,)),
    Route("GET", RECEIVED, RELEASING, None, ReceivedReleaseView, one_received,
          "One release of another party's, with its caveats and whether it may be used."),
    Route("POST", f"{RECEIVED}/take", RELEASING, ReleaseTaken, bytes, take,
          "Its file, as its author made it; that an officer has taken it is told to its author. Of one that "
          "is recalled, or whose time is over, nothing is given.", media=OCTETS, whole=True,
          act="received.take"),
    Route("POST", f"{RECEIVED}/concern", OFFICER, ReleaseConcern, StatementView, concern,
          "Raise a concern with the other party of the line about a release that one gave the other on it.",
          act="received.concern"),
    Route("GET", "/v1/onward", RELEASING, None, list[OnwardView], askings,
          "What was asked about passing on, by both parties of each line or of one `line`.", query=(ON,)),
    Route("POST", f"{LINE}/onward", RELEASING, OnwardAsked, OnwardView, ask,
          "Ask the other party of a line whether something that it told may go to a recipient. Silence is no "
          "consent.", act="onward.ask"),
    Route("GET", ASKED, RELEASING, None, OnwardView, one, "One asking, and where it stands."),
    Route("GET", f"{ASKED}/text", RELEASING, None, OnwardTextView, text,
          "The exact text that two officers of this party sign to consent `until` a time, or as is asked.",
          query=(UNTIL,), present=True),
    Route("POST", f"{ASKED}/consent", RELEASING, OnwardConsented, OnwardView, consent,
          "Consent to what the other party asks, by two officers' signatures.", most=LARGE,
          act="onward.consent"),
    Route("POST", f"{ASKED}/decline", RELEASING, OnwardDeclined, OnwardView, decline,
          "Do not consent, or take a consent back.", act="onward.decline"),
    Route("GET", "/v1/releases/{release}/chain", RELEASING, None, ChainView, chain,
          "From whom to whom: of an own release each record, whose it is, by which consent it goes; of a "
          "received one, with its `line`, which own releases hold something of it.", query=(ON,)),
)  # fmt: skip
"""What of the API is about what others released, and passing on."""
