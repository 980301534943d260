"""One spelling for all: digits, signs, spaces and hemisphere words of several scripts become plain ASCII.

Hemispheres become N, S, E, W; a letter that begins the words of two becomes `?` marks that only the other
axis, or a word of the same language, can resolve.
"""

from __future__ import annotations

import re
import unicodedata

from wideberth.errors import Invalid

LONGEST = 2_000
"""Characters of one place; a map link is the longest way to write one."""
RIGHT_TO_LEFT_OVERRIDE = "\u202e"

_SIGNS = {
    **dict.fromkeys("º˚∘", "°"),
    **dict.fromkeys("′’‘´`ʹ＇׳", "'"),
    **dict.fromkeys("″”“ʺ״„＂", '"'),
    **dict.fromkeys("−–—‐‑‒－", "-"),
    **dict.fromkeys("٫．", "."),
    **dict.fromkeys("،，、", ","),
    **dict.fromkeys("؛；", ";"),
    "：": ":",
    "＋": "+",
    "／": "/",
}
_VOWELS = re.compile("[\u0591-\u05c7\u064b-\u065f\u0640]")
"""Vowel marks of Hebrew and Arabic, and the stroke that lengthens a word: with or without, it is one word."""
_SPELL = str.maketrans(_SIGNS)


def plain(text: str, path: str = "") -> str:
    """The text in one line of upper case with ASCII digits, signs and spaces; invisible marks are gone.

    Raises: Invalid (`place.invisible`, `place.too_long`) where an invisible mark stands between two
    digits, or turns the order of what is shown.
    """
    if len(text) > LONGEST:
        raise Invalid("place.too_long", path, text, f"one place, at most {LONGEST:,} characters")
    if RIGHT_TO_LEFT_OVERRIDE in text:
        raise Invalid("place.invisible", path, text, "text without a mark that turns its order (U+202E)")
    shown: list[str] = []
    hidden = False
    for sign in unicodedata.normalize("NFC", text).translate(_SPELL):
        if _VOWELS.match(sign):
            continue
        if unicodedata.category(sign) == "Cf":
            hidden = True
            continue
        plainly = _plain(sign)
        if hidden and shown and shown[-1].isdigit() and plainly.isdigit():
            raise Invalid("place.invisible", path, text, "digits without an invisible mark between them")
        hidden = False
        shown.append(plainly)
    return " ".join("".join(shown).split()).upper()


def _plain(sign: str) -> str:
    """One character: a digit of any script as ASCII, any space as a space, full-width letters as usual."""
    if sign.isascii():
        return sign
    value = unicodedata.decimal(sign, None)
    if value is not None:
        return str(value)
    return unicodedata.normalize("NFKC", sign) if "\uff00" <= sign <= "\uff5e" else sign


