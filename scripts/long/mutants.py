"""Does the suite turn red where GEOMETRY or the record says it must? Break a copy of the program and see.

`python scripts/long/mutants.py` copies sources, tests and scripts to a temporary folder, replaces
one exact text for each mutant, and runs a fast part of the suite there: it must fail, and must pass on
the copy as it is. A text that is not found exactly once stops the run. Exit code 0 where every
mutant is caught.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from line_mutants import LINES

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "scripts", "bench")
ORACLE = "tests/conflict/test_oracle.py"
CHUNKS = (18, 0, 1, 2, 3, 5)
TESTS = tuple(f"{ORACLE}::test_no_conflict_is_missed[{chunk}]" for chunk in CHUNKS)
RED, GREEN = 1, 0
"""pytest's exit codes; any other (a bad option, nothing collected) proves nothing."""


@dataclass(frozen=True)
class Mutant:
    """One replacement in one file below `src/wideberth`."""

    name: str
    file: str
    found: str
    becomes: str
    tests: tuple[str, ...] = TESTS
    """Those of the compiled loops run uncompiled: each mutant would be compiled anew."""


def kernel(name: str, found: str, becomes: str, file: str = "kernels") -> Mutant:
    """A comparison of a compiled loop changed."""
    tests = "tests/conflict/test_kernels.py" if file == "kernels" else "tests/conflict/test_index_kernels.py"
    return Mutant(name, f"conflict/{file}.py", found, becomes, (tests,))


def ledger(name: str, module: str, found: str, becomes: str) -> Mutant:
    """A mutant of the record, for the tests of its ledger."""
    names = (module, "beginning", "snapshot") if module == "order" else (module,)
    return Mutant(
        name, f"ledger/{module}.py", found, becomes, tuple(f"tests/ledger/test_{each}.py" for each in names)
    )


def line(name: str, module: str, found: str, becomes: str) -> Mutant:
    """A mutant of the line, for all its tests."""
    return Mutant(
        name, f"line/{module}.py", found, becomes, ("tests/line", "--ignore=tests/line/test_page.py")
    )


