"""Talks of a node with the other parties of its lines. Part of the node.

An invitation is said, with the same bytes, on the line to each party that it names; what a party says about
talks, on each line that they stand on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from wideberth.desk import talks, talks_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.talks_entries import (
    Answered,
    Attended,
    CalledOff,
    Differed,
    Minuted,
    Outcome,
    Proposed,
    Said,
    Signed,
)
from wideberth.errors import Invalid, NotTrusted, Refused, WideberthError
from wideberth.ledger import body, entries, parts
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Part
from wideberth.model.hold import Talks as UntilTalks
from wideberth.model.talks import PHASES, Invitation, Reply
from wideberth.node import communique_known
from wideberth.node.fold import Changed
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.talks_views import (
    MinutesTextView,
    MinutesView,
    OutcomeView,
    ReplyView,
    TalksOnView,
    TalksPartyView,
    TalksView,
)
from wideberth.node.telling import tell_all
from wideberth.node.views import time

if TYPE_CHECKING:
    from wideberth.node.node import Node

KIND = "talks"
NOT_TOLD = "the invitation could not be said on the line yet"
Key = tuple[str, str]


class On(NamedTuple):
    """Talks on a line; `told` whether they stand there, or their invitation waits to be said."""

    line: OpenLine
    found: talks.Talks
    told: bool


class Talks:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, Invalid (`talks.none`), and as is
    said at each.
    """

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell

    # what it shows

    def all(self) -> list[TalksView]:
        """All talks of all lines, those that begin last first."""
        with self._node.held():
            views = [self._view(some) for some in self._found().values()]
        return sorted(views, key=lambda each: (each.at, each.talks), reverse=True)

    def one(self, name: str) -> TalksView:
        """One of them: the own ones, where another party's have the same id."""
        with self._node.held():
            return self._view(self._named(name))

    def text(self, name: str, sha256: bytes) -> MinutesTextView:
        """A text of the minutes, as its author put it.

        Raises: Invalid (`talks.text`), Refused (`talks.no_text` where it is not held here).
        """
        with self._node.held():
            for on in self._named(name):
                for each in on.found.minutes:
                    if each.sha256 == sha256:
                        return MinutesTextView(sha256.hex(), _text(on.line, each))
        raise Invalid("talks.text", "sha256", sha256.hex(), "a text of these minutes: wideberth talks show")

    # what its people do

    def propose(self, said: Invitation) -> TalksView:
        """Invite the other parties that it names; id and version are given here.

        Raises: as talks.propose; Invalid (`talks.party` for one that is not at the end of a line).
        """
        with self._node.held():
            made = structs.replace(said, id=talks_entries.new_id(secrets.token_bytes(16)), version=1)
            lines = self._lines(made)
            proposed = [(line, talks.propose(line.fold.all.talks, self._me, made)) for line in lines]
            for line, each in proposed:
                self._say(line, [each])
            return self.one(made.id)

    def amend(self, name: str, said: Invitation, before: int | None = None) -> TalksView:
        """The next version of own talks; the parties stay. `before`: the version from which it was made.

        Raises: as talks.propose; Refused (`talks.not_now` where `before` is no longer the newest).
        """
        with self._node.held():
            some = [on for on in self._found().get((self._me, name), []) if on.told]
            if not some:
                raise Invalid("talks.none", "talks", name, "talks that this party has proposed")
            newest = max(on.found.said.version for on in some)
            if before is not None and before != newest:
                words = f"version {newest} stands, and this was made from version {before}"
                raise Refused("talks.not_now", f"{words}; accepted: a change of the version that stands")
            parties = some[0].found.said.parties
            made = structs.replace(said, id=name, version=newest + 1, parties=parties)
            self._each(some, lambda on: [talks.propose(on.line.fold.all.talks, self._me, made)])
            return self.one(name)

    def answer(
        self, name: str, answer: Reply, at_ms: int | None = None, version: int | None = None
    ) -> TalksView:
        """Say whether this party comes, to that version; without one, to the newest. Raises: as talks.say."""
        return self._about(
            name,
            lambda found: Answered(
                name, found.by, found.said.version if version is None else version, answer, at_ms
            ),
        )

    def attend(self, name: str, roles: Sequence[str]) -> TalksView:
        """They are held, and these roles of this party's are there. Raises: as talks.say."""
        return self._about(name, lambda found: Attended(name, found.by, tuple(roles)))

    def minute(self, name: str, text: str) -> TalksView:
        """Put a text of the minutes. Raises: as talks.say, talks.minute."""
        with self._node.held():
            some = self._told(name)
            newest = max(some, key=lambda on: _versions(on.found, self._me)).found
            made = talks.minute(newest, self._me, text)
            last = made[-1]

            def put(on: On) -> Sequence[Part | Said]:
                if isinstance(last, Minuted):
                    talks.say(on.line.fold.all.talks, on.found, last, self._me)
                return made

            self._each(some, put)
            return self.one(name)

    def sign(self, name: str, sha256: bytes) -> TalksView:
        """Take this very text for the minutes. Raises: as talks.say; Refused (`talks.no_text`)."""
        with self._node.held():
            # nobody signs what they cannot read
            self.text(name, sha256)
            return self._about(name, lambda found: Signed(name, found.by, sha256))

    def differ(self, name: str, sha256: bytes, differences: str) -> TalksView:
        """Say where this party differs from a text of the other's. Raises: as talks.say."""
        return self._about(name, lambda found: Differed(name, found.by, sha256, differences))

    def outcome(self, name: str, agreement: bytes | None, communique: str | None) -> TalksView:
        """Say what came of them. Raises: as talks.say."""
        return self._about(name, lambda found: Outcome(name, found.by, agreement, communique))

    def call_off(self, name: str) -> TalksView:
        """They do not take place. Raises: as talks.say."""
        return self._about(name, lambda found: CalledOff(name, found.by))

    # what the node calls

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            tell_all(self._tell, line.id, "talks.changed", changed.of(KIND))

        line.noticed.append(noticed)

    # how

    @property
    def _me(self) -> str:
        return self._node.party

    def _found(self) -> dict[Key, list[On]]:
        """All talks, by who proposed them and their id, on each line that they stand on or wait for."""
        found: dict[Key, list[On]] = {}
        for line in self._node.all_lines():
            known = line.fold.all.talks.talks
            for key, each in known.items():
                found.setdefault(key, []).append(On(line, each, told=True))
            for untold in line.talk.waiting():
                if (untold.type, untold.v) == (Proposed.TYPE, talks_entries.V) and isinstance(
                    untold.body, dict
                ):
                    said = talks_entries.read_value(Proposed.TYPE, untold.body)
                    if isinstance(said, Proposed) and (self._me, said.said.id) not in known:
                        where = Ref(line.state.newest(self._me, "main").origin, -1)
                        made = talks.Talks(self._me, said.said, where, untold.at_ms)
                        found.setdefault(made.key, []).append(On(line, made, told=False))
        return found

    def _named(self, name: str) -> list[On]:
        some = [on for key, on in self._found().items() if key[1] == name]
        if not some:
            raise Invalid("talks.none", "talks", name, "talks of this node: wideberth talks list")
        return min(some, key=lambda on: on[0].found.by != self._me)

    def _told(self, name: str) -> list[On]:
        some = self._named(name)
        told = [on for on in some if on.told]
        if not told:
            raise Refused("talks.not_now", f"{NOT_TOLD}; accepted: when it was")
        return told

    def _lines(self, said: Invitation) -> list[OpenLine]:
        """The lines that an invitation belongs on."""
        by_peer = {line.state.peer: line for line in self._node.all_lines()}
        others = [each for each in said.parties if each != self._me]
        for party in others:
            if party not in by_peer:
                raise Invalid("talks.party", "parties", party, "the other party of a line")
        return [by_peer[each] for each in others]

    def _about(self, name: str, make: Callable[[talks.Talks], Said]) -> TalksView:
        with self._node.held():

            def decide(on: On) -> Sequence[Said]:
                return [talks.say(on.line.fold.all.talks, on.found, make(on.found), self._me)]

            self._each(self._told(name), decide)
            return self.one(name)

    def _each(self, some: Sequence[On], decide: Callable[[On], Sequence[Part | Said]]) -> None:
        """Say it on each line where it counts; where it counts on none, why is raised."""
        said: list[tuple[OpenLine, Sequence[Part | Said]]] = []
        why: WideberthError | None = None
        for on in some:
            try:
                said.append((on.line, decide(on)))
            except WideberthError as error:
                why = why or error
        if why is not None and not said:
            raise why
        for line, each in said:
            self._say(line, each)

    def _say(self, line: OpenLine, said: Sequence[Part | Said]) -> None:
        with self._node.using(line.id) as found:
            found.talk.say_all("main", [_to_say(each) for each in said])

    def _view(self, some: Sequence[On]) -> TalksView:
        newest = max((on.found for on in some), key=lambda each: each.said.version)
        said = newest.said
        labels = {line.state.peer: line.label for line in self._node.all_lines()}
        return TalksView(
            talks=said.id,
            by=newest.by,
            mine=newest.by == self._me,
            version=said.version,
            title=said.title,
            agenda=said.agenda,
            at=time(said.at_ms),
            place=said.place,
            parties=tuple(TalksPartyView(each, each == self._me, labels.get(each)) for each in said.parties),
            lines=tuple(map(self._on, some)),
            holds=tuple(sorted(self._waiting(said.id))),
        )

    def _waiting(self, name: str) -> set[str]:
        """Holds that end with these talks."""
        until = UntilTalks(name)
        lines = self._node.all_lines()
        return {id_ for line in lines for (_, id_), each in line.fold.all.holds.holds.items()
                if each.said.until == until}  # fmt: skip

    def _on(self, on: On) -> TalksOnView:
        line, found = on.line, on.found
        peer, ends = line.state.peer, line.state.line
        agreed = talks.agreed_text(ends, found)
        phase = talks.phase(ends, found)
        reply = next((each for by, each in found.answers.items() if by != found.by), None)
        return TalksOnView(
            line=line.id,
            label=line.label,
            told=on.told,
            phase=phase,
            words=PHASES[phase] if on.told else NOT_TOLD,
            answer=None if reply is None else _reply(found, reply),
            attended_here=found.attendance.get(self._me, ()),
            attended_there=found.attendance.get(peer, ()),
            minutes=tuple(self._minutes(found, each, peer) for each in found.minutes),
            agreed=None if agreed is None else agreed.hex(),
            outcomes=tuple(self._outcomes(line, found)),
        )

    def _minutes(self, found: talks.Talks, each: talks.Minutes, peer: str) -> MinutesView:
        here, there = (found.words.get(party) for party in (self._me, peer))
        return MinutesView(
            mine=each.by == self._me,
            version=each.version,
            sha256=each.sha256.hex(),
            at=time(each.at_ms),
            signed_here=isinstance(here, Signed) and here.sha256 == each.sha256,
            signed_there=isinstance(there, Signed) and there.sha256 == each.sha256,
            differs_here=_differs(here, each.sha256),
            differs_there=_differs(there, each.sha256),
        )

    def _outcomes(self, line: OpenLine, found: talks.Talks) -> Iterator[OutcomeView]:
        for by, each in sorted(found.outcomes.items()):
            known = None if each.agreement is None else line.fold.state.versions.get(each.agreement)
            terms = None
            if known is not None:
                standing = "in force" if line.in_force(known.sha256) else "not in force"
                terms = f"{known.agreement.terms.title}, version {known.agreement.version}: {standing}"
            sha256 = None if each.agreement is None else each.agreement.hex()
            stands = communique_known.words(self._node, each.communique)
            yield OutcomeView(by == self._me, sha256, terms, each.communique, stands)


