"""What goes into a release: records of this node, as an officer chooses them, and what a view tells of each.

Own plans, and the areas of own lists and statements, leave through desk.releases.view() alone, at the level
and in the grid that were chosen: never an own plan's id, label, note, priority or variant, never who gave a
place. What another party told stays that party's: it is taken as it was told, or less exactly.

What is not there and what may not be released is one answer (`release.no_record`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal, cast

from msgspec import Struct, structs

from wideberth.desk import policies, releases, site_lists, sites, statements
from wideberth.desk.release_entries import DRAWN, Drawn, Source
from wideberth.desk.statement_entries import Declared, Raised
from wideberth.desk.statements import Statement
from wideberth.errors import Invalid, WideberthError
from wideberth.formats import release_back
from wideberth.formats.times import show_time
from wideberth.model.agreement import Rules, Step
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.model.release import Kind, Record
from wideberth.model.site import Listed
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume

if TYPE_CHECKING:
    from wideberth.node.node import Node
    from wideberth.node.open_line import OpenLine

Level = Literal["full", "coarse"]
LEVELS: Final[tuple[Level, ...]] = ("full", "coarse")
GRID: Final = Rules().coarse
"""The grid of what is chosen to be coarse and names none: the public one of maps and manual lines."""
LEAST: Final = Step(100 * METRE, 10 * METRE, 60 * SECOND)
"""Cells that are smaller than this hide nothing (a judgement): whoever wants them means `full`."""
Fact = tuple[str, str]
PLACELESS: Final = frozenset({"activity", "kind", "state"})
"""Facts of a received record that say nothing of where it is."""
MOST: Final = 500
"""Records of one release."""


class Choice(Struct, frozen=True):
    """What an officer chooses.

    Attributes:
        kind: what it is.
        of: its id here: of a plan, a notice, a list, a statement, talks; of an own list also its name; of a
            release that this party has received.
        line: the line that it was told on; None: an own plan, an own list, or the one line that has it.
        rows: of a list, by their ids; of a release, the numbers of its records; empty: all of them.
        level: how exactly.
        grid: in which cells where it is coarse; None: `GRID`.
    """

    kind: Drawn
    of: str
    line: str | None = None
    rows: tuple[str, ...] = ()
    level: Level = "coarse"
    grid: Step | None = None


class Chosen(Struct, frozen=True):
    """A record, numbered from 1, and what of this node it was drawn up from. The latter stays here."""

    record: Record
    source: Source


def choose(node: Node, some: Sequence[Choice], by_name: str) -> tuple[Chosen, ...]:
    """The records of a release, numbered in the order in which they were chosen; the node is held.

    `by_name`: what people call this party, whose its own records are said to be.

    Raises: Invalid (`release.no_record`, `release.level`, `release.grid`, `release.records`).
    """
    found: list[Chosen] = []
    for choice in some:
        found += _chosen(node, _checked(choice))
    if not 0 < len(found) <= MOST:
        raise Invalid("release.records", "records", len(found), f"1 to {MOST} records")
    if len({structs.replace(each.source, version=1) for each in found}) < len(found):
        raise Invalid("release.records", "records", "a record twice", "each record once, at one level")
    return tuple(
        structs.replace(
            each, record=structs.replace(each.record, number=n, said_by=each.record.said_by or by_name)
        )
        for n, each in enumerate(found, 1)
    )


def _checked(choice: Choice) -> Choice:
    if choice.kind not in DRAWN:
        raise Invalid("release.no_record", "kind", choice.kind, ", ".join(DRAWN))
    if choice.level == "full":
        if choice.grid is not None:
            raise Invalid("release.grid", "grid", "a grid", "none at the level full; or the level coarse")
        return choice
    if choice.level not in LEVELS:
        raise Invalid("release.level", "level", choice.level, ", ".join(LEVELS))
    grid = choice.grid or GRID
    if grid.h < LEAST.h or grid.v < LEAST.v or grid.t < LEAST.t:
        wanted = "cells of at least 100 m, 10 m of altitude and 60 s; or the level full"
        raise Invalid("release.grid", "grid", "smaller cells", wanted)
    return structs.replace(choice, grid=grid)


def _chosen(node: Node, choice: Choice) -> Iterator[Chosen]:
    by_kind: dict[Drawn, Callable[[Node, Choice], Iterator[Chosen]]] = {
        "plan": _plan,
        "notice": _notice,
        "sites": _sites,
        "statement": _statement,
        "talks": _talks,
        "release": _received,
    }
    return by_kind[choice.kind](node, choice)


def _none(choice: Choice) -> Invalid:
    wanted = "a plan, list, statement or talks of this node, or what a line told: as their lists name it"
    return Invalid("release.no_record", choice.kind, choice.of, wanted)


def _lines(node: Node, choice: Choice) -> list[OpenLine]:
    """Where it may stand; a line that is not there is none."""
    return [each for each in node.all_lines() if choice.line in (None, each.id)]


def _plan(node: Node, choice: Choice) -> Iterator[Chosen]:
    own = node.private.plans.plans.get(choice.of)
    if own is None or choice.line is not None:
        raise _none(choice)
    if own.disclosure is not None and releases.wider(choice.level, own.disclosure):
        # whoever filed it has said how much of it is told at most, to anybody
        wanted = f"no more than {own.disclosure}, as this plan was filed; or amend the plan"
        raise Invalid("release.level", choice.of, choice.level, wanted)
    told = releases.view(own.plan, choice.level, choice.grid or GRID)
    facts = [*_activity(told.activity), ("state", told.state), *_larger(simplified=told.simplified)]
    record = _record(node, choice, told.callsign, told.volumes, facts)
    yield Chosen(record, Source("plan", choice.of, version=own.version))


def _notice(node: Node, choice: Choice) -> Iterator[Chosen]:
    for line in _lines(node, choice):
        notice = line.fold.all.notices.notices.get(choice.of)
        if notice is None or notice.by != line.state.peer:
            continue
        said = notice.said
        coarse = choice.level == "coarse"
        volumes = _less(choice, said.volumes)
        facts = [
            *_activity(said.activity),
            ("state", notice.state),
            *_larger(simplified=said.simplified),
        ]
        record = _record(node, choice, "" if coarse else said.callsign, volumes, facts, line)
        if said.level != "full":
            # in whose cells is the originator's agreement to say: ours were not chosen for it
            record = structs.replace(record, level="coarse")
        yield Chosen(record, Source("notice", choice.of, line.id, version=said.version))
        return
    raise _none(choice)


def _sites(node: Node, choice: Choice) -> Iterator[Chosen]:
    if choice.line is None:
        try:
            held = node.private.sites.named(choice.of)
        except Invalid:
            held = None
        if held is not None:
            source = Source("sites", held.id, version=max(held.version, 1))
            yield from _rows(node, choice, sites.told(held), source, None)
            return
    for line in _lines(node, choice):
        found = line.fold.all.sites.lists.get((line.state.peer, choice.of), ())
        version = site_lists.in_force(found)
        if version is not None:
            source = Source("sites", choice.of, line.id, version=version.said.version)
            yield from _rows(node, choice, version.rows, source, line)
            return
    raise _none(choice)


def _rows(
    node: Node, choice: Choice, rows: Sequence[Listed], source: Source, line: OpenLine | None
) -> Iterator[Chosen]:
    known = {each.id: each for each in rows}
    for name in choice.rows or tuple(known):
        if name not in known:
            raise _none(structs.replace(choice, of=name))
        row = known[name]
        # as what it is and no more, where it is coarse: a name would say where
        full = choice.level == "full"
        facts: list[Fact] = [("kind", row.kind)]
        facts += [("what", row.of)] if full and row.of else []
        facts += [("grade", row.grade.replace("_", " "))] if full else []
        facts += [("to be validated again", show_time(row.review))] if full and row.review else []
        facts += _activity(row.activity)
        title = row.name or row.callsign
        told = releases.view(Plan("", "", row.volumes), choice.level, choice.grid or GRID)
        facts += _larger(simplified=told.simplified)
        record = _record(node, choice, title if full else "", told.volumes, facts, line)
        yield Chosen(record, structs.replace(source, part=name))


def _statement(node: Node, choice: Choice) -> Iterator[Chosen]:
    for line in _lines(node, choice):
        state = line.fold.all.statements
        for party in (line.state.party, line.state.peer):
            found = state.all.get((party, choice.of))
            if found is None or not isinstance(found.said, Declared | Raised):
                continue
            theirs = line if party == line.state.peer else None
            record = _stated(node, choice, found, theirs)
            version = found.said.version if isinstance(found.said, Declared) else 1
            source = Source("statement", choice.of, None if theirs is None else line.id, version=version)
            yield Chosen(record, source)
            return
    raise _none(choice)


def _stated(node: Node, choice: Choice, found: Statement, line: OpenLine | None) -> Record:
    said, now_ms = found.said, node.clock.now()
    facts: list[Fact] = [("kind", found.kind), ("stands", _stands(found, now_ms))]
    if isinstance(said, Raised):
        _full_only(choice)
        facts += [("assurance requested", said.assurance), ("precedence", said.precedence)]
        return _record(node, choice, "", (), facts, line, said.text)
    if isinstance(said, Declared) and found.kind == "policy":
        rank = policies.area_of(found)
        facts += [("rank", str(rank.rank))] if rank else []
        volumes = _less(choice, policies.volumes(found))
        if choice.level == "coarse":
            # no word of a text that may say where it is
            return _record(node, choice, "", volumes, facts, line)
        facts += [("basis", said.basis)] if said.basis else []
        return _record(node, choice, "", volumes, facts, line, said.text)
    _full_only(choice)
    if isinstance(said, Declared):
        facts += [("basis", said.basis)] if said.basis else []
        facts.append(("in force from", show_time(said.start)))
        facts += [("until", show_time(said.expires))] if said.expires is not None else []
        return _record(node, choice, "", (), facts, line, said.text)
    raise _none(choice)


def _stands(found: Statement, now_ms: int) -> str:
    """Where it stands by its author alone: that somebody has read or answered it is that one's to tell."""
    phase = statements.phase(found, now_ms)
    return phase if phase in ("expired", "withdrawn") else "stated"


