"""What a node shows of communiqués, to its own people. Times RFC 3339 in UTC with ms, SHA-256 hexadecimal."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wideberth.model.communique import Phase


class CommuniqueWordsView(Struct, frozen=True):
    """What it says in one language (model.communique.Text)."""

    language: str
    title: str
    body: str


class CommuniquePartyView(Struct, frozen=True):
    """Where a party stands to one version.

    Attributes:
        party, us, label: who, whether this one, and what it is called here otherwise.
        line: the line on which it says so; None of this party's own communiqué.
        signatures: officers' keys that count under this very text; 0 where fewer than `needed` do.
        differs: where it differs, in its words, and when it said so; None: it does not say so.
        instead: the texts that it would have.
        page: what it says of its own public pages: "published" or "withdrawn"; None: nothing.
        page_at, page_why: since when, and why.
    """

    party: str
    us: bool
    label: str | None
    line: str | None
    signatures: int
    needed: int
    differs: str | None
    differs_at: str | None
    instead: tuple[CommuniqueWordsView, ...]
    page: str | None
    page_at: str | None
    page_why: str | None


class CommuniqueVersionView(Struct, frozen=True):
    """One version.

    Attributes:
        version, sha256: its number, and the SHA-256 of its canonical text, which is asked for by it.
        mine, at: whether this party put it, and when, by its author's clock.
        told: whether it is on every line that it is meant for.
        phase, words: where it stands (model.communique.PHASES).
        readable: whether its text is held here whole; what follows is empty without it.
        texts: the first counts. `volumes`: as the native JSON has them. `replies`: whether everybody may.
        correction: what it corrects. `exercise`: whether it says that it is of an exercise.
        parties: where each party stands to it.
        published: when it was first published here; None: never.
    """

    version: int
    sha256: str
    mine: bool
    at: str
    told: bool
    phase: Phase
    words: str
    readable: bool
    texts: tuple[CommuniqueWordsView, ...]
    volumes: tuple[dict[str, Any], ...]
    replies: bool
    correction: str
    exercise: bool
    parties: tuple[CommuniquePartyView, ...]
    published: str | None


class CommuniqueView(Struct, frozen=True):
    """A communiqué: its versions, the newest first; `joint`: whether others sign it too.

    `title`, `phase` and `words` are of the newest version; `public` is which of them stands on this
    node's public pages now, or None. `talks`: ids of talks that name it as their outcome.
    """

    communique: str
    joint: bool
    title: str
    phase: Phase
    words: str
    public: int | None
    versions: tuple[CommuniqueVersionView, ...]
    talks: tuple[str, ...]


class CommuniqueTextView(Struct, frozen=True):
    """The exact text of a version that officers sign, and its SHA-256."""

    communique: str
    version: int
    sha256: str
    text: str


class CommuniqueDraftView(Struct, frozen=True):
    """A draft of a notice about a published communiqué: its text, and notes on what it does not say."""

    communique: str
    version: int
    format: str
    text: str
    notes: tuple[str, ...]
