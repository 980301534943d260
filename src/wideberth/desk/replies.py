"""What somebody may reply to a communiqué: plain text in which everything is seen.

What cannot be seen is taken out, what would change how other text is shown is refused, and nothing is ever
a link. Whether a reply is shown is for a person to decide, never for a rule.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.model.communique import LANGUAGES

LONGEST: Final = 2_000
"""Characters of a reply."""
LINES: Final = 40
NAME: Final = 60
"""Characters of what its author wants to be called."""
MARKS: Final = 4
"""Combining marks on one letter: vowels, doubling and cantillation of Hebrew and Arabic need no more."""
LINKS: Final = 1
"""Addresses in a text, which are shown as text and lead nowhere."""
REASONS: Final[dict[str, str]] = {
    "advertising": "it offers or advertises something",
    "danger": "it says where people or things are, or when, and could put somebody in danger",
    "insult": "it insults or threatens somebody",
    "off-topic": "it is about something else",
    "personal": "it tells something personal of somebody",
    "repeated": "the same was said before",
    "unreadable": "nobody here can read it",
}
"""Why a reply is not let through."""

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows (Unicode UAX 9, section 2)."""
_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(each) for each in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180F))
}
"""What shows nothing and is no space, beside what Unicode calls format characters (Cf)."""
_BREAKS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ENDS: Final = (
    "com|net|org|info|biz|gov|edu|int|io|me|ly|to|cc|tv|xyz|top|site|online|shop|club|live|link|click|ru|su|"
    "ua|by|il|ae|eg|iq|ir|jo|lb|qa|sa|sy|tr|us|uk|eu|de|fr|cn|tk"
)
_LINK: Final = re.compile(
    rf"[a-z][a-z0-9+.-]{{1,20}}:/+|www\.|@[a-z0-9-]{{1,63}}\.[a-z]|[a-z0-9-]{{1,63}}\.(?:{_ENDS})\b",
    re.IGNORECASE,
)


class Said(Struct, frozen=True):
    """A reply that may be asked for a place in the queue.

    Attributes:
        text: in which everything is seen, NFC, lines divided by LF.
        language: one of LANGUAGES, or empty.
        name: in one line; empty where none is given.
    """

    text: str
    language: str = ""
    name: str = ""


def read(text: str, language: str = "", name: str = "") -> Said:
    """What was written, without what is not seen.

    Raises: Invalid (`reply.empty`, `reply.long`, `reply.lines`, `reply.signs`, `reply.marks`, `reply.links`,
    `reply.name`, `reply.language`), which shows nothing of the text.
    """
    if language and language not in LANGUAGES:
        raise Invalid("reply.language", "language", language, ", ".join(LANGUAGES))
    if max(len(text), len(name)) > 4 * LONGEST:  # nothing is looked at that is far too long
        raise Invalid("reply.long", "text", f"{len(text)} characters", f"at most {LONGEST}")
    said, called = _seen(text, "text"), " ".join(_seen(name, "name").split())
    if not said:
        raise Invalid("reply.empty", "text", "nothing that can be seen", "a few words")
    if len(said) > LONGEST:
        raise Invalid("reply.long", "text", f"{len(said)} characters", f"at most {LONGEST}")
    if said.count("\n") >= LINES:
        raise Invalid("reply.lines", "text", f"{said.count(chr(10)) + 1} lines", f"at most {LINES}")
    if len(called) > NAME:
        raise Invalid("reply.name", "name", f"{len(called)} characters", f"at most {NAME}, or nothing")
    if (count := links(said)) > LINKS or links(called):
        raise Invalid("reply.links", "text", f"{count} addresses", f"at most {LINKS} in the text, none else")
    return Said(said, language, called)


def same(said: Said) -> str:
    """What two replies have in common that say the same, however they are spaced, written large or marked."""
    folded = unicodedata.normalize("NFKD", said.text).casefold()
    kept = "".join(each for each in folded if unicodedata.category(each)[0] in "LN")
    return kept or said.text


def links(text: str) -> int:
    """How many addresses stand in a text: of pages, of mail."""
    plain = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    return sum(_LINK.search(each) is not None for each in re.split(r"[\s,;]+", plain))


def check_reason(why: str) -> str:
    """Raises: Invalid (`reply.why`)."""
    if why not in REASONS:
        raise Invalid("reply.why", "why", why, ", ".join(REASONS))
    return why


def _is_none(point: int) -> bool:
    """Whether it is a noncharacter (Unicode, section 23.7)."""
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF


def _seen(text: str, field: str) -> str:
    """The text in NFC, without what is not seen; lines and words are divided alike."""
    found: list[str] = []
    marks = 0
    for each in unicodedata.normalize("NFC", _BREAKS.sub("\n", text)):
        kind = unicodedata.category(each)
        steers = kind in ("Cc", "Co", "Cs") and each not in "\n\t"
        if steers or each in _TURNING or _is_none(ord(each)):
            wanted = "letters, figures, marks and spaces; nothing that turns or hides what stands beside it"
            raise Invalid("reply.signs", field, f"the character U+{ord(each):04X}", wanted)
        if kind == "Cf" or each in _UNSEEN:
            continue
        if kind in ("Mn", "Me"):
            marks += 1
            if marks > MARKS or not found or found[-1] in " \n":
                wanted = f"at most {MARKS} marks on one letter, none without a letter"
                raise Invalid("reply.marks", field, f"the mark U+{ord(each):04X}", wanted)
        else:
            marks = 0
        found.append(" " if kind == "Zs" or each == "\t" else each)
    lines = [" ".join(line.split(" ")).strip(" ") for line in "".join(found).split("\n")]
    # what was taken out may have stood between a letter and its mark
    return unicodedata.normalize("NFC", re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n"))
