"""What all that a node does with own releases stands on: what is known of them, their copies, their signers.

Part of the node; whoever calls holds it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wideberth.desk import release_entries, release_fields, release_own
from wideberth.desk.case_entries import Ref
from wideberth.desk.release_entries import Source
from wideberth.desk.release_own import Own, State
from wideberth.errors import Invalid, Refused
from wideberth.formats.release_file import Copy
from wideberth.ledger import approval, certificate
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.model.release import Document, Recipient
from wideberth.node import release_copy
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.telling import tell_all

if TYPE_CHECKING:
    from wideberth.node.node import Node

COPIES: Final = 8
"""Copies that are kept made: a page of one takes long to set."""


class Book:
    """Of one node, which is held by whoever calls. Methods raise Invalid (`release.none` of what is not
    there), and as is said at each.
    """

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell
        self._made: dict[bytes, Copy] = {}
        self._making = threading.Lock()
        """Of `_made` alone, and for moments only: nothing is made, and the node is not asked, under it."""

    def now(self) -> int:
        """POSIX ms."""
        return self._node.clock.now()

    def state(self) -> State:
        """All own releases and recipients."""
        return self._node.private.releases

    def known(self, release: str) -> Own:
        """One of them."""
        found = self.state().releases.get(release)
        if found is None:
            wanted = "a release of this party's: wideberth release list"
            raise Invalid("release.none", "release", release, wanted)
        return found

    def line_to(self, recipient: Recipient) -> OpenLine | None:
        """The line to a recipient, if there is one."""
        some = [each for each in self._node.all_lines() if each.state.peer == recipient.party]
        return some[0] if some else None

    def name(self) -> str:
        """What this party calls itself (node.toml), else as an agreement does, else its identity."""
        if self._node.settings.name:
            return self._node.settings.name
        for line in self._node.all_lines():
            force = line.fold.standing.in_force
            if force is not None:
                return force.version.agreement.label(self._node.party)
        return self._node.party

    def check_sources(self, document: Document, sources: Sequence[Source]) -> None:
        """What another party told goes no further than it consents, now. Raises: as Onward.check."""
        self._node.room.onward.check(sources, document.recipient, self.now())

    def papers(self) -> Papers:
        """All that is known of this party's keys, on whichever line it came."""
        found: dict[str, certificate.Paper] = {}
        for line in self._node.all_lines():
            held = line.fold.state.papers.get(self._node.party, Papers())
            papers: tuple[certificate.Paper, ...] = (*held.certificates, *held.revocations)
            found |= {repr(each): each for each in papers}
        return certificate.papers(found.values())

    def roster(self, known: Own, approvals: Sequence[Approval], papers: Papers) -> Ref:
        """The entry at which the officers are to be on the roster: of the line it goes to, or one that has
        them. Raises: Refused (`release.no_roster`).
        """
        to = self.line_to(self.state().recipients[known.document.recipient])
        lines = [*([] if to is None else [to]), *self._node.all_lines()]
        places = [line.state.newest(self._node.party, "main") for line in lines]
        refs = [Ref(each.origin, each.written.size) for each in places]
        if not refs:
            words = "no officer is on the roster of a line yet; accepted: when this party has a line"
            raise Refused("release.no_roster", words)
        subject = known.drafted.subject

        def counts(ref: Ref) -> int:
            return len(approval.approvers(subject, approvals, ref.origin, ref.n, papers))

        return refs[0] if to is not None else max(refs, key=counts)

    def copy(self, document: Document, mark: bytes) -> Copy:
        """As it is made now."""
        return self._copy(document, mark, self._party(document), pdf=release_copy.can_pdf())

    def warm(self, release: str) -> None:
        """Make its copy before the node is held for what needs it: calls do not wait while pages are set."""
        known = self.state().releases.get(release)
        if known is not None:
            with suppress(Refused):
                self.copy_of(known)

    def copy_of(self, known: Own) -> Copy:
        """As it was drawn up, also where there was no line to its recipient then, or no PDF.

        Raises: Refused (`release.changed`).
        """
        document, mark = known.document, known.drafted.mark
        can, party = release_copy.can_pdf(), self._party(document)
        for pdf in (True, False) if can else (False,):
            for to in dict.fromkeys((party, None)):
                copy = self._copy(document, mark, to, pdf=pdf)
                if copy.sha256 == known.drafted.index:
                    return copy
        words = (
            "this program, as it is installed here now, writes its copy otherwise than when it was drawn up"
        )
        raise Refused("release.changed", f"{words}; accepted: drawn up anew, and approved again")

    def zip(self, known: Own) -> bytes:
        """The whole file of its copy. Raises: Refused (`release.changed`)."""
        copy = self.copy_of(known)
        signed = max(known.signed, key=lambda each: each.at_ms)
        return release_copy.whole(copy, signed, self._node.identity, self._node.private.papers)

    def ready(self, known: Own) -> bytes:
        """The whole copy of what may leave now. Raises: as release_own.check, Onward.check."""
        release_own.check(known, "delivered", self.papers(), self.now())
        self.check_sources(known.document, known.drafted.sources)
        return self.zip(known)

    def _party(self, document: Document) -> str | None:
        found = self.state().recipients.get(document.recipient)
        return None if found is None else found.party

    def _copy(self, document: Document, mark: bytes, party: str | None, *, pdf: bool) -> Copy:
        """Made again, or kept: it is a function of all these."""
        said = f"{party} {pdf}".encode() + mark + release_fields.write_document(document)
        key = hashlib.sha256(said).digest()
        with self._making:
            found = self._made.get(key)
        if found is None:
            found = release_copy.make(document, mark, self._node.identity, party, pdf=pdf)
            with self._making:
                while len(self._made) >= COPIES:
                    del self._made[next(iter(self._made))]
                self._made[key] = found
        return found

    def enter(self, said: Sequence[release_entries.Said]) -> None:
        """Enter, durably, in one commit. Raises: as release_entries.to_write, Node.recording."""
        values = [each for one in said for each in release_entries.to_write(one)]
        with self._node.recording() as private:
            private.write(values, self.now())

    def changed(self, *releases: str) -> None:
        """Tell whoever follows the node."""
        tell_all(self._tell, None, "release.changed", releases)
