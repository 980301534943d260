"""What a node held at an earlier moment, by its own record: which entries, and by what that is shown.

Own entries bear the own clock, and in a feed it never goes back: those of the moment and before were there.
An entry of another party's bears that party's clock, which proves nothing here. It was here for certain when
an own entry had folded it (LINE 6), or the private feed said so (here), and that is what counts. What its
author's clock puts before the moment, and the own record only after it, is *not shown to have been here*, and
is told apart.

A confirmation counts from the time that its author put into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from wideberth.ledger import body, cosignature, ids, note
from wideberth.ledger.body import Entry, Header
from wideberth.ledger.ids import Origin
from wideberth.node import here
from wideberth.node.here import Here
from wideberth.store.journal import Journal, Record

SECOND_MS = 1_000


class Known(NamedTuple):
    """What was there.

    Attributes:
        records: the first entries of each feed.
        ends: of each own feed how many entries it had when this was read; None where the next one is later
            than the moment, so that no more can come of it.
    """

    records: Mapping[str, list[Record]]
    ends: Mapping[str, int | None]

    def stands(self, sizes: Mapping[str, int]) -> bool:
        """Whether it is still all that there is of that moment, by the sizes of the own feeds by now."""
        return all(
            name in self.ends and self.ends[name] in (None, size) for name, size in sizes.items() if size
        )


class Unshown(NamedTuple):
    """An entry that may have been there: its author says so, and the own record does not show it.

    `shown_ms`: when the own record first shows it; None where it does not yet.
    """

    header: Header
    shown_ms: int | None


def known(journal: Journal, party: str, at_ms: int) -> Known:
    """What a party's journal shows to have been there at a moment (ms POSIX UTC, by its own clock).

    Raises: as Journal.read.
    """
    records: dict[str, list[Record]] = {}
    ends: dict[str, int | None] = {}
    folded: dict[Origin, int] = {}
    origins = [ids.origin(name) for name in journal.heads()]
    for origin in origins:
        if origin.party != party:
            continue
        found: list[Record] = []
        last: Header | None = None
        ends[origin.text] = None
        for record in journal.read(origin.text):
            header = body.read(record.item.leaf)
            if header.at_ms > at_ms:
                break
            last = header
            found.append(record)
            if header.type == here.TYPE and origin.private and record.item.body:
                said = here.read(body.reread(*record.item))
                here.reach(folded, [said.sizes])
        else:
            ends[origin.text] = len(found)
        if last is not None:
            here.reach(folded, [last.folded])
        records[origin.text] = [_then(each, origin, at_ms) for each in found]
    for origin in origins:
        if origin.party != party and not origin.private:
            records[origin.text] = list(islice(journal.read(origin.text), folded.get(origin, 0)))
    return Known(records, ends)


def unshown(
    theirs: Iterable[tuple[Entry, ...]],
    mine: Iterable[tuple[Entry, ...]],
    arrivals: Iterable[Here],
    at_ms: int,
) -> list[Unshown]:
    """What may have been there beside what is shown, in the order of their authors' clocks.

    Args:
        theirs: the entries of each feed of the other party's.
        mine: those of each own feed of the line, all of them.
        arrivals: what the private feed says was here, before the moment and since.
        at_ms: the moment.
    """
    own = [Here(each.header.at_ms, each.header.folded) for some in mine for each in some]
    shown: dict[Origin, int] = {}
    later: dict[Origin, list[tuple[int, int]]] = {}
    for said in sorted((*own, *arrivals), key=lambda each: each.at_ms):
        if said.at_ms <= at_ms:
            here.reach(shown, [said.sizes])
            continue
        for origin, size in said.sizes.items():
            if size > shown.get(origin, 0):
                later.setdefault(origin, []).append((size, said.at_ms))
    found = []
    for some in theirs:
        for each in some[shown.get(some[0].header.origin, 0) :] if some else ():
            header = each.header
            if header.at_ms <= at_ms:
                steps = later.get(header.origin, [])
                when = next((when_ms for size, when_ms in steps if size > header.n), None)
                found.append(Unshown(header, when))
    return sorted(found, key=lambda each: each.header.at_ms)


def _then(record: Record, origin: Origin, at_ms: int) -> Record:
    """An own entry with its checkpoint as it was signed by then."""
    if record.note is None or origin.private:
        return record
    found = note.parse(record.note)
    left = tuple(
        each
        for each in found.signatures
        if each.name == origin.text
        or ((timed := cosignature.split(each.data)) is not None and timed.time_s * SECOND_MS <= at_ms)
    )
    if len(left) == len(found.signatures):
        return record
    return Record(record.n, record.item, note.write(found._replace(signatures=left)))
