"""Records into files that were verified, and what feeds a journal has."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from wideberth.cli.say import in_exercise
from wideberth.errors import Refused
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Reader
from wideberth.ledger import entries, ids
from wideberth.ledger.feed import Item
from wideberth.ledger.record import Section
from wideberth.node import feed_export
from wideberth.node.feed_export import Span
from wideberth.render import mark
from wideberth.render.feeds import Listed
from wideberth.store import folders
from wideberth.store.kept import Kept


def check_new(path: Path, force: bool) -> None:
    """Raises: Refused (`output.exists`)."""
    if not force and path.exists():
        raise Refused("output.exists", f"{path} exists; accepted: another name, or --force to write over it")


def said(span: Span) -> str:
    """What was written of a feed."""
    left = span.held - span.end
    rest = f"; {left:,} after them are left out" if left else ""
    return f"{span.origin.text}: entries {span.first:,} to {span.end - 1:,}{rest}"


def write(path: Path, pieces: Iterable[bytes], now_s: int, *, force: bool) -> None:
    """A new file, for its owner only; in its place once it was verified.

    Raises: Refused (`record.not_verified`, `output.exists`), Invalid (as recordfile.write, or as Reader of
    what cannot be read), OSError.
    """
    _put(path, pieces, lambda beside: _check_verified(beside, now_s), force=force)


def write_page(path: Path, page: str, *, force: bool) -> None:
    """The same for a page about it. Raises: Refused (`output.exists`), OSError."""
    marked = mark.html(page, exercise=in_exercise())
    _put(path, [marked.encode("utf-8")], lambda _: None, force=force)


def picture(path: str, data: bytes) -> bytes:
    """A picture (.svg, .html, .png) as it is written, with the mark of an exercise if it is of one.

    Raises: Refused (`picture.exercise`): a PNG cannot be marked.
    """
    if not in_exercise():
        return data
    suffix = Path(path).suffix.lower()
    if suffix == ".png":
        raise Refused("picture.exercise", "a PNG has no mark of an exercise; accepted: .svg or .html")
    return (mark.svg if suffix == ".svg" else mark.html)(data.decode(), exercise=True).encode()


def write_bytes(path: Path, data: bytes, *, force: bool) -> None:
    """The same for whatever was verified before. Raises: Refused (`output.exists`), OSError."""
    _put(path, [data], lambda _: None, force=force)


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


def spans(path: Path) -> list[Span]:
    """What of which feeds is in a record of feeds. Raises: as Reader."""
    found: list[Span] = []
    with path.open("rb") as stream:
        for part in Reader(stream).parts():
            if isinstance(part, Section):
                found.append(Span(part.origin, part.tree.size, part.tree.size, 0))
            elif isinstance(part, Item):
                found[-1] = found[-1]._replace(end=found[-1].end + 1)
    return found


def listed(journal: Kept) -> list[Listed]:
    """Every feed, and how far it goes."""
    named = list(feed_export.lines(journal))
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
            signed=feed_export.size_of(head.note),
            cosigned=feed_export.size_of(head.cosigned),
        )
        for feed, head in sorted(journal.heads().items())
    ]
