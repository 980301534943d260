"""What a record proves, in words for whoever has to rely on it, and as JSON (`wideberth.verify/1`)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, WideberthError, shorten
from wideberth.formats.recordfile import Opening
from wideberth.formats.times import show_time, to_rfc3339
from wideberth.ledger import ids, quints, record
from wideberth.ledger.body import Header
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Finding, Findings, Proven, Result, Verdict

SCHEMA = "wideberth.verify/1"
HEADLINES: Mapping[Verdict, str] = {
    "verified": "VERIFIED",
    "disputed": "SIGNED, BUT DISPUTED",
    "not anchored": "INTERNALLY CONSISTENT, NOT ANCHORED",
    "not verified": "NOT VERIFIED",
}
NEVER_SHOWN = (
    "that a key was not stolen, or revoked after this file was written: ask the parties",
    "that nothing was said after the last checkpoint, or elsewhere",
    "that what an entry says is true: only that its author signed it",
)
SAYS = 40
"""Characters of a body that are shown in a table."""
WORDS = 500
"""Characters of what is said of a finding: some of them may be an author's."""
WIDTH = 100
"""Columns of what is not a name."""


class Checked(Struct, frozen=True):
    """A record file, what it proves, and whom the reader knows: party -> label."""

    file: str
    opening: Opening
    result: Result
    trusted: Mapping[str, str]

    @property
    def verdict(self) -> Verdict:
        """What may be said of it."""
        return record.verdict(self.result, self.trusted)


def report(checked: Checked) -> Iterator[str]:
    """The result, line by line."""
    return wrapped(_report(checked))


