"""Own lists of sites and movements: their rows, who has verified them, what is told of them (DESIGN 5).

A row stands until its owner withdraws it: one that is missing in a new edition stays. What was verified is a
row as it stood: a row with anything else in it begins anew. A place is verified by two persons; that they are
two is the node's to know, and it says so to `verify`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct, field, structs

from wideberth.desk import listed, site_entries
from wideberth.desk.site_entries import Gone, Opened, Own, Revalidated, Rowed, Said, Verified
from wideberth.errors import Invalid, Refused
from wideberth.ledger.body import Entry
from wideberth.model.site import Grade, Listed, Stage

DAY_MS: Final = 86_400_000


class Mark(NamedTuple):
    """The entry that says it, when its author's clock said it was, and in which role."""

    n: int
    at_ms: int
    by: str


class Row(Struct):
    """A row as it stands now.

    Attributes:
        row: as it was entered.
        version: of the list, in which it was.
        n: the entry of the private feed; `at_ms` when.
        first, second: who has verified it.
        seen: who looked at it again, and `review_ms`, until when that holds.
    """

    row: Listed
    version: int
    n: int
    at_ms: int
    first: Mark | None = None
    second: Mark | None = None
    seen: Mark | None = None
    review_ms: int | None = None

    @property
    def stage(self) -> Stage:
        """How far its verification is."""
        return "verified" if self.second else "once" if self.first else "stated"

    @property
    def grade(self) -> Grade:
        """How sure the place is: what a list claims to be verified is one source's word until two persons
        here have verified it.
        """
        if self.second is not None:
            return "verified"
        return "single_source" if self.row.grade == "verified" else self.row.grade

    @property
    def review(self) -> int | None:
        """When it must be validated again."""
        return self.row.review if self.review_ms is None else self.review_ms


class List(Struct):
    """A list: its newest version, and its rows by their ids. `gone`: withdrawn in which version."""

    id: str
    name: str
    version: int = 0
    at_ms: int = 0
    rows: dict[str, Row] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)


class State(Struct):
    """All own lists, by their ids."""

    lists: dict[str, List] = field(default_factory=dict)

    def named(self, text: str) -> List:
        """The list of this id or name. Raises: Invalid (`site.no_list`)."""
        plain = text.casefold().strip()
        for each in self.lists.values():
            if text == each.id or plain == each.name.casefold():
                return each
        names = "; ".join(sorted(each.name for each in self.lists.values())) or "none yet: site import"
        raise Invalid("site.no_list", "list", text, f"one of the lists: {names}")

    def row(self, of: str, row: str) -> Row:
        """A row of a list. Raises: Invalid (`site.no_list`, `site.none`)."""
        held = self.named(of)
        if row not in held.rows:
            raise Invalid("site.none", "row", row, f"the id of a row of {held.name}: wideberth site list")
        return held.rows[row]


def take(state: State, entry: Entry) -> None:
    """The step of the fold. In place: of a large list each row is an entry, and a state is not copied for it.

    An entry that cannot be read, or that does not fit, changes nothing.
    """
    if (entry.header.type, entry.header.v) not in site_entries.OWN:
        return
    try:
        said = site_entries.read(entry)
    except Invalid:
        return
    n, at_ms = entry.header.n, entry.header.at_ms
    if isinstance(said, Opened):
        state.lists.setdefault(said.list, List(said.list, said.name))
        return
    held = state.lists.get(said.list)
    if held is None:
        return
    match said:
        case Rowed():
            held.rows[said.row.id] = Row(said.row, said.version, n, at_ms)
            held.gone.pop(said.row.id, None)
            held.version, held.at_ms = said.version, at_ms
        case Gone():
            if held.rows.pop(said.row, None) is not None:
                held.gone[said.row] = said.version
            held.version, held.at_ms = said.version, at_ms
        case _:
            _checked(held, said, Mark(n, at_ms, ""))


def _checked(held: List, said: Said, where: Mark) -> None:
    """A person has looked at a row as it stands; at a former version, or a second time, changes nothing."""
    row = held.rows.get(said.row) if isinstance(said, Verified | Revalidated) else None
    if row is None or not isinstance(said, Verified | Revalidated) or row.version != said.version:
        return
    mark = where._replace(by=said.by)
    if isinstance(said, Revalidated):
        row.seen, row.review_ms = mark, said.review_ms
    elif row.second is not None:
        return
    elif said.first is None:
        row.first = mark
    elif row.first is not None and row.first.n == said.first:
        row.second = mark


def checked(rows: Sequence[Listed]) -> tuple[Listed, ...]:
    """Rows that may be entered, as they are read again from an entry. Raises: Invalid (as listed.read)."""
    return tuple(listed.read(listed.write(row), f"row {row.id}") for row in rows)


