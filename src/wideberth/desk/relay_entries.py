"""What is said of cells and relays, all of it in the private feed: no other party learns of them.

    relay.cell       {"cell":…,"key":…,"name":…,"parent":…}     a cell, as from now on
    relay.cell.gone  {"cell":…}                                 it is no cell any more
    relay.opened     {"about":{…},"cells":[{…},…],"level":…,"read_back":…,"relay":…,"start_ms":…,"text":…}
    relay.handed     {"cell":…,"how":…,"relay":…,"secret_sha256":…,"slip_key":…}
    relay.confirmed  {"at_ms":…,"cell":…,"key":…,"relay":…,"rung":…,"sha256":…,"signature":…}
    relay.alarm      {"about":{…},"cells":[…],"mark":…,"relay":…}

`about` is {"line":…,"notice":…,"version":…}, {"plan":…,"version":…} or {"test":…,"version":1}. A relay has
the cells as they were when it was opened, and the exact text that each signs by its SHA-256. Of a slip only a
public key and a hash are kept. Names of cells are roles: what may be a person's number or address is refused.

What a cell signs, by a key of its own or by one that its slip's secret makes:

    "wideberth/relay/v1" ‖ newline ‖ relay (16 bytes) ‖ cell (16) ‖ rung ‖ newline ‖ at_ms in digits ‖ newline
    ‖ SHA-256 of the text (32)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import ClassVar, Final, NamedTuple, TypeAlias, TypeVar, cast

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from wideberth.desk import nobody
from wideberth.desk.notice_entries import LEVELS
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids, keys
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.model.agreement import Disclosure
from wideberth.model.relay import ANSWERS, HOWS, MARKS, TEST, TEST_MARKS, About, Answer, Cell, How

T = TypeVar("T")

V: Final = 1
CELL_PREFIX, RELAY_PREFIX = "c-", "r-"
ID: Final = 16
"""Random bytes of an id."""
NAME: Final = 60
"""Characters of a role."""
CELLS: Final = 100
"""Cells of a relay, and of a party."""
TEXT: Final = 5_000
"""Characters of the text that is handed down."""
READ_BACK: Final = 12
"""Characters of what is read back."""
SECRET: Final = 32
"""Random bytes of a slip."""
SIGNED: Final = b"wideberth/relay/v1\n"
_SLIP_KEY: Final = b"wideberth/relay-slip/v1\n"


class Celled(Struct, frozen=True):
    """A cell, new or as it is from now on."""

    TYPE: ClassVar = "relay.cell"
    cell: Cell


class Gone(Struct, frozen=True):
    """It is no cell any more; relays that were opened with it still wait for it."""

    TYPE: ClassVar = "relay.cell.gone"
    cell: str


class Opened(Struct, frozen=True):
    """Something is handed down.

    Attributes:
        start_ms: when it begins, from which the alarms count back.
        text: what every cell has to have, word for word.
        read_back: what a person types to show that it was read, such as 0830.
        level: how much of it was told when that was written: where more is told later, there is more to read.
    """

    TYPE: ClassVar = "relay.opened"
    relay: str
    about: About
    cells: tuple[Cell, ...]
    start_ms: int
    text: str
    read_back: str
    level: Disclosure = "full"


class Slip(NamedTuple):
    """What is kept of a slip: the public key and the SHA-256 of its secret."""

    key: bytes
    secret_sha256: bytes


class Handed(Struct, frozen=True):
    """It was handed to a cell; a new slip voids the one before."""

    TYPE: ClassVar = "relay.handed"
    relay: str
    cell: str
    how: How
    slip: Slip | None = None


class Confirmed(Struct, frozen=True):
    """What a cell has signed; `at_ms` by its own clock, or the node's where it used a page."""

    TYPE: ClassVar = "relay.confirmed"
    relay: str
    cell: str
    sha256: bytes
    rung: Answer
    at_ms: int
    key: bytes
    signature: bytes


