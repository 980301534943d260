"""The two nodes of the demo, in this process: served, called, moved on, and stopped. Wired here."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import typer
from anyio import to_thread

from wideberth.cli import demo_record, node_running
from wideberth.cli.node_running import Ending, Say, Wired
from wideberth.links import client
from wideberth.node import directory
from wideberth.node.clock import SYSTEM
from wideberth.node.log import Log
from wideberth.node.node import Node
from wideberth.story import demo, parties
from wideberth.story.outcome import Cast, Outcome, Proof
from wideberth.story.parties import Party
from wideberth.story.side import Side
from wideberth.story.steps import Halted, Steps

MOMENT: Final = 0.05
"""Seconds between two looks of the story at whether something has come."""

Two = tuple[Party, Party]


class Ended(NamedTuple):
    """What came out, None where it was stopped before; and by which signal it was stopped, if by one."""

    outcome: Outcome | None
    ending: Ending | None


async def run(made: Two, folder: Path, say: Say, tell: Say, stay: Callable[[Outcome], None] | None) -> Ended:
    """Run both nodes and play the demo on them; with `stay` they go on, after it was told, until a signal.

    Args:
        made: the parties (story.parties.make).
        folder: where the record goes.
        say: takes a line of the story.
        tell: takes what is for people and no part of it.

    Raises: Refused (`demo.step`); what ended a node.
    """
    stop: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
    node_running.heed(stop)
    async with AsyncExitStack() as stack:
        nodes = [stack.enter_context(opened(each)) for each in made]
        wired = [await stack.enter_async_context(node_running.wire(each, tell)) for each in nodes]
        turns = [
            asyncio.create_task(node_running.turn(node, each, stop, tell))
            for node, each in zip(nodes, wired, strict=True)
        ]
        stack.push_async_callback(end, turns, nodes)
        halt = threading.Event()
        play = partial(_play, made, wired, folder, say, halt)
        playing = asyncio.create_task(to_thread.run_sync(play))
        ends: set[asyncio.Future[Any]] = {stop, *turns}
        await asyncio.wait({playing, *ends}, return_when=asyncio.FIRST_COMPLETED)
        halt.set()
        try:
            outcome = await playing
        except Halted:
            _raise(turns)
            return Ended(None, stop.result() if stop.done() else None)
        if stay is not None:
            stay(outcome)
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            _raise(turns)
        return Ended(outcome, stop.result() if stop.done() else None)


def _raise(turns: list[asyncio.Task[None]]) -> None:
    """What ended a node before it was asked to."""
    for each in turns:
        if each.done():
            each.result()


async def end(turns: list[asyncio.Task[None]], nodes: list[Node]) -> None:
    for each in turns:
        each.cancel()
    await asyncio.wait(turns)
    for node in nodes:
        await to_thread.run_sync(node.stopping)


@contextmanager
def opened(party: Party) -> Iterator[Node]:
    """Its node, on settings of the demo: no variable of the environment counts."""
    log = Log(party.data / directory.LOG, SYSTEM.now, parties.SETTINGS.log_level)
    with Node.open(party.data, parties.settings(party.name), party.journal, SYSTEM, log) as node:
        yield node


def _play(made: Two, wired: list[Wired], folder: Path, say: Say, halt: threading.Event) -> Outcome:
    def pause() -> None:
        if halt.wait(MOMENT):
            raise Halted

    def tell(line: str) -> None:
        try:
            say(line)
        except typer.Exit as error:  # nobody reads on (`| head`)
            raise Halted from error

    def prove(side: Side, record: bytes) -> Proof:
        file = folder / f"{side.name.lower()}-{parties.MARK}.record"
        file.write_bytes(record)
        return demo_record.proven(file, demo_record.named(made, folder))

    with ExitStack() as stack:
        sides = []
        for party, each in zip(made, wired, strict=True):
            chief, duty = (client.over_url(url(each), party.tokens[who]) for who in ("chief", "duty"))
            sides.append(Side(party.name, stack.enter_context(chief), stack.enter_context(duty)))
        cast = Cast(made, (sides[0], sides[1]), line(wired[1]), prove)
        return demo.play(cast, Steps(tell, pause, SYSTEM))


def url(wired: Wired) -> str:
    """Where the API of a node is."""
    assert wired.api.address is not None  # as parties.SETTINGS has it
    host, port = wired.api.address
    return f"http://{host}:{port}"


def line(wired: Wired) -> str:
    """Where a node is called by the other party's."""
    assert wired.server is not None  # as parties.SETTINGS has it
    return f"https://127.0.0.1:{wired.server.port}"
