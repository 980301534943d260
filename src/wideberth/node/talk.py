"""One line, carried out: what its step function says is committed, kept, sealed and queued, in this order.

For one caller at a time. It knows no transport: whoever carries messages takes the sealed bytes of `next`
(urgent before main), and gives what came to `receive`.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.ledger import certificate, entries, ids, keys, seal
from wideberth.ledger.body import SALT, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Kind, Line, Origin
from wideberth.ledger.seal import Content, Prekey
from wideberth.line import say as saying
from wideberth.line import step
from wideberth.line.clock import Now
from wideberth.line.messages import (
    CHECK,
    Alarm,
    Commit,
    Committed,
    CreditReturned,
    Dropped,
    Event,
    Held,
    Lost,
    NotTold,
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
from wideberth.line.status import PrekeyId
from wideberth.line.terms import Terms
from wideberth.node import prekeys
from wideberth.node.keys import Keys
from wideberth.node.prekeys import Prekeys
from wideberth.node.private import Private, Untold
from wideberth.store.journal import Step

KNOWN: Final[Known] = {**entries.KNOWN, **prekeys.KNOWN}
"""The types that a node itself understands; what it shows people is added to them."""

BATCH = 1_000
"""The most messages that are committed together."""

Heard: TypeAlias = Told | Lost | NotTold
"""What is told to whoever runs the line."""


class About(NamedTuple):
    """What a line is about: who is on it, their papers, the types that are understood, the terms."""

    line: Line
    party: str
    papers: Mapping[str, Papers]
    known: Known
    terms: Terms


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
        self._by_id = {each.public.id: seal.read(each.suite, each.seed) for each in own.seals}
        self._made = made
        self._now, self._heard = now, heard
        self.agreement: Callable[[], bytes | None] = lambda: None
        """SHA-256 of the terms that this party goes by in what it signs now."""
        self._private: Private
        self._queues: dict[Kind, OrderedDict[bytes, Content]] = {}
        self._returned: set[Kind] = set()
        self._own: dict[bytes, tuple[Origin, int]] = {}
        self._theirs: dict[bytes, tuple[Prekey, int]] = {}
        self._seen: dict[Origin, int] = {}
        # whether the peer may have forgotten what it was told: it seals to a key that is not here
        self._doubted = False

    def start(self, private: Private, restored: bool | None = None) -> None:
        """Begin, or begin again, from what the journal holds; `restored` as Started has it.

        Raises: as Journal.read, and as `do`.
        """
        self._private = private
        self._queues = {kind: OrderedDict() for kind in ids.KINDS}
        self._returned, self._own, self._theirs, self._seen = set(), {}, {}, {}
        held = tuple(
            _held(private, origin)
            for name in private.journal.heads()
            if (origin := ids.origin(name)).line == self.about.line.id
        )
        before = self.state
        self.state = step.new(before.line, before.party, before.papers, before.known, before.terms)
        frozen = private.frozen(self.about.line.id)
        self._carry(Started(self._now(), secrets.token_bytes(seal.SESSION), held, frozen, restored))
        self._tell_prekey()
        self._returned |= {each.kind for each in self._waiting()}
        self._say_again()

    def say(self, kind: Kind, of_type: str, v: int, body: Value) -> None:
        """Say something; what may not be said now is kept, and said in its turn. Raises: as `do`."""
        self.do(self._said(kind, of_type, v, body))

    def say_all(self, kind: Kind, said: Sequence[tuple[str, int, Value]]) -> None:
        """Say several things (type, version, body) in their order, in one commit what may be said now.

        Raises: as `do`; Invalid: from there on nothing was said, or nothing at all.
        """
        now = self._now()
        asked = [Say(now, kind, *each, secrets.token_bytes(SALT)) for each in said]
        alone = self._waiting(kind) or any(each.type == CHECK for each in asked)
        together = 0 if alone else min(saying.room(self.state, kind), len(asked))
        if together:
            self.do(SayAll(now, tuple(asked[:together])))
        for each in asked[together:]:
            self.do(each)

    def do(self, event: Event) -> None:
        """Take an event, and carry out all that it leads to.

        Raises: as step.step; as Journal.append: then the line must begin again (`start`), and what the event
        wanted may or may not have been kept.
        """
        if isinstance(event, Say) and event.type != CHECK and self._waiting(event.kind):
            self._keep(NotTold(event, saying.closed(self.state, event.kind) or "credit"))
            return
        self._carry(event)
        self._say_again()

    def tick(self) -> None:
        """Time has passed: once a second, or so. Raises: as `do`; OSError."""
        self.do(Tick(self._now()))
        now_ms = self._now().wall_ms
        if self.state.signing and saying.closed(self.state, "main") is None:
            today = self._made.renew(now_ms, self._keys.seals[-1].suite)
            if today.id not in self._own:
                self._carry(self._said("main", prekeys.TYPE, prekeys.V, prekeys.write(today)))
        self._made.erase(now_ms)
        self._tell_prekey()

    def receive(self, sealed: bytes) -> bool:
        """A message that came, whoever brought it; whether it opened. Raises: as `do`."""
        return self.receive_all([sealed]) == 1

    def receive_all(self, messages: Sequence[bytes]) -> int:
        """Messages that came together, in their order; how many opened. What is new of them is one commit.

        Raises: as `do`.
        """
        contents = [each for each in map(self._taken, messages) if each is not None]
        talk = self.state.talk
        if self._doubted and self._now().boot_ms >= talk.told_ms + self.state.terms.retry_ms:
            self.told_again()
        for i in range(0, len(contents), BATCH):
            self.do(ReceivedAll(self._now(), tuple(contents[i : i + BATCH])))
        return len(contents)

    def told_again(self) -> None:
        """A status is queued, with the prekey that is in force. Raises: as `do`."""
        suite, key = self._prekey()
        self.do(PrekeyChanged(self._now(), suite, key))

    def next(self, slot: Kind) -> bytes | None:
        """The next message of a slot, sealed; None where nothing waits.

        What the network loses is queued again by itself. Raises: Refused (`line.no_seal_key`).
        """
        queue = self._queues[slot]
        if not queue:
            return None
        first = next(iter(queue))
        sealed = self._sealed(queue[first])
        del queue[first]
        return sealed

    def go_by(self, terms: Terms, keep_ms: int) -> None:
        """The numbers of the line, and how long prekeys are kept, as they are agreed now. Raises: as `do`."""
        self._made.keep_ms = keep_ms
        if self.state.terms != terms:
            self.do(TermsChanged(self._now(), terms))

    def waits(self, slot: Kind) -> bool:
        """Whether a slot has something to be sent."""
        return bool(self._queues[slot])

    def unsent(self, slot: Kind) -> None:
        """What was taken from a slot may not have arrived: it is queued again at once. Raises: as `do`."""
        self.do(Unsent(self._now(), slot))

    def bundle(self) -> list[bytes]:
        """All that the peer has not confirmed, sealed, for a file: a status, then entries, urgent first.

        What waited in the queues is among it. Entries go only where the peer can know this start.
        Raises: Refused (`line.no_seal_key`), and as `do`.
        """
        self.told_again()
        state = self.state
        statuses = [each for each in self._queues["urgent"].values() if not each.leaf]
        contents = list(statuses)
        if state.talk.echo is not None or state.terms.one_way or state.stage == "waived":
            boxes = sorted(state.outbox.items(), key=lambda each: ids.KINDS.index(each[0].kind))
            for origin, box in boxes:
                found = state.feeds[origin]
                contents += [found.content(n, state.talk.session) for n in range(box.acked, found.size)]
        sealed = [self._sealed(each) for each in contents]
        for queue in self._queues.values():
            queue.clear()
        return sealed

    def waiting(self) -> tuple[Untold, ...]:
        """What could not be said yet, in its order."""
        return tuple(self._waiting())

    def _carry(self, event: Event, again: Untold | None = None) -> bool:
        """Whether what is said again was said."""
        said = True
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
                        self._keep(effect)
                    case CreditReturned():
                        self._returned.add(effect.kind)
                    case _:
                        if isinstance(effect, Alarm) and self._new(effect):
                            self._private.alarm(self.about.line.id, effect, self._now().wall_ms)
                        self._heard(effect)
        self._look()
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

    def _new(self, alarm: Alarm) -> bool:
        """Whether it was not kept in an earlier start."""
        return (self.about.line.id, alarm) not in self._private.alarms

    def _waiting(self, *kinds: Kind) -> list[Untold]:
        line = self.about.line.id
        return [
            each for each in self._private.untold if each.line == line and each.kind in (kinds or ids.KINDS)
        ]

    def _say_again(self) -> None:
        """What was not told, in its order, as far as it may be said now."""
        while self._returned:
            kind = self._returned.pop()
            for each in self._waiting(kind):
                try:
                    # by what it is said under, not by what held when it was kept
                    if not self._carry(self._said(each.kind, each.type, each.v, each.body), each):
                        break
                except Invalid as error:
                    self._private.told(each, self._now().wall_ms, refused=error.code)
                    self._heard(Dropped(error.code, error.message))

    def _opened(self, sealed: bytes) -> Content:
        to = seal.outer(sealed).prekey
        key = self._made.by_id.get(to) or self._by_id.get(to)
        if key is None:
            raise NotTrusted("ledger.prekey", f"sealed to a key that is not here: {to.hex()}")
        return seal.unseal(sealed, key, self.about.line.id, self.about.party)

    def _taken(self, sealed: bytes) -> Content | None:
        try:
            content = self._opened(sealed)
        except (Invalid, NotTrusted) as error:
            self._heard(Dropped(error.code, error.message))
            self._doubted |= error.code == "ledger.prekey"
            return None
        self._doubted = False
        return content

    def _said(self, kind: Kind, of_type: str, v: int, body: Value) -> Say:
        return Say(self._now(), kind, of_type, v, body, secrets.token_bytes(SALT), self.agreement())

    def _look(self) -> None:
        """Prekeys in the entries that are new in both main feeds."""
        for feed in self.state.feeds.values():
            if feed.origin.kind == "main":
                for entry in feed.entries[self._seen.get(feed.origin, 0) :]:
                    found = prekeys.read(entry)
                    if found is None:
                        continue
                    if feed.origin.party == self.about.party:
                        self._own[found.id] = feed.origin, entry.header.n
                    else:
                        self._theirs[found.id] = found, entry.header.at_ms
                self._seen[feed.origin] = feed.size

    def _prekey(self) -> PrekeyId:
        """What the peer is told to seal to: the newest that it knows, else the certified key."""
        for each in reversed(self._made.made):
            public = each.private.public
            origin, n = self._own.get(public.id, (None, 0))
            if origin is not None and self.state.receipts.get(origin, 0) > n:
                return PrekeyId(public.suite, public.id)
        public = self._keys.seals[-1].public
        return PrekeyId(public.suite, public.id)

    def _tell_prekey(self) -> None:
        if self.state.prekey != self._prekey():
            self.told_again()

    def _to(self, content: Content) -> Prekey:
        """What to seal to: the key that the peer says, else its certified one, which it always has.

        What makes a status go to the certified key can be brought about by whoever repeats an old message;
        an entry does not follow it.
        """
        told = self.state.peer_prekey
        if told is not None and told.id in self._theirs and (content.leaf or not self._doubted):
            daily, at_ms = self._theirs[told.id]
            if self._now().wall_ms - at_ms < self._made.keep_ms:
                return daily
        certified = self._certified()
        if not certified:
            raise Refused("line.no_seal_key", f"no valid seal key of {self.state.peer} is certified")
        return next((each for each in certified if told and each.id == told.id), certified[-1])

    def _certified(self) -> list[Prekey]:
        state = self.state
        own, papers = state.newest(state.peer, "main"), state.papers[state.peer]
        standings = certificate.standings("seal", own.origin, own.size, papers)
        found = [
            each.key
            for each in sorted(papers.certificates, key=lambda each: each.from_n)
            if each.purpose == "seal" and standings.get(each.key) == "valid"
        ]
        return [Prekey(seal.X25519 if len(key) == keys.KEY else seal.HYBRID, key) for key in found]

    def _sealed(self, content: Content) -> bytes:
        tag, line = secrets.token_bytes(seal.TAG), self.about.line.id
        return seal.seal(content, self._to(content), tag, line, self.state.peer)


def _held(private: Private, origin: Origin) -> Held:
    records = list(private.journal.read(origin.text))
    notes = {each.n + 1: each.note for each in records if each.note is not None}
    return Held(origin, tuple(each.item for each in records), notes)
