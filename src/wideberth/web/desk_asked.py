"""What is asked of the API about plans and cases; what it answers is node.desk_views. Strict, as asked.

Plans are as the native JSON has them (formats.native), changes as entries have them (desk.case_entries): what
`clears` gives can be proposed as it is.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from wideberth.model.agreement import Disclosure

DAY_MS = 86_400_000
Delay = Annotated[int, Meta(ge=-30 * DAY_MS, le=30 * DAY_MS)]
Lift = Annotated[int, Meta(ge=-(10**9), le=10**9)]
"""In 0.1 mm: up to 100 km."""
For = Annotated[int, Meta(ge=60, le=30 * 86_400)]
Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Override = Literal["officer", "commander"]


class Plans(Struct, frozen=True, forbid_unknown_fields=True):
    """Plans to be filed, all of them or none; each may have a `disclosure` of its own.

    `party` and `id` of a plan may be left out: the node gives them, and an id becomes the label where there
    is none. `disclosure`: how much of them is told at most; null: as agreed.
    """

    plans: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=1_000)]
    disclosure: Disclosure | None = None


class Amended(Struct, frozen=True, forbid_unknown_fields=True):
    """The next version of a plan. Without `disclosure` that stays as it is; null: as agreed.

    `version` is that from which it was made: where there is a newer one it is refused, so that nobody undoes
    what somebody else has changed since, or an agreed change of a case.
    """

    plan: dict[str, Any]
    disclosure: Disclosure | UnsetType | None = UNSET
    version: int | None = None


class Activated(Struct, frozen=True, forbid_unknown_fields=True):
    """A plan begins; `override`: although something holds it back, by whoever has this post.

    `version` is the one that was looked at: where there is a newer one nothing begins.
    """

    override: Override | None = None
    version: int | None = None


class Stated(Struct, frozen=True, forbid_unknown_fields=True):
    """Another state of a plan. It begins elsewhere: `activated` is for one that conforms again."""

    to: Literal["activated", "nonconforming", "contingent", "ended"]


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of a plan: one of these. `volumes` as entries have them."""

    delay_ms: Delay | None = None
    lift_dmm: Lift | None = None
    volumes: list[dict[str, Any]] | None = None
    cancel: Literal[True] | None = None


class Proposed(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of the plan of one of the two notices of a case, offered for so many seconds."""

    notice: str
    change: Change
    for_s: For


class Which(Struct, frozen=True, forbid_unknown_fields=True):
    """A proposal, by its entry; neither: the only one there is."""

    origin: str | None = None
    n: Number | None = None


class Accepted(Struct, frozen=True, forbid_unknown_fields=True):
    """A proposal as in `Which`; `anyway`: although the own plan would then conflict with another."""

    origin: str | None = None
    n: Number | None = None
    anyway: bool = False


class Escalated(Struct, frozen=True, forbid_unknown_fields=True):
    """To which role of one's own."""

    to: Literal["deputy", "commander"]


class ActView(Struct, frozen=True):
    """A change that an account asked for.

    Attributes:
        n: counts from 1.
        name: of the account; None where it was deleted since.
        what: of a fixed list, such as `plan.submit`.
        line, noun: what it was done to: a line, and an id of something of it or of the node.
        done: whether it is known to have been done; else the node ended meanwhile, or its disk failed.
    """

    n: int
    at: str
    name: str | None
    what: str
    line: str | None
    noun: str | None
    done: bool
