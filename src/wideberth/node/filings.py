"""Plans as several callers hand them in at once: those that wait are entered together, in one commit."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from msgspec import structs

from wideberth.desk import plans
from wideberth.desk.plan_entries import Filed
from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.model.agreement import Disclosure
from wideberth.model.plan import Plan
from wideberth.node.desk_views import PlanView

CHANCE: Final = 16
"""Random bytes of a plan's id."""
TOGETHER = 1_000
"""Plans after which no further caller's are taken into one commit."""


class Given(NamedTuple):
    """A plan as it is handed in, and how much of it is told at most."""

    plan: Plan
    disclosure: Disclosure | None = None


class Filing:
    """What one caller hands in, and what came of it.

    Attributes:
        given: the plans. `filed`: as they were decided; `views` what is answered, or `error` is raised.
    """

    def __init__(self, given: Sequence[Given]) -> None:
        self.given = given
        self.filed: list[Filed] = []
        self.views: list[PlanView] | None = None
        self.error: Exception | None = None

    @property
    def over(self) -> bool:
        """Whether it is answered."""
        return self.views is not None or self.error is not None

    def answer(self) -> list[PlanView]:
        """What is told to the caller. Raises: as it came out."""
        if self.error is not None:
            raise self.error
        assert self.views is not None
        return self.views


def waiting(some: deque[Filing], first: Filing) -> Iterator[Filing]:
    """Those that wait beside the first, and are taken now."""
    size = len(first.given)
    while some and size < TOGETHER:
        found = some.popleft()
        if found is not first and not found.over:
            size += len(found.given)
            yield found


def decide(one: Filing, party: str, now_ms: int, check: Callable[[Plan], None]) -> None:
    """Give each plan its id; `check` raises Invalid for one that may not be filed: then none of them is."""
    try:
        for n, each in enumerate(one.given):
            new = f"p-{ids.base32(secrets.token_bytes(CHANCE))}"
            plan = structs.replace(each.plan, party=party, id=new)
            try:
                one.filed.append(plans.submit(plan, each.disclosure, now_ms))
                check(plan)
            except Invalid as error:
                raise error.under(f"plans[{n}]") from error
    except Invalid as error:
        one.error = error
