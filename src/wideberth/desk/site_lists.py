"""Lists of sites that the parties of a line tell each other, and what each says of the other's, row by row.

A version of a list is whole: a row that is not in it was withdrawn by its owner. Its parts come after it, so
that whatever holds it back holds them too. Until it can be read, the one before is in force. Nothing said
means nothing: it is never consent, and what is said is never permission.

In doubt (ledger.order) whether its author knew what it had said, only what restricts counts of an answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct, field, structs

from wideberth.desk import listed, site_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.site_entries import ANSWERED, Answered, Told
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.ledger import body, canonical, entries, ids, parts
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Line
from wideberth.ledger.order import Placed
from wideberth.model.site import TRANSITIONS, Listed, Standing, Status

TOLD_ID: Final = b"wideberth/site-list/v1\n"
MISSING: Final = "ledger.parts_missing"
"""Why a version cannot be read of which not all parts have come."""
IN_DOUBT: Final[tuple[Status, ...]] = ("objection", "unclear")


class Answer(NamedTuple):
    """What the reader of a version has said, where, and when by its own clock."""

    ref: Ref
    at_ms: int
    all: Status | None
    rows: Mapping[str, Status]

    def of(self, row: str) -> Status | None:
        """What it says of a row."""
        return self.all or self.rows.get(row)


class Version(Struct, frozen=True):
    """A version of a list as it was told.

    `ids` are its rows; `rows` what they say, of the newest version that can be read only. `unread` says why
    there are none; `parts` are those that have come meanwhile.
    """

    by: str
    said: Told
    ref: Ref
    at_ms: int
    ids: frozenset[str] = frozenset()
    rows: tuple[Listed, ...] = ()
    unread: str | None = MISSING
    parts: tuple[Part, ...] = ()
    answers: tuple[Answer, ...] = ()


class State(Struct, frozen=True):
    """What the entries of a line say about lists, in their order: by whose, and by the list's id."""

    line: Line
    lists: dict[tuple[str, str], tuple[Version, ...]] = field(default_factory=dict)

    def of(self, party: str) -> Iterator[tuple[Version, ...]]:
        """All versions of each list that a party has told."""
        return (versions for (by, _), versions in self.lists.items() if by == party)


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold."""
    entry = placed.entry
    header = entry.header
    try:
        if header.type == Part.TYPE and body.understood(entry, entries.KNOWN):
            part = entries.read(entry)
            return _with_part(state, header.origin.party, part) if isinstance(part, Part) else state
        if not body.understood(entry, site_entries.KNOWN):
            return state
        said = site_entries.read(entry)
    except Invalid:
        return state  # kept and shown as what it is; nothing of it counts
    ref = Ref(header.origin, header.n)
    if isinstance(said, Told):
        return _told(state, said, ref, header.at_ms)
    return _answered(state, said, ref, placed) if isinstance(said, Answered) else state


def list_id(line: Line, own: str) -> str:
    """What an own list is called on a line: the same each time, and on no two lines the same.

    The first 16 bytes of SHA-256("wideberth/site-list/v1" ‖ newline ‖ line ‖ own id), both as their bytes.
    """
    secret = ids.unbase32(own[len(site_entries.PREFIX) :], site_entries.LIST, "list")
    digest = hashlib.sha256(TOLD_ID + ids.unbase32(line.id, ids.HASH, "line") + secret).digest()
    return site_entries.new_list(digest[: site_entries.LIST])


def send(
    state: State, party: str, named: tuple[str, str], rows: Sequence[Listed], waiting: int = 0
) -> tuple[Told | Part, ...]:
    """Tell the other party a list as it stands now.

    Args:
        state: of the line.
        party: whose list it is.
        named: the id of the list on this line, and what the other party is to call it.
        rows: all there are.
        waiting: the newest version that waits to be said, if any.

    Raises: Refused (`site.told`) where the newest version says the same; Invalid (as listed.write_all).
    """
    data = listed.write_all(rows)
    sha256 = hashlib.sha256(data).digest()
    versions = state.lists.get((party, named[0]), ())
    if versions and versions[-1].said.sha256 == sha256 and versions[-1].said.version >= waiting:
        words = f"version {versions[-1].said.version} says the same; accepted: a list that has changed"
        raise Refused("site.told", words)
    number = max(versions[-1].said.version if versions else 0, waiting) + 1
    return (Told(named[0], number, named[1], len(rows), sha256), *parts.split(data))


def answer(
    state: State, party: str, of: str, version: int, all_: Status | None, rows: Mapping[str, Status]
) -> tuple[Answered, ...]:
    """Say what this party's people make of a list that it was told: of all rows, or of some of them.

    Raises: Invalid (`site.no_list`, `site.none`), Refused (`site.old_version`, `site.unread`,
    `site.nothing_said`).
    """
    found = newest(state, party, of)
    if found.said.version != version:
        words = f"there is version {found.said.version} of it; accepted: a word about that one"
        raise Refused("site.old_version", words)
    if found.unread is not None and (all_ != "unclear" or rows):
        words = f"nobody can read this version: {found.unread}; accepted: unclear, send again"
        raise Refused("site.unread", words)
    for row in rows:
        if row not in found.ids:
            raise Invalid("site.none", "row", row, f"the id of a row of version {version}")
    if (all_ is None) is not bool(rows):
        raise Refused("site.nothing_said", "accepted: one status for all rows, or rows with theirs")
    if all_ is not None:
        return (Answered(of, version, all_),)
    return tuple(Answered(of, version, None, each) for each in _pieces(sorted(rows.items())))


def _pieces(rows: Sequence[tuple[str, Status]]) -> Iterator[tuple[tuple[str, Status], ...]]:
    """As many rows at a time as a body holds."""
    piece: list[tuple[str, Status]] = []
    size = 0
    for each in rows:
        more = len(canonical.write([each[0], each[1]])) + 1
        if piece and size + more > ANSWERED:
            yield tuple(piece)
            piece, size = [], 0
        piece.append(each)
        size += more
    yield tuple(piece)


def newest(state: State, party: str, of: str) -> Version:
    """The newest version of a list that the other party has told. Raises: Invalid (`site.no_list`)."""
    for by in state.line.parties:
        if by != party and (by, of) in state.lists:
            return state.lists[by, of][-1]
    raise Invalid("site.no_list", "list", of, "a list that was told on this line: wideberth site list")


def in_force(versions: Sequence[Version]) -> Version | None:
    """The newest version that can be read; None where there is none."""
    return next((each for each in reversed(versions) if each.unread is None), None)


def standing(version: Version, row: str) -> tuple[Standing, Answer | None]:
    """What holds of a row of a version, and where it was said."""
    now: Standing = "none"
    where = None
    for each in version.answers:
        said = each.of(row)
        if said is not None and said in TRANSITIONS[now]:
            now, where = said, each
    return now, where


def standings(version: Version) -> dict[str, Standing]:
    """The same of all rows."""
    return {row: standing(version, row)[0] for row in sorted(version.ids)}


class Held(NamedTuple):
    """Since which version a reader was told of a row, and until which: None where it still is."""

    version: Version
    standing: Standing
    answer: Answer | None


def held(state: State, party: str, of: str, row: str) -> Iterator[Held]:
    """Each version of a party's list, as it was told on this line, that has the row: oldest first."""
    for each in state.lists.get((party, of), ()):
        if row in each.ids:
            yield Held(each, *standing(each, row))


