"""What an officer may do with agreements now: each command gives the entries to be written, or `Refused`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from wideberth.desk.agreement_entries import INLINE, Ended, Proposed, Resumed, Signed, Suspended
from wideberth.desk.agreements import Read, Standing, State, Version, phase, standing, why_not_next
from wideberth.errors import Refused
from wideberth.ledger import approval, ids, parts
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Origin
from wideberth.model.agreement import TRANSITIONS, Event


def propose(state: State, data: bytes, read: Read) -> tuple[Part | Proposed, ...]:
    """Put terms to the other party; large ones in parts.

    Raises: Invalid (as `read`), Refused (`agreement.known`, `agreement.not_now`, `agreement.not_next`).
    """
    sha256 = hashlib.sha256(data).digest()
    if sha256 in state.versions:
        raise Refused("agreement.known", "these bytes are proposed already; accepted: sign them")
    version = Version(sha256, read(data), data)
    number = version.agreement.id
    _check_next(standing(state), version, state)
    _check_now(state, number, "proposed")
    if len(data) <= INLINE:
        return (Proposed(number, sha256, data),)
    return (*parts.split(data), Proposed(number, sha256))


def sign(
    state: State, sha256: bytes, approvals: Sequence[Approval], origin: Origin, n: int
) -> tuple[Signed, ...]:
    """Enter officers' signatures of a version; the first is to be entry `n` of `origin`, the author's feed.

    Raises: Refused (`agreement.unknown`, `agreement.not_now`, `agreement.not_next`,
    `agreement.not_counted`).
    """
    version = state.versions.get(sha256)
    if version is None:
        raise Refused("agreement.unknown", f"no terms with SHA-256 {sha256.hex()}; accepted: propose them")
    _check_next(standing(state), version, state)
    _check_now(state, version.agreement.id, "signed")
    papers = state.papers.get(origin.party, Papers())
    for i, each in enumerate(approvals):
        if not approval.approvers(version.subject, [each], origin, n + i, papers):
            raise Refused(
                "agreement.not_counted",
                f"the signature of {ids.base32(each.key)} does not count; accepted: a signature over these "
                f"exact bytes by an officer who is on the roster at entry {n + i}",
            )
    return tuple(map(Signed, approvals))


def suspend(state: State, number: bytes) -> Suspended:
    """Stop keeping to an agreement, at once. Calls go on. Raises: Refused (`agreement.not_now`)."""
    _check_now(state, number, "suspended")
    return Suspended(number)


def resume(state: State, number: bytes, party: str) -> Resumed:
    """Take the own suspension back. Raises: Refused (`agreement.not_now`, `agreement.not_suspended`)."""
    _check_now(state, number, "resumed")
    if party not in standing(state).suspended:
        raise Refused("agreement.not_suspended", "the other party suspended it; accepted: by whom it was")
    return Resumed(number)


def end(state: State, number: bytes) -> Ended:
    """End an agreement for good. Raises: Refused (`agreement.not_now`)."""
    _check_now(state, number, "ended")
    return Ended(number)


def _check_now(state: State, number: bytes, event: Event) -> None:
    now = phase(state, number)
    if event not in TRANSITIONS[now]:
        possible = ", ".join(TRANSITIONS[now]) or "nothing: the next agreement has an id of its own"
        words = f"not {event}: the agreement {ids.base32(number)} is {now}; accepted: {possible}"
        raise Refused("agreement.not_now", words)


def _check_next(found: Standing, version: Version, state: State) -> None:
    why = found.ignored.get(version.sha256) or why_not_next(found, version, state.line)
    if why is not None and all(force.version.sha256 != version.sha256 for force in found.held):
        raise Refused("agreement.not_next", f"{why}; accepted: terms that follow what is in force")
