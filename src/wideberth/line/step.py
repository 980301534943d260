"""One event in, the effects out: save first, then send (LINE 7, 12, 15).

The node carries the effects out in their order, seals what is to be sent, and answers each Commit. Nothing is
sent, cosigned or counted before it is durable.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from wideberth.errors import NotTrusted, Refused, Stale, WideberthError
from wideberth.ledger import body, certificate, merkle, note, order
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.certificate import Papers
from wideberth.ledger.feed import Head
from wideberth.ledger.ids import KINDS, Line, Origin
from wideberth.ledger.seal import Content
from wideberth.line import clock, health, outbox, restore, signer, take, talk
from wideberth.line import say as saying
from wideberth.line.clock import Clock
from wideberth.line.messages import (
    Admitted,
    Arrived,
    ClockConfirmed,
    Committed,
    Dropped,
    Effect,
    Event,
    Held,
    Later,
    NewEpoch,
    Order,
    PapersChanged,
    PrekeyChanged,
    Received,
    ReceivedAll,
    Say,
    SayAll,
    Started,
    TermsChanged,
    Tick,
    Unsent,
    Waived,
)
from wideberth.line.state import Feed, Seeds, State, Talk
from wideberth.line.status import PrekeyId
from wideberth.line.terms import Terms


def new(line: Line, party: str, papers: dict[str, Papers], known: Known, terms: Terms) -> State:
    """A line before its first Started. `known`: the types of entries that the program understands.

    Raises: Invalid (`ledger.stranger`).
    """
    line.rank(party)
    return State(line, party, papers, known, terms, order.Order(line))


def step(state: State, event: Event, seeds: Seeds) -> tuple[State, tuple[Effect, ...]]:
    """What an event leads to. The state is changed in place and returned; Started makes a new one.

    Messages that are not good become Dropped. Raises, where what this party itself wants is not good, and
    nothing changes: as say.say and say.new_epoch; for Admitted Refused (`line.no_epoch`), and as
    ledger.epoch.check.
    """
    effects: list[Effect]
    if isinstance(event, Started):
        state, effects = _started(state, event)
        signer.resign(state, seeds)
    else:
        before = state.now, state.clock, set(state.alarmed)
        try:
            effects = [*_time(state, event), *_handled(state, event, seeds)]
        except WideberthError:
            # a jump that was seen here is told with the next event
            state.now, state.clock, state.alarmed = before
            raise
    effects += health.look(state)
    effects += saying.returned(state)
    if state.talk.tell:
        effects.append(talk.tell(state, seeds))
    effects += outbox.flush(state)
    return state, tuple(effects)


def _handled(state: State, event: Later, seeds: Seeds) -> list[Effect]:
    match event:
        case Say() | SayAll():
            return saying.say(state, event, seeds)
        case NewEpoch():
            return saying.new_epoch(state, event, seeds)
        case Received() | ReceivedAll():
            return _received(state, event, seeds)
        case Committed():
            return _committed(state, event, seeds)
        case Tick():
            outbox.again(state)
            due_ms = state.talk.told_ms + state.terms.heartbeat_ms
            state.talk.tell |= state.now.boot_ms >= due_ms
        case Waived():
            return talk.stage_changed(state, seeds) if restore.go(state, "waived") else []
        case ClockConfirmed():
            state.clock = Clock(event.now)
            state.alarmed = {mark for mark in state.alarmed if mark[0] != "line.clock"}
            return talk.stage_changed(state, seeds)
        case Admitted():
            return _admitted(state, event)
        case PapersChanged():
            _certified(state, event, seeds)
        case PrekeyChanged():
            state.prekey = PrekeyId(event.suite, event.id)
            state.talk.tell = True
        case TermsChanged():
            state.terms = event.terms
        case Unsent():
            state.talk.tell |= event.slot == "urgent"
            outbox.unsent(state, event.slot)
        case _:
            assert_never(event)
    return []


def _certified(state: State, event: PapersChanged, seeds: Seeds) -> None:
    """What waits was signed by keys that may not count any more; what is shown is signed by those that do."""
    state.papers[event.party] = event.papers
    for feed in state.feeds.values():
        feed.forget()
    state.candidates.clear()
    signer.resign(state, seeds)
    for feed in state.of(state.peer):
        talk.cosign(state, feed, seeds)
    state.talk.tell = True


def _received(state: State, event: Received | ReceivedAll, seeds: Seeds) -> list[Effect]:
    contents = (event.content,) if isinstance(event, Received) else event.contents
    state.gather()
    effects = [each for content in contents for each in _taken(state, content, seeds)]
    return [*effects, *state.gathered_up()]


def _taken(state: State, content: Content, seeds: Seeds) -> list[Effect]:
    try:
        return take.take(state, content) if content.leaf else talk.hear(state, content, seeds)
    except WideberthError as error:
        return [Dropped(error.code, error.message)]


def _committed(state: State, event: Committed, seeds: Seeds) -> list[Effect]:
    effects: list[Effect] = []
    entries: list[Entry] = []
    touched: dict[Origin, Feed] = {}
    for each in state.under.pop(event.token, []):
        feed = state.feeds[each.origin]
        if each.receipt is not None:
            feed.keep(each.notes)
            state.receipts[each.origin] = each.receipt
            outbox.acked(state, each.origin, max(each.receipt, state.outbox[each.origin].acked))
            continue
        feed.add(each.head, each.entries, each.notes)
        entries += each.entries
        touched[each.origin] = feed
    if not entries:
        return effects
    effects += _ordered(state, entries)
    _regained(state, (feed for feed in touched.values() if feed.origin.party == state.party))
    if theirs := [entry for entry in entries if entry.header.origin.party == state.peer]:
        effects.append(Arrived(tuple(theirs)))
        effects += [each for entry in theirs if entry.body for each in take.unable(state, entry)]
        state.talk.tell = True
    for feed in touched.values():
        if feed.origin.party == state.peer:
            talk.cosign(state, feed, seeds)
        effects += take.runs(state, feed)
    talk.settled(state)
    if state.stage == "regaining" and restore.shown(state):
        effects += talk.stage_changed(state, seeds)
    return effects


def _regained(state: State, own: Iterable[Feed]) -> None:
    """What I had folded before I lost it is to be got back too."""
    for feed in own:
        for origin, size in feed.head.folded.items():
            if origin.party == state.party:
                saying.open_own(state, origin)
            elif state.open(origin).size < size:
                state.goal[origin] = max(size, state.goal.get(origin, 0))


def _ordered(state: State, entries: Iterable[Entry]) -> list[Effect]:
    overtaken = False
    try:
        kept = state.order.add(entries)
    except Stale:
        kept, overtaken = 0, True
        state.order = order.Order(state.line)
        state.order.add(entry for feed in state.feeds.values() for entry in feed.entries)
    placed = tuple(state.order.placed[kept:])
    for each in placed:
        origin, n = each.entry.header.origin, each.entry.header.n
        state.placed[origin] = max(n + 1, state.placed.get(origin, 0))
    return [Order(kept, placed, overtaken)]


def _admitted(state: State, event: Admitted) -> list[Effect]:
    content = state.candidates.get(event.origin)
    if content is None:
        raise Refused("line.no_epoch", f"no first entry of {event.origin.text} waits to be admitted")
    take.check_candidate(state, content)
    del state.candidates[event.origin]
    feed = state.open(event.origin)
    feed.waiting[0] = content
    return take.runs(state, feed)


def _time(state: State, event: Later) -> list[Effect]:
    steady, state.now = state.clock.steady, event.now
    state.clock = state.clock.read(event.now)
    return _jumped(state) if steady and not state.clock.steady else []


def _jumped(state: State) -> list[Effect]:
    words = "the clock has jumped: an officer is to say which time is right; until then only CHECK is signed"
    return state.alarm("line.clock", state.newest(state.party, "main").origin, words)


def _started(before: State, event: Started) -> tuple[State, list[Effect]]:
    now = event.now
    state = new(before.line, before.party, before.papers, before.known, before.terms)
    state.now, state.started, state.clock, state.prekey = now, now, Clock(now), before.prekey
    state.token, state.restored, state.frozen = before.token, event.restored, set(event.frozen)
    state.order = order.Order(state.line, event.start, final=event.final)
    state.placed = dict(event.start.sizes)
    state.talk = Talk(event.session, heard_ms=now.boot_ms, counter=before.talk.counter)
    for kind in KINDS:
        saying.open_own(state, Origin(state.line.id, state.party, kind, 0))
        state.open(Origin(state.line.id, state.peer, kind, 0))
    for held in event.held:
        _held(state, held)
    effects = _ordered(state, [entry for feed in state.feeds.values() for entry in feed.entries])
    newest = max(feed.head.at_ms for feed in state.of(state.party))
    if now.wall_ms < newest - clock.JUMP_MS:
        state.clock = state.clock._replace(steady=False)
        effects += _jumped(state)
    return state, effects


def _held(state: State, held: Held) -> None:
    # a journal that was verified gives back what was read when it came
    entries = [body.reread(*item) for item in held.items]
    tree = merkle.grown(merkle.EMPTY, (entry.hash for entry in entries))
    own = held.origin.party == state.party
    feed = saying.open_own(state, held.origin) if own else state.open(held.origin)
    last = entries[-1].header if entries else None
    feed.written = Head(held.origin, tree, last.folded, last.at_ms) if last else feed.head
    feed.add(feed.written, entries, held.notes)
    if own:
        size = _receipt(state, feed)
        state.receipts[held.origin] = size
        box = state.outbox[held.origin]
        box.acked = box.sent = size
        state.credit[held.origin] += size


def _receipt(state: State, feed: Feed) -> int:
    """The newest size that the peer has cosigned, as its checkpoints show."""
    for size in reversed(feed.sizes):
        known = certificate.cosigners(feed.origin, size - 1, state.peer, state.papers[state.peer])
        try:
            note.verify(note.parse(feed.notes[size]), known)
        except NotTrusted:
            continue
        return size
    return 0
