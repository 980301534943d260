"""Watch keeping on a whole node: presence that climbs, is taken, survives kills and jumps; and what rings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.store.peopled import QUICK, WORDS
from tests.story import whole
from tests.story.whole import Place, Time
from wideberth.desk.presence import State
from wideberth.desk.rings import About
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body
from wideberth.model.agreement import CLOCKS
from wideberth.node import directory
from wideberth.node.config import Config
from wideberth.node.config_alarms import Alarms
from wideberth.node.node import Node
from wideberth.node.ringing import Wanted
from wideberth.store import accounts

CLOCK = CLOCKS["immediate"]
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
        assert (found.phase, found.sign, found.due, found.steps) == ("unwatched", None, None, ())
        assert kept.entered() == []
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
        assert kept.steps() == ("officer", "deputy")
        kept.passes(CLOCK.watch_ms - CLOCK.deputy_ms)
        kept.passes(CLOCK.commander_ms - CLOCK.watch_ms)
        assert kept.steps() == ("officer", "deputy", "watch", "commander", "channel")
        about = {"id": "officer", "kind": "duty", "line": None}
        assert kept.entered() == [
            ("ring.begun", {**about, "precedence": "immediate", "why": "duty.missed"}),
            *(("ring.climbed", {**about, "step": each}) for each in kept.steps()),
        ]
        assert kept.rung()[:3] == [("duty", "officer", each) for each in ("officer", "deputy", "watch")]
        bell = node.status().bell
        assert (bell.sounding, bell.hour, bell.budget) == (1, len(kept.rung()), 6)


def test_the_holders_act_is_a_sign_and_a_look_is_none(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.take("deputy", "two")
        kept.passes(EVERY - 1)
        node.room.keeping.sign(kept.user("two"))  # another's
        node.room.keeping.presence()
        kept.passes(1)
        assert kept.steps() == ("officer",)
        kept.passes(1_000)
        node.room.keeping.sign(kept.user("one"))
        kept.passes(1_000)
        assert kept.steps() == () and node.status().bell.sounding == 0
        assert kept.entered()[-1] == ("ring.over", {"id": "officer", "kind": "duty", "line": None})
        kept.passes(EVERY - 1_000)
        assert kept.steps() == ("officer",)


def test_the_deputy_takes_it_for_one_interval_by_an_express_word(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.take("deputy", "two")
        kept.passes(EVERY + CLOCK.deputy_ms)
        node.room.keeping.sign(kept.user("two"))
        kept.passes(1)
        assert node.status().bell.sounding == 1
        found = node.room.keeping.present(kept.user("two"))
        assert (found.phase, found.taken_by) == ("missed", "deputy")
        assert node.status().bell.sounding == 0
        kept.passes(EVERY - 1)
        assert node.status().bell.sounding == 0
        kept.passes(1)
        kept.passes(1_000)
        # nobody has come: it rings anew, from the first step on
        assert node.status().bell.sounding == 1
        assert node.room.keeping.presence().taken_by is None


def test_a_post_that_falls_vacant_climbs_at_once_until_somebody_takes_it(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.take("commander", "three")
        node.people.disable("one", kept.time.wall_ms)
        kept.passes(1_000)
        assert node.room.keeping.presence().phase == "vacant"
        # nobody is the deputy either
        assert kept.steps() == ("officer", "deputy", "watch")
        kept.passes(CLOCK.commander_ms)
        assert kept.steps() == ("officer", "deputy", "watch", "commander", "channel")
        kept.take("officer", "two")
        assert node.room.keeping.presence().phase == "present"
        assert kept.steps() == ()


def test_whoever_relieves_ends_a_miss(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.passes(EVERY)
        assert kept.steps() != ()
        kept.take("officer", "two", relieve=True)
        assert node.room.keeping.presence().phase == "present" and kept.steps() == ()


def test_clocks_go_on_after_a_restart_and_no_jump_delays_them(kept: Kept) -> None:
    with kept.running():
        kept.take("officer", "one")
        kept.take("deputy", "two")
        kept.passes(10 * MINUTE)
    kept.time.pass_ms(5 * MINUTE)
    with kept.running():
        kept.passes(15 * MINUTE - 1)
        assert kept.steps() == ()
        kept.time.wall_ms -= 10 * EVERY
        kept.passes(1)
        assert kept.steps() == ("officer",)
    kept.time.boot_ms = 3
    kept.time.wall_ms += CLOCK.deputy_ms
    with kept.running() as node:
        node.tick()
        assert kept.steps() == ("officer", "deputy")
        # what nobody has taken sounds again after a start
        assert ("duty", "officer", "deputy") in kept.rung()
        kept.passes(CLOCK.commander_ms)
        assert kept.steps() == ("officer", "deputy", "watch", "commander", "channel")


def test_no_miss_is_later_than_an_interval_after_a_start(kept: Kept) -> None:
    with kept.running():
        kept.take("officer", "one")
    kept.time.wall_ms -= 100 * EVERY
    with kept.running():
        kept.passes(0)
        kept.passes(EVERY - 1)
        assert kept.steps() == ()
        kept.passes(1)
        assert kept.steps() == ("officer",)


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
        assert kept.steps() != ()


def test_presence_may_be_switched_off(tmp_path: Path) -> None:
    kept = Kept(tmp_path, Config(presence_min=0))
    with kept.running() as node:
        kept.take("officer", "one")
        kept.passes(10 * EVERY)
        assert node.room.keeping.presence().phase == "unwatched" and kept.entered() == []


def test_a_sheet_is_entered_by_its_hash(kept: Kept) -> None:
    with kept.running() as node:
        node.room.keeping.handed("officer", SHEET)
        assert node.private.presence == State(SHEET, kept.time.wall_ms)
        assert kept.entered() == [("duty.handed", {"post": "officer", "sheet": SHEET})]
        with pytest.raises(Invalid):
            node.room.keeping.handed("officer", "handover.html")


def test_other_parts_of_a_node_sound_too_and_too_often_is_said(tmp_path: Path) -> None:
    kept = Kept(tmp_path, Config(alarms=Alarms(budget=2)))
    with kept.running() as node:
        kept.take("officer", "one")
        kept.take("deputy", "two")
        wanted = [Wanted(About("concern", None, f"d-{n}"), "concern.overdue", "routine") for n in range(3)]
        quiet = Wanted(About("site", None, "list"), "claim.asked", "routine")
        node.room.ringing.sources.append(lambda: [*wanted, quiet])
        kept.passes(1_000)
        assert sorted(kept.rung()) == [("concern", f"d-{n}", "officer") for n in range(3)]
        bell = node.status().bell
        assert (bell.sounding, bell.hour) == (3, 3)
        assert bell.words.endswith("more than 2 is too often to heed: find the cause")
        node.room.keeping.unsent("webhook", "the webhook answers 500")
        assert node.status().bell.unsent == {"webhook": "the webhook answers 500"}
        node.room.keeping.unsent("webhook", None)
        wanted.clear()
        kept.passes(1_000)
        bell = node.status().bell
        assert (bell.sounding, bell.hour, bell.unsent) == (0, 3, {})
        assert node.room.keeping.sounded == 3


def test_what_rings_goes_on_although_the_file_of_accounts_cannot_be_read(kept: Kept) -> None:
    with kept.running() as node:
        kept.take("officer", "one")
        kept.take("deputy", "two")
        kept.take("commander", "three")
        people = node.people
        people.close()
        kept.passes(EVERY)
        kept.passes(CLOCK.deputy_ms)
        ring = node.private.rings.rings[About("duty", None, "officer")]
        assert [step for step, _ in ring.steps] == ["officer", "deputy"]
        assert node.room.keeping.vacant() == ()
