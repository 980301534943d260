"""The record of a case out of a journal: its entries whole, headers or hashes of all others, and proofs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from wideberth.desk import agreement_entries, agreements, case_entries, case_record
from wideberth.desk.agreement_entries import Followed, Proposed, Signed
from wideberth.desk.agreements import Version
from wideberth.desk.case_entries import Ref
from wideberth.desk.case_record import Told
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.formats import agreement
from wideberth.formats.recordfile import Checkpoint, LeftOut, OfCase, Part
from wideberth.ledger import body, entries, ids, merkle, note, order
from wideberth.ledger.body import Entry
from wideberth.ledger.entries import NewEpoch, Paper
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.ledger.record import Section
from wideberth.node import feed_export
from wideberth.store.journal import Journal

LEAST = 8
"""Characters of a case's id that are enough to name it, where no other case begins so."""
_KEPT = (Paper.TYPE, NewEpoch.TYPE)
"""Types whose bodies a record must have wherever it has the header."""


class Held(NamedTuple):
    """The signed entries of a feed, and the checkpoints that are held, by size."""

    entries: list[Entry]
    notes: dict[int, bytes]


class Chosen(NamedTuple):
    """What goes into the record of a case: line, case and parts; `shown` counts the entries of the case."""

    line: Line
    of: OfCase
    parts: list[Part]
    shown: int


def choose(
    journal: Journal, case: str, line: str | None, *, headers: bool, most: int | None = None
) -> Chosen:
    """The record of a case, of which the journal has a line.

    Args:
        journal: a node's.
        case: the id, or enough of its beginning.
        line: the line's id; None: whichever has the case.
        headers: whether all headers from the beginning of the case on go in: they prove its order.
        most: bytes of the line's entries, all of which are in memory meanwhile; None: however many.

    Raises: Invalid (`record.no_case`, `record.no_line`), Refused (`record.nothing_signed`,
    `record.too_large`, and as Journal.read).
    """
    found = dict(_cases(journal, case, line))
    if len(found) != 1:
        several = f"{len(found)} cases that begin so" if found else case
        wanted = f"the id of a case that was opened on a line of this node, or {LEAST} letters of it"
        raise Invalid("record.no_case", "case", several, wanted)
    [(name, on)] = found.items()
    held = signed(journal, on, most)
    every = [each for some in held.values() for each in some.entries]
    true = case_record.tell(on, name, every, {})
    mine = case_record.of_case(every, name, true.notices or ())
    placed = order.place(on, every)
    if true.notices is None:
        # a node that runs signs a little later than it writes
        words = f"no entry that opens the case {name} is signed yet: wait for the next checkpoint"
        raise Refused("record.nothing_signed", words)
    shown = mine | _terms(on, placed, every, mine)
    if not headers:
        about = OfCase(name, None)
        return Chosen(on, about, list(_parts(held, about, mine, shown)), len(mine))
    first = next((i for i, each in enumerate(placed) if _place(each.entry) in mine), 0)
    about, parts = _from(placed[:first], name, held, mine, shown)
    told = case_record.tell(on, name, _entries(parts), about.since)
    if _sum(told) != _sum(true):
        # an author that took back, before the case, what it had folded: only all of the line tells that
        about, parts = _from((), name, held, mine, shown)
    return Chosen(on, about, parts, len(mine))


def _from(
    before: Sequence[Placed], case: str, held: Mapping[Origin, Held], mine: set[Ref], shown: set[Ref]
) -> tuple[OfCase, list[Part]]:
    """With all headers after these entries."""
    about = OfCase(case, dict(order.beginning(before).sizes))
    return about, list(_parts(held, about, mine, shown))


def _sum(told: Told) -> object:
    """What must come out of the record as it does of the whole line."""
    return told.case, told.phase, [(_place(each.entry), *each[1:]) for each in told.steps]


def _place(entry: Entry) -> Ref:
    return Ref(entry.header.origin, entry.header.n)


def _cases(journal: Journal, case: str, line: str | None) -> Iterator[tuple[str, Line]]:
    """The cases that were opened on the lines that are meant, whose ids begin so."""
    lines = {opened.line.id: opened.line for _, opened in feed_export.lines(journal)}
    if line is not None and line not in lines:
        raise Invalid("record.no_line", "line", line, "a line whose genesis is in this node's private feed")
    if len(case) < LEAST:
        return
    mark = b'"type":"%s"' % case_entries.Opened.TYPE.encode()
    for feed in journal.heads():
        origin = ids.origin(feed)
        if origin.private or origin.line not in lines or line not in (None, origin.line):
            continue
        for each in journal.read(feed):
            if mark in each.item.leaf and not each.item.dropped:
                entry = body.reread(*each.item)
                try:
                    said = case_entries.read(entry)
                except Invalid:
                    continue  # it opens nothing
                if isinstance(said, case_entries.Opened) and said.case.startswith(case):
                    yield said.case, lines[origin.line]


def too_large(what: str, most: int) -> Refused:
    """A record that is not made while a node runs."""
    words = f"{what} has more than {most:,} bytes, too many for a node that runs"
    return Refused("record.too_large", f"{words}; accepted: a part of a feed, or stop the node for so long")


