"""A running node under a peer that means harm, a disk that fails in the middle, and people in a hurry."""

from __future__ import annotations

import threading
from pathlib import Path

from msgspec import structs

from tests.story import whole
from tests.story.whole import deliver, settle
from wideberth.ledger import canonical


def test_a_time_that_no_calendar_has_is_shown_and_stops_nothing(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        state = found.other._open[found.line].state
        feed = state.newest(state.party, "urgent")
        # whoever builds a node of their own writes into a header what the format allows
        feed.written = structs.replace(feed.written, at_ms=canonical.WHOLE)
        found.other.check(found.line, desk=True)
        deliver(found.line, found.one, found.other)
        [check] = [each for each in found.one.line(found.line).checks if not each.mine]
        assert check.desk and check.at.startswith("9999-12-31T23:59:59")
        assert [each.line for each in found.one.lines()] == [found.line]


def test_what_happened_can_be_read_while_the_node_is_at_work(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        read: list[int] = []
        with found.one._lock:
            reader = threading.Thread(target=lambda: read.append(len(found.one.events(0)[0])))
            reader.start()
            reader.join(5)
            held = not read
        reader.join(5)
        assert not held and read[0] > 0
