"""The phrase book that ships with the package, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from wideberth.formats import phrases
from wideberth.model.phrase import LANGUAGES, Book


@lru_cache(maxsize=1)
def shipped() -> Book:
    """The book with its translations."""
    folder = files("wideberth.data") / "phrases"
    return phrases.read(
        (folder / "book.json").read_bytes(),
        {each: (folder / f"{each}.po").read_bytes() for each in LANGUAGES[1:]},
    )
