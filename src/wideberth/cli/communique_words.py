"""Communiqués in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from wideberth.errors import shorten
from wideberth.node.communique_views import (
    CommuniquePartyView,
    CommuniqueVersionView,
    CommuniqueView,
    CommuniqueWordsView,
)

SHORT: Final = 10
"""Characters of an id, or of a SHA-256, that tell it from others, for people."""
US: Final = "this party"


def table(found: Sequence[CommuniqueView]) -> Table:
    """Communiqués, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("communique", "title", "of", "stands", "public"):
        made.add_column(name, overflow="fold")
    for each in found:
        of = ", ".join(_name(party) for party in each.versions[0].parties)
        public = "" if each.public is None else f"version {each.public}"
        row = (each.communique[:SHORT], each.title, of, each.phase, public)
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def communique(found: CommuniqueView) -> list[str]:
    """A communiqué at length."""
    sort = "joint" if found.joint else "of this party alone"
    public = "nothing of it" if found.public is None else f"version {found.public}"
    return [
        f"communique {shorten(found.title, 200)}  {found.communique}",
        f"           {sort}; on the public pages: {public}",
        *(f"talks      {each} name it as their outcome" for each in found.talks),
        *(line for each in found.versions for line in _version(each)),
    ]


def side_by_side(found: CommuniqueView) -> Iterator[Table]:
    """The newest version beside what each party would have that differs from it, language by language."""
    newest = found.versions[0]
    differing = [each for each in newest.parties if each.differs is not None]
    if not differing:
        return
    made = Table(title=f"version {newest.version}, side by side", title_justify="left", show_lines=True)
    made.add_column(f"as it was put by {US if newest.mine else 'the other party'}", overflow="fold")
    for each in differing:
        made.add_column(f"{_name(each)} differs", overflow="fold")
    made.add_row("", *(Text(each.differs or "") for each in differing))
    for text in newest.texts:
        cells = [_same(each.instead, text.language) for each in differing]
        if any(cells):
            made.add_row(Text(_words(text)), *(Text(cell) for cell in cells))
    yield made


def following(found: CommuniqueView) -> Iterator[str]:
    """What to do next."""
    short, newest = found.communique[:SHORT], found.versions[0]
    mine = next((each for each in newest.parties if each.us), None)
    if not newest.told:
        yield "It is not on every line yet: call."
    if newest.phase in ("draft", "signed by some", "differing") and mine is not None and not mine.signatures:
        yield (
            f"Read it, then two officers sign: wideberth communique text {short} --out FILE, then wideberth "
            "key approve --what release --file FILE"
        )
    missing = [each for each in newest.parties if not each.us and not each.signatures]
    if newest.phase in ("signed by some", "differing") and missing:
        named = ", ".join(map(_name, missing))
        yield f"Not signed by {named}: that is no consent, and nothing is published."
    if newest.phase == "approved":
        yield f"Every party has signed it: wideberth communique publish {short}"
    for each in newest.parties:
        if not each.us and each.page == "withdrawn":
            stands = " It still stands on this node's pages." if found.public == newest.version else ""
            yield f"{_name(each)} has withdrawn it.{stands}"


def _version(each: CommuniqueVersionView) -> Iterator[str]:
    whose = "ours" if each.mine else "theirs"
    yield f"version    {each.version}, {whose}, {each.at}: {each.phase}: {each.words}"
    yield f"           SHA-256 {each.sha256}"
    if each.correction:
        yield f"           corrects: {shorten(each.correction, 300)}"
    if each.published is not None:
        yield f"           published here first {each.published}"
    if not each.readable:
        yield "           its text is not held here whole"
    for text in each.texts:
        yield f"text       {text.language}: {shorten(text.title, 200)}"
    if each.volumes:
        yield f"area       {len(each.volumes)} to keep clear of"
    if each.readable and not each.replies:
        yield "replies    none are taken"
    for party in each.parties:
        yield from _party(party)


def _party(each: CommuniquePartyView) -> Iterator[str]:
    signed = f"signed by {each.signatures} officers" if each.signatures else "not signed"
    page = "" if each.page is None else f"; {each.page} on its pages {each.page_at}"
    why = f": {shorten(each.page_why, 200)}" if each.page_why else ""
    yield f"party      {shorten(_name(each), 60)}: {signed}{page}{why}"
    if each.differs is not None:
        yield f"           differs: {shorten(each.differs, 500)}"


def _same(some: Sequence[CommuniqueWordsView], language: str) -> str:
    return next((_words(each) for each in some if each.language == language), "")


def _words(text: CommuniqueWordsView) -> str:
    return f"{text.title}\n\n{text.body}"


def _name(each: CommuniquePartyView) -> str:
    return US if each.us else each.label or each.party[:SHORT]
