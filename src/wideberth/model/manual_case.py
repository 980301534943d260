"""A case on a manual line: an own plan and one that the far end told are in conflict; what was said of it.

All of it is reported by us. What makes an acceptance final where keys sign (LINE 10) is here the read-back:
it was read back as it was said. Until then old and proposed volumes both count as occupied.
"""

from __future__ import annotations

from typing import Final, Literal

Said = Literal["told", "proposal", "accept", "decline", "retract", "closed"]
SAID: Final[dict[Said, str]] = {
    "told": "the far end was told of the conflict, or of a proposal of ours",
    "proposal": "one side offers a change of one of the two plans",
    "accept": "the other side accepts it; read back as it was said, it is final",
    "decline": "the other side does not",
    "retract": "who offered it takes it back",
    "closed": "both know that the two are in conflict no more",
}
"""What is entered of a case, and what it means."""
Status = Literal["open", "accepted", "final", "declined", "retracted", "superseded"]
STATUSES: Final[dict[Status, str]] = {
    "open": "waits for an answer",
    "accepted": "accepted, not read back yet: old and proposed volumes both count as occupied",
    "final": "accepted and read back: the plan has its next version",
    "declined": "declined",
    "retracted": "taken back",
    "superseded": "the plan has another version since, or the other side's proposal was accepted",
}
LIVE: Final[tuple[Status, ...]] = ("open", "accepted")
"""Those whose volumes count as occupied."""
Event = Literal["accept", "read back", "decline", "retract", "over"]
TRANSITIONS: Final[dict[Status, dict[Event, Status]]] = {
    "open": {
        "accept": "accepted",
        "read back": "final",
        "decline": "declined",
        "retract": "retracted",
        "over": "superseded",
    },
    "accepted": {
        "accept": "accepted",
        "read back": "final",
        "decline": "declined",
        "retract": "retracted",
        "over": "superseded",
    },
    "final": {},
    "declined": {},
    "retracted": {},
    "superseded": {},
}
"""What follows what; what is not here is refused. "read back": accepted, and read back as it was said."""
Phase = Literal["open", "proposed", "accepted", "closed"]
PHASES: Final[dict[Phase, str]] = {
    "open": "in conflict, and nothing is proposed",
    "proposed": "a proposal waits for an answer: old and proposed volumes both count as occupied",
    "accepted": "accepted (reported by us), and not read back yet: old and proposed volumes both count",
    "closed": "no known conflict between the two any more",
}


def table() -> str:
    """The transitions as a table in Markdown, for docs/manual.md."""
    rows = ["| proposal | event | then |", "|---|---|---|"]
    rows += [
        f"| {before} | {event} | {after} |"
        for before, some in TRANSITIONS.items()
        for event, after in some.items()
    ]
    return "\n".join(rows) + "\n"
