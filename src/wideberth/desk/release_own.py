"""Own releases: drawn up, approved by two officers, delivered, received, recalled. What an officer may do.

The state is of the private feed. It holds no papers: whether what officers have signed counts is judged by
all that are known by now, so that a revocation that comes late makes an approval none. What has left has
left: nothing but a recall takes a copy back. What silence means: nothing; a copy that nobody has confirmed
was delivered, and that is all that is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk.case_entries import Ref
from wideberth.desk.release_entries import (
    Approved,
    Delivered,
    Drafted,
    Kept,
    Recalled,
    Received,
    Said,
    Source,
    Withdrawn,
)
from wideberth.desk.release_fields import APPROVALS, checked
from wideberth.errors import Invalid, Refused
from wideberth.ledger import approval, ids
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Origin
from wideberth.model.release import TRANSITIONS, Document, Event, Phase, Recipient, Way

RECIPIENTS: Final = 1_000
RELEASES: Final = 5_000
DELIVERIES: Final = 200
"""Copies of one release that may leave."""
_TWO: Final = "each by a key of their own: wideberth key approve --what release"


class Signed(Struct, frozen=True):
    """Signatures, and the entry at which their officers are to be on the roster."""

    approvals: tuple[Approval, ...]
    before: Ref
    at_ms: int


class Own(Struct, frozen=True):
    """A release: the newest draft of it, and what became of it. `at_ms`: when it was drawn up first."""

    drafted: Drafted
    at_ms: int
    signed: tuple[Signed, ...] = ()
    withdrawn_ms: int | None = None
    delivered: tuple[tuple[int, Delivered], ...] = ()
    """With the time of each, POSIX ms."""
    received: tuple[tuple[int, Received], ...] = ()
    recalled: tuple[int, Recalled] | None = None

    @property
    def document(self) -> Document:
        """What is released."""
        return self.drafted.document

    @property
    def id(self) -> str:
        """Of the release."""
        return self.drafted.release

    @property
    def expires_ms(self) -> int | None:
        """Until when it may be used."""
        return self.document.caveats.expires_ms


class State(Struct, frozen=True):
    """Recipients by name, releases by id; each in the order in which they came."""

    recipients: Map[str, Recipient] = Map()
    releases: Map[str, Own] = Map()


def evolve(state: State, said: Said, at_ms: int) -> State:
    """The step of the fold; `at_ms`: of the entry. What the printed table does not have changes nothing."""
    if isinstance(said, Kept):
        return structs.replace(state, recipients=state.recipients.set(said.recipient.name, said.recipient))
    known = state.releases.get(said.release)
    if isinstance(said, Drafted):
        return _drafted(state, known, said, at_ms)
    if known is None:
        return state
    match said:
        case Approved():
            made = Signed(said.approvals, said.before, at_ms)
            if _open(known, at_ms) and not _over(known, at_ms):
                known = structs.replace(known, signed=(*known.signed, made))
        case Withdrawn():
            known = structs.replace(known, withdrawn_ms=at_ms) if _open(known, at_ms) else known
        case Delivered():
            if _signed(known) and known.withdrawn_ms is None and not _over(known, at_ms):
                known = structs.replace(known, delivered=(*known.delivered, (at_ms, said)))
        case Received():
            if known.delivered:
                known = structs.replace(known, received=(*known.received, (at_ms, said)))
        case _:
            if known.delivered:
                known = structs.replace(known, recalled=known.recalled or (at_ms, said))
    return _with(state, known)


def approvers(known: Own, papers: Papers) -> frozenset[bytes]:
    """The officers' keys that count under the newest draft; `papers`: of this party, on all its lines.

    Signatures that were entered one by one count together where their officers are on one roster.
    """
    by_feed: dict[Origin, frozenset[bytes]] = {}
    for each in known.signed:
        where = each.before
        found = approval.approvers(known.drafted.subject, each.approvals, where.origin, where.n, papers)
        by_feed[where.origin] = by_feed.get(where.origin, frozenset()) | found
    return max(by_feed.values(), key=len, default=frozenset())


def approved(known: Own, papers: Papers) -> bool:
    """Whether two distinct keys on the roster have signed the exact index of its newest draft."""
    return len(approvers(known, papers)) >= approval.NEEDED


def phase(known: Own, papers: Papers, now_ms: int) -> Phase:
    """Where a release stands, by all papers that are known, at this time."""
    if known.recalled is not None:
        return "recalled"
    if known.withdrawn_ms is not None:
        return "withdrawn"
    left = bool(known.delivered)
    if not left and not approved(known, papers):  # also of one that two keys have signed that were revoked
        return "draft"
    if known.expires_ms is not None and now_ms >= known.expires_ms:
        return "expired"
    if not left:
        return "approved"
    return "received" if known.received else "delivered"


def event(before: Phase, after: Phase) -> Event | None:
    """What the table calls a step; None where it is none of it."""
    return next((each for each, then in TRANSITIONS[before].items() if then == after), None)


def link(state: State, secret_sha256: bytes) -> tuple[Own, Delivered] | None:
    """The release that a one-use link leads to, whether or not it still may be fetched."""
    return next(
        (
            (known, each)
            for known in state.releases.values()
            for _, each in known.delivered
            if each.link == secret_sha256
        ),
        None,
    )


def leads(known: Own, to: Delivered, now_ms: int) -> bool:
    """Whether a link still leads to its copy: not fetched yet, not recalled, its time not over."""
    fetched = any(each.link is not None and each.link == to.link for _, each in known.received)
    late = to.until_ms is None or now_ms >= to.until_ms
    return not (fetched or late or known.recalled is not None or _over(known, now_ms))


def keep(recipient: Recipient, state: State) -> Kept:
    """Enter a recipient, or change it.

    Raises: Invalid (`release.recipient` where an ally is unknown, or is itself), Refused (`release.full`).
    """
    for each in recipient.allies:
        if each == recipient.name or each not in state.recipients:
            raise Invalid("release.recipient", "allies", each, "another recipient: release recipient list")
    if recipient.name not in state.recipients and len(state.recipients) >= RECIPIENTS:
        raise Refused("release.full", f"{RECIPIENTS:,} recipients are kept; accepted: one of them")
    return Kept(recipient)


def draft(state: State, document: Document, sources: Sequence[Source], mark: bytes, index: bytes) -> Drafted:
    """Draw up a release; `mark`: MARK random bytes.

    Raises: Invalid (as release_fields.checked; `release.recipient`, `release.expires`), Refused
    (`release.full`).
    """
    if document.id in state.releases or len(state.releases) >= RELEASES:
        raise Refused("release.full", f"{len(state.releases):,} releases are kept; accepted: with a new id")
    return Drafted(_fit(state, document), tuple(sources), mark, index)


def amend(
    state: State,
    known: Own,
    document: Document,
    sources: Sequence[Source],
    index: bytes,
    papers: Papers,
    now_ms: int,
) -> Drafted:
    """Draw up a draft anew; what was signed counts for the former only. It keeps its mark.

    Raises: Invalid (as draft), Refused (`release.not_now`).
    """
    check(known, "amended", papers, now_ms)
    fit = _fit(state, structs.replace(document, id=known.id))
    return Drafted(fit, tuple(sources), known.drafted.mark, index, known.drafted.version + 1)


def withdraw(known: Own, papers: Papers, now_ms: int) -> Withdrawn:
    """Take back what has not left. Raises: Refused (`release.not_now`)."""
    check(known, "withdrawn", papers, now_ms)
    return Withdrawn(known.id)


def approve(known: Own, approvals: Sequence[Approval], before: Ref, papers: Papers, now_ms: int) -> Approved:
    """Officers' signatures over the index, two or more that count at the entry `before`.

    Raises: Refused (`release.not_now`, `release.not_counted`, `release.two`).
    """
    check(known, "approved", papers, now_ms)
    if _over(known, now_ms):
        raise Refused("release.not_now", "its time is over; accepted: drawn up anew, with another")
    check_two(known.drafted.subject, approvals, before, papers)
    return Approved(known.id, tuple(approvals), before)


def deliver(known: Own, said: Delivered, papers: Papers, now_ms: int) -> Delivered:
    """A copy leaves, or leaves again.

    Raises: Refused (`release.not_now`, `release.full`), Invalid (`release.until` for the time of a link).
    """
    check(known, "delivered", papers, now_ms)
    if len(known.delivered) >= DELIVERIES:
        raise Refused("release.full", f"{DELIVERIES} copies have left; accepted: a release of its own")
    if said.until_ms is not None and said.until_ms <= now_ms:
        raise Invalid("release.until", "until_ms", said.until_ms, "a time that is to come")
    return said


def receipt(
    known: Own, way: Way, at_claimed_ms: int, papers: Papers, now_ms: int,
    *, line: str | None = None, link: bytes | None = None, role: str | None = None,
) -> Received:  # fmt: skip
    """The recipient has it: by its entry on `line`, the fetch of `link`, or as somebody in `role` enters.

    Raises: Refused (`release.not_now`), Invalid (`release.until` for a time to come).
    """
    check(known, "received", papers, now_ms)
    if at_claimed_ms > now_ms:
        raise Invalid("release.until", "at_claimed_ms", at_claimed_ms, "a time that is over")
    return Received(known.id, way, at_claimed_ms, line, link, role)


def recall(known: Own, reason: str | None, papers: Papers, now_ms: int) -> Recalled:
    """Take it back. Raises: Refused (`release.not_now`)."""
    check(known, "recalled", papers, now_ms)
    return Recalled(known.id, reason)


def check(known: Own, event: Event, papers: Papers, now_ms: int) -> None:
    """Whether the table has this event where a release stands. Raises: Refused (`release.not_now`)."""
    now = phase(known, papers, now_ms)
    if event not in TRANSITIONS[now]:
        possible = ", ".join(TRANSITIONS[now]) or "nothing more: another release"
        raise Refused("release.not_now", f"not {event}: this release is {now}; accepted: {possible}")


def check_two(subject: approval.Subject, approvals: Sequence[Approval], before: Ref, papers: Papers) -> None:
    """Two officers on the roster at the entry `before` have signed exactly this, and nobody else has.

    Raises: Refused (`release.not_counted`, `release.two`).
    """
    for each in approvals:
        if not approval.approvers(subject, [each], before.origin, before.n, papers):
            raise Refused(
                "release.not_counted",
                f"the signature of {ids.base32(each.key)} does not count; accepted: one over these very "
                "bytes by an officer who is on the roster",
            )
    found = len({each.key for each in approvals})
    if found < approval.NEEDED or len(approvals) > APPROVALS:
        words = f"{found} officers have signed; accepted: {approval.NEEDED} to {APPROVALS}"
        raise Refused("release.two", f"{words}, {_TWO}")


def _drafted(state: State, known: Own | None, said: Drafted, at_ms: int) -> State:
    if known is None:
        return _with(state, Own(said, at_ms)) if said.version == 1 else state
    if not _open(known, at_ms) or said.version <= known.drafted.version:
        return state
    return _with(state, structs.replace(known, drafted=said, signed=()))


def _fit(state: State, document: Document) -> Document:
    if document.recipient not in state.recipients:
        wanted = "one that is kept: wideberth release recipient list"
        raise Invalid("release.recipient", "recipient", document.recipient, wanted)
    expires = document.caveats.expires_ms
    if expires is not None and expires <= document.made_ms:
        raise Invalid("release.expires", "caveats.expires_ms", expires, "a time that is to come")
    return checked(document)


def _open(known: Own, at_ms: int) -> bool:
    """Whether nothing has left, and nothing has ended it."""
    ended = known.withdrawn_ms is not None or (_signed(known) and _over(known, at_ms))
    return not ended and not known.delivered


def _signed(known: Own) -> bool:
    """Whether two keys have signed its index; whose they are, the papers say."""
    subject = known.drafted.subject
    keys = {
        each.key
        for some in known.signed
        for each in some.approvals
        if each.subject == subject and approval.verifies(each)
    }
    return len(keys) >= approval.NEEDED


def _over(known: Own, at_ms: int) -> bool:
    return known.recalled is not None or (known.expires_ms is not None and at_ms >= known.expires_ms)


def _with(state: State, known: Own) -> State:
    return structs.replace(state, releases=state.releases.set(known.id, known))
