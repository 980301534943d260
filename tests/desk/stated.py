"""Statements of the two parties of a line, and a talk in which they are said."""

from __future__ import annotations

from typing import Any

from tests.desk.line import Talk
from tests.ledger.two import LINE, A, Party
from wideberth.desk import statement_entries, statements
from wideberth.desk.case_entries import Ref
from wideberth.desk.statement_entries import Asked, Declared, Raised, Said
from wideberth.desk.statements import State, Statement
from wideberth.ledger import order
from wideberth.ledger.body import Entry
from wideberth.model.statement import Area, Subject
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import Circle
from wideberth.space.place import Place
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

ROLE = "duty officer"
DAY = 86_400_000
NOW = 1_800_000_000_000


def name(n: int = 0) -> str:
    return statement_entries.new(bytes([n] * 16))


HERE = Volume(Circle((33 * DEGREE, 34 * DEGREE), 5_000 * METRE), SURFACE, Altitude("MSL", 5_000 * FOOT))
AREA = Area((HERE,), 2, ("survey", "ferry"))
PLACE = Place((33 * DEGREE + 7, 34 * DEGREE + 5), 500 * METRE, "MGRS", "WGS84")


def declared(n: int = 0, version: int = 1, area: Area | None = None, **more: Any) -> Declared:
    found: dict[str, Any] = {
        "text": "We stay where we are.",
        "basis": "Article 1",
        "start": NOW,
        "expires": None,
    }
    return Declared(name(n), version, role=ROLE, area=area, **{**found, **more})


def raised(n: int = 0, by: int = NOW + DAY, precedence: Any = "priority") -> Raised:
    return Raised(name(n), "What we share may travel on.", "That it stays with you.", precedence, by, ROLE)


def asked(n: int = 0, by: int = NOW + DAY) -> Asked:
    what = Subject("two columns of vehicles", NOW, PLACE, "36SXC 1234", "8 km east of the river")
    return Asked(name(n), what, by, ROLE)


class Statements(Talk):
    """The same, for statements."""

    def state_that(self, party: Party, said: Said, *, blind: bool = False) -> Entry:
        kind = statement_entries.feed_of(said.noun)
        value = statement_entries.write(said)
        return self.write(party, statement_entries.type_of(said), value, blind=blind, kind=kind)

    @property
    def folded(self) -> State:
        return order.fold(self.placed, statements.evolve, State(LINE))

    def one(self, n: int = 0, by: Party = A) -> Statement:
        return self.folded.all[by.name, name(n)]


def ref(entry: Entry) -> Ref:
    return Ref(entry.header.origin, entry.header.n)
