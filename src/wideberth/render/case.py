"""A case, as a record of it tells it: in words, and as a part of `wideberth.verify/1`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from wideberth.desk import case_entries, notice_entries
from wideberth.desk.agreements import Standing
from wideberth.desk.case_entries import (
    Accepted,
    Acknowledged,
    Closed,
    Escalated,
    Lapsed,
    Opened,
    Proposed,
    Ref,
    Retracted,
)
from wideberth.desk.case_record import Step, Told, unable
from wideberth.errors import Invalid, shorten
from wideberth.ledger import body, ids
from wideberth.ledger.body import Header
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Proven
from wideberth.model.case import PHASES
from wideberth.model.relay import RUNGS
from wideberth.render.record import Checked, moment, named, stamp
from wideberth.render.words import counted, duration, height

NEVER_PERMISSION = "An acknowledgement is never permission."
LISTED = 20
"""Entries of a kind that are listed; all are counted."""
BY_HEADERS = (
    "Of everything else on this line from the beginning of the case on, the file has the header: who, when,"
    " which type. So no entry in between was taken out unseen. What those entries say is not known here."
)
NO_HEADERS = (
    "The file leaves out the headers of all other entries. So it does not show the order of these,"
    " nor that nothing in between was taken out."
)
ASK = "Whether those are of this case, only the other party's record of it can tell: compare the two."


class Shown(Struct, frozen=True):
    """A case of a record that was checked, and the agreements that stand in it."""

    checked: Checked
    told: Told
    standing: Standing

    @property
    def feeds(self) -> Mapping[Origin, Proven]:
        """What the record proves of each feed."""
        return {each.origin: each for each in self.checked.result.feeds}

    @property
    def as_of_ms(self) -> int:
        """The newest time that an author's clock says in the record."""
        return max((each.last_ms for each in self.checked.result.feeds), default=0)

    def who(self, origin: Origin) -> str:
        """What the author of a feed is called."""
        return named(origin.party, self.checked)

    def place(self, ref: Ref) -> str:
        """`North main 12`: an entry in few words."""
        epoch = f"/{ref.origin.epoch}" if ref.origin.epoch else ""
        return f"{self.who(ref.origin)} {ref.origin.kind}{epoch} {ref.n}"


def ref_of(header: Header) -> Ref:
    """Where an entry stands."""
    return Ref(header.origin, header.n)


def lines(shown: Shown) -> Iterator[str]:
    """The case, line by line."""
    told = shown.told
    yield "The case, as far as this file tells it"
    yield f"  case  {told.id}"
    for notice in told.notices or ():
        yield f"  {notice_words(shown, notice)}"
    yield f"  {standing_words(shown)}"
    for each in agreement_words(shown):
        yield f"  {each}"
    yield f"  {NEVER_PERMISSION}"
    before = None
    for step in told.steps:
        header = step.entry.header
        yield ""
        yield f"  {moment(header.at_ms)}  {shown.who(header.origin)} {says(shown, step)}"
        yield f"    {proof(shown, step)}"
        if step.phase != before and step.phase is not None:
            yield f"    the case is now {step.phase}"
        before = step.phase
    yield ""
    yield "What this file does not tell of the case"
    yield from (f"  {line}" for line in limits(shown))


def standing_words(shown: Shown) -> str:
    """Where the case stands, as of the last entry; what is closed is no *known* conflict, as of that time."""
    told, when = shown.told, moment(shown.as_of_ms)
    if told.phase is None:
        return f"nothing here opens it, as of {when}"
    if told.phase == "closed":
        closed = [step for step in told.steps if step.phase == "closed"]
        return f"closed: no known conflict, as of {moment(closed[-1].entry.header.at_ms)}"
    if told.phase == "accepted" and not told.ordered:
        return f"accepted, as of {when}; whether that is final does not show without the other headers"
    unclear = (
        "; something in it is not understood here" if told.case is not None and told.case.unclear else ""
    )
    return f"{told.phase}, as of {when}: {PHASES[told.phase]}{unclear}"


def notice_words(shown: Shown, notice: str) -> str:
    """A notice in its newest version."""
    found = shown.told.state.notices.get(notice)
    if found is None:
        return f"{notice}: what it tells is not in the file"
    said, by = found.said, named(found.by, shown.checked)
    return f"{notice} of {by}, version {said.version}, now {found.state}: {_notice(said)}"


