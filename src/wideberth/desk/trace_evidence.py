"""What a text has of one known copy's lines: which alternatives stand in its slots, where, in which order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from wideberth.desk.trace_chance import Odds
from wideberth.desk.trace_lines import Place, Reader, Seen
from wideberth.model.marked import Choose, Line, Slot

HALF: Final = (1, 2)


class Trial(Struct, frozen=True):
    """A slot that was seen, of how many alternatives, and which of them stand there."""

    name: str
    seen: Seen
    of: int

    @property
    def odds(self) -> Odds:
        """How often it agrees by chance: one in so many; more where several stand there."""
        return len(self.seen), self.of


class Unit(Struct, frozen=True):
    """A line where it stands.

    Attributes:
        begin, end: letters of the text.
        line: its number in the copy's lines.
        read: its slots that could be read.
    """

    begin: int
    end: int
    line: int
    read: tuple[Trial, ...]


def units(reader: Reader, lines: Sequence[Line]) -> tuple[Unit, ...]:
    """Lines that the text has, in its order, each place given to the line that fits it best.

    Lines that are alike but for the names of their slots fit equally well. Such a place goes to the one whose
    neighbour in the copy stands next before it; where none does, to none.
    """
    found: list[tuple[Place, int, tuple[str, ...]]] = []
    for number, line in enumerate(lines):
        places, names = reader.find(line)
        found += [(place, number, names) for place in places]
    found.sort(key=lambda each: (-each[0].fit, each[0].end - each[0].begin, each[0].begin, each[1]))
    taken: list[Place] = []
    owners: dict[Place, list[tuple[int, tuple[str, ...]]]] = {}
    begins: list[int] = []
    for place, number, names in found:
        at = bisect_left(begins, place.begin)
        beside = taken[max(0, at - 1) : at + 1]
        if place in owners:
            owners[place].append((number, names))
        elif all(_apart(place, each) for each in beside):
            begins.insert(at, place.begin)
            taken.insert(at, place)
            owners[place] = [(number, names)]
        else:
            for each in beside:
                if (each.begin, each.end, each.fit) == (place.begin, place.end, place.fit):
                    # another line that fits as well, of which something else can be read
                    owners[each].append((-1, ()))
    return _settled(taken, owners)


def _apart(one: Place, other: Place) -> bool:
    """Whether two places share less than half of the shorter one."""
    shared = min(one.end, other.end) - max(one.begin, other.begin)
    return 2 * shared < min(one.end - one.begin, other.end - other.begin)


def _settled(
    taken: Sequence[Place], owners: dict[Place, list[tuple[int, tuple[str, ...]]]]
) -> tuple[Unit, ...]:
    found: list[Unit] = []
    before = -1
    for place in taken:
        choices = owners[place]
        if len(choices) > 1:
            choices = [each for each in choices if each[0] == before + 1 and each[0] >= 0]
        if not choices:
            before = -2
            continue
        number, names = choices[0]
        read = tuple(Trial(names[part], seen, of) for part, seen, of in place.read)
        found.append(Unit(place.begin, place.end, number, read))
        before = number
    return tuple(found)


def trials(found: Sequence[Unit]) -> tuple[Trial, ...]:
    """Each slot that was read, once; where it was read several times, with all that stands there.

    One in which something else stands than its alternatives speaks for no copy and against none.
    """
    seen: dict[str, Trial] = {}
    for unit in found:
        for each in unit.read:
            before = seen.get(each.name)
            seen[each.name] = each if before is None else Trial(each.name, before.seen | each.seen, each.of)
    return tuple(each for each in seen.values() if 0 < len(each.seen) < each.of)


def agrees(trial: Trial, choose: Choose) -> bool:
    """Whether what stands there may be the copy's."""
    return choose(trial.name, trial.of) in trial.seen


def changed(found: Sequence[Unit]) -> int:
    """Slots in which something else stands than their alternatives."""
    seen: dict[str, bool] = {}
    for unit in found:
        for each in unit.read:
            seen[each.name] = seen.get(each.name, False) or bool(each.seen)
    return sum(not each for each in seen.values())


def runs(found: Sequence[Unit], choose: Choose) -> tuple[tuple[Trial, ...], ...]:
    """Stretches of the text in which all that can be read is as in the copy, each slot once."""
    ended: list[tuple[Trial, ...]] = []
    now: dict[str, Trial] = {}
    for unit in found:
        here = [each for each in unit.read if each.seen]
        if all(agrees(each, choose) for each in here):
            for each in here:
                now.setdefault(each.name, each)
        else:
            ended.append(tuple(now.values()))
            now = {}
    ended.append(tuple(now.values()))
    return tuple(each for each in ended if each)


def in_order(found: Sequence[Unit], lines: Sequence[Line]) -> tuple[tuple[int, bool], ...]:
    """Pairs of records that the text has beside each other, from 0, and whether the second stands first.

    A record's lines have slots named "3.…", by its number from 1. Nothing is told where records do not stand
    in the order of their pairs: then somebody has sorted or shuffled them.
    """
    first: dict[int, int] = {}
    for unit in found:
        record = _record(lines[unit.line])
        if record is not None:
            first.setdefault(record, unit.begin)
    whole = sorted(pair for pair in {each // 2 for each in first} if {2 * pair, 2 * pair + 1} <= first.keys())
    begins = [(min(first[2 * pair], first[2 * pair + 1])) for pair in whole]
    ends = [(max(first[2 * pair], first[2 * pair + 1])) for pair in whole]
    if any(end > begin for end, begin in zip(ends, begins[1:], strict=False)):
        return ()
    return tuple((pair, first[2 * pair + 1] < first[2 * pair]) for pair in whole)


def _record(line: Line) -> int | None:
    for each in line:
        if isinstance(each, Slot):
            number, _, _ = each.name.partition(".")
            return int(number) - 1 if number.isascii() and number.isdigit() else None
    return None
