"""The demo: two parties from their first line to a closed case, and a record that a stranger can check.

Nothing is told that was not read from a node, and every step says what it expects: what comes out otherwise
ends the demo with the step that it was.
"""

from __future__ import annotations

from wideberth.story import demo_begin, demo_case, demo_end, demo_sites
from wideberth.story.outcome import SCHEMA, Cast, Outcome
from wideberth.story.steps import Steps


def play(cast: Cast, steps: Steps) -> Outcome:
    """All of it. Raises: Refused (`demo.step`) for the step that came out otherwise."""
    north, south = cast.sides
    line = demo_begin.line(cast, steps)
    terms = demo_begin.terms(cast, steps, line)
    demo_sites.sites(cast, steps, line)
    filed = demo_case.filed(cast, steps, line)
    demo_case.held_back(cast, steps, filed)
    demo_case.closed(cast, steps, filed)
    demo_case.begun(cast, steps, filed, line)
    told = demo_end.same(cast, steps, line)
    proof = demo_end.record(cast, steps, filed.case)
    return Outcome(
        schema=SCHEMA,
        exercise=True,
        as_of=north.status().now,
        seconds=round(sum(each.seconds for each in steps.done), 3),
        steps=steps.done,
        line=line,
        agreement=terms,
        parties={each.name: told[each.name] for each in cast.sides},
        same=told[north.name].roots == told[south.name].roots
        and told[north.name].cases == told[south.name].cases,
        record=proof,
    )
