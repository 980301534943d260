"""A ring: something of which a person is to know now, and that climbs until somebody takes it.

Calls ring, and so do a missed presence, a broken branch of a relay tree, and what is overdue. Only what is
flash, too late to act or overdue sounds (the alarm budget); everything else is a line in a list. That nobody
takes it means only that nobody has.
"""

from __future__ import annotations

from typing import Final, Literal

Step = Literal["officer", "deputy", "watch", "commander", "channel"]
STEPS: Final[dict[Step, str]] = {
    "officer": "the officer on duty",
    "deputy": "the deputy",
    "watch": "the whole watch",
    "commander": "the commander",
    "channel": "nobody has taken it: the next channel, by voice",
}
"""Whom it rings for, one after the other, and for all of the earlier ones still."""
Why = Literal[
    "alert.closing",
    "alert.contingent",
    "alert.doubtful",
    "alert.entry",
    "alert.lost",
    "alert.nonconforming",
    "alert.unplanned",
    "call.arrived",
    "call.unanswered",
    "call.unsettled",
    "claim.asked",
    "claim.overdue",
    "concern.overdue",
    "duty.missed",
    "hold.met",
    "notice.inside",
    "notice.too_late",
    "onward.asked",
    "plan.too_late",
    "relay.broken",
]
WHY: Final[dict[Why, str]] = {
    "alert.closing": "two tracks of different parties lose their separation",
    "alert.contingent": "a unit of ours does not come back to its plan",
    "alert.doubtful": "what a track says cannot be so, or says that it is in distress",
    "alert.entry": "a track comes into what is to be kept clear",
    "alert.lost": "nothing is heard of a unit of ours",
    "alert.nonconforming": "a unit of ours is outside its plan",
    "alert.unplanned": "something is present, and on nobody's plan",
    "call.arrived": "the other party calls",
    "call.unanswered": "nobody at the other party has taken our call: use the next channel",
    "call.unsettled": "our call was taken, and neither read back right nor answered: call again, by voice",
    "claim.asked": "the other party asks whether something is ours",
    "claim.overdue": "our question whether something is theirs has no answer; that is no answer",
    "concern.overdue": "a concern has no answer yet",
    "duty.missed": "nobody on duty has confirmed to be there",
    "hold.met": "what ends a hold of ours has come: lift it",
    "notice.inside": "a plan of ours that has begun cannot clear before one of theirs begins: call, warn it",
    "notice.too_late": "the other party told us too late for us to act: call",
    "onward.asked": "the other party asks whether what we told may go further: answer it",
    "plan.too_late": "we told a plan too late for them to act: call them",
    "relay.broken": "a cell that must know has not confirmed, and the start is near",
}
"""What it is about. Texts hold nothing that anybody wrote."""
LOUD: Final[frozenset[Why]] = frozenset(
    {
        "call.unanswered",
        "call.unsettled",
        "claim.overdue",
        "concern.overdue",
        "duty.missed",
        "notice.inside",
        "notice.too_late",
        "plan.too_late",
        "relay.broken",
    }
)
"""What sounds whatever its precedence: what is overdue, or too late. All else sounds as flash only."""

Phase = Literal["ringing", "taken", "over"]
Event = Literal["climbs", "taken", "over"]
TRANSITIONS: Final[dict[Phase, dict[Event, Phase]]] = {
    "ringing": {"climbs": "ringing", "taken": "taken", "over": "over"},
    "taken": {"over": "over"},
    "over": {},
}
"""What follows what. It is over when what it was about is: taking it does not end that."""


def table() -> str:
    """The transitions as a table in Markdown, for docs/watch.md."""
    rows = ["| ring | event | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {then} |"
        for phase, after in TRANSITIONS.items()
        for event, then in after.items()
    ]
    return "\n".join(rows) + "\n"
