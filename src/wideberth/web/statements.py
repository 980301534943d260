"""Statements over the API: declarations, policies, concerns, claim queries, and what is said to them."""

from __future__ import annotations

from typing import Final

from wideberth.desk.statement_entries import Asked, Declared, Raised
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.formats.times import parse_time
from wideberth.model.agreement import Precedence
from wideberth.model.statement import REMIND_MS, Area, Subject
from wideberth.node.statement_views import StatementView
from wideberth.space.notation import read_place
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import ANYBODY, LARGE, Route
from wideberth.web.statement_asked import (
    AcceptsAnswer,
    AnswersStatement,
    KeepsOpen,
    NewClaim,
    NewConcern,
    NewDeclaration,
    SaysOfStatement,
)

WHOSE: Final = "whose"
LINE_OF: Final = "line"
CLAIM_MS: Final = 10 * 60_000
"""When an answer to a claim query is due, where nobody says. A judgement."""
STANDS_MS: Final = 60 * 60_000
"""How long such an answer stands, where nobody says. A judgement: what is seen moves."""
STATEMENTS: Final = "/v1/lines/{line}/statements"
STATEMENT: Final = f"{STATEMENTS}/{{statement}}"


def everywhere(call: Call) -> list[StatementView]:
    """The statements of all lines, or of one."""
    return call.node.room.statements.all(call.asked.get(LINE_OF))


def on_line(call: Call) -> list[StatementView]:
    """The statements of a line."""
    return call.node.room.statements.all(call.named["line"])


def one(call: Call) -> StatementView:
    """One of them. Raises: as Statements.one; Invalid (`api.query`)."""
    whose = call.asked.get(WHOSE)
    if whose not in (None, "ours", "theirs"):
        raise Invalid("api.query", WHOSE, whose, "ours or theirs")
    mine = None if whose is None else whose == "ours"
    return call.node.room.statements.one(*_which(call), mine=mine)


def declare(call: Call) -> list[StatementView]:
    """A declaration or policy. Raises: as native.volume_from_json, Statements.make; Invalid (`time.*`)."""
    said: NewDeclaration = call.body
    area = None
    if said.area is not None:
        some = enumerate(said.area.volumes)
        volumes = tuple(native.volume_from_json(each, f"area.volumes[{i}]") for i, each in some)
        named = said.area.activities
        area = Area(volumes, said.area.rank, None if named is None else tuple(named))
    made = Declared(
        id=said.amends or "",
        version=1,
        text=said.text,
        basis=said.basis,
        start=_at(call, said.start, "start", 0),
        expires=None if said.expires is None else parse_time(said.expires, "expires"),
        role=said.role,
        area=area,
    )
    return call.node.room.statements.make(said.lines, made, despite=said.despite)


def concern(call: Call) -> list[StatementView]:
    """A concern. Raises: as Statements.make; Invalid (`time.*`)."""
    said: NewConcern = call.body
    by = _at(call, said.by, "by", REMIND_MS[said.precedence])
    made = Raised("", said.text, said.assurance, said.precedence, by, said.role)
    return call.node.room.statements.make(said.lines, made)


def claim(call: Call) -> list[StatementView]:
    """A claim query. Raises: as read_place, Statements.make; Invalid (`time.*`)."""
    said: NewClaim = call.body
    place = None if said.place is None else read_place(said.place, "place")
    own = None if said.own is None else read_place(said.own, "own")
    if said.words is not None and place is None:
        raise Invalid("statement.entry", "words", said.words, "words with the place that they are about")
    at = _at(call, said.at, "at", 0)
    what = Subject(said.description, at, place, said.place, said.words, said.notice, said.track)
    made = Asked("", what, _at(call, said.by, "by", CLAIM_MS), said.role)
    return call.node.room.statements.make(said.lines, made, own, despite=said.despite)


def acknowledge(call: Call) -> StatementView:
    """Somebody has read it. Raises: as Statements.acknowledge."""
    said: SaysOfStatement = call.body
    return call.node.room.statements.acknowledge(*_which(call), said.role)


