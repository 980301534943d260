"""How a node shows statements to its own people. What is silence is shown as silence, since when."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from wideberth.desk import policies, statements
from wideberth.desk.statement_entries import Asked, Assured, Claimed, Declared, Raised, Responded
from wideberth.desk.statements import Mark, Replied, Statement
from wideberth.errors import shorten
from wideberth.formats import gazetteer, native
from wideberth.model.statement import ANSWERS, ASSURANCES, PHASES, SILENCE, Subject
from wideberth.node.open_line import OpenLine
from wideberth.node.site_shown import delivered
from wideberth.node.statement_views import (
    AreaView,
    PlaceView,
    PolicyView,
    ReplyView,
    SaidView,
    StatementView,
    SubjectView,
)
from wideberth.node.views import time
from wideberth.space.doubts import Doubt, Kind, doubts
from wideberth.space.echo import echoes
from wideberth.space.ground import Circle, Polygon
from wideberth.space.meant import meant
from wideberth.space.nearest import Towns, compass, nearest
from wideberth.space.place import Place
from wideberth.space.units import DEGREE, METRE
from wideberth.space.words import Named, kilometres

OF_AREAS: Final[frozenset[Kind]] = frozenset({"outside", "sign", "swapped", "zero"})
"""Doubts that say something of an area too; corners at whole degrees are common."""


class Around(NamedTuple):
    """What places are held against on a line: where the agreement holds, and the names that it has."""

    area: Polygon | Circle | None = None
    named: Sequence[Named] = ()


@cache
def towns() -> Towns:
    """The towns that ship with the package."""
    return gazetteer.read((files("wideberth.data") / "gazetteer.bin.z").read_bytes())


def around(line: OpenLine) -> Around:
    """Of a line, by the agreement in force."""
    force = line.fold.standing.in_force
    if force is None:
        return Around()
    terms = force.version.agreement.terms
    named = tuple(Named(each.name, each.point, each.area) for each in terms.places)
    return Around(terms.area, named)


def doubted(said: Declared | Raised | Asked, held: Around, own: Place | None = None) -> tuple[str, ...]:
    """The doubts about the places of a statement, the same at whoever sends it and whoever reads it."""
    found: list[Doubt] = []
    if isinstance(said, Asked) and said.what.place is not None:
        where, words = said.what.place, said.what.words or ""
        known = (*held.named, *meant(words, towns(), where, held.named)) if words else held.named
        found += doubts(where, own=own, area=held.area, words=words, named=known)
    elif isinstance(said, Declared) and said.area is not None:
        corners = [Place(each, 0, "a corner of the area") for each in policies.corners(said.area)]
        some = [[each for each in doubts(one, area=held.area) if each.kind in OF_AREAS] for one in corners]
        # a policy may reach beyond what is agreed; where none of it is as expected, somebody is to ask
        found += [each for one in some for each in one] if all(some) else []
    return tuple(dict.fromkeys(each.text for each in found))


def shown(
    line: OpenLine, found: Statement, now_ms: int, waits: int = 0, *, told: bool = True
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
        words=_words(found, now_ms),
        silence=SILENCE[found.kind] if silent or since is not None else None,
        acknowledged=None if found.acknowledged is None else _said(found.acknowledged),
        replies=tuple(_reply(each, now_ms) for each in found.replies),
        judged=None if found.judged is None else found.judged.n,
        withdrawn=None if found.withdrawn is None else _said(found.withdrawn),
        doubts=doubted(said, around(line)),
        waits=waits,
    )


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


def _words(found: Statement, now_ms: int) -> str:
    """Where it stands, in words, as of a time."""
    phase, since = statements.phase(found, now_ms), statements.overdue(found, now_ms)
    asked = "asked" if isinstance(found.said, Asked) else "raised"
    if since is not None and not found.replies:
        read = "" if found.acknowledged is None else "; somebody there has read it"
        return f"no answer, {asked} at {time(found.first_ms)}, overdue since {time(since)}{read}"
    if since is not None:
        return f"{PHASES[phase]}; no further answer, overdue since {time(since)}"
    if found.due is not None and not found.replies and phase in statements.WAITING:
        read = "" if found.acknowledged is None else "; somebody there has read it"
        return f"no answer yet, {asked} at {time(found.first_ms)}, due at {time(found.due)}{read}"
    last = found.answer
    if last is not None and isinstance(last.said, Claimed) and phase in ("answered", "answer expired"):
        return _claimed(last, last.said, now_ms)
    if (
        isinstance(found.said, Declared)
        and found.said.start > now_ms
        and phase not in ("expired", "withdrawn")
    ):
        return f"{PHASES[phase]}; from {time(found.said.start)} on"
    return PHASES[phase]


def _claimed(last: Replied, said: Claimed, now_ms: int) -> str:
    if said.expires <= now_ms:
        was = f"it was {said.answer}, at {time(last.at_ms)}"
        return f"the answer has expired at {time(said.expires)}: {was}; it says nothing any more"
    return f"{ANSWERS[said.answer]}: so said by {said.role} at {time(last.at_ms)}, until {time(said.expires)}"


def _reply(found: Replied, now_ms: int) -> ReplyView:
    said = found.said
    mark = _said(Mark(found.ref, found.at_ms, said.role))
    match said:
        case Claimed():
            over = said.expires <= now_ms
            words = _claimed(found, said, now_ms)
            return ReplyView(mark, said.answer, words, said.text, None, time(said.expires), over)
        case Assured():
            return ReplyView(mark, said.given, ASSURANCES[said.given], said.text, None, None, expired=False)
        case Responded():
            words = f"their response to version {said.version}"
            return ReplyView(mark, None, words, said.text, said.version, None, expired=False)


def _said(mark: Mark) -> SaidView:
    return SaidView(time(mark.at_ms), mark.role, mark.ref.origin.text, mark.ref.n)


def _area(said: Declared) -> AreaView | None:
    if said.area is None:
        return None
    volumes = tuple(native.volume_to_json(each) for each in said.area.volumes)
    return AreaView(said.area.rank, said.area.activities, volumes)


def _subject(what: Subject) -> SubjectView:
    place = what.place
    view = None
    if place is not None:
        town = nearest(towns(), place.point)
        view = PlaceView(
            lat_deg=place.point[1] / DEGREE,
            lon_deg=place.point[0] / DEGREE,
            doubt_m=place.doubt / METRE,
            notation=place.notation,
            datum=place.datum,
            stated=what.stated,
            words=what.words,
            echo=echoes(place),
            nearest=f"{kilometres(town.distance)} {compass(town.bearing)} of {town.name}, {town.country}",
        )
    return SubjectView(what.description, _or_none(what.at), view, what.notice, what.track)


def _or_none(at_ms: int | None) -> str | None:
    return None if at_ms is None else time(at_ms)
