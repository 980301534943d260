"""Communiqués, as the node has them for its own people; what the public sees is served elsewhere."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.ledger import ids
from wideberth.model.communique import Text
from wideberth.node.communique_drafts import FORMATS
from wideberth.node.communique_views import (
    CommuniqueDraftView,
    CommuniqueTextView,
    CommuniqueView,
)
from wideberth.space.volume import Volume
from wideberth.web.call import Call
from wideberth.web.roles import RELEASING
from wideberth.web.route import ANYBODY, LARGE, Route

COMMUNIQUE: Final = "/v1/communiques/{communique}"
SHA256: Final = "sha256"
FORMAT: Final = "format"


class CommuniqueWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What it says in one language: en, ru, he or ar. Paragraphs are divided by an empty line."""

    language: str
    title: str
    body: str


class CommuniqueNew(Struct, frozen=True, forbid_unknown_fields=True):
    """A communiqué.

    Attributes:
        texts: the first language counts.
        parties: who else must sign it, by their names; none: it is this party's own.
        volumes: where and when the public is asked to keep clear, as the native JSON has them.
        replies: whether everybody may reply.
    """

    texts: list[CommuniqueWords]
    parties: list[str] = []
    volumes: list[dict[str, Any]] = []
    replies: bool = True


class CommuniqueNext(Struct, frozen=True, forbid_unknown_fields=True):
    """The next version; `correction` says what it corrects, where one was published.

    `before`: the SHA-256 of the version from which it was made; where there is a newer one it is refused, so
    that nobody undoes what somebody else has written since.
    """

    texts: list[CommuniqueWords]
    volumes: list[dict[str, Any]] = []
    replies: bool = True
    correction: str = ""
    before: str | None = None


class CommuniqueSigned(Struct, frozen=True, forbid_unknown_fields=True):
    """Officers' signatures over the exact text of this SHA-256, each as the text of its file."""

    sha256: str
    approvals: list[str]


class CommuniqueDiffered(Struct, frozen=True, forbid_unknown_fields=True):
    """Where this party differs from the text of this SHA-256, and the texts that it would have."""

    sha256: str
    differences: str
    texts: list[CommuniqueWords] = []


class CommuniqueWhich(Struct, frozen=True, forbid_unknown_fields=True):
    """Which version, by its SHA-256; None: the newest that it can be. `why`, if anybody wants to say so."""

    sha256: str | None = None
    why: str | None = None


def communiques(call: Call) -> list[CommuniqueView]:
    """All of them."""
    return call.node.room.communiques.all()


def one(call: Call) -> CommuniqueView:
    """One of them."""
    return call.node.room.communiques.one(call.named["communique"])


def text(call: Call) -> CommuniqueTextView:
    """The exact text of a version. Raises: as Communiques.text."""
    found = call.asked.get(SHA256)
    return call.node.room.communiques.text(call.named["communique"], _sha256(found))


def notice(call: Call) -> CommuniqueDraftView:
    """A draft of a notice. Raises: Invalid (`api.query`), and as Communiques.notice."""
    asked = call.asked.get(FORMAT, "")
    call.node.room.communiques.one(call.named["communique"])  # whether there is such a one is said first
    for each in FORMATS:
        if asked == each:
            return call.node.room.communiques.notice(call.named["communique"], each)
    raise Invalid("api.query", FORMAT, asked, ", ".join(FORMATS))


def new(call: Call) -> CommuniqueView:
    """Draw one up. Raises: as Communiques.draft and native.volume_from_json."""
    said = call.body
    return call.node.room.communiques.draft(
        said.parties, _texts(said.texts), _volumes(said.volumes), replies=said.replies
    )


def correct(call: Call) -> CommuniqueView:
    """The next version. Raises: as Communiques.correct and native.volume_from_json."""
    said = call.body
    return call.node.room.communiques.correct(
        call.named["communique"],
        _texts(said.texts),
        _volumes(said.volumes),
        replies=said.replies,
        correction=said.correction,
        before=said.before,
    )


