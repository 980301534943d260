"""Two network namespaces with one wire between them, which can be cut, mended and made thin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import NamedTuple

HOSTS = ("10.213.0.1", "10.213.0.2")


class Wire(NamedTuple):
    """The namespaces, in the order of HOSTS, and the name of the wire's end in each."""

    spaces: tuple[str, str]
    ends: tuple[str, str]

    def inside(self, at: int) -> list[str]:
        """What a command begins with that is to run in a namespace."""
        return ["ip", "netns", "exec", self.spaces[at]]

    def cut(self) -> None:
        _run("ip", "-n", self.spaces[0], "link", "set", self.ends[0], "down")

    def mend(self) -> None:
        _run("ip", "-n", self.spaces[0], "link", "set", self.ends[0], "up")

    def thin(self, kbit_s: int) -> None:
        """At most so much each way; what waits longer than 4 s is dropped."""
        for at in range(2):
            shape = ("tbf", "rate", f"{kbit_s}kbit", "burst", "1600", "latency", "4s")
            _run(*self.inside(at), "tc", "qdisc", "replace", "dev", self.ends[at], "root", *shape)


@cache
def why_not(thin: bool = False) -> str:
    """Why there can be no namespaces here, or no thin wire; empty where there can."""
    needed = ("ip", "tc") if thin else ("ip",)
    missing = [each for each in needed if shutil.which(each) is None]
    if missing or not sys.platform.startswith("linux"):
        return f"{' and '.join(missing) or 'Linux'} is not here"
    try:
        with wired() as wire:
            if thin:
                wire.thin(64)
    except subprocess.CalledProcessError as error:
        return f"not allowed here ({error.stderr.strip()})"
    return ""


@contextmanager
def wired() -> Iterator[Wire]:
    """Both, gone again afterwards. Raises: subprocess.CalledProcessError."""
    name = f"wb{os.getpid()}"
    wire = Wire((f"{name}n", f"{name}s"), (f"{name}n", f"{name}s"))
    with ExitStack() as stack:
        for space in wire.spaces:
            _run("ip", "netns", "add", space)
            stack.callback(_run, "ip", "netns", "del", space)
        one, other = wire.ends
        peer = ("peer", "name", other, "netns", wire.spaces[1])
        _run("ip", "link", "add", one, "netns", wire.spaces[0], "type", "veth", *peer)
        for space, end, host in zip(wire.spaces, wire.ends, HOSTS, strict=True):
            _run("ip", "-n", space, "addr", "add", f"{host}/24", "dev", end)
            _run("ip", "-n", space, "link", "set", end, "up")
            _run("ip", "-n", space, "link", "set", "lo", "up")
        yield wire


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
