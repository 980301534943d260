"""Two nodes under terms, whose APIs listen, and files of plans for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.running import Desk, desk
from tests.story import desks, whole
from tests.story.desks import START
from wideberth.formats.times import to_rfc3339
from wideberth.space.units import METRE

HOUR_MS = 3_600_000


@contextmanager
def agreed(level: str = "full") -> Iterator[Desk]:
    """As `desk`, with an agreement that all have signed."""
    with desk() as found:
        desks.agree(found.two, desks.terms(found.two, {"*": level}))
        yield found


def settled(found: Desk) -> None:
    """What either has to say has arrived."""
    whole.settle(found.two)


def plan(
    name: str, lon: float = 33.0, start_ms: int = START, *, hours: float = 1, **more: Any
) -> dict[str, Any]:
    """A plan of north as the native JSON has it: 5 km around a place, 1,000 to 2,000 ft."""
    pad = {"h_m": 0, "v_m": 0, "t_s": 0}
    volume = {
        "ground": {"type": "circle", "centre": [lon, 34.0], "radius_m": 50_000_000 / METRE, "slack_m": 0},
        "lower": {"value": 1_000, "unit": "ft", "datum": "MSL"},
        "upper": {"value": 2_000, "unit": "ft", "datum": "MSL"},
        "start": to_rfc3339(start_ms),
        "end": to_rfc3339(start_ms + round(hours * HOUR_MS)),
        "band": None,
        "pad": pad,
    }
    return {"party": "north", "id": name, "activity": "survey", "volumes": [volume], **more}


def file(folder: Path, name: str, *plans: dict[str, Any]) -> str:
    """A native file of plans."""
    made = folder / name
    made.write_text(json.dumps({"schema": "wideberth.plans/1", "plans": list(plans)}))
    return str(made)
