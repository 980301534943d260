"""The pack of an incident: one file with a page, the timeline, and records that anybody can verify.

    index.json        what it is about, what it does not have and why, and the SHA-256 of each file
    incident.html     the page for people
    timeline.json     its rows, with each entry's exact words
    bodies/….txt      what travelled in parts, such as the rows of a list, by its SHA-256
    records/….record  for each line the entries about it whole, headers of those between (wideberth verify)

What this party's own machine says beside it (what rang, who was on duty) is in the timeline and on the page,
and marked so: nobody else has signed that. The node is held only to see which lines there are. The same
journal, at the same time of the clock, makes the same bytes.
"""

from __future__ import annotations

import heapq
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from wideberth.desk import incident
from wideberth.desk.case_entries import Ref
from wideberth.desk.incident import Row
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.formats import incidentpack, recordfile
from wideberth.formats.recordfile import Checkpoint, Part, Reader
from wideberth.ledger import body, entries, ids, merkle, order, parts
from wideberth.ledger.entries import NewEpoch, Paper
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.ledger.record import Section
from wideberth.node import case_export, feed_export, incident_ours
from wideberth.node.case_export import Held
from wideberth.render import incident_page
from wideberth.render.incident_page import Duty, Ours, Pack, Shown, Sort
from wideberth.store import duty
from wideberth.store.duty import Change
from wideberth.store.journal import Journal

if TYPE_CHECKING:
    from wideberth.node.node import Node

LARGEST: Final = 64 * 2**20
"""Bytes of a pack, and of a line that is looked through for it; all of it is in memory meanwhile."""
LEAST_MS, MOST_MS = 0, 2**53 - 1
_WHOLE: Final = (Paper.TYPE, NewEpoch.TYPE)
"""Types whose bodies a record must have wherever it has the header."""


class _Found(NamedTuple):
    """What a line has of it: its name here, its signed entries in order, where those about it stand."""

    line: Line
    label: str
    held: Mapping[Origin, Held]
    placed: tuple[Placed, ...]
    refs: set[Ref]
    ids: frozenset[str]
    unsigned: int


_Looked: TypeAlias = "tuple[Line, str, dict[Origin, Held]]"
"""A line, its name here, and its signed entries where it speaks of what is looked for."""


class _Told(NamedTuple):
    """The same with its record, and the rows that come out of that."""

    found: _Found
    record: bytes
    rows: list[Row]
    headers: int


def pack(
    node: Node, text: str, first_ms: int = LEAST_MS, last_ms: int = MOST_MS, line: str | None = None
) -> bytes:
    """The file, a zip archive.

    Args:
        node: whose lines are looked through.
        text: the id of what it is about, or the beginning of one, eight characters or more. Of an own plan
            its notices are meant.
        first_ms: of entries whose authors say that they are earlier (ms POSIX UTC), only headers.
        last_ms: the same of later ones.
        line: only this one; else all that have something of it.

    Raises: Invalid (`incident.none`, `incident.several`, `line.none`, `record.range`), Refused
    (`record.too_large`, `record.nothing_signed`, and as Journal.read).
    """
    if last_ms < first_ms:
        raise Invalid("record.range", "to", last_ms, "not before the first")
    with node.held():
        if line is not None:
            node.of(line)
        lines = [(each.state.line, each.label or each.state.peer) for each in node.all_lines()]
        journal, now = node.private.journal, node.clock.now()
        changes = node.people.changes()
        private = node.private.head.origin
    looked = [(each, label, _signed(journal, each, text)) for each, label in lines if line in (None, each.id)]
    key, about = _meant(looked, text)
    within = (first_ms, last_ms)
    found = list(_found(looked, journal, key, within))
    if not found:
        words = (
            "nothing about it in this time is signed; accepted: another time, or after the next checkpoint"
        )
        raise Refused("record.nothing_signed", words)
    told = [_told(journal, each, now) for each in found]
    every = frozenset(named for each in found for named in each.ids)
    ours = incident_ours.noted(journal, private, [each.found.line for each in told], every, within)
    shown = Pack(
        about=about,
        ids=tuple(sorted(every - {about})),
        party=node.party,
        made_ms=now,
        exercise=node.settings.exercise,
        first_ms=None if first_ms == LEAST_MS else first_ms,
        last_ms=None if last_ms == MOST_MS else last_ms,
        lines=tuple(_shown(each) for each in told),
        timeline=tuple(_merged(told, list(ours), node.party)),
        duty=tuple(_on_duty(changes, told)),
    )
    files = {f"records/{each.found.line.id[:12]}.record": each.record for each in told}
    return _written(shown, files, {name: data for each in found for name, data in _bodies(each)})


