"""Whose a track is: what an officer has said, whose source tells of it, whose plan has its callsign.

Party numbers stand in the rows of tracks: tracks with the same one are never compared with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from wideberth.model.track import NOBODY, Kind, Report, Whose

LONE: Final = -2
"""Where tracks of nobody are compared with each other too, each has a number of its own, from this down."""
_APART: Final = str.maketrans("", "", " \t-")


class Known(Struct, frozen=True):
    """By what this party knows tracks.

    Attributes:
        own: the name of this party (on a node its id).
        by_id: what an officer has said of a track, by its id.
        by_source: whose all units are that a source tells of.
        by_callsign: from plans and notices, by the callsign as `plain` writes it.
        kinds: what the units of a source are, where its reports do not say it.
        quiet_sources: those whose tracks of nobody are told of only where they close with own units.
        every: whether tracks of nobody are compared with each other.
    """

    own: str = ""
    by_id: Mapping[str, Whose] = {}
    by_source: Mapping[str, Whose] = {}
    by_callsign: Mapping[str, Whose] = {}
    kinds: Mapping[str, Kind] = {}
    quiet_sources: frozenset[str] = frozenset()
    every: bool = False


def plain(callsign: str) -> str:
    """As callsigns are compared: upper case, without blanks and hyphens."""
    return callsign.translate(_APART).upper()


def whose(known: Known, report: Report) -> Whose:
    """Whose the thing is that a report tells of, by this report alone."""
    return of_track(known, report.id, (report.source,), report.callsign)


def of_track(known: Known, track: str, sources: Iterable[str], callsign: str) -> Whose:
    """Whose a track is: as claimed, else by the first of its sources that tells, else by its callsign.

    A callsign, which anybody can send, never takes a track away from whom an officer or a source gives it. It
    only tells which of that party's plans it is on, where they leave that open.
    """
    named = known.by_callsign.get(plain(callsign)) if callsign else None
    said = known.by_id.get(track)
    if said is None:
        said = next((known.by_source[each] for each in sources if each in known.by_source), None)
    if said is None:
        return named or NOBODY
    if named is None or named.party != said.party or said.plan:
        return said
    return Whose(said.party, named.plan, named.activity or said.activity, said.how)
