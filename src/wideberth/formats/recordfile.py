"""Record files: feeds of one line as text, one canonical JSON object a line (docs/record.md).

Read and written line by line, so that a million entries pass through. Headers and bodies stand in their line
as the bytes that were signed: they are canonical JSON themselves, and so is the whole line.

    {"format":"wideberth.record","v":1}             2 for the record of a case
    {"exported":{"at_ms":…,"by":…,"program":…}}
    {"genesis":{…}}
    {"case":{"id":"…","since":{…}}}                 in version 2, and only there
    {"paper":"…"}                                   any number
    {"feed":"…","from":…,"peaks":[…]}               for each feed, and below it
    {"entry":{…},"salt":"…","says":{…}}             its entries in order; {"entry":{…}} without its body
    {"left_out":{"hashes":[…],"to":…}}              in version 2: the entries up to that one are not shown
    {"checkpoint":"…"}                              each right after the last entry that it covers
    {"end":{"lines":…,"sha256":"…"}}
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple, TypeAlias

from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids, merkle, note, record
from wideberth.ledger.body import Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Result, Section, Verification

FORMAT = "wideberth.record"
VERSION = 1
OF_CASE = 2
"""The version of records of a case."""
LONGEST = 2 * note.SIZE
"""Bytes of a line: a note of many signatures, its newlines escaped."""
PAPERS = 16 * 1024 * 1024
"""Bytes of all papers."""
FEEDS = 64
STEP = 1_000
"""Lines between two words about progress."""
PROGRAM = 200
"""Characters of what the exporter says about itself."""

_ENTRY, _SALT, _SAYS, _END = b'{"entry":', b',"salt":"', b'","says":', b"}"
_SALT_TEXT = 26
WANTED = (
    "format, exported, genesis, case (version 2), papers, then feeds with their entries and checkpoints, and"
    " the end"
)
_NEWER = re.compile(rb'\{"format":"wideberth\.record","v":([1-9][0-9]{0,5})\}')


class Exported(NamedTuple):
    """Who says to have written a record, when (ms POSIX UTC), and with what. Signed by nobody.

    `by` is the party whose journal it came from, or None.
    """

    at_ms: int
    by: str | None
    program: str


class OfCase(NamedTuple):
    """The case that a record is of, and from where on it has every header of each feed of the line.

    `since` is, by feed, how many entries stand before all of the case in the order of the line; the last of
    them is there too, for what it had folded. None: headers of other entries are left out, and the record
    does not show the order.
    """

    id: str
    since: Mapping[Origin, int] | None

    def bound(self, origin: Origin) -> int | None:
        """From which entry on every header of a feed must be there; None where none must."""
        return None if self.since is None else max(self.since.get(origin, 0) - 1, 0)


class Opening(NamedTuple):
    """What stands before the feeds: the exporter's word, the line's genesis, notes about keys, the case."""

    exported: Exported
    genesis: bytes
    papers: tuple[bytes, ...]
    case: OfCase | None = None


class LeftOut(NamedTuple):
    """Entries below number `to` that are not in the record: the roots of their subtrees (merkle.between)."""

    to: int
    hashes: tuple[bytes, ...]


class Checkpoint(NamedTuple):
    """A signed checkpoint, as the note that it is."""

    note: bytes


Part: TypeAlias = "Section | Item | Checkpoint | LeftOut"


class Reader:
    """A record file on its way in: `opening`, then `parts`; `number` is the line that was read last.

    `digest` is the SHA-256 of all lines before the end, once the end was read.
    Raises: Invalid (`record.*`), with the line.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._line = b""
        self.number = 0
        self.digest = b""
        try:
            first = self._next()
        except Invalid:  # whatever it is, it is no record
            first = self._line
        version = next((v for v in (VERSION, OF_CASE) if first == _write({"format": FORMAT, "v": v})), None)
        if version is None:
            raise _other_format(first)
        exported = self._exported(self._value("exported", self._next()))
        genesis = self._genesis(self._next())
        case = self._case(self._value("case", self._next())) if version == OF_CASE else None
        papers: list[bytes] = []
        self._waiting = self._next()
        while self._waiting.startswith(b'{"paper":'):
            if len(papers) == record.PAPERS or sum(map(len, papers)) > PAPERS:
                wanted = f"at most {record.PAPERS:,} papers of {PAPERS:,} bytes together"
                raise Invalid("record.too_many", self._where, "more papers", wanted)
            papers.append(self._note("paper", self._waiting))
            self._waiting = self._next()
        self.opening = Opening(exported, genesis, tuple(papers), case)

    def parts(self) -> Iterator[Part]:
        """Feeds, entries, what is left out, and checkpoints, in the order of the file."""
        feeds, line, bound = 0, self._waiting, None
        case, missing = self.opening.case, set[Origin]()
        if case is not None and case.since is not None:
            missing = set(case.since)
        while not line.startswith(b'{"end":'):
            if line.startswith(b'{"feed":'):
                feeds += 1
                if feeds > FEEDS:
                    raise Invalid("record.too_many", self._where, "one more feed", f"at most {FEEDS} feeds")
                section = self._section(line)
                bound = None if case is None else case.bound(section.origin)
                missing.discard(section.origin)
                self._check_bound(section.tree.size, bound)
                yield section
            elif not feeds:
                raise self._unfit(line)
            elif line.startswith(_ENTRY):
                yield self._item(line)
            elif case is not None and line.startswith(b'{"left_out":'):
                left = self._left_out(self._value("left_out", line))
                self._check_bound(left.to, bound)
                yield left
            elif line.startswith(b'{"checkpoint":'):
                yield Checkpoint(self._note("checkpoint", line))
            else:
                raise self._unfit(line)
            line = self._next()
        self._end(line)
        if missing:
            raise Invalid(
                "record.left_out", "the end", f"no feed {min(missing).text}", "every feed of `since`"
            )

    @property
    def _where(self) -> str:
        return f"line {self.number}"

    def _next(self) -> bytes:
        """The next line without its newline."""
        self._hash.update(self._line)
        self._line = self._stream.readline(LONGEST + 1)
        if not self._line:
            raise Invalid(
                "record.truncated", f"after line {self.number}", "no more lines", "a last line `end`"
            )
        self.number += 1
        if len(self._line) > LONGEST:
            raise Invalid("record.too_long", self._where, "a longer line", f"at most {LONGEST:,} bytes")
        if not self._line.endswith(b"\n"):
            raise Invalid("record.truncated", self._where, "a line without its end", "lines that end with LF")
        return self._line[:-1]

    def _unfit(self, line: bytes) -> Invalid:
        return Invalid("record.line", self._where, line[:60].decode("utf-8", "replace"), WANTED)

    def _value(self, key: str, line: bytes) -> Value:
        """What a line with this one key holds."""
        try:
            found = canonical.accept(line, LONGEST)
        except Invalid as error:
            raise error.under(self._where) from error
        if list(found) != [key]:
            raise self._unfit(line)
        return found[key]

    def _note(self, key: str, line: bytes) -> bytes:
        text = self._value(key, line)
        if not isinstance(text, str):
            raise self._unfit(line)
        return text.encode()

    def _exported(self, found: Value) -> Exported:
        match found:
            case {"at_ms": int(at_ms), "by": str() | None as by, "program": str(program), **rest} if not rest:
                if not isinstance(at_ms, bool) and at_ms >= 0 and len(program) <= PROGRAM:
                    if by is not None:
                        ids.unbase32(by, ids.HASH, f"{self._where}: by")
                    return Exported(at_ms, by, program)
        raise Invalid("record.line", self._where, found, "exported: at_ms, by, program")

    def _genesis(self, line: bytes) -> bytes:
        self._value("genesis", line)
        return line.removeprefix(b'{"genesis":').removesuffix(_END)

    def _case(self, found: Value) -> OfCase:
        match found:
            case {"id": str(case), "since": None, **rest} if not rest:
                since: dict[Origin, int] | None = None
            case {"id": str(case), "since": dict(sizes), **rest} if not rest and len(sizes) <= FEEDS:
                since = {
                    ids.origin(name, f"{self._where}: since"): self._number(size)
                    for name, size in sizes.items()
                }
            case _:
                wanted = "case: its id, and in since a number for each feed, or null"
                raise Invalid("record.line", self._where, found, wanted)
        ids.unbase32(case, ids.HASH, f"{self._where}: id")
        return OfCase(case, since)

    def _left_out(self, found: Value) -> LeftOut:
        match found:
            case {"hashes": list(hashes), "to": to, **rest} if not rest:
                texts = tuple(ids.unbase32(each, ids.HASH, f"{self._where}: hashes") for each in hashes)
                return LeftOut(self._number(to), texts)
        raise Invalid("record.line", self._where, found, "left_out: hashes, to")

    def _number(self, found: Value) -> int:
        if isinstance(found, bool) or not isinstance(found, int) or found < 1:
            raise Invalid("record.line", self._where, found, "a whole number from 1 on")
        return found

    def _check_bound(self, size: int, bound: int | None) -> None:
        """Where a record says that it has every header, it has."""
        if bound is not None and size > bound:
            wanted = f"every header from entry {bound:,} on, as the line `case` says"
            raise Invalid("record.left_out", self._where, f"nothing of entries before {size:,}", wanted)

    def _section(self, line: bytes) -> Section:
        try:
            found = canonical.accept(line, LONGEST)
        except Invalid as error:
            raise error.under(self._where) from error
        match found:
            case {"feed": str(name), "from": int(start), "peaks": list(peaks), **rest} if not rest:
                if not isinstance(start, bool) and start >= 0 and len(peaks) == start.bit_count():
                    hashes = tuple(ids.unbase32(each, ids.HASH, f"{self._where}: peaks") for each in peaks)
                    return Section(ids.origin(name, f"{self._where}: feed"), merkle.Tree(start, hashes))
        wanted = "feed, from (0 or more), and in peaks a hash for each complete subtree before"
        raise Invalid("record.line", self._where, line[:60].decode("utf-8", "replace"), wanted)

    def _item(self, line: bytes) -> Item:
        """Cut out, not parsed: no header can hold the bytes that it ends before."""
        leaf, cut, rest = line.removeprefix(_ENTRY).partition(_SALT)
        if not cut and leaf.endswith(b"}}"):
            return Item(leaf.removesuffix(_END), b"", b"")
        says = rest[_SALT_TEXT + len(_SAYS) :]
        if rest[_SALT_TEXT : _SALT_TEXT + len(_SAYS)] != _SAYS or not says.endswith(_END):
            raise self._unfit(line)
        salt = rest[:_SALT_TEXT].decode("ascii", "replace")
        return Item(leaf, ids.unbase32(salt, body.SALT, f"{self._where}: salt"), says[: -len(_END)])

    def _end(self, line: bytes) -> None:
        found = self._value("end", line)
        self.digest = self._hash.digest()
        wanted: Mapping[str, Value] = {"lines": self.number - 1, "sha256": ids.base32(self.digest)}
        if found != wanted:
            raise Invalid(
                "record.altered", self._where, found, f"{wanted}: the file is not as it was written"
            )
        if self._stream.read(1):
            raise Invalid("record.line", f"after line {self.number}", "more bytes", "nothing after the end")


