"""What another party told goes further only as it says: caveats of what we received bind this node.

Part of the node. What a line told (notices, lists of sites, statements, minutes of talks, releases) is its
author's. `check` is asked whenever something is drawn up, approved or delivered: a consent may have ended
since. Who consents to what it had from somebody else needs that one's consent itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from wideberth.desk import release_fields, release_line, release_own, release_said, rings, site_lists
from wideberth.desk.case_entries import Ref
from wideberth.desk.release_entries import Source
from wideberth.desk.release_line import Put
from wideberth.desk.release_own import Own
from wideberth.desk.release_said import About, Answered, Asked, Subjects
from wideberth.desk.statement_entries import Declared, Raised
from wideberth.errors import Invalid, Refused
from wideberth.ledger import approval
from wideberth.ledger.certificate import Papers
from wideberth.model.agreement import Precedence, Release
from wideberth.model.release import ASKINGS
from wideberth.node.fold import Changed
from wideberth.node.onward_views import (
    ChainFurtherView,
    ChainRecordView,
    ChainView,
    OnwardTextView,
    OnwardView,
)
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.received import Received
from wideberth.node.ringing import Ringing, Wanted
from wideberth.node.statement_views import StatementView
from wideberth.node.telling import tell_all
from wideberth.node.views import time

if TYPE_CHECKING:
    from wideberth.node.node import Node

KIND: Final = "asked"
OWN: Final = "it is this party's own"
BEFOREHAND: Final = "its author has said beforehand that this recipient may have it"
CONSENTED: Final = "its author has consented"
NONE: Final = "an asking on this line: wideberth release ask list"


class On(NamedTuple):
    """An asking on a line; `told` whether it stands there, or waits to be said."""

    line: OpenLine
    put: Put
    told: bool


class Onward:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, Invalid (`onward.none` of an
    asking that is not there), and as is said at each.

    `received`: what other parties released to this one.
    """

    def __init__(self, node: Node, ringing: Ringing, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell
        self.received = Received(node)
        ringing.sources.append(self._wanted)

    # what binds this node

    def check(self, sources: Sequence[Source], recipient: str, at_ms: int) -> None:
        """Whether all of these may go to a recipient at this time; what is this party's own may.

        Raises: Refused (`release.onward_never`, `release.no_consent`, `release.not_to_use` of a release that
        is recalled, or whose time is over), Invalid (`line.none`).
        """
        with self._node.held():
            for source in sources:
                why = self._why_not(source, recipient, at_ms)
                if why is not None:
                    raise why

    # what it shows

    def all(self, line: str | None = None) -> list[OnwardView]:
        """The askings of both parties on a line, or on all, the newest first.

        Raises: Invalid (`line.none`).
        """
        with self._node.held():
            views = [self._view(each) for each in self._found(line)]
            return sorted(views, key=lambda each: (each.at, each.asked), reverse=True)

    def one(self, line: str, asked: str) -> OnwardView:
        """One of them; where both parties have used an id, that of the other party."""
        with self._node.held():
            return self._view(self._named(line, asked))

    def text(self, line: str, asked: str, until_ms: int | None = None) -> OnwardTextView:
        """What two officers of ours sign to consent to what the other party asks; until when it asks for.

        Raises: Refused (`onward.not_ours` for an own asking).
        """
        with self._node.held():
            on = self._theirs(line, asked)
            until = on.put.said.until_ms if until_ms is None else until_ms
            text = release_said.consent_text(on.put.by, self._me, on.put.said, until)
            return OnwardTextView(asked, text.decode())

    def chain(self, release: str, line: str | None = None) -> ChainView:
        """From whom to whom: an own release, or with `line` one that was received there.

        Raises: Invalid (`release.none`).
        """
        with self._node.held():
            if line is not None:
                on = self.received.on(line, release)
                title = on.told.tellings[-1].said.title
                further = tuple(self._further(release, line))
                return ChainView(release, False, title, on.told.by, on.line.label, self._me, (), further)
            known = self._node.private.releases.releases.get(release)
            if known is None:
                wanted = "a release of this party's, or a received one with its line"
                raise Invalid("release.none", "release", release, wanted)
            document = known.document
            rows = tuple(self._links(known))
            return ChainView(release, True, document.title, self._me, None, document.recipient, rows, ())

    # what its people do

    def ask(
        self,
        line: str,
        kind: Subjects,
        of: str,
        recipient: str,
        records: Sequence[int],
        until_ms: int,
        reason: str | None = None,
    ) -> OnwardView:
        """Ask the other party of a line whether something that it told may go to a recipient.

        Raises: Invalid (`release.no_record`, as release_line.ask), Refused (`release.onward_never`,
        `release.not_to_use`, `onward.may_already`).
        """
        with self._node.held():
            on = self._node.of(line)
            about, now_ms = self.about(line, kind, of), self._node.clock.now()
            for number in records or (0,):
                source = Source(about.kind, about.id, line, str(number) if number else "", about.version)
                why = self._why_not(source, recipient, now_ms)
                if why is not None and why.code != "release.no_consent":
                    raise why
                if why is None and not records:
                    words = "it may go there already; accepted: what needs a consent"
                    raise Refused("onward.may_already", words)
            made = Asked(
                release_said.new_asking(secrets.token_bytes(16)),
                about,
                recipient,
                tuple(sorted(set(records))),
                until_ms,
                reason,
            )
            said = release_line.ask(on.fold.all.releases, made, self._me, now_ms)
            self._say(line, said)
            return self.one(line, made.asked)

    def consent(self, line: str, asked: str, until_ms: int, approvals: Sequence[bytes]) -> OnwardView:
        """Consent to what the other party asks, until a time, by two officers' signatures over `text`.

        What was another party's before it was ours needs that party's consent, to that recipient.

        Raises: as release_line.answer, approval.read, check; Refused (`onward.not_ours`).
        """
        read = [approval.read(each.removesuffix(b"\n")) for each in approvals]
        with self._node.held():
            on = self._theirs(line, asked)
            now_ms, put = self._node.clock.now(), on.put
            self.check(tuple(self._ours(on)), put.said.recipient, now_ms)
            papers = on.line.fold.state.papers.get(self._me, Papers())
            said = release_line.answer(put, self._me, until_ms, read, self._before(on.line), papers, now_ms)
            self._say(line, said)
            return self.one(line, asked)

    def decline(self, line: str, asked: str, reason: str | None = None) -> OnwardView:
        """Do not consent to what the other party asks, or take a consent back.

        Raises: Refused (`onward.not_ours`), Invalid (`release.entry`).
        """
        with self._node.held():
            self._theirs(line, asked)
            self._say(line, Answered(asked, "decline", reason=reason), free=True)
            return self.one(line, asked)

    def concern(
        self,
        line: str,
        release: str,
        text: str,
        assurance: str,
        *,
        precedence: Precedence,
        by_ms: int,
        role: str,
    ) -> StatementView:
        """Raise a concern with the other party of a line about a release that one gave the other on it.

        Raises: Invalid (`release.none`), and as Statements.make.
        """
        with self._node.held():
            on = self._node.of(line)
            known = [each for (_, name), each in on.fold.all.releases.releases.items() if name == release]
            if not known:
                wanted = "a release that was given on this line"
                raise Invalid("release.none", "release", release, wanted)
            whole = f"{text}\n\nAbout the release {release}: {known[0].tellings[-1].said.title}"
            made = Raised("", whole, assurance, precedence, by_ms, role)
            return self._node.room.statements.make([line], made)[0]

    # for other parts of the node

    def about(self, line: str, kind: Subjects, of: str) -> About:
        """What the other party of a line told, as it stands now.

        Raises: Invalid (`release.no_record`, `line.none`).
        """
        on = self._node.of(line)
        state, peer, version = on.fold.all, on.state.peer, None
        if kind == "notice":
            notice = state.notices.notices.get(of)
            version = notice.said.version if notice is not None and notice.by == peer else None
        elif kind == "sites":
            found = site_lists.in_force(state.sites.lists.get((peer, of), ()))
            version = None if found is None else found.said.version
        elif kind == "statement":
            stated = state.statements.all.get((peer, of))
            if stated is not None:
                version = stated.said.version if isinstance(stated.said, Declared) else 1
        elif kind == "talks":
            version = 1 if any(name == of for _, name in state.talks.talks) else None
        else:
            version = 1 if (peer, of) in state.releases.releases else None
        if version is None:
            wanted = "what the other party of this line has told, by its id there"
            raise Invalid("release.no_record", kind, of, wanted)
        return About(kind, of, version)

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            tell_all(self._tell, line.id, "onward.changed", changed.of(KIND))

        line.noticed.append(noticed)

    # how

    @property
    def _me(self) -> str:
        return self._node.party

    def _why_not(self, source: Source, recipient: str, at_ms: int) -> Refused | None:
        if source.kind == "plan" or source.line is None:
            return None
        line = self._node.of(source.line)
        return release_line.may_pass_on(
            line.fold.all.releases,
            self._me,
            About(source.kind, source.id, source.version),
            _number(source),
            recipient,
            line.fold.state.papers,
            rule(line),
            at_ms,
        )

    def _wanted(self) -> Iterator[Wanted]:
        """What the other parties ask, and nobody has answered; looked at often, so nothing is verified."""
        now_ms = self._node.clock.now()
        for line in self._node.all_lines():
            for (by, asked), put in line.fold.all.releases.askings.items():
                if by != self._me and not put.replies and now_ms < put.said.until_ms:
                    yield Wanted(rings.About(KIND, line.id, asked), "onward.asked", "routine")

    def _found(self, line: str | None) -> Iterator[On]:
        lines = self._node.all_lines() if line is None else [self._node.of(line)]
        for each in lines:
            known = each.fold.all.releases.askings
            yield from (On(each, put, told=True) for put in known.values())
            for untold in each.talk.waiting():
                if untold.type == Asked.TYPE and isinstance(untold.body, dict):
                    said = cast("Asked", release_said.read_value(Asked.TYPE, untold.body))
                    if (self._me, said.asked) not in known:
                        where = Ref(each.state.newest(self._me, "main").origin, -1)
                        yield On(each, Put(self._me, said, where, untold.at_ms), told=False)

    def _named(self, line: str, asked: str) -> On:
        some = [each for each in self._found(line) if each.put.said.asked == asked]
        if not some:
            raise Invalid("onward.none", "asked", asked, NONE)
        return min(some, key=lambda each: each.put.by == self._me)

    def _theirs(self, line: str, asked: str) -> On:
        on = self._named(line, asked)
        if on.put.by == self._me:
            raise Refused("onward.not_ours", "this party asks it; accepted: what the other party asks")
        return on

    def _ours(self, on: On) -> Iterator[Source]:
        """Where what the other party asks about came from, of an own release."""
        about, numbers = on.put.said.about, on.put.said.records
        known = self._node.private.releases.releases.get(about.id) if about.kind == "release" else None
        if known is not None:
            for number, source in enumerate(known.drafted.sources, start=1):
                if not numbers or number in numbers:
                    yield source

    def _before(self, line: OpenLine) -> Ref:
        """The next entry of the own main feed: there the officers must be certified."""
        main = line.state.newest(self._me, "main")
        return Ref(main.origin, main.written.size)

    def _say(self, line: str, said: Asked | Answered, *, free: bool = False) -> None:
        release_said.read_value(said.TYPE, release_said.write(said))
        with self._node.using(line) as found:
            found.talk.say("main", said.TYPE, release_fields.V, release_said.write(said), free=free)

    def _links(self, known: Own) -> Iterator[ChainRecordView]:
        document, now_ms = known.document, self._node.clock.now()
        for record, source in zip(document.records, known.drafted.sources, strict=True):
            why = self._why_not(source, document.recipient, now_ms)
            line = None if source.line is None else self._node.of(source.line)
            on = None if line is None else self._asking(line, source, document.recipient)
            consent = None if on is None else self._view(on)
            told = "" if line is None else f"{source.kind} {source.id}, version {source.version}"
            free = CONSENTED if consent is not None and consent.phase == "consented" else BEFOREHAND
            yield ChainRecordView(
                record.number,
                record.kind,
                record.title,
                record.originator,
                record.said_by,
                line is None,
                source.line,
                None if line is None else line.label,
                f"{told}, record {source.part}" if told and source.part else told,
                why is None,
                None if why is None else why.code,
                OWN if line is None else free if why is None else why.message,
                consent,
            )

    def _asking(self, line: OpenLine, source: Source, recipient: str) -> On | None:
        """The asking that lets this record go to a recipient, else the newest about it."""
        about = About(cast("Subjects", source.kind), source.id, source.version)
        state, papers = line.fold.all.releases, line.fold.state.papers
        now_ms = self._node.clock.now()
        put = release_line.consent(state, about, _number(source), recipient, papers, now_ms)
        if put is not None:
            return On(line, put, told=True)
        some = [
            each
            for each in self._found(line.id)
            if each.put.by == self._me and each.put.said.about == about
            and each.put.said.recipient == recipient
        ]  # fmt: skip
        return max(some, key=lambda each: each.put.at_ms, default=None)

    def _further(self, release: str, line: str) -> Iterator[ChainFurtherView]:
        """Own releases that hold something of a received one."""
        now_ms, papers = self._node.clock.now(), self._node.room.releases.book.papers()
        for known in self._node.private.releases.releases.values():
            numbers = tuple(
                _number(each)
                for each in known.drafted.sources
                if (each.kind, each.id, each.line) == ("release", release, line)
            )
            if numbers:
                phase = release_own.phase(known, papers, now_ms)
                yield ChainFurtherView(known.id, known.document.recipient, phase, numbers)

    def _view(self, on: On) -> OnwardView:
        line, put, papers = on.line, on.put, on.line.fold.state.papers
        state, said = line.fold.all.releases, on.put.said
        found = release_line.standing(state, put, papers, self._node.clock.now())
        reply = found.reply
        consents = [each for each in put.replies if each.said.answer == "consent"]
        signers = release_line.consenters(state, put, consents[-1], papers) if consents else frozenset()
        return OnwardView(
            line=line.id,
            label=line.label,
            asked=said.asked,
            mine=put.by == self._me,
            kind=said.about.kind,
            of=said.about.id,
            version=said.about.version,
            records=said.records,
            recipient=said.recipient,
            at=time(put.at_ms),
            until=time(said.until_ms),
            reason=said.reason,
            told=on.told,
            phase=found.phase,
            words=ASKINGS[found.phase],
            answered=None if reply is None else time(reply.at_ms),
            answer=None if reply is None else reply.said.answer,
            answer_reason=None if reply is None else reply.said.reason,
            consent_until=None if reply is None or reply.said.until_ms is None else time(reply.said.until_ms),
            origin=None if reply is None else reply.ref.origin.text,
            entry=None if reply is None else reply.ref.n,
            signatures=len(signers),
            needed=approval.NEEDED,
        )


def rule(line: OpenLine) -> Release | None:
    """What the agreement in force on a line says of passing on; None where there is none."""
    found = line.fold.standing.in_force
    return None if found is None else found.version.agreement.rules.release


def _number(source: Source) -> int:
    """Of a record of a release; 0 of everything else."""
    return int(source.part) if source.kind == "release" and source.part else 0
