"""A feed as values: its author appends, its receiver verifies in the order of LINE 7, and neither forgets.

Receiving is a row of small steps, each of which may be called alone; `receive` takes them in order:

1. sizes; 2. the checkpoint's signature, and whether the key counts there; 3. consistency with what I
cosigned; 4. the leaves make the checkpoint's root; 5. each body is the one that its leaf is bound to. Then
the caller commits, with compare-and-set on `Received.expected`; only then it cosigns (`cosign`): a
cosignature says "I durably hold it".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted, Stale
from wideberth.ledger import body, canonical, certificate, checkpoint, merkle, note
from wideberth.ledger.body import Entry, Header
from wideberth.ledger.canonical import Value
from wideberth.ledger.certificate import Papers
from wideberth.ledger.checkpoint import Checkpoint, Opened
from wideberth.ledger.entries import KEPT
from wideberth.ledger.ids import Origin
from wideberth.ledger.note import Note

BATCH = 100_000
"""Entries received in one step."""


class Head(Struct, frozen=True):
    """How far a feed has come: its tree, and what its last entry said. A new feed is `Head(origin)`."""

    origin: Origin
    tree: merkle.Tree = merkle.EMPTY
    folded: dict[Origin, int] = {}
    at_ms: int = 0

    @property
    def size(self) -> int:
        """The number of entries; the `n` of the next."""
        return self.tree.size

    @property
    def checkpoint(self) -> Checkpoint:
        """What there is to sign about it."""
        return checkpoint.of(self.origin.text, self.tree)


class Item(NamedTuple):
    """An entry as it comes out of its seal; salt and body are both empty where they were dropped (LINE 17).

    No real body is empty: the shortest is `{}`.
    """

    leaf: bytes
    salt: bytes
    body: bytes

    @property
    def dropped(self) -> bool:
        """Whether only the header is left."""
        return not self.salt and not self.body


class Written(NamedTuple):
    """What a new entry says beside its body; as in body.Header."""

    type: str
    v: int
    folded: Mapping[Origin, int]
    at_ms: int
    agreement: bytes | None = None


class Appended(NamedTuple):
    """The feed with one more entry, that entry, and the complete subtrees it finished (for later proofs)."""

    head: Head
    entry: Entry
    nodes: tuple[merkle.Node, ...]


class Received(NamedTuple):
    """What passed every step, to be committed if the feed is still at `expected`."""

    expected: int
    head: Head
    entries: tuple[Entry, ...]
    note: Note


def append(head: Head, written: Written, value: Value, salt: bytes) -> Appended:
    """One more entry by the feed's author.

    Raises: Invalid (`ledger.goes_back` where less is folded, or the time is earlier, than in the entry
    before; and as body.write, body.commit, canonical.write).
    """
    if written.at_ms < head.at_ms:
        raise Invalid("ledger.goes_back", "at_ms", written.at_ms, f"not before {head.at_ms}")
    if not body.covers(written.folded, head.folded):
        raise Invalid("ledger.goes_back", "folded", "less than before", "as much of every feed as before")
    data = canonical.write(value, body.limit(head.origin))
    if not isinstance(value, dict):
        # nobody would take it
        raise Invalid("ledger.json_type", "", "something else", "a JSON object")
    header = Header(
        v=written.v,
        type=written.type,
        origin=head.origin,
        n=head.size,
        folded=dict(written.folded),
        at_ms=written.at_ms,
        agreement=written.agreement,
        body_c=body.commit(salt, data),
    )
    entry = Entry(body.write(header), header, salt, data)
    tree, nodes = merkle.append(head.tree, entry.hash)
    return Appended(_after(head.origin, tree, header), entry, nodes)


def sign(head: Head, log_seed: bytes) -> Note:
    """The feed's checkpoint, signed with its log key. Raises: Invalid (`ledger.key`)."""
    return checkpoint.sign(head.checkpoint, log_seed)