def answer(call: Call) -> StatementView:
    """What is said to one of theirs. Raises: as Statements.respond, assure, claim; Invalid (`time.*`)."""
    said: AnswersStatement = call.body
    statements = call.node.room.statements
    if said.answer is not None and said.assurance is None:
        until = _at(call, said.expires, "expires", STANDS_MS)
        return statements.claim(*_which(call), said.answer, until, said.role, said.text)
    if said.text is None or said.answer is not None or said.expires is not None:
        wanted = "a text, with an assurance to a concern; or an answer to a claim query"
        raise Invalid("statement.answer", "answer", "none of them whole, or several", wanted)
    if said.assurance is not None:
        return statements.assure(*_which(call), said.assurance, said.text, said.role)
    return statements.respond(*_which(call), said.text, said.role)


def accept(call: Call) -> StatementView:
    """The answer is one. Raises: as Statements.accept."""
    said: AcceptsAnswer = call.body
    return call.node.room.statements.accept(*_which(call), said.answer, said.role)


def keep_open(call: Call) -> StatementView:
    """The concern is still open. Raises: as Statements.keep_open; Invalid (`time.*`)."""
    said: KeepsOpen = call.body
    found = call.node.room.statements.one(*_which(call), mine=True)
    precedence: Precedence = found.precedence or "routine"
    by = _at(call, said.by, "by", REMIND_MS[precedence])
    return call.node.room.statements.keep_open(*_which(call), said.answer, by, said.role)


def withdraw(call: Call) -> StatementView:
    """Its author takes it back. Raises: as Statements.withdraw."""
    said: SaysOfStatement = call.body
    return call.node.room.statements.withdraw(*_which(call), said.role)


def _which(call: Call) -> tuple[str, str]:
    return call.named["line"], call.named["statement"]


def _at(call: Call, text: str | None, path: str, after_ms: int) -> int:
    """A moment, or so long after now. Raises: Invalid (`time.*`)."""
    return call.node.clock.now() + after_ms if text is None else parse_time(text, path)


ROUTES: Final = (
    Route("GET", "/v1/statements", ANYBODY, None, list[StatementView], everywhere,
          "Declarations, policies, concerns and claim queries of all lines, or of one `line`, the newest "
          "first. Acknowledged says that somebody has read one, and nothing else.", query=(LINE_OF,)),
    Route("GET", STATEMENTS, ANYBODY, None, list[StatementView], on_line, "The same, of one line."),
    Route("GET", STATEMENT, ANYBODY, None, StatementView, one,
          "One of them; `whose` (ours, theirs) where both parties have used its id.", query=(WHOSE,)),
    Route("POST", "/v1/declarations", OFFICER, NewDeclaration, list[StatementView], declare,
          "State a position on one line or several, on each the same; with an area it is a policy.",
          most=LARGE, act="declaration.make"),
    Route("POST", "/v1/concerns", OFFICER, NewConcern, list[StatementView], concern,
          "Put a worry to the other party, with the assurance that is requested.", act="concern.raise"),
    Route("POST", "/v1/claims", OFFICER, NewClaim, list[StatementView], claim,
          "Ask whether something is the other party's. Silence is no answer, and never a no.",
          act="claim.ask"),
    Route("POST", f"{STATEMENT}/acknowledge", OFFICER, SaysOfStatement, StatementView, acknowledge,
          "Say that somebody has read a statement of theirs. It says nothing else.",
          act="statement.acknowledge"),
    Route("POST", f"{STATEMENT}/answer", OFFICER, AnswersStatement, StatementView, answer,
          "Respond to a declaration or policy, answer a concern or a claim query of theirs.",
          act="statement.answer"),
    Route("POST", f"{STATEMENT}/accept", OFFICER, AcceptsAnswer, StatementView, accept,
          "Take the answer to an own concern as one.", act="concern.accept"),
    Route("POST", f"{STATEMENT}/keep-open", OFFICER, KeepsOpen, StatementView, keep_open,
          "Say that an own concern is still open with the answer that was given.", act="concern.keep_open"),
    Route("POST", f"{STATEMENT}/withdraw", OFFICER, SaysOfStatement, StatementView, withdraw,
          "Take an own statement back on a line.", act="statement.withdraw"),
)  # fmt: skip
"""The routes of statements."""
