"""What an entry of an incident says, for people. Nothing is believed: what a peer wrote is shown as it is."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import msgspec

from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.ledger.entries import Part
from wideberth.render import sheet
from wideberth.render.record import moment
from wideberth.render.words import position

WORDS: Final[dict[str, str]] = {
    "call.check": "called CHECK: you are near us or at us, stop and check",
    "call": "called",
    "call.rang": "the node rings for its people",
    "call.taken": "a person took the call",
    "call.read_back": "read the call back",
    "call.said": "answered the call",
    "call.ended": "needs nothing more of the call",
    "notice": "told a plan",
    "notice.relayed": "says how far it was passed on",
    "notice.state": "told that a plan begins, ends, or is in another state",
    "checked": "compared it with its own plans",
    "not_checked": "did NOT compare it",
    "case.opened": "opened a case",
    "case.proposal": "offered a change",
    "case.accept": "accepted a change",
    "case.acknowledged": "had the acceptance",
    "case.lapse": "let an offer lapse",
    "case.retract": "took an offer back",
    "case.escalated": "raised the case",
    "case.closed": "closed the case",
    "site.list": "told a list of sites",
    "site.status": "said what it makes of a list",
    "part": "rows of a list, or another large body",
    "consent": "consents to a plan in its areas and hours",
    "hold": "stands down, or asks for it: a hold is in force",
    "hold.lifted": "lifted the hold, by two officers' keys",
    "hold.ended": "the time of the hold is over",
    "declaration.made": "made a declaration or a policy",
    "declaration.acknowledged": "has the declaration; that is no agreement to it",
    "declaration.responded": "responded to the declaration",
    "declaration.withdrawn": "withdrew the declaration",
    "concern.raised": "raised a concern",
    "concern.acknowledged": "has the concern",
    "concern.answered": "answered the concern",
    "concern.accepted": "took the answer to the concern",
    "concern.kept_open": "keeps the concern open",
    "concern.reminded": "the node reminds of the concern",
    "concern.withdrawn": "withdrew the concern",
    "claim.asked": "asked: is this yours?",
    "claim.acknowledged": "has the question",
    "claim.answered": "answered whether it is theirs",
    "claim.withdrawn": "withdrew the question",
    "release": "released a copy of records",
    "release.taken": "said that an officer has taken the copy",
    "release.recalled": "recalled the copy",
    "onward.asked": "asked whether what it was told may go further",
    "onward.answered": "answered whether it may go further",
    "communique": "put a version of a communiqué",
    "communique.signed": "signed this very text of a communiqué",
    "communique.differs": "recorded where it differs from a communiqué",
    "communique.published": "said that the communiqué stands on its public pages",
    "communique.withdrawn": "took the communiqué back",
    "talks": "proposed talks",
    "talks.answer": "answered the proposal of talks",
    "talks.attendance": "said who of its people attended, by role",
    "talks.minutes": "wrote minutes",
    "talks.signed": "signed the minutes",
    "talks.differs": "recorded what it remembers otherwise",
    "talks.outcome": "said what the talks came to",
    "talks.called_off": "called the talks off",
    "blind.committed": "committed to a set of the blind check",
    "blind.result": "said what matched in a round of the blind check, by its hash",
    "blind.ended": "said how the blind check ended",
    "blind.matched": "said what it has where both were in the same cell",
    "blind.audit.asked": "asked whether a cell was in the other side's set",
    "blind.audit.agreed": "agreed to that audit, by two officers' keys",
    "blind.audit.answered": "proved whether the cell was in its set",
    "unable": "does not understand an entry",
    "relay.opened": "it is to be passed on to cells here",
    "relay.handed": "it was handed to a cell here",
    "relay.confirmed": "a cell here has signed what it says",
    "relay.alarm": "cells here have not confirmed",
    "ring.begun": "it rings here",
    "ring.climbed": "it climbs here",
    "ring.taken": "a person took it here",
    "ring.over": "it is over here",
}
"""What the types of entries mean; another one is shown by its name."""

_MOMENT: Final = 10**11
"""From here on a number of ms is a time (in 1973 or later), below it a duration."""
_E7: Final = 10**7


def says(of_type: str, text: str) -> str:
    """The words of an entry, whose body is `text`; of a piece of a large body, which is no text, its size."""
    if of_type == Part.TYPE:
        return f"{len(text):,} characters; the whole of it, as far as it is here, is in bodies/"
    return _plainly(msgspec.json.decode(text.encode()))


def _plainly(said: Any, name: str = "") -> str:
    """A value without what is not there; volumes, places and times as people read them."""
    if isinstance(said, dict):
        inside = _space(said) or "; ".join(_named(*each) for each in said.items() if each[1] not in _NOTHING)
        return f"({inside})" if name else inside
    if isinstance(said, list):
        return ", ".join(_plainly(each, name or "each") for each in said)
    if isinstance(said, bool):
        return "yes" if said else "no"
    if _is_moment(said, name):
        return moment(said)
    return str(said)


_NOTHING: Final[tuple[object, ...]] = (None, {}, [])


def _named(name: str, said: Any) -> str:
    shown = name.removesuffix("_ms") if _is_moment(said, name) else name
    return f"{shown} {_plainly(said, name)}"


def _is_moment(said: Any, name: str) -> bool:
    return name.endswith("_ms") and isinstance(said, int) and said >= _MOMENT


def _space(said: dict[str, Any]) -> str | None:
    """A volume or a place; None where it is none."""
    with suppress(Invalid):
        if "ground" in said:
            return sheet.words(volumes.read(said))
    lat, lon = said.get("lat_e7"), said.get("lon_e7")
    if type(lat) is int and type(lon) is int and abs(lat) <= 90 * _E7 and abs(lon) <= 180 * _E7:
        words = said.get("words")
        return position((lon / _E7, lat / _E7)) + (f", {words}" if isinstance(words, str) else "")
    return None