def _names(line: Line, text: str) -> list[str]:
    """What is looked for on a line: the text, and what an own plan or list is called there."""
    told = incident_ours.derived(line, text)
    return [each for each in (text, told) if each is not None and len(each) >= incident.LEAST]


def _signed(journal: Journal, line: Line, text: str) -> dict[Origin, Held]:
    """The signed entries of a line that speaks of it; nothing of any other. Raises: Refused."""
    marks = [each.encode() for each in _names(line, text)]
    for feed in journal.heads():
        origin = ids.origin(feed)
        if not origin.private and origin.line == line.id:
            for each in journal.read(feed):
                if any(mark in each.item.body for mark in marks):
                    return case_export.signed(journal, line, LARGEST)
    return {}


def _meant(looked: Sequence[_Looked], text: str) -> tuple[str, str]:
    """The id that a text means, and what it is called in the pack: an own plan or list as on its lines.

    Raises: Invalid (`incident.none`, `incident.several`).
    """
    several, told = set[str](), set[str]()
    for line, _, held in looked:
        every = _entries(held)
        several |= incident.meant(every, text)
        told |= {
            each for each in (incident_ours.derived(line, text),) if each and incident.meant(every, each)
        }
    if not several and not told:
        raise Invalid("incident.none", "about", text, f"an id that entries name, or {incident.LEAST} letters")
    if len(several) > 1:
        raise Invalid("incident.several", "about", text, f"one of these: {', '.join(sorted(several)[:4])}")
    key = next(iter(several), text)
    return key, next(iter(several), min(told, default=key))


def _found(
    looked: Sequence[_Looked], journal: Journal, key: str, within: tuple[int, int]
) -> Iterator[_Found]:
    """What the lines have of it. Raises: Refused (as Journal.read)."""
    for line, label, held in looked:
        every = _entries(held)
        # own ids of plans and lists are in no entry of a line, and in no pack
        names = [each for each in _names(line, key) if incident.speaking(every, [each])]
        wanted = frozenset(each for name in names for each in incident.related(every, name))
        about_it = incident.concerned(every, wanted)
        times = {incident.ref(each.header): each.header.at_ms for each in every}
        refs = {each for each in about_it if within[0] <= times[each] <= within[1]}
        if refs:
            heads = [(ids.origin(feed), head) for feed, head in journal.heads().items()]
            signed = {origin: len(some.entries) for origin, some in held.items()}
            unsigned = sum(
                head.size - signed.get(origin, 0) for origin, head in heads if origin.line == line.id
            )
            yield _Found(line, label, held, order.place(line, every), refs, wanted, unsigned)


def _entries(held: Mapping[Origin, Held]) -> list[body.Entry]:
    return [each for some in held.values() for each in some.entries]


