"""A change of a plan as it is written on the command line, and how the API takes it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from msgspec import Struct

from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.model.plan import Plan
from wideberth.space.units import SECOND, parse_duration, parse_length

Delay = Annotated[str | None, typer.Option("--delay", metavar="30min", help="Later, in agreed steps.")]
Advance = Annotated[str | None, typer.Option("--advance", metavar="30min", help="Earlier.")]
Climb = Annotated[str | None, typer.Option("--climb", metavar="1000ft", help="Higher, in agreed steps.")]
Descend = Annotated[str | None, typer.Option("--descend", metavar="1000ft", help="Lower.")]
Area = Annotated[
    str | None, typer.Option("--area", metavar="FILE", help="Elsewhere: the volumes of the plan in FILE.")
]
Cancel = Annotated[bool, typer.Option("--cancel", help="Not at all.")]
For = Annotated[str, typer.Option("--for", metavar="4h", help="How long the other party may accept it.")]


class Written(Struct, frozen=True):
    """A change as options say it."""

    delay: str | None
    advance: str | None
    climb: str | None
    descend: str | None
    area: str | None
    cancel: bool

    def check(self) -> None:
        """Raises: Invalid (`case.change`)."""
        given = (self.delay, self.advance, self.climb, self.descend, self.area, self.cancel or None)
        count = sum(each is not None for each in given)
        if count != 1:
            found = "nothing" if not count else f"{count} changes"
            wanted = "one of --delay, --advance, --climb, --descend, --area, --cancel"
            raise Invalid("case.change", "", found, wanted)


def read(said: Written, plan: Plan | None) -> dict[str, Any]:
    """The change as the API takes it; `plan` is that of the file.

    Raises: Invalid (`case.change`, `duration.*`, `length.*`).
    """
    said.check()
    if said.delay is not None:
        return {"delay_ms": _positive(parse_duration(said.delay, "--delay"), said.delay, "--delay")}
    if said.advance is not None:
        return {"delay_ms": -_positive(parse_duration(said.advance, "--advance"), said.advance, "--advance")}
    if said.climb is not None:
        return {"lift_dmm": _positive(parse_length(said.climb, "--climb"), said.climb, "--climb")}
    if said.descend is not None:
        return {"lift_dmm": -_positive(parse_length(said.descend, "--descend"), said.descend, "--descend")}
    if plan is not None:
        return {"volumes": volumes.write_all(plan.volumes)}
    return {"cancel": True}


def lasts(text: str) -> int:
    """For how many seconds it is offered. Raises: Invalid (`duration.*`, `case.change`)."""
    return _positive(parse_duration(text, "--for", "down"), text, "--for") // SECOND


def _positive(value: int, text: str, path: str) -> int:
    if value <= 0:
        raise Invalid("case.change", path, text, "more than 0")
    return value
