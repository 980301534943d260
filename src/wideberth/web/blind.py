"""The blind check, as the node runs it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from wideberth.desk.blind_audit_entries import Question
from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.model.blind import About
from wideberth.node.blind_audit import Spot
from wideberth.node.blind_audit_views import AuditTextView, AuditView, OpeningTextView
from wideberth.node.blind_views import BlindRunView, BlindView
from wideberth.space.altitude import parse_altitude
from wideberth.space.notation import read_place
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import ANYBODY, LARGE, OCTETS, Route

ON_LINE: Final = "/v1/lines/{line}/blind"
AUDIT: Final = f"{ON_LINE}/audits/{{audit}}"
RUN: Final = f"{ON_LINE}/runs/{{run}}"
WHICH: Final = ("run", "round", "cell", "place", "altitude", "at", "case", "call")
_TERM: Final = "the term of a cell: 34 hexadecimal digits; or place, altitude and at"
_ROUND: Final = "a number from 0 to 16"


class AuditAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A question as two officers have signed it: a cell of a round of a run, about a case or a call.

    `approvals`: their signatures over its text, each as the text of its file.
    """

    run: str
    round: int
    cell: str
    approvals: list[str]
    case: str | None = None
    call: str | None = None


class Approved(Struct, frozen=True, forbid_unknown_fields=True):
    """Officers' signatures over a text, each as the text of its file."""

    approvals: list[str]


def lines(call: Call) -> list[BlindView]:
    """On each line."""
    return call.node.room.blind.all()


def line(call: Call) -> BlindView:
    """On one line. Raises: as BlindChecks.one."""
    return call.node.room.blind.one(call.named["line"])


def runs(call: Call) -> list[BlindRunView]:
    """Own runs on a line. Raises: as BlindChecks.runs."""
    return call.node.room.blind.runs(call.named["line"])


def audits(call: Call) -> list[AuditView]:
    """Audits of a line. Raises: as BlindAudits.all."""
    return call.node.room.audits.all(call.named["line"])


def audit(call: Call) -> AuditView:
    """One of them. Raises: as BlindAudits.one."""
    return call.node.room.audits.one(call.named["line"], call.named["audit"])


def question(call: Call) -> AuditTextView:
    """What two officers are to sign. Raises: Invalid (`api.query`, `blind.term`, as read_place,
    parse_altitude, parse_time), and as BlindAudits.question.
    """
    said, line_id = call.asked, call.named["line"]
    call.node.other(line_id)  # whether there is such a line is said first
    number = said.get("round", "0")
    if not (number.isascii() and number.isdecimal() and len(number) <= 2):
        raise Invalid("api.query", "round", number, _ROUND)
    cell: bytes | Spot
    if "cell" in said:
        cell = _term(said["cell"])
    else:
        place = read_place(said.get("place", ""), "place").point
        height = parse_altitude(said.get("altitude", ""), "altitude")
        cell = Spot(place, height, parse_time(said.get("at", ""), "at"))
    about = _about(said.get("case"), said.get("call"))
    return call.node.room.audits.question(line_id, said.get("run", ""), int(number), cell, about)


def ask(call: Call) -> AuditView:
    """Ask. Raises: Invalid (`blind.term`, `api.query`), and as BlindAudits.ask."""
    said, line_id = call.body, call.named["line"]
    call.node.other(line_id)
    asked = Question(said.run, said.round, _term(said.cell), _about(said.case, said.call))
    if not 0 <= said.round <= 16:
        raise Invalid("api.query", "round", said.round, _ROUND)
    approvals = [each.encode() for each in said.approvals]
    return call.node.room.audits.ask(line_id, asked, approvals)


def agree(call: Call) -> AuditView:
    """Agree to a question of the other side's. Raises: as BlindAudits.agree."""
    approvals = [each.encode() for each in call.body.approvals]
    return call.node.room.audits.agree(call.named["line"], call.named["audit"], approvals)


def opening_text(call: Call) -> OpeningTextView:
    """What two officers sign to open a run. Raises: as BlindOpenings.text."""
    return call.node.room.openings.text(call.named["line"], call.named["run"])


def open_run(call: Call) -> bytes:
    """An own run, for an arbiter. Raises: as BlindOpenings.open."""
    approvals = [each.encode() for each in call.body.approvals]
    return call.node.room.openings.open(call.named["line"], call.named["run"], approvals)


def _term(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Invalid("blind.term", "cell", text, _TERM) from error


def _about(case: str | None, of_call: str | None) -> About:
    match (case, of_call):
        case (str(name), None):
            return About("case", name)
        case (None, str(name)):
            return About("call", name)
    raise Invalid("api.query", "case", "both or neither", "a case or a call of the line")


ROUTES: Final = (
    Route("GET", "/v1/blind", ANYBODY, None, list[BlindView], lines,
          "How the blind check stands on each line, as of when, and until when."),
    Route("GET", ON_LINE, ANYBODY, None, BlindView, line, "The same of one line."),
    Route("GET", f"{ON_LINE}/runs", ANYBODY, None, list[BlindRunView], runs,
          "Own runs on a line, the newest first: what each came to, and where."),
    Route("GET", f"{ON_LINE}/audits", ANYBODY, None, list[AuditView], audits,
          "Audits of a line, the newest first: which cell of which set is asked about, what is proven."),
    Route("GET", AUDIT, ANYBODY, None, AuditView, audit, "One audit."),
    Route("GET", f"{ON_LINE}/question", OFFICER, None, AuditTextView, question,
          "The text that two officers sign to ask whether a cell was in the other party's set: of the "
          "`round` (else 0) of a `run`, the `cell` by its term, or by `place`, `altitude` and `at`, for a "
          "`case` or a `call`. Nothing is entered.", query=WHICH, present=True),
    Route("POST", f"{ON_LINE}/audits", OFFICER, AuditAsked, AuditView, ask,
          "Ask whether a cell was in the other party's set, by two officers' signatures.", most=LARGE,
          act="blind.audit_ask"),
    Route("POST", f"{AUDIT}/agree", OFFICER, Approved, AuditView, agree,
          "Agree to the other party's question, by two officers' signatures: the node answers by itself.",
          most=LARGE, act="blind.audit_agree"),
    Route("GET", f"{RUN}/opening", OFFICER, None, OpeningTextView, opening_text,
          "The text that two officers sign to open an own run for an arbiter.", present=True),
    Route("POST", f"{RUN}/open", OFFICER, Approved, bytes, open_run,
          "An own run, opened for an arbiter by two officers' signatures: its seed, its plans and all "
          "messages, as a file.", media=OCTETS, most=LARGE, whole=True, act="blind.open"),
)  # fmt: skip
"""What of the API is about the blind check."""
