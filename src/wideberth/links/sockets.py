"""What both ends of a connection ask of the kernel."""

from __future__ import annotations

import contextlib
import socket
from typing import Final

UNSENT = 16 << 10
"""Bytes that the kernel may hold and has not sent: what waits there nothing urgent can overtake."""
DEAD_MS = 15_000
"""After so long without an acknowledgement a connection is over, although nobody has said so."""

ALIVE: Final = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 2}
"""Seconds until it is asked for a sign of life, between two, and how many may be missing."""


def _options() -> list[tuple[int, int, int]]:
    # asyncio asks for it only where a socket says its protocol, and one that was accepted may not
    found = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        found.append((socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT))
    else:  # also bounds what is on its way: slower over long distances
        found.append((socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * UNSENT))
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        found.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_MS))
    # whoever waits for a message says nothing, and must learn that the connection is gone
    found.append((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
    for name, value in ALIVE.items():
        if hasattr(socket, name):
            found.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return found


OPTIONS: Final = _options()
"""(level, option, value)."""


def thin(one: socket.socket) -> None:
    """Asked of a connection that was taken; a system that knows an option not goes on without."""
    for level, option, value in OPTIONS:
        with contextlib.suppress(OSError):
            one.setsockopt(level, option, value)
