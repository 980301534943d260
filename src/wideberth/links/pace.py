"""How much one request may carry, so that on a thin link nothing waits long behind it.

One request at a time, and each as large as the link carries in less than a second: what is urgent has its own
connection, and finds no more than that before it.
"""

from __future__ import annotations

from wideberth.links import frames

START = 4 << 10
LEAST = frames.LEAST
MOST = frames.BODY
QUICK_MS = 250
SLOW_MS = 1000


def after(most: int, used: int, took_ms: float) -> int:
    """The budget after a body of `used` bytes took so long; a small one says nothing about a larger."""
    if took_ms > SLOW_MS:
        return failed(most)
    if took_ms < QUICK_MS and 2 * used >= most:
        return min(MOST, 2 * most)
    return most


def failed(most: int) -> int:
    """The budget after nothing came through."""
    return max(LEAST, most // 2)
