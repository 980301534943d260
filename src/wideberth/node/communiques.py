"""Communiqués of a node: its own, and those with the other parties of its lines. Part of the node.

A version is said, with the same bytes, on the line to each party that it names, and so is a signature under
it. Which lines still lack what stands on others is worked out whenever a line is used. What is published here
is kept in the private feed with its text, whatever becomes of the line.
"""

from __future__ import annotations

import operator
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from wideberth.desk import communique_entries, communique_own, communiques
from wideberth.desk.case_entries import Ref
from wideberth.desk.communique_entries import Differed, Put, Said, Shown, Signed, Withdrawn
from wideberth.desk.communiques import Standing
from wideberth.errors import Invalid, Refused
from wideberth.ledger import approval, entries, parts
from wideberth.ledger.approval import Approval
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Part
from wideberth.model.communique import Published, Text, Version
from wideberth.node import communique_drafts, communique_known
from wideberth.node.communique_drafts import Format
from wideberth.node.communique_known import Known
from wideberth.node.communique_views import (
    CommuniqueDraftView,
    CommuniqueTextView,
    CommuniqueView,
)
from wideberth.node.fold import Changed
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.telling import tell_all
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference
from wideberth.space.volume import Volume

if TYPE_CHECKING:
    from wideberth.node.node import Node

KIND = "communique"
REVOKED = "a signature under it counts no more: its key was revoked"


