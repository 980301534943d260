"""The watch of a node that runs: its sources, the looks, and what is published. Wired here."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from anyio import to_thread

from wideberth.errors import WideberthError, shorten
from wideberth.formats.times import to_rfc3339
from wideberth.links import source_url, tak
from wideberth.links.source import Followed, Health, follow
from wideberth.model.published import Level
from wideberth.node.config_watch import Publish, Source
from wideberth.node.log import Event as Logged
from wideberth.node.node import Node
from wideberth.node.on_tak import Seen
from wideberth.node.watch_views import SourceView

LOOK: Final = 0.2
"""Seconds between two looks: of five minutes' warning none is lost by waiting for more reports."""
STATES: Final = {"live": "connected", "silent": "silent", "connecting": "waiting", "down": "waiting"}
Say = Callable[[str], None]


async def begin(stack: AsyncExitStack, node: Node, tell: Say) -> None:
    """Follow the sources of a node, look, and publish, until the stack ends. What is wrong is told."""
    said = node.settings.watch
    tasks = [asyncio.create_task(_look(node))]
    if said.sources:
        tasks.append(asyncio.create_task(to_thread.run_sync(node.room.watch.load)))
    tasks += [
        asyncio.create_task(_minded(each.name, _followed(node, each), node, tell)) for each in said.sources
    ]
    tasks += [
        asyncio.create_task(_minded(each.name, _published(node, each, tell), node, tell))
        for each in said.publish
    ]

    async def end() -> None:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    stack.push_async_callback(end)


async def _look(node: Node) -> None:
    while True:
        try:
            await to_thread.run_sync(node.room.watch.step)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may be better; the tick tells
            code = error.code if isinstance(error, WideberthError) else "node.trouble"
            node.log.write(Logged(level="error", code=code))
        await asyncio.sleep(LOOK)


async def _minded(name: str, work: object, node: Node, tell: Say) -> None:
    """What ends by itself is told: it begins again with the node, when what it lacks is there."""
    try:
        await work  # type: ignore[misc]  # a coroutine
    except WideberthError as error:
        tell(f"{name}: {shorten(error.message, 300)}")
        node.room.watch.source(_view(name, "waiting", error.message, node.clock.now()))
    except OSError as error:
        tell(f"{name}: {shorten(str(error), 300)}")


async def _followed(node: Node, source: Source) -> None:
    place = source_url.read(source.url)
    tls = _tls(node.path, source) if place.scheme in ("cot+tls", "readsb+https") else None
    opened = source_url.decoder(place.scheme)

    def told(health: Health) -> None:
        heard = None if health.heard_ms is None else to_rfc3339(health.heard_ms)
        node.room.watch.source(
            SourceView(
                name=source.name,
                url=source.url,
                party=source.whose,
                state=STATES[health.state],
                since=to_rfc3339(health.since_ms),
                heard=heard,
                reports=health.reports,
                faults=health.faults,
                dropped=health.replaced,
                words=health.words,
            )
        )

    take = node.room.watch.take
    await follow(Followed(source.name, place, tls), opened, take, node.clock.now, told, jitter=random.random)


async def _published(node: Node, where: Publish, tell: Say) -> None:
    server = tak.server(where.url)
    tls = _tls(node.path, where) if server.transport == "tls" else None
    changed, loop, before = asyncio.Event(), asyncio.get_running_loop(), ""

    def told(state: tak.State) -> None:
        nonlocal before
        words = state.words or ("connected" if state.connected else "")
        if words != before:
            before = words
            tell(f"{where.name}: {words or 'not connected'}")

    def follower() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(changed.set)

    ends = node.follow(follower)
    try:
        level: Level = "full" if where.level == "full" else "coarse"
        seen = Seen(node, level, alerts=where.alerts)
        timing = tak.Timing(lambda: time.time_ns() // 1_000_000, random.random)
        await tak.publish(server, seen, changed, timing, told, tls)
    finally:
        ends()


def _tls(folder: Path, said: Source | Publish) -> ssl.SSLContext:
    ca, cert, key = (str(folder / each) if each else "" for each in (said.ca, said.cert, said.key))
    return tak.context(ca, cert, key)


def _view(name: str, state: str, words: str, now_ms: int) -> SourceView:
    return SourceView(
        name=name,
        url="",
        party="",
        state=state,
        since=to_rfc3339(now_ms),
        heard=None,
        reports=0,
        faults=0,
        dropped=0,
        words=shorten(words, 300),
    )
