"""The hotline of a node: calls of its people to the other party's, and theirs to them. Part of the node.

A call is durable here before a method returns, and goes in the urgent feed. What may not be said on the line
now (a restored node, a frozen feed) waits here and is shown as not told: it is to be said by voice.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from wideberth.desk import call_entries, calls, phrases
from wideberth.desk.agreements import Standing
from wideberth.desk.call_entries import CALL, Answered, Called, Rang, ReadBack, Said, Taken
from wideberth.desk.calls import Call, Key
from wideberth.desk.rings import About
from wideberth.errors import Invalid, Refused
from wideberth.ledger.canonical import Value
from wideberth.line import say as saying
from wideberth.model.agreement import CLOCKS, Clock, Precedence
from wideberth.model.call import PHASES, UNSETTLED, Answer
from wideberth.model.ring import Step
from wideberth.node import phrases as phrase_book
from wideberth.node.called import Called as Stand
from wideberth.node.fold import Changed
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.places import Places
from wideberth.node.ringing import Ringing, Wanted
from wideberth.node.room_views import AnswerView, CalledView, DoubtView, StepView
from wideberth.node.since import Since
from wideberth.node.telling import tell_all
from wideberth.node.views import time
from wideberth.space.ground import Point

if TYPE_CHECKING:
    from wideberth.node.node import Node

SHOWN: Final = 500
"""Calls that are listed, the newest."""
DOUBTS: Final = 2_000
"""Calls of which the doubts are kept."""
ROOM: Final = 10
"""Entries of the urgent credit that are left to people: the node does not say for whom it rings with them."""
CONTACT_TEST: Final = "CONTACT-TEST"
"""The code by which somebody is to answer before anything begins."""
THEIRS, OURS, OPEN = "call", "call.sent", "call.open"
"""Kinds of what rings: a call of theirs that nobody here has taken, one of ours that nobody there has, and
one of ours that was taken and came to nothing.
"""
PRESSING: Final[tuple[Precedence, ...]] = ("flash", "immediate")
"""Calls that somebody has taken, and that are to come to something all the same."""


class Asked(NamedTuple):
    """What an officer wants to say: a code with its fields, or free words, to a role.

    `own`: where who says it is (1e-7 degrees), told to nobody; `seen`: the mark of the doubts about its
    places that were shown, and that it is to be said all the same.
    """

    code: str | None
    fields: dict[str, Value]
    to: str
    precedence: Precedence
    language: str
    text: str | None = None
    re: str | None = None
    own: Point | None = None
    seen: str | None = None


class Calls:
    """Of one node. Methods raise as Node.using, Invalid (`call.none`), and as is said at each."""

    def __init__(
        self, node: Node, ringing: Ringing, places: Places, tell: Callable[[str | None, Found], None]
    ) -> None:
        self._node, self._ringing, self._tell = node, ringing, tell
        self._since = Since()
        self.stand = Stand()
        """How calls stand by the papers that are known now."""
        self._places, self._book = places, phrase_book.shipped()
        self._known: dict[tuple[str, Key], tuple[Standing, tuple[DoubtView, ...]]] = {}
        ringing.sources.append(self._wanted)

    def all(self, line: str | None = None) -> list[CalledView]:
        """The newest calls, of a line or of all, the newest first; those that are not told before all."""
        with self._node.held():
            some = self._node.all_lines() if line is None else [self._node.of(line)]
            waiting = [view for each in some for view in self._untold(each)]
            found = [(each, call) for each in some for call in self.stand.all(each)[-SHOWN:]]
            found.sort(key=lambda each: each[1].at.at_ms, reverse=True)
            return waiting + [self._view(*each) for each in found[:SHOWN]]

    def one(self, call: str, *, mine: bool = False) -> CalledView:
        """One of them; of an id that both parties have used the other party's, or with `mine` the own one."""
        with self._node.held():
            for line in self._node.all_lines():
                for view in self._untold(line):
                    if view.call == call:
                        return view
            return self._view(*self._find(call, mine=mine))

    def call(
        self, line: str, asked: Asked, call: str | None = None, spared: frozenset[str] = frozenset()
    ) -> CalledView:
        """Call the other party. Durable when this returns.

        Args:
            line: on which.
            asked: what is said.
            call: the id; None: a new one.
            spared: kinds of doubts about its places that say nothing of them.

        Raises: as calls.call, phrases.check; Invalid (`line.none`), Refused (`call.doubts`).
        """
        phrases.check(self._book, asked.code, asked.fields)
        said = Called(
            call or call_entries.new_call(secrets.token_bytes(CALL)),
            asked.code,
            asked.fields,
            asked.language,
            asked.precedence,
            asked.to,
            asked.text,
            asked.re,
        )
        with self._node.held():
            found = [each for each in self._doubts(line, said, asked.own) if each.kind not in spared]
            if found and asked.seen != mark(found):
                words = "; ".join(f"{each.field}: {each.words}" for each in found)
                raise Refused(
                    "call.doubts", f"{words}; accepted: another place, or this one, with sure {mark(found)}"
                )
            if not self._node.guards.typed_messages:
                said = structs.replace(said, code=None, fields={}, text=f"{said.code} {said.fields}")
            self._say(line, calls.call(said))
            return self.one(said.call, mine=True)

    def take(self, call: str, role: str, language: str) -> CalledView:
        """A person has it before them: it climbs no further. Raises: as calls.take."""
        return self._do(call, lambda found: calls.take(found, self._me, Taken(call, role, language)))

    def read_back(self, call: str, fields: dict[str, Value], role: str) -> CalledView:
        """What was understood of its fields. Raises: as calls.read_back, phrases.check_heard."""

        def decide(found: Call) -> ReadBack:
            phrases.check_heard(self._book, found.said.code, fields)
            return calls.read_back(found, self._me, ReadBack(call, fields, role))

        return self._do(call, decide)

    def answer(self, call: str, answer: Answer, role: str, fields: tuple[str, ...] = ()) -> CalledView:
        """What is said to it. Raises: as calls.answer."""
        return self._do(
            call, lambda found: calls.answer(found, self._me, Answered(call, answer, role, fields))
        )

    def end(self, call: str) -> CalledView:
        """Of an own call nothing more is needed. Raises: as calls.end."""
        return self._do(call, lambda found: calls.end(found, self._me), mine=True)

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            tell_all(self._tell, line.id, "call.changed", changed.of("call"))

        line.noticed.append(noticed)

    def settle(self, line: OpenLine) -> None:
        """Say for whom it rings here, as far as that was not said, and what people say has room before it.

        What has none is said later, and waits nowhere: else who calls much fills the way of a call to them.
        Raises: as Node.say.
        """
        if not self._node.guards.receipts:
            return
        waiting = {
            (each.body.get("call"), each.body.get("step"))
            for each in line.talk.waiting()
            if each.type == Rang.TYPE and isinstance(each.body, dict)
        }
        free = saying.room(line.state, "urgent") - ROOM
        for call in list(self.stand.open(line)):
            if call.by == self._me or not call.waiting:
                continue
            name, known = call.key.call, dict(call.rang)
            for step in self._ringing.steps(About(THEIRS, line.id, name)):
                if free > 0 and step not in known and (name, step) not in waiting:
                    free -= 1
                    self._tell_line(line, Rang(name, step))

    # how

    @property
    def _me(self) -> str:
        return self._node.party

    def _wanted(self) -> Iterator[Wanted]:
        now, asked = self._node.now(), set[Hashable]()
        for line in self._node.all_lines():
            some = (*self._unsaid(line), *self.stand.open(line))
            bound = self._node.desk.bound(line.id) if some else None
            clocks = CLOCKS if bound is None else bound.rules.clocks
            for call in some:
                name, precedence = call.key.call, call.said.precedence
                if call.by != self._me:
                    if call.waiting:
                        yield Wanted(About(THEIRS, line.id, name), "call.arrived", precedence)
                    continue
                asked.add((line.id, call.key))
                if call.said.code == CONTACT_TEST and not self._node.guards.contact_test:
                    continue
                waited = self._since.elapsed_ms((line.id, call.key), call.at.at_ms, now)
                until = clocks[precedence].commander_ms
                if call.waiting and waited >= until:
                    yield Wanted(About(OURS, line.id, name), "call.unanswered", precedence)
                elif not call.waiting and precedence in PRESSING and waited >= 2 * until:
                    yield Wanted(About(OPEN, line.id, name), "call.unsettled", precedence)
        self._since.keep(asked)

    def _do(self, call: str, decide: Callable[[Call], Said], *, mine: bool = False) -> CalledView:
        with self._node.held():
            line, found = self._find(call, mine=mine)
            self._say(line.id, decide(found))
            return self.one(call, mine=mine)

    def _say(self, line: str, said: Said) -> None:
        with self._node.using(line) as found:
            self._tell_line(found, said)

    def _tell_line(self, line: OpenLine, said: Said) -> None:
        line.talk.say("urgent", call_entries.type_of(said), call_entries.V, call_entries.write(said))

    def _find(self, call: str, *, mine: bool = False) -> tuple[OpenLine, Call]:
        """The call of this id: the other party's, where both have used it, but for what `mine` is for."""
        for line in self._node.all_lines():
            parties = (line.state.peer, self._me)
            for by in reversed(parties) if mine else parties:
                found = line.fold.all.calls.calls.get(Key(by, call))
                if found is not None:
                    return line, self.stand.one(line, found)
        raise Invalid("call.none", "call", call, "a call of this node: wideberth call list")

    def _unsaid(self, line: OpenLine) -> Iterator[Call]:
        """What could not be said on the line yet."""
        for each in line.talk.waiting():
            if (each.type, each.v) in call_entries.CALLS and isinstance(each.body, dict):
                with suppress(Invalid):  # nothing that people have made, and no reason for silence
                    said = call_entries.called(each.body)
                    yield Call(self._me, said, calls.At(each.at_ms, calls.NOWHERE))

    def _untold(self, line: OpenLine) -> Iterator[CalledView]:
        return (self._shown(line, each, told=False) for each in self._unsaid(line))

    def _view(self, line: OpenLine, call: Call) -> CalledView:
        return self._shown(line, call, told=True)

    def _shown(self, line: OpenLine, call: Call, *, told: bool) -> CalledView:
        said, ref = call.said, call.at.ref
        mine = call.by == self._me
        return CalledView(
            call=said.call,
            line=line.id,
            label=line.label,
            mine=mine,
            told=told,
            delivered=told and (not mine or line.state.receipts.get(ref.origin, 0) > ref.n),
            at=time(call.at.at_ms),
            code=said.code,
            fields=dict(said.fields),
            text=said.text,
            language=said.language,
            to=said.to,
            precedence=said.precedence,
            re=said.re,
            phase=call.phase,
            words=PHASES[call.phase] if told else NOT_TOLD,
            rang=tuple(StepView(step, time(at_ms)) for step, at_ms in call.rang),
            taken_by=None if call.taken is None else call.taken.role,
            taken_at=None if call.taken_at is None else time(call.taken_at.at_ms),
            read_back=None if call.read_back is None else dict(call.read_back.fields),
            differs=call.differs,
            answers=tuple(
                AnswerView(each.said.answer, each.said.role, time(each.at.at_ms), each.said.fields)
                for each in call.answers
            ),
            doubts=self._doubts_of(line, call),
            unread=phrases.unread(self._book, said.code, said.fields),
            climbs=self._climbs(line, call),
            due=self._due(line, call),
        )

    def _clock(self, line: OpenLine, precedence: Precedence) -> Clock:
        bound = self._node.desk.bound(line.id)
        return (CLOCKS if bound is None else bound.rules.clocks)[precedence]

    def _climbs(self, line: OpenLine, call: Call) -> tuple[StepView, ...]:
        """The steps that have not been rung for yet, by the clock of whoever is called."""
        if not call.waiting:
            return ()
        known = dict(call.rang)
        begun, clock = known.get("officer", call.at.at_ms), self._clock(line, call.said.precedence)
        steps: tuple[tuple[Step, int], ...] = (
            ("deputy", clock.deputy_ms),
            ("watch", clock.watch_ms),
            ("commander", clock.commander_ms),
            ("channel", clock.commander_ms),
        )
        return tuple(StepView(step, time(begun + after)) for step, after in steps if step not in known)

    def _due(self, line: OpenLine, call: Call) -> str | None:
        """As `_wanted` has it, on the wall clock."""
        pressing = call.said.precedence in PRESSING and call.phase in UNSETTLED
        if call.by != self._me or not (call.waiting or pressing):
            return None
        after = self._clock(line, call.said.precedence).commander_ms * (1 if call.waiting else 2)
        return time(call.at.at_ms + after)

    def _doubts_of(self, line: OpenLine, call: Call) -> tuple[DoubtView, ...]:
        """Worked out once for each call and terms."""
        kept = (line.id, call.key)
        if (known := self._known.get(kept)) is not None and known[0] is line.fold.standing:
            return known[1]
        found = tuple(self._doubts(line.id, call.said, None))
        self._known[kept] = line.fold.standing, found
        while len(self._known) > DOUBTS:
            self._known.pop(next(iter(self._known)))
        return found

    def _doubts(self, line: str, said: Called, own: Point | None) -> list[DoubtView]:
        found = []
        for name, place in phrases.places(self._book, said.code, said.fields).items():
            found += [DoubtView(name, each.kind, each.text) for each in self._places.doubts(line, place, own)]
        return found


def mark(found: Sequence[DoubtView]) -> str:
    """What names these doubts, for who has seen them: 8 hexadecimal digits."""
    text = "\n".join(f"{each.field} {each.words}" for each in found)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


NOT_TOLD: Final = "NOT TOLD: it may not be said on the line now. Say it by voice, by the next channel"
