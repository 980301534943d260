"""The pack of an incident, as the node makes it: a file that anybody can verify."""

from __future__ import annotations

from typing import Final

from wideberth.errors import Invalid
from wideberth.formats.times import parse_time
from wideberth.node import incident
from wideberth.web.call import Call
from wideberth.web.roles import RELEASING
from wideberth.web.route import OCTETS, Route

ASKED: Final = ("about", "from", "line", "to")
"""The id that it is about; from when until when, and on which line, if not all of it."""


def pack(call: Call) -> bytes:
    """The pack. Raises: Invalid (`api.query`, `time.*`), and as incident.pack."""
    about = call.asked.get("about")
    if about is None:
        raise Invalid("api.query", "about", "nothing", "the id of what it is about")
    return incident.pack(
        call.node,
        about,
        _time(call, "from", incident.LEAST_MS),
        _time(call, "to", incident.MOST_MS),
        call.asked.get("line"),
    )


def _time(call: Call, name: str, default: int) -> int:
    text = call.asked.get(name)
    return default if text is None else parse_time(text, name)


ROUTES: Final = (
    Route("GET", "/v1/incident", RELEASING, None, bytes, pack,
          "The pack of an incident, a zip archive: who said what `about` this id, when, and who held it, "
          "with records that anybody can verify. Who asked stays on record, as of a change.", media=OCTETS,
          query=ASKED, act="incident.pack", whole=True),
)  # fmt: skip
"""What the API has of it."""
