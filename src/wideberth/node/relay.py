"""The relay tree of a node: cells, what is handed down to them, what they sign, what rings. Part of the node.

All of it stays in the private feed; of a line's notice only how far it has come is said there. What is handed
down and has a newer version by now is handed down anew by itself: then all of it is to be confirmed again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wideberth.desk import notice_entries, relay, relay_due, relay_entries, rings
from wideberth.desk.notice_entries import Relayed
from wideberth.desk.relay import State
from wideberth.desk.relay_entries import ID, SECRET, Confirmed, Opened, Said
from wideberth.errors import Invalid, Refused, Stale
from wideberth.ledger import ids, quints
from wideberth.model.relay import TEST, About, Cell, How
from wideberth.node import relay_pages, relay_views
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.relay_pages import RelayPages
from wideberth.node.relay_subjects import Standing, Subjects
from wideberth.node.relay_views import (
    NotRelayedView,
    RelayCellView,
    RelaysView,
    RelayView,
    SlipView,
)
from wideberth.node.ringing import Ringing, Wanted
from wideberth.node.views import time
from wideberth.render import relay_page, relay_text

if TYPE_CHECKING:
    from wideberth.node.node import Node

SHOWN: Final = 500
"""Relays that are listed."""
LONGEST: Final = 24 * 60
"""Minutes that a test of contact may take."""
LOOK_MS: Final = 15_000
"""How often it is looked for what begins soon and is with nobody."""
AHEAD_MS: Final = 60_000
"""So far ahead of this node's clock an answer may be dated."""
RANG, RANG_LAST = "relay", "relay.last"
"""Kinds of what rings: from 60 minutes before the start on, and from 30 on."""


