"""Watch keeping on a whole node: presence that climbs, is taken, survives kills and jumps; and what rings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.store.peopled import QUICK, WORDS
from tests.story import whole
from tests.story.whole import Place, Time
from wideberth.desk.alarms import Alarm
from wideberth.desk.presence import CLOCK
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body
from wideberth.node import directory
from wideberth.node.config import Config
from wideberth.node.config_alarms import Alarms
from wideberth.node.node import Node
from wideberth.store import accounts

MINUTE = 60_000
EVERY = 30 * MINUTE
SHEET = "cd" * 32


class Kept:
    """A node, its place, its clock."""

    def __init__(self, folder: Path, settings: Config = Config()) -> None:  # noqa: B008 - it is frozen
        self.time, self.place = Time(), whole.make(folder, "north", settings)
        self.node: Node

    @contextmanager
    def running(self) -> Iterator[Node]:
        with _open(self.place, self.time) as self.node:
            if not self.node.people.users():
                self.node.people.begin("admin", WORDS, self.time.wall_ms)
                for name in ("one", "two", "three"):
                    self.node.people.add(name, f"{name} {WORDS}", ["officer"], self.time.wall_ms)
            yield self.node
            self.node.people.close()

    def passes(self, ms: int) -> None:
        self.time.pass_ms(ms)
        self.node.tick()

    def user(self, name: str) -> int:
        return self.node.people.user(name).id

    def take(self, post: str, name: str, *, relieve: bool = False) -> None:
        self.node.people.take(name, post, self.time.wall_ms, relieve=relieve)
        self.node.tick()

    def steps(self) -> tuple[str, ...]:
        return self.node.room.keeping.presence().steps

    def entered(self) -> list[tuple[str, dict[str, object]]]:
        private = self.node.private
        found = [body.reread(*each.item) for each in private.journal.read(private.head.origin.text)]
        return [
            (each.header.type, dict(body.value(each)))
            for each in found
            if each.header.type.startswith(("duty.", "ring."))
        ]

    def rung(self) -> list[tuple[str | None, str | None, str | None]]:
        happened, _ = self.node.events(0)
        return [(each.type, each.noun, each.code) for each in happened if each.loud]


@contextmanager
def _open(place: Place, time: Time) -> Iterator[Node]:
    with place.open(time) as node:
        node.people.close()
        node.people = accounts.open(node.path / directory.ACCOUNTS, QUICK)
        yield node


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_a_node_on_which_nobody_was_ever_on_duty_rings_for_nobody(kept: Kept) -> None:
    with kept.running() as node:
        kept.passes(10 * EVERY)
        found = node.room.keeping.presence()
        assert (found.phase, found.sign, found.due, found.missed) == ("unwatched", None, None, None)
        assert node.room.keeping.alarms == () and kept.entered() == []
        with pytest.raises(Refused, match="no post on duty"):
            node.room.keeping.present(kept.user("one"))


def test_a_miss_climbs_step_by_step_and_names_nobody(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.take("deputy", "two")
        kept.take("commander", "three")
        kept.passes(EVERY - 1)
        assert node.room.keeping.presence().phase == "present"
        kept.passes(1)
        assert kept.steps() == ("officer",)
        kept.passes(CLOCK.deputy_ms)
        kept.passes(CLOCK.watch_ms - CLOCK.deputy_ms)
        kept.passes(CLOCK.commander_ms - CLOCK.watch_ms)
        assert kept.steps() == ("officer", "deputy", "watch", "commander", "channel")
        assert kept.entered() == [("duty.missed", {"post": "officer", "step": each}) for each in kept.steps()]
        # the commander and the next channel ring together
        assert kept.rung() == [("duty", "officer", "overdue")] * 4
        [alarm] = node.room.keeping.alarms
        assert (alarm.kind, alarm.step, alarm.why) == ("duty", "channel", "overdue")
        assert (node.status().ringing, node.status().rings, node.status().budget) == (1, 4, 6)


def test_the_holders_act_is_a_sign_and_a_look_is_none(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.passes(EVERY - 1)
        node.room.keeping.sign(kept.user("two"))  # another's
        node.room.keeping.presence()
        kept.passes(1)
        assert kept.steps() == ("officer",)
        kept.passes(1_000)
        node.room.keeping.sign(kept.user("one"))
        kept.passes(1_000)
        assert kept.steps() == () and node.room.keeping.alarms == ()
        assert kept.entered()[-1] == ("duty.resumed", {"by": "officer", "post": "officer"})
        kept.passes(EVERY - 1_000)
        assert kept.steps() == ("officer",)


def test_the_deputy_takes_it_by_an_express_word(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.take("deputy", "two")
        kept.passes(EVERY + CLOCK.deputy_ms)
        node.room.keeping.sign(kept.user("two"))
        kept.passes(1)
        assert kept.steps() == ("officer", "deputy")
        assert node.room.keeping.present(kept.user("two")).phase == "present"
        assert kept.entered()[-1] == ("duty.resumed", {"by": "deputy", "post": "officer"})
        assert node.room.keeping.alarms == ()
        kept.passes(EVERY - 1)
        assert kept.steps() == ()
        kept.passes(1)
        assert kept.steps() == ("officer",)


def test_a_post_that_falls_vacant_climbs_at_once_until_somebody_takes_it(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.take("commander", "three")
        node.people.disable("one", kept.time.wall_ms)
        kept.passes(1_000)
        assert node.room.keeping.presence().phase == "vacant"
        # nobody is the deputy either
        assert kept.steps() == ("watch",)
        kept.passes(CLOCK.commander_ms)
        assert kept.steps() == ("watch", "commander", "channel")
        kept.take("officer", "two")
        assert node.room.keeping.presence().phase == "present"
        assert kept.steps() == ()


def test_whoever_relieves_ends_a_miss(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.passes(EVERY)
        kept.take("officer", "two", relieve=True)
        assert node.room.keeping.presence().phase == "present" and kept.steps() == ()


def test_clocks_go_on_after_a_restart_and_no_jump_delays_them(kept: Kept) -> None:
    with kept.running():
        kept.take("officer", "one")
        kept.passes(10 * MINUTE)
    kept.time.pass_ms(5 * MINUTE)
    with kept.running():
        kept.passes(15 * MINUTE - 1)
        assert kept.steps() == ()
        kept.time.wall_ms -= 10 * EVERY
        kept.passes(1)
        assert kept.steps() == ("officer",)
    kept.time.boot_ms = 3
    kept.time.wall_ms += 10 * EVERY + CLOCK.deputy_ms
    with kept.running() as node:
        node.tick()
        assert kept.steps() == ("officer", "watch")  # nobody is the deputy
    kept.time.wall_ms -= 10 * EVERY
    with kept.running() as node:
        node.tick()
        assert kept.steps() == ("officer", "watch")
        kept.passes(CLOCK.commander_ms)
        assert kept.steps() == ("officer", "watch", "channel")


def test_a_sign_is_on_record_and_counts_after_a_restart(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.passes(20 * MINUTE)
        n = node.people.acts.begin(kept.user("one"), "plan.submit", None, None, kept.time.wall_ms)
        node.people.acts.finish(n)
    with kept.running() as node:
        kept.passes(EVERY - 1)
        assert kept.steps() == ()
        kept.passes(1)
        assert kept.steps() == ("officer",)


def test_presence_may_be_switched_off(tmp_path: Path) -> None:
    kept = Kept(tmp_path, Config(presence_min=0))
    with kept.running() as node:
        kept.take("officer", "one")
        kept.passes(10 * EVERY)
        assert node.room.keeping.presence().phase == "unwatched" and kept.entered() == []


def test_a_sheet_is_entered_by_its_hash(kept: Kept) -> None:
    with kept.running() as node:
        node.room.keeping.handed("officer", SHEET)
        assert node.room.keeping.sheet == (SHEET, kept.time.wall_ms)
        assert kept.entered() == [("duty.handed", {"post": "officer", "sheet": SHEET})]
        with pytest.raises(Invalid):
            node.room.keeping.handed("officer", "handover.html")


def test_other_parts_of_a_node_ring_too_and_too_often_is_said(tmp_path: Path) -> None:
    kept = Kept(tmp_path, Config(alarms=Alarms(budget=2)))
    with kept.running() as node:
        ringing = [Alarm("call", f"k-{n}", "a" * 52, "flash", "officer", 5) for n in range(3)]
        node.room.keeping.sources.append(lambda: ringing)
        kept.passes(1_000)
        assert kept.rung() == [("call", f"k-{n}", "flash") for n in range(3)]
        found = node.room.keeping.alarms_view()
        assert [each.line for each in found.ringing] == ["a" * 52] * 3
        assert (
            found.words == "rang 3 times in the last hour; more than 2 is too often to heed: find the cause"
        )
        ringing.clear()
        kept.passes(1_000)
        assert node.room.keeping.alarms == () and node.room.keeping.all_rings == 3
