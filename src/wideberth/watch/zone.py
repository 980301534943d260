"""What tracks keep out of, or are to be in: a notice's volumes, a site, a policy's area, an own plan."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from wideberth.model.separation import Rule
from wideberth.space.volume import Volume

Kind = Literal["notice", "site", "movement", "policy", "plan"]


class Zone(Struct, frozen=True):
    """Some volumes, and how near a track may come.

    Attributes:
        id: unique among the zones of a look.
        kind: of what.
        party: whose; tracks of the same party are not compared with it. Empty: everybody keeps clear.
        name: for people.
        volumes: where and when; pads are added to the minima.
        rules: it is too near where one of them is violated on every axis (GEOMETRY, Separation): `h`, `v` 0
            mean inside. A track is where it is at a moment: the window of a volume grows by `t`.
    """

    id: str
    kind: Kind
    party: str
    name: str
    volumes: tuple[Volume, ...]
    rules: tuple[Rule, ...] = (Rule(0, 0, 0),)