class Communiques:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, Invalid (`communique.none`), and
    as is said at each.

    `replies`: how many were let through, by communiqué; whoever keeps them sets it.
    """

    def __init__(self, node: Node, geoid: Geoid, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell
        self._reference = VerticalReference(geoid)
        self.replies: Callable[[], Mapping[str, int]] = dict
        self._seen: list[object] = []

    # what it shows

    def published(self) -> list[Published]:
        """What the public sees, the newest first; also what was withdrawn, and says so."""
        with self._node.held():
            names = communique_known.names(self._node)
            return communique_own.published(self._node.private.communiques, names, self.replies())

    def all(self) -> list[CommuniqueView]:
        """All of them, the newest first."""
        with self._node.held():
            views = [self._view(name, some) for name, some in self._found().items()]
        return sorted(views, key=lambda each: (each.versions[0].at, each.communique), reverse=True)

    def one(self, name: str) -> CommuniqueView:
        """One of them."""
        with self._node.held():
            return self._view(name, self._named(name))

    def text(self, name: str, sha256: bytes | None = None) -> CommuniqueTextView:
        """The exact text that officers sign; without a SHA-256 of the newest version.

        Raises: Invalid (`communique.version`), Refused (`communique.no_text` where it is not held here).
        """
        with self._node.held():
            known = self._version(name, sha256)
            data = known.read().decode()
            return CommuniqueTextView(name, known.draft.version, known.sha256.hex(), data)

    def notice(self, name: str, to: Format) -> CommuniqueDraftView:
        """A draft of a notice about what is published. Raises: as communique_drafts.draft."""
        with self._node.held():
            sender, now_ms = f"wideberth:{self._me}", self._node.clock.now()
            return communique_drafts.draft(self, name, to, self._reference, sender, now_ms)

    # what its people do

    def draft(
        self, parties: Sequence[str], texts: Sequence[Text], volumes: Sequence[Volume] = (), *, replies: bool
    ) -> CommuniqueView:
        """Draw one up, for this party alone or with others; its id is given here.

        Raises: as communique_entries.text; Invalid (`communique.party` for one that is not at the end of a
            line).
        """
        with self._node.held():
            named = tuple(dict.fromkeys((self._me, *parties)))
            name = communique_entries.new_id(secrets.token_bytes(16))
            made = Version(
                name, 1, named, tuple(texts), tuple(volumes), replies=replies,
                at_ms=self._node.clock.now(), exercise=self._node.settings.exercise,
            )  # fmt: skip
            self._put(communique_entries.text(made))
            return self.one(name)

    def correct(
        self,
        name: str,
        texts: Sequence[Text],
        volumes: Sequence[Volume] = (),
        *,
        replies: bool,
        correction: str = "",
        before: str | None = None,
    ) -> CommuniqueView:
        """The next version: of a draft it is another one, of what was published a correction, that says what
        it corrects. What was published stays until the correction is. `before`: the SHA-256 of the version
        from which it was made.

        Raises: as communique_entries.text and communiques.check_version; Refused (`communique.why`,
        `communique.newer`).
        """
        with self._node.held():
            some = self._named(name)
            was_public = any(each.shown for each in some)
            if was_public and not correction:
                raise Refused("communique.why", "it was published; accepted: with what this corrects")
            newest = self._newest(some)
            if before is not None and before != newest.sha256.hex():
                words = "another version was put since, and this was not made from it"
                raise Refused("communique.newer", f"{words}; accepted: a change of the newest")
            made = Version(
                name, 1 + max(each.draft.version for each in some), newest.draft.parties, tuple(texts),
                tuple(volumes), replies=replies, correction=correction, at_ms=self._node.clock.now(),
                exercise=self._node.settings.exercise,
            )  # fmt: skip
            data = communique_entries.text(made)
            drafts = [each.draft for each in some]
            put = communique_entries.put(data)
            communiques.check_version(drafts, put, self._stand(newest), was_public=was_public)
            self._put(data)
            return self.one(name)

    def sign(self, name: str, sha256: bytes, approvals: Sequence[bytes]) -> CommuniqueView:
        """Sign this very text, by two officers of this party, on all of its lines.

        Raises: Refused (`communique.no_text`: nobody signs what they cannot read), and as communiques.check,
            communiques.counted and approval.read.
        """
        read = [approval.read(each.removesuffix(b"\n")) for each in approvals]
        with self._node.held():
            known = self._version(name, sha256)
            known.read()
            communiques.check(self._stand(known), "signed")
            self._one_text(name, known)
            if known.kept is not None and known.draft.parties == (self._me,):
                at = self._roster(sha256, read)
                value = communique_own.write_signed(Signed(name, sha256, tuple(read)), at)
                self._enter([(Signed.TYPE, value)])
                return self.one(name)
            made = [(on.line, self._signed(on.line, name, sha256, read)) for on in known.lines if on.told]
            self._told_somewhere(known)
            for line, said in made:
                self._say(line, [said])
            self._complete(self._version(name, sha256))
            return self.one(name)

    def differ(
        self, name: str, sha256: bytes, differences: str, texts: Sequence[Text] = ()
    ) -> CommuniqueView:
        """Say where this party differs from a version, and how it would have it, if it says so.

        Raises: as communiques.check; Refused (`communique.own`), Invalid (`communique.entry`).
        """
        said = Differed(name, sha256, differences, tuple(texts))
        with self._node.held():
            known = self._version(name, sha256)
            communique_entries.read_value(said.TYPE, communique_entries.write(said))
            if len(known.draft.parties) == 1:
                raise Refused("communique.own", "it is this party's alone; accepted: the next version")
            communiques.check(self._stand(known), "differed")
            self._told_somewhere(known)
            for on in known.lines:
                if on.told:
                    self._say(on.line, [said])
            return self.one(name)

    def publish(self, name: str, sha256: bytes | None = None) -> CommuniqueView:
        """Put a version on this node's public pages; without a SHA-256 the newest that all have signed.

        Raises: as communiques.check; Refused (`communique.older`, `communique.no_text`).
        """
        with self._node.held():
            known = self._version(name, sha256) if sha256 else self._to_publish(self._named(name))
            communiques.check(self._stand(known), "published")
            own = self._node.private.communiques.communiques.get(name, communique_own.Own())
            if any(each.said.version > known.draft.version for each in own.shown):
                words = "a later version is published; accepted: that one, or its correction"
                raise Refused("communique.older", words)
            shown = Shown(name, known.sha256)
            kept = [] if known.kept is not None else _kept(known.read())
            self._enter([*kept, (Shown.TYPE, communique_entries.write(shown))])
            self._say_all(known, shown)
            return self.one(name)

    def withdraw(self, name: str, why: str | None = None, sha256: bytes | None = None) -> CommuniqueView:
        """Take it off the public pages, or take back a draft. That it was there stays on record.

        Raises: as communiques.check; Invalid (`communique.entry`).
        """
        with self._node.held():
            some = self._named(name)
            public = [each for each in some if each.kept is not None and each.kept.page == "published"]
            known = self._version(name, sha256) if sha256 else self._newest(public or some)
            communiques.check(self._stand(known), "withdrawn")
            said = Withdrawn(name, known.sha256, why)
            communique_entries.read_value(said.TYPE, communique_entries.write(said))
            if known.kept is not None:
                self._enter([(Withdrawn.TYPE, communique_entries.write(said))])
            self._say_all(known, said)
            return self.one(name)

    # what the node calls

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            tell_all(self._tell, line.id, "communique.changed", changed.of(KIND))

        line.noticed.append(noticed)

    def settle(self, _: OpenLine) -> None:
        """Say what is owed on a line, and take off the public pages what is not signed by all any more."""
        seen: list[object] = [self._node.private.communiques, *(
            part for each in self._node.all_lines()
            for part in (each.fold.all.communiques, each.fold.state.papers)
        )]  # fmt: skip
        if len(seen) == len(self._seen) and all(map(operator.is_, seen, self._seen)):
            return  # nothing is owed that was not: signatures are not verified with every heartbeat
        self._seen = seen
        for name, some in self._found().items():
            for known in some:
                self._complete(known)
                page = None if known.kept is None else known.kept.page
                if page == "published" and communique_known.void(self._node, known):
                    said = Withdrawn(name, known.sha256, REVOKED)
                    self._enter([(Withdrawn.TYPE, communique_entries.write(said))])
                    self._say_all(known, said)

    # how

    @property
    def _me(self) -> str:
        return self._node.party

    def _found(self) -> dict[str, list[Known]]:
        return communique_known.found(self._node)

    def _named(self, name: str) -> list[Known]:
        some = self._found().get(name)
        if not some:
            wanted = "a communiqué of this node: wideberth communique list"
            raise Invalid("communique.none", "communique", name, wanted)
        return some

    def _newest(self, some: Iterable[Known]) -> Known:
        return max(some, key=lambda each: each.draft.version)

    def _version(self, name: str, sha256: bytes | None) -> Known:
        some = self._named(name)
        if sha256 is None:
            return self._newest(some)
        for each in some:
            if each.sha256 == sha256:
                return each
        wanted = "a version of this communiqué: wideberth communique show"
        raise Invalid("communique.version", "sha256", sha256.hex(), wanted)

    def _to_publish(self, some: Sequence[Known]) -> Known:
        whole = [each for each in some if self._stand(each).whole]
        return self._newest(whole or some)

    def _stand(self, known: Known) -> Standing:
        return communique_known.stand(self._node, known)

    def _view(self, name: str, some: Sequence[Known]) -> CommuniqueView:
        return communique_known.view(self._node, name, some)

    def _roster(self, sha256: bytes, read: Sequence[Approval]) -> Ref:
        """Where this party's officers are on a roster by which these signatures count."""
        why: Refused | None = None
        for line in self._node.all_lines():
            at = _next(line)
            try:
                communiques.counted(sha256, read, at, communique_known.own_papers(self._node, line))
            except Refused as error:
                why = why or error
            else:
                return at
        words = "this party's officers are on no roster: there is no line; accepted: with one"
        raise why or Refused("communique.no_roster", words)

    def _signed(self, line: OpenLine, name: str, sha256: bytes, read: Sequence[Approval]) -> Signed:
        papers = communique_known.own_papers(self._node, line)
        return Signed(name, sha256, communiques.counted(sha256, read, _next(line), papers))

    def _one_text(self, name: str, known: Known) -> None:
        """Refuse a second text with the same number."""
        for each in self._named(name):
            same = each.draft.version == known.draft.version and each.sha256 != known.sha256
            if same and self._me in self._stand(each).signed:
                words = f"this party has signed another text of version {known.draft.version}"
                raise Refused("communique.other_text", f"{words}; accepted: the next version")

    def _told_somewhere(self, known: Known) -> None:
        if not any(on.told for on in known.lines):
            words = "it could not be said on a line yet"
            raise Refused("communique.not_now", f"{words}; accepted: when it was")

    def _put(self, data: bytes) -> None:
        """A version onto the line to each party that it names, or into the private feed."""
        put = communique_entries.put(data)
        others = [each for each in put.parties if each != self._me]
        if not others:
            self._enter(_kept(data))
            return
        by_peer = {line.state.peer: line for line in self._node.all_lines()}
        for party in others:
            if party not in by_peer:
                raise Invalid("communique.party", "parties", party, "the other party of a line")
        for party in others:
            self._say(by_peer[party], [*_parts(put, data), put])

    def _complete(self, known: Known) -> None:
        """What stands on one line stands on those to its other parties: the text, once this party has signed
        it, and the signature. Where this party's officers do not count, it is not said.
        """
        signed = [each for on in known.lines for each in on.draft.signatures(self._me) if on.told]
        if not signed or len(known.draft.parties) <= 1:
            return
        there = {on.line.id: on for on in known.lines}
        newest = signed[-1]
        for line in self._node.all_lines():
            if line.state.peer not in known.draft.parties:
                continue
            on = there.get(line.id)
            if on is None:
                data = known.read()  # it was signed here: it was read
                put = communique_entries.put(data)
                self._say(line, [*_parts(put, data), put])
            elif on.told and not on.draft.signatures(self._me):
                name = known.name
                try:
                    said = self._signed(line, name, known.sha256, newest.approvals)
                except Refused:
                    continue
                if not _waits(line, said):
                    self._say(line, [said])

    def _say_all(self, known: Known, said: Said) -> None:
        for on in known.lines:
            if on.told:
                self._say(on.line, [said])

    def _say(self, line: OpenLine, said: Sequence[Part | Said]) -> None:
        with self._node.using(line.id) as found:
            found.talk.say_all("main", [_to_say(each) for each in said])

    def _enter(self, said: Sequence[tuple[str, Value]]) -> None:
        with self._node.recording() as private:
            private.write(said, self._node.clock.now())
        self._tell(None, Found("communique.changed"))


def _next(line: OpenLine) -> Ref:
    main = line.state.newest(line.state.party, "main")
    return Ref(main.origin, main.written.size)


def _parts(put: Put, data: bytes) -> tuple[Part, ...]:
    return () if put.text is not None else parts.split(data)


def _kept(data: bytes) -> list[tuple[str, Value]]:
    """A version as the private feed has it."""
    put = communique_entries.put(data)
    cut: list[tuple[str, Value]] = [(each.TYPE, entries.write(each)) for each in _parts(put, data)]
    return [*cut, (put.TYPE, communique_entries.write(put))]


def _waits(line: OpenLine, said: Said) -> bool:
    value = communique_entries.write(said)
    return any((each.type, each.body) == (said.TYPE, value) for each in line.talk.waiting())


def _to_say(said: Part | Said) -> tuple[str, int, Value]:
    if isinstance(said, Part):
        return said.TYPE, entries.V, entries.write(said)
    return said.TYPE, communique_entries.V, communique_entries.write(said)