def _text(line: OpenLine, minutes: talks.Minutes) -> str:
    """A text of the minutes, out of the entries that hold it. Raises: Refused (`talks.no_text`)."""
    feed = line.state.feeds[minutes.ref.origin]
    try:
        said = talks_entries.read(feed.entries[minutes.ref.n])
        if isinstance(said, Minuted) and said.text is not None:
            return said.text
        return parts.join(_parts(line, minutes)).decode()
    except (Invalid, NotTrusted, UnicodeDecodeError) as error:
        words = "its text is not held here whole, or was dropped; accepted: one that is"
        raise Refused("talks.no_text", words) from error


def _parts(line: OpenLine, minutes: talks.Minutes) -> Iterator[Part]:
    for entry in line.state.feeds[minutes.ref.origin].entries[: minutes.ref.n]:
        if entry.header.type == Part.TYPE and body.understood(entry, entries.KNOWN):
            try:
                found = entries.read(entry)
            except Invalid:
                continue  # of something else
            if isinstance(found, Part) and found.sha256 == minutes.sha256:
                yield found


def _versions(found: talks.Talks, party: str) -> int:
    return max((each.version for each in found.minutes if each.by == party), default=0)


def _reply(found: talks.Talks, reply: talks.Answer) -> ReplyView:
    at = None if reply.at_ms is None else time(reply.at_ms)
    return ReplyView(reply.answer, at, reply.version, reply.version == found.said.version)


def _differs(word: talks.Word | None, sha256: bytes) -> str | None:
    return word.differences if isinstance(word, Differed) and word.sha256 == sha256 else None


def _to_say(said: Part | Said) -> tuple[str, int, Value]:
    if isinstance(said, Part):
        return said.TYPE, entries.V, entries.write(said)
    return said.TYPE, talks_entries.V, talks_entries.write(said)