MUTANTS = (
    *(line(*each) for each in LINES),
    Mutant(
        "the horizontal pad is dropped",
        "conflict/axes.py",
        "np.asarray(number(rule.h) + rows.pads[i, 0] + rows.pads[j, 0])",
        "np.asarray(number(rule.h) + 0 * rows.pads[i, 0])",
    ),
    Mutant(
        "the vertical pad is dropped",
        "conflict/axes.py",
        "minimum = number(rule.v) + rows.pads[i, 1] + rows.pads[j, 1]",
        "minimum = number(rule.v) + 0 * rows.pads[i, 1]",
    ),
    Mutant(
        "the time pad is dropped",
        "conflict/axes.py",
        "apart_in_time(rows, i, j) < rule.t + rows.pads[i, 2] + rows.pads[j, 2]",
        "apart_in_time(rows, i, j) < rule.t",
    ),
    Mutant(
        "flight levels are taken as true heights",
        "space/height.py",
        "bottom, top = flight_level_range(limit.value, reference.atmosphere)",
        "bottom, top = limit.value, limit.value",
    ),
    Mutant(
        "barometric altitudes are taken as true heights",
        "space/height.py",
        "bottom, top = barometric_range(limit.value, reference.atmosphere, qnh)",
        "bottom, top = limit.value, limit.value",
    ),
    Mutant(
        "the geoid is taken as the ellipsoid",
        "space/height.py",
        "return limit.value + low - UNNAMED_GEOID, limit.value + high + UNNAMED_GEOID",
        "return limit.value, limit.value",
    ),
    Mutant(
        "the 180° rule is dropped",
        "space/pieces.py",
        "short = (plain + 180.0) % 360.0 - 180.0",
        "short = plain",
    ),
    kernel("scan: how far it looks ahead", "times_q[q, 0] < stop", "times_q[q, 0] < start"),
    kernel("scan: ends before starts", "and start < times_q[q, 1]", "and start > times_q[q, 1]"),
    kernel("scan: where a search begins", "times_q[middle, 0] < start or", "times_q[middle, 0] > start or"),
    kernel("scan: equal starts", "mode == AFTER and", "mode == SELF and"),
    kernel("scan: heights", "boxes_p[p, 6] < boxes_q[q, 7]", "boxes_p[p, 6] > boxes_q[q, 7]"),
    kernel("scan: one side of a box", "boxes_q[q, 2] <= boxes_p[p, 3]", "boxes_q[q, 2] > boxes_p[p, 3]"),
    kernel(
        "scan: the cell that tells", "max(cells_p[p, 4], cells_q[q, 4])", "min(cells_p[p, 4], cells_q[q, 4])"
    ),
    kernel("scan: a full step", "if found == room:", "if found == room - 1:"),
    kernel("cells: the last one touched", "range(y0, _cell(box[k, 3], cell) + 1)", "range(y0, y0 + 1)"),
    kernel("balls: the furthest", "reach = max(reach,", "reach = min(reach,"),
    kernel("nearest: runs", "if _between(run_balls, r, run_balls, s, -1.0) > limit:", "if r > s:"),
    kernel(
        "nearest: pieces",
        "_pieces_apart(a, b, half, sag, u, v) > limit",
        "_pieces_apart(a, b, half, sag, u, v) < limit",
    ),
    kernel("nearest: the best", "if found < best:", "if found > best:"),
    kernel("chords: the best", "if square < best:", "if square > best:"),
    kernel(
        "ask: a removed plan is still seen",
        "died[int(rows[r, c.PLAN])] <= moment",
        "died[int(rows[r, c.PLAN])] < moment",
        "index_kernels",
    ),
    kernel(
        "_meet: one side of a box",
        "(box[k, 1] >= x0)",
        "(box[k, 1] >= x1)",
        "index_kernels",
    ),
    kernel(
        "judge: time equal to the minimum",
        "time >= t + q_rows[q, c.PAD_T]",
        "time > t + q_rows[q, c.PAD_T]",
        "index_kernels",
    ),
    kernel(
        "judge: band equal to the minimum",
        "if band >= 2 * f:",
        "if band > 2 * f:",
        "index_kernels",
    ),
    kernel(
        "upright: height equal to the minimum",
        "if max(least, low) >= need:",
        "if max(least, low) > need:",
        "index_kernels",
    ),
    kernel(
        "level: far is near",
        "if best <= far:",
        "if best > far:",
        "index_kernels",
    ),
    kernel(
        "nearest: pieces dropped too early",
        "if _pieces_apart(q_geometry, one, geometry, two) > far:",
        "if _pieces_apart(q_geometry, one, geometry, two) > near:",
        "index_kernels",
    ),
    kernel(
        "chords_of: certain beyond what it may be",
        "2 * B * np.sin(turn)",
        "2.02 * B * np.sin(turn)",
        "index_kernels",
    ),
    kernel(
        "holds: the other side",
        "return c.CLOSE if side > 0 else c.APART",
        "return c.CLOSE if side < 0 else c.APART",
        "index_kernels",
    ),
    kernel(
        "holds: the furthest piece",
        "if square < least:",
        "if square > least:",
        "index_kernels",
    ),
    kernel(
        "_corner: the other side",
        "return c.CLOSE if leaving < arriving else c.APART",
        "return c.CLOSE if leaving > arriving else c.APART",
        "index_kernels",
    ),
    kernel(
        "plant: nodes too small",
        "tree[above + node, axis] = min(",
        "tree[above + node, axis] = max(",
        "index_trees",
    ),
    kernel(
        "_select: the wrong half",
        "while keys[order[i]] < pivot:",
        "while keys[order[i]] > pivot:",
        "index_trees",
    ),
    kernel(
        "_around_pieces: balls too small",
        "reach = max(reach, np.sqrt(square) + out[piece + 6] + out[piece + 7])",
        "reach = np.sqrt(square)",
        "index_trees",
    ),
    ledger(
        "order: the tie",
        "order",
        "self.line.rank(origin.party), KINDS",
        "-self.line.rank(origin.party), KINDS",
    ),
    ledger(
        "order: main before urgent",
        "order",
        "KINDS.index(origin.kind), origin.epoch",
        "origin.epoch, KINDS.index(origin.kind)",
    ),
    ledger(
        "order: what was folded before is forgotten",
        "order",
        "folded = header.folded if kept else",
        "folded = header.folded if True else",
    ),
    ledger("order: nothing is disputed", "order", "not kept or not covers(folded, own)", "not kept"),
    ledger(
        "order: what goes back is not disputed",
        "order",
        "not kept or not covers(folded, own)",
        "not covers(folded, own)",
    ),
    ledger(
        "order: a late entry goes to the end",
        "order",
        "at = max(at, placed[last] + 1 if last >= 0 else 0)",
        "at = end",
    ),
    ledger(
        "order: overtaken is not seen",
        "order",
        "self._rank(other) > rank\n",
        "self._rank(other) < rank\n",
    ),
    ledger(
        "order: overtaken by what waits",
        "order",
        "and covers(before, entry.header.folded)",
        "",
    ),
    ledger("order: overtaken by what is not next", "order", "and before.get(origin, 0) == n", ""),
    ledger(
        "order: the covered ones are forgotten", "order", "else self.start.folded.get(origin, {})", "else {}"
    ),
    ledger(
        "beginning: too late",
        "order",
        "folded[origin], before[origin] = each.folded, dict(sizes)",
        "folded[origin], before[origin] = each.folded, {**sizes, origin: sizes.get(origin, 0) + 1}",
    ),
    ledger("stable: by the other party", "order", "line.parties[0]", "line.parties[1]"),
    ledger("stable: one too few", "order", "enumerate(placed, start=1)", "enumerate(placed, start=0)"),
    ledger("stable: one too many", "order", "enumerate(placed, start=1)", "enumerate(placed, start=2)"),
    ledger("snapshot: the hash", "snapshot", "if hashlib.sha256(data).digest() != taken.state:", "if False:"),
    ledger(
        "snapshot: the entry",
        "snapshot",
        "if (found.heads, found.rules) != (taken.heads, taken.rules):",
        "if False:",
    ),
    ledger(
        "snapshot: the journal",
        "snapshot",
        "!= mark.root:",
        "!= mark.root and (origin.text, mark.size) in roots:",
    ),
    ledger("snapshot: the rules", "snapshot", "if found.rules not in rules:", "if False:"),
    ledger(
        "dropped: what is not covered",
        "snapshot",
        "and each.header.n < taken.heads[each.header.origin].size",
        "",
    ),
    ledger("dropped: keys", "snapshot", "and each.header.type not in own", ""),
    ledger("dropped: what is open", "snapshot", "and closed(each)", ""),
    ledger(
        "entries: a snapshot of what nobody saw",
        "entries",
        "if mark.size > (entry.header.n if origin == own else folded.get(origin, 0)):",
        "if False:",
    ),
    ledger("entries: anywhere", "entries", "if not _PLACES[where](entry):", "if False:"),
    ledger("epoch: less", "epoch", "if found.size < cosigned.size:", "if False:"),
    ledger("epoch: more", "epoch", "if found.size > cosigned.size:", "if False:"),
    ledger("epoch: another tree", "epoch", "if found.root != cosigned.root:", "if False:"),
    ledger("epoch: another feed", "epoch", "if found.origin != entry.header.origin or", "if"),
    ledger("epoch: of another feed", "epoch", "or found.previous.text != cosigned.origin:", ":"),
    ledger("parts: the hash", "parts", "!= held[0].sha256:", "== b'':"),
    ledger(
        "parts: in two versions",
        "parts",
        "or held.setdefault(part.i, part) != part:",
        "or not held.setdefault(part.i, part):",
    ),
    ledger("parts: short", "parts", "or not (last or len(part.data) == PART):", ":"),
    ledger("commitment: whose", "commitment", "or ids.origin(found.origin).party != party:", ":"),
    ledger(
        "receive: without its body",
        "feed",
        "if item.dropped:\n            raise",
        "if False:\n            raise",
    ),
    ledger(
        "folded: another party's private feed", "body", " or (own.private and other.party != own.party)", ""
    ),
    ledger(
        "case: in the order given",
        "ids",
        'notices = sorted((notice(one, "one"), notice(other, "other")))',
        'notices = [notice(one, "one"), notice(other, "other")]',
    ),
)


