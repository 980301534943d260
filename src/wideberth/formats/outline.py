"""Outlines as lists of coordinates, two lines an edge, as EuroScope and BlueSky keep them:
`N033.11.01.940 E034.59.02.000`.
"""

from __future__ import annotations

import re

from wideberth.errors import Invalid
from wideberth.formats.format import Peek
from wideberth.formats.openair.lines import LINES, decoded
from wideberth.formats.published import Published, assemble
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.space import stated
from wideberth.space.place import Place, angle, place
from wideberth.space.units import DEGREE

SURFACE_TO_UNLIMITED = "an outline states no limits, read as SFC to UNL"
ALWAYS = "an outline states no times, read as in force until further notice"
CLOSED = "an outline whose last position is not its first is read as closed"

_POSITION = re.compile(
    r"([NS])\s?(\d{1,3})\.(\d{1,2})\.(\d{1,2}(?:\.\d{1,6})?)[\s:,]{1,4}"
    r"([EW])\s?(\d{1,3})\.(\d{1,2})\.(\d{1,2}(?:\.\d{1,6})?)"
)


def known(peek: Peek) -> bool:
    """True where the first lines are such positions and nothing else."""
    rows = [row.strip() for row in peek.head.splitlines()[:20]]
    rows = [row for row in rows if row]
    return len(rows) >= 3 and all(_POSITION.fullmatch(row) for row in rows)


def read(data: bytes, options: Options) -> Reading:
    """One plan, named after the file: the ring of the positions in order, geodesic edges, SFC to UNL.

    Raises: Invalid (`file.*`, `outline.position`, `outline.apart`, `place.*`, `geometry.*`).
    """
    tally = Tally()
    rows = decoded(data, tally).splitlines()
    if len(rows) > LINES:
        raise Invalid("geometry.too_many_points", "", f"{len(rows):,} lines", f"at most {LINES:,}")
    found: list[tuple[Place, int]] = []
    for number, row in enumerate(rows, 1):
        if row.strip():
            found.append((_place(row.strip(), f"line {number}"), number))
        if len(found) > 2 * stated.MAX_VERTICES + 2:
            wanted = f"at most {stated.MAX_VERTICES:,}"
            raise Invalid("geometry.too_many_points", f"line {number}", "more vertices", wanted)
    points = [each.point for each, _ in found]
    # two lines an edge: each edge begins where the one before ended
    if len(points) > 4 and points[1] == points[2]:
        for k in range(2, len(points) - 1, 2):
            if points[k] != points[k - 1]:
                where = f"line {found[k][1]}"
                wanted = "an edge that begins where the one before ended: one outline a file"
                raise Invalid("outline.apart", where, rows[found[k][1] - 1], wanted)
    if points and points[0] != points[-1]:
        tally.tell(CLOSED, f"line {found[-1][1]}")
    ring = [(lon / DEGREE, lat / DEGREE) for lon, lat in points]
    area = stated.polygon([ring], "geodesic", "outline", closed=False)
    for note in (SURFACE_TO_UNLIMITED, ALWAYS):
        tally.tell(note, "line 1")
    name = re.split(r"[\\/]", options.file)[-1].rpartition(".")[0] or "outline"
    doubt = max(each.doubt for each, _ in found)
    return assemble([Published(id=name, where="line 1", grounds=(area,), doubt=doubt)], options, tally)


def _place(row: str, where: str) -> Place:
    match = _POSITION.fullmatch(row)
    if match is None:
        raise Invalid("outline.position", where, row, "a position such as N033.11.01.940 E034.59.02.000")
    lat = angle("lat", [str(int(match[2])), *match.group(3, 4)], match[1] == "S", where)
    lon = angle("lon", [str(int(match[6])), *match.group(7, 8)], match[5] == "W", where)
    return place(lat, lon, "text")
