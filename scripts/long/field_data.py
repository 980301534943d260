"""Every file of the field data through our readers: what is read, what is refused, and why.

    python scripts/long/field_data.py [--all]     (WIDEBERTH_TEST_DATA; default ../shared)

A line for each folder and format: files, files read whole, records read, records refused; then each reason
with its count and first place. Beside it what readers kept by others make of the same files (`oracles`).
`--all` shows every fault. Files of other kinds (tracks for the watch, Cursor on Target) are listed as such.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from field_oracles import ORACLES, Opinion
from wideberth.errors import Invalid
from wideberth.formats.reading import Options
from wideberth.formats.registry import recognise
from wideberth.formats.trajectory import HALF_WIDTH
from wideberth.space.units import METRE


class Result(Struct):
    """What came of one file."""

    file: str
    format: str
    records: int
    volumes: int
    refused: tuple[Invalid, ...]
    seconds: float
    oracle: Opinion | None


def results(folder: Path) -> Iterator[Result]:
    """One for each file, in order of name."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "README.md":
            continue
        name = path.relative_to(folder).as_posix()
        options = Options(
            name, 1_795_000_000_000, "UTC", half_width=HALF_WIDTH, radius=100 * METRE, keep_good=True
        )
        began, data = time.perf_counter(), path.read_bytes()
        try:
            each = recognise(path.name, data)
        except Invalid as error:
            yield Result(name, "not read", 0, 0, (error,), 0.0, None)
            continue
        opinion = ORACLES[each.name](data, path.name) if each.name in ORACLES else None
        try:
            assert each.read is not None
            began = time.perf_counter()
            reading = each.read(data, options)
        except Invalid as error:
            yield Result(name, each.name, 0, 0, (error,), time.perf_counter() - began, opinion)
            continue
        volumes = sum(len(one.plan.volumes) for one in reading.filed)
        took = time.perf_counter() - began
        yield Result(name, each.name, len(reading.filed), volumes, reading.faults, took, opinion)


def main() -> int:
    """Prints the tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("folder", nargs="?", default="../shared/data", type=Path)
    arguments.add_argument("--all", action="store_true", help="every fault")
    asked = arguments.parse_args()
    found = list(results(asked.folder))
    groups: dict[tuple[str, str], list[Result]] = {}
    for one in found:
        groups.setdefault((one.file.split("/")[0], one.format), []).append(one)
    heads = (("format", 16), ("files", -6), ("whole", -6), ("records", -9), ("volumes", -9), ("refused", -8))
    print("folder".ljust(14) + "".join(n.ljust(w) if w > 0 else n.rjust(-w) for n, w in heads) + "  others")
    for (folder, kind), group in groups.items():
        whole = sum(not one.refused for one in group)
        figures = [sum(one.records for one in group), sum(one.volumes for one in group)]
        refused = sum(len(one.refused) for one in group)
        others = _others([one.oracle for one in group if one.oracle is not None])
        print(
            f"{folder:14}{kind:16}{len(group):6}{whole:6}{figures[0]:9,}{figures[1]:9,}{refused:8}  {others}"
        )
    print()
    for (folder, kind), group in groups.items():
        reasons = Counter((error.code, error.wanted) for one in group for error in one.refused)
        for (code, wanted), count in reasons.most_common():
            file, first = next(
                (o.file, e) for o in group for e in o.refused if (e.code, e.wanted) == (code, wanted)
            )
            print(f"{folder}, {kind}: {count} × {code}: {file}: {first.path}")
            print(f"    found {first.found}; accepted: {wanted}")
            if asked.all:
                for one in group:
                    for error in one.refused:
                        if (error.code, error.wanted) == (code, wanted):
                            print(f"    {one.file}: {error.path}: found {error.found}")
    return 0


def _others(opinions: list[Opinion]) -> str:
    if not opinions:
        return "no oracle"
    read, files = sum(one.records for one in opinions), sum(one.whole for one in opinions)
    return f"{opinions[0].name}: {files} of {len(opinions)} files, {read:,} records"


if __name__ == "__main__":
    sys.exit(main())