def signed(journal: Journal, line: Line, most: int | None) -> dict[Origin, Held]:
    """What of a line is signed: what is not would prove nothing. Raises: Refused (`record.too_large`)."""
    found: dict[Origin, Held] = {}
    held = 0
    for feed, head in journal.heads().items():
        origin = ids.origin(feed)
        size = feed_export.size_of(head.note)
        if origin.private or origin.line != line.id or not size:
            continue
        some = found.setdefault(origin, Held([], {}))
        for each in journal.read(feed):
            if each.n == size:
                break
            held += len(each.item.leaf) + len(each.item.body)
            if most is not None and held > most:
                raise too_large("this line", most)
            dropped = (
                Entry(each.item.leaf, body.read(each.item.leaf), b"", b"") if each.item.dropped else None
            )
            some.entries.append(dropped or body.reread(*each.item))
            if each.note is not None:
                some.notes[each.n + 1] = each.note
    return found


def _terms(line: Line, placed: Iterable[Placed], every: Iterable[Entry], mine: set[Ref]) -> set[Ref]:
    """The entries that put in force the terms that a case names, and those that interrupt them."""
    evolve = agreements.evolve(lambda data: agreement.read(data).agreement)
    versions = order.fold(placed, evolve, agreements.State(line)).versions
    wanted = {each.header.agreement for each in every if _place(each) in mine} - {None}
    chain: dict[bytes, Version] = {}
    while wanted:
        found = versions.get(wanted.pop() or b"")
        if found is not None and found.sha256 not in chain:
            chain[found.sha256] = found
            # a version that does not follow the one in force is none
            wanted.add(found.agreement.previous)
    numbers = {each.agreement.id for each in chain.values()}
    return {_place(each) for each in every if _about(each, chain, numbers)}


def _about(entry: Entry, chain: Mapping[bytes, Version], numbers: set[bytes]) -> bool:
    """Whether an entry is about these versions, or interrupts or ends these agreements."""
    try:
        if body.understood(entry, agreement_entries.KNOWN):
            said = agreement_entries.read(entry)
            if isinstance(said, Proposed | Followed):
                return said.sha256 in chain
            return (
                said.approval.subject.hash in chain if isinstance(said, Signed) else said.agreement in numbers
            )
        if entry.header.type == entries.Part.TYPE and entry.body:
            part = entries.read(entry)
            return isinstance(part, entries.Part) and part.sha256 in chain
    except (Invalid, NotTrusted):
        pass  # it says nothing
    return False


def _parts(held: Mapping[Origin, Held], about: OfCase, mine: set[Ref], shown: set[Ref]) -> Iterator[Part]:
    """Each feed: whole entries, headers, hashes of what is between, and the checkpoints that prove them."""
    for origin, some in sorted(held.items()):
        size, bound = len(some.entries), about.bound(origin)
        kept = {n for n in range(size) if Ref(origin, n) in shown or (bound is not None and n >= bound)}
        if not kept:
            continue
        wanted = _proofs(
            some, sorted(n for n in kept if Ref(origin, n) in mine), size if bound is not None else 0
        )
        wanted |= _proofs(some, [max(kept)], 0)
        hashes = [each.hash for each in some.entries]
        at = min(kept)
        yield Section(origin, merkle.grown(merkle.EMPTY, hashes[:at]))
        for n in range(at, max(wanted)):
            if n in kept:
                yield from _left_out(hashes, at, n)
                yield _item(some.entries[n], whole=Ref(origin, n) in shown)
                at = n + 1
            if n + 1 in wanted:
                yield from _left_out(hashes, at, n + 1)
                yield Checkpoint(some.notes[n + 1])
                at = n + 1


def _proofs(some: Held, of: Iterable[int], end: int) -> set[int]:
    """The sizes of checkpoints to show: for each entry the first that covers it, and the first cosigned."""
    sizes = sorted(some.notes)
    cosigned = [size for size in sizes if len(note.parse(some.notes[size]).signatures) > 1]
    found = {end} if end else set()
    for n in of:
        for each in (sizes, cosigned):
            found.update(each[bisect_right(each, n) :][:1])
    return found


def until(some: Held, n: int) -> int:
    """The size at which entry `n` is signed and, where the other party has sent a receipt for it, held."""
    return max(_proofs(some, [n], 0))


def _left_out(hashes: Sequence[bytes], low: int, high: int) -> Iterator[LeftOut]:
    """What stands for the entries of a range; nothing for none."""
    if low < high:
        pieces = [(number << level, number + 1 << level) for level, number in merkle.between(low, high)]
        roots = [merkle.root(merkle.grown(merkle.EMPTY, hashes[begin:end])) for begin, end in pieces]
        yield LeftOut(high, tuple(roots))


def _item(entry: Entry, *, whole: bool) -> Item:
    """An entry of the case, or one that no record goes without; of any other the header."""
    if whole or entry.header.type in _KEPT:
        return Item(entry.leaf, entry.salt, entry.body)
    return Item(entry.leaf, b"", b"")


def _entries(parts: Iterable[Part]) -> list[Entry]:
    """Those that are in a record."""
    return [Entry(each.leaf, body.read(each.leaf), *each[1:]) for each in parts if isinstance(each, Item)]