class NotOnce(Exception):
    """The text to replace is not there exactly once: the list above is out of date."""


def copy_tree(folder: Path) -> None:
    """Sources, tests, scripts and their settings."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)


def replaced(text: str, mutant: Mutant) -> str:
    """The source with the mutant's change. Raises: NotOnce."""
    if (count := text.count(mutant.found)) != 1:
        raise NotOnce(f"{mutant.file}: {mutant.found!r} is there {count} times; wanted once")
    return text.replace(mutant.found, mutant.becomes)


def run_tests(folder: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Exit code and last line of pytest in the copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment["NUMBA_DISABLE_JIT"] = "0" if tests is TESTS else "1"
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def try_out(folder: Path, mutant: Mutant) -> tuple[int, str]:
    """Change the copy, run, and put it back."""
    path = folder / "src" / "wideberth" / mutant.file
    text = path.read_text("utf-8")
    path.write_text(replaced(text, mutant), "utf-8")
    try:
        return run_tests(folder, mutant.tests)
    finally:
        path.write_text(text, "utf-8")


def shown(title: str, wanted: int, run: Callable[[], tuple[int, str]]) -> bool:
    """Run, print one row of the table, and say whether the tests had the wanted colour."""
    begun = time.perf_counter()
    code, last = run()
    colour = {GREEN: "green", RED: "red"}.get(code, f"exit {code}")
    took = time.perf_counter() - begun
    print(f"{'ok ' if code == wanted else 'NOT'} {title:50s} {colour:7s} {took:5.0f} s  {last}", flush=True)
    return code == wanted


def main() -> int:
    """Run all, print a table, and say by the exit code whether each was caught."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="only mutants of files below this one, such as ledger/")
    only = parser.parse_args().only
    mutants = [mutant for mutant in MUTANTS if mutant.file.startswith(only)]
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy_tree(folder)
        for mutant in mutants:
            replaced((folder / "src" / "wideberth" / mutant.file).read_text("utf-8"), mutant)
        for tests in dict.fromkeys(mutant.tests for mutant in mutants):
            wrong += not shown(
                f"as it is: {Path(tests[0]).name[:24]}", GREEN, partial(run_tests, folder, tests)
            )
        for mutant in mutants:
            wrong += not shown(mutant.name, RED, partial(try_out, folder, mutant))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
