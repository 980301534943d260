"""Who may see what, as the pages say it: everything else is a leak. Nothing here is read from the code.

Those who see are: own people by role; who has no token (`nobody`); each peer by what it is told; and what is
handed on: what a map program shows, the log, counts for programs, the page of a slip.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.walk.world import LEVELS

PEOPLE: Final = frozenset({"admin", "interpreter", "observer", "officer", "planner", "releasing"})
READERS: Final = frozenset({"observer", "officer", "planner", "releasing"})
"""Who may read lists of sites (docs/sites.md)."""
FULL: Final = frozenset({"full", "map full"})
"""The peer that is told all of a plan, and maps of own people."""
NOT_ONE: Final[frozenset[str]] = frozenset()

_EXACT: Final[Mapping[str, frozenset[str]]] = {
    # docs/disclosure.md: a label and a note are told to nobody, at any level; nor is the id of a plan
    # docs/releases.md: of a released plan its recipient sees what was chosen, at the level chosen
    "open.label": PEOPLE | {"slip"},
    "open.note": PEOPLE,
    "plan.id": PEOPLE,
    # its place, hours, heights and callsign only in full; and on the slip of an own crew (docs/relay.md)
    "open": PEOPLE | FULL | {"slip", "to file"},
    "quiet": PEOPLE,
    # docs/sites.md: who gave a place is nobody else's business; people beside a row are for few
    "untold.source": READERS,
    "untold.person": frozenset({"officer", "releasing"}),
    "untold": READERS | {"map full"},
    "told.source": READERS,
    "told.person": frozenset({"officer", "releasing"}),
    "told": READERS | FULL,
    "list.id": READERS,
    # what was said to one party is said to no other
    "said": PEOPLE | {"full"},
    "held": PEOPLE,
    "talks": PEOPLE | {"full"},
    "call": PEOPLE | {"full"},
    # docs/manual.md: what a far end told is for own people
    "far.label": PEOPLE,
    "far.words": PEOPLE,
    "far": PEOPLE | {"map full"},
    "manual.label": PEOPLE | {"map full"},
    "manual.id": PEOPLE,
    # docs/relay.md: who flies and drives is told to nobody else
    "cell": frozenset({"officer", "planner", "slip"}),
    # docs/tracks.md: tracks stay where they are reported
    "track": PEOPLE,
    # what a peer told us is its own: no other peer hears of it. Its label it told to nobody
    "theirs.label": frozenset({"full"}),
    "theirs": PEOPLE | FULL,
    # docs/node.md: accounts are for admins
    "user": frozenset({"admin"}),
    # docs/releases.md: a draft is for those who may release; of a communiqué all may read
    "release": frozenset({"officer", "releasing"}),
    "file": frozenset({"officer", "releasing", "to file"}),
    "link": frozenset({"officer", "releasing", "to link"}),
    # docs/public.md: everybody reads what is published, and the replies that were let through
    "public": PEOPLE | {"public"},
    "shown": frozenset({"officer", "releasing", "public"}),
    "waiting": frozenset({"officer", "releasing"}),
    "secret": NOT_ONE,
    "communique": PEOPLE,
    "slip": NOT_ONE,
    "token": NOT_ONE,
    "passwords": NOT_ONE,
    "key": NOT_ONE,
    "position": NOT_ONE,
}


_RELEASED: Final = {"full": ("to file",), "coarse": ("to link",)}
"""A release to a party names it, and the line on which its officers are known."""


def may(canary: str) -> frozenset[str]:
    """Who may see it. A record's own row counts where its field has none."""
    record, _, field = canary.partition(".")
    if record in ("party", "terms"):
        told = {field, *_RELEASED.get(field, ())} if record == "party" else {field}
        return PEOPLE | told | ({"map full"} if record == "party" else NOT_ONE)
    return _EXACT[canary] if canary in _EXACT else _EXACT[record]


OUTSIDE: Final = (*LEVELS, "nobody", "map full", "map coarse", "log", "machine", "slip", "public")
"""Everybody who is none of the own people, and everything that is handed on."""
