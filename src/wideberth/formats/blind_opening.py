"""What a party hands to an arbiter of a run of the blind check, as a file: its secrets, and all messages.

Whoever has it learns all plans that the party had put in. JSON, `wideberth.blind_opening/1`; bytes in base64.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid

SCHEMA: Final = "wideberth.blind_opening/1"
MOST: Final = 2**30
"""Bytes of a file."""


class BlindOpening(Struct, frozen=True, forbid_unknown_fields=True):
    """An opened run.

    Attributes:
        schema: SCHEMA. `line` and `party` are ids, whose run it is.
        session: the run's id. from_ms, until_ms: its horizon, POSIX ms.
        terms: the exact bytes of the terms of each version that both went by.
        opening: seed and document, as blind.audit.write has them.
        messages: COMMIT, MASKED, EVALUATED and RESULT of both sides, as far as they are known.
    """

    schema: str
    line: str
    party: str
    session: str
    from_ms: int
    until_ms: int
    terms: list[bytes]
    opening: bytes
    messages: list[bytes]


def write(found: BlindOpening) -> bytes:
    """The bytes of the file."""
    return msgspec.json.encode(found)


def read(data: bytes) -> BlindOpening:
    """What a file says. Raises: Invalid (`blind.opening_file`)."""
    try:
        found = msgspec.json.decode(data, type=BlindOpening)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid("blind.opening_file", "", str(error)[:200], SCHEMA) from error
    if found.schema != SCHEMA:
        raise Invalid("blind.opening_file", "schema", found.schema, SCHEMA)
    return found
