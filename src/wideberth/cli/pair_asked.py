"""What `wideberth pair` asks for on a network: addresses, and a yes while the other side may end it."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import signal
import sys
import termios
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import typer

from wideberth.cli.say import tell
from wideberth.errors import Invalid, Refused
from wideberth.line.pairing_code import PORT

T = TypeVar("T")

EVERYWHERE: Final = f"0.0.0.0:{PORT}"
LISTEN_WANTED: Final = f"ADDRESS:PORT such as 192.0.2.7:{PORT} or [::]:{PORT}; port 0 for any that is free"
LONGEST = 4096
"""Bytes of what is typed; more is no answer."""
STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Listen = Annotated[
    str, typer.Option("--listen", metavar="ADDRESS:PORT", help="Where to wait for the other side.")
]
_LISTEN = re.compile(r"(\[[0-9a-fA-F:.]+\]|[0-9.]+):([0-9]{1,5})")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+)(?::([1-9][0-9]{0,4}))?")


class Name(NamedTuple):
    """Where somebody else reaches a machine; no port: the one that it listens on."""

    host: str
    port: int | None


def listening(text: str) -> tuple[str, int]:
    """An address of this machine, and a port. Raises: Invalid (`pair.address`)."""
    parts = _LISTEN.fullmatch(text)
    found = None if parts is None else _address(parts[1])
    if parts is None or found is None or int(parts[2]) >= 2**16:
        raise Invalid("pair.address", "--listen", text, LISTEN_WANTED)
    return found, int(parts[2])


def called(text: str, path: str) -> Name:
    """A name or an address, perhaps with a port. Raises: Invalid (`pair.address`)."""
    parts = _HOST.fullmatch(text)
    if parts is None or int(parts[2] or 1) >= 2**16:
        raise Invalid("pair.address", path, text, f"NAME or NAME:PORT, such as north.example:{PORT}")
    return Name(parts[1].strip("[]"), int(parts[2]) if parts[2] else None)


def reached(host: str | None, address: str) -> Name:
    """By which name others reach what listens there. Raises: Invalid (`pair.address`, `pair.host`)."""
    if host is not None:
        return called(host, "--host")
    if ipaddress.ip_address(address).is_unspecified:
        raise Invalid(
            "pair.host",
            "--host",
            "nothing",
            "the name or address by which the other party reaches this machine, such as --host north.example",
        )
    return Name(address, None)


def free(*paths: Path) -> None:
    """That files can be written, and over nothing, is seen before anybody is called.

    Raises: Refused (`key.exists`), Invalid (`file.missing`).
    """
    for path in paths:
        if not path.parent.is_dir():
            raise Invalid("file.missing", str(path.parent), "no such folder", "a folder that is there")
        if os.path.lexists(path):
            raise Refused("key.exists", f"{path} exists and is never written over; accepted: another name")


class Typed:
    """What somebody types, read without holding up what else goes on."""

    def __init__(self) -> None:
        self._data = b""

    async def yes(self, question: str) -> bool:
        """Asks until it is yes or no; there is no default, and the end of the input is a no."""
        with suppress(OSError, ValueError, termios.error):  # no terminal: nobody has typed ahead
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)  # an answer from before the question
        while True:
            typer.echo(question, nl=False, err=True)
            said = await self._line()
            if said is None or said in ("n", "no"):
                return False
            if said in ("y", "yes"):
                return True
            tell("Please type yes or no.")

    async def _line(self) -> str | None:
        while b"\n" not in self._data:
            more = await _read()
            if not more:
                tell("")
                return None
            self._data = (self._data + more)[-LONGEST:]
        line, _, self._data = self._data.partition(b"\n")
        return line.decode("utf-8", "replace").strip().lower()


def _address(text: str) -> str | None:
    """An IPv4 address, or one of IPv6 in brackets."""
    try:
        found = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    return str(found) if (found.version == 6) == text.startswith("[") else None


async def _read() -> bytes:
    """The next bytes of standard input, when there are any; none at its end."""
    try:
        handle = sys.stdin.fileno()
    except (OSError, ValueError):  # none, or not one of the system
        return sys.stdin.readline().encode()
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(handle, ready.set)
    except PermissionError:  # a file, which is always ready
        return os.read(handle, LONGEST)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(handle)
    try:
        return os.read(handle, LONGEST)
    except OSError:  # the terminal is gone
        return b""


def stoppable(work: Callable[[], Coroutine[Any, Any, T]], words: str) -> T:
    """Run it to its end. Ctrl-C, and what else ends a process, lets it say goodbye first.

    Raises: what `work` raises; typer.Exit (128 + signal), after `words`, when it was stopped.
    """
    stopped: list[int] = []

    async def run() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.create_task(work())

        def stop(number: int) -> None:
            stopped.append(number)
            task.cancel()

        for number in before:
            loop.add_signal_handler(number, stop, number)
        return await task

    # one that is ignored (nohup) stays so
    before = {number: found for number in STOPS if (found := signal.getsignal(number)) != signal.SIG_IGN}
    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        tell(f"\n{words}")
        raise typer.Exit(128 + stopped[0]) from None
    finally:
        for number, found in before.items():
            signal.signal(number, found)