def _notice(said: notice_entries.Told) -> str:
    volumes = (
        counted(len(said.volumes), "volume") if said.volumes else "its volumes are not told on this line"
    )
    simplified = ", simplified outwards" if said.simplified else ""
    callsign = f", callsign {shorten(said.callsign)}" if said.callsign else ""
    return f"{shorten(said.activity)}{callsign}; told as {said.state}, {said.level}, {volumes}{simplified}"


def agreement_words(shown: Shown) -> Iterator[str]:
    """The terms that the entries of the case name."""
    held = {force.version.sha256: force.version for force in shown.standing.held}
    for sha256 in agreements_of(shown.told):
        found = held.get(sha256)
        if found is None:
            yield f"names terms that are not shown here to be in force; SHA-256 {sha256.hex()}"
        else:
            title = shorten(found.agreement.terms.title, 80)
            yield f"under {title}, version {found.agreement.version}, signed by two officers of each party"
            yield f"  SHA-256 {sha256.hex()}"


def agreements_of(told: Told) -> list[bytes]:
    """The terms that the entries of a case name, each once."""
    named_ = (step.entry.header.agreement for step in told.steps)
    return list(dict.fromkeys(each for each in named_ if each is not None))


def says(shown: Shown, step: Step) -> str:
    """What an entry says, as what its author does; not more than its type where only the header is there."""
    entry = step.entry
    kind = f"{entry.header.type} v{entry.header.v}"
    if not entry.body:
        return f"enters something else ({kind}), and has folded what came before"
    try:
        if body.understood(entry, case_entries.KNOWN):
            return _case_words(shown, case_entries.read(entry))
        if body.understood(entry, notice_entries.KNOWN):
            return _notice_words(shown, notice_entries.read(entry))
        if answers := list(unable(entry)):
            mine = {ref_of(each.entry.header) for each in shown.told.steps}
            about = ", ".join(f"{shown.place(ref)} ({shorten(why)})" for ref, why in answers if ref in mine)
            return f"answers that it does not understand {about or 'something else'}"
    except Invalid as error:
        return f"enters a {kind} that says nothing: {shorten(str(error), 200)}"
    return f"enters a {kind} that this program does not understand"


def _notice_words(shown: Shown, said: notice_entries.Said) -> str:
    match said:
        case notice_entries.Told():
            return f"gives notice {said.notice}, version {said.version}: {_notice(said)}"
        case notice_entries.Stated():
            override = _override(said)
            return f"says that the plan of {said.notice}, version {said.version}, is {said.state}{override}"
        case notice_entries.Consented():
            allotted = "where it was allotted, and nowhere else"
            return f"consents to {said.notice}, version {said.version}, {allotted}"
        case notice_entries.Relayed():
            return f"says of {said.notice}, version {said.version}, among its own people: {RUNGS[said.rung]}"
    mine = [each for each in said.notices if each.notice in (shown.told.notices or ())]
    which = ", ".join(f"{each.notice} version {each.version}" for each in mine)
    if others := len(said.notices) - len(mine):
        which += f", and {counted(others, 'other', 'others')}"
    if isinstance(said, notice_entries.Checked):
        return f"has compared with its own plans: {which}"
    return f"has NOT CHECKED ({said.why.replace('_', ' ')}): {which}"


def _override(said: notice_entries.Stated) -> str:
    if said.override is None:
        return ""
    return f", by {shorten(said.override)}, although not confirmed by {len(said.unconfirmed)}"


def _case_words(shown: Shown, said: case_entries.Said) -> str:
    match said:
        case Opened():
            found = "they overlap" if said.found == "overlap" else "they are too close"
            where = f", in {counted(len(said.where), 'volume')} of the public grid" if said.where else ""
            return f"finds the two notices in conflict: {found}{where}"
        case Proposed():
            until = moment(said.until_ms)
            return (
                f"proposes for {said.notice}, version {said.version}: {_change(said.change)}; until {until}"
            )
        case Escalated():
            return f"raises the case to its own {said.to}"
        case Closed():
            how = {
                "amended": "a new version is clear",
                "ended": "a plan has ended",
                "clear": "it never was one",
            }
            return f"finds no conflict between the two any more: {how[said.how]}"
    return f"{_DOES[type(said)]} the proposal in {shown.place(said.proposal)}"


_DOES: Mapping[type, str] = {
    Accepted: "accepts",
    Acknowledged: "knows of the acceptance of",
    Lapsed: "lets lapse",
    Retracted: "retracts",
}