def verify(
    reader: Reader,
    known: Known,
    now_s: int,
    papers: Sequence[bytes] = (),
    step: Callable[[int], None] = lambda _: None,
) -> Result:
    """What the record proves; `papers` are those that the reader has from elsewhere, such as a revocation.

    `known` and `now_s` are as for record.Verification. `step` is told each thousandth line.
    Raises: Invalid where it cannot be read, with the line.
    """
    line = ids.line(reader.opening.genesis)
    found = Verification(line, record.papers(line, [*reader.opening.papers, *papers]), known, now_s)
    for part in reader.parts():
        if not reader.number % STEP:
            step(reader.number)
        try:
            if isinstance(part, Section):
                found.begin(part)
            elif isinstance(part, Checkpoint):
                found.checkpoint(part.note)
            elif isinstance(part, LeftOut):
                found.leave_out(*part)
            else:
                found.entry(part)
        except Invalid as error:
            raise error.under(f"line {reader.number}") from error
    return found.result()


def write(opening: Opening, parts: Iterable[Part]) -> Iterator[bytes]:
    """The lines of a record file. Raises: Invalid (`record.too_long`)."""
    digest, lines = hashlib.sha256(), 0
    for line in _lines(opening, parts):
        if len(line) >= LONGEST:
            raise Invalid(
                "record.too_long", "", f"{len(line):,} bytes", f"lines of at most {LONGEST:,} bytes"
            )
        digest.update(line + b"\n")
        lines += 1
        yield line + b"\n"
    yield _write({"end": {"lines": lines, "sha256": ids.base32(digest.digest())}}) + b"\n"


