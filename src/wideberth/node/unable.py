"""Entries that are not understood are answered `unable`, each once, also over restarts (LINE 5).

    unable    {"entries":[{"n":…,"origin":…,"to":…,"why":…},…]}        in a main feed

`n` to `to`, inclusive, of the reader's feed `origin`. One answer names many, and at most one a minute is
given, so that a flood of such entries is no flood of answers; an `unable` itself is never answered. What was
answered is read from the own entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, cast

from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Origin
from wideberth.line.state import State

TYPE: Final = "unable"
V: Final = 1
KNOWN: Final[Known] = {(TYPE, V): frozenset({"crit", "entries"})}
MINUTE_MS: Final = 60_000
MOST: Final = 100
"""Ranges in one answer."""

Why = Literal["body", "type", "version", "field"]
WHYS: Final[dict[Why, str]] = {
    "body": "the body is not canonical JSON",
    "type": "the type is not known",
    "version": "the type is known, this version of it is not",
    "field": "the body needs a field that is not known",
}


_WHYS: Final = tuple(WHYS)


class Range(NamedTuple):
    """Entries `n` to `to`, inclusive, of a feed, that are not understood for the same reason."""

    origin: Origin
    n: int
    to: int
    why: Why


class Unable:
    """What is still to be answered on a line."""

    def __init__(self, state: State) -> None:
        """`state`: after its Started."""
        answered = {
            (each.origin, n)
            for feed in state.of(state.party)
            for entry in feed.entries
            for each in _said(entry, state)
            for n in range(each.n, each.to + 1)
        }
        self._waiting: dict[tuple[Origin, int], Why] = {}
        self._known = state.known
        self._last_ms: int | None = None
        for feed in state.of(state.peer):
            for entry in feed.entries:
                if (feed.origin, entry.header.n) not in answered:
                    self.take(entry)

    def take(self, entry: Entry) -> None:
        """An entry of the peer's; understood ones need no answer."""
        found = why(entry, self._known)
        if found is not None and entry.header.type != TYPE:
            self._waiting[entry.header.origin, entry.header.n] = found

    def due(self, boot_ms: int) -> dict[str, Value] | None:
        """The body of the answer that is to be given now; it is not asked for again."""
        recently = self._last_ms is not None and boot_ms < self._last_ms + MINUTE_MS
        if recently or not self._waiting:
            return None
        self._last_ms = boot_ms
        found = _ranges(self._waiting)[:MOST]
        for each in found:
            for n in range(each.n, each.to + 1):
                del self._waiting[each.origin, n]
        return write(found)


def why(entry: Entry, known: Known) -> Why | None:
    """Why an entry is not understood; None where it is, or where its body is not there any more."""
    if not entry.body:
        return None
    try:
        if body.understood(entry, known):
            return None
        body.value(entry)
    except Invalid:
        return "body"
    header = entry.header
    if (header.type, header.v) in known:
        return "field"
    return "version" if header.type in {kind for kind, _ in known} else "type"


def write(ranges: Iterable[Range]) -> dict[str, Value]:
    """The body of an answer."""
    entries: list[Value] = [
        {"n": each.n, "origin": each.origin.text, "to": each.to, "why": each.why} for each in ranges
    ]
    return {"entries": entries}


def read(entry: Entry) -> tuple[Range, ...]:
    """What an answer says could not be understood.

    Raises: Invalid (`ledger.not_understood`, `line.unable`, `ledger.origin`, and as body.value).
    """
    if not body.understood(entry, KNOWN):
        header = entry.header
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", TYPE)
    found = body.value(entry).get("entries")
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise Invalid("line.unable", "entries", found, f"a list of 1 to {MOST} ranges")
    return tuple(_range(each) for each in found)


def _range(value: Value) -> Range:
    if not isinstance(value, dict) or tuple(value) != ("n", "origin", "to", "why"):
        raise Invalid("line.unable", "entries", value, "objects of n, origin, to, why")
    n, to, why = value["n"], value["to"], value["why"]
    whole = type(n) is int and type(to) is int and 0 <= n <= to
    if not whole or why not in _WHYS:
        raise Invalid("line.unable", "entries", value, f"0 <= n <= to, and one of {', '.join(WHYS)}")
    return Range(ids.origin(value["origin"], "entries"), cast("int", n), cast("int", to), why)


def _said(entry: Entry, state: State) -> list[Range]:
    """What an own entry has answered, of what is there."""
    if entry.header.type != TYPE or not entry.body:
        return []
    try:
        found = read(entry)
    except Invalid:
        return []
    sizes = {feed.origin: feed.size for feed in state.of(state.peer)}
    return [each._replace(to=min(each.to, sizes[each.origin] - 1)) for each in found if each.origin in sizes]


def _ranges(waiting: dict[tuple[Origin, int], Why]) -> list[Range]:
    found: list[Range] = []
    for (origin, n), why in sorted(waiting.items()):
        last = found[-1] if found else None
        if last is not None and (last.origin, last.to + 1, last.why) == (origin, n, why):
            found[-1] = last._replace(to=n)
        else:
            found.append(Range(origin, n, n, why))
    return found
