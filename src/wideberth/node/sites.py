"""Lists of sites of a node: own ones, those told on its lines, and which plans touch them. Part of the node.

What is known of people is asked for one record at a time, and erased on its day.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import structs

from wideberth.desk import site_cases, site_entries, site_lists, sites
from wideberth.desk.cutover import Binding
from wideberth.desk.site_cases import OWN, How, Key, Touch
from wideberth.desk.site_entries import Answered, Opened, Told
from wideberth.desk.sites import DAY_MS, List, Taken
from wideberth.errors import Invalid, Refused
from wideberth.ledger import entries
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Part
from wideberth.model.plan import Plan
from wideberth.model.site import Listed, Status
from wideberth.node import site_shown
from wideberth.node.fold import Changed
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.site_index import SiteIndex
from wideberth.node.site_views import (
    EditionView,
    HeldSinceView,
    ListView,
    PersonView,
    RowsView,
    RowView,
    ToldView,
    TouchView,
)
from wideberth.node.views import time
from wideberth.space.geoid import Geoid
from wideberth.store.personal import Personal

if TYPE_CHECKING:
    from wideberth.node.node import Node

HOUR_MS: Final = 3_600_000
FIRST_MS: Final = 30 * DAY_MS
"""How long a first person's verification waits for the second: from then on nobody knows who it was."""


