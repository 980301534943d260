"""The errors a caller can tell apart, each with a stable code.

Whose fault it is sits in the type: `Invalid` is the input's, `Refused` is a rule's, `NotTrusted` is a
signature's or a proof's, `Stale` is nobody's: somebody else was quicker, and `Unreachable` is that of what
lies between: a node that does not run, a network, a disk.
"""

from __future__ import annotations


class WideberthError(Exception):
    """Base of every error raised on purpose; `code` is `area.what` and never changes."""

    code: str

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Invalid(WideberthError):
    """Input that cannot be accepted.

    Args:
        code: stable code, e.g. `geometry.open_ring` (all are listed in docs/errors.md).
        path: where in the document, e.g. `features[3].geometry.coordinates[0]` or `row 7, column lat`.
        found: what stood there, shortened for display.
        wanted: what is accepted.
    """

    def __init__(self, code: str, path: str, found: object, wanted: str) -> None:
        self.path = path
        self.found = shorten(found)
        self.wanted = wanted
        super().__init__(code, f"found {self.found}; accepted: {wanted}")

    def under(self, prefix: str) -> Invalid:
        """The same error seen from one level up: `prefix` is put in front of the path."""
        joined = prefix + self.path if not self.path or self.path.startswith("[") else f"{prefix}.{self.path}"
        return Invalid(self.code, joined, self.found, self.wanted)


class Refused(WideberthError):
    """A command that is well-formed but may not be carried out; the message says what would be accepted."""


class NotTrusted(WideberthError):
    """Well-formed input whose origin, integrity or history is not proven; nothing of it may be used."""


class Stale(WideberthError):
    """A step from a state that is no longer the newest; `size` is the size to start from now."""

    def __init__(self, code: str, size: int, message: str) -> None:
        super().__init__(code, message)
        self.size = size


class Unreachable(WideberthError):
    """Something needed does not answer, or not as it should; the message says what to do, or to try again."""


def shorten(value: object, limit: int = 80) -> str:
    """Printable, single-line, bounded text of `value`; control characters are escaped."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"
