"""What a format is: its names, what reads and writes it, how it is known from others, and what it loses."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from functools import cached_property

from msgspec import Struct

from wideberth.formats import archive, jsontext
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import Plan
from wideberth.space.reference import VerticalReference

HEAD = 64 * 1024
"""Bytes at the beginning of a file by which a text format is known."""

_ROOT = re.compile(r"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)([^>]*)>?")
_BEFORE_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<![^>]*>\s*)*", re.DOTALL)


class Writing(Struct, frozen=True):
    """What writers need beside the plans: what altitudes are measured against, and now in POSIX ms."""

    reference: VerticalReference
    as_of: int


Written = tuple[bytes, tuple[str, ...]]
"""The file, and notes on what had to be said differently or was left out, each told once."""


class Peek:
    """The first look at a file: each view of it is made when a format asks, and once."""

    def __init__(self, ending: str, data: bytes) -> None:
        self.ending = ending
        self.data = data

    @cached_property
    def head(self) -> str:
        """The beginning as text, whatever the encoding; bytes that are none show as U+FFFD."""
        start = self.data[:HEAD]
        for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
            if start.startswith(mark):
                return start[2:].decode(name, "replace")
        return start.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")

    @cached_property
    def json(self) -> object:
        """The JSON document. Raises: Invalid (as `jsontext.parse`)."""
        return jsontext.parse(self.data)

    @cached_property
    def root(self) -> tuple[str, str]:
        """Namespace and local name of the XML root element; two empty texts where there is none."""
        blank = _BEFORE_ROOT.match(self.head)
        match = _ROOT.match(self.head, blank.end() if blank else 0)
        if match is None:
            return "", ""
        prefix, name, attributes = match.groups()
        declared = re.escape(f"xmlns:{prefix}" if prefix else "xmlns")
        found = re.search(rf"""\s{declared}\s*=\s*["']([^"']*)["']""", attributes)
        return (found[1] if found else ""), name

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the entries of a zip archive. Raises: Invalid (as `archive.names`)."""
        return archive.names(self.data, "a zip archive")


class Format(Struct, frozen=True, kw_only=True):
    """A format of files of plans.

    `name` is what `convert --to` takes, `title` what people call it, `endings` those of its files.
    `known` tells a file of it from other files with the same ending; None: the ending is enough.
    `reads` and `writes` say in the documentation what is lost on either way.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    known: Callable[[Peek], bool] | None = None
    read: Callable[[bytes, Options], Reading] | None = None
    write: Callable[[Sequence[Plan], Writing], Written] | None = None
    reads: str = ""
    writes: str = ""
    binary: bool = False
