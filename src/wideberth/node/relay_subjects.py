"""What can be handed down a relay tree, as it is now: own plans, and what other parties told. Of a node."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from wideberth.desk import relay
from wideberth.desk.notices import Notice
from wideberth.errors import Invalid, Refused
from wideberth.model.plan import Plan
from wideberth.model.relay import About
from wideberth.node.open_line import OpenLine
from wideberth.render import relay_text
from wideberth.render.mark import MARK
from wideberth.render.relay_text import Subject
from wideberth.space.volume import Volume

if TYPE_CHECKING:
    from wideberth.node.node import Node

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
"""So long a test of contact says something, after its time."""


class Standing(NamedTuple):
    """Something that can be handed down, as it is now; `over`: it has ended, or its time has passed."""

    about: About
    subject: Subject
    over: bool


class Subjects:
    """Of one node, whose lock all of it holds."""

    def __init__(self, node: Node) -> None:
        self._node = node

    @property
    def mark(self) -> str:
        """What stands on all that is of an exercise; else nothing."""
        return MARK if self._node.settings.exercise else ""

    def called(self, line: OpenLine) -> str:
        """The other party, as people here call it."""
        return line.label or f"{line.state.peer[:8]}…"

    def standing(self, line: str | None, name: str) -> Standing | None:
        """What a name stands for now. Raises: Invalid (`line.none`), Refused (`relay.own`)."""
        if line is None:
            own = self._node.private.plans.plans.get(name)
            if own is None:
                return None
            plan = own.plan
            subject = Subject(
                "our plan",
                name,
                own.version,
                "full",
                plan.activity,
                plan.callsign,
                plan.volumes,
                plan.label,
                mark=self.mark,
            )
            return Standing(About(None, name, own.version), subject, self._over(plan))
        at = self._node.of(line)
        known = at.fold.all.notices.notices.get(name)
        if known is None:
            return None
        if known.by == at.state.party:
            raise Refused("relay.own", "this is our own notice; accepted: the plan that it is of")
        return self._of_notice(at, known)

    def _of_notice(self, line: OpenLine, known: Notice) -> Standing:
        said = known.said
        subject = Subject(
            f"told by {self.called(line)}",
            said.notice,
            said.version,
            said.level,
            said.activity,
            said.callsign,
            said.volumes,
            simplified=said.simplified,
            mark=self.mark,
        )
        over = known.ended or self._past(said.volumes)
        return Standing(About(line.id, said.notice, said.version), subject, over)

    def _over(self, plan: Plan) -> bool:
        return plan.state == "ended" or self._past(plan.volumes)

    def _past(self, volumes: Sequence[Volume]) -> bool:
        """Whether all of it lies in the past."""
        now_ms = self._node.clock.now()
        return bool(volumes) and all(
            each.end is not None and each.end + each.pad.t < now_ms for each in volumes
        )

    def live(self, about: About) -> bool:
        """Whether it is there in this version, and not over."""
        if about.test:
            state = self._node.private.relays
            held = state.relays.get(state.current.get(about.subject, ""))
            passed = (
                held is None or held.about != about or self._node.clock.now() > held.opened.start_ms + DAY_MS
            )
            return not passed and self._node.guards.contact_test
        try:
            now = self.standing(about.line, about.id)
        except (Invalid, Refused):
            return False
        return now is not None and now.about == about and not now.over

    def with_nobody(self, current: Container[relay.Subject], now_ms: int) -> Iterator[tuple[About, int]]:
        """What begins within the hour, or goes on, and is not among these, with its start (ms)."""
        for name, own in self._node.private.plans.plans.items():
            if own.plan.state != "ended" and (None, name) not in current:
                yield from self._soon(self.standing(None, name), now_ms)
        for line in self._node.all_lines():
            for name, known in line.fold.all.notices.notices.items():
                if known.by == line.state.peer and not known.ended and (line.id, name) not in current:
                    yield from self._soon(self._of_notice(line, known), now_ms)

    def _soon(self, now: Standing | None, now_ms: int) -> Iterator[tuple[About, int]]:
        if now is None or now.over:
            return
        start_ms = relay_text.start_ms(now.subject)
        # what has no beginning, or is not told when, is in force
        start_ms = now_ms if start_ms is None else start_ms
        if start_ms - HOUR_MS <= now_ms:
            yield now.about, start_ms
