"""Texts of terms over the API: what one says and changes, in words; one to begin with. Nothing is entered."""

from __future__ import annotations

import secrets
from typing import Final

from msgspec import Struct

from wideberth.desk.differences import Change, differences, items
from wideberth.errors import Invalid
from wideberth.formats import agreement, agreement_draft
from wideberth.formats.agreement import Signed
from wideberth.ledger import approval, ids
from wideberth.model.agreement import Party
from wideberth.render import agreement as words
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import ANYBODY, LARGE, Route

BESIDE: Final = frozenset({"id", "version", "parties"})
"""What is said of a text beside its items."""
SHORT: Final = 8
"""Characters of a party's name, where it is called nothing else."""


class ReadTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """An exact text of terms, and the one that it is compared with."""

    terms: str
    before: str | None = None


class DraftTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """A first version of terms with the other party of a line, of this title; or what follows a text."""

    title: str | None = None
    line: str | None = None
    after: str | None = None


class TermsItemView(Struct, frozen=True):
    """One thing that terms say: `what` is its key, `words` what people call it, `value` it in words."""

    what: str
    words: str
    value: str


class TermsChangeView(Struct, frozen=True):
    """One thing that differs; `effect`: stricter, looser, narrower, wider, changed."""

    what: str
    words: str
    before: str
    after: str
    effect: str


class TermsPartyView(Struct, frozen=True):
    """A party that terms name."""

    party: str
    label: str


class TermsView(Struct, frozen=True):
    """A text of terms in words.

    Attributes:
        sha256: what is compared by voice, and signed; `bytes` how long it is.
        items: all that it says. `changes`: from the text before, where one was given.
        same: whether both are versions of one agreement. `follows`: whether it names the other as the one
            before it.
    """

    sha256: str
    bytes: int
    agreement: str
    title: str
    version: int
    previous: str | None
    parties: tuple[TermsPartyView, ...]
    items: tuple[TermsItemView, ...]
    changes: tuple[TermsChangeView, ...]
    same: bool | None
    follows: bool | None


class DraftedTerms(Struct, frozen=True):
    """A text to be changed."""

    terms: str


def read(call: Call) -> TermsView:
    """What a text says, and changes. Raises: as agreement.read."""
    said: ReadTerms = call.body
    found = agreement.read(said.terms.encode())
    before = None if said.before is None else agreement.read(said.before.encode(), "before")
    return _view(found, before)


def _view(found: Signed, before: Signed | None) -> TermsView:
    of = found.agreement
    changes = () if before is None else differences(before.agreement, of)
    return TermsView(
        sha256=found.hash.hex(),
        bytes=len(found.data),
        agreement=ids.base32(of.id),
        title=of.terms.title,
        version=of.version,
        previous=None if of.previous is None else of.previous.hex(),
        parties=tuple(TermsPartyView(each.name, each.label) for each in of.parties),
        items=tuple(
            TermsItemView(each.what, words.subject(each), words.value(each.after, each.kind))
            for each in items(of)
            if each.what not in BESIDE
        ),
        changes=tuple(_change(each) for each in changes),
        same=None if before is None else before.agreement.id == of.id,
        follows=None if before is None else of.previous == before.hash,
    )


def _change(found: Change) -> TermsChangeView:
    before, after = (words.value(each, found.kind) for each in (found.before, found.after))
    return TermsChangeView(found.what, words.subject(found), before, after, found.effect)


def draft(call: Call) -> DraftedTerms:
    """A text to be changed. Raises: Invalid (`agreement.draft`, and as agreement_draft), as Node.using."""
    said: DraftTerms = call.body
    if said.after is not None and said.title is None and said.line is None:
        return DraftedTerms(agreement_draft.following(agreement.read(said.after.encode(), "after")).decode())
    if said.after is not None or said.title is None or said.line is None:
        raise Invalid("agreement.draft", "", "both or neither", "title and line, or after")
    call.node.agreed.of(said.line)  # says where there is no such line
    line = next(each for each in call.node.lines() if each.line == said.line)
    ours = ids.party(call.node.identity)
    us = call.node.settings.name or ours[:SHORT]
    parties = (Party(ours, us), Party(line.peer, line.label or line.peer[:SHORT]))
    number = secrets.token_bytes(approval.AGREEMENT_ID)
    return DraftedTerms(agreement_draft.draft(number, said.title, parties).decode())


ROUTES: Final = (
    Route("POST", "/v1/read-terms", ANYBODY, ReadTerms, TermsView, read,
          "What a text of terms says, item by item, and what it changes from the one `before`. Nothing is "
          "entered, and nobody is told.", most=LARGE),
    Route("POST", "/v1/draft-terms", OFFICER, DraftTerms, DraftedTerms, draft,
          "A whole text of terms to be changed: a first version with the other party of a `line`, or what "
          "follows the text `after`. Nothing is entered.", most=LARGE),
)  # fmt: skip
"""What of the API is about texts of terms."""
