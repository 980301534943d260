"""An own run of the blind check, opened for an arbiter: by two officers, and never over a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wideberth.blind import audit, check, messages
from wideberth.blind.messages import Masked
from wideberth.desk import blind_audit_entries, blind_entries
from wideberth.desk.blind_entries import Compared
from wideberth.desk.blind_kept import Kept
from wideberth.desk.blind_runs import Run
from wideberth.errors import Invalid, Refused
from wideberth.formats import blind_opening
from wideberth.formats.blind_opening import SCHEMA, BlindOpening
from wideberth.ledger import approval, canonical
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.node import blind_evidence, blind_run
from wideberth.node.blind_audit_views import OpeningTextView
from wideberth.node.open_line import OpenLine

if TYPE_CHECKING:
    from wideberth.node.node import Node

TYPE = "wideberth.opening"


class BlindOpenings:
    """Of one node, whose lock it holds. Methods raise as Node.using, and as is said at each."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def text(self, line: str, session: str) -> OpeningTextView:
        """What two officers are to sign. Raises: Invalid (`line.none`, `blind.no_run`)."""
        with self._node.held():
            found = self._node.of(line)
            self._run(found, session)
            return OpeningTextView(session, _text(found, session).decode())

    def open(self, line: str, session: str, approvals: Sequence[bytes]) -> bytes:
        """The file for an arbiter: the seed, the plans, and all messages of the run.

        Raises: Invalid (`line.none`, `blind.no_run`, as approval.read), Refused (`blind.two`,
            `blind.not_kept`).
        """
        read = [approval.read(each.removesuffix(b"\n")) for each in approvals]
        with self._node.held():
            found = self._node.of(line)
            kept, run = self._run(found, session)
            subject = blind_audit_entries.subject(_text(found, session))
            main = found.state.newest(found.state.party, "main")
            papers = found.fold.state.papers.get(found.state.party, Papers())
            if not approval.approved(subject, read, main.origin, main.written.size, papers):
                words = f"accepted: signatures of {approval.NEEDED} officers on the roster, over its text"
                raise Refused("blind.two", f"not two officers have signed the opening of this run; {words}")
            return blind_opening.write(self._file(found, kept, run))

    def _run(self, line: OpenLine, session: str) -> tuple[Kept, Run]:
        run = line.fold.all.blinds.runs.get(session)
        named = None if run is None or not run.sides[0].bound else run.sides[0].bound[0].commit.session
        kept = None if named is None else self._node.private.blinds.runs.get(named)
        if run is None or kept is None or not run.side(line.state.party).bound:
            raise Invalid("blind.no_run", "run", session, "one that is held, in which this party is bound")
        return kept, run

    def _file(self, line: OpenLine, kept: Kept, run: Run) -> BlindOpening:
        begun = kept.begun
        plans = [each.plan for each in kept.plans if each.plan.id not in kept.left_out]
        document = blind_run.document(plans)
        bound = run.side(line.state.party).bound[0].commit
        if check.plans(begun.seed, begun.session, document) != bound.plans:
            raise Refused("blind.not_kept", "the plans of this run are not known here any more")
        terms = {
            each.sha256: each.data
            for each in (line.fold.named(line.state), line.fold.peers(line.state))
            if each is not None
        }
        return BlindOpening(
            schema=SCHEMA,
            line=line.id,
            party=line.state.party,
            session=run.id,
            from_ms=begun.from_ms,
            until_ms=begun.until_ms,
            terms=[terms[each] for each in sorted(terms)],
            opening=audit.write(audit.Opening(begun.session, begun.role, begun.seed, document)),
            messages=[messages.write(each) for each in self._messages(line, run)],
        )

    def _messages(self, line: OpenLine, run: Run) -> Iterator[messages.Message]:
        """What both sides have sent in a run, as far as it is here."""
        path = self._node.path
        for side in run.sides:
            for number, each in enumerate(side.bound):
                yield each.commit
                masked = blind_evidence.read(path, each.commit)
                if masked is not None:
                    yield Masked(each.commit.session, number, each.commit.role, masked)
                answer = blind_evidence.evaluated(path, each.commit.session, number, each.commit.role)
                if answer is not None:
                    yield answer
            for result in side.results:
                said = blind_entries.read(line.state.feeds[result.at.ref.origin].entries[result.at.ref.n])
                if isinstance(said, Compared):
                    yield said.result


def _text(line: OpenLine, session: str) -> bytes:
    """The exact bytes that two officers of this party sign to open a run."""
    said: dict[str, Value] = {
        "line": line.id,
        "party": line.state.party,
        "session": session,
        "type": TYPE,
        "v": 1,
    }
    return canonical.write(said)
