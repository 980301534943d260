"""Holds of a line: which are in force, who has lifted which, and what plan they touch (LINE 14 and 19).

A hold counts as soon as it is placed, also where its key turns out to be revoked, or its author had not seen
what it had said itself: it restricts. A lift counts with two keys of its author's roster over its exact text,
and not where it is disputed or its log key is revoked: it permits. What silence means: nothing. A hold of a
silent party stays in force.

The state depends on the set of entries alone, in their order. It holds no papers: whether a lift counts is
judged by all that are known by now, so that a revocation that comes late takes a lift back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from immutables import Map
from msgspec import Struct, structs

from wideberth.conflict.find import find
from wideberth.desk import hold_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.hold_entries import Lifted, Put
from wideberth.errors import Invalid, Refused
from wideberth.ledger import approval, body, certificate, ids
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.ledger.order import Placed
from wideberth.model.hold import TRANSITIONS, Event, Hold, Moment, Phase
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.model.separation import EVERY, Row, Rule, SeparationTable
from wideberth.space.reference import VerticalReference
from wideberth.space.volume import Volume

SLACK_MS: Final = 5_000
"""A time is over when a clock is so far beyond it: clocks of two nodes agree to that (F3548)."""
KEPT: Final = 2_000
"""Holds of one party that are known on a line. Past that the oldest that have ended leave; where none has, a
new one is only counted, and then no plan may be taken to be outside them (`State.unread`).
"""
LIFTS: Final = 8
"""Lifts of one hold that are looked at: the newest."""
_HOLDS: Final = "(holds)"
_PLANS: Final = "(plans)"
LOOKED: Final = 20_000
"""Pairs of a volume and a hold that are looked at together."""
TOUCHES: Final = SeparationTable((Row((EVERY, EVERY), (Rule(1, 1, 1),)),), "whether they touch")


class Lift(Struct, frozen=True):
    """Signatures under a lift, where they stand, and the entry of the author's main feed that it goes before:
    there its officers are certified.
    """

    ref: Ref
    at_ms: int
    before: Ref
    approvals: tuple[Approval, ...]
    disputed: bool


class Held(Struct, frozen=True):
    """A hold, as its author said it in entry `ref`, whose body has this SHA-256."""

    by: str
    said: Hold
    sha256: bytes
    ref: Ref
    at_ms: int
    lifts: tuple[Lift, ...] = ()
    ended: Ref | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Its author and id."""
        return self.by, self.said.id

    @property
    def text(self) -> bytes:
        """What officers sign to lift it."""
        return hold_entries.lift_text(self.by, self.said.id, self.sha256)


class State(Struct, frozen=True):
    """The holds of a line, by author and id, in the order in which they were said.

    `unread`: how many more each party said than are kept.
    """

    holds: Map[tuple[str, str], Held] = Map()
    unread: Map[str, int] = Map()


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold."""
    entry = placed.entry
    if not body.understood(entry, hold_entries.KNOWN):
        return state
    try:
        said = hold_entries.read(entry)
    except Invalid:
        return state  # kept and shown as what it is; nothing of it counts
    header = entry.header
    ref = Ref(header.origin, header.n)
    if isinstance(said, Put):
        digest = hashlib.sha256(entry.body).digest()
        return _put(state, Held(header.origin.party, said.hold, digest, ref, header.at_ms))
    held = state.holds.get((header.origin.party, said.hold))
    if held is None:
        return state
    if isinstance(said, Lifted):
        made = Lift(ref, header.at_ms, _before(placed), said.approvals, placed.disputed)
        return _with(state, structs.replace(held, lifts=(*held.lifts, made)[-LIFTS:]))
    until = held.said.until
    early = not isinstance(until, Moment) or header.at_ms < until.at_ms + SLACK_MS
    if early or placed.disputed:
        return state
    return _with(state, structs.replace(held, ended=held.ended or ref))


def phase(held: Held, papers: Mapping[str, Papers]) -> Phase:
    """Where a hold stands, by all papers that are known."""
    if held.ended is not None and not _void(held.ended, papers):
        return "ended"
    return "lifted" if lifted_by(held, papers) is not None else "in force"


def lifted_by(held: Held, papers: Mapping[str, Papers]) -> Lift | None:
    """The lift that counts: two distinct keys on the author's roster have signed its exact text."""
    return next((each for each in held.lifts if len(signers(held, each, papers)) >= approval.NEEDED), None)


def signers(held: Held, lift: Lift, papers: Mapping[str, Papers]) -> frozenset[bytes]:
    """The officers' keys that count under a lift."""
    if lift.disputed or _void(lift.ref, papers):
        return frozenset()
    subject = hold_entries.subject(held.text)
    of = papers.get(held.by, Papers())
    return approval.approvers(subject, lift.approvals, lift.before.origin, lift.before.n, of)


def event(before: Phase, after: Phase) -> Event | None:
    """What the table calls a step; None where it is none of it."""
    steps: dict[tuple[Phase, Phase], Event] = {
        ("in force", "lifted"): "lifted by two keys",
        ("in force", "ended"): "its time has passed",
        ("lifted", "ended"): "its time has passed",
        ("lifted", "in force"): "a lifting key is revoked from before",
    }
    found = steps.get((before, after))
    return found if found is not None and TRANSITIONS[before].get(found) == after else None


