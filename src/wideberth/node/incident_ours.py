"""What a party's own machine noted of an incident, in its private feed: what rang, and who passed it on.

It is this party's word; nobody else has signed it, but for what a cell has signed of a relay. What nobody
else is to know is left out: ids of own plans and lists, texts, names of cells, keys of slips, and when a plan
begins to the minute.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from wideberth.desk import incident, site_entries, site_lists
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids
from wideberth.ledger.body import Header
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Line, Origin
from wideberth.render.incident_page import Ours
from wideberth.store.journal import Journal

_RING, _RELAY = "ring.", "relay."
_MARKS: Final = (b'"type":"ring.', b'"type":"relay.')
_SHOWN: Final = frozenset(
    {"at_ms", "cell", "cells", "how", "key", "kind", "level", "line", "mark", "precedence", "relay", "role"}
    | {"rung", "sha256", "signature", "step", "why"}
)
"""Keys of bodies that may be shown; `id` where it is no own plan's or list's. When it begins is not among
them: the line may have been told less exactly.
"""


class _Noted(NamedTuple):
    header: Header
    said: dict[str, Value]


def derived(line: Line, own: str) -> str | None:
    """What an own plan or list is called on a line; None for the id of anything else."""
    with suppress(Invalid):
        ids.plan(own)
        return ids.notice_of(line.id, own)
    with suppress(Invalid):
        return site_lists.list_id(line, site_entries.list_id(own))
    return None


def noted(
    journal: Journal, private: Origin, lines: Sequence[Line], about: Collection[str], within: tuple[int, int]
) -> Iterator[Ours]:
    """The rows of an incident that are about these ids, as they are told on these lines, in a time (ms)."""
    names = frozenset(each.id for each in lines)
    found = list(_found(journal, private))

    def belongs(said: Value) -> bool:
        if not isinstance(said, str):
            return False
        return said in about or any(derived(line, said) in about for line in lines)

    def relays_it(said: dict[str, Value]) -> bool:
        of = said.get("about")
        here = isinstance(of, dict) and of.get("line") in (None, *names)
        return here and isinstance(of, dict) and any(belongs(of.get(each)) for each in ("notice", "plan"))

    relays = {said.get("relay") for _, said in found if relays_it(said)} - {None}
    for header, said in found:
        rung = header.type.startswith(_RING) and said.get("line") in (None, *names)
        passed = said.get("relay") in relays or relays_it(said)
        mine = passed or (rung and (belongs(said.get("id")) or said.get("id") in relays))
        if mine and within[0] <= header.at_ms <= within[1]:
            role = said.get("role", said.get("step"))
            words = canonical.write(_shown(said, {*about, *map(str, relays)})).decode()
            yield Ours(header.at_ms, header.n, header.type, words, role if isinstance(role, str) else None)


def _found(journal: Journal, private: Origin) -> Iterator[_Noted]:
    """All of these types; most entries are of others, and are not parsed for it."""
    for each in journal.read(private.text):
        if any(mark in each.item.leaf for mark in _MARKS) and not each.item.dropped:
            entry = body.reread(*each.item)
            yield _Noted(entry.header, incident.value(entry))


def _shown(said: dict[str, Value], known: Collection[str]) -> dict[str, Value]:
    shown = {name: each for name, each in said.items() if name in _SHOWN and not _of_objects(each)}
    return {**shown, "id": said["id"]} if said.get("id") in known else shown


def _of_objects(said: Value) -> bool:
    """Cells with their names, as a relay has them when it is opened."""
    return isinstance(said, list) and any(isinstance(each, dict) for each in said)