def _talks(node: Node, choice: Choice) -> Iterator[Chosen]:
    """The minutes that both have signed: what only one has put is nobody's record yet."""
    _full_only(choice)
    try:
        view = node.room.talks.one(choice.of)
        for each in view.lines:
            if each.agreed is None or choice.line not in (None, each.line):
                continue
            text = node.room.talks.text(choice.of, bytes.fromhex(each.agreed)).text
            line = node.of(each.line)
            facts = [("held", view.at), ("signed by", "both parties")]
            record = _record(node, choice, view.title, (), facts, line, text)
            # what both have signed is the other's too: it says who may have it
            yield Chosen(record, Source("talks", choice.of, each.line))
            return
    except WideberthError as error:
        raise _none(choice) from error
    raise _none(choice)


def _received(node: Node, choice: Choice) -> Iterator[Chosen]:
    """Records of a release of another party's: that party's, or whose they were before, not ours."""
    for line in _lines(node, choice):
        if (line.state.peer, choice.of) not in line.fold.all.releases.releases:
            continue
        found = release_back.records(node.room.onward.received.read(line.id, choice.of).files)
        known = {str(each.number): each for each in found}
        for number in choice.rows or tuple(known):
            if number not in known:
                raise _none(structs.replace(choice, of=number))
            record = known[number]
            if choice.level == "coarse" and record.volumes:
                # a title, a text or another fact may say where it is
                facts = tuple(each for each in record.facts if each[0] in PLACELESS)
                record = structs.replace(record, title="", text="", facts=facts, level="coarse")
                record = structs.replace(record, volumes=_less(choice, record.volumes), grid=choice.grid)
            yield Chosen(record, Source("release", choice.of, line.id, number))
        return
    raise _none(choice)


