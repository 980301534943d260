"""What others released to this party, and passing on, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from wideberth.errors import shorten
from wideberth.node.onward_views import ChainRecordView, ChainView, OnwardView, ReceivedReleaseView
from wideberth.render.words import counted

SHORT: Final = 10
"""Characters of an id that tell it from others, for people."""
US: Final = "this party"


def received(found: Sequence[ReceivedReleaseView]) -> Table:
    """Releases of others, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("release", "from", "title", "at", "stands", "taken"):
        made.add_column(name, overflow="fold")
    for each in found:
        taken = "not yet" if each.taken is None else f"{each.taken}, {each.role}"
        row = (each.release[:SHORT], each.label or each.by, each.title, each.at, each.standing, taken)
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def one_received(found: ReceivedReleaseView) -> list[str]:
    """A release of another party's at length."""
    caveats = found.caveats
    named = ", ".join(caveats.release_to)
    reason = f": {shorten(found.reason, 300)}" if found.reason else ""
    further = "never"
    if caveats.onward:
        further = "with its author's consent each time" if caveats.originator_control else "freely"
    return [
        f"release   {found.release}",
        f"from      {shorten(found.label or found.by, 200)}, at {found.at}",
        f"title     {shorten(found.title, 200)}",
        f"stands    {found.standing}: {found.words}",
        *([f"recalled  {found.recalled}{reason}"] if found.recalled else []),
        f"signed    by {counted(found.signatures, 'officer')} of {found.needed} of its author",
        f"to use    until {caveats.expires or 'it is recalled'}",
        f"further   {further}{f'; to {shorten(named, 300)} without asking' if named else ''}",
        f"file      {found.size:,} bytes, SHA-256 {found.sha256}",
        f"taken     {'not yet' if found.taken is None else f'{found.taken}, as {found.role}'}",
    ]


def following_received(found: ReceivedReleaseView) -> Iterator[str]:
    """What to do next."""
    short = found.release[:SHORT]
    if found.standing == "RECALLED":
        yield "Whoever here has a copy of it is not to use it any more."
    elif found.standing == "here" and found.taken is None:
        yield f"Take it: wideberth release take {short} FILE.zip"
    elif found.standing in ("not signed", "not whole"):
        yield f"Do not use it. Call {shorten(found.label or found.by, 100)}."


def askings(found: Sequence[OnwardView]) -> Table:
    """Askings, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("asking", "who asks", "what", "for", "stands", "until"):
        made.add_column(name, overflow="fold")
    for each in found:
        who = US if each.mine else each.label or "the other party"
        until = each.consent_until or f"asked for {each.until}"
        row = (each.asked[:SHORT], who, _what(each), each.recipient, each.phase, until)
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def asking(found: OnwardView) -> list[str]:
    """An asking at length."""
    why = f": {shorten(found.reason, 300)}" if found.reason else ""
    said = f": {shorten(found.answer_reason, 300)}" if found.answer_reason else ""
    return [
        f"asking    {found.asked}",
        f"asked     by {US if found.mine else found.label or 'the other party'} at {found.at}{why}",
        f"what      {_what(found)}",
        f"for       {shorten(found.recipient, 100)}, until {found.until}",
        f"stands    {found.phase}: {found.words}",
        *([] if found.told else ["told      not yet: it waits for the line, or for its gate"]),
        *([f"answered  {found.answer} at {found.answered}{said}"] if found.answer else []),
        *([f"consents  until {found.consent_until}"] if found.consent_until else []),
        *([f"signed    by {found.signatures} of {found.needed} officers"] if found.signatures else []),
        *([f"entry     {found.entry} of {found.origin}"] if found.entry is not None else []),
    ]


def following_asking(found: OnwardView) -> Iterator[str]:
    """What to do next."""
    short = found.asked[:SHORT]
    if found.mine and found.phase == "asked":
        yield "It is not answered. Silence is no consent: call."
    elif not found.mine and found.phase in ("asked", "lapsed"):
        yield f"To consent, two officers sign: wideberth release consent-text {short} consent.json"
        yield f"Else: wideberth release answer {short} decline"


def chain(found: ChainView) -> list[str]:
    """From whom to whom."""
    whose = US if found.mine else shorten(found.label or found.by, 100)
    to = shorten(found.recipient, 100) if found.mine else US
    return [
        f"release   {found.release}  {shorten(found.title, 200)}",
        f"chain     {whose} -> {to}",
        *(line for each in found.records for line in _record(each, found.recipient)),
        *(
            f"further   records {', '.join(map(str, each.numbers))} -> {US} -> {shorten(each.recipient, 100)}"
            f"  in {each.release} ({each.phase})"
            for each in found.further
        ),
        *([] if found.records or found.further else ["further   nothing of it is in a release of ours"]),
    ]


def _record(each: ChainRecordView, recipient: str) -> Iterator[str]:
    via = "" if each.ours else f" -> {US}"
    author = US if each.ours else shorten(each.said_by, 100)
    told = f", told on {shorten(each.label or each.line or '', 100)} as {each.told}" if each.told else ""
    title = f" {shorten(each.title, 100)}" if each.title else ""
    yield f"record {each.number:<3}{each.kind}{title}: {author}{via} -> {shorten(recipient, 100)}{told}"
    yield f"          {'may go' if each.may else 'MAY NOT GO'}: {shorten(each.words, 300)}"
    consent = each.consent
    if consent is not None:
        at = "" if consent.entry is None else f", entry {consent.entry} of {consent.origin}"
        until = f" until {consent.consent_until}" if consent.consent_until else ""
        yield f"          asked in {consent.asked}: {consent.phase}{until}{at}"


def _what(found: OnwardView) -> str:
    records = f", records {', '.join(map(str, found.records))}" if found.records else ""
    version = f", version {found.version}" if found.kind in ("notice", "sites", "statement") else ""
    return f"{found.kind} {found.of}{version}{records}"
