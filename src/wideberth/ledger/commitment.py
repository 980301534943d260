"""A party shows every hour that its private feed was something, and later what (LINE 16).

The commitment stands in the main feed of a line, where the peer cosigns it. The salt keeps the peer from
trying likely checkpoints.
"""

from __future__ import annotations

import hashlib

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import body, checkpoint, ids
from wideberth.ledger.checkpoint import Checkpoint
from wideberth.ledger.entries import Commitment, Opening

PRIVATE = b"wideberth/private/v1\n"


def commit(opening: Opening) -> Commitment:
    """SHA-256("wideberth/private/v1" ‖ newline ‖ salt ‖ text of the checkpoint); the salt is 16 random bytes.

    Raises: Invalid (`ledger.salt`, `ledger.checkpoint`, `ledger.origin`).
    """
    if len(opening.salt) != body.SALT:
        raise Invalid("ledger.salt", "salt", f"{len(opening.salt)} bytes", f"{body.SALT} random bytes")
    origin = checkpoint.parse(opening.checkpoint).origin
    if not ids.origin(origin).private:
        raise Invalid("ledger.checkpoint", "line 1", origin, "the checkpoint of a private feed")
    return Commitment(hashlib.sha256(PRIVATE + opening.salt + opening.checkpoint.encode()).digest())


def check(committed: Commitment, opening: Opening, party: str) -> Checkpoint:
    """The checkpoint of its private feed to which a party had committed.

    Raises: NotTrusted (`ledger.opening` where this opens something else, or shows another party's feed),
    Invalid (as `commit`).
    """
    found = checkpoint.parse(opening.checkpoint)
    if commit(opening) != committed or ids.origin(found.origin).party != party:
        raise NotTrusted("ledger.opening", f"not what {party} had committed to")
    return found