class Alarmed(Struct, frozen=True):
    """An alarm rang, so many minutes before the start, for these cells; `relay` None: nothing was opened."""

    TYPE: ClassVar = "relay.alarm"
    relay: str | None
    about: About
    mark: int
    cells: tuple[str, ...] = ()


Said: TypeAlias = Celled | Gone | Opened | Handed | Confirmed | Alarmed

_CELL_FIELDS: Final = ("cell", "key", "name", "parent")
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    Celled.TYPE: _CELL_FIELDS,
    Gone.TYPE: ("cell",),
    Opened.TYPE: ("about", "cells", "level", "read_back", "relay", "start_ms", "text"),
    Handed.TYPE: ("cell", "how", "relay", "secret_sha256", "slip_key"),
    Confirmed.TYPE: ("at_ms", "cell", "key", "relay", "rung", "sha256", "signature"),
    Alarmed.TYPE: ("about", "cells", "mark", "relay"),
}
KNOWN: Final[Known] = {(name, V): frozenset((*fields, "crit")) for name, fields in _FIELDS.items()}


def new_id(prefix: str, chance: bytes) -> str:
    """The id that 16 bytes make, random or not."""
    return prefix + ids.base32(chance)


def sha256(text: str) -> bytes:
    """Of the exact text."""
    return hashlib.sha256(text.encode()).digest()


def message(relay: str, cell: str, rung: Answer, at_ms: int, digest: bytes) -> bytes:
    """The bytes that a cell signs. Raises: Invalid (`relay.id`, `ledger.base32`)."""
    named = _raw(relay, RELAY_PREFIX, "relay") + _raw(cell, CELL_PREFIX, "cell")
    return SIGNED + named + f"{rung}\n{at_ms}\n".encode() + digest


def sign(relay: str, cell: str, rung: Answer, at_ms: int, digest: bytes, seed: bytes) -> Confirmed:
    """What a cell says, signed. Raises: Invalid (as `message`, `ledger.key`)."""
    signature = keys.sign(seed, message(relay, cell, rung, at_ms, digest))
    return Confirmed(relay, cell, digest, rung, at_ms, keys.public(seed), signature)


def verifies(said: Confirmed) -> bool:
    """Whether the key that it names has signed it; whose key that is, the fold knows."""
    told = message(said.relay, said.cell, said.rung, said.at_ms, said.sha256)
    return keys.verifies(said.key, told, said.signature)


def slip_seed(secret: bytes, relay: str, cell: str) -> bytes:
    """The seed of the key with which a slip's holder signs: HKDF-SHA256 of the secret (32 bytes), salted with
    the relay and the cell, so that it signs for nothing else.
    """
    salt = _raw(relay, RELAY_PREFIX, "relay") + _raw(cell, CELL_PREFIX, "cell")
    return HKDF(SHA256(), keys.KEY, salt=salt, info=_SLIP_KEY).derive(secret)


