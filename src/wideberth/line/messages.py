"""What goes into the step function, and what comes out: events and effects.

Of messages between the two nodes there are three kinds, all a `Content`: an entry; without a leaf and a body,
a status (see status.py); with a body only, a side message (see side.py), which never comes here. Sealing and
opening is the node's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Kind, Origin
from wideberth.ledger.order import START, Beginning, Placed
from wideberth.ledger.seal import Content
from wideberth.line.clock import Now
from wideberth.line.terms import Terms

CHECK: Final = "call.check"
"""The type of "you are near us: stop and check". It goes where nothing else does (LINE 12, 15)."""

Level = Literal["live", "late", "silent"]
Why = Literal["restore", "clock", "credit", "forked", "gate"]


class Held(NamedTuple):
    """What the journal holds of one feed: its entries from 0, and the checkpoints (notes) by size."""

    origin: Origin
    items: tuple[Item, ...]
    notes: Mapping[int, bytes]


class Started(Struct, frozen=True):
    """The node was started, or a commit failed: `session` is 16 random bytes of this start.

    `frozen`: feeds for which an Alarm said so. `restored`: whether somebody says that this is an old backup.
    `start`, `final`: of the snapshot from which the fold goes on, as ledger.order.Order has them.
    """

    now: Now
    session: bytes
    held: tuple[Held, ...] = ()
    frozen: frozenset[Origin] = frozenset()
    restored: bool | None = None
    start: Beginning = START
    final: bool = False


class Say(Struct, frozen=True):
    """An entry that this party wants to say; `salt` is 16 random bytes. As feed.Written and feed.append.

    `free`: no outbound gate holds it, whatever its type.
    """

    now: Now
    kind: Kind
    type: str
    v: int
    body: Value
    salt: bytes
    agreement: bytes | None = None
    free: bool = False


class SayAll(Struct, frozen=True):
    """Entries that this party wants to say together: as Say one by one, in one commit, all of them or none.

    A checkpoint is signed after each run of them, at most half a window. The time is this event's.
    """

    now: Now
    said: tuple[Say, ...]


class NewEpoch(Struct, frozen=True):
    """An officer gives up the end of a feed of ours: `note` is the statement signed with the identity key."""

    now: Now
    kind: Kind
    note: bytes
    salt: bytes


class Received(Struct, frozen=True):
    """A message of the peer's, opened."""

    now: Now
    content: Content


class ReceivedAll(Struct, frozen=True):
    """Messages of the peer's that came together, opened: as Received one by one, in one commit.

    What is committed is answered for all of them: one receipt, one status.
    """

    now: Now
    contents: tuple[Content, ...]


class Committed(Struct, frozen=True):
    """The commit with this token is durable. Commits are carried out, and answered, in their order."""

    now: Now
    token: int


class Tick(Struct, frozen=True):
    """Time has passed: once a second, or so."""

    now: Now


class Waived(Struct, frozen=True):
    """An officer says: do not wait for the peer's heads; nothing of ours was lost."""

    now: Now


class ClockConfirmed(Struct, frozen=True):
    """An officer says: the wall clock is right as it is now."""

    now: Now


class Admitted(Struct, frozen=True):
    """An officer admits a new epoch of the peer's feed."""

    now: Now
    origin: Origin


class PapersChanged(Struct, frozen=True):
    """Certificates and revocations of a party of the line, all that are held now."""

    now: Now
    party: str
    papers: Papers


class TermsChanged(Struct, frozen=True):
    """The numbers of the line are other ones from now on, as agreed."""

    now: Now
    terms: Terms


class Unsent(Struct, frozen=True):
    """A transport could not pass on what it took from this slot, or does not know whether it did."""

    now: Now
    slot: Kind


class PrekeyChanged(Struct, frozen=True):
    """The prekey to which the peer is to seal from now on: its suite and id."""

    now: Now
    suite: int
    id: bytes


Later: TypeAlias = (
    Say
    | SayAll
    | NewEpoch
    | Received
    | ReceivedAll
    | Committed
    | Tick
    | Waived
    | ClockConfirmed
    | Admitted
    | PapersChanged
    | PrekeyChanged
    | TermsChanged
    | Unsent
)
Event: TypeAlias = Started | Later


class Write(NamedTuple):
    """What happens to one feed: entries from `expected` on, and a checkpoint; as store.journal.Step."""

    origin: Origin
    expected: int
    items: tuple[Item, ...]
    note: bytes


class Commit(Struct, frozen=True):
    """To be made durable, all of it or nothing, and answered with Committed. If it fails: Started."""

    token: int
    writes: tuple[Write, ...]


class Send(Struct, frozen=True):
    """To be sealed and sent. Each slot has its own queue, so that urgent never waits for main.

    One that says the same as one still in its queue, or a newer status, takes its place there.
    """

    content: Content
    slot: Kind


class NotTold(Struct, frozen=True):
    """Not signed: to be kept in the private feed, and said again after CreditReturned."""

    said: Say
    why: Why


class CreditReturned(Struct, frozen=True):
    """What was not told in feeds of this kind may be said now, in its order."""

    kind: Kind


class Lost(Struct, frozen=True):
    """So many entries at the end of an own feed are lost: others of ours had folded them, nobody has them.

    What had folded them is placed when as many have been said again, whatever they say.
    """

    origin: Origin
    entries: int


class Arrived(Struct, frozen=True):
    """Entries of the peer's that are durable now: for people to see, whatever they still wait for."""

    entries: tuple[Entry, ...]


class Shown(Struct, frozen=True):
    """A CHECK in a feed that is frozen, or not admitted: for people to see; nothing of it is kept."""

    entry: Entry


class Unable(Struct, frozen=True):
    """An entry that is kept and cosigned, but not understood: to be answered "unable"."""

    entry: Entry


class Order(Struct, frozen=True):
    """The order of the line's entries after the first `kept`, which keep their place: to be folded on.

    Counted from the snapshot. `overtaken`: an entry belongs among those of the snapshot; this is the order
    from the very first entry, and the snapshot is of no use any more.
    """

    kept: int
    placed: tuple[Placed, ...]
    overtaken: bool = False


class Health(Struct, frozen=True):
    """The line's state changed; `why` in words."""

    level: Level
    why: str


class Alarm(Struct, frozen=True):
    """For an officer, and to be kept. `proof` are the bytes that show it to anybody.

    `frozen`: the feed of which nothing more is taken, also after the next start.
    """

    code: str
    words: str
    proof: tuple[bytes, ...] = ()
    frozen: Origin | None = None


class Dropped(Struct, frozen=True):
    """A message that was not taken, and why: for counting, not for people."""

    code: str
    words: str


Told: TypeAlias = Arrived | Shown | Unable | Order | Health | Alarm | Dropped
Effect: TypeAlias = Commit | Send | NotTold | CreditReturned | Lost | Told