def _with_part(state: State, party: str, part: Part) -> State:
    """A part of the newest version of a list, or of several that say the same; of anything else nothing."""
    lists = dict(state.lists)
    for key, versions in state.lists.items():
        last = versions[-1]
        waits = last.said.sha256 == part.sha256 and last.unread == MISSING
        if key[0] == party and waits and part.i not in {each.i for each in last.parts}:
            lists[key] = _grown(versions, (*last.parts, part))
    return structs.replace(state, lists=lists)


def _grown(versions: tuple[Version, ...], found: tuple[Part, ...]) -> tuple[Version, ...]:
    """The same versions with so many parts of the newest; read when there are all, once."""
    last = versions[-1]
    if len(found) < found[0].of:
        return (*versions[:-1], structs.replace(last, parts=found))
    try:
        rows = listed.read_all(parts.join(found))
        _check_count(rows, last.said.rows)
    except (Invalid, NotTrusted) as error:
        return (*versions[:-1], structs.replace(last, parts=(), unread=error.code))
    read = structs.replace(last, parts=(), unread=None, rows=rows, ids=frozenset(row.id for row in rows))
    # the rows of one version are held at a time: who held which, the ids say
    return (*(structs.replace(each, rows=()) for each in versions[:-1]), read)


def _check_count(rows: Sequence[Listed], count: int) -> None:
    if len(rows) != count:
        raise Invalid("site.entry", "rows", count, f"{len(rows)}, as many as there are")


def _told(state: State, said: Told, ref: Ref, at_ms: int) -> State:
    by = ref.origin.party
    before = state.lists.get((by, said.list), ())
    if before and said.version <= before[-1].said.version:
        return state
    # what comes after it is no part of the one before any more
    kept = tuple(structs.replace(each, parts=()) for each in before)
    made = Version(by, said, ref, at_ms)
    return structs.replace(state, lists={**state.lists, (by, said.list): (*kept, made)})


def _answered(state: State, said: Answered, ref: Ref, placed: Placed) -> State:
    by = next(each for each in state.line.parties if each != ref.origin.party)
    versions = state.lists.get((by, said.list), ())
    found = next((n for n, each in enumerate(versions) if each.said.version == said.version), None)
    if found is None:
        return state
    whole: Status | None = said.all
    rows = {row: status for row, status in said.rows if row in versions[found].ids}
    if placed.disputed:
        whole = whole if whole in IN_DOUBT else None
        rows = {row: status for row, status in rows.items() if status in IN_DOUBT}
    if whole is None and not rows:
        return state
    made = Answer(ref, placed.entry.header.at_ms, whole, rows)
    after = structs.replace(versions[found], answers=(*versions[found].answers, made))
    changed = (*versions[:found], after, *versions[found + 1 :])
    return structs.replace(state, lists={**state.lists, (by, said.list): changed})
