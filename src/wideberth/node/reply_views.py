"""Replies to communiqués, as those who decide on them see them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

State = Literal["waiting", "shown", "refused"]


class Taken(Struct, frozen=True):
    """A reply was taken: it waits for a person; `reply` is its number."""

    reply: int


class ReplyView(Struct, frozen=True):
    """A reply.

    Attributes:
        reply: its number.
        communique: to which.
        text: plain text in which everything is seen; lines divided by LF.
        language: as its author says; empty where nobody said.
        name: as its author wants to be called; empty where nobody said.
        day: on which it came, such as 2027-01-17; nothing finer is kept, and nothing of who sent it.
        state: waiting; shown: everybody reads it; refused: it is erased on the day `erased`.
        why: for what reason it was refused; None of any other.
    """

    reply: int
    communique: str
    text: str
    language: str
    name: str
    day: str
    state: State
    why: str | None = None
    erased: str | None = None


class ReplyCountView(Struct, frozen=True):
    """How many replies to a communiqué wait, are shown, and were refused in the last days."""

    communique: str
    waiting: int
    shown: int
    refused: int


class PublicFilesView(Struct, frozen=True):
    """Files by their paths in the folder; `communiques`: those that have pages, the newest first."""

    communiques: tuple[str, ...]
    files: dict[str, str]
