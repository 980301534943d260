"""Makes a node ring: calls of the other party's that nobody has taken."""

from __future__ import annotations

from typing import Final

from tests.console.two import One, Two, until
from wideberth.ledger.canonical import Value
from wideberth.node.calls import Asked

PLACE: Final[dict[str, Value]] = {"lat_e7": 331234567, "lon_e7": 352345678, "notation": None, "words": None}


def called(nodes: Two, at: One, *, number: int = 1, code: str = "CHECK") -> list[str]:
    """So many calls to `at`, from the other party, until all of them ring there."""
    other = nodes.south if at is nodes.north else nodes.north
    precedence = "flash" if code == "CHECK" else "routine"
    fields: dict[str, Value] = {"place": PLACE} if code == "CHECK" else {}
    made = []
    for _ in range(number):
        asked = Asked(code, fields, "duty officer", precedence, "en")  # type: ignore[arg-type]  # a literal
        made.append(other.node.room.calls.call(nodes.line, asked).call)
    until(lambda: set(made) <= {each.id for each in at.node.room.ringing.all()})
    return made


def over(nodes: Two, calls: list[str]) -> None:
    """Nothing more is needed of them: they ring no more."""
    for call in calls:
        for one in (nodes.north, nodes.south):
            if any(each.call == call and each.mine for each in one.node.room.calls.all()):
                one.node.room.calls.end(call)
    until(
        lambda: (
            not {each.id for one in (nodes.north, nodes.south) for each in one.node.room.ringing.all()}
            & set(calls)
        )
    )
