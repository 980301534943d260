"""A text as only its letters and digits, which is what passing it on leaves alone.

Spaces, line wraps, case, accents, marks, quotes, characters that are not seen, HTML's and JSON's ways of
writing a character, and letters of other scripts that look like Latin ones make no difference. What stood
between two letters can still be asked for.
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

_RUN: Final = re.compile(r"[^\W_]+")
_ESCAPED: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrtbf])")
_UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Cc", "Co", "Cs"})
"""Categories of what is no sign of its own (Unicode Standard, 4.5): dropped, but for line ends and tabs."""
_BLANK: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
_ALIKE: Final = str.maketrans("аеорсухіѕјһԁԛԝκοαρτυνι", "aeopcyxisjhdqwkoaptuvi", "")
"""Small Cyrillic and Greek letters for the Latin ones they are taken for."""
_DASHES: Final = "‐‑‒–—―−"
_SINGLE: Final = "‘’‚‛′`´ʼ"
_DOUBLE: Final = "“”„‟″«»"
_MARKS: Final = str.maketrans(
    _DASHES + _SINGLE + _DOUBLE, "-" * len(_DASHES) + "'" * len(_SINGLE) + '"' * len(_DOUBLE)
)
_SPACE: Final = re.compile(r"\s+")


class Squeezed(Struct, frozen=True):
    """A text and its letters.

    Attributes:
        raw: the text in one case and one form of each character.
        letters: letters and digits of it, with nothing between.
        starts: where each run of letters begins in `letters`, ascending.
        raws: where it begins in `raw`.
    """

    raw: str
    letters: str
    starts: Sequence[int]
    raws: Sequence[int]

    def gap(self, at: int) -> str:
        """What stands before the letter `at`, after the one before it; at an end as far as the text goes."""
        begin = self._raw(at - 1) + 1 if at > 0 else 0
        return self.raw[begin : self._raw(at) if at < len(self.letters) else len(self.raw)]

    def _raw(self, at: int) -> int:
        run = bisect_right(self.starts, at) - 1
        return self.raws[run] + at - self.starts[run]


def squeeze(text: str) -> Squeezed:
    """The letters of a text. Time and memory go with its length."""
    raw = plain(text)
    letters: list[str] = []
    # of a long text there are millions
    starts, raws = array("q"), array("q")
    length = 0
    for run in _RUN.finditer(raw):
        starts.append(length)
        raws.append(run.start())
        letters.append(run[0])
        length += len(run[0])
    return Squeezed(raw, "".join(letters), starts, raws)


def plain(text: str) -> str:
    """The text in one case and one form of each character (NFKD), without what is not seen."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    text = unicodedata.normalize("NFKD", text).casefold()
    unseen = {
        ord(each): None for each in set(text) if unicodedata.category(each) in _UNSEEN and each not in _BLANK
    }
    return text.translate(unseen).translate(_ALIKE)


def marks(gap: str) -> str:
    """The marks of what stands between two letters: one dash, one quote of a kind, no spaces."""
    return _SPACE.sub("", gap.translate(_MARKS))
