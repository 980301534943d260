"""Fields of releases in entries, read strictly: names, roles, caveats, approvals, and the whole document.

A document is canonical JSON, its volumes as `volumes` has them:

    {"by":…,"by_name":…,"caveats":{…},"exercise":…,"made_ms":…,"recipient":…,"records":[{"facts":[[…,…]…],
     "grid":…,"kind":…,"level":…,"number":…,"originator":…,"said_by":…,"text":…,"title":…,"volumes":[…]}…],
     "release":…,"title":…}

Caveats are {"expires_ms":…,"onward":…,"originator_control":…,"release_to":[…]}; a grid is {"h_dmm", "t_ms",
"v_dmm"} or null.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from wideberth.desk import nobody, volumes
from wideberth.errors import Invalid
from wideberth.ledger import approval, canonical, ids
from wideberth.ledger.approval import Approval
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.model.agreement import Step
from wideberth.model.release import KINDS, Caveats, Document, Kind, Record

T = TypeVar("T", bound=str)

V: Final = 1
LETTER: Final = "r"
NAME: Final = 100
"""Characters of the name of a recipient, of a role."""
TITLE: Final = 200
NAMES: Final = 50
"""Names in `release_to`, allies of a recipient."""
APPROVALS: Final = 4
"""Signatures that stand in one entry; two of different officers are needed."""
RECORDS: Final = 2_000
FACTS: Final = 100
TEXT: Final = 100_000
"""Characters of what a record says in words."""
LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a document."""
DEEPEST: Final = 16
_LEVELS: Final = ("full", "coarse")
_CAVEATS: Final = ("expires_ms", "onward", "originator_control", "release_to")
_GRID: Final = ("h_dmm", "t_ms", "v_dmm")
_RECORD: Final = (
    "facts", "grid", "kind", "level", "number", "originator", "said_by", "text", "title", "volumes",
)  # fmt: skip
_DOCUMENT: Final = (
    "by", "by_name", "caveats", "exercise", "made_ms", "recipient", "records", "release", "title",
)  # fmt: skip
_STEERS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What steers a screen or turns a text around; a line may end."""


def new_id(chance: bytes) -> str:
    """The id of a new release, of 16 random bytes."""
    return ids.noun(LETTER, chance)


def document_value(document: Document) -> dict[str, Value]:
    """The value of a document."""
    records: list[Value] = [_record(each) for each in document.records]
    return {
        "by": document.by,
        "by_name": document.by_name,
        "caveats": write_caveats(document.caveats),
        "exercise": document.exercise,
        "made_ms": document.made_ms,
        "recipient": document.recipient,
        "records": records,
        "release": document.id,
        "title": document.title,
    }


def write_document(document: Document) -> bytes:
    """The canonical bytes of a document.

    Raises: Invalid (`ledger.json_too_large` over LARGEST, and as canonical.write).
    """
    return canonical.write(document_value(document), LARGEST, DEEPEST)


def read_document(data: bytes) -> Document:
    """The document that canonical bytes hold. Raises: as document_of, canonical.accept."""
    return document_of(canonical.accept(data, LARGEST, DEEPEST))


def document_of(found: Value) -> Document:
    """The document that a value says.

    Raises: Invalid (`release.entry`, `ledger.noun`, `ledger.base32`, as volumes.read).
    """
    value = members(found, _DOCUMENT, "document")
    some = value["records"]
    if not isinstance(some, list) or not 0 < len(some) <= RECORDS:
        raise Invalid("release.entry", "records", what(some), f"1 to {RECORDS:,} records")
    return Document(
        release_id(value["release"]),
        party(value["by"], "by"),
        name(value["by_name"], "by_name"),
        name(value["recipient"], "recipient"),
        number(value["made_ms"], "made_ms"),
        read_caveats(value["caveats"]),
        name(value["title"], "title", TITLE),
        tuple(_read_record(each, n) for n, each in enumerate(some, start=1)),
        yes_no(value["exercise"], "exercise"),
    )


def checked(document: Document) -> Document:
    """A document that is read as what it is. Raises: as write_document, read_document."""
    return read_document(write_document(document))


def write_caveats(caveats: Caveats) -> dict[str, Value]:
    """The value of caveats."""
    return {
        "expires_ms": caveats.expires_ms,
        "onward": caveats.onward,
        "originator_control": caveats.originator_control,
        "release_to": list(caveats.release_to),
    }


def read_caveats(found: Value, path: str = "caveats") -> Caveats:
    """The caveats that a value says. Raises: Invalid (`release.entry`)."""
    value = members(found, _CAVEATS, path)
    expires = value["expires_ms"]
    return Caveats(
        names(value["release_to"], f"{path}.release_to"),
        yes_no(value["originator_control"], f"{path}.originator_control"),
        yes_no(value["onward"], f"{path}.onward"),
        None if expires is None else number(expires, f"{path}.expires_ms"),
    )


def write_approvals(approvals: Sequence[Approval]) -> list[Value]:
    """The value of approvals. Raises: Invalid (`ledger.approval`)."""
    return [canonical.accept(approval.write(each), canonical.HEADER) for each in approvals]


def read_approvals(found: Value, least: int = 1) -> tuple[Approval, ...]:
    """Approvals of a release or a consent. Raises: Invalid (`release.entry`, `ledger.approval`)."""
    if not isinstance(found, list) or not least <= len(found) <= APPROVALS:
        raise Invalid("release.entry", "approvals", what(found), f"{least} to {APPROVALS} approvals")
    return tuple(map(_approval, found))


def release_id(found: Value, path: str = "release") -> str:
    """The id of a release. Raises: Invalid (`ledger.noun`, `ledger.base32`)."""
    ids.unnoun(found, LETTER, path)
    return str(found)


def party(found: Value, path: str) -> str:
    """A party, by its identity. Raises: Invalid (`ledger.base32`)."""
    ids.unbase32(found, ids.HASH, path)
    return str(found)


def name(found: Value, path: str, most: int = NAME) -> str:
    """One line, all to be seen, in which nobody can be found. Raises: Invalid (`release.entry`)."""
    text = shown(found, path, most)
    if nobody.reached_by(text):
        raise Invalid("release.entry", path, nobody.FOUND, "a text in which nobody can be found")
    return text


def shown(found: Value, path: str, most: int = NAME) -> str:
    """One line, all to be seen: an id of this node's own. Raises: Invalid (`release.entry`)."""
    if not isinstance(found, str) or not canonical.seen(found, most):
        raise Invalid("release.entry", path, what(found), f"one line of 1 to {most} characters, all seen")
    return found


