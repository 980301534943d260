"""The outbound gate between two whole nodes: what is held, what passes, what goes out and when."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.store.peopled import QUICK, WORDS
from tests.story import whole
from tests.story.desks import START, circle, desks, given
from tests.story.whole import Two
from wideberth.desk.gate import Setting
from wideberth.errors import Invalid, Refused
from wideberth.ledger import entries, parts
from wideberth.line.terms import Terms
from wideberth.node import directory, open_line
from wideberth.node.gate import Seen
from wideberth.node.node import Node
from wideberth.node.views import HeldView
from wideberth.store import accounts
from wideberth.store.accounts import User


class Gated(NamedTuple):
    """Two nodes, and officers of the first."""

    two: Two
    one: User
    other: User

    @property
    def node(self) -> Node:
        return self.two.one

    def say(self, word: str, of_type: str = "test.said") -> None:
        self.node.say(self.two.line, "main", of_type, 1, {"said": word})

    def set(self, to: Setting, *users: User) -> str:
        found = [self.node.gate.set(self.two.line, to, user) for user in users or (self.one,)]
        return found[-1].gate

    def held(self) -> list[HeldView]:
        return self.node.gate.held(self.two.line)

    def words(self) -> list[str]:
        """What the other node has, once all is delivered."""
        whole.settle(self.two)
        return [each.split('"')[3] for each in whole.words(self.two.other, self.two.line)]


def seen(each: HeldView) -> Seen:
    return Seen(each.n, each.sha256)


def people(node: Node) -> tuple[User, User]:
    node.people.close()
    node.people = accounts.open(node.path / directory.ACCOUNTS, QUICK)
    now = node.clock.now()
    if not node.people.users():
        node.people.begin("chief", WORDS, now)
        for name in ("duty-1", "duty-2"):
            node.people.add(name, WORDS, ["officer"], now)
    return node.people.user("duty-1"), node.people.user("duty-2")


@pytest.fixture
def gated(tmp_path: Path) -> Iterator[Gated]:
    with whole.two(tmp_path) as two:
        whole.settle(two)
        yield Gated(two, *people(two.one))
        two.one.people.close()


def test_what_is_said_waits_for_an_officer_and_goes_out_in_its_order(gated: Gated) -> None:
    gated.say("before")
    assert gated.set("always") == "always"
    for word in ("first", "second", "third"):
        gated.say(word)
    assert gated.words() == ["before"]
    first, second, third = gated.held()
    assert (
        first.text == '{"said":"first"}' and first.sha256 == hashlib.sha256(first.text.encode()).hexdigest()
    )
    assert (first.stage, first.type, first.needed) == ("held", "test.said", 1)
    view = gated.node.line(gated.two.line)
    assert (view.held, view.not_told) == (3, 3)
    # the second is released, and waits for the first
    stages = {
        each.n: each.stage for each in gated.node.gate.release(gated.two.line, [seen(second)], gated.one)
    }
    assert stages == {first.n: "held", second.n: "released", third.n: "held"}
    assert gated.words() == ["before"]
    assert gated.node.gate.release(gated.two.line, [seen(first)], gated.one) == [third]
    assert gated.words() == ["before", "first", "second"]
    assert "gate" in [each.code for each in gated.node.events(0)[0] if each.what == "entry.not_told"]


def test_what_is_dropped_is_never_said_and_holds_up_nothing(gated: Gated) -> None:
    gated.set("always")
    gated.say("no")
    gated.say("yes")
    no, yes = gated.held()
    gated.node.gate.release(gated.two.line, [seen(yes)], gated.one)
    assert gated.words() == []
    assert gated.node.gate.drop(gated.two.line, [seen(no)], gated.other) == []
    assert gated.words() == ["yes"]
    talk = gated.node._open[gated.two.line].talk
    assert [each.body for each in talk.dropped()] == [{"said": "no"}]
    with pytest.raises(Invalid) as caught:
        gated.node.gate.release(gated.two.line, [seen(no)], gated.one)
    assert caught.value.code == "gate.not_held"


def test_two_persons_are_two_accounts(gated: Gated) -> None:
    gated.set("two-person")
    gated.say("word")
    [held] = gated.held()
    for _ in range(2):
        [again] = gated.node.gate.release(gated.two.line, [seen(held)], gated.one)
        assert (again.stage, again.seen, again.needed) == ("held", 1, 2)
    assert gated.words() == []
    assert gated.node.gate.release(gated.two.line, [seen(held)], gated.other) == []
    assert gated.words() == ["word"]
    # one alone cannot open it either
    assert gated.set("off", gated.one, gated.one) == "two-person"
    assert gated.node.gate.view(gated.two.line).asked == {"off": 1}
    assert gated.set("always", gated.other) == "two-person", "another setting is another question"
    assert gated.set("off", gated.other) == "off"
    assert gated.node.gate.view(gated.two.line).asked == {}


def test_opening_the_gate_releases_nothing_and_closing_it_holds_what_waits(gated: Gated) -> None:
    gated.set("always")
    gated.say("held")
    assert gated.set("off") == "off"
    gated.say("behind")
    assert gated.words() == []
    assert [each.stage for each in gated.held()] == ["held"]
    gated.set("two-person")
    assert [each.gate for each in gated.held()] == ["two-person", "two-person"]
    both = [seen(each) for each in gated.held()]
    for user in (gated.one, gated.other):
        gated.node.gate.release(gated.two.line, both, user)
    assert gated.words() == ["held", "behind"]


def test_what_keeps_a_line_going_and_everything_urgent_passes(gated: Gated) -> None:
    gated.set("two-person")
    gated.say("held")
    node, line = gated.node, gated.two.line
    node.say(line, "urgent", "call.flash", 1, {"said": "flash"})
    node.say(line, "urgent", "case.retract", 1, {"said": "retracted"})
    node.say(line, "urgent", "call.check", 1, {"said": "stop"})
    node.check(line, desk=True)
    gated.say("suspended", "agreement.suspended")
    gated.two.time.pass_ms(3_700_000)
    whole.settle(gated.two)
    types = [
        each.entry.header.type
        for each in gated.two.other._open[line].state.order.placed
        if each.entry.header.origin.party == node.party
    ]
    wanted = {"call.flash", "case.retract", "call.check", "line.check", "agreement.suspended", "commitment"}
    assert wanted <= set(types) and "test.said" not in types


def test_parts_are_held_but_those_of_terms(gated: Gated) -> None:
    gated.set("always")
    [part] = parts.split(b"a list of sites")
    gated.node.say(gated.two.line, "main", entries.Part.TYPE, 1, entries.write(part))
    [held] = gated.held()
    assert (held.type, held.part) == ("part", "a list of sites")
    talk = gated.node._open[gated.two.line].talk
    talk.say("main", entries.Part.TYPE, 1, entries.write(part), free=True)
    whole.settle(gated.two)
    assert len(gated.held()) == 1
    found = [each.entry.header.type for each in gated.two.other._open[gated.two.line].state.order.placed]
    assert found.count("part") == 1
    gated.node.say(gated.two.line, "main", entries.Part.TYPE, 1, {"data": "?"})
    assert [each.part for each in gated.held()] == ["a list of sites", None]


def test_another_text_than_the_one_seen_does_not_go_out(gated: Gated) -> None:
    gated.set("always")
    gated.say("one")
    gated.say("two")
    first, second = gated.held()
    both: list[Callable[..., object]] = [gated.node.gate.release, gated.node.gate.drop]
    for act in both:
        with pytest.raises(Refused) as caught:
            act(gated.two.line, [seen(second), Seen(first.n, second.sha256)], gated.one)
        assert caught.value.code == "gate.other_text"
    assert [each.stage for each in gated.held()] == ["held", "held"], "nothing of it was done"
    with pytest.raises(Invalid) as none:
        gated.node.gate.held("nowhere")
    assert none.value.code == "line.none"


def test_setting_words_and_what_is_held_survive_a_start_and_names_are_in_no_feed(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        whole.settle(two)
        gated = Gated(two, *people(two.one))
        two.one.people.take("duty-1", "deputy", two.time.wall_ms)
        gated.set("two-person")
        for word in ("out", "no", "held"):
            gated.say(word)
        out, no, held = gated.held()
        gated.node.gate.release(two.line, [seen(out), seen(held)], gated.one)
        gated.node.gate.release(two.line, [seen(out)], gated.other)
        gated.node.gate.drop(two.line, [seen(no)], gated.other)
        line = two.line
        two.one.people.close()
    with two.places[0].open(two.time) as node, two.places[1].open(two.time) as other:
        again = Gated(two._replace(one=node, other=other), *people(node))
        assert node.gate.view(line).gate == "two-person"
        assert [(each.n, each.seen) for each in again.held()] == [(held.n, 1)]
        assert again.words() == ["out"]
        assert node.gate.release(line, [seen(held)], again.other) == []
        assert again.words() == ["out", "held"]
        private = node._lines.private
        bodies = [each.item.body for each in private.journal.read(private.head.origin.text)]
        judged = [each.decode() for each in bodies if b'"roles"' in each]
        assert len(judged) == 4
        assert all("duty-" not in each for each in judged)
        assert f'{{"n":{out.n},"roles":["deputy","officer"]}}' in judged
        node.people.close()


def test_a_bundle_that_goes_one_way_holds_only_what_was_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_line, "terms", lambda _: Terms(one_way=True))
    with whole.two(tmp_path) as two:
        gated = Gated(two, *people(two.one))
        for node in (two.one, two.other):
            node.tick()
            node.waive(two.line)
        gated.set("always")
        gated.say("held")
        gated.say("seen")
        held, known = gated.held()
        two.other.take_bundle(two.one.bundle(two.line))
        assert whole.words(two.other, two.line) == []
        two.one.gate.drop(two.line, [seen(held)], gated.one)
        two.one.gate.release(two.line, [seen(known)], gated.one)
        two.other.take_bundle(two.one.bundle(two.line))
        assert whole.words(two.other, two.line) == ['{"said":"seen"}']
        two.one.people.close()


def test_what_waited_for_the_peer_is_held_once_the_gate_is_on(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        gated = Gated(two, *people(two.one))
        gated.say("before anything was heard")
        gated.set("always")
        assert gated.words() == []
        [held] = gated.held()
        two.one.gate.release(two.line, [seen(held)], gated.one)
        assert gated.words() == ["before anything was heard"]
        two.one.people.close()


def test_said_together_behind_a_gate_is_held_one_by_one(gated: Gated) -> None:
    gated.set("always")
    talk = gated.node._open[gated.two.line].talk
    with gated.node.using(gated.two.line):
        talk.say_all("main", [("test.said", 1, {"said": word}) for word in ("a", "b")])
    assert [each.text for each in gated.held()] == ['{"said":"a"}', '{"said":"b"}']
    assert [each.body for each in talk.waiting()] == [{"said": "a"}, {"said": "b"}]


def test_what_the_desk_owes_is_held_once_and_what_was_dropped_is_not_asked_again(tmp_path: Path) -> None:
    with desks(tmp_path) as two:
        gated = Gated(two, *people(two.one))
        gated.set("always")
        one = two.one.desk.submit([given(circle(33, 34, START))])[0]
        two.one.desk.submit([given(circle(35, 34, START))])
        whole.settle(two)
        held = gated.held()
        assert [each.type for each in held] == ["notice", "notice"]
        assert two.other.desk.notices(two.line) == []
        first, second = sorted(held, key=lambda each: one.on[0].notice not in each.text)
        two.one.gate.drop(two.line, [seen(first)], gated.one)
        two.one.gate.release(two.line, [seen(second)], gated.one)
        whole.settle(two)
        assert [each.notice for each in two.other.desk.notices(two.line)] == [second.text.split('"')[15]]
        two.one.people.close()
        two.one.close()
        with two.places[0].open(two.time) as again:
            restarted = two._replace(one=again)
            whole.settle(restarted)
            assert again.gate.held(two.line) == []
            assert len(two.other.desk.notices(two.line)) == 1
