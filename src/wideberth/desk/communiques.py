"""Communiqués of a line: put, signed, differed from, published, withdrawn. What an officer may do with one.

A version is known by the SHA-256 of its canonical text. Either party of a line may put one, and sign one; it
is a party's when two officers of it have signed that very text, each by a key of the roster. On a line there
are two parties; of a communiqué of more, each line has what its own two say, with the same bytes, and `stand`
puts them together. A party whose signature stands on no line of this node has not signed, as far as is known
here. What silence means: nothing.

The state depends on the set of entries alone, in their order. It holds no texts, only where they stand, and
no papers: whether a signature counts is judged by all that are known by now, so that a revocation that comes
late takes it back (LINE 14: it permits).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import communique_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.communique_entries import Differed, Put, Shown, Signed, Withdrawn
from wideberth.errors import Invalid, Refused
from wideberth.ledger import approval, body, certificate, ids
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Line
from wideberth.ledger.order import Placed
from wideberth.model.communique import TRANSITIONS, Event, Phase

KEPT: Final = 500
"""Communiqués of a line; more are only in the record."""
VERSIONS: Final = 50
"""Versions of one that one party may put; more are only in the record."""
WORDS: Final = 20
"""Signatures and differences of one party on one version that are looked at; more are only in the record."""
Public: TypeAlias = Literal["published", "withdrawn"]
About: TypeAlias = Signed | Differed | Shown | Withdrawn


class Signature(Struct, frozen=True):
    """Signatures of officers of `by`, and the entry of its main feed in which they count."""

    by: str
    ref: Ref
    at_ms: int
    approvals: tuple[Approval, ...]
    disputed: bool = False


class Difference(Struct, frozen=True):
    """Where `by` differs: in the entry `ref`; what it would have instead is read from there."""

    by: str
    ref: Ref
    at_ms: int
    differences: str


class Page(Struct, frozen=True):
    """What a party says of its public pages, last."""

    what: Public
    at_ms: int
    why: str | None = None


class Draft(Struct, frozen=True):
    """A version: by whom it was put, its number, parties and SHA-256, and the entry that says so.

    `words` are what parties say to it, in order; `pages` what they say of their public pages, by party.
    """

    by: str
    version: int
    parties: tuple[str, ...]
    sha256: bytes
    ref: Ref
    at_ms: int
    words: tuple[Signature | Difference, ...] = ()
    pages: Map[str, Page] = Map()

    def signatures(self, party: str) -> tuple[Signature, ...]:
        """All of a party's, whether they count or not."""
        return tuple(each for each in self.words if isinstance(each, Signature) and each.by == party)


class State(Struct, frozen=True):
    """The communiqués of a line: the versions of each, by its id, in the order in which they were put."""

    line: Line
    communiques: Map[str, tuple[Draft, ...]] = Map()


class Standing(Struct, frozen=True):
    """Where a version stands, over all lines, by all papers that are known.

    `signed`: parties whose signatures count. `differing`: parties that have recorded a difference since.
    `off`: others that have withdrawn it. `here`: what this party has done with its own pages, last.
    """

    parties: tuple[str, ...]
    signed: frozenset[str] = frozenset()
    differing: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    here: Public | None = None

    @property
    def whole(self) -> bool:
        """Whether every party has signed this very text."""
        return self.signed >= set(self.parties)

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        if self.here is not None:
            return self.here
        if self.off:
            return "withdrawn"
        if self.differing:
            return "differing"
        if self.whole:
            return "approved"
        return "signed by some" if self.signed else "draft"


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold: what does not follow from what is there changes nothing."""
    entry, header = placed.entry, placed.entry.header
    if not body.understood(entry, communique_entries.KNOWN):
        return state
    try:
        said = communique_entries.read(entry)
    except Invalid:
        return state  # kept and shown as what it is; nothing of it counts
    author, ref = header.origin.party, Ref(header.origin, header.n)
    if isinstance(said, Put):
        put = Draft(author, said.version, said.parties, said.sha256, ref, header.at_ms)
        return _put(state, said.communique, put)
    some = state.communiques.get(said.communique, ())
    known = next((each for each in some if each.sha256 == said.sha256), None)
    if known is None:
        return state
    made = with_said(known, author, said, ref, header.at_ms, disputed=placed.disputed)
    if made is known:
        return state
    changed = tuple(made if each is known else each for each in some)
    return structs.replace(state, communiques=state.communiques.set(said.communique, changed))


def with_said(
    known: Draft, author: str, said: About, ref: Ref, at_ms: int, *, disputed: bool = False
) -> Draft:
    """A version after what one of its parties says about it."""
    match said:
        case Signed() | Differed():
            if sum(each.by == author for each in known.words) >= WORDS:
                return known
            word: Signature | Difference = (
                Signature(author, ref, at_ms, said.approvals, disputed)
                if isinstance(said, Signed)
                else Difference(author, ref, at_ms, said.differences)
            )
            return structs.replace(known, words=(*known.words, word))
        case Shown():
            return structs.replace(known, pages=known.pages.set(author, Page("published", at_ms)))
    page = Page("withdrawn", at_ms, said.why)
    return structs.replace(known, pages=known.pages.set(author, page))


def signers(draft: Draft, party: str, papers: Mapping[str, Papers]) -> frozenset[bytes]:
    """The keys of this party's officers that count under a version; empty where fewer than two do."""
    found = (_counting(draft, each, papers) for each in draft.signatures(party))
    return max(found, key=len, default=frozenset())


