"""How well do Q-line circles hold the areas of their notices? By country, over an archive of NOTAM.

    python scripts/long/notam_areas.py FOLDER

FOLDER holds tables with the columns `country` and `raw`. A notice counts once, whose text states an area with
certainty and whose Q-line states a circle. "Beyond" is how far the area reaches out of the circle as stated
(centre to the minute, whole nautical miles); "beyond half a minute" leaves the doubt of both positions to it.
"""

from __future__ import annotations

import csv
import html
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from wideberth.errors import Invalid
from wideberth.formats.areatext import areas
from wideberth.formats.notam.items import items
from wideberth.formats.notam.notices import Notice
from wideberth.formats.notam.qline import QLine, read_qline
from wideberth.space.ground import Circle, Ground
from wideberth.space.units import NAUTICAL_MILE
from wideberth.space.within import within

STEP = NAUTICAL_MILE // 100
"""Hundredths of a mile: how finely is asked how far an area reaches."""
FURTHEST = 3_000 * NAUTICAL_MILE


class Answer(NamedTuple):
    """One notice: by how many NM its area leaves the circle, with and without the doubt of positions."""

    number: str
    beyond: float
    doubtless: float


def reach(grounds: tuple[Ground, ...], circle: Circle) -> float:
    """NM by which the circle would have to grow to hold all grounds."""
    low, high = -1, FURTHEST // STEP
    while high - low > 1:
        middle = (low + high) // 2
        # a metre, for within is certain or says no
        grown = Circle(circle.centre, circle.radius + middle * STEP + 10_000)
        if all(within(ground, grown) for ground in grounds):
            high = middle
        else:
            low = middle
    return high * STEP / NAUTICAL_MILE


def compare(text: str) -> tuple[str, Answer | None]:
    """Why a notice is not counted, or its answer."""
    notice = items(Notice(text, "row"))
    q: QLine = read_qline(notice.q, notice.where)
    wide = q.circle()
    found = areas(notice.e)
    if not found.grounds:
        return "no area in the text", None
    if not found.sure or notice.part:
        return "area not certain", None
    if wide is None or q.centre is None or q.radius is None:
        return "area, but no circle (none, or 999)", None
    stated = Circle(q.centre.point, q.radius * NAUTICAL_MILE)
    lenient = Circle(q.centre.point, wide.radius + found.doubt)
    return "", Answer(notice.number, reach(found.grounds, stated), reach(found.grounds, lenient))


def main(folder: Path) -> None:
    """Print the table."""
    left: dict[str, int] = defaultdict(int)
    by_country: dict[str, list[Answer]] = defaultdict(list)
    seen: set[str] = set()
    for file in sorted(folder.glob("*.csv")):
        for row in csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines(keepends=True)):
            text = html.unescape(row["raw"])
            if text in seen:
                continue
            seen.add(text)
            try:
                why, answer = compare(text)
            except Invalid as error:
                left[error.code] += 1
                continue
            if answer is None:
                left[why] += 1
            else:
                by_country[row["country"]].append(answer)
    print(f"{len(seen)} notices")
    for why, count in sorted(left.items()):
        print(f"  {count:4} {why}")
    print(f"{'country':32}{'areas':>6}{'inside':>8}{'beyond':>8}{'½′':>5}{'worst NM':>10}  worst notice")
    every = [answer for answers in by_country.values() for answer in answers]
    for country, answers in [*sorted(by_country.items()), ("all", every)]:
        worst = max(answers, key=lambda answer: answer.beyond)
        out = sum(answer.beyond > 0 for answer in answers)
        far = sum(answer.doubtless > 0 for answer in answers)
        name = worst.number if worst.beyond else ""
        counts = f"{len(answers):6}{len(answers) - out:8}{out:8}{far:5}{worst.beyond:10.2f}"
        print(f"{country[:31]:32}{counts}  {name}")
    sizes = sorted(answer.beyond for answer in every if answer.beyond > 0)
    if sizes:
        middle = sizes[len(sizes) // 2]
        over = {limit: sum(size > limit for size in sizes) for limit in (1, 10)}
        print(f"of those beyond: median {middle:.2f} NM, furthest {sizes[-1]:.1f} NM")
        print(f"over 1 NM {over[1]}, over 10 NM {over[10]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
