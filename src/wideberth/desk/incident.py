"""What the entries of a line tell of an incident: which are about it, in which order, and who held each when.

An incident is whatever is about one id: a call, case, notice, hold, list of sites, or another noun. With it
go the calls that answer each other, a case's two notices, what says it is about one of these, the rows of a
list, and answers that one of these entries was not understood. Nothing else: of all other entries a pack has
the header.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from wideberth.desk import case_record
from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.ledger.body import Entry, Header
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.ledger.record import Proven

LEAST: Final = 8
"""Characters of an id that are enough, where no other begins so."""
OWN: Final = (
    "call", "hold", "declaration", "policy", "concern", "claim", "statement", "talks", "relay", "cell",
    "case", "list", "notice",
)  # fmt: skip
"""The keys of a body that hold what it is about, the first that is there."""
_ID: Final = re.compile("[a-z]-[a-z2-7]{26}|[a-z2-7]{52}")
NOTICE: Final = "n-"


class Covered(NamedTuple):
    """The first entry of the other party that had an entry: where it stands, and its own clock (ms)."""

    ref: Ref
    at_ms: int


class Row(Struct, frozen=True):
    """An entry of the incident.

    Attributes:
        ref: where it stands.
        type: its type.
        claimed_ms: its author's clock, as the author says (ms POSIX UTC).
        says: its body, canonical JSON.
        role: in which role it was said, or to which; None where it names none. Never who.
        standing: what its author's signature is worth.
        disputed: whether it is out of its author's chain, and takes back and accepts nothing.
        delivered_ms: when the other party signed that it durably holds it (its clock); None: no receipt here.
        covered: by which entry of the other party it had it at the latest; None where there is none.
    """

    ref: Ref
    type: str
    claimed_ms: int
    says: str
    role: str | None
    standing: Literal["signed", "disputed", "not signed"]
    disputed: bool
    delivered_ms: int | None
    covered: Covered | None


def meant(entries: Iterable[Entry], text: str) -> set[str]:
    """The ids that begin so, of all that entries name. Short beginnings mean nothing."""
    if len(text) < LEAST:
        return set()
    spoken = (each for each in entries if text.encode() in each.body)
    found = (said for each in spoken for said in strings(value(each)) if said.startswith(text))
    return {each for each in found if _ID.fullmatch(each)}


def related(entries: Sequence[Entry], about: str) -> frozenset[str]:
    """The ids that belong to an incident about this one."""
    found, said = {about}, list[tuple[str, dict[str, Value]]]()
    before = 0
    while before < len(found):
        before = len(found)
        said = [(each.header.type, value(each)) for each in speaking(entries, found)]
        for of_type, each in said:
            if of_type == "case.opened" and each.get("case") in found and about == each.get("case"):
                found |= set(strings(each.get("notices")))
            call, other = each.get("call"), each.get("re")
            if isinstance(call, str) and isinstance(other, str) and not found.isdisjoint((call, other)):
                found |= {call, other}
    linked = set[str]()
    for _, each in said:
        own = _own(each)
        # the cases of a notice come with it, and not the other cases of a case's notices
        comes = own is not None and (each.get("case") != own or about.startswith(NOTICE))
        comes = comes and own not in (each.get("list"), each.get("notice"))
        if own is not None and comes and not found.isdisjoint(strings(each)):
            linked.add(own)
    return frozenset(found | linked)


def concerned(entries: Sequence[Entry], ids: Collection[str]) -> set[Ref]:
    """Where the entries about these ids stand, with the parts and the answers that belong to them."""
    about = []
    for each in speaking(entries, ids):
        said = value(each)
        own = _own(said)
        # another case of one of the notices, or another call about the same place, is another incident
        if (own is None or own in ids) and not set(ids).isdisjoint(strings(said)):
            about.append(each)
    refs = {ref(each.header) for each in about}
    hashes = {said for each in about for said in _under(value(each), "sha256")}
    for each in entries:
        if each.header.type == Part.TYPE and not hashes.isdisjoint(_under(value(each), "sha256")):
            refs.add(ref(each.header))
    return refs | {
        ref(each.header) for each in entries if any(of in refs for of, _ in case_record.unable(each))
    }


def speaking(entries: Iterable[Entry], ids: Collection[str]) -> list[Entry]:
    """Those whose bytes hold one of these ids: most hold none, and are not parsed for it."""
    marks = [each.encode() for each in ids]
    return [each for each in entries if any(mark in each.body for mark in marks)]


def covering(line: Line, placed: Iterable[Placed], refs: Collection[Ref]) -> dict[Ref, Covered]:
    """For each of these entries the first one of the other party that had folded it."""
    left: dict[Origin, list[int]] = {}
    for at in refs:
        left.setdefault(at.origin, []).append(at.n)
    for some in left.values():
        some.sort(reverse=True)
    found: dict[Ref, Covered] = {}
    for each in placed:
        header = each.entry.header
        for origin, size in header.folded.items():
            some = left.get(origin, [])
            if origin.party == line.other(header.origin.party):
                while some and some[-1] < size:
                    found[Ref(origin, some.pop())] = Covered(ref(header), header.at_ms)
    return found


def rows(
    placed: Iterable[Placed],
    refs: Collection[Ref],
    feeds: Mapping[Origin, Proven],
    covered: Mapping[Ref, Covered],
) -> list[Row]:
    """The entries of an incident in the order of their line; `feeds` is what their record proves."""
    found = []
    for each in placed:
        header, at = each.entry.header, ref(each.entry.header)
        if at not in refs:
            continue
        said = value(each.entry)
        role = said.get("role", said.get("to"))
        feed = feeds[header.origin]
        time_s = feed.delivery_s(header.n)
        found.append(
            Row(
                ref=at,
                type=header.type,
                claimed_ms=header.at_ms,
                says=each.entry.body.decode(),
                role=role if isinstance(role, str) else None,
                standing=feed.standing(header.n),
                disputed=each.disputed,
                delivered_ms=None if time_s is None else time_s * 1_000,
                covered=covered.get(at),
            )
        )
    return found


def by_our_clock(found: Sequence[Row], party: str) -> list[int]:
    """For each row of a line, in its order, when it was here at the latest by our clock (ms POSIX UTC).

    Ours by their own time, theirs by the first of ours that had it; never later than what stands after it.
    The last of theirs, which nothing of ours has folded, by their author's word.
    """
    known: list[int] = []
    for each in reversed(found):
        mine = each.ref.origin.party == party
        at = each.claimed_ms if mine or each.covered is None else each.covered.at_ms
        known.append(min(at, known[-1]) if known else at)
    return known[::-1]


def ref(header: Header) -> Ref:
    """Where an entry stands."""
    return Ref(header.origin, header.n)


def value(entry: Entry) -> dict[str, Value]:
    """What a body says; nothing where it is not there, or is none."""
    try:
        return body.value(entry) if entry.body else {}
    except Invalid:
        return {}


def strings(found: Value) -> Iterator[str]:
    """All texts in a value, wherever."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for each in found.values():
            yield from strings(each)
    elif isinstance(found, list):
        for each in found:
            yield from strings(each)


def _under(found: dict[str, Value], name: str) -> Iterator[str]:
    each = found.get(name)
    if isinstance(each, str):
        yield each


def _own(said: Mapping[str, Value]) -> str | None:
    """The id of what a body is about; None where it is about several, or about none."""
    return next((found for name in OWN if isinstance(found := said.get(name), str)), None)