class Sites:
    """Of one node, whose lock all of it holds. Methods raise as Node.recording and Node.using."""

    def __init__(
        self, node: Node, geoid: Geoid, personal: Personal, tell: Callable[[str | None, Found], None]
    ) -> None:
        self._node, self._personal, self._tell = node, personal, tell
        self._index = SiteIndex(geoid, on=node.guards.site_match)
        self._private: object = None
        self._notices: set[tuple[str, str]] = set()
        self._plans: set[str] = set()
        self._lists: set[str] = set()
        self._bound: dict[str, Binding | None] = {}
        self._erased_ms: int | None = None

    # own lists

    def lists(self) -> list[ListView]:
        """All own lists, by their names."""
        with self._node.held():
            found = [site_shown.whole(each, self._now()) for each in self._own().lists.values()]
        return sorted(found, key=lambda each: each.name)

    def rows(self, of: str) -> RowsView:
        """A list with its rows. Raises: Invalid (`site.no_list`)."""
        with self._node.held():
            held, now_ms = self._own().named(of), self._now()
            shown = tuple(site_shown.row(each, now_ms) for _, each in sorted(held.rows.items()))
            return RowsView(site_shown.whole(held, now_ms), shown)

    def edition(self, name: str, rows: Sequence[Listed], withdrawn: Collection[str] = ()) -> EditionView:
        """A new edition of the list of this name, or its first. Raises: as sites.checked, sites.edition."""
        # a long list takes long to read, and nobody waits for it
        rows = sites.checked(rows)
        with self._node.held():
            state, of = self._named(name)
            taken = sites.edition(state, of, rows, withdrawn)
            self._enter([(each.TYPE, site_entries.write(each)) for each in taken.entries])
            self._changed(OWN)
            held = self._own().named(of.list if isinstance(of, Opened) else of.id)
            view = site_shown.whole(held, self._now())
            return EditionView(view, taken.added, taken.changed, len(taken.same), taken.missing, taken.gone)

    def weighed(self, name: str, rows: Sequence[Listed]) -> Taken:
        """What an edition of the list of this name would come to: nothing is entered. Raises: as edition."""
        rows = sites.checked(rows)
        with self._node.held():
            return sites.edition(*self._named(name), rows)

    def _named(self, name: str) -> tuple[sites.State, List | Opened]:
        """All own lists, and the one of this name, or a new one."""
        state = self._own()
        try:
            return state, state.named(name)
        except Invalid:
            return state, Opened(site_entries.new_list(secrets.token_bytes(site_entries.LIST)), name)

    def verify(self, of: str, row: str, version: int, by: str, user: int) -> RowView:
        """A person has verified the place of a row.

        Args:
            of: the list.
            row: its id.
            version: of the row, as it was shown.
            by: in which role.
            user: the number of the account; kept apart from the feed, until another person has verified it.

        Raises: as sites.verify.
        """
        with self._node.held():
            held = self._own().named(of)
            about = f"verified\n{held.id}\n{version}\n{row}"
            known = self._personal.get(about, self._now())
            first = None if known is None else known.fields.get("user")
            # of an account that was deleted nobody can tell any more whose it was: perhaps made anew
            other = first != str(user) if first in self._accounts() else None
            if first is not None and not self._node.guards.two_person_verify:
                other = True
            said = sites.verify(held, row, version, by, other=other)
            if said.first is None:
                # before it is entered: whose it was must be known, or nobody else's counts beside it
                self._personal.keep(about, {"user": str(user)}, self._now() + FIRST_MS, self._now())
            self._enter([(said.TYPE, site_entries.write(said))])
            self._tell(None, Found("site.changed"))
            if said.first is not None:
                with suppress(Refused):
                    self._personal.erase(about)  # else it goes on its day
            return self._row(held.id, row)

    def revalidate(self, of: str, row: str, version: int, by: str, review_ms: int) -> RowView:
        """A person has looked at a place again. Raises: as sites.revalidate."""
        with self._node.held():
            held = self._own().named(of)
            said = sites.revalidate(held, row, version, by, review_ms, self._now())
            self._enter([(said.TYPE, site_entries.write(said))])
            self._tell(None, Found("site.changed"))
            return self._row(held.id, row)

    # on lines

    def send(self, line: str, of: str) -> ToldView:
        """Tell a list, as it stands, on a line. Raises: Invalid (`site.no_list`), and as site_lists.send."""
        with self._node.held():
            held = self._own().named(of)
            with self._node.using(line) as found:
                state = found.fold.all.sites
                name = site_lists.list_id(found.state.line, held.id)
                waits = _waiting(found, name)
                rows = sites.told(held)
                said = site_lists.send(state, found.state.party, (name, held.name), rows, waits)
                found.talk.say_all("main", [_to_say(each) for each in said])
            return self._told(found, (found.state.party, name))

    def told(self, line: str | None = None) -> list[ToldView]:
        """The lists that were told on a line, or on all, by both parties."""
        with self._node.held():
            lines = self._node.all_lines() if line is None else [self._node.of(line)]
            return [self._told(each, key) for each in lines for key in self._known(each)]

    def answer(
        self, line: str, of: str, version: int, all_: Status | None, rows: Mapping[str, Status]
    ) -> ToldView:
        """Say what this party makes of a list that it was told. Raises: as site_lists.answer."""
        with self._node.held():
            with self._node.using(line) as found:
                state, me = found.fold.all.sites, found.state.party
                said = site_lists.answer(state, me, of, version, all_, rows)
                found.talk.say_all("main", [_to_say(each) for each in said])
            return self._told(found, (found.state.peer, of))

    def held(self, of: str, row: str) -> HeldSinceView:
        """Who held a row since when. Raises: Invalid (`site.no_list`, `site.none`)."""
        with self._node.held():
            held = self._own().named(of)
            if row not in held.rows and row not in held.gone:
                raise Invalid("site.none", "row", row, f"the id of a row of {held.name}: wideberth site list")
            found = [site_shown.recipient(each, held.id, row) for each in self._node.all_lines()]
            return HeldSinceView(held.id, held.name, row, tuple(found))

    # people

    def keep_person(self, of: str, row: str, fields: dict[str, str], until_ms: int) -> PersonView:
        """Keep what is known of people beside a row until a day. Raises: as Personal.keep, `site.none`."""
        with self._node.held():
            self._own().row(of, row)
            about = self._about(of, row)
            self._personal.keep(about, fields, until_ms, self._now())
            return PersonView(fields, time(until_ms))

    def person(self, of: str, row: str) -> PersonView:
        """The same, asked for. Raises: Invalid (`site.no_person`, `site.none`), and as Personal.get."""
        with self._node.held():
            found = self._personal.get(self._about(of, row), self._now())
            if found is None:
                raise Invalid("site.no_person", "row", row, "a row beside which something is kept")
            return PersonView(found.fields, time(found.erase_ms))

    def forget_person(self, of: str, row: str) -> None:
        """Erase it at once, of a row that was withdrawn too.

        Raises: Invalid (`site.no_person`, `site.none`), and as Personal.erase.
        """
        with self._node.held():
            if not self._personal.erase(self._about(of, row)):
                raise Invalid("site.no_person", "row", row, "a row beside which something is kept")

    # what touches them

    def touching(self, plan: Plan) -> list[TouchView]:
        """The sites that volumes come too near to; nothing is entered, and nobody is told."""
        with self._node.held():
            self._look()
            return [self._touch(each, None) for each in self._index.touches(plan)]

    def cases(self, plan: str | None = None) -> list[TouchView]:
        """The site cases that are open, of one plan or of all, with what holds now."""
        with self._node.held():
            self._look()
            names = sorted(self._node.private.touched.by_plan) if plan is None else [plan]
            found = []
            for name in names:
                kept = site_cases.of_plan(self._node.private.touched, name)
                if not kept:
                    continue
                version, touches, _ = self._now_of(name)
                for each in touches:
                    case = site_cases.case_id(name, each.site)
                    if case in kept:
                        found.append(self._touch(each, (case, name, version)))
            return found

    # what the node calls

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts; after Desk.begin."""

        def noticed(changed: Changed) -> None:
            self._notices |= {(line.id, each) for each in changed.of("notice")}
            if changed.sites:
                # told where the line is used, which is where it is looked at again
                self._lists.add(line.id)
                self._tell(line.id, Found("site.changed"))

        line.noticed.append(noticed)

    def mark(self, *plans: str) -> None:
        """Own plans have another version or state: what they touch is entered now."""
        self._plans.update(plans)
        self.settle()

    def settle(self) -> None:
        """Enter the site cases that are new, and close those that are over. Raises: as Private.write."""
        self._look()
        plans, notices = set(self._plans), set(self._notices)
        names = [*sorted(plans), *sorted(notice for _, notice in notices)]
        said: list[site_cases.Said] = []
        for name in names:
            version, found, how = self._now_of(name)
            said += site_cases.decide(self._node.private.touched, name, version, found, how)
        if said:
            self._enter([(each.TYPE, site_cases.write(each)) for each in said])
        # only now: what could not be entered is looked at again
        self._plans, self._notices = self._plans - plans, self._notices - notices
        if said:
            self._tell(None, Found("site.touched"))

    def tick(self) -> None:
        """Once an hour, and at the start, what is known of people is erased whose day has come."""
        now_ms = self._now()
        if self._erased_ms is not None and 0 <= now_ms - self._erased_ms < HOUR_MS:
            return
        self._erased_ms = now_ms
        try:
            self._personal.erase_due(now_ms)
        except Refused as error:
            self._tell(None, Found("node.disk", code=error.code, words=error.message))

    # how

    def _now(self) -> int:
        return self._node.clock.now()

    def _own(self) -> sites.State:
        return self._node.private.sites

    def _row(self, of: str, row: str) -> RowView:
        return site_shown.row(self._own().row(of, row), self._now())

    def _accounts(self) -> set[str | None]:
        """The numbers of all accounts, as they are kept."""
        return {str(each.id) for each in self._node.people.users()}

    def _about(self, of: str, row: str) -> str:
        """Raises: Invalid (`site.no_list`, `site.none`)."""
        held = self._own().named(of)
        # beside a row that was withdrawn it can still be asked for, and erased
        if row not in held.gone:
            self._own().row(of, row)
        return f"people\n{held.id}\n{row}"

    def _known(self, line: OpenLine) -> list[tuple[str, str]]:
        """The lists of a line, by whose and by their ids; own ones also where none was told yet."""
        there = list(line.fold.all.sites.lists)
        mine = [(line.state.party, site_lists.list_id(line.state.line, each)) for each in self._own().lists]
        return there + [each for each in mine if each not in there and _waiting(line, each[1])]

    def _told(self, line: OpenLine, of: tuple[str, str]) -> ToldView:
        own = {site_lists.list_id(line.state.line, name): each for name, each in self._own().lists.items()}
        held, versions = own.get(of[1]), line.fold.all.sites.lists.get(of, ())
        if not versions and held is not None:
            return site_shown.waits(line, held, of[1], _waiting(line, of[1]))
        name = None if held is None else held.id
        doubts = partial(self._node.room.places.listed, line.id)
        return site_shown.told(line, versions, name, _waiting(line, of[1]), self._now(), doubts)

    def _enter(self, said: Sequence[tuple[str, Value]]) -> None:
        if said:
            with self._node.recording() as private:
                private.write(said, self._now())

    def _changed(self, of: str) -> None:
        """Lists are other than before: all that may touch them is looked at again."""
        self._lists.add(of)
        self.settle()
        self._tell(None, Found("site.changed"))

    def _look(self) -> None:
        """Take in what has changed of lists; whatever was read again is looked at anew."""
        if self._node.private is not self._private:
            self._private = self._node.private
            self._lists |= {OWN, *(each.id for each in self._node.all_lines())}
        # an agreement may say how far to keep from sites
        self._lists |= {each for each in self._bound if self._node.desk.bound(each) is not self._bound[each]}
        again, self._lists = self._lists, set()
        # each is taken in, whatever the others come to
        taken = [self._take(each) for each in sorted(again)]
        if any(taken):
            self._plans |= set(self._node.private.plans.plans)
            for line in self._node.all_lines():
                self._notices |= {(line.id, each) for each in self._theirs(line)}

    def _take(self, of: str) -> bool:
        if of == OWN:
            rows = {
                Key(OWN, held.id, name): each.row
                for held in self._own().lists.values()
                for name, each in held.rows.items()
            }
            return self._index.take(OWN, rows, None)
        line = self._node.of(of)
        told = {
            Key(of, each.said.list, row.id): row
            for versions in line.fold.all.sites.of(line.state.peer)
            if (each := site_lists.in_force(versions)) is not None
            for row in each.rows
        }
        self._bound[of] = self._node.desk.bound(of)
        return self._index.take(of, told, self._bound[of])

    def _theirs(self, line: OpenLine) -> list[str]:
        found = line.fold.all.notices.notices
        return [name for name, each in found.items() if each.by == line.state.peer]

    def _now_of(self, name: str) -> tuple[int, Sequence[Touch], How]:
        """A plan, or a notice of another party's: its version, what it touches now, and why no more."""
        own = self._node.private.plans.plans.get(name)
        if own is not None:
            ended: How = "ended" if own.plan.state == "ended" else "amended"
            return own.version, self._index.touches(own.plan), ended
        for line in self._node.all_lines():
            notice = line.fold.all.notices.notices.get(name)
            if notice is not None and notice.by == line.state.peer and notice.said.volumes:
                said = notice.said
                plan = Plan(line.state.peer, name, said.volumes, said.activity, notice.state)
                over: How = "ended" if notice.ended else "amended"
                return said.version, self._index.touches(plan), over
        return 1, (), "ended"

    def _touch(self, found: Touch, of: tuple[str, str, int] | None) -> TouchView:
        site = self._index.row(found.site)
        assert site is not None  # it has just been found
        label, since = None, None
        review = site.review
        if found.site.of == OWN:
            own = self._own().row(found.site.list, found.site.row)
            site, review = structs.replace(site, grade=own.grade), own.review
        else:
            line = self._node.of(found.site.of)
            label = line.label
            versions = line.fold.all.sites.lists[line.state.peer, found.site.list]
            holds = site_lists.in_force(versions)
            since = None if holds is None else site_shown.told_long_ago(holds.at_ms, self._now())
        words = [each for each in (site_shown.old(site.id, review, self._now()), since) if each]
        if not self._node.guards.stale_list:
            words = []
        return site_shown.touch(found, site, label, of, "; ".join(words) or None)


def _waiting(line: OpenLine, name: str) -> int:
    """The newest version of a list that waits to be said."""
    found = [
        each.body["version"]
        for each in line.talk.waiting()
        if each.type == Told.TYPE and isinstance(each.body, dict) and each.body["list"] == name
    ]
    return max((each for each in found if isinstance(each, int)), default=0)


def _to_say(said: Told | Answered | Part) -> tuple[str, int, Value]:
    if isinstance(said, Part):
        return said.TYPE, entries.V, entries.write(said)
    return said.TYPE, site_entries.V, site_entries.write(said)
