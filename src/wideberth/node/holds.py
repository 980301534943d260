"""Holds of a node: own ones, and those of the other parties; what they keep from beginning. Part of the node.

A hold is said, with the same bytes, on the line to each party that it names, or on every line where it names
its author alone. Which lines still lack it, or its lift, is worked out whenever a line is used. An own hold
binds from when it is durable here, also while it could not be said yet.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from wideberth.desk import hold_entries, holds, talks
from wideberth.desk.case_entries import Ref
from wideberth.desk.hold_entries import Ended, Lifted, Put, Said
from wideberth.desk.holds import Held
from wideberth.desk.plans import Own
from wideberth.desk.rings import About
from wideberth.errors import Invalid, Refused
from wideberth.formats import native
from wideberth.ledger import approval, canonical
from wideberth.model.hold import PHASES, Condition, Hold, Moment, Phase, Talks
from wideberth.model.plan import Plan
from wideberth.node import hold_views
from wideberth.node.fold import Changed
from wideberth.node.hold_views import (
    HoldOnView,
    HoldPartyView,
    HoldView,
    InsideView,
    TheirsInsideView,
)
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.ringing import Ringing, Wanted
from wideberth.node.telling import tell_all
from wideberth.node.views import time
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference
from wideberth.space.volume import Volume

if TYPE_CHECKING:
    from wideberth.node.node import Node

KIND = "hold"
NONE = "a hold that this party has put: wideberth hold list"
MET = "its condition is met: lift it"
NOT_TOLD = "it could not be said on the line yet, and binds here all the same: say it by voice"
Key = tuple[str, str]


class On(NamedTuple):
    """A hold on a line; `told` whether it stands there, or waits to be said."""

    line: OpenLine
    held: Held
    told: bool


class Holds:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, and as is said at each."""

    def __init__(
        self, node: Node, geoid: Geoid, ringing: Ringing, tell: Callable[[str | None, Found], None]
    ) -> None:
        self._node, self._tell = node, tell
        self._reference = VerticalReference(geoid)
        self._judged: dict[tuple[str, Key], tuple[Held, object, Phase]] = {}
        self._private: object = None
        self._open: dict[Key, list[On]] | None = None
        """Own holds that are in force on some line; None: to be looked for again."""
        ringing.sources.append(self._wanted)

    # what it shows

    def all(self, *, over: bool = True) -> list[HoldView]:
        """All holds of all lines, those in force first, then the newest first; without `over` those only."""
        with self._node.held():
            views = [self._view(some, whole=False) for some in self._found().values()]
        shown = [each for each in views if over or each.phase == "in force"]
        newest = sorted(shown, key=lambda each: (each.begins, each.hold), reverse=True)
        return sorted(newest, key=lambda each: each.phase != "in force")

    def one(self, hold: str) -> HoldView:
        """One of them: the own one, where another party's has the same id: nobody hides what lifts it.

        Raises: Invalid (`hold.none`).
        """
        with self._node.held():
            some = [on for key, on in self._found().items() if key[1] == hold]
            if not some:
                raise Invalid("hold.none", "hold", hold, "a hold of this node: wideberth hold list --all")
            return self._view(min(some, key=lambda on: on[0].held.by != self._me), whole=True)

    def blocked(self, own: Own) -> list[str]:
        """Which holds keep an own plan from beginning, in words: since when, and what ends each."""
        with self._node.held():
            known = [
                some
                for some in self._found().values()
                if self._me in some[0].held.said.parties and self._in_force(some)
            ]
            found = holds.touching([some[0].held.said for some in known], [own.plan], self._reference)
            words = [self._keeps(known[n]) for n, _ in sorted(found)]
            for line in self._node.all_lines():
                more = line.fold.all.holds.unread.get(line.state.peer, 0)
                if more:
                    words.append(f"{_name(line)} has put {more:,} more holds than this node keeps: call")
            return words

    def check(self, known: Own, plan: Plan) -> None:
        """What has begun is not moved into a hold: that is no way around what keeps it from beginning there.

        Raises: Refused (`plan.blocked`).
        """
        if known.plan.state != "activated":
            return
        before = self.blocked(known)
        new = [each for each in self.blocked(structs.replace(known, plan=plan)) if each not in before]
        if new:
            words = f"this plan has begun, and may not go on there: {'; '.join(new)}"
            raise Refused("plan.blocked", f"{words}; accepted: outside, or to say that it does not conform")

    # what its people do

    def put(self, hold: Hold) -> HoldView:
        """Put a hold, in force at once; its id is given here. Durable when this returns.

        Raises: as hold_entries.checked; Invalid (`hold.party` for one that is not at the end of a line),
        Refused (`hold.no_line`, `hold.passed`).
        """
        with self._node.held():
            if holds.passed(hold, self._node.clock.now()):
                raise Refused("hold.passed", "its time is over already; accepted: one that is to come")
            named = structs.replace(hold, id=hold_entries.new_id(secrets.token_bytes(16)))
            made = hold_entries.checked(named)
            known = {self._me, *(line.state.peer for line in self._node.all_lines())}
            for party in made.parties:
                if party not in known:
                    raise Invalid("hold.party", "parties", party, "this party, or the other one of a line")
            lines = self._lines(made)
            if not lines:
                raise Refused("hold.no_line", "nobody would be told; accepted: with a line to a party")
            self._say_on(lines, Put(made))
            return self.one(made.id)

    def lift(self, hold: str, approvals: Sequence[bytes]) -> HoldView:
        """Lift an own hold, by officers' signatures over its text, on all of its lines.

        Raises: as holds.lift and approval.read.
        """
        read = [approval.read(each.removesuffix(b"\n")) for each in approvals]
        with self._node.held():
            some = self._found().get((self._me, hold), [])
            if not some:
                raise Invalid("hold.none", "hold", hold, NONE)
            left = [on for on in some if self._phase(on) == "in force"] or some
            said = [self._lifted(on, read) for on in left]
            for on, each in zip(left, said, strict=True):
                self._say_on([on.line], each)
            return self._view(self._found()[self._me, hold], whole=True)

    # what the node calls

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            found = changed.of(KIND)
            tell_all(self._tell, line.id, "hold.changed", found)
            if found or changed.agreements:
                self._open = None

        self._open = None
        line.noticed.append(noticed)

    def settle(self, line: OpenLine) -> None:
        """Say what is owed on a line: holds and lifts that stand on others, and that a time is over."""
        now_ms = self._node.clock.now()
        for some in list(self._mine().values()):
            for on in some:
                over = holds.passed(on.held.said, now_ms) and line.state.clock.steady
                said = Ended(on.held.said.id)
                if over and on.line is line and on.told and not _waits(line, said):
                    _say(line, said)
            self._complete(some)

    # how

    @property
    def _me(self) -> str:
        return self._node.party

    def _found(self) -> dict[Key, list[On]]:
        """Every hold, by author and id, on each line that it stands on or waits for."""
        found: dict[Key, list[On]] = {}
        for line in self._node.all_lines():
            for key, held in line.fold.all.holds.holds.items():
                found.setdefault(key, []).append(On(line, held, told=True))
            for each in line.talk.waiting():
                if (each.type, each.v) == (Put.TYPE, hold_entries.V) and isinstance(each.body, dict):
                    said = hold_entries.read_hold(each.body)
                    digest = hashlib.sha256(canonical.write(each.body)).digest()
                    where = line.state.newest(self._me, "urgent").origin
                    held = Held(self._me, said, digest, Ref(where, -1), each.at_ms)
                    found.setdefault(held.key, []).append(On(line, held, told=False))
        return found

    def _mine(self) -> dict[Key, list[On]]:
        """Own ones that are in force on some line."""
        if self._open is None or self._node.private is not self._private:
            # the journal may have been read again: what it holds may be another than what was done
            self._private = self._node.private
            self._open = {
                key: some
                for key, some in self._found().items()
                if key[0] == self._me and any(self._phase(on) == "in force" for on in some)
            }
        return self._open

    def _phase(self, on: On) -> Phase:
        """Where it stands on a line; worked out again where it, or the papers, are others."""
        papers = on.line.fold.state.papers
        at = on.line.id, on.held.key
        known = self._judged.get(at)
        if known is None or known[0] is not on.held or known[1] is not papers:
            known = on.held, papers, holds.phase(on.held, papers)
            self._judged[at] = known
        return known[2]

    def _in_force(self, some: Sequence[On]) -> bool:
        """On any line. A time is over by the own clock while it is believed, whatever its author enters."""
        steady = all(on.line.state.clock.steady for on in some)
        over = steady and holds.passed(some[0].held.said, self._node.clock.now())
        return not over and any(self._phase(on) != "lifted" for on in some)

    def _met(self, some: Sequence[On]) -> bool:
        """Whether what ends it has come, on each line that can tell."""
        until: Condition = some[0].held.said.until
        if isinstance(until, Moment):
            return not self._in_force(some) or holds.passed(some[0].held.said, self._node.clock.now())
        if isinstance(until, Talks):
            known = [
                line.fold.all.talks
                for line in self._node.all_lines()
                if any(name == until.talks for _, name in line.fold.all.talks.talks)
            ]
            return bool(known) and all(talks.over(each, until.talks) for each in known)
        return all(
            any(
                force.version.agreement.id == until.agreement
                and force.version.agreement.version >= until.version
                for force in on.line.fold.standing.held
            )
            for on in some
        )

    def _keeps(self, some: Sequence[On]) -> str:
        held = some[0].held
        met = self._met(some)
        until = hold_views.until(held.said.until, met=met).words
        whose = "this party" if held.by == self._me else _name(some[0].line)
        more = "; its condition is met, and it is not lifted yet" if met else ""
        begins = time(held.said.from_ms)
        return f"it lies in the hold {held.said.id} of {whose}, in force from {begins}, {until}{more}"

    def _lines(self, hold: Hold) -> list[OpenLine]:
        """The lines that a hold of this party belongs on."""
        lines = self._node.all_lines()
        named = [line for line in lines if line.state.peer in hold.parties]
        return lines if set(hold.parties) == {self._me} else named

    def _complete(self, some: Sequence[On]) -> None:
        """What is in force, or lifted, on one of its lines is so on the others."""
        held = some[0].held
        if self._in_force(some):
            there = {on.line.id for on in some}
            self._say_on([line for line in self._lines(held.said) if line.id not in there], Put(held.said))
        lifts = [lift for on in some if (lift := holds.lifted_by(on.held, on.line.fold.state.papers))]
        for on in some if lifts else ():
            said, papers = Lifted(held.said.id, lifts[0].approvals), on.line.fold.state.papers
            if self._phase(on) != "in force" or _waits(on.line, said):
                continue
            if len(holds.signers(on.held, _as_lift(said, _before(on.line)), papers)) >= approval.NEEDED:
                self._say_on([on.line], said)

    def _lifted(self, on: On, approvals: Sequence[approval.Approval]) -> Lifted:
        return holds.lift(on.held, on.line.fold.state.papers, approvals, _before(on.line))

    def _say_on(self, lines: Sequence[OpenLine], said: Said) -> None:
        for each in lines:
            with self._node.using(each.id) as line:
                _say(line, said)
                self._open = None

    def _wanted(self) -> Iterator[Wanted]:
        """Own holds whose condition is met, until they are lifted."""
        for key, some in self._mine().items():
            until = some[0].held.said.until
            if not isinstance(until, Moment) and self._in_force(some) and self._met(some):
                yield Wanted(About(KIND, None, key[1]), "hold.met", "routine")

    def _view(self, some: Sequence[On], *, whole: bool) -> HoldView:
        held, met = some[0].held, self._met(some)
        hold, force = held.said, self._in_force(some)
        phase: Phase = "in force" if force else self._over(some)
        mine = held.by == self._me
        labels = {line.state.peer: line.label for line in self._node.all_lines()}
        return HoldView(
            hold=hold.id,
            by=held.by,
            label=None if mine else labels.get(held.by),
            mine=mine,
            binds=self._me in hold.parties,
            parties=tuple(HoldPartyView(each, each == self._me, labels.get(each)) for each in hold.parties),
            activities=hold.activities,
            area=_area(hold),
            reason=hold.reason,
            begins=time(hold.from_ms),
            until=hold_views.until(hold.until, met=met),
            phase=phase,
            words=_words(phase, met=met, mine=mine),
            lift_text=held.text.decode(),
            lines=tuple(map(self._on, some)),
            inside=tuple(self._inside(hold)) if whole and self._me in hold.parties else (),
            theirs=tuple(self._theirs(hold)) if whole else (),
        )

    def _over(self, some: Sequence[On]) -> Phase:
        return "lifted" if any(self._phase(on) == "lifted" for on in some) else "ended"

    def _on(self, on: On) -> HoldOnView:
        line, held, papers = on.line, on.held, on.line.fold.state.papers
        phase = self._phase(on)
        lift = holds.lifted_by(held, papers)
        shown = lift or (held.lifts[-1] if held.lifts else None)
        ref = held.ref
        return HoldOnView(
            line=line.id,
            label=line.label,
            told=on.told,
            delivered=on.told and (held.by != self._me or line.state.receipts.get(ref.origin, 0) > ref.n),
            phase=phase,
            words=PHASES[phase] if on.told else NOT_TOLD,
            entry=ref.n if on.told else None,
            origin=ref.origin.text if on.told else None,
            lifted=None if lift is None else time(lift.at_ms),
            signatures=0 if shown is None else len(holds.signers(held, shown, papers)),
            needed=approval.NEEDED,
        )

    def _inside(self, hold: Hold) -> Iterator[InsideView]:
        """Own plans that lie in a hold, those that have begun first."""
        known = self._node.private.plans.plans
        names = self._names(hold, (each.plan for each in known.values()))
        for name in sorted(names, key=lambda each: (known[each].plan.state == "accepted", each)):
            plan = known[name].plan
            yield InsideView(name, plan.label, plan.state)

    def _theirs(self, hold: Hold) -> Iterator[TheirsInsideView]:
        """Plans of others that the hold binds, as far as they are shown here, those that have begun first."""
        for line in self._node.all_lines():
            if line.state.peer not in hold.parties:
                continue
            told = line.fold.all.notices.notices
            plans = [
                Plan(each.by, name, each.said.volumes, each.said.activity, each.state)
                for name, each in told.items()
                if each.by == line.state.peer and each.said.volumes
            ]
            names = self._names(hold, plans)
            for name in sorted(names, key=lambda each: (told[each].state == "accepted", each)):
                found = told[name]
                yield TheirsInsideView(
                    name, line.label, found.said.callsign, found.state, override=found.override
                )

    def _names(self, hold: Hold, plans: Iterable[Plan]) -> set[str]:
        return {name for _, name in holds.touching([hold], plans, self._reference)}


def _say(line: OpenLine, said: Said) -> None:
    line.talk.say("urgent", said.TYPE, hold_entries.V, hold_entries.write(said))


def _waits(line: OpenLine, said: Said) -> bool:
    value = hold_entries.write(said)
    return any((each.type, each.body) == (said.TYPE, value) for each in line.talk.waiting())


def _before(line: OpenLine) -> Ref:
    """The next entry of the own main feed: there the officers must be certified."""
    main = line.state.newest(line.state.party, "main")
    return Ref(main.origin, main.written.size)


def _as_lift(said: Lifted, before: Ref) -> holds.Lift:
    return holds.Lift(before, 0, before, said.approvals, disputed=False)


def _area(hold: Hold) -> dict[str, object] | None:
    if hold.area is None:
        return None
    return native.volume_to_json(Volume(hold.area.ground, hold.area.lower, hold.area.upper))


def _words(phase: Phase, *, met: bool, mine: bool) -> str:
    if phase != "in force" or not met:
        return PHASES[phase]
    return f"{PHASES[phase]}; {MET if mine else 'its condition is met, and its author has not lifted it'}"


def _name(line: OpenLine) -> str:
    return line.label or line.state.peer
