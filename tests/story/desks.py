"""Two whole nodes under an agreement that all four officers have signed, and plans for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from tests.story import whole
from tests.story.whole import WALL_MS, Two
from wideberth.formats import agreement, agreement_draft
from wideberth.model.agreement import Party
from wideberth.model.plan import Plan
from wideberth.node.filings import Given
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
NUMBER = bytes(range(16))
NONE = '[[disclosure]]\nactivity = "*"\nlevel = "none"\n'
AT_ONCE = {'every = "1h"': 'every = "30s"'}
"""Answers about what is hidden go as soon as a test lets time pass."""
START = WALL_MS + 2 * DAY_MS


def circle(
    lon: float, lat: float, start_ms: int, hours: float = 1, *, low: int = 1_000, high: int = 2_000
) -> Volume:
    """5 km around a place, between two altitudes in feet above mean sea level."""
    return Volume(
        Circle((round(lon * DEGREE), round(lat * DEGREE)), 5_000 * METRE),
        Altitude("MSL", low * FOOT),
        Altitude("MSL", high * FOOT),
        start_ms,
        start_ms + round(hours * HOUR_MS),
    )


def given(*volumes: Volume, activity: str = "survey", label: str = "survey 1") -> Given:
    return Given(Plan("", "", volumes, activity, label=label, callsign="heron 1"))


def terms(
    found: Two,
    levels: Mapping[str, str],
    change: Mapping[str, str] = MappingProxyType({}),
    parties: Sequence[Party] = (),
) -> bytes:
    """A draft as it stands, with these levels of disclosure by activity, and other pieces changed.

    `parties`: of the agreement, where they are more than the two.
    """
    named = parties or [Party(each.party, each.name) for each in found.places]
    text = agreement_draft.draft(NUMBER, "Trial terms", named).decode()
    rows = "".join(
        NONE.replace('"*"', f'"{name}"').replace('"none"', f'"{of}"') for name, of in levels.items()
    )
    for before, after in {NONE: rows, **change}.items():
        assert before in text
        text = text.replace(before, after)
    return text.encode()


def agree(found: Two, data: bytes) -> None:
    """Proposed and signed by both, and both know it."""
    read = agreement.read(data)
    found.one.agreed.propose(found.line, data)
    whole.settle(found)
    for place, node in zip(found.places, (found.one, found.other), strict=True):
        node.agreed.sign(found.line, read.hash, whole.signatures(place, data, read.agreement.id))
    whole.settle(found)


@contextmanager
def desks(
    folder: Path, level: str = "full", change: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Two]:
    with whole.two(folder) as found:
        whole.settle(found)
        agree(found, terms(found, {"*": level}, change))
        yield found
