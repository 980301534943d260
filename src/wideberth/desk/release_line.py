"""Releases of a line: what each party gave the other, what was taken and recalled, and what may go further.

A release counts with two keys of its author's roster over its exact index, and not where it is disputed or
its log key is revoked: it permits. A recall counts always: it restricts. So does a refusal to consent; a
consent needs two keys of the originator's roster over its exact text, and a key that turns out to be revoked
takes it back. What silence means: nothing. Who has not answered an asking has not consented.

What a party has told is its own: whoever was told may pass it on only as it says (`may_pass_on`).

The state depends on the set of entries alone, in their order. It holds no papers and no copies, only where
their parts stand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import release_said
from wideberth.desk.case_entries import Ref
from wideberth.desk.release_own import check_two
from wideberth.desk.release_said import About, Answered, Asked, Given, Recalled, Taken
from wideberth.errors import Invalid, Refused
from wideberth.ledger import approval, body, certificate
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Line
from wideberth.ledger.order import Placed
from wideberth.model.agreement import Release
from wideberth.model.release import ASKING, Asking, AskingEvent

KEPT: Final = 500
"""Releases, and askings, of one party that are known on a line; more are only in the record."""
TOLD: Final = 8
"""Times that one release is told, answers to one asking: the newest are looked at."""
UNUSABLE: Final = (
    "this release is recalled, its time is over, or two officers of its author have not signed it"
)
Key = tuple[str, str]


class Telling(Struct, frozen=True):
    """A release as it was told in entry `ref`."""

    said: Given
    ref: Ref
    at_ms: int
    disputed: bool


class Told(Struct, frozen=True):
    """A release that one party gave the other.

    Attributes:
        by: who gave it.
        tellings: each time that it was told, in order; the first that counts is the one (`counted`).
        taken: what the recipient says, and when.
        recalled: that it was taken back, and when.
    """

    by: str
    tellings: tuple[Telling, ...]
    taken: tuple[int, Taken] | None = None
    recalled: tuple[int, Recalled] | None = None

    @property
    def key(self) -> Key:
        """Who gave it, and its id."""
        return self.by, self.tellings[0].said.release


class Reply(Struct, frozen=True):
    """An answer to an asking, in entry `ref`."""

    said: Answered
    ref: Ref
    at_ms: int
    disputed: bool


class Put(Struct, frozen=True):
    """An asking: by whom, and what was answered, in order."""

    by: str
    said: Asked
    ref: Ref
    at_ms: int
    replies: tuple[Reply, ...] = ()

    @property
    def key(self) -> Key:
        """Who asks, and its id."""
        return self.by, self.said.asked


class State(Struct, frozen=True):
    """The releases and askings of a line, by who gave or asked, and id; in the order in which they came."""

    line: Line
    releases: Map[Key, Told] = Map()
    askings: Map[Key, Put] = Map()


class Standing(NamedTuple):
    """Where an asking stands, and the answer that makes it so."""

    phase: Asking
    reply: Reply | None = None


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold."""
    entry, header = placed.entry, placed.entry.header
    if not body.understood(entry, release_said.KNOWN):
        return state
    try:
        said = release_said.read(entry)
    except Invalid:
        return state  # kept and shown as what it is; nothing of it counts
    author, ref = header.origin.party, Ref(header.origin, header.n)
    other = state.line.other(author)
    match said:
        case Given():
            return _told(state, author, Telling(said, ref, header.at_ms, placed.disputed))
        case Recalled():
            known = state.releases.get((author, said.release))
            if known is None or known.recalled is not None:
                return state
            return _with(state, structs.replace(known, recalled=(header.at_ms, said)))
        case Taken():
            known = state.releases.get((other, said.release))
            there = known is not None and any(each.said.sha256 == said.sha256 for each in known.tellings)
            if known is None or not there or known.taken is not None:
                return state
            return _with(state, structs.replace(known, taken=(header.at_ms, said)))
        case Asked():
            made = Put(author, said, ref, header.at_ms)
            full = sum(by == author for by, _ in state.askings) >= KEPT
            return state if made.key in state.askings or full else _asking(state, made)
    put = state.askings.get((other, said.asked))
    if put is None:
        return state
    reply = Reply(said, ref, header.at_ms, placed.disputed)
    return _asking(state, structs.replace(put, replies=(*put.replies, reply)[-TOLD:]))