def _full_only(choice: Choice) -> None:
    if choice.level == "coarse":
        wanted = "full: it has no area, and words are told as they are or not at all"
        raise Invalid("release.level", choice.of, choice.level, wanted)


def _less(choice: Choice, volumes: tuple[Volume, ...]) -> tuple[Volume, ...]:
    """Volumes at the chosen level; of what has none, none."""
    if not volumes:
        return ()
    return releases.view(Plan("", "", volumes), choice.level, choice.grid or GRID).volumes


def _activity(activity: str) -> list[Fact]:
    return [("activity", activity)] if activity and activity != UNSPECIFIED else []


def _larger(*, simplified: bool) -> list[Fact]:
    return [("drawn", "larger than it is")] if simplified else []


def _record(
    node: Node,
    choice: Choice,
    title: str,
    volumes: tuple[Volume, ...],
    facts: Sequence[Fact],
    line: OpenLine | None = None,
    text: str = "",
) -> Record:
    """A record that is not numbered yet; `line`: it is the other party's there."""
    coarse = choice.level == "coarse"
    return Record(
        number=0,
        kind=cast("Kind", choice.kind),  # a received record has its own
        title=title,
        originator=node.party if line is None else line.state.peer,
        said_by="" if line is None else line.name,
        volumes=volumes,
        level=choice.level,
        grid=choice.grid if coarse else None,
        facts=tuple(facts),
        text=text,
    )
