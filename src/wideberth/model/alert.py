"""Alerts: findings of the watch over live tracks that a person is to know. Nouns only.

What is found is in watch.findings, when it becomes an alert, and when it is over, in watch.alerts. An alert
says what is about to be too close, and never what to do about whom.
"""

from __future__ import annotations

from typing import Final, Literal

from wideberth.model.agreement import Precedence

Kind = Literal["closing", "entry", "unplanned", "nonconforming", "contingent", "lost", "doubtful"]
KINDS: Final[dict[Kind, str]] = {
    "closing": "two tracks of different parties lose their separation",
    "entry": "a track comes into what another party, a site or a policy keeps clear",
    "unplanned": "present, and on nobody's plan",
    "nonconforming": "a unit of ours is outside its plan",
    "contingent": "a unit of ours has been outside its plan for longer than it may take to come back",
    "lost": "nothing was heard of a unit of ours for longer than it should be",
    "doubtful": "what a track says cannot be so, or says that it is in distress",
}
PRECEDENCE: Final[dict[Kind, Precedence]] = {
    "closing": "flash",
    "entry": "flash",
    "unplanned": "immediate",
    "nonconforming": "immediate",
    "contingent": "flash",
    "lost": "immediate",
    "doubtful": "priority",
}

Phase = Literal["pending", "raised", "held", "cleared"]
Event = Literal["found", "absent"]
PHASES: Final[dict[Phase, str]] = {
    "pending": "found, and not yet for long enough to tell anybody",
    "raised": "it is so now, or is about to be",
    "held": "not found any more, and not for long enough to be over",
    "cleared": "over",
}
TRANSITIONS: Final[dict[Phase, dict[Event, tuple[Phase, ...]]]] = {
    "pending": {"found": ("pending", "raised"), "absent": ("pending", "cleared")},
    "raised": {"found": ("raised",), "absent": ("raised", "held", "cleared")},
    "held": {"found": ("raised",), "absent": ("held", "cleared")},
    "cleared": {},
}
"""What may follow at each look: it stays as it is until the time for the next is up (watch.alerts).

What is raised is cleared without being held only where it became another alert, or where what it was about
was withdrawn. A person who acknowledges an alert changes none of this: it is acknowledged, and goes on as
long as it is so. What is found anew after it was cleared is a new alert. One that was only pending is told
to nobody.
"""

Why = Literal["absent", "silent", "replaced", "withdrawn"]
WHY: Final[dict[Why, str]] = {
    "absent": "it was not found any more, for as long as an alert is held; as far as is known",
    "silent": "nothing more was heard of a track: where it is now nobody knows",
    "replaced": "it went on for too long, and is another alert now",
    "withdrawn": "what the track came too near, or was to keep to, was withdrawn or is over",
}
"""Why an alert was cleared, in words. None of them says that nothing is there."""


def table() -> str:
    """The transitions as a table in Markdown, for docs/tracks.md."""
    rows = ["| alert | at a look it is | then |", "|---|---|---|"]
    rows += [
        f"| {phase} | {event} | {' or '.join(after)} |"
        for phase, events in TRANSITIONS.items()
        for event, after in events.items()
    ]
    return "\n".join(rows) + "\n"
