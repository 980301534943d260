"""A feed goes on under a new epoch where its author lost the tail of the last one for good (LINE 15).

The first entry of the new epoch holds a statement, signed with the identity key, that names the newest
checkpoint of the former epoch that the peer cosigned. An officer of the peer admits it; what was cosigned of
the former epoch binds for ever.
"""

from __future__ import annotations

from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted, Stale
from wideberth.ledger import entries, ids, statement
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.ledger.checkpoint import Checkpoint
from wideberth.ledger.ids import Line, Origin

HEADING = "wideberth/epoch/v1"
FIELDS = ("origin", "previous", "root", "size", "v")


class Epoch(Struct, frozen=True):
    """The feed `origin` continues the feed of the epoch before, which had `size` entries and this root."""

    origin: Origin
    size: int
    root: bytes

    @property
    def previous(self) -> Origin:
        """The feed of the epoch before."""
        return self.origin._replace(epoch=self.origin.epoch - 1)


def sign(epoch: Epoch, identity_seed: bytes) -> bytes:
    """The signed note, for a NewEpoch entry. Raises: Invalid (`ledger.key`)."""
    value: dict[str, Value] = {
        "origin": epoch.origin.text,
        "previous": epoch.previous.text,
        "root": ids.base32(epoch.root),
        "size": epoch.size,
        "v": 1,
    }
    return statement.sign(HEADING, value, identity_seed)


def read(data: bytes, identity: bytes) -> Epoch:
    """The statement, signed with this identity key.

    Raises: Invalid (`ledger.epoch`, and as statement.read), NotTrusted (as statement.read).
    """
    found = statement.read(data, HEADING, identity)
    if tuple(found) != FIELDS or found["v"] != 1:
        raise Invalid("ledger.epoch", "line 2", sorted(found), f"{', '.join(FIELDS)}; v 1")
    size = found["size"]
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise Invalid("ledger.epoch", "size", size, f"a whole number from 0 to {WHOLE}")
    made = Epoch(ids.origin(found["origin"]), size, ids.unbase32(found["root"], ids.HASH, "root"))
    if made.origin.epoch == 0 or found["previous"] != made.previous.text:
        raise Invalid("ledger.epoch", "previous", found["previous"], "the same feed, one epoch before")
    return made


def check(entry: Entry, line: Line, cosigned: Checkpoint) -> Epoch:
    """Whether the peer of its author may show an officer this first entry of an epoch for admission.

    `cosigned` is the newest checkpoint of the former epoch that the peer has cosigned; the empty tree's, if
    none.
    Raises: Stale (`ledger.epoch_behind`, with the size that was cosigned: those entries are served again, and
    the former epoch goes on), NotTrusted (`ledger.epoch_ahead` where it names more than was cosigned,
    `ledger.equivocation` where another tree of that size was), Invalid and NotTrusted as entries.read, `read`
    and Line.identity.
    """
    said = entries.read(entry)
    if not isinstance(said, entries.NewEpoch):
        raise Invalid("ledger.epoch", "type", entry.header.type, entries.NewEpoch.TYPE)
    found = read(said.note, line.identity(entry.header.origin.party))
    if found.origin != entry.header.origin or found.previous.text != cosigned.origin:
        raise Invalid("ledger.epoch", "origin", found.origin.text, f"the epoch after {cosigned.origin}")
    if found.size < cosigned.size:
        held = f"{cosigned.size} entries of {cosigned.origin} were cosigned, not {found.size}"
        raise Stale("ledger.epoch_behind", cosigned.size, held)
    if found.size > cosigned.size:
        raise NotTrusted("ledger.epoch_ahead", f"{cosigned.size} entries were cosigned, not {found.size}")
    if found.root != cosigned.root:
        raise NotTrusted("ledger.equivocation", f"two trees of {found.size} entries of {cosigned.origin}")
    return found
