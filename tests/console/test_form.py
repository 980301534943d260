"""Times as people type them: read as they were meant, or not at all."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any, Final

from tests.console.seen import Seen

NOW = datetime(2026, 11, 28, 14, 0, 30, tzinfo=UTC)
KNOWN: Final[dict[str, str | None]] = {
    "2026-11-28 14:30": "2026-11-28T14:30:00Z",
    "2026-11-28T14:30:05": "2026-11-28T14:30:05Z",
    "2026-11-28 14:30Z": "2026-11-28T14:30:00Z",
    "14:30": "2026-11-28T14:30:00Z",
    "01:30": "2026-11-29T01:30:00Z",  # the one that is nearest, not the one of this day
    "03:00Z": "2026-11-28T03:00:00Z",
    "1430": "2026-11-28T14:30:00Z",
    "+2h": "2026-11-28T16:00:30Z",
    "+45 min": "2026-11-28T14:45:30Z",
    "281430Z NOV 26": "2026-11-28T14:30:00Z",
    "28.11.2026 14:30": None,
    "11/12/2026 02:30": None,
    "2026-02-30 10:00": None,
    "25:00": None,
    "311430Z NOV 26": None,
    "soon": None,
}
READ = """async ([texts, now]) => {
    const { read, rfc } = await import('/console/core/moment.js');
    return texts.map((each) => { const found = read(each, now); return found === null ? null : rfc(found); });
}"""


def read(desk: Seen, *texts: str) -> list[Any]:
    found = desk.page.evaluate(READ, [list(texts), NOW.timestamp() * 1_000])
    assert isinstance(found, list)
    return found


def test_times_are_read_as_they_are_meant(desk: Seen) -> None:
    assert read(desk, *KNOWN) == list(KNOWN.values())


def test_what_is_written_is_read_as_the_same(desk: Seen) -> None:
    chance = random.Random(7)
    moments = [chance.randrange(0, 4_000_000_000) * 1_000 for _ in range(500)]
    again = desk.page.evaluate(
        """async (moments) => {
            const { read, write } = await import('/console/core/moment.js');
            return moments.map((each) => read(write(each), 0));
        }""",
        moments,
    )
    assert again == moments


def test_a_field_says_how_it_reads_and_never_drops_what_it_cannot(desk: Seen) -> None:
    said = desk.page.evaluate(
        """async () => {
            const { field } = await import('/console/core/form.js');
            const made = field('at', 'At', { kind: 'time' });
            const found = [];
            for (const text of ['', '2026-11-28 14:30', '28/11 at noon']) {
                made.input.value = text;
                made.input.dispatchEvent(new Event('input'));
                found.push([made.value(), made.element.querySelector('.read').textContent]);
            }
            return found;
        }"""
    )
    assert said[0][0] is None
    assert said[1][0] == "2026-11-28T14:30:00Z"
    assert "2026-11-28 14:30Z" in said[1][1]
    assert said[2][0] == "28/11 at noon"
    assert "281430Z NOV 26" in said[2][1]
