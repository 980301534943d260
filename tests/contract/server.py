"""A PostgreSQL for the tests: the one that is there, else one of their own.

Asked in this order: WIDEBERTH_TEST_POSTGRES, what libpq would take, a server started in a folder of its own.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import pytest

PASSWORD = "a/secret?word"  # what a URL must hold as a%2Fsecret%3Fword
DEBIAN = Path("/usr/lib/postgresql")
NO_CLUSTER = (ImportError, OSError, KeyError, subprocess.SubprocessError)
"""No driver, no programs, no user to run them as, or they fail."""


class Cluster:
    """A server in a folder of its own: trusted over its socket, with PASSWORD over TCP."""

    def __init__(self) -> None:
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        # a server will not run as root
        self.user = "postgres" if os.geteuid() == 0 else None
        self.own(self.folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        ways = ("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}", "--no-sync")
        self.run("initdb", "-U", "postgres", *ways)
        self.start()

    @property
    def url(self) -> str:
        """Over its socket, as its superuser."""
        return f"postgresql:///postgres?user=postgres&host={self.folder}&port={self.port}"

    @property
    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def own(self, path: Path) -> None:
        """Make a file the server's."""
        if self.user is not None:
            shutil.chown(path, self.user, pwd.getpwnam(self.user).pw_gid)

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), "-D", str(self.data), *arguments]
        as_user: dict[str, Any] = {}
        if self.user is not None:
            as_user = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}
        # a server keeps what it was given to write to: a pipe would never end
        with (self.folder / "said").open("ab") as said:
            subprocess.run(command, check=True, timeout=120, stdout=said, stderr=said, cwd="/", **as_user)

    def start(self) -> None:
        self.control("start", "-o", f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1")

    def control(self, *arguments: str) -> None:
        self.run("pg_ctl", *arguments, "-w", "-s", "-l", str(self.log))

    def execute(self, statement: str, *values: object) -> list[Any]:
        return execute(self.url, statement, *values)

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url.replace("///postgres?", f"///{name}?")

    def remove(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.control("stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


def programs() -> Path:
    """The folder of initdb and pg_ctl. Raises: FileNotFoundError."""
    for folder in [*sorted(DEBIAN.glob("*/bin"), reverse=True), *map(Path, os.get_exec_path())]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise FileNotFoundError("no initdb")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server to stop and to kill; without one the test is told absent."""
    try:
        import asyncpg  # noqa: F401 - a server that nobody can speak to is none

        found = Cluster()
    except NO_CLUSTER as error:
        absent(f"no PostgreSQL can be started: {error!r}")
    try:
        yield found
    finally:
        found.remove()


def url() -> str:
    """A server that answers; without one the test is told absent."""
    found = _url()
    if isinstance(found, Exception):
        absent(f"no PostgreSQL: {found!r}; name one in WIDEBERTH_TEST_POSTGRES, or install initdb and pg_ctl")
    return found


@cache
def _url() -> str | Exception:
    """Looked for once: an absent server is as slow to find out as it is."""
    try:
        import asyncpg
    except ImportError as error:
        return error
    named = os.environ.get("WIDEBERTH_TEST_POSTGRES")
    found = named or "postgresql://"
    try:
        execute(found, "SELECT 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if named is not None:
            return error
        try:
            mine = Cluster()
        except NO_CLUSTER as none:
            return none
        atexit.register(mine.remove)
        return mine.url
    return found


def execute(where: str, statement: str, *values: object, schema: str = "public") -> list[Any]:
    """One statement in a session of its own."""
    import asyncpg

    async def run() -> list[Any]:
        session = await asyncpg.connect(where, timeout=30, server_settings={"search_path": schema})
        try:
            return [tuple(each) for each in await session.fetch(statement, *values)]
        finally:
            await session.close()

    return asyncio.run(run())


def absent(reason: str) -> NoReturn:
    """A missing server fails where all tests must run, and is told elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
