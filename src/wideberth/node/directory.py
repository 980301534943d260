"""The data directory of a node: whole or not there, for its owner only, and of one process at a time.

    node.toml             settings                          config
    journal.db            the record, or PostgreSQL by URL  store.sqlite, store.postgres
    journal.scrypt.json   how a passphrase opens it         store.keys; only where it has one
    accounts.db           people                            store.accounts
    personal.db           people beside lists of sites      store.personal; made at the first start
    replies.db            replies to communiqués            store.replies; made at the first start
    keys/                 identity.pub, and keys in use     keys
    snapshots/            of the fold; never needed         store.snapshots
    run/                  the socket of a running node
    log/                  what happened, without content    log
    lock                  held by the process that has it
    moved                 only where the node was moved away; moving

POSIX only: the lock is flock(2), which the system gives back however a process ends.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wideberth.errors import Invalid, Refused
from wideberth.node import config
from wideberth.node import keys as node_keys
from wideberth.node.config import Config
from wideberth.store import accounts, folders, keyfile, sqlite
from wideberth.store import keys as journal_keys
from wideberth.store.kept import Kept
from wideberth.store.keyfile import KeyFile, Public
from wideberth.store.keys import Stretching

MODE = 0o700
JOURNAL: Final = "journal.db"
STRETCHING: Final = "journal.scrypt.json"
ACCOUNTS: Final = "accounts.db"
PERSONAL: Final = "personal.db"
REPLIES: Final = "replies.db"
KEYS, SNAPSHOTS, RUN, LOG = FOLDERS = ("keys", "snapshots", "run", "log")
LOCK: Final = "lock"
MOVED: Final = "moved"
"""There where the node was moved to another machine: nothing starts here any more."""
IDENTITY: Final = "identity.pub"
IDENTITY_KEY: Final = "identity.key"
NAME: Final = "wideberth"


def default(environment: Mapping[str, str], home: Path) -> Path:
    """Where a node's data are unless told otherwise, as the XDG base directories have it."""
    named = environment.get("XDG_DATA_HOME", "")
    # the specification: a path that is not absolute counts as none
    return (Path(named) if Path(named).is_absolute() else home / ".local" / "share") / NAME