# Words of each hemisphere, upper case, as regular expressions of a whole word. Latin letters alone are
# English; `O` is not among them: it is Ouest, Oeste, Ovest (west) and Ost (east).
_HEMISPHERES = {
    "N": (
        r"NORTH|NORD|NORTE|SEVER|СЕВЕРНОЙ ШИРОТЫ|СЕВЕРНАЯ ШИРОТА|С\. ?Ш\.?|СШ|СЕВЕР|С"
        r"|ПІВНІЧНОЇ ШИРОТИ|ПІВНІЧНА ШИРОТА|ПН\. ?Ш\.?|ПНШ|ПІВНІЧ|ПН\.?"
        r"|(?:ال)?شمال(?:ا|اً|ًا|ي|ية)?|צפון|צפונה"
    ),
    "S": (
        r"SOUTH|SUD|SÜD|SUR|ЮЖНОЙ ШИРОТЫ|ЮЖНАЯ ШИРОТА|Ю\. ?Ш\.?|ЮШ|ЮГ|Ю"
        r"|ПІВДЕННОЇ ШИРОТИ|ПІВДЕННА ШИРОТА|ПД\. ?Ш\.?|ПДШ|ПІВДЕНЬ|ПД\.?"
        r"|(?:ال)?جنوب(?:ا|اً|ًا|ي|ية)?|ج|דרום|דרומה"
    ),
    "E": (
        r"EAST|EST|ESTE|OST|ВОСТОЧНОЙ ДОЛГОТЫ|ВОСТОЧНАЯ ДОЛГОТА|В\. ?Д\.?|ВД|ВОСТОК|В"
        r"|СХІДНОЇ ДОВГОТИ|СХІДНА ДОВГОТА|СХ\. ?Д\.?|СХД|СХІД|СХ\.?"
        r"|(?:ال)?شرق(?:ا|اً|ًا|ي|ية)?|ق|מזרח|מזרחה"
    ),
    "W": (
        r"WEST|OUEST|OESTE|OVEST|ЗАПАДНОЙ ДОЛГОТЫ|ЗАПАДНАЯ ДОЛГОТА|З\. ?Д\.?|ЗД|ЗАПАД|З"
        r"|ЗАХІДНОЇ ДОВГОТИ|ЗАХІДНА ДОВГОТА|ЗХ\. ?Д\.?|ЗХД|ЗАХІД|ЗХ\.?"
        r"|(?:ال)?غرب(?:ا|اً|ًا|ي|ية)?|غ|מערב|מערבה"
    ),
    # axis labels without a direction
    "φ": r"LATITUDE|LAT\.?|ШИРОТА|(?:خط )?(?:ال)?عرض|(?:קו )?(?:ה)?רוחב",
    "λ": r"LONGITUDE|LONG\.?|LON\.?|LNG\.?|ДОЛГОТА|ДОВГОТА|(?:خط )?(?:ال)?طول|(?:קו )?(?:ה)?אורך",
}
_LETTER = r"[^\W\d_]"
_WORDS = [
    (sign, re.compile(rf"(?<!{_LETTER})(?:{words})(?!{_LETTER}){'[ ]?[:=]?' if sign in 'φλ' else ''}"))
    for sign, words in _HEMISPHERES.items()
]
_UNITS = [
    ("°", re.compile(rf"(?<=\d) ?(?:DEGREES?|DEG\.?|ГРАДУС(?:ОВ|А)?|ГРАД\.?|درجة|מעלות|D)(?!{_LETTER})")),
    ("'", re.compile(rf"(?<=\d) ?(?:MINUTES?|MIN\.?|МИНУТЫ?|МИН\.?|دقيقة|דקות|M)(?!{_LETTER})")),
    ('"', re.compile(rf"(?<=\d) ?(?:SECONDS?|SEC\.?|СЕКУНДЫ?|СЕК\.?|ثانية|שניות)(?!{_LETTER})")),
]
# `s` for seconds, where `d` and `m` have been written before it; else S is south
_SECONDS = re.compile(r"(?<=\d) ?S(?= |,|;|$|[NSEW])")
_DMS_LETTERS = re.compile(r"\dD ?\d{1,2}M|\d D \d{1,2} M")
_WEST_SPEAKS = re.compile(r"\b(?:NORTE|SUR|SUD|ESTE|OESTE|OUEST|OVEST)\b")
_EAST_SPEAKS = re.compile(r"\b(?:SÜD|OST)\b")


def hemispheres(text: str, path: str = "") -> str:
    """`text` (plain) with its words for hemispheres, axes and units as N S E W φ λ ° ' ".

    Raises: Invalid (`place.hemisphere`) for a letter that stands for two hemispheres.
    """
    west, east = bool(_WEST_SPEAKS.search(text)), bool(_EAST_SPEAKS.search(text))
    seconds = bool(_DMS_LETTERS.search(text))
    found = text
    for sign, words in _WORDS:
        found = words.sub(f"{sign}", found)
    for sign, words in _UNITS:
        found = words.sub(sign, found)
    if seconds:
        found = _SECONDS.sub('"', found)
    found = re.sub(r"(?<![^\W\d_])([NSEW])\.(?!\d)", r"\1", found)
    found = _resolve_north_or_east(found, text, path)
    if re.search(r"(?<![^\W\d_])O(?![^\W\d_])", found):
        if west == east:
            wanted = "E or W: O is Ouest and Oeste (west), but Ost (east) in German"
            raise Invalid("place.hemisphere", path, text, wanted)
        found = re.sub(r"(?<![^\W\d_])O(?![^\W\d_])", "W" if west else "E", found)
    return found


def _resolve_north_or_east(found: str, text: str, path: str) -> str:
    """The Arabic letter that begins both north and east, decided by the other axis."""
    count = found.count("ش")
    if count == 0:
        return found
    longitude, latitude = bool(re.search("[EW]", found)), bool(re.search("[NS]", found))
    if count > 1 or longitude == latitude:
        wanted = "شمال or شرق written out: ش begins both north and east"
        raise Invalid("place.hemisphere", path, text, wanted)
    return found.replace("ش", "N" if longitude else "E")
