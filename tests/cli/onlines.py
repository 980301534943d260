"""Two parties who pair over loopback: as processes, and one of them in this process."""

from __future__ import annotations

import asyncio
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from tests.cli.runs import SAMPLES, run

T = TypeVar("T")
CODE = re.compile(r"^    (\S+@\S+)$", re.MULTILINE)
DIGITS = re.compile(r"^digits       (\d{4} \d{4} \d{4})$", re.MULTILINE)
ASKED = "(yes or no) "
PATIENCE = 200.0


class Folder(NamedTuple):
    """A folder with two parties' keys, and the arguments of commands on files in it."""

    path: Path

    def at(self, name: str) -> str:
        return str(self.path / name)

    def names(self) -> set[str]:
        return {each.name for each in self.path.iterdir() if "key" not in each.name or "agreed" in each.name}

    def opening(self, out: str = "south.agreed", *more: str) -> tuple[str, ...]:
        identity = ("--identity", self.at("north.key.pub"), "--out", self.at(out))
        return ("pair", "open", *identity, "--listen", "127.0.0.1:0", "--no-passphrase", *more)

    def calling(self, code: str, out: str = "north.agreed", *more: str) -> tuple[str, ...]:
        identity = ("--identity", self.at("south.key.pub"), "--out", self.at(out))
        return ("pair", "call", code, *identity, "--no-passphrase", *more)


def folder(path: Path) -> Folder:
    """North opens, south calls."""
    made = Folder(path)
    for party in ("north", "south"):
        for purpose in ("identity", "log", "cosign", "seal"):
            name = f"{party}.key" if purpose == "identity" else f"{party}-{purpose}.key"
            ran = run("key", "new", purpose, "--out", made.at(name), "--no-passphrase")
            assert ran.code == 0, ran.err
    return made


class Process:
    """The command as a process of its own, with somebody who types; `terminal` is what it reads from."""

    def __init__(self, *arguments: str, terminal: int = subprocess.PIPE) -> None:
        self.err = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wideberth.cli", *arguments],
            env={**os.environ, "PYTHONPATH": str(SAMPLES.parent.parent.parent), "PYTHONUNBUFFERED": "1"},
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def until(self, *texts: str) -> str:
        """Read what it says to people until all of that was said."""
        assert self.process.stderr is not None
        handle, until = self.process.stderr.fileno(), time.monotonic() + PATIENCE
        while not all(text in self.err for text in texts):
            ready, _, _ = select.select([handle], [], [], max(0.0, until - time.monotonic()))
            data = os.read(handle, 65_536) if ready else b""
            assert data, f"never said {texts}: {self.err}"
            self.err += data.decode()
        return self.err

    def code(self) -> str:
        return CODE.findall(self.until("Waiting on"))[0]  # type: ignore[no-any-return]  # a text of the pattern

    def digits(self) -> str:
        return DIGITS.findall(self.until(ASKED))[0]  # type: ignore[no-any-return]  # a text of the pattern

    def types(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def stopped(self, number: int = signal.SIGINT) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        out, err = self.process.communicate(timeout=PATIENCE)
        self.out = out.decode()
        self.err += err.decode()
        return self.process.returncode

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        for each in (self.process.stdin, self.process.stdout, self.process.stderr):
            if each is not None:
                each.close()
        self.process.wait()


class Aside(Generic[T]):
    """Work that goes on in a thread beside the command in this process."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._made: list[T | BaseException] = []

        def go() -> None:
            async def bounded() -> T:
                async with asyncio.timeout(PATIENCE):
                    return await work()

            try:
                self._made.append(asyncio.run(bounded()))
            except BaseException as error:  # noqa: BLE001  # handed to whoever asks for the result
                self._made.append(error)

        self._thread = threading.Thread(target=go)
        self._thread.start()

    def result(self) -> T | BaseException:
        self._thread.join(PATIENCE)
        return self._made[0]
