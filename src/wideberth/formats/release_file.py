"""The file of a release: a zip archive that anybody can read and check without a node.

    release.json      the index: who released what to whom under which caveats; size and SHA-256 of each file
    release.html, release.txt, release.csv, release.geojson, release.pdf    the same, five times
    approvals/…       two officers' signatures over SHA-256(release.json), as LINE 19 has them
    papers/…          what the identity of the releasing party has signed of its officers' keys

What is approved is the index, and through it every file. Nothing is compressed, and no clock is in the
archive: the same copy is the same bytes. Of an archive from a stranger nothing is believed, and all reading
is bounded.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, WideberthError
from wideberth.formats import archive
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.ledger import approval, certificate, ids
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.canonical import WHOLE
from wideberth.ledger.certificate import ED25519, Papers
from wideberth.ledger.record import Anchor, Verdict
from wideberth.model.release import Caveats, Document

SCHEMA: Final = "wideberth.release/1"
INDEX: Final = "release.json"
NAMES: Final = ("release.csv", "release.geojson", "release.html", "release.pdf", "release.txt")
APPROVALS: Final = "approvals/"
PAPERS: Final = "papers/"
WANTED: Final = "a release as wideberth release save writes it"
SMALL: Final = 64 * 1024
"""Bytes of an approval or paper."""
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of all files together."""
MOST: Final = 200
"""Approvals and papers."""
_INDEX_LIMIT: Final = 256 * 1024
_FIRST: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can say."""
_UNIX: Final = 3
_OWNER: Final = 0o600 << 16


class Copy(Struct, frozen=True):
    """A recipient's copy: its index, as the bytes that are approved, and its files by their names."""

    index: bytes
    files: dict[str, bytes]

    @property
    def sha256(self) -> bytes:
        """Of the index: what officers approve."""
        return hashlib.sha256(self.index).digest()


class Index(Struct, frozen=True):
    """What the index says.

    Attributes:
        identity: the releasing party's key, whose SHA-256 is its name `by`.
        recipient_party: the recipient's identity, where there is a line to it.
        files: size and SHA-256 (hexadecimal) by name.
        absent: what was not made, and why.
    """

    release: str
    by: str
    by_name: str
    identity: bytes
    recipient: str
    recipient_party: str | None
    caveats: Caveats
    title: str
    records: int
    made_ms: int
    exercise: bool
    files: Mapping[str, tuple[int, str]]
    absent: Mapping[str, str]


class Officer(Struct, frozen=True):
    """Who approved: a key, and the role in which it is held.

    `counts`: False for one that was revoked, or is certified for two uses.
    """

    key: bytes
    role: str
    counts: bool


class Verified(Struct, frozen=True):
    """What a file proves.

    Attributes:
        verdict: "not verified": something in it is false; "not anchored": the reader does not know the party;
            "disputed": without a key that was revoked, two officers have not signed.
        wrong: what is false, in words.
        officers: whose signatures are good.
        label: what the reader calls the releasing party.
    """

    verdict: Verdict
    wrong: tuple[str, ...]
    officers: tuple[Officer, ...]
    label: str = ""


class Read(Struct, frozen=True):
    """A file that was read; nothing in it is proven yet."""

    index: Index
    index_bytes: bytes
    files: Mapping[str, bytes]
    approvals: tuple[Approval, ...]
    papers: tuple[bytes, ...]
    wrong: tuple[str, ...] = ()

    def expired(self, now_ms: int) -> bool:
        """Whether the time until which it may be used is over."""
        until = self.index.caveats.expires_ms
        return until is not None and now_ms >= until

    def verify(self, anchors: Iterable[Anchor], papers: Sequence[bytes] = ()) -> Verified:
        """What it proves to whoever knows these parties.

        Args:
            anchors: parties by name or identity key.
            papers: certificates and revocations that came another way.

        A key counts that the identity certified for an officer, in whatever feed: the file is in none.
        Whether it was revoked before it signed or after, a file cannot show: its signature is not relied on.
        """
        wrong = [*self.wrong]
        if ids.party(self.index.identity) != self.index.by:
            wrong.append("the identity key in it is not that of the party it names")
        held, bad = _papers((*self.papers, *papers), self.index.identity)
        wrong += bad
        subject = Subject("release", hashlib.sha256(self.index_bytes).digest())
        officers = tuple(_officers(subject, self.approvals, held))
        wrong += _approvals_wrong(subject, self.approvals, officers)
        if len(officers) < approval.NEEDED:
            wrong.append(f"{len(officers)} of {approval.NEEDED} officers have signed its index")
        known = {self.index.by, ids.base32(self.index.identity)}
        labels = [each.label for each in anchors if each.text in known]
        return Verified(
            _verdict(wrong, officers, anchored=bool(labels)),
            tuple(wrong),
            officers,
            next((each for each in labels if each), ""),
        )


