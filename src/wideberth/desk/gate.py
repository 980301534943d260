"""The outbound gate of a line (LINE 21): what discloses waits until an officer has seen its exact text.

What restricts, or tells nothing of anybody's plans and sites, is never held: it is listed here. A type that
is not listed is held, so that one that is new is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from wideberth.desk import agreement_entries, case_entries, line_checks, release_said
from wideberth.errors import Invalid, Refused
from wideberth.ledger import entries
from wideberth.ledger.ids import Kind
from wideberth.line.messages import CHECK

Setting = Literal["off", "always", "two-person"]
SETTINGS: Final[dict[Setting, str]] = {
    "off": "what is said goes out at once",
    "always": "what discloses waits for an officer who has seen its exact text",
    "two-person": "what discloses waits for two different officers who have seen its exact text",
}
"""Each setting, and what it means; the later ones need more people."""
Stage = Literal["held", "released", "said", "dropped"]
TRANSITIONS: Final[dict[Stage, tuple[Stage, ...]]] = {
    "held": ("released", "dropped"),
    "released": ("said",),
    "said": (),
    "dropped": (),
}
"""Where something that the gate took can stand, and what comes next; the page of the line shows it."""

FREE: Final[frozenset[str]] = frozenset(
    {
        entries.Paper.TYPE,
        entries.Commitment.TYPE,
        entries.NewEpoch.TYPE,
        entries.Taken.TYPE,
        "line.moved",
        "prekey",
        "unable",
        case_entries.Retracted.TYPE,
        release_said.Recalled.TYPE,
        release_said.Taken.TYPE,
        CHECK,
        *(kind for kind, _ in line_checks.KNOWN),
        *(kind for kind, _ in agreement_entries.KNOWN),
    }
)
"""What is never held, beside everything urgent: what keeps a line going, agreements, retractions, recalls of
releases, and that one was taken.

Not `part`: what it is part of discloses, or does not. Who says parts of terms says so (Say.free).
"""


def setting(text: str, path: str = "gate") -> Setting:
    """Raises: Invalid (`gate.setting`)."""
    for each in SETTINGS:
        if text == each:
            return each
    raise Invalid("gate.setting", path, text, ", ".join(SETTINGS))


def needed(which: Setting) -> int:
    """How many officers have to see what this setting holds."""
    return tuple(SETTINGS).index(which)


def discloses(kind: Kind, of_type: str) -> bool:
    """Whether the gate holds such an entry. Never anything urgent: calls, holds, retractions, line checks."""
    return kind == "main" and of_type not in FREE


def stricter(one: Setting, other: Setting) -> Setting:
    """Of two settings the one that needs more officers."""
    return max(one, other, key=needed)


def people(before: Setting, after: Setting) -> int:
    """How many officers it takes to change the setting: one alone undoes nothing that needs two."""
    return needed(before) if needed(after) < needed(before) else 1


def check_open(found: Sequence[int], held: Sequence[int]) -> None:
    """All these entries wait in the gate. Raises: Invalid (`gate.not_held`)."""
    for each in found:
        if each not in held:
            wanted = ", ".join(str(one) for one in held[:10]) or "none: nothing is held"
            raise Invalid("gate.not_held", "entry", each, wanted)


def check_seen(n: int, seen: str, shown: str) -> None:
    """What an officer has seen is what is held. Raises: Refused (`gate.other_text`)."""
    if seen != shown:
        words = f"entry {n} holds another text than the one that was seen; accepted: see it again"
        raise Refused("gate.other_text", words)
