"""What a demo needs, and what comes out of it: `wideberth demo --json` prints the latter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec import Struct

from wideberth.story.parties import Party
from wideberth.story.side import Side
from wideberth.story.steps import Step

SCHEMA: Final = "wideberth.demo/1"


class Proof(Struct, frozen=True):
    """What another process said about a record.

    Attributes:
        file: which record; `command` what was run on it.
        code: how it ended; 0 where all of it is proven.
        said: what it printed, shortened; first the verdict.
    """

    file: str
    command: str
    code: int
    said: tuple[str, ...]


class Root(Struct, frozen=True):
    """How far a feed goes at a node, and the root of its tree."""

    entries: int
    root: str


class SignIn(Struct, frozen=True):
    """Where a node's console is, and with which name and password it opens, while the demo runs."""

    address: str
    name: str
    password: str


class Told(Struct, frozen=True):
    """What one node says at the end."""

    party: str
    api: str
    console: SignIn
    plans: dict[str, int]
    roots: dict[str, Root]
    cases: dict[str, str]


class Outcome(Struct, frozen=True):
    """All that came out. `parties` by their names; `plans` there are versions by id, `cases` phases."""

    schema: str
    exercise: bool
    as_of: str
    seconds: float
    steps: list[Step]
    line: str
    agreement: str
    parties: dict[str, Told]
    same: bool
    record: Proof


class Cast(NamedTuple):
    """Who is in it: two parties and their nodes' APIs; `address` is where the second's node is called.

    `prove` has another process verify a record that a party's node has made.
    """

    parties: tuple[Party, Party]
    sides: tuple[Side, Side]
    address: str
    prove: Callable[[Side, bytes], Proof]