class _Listed(Struct, forbid_unknown_fields=True):
    sha256: str
    size: int


class _Index(Struct, forbid_unknown_fields=True):
    schema: str
    release: str
    exercise: bool
    title: str
    by: str
    by_name: str
    identity: str
    recipient: str
    recipient_party: str | None
    release_to: tuple[str, ...]
    originator_control: bool
    onward: bool
    expires: str | None
    records: int
    made: str
    files: dict[str, _Listed]
    absent: dict[str, str]


def _bytes(index: _Index) -> bytes:
    return msgspec.json.format(msgspec.json.encode(index), indent=2) + b"\n"


def make(
    document: Document, files: Mapping[str, bytes], identity: bytes, recipient_party: str | None
) -> Copy:
    """A copy: its index, and its files.

    Args:
        document: what is released.
        files: as render.release_files makes them.
        identity: the releasing party's identity key (public).
        recipient_party: the recipient's identity (its name), where there is a line to it.

    Raises: Invalid (`time.range`, `release.file`) for a copy that is too large or has a file of another name.
    """
    if unknown := sorted(set(files) - set(NAMES)):
        raise Invalid("release.file", "files", unknown, ", ".join(NAMES))
    if (size := sum(map(len, files.values()))) > LARGEST:
        raise Invalid("release.file", "files", f"{size:,} bytes", f"at most {LARGEST:,} bytes in all")
    caveats = document.caveats
    listed = {
        name: _Listed(hashlib.sha256(data).hexdigest(), len(data)) for name, data in sorted(files.items())
    }
    absent = {name: "the program that made it has no extra pdf" for name in NAMES if name not in files}
    index = _Index(
        SCHEMA,
        document.id,
        document.exercise,
        document.title,
        document.by,
        document.by_name,
        ids.base32(identity),
        document.recipient,
        recipient_party,
        caveats.release_to,
        caveats.originator_control,
        caveats.onward,
        None if caveats.expires_ms is None else to_rfc3339(caveats.expires_ms),
        len(document.records),
        to_rfc3339(document.made_ms),
        listed,
        absent,
    )
    return Copy(_bytes(index), dict(files))


def write(copy: Copy, approvals: Iterable[Approval] = (), papers: Iterable[bytes] = ()) -> bytes:
    """The archive, the index first, the rest by name; the same parts give the same bytes.

    Raises: Invalid (as approval.write).
    """
    signed = {f"{APPROVALS}{ids.base32(each.key)}.json": approval.write(each) for each in approvals}
    proofs = {f"{PAPERS}{hashlib.sha256(each).hexdigest()[:32]}.txt": each for each in papers}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as pack:
        for name, data in ((INDEX, copy.index), *sorted({**copy.files, **signed, **proofs}.items())):
            entry = zipfile.ZipInfo(name, _FIRST)
            entry.create_system, entry.external_attr = _UNIX, _OWNER
            pack.writestr(entry, data)
    return made.getvalue()


def is_release(data: bytes) -> bool:
    """Whether it is an archive with an index of a release in it, be it a good one or not."""
    try:
        return data.startswith(b"PK\x03\x04") and INDEX in archive.names(data, WANTED)
    except Invalid:
        return False