class Relay:
    """Of one node. Methods raise as Node.recording and Node.using, and as is said at each.

    `pages`: what the slips lead to.
    """

    def __init__(self, node: Node, ringing: Ringing, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell
        self._subjects = Subjects(node)
        self.pages = RelayPages(node, self._subjects, self._enter_and_say)
        self._settled: dict[str | None, tuple[object, ...]] = {}
        self._looked_ms: int | None = None
        self._alone: list[tuple[About, int]] = []
        ringing.sources.append(self._wanted)

    # cells

    def cells(self) -> list[RelayCellView]:
        """All cells, each after the one above it."""
        with self._node.held():
            state = self._state()
            found = relay.chosen(state, None) if state.cells else ()
            return [relay_views.cell(each, state) for each in found]

    def add(self, name: str, above: str | None, key: bytes | None) -> list[RelayCellView]:
        """A new cell. Raises: as relay.add."""
        with self._node.held():
            self._enter([relay.add(self._state(), secrets.token_bytes(ID), name, above, key)])
            return self.cells()

    def remove(self, cell: str) -> list[RelayCellView]:
        """It is no cell any more. Raises: as relay.remove."""
        with self._node.held():
            self._enter([relay.remove(self._state(), cell)])
            return self.cells()

    # relays

    def all(self) -> RelaysView:
        """All that stand, and what begins within the hour and is with nobody."""
        with self._node.held():
            some = [each for each in self._state().standing() if self._subjects.live(each.about)]
            some.sort(key=lambda each: (each.opened.start_ms, each.id))
            return RelaysView(tuple(map(self._view, some[:SHOWN])), tuple(self._nobody()))

    def one(self, name: str) -> RelayView:
        """One of them, also what is superseded or over. Raises: Invalid (`relay.none`)."""
        with self._node.held():
            return self._view(relay.relay(self._state(), name))

    def open(self, line: str | None, name: str, cells: Sequence[str] = ()) -> RelayView:
        """Hand down a notice of a line, or an own plan (`line` None), to these cells, or to all.

        Raises: Invalid (`line.none`, `notice.none`, `plan.none`), Refused (`relay.own`, `relay.over`, and as
        relay.chosen, relay.open_).
        """
        with self._node.held():
            now = self._subjects.standing(line, name)
            if now is None:
                code = "plan.none" if line is None else "notice.none"
                raise Invalid(code, "plan" if line is None else "notice", name, "one that there is")
            if now.over:
                raise Refused("relay.over", "it has ended; accepted: what is yet to come, or goes on")
            state = self._state()
            said = self._opened(now, relay.chosen(state, cells or None))
            self._enter_and_say([said], line)
            return self.one(said.relay)

    def test(self, minutes: int, cells: Sequence[str] = ()) -> RelayView:
        """Test whether these cells, or all, can be reached: each is to answer within so long.

        Raises: Invalid (`relay.minutes`), and as relay.chosen.
        """
        if not 1 <= minutes <= LONGEST:
            raise Invalid("relay.minutes", "minutes", minutes, f"1 to {LONGEST:,}")
        with self._node.held():
            state, chance = self._state(), secrets.token_bytes(ID)
            name = relay_entries.new_id(TEST, chance)
            until_ms = self._now() + minutes * relay_due.MINUTE_MS
            text = relay_text.contact(name, until_ms, self._subjects.mark)
            chosen = relay.chosen(state, cells or None)
            number, about = relay_text.reference(name), About(None, name, 1)
            said = relay.open_(state, secrets.token_bytes(ID), about, chosen, until_ms, text, number)
            self._enter([said])
            return self.one(said.relay)

    def hand(self, name: str, cell: str, how: How) -> RelayView:
        """It was handed to a cell otherwise than by a slip. Raises: as relay.hand; Refused (`relay.slip`)."""
        if how == "slip":
            raise Refused("relay.slip", "a slip is made by: wideberth relay slip")
        with self._node.held():
            self._enter([relay.hand(self._state(), name, cell, how)])
            return self.one(name)

    def slip(self, name: str, cell: str) -> SlipView:
        """A one-use slip for a cell; the one before is void. Its secret is shown here, and kept nowhere.

        Raises: as relay.hand.
        """
        with self._node.held():
            state = self._state()
            found = relay.relay(state, name)
            duty = relay.named(found, cell)
            secret = secrets.token_bytes(SECRET)
            kept = relay_entries.slip_of(secret, found.id, duty.cell.id)
            self._enter([relay.hand(state, name, duty.cell.id, "slip", kept)])
            above = found.duties.get(duty.cell.parent or "")
            base, words = self.pages.base(), quints.words(secret)
            url = None if base is None else f"{base}{relay_pages.PLACE}{ids.base32(secret)}"
            title = self._view(found).title
            above_name = "" if above is None else above.cell.name
            printed = relay_page.Slip(duty.cell.name, above_name, title, words, url, self._subjects.mark)
            page = relay_page.slip(printed)
            return SlipView(found.id, duty.cell.id, duty.cell.name, url, words, page)

    def confirm(self, said: Confirmed) -> RelayView:
        """What a cell has signed. Raises: as relay.confirm; Refused (`relay.time`)."""
        with self._node.held():
            if said.at_ms > self._now() + AHEAD_MS:
                raise Refused("relay.time", "the answer is dated ahead of this node's clock; accepted: now")
            counts = relay.confirm(self._state(), said)
            self._enter_and_say([counts], relay.relay(self._state(), said.relay).about.line)
            return self.one(said.relay)

    # what the room calls

    def settle(self, line: OpenLine) -> None:
        """A line was used: hand down anew what has a newer version, and say how far it is. As Talk.say."""
        private = self._node.private
        before = self._settled.get(line.id)
        now = (private.relays, private.plans, line.fold.all.notices, len(private.untold))
        if before is not None and all(map(_same, before, now)):
            return
        self._renew(line.id)
        said = [(each.TYPE, notice_entries.V, notice_entries.write(each)) for each in self._owed(line)]
        if said:
            line.talk.say_all("main", said)
        self._settled[line.id] = (
            private.relays,
            private.plans,
            line.fold.all.notices,
            len(private.untold),
        )

    def tick(self) -> None:
        """Time has passed: enter what rings. What cannot be written rings all the same."""
        with self._node.held(), suppress(Refused, Stale, OSError):
            state, now_ms = self._state(), self._now()
            if not state.cells and not state.current:
                return
            self._renew(None)
            self._look(now_ms)
            if not self._node.guards.relay_alarm:
                return
            said = [
                *relay_due.due(self._state(), now_ms, self._subjects.live),
                *relay_due.due_alone(self._state(), self._alone, now_ms),
            ]
            if said:
                self._enter(said)

    # how

    def _now(self) -> int:
        return self._node.clock.now()

    def _state(self) -> State:
        return self._node.private.relays

    def _enter(self, said: Sequence[Said]) -> None:
        with self._node.recording() as private:
            private.write([(each.TYPE, relay_entries.write(each)) for each in said], self._now())
        for each in said:
            noun = getattr(each, "relay", None)
            self._tell(None, Found("relay.changed", noun=noun, code=each.TYPE))

    def _enter_and_say(self, said: Sequence[Said], line: str | None) -> None:
        self._enter(said)
        self._settle_all(line)

    def _settle_all(self, line: str | None) -> None:
        """Say what that makes owed, on the line it is about, or on all."""
        for each in self._node.all_lines():
            if line in (None, each.id):
                with self._node.using(each.id):
                    pass  # what it owes is said at the end

    def _view(self, found: relay.Relay) -> RelayView:
        line = found.about.line
        label = None if line is None else self._subjects.called(self._node.of(line))
        live, exercise = self._subjects.live(found.about), bool(self._subjects.mark)
        return relay_views.relay(found, self._state(), label, live=live, exercise=exercise)

    def _opened(self, now: Standing, cells: Sequence[Cell]) -> Opened:
        start_ms = relay_text.start_ms(now.subject)
        return relay.open_(
            self._state(),
            secrets.token_bytes(ID),
            now.about,
            tuple(cells),
            max(0, self._now() if start_ms is None else start_ms),
            relay_text.text(now.subject),
            relay_text.read_back(now.subject),
            now.subject.level,
        )

    def _renew(self, line: str | None) -> None:
        """Hand down anew what has a newer version: own plans, and notices of this line."""
        state, said = self._state(), list[Said]()
        for each in state.standing():
            if each.about.line not in (None, line) or each.about.test:
                continue
            with suppress(Refused, Invalid):
                now = self._subjects.standing(each.about.line, each.about.id)
                if now is None or now.over:
                    continue
                # of the same version more may be told than before
                wider = now.about == each.about and now.subject.level != each.opened.level
                if wider or now.about.version > each.about.version:
                    said.append(self._opened(now, relay.again(state, each)))
        if said:
            self._enter(said)

    def _owed(self, line: OpenLine) -> Iterator[Relayed]:
        """What is to be said on a line of how far its notices have come here."""
        state, me = self._state(), line.state.party
        waiting = [(each.type, each.body) for each in (*line.talk.waiting(), *line.talk.dropped())]
        for each in state.standing():
            about = each.about
            if about.line not in (None, line.id) or about.test:
                continue
            notice = about.id if about.line else ids.notice_of(line.id, about.id)
            known = line.fold.all.notices.notices.get(notice)
            if known is None or known.ended or known.said.version != about.version:
                continue
            rung, before = relay_due.rung(each), known.passed.get(me)
            if rung is None:
                if before is None or before.rung == "no longer":
                    continue
                rung = "no longer"
            said = Relayed(notice, about.version, rung)
            same = before is not None and before.rung == rung
            if not same and (said.TYPE, notice_entries.write(said)) not in waiting:
                yield said

    def _look(self, now_ms: int) -> None:
        """What is yet to begin, or goes on, and was handed to nobody; looked for now and then."""
        if self._looked_ms is not None and 0 <= now_ms - self._looked_ms < LOOK_MS:
            return
        self._looked_ms = now_ms
        self._alone = (
            list(self._subjects.with_nobody(self._state().current, now_ms)) if self._state().cells else []
        )

    def _nobody(self) -> Iterator[NotRelayedView]:
        if not self._state().cells:
            return
        for about, start_ms in self._subjects.with_nobody(self._state().current, self._now()):
            now = self._subjects.standing(about.line, about.id)
            if now is not None:
                title = relay_text.title(now.subject)
                notice, plan = (about.id, None) if about.line else (None, about.id)
                yield NotRelayedView(about.line, notice, plan, about.version, title, time(start_ms))

    def _wanted(self) -> Iterator[Wanted]:
        """What rings: broken trees so near to the start, and what is with nobody."""
        state = self._state()
        if not self._node.guards.relay_alarm or (not state.cells and not state.current):
            return
        alone = [each for each in self._alone if self._subjects.live(each[0])]
        for each in relay_due.ringing(state, self._now(), self._subjects.live, alone):
            kind = RANG if each.mark > relay_due.LAST or each.about.test else RANG_LAST
            about = rings.About(kind, each.about.line, each.relay or each.about.id)
            yield Wanted(about, "relay.broken", "immediate")


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, int) and one == other)
