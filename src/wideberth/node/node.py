"""A party's node while it runs: its lines over its data directory. Wired by hand, here.

Any thread may call it; one call is carried out at a time, and what it promised is durable when it returns.
It knows no transport and no web: those call it.
"""

from __future__ import annotations

import io
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from wideberth.errors import Invalid, Refused, Stale
from wideberth.formats import bundle
from wideberth.ledger import ids
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import LineOpened
from wideberth.ledger.ids import Kind
from wideberth.line import pairing, pairing_file
from wideberth.line.clock import Now
from wideberth.line.messages import Admitted, ClockConfirmed, NewEpoch, Waived
from wideberth.links import address as addresses
from wideberth.model.guards import ALL, Guards
from wideberth.node import bundles, directory, fold, open_line, opening, standing
from wideberth.node.agreeing import Agreeing
from wideberth.node.clock import Clock
from wideberth.node.config import Config
from wideberth.node.desk import Desk
from wideberth.node.gate import Gate
from wideberth.node.happenings import Happenings
from wideberth.node.log import Log
from wideberth.node.manual import Manual
from wideberth.node.open_line import Found, OpenLine, Own
from wideberth.node.opening import Opened
from wideberth.node.prekeys import Prekeys
from wideberth.node.private import Private
from wideberth.node.room import Room
from wideberth.node.sites import Sites
from wideberth.node.talk import About, Talk
from wideberth.node.trouble import Trouble
from wideberth.node.views import Happened, Imported, LineView, NodeView, ProofView

START = 8
"""Random bytes that name a start of a node to its own people."""

Waits = Callable[[str, Kind], None]
"""Called with the line and the slot in which something new waits to be sent."""


