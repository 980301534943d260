"""Messages of other kinds in a text: the reader of one kind leaves them out, and says so."""

from __future__ import annotations

import re

from wideberth.errors import Invalid

KINDS = {
    "NOTAM": re.compile(r"^[ \t(]{0,9}[A-Z]\d{1,4}/\d{2}\s{1,9}NOTAM[NRC]\b", re.MULTILINE),
    "navigational warning": re.compile(
        r"^[ \t]{0,9}(?:NAVAREA[ \t]{1,9}[IVX]{1,5}|HYDROLANT|HYDROPAC|HYDROARC)[ \t]{1,9}\d{1,5}/\d{2}",
        re.MULTILINE,
    ),
    "flight plan": re.compile(r"\((?:FPL)(?:[A-Z]/[A-Z]\d{3})?-[A-Z0-9]{1,7}[-/]"),
    "airspace control order": re.compile(r"^[ \t]{0,9}ACMID/", re.MULTILINE),
}
"""How messages of a kind begin, in capitals."""


def others(text: str, own: str) -> list[Invalid]:
    """A fault (`message.mixed`) for each other kind of message in an upper-case text of the kind `own`."""
    found: list[Invalid] = []
    for kind, begins in KINDS.items():
        match = None if kind == own else begins.search(text)
        if match is not None:
            line = text.count("\n", 0, match.start()) + 1
            wanted = "a file of its own for each kind: nothing of this kind was read"
            found.append(Invalid("message.mixed", f"line {line}", f"a {kind} among others", wanted))
    return found
