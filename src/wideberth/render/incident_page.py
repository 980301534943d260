"""The pack of an incident for people and programs: who said what, when, who held it, and what proves it.

The page is A4, black on white, fetches nothing, and runs nothing. Two clocks stand apart: when something was
here by our clock, and what its author's clock said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final, NamedTuple

import msgspec

from wideberth.desk import phrases
from wideberth.desk.case_entries import Ref
from wideberth.desk.incident import Row
from wideberth.errors import shorten
from wideberth.formats.incidentpack import SCHEMA
from wideberth.formats.times import to_rfc3339
from wideberth.ledger import quints
from wideberth.ledger.ids import Line
from wideberth.render.case_page import LEGAL
from wideberth.render.day_table import MARK
from wideberth.render.incident_words import WORDS, says
from wideberth.render.record import moment, stamp

MOST: Final = 2_000
"""Rows on the page; timeline.json has all."""
SAYS: Final = 700
"""Characters of an entry's words that the page shows."""
PROVEN: Final = (
    "Claimed is the time that its author's clock gave. Here by is our clock: of our entries when we said"
    " them, of theirs when an entry of ours shows that we had it, at the latest. Held by the other: that"
    " party signed (a receipt, its clock) or showed by an entry of its own (its clock) that it had it. Where"
    " neither stands there, nothing in this pack shows that it arrived."
)
OURS: Final = (
    "Rows in italics are what this party's own machine noted: what rang, how far it climbed, who took it,"
    " which cells have it. Nobody else has signed them, but cells what they confirmed, and they are in no"
    " record here. So is who was on duty."
)
ALWAYS: Final = (
    "Names of own cells, and what they were given word for word: an id stands for each.",
    "People's names, accounts, numbers and addresses: no feed holds any. Roles are told.",
    "What an acknowledgement does not say: none of it is permission, and no answer is none.",
    "Own plans, and lists with what was not told of them: only what was told to the other party is here.",
    "The terms of the agreement: each header names their SHA-256, and the record of a case has them whole.",
    "What was said by voice, mail or paper, unless it was entered on this line.",
    "When the other party's people saw something, but where they said so in an entry.",
)
"""What no pack has."""
_STYLE: Final = """
@page { size: A4 landscape; margin: 12mm }
* { box-sizing: border-box }
body { font: 9.5pt/1.35 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #000;
  background: #fff; max-width: 270mm; margin: 0 auto; padding: 3mm 0 }
h1 { font-size: 15pt; margin: 0 0 1mm; overflow-wrap: anywhere } h2 { font-size: 11.5pt; margin: 5mm 0 1.5mm;
  break-after: avoid } p { margin: 0 0 1.5mm } ul { margin: 0; padding-left: 5mm }
.mark { border: 1.8pt solid #000; font-weight: 700; font-size: 13pt; text-align: center; padding: 1.5mm;
  margin: 0 0 2mm; letter-spacing: 1pt }
.words { border: 1.4pt solid #000; padding: 2mm 3mm; font-weight: 600 }
.small { font-size: 8pt } table { border-collapse: collapse; width: 100%; margin: 0 0 2mm }
th, td { border: .5pt solid #000; padding: 1mm 1.5mm; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere } .t { white-space: nowrap }
.r { display: block; min-width: 20mm } tr { break-inside: avoid }
thead { display: table-header-group } code { font-size: 7.5pt; overflow-wrap: anywhere }
"""


class Shown(NamedTuple):
    """A line of the pack: its record, the entries about it, headers of others in it, and what is not signed.

    `label` is what the other party is called here.
    """

    line: Line
    label: str
    record: str
    entries: int
    headers: int
    unsigned: int


class Ours(NamedTuple):
    """Something that this party's own machine noted, in entry `n` of its private feed, at our clock (ms)."""

    at_ms: int
    n: int
    type: str
    says: str
    role: str | None


class Duty(NamedTuple):
    """A change of a post, without who: taken, relieved, handed or left, at our clock (ms)."""

    post: str
    how: str
    at_ms: int


class Sort(NamedTuple):
    """A row of the timeline, where it stands by our clock: an entry of a line, or a note of our own."""

    at_ms: int
    row: Row | None
    ours: Ours | None


class Pack(NamedTuple):
    """All that a pack tells.

    Attributes:
        about: the id; `ids` are those that belong to it.
        party: whose node made it, at `made_ms` of its clock.
        exercise: whether none of it is real.
        first_ms: from when on entries are told whole, by their authors' clocks; `last_ms` until when. None:
            no bound.
        lines: those that have something of it.
        timeline: in order.
        duty: who was on duty here, by post.
    """

    about: str
    ids: tuple[str, ...]
    party: str
    made_ms: int
    exercise: bool
    first_ms: int | None
    last_ms: int | None
    lines: tuple[Shown, ...]
    timeline: tuple[Sort, ...]
    duty: tuple[Duty, ...]