def slip_of(secret: bytes, relay: str, cell: str) -> Slip:
    """What is kept of a slip; its secret is not."""
    return Slip(keys.public(slip_seed(secret, relay, cell)), hashlib.sha256(secret).digest())


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    match said:
        case Celled():
            return _write_cell(said.cell)
        case Gone():
            return {"cell": said.cell}
        case Opened():
            return {
                "about": _write_about(said.about),
                "cells": [_write_cell(each) for each in said.cells],
                "level": said.level,
                "read_back": said.read_back,
                "relay": said.relay,
                "start_ms": said.start_ms,
                "text": said.text,
            }
        case Handed():
            return {
                "cell": said.cell,
                "how": said.how,
                "relay": said.relay,
                "secret_sha256": None if said.slip is None else ids.base32(said.slip.secret_sha256),
                "slip_key": None if said.slip is None else ids.base32(said.slip.key),
            }
        case Confirmed():
            return {
                "at_ms": said.at_ms,
                "cell": said.cell,
                "key": ids.base32(said.key),
                "relay": said.relay,
                "rung": said.rung,
                "sha256": ids.base32(said.sha256),
                "signature": ids.base32(said.signature),
            }
    return {
        "about": _write_about(said.about),
        "cells": list(said.cells),
        "mark": said.mark,
        "relay": said.relay,
    }


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` but in a private feed, `relay.entry`,
    `relay.id`, `relay.name`, `ledger.base32`, `ledger.notice`, `ledger.plan`).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if not header.origin.private:
        raise Invalid("ledger.misplaced", "origin", header.origin.text, "in the private feed")
    return _READ[header.type](body.value(entry))


def name(found: Value, path: str = "name") -> str:
    """A role. Raises: Invalid (`relay.name`), which does not repeat what may be a person's."""
    if isinstance(found, str) and nobody.reached_by(found):
        raise Invalid("relay.name", path, nobody.FOUND, "a role, such as pilot desk, and no person")
    if not isinstance(found, str) or not canonical.seen(found, NAME) or not found.strip():
        raise Invalid("relay.name", path, found, f"a role of 1 to {NAME} characters, all to be seen")
    return found


def cell_id(found: Value, path: str = "cell") -> str:
    """`c-` and 26 characters. Raises: Invalid (`relay.id`, `ledger.base32`)."""
    _raw(found, CELL_PREFIX, path)
    return cast("str", found)


def relay_id(found: Value, path: str = "relay") -> str:
    """`r-` and 26 characters. Raises: Invalid (`relay.id`, `ledger.base32`)."""
    _raw(found, RELAY_PREFIX, path)
    return cast("str", found)


def answer(found: Value, path: str = "rung") -> Answer:
    """What a cell may say. Raises: Invalid (`relay.entry`)."""
    return _one_of(found, tuple(ANSWERS), path)


def _raw(found: Value, prefix: str, path: str) -> bytes:
    if not isinstance(found, str) or not found.startswith(prefix):
        raise Invalid("relay.id", path, found, f"{prefix} and 26 characters of lower-case base32")
    return ids.unbase32(found[len(prefix) :], ID, path)


def _write_cell(cell: Cell) -> dict[str, Value]:
    key = None if cell.key is None else ids.base32(cell.key)
    return {"cell": cell.id, "key": key, "name": cell.name, "parent": cell.parent}


def _read_cell(found: Value, path: str = "cell") -> Cell:
    if not isinstance(found, dict) or sorted(set(found) - {"crit"}) != list(_CELL_FIELDS):
        raise Invalid("relay.entry", path, found, f"an object of {', '.join(_CELL_FIELDS)}")
    key, parent = found["key"], found["parent"]
    return Cell(
        cell_id(found["cell"], path),
        name(found["name"]),
        None if parent is None else cell_id(parent, "parent"),
        None if key is None else ids.unbase32(key, keys.KEY, "key"),
    )


def _write_about(about: About) -> dict[str, Value]:
    if about.test:
        return {"test": about.id, "version": about.version}
    if about.line is None:
        return {"plan": about.id, "version": about.version}
    return {"line": about.line, "notice": about.id, "version": about.version}


_ABOUTS: Final = (["line", "notice", "version"], ["plan", "version"], ["test", "version"])


def _read_about(value: Mapping[str, Value]) -> About:
    found = value.get("about")
    fields = sorted(found) if isinstance(found, dict) else None
    if not isinstance(found, dict) or fields not in _ABOUTS:
        raise Invalid("relay.entry", "about", found, "a line's notice, a plan, or a test, with its version")
    version = _number(found, "version", 1)
    if "test" in found:
        _raw(found["test"], TEST, "test")
        return About(None, str(found["test"]), version)
    if "plan" in found:
        ids.plan(found["plan"])
        return About(None, str(found["plan"]), version)
    ids.unbase32(found["line"], ids.HASH, "line")
    ids.notice(found["notice"])
    return About(str(found["line"]), str(found["notice"]), version)


def _gone(value: Mapping[str, Value]) -> Gone:
    return Gone(cell_id(value.get("cell")))


def _opened(value: Mapping[str, Value]) -> Opened:
    found, told, back = value.get("cells"), value.get("text"), value.get("read_back")
    if not isinstance(found, list) or not 0 < len(found) <= CELLS:
        raise Invalid("relay.entry", "cells", found, f"a list of 1 to {CELLS} cells")
    if not isinstance(told, str) or not 0 < len(told) <= TEXT:
        raise Invalid("relay.entry", "text", told, f"1 to {TEXT:,} characters")
    if not isinstance(back, str) or not back.isalnum() or len(back) > READ_BACK:
        raise Invalid("relay.entry", "read_back", back, f"1 to {READ_BACK} letters and figures")
    cells = tuple(_read_cell(each, f"cells[{i}]") for i, each in enumerate(found))
    named = [each.id for each in cells]
    # above each cell stands one that came before it: so there is no ring
    for i, each in enumerate(cells):
        if each.id in named[:i] or (each.parent is not None and each.parent not in named[:i]):
            raise Invalid("relay.entry", f"cells[{i}]", each.id, "each cell once, after the one above it")
    relay, level = relay_id(value.get("relay")), _one_of(value.get("level"), LEVELS, "level")
    return Opened(relay, _read_about(value), cells, _number(value, "start_ms", 0), told, back, level)


def _handed(value: Mapping[str, Value]) -> Handed:
    how = _one_of(value.get("how"), HOWS, "how")
    key, digest = value.get("slip_key"), value.get("secret_sha256")
    if (key is None) is not (digest is None) or (key is None) is (how == "slip"):
        raise Invalid("relay.entry", "slip_key", key, "of a slip its key and its secret's hash, else null")
    slip = None
    if key is not None:
        slip = Slip(ids.unbase32(key, keys.KEY, "slip_key"), ids.unbase32(digest, ids.HASH, "secret_sha256"))
    return Handed(relay_id(value.get("relay")), cell_id(value.get("cell")), how, slip)


def _confirmed(value: Mapping[str, Value]) -> Confirmed:
    return Confirmed(
        relay_id(value.get("relay")),
        cell_id(value.get("cell")),
        ids.unbase32(value.get("sha256"), ids.HASH, "sha256"),
        answer(value.get("rung")),
        _number(value, "at_ms", 0),
        ids.unbase32(value.get("key"), keys.KEY, "key"),
        ids.unbase32(value.get("signature"), keys.SIGNATURE, "signature"),
    )


def _alarmed(value: Mapping[str, Value]) -> Alarmed:
    relay, found = value.get("relay"), value.get("cells")
    if not isinstance(found, list) or len(found) > CELLS:
        raise Invalid("relay.entry", "cells", found, f"a list of at most {CELLS} cells")
    mark = _one_of(value.get("mark"), (*MARKS, *TEST_MARKS), "mark")
    which = None if relay is None else relay_id(relay)
    return Alarmed(which, _read_about(value), mark, tuple(cell_id(each, "cells") for each in found))


def _number(value: Mapping[str, Value], name: str, least: int) -> int:
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= WHOLE:
        raise Invalid("relay.entry", name, found, f"a whole number from {least} on")
    return found


def _one_of(found: Value, wanted: tuple[T, ...], path: str) -> T:
    for each in wanted:
        if found == each and not isinstance(found, bool):
            return each
    raise Invalid("relay.entry", path, found, ", ".join(map(str, wanted)))


_READ: Final[dict[str, Callable[[Mapping[str, Value]], Said]]] = {
    Celled.TYPE: lambda value: Celled(_read_cell(dict(value))),
    Gone.TYPE: _gone,
    Opened.TYPE: _opened,
    Handed.TYPE: _handed,
    Confirmed.TYPE: _confirmed,
    Alarmed.TYPE: _alarmed,
}
