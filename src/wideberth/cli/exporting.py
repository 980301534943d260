"""Feeds out of a journal, with all that a stranger needs to verify them, into a file that was verified."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import wideberth
from wideberth.cli import journals
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Checkpoint, Exported, Opening, Part, Reader
from wideberth.ledger import checkpoint, entries, ids, merkle, note, record
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.entries import LineOpened, Paper
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Section
from wideberth.render.feeds import Listed
from wideberth.store import folders
from wideberth.store.kept import Kept

STEP = 1_000
"""Entries between two words about progress."""


class Span(NamedTuple):
    """Entries of a feed: from `first` on, below `end`, where a checkpoint is; `held` counts all there are."""

    origin: Origin
    first: int
    end: int
    held: int


def origins(feeds: Sequence[str]) -> list[Origin]:
    """The feeds that were asked for. Raises: Invalid (`record.feed`, `ledger.origin`, `ledger.base32`)."""
    found = list(dict.fromkeys(ids.origin(text, "--feed") for text in feeds))
    for origin in found:
        if origin.private:
            raise Invalid(
                "record.feed", "--feed", origin.text, "a feed of a line: nobody else signs a private one"
            )
        if origin.line != found[0].line:
            raise Invalid("record.feed", "--feed", origin.text, f"feeds of one line, as {found[0].line}")
    return found


def check_new(path: Path, force: bool) -> None:
    """Raises: Refused (`output.exists`)."""
    if not force and path.exists():
        raise Refused("output.exists", f"{path} exists; accepted: another name, or --force to write over it")


def signed_span(journal: Kept, origin: Origin, first: int, last: int | None) -> Span:
    """The entries to write: what is not signed yet is left out, and the end is a checkpoint.

    Raises: Invalid (`record.no_feed`, `record.range`), Refused (`record.nothing_signed`).
    """
    head = journal.heads().get(origin.text)
    if head is None:
        raise Invalid("record.no_feed", "--feed", origin.text, "a feed that `wideberth record feeds` lists")
    signed = size_of(head.note)
    if signed <= first:
        raise Refused(
            "record.nothing_signed",
            f"of {head.size:,} entries of {origin.text}, {signed:,} are signed: none from entry {first:,} on",
        )
    end = signed
    if last is not None:
        if last < first:
            raise Invalid("record.range", "--to", last, f"not before --from {first}")
        ends = (each.n + 1 for each in journal.read(origin.text, last) if each.note is not None)
        end = next(ends, signed)
    return Span(origin, first, end, head.size)


def said(span: Span) -> str:
    """What was written of a feed."""
    left = span.held - span.end
    rest = f"; {left:,} after them are left out" if left else ""
    return f"{span.origin.text}: entries {span.first:,} to {span.end - 1:,}{rest}"


def opening(journal: Kept, line: str, now: int) -> Opening:
    """What stands before the feeds of a line: its genesis, and the papers of both parties.

    Raises: Invalid (`record.no_line`), Refused (as Kept.read).
    """
    for own, opened in journals.lines(journal):
        if opened.line.id == line:
            exported = Exported(now, own, f"wideberth {wideberth.__version__}")
            return Opening(exported, opened.genesis, tuple(_papers(journal, opened)))
    raise Invalid("record.no_line", "--feed", line, "a line whose genesis is in this node's private feed")


def parts(journal: Kept, spans: Sequence[Span], step: Callable[[str, int, int], None]) -> Iterator[Part]:
    """The feeds, their entries and checkpoints."""
    for span in spans:
        tree = merkle.EMPTY
        for each in journal.read(span.origin.text):
            if not each.n % STEP:
                step("writing", each.n, span.end)
            if each.n == span.first:
                yield Section(span.origin, tree)
            if each.n < span.first:
                tree, _ = merkle.append(tree, merkle.leaf_hash(each.item.leaf))
                continue
            yield each.item
            if each.note is not None:
                yield Checkpoint(each.note)
            if each.n + 1 == span.end:
                break


def write(path: Path, first: Opening, body: Iterable[Part], now_s: int, *, force: bool) -> None:
    """A new file, for its owner only; in its place once it was verified.

    Raises: Refused (`record.not_verified`, `output.exists`), Invalid (as recordfile.write), OSError.
    """
    _put(path, recordfile.write(first, body), lambda beside: _check_verified(beside, now_s), force=force)


def write_page(path: Path, page: str, *, force: bool) -> None:
    """The same for a page about it. Raises: Refused (`output.exists`), OSError."""
    _put(path, [page.encode("utf-8")], lambda _: None, force=force)


def _put(path: Path, data: Iterable[bytes], check: Callable[[Path], None], *, force: bool) -> None:
    handle, beside = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(data)
            stream.flush()
            os.fsync(stream.fileno())
        check(Path(beside))
        check_new(path, force)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink()
        raise
    folders.sync(path.parent)


def _check_verified(path: Path, now_s: int) -> None:
    with path.open("rb") as stream:
        wrong = recordfile.verify(Reader(stream), entries.KNOWN, now_s).wrong
    if wrong.count:
        words = "; ".join(f"entry {each.n} of {each.feed}: {each.words}" for each in wrong.listed[:3])
        raise Refused("record.not_verified", f"nothing is written, because it would not verify: {words}")


def listed(journal: Kept) -> list[Listed]:
    """Every feed, and how far it goes."""
    named = list(journals.lines(journal))
    own = {party for party, _ in named} | {
        origin.party for feed in journal.heads() if (origin := ids.origin(feed)).private
    }
    labels = {
        party: opened.label
        for us, opened in named
        for party in opened.line.parties
        if party != us and opened.label
    }
    return [
        Listed(
            origin=(origin := ids.origin(feed)),
            own=origin.party in own,
            label=labels.get(origin.party),
            entries=head.size,
            signed=size_of(head.note),
            cosigned=size_of(head.cosigned),
        )
        for feed, head in sorted(journal.heads().items())
    ]


def size_of(data: bytes | None) -> int:
    """The size that a held checkpoint states; 0 without one."""
    return checkpoint.parse(note.parse(data).text).size if data else 0


def _papers(journal: Kept, opened: LineOpened) -> list[bytes]:
    """The papers about keys on a line: all in its feeds, and those of the private feed that concern it."""
    line = opened.line
    found: dict[bytes, bool] = {}
    for feed in journal.heads():
        origin = ids.origin(feed)
        if origin.private or origin.line == line.id:
            for said in journals.of_type(journal, feed, Paper):
                found[said.note] = found.get(said.note, False) or not origin.private
    read: dict[bytes, Certificate | Revocation] = {}
    for data in found:
        with suppress(Invalid, NotTrusted):  # of a party of another line
            read[data] = next(iter(record.read_paper(line, data).values()))
    keys = {
        each.key for each in read.values() if isinstance(each, Certificate) and each.origin.line == line.id
    }
    return [data for data, said in read.items() if found[data] or said.key in keys]