def names(found: Value, path: str, most: int = NAMES) -> tuple[str, ...]:
    """Several names, each once. Raises: Invalid (`release.entry`)."""
    if not isinstance(found, list) or len(found) > most:
        raise Invalid("release.entry", path, what(found), f"at most {most} names")
    some = tuple(name(each, path) for each in found)
    if len(set(some)) != len(some):
        raise Invalid("release.entry", path, what(found), "each name once")
    return some


def number(found: Value, path: str, least: int = 0, most: int = WHOLE) -> int:
    """A whole number. Raises: Invalid (`release.entry`)."""
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise Invalid("release.entry", path, what(found), f"a whole number from {least:,} to {most:,}")
    return found


def yes_no(found: Value, path: str) -> bool:
    """True or false. Raises: Invalid (`release.entry`)."""
    if not isinstance(found, bool):
        raise Invalid("release.entry", path, what(found), "true or false")
    return found


def one_of(found: Value, path: str, wanted: Sequence[T]) -> T:
    """One of these words. Raises: Invalid (`release.entry`)."""
    for each in wanted:
        if found == each:
            return each
    raise Invalid("release.entry", path, what(found), ", ".join(wanted))


def members(found: Value, wanted: Sequence[str], path: str) -> Mapping[str, Value]:
    """An object with exactly these members. Raises: Invalid (`release.entry`)."""
    if not isinstance(found, dict) or sorted(found) != sorted(wanted):
        raise Invalid("release.entry", path, what(found), f"an object of {', '.join(wanted)}")
    return found


def what(found: Value) -> object:
    """A large value in few words."""
    if isinstance(found, dict):
        return sorted(found)
    return f"{len(found)} of them" if isinstance(found, list) else found


def _record(record: Record) -> dict[str, Value]:
    grid = record.grid
    facts: list[Value] = [[one, other] for one, other in record.facts]
    return {
        "facts": facts,
        "grid": None if grid is None else {"h_dmm": grid.h, "t_ms": grid.t, "v_dmm": grid.v},
        "kind": record.kind,
        "level": record.level,
        "number": record.number,
        "originator": record.originator,
        "said_by": record.said_by,
        "text": record.text,
        "title": record.title,
        "volumes": volumes.write_all(record.volumes),
    }


def _read_record(found: Value, n: int) -> Record:
    path = f"records[{n}]"
    value = members(found, _RECORD, path)
    if value["number"] != n or isinstance(value["number"], bool):
        raise Invalid("release.entry", f"{path}.number", what(value["number"]), f"{n}: counted from 1")
    kind: Kind = one_of(value["kind"], f"{path}.kind", KINDS)
    some = value["volumes"]
    return Record(
        n,
        kind,
        _text(value["title"], f"{path}.title", TITLE),
        party(value["originator"], f"{path}.originator"),
        name(value["said_by"], f"{path}.said_by"),
        () if some == [] else volumes.read_all(some, f"{path}.volumes"),
        "full" if one_of(value["level"], f"{path}.level", _LEVELS) == "full" else "coarse",
        _grid(value["grid"], f"{path}.grid"),
        _facts(value["facts"], f"{path}.facts"),
        _text(value["text"], f"{path}.text", TEXT),
    )


def _grid(found: Value, path: str) -> Step | None:
    if found is None:
        return None
    value = members(found, _GRID, path)
    h, t, v = (number(value[each], f"{path}.{each}", 1) for each in _GRID)
    return Step(h, v, t)


def _facts(found: Value, path: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(found, list) or len(found) > FACTS:
        raise Invalid("release.entry", path, what(found), f"at most {FACTS} names with their values")
    facts = []
    for each in found:
        if not isinstance(each, list) or len(each) != 2:
            raise Invalid("release.entry", path, what(each), "a name and its value")
        facts.append((name(each[0], path), _text(each[1], path, TEXT)))
    return tuple(facts)


def _text(found: Value, path: str, most: int) -> str:
    """It may be empty, and have several lines: what it says was checked where it was said first."""
    if not isinstance(found, str) or len(found) > most or _STEERS.search(found):
        shown = f"{len(found):,} characters" if isinstance(found, str) else what(found)
        raise Invalid("release.entry", path, shown, f"at most {most:,} characters, none that steers a screen")
    return found


def _approval(found: Value) -> Approval:
    if not isinstance(found, dict):
        raise Invalid("release.entry", "approvals", what(found), "approvals as objects")
    signed = approval.read(canonical.write(found, canonical.HEADER))
    if signed.subject.what != "release":
        raise Invalid("release.entry", "approvals", signed.subject.what, "approvals of a release")
    return signed
