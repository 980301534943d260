"""Fields of what is entered about manual lines, read strictly: texts, languages, numbers, choices."""

from __future__ import annotations

from typing import Final, TypeVar

from wideberth.desk import nobody
from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.ledger.canonical import WHOLE, Value

T = TypeVar("T")

V: Final = 1
TEXT: Final = 100
"""Characters of a label or a role."""
WHAT: Final = 300
"""Characters that say what was told, or the words of a call."""

AHEAD_MS: Final = 5 * 60_000
"""How far a claimed time may lie ahead: clocks on desks differ."""


def text(found: Value, path: str, most: int = TEXT) -> str:
    """Raises: Invalid (`manual.entry`)."""
    if not isinstance(found, str) or not canonical.seen(found, most):
        raise Invalid("manual.entry", path, found, f"1 to {most} characters, all to be seen")
    return found


def entered(found: Value, path: str, most: int = TEXT) -> None:
    """What people enter stays, and may be offered to the far end.

    Raises: Invalid (`manual.entry`, `manual.personal`).
    """
    if nobody.reached_by(text(found, path, most)):
        wanted = "a role, or what was said: no telephone or mail address, nobody's name"
        raise Invalid("manual.personal", path, nobody.FOUND, wanted)


def language(found: Value, path: str = "language") -> str:
    """A code of ISO 639, such as en or he. Raises: Invalid (`manual.entry`)."""
    if not isinstance(found, str) or not (2 <= len(found) <= 3 and found.isascii() and found.islower()):
        raise Invalid("manual.entry", path, found, "a code of two or three letters, such as en, ru, he, ar")
    return found


def number(found: Value, path: str, least: int) -> int:
    """Raises: Invalid (`manual.entry`)."""
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= WHOLE:
        raise Invalid("manual.entry", path, found, f"a whole number from {least:,} on")
    return found


def one_of(found: Value, path: str, wanted: tuple[T, ...]) -> T:
    """Raises: Invalid (`manual.entry`)."""
    for each in wanted:
        if found == each:
            return each
    raise Invalid("manual.entry", path, found, ", ".join(map(str, wanted)))


def claimed(at_ms: int, now_ms: int) -> None:
    """When it was, as an officer says. Raises: Invalid (`manual.claimed`)."""
    if not 0 <= at_ms <= now_ms + AHEAD_MS:
        raise Invalid("manual.claimed", "at", at_ms, "a time that has come: what will be said is not entered")