def signers(told: Told, telling: Telling, papers: Mapping[str, Papers]) -> frozenset[bytes]:
    """The officers' keys of its author's that count under a release as it was told."""
    if telling.disputed or _void(telling.ref, papers):
        return frozenset()
    said, ref = telling.said, telling.ref
    return approval.approvers(said.subject, said.approvals, ref.origin, ref.n, _of(told.by, papers))


def counted(told: Told, papers: Mapping[str, Papers]) -> Telling | None:
    """The telling that counts: two distinct keys on its author's roster have signed its exact index."""
    return next((each for each in told.tellings if len(signers(told, each, papers)) >= approval.NEEDED), None)


def usable(told: Told, papers: Mapping[str, Papers], at_ms: int) -> Telling | None:
    """The copy that may be used at this time.

    None where two keys do not count, it is recalled, or its time is over.
    """
    found = counted(told, papers)
    if found is None or told.recalled is not None:
        return None
    until = found.said.caveats.expires_ms
    return None if until is not None and at_ms >= until else found


def standing(state: State, put: Put, papers: Mapping[str, Papers], at_ms: int) -> Standing:
    """Where an asking stands at this time: the newest answer that is one."""
    for each in reversed(put.replies):
        until = each.said.until_ms
        if until is None:
            return Standing("declined", each)
        if len(consenters(state, put, each, papers)) >= approval.NEEDED:
            return Standing("lapsed" if at_ms >= until else "consented", each)
        if len(_signed_by(state, put, each, papers, ever=True)) >= approval.NEEDED:
            return Standing("lapsed", each)
    return Standing("asked")


def consenters(state: State, put: Put, reply: Reply, papers: Mapping[str, Papers]) -> frozenset[bytes]:
    """The officers' keys of the originator that count under a consent; none under a refusal."""
    if reply.disputed or _void(reply.ref, papers):
        return frozenset()
    return _signed_by(state, put, reply, papers, ever=False)


def consent(
    state: State, about: About, number: int, recipient: str, papers: Mapping[str, Papers], at_ms: int
) -> Put | None:
    """The asking under which a record may go to a recipient at this time; None where there is none.

    `number`: of a record of a release; 0 for everything else.
    """
    for put in state.askings.values():
        said = put.said
        meant = said.about == about and said.recipient == recipient
        covered = not said.records or number in said.records
        if meant and covered and standing(state, put, papers, at_ms).phase == "consented":
            return put
    return None


def may_pass_on(
    state: State,
    party: str,
    about: About,
    number: int,
    recipient: str,
    papers: Mapping[str, Papers],
    rule: Release | None,
    at_ms: int,
) -> Refused | None:
    """Why something that the other party of the line told may not go to a recipient; None where it may.

    The narrower of what the agreement says and of what the release says holds: with `onward` false a release
    goes to nobody but those that it names, "never" in an agreement is never.

    Args:
        state: of the line.
        party: whose node this is.
        about: what was told.
        number: of the record of a release; 0 for everything else.
        recipient: to whom, by name.
        papers: of both parties.
        rule: what the agreement in force says; None without one, which is "never" but for releases.
        at_ms: now.
    """
    given = None
    if about.kind == "release":
        told = state.releases.get((state.line.other(party), about.id))
        given = None if told is None else usable(told, papers, at_ms)
        if given is None:
            return Refused(
                "release.not_to_use",
                f"{UNUSABLE}; accepted: one that may be used",
            )
    if _free(given, rule, recipient):
        return None
    if _never(given, rule):
        return Refused(
            "release.onward_never",
            f"what another party told may not go to {recipient}: it goes to nobody else; accepted: what its "
            "author releases to it",
        )
    if consent(state, about, number, recipient, papers, at_ms) is not None:
        return None
    return Refused(
        "release.no_consent",
        f"what another party told goes to {recipient} with its author's signed consent only, which is not "
        "there; accepted: after wideberth release ask, for as long as it consents",
    )


