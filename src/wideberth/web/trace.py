"""Whose copy of a release a file comes from."""

from __future__ import annotations

from typing import Final

from wideberth.formats.leaked import SIZE_LIMIT
from wideberth.node.trace import TraceView
from wideberth.web.call import Call
from wideberth.web.roles import RELEASING
from wideberth.web.route import Route


def trace(call: Call) -> TraceView:
    """What is claimed of a file. Raises: as Traces.trace."""
    return call.node.room.traces.trace(call.body, call.asked.get("name", ""))


ROUTES: Final = (
    Route("POST", "/v1/trace", RELEASING, bytes, TraceView, trace,
          "Whose copy of a release a file comes from: figures, and a claim only where chance is below "
          "1 in 10⁹. The file is kept nowhere; `name`: its name, of which only the end is looked at. Who "
          "asked stays on record.", query=("name",), most=SIZE_LIMIT, heavy=True, act="release.trace"),
)  # fmt: skip
"""What of the API is about traces."""
