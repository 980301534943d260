"""Cases on the manual lines of a node: own plans in conflict with what a far end told, and how they close.

What may be told is found on what the far end may see of a plan (desk.releases.compared), so that no question
by telephone gives more than that view. What holds an own plan back is found on the plan as it is. All of it
is entered in the private feed, in one commit with the version of a plan that it makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from wideberth.desk import changes, manual, manual_case_entries, manual_cases
from wideberth.desk.changes import Change
from wideberth.desk.manual import Line
from wideberth.desk.manual_case_entries import CaseSaid
from wideberth.desk.manual_cases import Case, Proposal
from wideberth.desk.manual_entries import Planned
from wideberth.desk.plans import Own
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.model.manual_case import PHASES, Said
from wideberth.model.plan import Plan
from wideberth.node import by_hand
from wideberth.node import manual_sides as sides_of
from wideberth.node.by_hand import Met
from wideberth.node.manual_sides import Sides, Word
from wideberth.node.manual_views import CaseScriptView, ConflictsView, ManualCaseView
from wideberth.node.views import time
from wideberth.render import case_script, script
from wideberth.render.case_script import Offer, Told
from wideberth.render.script import Notice
from wideberth.render.wording import FORMS, As
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference

if TYPE_CHECKING:
    from wideberth.node.manual import Manual
    from wideberth.node.node import Node

MOST: Final = 500
"""Conflicts that are listed."""


class ManualCases:
    """Of one node. Methods raise as Node.recording, Invalid (`manual.none`, `case.none`), and as is said."""

    def __init__(self, node: Node, lines: Manual, geoid: Geoid) -> None:
        self._node, self._lines = node, lines
        self._reference = VerticalReference(geoid)
        self._pairs: dict[tuple[str, str], tuple[str, str]] = {}

    def conflicts(self, line: str) -> ConflictsView:
        """Own plans against what the far end has told: for our own people, and by our own separation."""
        with self._node.held():
            found = self._lines.of(line)
            own = list(self._node.private.plans.plans.values())
            theirs = list(found.plans.values())
            ours, far = (
                self._occupied(each.plan for each in own),
                self._occupied(each.plan for each in theirs),
            )
            now = time(self._node.clock.now())
        table = by_hand.table(found)
        coarse = {each.plan.id for each in own if sides_of.level(found, each) == "coarse"}
        # outside the lock: it may take long, and looks at values only
        met, left = by_hand.meetings(ours, far, table, self._reference, MOST)
        less = [each for each in ours if by_hand.plan_of(each.id) in coarse]
        near = [sides_of.seen(each, "coarse") for each in by_hand.near(less, far, table, self._reference)]
        shown, _ = by_hand.meetings(near, far, table, self._reference, MOST)
        labels = {each.id: each.label for some in (own, theirs) for each in (one.plan for one in some)}
        views = []
        for pair, how in {**shown, **met}.items():
            case = manual_case_entries.case_of(line, *pair)
            self._pairs[line, case] = pair
            views.append(sides_of.met_view(case, pair, how, labels, in_truth=pair in met))
        label = found.opened.label
        if not theirs:
            words = f"NOT CHECKED against {label}: no plan of theirs was entered, as of {now}"
        elif views:
            more = f", and {left:,} more pairs of volumes that are not listed" if left else ""
            words = f"{len(views):,} conflicts with what {label} has told, as of {now}{more}"
        else:
            words = f"no known conflict with what {label} has told, as of {now}"
        return ConflictsView(line, now, found.opened.preset, len(theirs), tuple(views), words)

    def all(self, line: str) -> list[ManualCaseView]:
        """Those that are open, and those of which anything was said; open ones first."""
        found = [each.case for each in self.conflicts(line).found]
        with self._node.held():
            known = self._lines.of(line).cases
            views = [self._view(self._sides(line, each)) for each in dict.fromkeys((*found, *known))]
        return sorted(views, key=lambda each: (each.phase == "closed", each.start or "", each.case))

    def one(self, line: str, case: str) -> ManualCaseView:
        """One of them, with what would clear it."""
        self._find(line, case)
        with self._node.held():
            sides = self._sides(line, case)
            view = self._view(sides)
            return structs.replace(view, clears={} if view.phase == "closed" else self._clears(sides))

    def script(
        self, line: str, case: str, said: Said, proposal: int | None = None, form: As | None = None
    ) -> CaseScriptView:
        """What is to be told of it now, word for word.

        `said`: "told" of the conflict, or of a proposal of ours; or our word on a proposal. Raises: as
        manual_cases.which, Manual.notice.
        """
        self._find(line, case)
        with self._node.held():
            sides = self._sides(line, case)
            meant = self._meant(sides, Word(said, True, None, 0, proposal=proposal))
            which = form or script.CHANNELS[sides.line.opened.channel]
            text = self._lines.marked(case_script.text(self._told(sides, said, meant), which))
            n = None if meant is None else meant.n
            return CaseScriptView(line, case, said, n, which, text, manual.digest(text).hex())

    def propose(self, line: str, case: str, word: Word, change: Change, *, ours: bool) -> ManualCaseView:
        """We offer, or they do, a change of the own plan (`ours`) or of theirs; ours is told afterwards.

        Raises: Invalid (`manual.entry`, `manual.claimed`, `case.steps`, as changes.changed), Refused
        (`manual.no_view` of a proposal of ours, `case.not_clear`).
        """
        self._find(line, case)
        with self._node.held():
            sides = self._sides(line, case)
            if word.mine:
                self._lines.notice(sides.line, sides.own)
            n = len(sides.proposals) + 1
            shown = case_script.change_words(change)
            words = case_script.words("proposal", case, mine=word.mine, n=n, ours=ours, change=shown)
            said = self._word(sides, word._replace(proposal=None), words)
            of = sides.own.plan.id if ours else sides.theirs.plan.id
            said = structs.replace(said, of=of, change=change)
            manual_cases.check(said, self._node.clock.now())
            plan = self._as_seen(sides) if ours else sides.theirs.plan
            manual_cases.propose(said, plan, lambda after: self._still(sides, after, ours=ours) is not None)
            self._lines.enter([said])
            return self.one(line, case)

    def say(self, line: str, case: str, word: Word, *, anyway: bool = False) -> ManualCaseView:
        """It was told, accepted, declined, taken back, or is over: by us, or reported of them.

        Accepted and read back as it was said, it is final: the plan gets its next version. `anyway`: although
        the own plan is then in conflict with something else.
        Raises: as manual_cases.check, `which`, `close`; Refused (`manual.other_text`, `case.not_clear`,
        `case.would_conflict`), Invalid (as Desk.agreed).
        """
        self._find(line, case)
        with self._node.held():
            sides = self._sides(line, case)
            meant = self._meant(sides, word)
            n = None if meant is None else meant.n
            said = self._word(
                sides, word._replace(proposal=n), sides_of.words_of(word.said, sides, word, meant)
            )
            manual_cases.check(said, self._node.clock.now())
            if word.sha256 is not None:
                told = self._told(sides, word.said, meant)
                texts = [self._lines.marked(case_script.text(told, each)) for each in FORMS]
                if word.sha256 not in [manual.digest(each) for each in texts]:
                    message = "this is not what is to be told now; accepted: the text of `manual case script`"
                    raise Refused("manual.other_text", message)
            if word.said == "closed":
                manual_cases.close(sides.proposals, meets=self._meets(sides) is not None)
            if word.said != "accept" or meant is None:
                self._lines.enter([said])
            else:
                self._accept(sides, said, meant, anyway=anyway)
            return self.one(line, case)

    def blocked(self, own: Own, *, draft: bool = False) -> tuple[str, ...]:
        """What an own plan may not begin for, in words: open cases on manual lines, overlap or close.

        A draft has no case yet, and no number that anybody could read out.
        """
        found = []
        for line in self._node.private.manual.lines.values():
            far = self._occupied(each.plan for each in line.plans.values())
            met, _ = by_hand.meetings(
                self._occupied([own.plan]), far, by_hand.table(line), self._reference, MOST
            )
            for pair, each in met.items():
                met_by = f"{each.found} with a plan that they told (reported by us)"
                if draft:
                    found.append(f"{line.opened.label}: {met_by}")
                    continue
                case = manual_case_entries.case_of(line.id, *pair)
                self._pairs[line.id, case] = pair
                found.append(f"{line.opened.label}: case {case_script.reference(case)} is open, {met_by}")
        return tuple(found)

    # how

    def _find(self, line: str, case: str) -> None:
        """So that the two plans of a case are known. Raises: Invalid (`case.none`, `manual.none`)."""
        with self._node.held():
            known = case in self._lines.of(line).cases or (line, case) in self._pairs
        if not known:
            self.conflicts(line)
            if (line, case) not in self._pairs:
                raise Invalid("case.none", "case", case, "a case of this line: wideberth manual case list")

    def _sides(self, line: str, case: str) -> Sides:
        found = self._lines.of(line)
        known = found.cases.get(case)
        plan, theirs = (known.plan, known.theirs) if known is not None else self._pairs[line, case]
        own, far = self._node.private.plans.plans[plan], found.plans[theirs]
        return Sides(found, case, own, far, () if known is None else self._standing(found, known))

    def _standing(self, line: Line, case: Case) -> tuple[Proposal, ...]:
        own, far = self._node.private.plans.plans.get(case.plan), line.plans.get(case.theirs)
        versions = {
            each.plan.id: each.version
            for each in (own, far)
            if each is not None and each.plan.state != "ended"
        }
        return manual_cases.standing(case, versions)

    def _occupied(self, plans: Iterable[Plan]) -> list[Plan]:
        """Plans, and beside each what it would be by every proposal by hand that counts for it."""
        offered: dict[str, list[Proposal]] = {}
        for line in self._node.private.manual.lines.values():
            for case in line.cases.values():
                for each in manual_cases.live(self._standing(line, case)):
                    offered.setdefault(each.of, []).append(each)
        found = []
        for plan in plans:
            found.append(plan)
            for k, each in enumerate(offered.get(plan.id, ())):
                found += [
                    structs.replace(after, id=f"{plan.id}+{k}")
                    for after in manual_cases.occupied(plan, (each,)).values()
                ]
        return found

    def _as_seen(self, sides: Sides) -> Plan:
        return sides_of.seen(sides.own.plan, sides_of.level(sides.line, sides.own))

    def _meets(self, sides: Sides) -> Met | None:
        """How the two are in conflict, with all that is proposed for them, by what the far end may see."""
        ours = [
            sides_of.seen(each, sides_of.level(sides.line, sides.own))
            for each in self._occupied([sides.own.plan])
        ]
        return self._first(sides.line, ours, self._occupied([sides.theirs.plan]))

    def _still(self, sides: Sides, after: Plan, *, ours: bool) -> Met | None:
        """How the two would be in conflict if one of them were changed so."""
        pair = (after, sides.theirs.plan) if ours else (self._as_seen(sides), after)
        return self._first(sides.line, [pair[0]], [pair[1]])

    def _first(self, line: Line, ours: Sequence[Plan], far: Sequence[Plan]) -> Met | None:
        met, _ = by_hand.meetings(ours, far, by_hand.table(line), self._reference, MOST)
        return next(iter(met.values()), None)

    def _meant(self, sides: Sides, word: Word) -> Proposal | None:
        """The proposal that a word is about; None where it is about the conflict. Raises: as `which`."""
        if word.said == "closed" or (word.said == "told" and word.proposal is None):
            return None
        return manual_cases.which(sides.proposals, self._word(sides, word, "x"))

    def _word(self, sides: Sides, word: Word, words: str) -> CaseSaid:
        return CaseSaid(
            manual=sides.line.id,
            case=sides.id,
            plan=sides.own.plan.id,
            theirs=sides.theirs.plan.id,
            said=word.said,
            mine=word.mine,
            words=words,
            at_claimed_ms=word.at_claimed_ms,
            language=word.language or sides.line.opened.language,
            read_back=word.read_back,
            version=sides.own.version,
            their_version=sides.theirs.version,
            role=word.role,
            sha256=word.sha256,
            proposal=word.proposal,
        )

    def _told(self, sides: Sides, said: Said, meant: Proposal | None) -> Told:
        """Raises: Refused (`manual.no_view`)."""
        plan, line = sides.theirs.plan, sides.line
        theirs = Notice(
            line.opened.label,
            line.opened.channel,
            "full",
            ids.notice_of(line.id, plan.id),
            sides.theirs.version,
            plan.state,
            plan.activity,
            plan.callsign,
            plan.volumes,
        )
        offer = None
        if meant is not None:
            ours = meant.of == sides.own.plan.id
            after = changes.changed(self._as_seen(sides) if ours else plan, meant.change)
            shown = () if after.state == "ended" else after.volumes
            offer = Offer(meant.n, ours, case_script.change_words(meant.change), shown)
        return Told(sides.id, said, self._lines.notice(line, sides.own), theirs, offer)

    def _accept(self, sides: Sides, said: CaseSaid, meant: Proposal, *, anyway: bool) -> None:
        """Enter an acceptance, and what it makes of the plan where it is final."""
        ours = meant.of == sides.own.plan.id
        plan = self._as_seen(sides) if ours else sides.theirs.plan
        still = self._still(sides, changes.changed(plan, meant.change), ours=ours)
        if said.mine and still is not None:
            words = "with this change the two are still in conflict; accepted: decline it, or propose another"
            raise Refused("case.not_clear", words)
        if said.read_back != "matched":
            self._lines.enter([said])
            return
        if not ours:
            after = changes.changed(sides.theirs.plan, meant.change)
            made = Planned(
                sides.line.id, after, sides.theirs.version + 1, said.role or "", said.at_claimed_ms
            )
            self._lines.enter([said, made, *sides_of.over(said, still)])
            return
        would = [] if anyway else self._newly(sides.own, meant.change)
        if would:
            words = f"the plan would then be in conflict with {', '.join(would)}"
            raise Refused("case.would_conflict", f"{words}; accepted: another proposal, or anyway")
        # what is told next is the view of the plan as it is then, which may be larger than the view moved
        then = sides_of.seen(
            changes.changed(sides.own.plan, meant.change), sides_of.level(sides.line, sides.own)
        )
        first = self._lines.written([said, *sides_of.over(said, self._still(sides, then, ours=True))])
        self._node.desk.agreed(sides.own.plan.id, meant.change, first, anyway=anyway)

    def _newly(self, own: Own, change: Change) -> list[str]:
        """What a changed own plan would be in conflict with on any manual line, and is not now."""
        after, found = changes.changed(own.plan, change), []
        if after.state == "ended":
            return []
        for line in self._node.private.manual.lines.values():
            far = self._occupied(each.plan for each in line.plans.values())
            known, then = (
                by_hand.meetings([each], far, by_hand.table(line), self._reference, MOST)[0]
                for each in (own.plan, after)
            )
            names = {theirs for _, theirs in then} - {theirs for _, theirs in known}
            found += [
                f"{line.plans[each].plan.label or each} of {line.opened.label}" for each in sorted(names)
            ]
        return found

    def _clears(self, sides: Sides) -> dict[str, tuple[dict[str, Any], ...]]:
        """Changes in steps; of their plan only against what they may see of ours, and were told."""
        line = sides.line
        far = [each.plan for each in line.plans.values()]
        told = [
            sides_of.seen(each.plan, level)
            for each in self._node.private.plans.plans.values()
            if (level := sides_of.level(line, each)) is not None
            and (each is sides.own or ids.notice_of(line.id, each.plan.id) in line.reached)
        ]

        def step(plan: Plan, others: Sequence[Plan], *, ours: bool) -> tuple[Change, ...]:
            def meets(after: Plan) -> bool:
                pair = ([after], others) if ours else (others, [after])
                return self._first(line, *pair) is not None

            return tuple(changes.clearing(plan, manual_cases.STEP, meets))

        found = {"ours": step(self._as_seen(sides), far, ours=True)}
        if told:
            found["theirs"] = step(sides.theirs.plan, told, ours=False)
        return found

    def _view(self, sides: Sides) -> ManualCaseView:
        met = self._meets(sides)
        phase = manual_cases.phase(sides.proposals, meets=met is not None)
        own, theirs = sides.own, sides.theirs
        return ManualCaseView(
            manual=sides.line.id,
            case=sides.id,
            reference=case_script.reference(sides.id),
            phase=phase,
            words=PHASES[phase],
            plan=own.plan.id,
            version=own.version,
            label=own.plan.label,
            theirs=theirs.plan.id,
            their_version=theirs.version,
            their_label=theirs.plan.label,
            found=None if met is None else met.found,
            start=None if met is None or met.start is None else time(met.start),
            end=None if met is None or met.end is None else time(met.end),
            may_tell=sides_of.level(sides.line, own) is not None,
            proposals=tuple(sides_of.offer(each, own) for each in sides.proposals),
            said=self._lines.rows(sides.line, sides.id),
            clears={},
        )