def sign(call: Call) -> CommuniqueView:
    """Sign this very text. Raises: as Communiques.sign."""
    approvals = [each.encode() for each in call.body.approvals]
    return call.node.room.communiques.sign(call.named["communique"], _named(call.body.sha256), approvals)


def differ(call: Call) -> CommuniqueView:
    """Say where this party differs. Raises: as Communiques.differ."""
    said = call.body
    return call.node.room.communiques.differ(
        call.named["communique"], _named(said.sha256), said.differences, _texts(said.texts)
    )


def publish(call: Call) -> CommuniqueView:
    """Put a version on the public pages. Raises: as Communiques.publish."""
    return call.node.room.communiques.publish(call.named["communique"], _sha256(call.body.sha256))


def withdraw(call: Call) -> CommuniqueView:
    """Take it back. Raises: as Communiques.withdraw."""
    said = call.body
    return call.node.room.communiques.withdraw(call.named["communique"], said.why, _sha256(said.sha256))


def _texts(found: list[CommuniqueWords]) -> list[Text]:
    return [Text(each.language, each.title, each.body) for each in found]


def _volumes(found: list[dict[str, Any]]) -> list[Volume]:
    return [native.volume_from_json(each, f"volumes[{n}]") for n, each in enumerate(found)]


def _sha256(found: str | None) -> bytes | None:
    return None if found is None else _named(found)


def _named(found: str) -> bytes:
    """Raises: Invalid (`communique.version`)."""
    try:
        data = bytes.fromhex(found)
    except ValueError:
        data = b""
    if len(data) != ids.HASH:
        raise Invalid("communique.version", SHA256, found, "a SHA-256: 64 hexadecimal digits")
    return data


ROUTES: Final = (
    Route("GET", "/v1/communiques", ANYBODY, None, list[CommuniqueView], communiques,
          "All communiqués: drafts, what others have put, what is published and what was withdrawn."),
    Route("GET", COMMUNIQUE, ANYBODY, None, CommuniqueView, one,
          "One communiqué: its versions, who has signed which very text, and where a party differs."),
    Route("GET", f"{COMMUNIQUE}/text", ANYBODY, None, CommuniqueTextView, text,
          "The exact text that officers sign, by its `sha256`; else of the newest version.",
          query=(SHA256,)),
    Route("GET", f"{COMMUNIQUE}/notice", ANYBODY, None, CommuniqueDraftView, notice,
          "A draft, for those who issue them, of what a published communiqué says: `format` notam, navwarn "
          "or cap.", query=(FORMAT,)),
    Route("POST", "/v1/communiques", RELEASING, CommuniqueNew, CommuniqueView, new,
          "Draw a communiqué up, for this party alone or with others, who are told at once.", most=LARGE,
          act="communique.new"),
    Route("PUT", COMMUNIQUE, RELEASING, CommuniqueNext, CommuniqueView, correct,
          "The next version: of a draft, or a correction of what was published.", most=LARGE,
          act="communique.correct"),
    Route("POST", f"{COMMUNIQUE}/sign", RELEASING, CommuniqueSigned, CommuniqueView, sign,
          "Sign this very text, by two officers, each by a key of their own.", most=LARGE,
          act="communique.sign"),
    Route("POST", f"{COMMUNIQUE}/differ", RELEASING, CommuniqueDiffered, CommuniqueView, differ,
          "Say where this party differs from a version, and how it would have it.", most=LARGE,
          act="communique.differ"),
    Route("POST", f"{COMMUNIQUE}/publish", RELEASING, CommuniqueWhich, CommuniqueView, publish,
          "Put a version that every party has signed on this node's public pages.",
          act="communique.publish"),
    Route("POST", f"{COMMUNIQUE}/withdraw", RELEASING, CommuniqueWhich, CommuniqueView, withdraw,
          "Take a communiqué off the public pages, or a draft back. It stays on record.",
          act="communique.withdraw"),
)  # fmt: skip
"""What of the API is about communiqués."""
