"""Errors as they are answered: problem+json (RFC 9457), with the code that docs/errors.md lists.

What is not there and what is not the asker's to see is one answer, the same to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from http import HTTPStatus
from typing import Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted, Refused, Stale, WideberthError

TYPE: Final = "application/problem+json"
URN: Final = "urn:wideberth:error:"

_BY_CODE: Final = {
    "accounts.damaged": 503,
    "accounts.disk": 503,
    "accounts.login": 401,
    "accounts.passkey": 401,
    "accounts.residue": 500,
    "accounts.token": 401,
    "accounts.wait": 429,
    "api.basic": 403,
    "api.busy": 503,
    "api.content_type": 415,
    "api.failed": 500,
    "api.host": 421,
    "api.method": 405,
    "api.not_found": 404,
    "api.role": 403,
    "api.slow": 408,
    "api.too_large": 413,
    "basemap.none": 404,
    "drill.busy": 503,
    "drill.ended": 500,
    "node.owner": 403,
    "personal.damaged": 503,
    "personal.disk": 503,
    "personal.residue": 500,
    "reply.damaged": 503,
    "reply.disk": 503,
    "reply.residue": 500,
}
_BY_KIND: Final = {Invalid: 400, Refused: 409, Stale: 409, NotTrusted: 422}
_ABSENT: Final = {
    "accounts.no_passkey": "passkey",
    "accounts.no_token": "token",
    "accounts.none": "name",
    "alert.none": "alert",
    "blind.no_audit": "audit",
    "blind.no_run": "run",
    "call.none": "call",
    "case.none": "case",
    "communique.none": "communique",
    "drill.none": "drill",
    "hold.none": "hold",
    "line.none": "line",
    "manual.none": "manual",
    "notice.none": "notice",
    "plan.none": "plan",
    "talks.none": "talks",
    "relay.no_cell": "cell",
    "relay.none": "relay",
    "release.no_file": "file",
    "onward.none": "asked",
    "release.none": "release",
    "reply.none": "reply",
    "site.list_id": "list",
    "site.no_list": "list",
    "statement.none": "statement",
}
"""Codes of what is not there, and the part of a path that names it."""
_WAIT = re.compile(r"again in ([0-9]{1,9}) s")


class Problem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An error.

    Attributes:
        type: `urn:wideberth:error:` and the code.
        title: what the status means.
        status: of the answer.
        code: area.what, as in docs/errors.md.
        detail: what happened, and what is accepted, for people.
        path: where in the input, if that is at fault; with what was `found` there and what is `wanted`.
        size: the size to start from now, if somebody else was quicker.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    path: str | None = None
    found: str | None = None
    wanted: str | None = None
    size: int | None = None


def not_found() -> Refused:
    """Nothing is there, or nothing that the asker may see: the same words for both."""
    return Refused("api.not_found", "nothing that you may see has this address")


def failed() -> Refused:
    """Something that nobody foresaw; no word of it goes out."""
    return Refused("api.failed", "this could not be done; the log of the node counts such failures")


def seen(error: WideberthError, named: Collection[str] = ()) -> WideberthError:
    """The error that is answered: of what is not there no word is said. `named`: the parts of the path."""
    absent = _ABSENT.get(error.code)
    return not_found() if absent is not None and absent in named else error


def problem(error: WideberthError) -> Problem:
    """What is said of an error."""
    status = _status(error)
    where = error if isinstance(error, Invalid) else None
    return Problem(
        type=URN + error.code,
        title=HTTPStatus(status).phrase,
        status=status,
        code=error.code,
        detail=error.message,
        path=None if where is None else where.path,
        found=None if where is None else where.found,
        wanted=None if where is None else where.wanted,
        size=error.size if isinstance(error, Stale) else None,
    )


def headers(error: WideberthError) -> list[tuple[bytes, bytes]]:
    """What an answer says beside it: how to log in, when to come again."""
    found = [(b"content-type", TYPE.encode())]
    status = _status(error)
    if status == HTTPStatus.UNAUTHORIZED:
        found.append((b"www-authenticate", b"Bearer"))
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        wait = _WAIT.search(error.message)
        found.append((b"retry-after", (wait[1] if wait else "5").encode()))
    return found


def body(error: WideberthError) -> bytes:
    """The JSON."""
    return msgspec.json.encode(problem(error))


def _status(error: WideberthError) -> int:
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if error.code.startswith("journal."):
        return 503
    for kind, status in _BY_KIND.items():
        if isinstance(error, kind):
            return status
    return 503  # something needed does not answer
