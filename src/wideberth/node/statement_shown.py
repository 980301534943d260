"""How a node shows statements to its own people. What is silence is shown as silence, since when."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from wideberth.desk import policies, statements
from wideberth.desk.case_entries import Ref
from wideberth.desk.phrase_values import Position
from wideberth.desk.statement_entries import Asked, Assured, Claimed, Declared, Made, Raised, Responded
from wideberth.desk.statements import Mark, Replied, Statement
from wideberth.errors import shorten
from wideberth.formats import native
from wideberth.ledger import certificate
from wideberth.ledger.certificate import Papers
from wideberth.model.statement import (
    ANSWERS,
    ASSURANCES,
    OUR_ANSWERS,
    OUR_PHASES,
    PHASES,
    SILENCE,
    Area,
    Subject,
)
from wideberth.node.open_line import OpenLine
from wideberth.node.places import towns
from wideberth.node.site_shown import delivered
from wideberth.node.statement_views import (
    ClaimPlaceView,
    ClaimSubjectView,
    PolicyAreaView,
    PolicyView,
    StatedView,
    StatementReplyView,
    StatementView,
)
from wideberth.node.views import time
from wideberth.space.doubts import Kind, doubts
from wideberth.space.echo import echoes
from wideberth.space.nearest import compass, nearest
from wideberth.space.place import Place
from wideberth.space.units import DEGREE, METRE
from wideberth.space.words import kilometres

OF_AREAS: Final[frozenset[Kind]] = frozenset({"outside", "sign", "swapped", "zero"})
"""Doubts that say something of an area too; corners at whole degrees are common."""


def standing(line: OpenLine, found: Statement) -> Statement:
    """A statement of a line by the papers that are known by now (LINE 14)."""
    papers = line.fold.state.papers
    if not found.replies or not any(each.revocations for each in papers.values()):
        return found

    def void(ref: Ref) -> bool:
        return certificate.void(ref.origin, ref.n, papers.get(ref.origin.party, Papers()))

    return statements.judged(found, void)


def position(said: Asked) -> Position | None:
    """The place of a claim query, as doubts are asked about it."""
    what = said.what
    return None if what.place is None else Position(what.place.point, what.words, what.stated)


def misplaced(area: Area, line: OpenLine) -> tuple[str, ...]:
    """The doubts about the area of a policy: it may reach beyond what is agreed, but not lie elsewhere."""
    force = line.fold.standing.in_force
    agreed = None if force is None else force.version.agreement.terms.area
    corners = [Place(each, 0, "a corner of the area") for each in policies.corners(area)]
    some = [[each.text for each in doubts(one, area=agreed) if each.kind in OF_AREAS] for one in corners]
    return tuple(dict.fromkeys(each for one in some for each in one)) if all(some) else ()


def shown(
    line: OpenLine,
    found: Statement,
    now_ms: int,
    doubted: tuple[str, ...],
    waits: int = 0,
    *,
    told: bool = True,
) -> StatementView:
    """A statement of a line; `told`: whether it is in the feed, and does not wait."""
    said, mine = found.said, found.by == line.state.party
    phase, since = statements.phase(found, now_ms), statements.overdue(found, now_ms)
    silent = found.acknowledged is None and not found.replies and found.withdrawn is None
    declared = said if isinstance(said, Declared) else None
    raised = said if isinstance(said, Raised) else None
    return StatementView(
        line=line.id,
        label=line.label,
        peer=line.state.peer,
        statement=found.id,
        kind=found.kind,
        mine=mine,
        version=None if declared is None else declared.version,
        said=_said(Mark(found.ref, found.at_ms, said.role)) if told else None,
        first=time(found.first_ms) if told else None,
        delivered=delivered(line.state, found.ref) if mine and told else None,
        text=said.what.description if isinstance(said, Asked) else said.text,
        basis=None if declared is None else declared.basis,
        start=None if declared is None else time(declared.start),
        expires=None if declared is None else _or_none(declared.expires),
        area=None if declared is None else _area(declared),
        precedence=None if raised is None else raised.precedence,
        assurance=None if raised is None else raised.assurance,
        what=_subject(said.what) if isinstance(said, Asked) else None,
        by=_or_none(found.due),
        overdue=_or_none(since),
        reminders=found.reminders,
        phase=phase,
        words=_words(found, now_ms, mine=mine),
        silence=SILENCE[found.kind] if silent or since is not None else None,
        acknowledged=None if found.acknowledged is None else _said(found.acknowledged),
        replies=tuple(_reply(each, now_ms, mine=mine) for each in found.replies),
        judged=None if found.judged is None else found.judged.n,
        withdrawn=None if found.withdrawn is None else _said(found.withdrawn),
        doubts=doubted,
        waits=waits,
    )


def with_nearest(view: StatementView, said: Made) -> StatementView:
    """The same with the town that is nearest to its place."""
    if view.what is None or view.what.place is None or not isinstance(said, Asked) or said.what.place is None:
        return view
    town = nearest(towns(), said.what.place.point)
    words = f"{kilometres(town.distance)} {compass(town.bearing)} of {town.name}, {town.country}"
    place = structs.replace(view.what.place, nearest=words)
    return structs.replace(view, what=structs.replace(view.what, place=place))


def policy(found: Statement, whose: str | None, line: str | None) -> PolicyView:
    """A policy that is touched; `whose`: what its author is called, None for this party."""
    said = found.said
    assert isinstance(said, Declared)
    rank = policies.rank(found)[0]
    until = "" if said.expires is None else f", until {time(said.expires)}"
    of = "an own policy" if whose is None else f"a policy of {whose}"
    since, basis = f"from {time(said.start)}{until}", shorten(said.basis, 100)
    return PolicyView(
        line=line,
        statement=found.id,
        whose=whose or "us",
        mine=whose is None,
        version=said.version,
        rank=rank,
        text=said.text,
        basis=said.basis,
        start=time(said.start),
        expires=_or_none(said.expires),
        words=f"touches {of}, rank {rank}, {since}: {shorten(said.text, 200)} (basis: {basis})",
    )


def _words(found: Statement, now_ms: int, *, mine: bool) -> str:
    """Where it stands, in words, as of a time, for its author (`mine`) or for who was told."""
    phases, there = (PHASES, "there") if mine else (OUR_PHASES, "here")
    phase, since = statements.phase(found, now_ms), statements.overdue(found, now_ms)
    asked = "asked" if isinstance(found.said, Asked) else "raised"
    if since is not None and not found.replies:
        read = "" if found.acknowledged is None else f"; somebody {there} has read it"
        return f"no answer, {asked} at {time(found.first_ms)}, overdue since {time(since)}{read}"
    if since is not None:
        return f"{phases[phase]}; no further answer, overdue since {time(since)}"
    if found.due is not None and not found.replies and phase in statements.WAITING:
        read = "" if found.acknowledged is None else f"; somebody {there} has read it"
        return f"no answer yet, {asked} at {time(found.first_ms)}, due at {time(found.due)}{read}"
    last = found.answer
    if last is not None and isinstance(last.said, Claimed) and phase in ("answered", "answer expired"):
        return _claimed(last, last.said, now_ms, mine=mine)
    if (
        isinstance(found.said, Declared)
        and found.said.start > now_ms
        and phase not in ("expired", "withdrawn")
    ):
        return f"{phases[phase]}; from {time(found.said.start)} on"
    return phases[phase]


def _claimed(last: Replied, said: Claimed, now_ms: int, *, mine: bool) -> str:
    if said.expires <= now_ms:
        was = f"it was {said.answer}, at {time(last.at_ms)}"
        return f"the answer has expired at {time(said.expires)}: {was}; it says nothing any more"
    answer = (ANSWERS if mine else OUR_ANSWERS)[said.answer]
    return f"{answer}: so said by {said.role} at {time(last.at_ms)}, until {time(said.expires)}"


def _reply(found: Replied, now_ms: int, *, mine: bool) -> StatementReplyView:
    said = found.said
    mark = _said(Mark(found.ref, found.at_ms, said.role))
    match said:
        case Claimed():
            over = said.expires <= now_ms
            words = _claimed(found, said, now_ms, mine=mine)
            return StatementReplyView(mark, said.answer, words, said.text, None, time(said.expires), over)
        case Assured():
            return StatementReplyView(
                mark, said.given, ASSURANCES[said.given], said.text, None, None, expired=False
            )
        case Responded():
            words = f"{'their' if mine else 'our'} response to version {said.version}"
            return StatementReplyView(mark, None, words, said.text, said.version, None, expired=False)


def _said(mark: Mark) -> StatedView:
    return StatedView(time(mark.at_ms), mark.role, mark.ref.origin.text, mark.ref.n)


def _area(said: Declared) -> PolicyAreaView | None:
    if said.area is None:
        return None
    volumes = tuple(native.volume_to_json(each) for each in said.area.volumes)
    return PolicyAreaView(said.area.rank, said.area.activities, volumes)


def _subject(what: Subject) -> ClaimSubjectView:
    place = what.place
    view = None
    if place is not None:
        view = ClaimPlaceView(
            lat_deg=place.point[1] / DEGREE,
            lon_deg=place.point[0] / DEGREE,
            doubt_m=place.doubt / METRE,
            notation=place.notation,
            datum=place.datum,
            stated=what.stated,
            words=what.words,
            echo=echoes(place),
            nearest="",
        )
    return ClaimSubjectView(what.description, _or_none(what.at), view, what.notice, what.track)


def _or_none(at_ms: int | None) -> str | None:
    return None if at_ms is None else time(at_ms)
