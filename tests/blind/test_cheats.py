"""A peer that cheats: each way is refused with its code, in each round and role, and never ends CLEAR."""

from __future__ import annotations

from typing import Final, cast

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import structs

from tests.amount import WHOLE, amount
from tests.blind.cheats import CHEATS, Cheat, Liar, told
from tests.blind.sides import ROLES, Side, Span, Told, agreed, talk
from wideberth.blind import tree
from wideberth.blind.check import WHY, Out, Verdict
from wideberth.blind.cover import Covered
from wideberth.blind.messages import Commit, Evaluated, Message, Result, Stopped
from wideberth.blind.rules import Role
from wideberth.model.agreement import Blind

QUICK = [Phase.explicit, Phase.reuse, Phase.generate]
"""Without making a failure smaller, which takes minutes."""
TWO = Blind(start_level=16, floor_level=20)
AT = 64
MINE: list[Span] = [
    ((AT, AT, AT, 8), (AT + 3, AT + 3, AT + 3, 9)),
    ((AT + 40, AT, AT, 8), (AT + 41, AT, AT, 8)),
]
THEIRS: list[Span] = [((AT + 3, AT + 3, AT + 2, 9), (AT + 9, AT + 9, AT + 3, 12))]
APART: list[Span] = [((AT + 9, AT + 3, AT + 2, 9), (AT + 9, AT + 9, AT + 3, 12))]
OTHER: Final[dict[Role, Role]] = {"a": "b", "b": "a"}


def both(role: Role, theirs: list[Span] = THEIRS) -> tuple[Side, Liar]:
    terms = agreed(TWO)
    honest = Side(role, Told(MINE, terms), terms)
    return honest, Liar(OTHER[role], Told(theirs, terms), terms, honest)


def play(honest: Side, liar: Liar, cheat: Cheat | None, at: int) -> bool:
    """Message by message, until nothing more comes; whether the liar has lied."""
    waiting: list[tuple[Side, Out]] = [(honest, each) for each in honest.start()]
    waiting += [(liar, each) for each in liar.start()]
    lied = False
    while waiting:
        sender, said = waiting.pop(0)
        if isinstance(said, Verdict):
            continue
        if sender is honest:
            liar.heard[type(said)] = said
            waiting += [(liar, each) for each in liar.receive(said)]
        else:
            given, lies = told(liar, cheat, at, said)
            lied |= lies
            waiting += [(honest, each) for each in honest.receive(given)]
    return lied


def cases() -> list[tuple[str, Role, int]]:
    """All of them in each role and round; in a short run each once, in turn."""
    found: list[tuple[str, Role, int]] = []
    for k, (name, cheat) in enumerate(CHEATS.items()):
        every = [(name, role, at) for role in ROLES for at in (0, 1) if at or not cheat.late]
        found += every if WHOLE else [every[k % len(every)]]
    return found


@pytest.mark.parametrize(("name", "role", "at"), cases())
def test_a_cheat_is_refused_and_logged(name: str, role: Role, at: int) -> None:
    honest, liar = both(role)
    cheat = CHEATS[name]
    assert play(honest, liar, cheat, at)
    found = honest.verdict
    assert found is not None
    assert found.outcome == "not clear"
    assert found.why in cheat.why
    assert honest.logged == [f"blind.{found.why}"]
    assert found.why in WHY
    assert found.rounds == at + 1


class Filler(Liar):
    """Says to fill all that it touches."""

    def receive(self, message: Message) -> list[Out]:
        return [self.full(each) for each in super().receive(message)]

    def full(self, said: Out) -> Out:
        if not isinstance(said, Result):
            return said
        return cast(Out, self.signed(structs.replace(said, filled=(True,) * len(said.filled))))


class Gone(Told):
    """Plans that are in no cell of the second level."""

    def refine(self, covered: Covered, kept: tree.Index, level: int) -> Covered:
        return super().refine(covered, kept[:0], level)


ONE: list[Span] = [((AT + 3, AT + 3, AT + 2, 9), (AT + 3, AT + 3, AT + 2, 9))]
NEAR: list[Span] = [((AT + 2, AT + 3, AT + 2, 9), (AT + 2, AT + 3, AT + 2, 9))]
"""Each fills no cell but one of the floor; both are in the same one above."""


@pytest.mark.parametrize("role", ROLES)
def test_whoever_says_to_fill_a_cell_is_held_to_it(role: Role) -> None:
    """A bad design: one side's word that it fills a cell ends the search there, and all in it are clear."""
    terms = agreed(TWO)
    found = []
    for mine, cover in ((ONE, Told(THEIRS, terms)), (ONE, Told(NEAR, terms)), (ONE, Gone(THEIRS, terms))):
        honest = Side(role, Told(mine, terms), terms)
        liar = Filler(OTHER[role], cover, terms, honest)
        play(honest, liar, None, 0)
        assert honest.verdict is not None
        found.append((honest.verdict.outcome, honest.verdict.why))
    # where it has all that the other has there, nothing is lost; where it has not, that shows
    assert found[0] == ("matched", "")
    assert found[1] == found[2] == ("not clear", "filled")


