"""`wideberth node watch`: events a line each, on from where it was, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.running import Desk, desk
from wideberth.cli import node_watch
from wideberth.cli.node_watch import PAUSES, Watcher
from wideberth.errors import Refused, Unreachable
from wideberth.links.client import Said


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk() as found:
        monkeypatch.setenv("WIDEBERTH_TOKEN", found.tokens["north"]["observer"])
        monkeypatch.delenv("WIDEBERTH_URL", raising=False)
        yield found


def watcher(two: Desk, line: str | None = None, *, json: bool = False, bell: bool = False) -> Watcher:
    return Watcher(None, str(two.two.places[0].path), line, json=json, bell=bell)


def test_what_happened_while_nobody_watched_is_shown(two: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    found, pauses = watcher(two, two.two.line), list[float]()
    found._last = f"{two.two.one.start}-0"

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        raise KeyboardInterrupt

    # everything so far comes at once; then the stream is ended from the node's side
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(node_watch, "SILENCE", 0.5)
        with pytest.raises(KeyboardInterrupt):
            node_watch.follow(found, pause)
    said = capfd.readouterr()
    assert "line.stage (whole): signs" in said.out and "trying again" in said.err
    assert pauses == [PAUSES[0]] and not found._last.endswith("-0")


def test_events_are_shown_for_one_line_or_all_and_gaps_are_told(
    two: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    happened = {"n": 1, "at": "2027-01-15T08:00:00.000Z", "what": "line.health", "line": "a", "code": "late"}
    for line, shown in ((None, True), ("a", True), ("b", False)):
        found = watcher(two, line, json=True)
        found._show(None)
        found._show(Said("s-1", "again", {}))
        found._show(Said("s-2", "line.health", happened))
        said = capfd.readouterr()
        assert (b'"line.health"' in said.out.encode()) is shown and said.err == ""
        found._show(Said("s-9", "again", {}))
        assert "read the state again" in capfd.readouterr().err
    with pytest.raises(Unreachable):
        watcher(two)._show(Said("s-3", "line.health", {"n": "x"}))


def test_a_node_that_begins_again_is_watched_on(two: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    class Reading(Watcher):
        turns = iter([Unreachable("client.no_node", "away"), None, Refused("accounts.token", "ended")])

        def read(self) -> None:
            self.heard = False
            turn = next(self.turns)
            if turn is not None:
                raise turn

    pauses: list[float] = []
    with pytest.raises(Refused):
        node_watch.follow(Reading(None, None, None, json=False), pauses.append)
    assert pauses == list(PAUSES[:2]) and capfd.readouterr().err == "away; trying again\n"


def test_what_is_no_node_of_this_version_ends_it(two: Desk) -> None:
    class Reading(Watcher):
        def read(self) -> None:
            raise Unreachable("client.answer", "nonsense")

    with pytest.raises(Unreachable):
        node_watch.follow(Reading(None, None, None, json=False), lambda _: None)


def test_who_may_not_watch_is_told(two: Desk) -> None:
    two.refused("login.none", "node", "watch", role=None)
    two.refused("line.none", "node", "watch", "--line", "west")


def test_the_terminal_rings_for_what_is_loud_alone_and_only_where_asked(
    two: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    happened = {"n": 1, "at": "2027-01-15T08:00:00.000Z", "what": "ring.changed", "code": "officer"}
    for bell, loud, rings in ((True, True, True), (False, True, False), (True, False, False)):
        watcher(two, bell=bell)._show(Said("s-1", "ring.changed", {**happened, "loud": loud}))
        said = capfd.readouterr()
        assert ("\a" in said.err) is rings and "\a" not in said.out
        assert "ring.changed" in said.out
