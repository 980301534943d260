"""A case as a record of it tells it: which entries it is made of, and what they come to (LINE 6, 9, 20).

A record has the entries of the case whole. Of all others from its beginning on it has the header, which says
whose they are, of which type, and what their author had folded: so the order is proven, and whether an accept
is final. What such an entry says is not in it. A record without those headers shows no order: each of its
entries is told after all that its author had folded, and that an accept is final may not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from wideberth.desk import agreement_entries, agreements, case_entries, cases, notices
from wideberth.desk.agreements import Read, Standing
from wideberth.desk.case_entries import Accepted, Acknowledged, Lapsed, Proposed, Ref, Retracted
from wideberth.desk.cases import Case
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Header
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.entries import Paper, Part
from wideberth.ledger.ids import KINDS, Line, Origin
from wideberth.ledger.order import Beginning, Order, Placed
from wideberth.model.case import Phase

ABOUT: Final = ("case", "checked", "consent", "not_checked", "notice")
"""The first words of the types of entries that a case may be made of."""
UNABLE: Final = "unable"
MOST: Final = 10_000
"""Entries of one range that an answer can name."""


class Step(NamedTuple):
    """An entry of the case, or one that changes where it stands, and where it stands after it.

    `entry` has no body where only its header is in the record. `phase` is None before the case is opened.
    """

    entry: Entry
    disputed: bool
    phase: Phase | None


class Told(NamedTuple):
    """What the entries of a record tell of a case.

    `notices` and `case` are None where nothing in it opens the case. `both`: a version of each notice is
    there. `ordered`: the record shows the order, so whether an accept is final. `hidden` are entries about
    notices and cases of which only the header is there: of others, or of this one, if whoever made the record
    left something out. `others` counts the rest of which only the header is there. `waiting` are entries that
    cannot be placed: what they folded is not in the record, or they do not fit where it says that it begins.
    `holes` is what steps speak of and the record does not say.
    """

    id: str
    notices: tuple[str, str] | None
    steps: tuple[Step, ...]
    case: Case | None
    phase: Phase | None
    state: notices.State
    both: bool
    ordered: bool
    hidden: tuple[Header, ...]
    others: int
    waiting: tuple[Header, ...]
    holes: tuple[Ref, ...]

    @property
    def whole(self) -> bool:
        """Whether it has an order, a beginning, both notices, and nothing that is known to be missing."""
        return self.ordered and self.both and self.case is not None and not self.waiting and not self.holes


def concerns(entry: Entry, case: str, of: Sequence[str]) -> bool:
    """Whether an entry is of a case, of these notices: it names the case; or, without naming any, a notice.

    What names another case is of that one, also where both have a notice in common.
    """
    value = _value(entry)
    if "case" in value:
        return value["case"] == case
    return not set(of).isdisjoint(_named(value))


def _value(entry: Entry) -> dict[str, Value]:
    """What a body says; nothing where it is not there, or is none."""
    try:
        return body.value(entry) if entry.body else {}
    except Invalid:
        return {}


def _named(value: Mapping[str, Value]) -> Iterator[str]:
    """The notices that a body names: one, or a list of them, each alone or with its version."""
    listed = value.get("notices")
    for each in (value, *(listed if isinstance(listed, list) else ())):
        found = each.get("notice") if isinstance(each, dict) else each
        if isinstance(found, str):
            yield found


def unable(entry: Entry) -> Iterator[tuple[Ref, str]]:
    """The entries that this one says its author does not understand, and why (`unable`, LINE 5)."""
    listed = _value(entry).get("entries") if entry.header.type == UNABLE else None
    for each in listed if isinstance(listed, list) else ():
        match each:
            case {"n": int(n), "to": int(to), "origin": str(name), "why": str(why)}:
                with suppress(Invalid):  # it names nothing
                    origin = ids.origin(name)
                    yield from ((Ref(origin, at), why) for at in range(n, min(to, n + MOST) + 1))


def of_case(entries: Iterable[Entry], case: str, of: Sequence[str]) -> set[Ref]:
    """Where the entries of a case stand: what concerns it, and answers that this was not understood."""
    held = list(entries)
    mine = {Ref(each.header.origin, each.header.n) for each in held if concerns(each, case, of)}
    answers = {
        Ref(each.header.origin, each.header.n) for each in held if any(ref in mine for ref, _ in unable(each))
    }
    return mine | answers


def tell(line: Line, case: str, entries: Iterable[Entry], since: Mapping[Origin, int] | None) -> Told:
    """What verified entries come to.

    Args:
        line: theirs.
        case: the id.
        entries: those of a record, in any order; without body where only the header is there.
        since: how many entries of each feed stand before the case in the order, where all headers from there
            on, and the last one before, are among the entries; else None.
    """
    held = list(entries)
    placed, waiting = _causal(line, held) if since is None else _ordered(line, held, since)
    state, told = cases.State(line), notices.State(line)
    of = notices_of(case, held)
    mine = of_case(held, case, of or ())
    steps: list[Step] = []
    phase: Phase | None = None
    for each in placed:
        state, told = cases.evolve(state, each), notices.evolve(told, each)
        before, found = phase, state.cases.get(case)
        phase = cases.phase(state, found) if found is not None else None
        if phase != before or Ref(each.entry.header.origin, each.entry.header.n) in mine:
            steps.append(Step(each.entry, each.disputed, phase))
    bare = [each.header for each in held if not each.body and each.header.n >= _first(each, since)]
    hidden = tuple(each for each in bare if each.type.partition(".")[0] in ABOUT)
    return Told(
        id=case,
        notices=of,
        steps=tuple(steps),
        case=state.cases.get(case),
        phase=phase,
        state=told,
        both=of is not None and all(each in state.notices for each in of),
        ordered=since is not None,
        hidden=hidden,
        others=len(bare) - len(hidden),
        waiting=tuple(each.header for each in (*waiting, *_before(held, since or {}, mine))),
        holes=tuple(_holes(steps, held)),
    )


def agreed(line: Line, papers: Mapping[str, Papers], entries: Iterable[Entry], read: Read) -> Standing:
    """What the entries about agreements in a record come to; `read` reads terms.

    They stand as far apart as they do in the feeds, so that only what each author had folded orders them.
    """
    kinds = {kind for kind, _ in agreement_entries.KNOWN} | {Part.TYPE, Paper.TYPE}
    placed, _ = _causal(line, [each for each in entries if each.body and each.header.type in kinds])
    state, evolve = agreements.State(line, dict(papers)), agreements.evolve(read)
    for each in placed:
        state = evolve(state, each)
    return agreements.standing(state)


def notices_of(case: str, entries: Iterable[Entry]) -> tuple[str, str] | None:
    """The two that the case is of; its id is made of them, so that one entry that opens it is enough."""
    for said in _said(entries):
        if isinstance(said, case_entries.Opened) and said.case == case:
            return said.notices
    return None


def _said(entries: Iterable[Entry]) -> Iterator[case_entries.Said]:
    for each in entries:
        with suppress(Invalid):  # nothing of it counts
            if body.understood(each, case_entries.KNOWN):
                yield case_entries.read(each)


def _holes(steps: Iterable[Step], held: Iterable[Entry]) -> Iterator[Ref]:
    """Proposals that are answered or taken back, and are not in the record as what they must be."""
    known = set()
    for each in held:
        if any(isinstance(said, Proposed) for said in _said([each])):
            known.add(Ref(each.header.origin, each.header.n))
    for said in _said(step.entry for step in steps):
        if isinstance(said, Accepted | Acknowledged | Lapsed | Retracted) and said.proposal not in known:
            known.add(said.proposal)
            yield said.proposal


def _before(held: Iterable[Entry], since: Mapping[Origin, int], mine: set[Ref]) -> Iterator[Entry]:
    """What shows that a record begins elsewhere than it may: too late in the case, or where no order can.

    Whoever writes one chooses where. All of the case stands after that, and all that the entries before it
    had folded stands before it, as the last one of each feed tells.
    """
    for each in held:
        header = each.header
        size = since.get(header.origin, 0)
        early = header.n < size and Ref(header.origin, header.n) in mine
        if early or (header.n == size - 1 and not body.covers(since, header.folded)):
            yield each


def _first(entry: Entry, since: Mapping[Origin, int] | None) -> int:
    return 0 if since is None else since.get(entry.header.origin, 0)


def _ordered(
    line: Line, entries: Sequence[Entry], since: Mapping[Origin, int]
) -> tuple[list[Placed], list[Entry]]:
    """In the order of the line, from where the record begins."""
    folded = {
        each.header.origin: each.header.folded
        for each in entries
        if each.header.n == since.get(each.header.origin, 0) - 1
    }
    order = Order(line, Beginning(since, folded, {}))
    order.add(entries)
    return order.placed, order.waiting()


def _causal(line: Line, entries: Iterable[Entry]) -> tuple[list[Placed], list[Entry]]:
    """Each after all of the others that its author had folded; and those of which that cannot be."""
    feeds: dict[Origin, list[Entry]] = {}
    for each in entries:
        feeds.setdefault(each.header.origin, []).append(each)
    for some in feeds.values():
        some.sort(key=lambda each: each.header.n, reverse=True)
    ranked = sorted(feeds, key=lambda o: (line.rank(o.party), KINDS.index(o.kind), o.epoch))
    placed: list[Placed] = []
    while (entry := _free(ranked, feeds)) is not None:
        feeds[entry.header.origin].pop()
        placed.append(Placed(entry, entry.header.folded, False))
    return placed, [each for some in feeds.values() for each in some]


def _free(ranked: Sequence[Origin], feeds: Mapping[Origin, Sequence[Entry]]) -> Entry | None:
    """The first entry of which everything that it folded is placed."""
    for origin in ranked:
        if feeds[origin]:
            entry = feeds[origin][-1]
            if all(
                not feeds.get(other) or feeds[other][-1].header.n >= size
                for other, size in entry.header.folded.items()
            ):
                return entry
    return None