def missing(pack: Pack) -> Iterator[str]:
    """What is not in a pack, and why."""
    for each in pack.lines:
        yield (
            f"On the line to {each.label}: of {each.headers:,} other entries between these only the headers"
            " (whose, when, which type): they are about something else, and nobody has released them."
        )
        if each.unsigned:
            yield (
                f"On the line to {each.label}: {each.unsigned:,} entries at the end that are not signed yet."
                " Make the pack again after the next checkpoint."
            )
    if pack.first_ms is not None or pack.last_ms is not None:
        yield f"What its author dates outside {_window(pack)}: only headers, or nothing."
    unproven = sum(
        each.row is not None and each.row.delivered_ms is None and each.row.covered is None
        for each in pack.timeline
    )
    if unproven:
        yield f"Proof that the other party had {unproven:,} of these entries: none is known here."
    yield "Receipts that this party gave: they are in the record that the other party writes."
    yield from ALWAYS


def index(pack: Pack) -> dict[str, Any]:
    """What stands in index.json, beside the files."""
    return {
        "schema": SCHEMA,
        "about": pack.about,
        "ids": list(pack.ids),
        "exercise": pack.exercise,
        "made": to_rfc3339(pack.made_ms),
        "by": pack.party,
        "from": None if pack.first_ms is None else to_rfc3339(pack.first_ms),
        "to": None if pack.last_ms is None else to_rfc3339(pack.last_ms),
        "lines": [
            {
                "line": each.line.id,
                "parties": list(each.line.parties),
                "label": each.label,
                "record": each.record,
                "entries": each.entries,
                "headers_only": each.headers,
                "not_signed": each.unsigned,
            }
            for each in pack.lines
        ],
        "not_in_it": list(missing(pack)),
    }


def timeline(pack: Pack) -> bytes:
    """timeline.json: every row, with the exact words of its entry."""
    rows = [_entry(each.at_ms, each.row) if each.row else _note(each.ours) for each in pack.timeline]
    duty = [{"post": each.post, "how": each.how, "at": to_rfc3339(each.at_ms)} for each in pack.duty]
    whole = {"schema": SCHEMA, "exercise": pack.exercise, "rows": rows, "duty": duty}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def _entry(at_ms: int, row: Row) -> dict[str, Any]:
    covered = row.covered
    return {
        "here_by": stamp(at_ms),
        "claimed": stamp(row.claimed_ms),
        "feed": row.ref.origin.text,
        "n": row.ref.n,
        "type": row.type,
        "role": row.role,
        "standing": row.standing,
        "disputed": row.disputed,
        "receipt": None if row.delivered_ms is None else stamp(row.delivered_ms),
        "shown_by": None if covered is None else _covered(covered.ref, covered.at_ms),
        "says": msgspec.Raw(row.says.encode()),
    }


def _covered(ref: Ref, at_ms: int) -> dict[str, Any]:
    return {"feed": ref.origin.text, "n": ref.n, "claimed": stamp(at_ms)}


def _note(note: Ours | None) -> dict[str, Any]:
    assert note is not None  # a row is one of the two
    return {
        "at": to_rfc3339(note.at_ms),
        "feed": "private",
        "n": note.n,
        "type": note.type,
        "role": note.role,
        "says": msgspec.Raw(note.says.encode()),
    }