@pytest.mark.parametrize("role", ROLES)
def test_whoever_takes_its_plans_out_of_the_later_rounds_is_as_if_it_had_none(role: Role) -> None:
    """Not found out by the run itself (docs/attacks.md): its matched cells are known, and can be audited."""
    terms = agreed(TWO)
    honest = Side(role, Told(ONE, terms), terms)
    play(honest, Liar(OTHER[role], Gone(THEIRS, terms), terms, honest), None, 0)
    assert honest.verdict is not None
    assert honest.verdict.outcome == "clear"
    assert len(honest.verdict.first) == 1


class Peer(RuleBasedStateMachine):
    """An honest side and one that lies now and then, whose messages are late, early, repeated or lost."""

    @initialize(
        role=st.sampled_from(ROLES),
        meets=st.booleans(),
        name=st.one_of(st.just(""), st.sampled_from(list(CHEATS))),
        at=st.integers(0, 1),
    )
    def begin(self, role: Role, meets: bool, name: str, at: int) -> None:
        self.honest, self.liar = both(role, THEIRS if meets else APART)
        self.meets, self.cheat = meets, CHEATS.get(name)
        self.at = 1 if self.cheat is not None and self.cheat.late else at
        self.lied, self.stopped = False, False
        self.to_liar: list[Message] = []
        self.to_honest: list[tuple[Message, bool]] = []
        self.before: list[Message] = []
        self.reached = 0
        self._said(self.honest, self.honest.start())
        self._said(self.liar, self.liar.start())

    def _said(self, side: Side, outs: list[Out]) -> None:
        for each in outs:
            if isinstance(each, Verdict):
                continue
            if side is self.honest:
                self.to_liar.append(each)
            else:
                self.to_honest.append(told(self.liar, self.cheat, self.at, each))

    def _give(self, message: Message) -> None:
        self._said(self.honest, self.honest.receive(message))

    @precondition(lambda self: self.to_honest)
    @rule(data=st.data())
    def arrives(self, data: st.DataObject) -> None:
        """Any of what is on the way."""
        self._arrives(data.draw(st.integers(0, len(self.to_honest) - 1)))

    def _arrives(self, at: int) -> None:
        given, lies = self.to_honest.pop(at)
        self.lied |= lies
        if isinstance(given, Evaluated | Commit | Result):
            self.reached = max(self.reached, given.round)
        self.stopped |= isinstance(given, Stopped)
        self.before.append(given)
        self._give(given)

    @precondition(lambda self: self.to_liar)
    @rule()
    def is_heard(self) -> None:
        message = self.to_liar.pop(0)
        self.liar.heard[type(message)] = message
        self._said(self.liar, self.liar.receive(message))

    @precondition(lambda self: self.before)
    @rule(data=st.data())
    def comes_again(self, data: st.DataObject) -> None:
        self._give(data.draw(st.sampled_from(self.before)))

    @precondition(lambda self: len(self.before) > 3)
    @rule()
    def goes_silent(self) -> None:
        said = self.honest.stop("timeout")
        assert not said or self.honest.verdict is not None
        self.stopped = True

    def teardown(self) -> None:
        """What is still on the way comes: each example has an end."""
        while self.to_liar or self.to_honest:
            if self.to_liar:
                self.is_heard()
            else:
                self._arrives(0)
        self.is_never_clear_by_a_lie()
        assert self.honest.verdict is not None

    @invariant()
    def is_never_clear_by_a_lie(self) -> None:
        if not hasattr(self, "honest") or self.honest.verdict is None:
            return
        found = self.honest.verdict
        if found.outcome == "not clear":
            assert self.lied or self.stopped
            assert self.honest.logged == [f"blind.{found.why}"]
            if self.cheat is not None and not self.stopped:
                assert found.why in (*self.cheat.why, *self.cheat.ahead)
        else:
            assert self.honest.logged == []
            assert self.reached == found.rounds - 1 == 1
            assert not self.lied
            assert found.outcome == ("matched" if self.meets else "clear")


TestPeer = Peer.TestCase
TestPeer.settings = settings(max_examples=amount(100, 14), stateful_step_count=12, phases=QUICK)


def test_a_run_of_one_session_is_worth_nothing_in_another() -> None:
    sides = both("a")
    sent = talk({"a": sides[0], "b": sides[1]})
    terms = agreed(TWO)
    fresh = Side("a", Told(MINE, terms), terms, session=b"x" * 16)
    fresh.start()
    for role, message in sent:
        if role == "b":
            fresh.receive(message)
    assert fresh.logged == ["blind.session"]
    # nor if the session were put in its place
    for kind, why in ((Commit, "signature"),):
        fresh = Side("a", Told(MINE, terms), terms, session=b"x" * 16)
        fresh.start()
        old = next(message for role, message in sent if role == "b" and isinstance(message, kind))
        fresh.receive(structs.replace(old, session=b"x" * 16))
        assert fresh.logged == [f"blind.{why}"]
        fresh = Side("a", Told(MINE, terms), terms, session=b"x" * 16)
        fresh.start()
        fresh.receive(sides[1].signed(structs.replace(old, session=b"x" * 16)))
        assert fresh.logged == ["blind.key"]
