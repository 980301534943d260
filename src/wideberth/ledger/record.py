"""What a record proves: feeds of one line, read by somebody who has no node, years later (LINE 20).

A `Verification` takes the parts of a record one by one, in the order of a feed: where it begins, its entries,
and each signed checkpoint right after the entry that it ends with. It keeps trees and counts, not entries, so
that a million of them pass through. Nothing stops it: what is false is a finding that names its entry, and
what is only not proven is told.

Whether the keys are those of the parties one means is not in the record: `verdict` needs anchors.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct, field

from wideberth.errors import Invalid, NotTrusted, WideberthError
from wideberth.ledger import body, certificate, checkpoint, entries, epoch, ids, merkle
from wideberth.ledger.body import Entry, Header, Known
from wideberth.ledger.certificate import Certificate, Papers, Revocation
from wideberth.ledger.checkpoint import Opened
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.keyring import Keyring

Verdict = Literal["verified", "disputed", "not anchored", "not verified"]
KEPT = 100
"""Findings of a kind that are listed; all are counted."""
PAPERS = 1_000
"""Certificates and revocations in one record."""
MANY = 1_000
"""Different types, and feeds that entries name, that are kept apart in what is shown of one feed."""
OTHERS = "(others)"


class Held(NamedTuple):
    """The papers of a record: what each party signed about its keys, the notes as they are, and why some are
    not believed.
    """

    papers: Mapping[str, Papers]
    notes: frozenset[bytes]
    refused: tuple[str, ...]


class Anchor(NamedTuple):
    """Whom the reader knows: a party's name or its identity key, in base32, and what the reader calls it."""

    text: str
    label: str = ""


class Section(NamedTuple):
    """Where a feed begins in a record: its name, and the tree of the entries before the first one there.

    That tree is a claim. It is proven with the first checkpoint, whose root no other tree makes.
    """

    origin: Origin
    tree: merkle.Tree = merkle.EMPTY


class Finding(NamedTuple):
    """What was found about entry `n` of a feed; None where it is about no single entry."""

    code: str
    feed: str
    n: int | None
    words: str


class Findings(Struct):
    """The first findings of a kind, and how many there were."""

    listed: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, code: str, feed: str, n: int | None, words: str) -> None:
        """One more."""
        self.count += 1
        if len(self.listed) < KEPT:
            self.listed.append(Finding(code, feed, n, words))


class Proven(Struct):
    """What is shown of one feed.

    Entries from `start` up to `size` are in the record. Those below `signed` are what the author signed,
    except that those in `disputed`, pairs of (begin, end), are signed only with a key that was revoked there.
    `left_out` counts those of which there is only a hash, or one of many.
    `after` is how many entries the epoch before had, as this one says at its beginning.
    `sizes` and `times_s` are the cosigned checkpoints: at that time (s POSIX UTC) the peer said it held all
    below that size. `kinds` counts (type, v, understood). `first_ms` and `last_ms` are the author's clock.
    """

    origin: Origin
    start: int
    size: int
    signed: int
    disputed: list[tuple[int, int]]
    sizes: array[int]
    times_s: array[int]
    kinds: dict[tuple[str, int, bool], int]
    folded: dict[Origin, int]
    checkpoints: int = 0
    dropped: int = 0
    left_out: int = 0
    first_ms: int | None = None
    last_ms: int = 0
    after: int | None = None

    @property
    def delivered(self) -> int:
        """How many entries the peer said it held."""
        return self.sizes[-1] if self.sizes else 0

    def delivery_s(self, n: int) -> int | None:
        """When the peer first said that it held entry n; None where it did not."""
        at = bisect_right(self.sizes, n)
        return self.times_s[at] if at < len(self.sizes) else None

    def standing(self, n: int) -> Literal["signed", "disputed", "not signed"]:
        """What the author's signature over entry n is worth."""
        if n >= self.signed:
            return "not signed"
        return "disputed" if any(begin <= n < end for begin, end in self.disputed) else "signed"


class Result(NamedTuple):
    """All that was found: what is shown of each feed, what is false, and what must be known beside it."""

    line: Line
    feeds: tuple[Proven, ...]
    wrong: Findings
    told: Findings


