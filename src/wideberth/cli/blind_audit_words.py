"""Audits of the blind check in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wideberth.cli.blind_words import box
from wideberth.errors import shorten
from wideberth.node.blind_audit_views import AuditCellView, AuditTextView, AuditView

SHORT: Final = 10
"""Characters of an id that tell it from others, for people."""


def brief(found: AuditView) -> Iterator[str]:
    """An audit in two lines."""
    who = "this party asks" if found.mine else f"{_peer(found)} asks"
    yield f"{found.audit[:SHORT]}  {_peer(found)}: {who}; run {found.run[:SHORT]}, round {found.round}"
    yield f"            {found.phase}{f': {found.proof}' if found.proof else f': {found.words}'}"


def audit(found: AuditView) -> list[str]:
    """An audit at length."""
    who = "this party" if found.mine else _peer(found)
    answered = "not yet" if found.answered is None else f"{found.answered}: {_claimed(found)}"
    return [
        f"audit     {found.audit}",
        f"asked     by {who}, {found.asked}; {_of(found.asks, found)}",
        f"for       {found.kind} {found.about}",
        f"set       {'theirs' if found.mine else 'own'}, run {found.run}, round {found.round}",
        *(["cell      none that there is"] if found.where is None else cell(found.where)),
        f"stands    {found.phase}: {found.words}",
        f"agreed    {found.agreed or 'not yet'}; {_of(found.agrees, found)}",
        f"answered  {answered}",
        *([f"proven    {found.proof}"] if found.proof else []),
    ]


def question(found: AuditTextView) -> list[str]:
    """A question that nobody has signed yet."""
    return [
        f"audit     {found.audit}",
        f"for       {found.kind} {found.about}",
        f"set       theirs, run {found.run}, round {found.round}",
        *cell(found.where),
    ]


def cell(found: AuditCellView) -> list[str]:
    """A cell, and how large it is."""
    return [
        f"cell      {found.cell} (level {found.level})",
        f"          {box(found.area, found.lower_m, found.upper_m)}, {found.start} to {found.end}",
    ]


def following(found: AuditView) -> Iterator[str]:
    """What to do next."""
    name, short = _peer(found), found.audit[:SHORT]
    if found.proven == "lie":
        yield f"Call {name}: what they have answered is not true. Keep the record: wideberth record export"
    elif found.proven == "present":
        yield f"It proves that a plan was in that cell, and not which: call {name}."
    elif found.proven == "unproven":
        yield f"The set of run {found.run[:SHORT]} is needed for it: whoever has kept it can tell."
    elif found.phase == "asked" and found.mine:
        yield f"Two officers of {name} have not agreed. That is no answer, and no admission: call."
    elif found.phase == "asked":
        yield f"Two officers agree, or nobody does: wideberth blind audit show {name} {short} --text FILE"
    elif found.phase == "not asked":
        yield f"{found.asks} of {found.needed} signatures count: it is not asked."


def _claimed(found: AuditView) -> str:
    return "the cell was in the set" if found.claimed else "the cell was not in the set"


def _of(n: int, found: AuditView) -> str:
    return f"signed by {n} of {found.needed} officers"


def _peer(found: AuditView) -> str:
    return shorten(found.label, 60) if found.label else found.line[:SHORT]
