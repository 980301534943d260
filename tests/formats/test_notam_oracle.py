"""The same notices as another parser reads them (aviconv-notam).

It wants a line for each item and no parentheses, so notices are handed to it in that shape; it refuses what
has no complete Q-line and ends marked `EST` without a space.
"""

from __future__ import annotations

import csv
import html
import re
from pathlib import Path

from aviconv_notam import parser
from aviconv_notam.model import Notam

from wideberth.formats.notam.items import Items, items
from wideberth.formats.notam.notices import Notice
from wideberth.formats.notam.qline import QLine, read_qline
from wideberth.formats.notam.validity import MINUTE, outward, validity
from wideberth.space.units import DEGREE


def texts(shared: Path) -> list[str]:
    """All notices of the field data."""
    found = [
        file.read_text(encoding="latin-1")
        for file in sorted((shared / "data/notam/israel_2015").glob("*.txt"))
    ]
    for week in ("W14", "W17"):
        table = (shared / f"data/notam/world_2026-{week}.csv").read_text(encoding="utf-8-sig")
        found += [html.unescape(row["raw"]) for row in csv.DictReader(table.splitlines(keepends=True))]
    return found


def theirs(text: str) -> Notam | None:
    plain = text.strip().removeprefix("(").split("CREATED:")[0].strip()
    plain = plain.removesuffix(")")
    if "\n" not in plain:
        plain = re.sub(r" +(?=[QABCDEFG]\) ?)", "\n", plain)
    try:
        return parser.parse(plain)
    except Exception:  # noqa: BLE001 - whatever the oracle raises is a notice that it does not read
        return None


def differences(ours: Items, q: QLine, other: Notam) -> list[str]:
    """The fields that the two read differently."""
    line = other.q_line
    pairs: list[tuple[str, object, object]] = [
        ("fir", q.fir, line.fir),
        ("code", q.code, line.qcode),
        ("traffic", q.traffic, line.traffic.value),
        ("purpose", q.purpose, line.purpose.value),
        ("scope", q.scope, line.scope.value),
        ("lower", q.lower, line.lower_fl),
        ("upper", q.upper, line.upper_fl),
        ("radius", q.radius, line.radius_nm),
    ]
    assert q.centre is not None
    lon, lat = q.centre.point
    pairs.append(("lat", round(lat / DEGREE, 6), round(line.centre_lat, 6)))
    pairs.append(("lon", round(lon / DEGREE, 6), round(line.centre_lon, 6)))
    valid = validity(ours.b, ours.c, ours.where)
    pairs.append(("start", valid.start, round(other.effective_from.timestamp() * 1000)))
    end = valid.end if valid.estimated is None else valid.estimated
    if other.effective_to == "PERM":
        pairs.append(("end", end, None))
    else:
        stated = round(other.effective_to.timestamp() * 1000)
        assert stated % MINUTE == 0
        pairs.append(("end", end, outward(stated)))
    return [f"{ours.number} {name}: {a} {b}" for name, a, b in pairs if a != b]


def test_the_q_line_and_the_times_are_the_same(shared: Path) -> None:
    read = 0
    both = 0
    found: list[str] = []
    for text in texts(shared):
        ours = items(Notice(text, "line 1"))
        q = read_qline(ours.q, ours.where)
        read += 1
        other = theirs(text)
        if other is None:
            continue
        both += 1
        found += differences(ours, q, other)
    assert read == 555
    assert both > 300
    assert found == []
