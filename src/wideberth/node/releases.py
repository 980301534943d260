"""Releases of a node: drawn up, seen exactly, approved by two keys, delivered, recalled. Part of the node.

What has left, and what is taken back, is durable here before it is said on a line, given as a file, or
answered to a link; what a line lacks of it is worked out whenever the line is used. Whether what is another
party's may go further is asked (node.onward) when it is drawn up, and again whenever a copy leaves.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wideberth.desk import release_fields, release_own
from wideberth.desk.inference import Wanted
from wideberth.desk.release_entries import MARK, Delivered
from wideberth.desk.release_own import Own, State
from wideberth.errors import Invalid, Refused
from wideberth.formats.release_file import INDEX, Copy, read_index
from wideberth.ledger import approval, ids, parts
from wideberth.model.release import Caveats, Document, Recipient, Way
from wideberth.node import (
    release_meter,
    release_owed,
    release_records,
    release_shown,
    release_views,
)
from wideberth.node.open_line import Found
from wideberth.node.release_book import Book
from wideberth.node.release_meter import WANTED, MeterView
from wideberth.node.release_owed import Owed
from wideberth.node.release_records import Choice, Chosen
from wideberth.node.release_views import (
    LinkPage,
    RecallNoticeView,
    RecipientView,
    ReleaseLinkView,
    ReleaseView,
)
from wideberth.node.views import time

if TYPE_CHECKING:
    from wideberth.node.node import Node

SECRET = 32
"""Bytes of the secret of a link."""
LONGEST_MS = 30 * 24 * 3_600_000
"""How long a link may lead somewhere (a judgement): what is not fetched by then was not wanted."""


class Releases:
    """Of one node, whose lock all of it holds. Methods raise as Node.using, Node.recording,
    Invalid (`release.none` of what is not there), and as is said at each.
    """

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell
        self.book = Book(node, tell)
        self._owed = Owed(node, self.book, tell)
        self.begin, self.settle = self._owed.begin, self._owed.settle

    # recipients

    def recipients(self) -> list[RecipientView]:
        """All recipients, by their names."""
        with self._node.held():
            state = self.book.state()
            known = sorted(state.recipients.values(), key=lambda each: each.name.casefold())
            return [self._recipient(state, each) for each in known]

    def add_recipient(self, made: Recipient) -> RecipientView:
        """A recipient, or what is known of one anew.

        Raises: as release_own.keep; Invalid (`release.recipient` for a party without a line).
        """
        with self._node.held():
            if made.party is not None and self.book.line_to(made) is None:
                wanted = "the party at the other end of a line, or none: by file or link"
                raise Invalid("release.recipient", "party", made.party, wanted)
            self.book.enter([release_own.keep(made, self.book.state())])
            self._tell(None, Found("release.changed"))
            return self._recipient(self.book.state(), made)

    # drawing up

    def draft(
        self, recipients: Sequence[str], title: str, records: Sequence[Choice], caveats: Caveats
    ) -> list[ReleaseView]:
        """Draw up a release for each of these recipients: each copy is marked for its own.

        Raises: Invalid (`release.recipients`, as release_records.choose and release_own.draft), Refused
        (as Onward.check, release_own.draft).
        """
        if not recipients or len(set(recipients)) < len(recipients):
            raise Invalid("release.recipients", "recipients", list(recipients), "at least one, each once")
        with self._node.held():
            chosen = self._choose(records)
            documents = []
            for name in recipients:
                self._check_recipient(self.book.state(), name)
                documents.append(self._document(_new(), name, title, chosen, caveats))
        # not while the node is held: to set pages takes long, and calls must not wait for it
        marks = [secrets.token_bytes(MARK) for _ in documents]
        drawn = list(map(self.book.copy, documents, marks))
        sources = [each.source for each in chosen]
        with self._node.held():
            state = self.book.state()
            made = [
                release_own.draft(state, document, sources, mark, copy.sha256)
                for document, mark, copy in zip(documents, marks, drawn, strict=True)
            ]
            self.book.enter(made)
            self.book.changed(*(each.release for each in made))
        return [self.one(each.release) for each in made]

    def amend(
        self,
        release: str,
        title: str,
        records: Sequence[Choice],
        caveats: Caveats,
        before: str | None = None,
    ) -> ReleaseView:
        """Draw a draft up anew: what was signed of it counts no more. `before`: the index of the draft from
        which it was made.

        Raises: as `draft`, release_own.amend; Refused (`release.newer`).
        """
        with self._node.held():
            known, chosen = self.book.known(release), self._choose(records)
            release_own.check(known, "amended", self.book.papers(), self.book.now())
            _check_before(known, before)
            document = self._document(release, known.document.recipient, title, chosen, caveats)
        copy, sources = self.book.copy(document, known.drafted.mark), [each.source for each in chosen]
        with self._node.held():
            state, known = self.book.state(), self.book.known(release)
            _check_before(known, before)
            papers, now_ms = self.book.papers(), self.book.now()
            said = release_own.amend(state, known, document, sources, copy.sha256, papers, now_ms)
            self.book.enter([said])
            self.book.changed(release)
            return self.one(release)

    # what it shows

    def all(self) -> list[ReleaseView]:
        """All of them, the newest first, without their records."""
        with self._node.held():
            known = sorted(self.book.state().releases.values(), key=lambda each: (each.at_ms, each.id))
            return [self._view(each, whole=False) for each in reversed(known)]

    def one(self, release: str) -> ReleaseView:
        """One of them."""
        self.book.warm(release)
        with self._node.held():
            return self._view(self.book.known(release), whole=True)

    def preview(self, release: str, file: str) -> bytes:
        """A file of its copy, exactly; two officers sign `release.json`.

        Raises: Invalid (`release.no_file`), Refused (`release.changed`).
        """
        with self._node.held():
            known = self.book.known(release)
        copy = self.book.copy_of(known)
        found = copy.index if file == INDEX else copy.files.get(file)
        if found is None:
            raise Invalid("release.no_file", "file", file, f"{INDEX}, {', '.join(copy.files)}")
        return found

    def index(self, release: str) -> bytes:
        """The exact bytes that two officers sign. Raises: Refused (`release.changed`)."""
        return self.preview(release, INDEX)

    def meter(self, release: str, wanted: Wanted = WANTED) -> MeterView:
        """What its recipient, with its allies, could infer from it and from all that it was told before.

        `wanted`: how little may be known; the smallest grid that keeps to it is said.
        """
        with self._node.held():
            known = self.book.known(release)
            asked = release_meter.asked(self._node, self.book.state(), known)
        return release_meter.shown(asked, wanted)

    # approving and delivering

    def approve(self, release: str, approvals: Sequence[bytes]) -> ReleaseView:
        """Officers' signatures over its exact index.

        Raises: as approval.read, release_own.approve; Refused (`release.no_roster`, `release.changed`).
        """
        read = [approval.read(each.removesuffix(b"\n")) for each in approvals]
        self.book.warm(release)
        with self._node.held():
            known = self.book.known(release)
            self.book.copy_of(known)  # nobody signs what could not be delivered
            papers, now_ms = self.book.papers(), self.book.now()
            before = self.book.roster(known, read, papers)
            self.book.enter([release_own.approve(known, read, before, papers, now_ms)])
            self.book.changed(release)
            return self.one(release)

    def withdraw(self, release: str) -> ReleaseView:
        """Take it back before it has left. Raises: as release_own.withdraw."""
        with self._node.held():
            known = self.book.known(release)
            self.book.enter([release_own.withdraw(known, self.book.papers(), self.book.now())])
            self.book.changed(release)
            return self.one(release)

    def send(self, release: str, role: str) -> ReleaseView:
        """Deliver it on the line to its recipient.

        Raises: as release_own.deliver; Refused (`release.no_line`, `release.too_large`, `release.changed`).
        """
        self.book.warm(release)
        with self._node.held():
            known = self.book.known(release)
            line = self.book.line_to(self.book.state().recipients[known.document.recipient])
            if line is None:
                words = "there is no line to this recipient; accepted: as a file, or by a one-use link"
                raise Refused("release.no_line", words)
            if not release_owed.on(known, line.id):
                data = self.book.ready(known)
                if read_index(self.book.copy_of(known).index).recipient_party != line.state.peer:
                    # what the officers have signed names another, or nobody at the end of a line
                    words = "it was drawn up for this recipient without this line"
                    raise Refused("release.no_line", f"{words}; accepted: drawn up anew, or as a file")
                self._deliver(known, _left(known, data, "line", role, line=line.id))
            # durable as having left: what the line lacks is said now, or whenever it is used next
            with self._node.using(line.id):
                pass
            return self.one(release)

    def save(self, release: str, role: str) -> bytes:
        """Deliver it as a file: the whole copy, durable as having left before it is given.

        Raises: as release_own.deliver; Refused (`release.changed`).
        """
        self.book.warm(release)
        with self._node.held():
            known = self.book.known(release)
            data = self.book.ready(known)
            self._deliver(known, _left(known, data, "file", role))
            return data

    def link(self, release: str, until_ms: int, role: str) -> ReleaseLinkView:
        """Deliver it by a one-use link, until then. The secret is returned here, and kept nowhere.

        Raises: as release_own.deliver; Invalid (`release.until`), Refused (`release.changed`).
        """
        self.book.warm(release)
        with self._node.held():
            known, now_ms = self.book.known(release), self.book.now()
            if not now_ms < until_ms <= now_ms + LONGEST_MS:
                raise Invalid("release.until", "until", time(until_ms), "a time to come, within 30 days")
            data, secret = self.book.ready(known), secrets.token_bytes(SECRET)
            digest = hashlib.sha256(secret).digest()
            self._deliver(known, _left(known, data, "link", role, link=digest, until_ms=until_ms))
            base = self._node.room.relay.pages.base()
            path = f"/d/{ids.base32(secret)}"
            return ReleaseLinkView(release, path, None if base is None else base + path, time(until_ms))

    def receipt(self, release: str, role: str, at_ms: int) -> ReleaseView:
        """Enter by hand that its recipient has it. Raises: as release_own.receipt."""
        with self._node.held():
            known = self.book.known(release)
            papers, now_ms = self.book.papers(), self.book.now()
            self.book.enter([release_own.receipt(known, "file", at_ms, papers, now_ms, role=role)])
            self.book.changed(release)
            return self.one(release)

    def recall(self, release: str, reason: str | None = None) -> ReleaseView:
        """Take it back, whatever has become of it. Raises: as release_own.recall."""
        with self._node.held():
            known = self.book.known(release)
            self.book.enter([release_own.recall(known, reason, self.book.papers(), self.book.now())])
            self.book.changed(release)
            # durable: no link leads to it any more; its recipient's node is told now, or in its turn
            for line in {each.line for _, each in known.delivered if each.line is not None}:
                with self._node.using(line):
                    pass
            return self.one(release)

    def recall_notice(self, release: str) -> RecallNoticeView:
        """What is handed over to whoever has a copy of what was recalled.

        Raises: Refused (`release.not_recalled`).
        """
        with self._node.held():
            known = self.book.known(release)
            if known.recalled is None:
                words = "this release is not recalled; accepted: after wideberth release recall"
                raise Refused("release.not_recalled", words)
            return RecallNoticeView(release, release_shown.recall_notice(known, self.book.name()))

    # one-use links

    def link_leads(self, token: str) -> bool:
        """Whether a link (52 characters of base32) was ever made; nothing is entered.

        Waits for no lock: strangers ask for what is none.
        """
        return release_own.link(self.book.state(), _digest(token)) is not None

    def link_page(self, token: str) -> LinkPage:
        """What its page shows; nothing is entered. Raises: Invalid (`release.no_link`)."""
        with self._node.held():
            return release_shown.link_page(*self._linked(token), self.book.name(), self.book.now())

    def link_fetch(self, token: str) -> bytes | LinkPage:
        """The copy, once; durable that it was fetched before it is given. Else the page that says why not.

        Raises: Invalid (`release.no_link`), Refused (`release.changed`).
        """
        found = release_own.link(self.book.state(), _digest(token))
        if found is not None:
            self.book.warm(found[0].id)
        with self._node.held():
            known, to = self._linked(token)
            now_ms = self.book.now()
            if not release_own.leads(known, to, now_ms):
                return release_shown.link_page(known, to, self.book.name(), now_ms)
            try:
                self.book.check_sources(known.document, known.drafted.sources)
            except Refused:
                # a consent has ended: to whoever asks it is over
                return release_shown.link_page(known, to, self.book.name(), now_ms, over=True)
            data = self.book.zip(known)
            self.book.enter(
                [release_own.receipt(known, "link", now_ms, self.book.papers(), now_ms, link=to.link)]
            )
            self.book.changed(known.id)
            return data

    # how

    def _check_recipient(self, state: State, name: str) -> None:
        if name not in state.recipients:
            wanted = "one that is kept: wideberth release recipient list; or: release recipient add"
            raise Invalid("release.recipient", "recipients", name, wanted)

    def _recipient(self, state: State, found: Recipient) -> RecipientView:
        line = self.book.line_to(found)
        left = sum(
            each.document.recipient == found.name and bool(each.delivered) for each in state.releases.values()
        )
        return release_views.recipient(found, None if line is None else line.id, left)

    def _choose(self, records: Sequence[Choice]) -> tuple[Chosen, ...]:
        return release_records.choose(self._node, records, self.book.name())

    def _document(
        self, release: str, recipient: str, title: str, chosen: Sequence[Chosen], caveats: Caveats
    ) -> Document:
        document = Document(
            id=release,
            by=self._node.party,
            by_name=self.book.name(),
            recipient=recipient,
            made_ms=self.book.now(),
            caveats=caveats,
            title=title,
            records=tuple(each.record for each in chosen),
            exercise=self._node.settings.exercise,
        )
        self.book.check_sources(document, [each.source for each in chosen])
        return release_fields.checked(document)

    def _deliver(self, known: Own, said: Delivered) -> None:
        if said.size > parts.WHOLE:
            words = f"its copy has {said.size:,} bytes"
            raise Refused("release.too_large", f"{words}; accepted: at most {parts.WHOLE:,}: fewer records")
        self.book.enter([release_own.deliver(known, said, self.book.papers(), self.book.now())])
        self.book.changed(known.id)

    def _linked(self, token: str) -> tuple[Own, Delivered]:
        found = release_own.link(self.book.state(), _digest(token))
        if found is None:
            raise Invalid("release.no_link", "link", "a secret", "the link as it was given, whole")
        return found

    def _shown(self, known: Own) -> Copy | None:
        """Its copy; None where it cannot be made as it was: what has become of it is shown all the same."""
        try:
            return self.book.copy_of(known)
        except Refused:
            return None

    def _view(self, known: Own, *, whole: bool) -> ReleaseView:
        copy = self._shown(known) if whole else None
        lines = {each.id: each for each in self._node.all_lines()}
        return release_shown.view(known, copy, lines, self.book.papers(), self.book.now(), whole=whole)


def _check_before(known: Own, before: str | None) -> None:
    """Raises: Refused (`release.newer`)."""
    if before is not None and before != known.drafted.index.hex():
        words = "it was drawn up anew since, and this was not made from that"
        raise Refused("release.newer", f"{words}; accepted: a change of the draft as it stands")


def _new() -> str:
    """The id of a new release."""
    return release_fields.new_id(secrets.token_bytes(16))


def _left(
    known: Own,
    data: bytes,
    way: Way,
    role: str,
    *,
    line: str | None = None,
    link: bytes | None = None,
    until_ms: int | None = None,
) -> Delivered:
    digest = hashlib.sha256(data).digest()
    return Delivered(known.id, way, digest, len(data), line, link, until_ms, role)


def _digest(token: str) -> bytes:
    """Of the secret of a link; of what is none, what no secret has."""
    try:
        return hashlib.sha256(ids.unbase32(token, SECRET, "")).digest()
    except Invalid:
        return b""
