"""What a node does after a start before it signs anything on a line (LINE 15), as a table."""

from __future__ import annotations

from typing import Final, Literal

from wideberth.line.state import Stage, State

Signal = Literal["missing", "nothing missing", "waived"]

STAGES: Final[dict[Stage, str]] = {
    "asking": "signs nothing: the peer has not answered this start",
    "regaining": "signs nothing: the peer has shown more than is held here, and serves it",
    "whole": "signs",
    "waived": "signs: an officer has said that nothing was lost",
}
SIGNALS: Final[dict[Signal, str]] = {
    "missing": "the peer's heads name what is not held (any more)",
    "nothing missing": "they name nothing more than is held",
    "waived": "an officer waives it, or says CHECK",
}
TABLE: Final[dict[tuple[Stage, Signal], Stage]] = {
    ("asking", "missing"): "regaining",
    ("asking", "nothing missing"): "whole",
    ("asking", "waived"): "waived",
    ("regaining", "missing"): "regaining",
    ("regaining", "nothing missing"): "whole",
    # to sign where one has certainly signed before is what this is there to prevent
    ("regaining", "waived"): "regaining",
    ("whole", "missing"): "regaining",
    ("whole", "nothing missing"): "whole",
    ("whole", "waived"): "whole",
    ("waived", "missing"): "regaining",
    ("waived", "nothing missing"): "whole",
    ("waived", "waived"): "waived",
}


def go(state: State, signal: Signal) -> bool:
    """Take one step of the table; whether the stage is another one now."""
    before, state.stage = state.stage, TABLE[state.stage, signal]
    return state.stage != before


def shown(state: State) -> bool:
    """The peer has shown its heads to this start; whether the stage is another one now."""
    return go(state, "missing" if state.missing() else "nothing missing")
