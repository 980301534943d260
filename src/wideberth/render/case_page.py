"""The record of a case as a page for people: A4, black on white, nothing fetched, no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from wideberth.desk.notices import Notice
from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.ledger import ids, quints
from wideberth.render.case import (
    NEVER_PERMISSION,
    Shown,
    agreement_words,
    limits,
    notice_words,
    proof,
    says,
    standing_words,
)
from wideberth.render.case_map import Side, picture
from wideberth.render.record import NEVER_SHOWN, headline, meaning, moment, named
from wideberth.render.strip import corners
from wideberth.space.altitude import show
from wideberth.space.extent import extent
from wideberth.space.volume import Volume

LEGAL = (
    "A notification gives no permission and no guarantee. Absence from a list removes no protection under"
    " international humanitarian law."
)
PROVEN = (
    "Signed: its author signed a checkpoint of the feed that counts this entry; main and urgent are its two"
    " feeds, and the number is its place there. Held by the other: the other party signed, at that time of"
    " its own clock, that it durably holds all up to there. Receipts of a party's entries are in the record"
    " that this party writes."
)
NO_NAMES = (
    "Each entry is signed with the key of its party's node. No entry of a case names a person; where it goes"
    " to a role of a party, that is said."
)
MOST = 40
"""Volumes of a notice that are listed."""
_STYLE = """
@page { size: A4 portrait; margin: 15mm }
* { box-sizing: border-box }
body { font: 10pt/1.4 Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif; color: #000;
  background: #fff; max-width: 180mm; margin: 0 auto; padding: 4mm 0 }
h1 { font-size: 15pt; margin: 0 0 1mm } h2 { font-size: 11.5pt; margin: 6mm 0 1.5mm; break-after: avoid }
p { margin: 0 0 1.5mm } .big { font-size: 12pt; font-weight: 600 } .small { font-size: 8pt }
.words { border: 1.4pt solid #000; padding: 2mm 3mm; margin: 3mm 0; font-weight: 600 }
table { border-collapse: collapse; width: 100%; margin: 0 0 2mm }
th, td { border: .5pt solid #000; padding: 1mm 1.6mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere }
tr { break-inside: avoid } thead { display: table-header-group }
code { font-size: 8pt; overflow-wrap: anywhere }
svg { max-width: 100%; height: auto; break-inside: avoid } ul { margin: 0; padding-left: 5mm }
"""


def page(shown: Shown, sha256: bytes) -> str:
    """The page. `sha256` is that of the lines of the record file before its last one, as it ends with."""
    checked, told = shown.checked, shown.told
    parties = " and ".join(named(party, checked) for party in checked.result.line.parties)
    body = "".join(
        [
            f"<h1>Case {_text(told.id[:8])}… between {_text(parties)}</h1>",
            f'<p class="big">{_text(headline(checked))}</p><p>{_text(meaning(checked))}</p>',
            f'<p class="big">{_text(standing_words(shown))}</p>',
            f'<p class="words">{_text(NEVER_PERMISSION)} {_text(LEGAL)}</p>',
            *(f"<p>{_text(line)}</p>" for line in agreement_words(shown)),
            "<h2>The two notices</h2>",
            picture(_sides(shown)),
            *(_notice(shown, each) for each in told.notices or ()),
            "<h2>What was entered</h2>",
            _steps(shown),
            f'<p class="small">{_text(PROVEN)} {_text(NO_NAMES)}</p>',
            "<h2>What this record does not tell</h2>",
            _list([*limits(shown), *NEVER_SHOWN]),
            "<h2>How to check it</h2>",
            *_proofs(shown, sha256),
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<meta http-equiv='Content-Security-Policy'"
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Case {_text(told.id[:8])}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _sides(shown: Shown) -> list[Side]:
    """The notices of which something is told, in their newest versions."""
    found = [shown.told.state.notices.get(each) for each in shown.told.notices or ()]
    return [Side(_called(shown, each), each) for each in found if each is not None]


def _called(shown: Shown, notice: Notice) -> str:
    return f"{named(notice.by, shown.checked)}: {notice.said.callsign or notice.said.activity}"


def _notice(shown: Shown, notice: str) -> str:
    """A notice in words, and its volumes."""
    found = shown.told.state.notices.get(notice)
    volumes = () if found is None else found.said.volumes
    rows = [
        _row((str(k), _when(v), f"{show(v.lower)} to {show(v.upper)}", _where(v))) for k, v in _few(volumes)
    ]
    more = f"<p>and {len(volumes) - MOST:,} more volumes</p>" if len(volumes) > MOST else ""
    title = f"<p><b>{_text(notice_words(shown, notice))}</b></p>"
    return f"{title}{_table(('', 'when', 'how high', 'within'), rows)}{more}"


def _few(volumes: Sequence[Volume]) -> Iterator[tuple[int, Volume]]:
    return enumerate(volumes[:MOST], start=1)


def _when(volume: Volume) -> str:
    start = "in force" if volume.start is None else show_time(volume.start)
    return f"{start} – {'until further notice' if volume.end is None else show_time(volume.end)}"


def _where(volume: Volume) -> str:
    return corners(extent(volume.ground))


def _steps(shown: Shown) -> str:
    rows, before = [], None
    for number, step in enumerate(shown.told.steps, start=1):
        header = step.entry.header
        then = f"{step.phase}" if step.phase not in (None, before) else ""
        before = step.phase
        what = f"{shown.who(header.origin)} {says(shown, step)}"
        rows.append(_row((str(number), moment(header.at_ms), what, then, proof(shown, step))))
    return _table(("", "author's clock", "who and what", "the case is now", "proven by"), rows)


def _proofs(shown: Shown, sha256: bytes) -> Iterator[str]:
    checked = shown.checked
    exported = checked.opening.exported
    yield (
        f"<p>This page is made from the record file {_text(shorten(checked.file, 200))}; the file proves it,"
        f" the page does not. It ends with SHA-256 <code>{ids.base32(sha256)}</code>, and says that it was"
        f" written {_text(moment(exported.at_ms))} with {_text(exported.program)}."
        " On any computer, without a node:</p>"
    )
    yield "<p><code>wideberth verify FILE --trust PARTY --trust PARTY</code></p>"
    rows = [
        _row((named(party, checked), party, quints.identity(checked.result.line.identity(party))))
        for party in checked.result.line.parties
    ]
    yield _table(("called", "party", "words to compare by voice"), rows)
    line = _text(checked.result.line.id)
    yield f"<p>Case <code>{_text(shown.told.id)}</code><br>Line <code>{line}</code></p>"
    feeds = [
        _row(
            (
                f"{shown.who(feed.origin)} {feed.origin.kind}",
                _span(feed.start, feed.size),
                str(feed.signed),
                _to(feed.delivered),
            )
        )
        for feed in checked.result.feeds
    ]
    yield _table(("feed", "entries", "signed below", "held by the other below"), feeds)


def _span(start: int, size: int) -> str:
    return f"{start:,} to {size - 1:,}"


def _to(delivered: int) -> str:
    return f"{delivered:,}" if delivered else "not in this file"


def _table(titles: Iterable[str], rows: Sequence[str]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{title}</th>" for title in titles)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in cells)}</tr>"


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"


def _text(words: str) -> str:
    return escape(shorten(words, 1_000), quote=False)
