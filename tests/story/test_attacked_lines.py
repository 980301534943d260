"""Two whole nodes, and what a peer, a copy or a full disk can do to one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story import parties
from wideberth.errors import Invalid
from wideberth.line.messages import Health


def test_what_could_never_be_said_takes_nothing_else_with_it(tmp_path: Path) -> None:
    one, _ = parties.pair(tmp_path)
    one.heard.clear()
    one.world.pass_ms(10 * parties.MINUTE_MS)
    with pytest.raises(Invalid):  # more than an urgent body may have
        one.say("x" * 5_000, "urgent")
    assert [each.level for each in one.of(Health)] == ["silent"]
    assert one.talk.waiting() == ()
    one.stop()