def receive(
    head: Head, data: bytes, items: Sequence[Item], papers: Papers, proof: Sequence[bytes] | None = None
) -> Received:
    """New entries of a feed, verified.

    Args:
        head: what I durably hold of it. data: a checkpoint (a note) at the size that the items lead to.
        items: the entries from my size on, in order; none, where only the checkpoint is to be looked at.
        papers: certificates and revocations of the feed's author. proof: consistency from my size to the
        checkpoint's, where the author sent one. It tells a history that
            was rewritten from leaves that were damaged on the way; without it the leaves prove both.

    Raises: Invalid, NotTrusted, Stale (the checkpoint is older than what I hold), as the steps do.
    """
    check_sizes(items)
    opened = certificate.read_checkpoint(data, head.origin, papers)
    check_consistency(head, opened.checkpoint, proof)
    tree = check_leaves(head, opened.checkpoint, items)
    entries = check_bodies(head, items)
    after = _after(head.origin, tree, entries[-1].header) if entries else head
    return Received(head.size, after, entries, opened.note)


def check_sizes(items: Sequence[Item], *, regained: bool = False) -> None:
    """Step 1. `regained`: history that a party gets back after a loss, see `check_headers`.

    Raises: Invalid (`ledger.batch`, `ledger.json_too_large`, `ledger.salt`; `ledger.dropped` for an entry
    without its body: whoever cosigns says that it holds every salt and body).
    """
    if len(items) > BATCH:
        raise Invalid("ledger.batch", "", f"{len(items):,} entries", f"at most {BATCH:,} at once")
    for i, item in enumerate(items):
        for part, found, most in (
            ("header", item.leaf, canonical.HEADER),
            ("body", item.body, canonical.BODY),
        ):
            if len(found) > most:
                where = f"[{i}].{part}"
                raise Invalid(
                    "ledger.json_too_large", where, f"{len(found):,} bytes", f"at most {most:,} bytes"
                )
        if item.dropped and regained:
            continue
        if item.dropped:
            raise Invalid("ledger.dropped", f"[{i}].body", "a header alone", "header, salt and body")
        if len(item.salt) != body.SALT:
            raise Invalid(
                "ledger.salt", f"[{i}].salt", f"{len(item.salt)} bytes", f"{body.SALT} random bytes"
            )


def check_consistency(head: Head, found: Checkpoint, proof: Sequence[bytes] | None) -> None:
    """Step 3: the checkpoint continues what I hold.

    Raises: Stale (`ledger.stale`), NotTrusted (`ledger.equivocation` where it has another root at my size:
    keep both, they are the proof; `ledger.consistency`), Invalid (`ledger.checkpoint` where it has more than
    its three lines: cosigners could disagree on the rest).
    """
    if found.extension:
        raise Invalid("ledger.checkpoint", "line 4", found.extension[0], "origin, size and root hash only")
    if found.size < head.size:
        raise Stale("ledger.stale", head.size, f"a checkpoint of {found.size} entries; {head.size} are held")
    advance(head.checkpoint, head.size, found, proof)


def advance(known: Checkpoint, old: int, found: Checkpoint, proof: Sequence[bytes] | None) -> None:
    """From one checkpoint of a log to the next, as a witness goes (c2sp.org/tlog-witness).

    `old` is the size that the other side believes is known. `proof` None: somebody else proves the growth.
    Raises: Invalid (`ledger.size`), Stale (`ledger.stale`), NotTrusted (`ledger.equivocation`,
    `ledger.consistency`).
    """
    if old > found.size:
        raise Invalid("ledger.size", "old", old, f"at most {found.size}, the size of the checkpoint")
    if old != known.size:
        raise Stale("ledger.stale", known.size, f"the size that is known is {known.size}, not {old}")
    if old == found.size and known.root != found.root:
        raise NotTrusted("ledger.equivocation", f"two trees of {old} entries of {found.origin}")
    if proof is None:
        return
    if old == 0:  # everything continues nothing, and no proof of it exists
        if proof:
            raise NotTrusted("ledger.consistency", "a proof from size 0")
        return
    merkle.verify_consistency(old, found.size, known.root, found.root, proof)


