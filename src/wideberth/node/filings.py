"""Plans as several callers hand them in at once: those that wait are entered together, in one commit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wideberth.desk.plan_entries import Filed
from wideberth.model.agreement import Disclosure
from wideberth.model.plan import Plan
from wideberth.node.desk_views import PlanView

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
