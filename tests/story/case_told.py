"""Two whole nodes that close a case, with other notices and a case beside it; their directories after."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.ledger.two import seed
from tests.story.desks import HOUR_MS, START, circle, desks
from tests.story.whole import Place, Two, settle
from wideberth.ledger import ids
from wideberth.model.plan import Plan
from wideberth.node.filings import Given
from wideberth.space.volume import Volume

SECRET = "HIDDEN 4"
"""The callsign of notices that are not of the case: it must be in no record of it."""


class Cased(NamedTuple):
    """What stays after the nodes have ended: of the case, and of the notices and the case beside it."""

    places: tuple[Place, Place]
    line: str
    case: str
    notices: tuple[str, str]
    other_case: str
    others: tuple[str, ...]
    now_ms: int
    keys: tuple[Path, Path]


def flight(volume: Volume, callsign: str) -> Given:
    return Given(Plan("", "", (volume,), "survey", label=callsign, callsign=callsign))


def play(found: Two) -> tuple[str, str, tuple[str, str]]:
    """Two cases; in the first a proposal is taken back, another accepted, and the plan has its new version.

    Returns the ids of both, and the notices of the first.
    """
    one, other = found.one.desk, found.other.desk
    one.submit([flight(circle(40.0, 34.0, START), SECRET)])
    settle(found, 1)
    one.submit([flight(circle(33.0, 34.0, START), "NORTH 1")])
    settle(found, 1)
    [theirs] = other.submit([flight(circle(33.05, 34.0, START + HOUR_MS // 2), "SOUTH 7")])
    [case] = theirs.on[0].cases
    [beside] = other.submit([flight(circle(33.0, 34.05, START - HOUR_MS // 2), SECRET)])
    [second] = beside.on[0].cases
    settle(found, 1)
    view = other.case(case)
    assert view.own is not None
    lift, delay = (
        next(each for each in view.clears[view.own] if name in each) for name in ("lift_dmm", "delay_ms")
    )
    other.propose(case, view.own, lift, HOUR_MS)
    settle(found, 1)
    other.retract(case)
    settle(found, 1)
    found.one.say(found.line, "main", "test.said", 1, {"said": SECRET})
    other.propose(case, view.own, delay, HOUR_MS)
    settle(found, 1)
    one.accept(case)
    settle(found, 1)
    found.other.say(found.line, "main", "test.said", 1, {"said": SECRET})
    settle(found, 1)
    one_of, other_of = one.case(case).notices
    return case, second, (one_of, other_of)


def played(folder: Path) -> Cased:
    with desks(folder) as found:
        case, second, notices = play(found)
        now_ms, line, places = found.time.wall_ms, found.line, found.places
        others = tuple(each.notice for each in found.one.desk.notices(line) if each.notice not in notices)
    keys = []
    for place in places:
        path = folder / f"{place.name}.journal-key"
        path.write_text(ids.base32(seed(f"{place.name} journal")))
        path.chmod(0o600)
        keys.append(path)
    return Cased(places, line, case, notices, second, others, now_ms, (keys[0], keys[1]))
