"""Keys and papers of two parties in a folder, made with the command."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.cli.runs import Ran, run

LINE = "lsqnknljbbwn5xq7rx2oh7x2ouetcnahcat27j2yxop6j7vapbga"
MAIN, URGENT = f"{LINE}/main/0", f"{LINE}/urgent/0"


class Folder(NamedTuple):
    """A folder, and the command run on files in it."""

    path: Path

    def at(self, name: str) -> str:
        return str(self.path / name)

    def done(self, *arguments: str) -> Ran:
        ran = run("key", *arguments)
        assert ran.code == 0, ran.err
        return ran

    def refused(self, code: str, *arguments: str) -> Ran:
        before = sorted(self.path.iterdir())
        ran = run("key", *arguments)
        assert (ran.code, f"[{code}]" in ran.err, ran.out) == (2, True, ""), ran.err
        assert sorted(self.path.iterdir()) == before
        return ran

    def key(self, purpose: str, name: str, *more: str) -> Ran:
        return self.done("new", purpose, "--out", self.at(name), "--no-passphrase", *more)

    def certify(self, key: str, out: str, *more: str, feed: str = MAIN, n: int = 0) -> Ran:
        return self.done(*self.certifying(key, out, *more, feed=feed, n=n))

    def certifying(self, key: str, out: str, *more: str, feed: str = MAIN, n: int = 0) -> tuple[str, ...]:
        files = ("--identity", self.at("north.key"), "--key", self.at(key), "--out", self.at(out))
        return ("certify", *files, "--feed", feed, "--from", str(n), "--yes", *more)

    def roster(self, *papers: str, at: int = 5, feed: str = MAIN, identity: str = "north.key.pub") -> Ran:
        files = [self.at(name) for name in papers]
        return run(
            "key",
            "roster",
            *files,
            "--identity",
            self.at(identity),
            "--feed",
            feed,
            "--at",
            str(at),
            "--json",
        )


def folder(path: Path) -> Folder:
    """Two identities and two officers, the officers certified by the first."""
    made = Folder(path)
    for name in ("north.key", "south.key"):
        made.key("identity", name)
    for name in ("one", "two"):
        made.key("officer", f"{name}.key")
        made.certify(f"{name}.key.pub", f"{name}.cert", "--role", f"duty officer {name}")
    return made