def _change(change: Mapping[str, Value]) -> str:
    match change:
        case {"delay_ms": int(delay)}:
            return f"{duration(abs(delay))} {'later' if delay >= 0 else 'earlier'}"
        case {"lift_dmm": int(lift)}:
            return f"{height(abs(lift), metric=False)} {'higher' if lift >= 0 else 'lower'}"
        case {"volumes": list(volumes)}:
            return f"other volumes ({len(volumes)})"
        case {"cancel": True}:
            return "it is cancelled"
    return "a change that this program does not understand"


def proof(shown: Shown, step: Step) -> str:
    """What an entry's place rests on: its author's signature, and the other party's receipt."""
    header = step.entry.header
    feed = shown.feeds[header.origin]
    time_s = feed.delivery_s(header.n)
    receipt = (
        "its receipt is not in this file" if time_s is None else f"held by the other {moment(time_s * 1_000)}"
    )
    chain = "; OUT OF ITS AUTHOR'S CHAIN: takes back and accepts nothing" if step.disputed else ""
    return f"{shown.place(ref_of(header))}: {feed.standing(header.n)}; {receipt}{chain}"


def limits(shown: Shown) -> Iterator[str]:
    """What may be missing, and how one would know."""
    told = shown.told
    yield BY_HEADERS if told.ordered else NO_HEADERS
    if told.hidden:
        about = counted(len(told.hidden), "other entry", "other entries")
        verb = "is" if len(told.hidden) == 1 else "are"
        yield f"{about} about notices or cases {verb} here without what they say. {ASK}"
        for each in told.hidden[:LISTED]:
            yield f"  {moment(each.at_ms)}  {shown.place(ref_of(each))}  {each.type}"
        if len(told.hidden) > LISTED:
            yield f"  and {len(told.hidden) - LISTED:,} more"
    if told.others:
        yield f"{counted(told.others, 'entry', 'entries')} of other types: headers only."
    for each in told.waiting[:LISTED]:
        where = shown.place(ref_of(each))
        why = "what its author had folded is not here, or the file begins too late"
        yield f"NOT PLACED: {where} ({each.type}): {why}."
    for ref in told.holes:
        yield f"MISSING: the proposal in {shown.place(ref)}, of which an entry of this case speaks."
    yield "What was said after the last entries here, by voice, or on another line."


def document(shown: Shown) -> dict[str, Any]:
    """The case for machines."""
    told = shown.told
    held = {force.version.sha256: force.version for force in shown.standing.held}
    return {
        "id": told.id,
        "phase": told.phase,
        "as_of": stamp(shown.as_of_ms),
        "whole": told.whole,
        "ordered": told.ordered,
        "notices": [_notice_json(told, each) for each in told.notices or ()],
        "steps": [_step_json(shown, each) for each in told.steps],
        "hidden": _headers_json(told.hidden),
        "others": told.others,
        "not_placed": _headers_json(told.waiting),
        "missing": [{"feed": each.origin.text, "entry": each.n} for each in told.holes],
        "agreements": [
            {
                "sha256": each.hex(),
                "signed": each in held,
                "title": held[each].agreement.terms.title if each in held else None,
                "version": held[each].agreement.version if each in held else None,
            }
            for each in agreements_of(told)
        ],
    }


def _notice_json(told: Told, notice: str) -> dict[str, Any]:
    found = told.state.notices.get(notice)
    if found is None:
        return {"notice": notice, "party": None}
    said = found.said
    return {
        "notice": notice,
        "party": found.by,
        "version": said.version,
        "level": said.level,
        "state": found.state,
        "activity": said.activity,
        "callsign": said.callsign,
        "volumes": len(said.volumes),
    }


def _step_json(shown: Shown, step: Step) -> dict[str, Any]:
    header = step.entry.header
    feed = shown.feeds[header.origin]
    time_s = feed.delivery_s(header.n)
    return {
        "feed": header.origin.text,
        "entry": header.n,
        "party": header.origin.party,
        "at": stamp(header.at_ms),
        "type": header.type,
        "v": header.v,
        "means": says(shown, step),
        "standing": feed.standing(header.n),
        "in_chain": not step.disputed,
        "delivered_at": None if time_s is None else stamp(time_s * 1_000),
        "agreement": None if header.agreement is None else ids.base32(header.agreement),
        "phase": step.phase,
    }


def _headers_json(found: tuple[Header, ...]) -> dict[str, Any]:
    listed = [
        {"feed": each.origin.text, "entry": each.n, "at": stamp(each.at_ms), "type": each.type}
        for each in found[:LISTED]
    ]
    return {"count": len(found), "listed": listed}
