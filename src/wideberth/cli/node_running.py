"""A node that runs: its lines, its API, the listener for other parties' nodes, the callers. Wired here.

Nothing in here ends it but a signal: where the disk is full, a peer is gone or a network is down, it says so
and goes on.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from queue import Full, Queue
from typing import Any, Final, NamedTuple

import typer
from anyio import to_thread

from wideberth.cli import line_words, node_watching
from wideberth.errors import WideberthError, shorten
from wideberth.links import address, peer_server
from wideberth.links.peer_client import Sender, Timing
from wideberth.links.peer_server import Server
from wideberth.links.ringing import Ring, Ringer, Sent, Whom
from wideberth.node import config, directory
from wideberth.node.log import Event
from wideberth.node.node import Node
from wideberth.node.views import LineView
from wideberth.web.serving import Serving

EVERY: Final = 1.0
"""Seconds between two ticks, and two looks at which lines there are."""
GRACE: Final = 6.0
"""Seconds that what is under way may take at the end."""
LONGEST: Final = 10.0
"""Seconds after which a node that was told to stop is gone, whatever hangs."""
TOLD: Final = frozenset(
    {"line.alarm", "line.health", "line.lost", "line.opened", "line.stage", "node.disk", "entry.not_told"}
)
"""What is said where the node runs; all of it is in the log and in the stream of events."""

Say = Callable[[str], None]


class Ending(NamedTuple):
    """A node was told to stop: by which signal; `last` ends a process that hangs, unless it is cancelled."""

    signal: int
    last: threading.Timer


LINES: Final = 1_000
"""Lines that wait to be said, where a terminal is stopped (Ctrl-S) or nobody reads on."""
LAST_WORDS: Final = 1.0
"""Seconds that they have at the end."""


class Aside:
    """Says lines in their order, in a thread of its own: what stops a terminal stops no node."""

    def __init__(self) -> None:
        self._waiting: Queue[tuple[Say, str] | None] = Queue(LINES)
        self._lost = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __call__(self, say: Say, line: str) -> None:
        """One more."""
        try:
            self._waiting.put_nowait((say, line))
        except Full:
            self._lost += 1

    def close(self) -> None:
        """Say what waits, as far as it is soon done."""
        with suppress(Full):
            self._waiting.put(None, timeout=LAST_WORDS)
            self._thread.join(LAST_WORDS)

    def _run(self) -> None:
        while (found := self._waiting.get()) is not None:
            say, line = found
            # whoever read it has left (a pipe), or the terminal is gone: the log has it
            with suppress(OSError, ValueError, typer.Exit):
                say(line)
                if self._lost:
                    lost, self._lost = self._lost, 0
                    say(f"{lost:,} lines could not be said here; all is in the log")


class Lines:
    """Which lines are served and called: what the node says is compared with what runs, and made so."""

    def __init__(self, node: Node, server: Server | None, say: Say) -> None:
        self._node, self._server, self._say = node, server, say
        self._served: set[str] = set()
        self._called: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._failed: dict[str, str] = {}

    async def look(self) -> list[LineView]:
        """Serve what is new, call where the address is another; the lines as they are."""
        found = await to_thread.run_sync(self._node.lines)
        for each in found:
            if self._server is not None and each.line not in self._served:
                await self._server.add(each.line)
                self._served.add(each.line)
            self._call(each)
        return found

    async def stop(self) -> None:
        """Call nobody any more."""
        tasks = [task for _, task in self._called.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _call(self, view: LineView) -> None:
        """A caller that has ended begins again."""
        before = self._called.get(view.line)
        if before is not None and before[0] == view.address and not before[1].done():
            return
        if before is not None:
            before[1].cancel()
            del self._called[view.line]
        if view.address is not None:
            self._called[view.line] = view.address, asyncio.create_task(self._run(view, view.address))

    async def _run(self, view: LineView, to: str) -> None:
        try:
            await Sender(self._node, view.line, address.read(to), TIMING).run()
        except* Exception as some:  # noqa: BLE001 - whatever it is, it is told, and the others go on
            error: Exception = some
            while isinstance(error, ExceptionGroup):
                error = error.exceptions[0]
            # what nobody foresaw is told too, and once: a caller that ends begins again each second
            what = str(error) if isinstance(error, WideberthError) else f"{type(error).__name__}: {error}"
            words = f"{line_words.peer(view)} is not called: {shorten(what, 300)}"
            if self._failed.get(view.line) != words:
                self._failed[view.line] = words
                self._say(words)


TIMING: Final = Timing(lambda: time.time_ns() // 1_000_000, lambda: time.monotonic() * 1_000, random.random)


async def run(node: Node, say: Say, tell: Say, *, plain: bool = False) -> Ending:
    """Run a node until a signal.

    Args:
        node: open; it is not closed here.
        say: takes a line of the facts: what it listens on, how each line stands.
        tell: takes what is for people: what to do next, what happens.
        plain: the line listener is without TLS, on a loopback address.

    Raises: Refused (`node.api_plain`, `transport.listen`, `transport.plain`), OSError, before it has begun.
    """
    stop: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
    heed(stop)
    async with AsyncExitStack() as stack:
        aside = Aside()
        stack.callback(aside.close)
        say, tell = partial(aside, say), partial(aside, tell)
        wired = await stack.enter_async_context(wire(node, tell, plain=plain))
        _follow(stack, node, tell)
        _ring(stack, node, tell)
        await node_watching.begin(stack, node, tell)
        found = await wired.lines.look()
        for each in (*_facts(node, wired, plain=plain), *map(line_words.short, found)):
            say(each)
        for each in _next(node, found):
            tell(each)
        say("ready")
        await turn(node, wired, stop, tell)
        tell("stopping")
        await to_thread.run_sync(node.stopping)
    return stop.result()


class Wired(NamedTuple):
    """What a node listens on and calls: its API, which `serve` ends with, and its lines.

    `server` is None where nobody can call it.
    """

    api: Serving
    serve: asyncio.Task[None]
    server: Server | None
    lines: Lines


@asynccontextmanager
async def wire(node: Node, tell: Say, *, plain: bool = False) -> AsyncIterator[Wired]:
    """A node on its listeners, while the block runs; `turn` moves it on. Raises: as `run`."""
    async with AsyncExitStack() as stack:
        api = Serving(node)
        stack.callback(api.close)
        server = await _listen(stack, node, plain=plain)
        serve = asyncio.create_task(api.serve())
        stack.push_async_callback(_end, api, serve)
        lines = Lines(node, server, tell)
        stack.push_async_callback(lines.stop)
        yield Wired(api, serve, server, lines)


async def _end(api: Serving, serve: asyncio.Task[None]) -> None:
    """What was begun may end; then all connections do."""
    api.stop()
    try:
        await asyncio.wait_for(serve, GRACE)
    except TimeoutError:
        return  # it is cancelled


async def _listen(stack: AsyncExitStack, node: Node, *, plain: bool) -> Server | None:
    where = config.listener(node.settings.line, "line")
    if where is None:
        return None
    return await stack.enter_async_context(peer_server.serve(*where, node, plain=plain))


def heed(stop: asyncio.Future[Ending]) -> None:
    """The first signal asks for an orderly end; the second is one at once; an end that hangs has one too."""
    loop = asyncio.get_running_loop()

    def heard(number: int) -> None:
        if stop.done():
            os._exit(128 + number)
        else:
            last = threading.Timer(LONGEST, os._exit, (3,))
            last.daemon = True
            last.start()
            stop.set_result(Ending(number, last))

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, heard, each)


def _follow(stack: AsyncExitStack, node: Node, tell: Say) -> None:
    """Say what happens; whoever made it happen does not wait for it."""
    loop = asyncio.get_running_loop()
    before, _ = node.events(0)
    seen = before[-1].n if before else 0

    def look() -> None:
        nonlocal seen
        found, _ = node.events(seen)
        for each in found:
            seen = each.n
            if each.what in TOLD or each.loud:
                tell(line_words.event(each))

    def follower() -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(look)

    stack.callback(node.follow(follower))


def _ring(stack: AsyncExitStack, node: Node, tell: Say) -> None:
    """Send out what rings; whoever made it ring does not wait for it."""
    said, exercise = node.settings.alarms, node.settings.exercise
    before, _ = node.events(0)
    seen, lock = before[-1].n if before else 0, threading.Lock()

    def told(sent: Sent) -> None:
        node.room.keeping.unsent(sent.channel, sent.words)
        tell(f"alarms by {sent.channel}: {sent.words or 'they go out again'}")

    ringer = Ringer(Whom(said.webhook, said.webhook_key, said.notify, said.words, node.start, exercise), told)
    stack.callback(ringer.close)

    def follower() -> None:
        nonlocal seen
        with lock:
            found, _ = node.events(seen)
            for each in found:
                seen = each.n
                if each.loud:
                    kind, step, words = each.type or "", each.code or "", each.words or ""
                    ringer.ring(Ring(each.n, each.at, kind, each.noun or "", each.line, step, words))

    stack.callback(node.follow(follower))


async def turn(node: Node, wired: Wired, stop: asyncio.Future[Any], tell: Say) -> None:
    """Tick, look, and wait, until the end is asked for. Raises: what ended the API."""
    said = ""
    while not stop.done():
        if wired.serve.done():
            wired.serve.result()
        trouble = ""
        for what in (partial(to_thread.run_sync, node.tick), wired.lines.look):
            try:
                await what()
            except Exception as error:  # noqa: BLE001 - whatever it is, a node that ends helps nobody
                code = error.code if isinstance(error, WideberthError) else "node.trouble"
                trouble = f"{type(error).__name__}: {shorten(str(error), 300)}"
                node.log.write(Event(level="error", code=code))
        if trouble != said:
            tell(f"could not: {trouble}; it is tried again each second" if trouble else "it works again")
            said = trouble
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(stop), EVERY)


def _facts(node: Node, wired: Wired, *, plain: bool) -> Iterator[str]:
    """What it is, and what it listens on."""
    status, api, server = node.status(), wired.api.address, wired.server
    yield f"node    {status.words}"
    yield f"data    {shorten(str(node.path), 400)}"
    yield f"api     {'off' if api is None else f'http://{_shown(*api)}'}, and the socket in {directory.RUN}/"
    if api is not None:
        # where a proxy takes it to others' machines, that is the address to open
        far = node.settings.console
        yield f"console {far or config.console(*api) + ', in a browser of this machine'}"
    if wired.api.public is not None:
        yield f"public  http://{_shown(*wired.api.public)}, for a proxy of this machine"
    where = config.listener(node.settings.line, "line")
    if server is None or where is None:
        yield "line    off: nobody can call this node"
    else:
        yield f"line    {'http' if plain else 'https'}://{_shown(where[0], server.port)}"


def _next(node: Node, found: list[LineView]) -> Iterator[str]:
    """What to do next."""
    if not node.people.users():
        yield f"next: wideberth admin init NAME --data {shorten(str(node.path), 400)}, for the first user"
    if not found:
        yield "no line yet; next: wideberth pair offer, and wideberth line add"
    for each in found:
        for one in line_words.to_do(each):
            yield f"{line_words.peer(each)}: {one.by}: {one.what}"


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
