"""What a node holds of one line. `step` changes it in place; `copy.deepcopy` keeps one as it was."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct, field

from wideberth.ledger import merkle
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.certificate import Papers
from wideberth.ledger.checkpoint import Opened
from wideberth.ledger.feed import Head
from wideberth.ledger.ids import KINDS, Kind, Line, Origin
from wideberth.ledger.order import Order
from wideberth.ledger.seal import Content
from wideberth.line.clock import Clock, Now
from wideberth.line.messages import Alarm, Commit, Effect, Level, Write
from wideberth.line.status import PrekeyId
from wideberth.line.terms import Terms

STEP = 1_000
"""Entries between the trees that a feed remembers."""

Stage = Literal["asking", "regaining", "whole", "waived"]


class Seeds(NamedTuple):
    """The private halves of the newest keys, for checkpoints and status, and for cosignatures.

    Those before them, newest last, sign where the newest is not certified yet.
    """

    log: bytes
    cosign: bytes
    former_logs: tuple[bytes, ...] = ()
    former_cosigns: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        """Without any seed: what is printed ends in a log."""
        return "Seeds()"


class Feed(Struct):
    """A feed as it is durable, and what of it is under way.

    `written` is ahead of `head` by the commits under way. `waiting` are entries by place that came before
    others; `odd` one whose header cannot be read, so that its place is not known. `seen` is the checkpoint
    that was verified last, with the papers that it was verified against: many entries come with the same one.
    `trees` are those of every STEP entries, as far as `root` was asked.
    """

    origin: Origin
    head: Head
    written: Head
    entries: list[Entry] = field(default_factory=list)
    notes: dict[int, bytes] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    waiting: dict[int, Content] = field(default_factory=dict)
    odd: Content | None = None
    seen: tuple[bytes, Papers, Opened] | None = None
    trees: list[merkle.Tree] = field(default_factory=lambda: [merkle.EMPTY])

    @property
    def size(self) -> int:
        """Entries that are durable."""
        return self.head.size

    @property
    def note(self) -> bytes | None:
        """The checkpoint of what is durable."""
        return self.notes.get(self.size)

    def add(self, head: Head, entries: Iterable[Entry], notes: Mapping[int, bytes]) -> None:
        """What has become durable."""
        self.head = head
        self.entries.extend(entries)
        self.keep(notes)
        self.waiting = {n: each for n, each in self.waiting.items() if n >= self.size}

    def forget(self) -> None:
        """What waited, and is not under way."""
        self.waiting.clear()
        self.odd = None

    def keep(self, notes: Mapping[int, bytes]) -> None:
        """Checkpoints by size, each with all the signatures it has."""
        for size, data in notes.items():
            if size not in self.notes:
                insort(self.sizes, size)
            self.notes[size] = data

    def content(self, n: int, session: bytes) -> Content:
        """Entry n as it is sent: with the smallest checkpoint that covers it."""
        entry = self.entries[n]
        note = self.notes[self.sizes[bisect_right(self.sizes, n)]]
        return Content(entry.leaf, entry.salt, entry.body, note, session)

    def root(self, size: int) -> bytes:
        """The root of its tree when it had that size, from the entries: whoever asks often pays for few."""
        while size - self.trees[-1].size >= STEP:
            last = self.trees[-1]
            self.trees.append(_grown(last, self.entries, last.size + STEP))
        return merkle.root(_grown(self.trees[size // STEP], self.entries, size))


class Outbox(Struct):
    """What of a feed is to be sent: the peer holds `acked`, `sent` is on its way.

    `signed` says when entries of this start were signed. At `due_ms` what is on its way is sent again; each
    time `wait_ms` doubles. At `asked_ms` the peer asked for some of it. All on the boot clock.
    """

    acked: int = 0
    sent: int = 0
    wait_ms: int = 0
    due_ms: int = 0
    asked_ms: int = -(2**53)
    signed: dict[int, int] = field(default_factory=dict)


class Under(NamedTuple):
    """A commit under way: the feed with what it will be, or the receipt that it keeps."""

    origin: Origin
    head: Head
    entries: tuple[Entry, ...]
    notes: dict[int, bytes]
    receipt: int | None = None


class Talk(Struct):
    """Which starts of both nodes speak with each other, and how their statuses are counted.

    A message says in which start of its sender it was sent. `session` is this one. `hello` is that of the
    peer's newest status; `echo`, which is answered with it, follows when nothing of an earlier one is being
    committed any more. `trusted` is it when the peer has answered this start: from then on nothing is taken
    from an earlier one, which the peer may have forgotten. `met` are all its starts that were heard of, each
    with its newest counter, as many as are kept. `rearmed`: when a rollback began to be worth an alarm
    again. `counter` is of this party's newest status, `turned` of the first one after `hello` was heard;
    `heard` of the peer's newest.
    """

    session: bytes = b""
    hello: bytes | None = None
    echo: bytes | None = None
    trusted: bytes | None = None
    met: dict[bytes, int] = field(default_factory=dict)
    rearmed: list[int] = field(default_factory=list)
    answered: bool = False
    counter: int = 0
    turned: int = 0
    heard: int = 0
    heard_ms: int = 0
    told_ms: int = 0
    tell: bool = True


class State(Struct):
    """A line as one of its parties has it.

    `feeds` are both parties'; a feed of the peer's is among them when its epoch is admitted. `placed`: how
    much of each is placed in `order`. `under`: commits under way, by token. `goal`: what was held or cosigned
    once, and is to be got back; `unopened`: entries whose body is asked for again. `receipts`: how much of
    each own feed the peer has cosigned; `cosigned`: the newest checkpoint of each of the peer's feeds with
    this party's cosignature. `credit`: how far the peer lets this party sign, `spent_ms`: when it signed
    urgently beyond; `given`: how far this party lets the peer. `untold`: where something waits for a
    CreditReturned. `away`: own feeds in which another machine goes on. `alarmed`: what an officer was told in
    this start. `shown`: CHECKs that were shown and not kept, and when. `gathered`: writes of the event that
    is being taken, while they become one commit. `sorted`: each party's feeds, as `of` gives them.
    """

    line: Line
    party: str
    papers: dict[str, Papers]
    known: Known
    terms: Terms
    order: Order
    now: Now = Now(0, 0)
    started: Now = Now(0, 0)
    clock: Clock = Clock(Now(0, 0))
    talk: Talk = field(default_factory=Talk)
    stage: Stage = "asking"
    level: Level = "live"
    restored: bool | None = None
    feeds: dict[Origin, Feed] = field(default_factory=dict)
    placed: dict[Origin, int] = field(default_factory=dict)
    under: dict[int, list[Under]] = field(default_factory=dict)
    token: int = 0
    outbox: dict[Origin, Outbox] = field(default_factory=dict)
    receipts: dict[Origin, int] = field(default_factory=dict)
    cosigned: dict[Origin, bytes] = field(default_factory=dict)
    credit: dict[Origin, int] = field(default_factory=dict)
    given: dict[Origin, int] = field(default_factory=dict)
    spent_ms: list[int] = field(default_factory=list)
    untold: set[Kind] = field(default_factory=set)
    goal: dict[Origin, int] = field(default_factory=dict)
    unopened: dict[Origin, int] = field(default_factory=dict)
    frozen: set[Origin] = field(default_factory=set)
    away: set[Origin] = field(default_factory=set)
    candidates: dict[Origin, Content] = field(default_factory=dict)
    alarmed: set[tuple[str, str]] = field(default_factory=set)
    shown: dict[bytes, int] = field(default_factory=dict)
    prekey: PrekeyId | None = None
    peer_prekey: PrekeyId | None = None
    gathered: list[Write] | None = None
    sorted: dict[str, list[Feed]] = field(default_factory=dict)

    @property
    def peer(self) -> str:
        """The other party's name."""
        return self.line.parties[1 - self.line.rank(self.party)]

    @property
    def signing(self) -> bool:
        """Whether this party may sign: nothing of its own is missing, and the time is known."""
        return self.stage in ("whole", "waived") and self.clock.steady

    @property
    def may_repeat(self) -> bool:
        """Whether a status may go once more: not for each message that comes twice."""
        return self.now.boot_ms >= self.talk.told_ms + self.terms.retry_ms

    def of(self, party: str) -> list[Feed]:
        """A party's feeds, urgent first, older epochs before newer ones."""
        if party not in self.sorted:
            found = [each for each in self.feeds.values() if each.origin.party == party]
            self.sorted[party] = sorted(
                found, key=lambda each: (KINDS.index(each.origin.kind), each.origin.epoch)
            )
        return self.sorted[party]

    def newest(self, party: str, kind: Kind) -> Feed:
        """The feed in which a party goes on."""
        return next(each for each in reversed(self.of(party)) if each.origin.kind == kind)

    def missing(self) -> dict[Origin, int]:
        """From where on each feed that was held or cosigned once is to be got back."""
        return {o: self.feeds[o].size for o, size in self.goal.items() if self.feeds[o].size < size}

    def open(self, origin: Origin) -> Feed:
        """A feed, empty where it is new."""
        if origin not in self.feeds:
            self.feeds[origin] = Feed(origin, Head(origin), Head(origin))
            self.sorted.clear()
        return self.feeds[origin]

    def commit(self, writes: list[Write], under: list[Under]) -> list[Effect]:
        """The effect that makes these durable; none yet while an event gathers them."""
        if self.gathered is not None:
            self.gathered += writes
            self.under[self.token] += under
            return []
        self.token += 1
        self.under[self.token] = under
        return [Commit(self.token, tuple(writes))]

    def gather(self) -> None:
        """From here on all commits of an event are one; `gathered_up` ends it."""
        self.token += 1
        self.under[self.token], self.gathered = [], []

    def gathered_up(self) -> list[Effect]:
        """The one commit of an event, if there was any."""
        writes, self.gathered = self.gathered, None
        if not writes:
            del self.under[self.token]
            return []
        return [Commit(self.token, tuple(writes))]

    def busy(self, feed: Feed) -> bool:
        """Whether a commit of an earlier event is under way in a feed."""
        mine = () if self.gathered is None else self.gathered
        return feed.written.size != feed.size and all(each.origin != feed.origin for each in mine)

    def alarm(
        self, code: str, origin: Origin, words: str, proof: tuple[bytes, ...] = (), *, freeze: bool = False
    ) -> list[Effect]:
        """An alarm, once a start; `freeze`: nothing more is taken of that feed, or said in it."""
        if (code, origin.text) in self.alarmed:
            return []
        self.alarmed.add((code, origin.text))
        if freeze:
            self.frozen.add(origin)
        return [Alarm(code, f"{words}: {origin.text}", proof, origin if freeze else None)]


def _grown(tree: merkle.Tree, entries: Sequence[Entry], size: int) -> merkle.Tree:
    return merkle.grown(tree, (entries[n].hash for n in range(tree.size, size)))