class Verification:
    """A record on its way past. Made with its line and all its papers (see `papers`).

    `known` are the types that the reader understands, `now_s` its clock (s POSIX UTC): a cosignature from
    the future shows nothing.
    """

    def __init__(self, line: Line, held: Held, known: Known, now_s: int) -> None:
        self._line = line
        self._held = held
        self._known = known
        self._now_s = now_s
        self._feeds: list[Proven] = []
        self._rings: list[Keyring] = []
        self._wrong, self._told = Findings(), Findings()
        self._tree = merkle.EMPTY
        for words in held.refused:
            self._wrong.add("record.paper", "", None, words)

    def begin(self, section: Section) -> None:
        """The next feed. Raises: Invalid (`record.feed`) for one of another line, or one that was there."""
        origin = section.origin
        if origin.line != self._line.id or origin.party not in self._line.parties:
            raise Invalid("record.feed", "feed", origin.text, f"a feed of the line {self._line.id}")
        if any(each.origin == origin for each in self._feeds):
            raise Invalid("record.feed", "feed", origin.text, "each feed once")
        self._tree = section.tree
        size = section.tree.size
        self._feeds.append(Proven(origin, size, size, 0, [], array("q"), array("q"), {}, {}))
        peer = self._peer(origin)
        of = self._held.papers
        self._rings.append(Keyring(origin, of[origin.party], peer, of[peer]))

    def entry(self, item: Item) -> Header:
        """The next entry of the feed that was begun; the one it says it is, where it is another.

        Raises: Invalid where it cannot be read, as body.opened.
        """
        feed = self._feeds[-1]
        n, entry = feed.size, self._opened(item)
        header = body.read(item.leaf) if entry is None else entry.header
        if (header.origin, header.n) != (feed.origin, n):
            said = f"entry {header.n} of {header.origin.text} stands in its place"
            self._wrong.add("record.place", feed.origin.text, n, said)
        self._tree, _ = merkle.append(self._tree, merkle.leaf_hash(item.leaf))
        feed.size += 1
        feed.dropped += item.dropped
        kind = header.type, header.v, entry is not None and self._understood(entry)
        if kind not in feed.kinds and len(feed.kinds) >= MANY:
            kind = OTHERS, 1, False
        feed.kinds[kind] = feed.kinds.get(kind, 0) + 1
        self._check_forward(feed, header, n)
        if (header.type, header.v) == (entries.Paper.TYPE, entries.V):
            self._check_paper(feed, entry)
        if n == 0 and feed.origin.epoch > 0:
            self._check_epoch(feed, entry)
        return header

    def leave_out(self, size: int, hashes: Sequence[bytes]) -> None:
        """Entries up to `size` that are not in the record: only the hashes that prove the others' places.

        Raises: Invalid (as merkle.passed).
        """
        feed = self._feeds[-1]
        self._tree = merkle.passed(self._tree, size, hashes)
        feed.left_out += size - feed.size
        feed.size = size

    def checkpoint(self, data: bytes) -> None:
        """A signed checkpoint (a note) of the entries so far. Raises: Invalid as note.parse."""
        feed = self._feeds[-1]
        last, name = feed.size - 1, feed.origin.text
        feed.checkpoints += 1
        try:
            opened = self._rings[-1].read(data)
        except NotTrusted as error:
            self._wrong.add(error.code, name, last, error.message)
            return
        said = opened.checkpoint
        if said.size != feed.size or said.extension:
            words = f"a checkpoint of {said.size} entries stands after {feed.size}"
            self._wrong.add("record.checkpoint", name, last, words)
        elif said.root != merkle.root(self._tree):
            words = f"these are not the {said.size} entries that were signed; one before this is another"
            self._wrong.add("ledger.leaves", name, last, words)
        else:
            self._signed(feed, opened)

    def result(self) -> Result:
        """What was found, when the record is at its end."""
        for feed, keys in zip(self._feeds, self._rings, strict=True):
            gaps = [(max(begin, feed.start), end) for begin, end in keys.gaps(feed.signed)]
            feed.disputed = _joined([*feed.disputed, *(gap for gap in gaps if gap[0] < gap[1])])
            if max(feed.signed, feed.start) < feed.size:
                count = min(feed.size - feed.signed, feed.size - feed.start)
                words = f"signed by nobody, {count:,} in all from here on: a record ends at a checkpoint"
                self._wrong.add("record.unsigned", feed.origin.text, feed.size - count, words)
            if feed.size == feed.start + feed.left_out:
                self._wrong.add("record.empty", feed.origin.text, None, "there is no entry of it")
        if not self._feeds:
            self._wrong.add("record.empty", "", None, "there is no feed in it")
        self._check_ends()
        return Result(self._line, tuple(self._feeds), self._wrong, self._told)

    def _peer(self, origin: Origin) -> str:
        return next(party for party in self._line.parties if party != origin.party)

    def _opened(self, item: Item) -> Entry | None:
        if item.dropped:
            return None
        try:
            return body.opened(*item)
        except NotTrusted as error:
            feed = self._feeds[-1]
            self._wrong.add(
                error.code, feed.origin.text, feed.size, "the body is not the one that was signed"
            )
            return None

    def _understood(self, entry: Entry) -> bool:
        # parsed once already: only a body that names `crit` is looked into again
        known = (entry.header.type, entry.header.v) in self._known
        return known and (b'"crit"' not in entry.body or body.understood(entry, self._known))

    def _check_forward(self, feed: Proven, header: Header, n: int) -> None:
        if feed.first_ms is None:
            feed.first_ms = header.at_ms
        if header.at_ms < feed.last_ms:
            words = "its author's clock went back"
            self._told.add("record.goes_back", feed.origin.text, n, words)
        if not body.covers(header.folded, feed.folded):
            words = "its author says to know less of the other feeds than before: disputed"
            self._told.add("record.goes_back", feed.origin.text, n, words)
        feed.last_ms = max(feed.last_ms, header.at_ms)
        for origin, size in header.folded.items() if len(feed.folded) < MANY else ():
            feed.folded[origin] = max(size, feed.folded.get(origin, 0))

    def _check_paper(self, feed: Proven, entry: Entry | None) -> None:
        """A revocation that stands in a feed cannot be left out of the papers, nor out of its entry."""
        if entry is None:
            words = "it holds a paper about keys, which is left out: no node drops one"
            self._wrong.add("record.paper_left_out", feed.origin.text, feed.size - 1, words)
            return
        try:
            said = entries.read(entry)
            if not isinstance(said, entries.Paper) or said.note in self._held.notes:
                return
            read_paper(self._line, said.note)
        except (Invalid, NotTrusted):  # it is no paper, whatever it calls itself
            return
        words = "it holds a paper about keys that is not among the papers of the record"
        self._wrong.add("record.paper_left_out", feed.origin.text, feed.size - 1, words)

    def _check_epoch(self, feed: Proven, entry: Entry | None) -> None:
        """A log key alone cannot begin a feed again: the identity says what the epoch before had."""
        try:
            said = entries.read(entry) if entry is not None else None
            if isinstance(said, entries.NewEpoch):
                found = epoch.read(said.note, self._line.identity(feed.origin.party))
                if found.origin == feed.origin:
                    feed.after = found.size
        except (Invalid, NotTrusted):  # as if it were not there
            pass
        if feed.after is None:
            words = "the identity key has not signed that the feed begins again, and after what"
            self._wrong.add("record.epoch", feed.origin.text, 0, words)

    def _signed(self, feed: Proven, opened: Opened) -> None:
        name, last = feed.origin.text, feed.size - 1
        worth = {each: self._rings[-1].standing(each.verifier, max(last, 0)) for each in opened.verified}
        by_author = {worth[each] for each in opened.verified if each.time_s is None}
        if not by_author & {"valid", "disputed"}:
            words = "signed with a key that does not count there"
            self._wrong.add("ledger.key_not_valid", name, last, words)
            return
        if "valid" not in by_author and feed.signed < feed.size:
            feed.disputed.append((max(feed.signed, feed.start), feed.size))
        feed.signed = feed.size
        cosigned = [each for each in opened.verified if each.time_s is not None]
        good = checkpoint.cosigned([e for e in cosigned if worth[e] == "valid"], self._now_s)
        for each in cosigned:
            if each.verifier.name not in good:
                words = "cosigned with a key that does not count there, or in the future: shows no delivery"
                self._told.add("record.cosignature", name, last, words)
        if good and feed.delivered < feed.size:
            feed.sizes.append(feed.size)
            feed.times_s.append(next(iter(good.values())))
        if strangers := len(opened.note.signatures) - len(opened.verified):
            self._told.add(
                "record.stranger", name, last, f"{strangers} signatures of unknown keys: not looked at"
            )

    def _check_ends(self) -> None:
        ends = {each.origin: each.size for each in self._feeds}
        delivered = {each.origin: each.delivered for each in self._feeds}
        for feed in self._feeds:
            held = delivered.get(feed.origin._replace(epoch=feed.origin.epoch - 1), 0)
            if feed.after is not None and feed.after < held:
                words = (
                    f"it goes on after {feed.after:,} entries of the epoch before; {held:,} were delivered"
                )
                self._told.add("record.epoch_behind", feed.origin.text, 0, words)
            for other, size in feed.folded.items():
                if ends.get(other, size) < size:
                    who = f"the {feed.origin.kind} feed of {feed.origin.party[:8]}…"
                    words = f"the record ends here, and {who} had folded {size:,} entries of it"
                    self._told.add("record.tail", other.text, ends[other], words)


