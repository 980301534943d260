"""Replies to communiqués, for those who let them through or refuse them."""

from __future__ import annotations

import re
from typing import Final, get_args

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.node.reply_views import ReplyCountView, ReplyView, State
from wideberth.web.call import Call
from wideberth.web.roles import RELEASING
from wideberth.web.route import Route

REPLIES: Final = "/v1/replies"
REPLY: Final = f"{REPLIES}/{{reply}}"
PAGE: Final = 500
"""Replies of an answer."""
_STATES: Final[dict[str, State]] = {each: each for each in get_args(State)}
_NUMBER: Final = re.compile("[1-9][0-9]{0,15}")


class RefuseReply(Struct, frozen=True, forbid_unknown_fields=True):
    """For which reason: one of desk.replies.REASONS."""

    why: str


def listed(call: Call) -> list[ReplyView]:
    """Those that stand so, the oldest first. Raises: Invalid (`api.query`)."""
    state = _STATES.get(call.asked.get("state", "waiting"))
    after = call.asked.get("after", "0")
    if state is None:
        raise Invalid("api.query", "state", call.asked["state"], ", ".join(_STATES))
    if after != "0" and not _NUMBER.fullmatch(after):
        raise Invalid("api.query", "after", after, "the number of a reply")
    found = call.node.room.replies.queue(call.asked.get("communique"), state)
    return [each for each in found if each.reply > int(after)][:PAGE]


def counts(call: Call) -> list[ReplyCountView]:
    """How many there are, by communiqué."""
    return call.node.room.replies.counts()


def one(call: Call) -> ReplyView:
    """One of them. Raises: as Replies.one."""
    return call.node.room.replies.one(_number(call))


def let_through(call: Call) -> ReplyView:
    """Everybody reads it. Raises: as Replies.let_through."""
    return call.node.room.replies.let_through(_number(call))


def refuse(call: Call) -> ReplyView:
    """Nobody reads it. Raises: as Replies.refuse."""
    return call.node.room.replies.refuse(_number(call), call.body.why)


def _number(call: Call) -> int:
    named = call.named["reply"]
    return int(named) if _NUMBER.fullmatch(named) else 0


ROUTES: Final = (
    Route("GET", REPLIES, RELEASING, None, list[ReplyView], listed,
          "Replies to communiqués, 500 at a time, the oldest first. `state`: waiting, shown or refused; "
          "`communique` its id; `after` the last one's number there are more.",
          query=("state", "communique", "after"), present=True),
    Route("GET", "/v1/reply-counts", RELEASING, None, list[ReplyCountView], counts,
          "How many replies wait, are shown and were refused, by communiqué.", present=True),
    Route("GET", REPLY, RELEASING, None, ReplyView, one, "One reply.", present=True),
    Route("POST", f"{REPLY}/let-through", RELEASING, None, ReplyView, let_through,
          "Show a reply to everybody; also one that was refused, as long as it is kept.",
          act="reply.let_through"),
    Route("POST", f"{REPLY}/refuse", RELEASING, RefuseReply, ReplyView, refuse,
          "Refuse a reply, also one that is shown: nobody reads it any more, and it is erased after 7 days.",
          act="reply.refuse"),
)  # fmt: skip
"""What of the API is about replies."""
