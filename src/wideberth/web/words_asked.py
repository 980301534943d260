"""What is asked of the API about recognition words. Strict: a field that is not known is refused."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from wideberth.line import words
from wideberth.line.words import Purpose

Said = Annotated[str, Meta(max_length=200)]


class Challenged(Struct, frozen=True, forbid_unknown_fields=True):
    """Ask the other party, for this purpose."""

    purpose: Purpose = "voice"


class Replied(Struct, frozen=True, forbid_unknown_fields=True):
    """Answer this challenge of the other party's: words or digits, as they were heard."""

    challenge: Said
    purpose: Purpose = "voice"


class Checked(Struct, frozen=True, forbid_unknown_fields=True):
    """What the other party has answered to this challenge, or to the newest one for this purpose."""

    reply: Said
    challenge: Said | None = None
    purpose: Purpose = "voice"


class Unlocked(Struct, frozen=True, forbid_unknown_fields=True):
    """Replies for this purpose are looked at again."""

    purpose: Purpose = "voice"


class Resumed(Struct, frozen=True, forbid_unknown_fields=True):
    """Today is this day (2027-01-15) of UTC."""

    day: Said


class Printed(Struct, frozen=True, forbid_unknown_fields=True):
    """The table of this number for this day (2027-01-15) of UTC."""

    day: Said
    table: Annotated[int, Meta(ge=1, le=words.TABLES)] = 1