def check_leaves(head: Head, found: Checkpoint, items: Sequence[Item]) -> merkle.Tree:
    """Step 4: my tree with these leaves is the tree of the checkpoint.

    Raises: Invalid (`ledger.size` where they lead to another size), NotTrusted (`ledger.leaves`).
    """
    if head.size + len(items) != found.size:
        raise Invalid("ledger.size", "", f"{len(items)} from {head.size} on", f"entries up to {found.size}")
    tree = merkle.grown(head.tree, (merkle.leaf_hash(item.leaf) for item in items))
    if merkle.root(tree) != found.root:
        raise NotTrusted("ledger.leaves", f"these leaves do not make the tree of {found.size} entries")
    return tree


def check_bodies(head: Head, items: Sequence[Item]) -> tuple[Entry, ...]:
    """Step 5: every entry opens, says where it stands, and stands there.

    A body that is not the one its leaf is bound to is asked for again: the leaf stands.
    Raises: NotTrusted (`ledger.commitment`), Invalid (`ledger.header`, and as body.opened), with the entry in
    path.
    """
    entries = []
    for i, item in enumerate(items):
        try:
            entry = body.opened(*item)
        except Invalid as error:
            raise error.under(f"[{i}]") from error
        _check_place(head, i, entry.header)
        entries.append(entry)
    return tuple(entries)


def check_headers(head: Head, items: Sequence[Item]) -> tuple[Header, ...]:
    """In place of step 5, for history that a party gets back after a loss: bodies may have been dropped.

    Nothing of this may be cosigned; what is not dropped is opened as ever.
    Raises: as `check_bodies`; Invalid (`ledger.dropped`) for a body that no node drops, such as a revocation:
    whoever serves it would have the other forget it.
    """
    headers = []
    for i, item in enumerate(items):
        try:
            header = body.read(item.leaf) if item.dropped else body.opened(*item).header
        except Invalid as error:
            raise error.under(f"[{i}]") from error
        if item.dropped and header.type in KEPT:
            raise Invalid("ledger.dropped", f"[{i}].body", f"a {header.type} without", "its body too")
        _check_place(head, i, header)
        headers.append(header)
    return tuple(headers)


def cosign(received: Received, name: str, cosign_seed: bytes, time_s: int) -> Note:
    """The checkpoint with the receiver's cosignature: only after the commit, for it says "I durably hold it".

    Args:
        received: what was committed.
        name: the receiver's key name, `wideberth/<party>`.
        cosign_seed: its key for cosigning.
        time_s: now, s POSIX UTC.

    Raises: Invalid (`ledger.key`, `ledger.key_name`, `ledger.time`).
    """
    return note.cosign(received.note, name, cosign_seed, time_s)


def contradict(one: Opened, other: Opened, leaves: Sequence[bytes] = ()) -> bool:
    """Whether two signed checkpoints of a feed cannot both be true: then they prove equivocation, to anybody.

    At the same size they speak for themselves. At two sizes the leaf hashes of the larger tree are needed;
    False, where those are not the larger's, means only that nothing is proven.
    """
    first, second = sorted((one.checkpoint, other.checkpoint), key=lambda each: each.size)
    if first.origin != second.origin:
        return False
    if first.size == second.size:
        return first.root != second.root
    if len(leaves) != second.size or merkle.root(merkle.grown(merkle.EMPTY, leaves)) != second.root:
        return False
    return merkle.root(merkle.grown(merkle.EMPTY, leaves[: first.size])) != first.root


def _check_place(head: Head, i: int, header: Header) -> None:
    if (header.origin, header.n) != (head.origin, head.size + i):
        found = f"{header.origin.text}, {header.n}"
        raise Invalid("ledger.header", f"[{i}].n", found, f"{head.origin.text}, {head.size + i}")


def _after(origin: Origin, tree: merkle.Tree, last: Header) -> Head:
    return Head(origin, tree, last.folded, last.at_ms)
