"""Records, as the node makes them: files that anybody can verify."""

from __future__ import annotations

import re
from typing import Final

from wideberth.errors import Invalid
from wideberth.node import records
from wideberth.web.call import Call

OF_CASE: Final = ("headers",)
"""With `headers=no` without those of other entries."""
OF_FEEDS: Final = ("feeds", "from", "to")
"""The feeds, with commas between them, and the range of entries."""
_YES: Final = {"yes": True, "no": False}
_NUMBER: Final = re.compile("[0-9]{1,15}")


def case(call: Call) -> bytes:
    """The record of a case. Raises: Invalid (`api.query`), and as records.of_case."""
    said = call.asked.get("headers", "yes")
    if said not in _YES:
        raise Invalid("api.query", "headers", said, "yes or no")
    return records.of_case(call.node, call.named["case"], headers=_YES[said])


def feeds(call: Call) -> bytes:
    """Feeds of a line. Raises: Invalid (`api.query`), and as records.of_feeds."""
    named = [each for each in call.asked.get("feeds", "").split(",") if each]
    first, last = _number(call, "from") or 0, _number(call, "to")
    return records.of_feeds(call.node, call.named["line"], named, first, last)


def _number(call: Call, name: str) -> int | None:
    """Raises: Invalid (`api.query`)."""
    said = call.asked.get(name)
    if said is None:
        return None
    if not _NUMBER.fullmatch(said):
        raise Invalid("api.query", name, said, "the number of an entry, from 0 on")
    return int(said)
