"""All that is published as a folder of files, for any server of files or for a disk: no form, no node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from wideberth.model.communique import LANGUAGES, Published, Reply
from wideberth.render import communique_page as pages
from wideberth.render.communique_feed import feed
from wideberth.render.communique_frame import At, Site, feed_path, file

Made: TypeAlias = tuple[At, str | None]
"""A page, and where it stands; None: there is none."""
SPOKEN: Final = (None, *LANGUAGES)
"""Each page stands in every language, and once in that of its text."""


def site(
    published: Sequence[Published],
    replies: Mapping[str, Sequence[Reply]],
    base: str = "",
    *,
    reply_at: str = "",
    name: str = "urn:wideberth:communiques",
    exercise: bool = False,
) -> dict[str, bytes]:
    """The files by their paths in the folder; the same bytes for the same input.

    Args:
        published: the newest first.
        replies: those that were let through, by communiqué, the oldest first.
        base: the address at which the folder will be reached; empty: not known.
        reply_at: the address of the pages on which one can reply; empty: nowhere.
        name: what names the feed for good, an IRI.
        exercise: whether all of it is of an exercise.
    """
    at = folder(base, reply_at=reply_at, name=name, exercise=exercise)
    found = front(at, published)
    for each in published:
        found |= statement(at, each, replies.get(each.id, ()))
    return dict(sorted(found.items()))


def folder(base: str = "", *, reply_at: str = "", name: str = Site().feed, exercise: bool = False) -> Site:
    """Where the pages of a folder stand; as in `site`."""
    return Site(base.rstrip("/"), name, exercise, files=True, reply_at=reply_at)


def front(at: Site, published: Sequence[Published]) -> dict[str, bytes]:
    """The list in all languages, and the feeds."""
    found = {file(feed_path(each)): feed(at, published, each) for each in LANGUAGES}
    numbers = range(1, -(-len(published) // pages.LISTED) + 2)
    return found | _files([_list(at, published, each, n) for each in SPOKEN for n in numbers])


def statement(at: Site, found: Published, replies: Sequence[Reply]) -> dict[str, bytes]:
    """All pages of one statement, in all languages."""
    return _files([each for language in SPOKEN for each in _pages(at, found, replies, language)])


def _files(made: Sequence[Made]) -> dict[str, bytes]:
    return {file(here.path): page.encode() for here, page in made if page is not None}


def _list(at: Site, published: Sequence[Published], language: str | None, number: int) -> Made:
    here = At(language) if number == 1 else At(language, None, "older", number)
    return here, pages.index(at, here, published)


def _pages(at: Site, found: Published, replies: Sequence[Reply], language: str | None) -> list[Made]:
    here, past = At(language, found.id), At(language, found.id, "history")
    made: list[Made] = [(here, pages.statement(at, here, found, replies))]
    made.append((past, pages.history(at, past, found)))
    for version in found.versions:
        number, page = 0, pages.statement(at, At(language, found.id, "v", version.version), found)
        while page is not None:
            made.append((At(language, found.id, "v", version.version, number), page))
            number = max(2, number + 1)
            page = pages.statement(at, At(language, found.id, "v", version.version, number), found)
    for number in range(1, pages.pages(replies) + 1):
        part = At(language, found.id, "replies", number)
        made.append((part, pages.reply_page(at, part, found, replies)))
    return made
