"""The page of a one-use link: what can be fetched, from whom, and one button. No script, nothing fetched."""

from __future__ import annotations

from html import escape
from typing import Final

from msgspec import Struct

from wideberth.errors import shorten
from wideberth.model.relay import NEVER
from wideberth.render.mark import MARK
from wideberth.render.relay_page import STYLE

TITLES: Final[dict[str, str]] = {
    "open": "A file for you",
    "used": "This was fetched already",
    "over": "The time of this link is over",
    "recalled": "This was RECALLED",
}


class Link(Struct, frozen=True):
    """What the page shows.

    Attributes:
        state: one of TITLES. `words`: what can be done, for people.
        release, by, title: what would be fetched, and from whom.
        size: of the file, in bytes. `until`: RFC 3339.
        exercise: whether it is of an exercise.
    """

    state: str
    words: str
    release: str
    by: str
    title: str
    size: int
    until: str
    exercise: bool = False


def page(found: Link) -> str:
    """The page."""
    title = TITLES.get(found.state, TITLES["over"])
    mark = f'<p class="w">{MARK}</p>' if found.exercise else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title><style>{STYLE}</style></head>'
        f"<body>{mark}<h1>{title}</h1><p>From: <b><bdi>{_text(found.by)}</bdi></b></p>"
        f'<p>Release {_text(found.release)}</p><p class="w">{_text(found.words)}</p>'
        f'{_form(found) if found.state == "open" else ""}<p class="s">{NEVER}</p></body></html>\n'
    )


def _form(found: Link) -> str:
    return (
        f"<p><bdi>{_text(found.title)}</bdi></p><p>{found.size:,} bytes, until {_text(found.until)}</p>"
        '<form method="post"><button class="c">FETCH IT: this works once</button></form>'
        "<p>Fetch it on the machine where it is to stay. That it was fetched is told to who sent it. The file"
        " says who may have it and what may be done with it, and it can be verified without this server.</p>"
    )


def _text(words: str) -> str:
    return escape(shorten(words, 300), quote=False)
