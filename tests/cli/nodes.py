"""The data directory of a node that is not running, with a line to another party in its journal."""

from __future__ import annotations

from pathlib import Path

from tests.ledger import records
from tests.ledger.records import ANSWERS, MAIN, cosigned, signed
from tests.ledger.two import GENESIS, A, B, Feed, seed
from wideberth.ledger import entries, feed, ids, note
from wideberth.ledger.entries import LineOpened, Paper
from wideberth.ledger.ids import Origin
from wideberth.node import config, directory
from wideberth.node.config import Config
from wideberth.store.journal import Step

KEY = bytes(range(32))
PRIVATE = Origin(ids.PRIVATE, A.name, "main", 0)
AT_MS = 1_900_000_000_000


def said(origin: Origin, *found: LineOpened | Paper) -> tuple[feed.Item, ...]:
    """Entries of the record's own types, at the start of a feed."""
    head, items = feed.Head(origin), []
    for i, each in enumerate(found):
        written = feed.Written(each.TYPE, entries.V, {}, AT_MS + i)
        added = feed.append(head, written, entries.write(each), seed(f"{origin.text} {i}")[:16])
        head = added.head
        items.append(feed.Item(added.entry.leaf, added.entry.salt, added.entry.body))
    return tuple(items)


def steps(of: Feed, *sizes: int, author: object = A) -> list[Step]:
    """A feed in pieces that end at these sizes, each with a checkpoint; the first is cosigned."""
    party, reader = (A, B) if author == A else (B, A)
    found, before = [], 0
    for size in sizes:
        one = signed(of, size, author=party)
        whole = cosigned(one, reader) if size == sizes[0] else one
        found.append(Step(of.head.origin.text, before, tuple(of.items[before:size]), note.write(whole)))
        before = size
    rest = tuple(of.items[before:])
    return [*found, *([Step(of.head.origin.text, before, rest)] if rest else [])]


def node(
    folder: Path, papers: tuple[bytes, ...] = records.PAPERS, genesis: bytes | None = GENESIS, url: str = ""
) -> Path:
    """A's node: its private feed names line and papers; its main feed is signed to 6 of 8, B's to 5.

    `url`: of a journal in PostgreSQL, which its settings then name.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    settings = Config(journal=url)
    if url:
        (folder / config.FILE).write_text(config.written(settings))
    opened = [] if genesis is None else [LineOpened(genesis, "South office")]
    private = said(PRIVATE, *opened, *(Paper(each) for each in papers))
    with directory.open_journal(folder, settings, KEY, new=True) as journal:
        journal.append([Step(PRIVATE.text, 0, private)])
        journal.append(steps(MAIN, 3, 6))
        journal.append(steps(ANSWERS, 2, 5, author=B))
    (folder / "key").write_text(ids.base32(KEY))
    (folder / "key").chmod(0o600)
    return folder