def read(data: bytes) -> Read:
    """The file, whatever it proves: what is false in it stands in `wrong`.

    Raises: Invalid (`release.file`, and as archive.names and archive.content) where it cannot be read.
    """
    names = [each for each in archive.names(data, WANTED) if not each.endswith("/")]
    if INDEX not in names:
        raise _unreadable("no index")
    index_bytes = archive.content(data, INDEX, WANTED, _INDEX_LIMIT)
    index = read_index(index_bytes)
    beside = [each for each in names if each.startswith((APPROVALS, PAPERS))]
    if len(beside) > MOST:
        raise _unreadable(f"{len(beside)} approvals and papers")
    wrong = [f"{each} is not in its index" for each in names if each not in (INDEX, *beside, *index.files)]
    files = {}
    for name, (size, digest) in index.files.items():
        if name not in names:
            wrong.append(f"{name} is missing")
            continue
        found = archive.content(data, name, WANTED, LARGEST)
        if (len(found), hashlib.sha256(found).hexdigest()) != (size, digest):
            wrong.append(f"{name} is not the file that its index names")
            continue
        files[name] = found
    approvals: list[Approval] = []
    for name in (each for each in beside if each.startswith(APPROVALS)):
        try:
            approvals.append(approval.read(archive.content(data, name, WANTED, SMALL)))
        except Invalid as error:
            wrong.append(f"{name} is no approval: {error.message}")
    papers = [archive.content(data, each, WANTED, SMALL) for each in beside if each.startswith(PAPERS)]
    return Read(index, index_bytes, files, tuple(approvals), tuple(papers), tuple(wrong))


def read_index(data: bytes) -> Index:
    """What an index says. Raises: Invalid (`release.file`, `time.*`, `ledger.base32`)."""
    try:
        found = msgspec.json.decode(data, type=_Index)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise _unreadable(f"an index that cannot be read: {error}") from None
    if _bytes(found) != data:  # a key that stands twice, spaces: not what was written
        raise _unreadable("an index in another form")
    if found.schema != SCHEMA:
        raise _unreadable(f"the schema {found.schema}")
    if not found.files or not set(found.files) <= set(NAMES):
        raise _unreadable("an index of other files")
    if sum(each.size for each in found.files.values()) > LARGEST:
        raise _unreadable("an index of files that are too large")
    until = None if found.expires is None else parse_time(found.expires, "expires", edge="end")
    return Index(
        found.release,
        found.by,
        found.by_name,
        ids.unbase32(found.identity, ids.HASH, "identity"),
        found.recipient,
        found.recipient_party,
        Caveats(found.release_to, found.originator_control, found.onward, until),
        found.title,
        found.records,
        parse_time(found.made, "made"),
        found.exercise,
        {name: (each.size, each.sha256) for name, each in found.files.items()},
        found.absent,
    )


def _papers(found: Iterable[bytes], identity: bytes) -> tuple[Papers, list[str]]:
    """What the identity has signed, and a word on what it has not."""
    held, wrong = [], []
    for each in found:
        try:
            held.append(certificate.read(each, identity))
        except WideberthError as error:
            wrong.append(f"a paper in it is not signed by that identity: {error.message}")
    return certificate.papers(held), wrong


def _officers(subject: Subject, approvals: Iterable[Approval], papers: Papers) -> Iterable[Officer]:
    """Whose signatures are good, one of each key, by key."""
    certified = {
        each.key: each for each in papers.certificates if each.purpose == "officer" and each.kind == ED25519
    }
    standings = [
        certificate.standings("officer", origin, WHOLE, papers)
        for origin in sorted({each.origin for each in certified.values()})
    ]
    good = {each.key for each in approvals if each.subject == subject and approval.verifies(each)}
    for key in sorted(good & set(certified)):
        counts = {each[key] for each in standings if key in each} == {"valid"}
        yield Officer(key, certified[key].role or "", counts)


def _approvals_wrong(
    subject: Subject, approvals: Iterable[Approval], officers: Iterable[Officer]
) -> Iterable[str]:
    good = {each.key for each in officers}
    for each in approvals:
        key = ids.base32(each.key)[:8]
        if each.subject != subject:
            yield f"the signature by the key {key}… is over something else than its index"
        elif not approval.verifies(each):
            yield f"the signature by the key {key}… is false"
        elif each.key not in good:
            yield f"the key {key}… is not that of an officer of this party"


def _verdict(wrong: Sequence[str], officers: Sequence[Officer], *, anchored: bool) -> Verdict:
    if wrong:
        return "not verified"
    if not anchored:
        return "not anchored"
    standing = sum(each.counts for each in officers)
    return "verified" if standing >= approval.NEEDED else "disputed"


def _unreadable(found: str) -> Invalid:
    return Invalid("release.file", "", found, WANTED)
