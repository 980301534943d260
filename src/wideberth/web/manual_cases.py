"""Cases on manual lines: conflicts with what a far end told, and what was said of them."""

from __future__ import annotations

from typing import Final

from wideberth.errors import Invalid
from wideberth.model.manual_case import SAID, Said
from wideberth.node.manual_sides import Word
from wideberth.node.manual_views import CaseScriptView, ConflictsView, ManualCaseView
from wideberth.web import desk, manual
from wideberth.web.call import Call

SAYING, PROPOSAL = "said", "proposal"
SCRIPT: Final = (SAYING, PROPOSAL, manual.FORM)


def conflicts(call: Call) -> ConflictsView:
    """Own plans against theirs."""
    return call.node.manual.cases.conflicts(call.named["manual"])


def cases(call: Call) -> list[ManualCaseView]:
    """All of a line."""
    return call.node.manual.cases.all(call.named["manual"])


def case(call: Call) -> ManualCaseView:
    """One of them."""
    return call.node.manual.cases.one(call.named["manual"], call.named["case"])


def text(call: Call) -> CaseScriptView:
    """What is to be told. Raises: Invalid (`manual.form`, `manual.entry`), and as ManualCases.script."""
    form, n = manual.form(call.asked.get(manual.FORM)), _number(call.asked.get(PROPOSAL))
    return call.node.manual.cases.script(*_named(call), _said(call.asked.get(SAYING, "told")), n, form)


def propose(call: Call) -> ManualCaseView:
    """A change is offered. Raises: Invalid (`case.change`), and as ManualCases.propose."""
    said = call.body
    word = Word("proposal", said.mine, said.role, manual.at(call), said.language, said.read_back)
    return call.node.manual.cases.propose(*_named(call), word, desk.change(said.change), ours=said.ours)


def say(call: Call) -> ManualCaseView:
    """Something was said of it. Raises: Invalid (`manual.sha256`), and as ManualCases.say."""
    said = call.body
    sha256 = None if said.sha256 is None else manual.digest(said.sha256)
    word = Word(
        said.said,
        said.mine,
        said.role,
        manual.at(call),
        said.language,
        said.read_back,
        sha256,
        said.proposal,
    )
    return call.node.manual.cases.say(*_named(call), word, anyway=said.anyway)


def _named(call: Call) -> tuple[str, str]:
    return call.named["manual"], call.named["case"]


def _said(asked: str) -> Said:
    """Raises: Invalid (`manual.entry`)."""
    for each in SAID:
        if asked == each != "proposal":
            return each
    raise Invalid("manual.entry", SAYING, asked, "told, accept, decline, retract or closed")


def _number(asked: str | None) -> int | None:
    """Raises: Invalid (`manual.entry`)."""
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and int(asked[:9]) > 0):
        raise Invalid("manual.entry", PROPOSAL, asked, "the number of a proposal")
    return int(asked[:9])
