"""Every change that an account asks for is written down, before it is made: who, when, what, to what.

So is each look at what is known of people. Such a request is a sign of presence of whoever is on duty.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.node.desk_views import PlanView
from wideberth.node.relay_views import RelayView
from wideberth.node.site_views import EditionView
from wideberth.node.views import LineView, time
from wideberth.web.call import Call
from wideberth.web.desk_asked import ActView
from wideberth.web.route import Route

LISTED: Final = ("before", "noun")
_NOUNS: Final = (
    "plan",
    "case",
    "notice",
    "list",
    "agreement",
    "sha256",
    "relay",
    "cell",
    "audit",
    "run",
    "alert",
)
"""Parts of a path that name what is acted on; names of people and tokens are none."""


def done(route: Route, call: Call) -> Any:
    """What a route gives; who asked for it is on record, where the route has a word for it.

    Raises: as the route; Refused (as Accounts) where it cannot be written down, and then nothing is done.
    """
    if route.act is None or call.user is None:
        return route.does(call)
    call.node.room.keeping.sign(call.who.id)
    acts = call.node.people.acts
    noun = next((call.named[each] for each in _NOUNS if each in call.named), None)
    n = acts.begin(call.who.id, route.act, call.named.get("line"), noun, call.node.clock.now())
    try:
        given = route.does(call)
    except WideberthError as error:
        # what a journal could not confirm may be there after all
        if not error.code.startswith("journal."):
            with suppress(Refused):
                acts.undo(n)
        raise
    with suppress(Refused):
        # it is done: that the file of accounts fails now is no reason to say that it is not
        acts.finish(n, _made(given) if noun is None else ())
    return given


def listed(call: Call) -> list[ActView]:
    """Who did what, the newest first. Raises: Invalid (`api.query`)."""
    found = call.node.people.acts.listed(_before(call.asked.get("before")), call.asked.get("noun"))
    return [
        ActView(each.n, time(each.at_ms), each.name, each.what, each.line, each.noun, each.done)
        for each in found
    ]


def _before(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise Invalid("api.query", "before", text, "a whole number")
    return int(text)


def _made(given: Any) -> Sequence[str]:
    """The ids of what is new."""
    if isinstance(given, list):
        return [each.plan for each in given if isinstance(each, PlanView)]
    if isinstance(given, RelayView):
        return [given.relay]
    if isinstance(given, EditionView):
        return [given.list.list]
    return [given.line] if isinstance(given, LineView) else []
