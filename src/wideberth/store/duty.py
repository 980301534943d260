"""Who is on duty: three posts, and a list of changes that only grows. Pure.

A post is vacant or held by one person, and a person holds at most one post: escalation from the officer to
the deputy to the commander must not lead back to the same person.

    change   from                     to                        who says so
    taken    vacant                   the taker                 the taker
    relieved held by another          the taker                 the taker, who says that the holder is away
    handed   held by the giver        the receiver              the giver
    left     held                     vacant                    an admin: the account is disabled or deleted
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct

from wideberth.errors import Invalid, Refused

Post = Literal["officer", "deputy", "commander"]
POSTS: Final[tuple[Post, ...]] = ("officer", "deputy", "commander")
How = Literal["taken", "relieved", "handed", "left"]
MAY: Final = "officer"
"""The permission role that a duty role needs."""


class Change(Struct, frozen=True):
    """Who holds a post from `at_ms` (UTC) on; `user` is the number of an account, None where it is vacant."""

    post: Post
    user: int | None
    how: How
    at_ms: int


Watch = Mapping[Post, Change]
"""The last change of each post that ever had one."""


def watch(changes: Iterable[Change], at_ms: int | None = None) -> Watch:
    """Who is on after these changes, or was on at a moment."""
    return {each.post: each for each in changes if at_ms is None or each.at_ms <= at_ms}


def post(text: str, path: str = "post") -> Post:
    """Raises: Invalid (`duty.post`)."""
    for each in POSTS:
        if text == each:
            return each
    raise Invalid("duty.post", path, text, ", ".join(POSTS))


def take(on: Watch, which: Post, user: int, now: int, *, relieve: bool = False) -> Change:
    """A person goes on duty; over the head of the holder only with `relieve`, which is written down.

    Raises: Refused (`duty.held`, `duty.two_posts`).
    """
    holder = _holder(on, which)
    if holder == user:
        raise Refused("duty.held", f"this person already is the {which} on duty")
    if holder is not None and not relieve:
        raise Refused(
            "duty.held", f"another person is the {which} on duty; accepted: they hand over, or are relieved"
        )
    _check_free(on, user)
    return Change(which, user, "taken" if holder is None else "relieved", _after(on, now))


def hand(on: Watch, which: Post, giver: int, receiver: int, now: int) -> Change:
    """The holder hands over. Raises: Refused (`duty.not_holder`, `duty.two_posts`)."""
    if _holder(on, which) != giver:
        raise Refused("duty.not_holder", f"this person is not the {which} on duty, who alone can hand over")
    _check_free(on, receiver)
    return Change(which, receiver, "handed", _after(on, now))


def leave(on: Watch, user: int, now: int) -> list[Change]:
    """All posts of a person become vacant."""
    at_ms = _after(on, now)
    return [Change(which, None, "left", at_ms) for which in POSTS if _holder(on, which) == user]


def _holder(on: Watch, which: Post) -> int | None:
    return on[which].user if which in on else None


def _check_free(on: Watch, user: int) -> None:
    for each in on.values():
        if each.user == user:
            raise Refused(
                "duty.two_posts", f"this person is the {each.post} on duty; accepted: one post each"
            )


def _after(on: Watch, now: int) -> int:
    """The list stays in order where the clock was set back."""
    return max([now, *(each.at_ms for each in on.values())])
