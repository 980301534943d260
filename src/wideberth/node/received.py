"""What other parties released to this one: listed, taken, read; given to nobody once it may not be used.

Part of the node. A copy is looked at as the file of a stranger: what two officers have signed is its index,
and what is not that is not shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from wideberth.desk import release_fields, release_line, release_said
from wideberth.desk.case_entries import Ref
from wideberth.desk.release_line import Told
from wideberth.desk.release_said import Taken
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.formats import release_file
from wideberth.formats.release_file import Read
from wideberth.ledger import approval
from wideberth.node import line_parts, release_views
from wideberth.node.onward_views import STANDINGS, ReceivedReleaseView, Standing
from wideberth.node.open_line import OpenLine
from wideberth.node.views import time

if TYPE_CHECKING:
    from wideberth.node.node import Node

NONE = "a release that another party has given this one: wideberth release received"
NOT_WHOLE = "not all of it is here, or it is not what its officers have signed"


class On(NamedTuple):
    """A release of the other party's, on a line."""

    line: OpenLine
    told: Told


class Received:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, Invalid (`release.none` of what
    is not there), and as is said at each.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._whole: set[tuple[str, Ref]] = set()
        """Copies that were read whole: what is signed does not change."""

    def all(self, line: str | None = None) -> list[ReceivedReleaseView]:
        """Those of a line, or of all, the newest first. Raises: Invalid (`line.none`)."""
        with self._node.held():
            views = [self._view(each) for each in self._found(line)]
            return sorted(views, key=lambda each: (each.at, each.release), reverse=True)

    def one(self, line: str, release: str) -> ReceivedReleaseView:
        """One of them."""
        with self._node.held():
            return self._view(self.on(line, release))

    def take(self, line: str, release: str, role: str) -> bytes:
        """An officer in this role takes it: the file as its author made it. That it was taken is said once.

        Raises: Refused (`release.not_to_use` of one that is recalled, or whose time is over,
        `release.not_whole`), Invalid (`release.entry` for the role).
        """
        with self._node.held():
            on = self.on(line, release)
            said = release_line.take(on.told, role, on.line.fold.state.papers, self._node.clock.now())
            release_said.read_value(Taken.TYPE, release_said.write(said))
            data = self._file(on)
            waits = any(
                each.type == Taken.TYPE and isinstance(each.body, dict) and each.body["release"] == release
                for each in on.line.talk.waiting()
            )
            if on.told.taken is None and not waits:
                with self._node.using(line) as found:
                    found.talk.say("main", said.TYPE, release_fields.V, release_said.write(said))
            return data

    def read(self, line: str, release: str) -> Read:
        """What is in it, for what this node draws up of it.

        Raises: Refused (`release.not_to_use`, `release.not_whole`).
        """
        with self._node.held():
            on = self.on(line, release)
            if release_line.usable(on.told, on.line.fold.state.papers, self._node.clock.now()) is None:
                words = f"{release_line.UNUSABLE}; accepted: one that may be used"
                raise Refused("release.not_to_use", words)
            return _read(on, self._file(on))

    def on(self, line: str, release: str) -> On:
        """The release on its line, to be looked at while all of the node is held."""
        for each in self._found(line):
            if each.told.key[1] == release:
                return each
        raise Invalid("release.none", "release", release, NONE)

    def _found(self, line: str | None) -> Iterator[On]:
        lines = self._node.all_lines() if line is None else [self._node.of(line)]
        for each in lines:
            for (by, _), told in each.fold.all.releases.releases.items():
                if by == each.state.peer:
                    yield On(each, told)

    def _file(self, on: On) -> bytes:
        """The file, as its author's officers have signed it. Raises: Refused (`release.not_whole`)."""
        telling = release_line.counted(on.told, on.line.fold.state.papers) or on.told.tellings[-1]
        try:
            data = line_parts.joined(on.line, telling.ref, telling.said.sha256)
        except (Invalid, NotTrusted) as error:
            raise Refused("release.not_whole", f"{NOT_WHOLE}; accepted: one that is sent again") from error
        _read(on, data)
        return data

    def _standing(self, on: On) -> Standing:
        told, papers = on.told, on.line.fold.state.papers
        counted = release_line.counted(told, papers)
        if told.recalled is not None:
            return "RECALLED"
        if counted is None:
            return "not signed"
        if release_line.usable(told, papers, self._node.clock.now()) is None:
            return "expired"
        at = on.line.id, counted.ref
        if at not in self._whole:
            try:
                self._file(on)
            except Refused:
                return "not whole"
            self._whole.add(at)
        return "here"

    def _view(self, on: On) -> ReceivedReleaseView:
        told, papers = on.told, on.line.fold.state.papers
        telling = release_line.counted(told, papers) or told.tellings[-1]
        said, standing = telling.said, self._standing(on)
        taken, recalled = told.taken, told.recalled
        return ReceivedReleaseView(
            line=on.line.id,
            label=on.line.label,
            release=said.release,
            by=told.by,
            title=said.title,
            caveats=release_views.caveats(said.caveats),
            at=time(telling.at_ms),
            exercise=said.exercise,
            sha256=said.sha256.hex(),
            size=said.size,
            signatures=len(release_line.signers(told, telling, papers)),
            needed=approval.NEEDED,
            standing=standing,
            words=STANDINGS[standing],
            taken=None if taken is None else time(taken[0]),
            role=None if taken is None else taken[1].role,
            recalled=None if recalled is None else time(recalled[0]),
            reason=None if recalled is None else recalled[1].reason,
        )


def _read(on: On, data: bytes) -> Read:
    """The file, if its index is the one that was signed, of that release and that party, and whole.

    Raises: Refused (`release.not_whole`).
    """
    telling = release_line.counted(on.told, on.line.fold.state.papers) or on.told.tellings[-1]
    try:
        found = release_file.read(data)
    except Invalid as error:
        raise Refused("release.not_whole", f"{NOT_WHOLE}; accepted: one that is sent again") from error
    signed = hashlib.sha256(found.index_bytes).digest() == telling.said.index
    whose = (found.index.release, found.index.by) == (on.told.key[1], on.told.by)
    if not signed or not whose or found.index.caveats != telling.said.caveats or found.wrong:
        raise Refused("release.not_whole", f"{NOT_WHOLE}; accepted: one that is sent again")
    return found
