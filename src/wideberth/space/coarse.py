"""Volumes set to a public grid: what may be shown of them where the true ones are not to be seen.

The grid has cells on the ground (`lattice`), layers of altitude in each datum as it stands, steps of time
from the POSIX epoch, and eighths of an octave of frequency. A coarse view is the union of all cells that the
volumes touch, grown by their pads; it has no pads of its own. It is a function of those cells alone: whatever
changes inside them, and however the volumes are divided, it stays the same; its own coarse view is itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import NamedTuple, TypeVar

import numpy as np
from msgspec import Struct, structs

from wideberth.space.altitude import DATUMS, LIMIT, SURFACE, UNLIMITED, Altitude, Datum
from wideberth.space.boxed import boxed, corners
from wideberth.space.ellipsoid import Index
from wideberth.space.ground import Circle, Ground
from wideberth.space.lattice import TOP, Lattice, apart
from wideberth.space.rim import outlines
from wideberth.space.touched import Touch
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import HIGHEST, YEARS, Frequencies, Volume
from wideberth.space.widen import UNBOUNDED, thick_bands, thick_frequencies, thick_windows

CELLS = 4_096
"""Of more cells on the ground than this the view is made of larger ones: each twice as long and wide."""
OCTAVE = 3
"""An octave of frequency has 2^OCTAVE steps."""
_LOOKS = 50_000
"""Cells near pieces, at most, where the search for the level begins."""
_LOTS = 300_000
"""Vertices beyond which each ground is taken as the box around it."""
_PRESSURE: tuple[Datum, ...] = ("FL", "ALT", "MSL/ALT")

_NOWHERE = Circle((0, 0), 0)

_Span = tuple[int, int]
_Value = TypeVar("_Value")


class Grid(Struct, frozen=True):
    """The steps of a public grid: `h`, `v` in 0.1 mm, `t` in ms; none is taken as less than 1 m and 1 s."""

    h: int
    v: int
    t: int


class _Part(NamedTuple):
    """A volume on the grid: half-open spans of frequency, time and altitude, and its cells as bits.

    `datums` of its limits, AGL for SFC; `limits` None stands for no upper limit.
    """

    datums: tuple[Datum, Datum]
    band: _Span | None
    time: _Span
    limits: _Span
    cells: int


def coarse(volumes: Sequence[Volume], grid: Grid) -> tuple[Volume, ...]:
    """The coarse view of the volumes of a plan (see the module); at least one."""
    return Coarse(volumes, grid).at(0) or ()


class Coarse:
    """The coarse view of volumes, and coarser ones of cells twice, four times … as large on every axis."""

    def __init__(self, volumes: Sequence[Volume], grid: Grid) -> None:
        self._volumes = tuple(volumes)
        self._grid = Grid(grid.h, max(grid.v, METRE), max(grid.t, SECOND))
        self._lattice = Lattice(grid.h)
        number: dict[tuple[Ground, int], int] = {}
        self._which = [number.setdefault((each.ground, each.pad.h), len(number)) for each in volumes]
        self._least, self._cells = _cells(self._lattice, list(number))

    def at(self, level: int, most: int | None = None) -> tuple[Volume, ...] | None:
        """The view of a level, in one order; None where it is surely of more than `most` volumes."""
        ground = max(level, self._least)
        cells = self._at(ground)
        every = np.unique(np.concatenate(cells))
        bits = [_bits(every, each) for each in cells]
        blocks = list(_blocks(_parts(self._volumes, [bits[k] for k in self._which], self._grid, level)))
        if most is not None and len(blocks) > most:
            return None
        shapes = _Shapes(every, np.stack(self._lattice.box(*apart(every), ground)))
        return tuple(
            structs.replace(each, ground=part) for each, cells in blocks for part in shapes.of(cells)
        )

    def cells(self, level: int) -> list[int] | None:
        """The cells of a level that are touched on the ground; None where they are more than CELLS."""
        if level < self._least:
            return None
        return [int(each) for each in np.unique(np.concatenate(self._at(level)))]

    def _at(self, level: int) -> list[Index]:
        """The cells of each ground; `level` is not below the least."""
        while len(self._cells) <= level - self._least:
            own = self._least + len(self._cells) - 1
            self._cells.append([self._lattice.parents(each, own) for each in self._cells[-1]])
        return self._cells[level - self._least]


class _Shapes:
    """Polygons of sets of cells, each worked out once."""

    def __init__(self, every: Index, boxes: Index) -> None:
        self._every, self._boxes = every, boxes
        self._known: dict[int, tuple[Ground, ...]] = {}

    def of(self, cells: int) -> tuple[Ground, ...]:
        """The polygons of the cells whose bits are set."""
        if cells not in self._known:
            data = np.frombuffer(cells.to_bytes((len(self._every) + 7) // 8, "little"), np.uint8)
            held = np.flatnonzero(np.unpackbits(data, bitorder="little"))
            self._known[cells] = outlines(self._every[held], self._boxes[:, held])
        return self._known[cells]


def _bits(every: Index, cells: Index) -> int:
    """Which of all the cells, which are sorted, as the bits of one number."""
    held = np.zeros(len(every), dtype=np.uint8)
    held[np.searchsorted(every, cells)] = 1
    return int.from_bytes(np.packbits(held, bitorder="little").tobytes(), "little")


def _cells(lattice: Lattice, grounds: Sequence[tuple[Ground, int]]) -> tuple[int, list[list[Index]]]:
    """The least level of which the grounds together touch at most CELLS, and the cells of each there."""
    if sum(corners(ground) for ground, _ in grounds) > _LOTS:
        grounds = [boxed(*each) for each in grounds]
    touch = Touch(lattice, *zip(*grounds, strict=True))
    # at a level below, the least that is touched is too much already
    start = next(k for k in range(TOP + 1) if touch.least(k) <= CELLS)
    level, found = next((k, each) for k in range(start, TOP + 1) if (each := touch.at(k, _LOOKS)) is not None)
    finer: list[Index] | None = found
    while finer is not None and _number(finer) <= CELLS:
        found = finer
        if level == start:
            return level, [found]
        level -= 1
        finer = touch.at(level)
    # the level last asked for has too many, if it was not the first
    level += finer is not found
    while _number(found) > CELLS:
        found = [lattice.parents(each, level) for each in found]
        level += 1
    return level, [found]


def _number(cells: Sequence[Index]) -> int:
    return len(np.unique(np.concatenate(cells)))


def _parts(volumes: Sequence[Volume], cells: Sequence[int], grid: Grid, level: int) -> list[_Part]:
    """The volumes on the grid: each axis grown by its pad and set outwards."""
    stated = [[(DATUMS.index(each.datum), each.value) for each in (v.lower, v.upper)] for v in volumes]
    limits = thick_bands(np.array(stated, dtype=np.int64)).tolist()
    windows = [(_or(v.start, -UNBOUNDED), _or(v.end, UNBOUNDED)) for v in volumes]
    starts, ends = thick_windows(*np.array(windows, dtype=np.int64).T)
    made = []
    for volume, own, ((below, low), (above, high)), start, end in zip(
        volumes, cells, limits, starts.tolist(), ends.tolist(), strict=True
    ):
        datums = _name(below), _name(above)
        made.append(
            _Part(
                datums,
                _band(volume, level),
                _window(start - volume.pad.t, end + volume.pad.t, grid.t << level),
                _layers(datums, low, high, volume.pad.v, grid.v << level),
                own,
            )
        )
    return made


def _or(value: int | None, instead: int) -> int:
    return instead if value is None else value


def _name(number: int) -> Datum:
    """The datum of a limit: the surface is 0 above ground."""
    return "AGL" if DATUMS[number] == "SFC" else DATUMS[number]


def _window(start: int, end: int, step: int) -> _Span:
    """The window in whole steps; what leaves the years that can be written is unbounded."""
    low, high = start // step * step, -(-end // step) * step
    return low if low >= YEARS[0] else -UNBOUNDED, high if high <= YEARS[1] else UNBOUNDED


def _layers(datums: tuple[Datum, Datum], low: int, high: int, pad: int, step: int) -> _Span:
    """The limits in whole layers; above LIMIT there is none.

    Over any weather that terms can say, a step of pressure altitude is more than half as high as it says: on
    such datums the pad counts twice.
    """
    below, above = (2 * pad if datum in _PRESSURE else pad for datum in datums)
    lower = max((low - below) // step * step, -LIMIT)
    upper = -(-(high + above) // step) * step
    return lower, UNBOUNDED if datums[1] == "UNL" or upper > LIMIT else upper


def _band(volume: Volume, level: int) -> _Span | None:
    """The band in whole steps of an octave's part; from level OCTAVE + 1 on it is any frequency."""
    twice = thick_frequencies(volume)
    if twice is None:
        return None
    if level > OCTAVE:
        return 0, HIGHEST
    low, high = max(0, twice[0] // 2), -(-twice[1] // 2)
    down, up = (1 << max(0, each.bit_length() - 1 - OCTAVE + level) for each in (low, high - 1))
    return low // down * down, min(-(-high // up) * up, HIGHEST)


def _blocks(parts: Sequence[_Part]) -> Iterator[tuple[Volume, int]]:
    """The union of the parts, divided in one way that the parts do not decide: volumes, of which the ground
    is still to be put in, and their cells.
    """
    kinds: dict[tuple[tuple[Datum, Datum], bool], list[_Part]] = defaultdict(list)
    for part in parts:
        # no upper limit has no datum
        above: Datum = "UNL" if part.limits[1] == UNBOUNDED else part.datums[1]
        kinds[(part.datums[0], above), part.band is not None].append(part)
    for (datums, emits), members in sorted(kinds.items()):
        bands = _divided(members, _band_of, _by_time) if emits else ((None, _by_time(members)),)
        for band, windows in bands:
            for (start, end), layers in windows:
                for limits, cells in layers:
                    yield _block(datums, band, (start, end), limits), cells


def _block(datums: tuple[Datum, Datum], band: _Span | None, time: _Span, limits: _Span) -> Volume:
    return Volume(
        _NOWHERE,
        _limit(datums[0], limits[0]),
        _limit(datums[1], limits[1]),
        None if time[0] == -UNBOUNDED else time[0],
        None if time[1] == UNBOUNDED else time[1],
        None if band is None else Frequencies(*band),
    )


_Layers = tuple[tuple[_Span, int], ...]
_Windows = tuple[tuple[_Span, _Layers], ...]


def _divided(
    parts: Sequence[_Part], span: Callable[[_Part], _Span], rest: Callable[[Sequence[_Part]], _Value]
) -> tuple[tuple[_Span, _Value], ...]:
    """An axis in the fewest spans over which what the parts are on the other axes stays the same."""
    found: list[tuple[_Span, _Value]] = []
    spans = [span(part) for part in parts]
    begin: dict[int, list[int]] = defaultdict(list)
    for k, (start, _) in enumerate(spans):
        begin[start].append(k)
    held: list[int] = []
    for low, high in pairwise(sorted({end for each in spans for end in each})):
        held = [k for k in (*held, *begin[low]) if spans[k][1] >= high]
        if not held:
            continue
        value = rest([parts[k] for k in held])
        if found and found[-1] == ((found[-1][0][0], low), value):
            found[-1] = (found[-1][0][0], high), value
        else:
            found.append(((low, high), value))
    return tuple(found)


def _band_of(part: _Part) -> _Span:
    assert part.band is not None  # asked only of emissions
    return part.band


def _by_time(parts: Sequence[_Part]) -> _Windows:
    return _divided(parts, lambda part: part.time, _by_layer)


def _by_layer(parts: Sequence[_Part]) -> _Layers:
    """Layers and their cells: between limits of one datum as they are, else from lowest to highest."""
    below, above = parts[0].datums
    if below == above and parts[0].limits[1] != UNBOUNDED:
        return _divided(parts, lambda part: part.limits, _union)
    lows, highs = (_first(parts, k) for k in (0, 1))
    both = (((low, high), one & two) for low, one in lows for high, two in highs)
    return tuple(each for each in both if each[1])


def _first(parts: Sequence[_Part], side: int) -> list[tuple[int, int]]:
    """The lowest (side 0) or the highest limits, and the cells where each is that."""
    found, seen = [], 0
    for limit in sorted({part.limits[side] for part in parts}, reverse=side == 1):
        cells = _union(part for part in parts if part.limits[side] == limit) & ~seen
        if cells:
            found.append((limit, cells))
        seen |= cells
    return sorted(found)


def _union(parts: Iterable[_Part]) -> int:
    return reduce(or_, (part.cells for part in parts))


def _limit(datum: Datum, value: int) -> Altitude:
    if value == UNBOUNDED:
        return UNLIMITED
    return SURFACE if (datum, value) == ("AGL", 0) else Altitude(datum, value)