def page(pack: Pack, records: Mapping[str, bytes]) -> str:
    """The page; `records` are the record files by their names in the pack."""
    mark = f'<p class="mark">{MARK}</p>' if pack.exercise else ""
    title = f"{'EXERCISE ' if pack.exercise else ''}Incident: {pack.about}"
    left = len(pack.timeline) - MOST
    made = f"Who said what, when, and who held it. Made {moment(pack.made_ms)} by the node of"
    body = "".join(
        [
            mark,
            f"<h1>{_text(title)}</h1>",
            f"<p>{_text(made)} <code>{_text(pack.party)}</code>{_text(_bounds(pack))}.</p>",
            f'<p class="words">{_text(LEGAL)}</p>',
            _also(pack),
            "<h2>In order</h2>",
            _table(("here by", "claimed", "who", "what", "role", "held by the other"), _rows(pack)),
            f"<p>and {left:,} more rows: timeline.json has them</p>" if left > 0 else "",
            f'<p class="small">{_text(PROVEN)} {_text(OURS)}</p>',
            "<h2>Who was on duty here</h2>",
            _table(("our clock", "post", "how"), map(_duty, pack.duty)) if pack.duty else "<p>Nobody.</p>",
            "<h2>What is not in this pack, and why</h2>",
            f"<ul>{''.join(f'<li>{_text(each)}</li>' for each in missing(pack))}</ul>",
            "<h2>How to check it</h2>",
            *_checks(pack, records),
            mark,
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<meta http-equiv='Content-Security-Policy'"
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _bounds(pack: Pack) -> str:
    return "" if pack.first_ms is None and pack.last_ms is None else f", of {_window(pack)}"


def _window(pack: Pack) -> str:
    first = "the beginning" if pack.first_ms is None else moment(pack.first_ms)
    last = "the end" if pack.last_ms is None else moment(pack.last_ms)
    return f"{first} to {last}"


def _also(pack: Pack) -> str:
    if not pack.ids:
        return ""
    listed = ", ".join(f"<code>{_text(each)}</code>" for each in pack.ids[:40])
    return f"<p>With it belong {listed}{' and more' if len(pack.ids) > 40 else ''}.</p>"


def _rows(pack: Pack) -> Iterator[Sequence[str]]:
    names = {party: each.label for each in pack.lines for party in each.line.parties}
    names[pack.party] = "we"
    called: dict[tuple[str, str, str], dict[str, Any]] = {}
    for each in pack.timeline[:MOST]:
        if each.row is None:
            yield _own(each)
            continue
        row = each.row
        origin = row.ref.origin
        epoch = f", epoch {origin.epoch}" if origin.epoch else ""
        where = f"{origin.kind} {row.ref.n}{epoch}: {row.standing}"
        disputed = "<br>OUT OF ITS AUTHOR'S CHAIN" if row.disputed else ""
        yield (
            f'<span class="t">{_second(each.at_ms)}</span>',
            f'<span class="t">{_second(row.claimed_ms)}</span>',
            f"{_text(names[origin.party])}<br><span class='small'>{_text(where)}{disputed}</span>",
            f"{_what(row.type)}<br>{_text(says(row.type, row.says), SAYS)}{_compared(row, called)}",
            f'<div class="r">{_text(row.role or "")}</div>',
            _held(row, names),
        )


def _own(each: Sort) -> Sequence[str]:
    note = each.ours
    assert note is not None  # a row is one of the two
    at = f'<span class="t">{_second(each.at_ms)}</span>'
    where = f"we, privately<br><span class='small'>private {note.n}</span>"
    what = f"<i>{_what(note.type)}<br>{_text(says(note.type, note.says), SAYS)}</i>"
    return (at, "", where, what, f"<i class='r'>{_text(note.role or '')}</i>", "")


def _what(of_type: str) -> str:
    return f"<b>{_text(WORDS.get(of_type, of_type))}</b>"


def _compared(row: Row, called: dict[tuple[str, str, str], dict[str, Any]]) -> str:
    """What of a read-back is not as it was called; `called` are the fields of calls that came before."""
    if not row.type.startswith("call"):
        return ""
    said = msgspec.json.decode(row.says)
    fields, name = (said.get("fields"), said.get("call")) if isinstance(said, dict) else (None, None)
    if not isinstance(fields, dict) or not isinstance(name, str):
        return ""
    origin = row.ref.origin
    if row.type != "call.read_back":
        called[origin.line, origin.party, name] = fields
        return ""
    of = [k for k in called if k[0] == origin.line and k[1] != origin.party and k[2] == name]
    if not of:
        return ""
    found = [each.name for each in phrases.compare(called[of[0]], fields) if each.result != "matched"]
    if not found:
        return "<br>the same as it was called"
    return f"<br><b>NOT THE SAME: {_text(', '.join(found))}</b>"


def _held(row: Row, names: Mapping[str, str]) -> str:
    found = []
    if row.delivered_ms is not None:
        found.append(f"receipt {_second(row.delivered_ms)}")
    if row.covered is not None:
        ref, at_ms = row.covered
        found.append(f"{names[ref.origin.party]}: {ref.origin.kind} {ref.n}, {_second(at_ms)}")
    return "<br>".join(map(_text, found)) or "<b>nothing shows it</b>"


def _second(at_ms: int) -> str:
    """A moment with its seconds: where it is about seconds, a minute says nothing."""
    text = moment(at_ms)
    return f"{text[:-1]}:{at_ms // 1_000 % 60:02}Z" if text.endswith("Z") and text.count(":") == 1 else text


def _duty(each: Duty) -> Sequence[str]:
    return f'<span class="t">{_second(each.at_ms)}</span>', _text(each.post), _text(each.how)


def _checks(pack: Pack, records: Mapping[str, bytes]) -> Iterator[str]:
    yield (
        "<p>This page is made from the record files beside it; they prove it, the page does not. index.json"
        " has the SHA-256 of all files. On any computer, without a node, unpack it, and name whom you"
        " know:</p>"
    )
    rows = []
    for each in pack.lines:
        digest = hashlib.sha256(records[each.record]).hexdigest()
        named = "<br>".join(
            f"<code>{party}</code> ({_text(quints.identity(each.line.identity(party)))})"
            for party in each.line.parties
        )
        trust = " ".join(f"--trust {party}" for party in each.line.parties)
        command = f"<code>wideberth verify {_text(each.record)} {trust}</code>"
        rows.append(
            (
                f'<div class="r">{_text(each.label)}</div>',
                named,
                f"{command}<br>SHA-256 <code>{digest}</code>",
            )
        )
    yield _table(("line to", "parties, and words to compare by voice", "command"), rows)


def _table(titles: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(words: str, most: int = 1_000) -> str:
    return escape(shorten(words, most), quote=False)