def _told(journal: Journal, found: _Found, now_ms: int) -> _Told:
    """The record of a line, and what it proves by itself. Raises: Refused (`record.not_verified`)."""
    covered = incident.covering(found.line, found.placed, found.refs)
    kept = found.refs | {each.ref for each in covered.values()}
    opening = feed_export.opening(journal, found.line.id, now_ms)
    made = b"".join(recordfile.write(opening, _parts(found.held, kept, found.refs)))
    reader = Reader(io.BytesIO(made))
    result = recordfile.verify(reader, entries.KNOWN, now_ms // 1_000)
    if result.wrong.count:
        first = result.wrong.listed[0]
        words = (
            f"nothing is given, because it would not verify: entry {first.n} of {first.feed}: {first.words}"
        )
        raise Refused("record.not_verified", words)
    feeds = {each.origin: each for each in result.feeds}
    rows = incident.rows(found.placed, found.refs, feeds, covered)
    return _Told(found, made, rows, sum(each.dropped for each in result.feeds))


def _parts(held: Mapping[Origin, Held], kept: set[Ref], whole: set[Ref]) -> Iterator[Part]:
    """Each feed from the first entry that is kept to the checkpoint behind the last, and to its receipt."""
    for origin, some in sorted(held.items()):
        mine = [each.n for each in kept if each.origin == origin]
        if not mine:
            continue
        first, end = min(mine), case_export.until(some, max(mine))
        hashes = [each.hash for each in some.entries[:first]]
        yield Section(origin, merkle.grown(merkle.EMPTY, hashes))
        for each in some.entries[first:end]:
            n = each.header.n
            if Ref(origin, n) in whole or each.header.type in _WHOLE:
                yield Item(each.leaf, each.salt, each.body)
            else:
                yield Item(each.leaf, b"", b"")
            if n + 1 in some.notes:
                yield Checkpoint(some.notes[n + 1])


def _shown(told: _Told) -> Shown:
    found = told.found
    return Shown(
        line=found.line,
        label=found.label,
        record=f"records/{found.line.id[:12]}.record",
        entries=len(told.rows),
        headers=told.headers,
        unsigned=found.unsigned,
    )


def _merged(told: Sequence[_Told], rung: Iterable[Ours], party: str) -> Iterator[Sort]:
    """All of it by our clock; what stands in the order of a line stays in it."""
    feeds = [
        [
            Sort(at, each, None)
            for at, each in zip(incident.by_our_clock(of.rows, party), of.rows, strict=True)
        ]
        for of in told
    ]
    feeds.append([Sort(each.at_ms, None, each) for each in rung])
    return heapq.merge(*feeds, key=lambda each: each.at_ms)


def _on_duty(changes: Iterable[Change], told: Sequence[_Told]) -> Iterator[Duty]:
    """The changes of posts from the one that held at the beginning to the end of the timeline; never who."""
    times = [each.claimed_ms for of in told for each in of.rows]
    before = duty.watch(changes, min(times))
    during = [each for each in changes if min(times) < each.at_ms <= max(times)]
    for each in (*sorted(before.values(), key=lambda each: each.at_ms), *during):
        yield Duty(each.post, each.how, each.at_ms)


def _bodies(found: _Found) -> Iterator[tuple[str, bytes]]:
    """Bodies that travelled in parts, such as the rows of a list, by their SHA-256; those that are whole."""
    pieces: dict[bytes, list[entries.Part]] = {}
    for each in found.placed:
        if each.entry.header.type == entries.Part.TYPE and incident.ref(each.entry.header) in found.refs:
            with suppress(Invalid):  # it is none
                said = entries.read(each.entry)
                assert isinstance(said, entries.Part)
                pieces.setdefault(said.sha256, []).append(said)
    for digest, some in pieces.items():
        with suppress(Invalid, NotTrusted):  # what is not whole is in the record
            yield f"bodies/{digest.hex()}.txt", parts.join(some)


def _written(shown: Pack, records: Mapping[str, bytes], bodies: Mapping[str, bytes]) -> bytes:
    """Raises: Refused (`record.too_large`)."""
    files = {
        "incident.html": incident_page.page(shown, records).encode(),
        "timeline.json": incident_page.timeline(shown),
        **bodies,
        **records,
    }
    if sum(map(len, files.values())) > LARGEST:
        raise case_export.too_large("this pack", LARGEST)
    return incidentpack.write(incident_page.index(shown), files)
