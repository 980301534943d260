"""The data directory of a node, as one file for another machine, and out of it again (LINE 15).

The file is a tar: a manifest (canonical JSON, each file with its size and SHA-256; then an HMAC under the
journal's key), then the files. It is read back before it counts. From then on the old directory holds the
file `moved`, and no node starts there.

A journal in PostgreSQL stays where it is: only the directory moves.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import re
import secrets
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, BinaryIO, Final, NamedTuple

from wideberth.errors import Invalid, Refused
from wideberth.ledger import canonical, ids
from wideberth.ledger.canonical import Value
from wideberth.ledger.feed import Head
from wideberth.node import directory, files, keys, moved
from wideberth.node.config import Config
from wideberth.node.private import Private
from wideberth.store import folders
from wideberth.store.kept import Kept

KIND: Final = "wideberth.move"
MANIFEST: Final = "wideberth.move.json"
LARGEST: Final = 4 * 2**20
"""Bytes of the manifest."""
MODES: Final = (0o600, 0o644)
LEFT: Final = frozenset({directory.LOCK, directory.MOVED})
"""What belongs to a place, not to a node. So do the sockets in run/, and locks."""

_CHUNK = 2**20
_PURPOSE = b"wideberth/move/v1\n"
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


class Packed(NamedTuple):
    """A file for another machine: the party, the move, its files and lines."""

    party: str
    move: str
    files: int
    lines: int


class Member(NamedTuple):
    """A file in the manifest."""

    mode: int
    sha256: str
    size: int


class Manifest(NamedTuple):
    """What stands at the beginning of the file: its text with the code over it, and what it says."""

    text: bytes
    mac: bytes
    move: str
    party: str
    files: dict[str, Member]


def pack(path: Path, settings: Config, key: bytes, out: Path, now_ms: int) -> Packed:
    """Move away: the last word on each line is signed, the directory packed, and no node starts here again.

    `path` is held. A directory that was moved already is packed once more, as it was: nothing can have
    changed in it. If this fails, nothing has moved.
    Raises: Refused (`move.exists`, `node.link`, and as the journal's open and keys.open_keys), Invalid,
    OSError.
    """
    if out.exists():
        raise Refused("move.exists", f"{out} exists and is never written over; accepted: another name")
    if out.absolute().is_relative_to(path.absolute()):
        raise Refused("move.exists", f"{out} is inside the data directory; accepted: a place outside")
    mark = path / directory.MOVED
    party = ids.party(directory.identity(path).key)
    again = mark.exists()
    with directory.open_journal(path, settings, key) as journal:
        move = mark.read_text("ascii").strip() if again else ids.base32(secrets.token_bytes(moved.MOVE))
        lines = _lines(journal) if again else _last_words(path, journal, party, move, now_ms)
    files.replace(mark, [f"{move}\n".encode()])
    try:
        found = _listed(path)
        _write(path, out, _manifest(found, move, party, key), found)
    except BaseException:
        if not again:
            mark.unlink(missing_ok=True)
        raise
    return Packed(party, move, len(found), lines)


def unpack(file: Path, path: Path, key: Callable[[Path], bytes]) -> Packed:
    """A data directory out of such a file: all of it, verified, or nothing.

    `key` gives the journal's key for the directory that it gets, which is not yet in its place.
    Raises: Refused (`node.exists`, `node.link`), Invalid (`move.damaged`, `move.key`; as `key`), OSError.
    """
    directory.check_free(path)
    path.parent.mkdir(mode=directory.MODE, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.new-", dir=path.parent))
    try:
        for name in directory.FOLDERS:
            (beside / name).mkdir(mode=directory.MODE)
        with file.open("rb") as source:
            manifest = _through(source, beside)
        _check(file, manifest, key(beside))
        for folder in (beside, *(each for each in beside.rglob("*") if each.is_dir())):
            folders.sync(folder)
        directory.put(beside, path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    folders.sync(path.parent)
    return Packed(manifest.party, manifest.move, len(manifest.files), 0)


def _last_words(path: Path, journal: Kept, party: str, move: str, now_ms: int) -> int:
    """An entry for each line in the private feed: what its heads are, and that they are final here."""
    seeds = keys.open_keys(path / directory.KEYS, journal.sealing).seeds
    logs = (*seeds.former_logs, seeds.log)
    private = Private(journal, party, seeds.log)
    said: list[tuple[str, Value]] = []
    for line in private.opened:
        heads = []
        for name, head in journal.heads().items():
            origin = ids.origin(name)
            if (origin.line, origin.party) == (line, party):
                heads.append(Head(origin, journal.tree(name, head.size)))
        if any(each.origin.kind == "main" for each in heads):
            data = moved.sign(line, ids.unbase32(move, moved.MOVE, "move"), heads, logs)
            said.append((moved.MOVING, {"line": line, "move": move, "note": data.decode()}))
    if said:
        private.write(said, now_ms)
    return len(private.opened)


def _lines(journal: Kept) -> int:
    return len({line for name in journal.heads() if (line := ids.origin(name).line) != ids.PRIVATE})


def _listed(path: Path) -> dict[str, Member]:
    found = {}
    for each in sorted(path.rglob("*")):
        name = each.relative_to(path).as_posix()
        if each.is_symlink():
            raise Refused("node.link", f"{each} is a link; accepted: the file or folder itself")
        passed = name in LEFT or name.startswith(f"{directory.RUN}/") or each.suffix in (".lock", ".new")
        if each.is_file() and not passed and not name.endswith("-shm"):
            data = each.stat()
            found[name] = Member(data.st_mode & 0o777, _hash(each), data.st_size)
    return found


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(found: dict[str, Member], move: str, party: str, key: bytes) -> bytes:
    listed: dict[str, Value] = {
        name: {"mode": each.mode, "sha256": each.sha256, "size": each.size} for name, each in found.items()
    }
    value: Value = {"files": listed, "kind": KIND, "move": move, "party": party, "v": 1}
    text = canonical.write(value, LARGEST)
    return text + b"\n" + ids.base32(_mac(text, key)).encode() + b"\n"


def _check(file: Path, manifest: Manifest, key: bytes) -> None:
    if not hmac.compare_digest(manifest.mac, _mac(manifest.text, key)):
        wanted = "the key of the journal that was moved, and the file as it was written"
        raise Invalid("move.key", str(file), "a file that this key does not vouch for", wanted)


def _mac(text: bytes, key: bytes) -> bytes:
    return hmac.digest(hmac.digest(key, _PURPOSE, "sha256"), text, "sha256")


def _write(path: Path, out: Path, manifest: bytes, found: dict[str, Member]) -> None:
    """The file, for its owner only: whole, read back and durable when this returns, or not there."""
    beside = out.with_name(f".{out.name}.new")
    beside.unlink(missing_ok=True)
    try:
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, files.MODE)
        with os.fdopen(handle, "w+b") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
                _add(archive, MANIFEST, len(manifest), io.BytesIO(manifest))
                for name, each in found.items():
                    with (path / name).open("rb") as source:
                        _add(archive, name, each.size, source)
            file.flush()
            os.fsync(handle)
            file.seek(0)
            _through(file, None)
        beside.rename(out)
        folders.sync(out.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _add(archive: tarfile.TarFile, name: str, size: int, source: BinaryIO) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, files.MODE
    archive.addfile(member, source)


def _through(file: BinaryIO, to: Path | None) -> Manifest:
    """Read a whole archive, and put its files in a folder where one is given.

    Raises: Invalid (`move.damaged`), OSError.
    """
    try:
        with tarfile.open(fileobj=file, mode="r:") as archive:
            first = archive.next()
            if first is None or first.name != MANIFEST or not first.isreg() or first.size > LARGEST:
                raise _damaged("no manifest at its beginning")
            manifest = _parsed(_content(archive, first).read())
            left = dict(manifest.files)
            while (member := archive.next()) is not None:
                each = left.pop(member.name, None)
                if each is None or not member.isreg() or member.size != each.size:
                    raise _damaged("something that is not in its manifest")
                target = None if to is None else to / member.name
                if _copied(_content(archive, member), target, each.mode) != each.sha256:
                    raise _damaged(f"another {member.name} than its manifest says")
    except (tarfile.TarError, EOFError) as error:
        raise _damaged("something else, or a part of it") from error
    if left:
        raise _damaged(f"no {next(iter(left))}")
    return manifest


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(member)
    assert found is not None  # it is a regular file
    return found


def _copied(source: IO[bytes], target: Path | None, mode: int) -> str:
    """The SHA-256 of what was copied, durable where there is a target."""
    digest = hashlib.sha256()
    with ExitStack() as stack:
        file = None
        if target is not None:
            target.parent.mkdir(mode=directory.MODE, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            file = stack.enter_context(os.fdopen(os.open(target, flags, mode), "wb"))
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            if file is not None:
                file.write(chunk)
        if file is not None:
            file.flush()
            os.fsync(file.fileno())
    return digest.hexdigest()


def _parsed(data: bytes) -> Manifest:
    text, _, mac = data.partition(b"\n")
    try:
        found = canonical.accept(text, LARGEST)
        listed, move, party = found.get("files"), found.get("move"), found.get("party")
        if found.get("kind") != KIND or found.get("v") != 1 or not isinstance(listed, dict):
            raise _damaged("no manifest of a node that was moved")
        members = {name: _member(name, each) for name, each in listed.items()}
        code = ids.unbase32(mac.decode("ascii").removesuffix("\n"), hashlib.sha256().digest_size, "mac")
    except (Invalid, UnicodeDecodeError) as error:
        raise _damaged("a manifest that cannot be read") from error
    return Manifest(text, code, str(move), str(party), members)


def _member(name: str, value: Value) -> Member:
    """A file of the manifest: inside the directory, for its owner."""
    if not isinstance(value, dict) or tuple(value) != ("mode", "sha256", "size"):
        raise _damaged("a manifest that cannot be read")
    mode, digest, size = value["mode"], value["sha256"], value["size"]
    inside = all(_NAME.fullmatch(part) for part in name.split("/"))
    if not inside or mode not in MODES or type(size) is not int or not isinstance(digest, str):
        raise _damaged("a file that belongs in no data directory")
    return Member(mode, digest, size)


def _damaged(found: str) -> Invalid:
    return Invalid("move.damaged", "", found, "the file that wideberth node move has written, whole")