class Taken(NamedTuple):
    """What an edition of a list comes to: the entries, and the ids of rows in each way.

    `missing` are not in the edition, and stay.
    """

    entries: tuple[Own, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    missing: tuple[str, ...]
    gone: tuple[str, ...]


def edition(
    state: State, of: List | Opened, rows: Sequence[Listed], withdrawn: Collection[str] = ()
) -> Taken:
    """A new edition of a list, or its first.

    Args:
        state: of all lists.
        of: the list; Opened for a new one.
        rows: of the edition, as `checked` gives them.
        withdrawn: rows that their owner withdraws: they are in the list, and not in the edition.

    Raises: Invalid (as listed.write_all; `site.not_listed`, `site.known_name`).
    """
    if isinstance(of, Opened):
        _check_new(state, of)
    before = {} if isinstance(of, Opened) else of.rows
    version = 1 if isinstance(of, Opened) else of.version + 1
    new = {row.id: _pictured(row, before.get(row.id)) for row in rows}
    if len(new) < len(rows):
        listed.write_all(rows)
    for row in withdrawn:
        if row not in before or row in new:
            wanted = "a row of the list that is not in the edition"
            raise Invalid("site.not_listed", "withdraw", row, wanted)
    # what no peer could be told must not be entered: the list would go to one as a whole
    listed.write_all([*new.values(), *(each.row for name, each in before.items() if name not in new)])
    added = tuple(each for each in new if each not in before)
    changed = tuple(name for name, row in new.items() if name in before and before[name].row != row)
    entries: list[Own] = [of] if isinstance(of, Opened) else []
    entries += [Rowed(_id(of), version, new[each]) for each in (*added, *changed)]
    entries += [Gone(_id(of), version, each) for each in withdrawn]
    same = tuple(name for name, row in new.items() if name in before and before[name].row == row)
    missing = tuple(each for each in before if each not in new and each not in withdrawn)
    return Taken(tuple(entries), added, changed, same, missing, tuple(withdrawn))


def _pictured(row: Listed, before: Row | None) -> Listed:
    """A row that names no picture keeps the one that it had, as long as it stands where that shows it."""
    if before is None or row.photo is not None or row.volumes != before.row.volumes:
        return row
    return structs.replace(row, photo=before.row.photo)


def _check_new(state: State, of: Opened) -> None:
    for each in state.lists.values():
        if each.name.casefold() == of.name.casefold():
            raise Invalid("site.known_name", "name", of.name, "the name of no other list")
    site_entries.name(of.name)


def _id(of: List | Opened) -> str:
    return of.list if isinstance(of, Opened) else of.id


def verify(of: List, row: str, version: int, by: str, *, other: bool | None) -> Verified:
    """A person has verified the place of a row, in the version that they looked at.

    Args:
        of: the list.
        row: its id.
        version: of the row, as it was shown.
        by: in which role.
        other: whether this is another person than the one before; None where that is not known any more: then
            this one is the first.

    Raises: Invalid (`site.none`), Refused (`site.other_version`, `site.already_verified`,
    `site.same_person`).
    """
    found = _row(of, row, version)
    if found.second is not None:
        raise Refused("site.already_verified", f"two persons have verified {row}; accepted: revalidate it")
    if found.first is not None and other is False:
        words = f"the same person has verified {row} already; accepted: another person, by another account"
        raise Refused("site.same_person", words)
    first = found.first.n if found.first is not None and other else None
    return Verified(of.id, row, version, site_entries.role(by), first)


def revalidate(of: List, row: str, version: int, by: str, review_ms: int, now_ms: int) -> Revalidated:
    """A person has looked at a place again: it is to be looked at next by `review_ms`.

    Raises: Invalid (`site.none`, `site.review`), Refused (`site.other_version`).
    """
    _row(of, row, version)
    if not now_ms < review_ms <= now_ms + 3_660 * DAY_MS:
        raise Invalid("site.review", "review", review_ms, "a moment to come, within ten years")
    return Revalidated(of.id, row, version, site_entries.role(by), review_ms)


def _row(of: List, row: str, version: int) -> Row:
    found = of.rows.get(row)
    if found is None:
        raise Invalid("site.none", "row", row, f"the id of a row of {of.name}: wideberth site list")
    if found.version != version:
        words = f"{row} has another version since, {found.version}; accepted: look at it as it is now"
        raise Refused("site.other_version", words)
    return found


def told(of: List) -> tuple[Listed, ...]:
    """What another party is told of a list: its rows as they stand now, without who gave them."""
    return tuple(
        structs.replace(each.row, source="", grade=each.grade, review=each.review)
        for _, each in sorted(of.rows.items())
    )


class Old(NamedTuple):
    """Why a row may no longer be right: how long its review is past (ms), or nothing says when it is due."""

    row: str
    past_ms: int | None


def old(rows: Mapping[str, int | None], now_ms: int) -> Iterator[Old]:
    """The rows, given with when they must be validated again, that nobody has looked at in time."""
    for row, review in rows.items():
        if review is None:
            yield Old(row, None)
        elif review <= now_ms:
            yield Old(row, now_ms - review)