def wrapped(lines: Iterable[str]) -> Iterator[str]:
    """Lines of at most 100 columns, but for names."""
    for line in lines:
        if len(line) <= WIDTH or " " not in line.strip():
            yield line
            continue
        indent = len(line) - len(line.lstrip()) + 2
        # a name that is cut in two cannot be copied
        yield from textwrap.wrap(
            line,
            WIDTH,
            subsequent_indent=" " * indent if indent > 2 else "",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _report(checked: Checked) -> Iterator[str]:
    result = checked.result
    yield headline(checked)
    yield meaning(checked)
    yield ""
    exported = checked.opening.exported
    count = sum(feed.size - feed.start - feed.left_out for feed in result.feeds)
    held = f"{_counted(count, 'entry', 'entries')} of {_counted(len(result.feeds), 'feed', 'feeds')}"
    yield f"{shorten(checked.file, 200)}: {held}, on one line"
    yield f"  it says it was written {moment(exported.at_ms)} with {shorten(exported.program)}: unsigned"
    yield ""
    yield "Parties"
    for party in result.line.parties:
        known = "known to you" if party in checked.trusted else "NOT KNOWN TO YOU"
        yield f"  {named(party, checked)}: {known}"
        yield f"    party  {party}"
        yield f"    words  {quints.identity(result.line.identity(party))}"
    for feed in result.feeds:
        yield ""
        yield from _feed(feed, checked)
    yield from _findings("FALSE", result.wrong, checked)
    yield from _findings("To know", result.told, checked)
    yield ""
    yield "No record shows"
    yield from (f"  {line}" for line in NEVER_SHOWN)


def headline(checked: Checked) -> str:
    """The verdict in capitals."""
    if checked.verdict != "disputed":
        return HEADLINES[checked.verdict]
    disputed = sum(end - begin for feed in checked.result.feeds for begin, end in feed.disputed)
    whole = disputed == sum(feed.size - feed.start for feed in checked.result.feeds)
    return f"{HEADLINES['disputed']}{'' if whole else ' IN PART'}"


def meaning(checked: Checked) -> str:
    """What the verdict means, in a sentence or two."""
    result, verdict = checked.result, checked.verdict
    if verdict == "not verified":
        plural = "thing in it is false" if result.wrong.count == 1 else "things in it are false"
        return f"{result.wrong.count:,} {plural}: do not rely on it."
    if verdict in ("verified", "disputed"):
        thief = " What is DISPUTED may have been written by whoever stole a key."
        thief = thief if verdict == "disputed" else ""
        names = _and(_needed(checked, known=True))
        return f"All of it is signed with keys of {names}, whom you named.{thief}"
    return (
        f"The file agrees with itself, but nothing shows that its keys are those of"
        f" {_and(_needed(checked, known=False))}: anybody can make such a file. Compare the words below with"
        " them, by voice or face to face; then say --trust PARTY."
    )


def _needed(checked: Checked, *, known: bool) -> list[str]:
    parties = record.rests_on(checked.result)
    return [named(party, checked) for party in parties if (party in checked.trusted) is known]


def _feed(feed: Proven, checked: Checked) -> Iterator[str]:
    author = named(feed.origin.party, checked)
    reader = named(_reader(feed, checked.result), checked)
    yield title(feed.origin, checked)
    yield f"  {feed.origin.text}"
    yield f"  {_span(feed.start, feed.size)}, by its author's clock {_clock(feed)}"
    yield f"  signed by {author}: {_span(feed.start, feed.signed)}"
    for begin, end in feed.disputed:
        yield f"  DISPUTED: {_span(begin, end)}, signed only with a key that no longer counted"
    if feed.signed < feed.size:
        begin = max(feed.start, feed.signed)
        yield f"  NOT SIGNED: {_span(begin, feed.size)}; anybody could have written this"
    if feed.delivered > feed.start:
        when = moment(feed.times_s[-1] * 1_000)
        yield f"  delivered to {reader}: {_span(feed.start, feed.delivered)}; newest receipt {when}"
    if feed.delivered < feed.size:
        begin = max(feed.start, feed.delivered)
        yield f"  not shown to be delivered to {reader}: {_span(begin, feed.size)}"
    if feed.dropped:
        why = "bodies dropped" if checked.opening.case is None else "of other things, or dropped"
        yield f"  {why}: {feed.dropped:,}; of these only the headers are shown"
    if feed.left_out:
        yield f"  left out: {feed.left_out:,}; of these only hashes, which prove the places of the others"
    unknown = "not understood" if checked.opening.case is None else "header alone, or not understood"
    yield f"  types: {_types(feed, unknown)}"


def _types(feed: Proven, unknown: str) -> str:
    kinds = sorted(feed.kinds.items())
    parts = [
        f"{kind}{'' if v == 1 else f' v{v}'} {count:,}{'' if understood else f' ({unknown})'}"
        for (kind, v, understood), count in kinds[:20]
    ]
    return ", ".join([*parts, *([f"and {len(kinds) - 20} more"] if len(kinds) > 20 else [])]) or "none"


def _findings(title: str, found: Findings, checked: Checked) -> Iterator[str]:
    if found.count:
        yield ""
        yield f"{title} ({found.count:,})"
        for each in found.listed:
            yield f"  {_where(each, checked)}{shorten(each.words, WORDS)}  [{each.code}]"
        if found.count > len(found.listed):
            yield f"  and {found.count - len(found.listed):,} more"


def _where(found: Finding, checked: Checked) -> str:
    if not found.feed:
        return ""
    feed = title(ids.origin(found.feed), checked)
    return f"{feed}: " if found.n is None else f"{feed}, entry {found.n:,}: "


def heading() -> str:
    """Above the rows of `row`."""
    return f"{'n':>7}  {'author clock':<20}  {'type':<16}  {'standing':<8}  {'delivered':<20}  says"


def row(feed: Proven, header: Header, item: Item, understood: bool) -> str:
    """One entry on one line; `?` after a type that this program does not understand."""
    time_s = feed.delivery_s(header.n)
    says = "(header only)" if item.dropped else shorten(item.body.decode(), SAYS)
    kind = header.type if header.v == 1 else f"{header.type} v{header.v}"
    kind += "" if understood or item.dropped else " ?"
    delivered = "not shown" if time_s is None else moment(time_s * 1_000)
    return (
        f"{header.n:>7}  {moment(header.at_ms):<20}  {kind:<16}  {feed.standing(header.n):<8}"
        f"  {delivered:<20}  {says}"
    )


def document(checked: Checked) -> dict[str, Any]:
    """The result for machines."""
    result, opening = checked.result, checked.opening
    return {
        "schema": SCHEMA,
        "file": checked.file,
        "verdict": checked.verdict.replace(" ", "_"),
        "exported": {
            "at": stamp(opening.exported.at_ms),
            "by": opening.exported.by,
            "program": opening.exported.program,
        },
        "line": result.line.id,
        "parties": [
            {
                "party": party,
                "identity": ids.base32(result.line.identity(party)),
                "words": quints.identity(result.line.identity(party)),
                "trusted": party in checked.trusted,
                "label": checked.trusted.get(party) or None,
                "needed": party in record.rests_on(result),
            }
            for party in result.line.parties
        ],
        "feeds": [_feed_json(feed) for feed in result.feeds],
        "wrong": _findings_json(result.wrong),
        "told": _findings_json(result.told),
    }


def unreadable(file: str, error: WideberthError) -> dict[str, Any]:
    """The result for machines where a file cannot be read."""
    place = error.path if isinstance(error, Invalid) else ""
    fault = {"code": error.code, "path": place, "message": error.message}
    return {"schema": SCHEMA, "file": file, "verdict": "not_verified", "error": fault}


def row_json(feed: Proven, header: Header, item: Item, understood: bool) -> dict[str, Any]:
    """One entry for machines; `says` is null where the body was dropped."""
    time_s = feed.delivery_s(header.n)
    return {
        "feed": header.origin.text,
        "entry": header.n,
        "at": stamp(header.at_ms),
        "type": header.type,
        "v": header.v,
        "understood": understood,
        "standing": feed.standing(header.n).replace(" ", "_"),
        "delivered_at": None if time_s is None else stamp(time_s * 1_000),
        "agreement": None if header.agreement is None else ids.base32(header.agreement),
        "folded": {origin.text: size for origin, size in header.folded.items()},
        "says": None if item.dropped else msgspec.Raw(item.body),
    }


def _feed_json(feed: Proven) -> dict[str, Any]:
    return {
        "feed": feed.origin.text,
        "party": feed.origin.party,
        "kind": feed.origin.kind,
        "epoch": feed.origin.epoch,
        "from": feed.start,
        "to": feed.size,
        "signed_to": max(feed.signed, feed.start),
        "disputed": [{"from": begin, "to": end} for begin, end in feed.disputed],
        "delivered_to": max(feed.delivered, feed.start),
        "delivered_at": stamp(feed.times_s[-1] * 1_000) if feed.times_s else None,
        "checkpoints": feed.checkpoints,
        "dropped": feed.dropped,
        "left_out": feed.left_out,
        "first_at": None if feed.first_ms is None else stamp(feed.first_ms),
        "last_at": None if feed.first_ms is None else stamp(feed.last_ms),
        "types": [
            {"type": kind, "v": v, "understood": understood, "count": count}
            for (kind, v, understood), count in sorted(feed.kinds.items())
        ],
    }


def _findings_json(found: Findings) -> dict[str, Any]:
    listed = [
        {"code": each.code, "feed": each.feed or None, "entry": each.n, "message": each.words}
        for each in found.listed
    ]
    return {"count": found.count, "listed": listed}


def named(party: str, checked: Checked) -> str:
    """What a party is called by the reader; else the beginning of its name."""
    label = checked.trusted.get(party)
    return shorten(label, 40) if label else f"{party[:8]}…"


def title(origin: Origin, checked: Checked) -> str:
    """What a feed is called: `main feed of North`."""
    epoch = f", epoch {origin.epoch}" if origin.epoch else ""
    return f"{origin.kind} feed of {named(origin.party, checked)}{epoch}"


def _reader(feed: Proven, result: Result) -> str:
    return next(party for party in result.line.parties if party != feed.origin.party)


def _span(begin: int, end: int) -> str:
    if end <= begin:
        return "no entry"
    return f"entry {begin:,}" if end == begin + 1 else f"entries {begin:,} to {end - 1:,}"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _clock(feed: Proven) -> str:
    return "never" if feed.first_ms is None else f"{moment(feed.first_ms)} to {moment(feed.last_ms)}"


def moment(at_ms: int) -> str:
    """Readable text of a time that somebody else wrote down: it may be any number."""
    try:
        return show_time(at_ms // 1_000 * 1_000)
    except Invalid:
        return f"{at_ms:,} ms"


def stamp(at_ms: int) -> str | None:
    """RFC 3339; None where a calendar has no such time."""
    try:
        return to_rfc3339(at_ms)
    except Invalid:
        return None