class Node:
    """One party's node. Made by `open`; `close` gives the directory back.

    Methods that name a line raise Invalid (`line.none`) for one that there is not; those that write raise as
    Journal.append, and then the lines have begun again.

    Attributes:
        agreed: the agreements of its lines; `desk` its plans, notices and cases; `sites` its lists of sites;
            `room` its calls, what rings, and words by which people recognise each other.
        as_of: the moment (ms POSIX UTC) as of which it stands (see past); None: it is the node as it is.
        party: its name. `identity` is its key (32 bytes), `people` its accounts, `start` names this start.
    """

    TALK: type[Talk] = Talk
    as_of: int | None = None

    def __init__(
        self, held: ExitStack, at: tuple[Path, Config], found: Opened, clock: Clock, log: Log, guards: Guards
    ):
        (self.path, self.settings), self.clock, self.log, self.guards = at, clock, log, guards
        self.identity, self.people, self._keys, self._secrets, self._lines, personal, _ = self.opened = found
        self.party = ids.party(self.identity)
        self.start, self.started_ms = secrets.token_hex(START), clock.now()
        self._held = held
        self._lock = threading.RLock()
        self._happenings = Happenings(clock.now, log)
        self._trouble = Trouble(lambda found: self._happenings.tell(None, found), log)
        self._waits: dict[object, Waits] = {}
        self._kept: dict[tuple[str, Kind], bytes] = {}
        self._open: dict[str, OpenLine] = {}
        self.agreed, self.gate = Agreeing(self), Gate(self)
        geoid, told, kept = opening.geoid(), self._happenings.tell, self._secrets.words
        self.desk, self.manual = Desk(self, geoid, told), Manual(self, geoid)
        self.sites, self.room = Sites(self, geoid, personal, told), Room(self, geoid, kept, told)
        held.callback(self.desk.close), held.callback(self.room.close)
        for each in self._lines.private.opened.values():
            self._begin(each)

    @classmethod
    def open(
        cls, path: Path, settings: Config, key: bytes, clock: Clock, log: Log, guards: Guards = ALL
    ) -> Node:
        """The node in a data directory, and no other process's until it is closed.

        Args:
            path: as directory.make has made it.
            settings: as directory.settings reads them.
            key: the 32 bytes that the journal is sealed with.
            clock: what time it is.
            log: what happened goes there, without content.
            guards: which safeguards are on: all, except for an exercise's twin.

        Raises: as opening.everything.
        """
        with ExitStack() as stack:
            found = opening.everything(stack, path, settings, key, guards)
            made = cls(stack, (path, settings), found, clock, log, guards)
            made._held = stack.pop_all()
            return made

    def close(self) -> None:
        """Give everything back. What was promised is durable already."""
        with self._lock:
            self._held.close()

    def __enter__(self) -> Node:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # what it shows

    @property
    def trouble(self) -> str | None:
        """What keeps it from writing; None where nothing does, as far as is known."""
        return self._trouble.words

    def status(self) -> NodeView:
        """The node as it stands."""
        with self._lock:
            return standing.view(self)

    def lines(self) -> list[LineView]:
        """All lines, by what people call the peer."""
        with self._lock:
            found = [self._view(each) for each in self._open.values()]
        return sorted(found, key=lambda each: (each.label or "", each.line))

    def line(self, line: str) -> LineView:
        """One line."""
        with self._lock:
            return self._view(self.of(line))

    def proofs(self, line: str) -> list[ProofView]:
        """All alarms of a line with their proofs."""
        with self._lock:
            return open_line.proofs(*self._lines.private.shown(self.of(line).id))

    def drops(self) -> dict[str, dict[str, int]]:
        """For each line how many messages were dropped in this start, by code."""
        with self._lock:
            return {line: dict(each.dropped) for line, each in self._open.items()}

    def events(self, after: int) -> tuple[list[Happened], bool]:
        """What happened after this number in this start, and whether some of it is forgotten already."""
        return self._happenings.after(after)

    def follow(self, follower: Callable[[], None]) -> Callable[[], None]:
        """Call this whenever something has happened, in whatever thread; what is returned ends it."""
        return self._happenings.follow(follower)

    # what its people do

    def take_up(self, paired: bytes, private: bytes, address: str | None = None) -> LineView:
        """Begin a line: the file that a pairing has come to, and the private pairing key (32 bytes).

        Raises: Invalid and NotTrusted (as pairing_file.read_paired; `transport.address`), Refused
        (`line.exercise`, `line.exists`, `line.other_identity`, `line.other_keys`, `pair.other_key`).
        """
        found = pairing_file.read_paired(paired)
        met = found.agreed.met
        if met.mine.identity != self.identity:
            raise Refused("line.other_identity", "this line is another party's; accepted: one of this node's")
        opening.check_sort(met.line, self.settings)
        if address is not None:
            addresses.read(address)
        made = pairing.secret(met, private), pairing.words(met, private)
        with self._lock:
            if met.line.id in self._open:
                raise Refused("line.exists", "this line was taken up before; accepted: a new pairing")
            open_line.check_keys(self._keys, open_line.papers(met.line, found.own)[self.party])
            self._secrets.keep(met.line.id, *made, self.clock.now())
            said = pairing.to_enter(met, found.own, found.peers, found.agreed.label)
            with self.recording() as private_feed:
                # with the address in one commit: whoever is killed here begins again, or is done
                private_feed.begin(met.line.id, said, address, self.clock.now())
            line = self._begin(self._lines.private.opened[met.line.id])
            self._happenings.tell(line.id, Found("line.opened"))
        with self.using(line.id):
            return self._view(line)

    def readdress(self, line: str, address: str | None) -> LineView:
        """Where the peer's node is called from now on, if at all. Raises: Invalid (`transport.address`)."""
        if address is not None:
            addresses.read(address)
        with self._lock:
            found = self.of(line)
            with self.recording() as private_feed:
                private_feed.address(line, address, self.clock.now())
            return self._view(found)

    def waive(self, line: str) -> LineView:
        """An officer says: nothing of ours was lost; do not wait for the peer's heads (LINE 15)."""
        return self._act(line, lambda found: found.talk.do(Waived(self.now())))

    def seen(self, line: str, alarms: int) -> LineView:
        """An officer says: somebody saw the first so many alarms of a line. Raises: as Private.see."""
        with self._lock:
            found = self.of(line)
            with self.recording() as private_feed:
                private_feed.see(line, alarms, self.clock.now())
            self._happenings.tell(line, Found("alarm.seen"))
            return self._view(found)

    def confirm_clock(self) -> None:
        """An officer says: the wall clock is right as it is now (LINE 12)."""
        for line in self._names():
            with self.using(line) as found:
                found.talk.do(ClockConfirmed(self.now()))
        with self._lock:
            self._happenings.tell(None, Found("clock.confirmed"))

    def admit(self, line: str, origin: str) -> LineView:
        """An officer admits a new epoch of a feed of the peer's.

        Raises: Invalid (`ledger.origin`), Refused (`line.no_epoch`).
        """
        return self._act(line, lambda found: found.talk.do(Admitted(self.now(), ids.origin(origin))))

    def new_epoch(self, line: str, kind: Kind, note: bytes) -> LineView:
        """An officer gives up the end of an own feed; `note` is signed with the identity key (LINE 15).

        Raises: as line.say.new_epoch.
        """
        event = NewEpoch(self.now(), kind, note, secrets.token_bytes(16))
        return self._act(line, lambda found: found.talk.do(event))

    def papers(self, line: str, notes: Sequence[bytes]) -> LineView:
        """Certificates and revocations of either party that came by hand: they count at once.

        Raises: as Talk.enter.
        """
        return self._act(line, lambda found: found.enter(notes))

    def check(self, line: str, *, desk: bool) -> LineView:
        """Ask now whether the other node is there, and its desk if `desk` (line_checks)."""
        return self._act(line, lambda found: found.talk.say(*found.talk.chores.ask(desk=desk)))

    def checked(self, line: str, role: str) -> LineView:
        """An officer answers the other party's checks. Raises: as line_checks.answer."""
        return self._act(line, lambda found: found.talk.say(*found.talk.chores.answer(self.party, role)))

    def say(self, line: str, kind: Kind, of_type: str, v: int, body: Value) -> None:
        """Say something on a line; what may not be said now is said in its turn. Raises: Invalid."""
        with self.using(line) as found:
            found.talk.say(kind, of_type, v, body)

    # what transports do

    def bundle(self, line: str) -> bytes:
        """All that the peer has not confirmed, as a file. Raises: Refused (as Talk.bundle)."""
        with self.using(line) as found:
            return b"".join(bundles.make(found.talk).parts)

    def take_bundle(self, data: bytes) -> Imported:
        """Take a bundle, of whichever line it is.

        Raises: Invalid (as bundle.begin), Refused (`bundle.other_line`).
        """
        tag = bundle.begin(io.BytesIO(data)).tag
        with self._lock:
            line = next((each for each in self._open if bundle.tag(each, self.party) == tag), None)
        if line is None:
            words = "the bundle is for no line of this node, or is one that this node has written"
            raise Refused("bundle.other_line", words)
        about = self.of(line).talk.about
        return Imported(line, *bundles.take(about, partial(self.incoming, line), io.BytesIO(data)))

    def line_secret(self, line: str) -> bytes:
        """What both ends of a line know, and nobody else (LINE 18): 32 bytes."""
        with self._lock:
            return self.of(line).secret

    def other(self, line: str) -> str:
        """The party at the other end."""
        with self._lock:
            return self.of(line).state.peer

    def outgoing(self, line: str, slot: Kind, most: int) -> list[bytes]:
        """Sealed messages to be sent: together at most so many bytes, but one where there is one."""
        with self.using(line) as found:
            taken: list[bytes] = []
            size = 0
            while (sealed := self._kept.pop((line, slot), None) or found.talk.next(slot)) is not None:
                if taken and size + len(sealed) > most:
                    # it is sealed already: the next call begins with it
                    self._kept[line, slot] = sealed
                    break
                taken.append(sealed)
                size += len(sealed)
            return taken

    def unsent(self, line: str, slot: Kind) -> None:
        """What was taken may not have arrived: it is to be sent again."""
        with self.using(line) as found:
            found.talk.unsent(slot)

    def incoming(self, line: str, messages: Sequence[bytes]) -> int:
        """Messages that came; how many opened."""
        with self.using(line) as found:
            return found.talk.receive_all(messages)

    def waiting(self, line: str, slot: Kind) -> bool:
        """Whether something waits to be sent."""
        with self._lock:
            return (line, slot) in self._kept or self.of(line).talk.waits(slot)

    def listen(self, waits: Waits) -> Callable[[], None]:
        """Call this, in any thread, when something new waits; what is returned ends it. Waits for no lock."""
        self._waits[key := object()] = waits

        def end() -> None:
            self._waits.pop(key, None)

        return end

    def tick(self) -> None:
        """Time has passed: once a second. Where nothing can be written it says so, and goes on."""
        began, failed = self.clock.elapsed(), False
        due = self._trouble.due(began)
        self.sites.tick()
        self.room.tick()
        for line in self._names():
            if self._lines.broken and not due:
                break
            try:
                with self.using(line) as found:
                    found.talk.tick()
                    self.desk.tick(found)
            except (Refused, Stale, OSError):
                failed = True
                # a server that is away is asked once, not once for each line
                due = due and not self._lines.broken
        with suppress(Refused, Stale, OSError):
            if self.trouble is not None and due and not failed:
                self._try()
        self._trouble.tried(began, self.clock.elapsed())

    def _try(self) -> None:
        """Whether the journal takes a commit again."""
        with self._lock:
            with self.recording() as private_feed:
                private_feed.rewrite()
            self._trouble.over()

    def stopping(self) -> None:
        """Tell whoever follows that the node is about to stop."""
        with self._lock:
            self._happenings.tell(None, Found("node.stopping"))

    def now(self) -> Now:
        """Both readings of the clock."""
        return Now(self.clock.now(), self.clock.elapsed())

    def _names(self) -> list[str]:
        with self._lock:
            return list(self._open)

    def all_lines(self) -> list[OpenLine]:
        """All lines."""
        return list(self._open.values())

    def of(self, line: str) -> OpenLine:
        """A line, to be looked at while all of the node is held."""
        found = self._open.get(line)
        if found is None:
            raise Invalid("line.none", "line", line, "a line of this node: wideberth line list")
        return found

    @property
    def private(self) -> Private:
        """What is kept in the private feed."""
        return self._lines.private

    @contextmanager
    def held(self) -> Iterator[None]:
        """All of it, for as long as several things are looked at or done together."""
        with self._lock:
            yield

    @contextmanager
    def using(self, line: str) -> Iterator[OpenLine]:
        """A line for one call; what it owes then is said, and what waits to be sent, or changed, is told."""
        with self._lock:
            found = self.of(line)
            with self._trouble.minded(line), self._lines.using(line):
                yield found
                found.look()
                self.desk.settle(found)
                self.room.settle(found)
            self._announce(found)

    @contextmanager
    def recording(self) -> Iterator[Private]:
        with self._trouble.minded(), self._lines.recording():
            yield self._lines.private

    def _announce(self, found: OpenLine) -> None:
        for slot in ids.KINDS:
            if found.talk.waits(slot):
                for waits in tuple(self._waits.values()):
                    waits(found.id, slot)

    def _begin(self, opened: LineOpened) -> OpenLine:
        line = opened.line
        papers = open_line.papers(line, self._lines.private.papers)
        checks = opening.line_checks(self.guards)
        about = About(line, self.party, papers, open_line.KNOWN, fold.terms(None), checks)
        made = Prekeys(self.path / directory.KEYS / f"{line.id}.prekeys", self._secrets.sealing, line.id)
        own = Own(self._keys, made, self.now, self.TALK)
        found = OpenLine(about, own, opened.label, self._secrets.read(line.id), self._happenings.tell)
        self._lines.add(found.talk)
        self._open[line.id] = found
        if not self.guards.epoch_check:
            found.talk.do(Waived(self.now()))
        for part in (self.desk, self.sites, self.room):
            part.begin(found)
        return found

    def _view(self, found: OpenLine) -> LineView:
        return found.view(self.private.addresses.get(found.id), *self.private.shown(found.id))

    def _act(self, line: str, act: Callable[[OpenLine], None]) -> LineView:
        with self.using(line) as found:
            act(found)
        return self.line(line)
