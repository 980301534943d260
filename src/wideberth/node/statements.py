"""Statements of a node: declarations, policies, concerns, claim queries, on all lines. Part of the node.

What one of its people says is said on the line, or waits there for its turn. What is overdue is worked out
from what stands, so that nothing has to be remembered.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec import structs

from wideberth.desk import policies, statement_commands, statement_entries, statement_fields, statements
from wideberth.desk.case_entries import Ref
from wideberth.desk.rings import About
from wideberth.desk.statement_entries import Asked, Declared, Made, Raised, Said
from wideberth.desk.statements import Statement
from wideberth.errors import Invalid, Refused
from wideberth.model.plan import Plan
from wideberth.model.statement import Answer, Assurance
from wideberth.node import desk_shown, opening, statement_shown
from wideberth.node.desk_views import NoticeView
from wideberth.node.fold import Changed
from wideberth.node.line_desk import LineDesk
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.places import Places
from wideberth.node.policy_index import OWN, PolicyIndex
from wideberth.node.private import Untold
from wideberth.node.ringing import Ringing, Wanted
from wideberth.node.since import Since
from wideberth.node.statement_views import PolicyView, StatementView
from wideberth.node.telling import tell_all
from wideberth.node.views import What
from wideberth.space.place import Place

if TYPE_CHECKING:
    from wideberth.node.node import Node

RINGING: Final = 20
"""So many claim queries of a party ring at a time, the oldest."""
_CHANGED: Final[dict[str, What]] = {
    "declaration": "declaration.changed",
    "concern": "concern.changed",
    "claim": "claim.changed",
}


class Statements:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, and as is said at each."""

    def __init__(
        self, node: Node, ringing: Ringing, places: Places, tell: Callable[[str | None, Found], None]
    ) -> None:
        self._node, self._places, self._tell = node, places, tell
        self._since = Since()
        ringing.sources.append(self._wanted)

    @cached_property
    def _index(self) -> PolicyIndex:
        """Made when there is a policy to be compared with."""
        return PolicyIndex(opening.geoid())

    # what stands

    def all(self, line: str | None = None) -> list[StatementView]:
        """The statements of both parties on a line, or on all, the newest first; what takes long left out."""
        with self._node.held():
            lines = self._node.all_lines() if line is None else [self._node.of(line)]
            found = [each for one in lines for each in self._on(one)]
            return sorted(found, key=lambda each: (each.first or "~", each.statement), reverse=True)

    def one(self, line: str, of: str, *, mine: bool | None = None) -> StatementView:
        """One of them; where both parties have used an id, the own one, unless it is said which.

        Raises: Invalid (`statement.none`).
        """
        with self._node.held():
            for each in self._on(self._node.of(line), of):
                if mine in (None, each.mine):
                    return each
        raise Invalid("statement.none", "statement", of, "a statement on this line: wideberth say list")

    def touching(self, plan: Plan) -> tuple[PolicyView, ...]:
        """The policies that volumes touch, own ones and those that were told; nobody is told of it."""
        now_ms = self._now()
        own: dict[str, Statement] = {}
        found: list[PolicyView] = []
        for line in self._node.all_lines():
            state, party = line.fold.all.statements, line.state.party
            own |= {each.id: each for each in policies.standing(state, party, now_ms)}
            theirs = {each.id: each for each in policies.standing(state, line.state.peer, now_ms)}
            for name in self._touched(line.id, theirs, plan):
                whose = line.label or line.state.peer
                found.append(statement_shown.policy(theirs[name], whose, line.id))
        mine = self._touched(OWN, own, plan)
        found += [statement_shown.policy(own[name], None, None) for name in mine]
        return tuple(sorted(found, key=lambda each: (each.whose, each.rank, each.statement)))

    def notice(self, line: LineDesk, notice: str) -> NoticeView:
        """A notice with the policies that it touches, as it is shown. Raises: Invalid (`notice.none`)."""
        view = desk_shown.notice(line, notice)
        known = line.notices[notice]
        plan = Plan("", "", known.said.volumes, known.said.activity, known.state)
        return structs.replace(view, policies=self.touching(plan))

    # what its people say

    def make(
        self, lines: Sequence[str], made: Made, own: Place | None = None, *, despite: bool = False
    ) -> list[StatementView]:
        """State something on these lines, on each the same; or the next version of an own declaration.

        Args:
            lines: at least one.
            made: with the id of the declaration that is amended, else without one.
            own: one's own position, which a place should not be.
            despite: say it although its place gives reason to ask again.

        Raises: as statement_commands.make; Invalid (`line.none`, `statement.lines`), Refused
        (`statement.doubtful`).
        """
        if not lines or len(set(lines)) < len(lines):
            raise Invalid("statement.lines", "lines", list(lines), "one line or several, each once")
        new = made.id or statement_entries.new(secrets.token_bytes(statement_fields.CHANCE))
        with self._node.held():
            some = [self._node.of(each) for each in lines]
            if made.id and not any((each.state.party, new) in each.fold.all.statements.all for each in some):
                wanted = "an own statement on one of these lines: wideberth say list"
                raise Invalid("statement.none", "statement", new, wanted)
            said: Made = structs.replace(made, id=new)
            for each in some:
                said = statement_commands.make(each.fold.all.statements, each.state.party, said, self._now())
                doubts = self._doubts(each, said, own)
                if doubts and not despite:
                    words = "; ".join(doubts)
                    raise Refused(
                        "statement.doubtful", f"{words}; accepted: another place, or this one, with despite"
                    )
            for each in some:
                self._say(each.id, said)
            return [self.one(each.id, new, mine=True) for each in some]

    def acknowledge(self, line: str, of: str, role: str) -> StatementView:
        """Somebody has read a statement of the other party's. Raises: as statement_commands.acknowledge."""
        with self._node.held():
            found = self._node.of(line)
            said = statement_commands.acknowledge(found.fold.all.statements, self._node.party, of, role)
            return self._answer(line, said)

    def respond(self, line: str, of: str, text: str, role: str) -> StatementView:
        """Say something to a declaration or policy of theirs. Raises: as statement_commands.respond."""
        with self._node.held():
            found = self._node.of(line)
            said = statement_commands.respond(found.fold.all.statements, self._node.party, of, text, role)
            return self._answer(line, said)

    def assure(self, line: str, of: str, given: Assurance, text: str, role: str) -> StatementView:
        """Answer a concern of theirs. Raises: as statement_commands.assure."""
        with self._node.held():
            state = self._node.of(line).fold.all.statements
            return self._answer(
                line, statement_commands.assure(state, self._node.party, of, given, text, role)
            )

    def claim(
        self, line: str, of: str, answer: Answer, expires_ms: int, role: str, text: str | None
    ) -> StatementView:
        """Answer a claim query of theirs. Raises: as statement_commands.claim."""
        with self._node.held():
            state = self._node.of(line).fold.all.statements
            said = statement_commands.claim(
                state, self._node.party, of, answer, expires_ms, role, text, self._now()
            )
            return self._answer(line, said)

    def accept(self, line: str, of: str, answer: int | None, role: str) -> StatementView:
        """Take the answer to an own concern as one. Raises: as statement_commands.accept."""
        with self._node.held():
            state = self._node.of(line).fold.all.statements
            return self._answer(line, statement_commands.accept(state, self._node.party, of, answer, role))

    def keep_open(self, line: str, of: str, answer: int | None, by_ms: int, role: str) -> StatementView:
        """Say that an own concern is still open. Raises: as statement_commands.keep_open."""
        with self._node.held():
            state = self._node.of(line).fold.all.statements
            said = statement_commands.keep_open(state, self._node.party, of, answer, by_ms, role, self._now())
            return self._answer(line, said)

    def withdraw(self, line: str, of: str, role: str) -> StatementView:
        """Take an own statement back on a line. Raises: as statement_commands.withdraw."""
        with self._node.held():
            state = self._node.of(line).fold.all.statements
            return self._answer(line, statement_commands.withdraw(state, self._node.party, of, role))

    # what the node calls

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            for kind, what in _CHANGED.items():
                tell_all(self._tell, line.id, what, changed.of(kind))

        line.noticed.append(noticed)

    def settle(self, line: OpenLine) -> None:
        """Enter that answers to own concerns are overdue. Raises: as Talk.say."""
        if not line.state.clock.steady:
            return  # what time it is nobody knows now
        state, me = line.fold.all.statements, line.state.party
        due = statements.reminders(state, me, partial(self._as_of, line))
        waiting = [] if not due else _read([*line.talk.waiting(), *line.talk.dropped()])
        for each in due:
            if each not in waiting:
                self._enter(line, each)

    # how

    def _now(self) -> int:
        return self._node.clock.now()

    def _as_of(self, line: OpenLine, found: Statement) -> int:
        """The time for a statement: of an own one that waits, as the boot clock has it (node.since).

        Only a twin of a drill lets nothing expire.
        """
        if isinstance(found.said, Asked) and not self._node.guards.claim_clock:
            return 0
        if found.due is None or found.by != line.state.party:
            return self._now()
        key = line.id, found.id
        return found.at_ms + self._since.elapsed_ms(key, found.at_ms, self._node.now())

    def _wanted(self) -> Iterator[Wanted]:
        """Own concerns and claim queries whose answer is overdue, and what the other parties ask about."""
        self._since.keep({(line.id, each.id) for line in self._node.all_lines() for each in _own(line)})
        for line in self._node.all_lines():
            state = line.fold.all.statements
            for each in _own(line):
                if statements.overdue(each, self._as_of(line, each)) is None:
                    continue
                about = About(each.said.noun, line.id, each.id)
                if isinstance(each.said, Raised):
                    yield Wanted(about, "concern.overdue", each.said.precedence)
                else:
                    yield Wanted(about, "claim.overdue", "immediate")
            theirs = (statement_shown.standing(line, each) for each in state.of(line.state.peer, "claim"))
            asked = (each for each in theirs if each.phase in statements.WAITING)
            for each in islice(asked, RINGING):
                yield Wanted(About("claim", line.id, each.id), "claim.asked", "immediate")

    def _doubts(self, line: OpenLine, said: Made, own: Place | None = None) -> tuple[str, ...]:
        """The doubts about the places of a statement, the same at whoever sends it and whoever reads it."""
        if isinstance(said, Asked) and (where := statement_shown.position(said)) is not None:
            found = self._places.doubts(line.id, where, None if own is None else own.point)
            return tuple(dict.fromkeys(each.text for each in found))
        if isinstance(said, Declared) and said.area is not None and self._node.guards.place_doubts:
            return statement_shown.misplaced(said.area, line)
        return ()

    def _touched(self, of: str, known: dict[str, Statement], plan: Plan) -> list[str]:
        if not known:
            return []  # most nodes have none: nothing is read for them
        bound = None if of == OWN else self._node.desk.bound(of)
        return self._index.touched(of, known, bound, plan)

    def _answer(self, line: str, said: Said) -> StatementView:
        self._say(line, said)
        mine = isinstance(
            said,
            statement_entries.Accepted | statement_entries.KeptOpen | statement_entries.Withdrawn,
        )
        return self.one(line, said.id, mine=mine)

    def _say(self, line: str, said: Said) -> None:
        with self._node.using(line) as found:
            self._enter(found, said)

    def _enter(self, line: OpenLine, said: Said) -> None:
        kind, of_type = statement_entries.feed_of(said.noun), statement_entries.type_of(said)
        line.talk.say(kind, of_type, statement_entries.V, statement_entries.write(said))

    def _on(self, line: OpenLine, of: str | None = None) -> Iterator[StatementView]:
        """What stands on a line, own first; of what is not told yet what it will be.

        `of`: only of this id, and then with what takes long to work out.
        """
        state, me = line.fold.all.statements, line.state.party
        waiting = _read(line.talk.waiting())
        known = [each for party in (me, line.state.peer) for each in state.of(party) if of in (None, each.id)]
        for each in known:
            waits = sum(one.id == each.id and _author_of(one, each.by, me) for one in waiting)
            yield self._view(line, each, waits, whole=of is not None)
        for one in waiting:
            if (me, one.id) in state.all or of not in (None, one.id):
                continue
            if isinstance(one, Declared | Raised | Asked):
                ref = Ref(line.state.newest(me, statement_entries.feed_of(one.noun)).origin, 0)
                due = None if isinstance(one, Declared) else one.by
                made = Statement(me, one, ref, self._now(), self._now(), due=due)
                yield self._view(line, made, 1, whole=of is not None, told=False)

    def _view(
        self, line: OpenLine, found: Statement, waits: int, *, whole: bool, told: bool = True
    ) -> StatementView:
        found = statement_shown.standing(line, found)
        doubts = self._doubts(line, found.said) if whole else ()
        as_of = self._as_of(line, found)
        view = statement_shown.shown(line, found, as_of, doubts, waits, told=told)
        return statement_shown.with_nearest(view, found.said) if whole else view


def _own(line: OpenLine) -> Iterator[Statement]:
    """Own statements that wait for an answer."""
    mine = line.fold.all.statements.of(line.state.party)
    found = (statement_shown.standing(line, each) for each in mine if each.due is not None)
    return (each for each in found if each.due is not None and each.phase in statements.WAITING)


def _read(some: Sequence[Untold]) -> list[Said]:
    """What of it says something about statements."""
    return [
        statement_entries.said(each.type, each.body)
        for each in some
        if (each.type, each.v) in statement_entries.KNOWN and isinstance(each.body, dict)
    ]


def _author_of(said: Said, party: str, me: str) -> bool:
    """Whether what waits is about a statement of a party's."""
    answers = (
        statement_entries.Acknowledged
        | statement_entries.Responded
        | statement_entries.Assured
        | statement_entries.Claimed
    )
    return isinstance(said, answers) is (party != me)