def make(
    path: Path, identity: Public | KeyFile, key: bytes, how: Stretching | None, settings: Config
) -> None:
    """A data directory, all of it or nothing, durable when it returns: made beside its place, and renamed.

    The node's own keys are made with it.

    Args:
        path: an empty folder may stand there.
        identity: its public half; or the whole key, which is then kept in keys/ until somebody takes it away.
        key: the 32 bytes that the journal is sealed with.
        how: they came from a passphrase; None where they did not.
        settings: where the journal is.

    Raises: Refused (`node.exists`, `node.link`, and as the journal's open), Invalid, OSError.
    """
    check_free(path)
    path.parent.mkdir(mode=MODE, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.new-", dir=path.parent))
    try:
        for name in FOLDERS:
            (beside / name).mkdir(mode=MODE)
        half = identity if isinstance(identity, Public) else identity.public
        files = [
            (beside / config.FILE, config.written(settings).encode(), 0o600),
            (beside / KEYS / IDENTITY, f"{half.text}\n".encode(), keyfile.PUBLIC_MODE),
        ]
        if not isinstance(identity, Public):
            files.append((beside / KEYS / IDENTITY_KEY, keyfile.write(identity), keyfile.MODE))
        if how is not None:
            files.append((beside / STRETCHING, journal_keys.write_stretching(how), 0o600))
        keyfile.save(files)
        accounts.create(beside / ACCOUNTS).close()
        _begin_journal(beside, settings, key)
        folders.sync(beside)
        _rename(beside, path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    folders.sync(path.parent)


def check_free(path: Path) -> None:
    """Raises: Refused (`node.exists`, `node.link`)."""
    if path.is_symlink():
        raise Refused("node.link", f"{path} is a link; accepted: the place itself")
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise Refused(
            "node.exists", f"{path} is there, and nothing in it is written over; accepted: another place"
        )


@contextmanager
def held(path: Path, *, moved: bool = False) -> Iterator[Path]:
    """The data directory, checked, and no other process's as long as it is held.

    `moved`: also where the node was moved to another machine, to look at what is left.
    Raises: Invalid (`node.none`), Refused (`node.link`, `node.owner`, `node.mode`, `node.locked`,
    `node.moved`), OSError.
    """
    check(path)
    if (path / MOVED).exists() and not moved:
        words = f"the node in {path} was moved to another machine; accepted: start it there, and nowhere else"
        raise Refused("node.moved", words)
    lock = _lock(path)
    try:
        yield path
    finally:
        os.close(lock)


def check(path: Path) -> None:
    """It is a data directory, the user's own, and no link; others may not even list it.

    Raises: Invalid (`node.none`), Refused (`node.link`, `node.owner`, `node.mode`), OSError.
    """
    found = _looked_at(path)
    if found.st_uid != os.geteuid():
        raise Refused("node.owner", f"{path} belongs to another user; accepted: the user that it belongs to")
    if found.st_mode & 0o077:
        raise Refused("node.mode", f"others may open {path}; accepted: mode 700 (chmod 700)")
    for each in path.iterdir():
        if each.is_symlink():
            raise Refused("node.link", f"{each} is a link; accepted: the file or folder itself")
    if not (path / ACCOUNTS).exists() and not (path / config.FILE).exists():
        raise Invalid("node.none", str(path), "no data of a node", "a directory made by wideberth node init")


def same_user(uid: int, path: Path) -> None:
    """The first user is made only by whoever owns the directory: a socket alone says nothing about people.

    Raises: Refused (`node.owner`), OSError.
    """
    if path.stat().st_uid != uid:
        raise Refused("node.owner", f"only the user that {path} belongs to makes the first user")


def settings(path: Path, environment: Mapping[str, str], flags: Mapping[str, object]) -> Config:
    """The settings of a node. Raises: Invalid (as config.settled), OSError."""
    file = path / config.FILE
    return config.settled(file.read_bytes() if file.exists() else b"", environment, flags)


def identity(path: Path) -> Public:
    """Whose node it is. Raises: Invalid (`key.file`, `key.version`), Refused (`key.link`), OSError."""
    return keyfile.read_public(keyfile.load(path / KEYS / IDENTITY))


def open_journal(path: Path, settings: Config, key: bytes, *, new: bool = False) -> Kept:
    """The journal of a node, verified; only a `new` one is made where there is none.

    Raises: Refused (`node.no_journal`), as sqlite.open and postgres.open.
    """
    if settings.journal:
        from wideberth.store import postgres  # needs the extra `postgres`, which few have

        return postgres.open(settings.journal, key)
    if not new and not (path / JOURNAL).exists():
        raise Refused("node.no_journal", f"there is no {path / JOURNAL}; accepted: as it was, from a backup")
    return sqlite.open(path / JOURNAL, key)


def _begin_journal(path: Path, settings: Config, key: bytes) -> None:
    """An empty journal, and the keys that are sealed under its key."""
    with open_journal(path, settings, key, new=True) as journal:
        if journal.heads():
            raise Refused("node.exists", "there are entries in that journal; accepted: an empty one")
        node_keys.make(path / KEYS, journal.sealing)


def _looked_at(path: Path) -> os.stat_result:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError as error:
        wanted = "a directory made by wideberth node init"
        raise Invalid("node.none", str(path), "nothing there", wanted) from error
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise Refused(
                "node.link", f"{path} is a link or no folder; accepted: the folder itself"
            ) from error
        raise
    try:
        return os.fstat(handle)
    finally:
        os.close(handle)


def put(beside: Path, path: Path) -> None:
    """A directory that was made beside its place, in its place. Raises: Refused (`node.exists`), OSError."""
    _rename(beside, path)


def _rename(beside: Path, path: Path) -> None:
    try:
        beside.rename(path)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise Refused("node.exists", f"{path} was made by somebody else in the meantime") from error
        raise


def _lock(path: Path) -> int:
    """The lock, held until its descriptor is closed."""
    lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(lock, 0)
        os.write(lock, b"%d\n" % os.getpid())
    except BlockingIOError as error:
        holder = os.read(lock, 20).decode("ascii", "replace").strip() or "that has just begun"
        os.close(lock)
        message = (
            f"{path} is open in process {holder}; accepted: one at a time, and a node that runs is asked"
        )
        raise Refused("node.locked", message) from error
    except OSError:  # a full disk: it must not stay locked
        os.close(lock)
        raise
    return lock
