"""Communiqués in a party's private feed: own ones, and what stands on its own public pages.

    communique            a version: an own one when it is drawn up, a joint one when it is published here
    communique.signed     {"approvals":[…],"at":…,"communique":…,"origin":…,"sha256":…}   of an own one
    communique.published  from here on it stands on this node's public pages
    communique.withdrawn  it was taken off

as in communique_entries. `origin` and `at` are a feed of this party's and an entry of it: where its officers
are on the roster that the signatures are judged by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import communique_entries, communiques
from wideberth.desk.case_entries import Ref
from wideberth.desk.communique_entries import Put, Said, Shown, Signed, Withdrawn
from wideberth.desk.communiques import Draft, Public
from wideberth.ledger import body, ids, parts
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Part
from wideberth.model.communique import Published, Version

TYPES: Final = frozenset((Put.TYPE, Signed.TYPE, Shown.TYPE, Withdrawn.TYPE))


class Kept(Struct, frozen=True):
    """A version whose text is kept here.

    Attributes:
        draft: as it was put, with signatures where it is an own one.
        text: the canonical text; `said` what it says.
        page: what was said last of this version on the own public pages; None: nothing yet.
        shown_ms: when it was first published here; None: never.
        changed_ms: when `page` was said; `why` as was said then.
    """

    draft: Draft
    text: bytes
    said: Version
    page: Public | None = None
    shown_ms: int | None = None
    changed_ms: int = 0
    why: str | None = None


class Own(Struct, frozen=True):
    """A communiqué in the private feed: its versions as they came."""

    versions: tuple[Kept, ...] = ()

    def of(self, sha256: bytes) -> Kept | None:
        """The version of this SHA-256."""
        return next((each for each in self.versions if each.draft.sha256 == sha256), None)

    @property
    def shown(self) -> tuple[Kept, ...]:
        """Versions that were published here, the newest first: what the first says holds of all."""
        some = [each for each in self.versions if each.shown_ms is not None]
        return tuple(sorted(some, key=lambda each: -each.said.version))


class State(Struct, frozen=True):
    """All of them, by id."""

    communiques: Map[str, Own] = Map()


def write_signed(said: Signed, at: Ref) -> dict[str, Value]:
    """The value of an own signature's body. Raises: Invalid (`ledger.approval`)."""
    return {**communique_entries.write(said), "at": at.n, "origin": at.origin.text}


def parts_of(entry: Entry) -> bytes | None:
    """Of which parts an entry needs the bytes: the SHA-256, if it has any."""
    if entry.header.type != Put.TYPE:
        return None
    value = body.value(entry)
    return ids.unbase32(value["sha256"], ids.HASH, "sha256") if value.get("text") is None else None


def evolve(state: State, entry: Entry, cut: Sequence[Part]) -> State:
    """The step of the fold over what this node has entered itself. Raises: Invalid (as read_value)."""
    header, value = entry.header, body.value(entry)
    said = communique_entries.read_value(header.type, value)
    own = state.communiques.get(said.communique, Own())
    ref = Ref(header.origin, header.n)
    if isinstance(said, Put):
        if own.of(said.sha256) is not None:
            return state
        text = parts.join(cut) if said.text is None else said.text.encode()
        put = Draft(header.origin.party, said.version, said.parties, said.sha256, ref, header.at_ms)
        kept = Kept(put, text, communique_entries.read_text(text))
        made = Own((*own.versions, kept))
    else:
        made = Own(
            tuple(
                _said(each, said, header.at_ms, header.origin.party, value)
                if each.draft.sha256 == said.sha256
                else each
                for each in own.versions
            )
        )
    return State(state.communiques.set(said.communique, made))


def published(state: State, names: Mapping[str, str], replies: Mapping[str, int]) -> list[Published]:
    """What the public sees, the newest first; parties as `names` has them."""
    found = []
    for name, own in state.communiques.items():
        shown = own.shown
        if shown:
            newest = shown[0]
            found.append(
                Published(
                    name,
                    tuple(names.get(each, each) for each in newest.said.parties),
                    tuple(each.said for each in shown),
                    tuple(each.shown_ms or 0 for each in shown),
                    newest.changed_ms if newest.page == "withdrawn" else None,
                    replies.get(name, 0),
                    newest.said.exercise,
                )
            )
    return sorted(found, key=lambda each: (-each.published_ms[0], each.id))


def _said(kept: Kept, said: Said, at_ms: int, party: str, value: Mapping[str, Value]) -> Kept:
    match said:
        case Signed():
            at = Ref(ids.origin(value["origin"]), cast("int", value["at"]))
            return structs.replace(kept, draft=communiques.with_said(kept.draft, party, said, at, at_ms))
        case Shown():
            first = at_ms if kept.shown_ms is None else kept.shown_ms
            return structs.replace(kept, page="published", shown_ms=first, changed_ms=at_ms, why=None)
        case Withdrawn():
            return structs.replace(kept, page="withdrawn", changed_ms=at_ms, why=said.why)
    return kept