def papers(line: Line, notes: Sequence[bytes]) -> Held:
    """The papers of both parties. Raises: Invalid (`record.too_many`, and as read_paper, with its place)."""
    if len(notes) > PAPERS:
        raise Invalid("record.too_many", "papers", f"{len(notes):,}", f"at most {PAPERS:,} papers")
    certificates: dict[str, list[Certificate]] = {party: [] for party in line.parties}
    revocations: dict[str, list[Revocation]] = {party: [] for party in line.parties}
    refused = []
    for i, data in enumerate(notes):
        read: Mapping[str, certificate.Paper] = {}
        try:
            read = read_paper(line, data)
        except NotTrusted as error:
            refused.append(f"paper {i + 1}: {error.message}")
        except Invalid as error:
            raise error.under(f"papers[{i}]") from error
        for party, found in read.items():
            if isinstance(found, Certificate):
                certificates[party].append(found)
            else:
                revocations[party].append(found)
    held = {party: Papers(tuple(certificates[party]), tuple(revocations[party])) for party in line.parties}
    return Held(held, frozenset(notes), tuple(refused))


def read_paper(line: Line, data: bytes) -> dict[str, certificate.Paper]:
    """A certificate or revocation, by the parties of the line that signed it.

    Mostly one; both may sign one revocation. Whatever else stands below the note, with whatever name, takes
    nothing from a party's own signature: who hands a revocation on could end it so.
    Raises: NotTrusted (`record.paper` where neither did), and as certificate.read.
    """
    found: dict[str, certificate.Paper] = {}
    errors: list[WideberthError] = []
    for party in line.parties:
        try:
            found[party] = certificate.read(data, line.identity(party))
        except (Invalid, NotTrusted) as error:
            errors.append(error)
    if not found:
        nobody = NotTrusted("record.paper", "signed by no party of the line")
        raise next((each for each in errors if each.code != "ledger.unsigned"), nobody)
    return found


def anchored(line: Line, anchors: Iterable[Anchor]) -> dict[str, str]:
    """The parties of a line that are among those trusted, with their labels."""
    known = {name: party for party in line.parties for name in (party, ids.base32(line.identity(party)))}
    return {known[each.text]: each.label for each in anchors if each.text in known}


def rests_on(result: Result) -> tuple[str, ...]:
    """The parties whose signatures a result rests on: authors, and who cosigned."""
    authors = {feed.origin.party for feed in result.feeds}
    readers = {
        party
        for feed in result.feeds
        for party in result.line.parties
        if party != feed.origin.party and feed.delivered
    }
    return tuple(party for party in result.line.parties if party in authors | readers)


def verdict(result: Result, trusted: Collection[str]) -> Verdict:
    """What may be said of a record. Anybody can make one with fresh keys: it is "not anchored".

    One that a thief of a key may have written, be it in part, is "disputed".
    `trusted` are the parties whom the reader knows to be who they are.
    """
    if result.wrong.count:
        return "not verified"
    if not set(rests_on(result)) <= set(trusted):
        return "not anchored"
    return "disputed" if any(feed.disputed for feed in result.feeds) else "verified"


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same ranges in order, none touching another."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found
