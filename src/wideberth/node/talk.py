"""One line, carried out: what its step function says is committed, kept, sealed and queued, in this order.

For one caller at a time. It knows no transport: whoever carries messages takes the sealed bytes of `next`
(urgent before main), and gives what came to `receive`.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from msgspec import Struct, structs

from wideberth.desk import line_checks
from wideberth.desk.line_checks import Finding
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import entries, ids, seal
from wideberth.ledger.body import SALT, Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Kind, Line, Origin
from wideberth.ledger.seal import Content
from wideberth.line import outbox, step
from wideberth.line import say as saying
from wideberth.line.clock import Now
from wideberth.line.messages import (
    CHECK,
    Alarm,
    Commit,
    Committed,
    CreditReturned,
    Dropped,
    Event,
    Lost,
    NotTold,
    PapersChanged,
    PrekeyChanged,
    ReceivedAll,
    Say,
    SayAll,
    Send,
    Started,
    TermsChanged,
    Tick,
    Told,
    Unsent,
)
from wideberth.line.state import State
from wideberth.line.terms import Terms
from wideberth.node import chores, journaled, moved, papers, prekeys, side, unsaid
from wideberth.node.chores import Chores
from wideberth.node.envelopes import Envelopes
from wideberth.node.keys import Keys
from wideberth.node.prekeys import Prekeys
from wideberth.node.private import Private, Untold
from wideberth.store.journal import Step

KNOWN: Final[Known] = {**entries.KNOWN, **prekeys.KNOWN, **chores.KNOWN}
"""The types that a node itself understands; what it shows people is added to them."""


BATCH = 1_000
"""The most messages that are committed together."""


class Unkept(Struct, frozen=True):
    """What the disk does not take, told once until it does: nothing stops for it, and it is tried again."""

    code: str
    words: str


Heard: TypeAlias = Told | Lost | NotTold | Unkept | Finding | side.Arrived
"""What is told to whoever runs the line."""


class About(NamedTuple):
    """What a line is about: who is on it, their papers, the types that are understood, the terms.

    `papers` are those of the pairing, where the private feed does not hold them.
    """

    line: Line
    party: str
    papers: Mapping[str, Papers]
    known: Known
    terms: Terms
    checks: line_checks.Terms = line_checks.Terms()


class Talk:
    """The line of this party with one peer; it says nothing before `start`."""

    def __init__(
        self, about: About, own: Keys, made: Prekeys, now: Callable[[], Now], heard: Callable[[Heard], None]
    ) -> None:
        """`made`: the own prekeys of this line; `heard` is called for all that is for people to see."""
        self.about = about
        self.state: State = step.new(
            about.line, about.party, dict(about.papers), {**KNOWN, **about.known}, about.terms
        )
        self._keys = own
        self._now, self._heard = now, heard
        self.agreement: Callable[[], bytes | None] = lambda: None
        """SHA-256 of the terms that this party goes by in what it signs now."""
        self._private: Private
        self._queues: dict[Kind, OrderedDict[bytes, Content]] = {}
        self._returned: set[Kind] = set()
        self._seen: dict[Origin, int] = {}
        self._unkept = False
        self._envelopes = Envelopes(own, made, lambda: self._now().wall_ms)
        self._papers = papers.Held(about.line, about.papers)
        self.chores, self.side = Chores(about.checks), side.Sides(own.seeds)

    def start(self, private: Private, restored: bool | None = None) -> None:
        """Begin, or begin again, from what the journal holds; `restored` as Started has it.

        Raises: as Journal.read, and as `do`.
        """
        self._private = private
        self._queues = {kind: OrderedDict() for kind in ids.KINDS}
        self._returned, self._seen = set(), {}
        self._envelopes.begin()
        self.side.begin()
        held = journaled.feeds(private.journal, self.about.line.id)
        # also what is held was signed with keys that may have been certified later
        self._papers.take_good(private.papers)
        self._papers.take_good(journaled.notes(held))
        before = self.state
        known = self._papers.all()
        self.state = step.new(before.line, before.party, known, before.known, before.terms)
        frozen = private.frozen(self.about.line.id)
        if restored is None and journaled.moved_here(private, held):
            restored = False
        self.chores = Chores(self.about.checks)
        self._carry(Started(self._now(), secrets.token_bytes(seal.SESSION), held, frozen, restored))
        self.state.away |= moved.left(private.alarms, self.about.line.id)
        self.chores.begin(self.state, private.moves)
        self._tell_prekey()
        self._returned |= {each.kind for each in self.waiting()}
        self._say_again()

    def say(self, kind: Kind, of_type: str, v: int, body: Value, *, free: bool = False) -> None:
        """Say something, which no gate holds if `free`; what may not be said now waits. Raises: as `do`."""
        self.do(structs.replace(self._said(kind, of_type, v, body), free=free))

    def say_all(self, kind: Kind, said: Sequence[tuple[str, int, Value]]) -> None:
        """Say several things (type, version, body) in their order, in one commit what may be said now.

        Raises: as `do`; Invalid: from there on nothing was said, or nothing at all.
        """
        asked = [self._said(kind, *each) for each in said]
        private, state = self._private, self.state
        alone = any(each.type == CHECK or unsaid.behind(private, state, each) for each in asked)
        together = 0 if alone else min(saying.room(self.state, kind), len(asked))
        if together:
            self.do(SayAll(self._now(), tuple(asked[:together])))
        for each in asked[together:]:
            self.do(each)

    def send_side(self, subject: str, number: bytes, data: bytes) -> None:
        """Send what is no entry, to whoever waits for `subject` at the peer's: as Sides.send."""
        self.side.send(self.state, subject, number, data)

    def enter(self, notes: Sequence[bytes]) -> None:
        """Certificates and revocations, of either party, that came by hand: they count at once.

        The own ones go to the peer, as entries of the main feed.
        Raises: Invalid, NotTrusted (as record.read_paper, and `line.papers_full`): none counts; and as `do`.
        """
        after = papers.Held(self.about.line, self._papers.all())
        changed = [(data, after.take(data)) for data in notes]
        new = [data for data, parties in changed if parties]
        said = [
            self._said("main", entries.Paper.TYPE, entries.V, entries.write(entries.Paper(data)))
            for data, parties in changed
            if self.about.party in parties
        ]
        if not new:
            return
        self._private.enter(self.about.line.id, new, said, self._now().wall_ms)
        self._papers = after
        for party in sorted(frozenset[str]().union(*(parties for _, parties in changed))):
            self._carry(PapersChanged(self._now(), party, after.all()[party]))
        self._returned.add("main")
        self._say_again()

    def do(self, event: Event) -> None:
        """Take an event, and carry out all that it leads to.

        Raises: as step.step; as Journal.append: then the line must begin again (`start`), and what the event
        wanted may or may not have been kept.
        """
        if (
            isinstance(event, Say)
            and event.type != CHECK
            and (why := unsaid.behind(self._private, self.state, event)) is not None
        ):
            self._keep(NotTold(event, why))
            return
        self._carry(event)
        self._say_again()
        self._attend()

    def tick(self) -> None:
        """Time has passed: once a second, or so. Raises: as `do`."""
        self.do(Tick(self._now()))
        for given_up in self.side.tick(self.state):
            self._heard(given_up)
        self._renew(self._now().wall_ms)
        for each in self.chores.overdue(self.about.party, self._now().wall_ms):
            self._heard(each)
        self._tell_prekey()

    def receive(self, sealed: bytes) -> bool:
        """A message that came, whoever brought it; whether it opened. Raises: as `do`."""
        return self.receive_all([sealed]) == 1

    def receive_all(self, messages: Sequence[bytes]) -> int:
        """Messages that came together, in their order; how many opened. What is new of them is one commit.

        Raises: as `do`.
        """
        opened = [each for each in map(self._opened, messages) if each is not None]
        contents = [each for each in opened if not side.beside(each)]
        talk = self.state.talk
        if self._envelopes.doubted and self._now().boot_ms >= talk.told_ms + self.state.terms.retry_ms:
            self.told_again()
        for i in range(0, len(contents), BATCH):
            self.do(ReceivedAll(self._now(), tuple(contents[i : i + BATCH])))
        # these come last: what they belong to is durable by then
        for found in self.side.take(self.state, filter(side.beside, opened)):
            self._heard(found)
        return len(opened)

    def told_again(self) -> None:
        """A status is queued, with the prekey that is in force. Raises: as `do`."""
        suite, key = self._envelopes.told(self.state)
        self.do(PrekeyChanged(self._now(), suite, key))

    def next(self, slot: Kind) -> bytes | None:
        """The next message of a slot, sealed; None where nothing waits.

        What the network loses is queued again by itself, unless it is no entry (`send_side`), which goes
        behind all entries. Raises: Refused (`line.no_seal_key`).
        """
        queue = self._queues[slot]
        if not queue:
            return self.side.next(self.state, self._envelopes.sealed) if slot == "main" else None
        first = next(iter(queue))
        sealed = self._envelopes.sealed(queue[first], self.state)
        del queue[first]
        return sealed

    def go_by(self, terms: Terms, keep_ms: int) -> None:
        """The numbers of the line, and how long prekeys are kept, as they are agreed now. Raises: as `do`."""
        self._envelopes.made.keep_ms = keep_ms
        if self.state.terms != terms:
            self.do(TermsChanged(self._now(), terms))

    def waits(self, slot: Kind) -> bool:
        """Whether a slot has something to be sent."""
        return bool(self._queues[slot]) or (slot == "main" and self.side.waits(self.state))

    def unsent(self, slot: Kind) -> None:
        """What was taken from a slot may not have arrived: it is queued again at once. Raises: as `do`."""
        if slot == "main":
            self.side.unsent()
        self.do(Unsent(self._now(), slot))

    def bundle(self) -> list[bytes]:
        """All that the peer has not confirmed, sealed, for a file: a status, then entries, urgent first.

        What waited in the queues is among it. Entries go only where the peer can know this start. What is no
        entry (`send_side`) is not in it: it waits for a network.
        Raises: Refused (`line.no_seal_key`), and as `do`.
        """
        self.told_again()
        statuses = [each for each in self._queues["urgent"].values() if not each.leaf]
        contents = (*statuses, *outbox.unconfirmed(self.state))
        sealed = [self._envelopes.sealed(each, self.state) for each in contents]
        for queue in self._queues.values():
            queue.clear()
        return sealed

    def waiting(self) -> tuple[Untold, ...]:
        """What could not be said yet, in its order; what the gate holds is among it."""
        return tuple(each for each in self._private.untold if each.line == self.about.line.id)

    def dropped(self) -> tuple[Untold, ...]:
        """What officers did not let through the gate: it was wanted, and is never said."""
        return tuple(each for each in self._private.dropped if each.line == self.about.line.id)

    def released(self) -> None:
        """Officers have decided on what the gate held: what may be said now is said. Raises: as `do`."""
        self._returned |= {each.kind for each in self.waiting()}
        self._say_again()

    def _carry(self, event: Event, again: Untold | None = None) -> bool:
        """Whether what is said again was said. Raises: as `do`; Invalid when all else is carried out."""
        said, refused = True, None
        events = [event]
        while events:
            self.state, effects = step.step(self.state, events.pop(0), self._keys.seeds)
            for effect in effects:
                match effect:
                    case Commit():
                        self._commit(effect, again)
                        again = None
                        events.append(Committed(self._now(), effect.token))
                    case Send():
                        # a status has no leaf: a newer one takes the place of the older one
                        self._queues[effect.slot][effect.content.leaf] = effect.content
                    case NotTold() if again is not None:
                        said = False
                    case NotTold():
                        try:
                            self._keep(effect)
                        except Invalid as error:
                            refused = error
                    case CreditReturned():
                        self._returned.add(effect.kind)
                    case _:
                        if isinstance(effect, Alarm):
                            self._keep_alarm(effect)
                        self.chores.hear(effect)
                        self._heard(effect)
        self._look()
        if refused is not None:
            raise refused
        return said

    def _commit(self, commit: Commit, again: Untold | None) -> None:
        steps = [Step(each.origin.text, each.expected, each.items, each.note) for each in commit.writes]
        if again is None:
            self._private.journal.append(steps)
        else:
            self._private.told(again, self._now().wall_ms, steps)

    def _keep(self, effect: NotTold) -> None:
        if effect.said.type != prekeys.TYPE:
            self._private.keep(self.about.line.id, effect.said)
        self._heard(effect)

    def _keep_alarm(self, alarm: Alarm) -> bool:
        """Whether it is kept now, and was not before."""
        new = not self._private.stands(self.about.line.id, alarm)
        if new:
            self._private.alarm(self.about.line.id, alarm, self._now().wall_ms)
        return new

    def _ready(self, kind: Kind) -> list[Untold]:
        return unsaid.ready(self._private, self.about.line.id, kind)

    def _say_again(self) -> None:
        """What was not told, in its order, as far as it may be said now."""
        while self._returned:
            kind = self._returned.pop()
            for each in self._ready(kind):
                try:
                    # by what it is said under, not by what held when it was kept
                    if not self._carry(self._said(each.kind, each.type, each.v, each.body), each):
                        break
                except Invalid as error:
                    self._private.told(each, self._now().wall_ms, refused=error.code)
                    self._heard(Dropped(error.code, error.message))

    def _attend(self) -> None:
        """What the node says by itself, where it may be said now; else in its turn."""
        now = self._now()
        if self._free("urgent"):
            for each in self.chores.urgent(self.state, now):
                self._carry(self._said(*each))
        if self._free("main"):
            for each in self.chores.main(self._private, now):
                self._carry(self._said(*each))

    def _free(self, kind: Kind) -> bool:
        return saying.closed(self.state, kind) is None and not self._ready(kind)

    def _opened(self, sealed: bytes) -> Content | None:
        try:
            content = self._envelopes.opened(sealed, self.state)
        except (Invalid, NotTrusted) as error:
            self._heard(Dropped(error.code, error.message))
            self._envelopes.doubted |= error.code == "ledger.prekey"
            return None
        self._envelopes.doubted = False
        return content

    def _said(self, kind: Kind, of_type: str, v: int, body: Value) -> Say:
        return Say(self._now(), kind, of_type, v, body, secrets.token_bytes(SALT), self.agreement())

    def _renew(self, now_ms: int) -> None:
        """Today's prekey is made and said, and those whose time is over are erased."""
        wanted = self.state.signing and saying.closed(self.state, "main") is None
        today, failed = self._envelopes.made.daily(now_ms, self._keys.seals[-1].suite if wanted else None)
        if failed and not self._unkept:
            words = f"the keys of the day are not written: {failed.strerror}; the older ones stay in use"
            self._heard(Unkept("prekey.not_kept", words))
        self._unkept = failed is not None
        if today is not None and not self._envelopes.said(today):
            self._carry(self._said("main", prekeys.TYPE, prekeys.V, prekeys.write(today)))

    def _look(self) -> None:
        """Papers in the entries that are new, and prekeys in those of both main feeds."""
        changed: set[str] = set()
        for feed in self.state.feeds.values():
            for entry in feed.entries[self._seen.get(feed.origin, 0) :]:
                changed |= self._taken(entry)
                if feed.origin.kind == "main":
                    self._envelopes.take(entry, self.about.party)
            self._seen[feed.origin] = feed.size
        for alarm in self.chores.copies(self.state, self._private.moves):
            self._alarm(alarm)
        for party in sorted(changed):
            self._carry(PapersChanged(self._now(), party, self._papers.all()[party]))

    def _alarm(self, alarm: Alarm) -> None:
        # it is found again in each step for as long as it is so: that somebody saw it changes nothing
        if alarm not in self._private.alarms_of(self.about.line.id) and self._keep_alarm(alarm):
            self._heard(alarm)

    def _taken(self, entry: Entry) -> frozenset[str]:
        """The parties for which a paper in an entry is new."""
        data = papers.said(entry)
        try:
            return frozenset() if data is None else self._papers.take(data)
        except (Invalid, NotTrusted) as error:
            self._heard(Dropped(error.code, error.message))
            return frozenset()

    def _tell_prekey(self) -> None:
        if self.state.prekey != self._envelopes.told(self.state):
            self.told_again()
