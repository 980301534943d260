"""The mark of an exercise on what is printed or kept: nobody may take it for anything real."""

from __future__ import annotations

import re
from typing import Final

MARK: Final = "EXERCISE: nothing here is real."
"""What everything that is shown of an exercise begins with."""
WORD: Final = "EXERCISE"
FIRST: Final = 300
"""Characters of a body among which its own mark would be."""
_BODY: Final = re.compile(r"<body[^>]*>")
_HTML: Final = (
    f'<p style="border:2pt solid #000;font:700 14pt sans-serif;padding:2mm;text-align:center">{MARK}</p>'
)
_SVG: Final = (
    f'<text x="50%" y="16" text-anchor="middle" font-size="15" font-weight="700" fill="#000">{MARK}</text>'
)


def text(found: str, *, exercise: bool) -> str:
    """Lines for people."""
    return f"{MARK}\n{found}" if exercise else found


def html(page: str, *, exercise: bool) -> str:
    """A page: its body begins with the mark."""
    begins = _BODY.search(page) if exercise else None
    if begins is None or WORD in page[begins.end() : begins.end() + FIRST]:
        return page  # those that are made for it say it themselves
    return page[: begins.end()] + _HTML + page[begins.end() :]


def svg(picture: str, *, exercise: bool) -> str:
    """A picture: the mark stands over its top."""
    before, ends, after = picture.rpartition("</svg>")
    return f"{before}{_SVG}{ends}{after}" if exercise else picture