def _lines(opening: Opening, parts: Iterable[Part]) -> Iterator[bytes]:
    exported = opening.exported
    of = opening.case
    yield _write({"format": FORMAT, "v": VERSION if of is None else OF_CASE})
    yield _write(
        {"exported": {"at_ms": exported.at_ms, "by": exported.by, "program": exported.program[:PROGRAM]}}
    )
    yield b'{"genesis":' + opening.genesis + _END
    if of is not None:
        sizes: dict[str, Value] = {origin.text: size for origin, size in (of.since or {}).items()}
        since: Value = None if of.since is None else sizes
        yield _write({"case": {"id": of.id, "since": since}})
    for paper in opening.papers:
        yield _write({"paper": paper.decode()})
    for part in parts:
        yield _part(part)


def _part(part: Part) -> bytes:
    if isinstance(part, Section):
        peaks: list[Value] = [ids.base32(each) for each in part.tree.peaks]
        return _write({"feed": part.origin.text, "from": part.tree.size, "peaks": peaks})
    if isinstance(part, Checkpoint):
        return _write({"checkpoint": part.note.decode()})
    if isinstance(part, LeftOut):
        hashes: list[Value] = [ids.base32(each) for each in part.hashes]
        return _write({"left_out": {"hashes": hashes, "to": part.to}})
    if part.dropped:
        return _ENTRY + part.leaf + _END
    return _ENTRY + part.leaf + _SALT + ids.base32(part.salt).encode() + _SAYS + part.body + _END


def _write(value: Value) -> bytes:
    return canonical.write(value, LONGEST)


def _other_format(line: bytes) -> Invalid:
    found = line[:60].decode("utf-8", "replace")
    if newer := _NEWER.fullmatch(line):
        wanted = f"version {VERSION} or {OF_CASE}; a newer program reads this one"
        return Invalid("record.version", "line 1", f"version {newer[1].decode()}", wanted)
    return Invalid(
        "record.format", "line 1", found, f"a record file: {FORMAT}, version {VERSION} or {OF_CASE}"
    )
