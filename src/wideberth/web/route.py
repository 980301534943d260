"""One route of the API: from it a request is routed and authorised, and described in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from wideberth.web.call import Call

Method = Literal["DELETE", "GET", "POST", "PUT"]

JSON: Final = "application/json"
OCTETS: Final = "application/octet-stream"
HTML: Final = "text/html"
KIB: Final = 1024
SMALL: Final = 64 * KIB
"""Bytes of a request."""
LARGE: Final = 8 * KIB * KIB
"""Of one that holds documents of 1 MiB, each character of which JSON may write as six."""
LISTS: Final = 64 * KIB * KIB
"""Of a list: 16 MiB in entries, and more in JSON."""
BUNDLE: Final = 256 * KIB * KIB
"""Of a bundle."""

AS_OF: Final = "as_of"
"""The name of the moment as of which a view is asked for."""

ANYBODY: Final[frozenset[str]] = frozenset()
"""Every account."""


class Route(NamedTuple):
    """Something that can be asked for.

    Attributes:
        method: of HTTP.
        path: with names in braces.
        who: one of these roles is needed; empty: any account; None: no token is asked for.
        takes: type of the JSON, `bytes` for a file, None for nothing.
        gives: type of the JSON, `bytes` for anything else, None for nothing.
        does: what is done, on a thread of its own; may raise any of our errors.
        words: for people: a sentence, and what else there is to know.
        media: media type of what is given.
        query: names that may stand after the question mark.
        headers: headers of the request that are looked at, beside those of HTTP.
        most: bytes of the request.
        act: a word for the change that it makes, under which stands who asked for it (or for what is known of
            people); None: it makes none.
        heavy: it costs the hash of a password, or much memory: few at once.
        whole: its answer is large, and in memory until it was taken: one at a time.
        present: it is known for the present only, although it is a view.
        basic: HTTP Basic is accepted too, with a token of an observer as its password: for map programs,
            which can send nothing else.
    """

    method: Method
    path: str
    who: frozenset[str] | None
    takes: Any
    gives: Any
    does: Callable[[Call], Any]
    words: str
    media: str = JSON
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    most: int = SMALL
    act: str | None = None
    heavy: bool = False
    whole: bool = False
    present: bool = False
    basic: bool = False

    @property
    def past(self) -> bool:
        """Whether it can be asked for as of an earlier moment."""
        view = self.method == "GET" and self.who is not None and self.act is None and not self.present
        return view and AS_OF not in self.query and (self.gives is not bytes or self.media.startswith(HTML))

    @property
    def asked(self) -> tuple[str, ...]:
        """All names that may stand after the question mark."""
        return (*self.query, AS_OF) if self.past else self.query
