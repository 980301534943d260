"""`wideberth demo`: two nodes on this machine, from their keys to a closed case, step by step."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import msgspec
import typer

from wideberth.cli.say import COULD_NOT, out, stopping, tell
from wideberth.cli.uncompiled import uncompiled
from wideberth.errors import Refused

if TYPE_CHECKING:
    from wideberth.story.outcome import Outcome
    from wideberth.story.parties import Party

DEMO_HELP = """\
Two parties that do not exist, each with a node on this machine, from their keys to a closed case.

They pair, agree on terms, file plans, find the same conflict, and close it together; a plan that touches a
hospital ship is changed, one that may not begin is refused, and another process verifies the record. What is
printed is read from the nodes. A step that comes out otherwise ends the demo, and is named.

Then both nodes stay up for you to look at, until Ctrl-C; with --exit they end. Without --dir nothing is left.

\b
Examples:
  wideberth demo --exit
  wideberth demo
  wideberth demo --dir exercise
  wideberth demo --exit --json

\b
Exit codes: 0 every step came out, 2 bad input, 3 a step did not, or it could not begin, 130 Ctrl-C.
"""
NAMES: Final = ("North", "South")


def demo(
    leave: Annotated[bool, typer.Option("--exit", help="End after the last step.")] = False,
    folder: Annotated[
        str | None,
        typer.Option(
            "--dir",
            metavar="DIR",
            help="Keep everything in this new folder; else in one that goes with the demo.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One object (wideberth.demo/1) for all of it.")
    ] = False,
) -> None:
    """Play the demo. `DEMO_HELP` says the rest."""
    import asyncio  # with the servers takes long to load, and no other command needs them

    with stopping(), _folder(folder) as place:
        with uncompiled():
            from wideberth.cli import demo_running
        from wideberth.node.clock import SYSTEM
        from wideberth.story import parties

        say = _quiet if json else _say
        say(
            f"{parties.MARK}: two parties that do not exist, on this machine. No plan or place in it is real."
        )
        (place / f"{parties.MARK}.txt").write_text(parties.README, encoding="utf-8")
        one, other = (parties.make(place, name, SYSTEM.now()) for name in NAMES)

        def done(outcome: Outcome) -> None:
            if json:
                out(msgspec.json.format(msgspec.json.encode(outcome)) + b"\n")
            for each in _shown(outcome, (one, other), place if folder else None, leave=leave):
                tell(each)

        stay: Callable[[Outcome], None] | None = None if leave else done
        ended = asyncio.run(demo_running.run((one, other), place, say, tell, stay))
        if leave and ended.outcome is not None:
            done(ended.outcome)
    if ended.ending is not None:
        tell("stopped")
        ended.ending.last.cancel()
    if ended.outcome is None:
        raise typer.Exit(COULD_NOT if ended.ending is None else 128 + ended.ending.signal)


@contextmanager
def _folder(path: str | None) -> Iterator[Path]:
    """Where everything is made: a new folder that stays, or one that goes. Raises: Refused (`demo.dir`)."""
    if path is None:
        # until the nodes heed it, it would leave the folder behind
        before = signal.signal(signal.SIGTERM, _ended)
        made = Path(tempfile.mkdtemp(prefix="wideberth-demo-"))
        try:
            yield made
        finally:
            shutil.rmtree(made)
            signal.signal(signal.SIGTERM, before)
        return
    place = Path(path).absolute()
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise Refused("demo.dir", f"{path} is there already; accepted: a new folder")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    yield place


def _ended(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _shown(
    outcome: Outcome, parties: tuple[Party, Party], kept: Path | None, *, leave: bool
) -> Iterator[str]:
    """How it went, and what to look at next."""
    yield f"\n{len(outcome.steps)} steps came out as they were said to, in {outcome.seconds:.1f} s."
    if kept is not None:
        yield f"Everything is in {kept}: throw-away keys, two nodes' data, the record."
    if leave:
        return
    yield "\nBoth nodes stay up until Ctrl-C. Open their consoles in a browser, and sign in:"
    for each in parties:
        console = outcome.parties[each.name].console
        yield f"  {each.name}  {console.address}  name {console.name}  password {console.password}"
    yield "\nTheir APIs, each with the token of an officer:"
    for each in parties:
        told = outcome.parties[each.name]
        yield f"  {each.name}  {told.api}  {each.tokens['duty']}"
    first = parties[0]
    yield "\nIn another terminal, for example:"
    yield f"  export WIDEBERTH_URL={outcome.parties[first.name].api} WIDEBERTH_TOKEN={first.tokens['duty']}"
    yield "  wideberth line list"
    yield f"  wideberth line show {outcome.line[:8]}"
    yield f"  wideberth agreement status {outcome.line[:8]}"
    yield "  wideberth plan list"
    yield "  wideberth case list"
    yield "  wideberth node watch"


def _say(line: str) -> None:
    out(f"{line}\n".encode())


def _quiet(_: str) -> None:
    """Whoever asked for JSON gets nothing else."""
