"""All drills, one for each row of MISSION's table of failures, and what it takes to run them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.node.clock import Clock
from wideberth.story import drill, exercise
from wideberth.story.drill import Drill, Outcome, Say
from wideberth.story.drills import (
    adaisseh,
    al_bab,
    balyun,
    blackhawks,
    convoy,
    deir_ez_zor,
    kandahar,
    khasham,
    kunduz,
    latakia,
    line_cut,
    listed_sites,
    restored_backup,
    two_logs,
)

DRILLS: Final[tuple[Drill, ...]] = (
    deir_ez_zor.DRILL,
    latakia.DRILL,
    kunduz.DRILL,
    listed_sites.DRILL,
    khasham.DRILL,
    al_bab.DRILL,
    balyun.DRILL,
    adaisseh.DRILL,
    kandahar.DRILL,
    convoy.DRILL,
    blackhawks.DRILL,
    two_logs.DRILL,
    line_cut.DRILL,
    restored_backup.DRILL,
)
ALL: Final = "all"


class Report(Struct, frozen=True):
    """What `drill run --json` prints.

    Attributes:
        drills: what came of each.
        passed: whether every drill passed that can; `waiting` names those that cannot yet.
        seconds: of all of them.
    """

    schema: str
    exercise: bool
    passed: bool
    waiting: tuple[str, ...]
    seconds: float
    drills: tuple[Outcome, ...]


SCHEMA: Final = "wideberth.drills/1"


def named(name: str) -> Sequence[Drill]:
    """The drill of a name, or all of them. Raises: Invalid (`drill.none`)."""
    found = DRILLS if name == ALL else [each for each in DRILLS if each.name == name]
    if not found:
        raise Invalid("drill.none", "NAME", name, f"{ALL}, {', '.join(each.name for each in DRILLS)}")
    return found


def run(
    some: Sequence[Drill], clock: Clock, *, twins: bool, say: Say, begins: Callable[[Drill], object]
) -> Iterator[Outcome]:
    """Drills, one after the other, each on a copy of what one set of parties began with.

    Args:
        some: which.
        clock: for how long each takes.
        twins: whether the twins are played too.
        say: takes lines for people.
        begins: called before each.
    """
    with tempfile.TemporaryDirectory(prefix="wideberth-drills-") as folder:
        of = exercise.build(Path(folder))
        for each in some:
            begins(each)
            yield drill.run(each, of, clock, twins=twins, say=say)


def report(some: Sequence[Outcome]) -> Report:
    """What they came to together."""
    waiting = tuple(each.name for each in some if each.needs is not None)
    passed = all(each.passed or (each.needs is not None and not each.failed) for each in some)
    return Report(SCHEMA, True, passed, waiting, round(sum(each.seconds for each in some), 3), tuple(some))


def table() -> str:
    """The drills as a table in Markdown, for docs/drills.md."""
    rows = ["| drill | what happened | what the software must do | twins: without, fails at |"]
    rows.append("|---|---|---|---|")
    for each in DRILLS:
        twins = "<br>".join(f"`{off.safeguard}`: {off.step}" for off in each.twins)
        name = f"`{each.name}`{f' (needs {each.needs})' if each.needs else ''}"
        rows.append(f"| {name} | {each.happened} | {each.shows} | {twins} |")
    return "\n".join(rows) + "\n"
