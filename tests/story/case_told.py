"""Two whole nodes that close a case, with other cases and notices around it; their data directories after."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.ledger.two import seed
from tests.story import whole
from tests.story.test_whole import agree
from tests.story.whole import Place, Two, settle
from wideberth.desk import case_entries, notice_entries
from wideberth.desk.case_entries import Accepted, Opened, Proposed, Ref, Retracted
from wideberth.desk.notice_entries import Told
from wideberth.ledger import ids
from wideberth.ledger.ids import Kind
from wideberth.node.node import Node
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import FOOT, METRE
from wideberth.space.volume import Volume

MINUTE = 60_000
SECRET = "HIDDEN ELSEWHERE"
"""A callsign in a notice of another case: it must be in no record of this one."""


def notice(n: int) -> str:
    return f"n-{ids.base32(bytes([n] * 16))}"


MINE, THEIRS, OTHER, THIRD = (notice(n) for n in range(1, 5))


def told(which: str, version: int, lon_e7: int, time: int, callsign: str) -> Told:
    """A notice of one circle of 2 km, from 1,000 to 2,000 ft, for an hour."""
    volume = Volume(
        Circle((lon_e7, 344_000_000), 2_000 * METRE),
        Altitude("MSL", 1_000 * FOOT),
        Altitude("MSL", 2_000 * FOOT),
        time,
        time + 60 * MINUTE,
    )
    return Told(which, version, "full", "accepted", "survey", callsign, (volume,))


class Cased(NamedTuple):
    """What stays after the nodes have ended."""

    places: tuple[Place, Place]
    line: str
    case: str
    other: str
    now_ms: int
    keys: tuple[Path, Path]


def say(node: Node, line: str, said: notice_entries.Said | case_entries.Said) -> None:
    case = isinstance(said, case_entries.Said)
    value = case_entries.write(said) if isinstance(said, case_entries.Said) else notice_entries.write(said)
    kind: Kind = "urgent" if isinstance(said, Retracted) else "main"
    node.say(line, kind, said.TYPE, case_entries.V if case else notice_entries.V, value)


def last(node: Node, line: str, of_type: str) -> Ref:
    """The newest entry of a type."""
    headers = [each.entry.header for each in node._open[line].state.order.placed]
    found = [each for each in headers if each.type == of_type][-1]
    return Ref(found.origin, found.n)


def play(found: Two) -> tuple[str, str]:
    """An agreement, and two cases side by side: in the first a proposal, taken back; another, accepted.

    Returns the ids of both.
    """
    line, one, other, time = found.line, found.one, found.other, found.time
    settle(found)
    agree(found)
    case, second = ids.case(line, MINE, THEIRS), ids.case(line, MINE, OTHER)
    at = time.wall_ms + 120 * MINUTE
    say(one, line, told(THIRD, 1, 331_000_000, at, SECRET))
    settle(found, 1)
    say(one, line, told(MINE, 1, 330_000_000, at, "NORTH 1"))
    settle(found, 1)
    say(other, line, told(THEIRS, 1, 330_200_000, at, "SOUTH 7"))
    say(other, line, told(OTHER, 1, 330_300_000, at, SECRET))
    settle(found, 1)
    for node in (one, other):
        say(node, line, Opened(case, (MINE, THEIRS), "overlap"))
        say(node, line, Opened(second, (MINE, OTHER), "close"))
    settle(found, 1)
    until = time.wall_ms + 60 * MINUTE
    say(one, line, Proposed(case, MINE, 1, until, {"lift_dmm": 1_000 * FOOT}))
    say(one, line, Proposed(second, MINE, 1, until, {"delay_ms": 15 * MINUTE}))
    settle(found, 1)
    first = next(each for each in proposals(one, line) if each.n)
    say(one, line, Retracted(case, first))
    settle(found, 1)
    say(one, line, Proposed(case, MINE, 1, until, {"delay_ms": 75 * MINUTE}))
    settle(found, 1)
    say(other, line, Accepted(case, last(other, line, Proposed.TYPE)))
    settle(found, 1)
    one.say(line, "main", "test.said", 1, {"said": SECRET})
    settle(found, 1)
    return case, second


def proposals(node: Node, line: str) -> list[Ref]:
    headers = [each.entry.header for each in node._open[line].state.order.placed]
    return [Ref(each.origin, each.n) for each in headers if each.type == Proposed.TYPE]


def played(folder: Path) -> Cased:
    with whole.two(folder) as found:
        case, second = play(found)
        now_ms, line, places = found.time.wall_ms, found.line, found.places
    keys = []
    for place in places:
        path = folder / f"{place.name}.journal-key"
        path.write_text(ids.base32(seed(f"{place.name} journal")))
        path.chmod(0o600)
        keys.append(path)
    return Cased(places, line, case, second, now_ms, (keys[0], keys[1]))
