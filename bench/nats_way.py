"""NATS JetStream as a peer of the line: a server of its own on loopback, a file store, explicit acks."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import nats
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, RetentionPolicy, StorageType, StreamConfig

T = TypeVar("T")

WINDOW = 100
"""Messages on their way at once, as on a line."""
STARTING_S = 10.0
LIMIT_S = 120.0
SYNCED = "every write synced"
LATER = "written, NOT synced"

Figures = tuple[list[float], float, float]


def measure(folder: Path, round_trips: int, entries: int, size: int) -> tuple[Figures | None, str]:
    """Seconds of each round trip, messages a second one way and both ways; and how the server keeps them.

    Exits where a consumer got something else than was published.
    """
    return served(folder, lambda url: _measure(url, round_trips, entries, size))


def served(folder: Path, measured: Callable[[str], Coroutine[Any, Any, T]]) -> tuple[T | None, str]:
    """What is measured against a server of its own; and how the server keeps what it is given."""
    program = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin")
    if program is None:
        return None, "no nats-server here"
    folder.mkdir()
    setting = SYNCED if _takes(program, folder, "always") else LATER
    with _server(program, folder, synced=setting == SYNCED) as url:
        found = asyncio.run(asyncio.wait_for(measured(url), LIMIT_S))
    return found, setting


async def _measure(url: str, round_trips: int, entries: int, size: int) -> Figures:
    author, reader = await nats.connect(url), await nats.connect(url)
    try:
        trips = await _round_trips(author, reader, round_trips, size)
        begin = time.perf_counter()
        await passed(author, reader, "one", entries, size)
        one_way = entries / (time.perf_counter() - begin)
        half = entries // 2
        begin = time.perf_counter()
        await asyncio.gather(
            passed(author, reader, "there", half, size), passed(reader, author, "back", half, size)
        )
        return trips, one_way, 2 * half / (time.perf_counter() - begin)
    finally:
        await author.close()
        await reader.close()


async def _round_trips(author: Client, reader: Client, count: int, size: int) -> list[float]:
    """From publishing until the server has confirmed the consumer's acknowledgement."""
    to = await stream(author, "trips")
    coming = await reader.jetstream().pull_subscribe(
        "trips", "reader", stream="trips", config=ConsumerConfig()
    )
    took = []
    for number in range(count):
        begin = time.perf_counter()
        await to.publish("trips", body(number, size))
        (message,) = await coming.fetch(1, timeout=STARTING_S)
        await message.ack_sync()
        took.append(time.perf_counter() - begin)
        if message.data != body(number, size):
            raise SystemExit("FAILED: NATS gave something else than was published")
    return took


async def passed(
    author: Client, reader: Client, name: str, count: int, size: int, made: JetStreamContext | None = None
) -> None:
    """So many messages through a stream, which is made if it was not, until all are acknowledged."""
    to = made or await stream(author, name)
    here = reader.jetstream()
    coming = await here.pull_subscribe(
        name, "reader", stream=name, config=ConsumerConfig(max_ack_pending=WINDOW)
    )

    async def publish() -> None:
        for first in range(0, count, WINDOW):
            numbers = range(first, min(first + WINDOW, count))
            await asyncio.gather(*(to.publish(name, body(number, size)) for number in numbers))

    async def take() -> list[bytes]:
        taken: list[bytes] = []
        while len(taken) < count:
            some = await coming.fetch(min(WINDOW, count - len(taken)), timeout=STARTING_S)
            for message in some:
                await message.ack()
                taken.append(message.data)
        # acknowledged, and the server has it
        while (await here.consumer_info(name, "reader")).num_ack_pending:
            await asyncio.sleep(0)
        return taken

    _, taken = await asyncio.gather(publish(), take())
    if taken != [body(number, size) for number in range(count)]:
        raise SystemExit("FAILED: NATS gave something else than was published")


async def stream(author: Client, name: str) -> JetStreamContext:
    """A stream on the disk, of one subject."""
    made = author.jetstream()
    config = StreamConfig(
        name=name, subjects=[name], storage=StorageType.FILE, retention=RetentionPolicy.LIMITS
    )
    await made.add_stream(config)
    return made


def body(number: int, size: int) -> bytes:
    """As long as those of the line."""
    return b'{"said":"%s"}' % (b"%08d" % number).ljust(size - 11, b".")


def _config(folder: Path, sync: str) -> Path:
    path = folder / "server.conf"
    said = f'sync_interval: "{sync}"' if sync else ""
    path.write_text(
        f'listen: "127.0.0.1:-1"\nports_file_dir: "{folder}"\n'
        f'jetstream {{ store_dir: "{folder / "store"}"\n{said} }}\n'
    )
    return path


def _takes(program: str, folder: Path, sync: str) -> bool:
    """Whether this server knows how to sync every write; servers before 2.10 do not."""
    done = subprocess.run(
        [program, "-t", "-c", _config(folder, sync)], capture_output=True, check=False, timeout=STARTING_S
    )
    return done.returncode == 0


@contextmanager
def _server(program: str, folder: Path, *, synced: bool) -> Iterator[str]:
    """A server on a port that the system picks; its address."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [program, "-c", _config(folder, "always" if synced else "")], stdout=log, stderr=log
        )
        try:
            yield _address(folder, process)
        finally:
            process.terminate()
            process.wait(STARTING_S)


def _address(folder: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + STARTING_S
    while time.monotonic() < end and process.poll() is None:
        for path in folder.glob("*.ports"):
            text = path.read_text()
            if text.endswith("}"):
                found: list[str] = json.loads(text)["nats"]
                return found[0]
        time.sleep(0.02)
    raise SystemExit("FAILED: nats-server does not start")