def give(said: Given, before: Ref, papers: Papers) -> Given:
    """A release that counts when it is told as entry `before`. Raises: as check_two."""
    check_two(said.subject, said.approvals, before, papers)
    return said


def take(told: Told, role: str, papers: Mapping[str, Papers], at_ms: int) -> Taken:
    """An officer takes a release of the other party's.

    Raises: Refused (`release.not_to_use` for one that may not be used).
    """
    found = usable(told, papers, at_ms)
    if found is None:
        raise Refused("release.not_to_use", f"{UNUSABLE}; accepted: one that may be used")
    return Taken(told.key[1], found.said.sha256, role)


def ask(state: State, said: Asked, author: str, at_ms: int) -> Asked:
    """Ask whether something may go on.

    Raises: Refused (`release.full`), Invalid (`release.until`, as release_said.read_value).
    """
    release_said.read_value(Asked.TYPE, release_said.write(said))
    if sum(by == author for by, _ in state.askings) >= KEPT:
        raise Refused("release.full", f"{KEPT} were asked on this line; accepted: those that are asked")
    if said.until_ms <= at_ms:
        raise Invalid("release.until", "until_ms", said.until_ms, "a time that is to come")
    return said


def answer(
    put: Put,
    originator: str,
    until_ms: int,
    approvals: Sequence[Approval],
    before: Ref,
    papers: Papers,
    at_ms: int,
) -> Answered:
    """Consent, until a time, with officers' signatures over the text that release_said.consent_text has.

    Raises: Refused (as check_two), Invalid (`release.until`).
    """
    if until_ms <= at_ms:
        raise Invalid("release.until", "until_ms", until_ms, "a time that is to come")
    text = release_said.consent_text(put.by, originator, put.said, until_ms)
    check_two(release_said.subject(text), approvals, before, papers)
    return Answered(put.said.asked, "consent", until_ms, tuple(approvals))


def event(before: Asking, after: Asking) -> AskingEvent | None:
    """What the table calls a step; None where it is none of it."""
    return next((each for each, then in ASKING[before].items() if then == after), None)


def _signed_by(
    state: State, put: Put, reply: Reply, papers: Mapping[str, Papers], *, ever: bool
) -> frozenset[bytes]:
    """The officers' keys under a consent; `ever`: also those that were revoked."""
    if reply.said.until_ms is None:
        return frozenset()
    originator = state.line.other(put.by)
    text = release_said.consent_text(put.by, originator, put.said, reply.said.until_ms)
    of, where = _of(originator, papers), reply.ref
    known = Papers(of.certificates) if ever else of
    subject = release_said.subject(text)
    return approval.approvers(subject, reply.said.approvals, where.origin, where.n, known)


def _free(given: Telling | None, rule: Release | None, recipient: str) -> bool:
    """Whether the author has said beforehand that this recipient may have it."""
    named: Collection[str] = () if rule is None else rule.recipients
    if given is None:
        return recipient in named
    caveats = given.said.caveats
    if recipient in caveats.release_to:
        return True
    if not caveats.onward:
        return False
    return recipient in named or (not caveats.originator_control and not _never(given, rule))


def _never(given: Telling | None, rule: Release | None) -> bool:
    if given is not None and not given.said.caveats.onward:
        return True
    return (given is None) if rule is None else rule.onward == "never"


def _told(state: State, author: str, telling: Telling) -> State:
    known = state.releases.get((author, telling.said.release))
    if known is not None:
        return _with(state, structs.replace(known, tellings=(*known.tellings, telling)[-TOLD:]))
    if sum(by == author for by, _ in state.releases) >= KEPT:
        return state
    return _with(state, Told(author, (telling,)))


def _with(state: State, told: Told) -> State:
    return structs.replace(state, releases=state.releases.set(told.key, told))


def _asking(state: State, put: Put) -> State:
    return structs.replace(state, askings=state.askings.set(put.key, put))


def _of(party: str, papers: Mapping[str, Papers]) -> Papers:
    return papers.get(party, Papers())


def _void(ref: Ref, papers: Mapping[str, Papers]) -> bool:
    return certificate.void(ref.origin, ref.n, papers.get(ref.origin.party, Papers()))
