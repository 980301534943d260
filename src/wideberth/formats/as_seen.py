"""Text that nobody can read differently from what it is.

UTF-8, without a byte order mark, lines that end with LF; no characters that are not seen, no letters of two
alphabets in one word, and no digits on a line with letters that run from right to left: they would be moved.
"""

from __future__ import annotations

import re
import unicodedata

from wideberth.errors import Invalid
from wideberth.formats import tomltext as toml

# written out, because what a library calls a letter of an alphabet changes with its version
_LATIN, _GREEK, _CYRILLIC = "A-Za-z\u00c0-\u024f\u1e00-\u1eff", "\u0370-\u03ff\u1f00-\u1fff", "\u0400-\u052f"
_MIXED = re.compile(
    "|".join(
        f"[{one}][{''.join(other for other in (_LATIN, _GREEK, _CYRILLIC) if other != one)}]"
        for one in (_LATIN, _GREEK, _CYRILLIC)
    )
)
# what is not seen, what turns the direction, letters that are drawn as others, and what TOML would make of an
# escape; written out here, because the same bytes must be terms, or not, in every version of a program
_HIDDEN = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uff01-\uff5e\uffa0\ufff0-\uffff"
    r"\U0001d400-\U0001d7ff\U000e0000-\U000e0fff]|\\[uUx]"
)
_LEFTWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ALIKE = str.maketrans(
    "асеһіјӏорԛѕԝхувкмнтοαβεζηικμνρτυχγω",
    "acehijlopqswxybkmhtoabezhikmnptuxyw",
)
"""Letters of two more alphabets that look like Latin ones, small or large."""


def as_seen(data: bytes, path: str) -> str:
    """The text of a file. `path` stands before every place in an error.

    Raises: Invalid (`terms.too_large`, `agreement.bytes`, `agreement.hidden`, `agreement.mixed_scripts`,
    `agreement.direction`).
    """
    wanted = "UTF-8 without a byte order mark, lines that end with LF, the last one too"
    if len(data) > toml.LARGEST_FILE:
        raise Invalid("terms.too_large", path, f"{len(data):,} bytes", f"at most {toml.LARGEST_FILE:,}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("agreement.bytes", path, f"byte {error.start} is not UTF-8", wanted) from error
    for found, words in (("\ufeff", "a byte order mark"), ("\r", "a carriage return")):
        if found in text:
            raise Invalid("agreement.bytes", path, words, wanted)
    if not text.endswith("\n"):
        raise Invalid("agreement.bytes", path, "a last line without its end", wanted)
    for n, line in enumerate(text[:-1].split("\n"), start=1):
        _check_line(line, place_in(path, f"line {n}"))
    return text


def _check_line(line: str, path: str) -> None:
    if hidden := _HIDDEN.search(line):
        found = f"the character U+{ord(hidden[0]):04X}" if len(hidden[0]) == 1 else f"the escape {hidden[0]}"
        raise Invalid("agreement.hidden", path, found, "characters that are seen as what they are")
    if mixed := _MIXED.search(line):
        letters = " and ".join(f"{c} (U+{ord(c):04X})" for c in mixed[0])
        raise Invalid("agreement.mixed_scripts", path, letters, "one alphabet in each word")
    if _LEFTWARDS.search(line) and re.search(r"\d", line):
        wanted = "no digits on a line with letters that run from right to left: they would change places"
        raise Invalid("agreement.direction", path, line, wanted)


def look(name: str) -> str:
    """The same for two names that a reader could take for each other."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_ALIKE)


def place_in(path: str, place: str) -> str:
    """A place in a file, for an error."""
    return ", ".join(each for each in (path, place) if each)
