"""How long a login must wait after others failed. Pure: counts and times in, milliseconds out.

What fails is counted twice: for the name from one place, and for the name from all places that it has never
logged in from. Each count makes its own wait. A place from which somebody has logged in is *known* for that
name, and only its own count makes it wait: so a stranger who guesses at the duty officer's name slows down
strangers, and never the duty officer.
"""

from __future__ import annotations

from msgspec import Struct

FREE = 5
"""Failures from one place that make nobody wait."""
FREE_STRANGERS = 20
"""The same, for all unknown places together."""
SECOND = 1_000
LONGEST = 15 * 60 * SECOND
"""The longest wait in milliseconds."""
FORGOTTEN = 24 * 3_600 * SECOND
"""A count begins anew, this many milliseconds after its last failure."""
KNOWN = 30 * FORGOTTEN
"""A place is known for this many milliseconds after the last login from it."""


class Failures(Struct, frozen=True):
    """How many logins have failed since the last that did not, and when the last one did (ms, UTC)."""

    count: int = 0
    last_ms: int = 0


NONE = Failures()


def one_more(found: Failures, now: int) -> Failures:
    """After another failure."""
    return Failures(1 if _forgotten(found, now) else found.count + 1, now)


def wait(found: Failures, now: int, free: int = FREE) -> int:
    """Milliseconds until the next attempt is looked at: 1 s after `free` failures, then doubled each time.

    A clock that was set back makes nobody wait: an outsider cannot set it, and the count goes on.
    """
    if found.count < free or now < found.last_ms:
        return 0
    growing = min(SECOND << min(found.count - free, 32), LONGEST)
    return max(0, found.last_ms + growing - now)


def known(last_login_ms: int | None, now: int) -> bool:
    """Does a place count as known, from which the last login was then?"""
    return last_login_ms is not None and now - last_login_ms < KNOWN


def _forgotten(found: Failures, now: int) -> bool:
    return now - found.last_ms >= FORGOTTEN
