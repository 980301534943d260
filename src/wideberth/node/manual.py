"""The manual lines of a node (LINE 21): what its officers tell by voice, mail and paper, and are told.

Everything is entered in the private feed, durably, before a method returns. Nothing of it leaves the node
until the far end has a line, and an officer says that it has joined: then the history is offered there.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from wideberth.desk import manual, manual_entries, manual_fields, phrases, plans, releases
from wideberth.desk.case_entries import Ref
from wideberth.desk.manual import Line, Offered
from wideberth.desk.manual_entries import Answered, Called, Opened, Row, Told
from wideberth.desk.plans import Own
from wideberth.errors import Invalid, Refused
from wideberth.ledger import entries, ids
from wideberth.ledger.canonical import Value
from wideberth.model.agreement import Precedence, Rules
from wideberth.model.manual import RUNGS, Answer, Channel, Level, ReadBack
from wideberth.model.plan import Plan
from wideberth.node import phrases as phrase_book
from wideberth.node.manual_cases import ManualCases
from wideberth.node.manual_views import (
    CallView,
    HistoryView,
    ManualView,
    ReachedView,
    RowView,
    ScriptView,
    TheirsView,
)
from wideberth.node.views import time
from wideberth.render import mark, script
from wideberth.render.script import Notice
from wideberth.render.wording import FORMS, As
from wideberth.space.geoid import Geoid

if TYPE_CHECKING:
    from wideberth.node.node import Node

CHANCE: Final = 16
OURS: Final = "reported by us"
SHOWN: Final = 1_000
"""Own plans that are shown on a manual line, those that were told first."""
GRID: Final = Rules().coarse
"""The public grid of manual lines: nothing else is agreed there."""


class Telling(NamedTuple):
    """What an officer enters of a telling: the SHA-256 of the text, to whom, when, how it was read back."""

    sha256: bytes
    to: str
    at_claimed_ms: int
    language: str | None
    read_back: ReadBack


class Coded(NamedTuple):
    """A code of the phrase book, its fields, and what was read back of them; None where nothing was."""

    code: str | None = None
    fields: dict[str, Value] = {}  # noqa: RUF012 - it is only read
    heard: dict[str, Value] | None = None


PLAIN: Final = Coded()


class Manual:
    """Of one node. Methods raise as Node.recording, Invalid (`manual.none`), and as is said at each."""

    def __init__(self, node: Node, geoid: Geoid) -> None:
        self._node = node
        self._named: dict[tuple[str, str], str] = {}
        self.cases = ManualCases(node, self, geoid)

    def all(self) -> list[ManualView]:
        """All of them, by what the far end is called."""
        with self._node.held():
            found = [self._view(each) for each in self._node.private.manual.lines.values()]
        return sorted(found, key=lambda each: each.label.casefold())

    def one(self, line: str) -> ManualView:
        """One of them."""
        with self._node.held():
            return self._view(self.of(line))

    def open(self, label: str, channel: Channel, language: str, level: Level, preset: str) -> ManualView:
        """A new one. Raises: as desk.manual.opened."""
        new = ids.base32(secrets.token_bytes(ids.HASH))
        with self._node.held():
            said = Opened(new, label, channel, language, level, preset)
            self.enter([manual.opened(self._node.private.manual, said)])
            return self.one(new)

    def marked(self, text: str) -> str:
        """What is read out or sent, with the mark of an exercise where this is one."""
        return mark.text(text, exercise=self._node.settings.exercise)

    def script(self, line: str, plan: str, form: As | None = None) -> ScriptView:
        """What is to be told of an own plan now, by `plan` or by the notice's id, word for word.

        Raises: Invalid (`plan.none`), Refused (`manual.no_view`).
        """
        with self._node.held():
            found, own = self.of(line), self.own(line, plan)
            notice = self.notice(found, own)
            which = form or script.CHANNELS[found.opened.channel]
            text = self.marked(script.text(notice, which))
            sha256 = manual.digest(text).hex()
            return ScriptView(line, own.plan.id, notice.notice, notice.version, which, text, sha256)

    def told(self, line: str, plan: str, said: Telling) -> ManualView:
        """An officer has told it. Raises: as `script`, desk.manual.told."""
        with self._node.held():
            found, own = self.of(line), self.own(line, plan)
            notice = self.notice(found, own)
            made = Told(
                line,
                notice.notice,
                notice.version,
                said.sha256,
                script.what(notice),
                said.to,
                said.at_claimed_ms,
                said.language or found.opened.language,
                said.read_back,
            )
            texts = [self.marked(script.text(notice, each)) for each in FORMS]
            self.enter([manual.told(made, texts, self._now())])
            return self.one(line)

    def answered(
        self,
        line: str,
        plan: str,
        answer: Answer,
        by: str,
        at_claimed_ms: int,
        *,
        version: int | None = None,
        language: str | None = None,
    ) -> ManualView:
        """What the far end said to a version that was told, the newest if none is named.

        Raises: as desk.manual.answered.
        """
        with self._node.held():
            found, own = self.of(line), self.own(line, plan)
            notice = ids.notice_of(line, own.plan.id)
            reached = found.reached.get(notice)
            newest = own.version if reached is None else reached.version
            spoken = language or found.opened.language
            said = Answered(line, notice, version or newest, answer, by, at_claimed_ms, spoken)
            self.enter([manual.answered(found, said, self._now())])
            return self.one(line)

    def called(
        self,
        line: str,
        words: str,
        role: str,
        at_claimed_ms: int,
        *,
        mine: bool,
        precedence: Precedence = "routine",
        language: str | None = None,
        coded: Coded = PLAIN,
    ) -> ManualView:
        """Something else was said, `coded` in a phrase of the book. Raises: as desk.manual.called."""
        with self._node.held():
            spoken = language or self.of(line).opened.language
            said = Called(line, mine, precedence, words, role, at_claimed_ms, spoken, *coded)
            self.enter([manual.called(said, phrase_book.shipped(), self._now())])
            return self.one(line)

    def planned(
        self, line: str, given: Sequence[Plan], by: str, at_claimed_ms: int, amend: str | None = None
    ) -> ManualView:
        """Plans of the far end's as they were understood; or the next version of one, `amend`.

        Raises: as desk.manual.planned; Invalid (`manual.no_plan`, `manual.one_plan`).
        """
        with self._node.held():
            found = self.of(line)
            if amend is not None and amend not in found.plans:
                raise Invalid(
                    "manual.no_plan", "amend", amend, "a plan of the far end's: wideberth manual show"
                )
            if amend is not None and len(given) != 1:
                raise Invalid("manual.one_plan", "plans", len(given), "one plan, which is the next version")
            said = []
            for each in given:
                name = amend or f"p-{ids.base32(secrets.token_bytes(CHANCE))}"
                plan = structs.replace(each, id=name)
                said.append(manual.planned(found, plan, by, at_claimed_ms, self._now()))
            self.enter(said)
            return self.one(line)

    def join(self, line: str, to: str) -> ManualView:
        """The far end has a line now: the history is offered on it, through its gate if it has one.

        Raises: Invalid (`line.none`), Refused (`manual.joined`).
        """
        with self._node.using(to) as real:
            found = self.of(line)
            self.enter([manual.joined(found, to)])
            for each in manual.histories(found):
                _, value = manual_entries.write(each)
                real.talk.say("main", each.TYPE, manual_fields.V, value)
            return self.one(line)

    def histories(self, line: str) -> list[HistoryView]:
        """What was offered on a line, by either party, and what was said of it."""
        with self._node.held():
            return [self._history(each) for each in self._offered(self._node.of(line).id)]

    def confirm(self, line: str, ref: Ref, rows: Sequence[str], role: str) -> list[HistoryView]:
        """An officer says of each row of the other party's history whether it was so.

        Raises: Invalid (`manual.no_history`), and as desk.manual.confirm.
        """
        with self._node.using(line) as real:
            found = next((each for each in self._offered(line) if each.ref == ref), None)
            if found is None:
                raise Invalid("manual.no_history", "n", ref.n, "an entry of history on this line")
            said = manual.confirm(found, self._node.party, rows, role)
            _, value = manual_entries.write(said)
            real.talk.say("main", said.TYPE, manual_fields.V, value)
            return [self._history(each) for each in self._offered(line)]

    # how

    def _now(self) -> int:
        return self._node.clock.now()

    def of(self, line: str) -> Line:
        """A manual line as it is folded."""
        return manual.of(self._node.private.manual, line)

    def own(self, line: str, plan: str) -> Own:
        """An own plan by its id, or by that of its notice. Raises: Invalid (`plan.none`)."""
        own = self._node.private.plans
        if plan.startswith("n-"):
            for name in own.plans:
                if ids.notice_of(line, name) == plan:
                    return plans.own(own, name)
        return plans.own(own, plan)

    def notice(self, line: Line, own: Own) -> Notice:
        """What the far end may see of a plan. Raises: Refused (`manual.no_view`)."""
        level = manual.level(line, own.disclosure)
        if level is None:
            words = f"nothing of this plan is told: it was filed as {own.disclosure}; accepted: another plan"
            raise Refused("manual.no_view", words)
        view = releases.view(own.plan, level, GRID)
        if not view.volumes and own.plan.state != "ended":
            raise Refused("manual.no_view", f"there is no {level} view of this plan to be told")
        return Notice(
            line.opened.label,
            line.opened.channel,
            level,
            ids.notice_of(line.id, own.plan.id),
            own.version,
            own.plan.state,
            view.activity,
            view.callsign,
            view.volumes,
            view.simplified,
        )

    def enter(self, said: Sequence[manual_entries.Private]) -> None:
        """Enter, durably."""
        with self._node.recording() as private:
            private.write(self.written(said), self._now())

    def written(self, said: Sequence[manual_entries.Private]) -> list[tuple[str, Value]]:
        """Types and bodies of what is entered, each after the parts of its volumes."""
        values: list[tuple[str, Value]] = []
        for each in said:
            cut, value = manual_entries.write(each)
            values += [(entries.Part.TYPE, entries.write(part)) for part in cut]
            values.append((each.TYPE, value))
        return values

    def _offered(self, line: str) -> tuple[Offered, ...]:
        said = []
        for placed in self._node.of(line).state.order.placed:
            header = placed.entry.header
            if (header.type, header.v) not in manual_entries.KNOWN or not placed.entry.body:
                continue
            try:
                read = manual_entries.read(placed.entry)
            except Invalid:
                continue  # shown as what it is; nothing of it counts
            said.append((Ref(header.origin, header.n), read, placed.disputed))
        return manual.offered(said)

    def _history(self, found: Offered) -> HistoryView:
        mine = found.by == self._node.party
        said = found.confirmed.rows if found.confirmed else ("",) * len(found.rows)
        shown = [_shown(each, mine=mine) for each in said]
        rows = tuple(_row(row, words) for row, words in zip(found.rows, shown, strict=True))
        role = found.confirmed.role if found.confirmed else None
        return HistoryView(found.ref.origin.text, found.ref.n, mine, rows, role)

    def _view(self, line: Line) -> ManualView:
        reached = self._reached(line)
        return ManualView(
            manual=line.id,
            label=line.opened.label,
            channel=line.opened.channel,
            language=line.opened.language,
            level=line.opened.level,
            preset=line.opened.preset,
            line=line.line,
            reached=tuple(reached[:SHOWN]),
            more=max(0, len(reached) - SHOWN),
            rows=self.rows(line),
            calls=tuple(_call(at_ms, each) for at_ms, each in line.calls),
            theirs=tuple(_theirs(each) for each in line.plans.values()),
        )

    def rows(self, line: Line, case: str | None = None) -> tuple[RowView, ...]:
        """All that was said, or what was said of one case."""
        shown = self._confirmed(line)
        some = [each for each in line.rows if case is None or each.case == case]
        return tuple(_row(each, shown.get(each, OURS)) for each in some)

    def _confirmed(self, line: Line) -> dict[Row, str]:
        """What the far end has said of rows since it joined."""
        found: dict[Row, str] = {}
        if line.line is None:
            return found
        for each in self._offered(line.line):
            if each.by == self._node.party and each.confirmed is not None:
                said = [_shown(one, mine=True) for one in each.confirmed.rows]
                found.update(zip(each.rows, said, strict=True))
        return found

    def _reached(self, line: Line) -> list[ReachedView]:
        """Those that were told first, the rest as they were filed."""
        found = []
        for own in self._node.private.plans.plans.values():
            # of a hundred thousand plans nobody wants to hash the names each time
            key = line.id, own.plan.id
            notice = self._named.get(key) or self._named.setdefault(key, ids.notice_of(*key))
            known = line.reached.get(notice)
            if own.plan.state == "ended" and known is None:
                continue
            rung = manual.rung(line, notice, own.version)
            found.append(
                ReachedView(
                    plan=own.plan.id,
                    label=own.plan.label,
                    notice=notice,
                    reference=script.reference(notice),
                    version=own.version,
                    state=own.plan.state,
                    told=None if known is None else known.version,
                    rung=rung,
                    means=RUNGS[rung],
                    last=None if known is None else time(known.last_ms),
                )
            )
        return sorted(found, key=lambda each: each.told is None)


def _shown(said: str, *, mine: bool) -> str:
    """A row, by what was said of it: never signed by them before they have."""
    if not said:
        return OURS if mine else "reported by them"
    who = "them" if mine else "us"
    return {"confirmed": f"confirmed by {who}", "disputed": f"DISPUTED by {who}"}.get(
        said, f"not known to {who}"
    )


def _row(row: Row, shown: str) -> RowView:
    return RowView(
        notice=row.notice,
        version=row.version,
        role=row.role,
        claimed=time(row.at_claimed_ms),
        entered=time(row.at_ms),
        language=row.language,
        what=row.what,
        sha256=None if row.sha256 is None else row.sha256.hex(),
        read_back=row.read_back,
        answer=row.answer,
        case=row.case,
        shown=shown,
    )


def _call(at_ms: int, said: Called) -> CallView:
    claimed = time(said.at_claimed_ms)
    compared = () if said.heard is None else phrases.compare(said.fields, said.heard)
    differs = tuple(each.name for each in compared if each.result != "matched")
    who = said.mine, said.precedence, said.words, said.role, claimed, time(at_ms), said.language
    return CallView(*who, said.code, said.fields, said.heard, differs)


def _theirs(said: manual_entries.Planned) -> TheirsView:
    plan = said.plan
    size, claimed = len(plan.volumes), time(said.at_claimed_ms)
    return TheirsView(
        plan.id, said.version, plan.label, plan.activity, plan.callsign, plan.state, size, said.by, claimed
    )