def said_to(draft: Draft, papers: Mapping[str, Papers]) -> Mapping[str, Signature | Difference]:
    """The last word of each party that counts: a signature that does, or a difference.

    Who signs after all differs no more; who differs has not signed. What all have signed is not unsaid by a
    difference: it is withdrawn.
    """
    found: dict[str, Signature | Difference] = {}
    for each in draft.words:
        if isinstance(each, Difference):
            if not all(isinstance(found.get(party), Signature) for party in draft.parties):
                found[each.by] = each
        elif _counting(draft, each, papers):
            found[each.by] = each
    return found


def stand(
    drafts: Iterable[tuple[Draft, Mapping[str, Papers]]], me: str, here: Public | None = None
) -> Standing:
    """Where one version stands, of what each line, or the private feed, has of it, with the papers there.

    `here`: what the private feed says of the own pages; a draft that is withdrawn is so on its lines.
    """
    signed, differing, off = set[str](), set[str](), set[str]()
    parties: tuple[str, ...] = ()
    for draft, papers in drafts:
        parties = draft.parties
        for party, word in said_to(draft, papers).items():
            (signed if isinstance(word, Signature) else differing).add(party)
        off |= {party for party, page in draft.pages.items() if page.what == "withdrawn"}
    own: Public | None = here or ("withdrawn" if me in off else None)
    return Standing(parties, frozenset(signed - differing), frozenset(differing), frozenset(off - {me}), own)


def void(drafts: Iterable[tuple[Draft, Mapping[str, Papers]]]) -> frozenset[str]:
    """Parties that have signed somewhere and whose signatures count nowhere by now.

    Of whom nothing is known here, neither entries nor papers, nothing is void.
    """
    said, count = set[str](), set[str]()
    for draft, papers in drafts:
        for party in {each.by for each in draft.words if isinstance(each, Signature)}:
            if papers.get(party, Papers()).certificates:
                said.add(party)
                count |= {party} if signers(draft, party, papers) else set()
    return frozenset(said - count)


def check(standing: Standing, event: Event) -> None:
    """Refuse what the printed table does not have of a version that stands so.

    Raises: Refused (`communique.not_now`, `communique.not_signed`, `communique.taken_back`).
    """
    if event == "published":
        if not standing.whole:
            missing = ", ".join(sorted(each[:10] for each in set(standing.parties) - standing.signed))
            words = f"not every party has signed this very text: {missing} is missing"
            raise Refused("communique.not_signed", f"{words}; accepted: when two officers of each have")
        if standing.off:
            words = "another party has withdrawn it; accepted: a version that all stand by"
            raise Refused("communique.taken_back", words)
    if event not in TRANSITIONS[standing.phase]:
        possible = ", ".join(TRANSITIONS[standing.phase])
        words = f"not {event}: this version is {standing.phase}; accepted: {possible}"
        raise Refused("communique.not_now", words)


def check_version(some: Sequence[Draft], said: Put, newest: Standing, *, was_public: bool) -> None:
    """Refuse a version that cannot be the next one.

    `newest`: how the newest version so far stands; `was_public`: whether any version was ever published here:
    this one corrects it then.
    Raises: Refused (`communique.not_now`, `communique.full`).
    """
    top = max(each.version for each in some)
    if said.version != top + 1:
        raise Refused("communique.not_now", f"version {top} is there; accepted: version {top + 1}")
    if said.parties != some[0].parties:
        raise Refused("communique.not_now", "other parties than before; accepted: a communiqué of its own")
    if len(some) >= VERSIONS:
        raise Refused("communique.full", f"{VERSIONS} versions are there; accepted: one of its own id")
    if not (newest.phase == "published" and was_public):
        check(newest, "amended")


def counted(sha256: bytes, approvals: Sequence[Approval], at: Ref, papers: Papers) -> tuple[Approval, ...]:
    """Approvals of this party's officers, if two count in the entry `at` of its main feed.

    Raises: Refused (`communique.not_counted`, `communique.two`).
    """
    subject = communique_entries.subject(sha256)
    for each in approvals:
        if not approval.approvers(subject, [each], at.origin, at.n, papers):
            raise Refused(
                "communique.not_counted",
                f"the signature of {ids.base32(each.key)} does not count; accepted: one over this very text "
                "by an officer who is on the roster: wideberth communique text ID --out FILE",
            )
    found = len({each.key for each in approvals})
    if found < approval.NEEDED or len(approvals) > communique_entries.APPROVALS:
        most = communique_entries.APPROVALS
        words = f"{found} officers have signed; accepted: {approval.NEEDED} to {most}"
        raise Refused("communique.two", f"{words}, each by a key of their own")
    return tuple(approvals)


def _put(state: State, name: str, draft: Draft) -> State:
    if any(each not in draft.parties for each in state.line.parties):
        return state
    some = state.communiques.get(name, ())
    if not some and len(state.communiques) >= KEPT:
        return state
    mine = [each for each in some if each.by == draft.by]
    # the same number may come from both at once; from one party it comes once
    fits = all(each.parties == draft.parties and each.sha256 != draft.sha256 for each in some)
    newer = draft.version > max((each.version for each in mine), default=0)
    if not (fits and newer) or len(mine) >= VERSIONS:
        return state
    return structs.replace(state, communiques=state.communiques.set(name, (*some, draft)))


def _counting(draft: Draft, word: Signature, papers: Mapping[str, Papers]) -> frozenset[bytes]:
    """The keys that count under one entry; none where fewer than two do."""
    of, at = papers.get(word.by, Papers()), word.ref
    if word.disputed or certificate.void(at.origin, at.n, of):
        return frozenset()
    subject = communique_entries.subject(draft.sha256)
    keys = approval.approvers(subject, word.approvals, at.origin, at.n, of)
    return keys if len(keys) >= approval.NEEDED else frozenset()
