"""Talks in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from wideberth.errors import shorten
from wideberth.node.talks_views import MinutesView, TalksOnView, TalksView

SHORT: Final = 10
"""Characters of an id, or of a SHA-256, that tell it from others, for people."""
US: Final = "this party"


def table(found: Sequence[TalksView]) -> Table:
    """Talks, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("talks", "title", "begin", "with", "stand"):
        made.add_column(name, overflow="fold")
    for each in found:
        stand = "; ".join(dict.fromkeys(one.phase for one in each.lines))
        row = (each.talks[:SHORT], each.title, each.at, _with(each), stand)
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def talks(found: TalksView) -> list[str]:
    """Talks at length."""
    return [
        f"talks     {shorten(found.title, 200)}  {found.talks}",
        f"invited   by {US if found.mine else _name(found, found.by)}, version {found.version}",
        f"begin     {found.at}",
        f"place     {shorten(found.place, 200) if found.place else 'not said'}",
        f"with      {shorten(_with(found), 400)}",
        *(f"agenda    {n}. {shorten(each, 200)}" for n, each in enumerate(found.agenda, 1)),
        *(f"hold      {each} waits for them" for each in found.holds),
        *(line for each in found.lines for line in _on(each)),
    ]


def following(found: TalksView) -> Iterator[str]:
    """What to do next."""
    short = found.talks[:SHORT]
    for each in found.lines:
        peer = _peer(each)
        if not each.told:
            yield f"{peer} is not invited yet: call."
        elif each.phase == "proposed" and found.mine:
            yield f"{peer} has not answered. That is no consent: call."
        elif each.phase in ("proposed", "another time") and not found.mine:
            yield f"Answer: wideberth talks answer {short} attend"
        elif each.phase == "another time":
            yield f"{peer} proposes another time: wideberth talks amend {short} --at TIME"
        elif each.phase == "arranged":
            yield f"When they are held: wideberth talks attend {short} --role ROLE"
        elif each.phase == "held":
            yield f"Put the minutes: wideberth talks minutes {short} FILE"
        elif each.phase in ("minuted", "differing"):
            yield from (_sign(short, one) for one in each.minutes if not one.mine and not one.signed_here)


def _sign(short: str, one: MinutesView) -> str:
    name = one.sha256[:SHORT]
    read = f"Read their text: wideberth talks text {short} {name} --out FILE"
    return f"{read}; then talks sign, or talks differ, {short} {name}"


def _on(each: TalksOnView) -> Iterator[str]:
    yield f"on        {shorten(_peer(each), 60)}: {each.phase}: {each.words}"
    if each.answer is not None:
        at = f", {each.answer.at}" if each.answer.at else ""
        old = "" if each.answer.current else f" (to version {each.answer.version})"
        yield f"          answered: {each.answer.answer}{at}{old}"
    for whose, roles in (("ours", each.attended_here), ("theirs", each.attended_there)):
        if roles:
            yield f"          there were, {whose}: {shorten(', '.join(roles), 300)}"
    for one in each.minutes:
        whose = "ours" if one.mine else "theirs"
        both = "; THE MINUTES OF BOTH" if one.sha256 == each.agreed else ""
        yield f"minutes   {whose}, version {one.version}, SHA-256 {one.sha256}{both}"
        signed = [name for name, is_so in (("us", one.signed_here), ("them", one.signed_there)) if is_so]
        yield f"          signed by {' and '.join(signed) or 'nobody'}"
        for who, words in (("we differ", one.differs_here), ("they differ", one.differs_there)):
            if words is not None:
                yield f"          {who}: {shorten(words, 500)}"
    for said in each.outcomes:
        whose = "ours" if said.mine else "theirs"
        if said.agreement is not None:
            terms = said.terms or "terms that are not on this line"
            yield f"outcome   {whose}: {shorten(terms, 200)}, SHA-256 {said.agreement}"
        if said.communique is not None:
            stands = f", {shorten(said.stands, 300)}" if said.stands else ""
            yield f"outcome   {whose}: communiqué {shorten(said.communique, 200)}{stands}"


def _with(found: TalksView) -> str:
    return ", ".join(each.label or each.party[:SHORT] for each in found.parties if not each.us)


def _name(found: TalksView, party: str) -> str:
    return next((each.label or party[:SHORT] for each in found.parties if each.party == party), party)


def _peer(each: TalksOnView) -> str:
    return each.label or each.line[:SHORT]
