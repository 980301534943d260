"""The relay tree: the party's own people whom a notice must reach, down to the last executor. Nouns only.

Which entries count is in desk.relay. Silence is no answer: a cell that says nothing has not confirmed.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from msgspec import Struct

Duty = Literal["not told", "handed", "overdue", "confirmed", "unable", "objection"]
Event = Literal["handed", "alarmed", "confirms", "cannot", "objects"]
Answer = Literal["confirmed", "unable", "objection"]
How = Literal["voice", "radio", "message", "paper", "slip"]
Rung = Literal["relayed", "executor confirmed", "no longer"]

DUTIES: Final[dict[Duty, str]] = {
    "not told": "nobody has handed it to this cell",
    "handed": "handed to this cell, which has said nothing: silence is no answer",
    "overdue": "not confirmed, and an alarm has rung for it",
    "confirmed": "this cell has signed that it has the exact text",
    "unable": "this cell says that it cannot",
    "objection": "this cell objects",
}
EVENTS: Final[dict[Event, str]] = {
    "handed": "the node's people hand it over, by voice, radio, message, paper or a slip",
    "alarmed": "it is 60 or 30 minutes before the start, and the cell has not confirmed",
    "confirms": "the cell signs that it has this exact text",
    "cannot": "the cell signs that it cannot",
    "objects": "the cell signs an objection",
}
TRANSITIONS: Final[dict[Duty, dict[Event, Duty]]] = {
    "not told": {
        "handed": "handed",
        "alarmed": "overdue",
        "confirms": "confirmed",
        "cannot": "unable",
        "objects": "objection",
    },
    "handed": {
        "handed": "handed",
        "alarmed": "overdue",
        "confirms": "confirmed",
        "cannot": "unable",
        "objects": "objection",
    },
    "overdue": {
        "handed": "overdue",
        "alarmed": "overdue",
        "confirms": "confirmed",
        "cannot": "unable",
        "objects": "objection",
    },
    "confirmed": {"cannot": "unable", "objects": "objection"},
    "unable": {"handed": "unable", "confirms": "confirmed", "objects": "objection"},
    "objection": {"handed": "objection", "confirms": "confirmed", "cannot": "unable"},
}
"""What becomes of a cell's duty. What is not here changes nothing."""
ANSWERS: Final[dict[Answer, Event]] = {"confirmed": "confirms", "unable": "cannot", "objection": "objects"}
HOWS: Final[tuple[How, ...]] = ("voice", "radio", "message", "paper", "slip")
RUNGS: Final[dict[Rung, str]] = {
    "relayed": "passed on to the executing cells, which have not all confirmed",
    "executor confirmed": "the last executing cell has confirmed",
    "no longer": "no longer so: not every cell has confirmed what is handed down now",
}
"""What the other party of the line is told, and no more: no cell, no number, no name."""
MARKS: Final = (60, 30)
"""Minutes before the start at which a tree that is not whole alarms."""
TEST: Final = "x-"
"""How the id of a test of contact begins."""
TEST_MARKS: Final = (0,)
"""A test of contact alarms when its time is over."""
NEVER: Final = (
    "This gives no permission and no guarantee. Absence from a list removes no protection under international"
    " humanitarian law."
)
"""On every slip and page."""


class Cell(Struct, frozen=True):
    """Somebody of the party's own who must confirm, by role.

    Attributes:
        id: random, told to nobody else.
        name: a role, never a person.
        parent: the cell that hands it on to this one; None at the top.
        key: its own Ed25519 key (32 bytes); None where it confirms by slips alone.
    """

    id: str
    name: str
    parent: str | None = None
    key: bytes | None = None


class About(NamedTuple):
    """What is handed down, in which version: a notice of a line, or an own plan (`line` is None then).

    Or nothing but a test of contact, whose id begins with `x-`: do all cells answer?
    """

    line: str | None
    id: str
    version: int

    @property
    def test(self) -> bool:
        """Whether it is a test of contact."""
        return self.id.startswith(TEST)

    @property
    def marks(self) -> tuple[int, ...]:
        """Minutes before its start at which it alarms."""
        return TEST_MARKS if self.test else MARKS

    @property
    def subject(self) -> tuple[str | None, str]:
        """The same, whatever its version. A test supersedes the one before."""
        return self.line, TEST if self.test else self.id


def duties_table() -> str:
    """The duties as a table in Markdown, for docs/relay.md."""
    rows = ["| duty | means |", "|---|---|"]
    return "\n".join([*rows, *(f"| **{duty}** | {words} |" for duty, words in DUTIES.items())]) + "\n"


def transitions_table() -> str:
    """What becomes of a duty as a table in Markdown, for docs/relay.md."""
    rows = ["| duty | event | then |", "|---|---|---|"]
    rows += [
        f"| {duty} | {event} | {then} |"
        for duty, steps in TRANSITIONS.items()
        for event, then in steps.items()
    ]
    return "\n".join(rows) + "\n"


def diagram() -> str:
    """The same as a diagram (Mermaid's state diagram), drawn from the table; steps that stay are left out."""
    names = {duty: duty.replace(" ", "_") for duty in DUTIES}
    rows = ["stateDiagram-v2", f"    [*] --> {names['not told']}"]
    rows += [
        f"    {names[duty]} --> {names[then]}: {event}"
        for duty, steps in TRANSITIONS.items()
        for event, then in steps.items()
        if then != duty
    ]
    return "\n".join(rows) + "\n"
