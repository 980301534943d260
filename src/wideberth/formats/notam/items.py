"""The items of one notice, found by their markers even where line ends are lost (PANS-AIM, Appendix 4)."""

from __future__ import annotations

import re

from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats.notam.notices import HEADER, LENGTH_LIMIT, Notice

_MARKER = r"(?<![A-Z\d]){} ?\)"
_ORDER = "QABCDE"
_LIMITS = re.compile(r"(?<![A-Z\d])F ?\)(?P<f>[^()]{1,40}?)(?<![A-Z\d])G ?\)(?P<g>[^()]{1,40})")
_LOWER_ONLY = re.compile(r"(?<![A-Z\d])F ?\)(?P<f>[^()]{1,40})\)?$")
_TRAILER = re.compile(r"(?<![A-Z])(?:CREATED: \d|SOURCE: [A-Z]|UNITED STATES NOF DISCLAIMS)")
_SECOND = re.compile(r"(?<![A-Z\d])B ?\) ?(\d{10})(?!\d)")
"""The start of another notice, whose header was not found, within item E; parts of one have the same."""
_PART = re.compile(r"(?<![A-Z])PART (\d{1,2}) OF (\d{1,2})(?!\d)")

ORDER = "items that are missing or not in their order were found by their letters"


class Items(Struct, frozen=True, kw_only=True):
    """The items as they stand, upper case, on one line; empty where missing. `names`: the notice replaced."""

    number: str
    where: str
    kind: str = "N"
    names: str = ""
    q: str = ""
    a: str = ""
    b: str = ""
    c: str = ""
    d: str = ""
    e: str = ""
    f: str = ""
    g: str = ""
    part: bool = False
    told: tuple[str, ...] = ()


def items(notice: Notice) -> Items:
    """The items of a notice. Raises: Invalid (`notam.no_items`, `notam.joined`, `notam.too_long`)."""
    if len(notice.text) > LENGTH_LIMIT:
        raise Invalid(
            "notam.too_long", notice.where, f"{len(notice.text):,} characters", f"at most {LENGTH_LIMIT:,}"
        )
    text = " ".join(notice.text.split()).upper()
    header = HEADER.search(text[:200])
    number = header["number"] if header else ""
    if number.startswith("_"):
        number = ""
    where = f"NOTAM {number}" if number else f"NOTAM at {notice.where}"
    body = text[header.end() :] if header else text
    body = body[: found.start()] if (found := _TRAILER.search(body)) else body
    spans, told = _spans(body)
    if "B" not in spans and "E" not in spans:
        raise Invalid("notam.no_items", where, shorten(body, 60), "items Q) A) B) C) E)")
    texts = {letter: body[start:end].strip() for letter, (start, end) in spans.items()}
    for second in _SECOND.finditer(texts.get("E", "")):
        if second[1] != texts.get("B", ""):
            raise Invalid("notam.joined", where, second[0], "a header A0117/26 NOTAMN before each notice")
    e, f, g = _limits(texts.get("E", ""))
    return Items(
        number=number,
        where=where,
        kind=header["kind"] if header else "N",
        names=(header["names"] or "") if header else "",
        q=texts.get("Q", ""),
        a=texts.get("A", ""),
        b=texts.get("B", ""),
        c=texts.get("C", ""),
        d=texts.get("D", ""),
        e=e,
        f=f,
        g=g,
        part=_PART.search(text) is not None,
        told=told,
    )


def _spans(body: str) -> tuple[dict[str, tuple[int, int]], tuple[str, ...]]:
    """Where each item from Q to E begins and ends; E goes to the end, letters in it are its own."""
    places: list[tuple[int, int, str]] = []
    told: tuple[str, ...] = ()
    at = 0
    for letter in _ORDER:
        found = re.compile(_MARKER.format(letter)).search(body, at)
        if found is None:
            if letter != "D":
                told = (ORDER,)
            continue
        later = re.compile(_MARKER.format("E")).search(body, at)
        if letter != "E" and later is not None and later.start() < found.start():
            # the letter stands in the text of E only
            if letter != "D":
                told = (ORDER,)
            continue
        places.append((found.start(), found.end(), letter))
        at = found.end()
    spans = {
        letter: (end, places[i + 1][0] if i + 1 < len(places) else len(body))
        for i, (_, end, letter) in enumerate(places)
    }
    return spans, told


def _limits(text: str) -> tuple[str, str, str]:
    """Item E without F and G, and these: the last pair, which ends the notice."""
    last = None
    for match in _LIMITS.finditer(text):
        last = match
    if last is None:
        last = _LOWER_ONLY.search(text)
        if last is None:
            return _closed(text), "", ""
        return text[: last.start()].strip(), _closed(last["f"]), ""
    return text[: last.start()].strip(), last["f"].strip(), _closed(last["g"])


def _closed(text: str) -> str:
    """Without the parenthesis that closes the whole notice."""
    text = text.strip()
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip()
    return text
