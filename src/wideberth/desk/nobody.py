"""Text in which nobody can be found: an entry stays for ever, and people are to be forgotten."""

from __future__ import annotations

import re
from typing import Final

_PERSONAL: Final = re.compile(
    r"[^\s@]@[^\s@]+\.[^\s@]{2}"  # a mail address
    r"|\+[ ]?\d[\d ()./-]{6,}\d"  # a telephone number with its country
)
_LOCAL: Final = re.compile(r"(?<![\w.,-])0(?:[ ()/-]*\d){8,}(?![\w.,])")
"""A telephone number without its country, of 9 digits and more (hours of a day, 0800-1600, have 8). A
reference number may look like one.
"""
FOUND: Final = "what may be a telephone or a mail address"
"""What is said instead of the text: what is refused must not stand in a log either."""


def reached_by(text: str, *, reference: bool = False) -> bool:
    """Whether a text holds what may be a telephone or a mail address; `reference`: it may be a number."""
    return bool(_PERSONAL.search(text) or (not reference and _LOCAL.search(text)))
