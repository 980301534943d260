"""The copy of a release: a function of its document, its mark, and the version of the program.

One copy is made for one recipient: the wording, the order of its records and a token in what is not shown
follow from the mark. What two officers sign is the SHA-256 of its index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec

from wideberth.desk import fingerprint
from wideberth.desk.release_own import Signed
from wideberth.errors import WideberthError
from wideberth.formats import release_file
from wideberth.formats.release_file import Copy
from wideberth.ledger import certificate
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.model.release import Document
from wideberth.render import release_files, release_sheet


def make(document: Document, mark: bytes, identity: bytes, party: str | None, *, pdf: bool) -> Copy:
    """The copy of a document's recipient.

    Args:
        document: what is released.
        mark: 32 random bytes.
        identity: the public identity key of the releasing party.
        party: the recipient's identity, where there is a line to it.
        pdf: whether there is a PDF in it: `can_pdf`.

    Raises: as fingerprint.choose, and release_file.make.
    """
    recipient = document.recipient
    told = release_sheet.told(
        document,
        fingerprint.choose(mark, recipient),
        fingerprint.order(mark, recipient, len(document.records)),
        fingerprint.token(mark, recipient),
    )
    files = release_files.files(told, pdf=pdf)
    return release_file.make(document, files, identity, party)


def can_pdf() -> bool:
    """Whether the extra `pdf` is installed."""
    return find_spec("typst") is not None


def whole(copy: Copy, signed: Signed, identity: bytes, papers: Iterable[bytes]) -> bytes:
    """The file that leaves: the copy, what officers have signed of it, and what makes them officers.

    Args:
        copy: as `make` has made it.
        signed: approvals that count.
        identity: the public identity key of the releasing party.
        papers: signed notes, of whomever; what this identity says of these officers goes with it. Not their
            certificates for other lines than that on which they counted: those name our other lines.

    Raises: Invalid (as release_file.write).
    """
    keys = {each.key for each in signed.approvals}
    about = _about(keys, signed.before.origin.line, identity, papers)
    return release_file.write(copy, signed.approvals, sorted(set(about)))


def _about(keys: set[bytes], line: str, identity: bytes, papers: Iterable[bytes]) -> Iterator[bytes]:
    for each in papers:
        try:
            said = certificate.read(each, identity)
        except WideberthError:
            continue  # another party's
        officer = isinstance(said, Certificate) and (said.purpose, said.origin.line) == ("officer", line)
        if said.key in keys and (officer or isinstance(said, Revocation)):
            yield each
