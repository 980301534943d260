"""`wideberth drill`: what went wrong once, played on two nodes of an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from wideberth.cli.say import COULD_NOT, out, stopping
from wideberth.cli.uncompiled import uncompiled
from wideberth.errors import Invalid, shorten
from wideberth.render.mark import MARK

if TYPE_CHECKING:
    from wideberth.story.drill import Drill, Outcome

DRILL_HELP = """\
What went wrong once, played on two nodes of an exercise: for training, and as a test.

\b
Examples:
  wideberth drill list
  wideberth drill run line-cut
"""
LIST_HELP = """\
List the drills: what happened, and what the software must do about it.

\b
Examples:
  wideberth drill list
  wideberth drill list --json

\b
Exit codes: 0 done.
"""
RUN_HELP = """\
Play a drill, or all: each step says what two whole nodes did, and checks it.

Each is played again with one safeguard off, its twin, which must fail at the step that is named for it: a
drill that would pass without the safeguard shows nothing. Time in it is its own, and passes at once.
Everything is made for it, marked EXERCISE, and gone afterwards; no node of yours is asked.

With --live a person does it: a call comes, it rings and climbs as the clock goes, and what you type is what a
duty officer does. At the end there is a score sheet, for you and for nobody else.

\b
Examples:
  wideberth drill run line-cut
  wideberth drill run all
  wideberth drill run all --json
  wideberth drill run deir-ez-zor-2016 --live --lang ru --sheet score.html

\b
Exit codes: 0 all that can pass passed, 2 bad input, 3 one did not.
"""
SCHEMA: Final = "wideberth.drills/1"

drill = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@drill.command("list", short_help="List the drills.", help=LIST_HELP)
def list_drills(
    json: Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")] = False,
) -> None:
    """The drills. `LIST_HELP` says the rest."""
    with stopping():
        with uncompiled():
            from wideberth.story.playbook import DRILLS
        if json:
            rows = [_row(each) for each in DRILLS]
            out(_pretty({"schema": SCHEMA, "exercise": True, "drills": rows}))
            return
        _say(MARK)
        for each in DRILLS:
            _say(f"\n{each.name}{f'  (needs {each.needs})' if each.needs else ''}")
            for name, text in (("where", each.where), ("happened", each.happened), ("shows", each.shows)):
                _say(f"  {name:<9}{text}")
            for off in each.twins:
                _say(f"  {'twin':<9}without {off.safeguard} it must fail at {off.step}")


@drill.command("run", short_help="Play a drill, or all of them.", help=RUN_HELP)
def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A drill, or all.", show_default=False)],
    twins: Annotated[bool, typer.Option("--twins/--no-twins", help="Play the twins too.")] = True,
    json: Annotated[bool, typer.Option("--json", help=f"One object ({SCHEMA}) for all of it.")] = False,
    live: Annotated[bool, typer.Option("--live", help="A person does it, at the pace of the clock.")] = False,
    language: Annotated[
        str, typer.Option("--lang", metavar="LANG", help="With --live: en, ru, he or ar.")
    ] = "en",
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="FILE", help="With --live: the score sheet as a page.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="With --sheet: write over a file.")] = False,
) -> None:
    """Play drills. `RUN_HELP` says the rest."""
    with stopping():
        if live:
            _live(name, language, sheet, json=json, force=force)
            return
        with uncompiled():
            from wideberth.node.clock import SYSTEM
            from wideberth.story import playbook
        some = playbook.named(name)
        say = str if json else _say
        say(MARK)
        done: list[Outcome] = []
        for outcome in playbook.run(
            some, SYSTEM, twins=twins, say=say, begins=lambda each: say(f"\n{each.name}: {each.where}")
        ):
            done.append(outcome)
            for line in _verdict(outcome):
                say(line)
        found = playbook.report(done)
        if json:
            out(_pretty(found))
        elif len(done) > 1:
            _say(f"\n{_sum(done)}, in {found.seconds:.1f} s")
        if not found.passed:
            raise typer.Exit(COULD_NOT)


def _live(name: str, language: str, sheet: str | None, *, json: bool, force: bool) -> None:
    """With a person. Raises: Invalid (`drill.none`, `drill.language`), Refused, as drill_live.run."""
    with uncompiled():
        from wideberth.cli import drill_live
        from wideberth.model.phrase import LANGUAGES
        from wideberth.story import playbook
    [found] = playbook.named(name)[:1]
    in_language = next((each for each in LANGUAGES if each == language), None)
    if in_language is None:
        raise Invalid("drill.language", "--lang", language, ", ".join(LANGUAGES))
    if json:
        raise Invalid("drill.live", "--json", "with --live", "--sheet FILE: a person reads it")
    _say(MARK)
    drill_live.run(name if name == playbook.ALL else found.name, in_language, sheet, force=force)
    _say(MARK)


def _verdict(found: Outcome) -> list[str]:
    """What a drill came to, for people."""
    lines = []
    for each in found.twins:
        failed = "it did not fail" if each.failed_at is None else f"it failed at {each.failed_at}"
        well = "" if each.failed_at == each.must_fail_at else f", and must fail at {each.must_fail_at}"
        lines.append(f"  twin without {each.safeguard}: {failed}{well}")
    if found.failed:
        return [*lines, f"  NOT PASSED  {found.name}"]
    words = "passed" if found.passed else f"not passed: needs {found.needs}"
    return [*lines, f"  {words}  {found.name}  {found.seconds:.1f} s"]


def _sum(done: list[Outcome]) -> str:
    passed = sum(each.passed for each in done)
    failed = [each.name for each in done if each.failed]
    waiting = [f"{each.name} (needs {each.needs})" for each in done if each.needs and not each.failed]
    said = f"{passed} of {len(done)} passed"
    said += f"; NOT PASSED: {', '.join(failed)}" if failed else ""
    return said + (f"; not yet: {', '.join(waiting)}" if waiting else "")


def _row(each: Drill) -> dict[str, Any]:
    return {
        "name": each.name,
        "where": each.where,
        "happened": each.happened,
        "shows": each.shows,
        "twins": [{"safeguard": off.safeguard, "must_fail_at": off.step} for off in each.twins],
        "needs": each.needs,
    }


def _pretty(found: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"


def _say(line: str) -> None:
    out("".join(f"{shorten(each, 2_000)}\n" for each in line.split("\n")).encode())