def passed(hold: Hold, now_ms: int) -> bool:
    """Whether its time is over by this clock; a hold until something else has none."""
    return isinstance(hold.until, Moment) and now_ms >= hold.until.at_ms + SLACK_MS


def touching(
    some: Sequence[Hold], plans: Iterable[Plan], reference: VerticalReference
) -> frozenset[tuple[int, str]]:
    """Which plan (by its id, each there once) lies in which hold (by its place), or may.

    What only meets its edge does; an activity that is not said may be any; and where more pairs of volumes
    meet than are looked at, each that may does.
    """
    living = {plan.id: plan for plan in plans if plan.state != "ended"}
    may = {
        (n, plan.id)
        for n, hold in enumerate(some)
        for plan in living.values()
        if _stops(hold, plan.activity) and any(_while(hold, each) for each in plan.volumes)
    }
    everywhere = frozenset((n, name) for n, name in may if some[n].area is None)
    asked = [
        _asked(living[name]) for name in sorted({name for n, name in may if (n, name) not in everywhere})
    ]
    areas = [_area(n, some[n]) for n in sorted({n for n, _ in may})]
    found = find([*asked, *filter(None, areas)], TOUCHES, reference, limit=LOOKED)
    if found.count > len(found.conflicts):
        return frozenset(may)
    met = frozenset(_pair(dict(each.plans)) for each in found.conflicts)
    return everywhere | (met & may)


def lift(held: Held, papers: Mapping[str, Papers], approvals: Sequence[Approval], before: Ref) -> Lifted:
    """What lifts an own hold: officers' signatures over its text; `before`: see Lift.

    Raises: Refused (`hold.over`, `hold.not_counted`, `hold.two`).
    """
    now = phase(held, papers)
    if now != "in force":
        raise Refused("hold.over", f"this hold is {now} already; accepted: one that is in force")
    subject, of = hold_entries.subject(held.text), papers.get(held.by, Papers())
    for each in approvals:
        if not approval.approvers(subject, [each], before.origin, before.n, of):
            raise Refused(
                "hold.not_counted",
                f"the signature of {ids.base32(each.key)} does not count; accepted: one over the text of "
                "this lift by an officer who is on the roster: wideberth hold show ID --lift-text FILE",
            )
    found = len({each.key for each in approvals})
    if found < approval.NEEDED or len(approvals) > hold_entries.APPROVALS:
        words = f"{found} officers have signed; accepted: {approval.NEEDED} to {hold_entries.APPROVALS}"
        raise Refused("hold.two", f"{words}, each by a key of their own")
    return Lifted(held.said.id, tuple(approvals))


def _put(state: State, held: Held) -> State:
    if held.key in state.holds:
        return state  # the first stands: one that is over does not come back
    mine = [each for each in state.holds.values() if each.by == held.by]
    if len(mine) < KEPT:
        return _with(state, held)
    over = [each for each in mine if each.ended is not None]
    if not over:
        return structs.replace(state, unread=state.unread.set(held.by, state.unread.get(held.by, 0) + 1))
    oldest = min(over, key=_place)
    return _with(structs.replace(state, holds=state.holds.delete(oldest.key)), held)


def _with(state: State, held: Held) -> State:
    return structs.replace(state, holds=state.holds.set(held.key, held))


def _place(held: Held) -> tuple[int, int]:
    return held.ref.origin.epoch, held.ref.n


def _before(placed: Placed) -> Ref:
    """The next entry of the author's newest main feed, as far as it had come there."""
    mine = placed.entry.header.origin
    mains = [each for each in placed.folded if (each.party, each.kind) == (mine.party, "main")]
    main = max(mains, key=lambda each: each.epoch, default=mine._replace(kind="main", epoch=0))
    return Ref(main, placed.folded.get(main, 0))


def _void(ref: Ref, papers: Mapping[str, Papers]) -> bool:
    return certificate.void(ref.origin, ref.n, papers.get(ref.origin.party, Papers()))


def _stops(hold: Hold, activity: str) -> bool:
    if hold.activities is None or activity == UNSPECIFIED:
        return True
    return activity.casefold() in {each.casefold() for each in hold.activities}


def _asked(plan: Plan) -> Plan:
    """As it is compared: what is sent out is there as a body too."""
    return Plan(_PLANS, plan.id, tuple(structs.replace(each, band=None) for each in plan.volumes))


def _area(n: int, hold: Hold) -> Plan | None:
    if hold.area is None:
        return None
    until = hold.until.at_ms + SLACK_MS if isinstance(hold.until, Moment) else None
    area = Volume(hold.area.ground, hold.area.lower, hold.area.upper, hold.from_ms, until)
    return Plan(_HOLDS, str(n), (area,))


def _pair(by_party: Mapping[str, str]) -> tuple[int, str]:
    return int(by_party[_HOLDS]), by_party[_PLANS]


def _while(hold: Hold, volume: Volume) -> bool:
    """Whether a volume is there at some time from which the hold may hold, its edges included."""
    until = hold.until.at_ms + SLACK_MS if isinstance(hold.until, Moment) else None
    begins_after = until is not None and volume.start is not None and volume.start > until
    return not begins_after and (volume.end is None or volume.end >= hold.from_ms)
