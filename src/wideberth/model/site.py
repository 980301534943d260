"""A standing protected place: hospital, camp, school, water point."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from wideberth.space.ground import Ground

Grade = Literal["verified", "single_source", "unverified"]


class Site(Struct, frozen=True):
    """`review` (POSIX ms) is when the place must be validated again; `source` says who gave it."""

    id: str
    name: str
    ground: Ground
    kind: str = ""
    grade: Grade = "unverified"
    source: str = ""
    review: int | None = None
