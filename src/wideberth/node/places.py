"""The doubts about places that people of a node say or are told (space.doubts). Part of the node.

The same questions are put before a place is sent and where it is received, each with what that node knows:
the places and the area of the terms, its own position, and the towns of the gazetteer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from wideberth.desk.agreements import Standing
from wideberth.desk.phrase_values import Position
from wideberth.errors import Invalid
from wideberth.formats import gazetteer
from wideberth.model.site import Listed
from wideberth.node.room_views import DoubtView
from wideberth.space.doubts import Doubt, doubts
from wideberth.space.ground import ROUNDING, Circle, Point
from wideberth.space.nearest import Towns
from wideberth.space.notation import read_place
from wideberth.space.place import Place
from wideberth.space.words import Named, meant

if TYPE_CHECKING:
    from wideberth.node.node import Node

ROWS: Final = 2_000
"""Rows of a list that are asked about."""
LISTS: Final = 200
"""Versions of lists of which the doubts are kept."""
PLACING: Final = frozenset(("at", "eastern", "from", "in", "near", "northern", "of", "southern", "western"))
"""Words by which a name says where something is."""
SPARED: Final = frozenset({"coarse", "words_unchecked"})
"""Kinds that say nothing new of a row."""
HERE: Final = "as told"
"""The notation of a place of which only the figures are known."""


@lru_cache(maxsize=1)
def towns() -> Towns:
    """The gazetteer, read when it is first asked for."""
    return gazetteer.read((files("wideberth.data") / "gazetteer.bin.z").read_bytes())


class Places:
    """Of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._listed: dict[tuple[str, int], tuple[Sequence[Listed], Standing, tuple[DoubtView, ...]]] = {}

    @property
    def own(self) -> Place | None:
        """Where this node's people are, if its settings say so."""
        said = self._node.settings.position
        return read_place(said, "position") if said else None

    def known(self, line: str) -> tuple[Named, ...]:
        """The places that both parties of a line have agreed on."""
        found = self._node.of(line).fold.standing.in_force
        terms = None if found is None else found.version.agreement.terms
        return (
            () if terms is None else tuple(Named(each.name, each.point, each.area) for each in terms.places)
        )

    def listed(self, line: str, rows: Sequence[Listed]) -> tuple[DoubtView, ...]:
        """The doubts about the rows of a list that the other party told, by their ids; of the first `ROWS`.

        Whoever told it may have asked, or not: it is asked again with what is known here.
        """
        standing, kept = self._node.of(line).fold.standing, self._listed.get((line, id(rows)))
        if kept is not None and kept[0] is rows and kept[1] is standing:
            return kept[2]
        found: list[DoubtView] = []
        first: dict[Point, str] = {}
        for row in rows[:ROWS]:
            ground = row.volumes[0].ground
            if row.kind != "site" or not isinstance(ground, Circle):
                continue
            if (same := first.setdefault(ground.centre, row.id)) != row.id:
                found.append(DoubtView(row.id, "duplicate", f"it is at the very place of {same}"))
            words = row.name if PLACING & set(row.name.casefold().split()) else ""
            doubts = self.doubts(line, Position(ground.centre, words, None))
            found += [DoubtView(row.id, each.kind, each.text) for each in doubts if each.kind not in SPARED]
        if len(self._listed) >= LISTS:
            self._listed.pop(next(iter(self._listed)))
        doubted = tuple(found)
        self._listed[line, id(rows)] = rows, standing, doubted
        return doubted

    def doubts(self, line: str, said: Position, own: Point | None = None) -> tuple[Doubt, ...]:
        """What gives reason to ask again about a place on a line.

        Args:
            line: on which it is said.
            said: the place, its words, and how it was written.
            own: the position of who says it (1e-7 degrees); None: the node's own, if any is known.
        """
        guards = self._node.guards
        if not guards.place_doubts:
            return ()
        here = self.own if own is None else Place(own, ROUNDING, HERE)
        standing = self._node.of(line).fold.standing.in_force
        area = None if standing is None else standing.version.agreement.terms.area
        where, second = Place(said.point, ROUNDING, HERE), None
        more: tuple[Doubt, ...] = ()
        if said.notation and guards.notation_echo:
            # what was written is read again: figures that were changed on the way are found
            try:
                second = read_place(said.notation, "notation")
            except Invalid:
                more = (Doubt("words_unchecked", "it cannot be read here as it was written"),)
        known = self.known(line)
        words = said.words or ""
        found = doubts(
            where,
            own=here if guards.own_position else None,
            area=area,
            words=words,
            named=(*known, *meant(words, known, towns(), said.point)),
            second=second,
        )
        return found + more
