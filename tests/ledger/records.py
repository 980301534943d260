"""Records of the two parties' feeds: their papers, entries and checkpoints, in the order of a file."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence

from tests.ledger.two import GENESIS, A, B, Feed, Party, feed_of, origin, papers, seed
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Checkpoint, Exported, Opening, Part, Reader
from wideberth.ledger import certificate, checkpoint, ids, merkle, note
from wideberth.ledger.body import Known
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.record import Result, Section

KNOWN: Known = {("notice.told", 1): frozenset({"n", "word"})}
NOW_S = 2_000_000_000
COSIGNED_S = 1_700_000_000
EXPORTED = Exported(NOW_S * 1000, A.name, "wideberth test")


def certified(party: Party) -> list[bytes]:
    return [certificate.certify(each, seed(party.label)) for each in papers(party).certificates]


PAPERS = (*certified(A), *certified(B))


def key_paper(party: Party, key: bytes, purpose: certificate.Purpose, from_n: int = 0) -> bytes:
    of = origin(B if party == A else A) if purpose == "cosign" else origin(party)
    return certificate.certify(Certificate(key, purpose, of, from_n), seed(party.label))


def revoked(party: Party, purpose: str, last_n: int, of: ids.Origin | None = None) -> bytes:
    return certificate.revoke(
        Revocation(party.key(purpose), {of or origin(party): last_n}), seed(party.label)
    )


def tree(of: Feed, size: int) -> merkle.Tree:
    return merkle.tree_of(size, of.at)


def signed(of: Feed, size: int, log_seed: bytes | None = None, author: Party = A) -> note.Note:
    found = checkpoint.of(of.head.origin.text, tree(of, size))
    return checkpoint.sign(found, log_seed or author.seed("log"))


def cosigned(
    one: note.Note, reader: Party = B, cosign_seed: bytes | None = None, time_s: int = COSIGNED_S
) -> note.Note:
    return note.cosign(one, ids.cosigner(reader.name), cosign_seed or reader.seed("cosign"), time_s)


def parts(
    of: Feed,
    author: Party = A,
    sign: Sequence[int] = (3, 6),
    deliver: Sequence[int] = (3,),
    start: int = 0,
    end: int | None = None,
) -> list[Part]:
    """A feed to its last checkpoint, or `end`; checkpoints at the sizes `sign`, cosigned at `deliver`."""
    reader = B if author == A else A
    end = max(sign, default=None) if end is None else end
    found: list[Part] = [Section(of.head.origin, tree(of, start))]
    for n, item in enumerate(of.items[start:end], start=start):
        found.append(item)
        if n + 1 in sign:
            one = signed(of, n + 1, author=author)
            whole = cosigned(one, reader, time_s=COSIGNED_S + n) if n + 1 in deliver else one
            found.append(Checkpoint(note.write(whole)))
    return found


def file(
    body: Iterable[Part],
    notes: Sequence[bytes] = PAPERS,
    genesis: bytes = GENESIS,
    exported: Exported = EXPORTED,
) -> bytes:
    return b"".join(recordfile.write(Opening(exported, genesis, tuple(notes)), body))


def read(data: bytes, more: Sequence[bytes] = (), now_s: int = NOW_S) -> Result:
    return recordfile.verify(Reader(io.BytesIO(data)), KNOWN, now_s, more)


def resealed(lines: Iterable[bytes]) -> bytes:
    """Lines without their end, and an end that fits them: what a forger writes."""
    data = b"".join(lines)
    count = data.count(b"\n")
    digest = ids.base32(hashlib.sha256(data).digest())
    return data + b'{"end":{"lines":%d,"sha256":"%s"}}\n' % (count, digest.encode())


MAIN = feed_of(A, 8)
ANSWERS = feed_of(B, 5)
BOTH = [*parts(MAIN), *parts(ANSWERS, B, sign=(2, 5), deliver=(5,))]
WHOLE = file(BOTH)
TRUSTED = {A.name: "north", B.name: "south"}
