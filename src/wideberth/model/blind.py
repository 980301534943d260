"""A run of the blind check, and the audit of one of its cells: how far each has come. Nouns only.

What the two nodes send each other is in wideberth.blind; which entries count is in desk.blinds. What silence
means: nothing was found out. A run that is not over, or not clear, says of no plan that there is no conflict.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

Outcome = Literal["clear", "matched", "not clear"]
OUTCOMES: Final[dict[Outcome, str]] = {
    "clear": "no known conflict between the plans that both committed to, within the horizon",
    "matched": "both are in the same cells, as far as their size can tell",
    "not clear": "nothing is known: it was not finished, or something was not as agreed",
}

Phase = Literal["begun", "committed", "compared"] | Outcome
Event = Literal[
    "both have committed",
    "both have the same result",
    "both say clear",
    "both say matched",
    "one says not clear",
    "their words differ",
    "the next run begins",
    "a key is revoked from before",
    "one is silent",
]
PHASES: Final[dict[Phase, str]] = {
    "begun": "who begins has committed to its first set, and the other side to none",
    "committed": "both have committed to their sets of a round; what matches is not known yet",
    "compared": "both have signed the same result of a round: the next round follows, or the end",
    **dict(OUTCOMES.items()),
}
EVENTS: Final[dict[Event, str]] = {
    "both have committed": "each to its set of the first round, or of the next",
    "both have the same result": "each has signed the same matches of the round",
    "both say clear": "each, after the last result",
    "both say matched": "each, after the last result",
    "one says not clear": "either side, at any time, and for any reason",
    "their words differ": "a second set or result in the place of one that was signed, other plans or terms "
    "from one round to another, two results or ends that are not the same",
    "the next run begins": "who begins has committed to the first set of another run",
    "a key is revoked from before": "with it one of the entries was signed: it permits nothing any more",
    "one is silent": "that ends nothing; when the agreed time is over, the other side says not clear",
}
_DOUBT: Final[dict[Event, Phase]] = {
    "one says not clear": "not clear",
    "their words differ": "not clear",
}
_OPEN: Final[dict[Event, Phase]] = {**_DOUBT, "the next run begins": "not clear"}
TRANSITIONS: Final[dict[Phase, dict[Event, Phase]]] = {
    "begun": {"both have committed": "committed", **_OPEN, "one is silent": "begun"},
    "committed": {"both have the same result": "compared", **_OPEN, "one is silent": "committed"},
    "compared": {
        "both have committed": "committed",
        "both say clear": "clear",
        "both say matched": "matched",
        **_OPEN,
        "one is silent": "compared",
    },
    "clear": {**_DOUBT, "a key is revoked from before": "not clear"},
    "matched": _DOUBT,
    "not clear": {},
}
"""What becomes of a run; what is not here leaves it as it is. Cells that both have matched in stay known,
whatever becomes of it.
"""

AuditPhase = Literal["not asked", "asked", "agreed", "answered"]
AuditEvent = Literal[
    "asked by one key",
    "asked by two keys",
    "agreed by one key",
    "agreed by two keys",
    "answered",
    "a signing key is revoked from before",
    "the other side is silent",
]
AUDIT_PHASES: Final[dict[AuditPhase, str]] = {
    "not asked": "somebody has asked, and not two officers of that party, each by a key of their own",
    "asked": "two officers ask whether one cell was in the set that the other side had committed to",
    "agreed": "two officers of the other side have agreed to this very question",
    "answered": "its node has proven that the cell was in that set, or that it was not",
}
AUDIT_EVENTS: Final[dict[AuditEvent, str]] = {
    "asked by one key": "or by keys that are not on the roster, or over another text",
    "asked by two keys": "two officers on the roster have signed the exact text of the question",
    "agreed by one key": "or by keys that are not on the roster, or over another text",
    "agreed by two keys": "two officers of the other side, on its roster, have signed the same text",
    "answered": "what is proven is proven, whoever had agreed to it",
    "a signing key is revoked from before": "what was signed with it permits nothing any more",
    "the other side is silent": "that is no answer, and no admission",
}
_Audits = dict[AuditEvent, tuple[AuditPhase, ...]]
AUDIT: Final[dict[AuditPhase, _Audits]] = {
    "not asked": {
        "asked by one key": ("not asked",),
        "asked by two keys": ("asked", "agreed"),
        "answered": ("answered",),
    },
    "asked": {
        "agreed by one key": ("asked",),
        "agreed by two keys": ("agreed",),
        "answered": ("answered",),
        "a signing key is revoked from before": ("not asked",),
        "the other side is silent": ("asked",),
    },
    "agreed": {
        "answered": ("answered",),
        "a signing key is revoked from before": ("asked", "not asked"),
        "the other side is silent": ("agreed",),
    },
    "answered": {},
}
"""What becomes of an audit; what is not here leaves it as it is. A question that was signed by one key only,
agreed to by two, and then signed by two, is agreed to.
"""


class About(NamedTuple):
    """The opened incident that an audit is for: a case or a call of the line, by its id."""

    kind: Literal["case", "call"]
    id: str


def table() -> str:
    """The transitions of a run as a table in Markdown."""
    return _table(
        "run", [(phase, event, to) for phase, after in TRANSITIONS.items() for event, to in after.items()]
    )


def audit_table() -> str:
    """The transitions of an audit as a table in Markdown."""
    return _table(
        "audit",
        [(phase, event, " or ".join(to)) for phase, after in AUDIT.items() for event, to in after.items()],
    )


def _table(noun: str, steps: Iterable[tuple[str, str, str]]) -> str:
    rows = [f"| {noun} | what happens | then |", "|---|---|---|"]
    rows += [f"| {phase} | {event} | {after} |" for phase, event, after in steps]
    return "\n".join(rows) + "\n"
