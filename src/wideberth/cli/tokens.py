"""Tokens that `login` keeps: a file for each node, for its owner only, under the XDG configuration home."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.node import files
from wideberth.node.directory import NAME
from wideberth.store import keyfile, passwords

VARIABLE: Final = "WIDEBERTH_TOKEN"
FOLDER: Final = "tokens"
MODE = 0o700
WANTED: Final = f"a token such as {passwords.MARK}…, whole, as it was shown"


class Kept(Struct, frozen=True):
    """A token, and where it is good."""

    url: str
    name: str
    token: str

    def __repr__(self) -> str:
        """Without the token: what is printed ends in a log."""
        return f"Kept({self.url!r}, {self.name!r})"


def home(environment: Mapping[str, str], home: Path) -> Path:
    """The folder of the tokens, as the XDG base directories have it."""
    named = environment.get("XDG_CONFIG_HOME", "")
    return (Path(named) if Path(named).is_absolute() else home / ".config") / NAME / FOLDER


def given(environment: Mapping[str, str]) -> str | None:
    """The token of WIDEBERTH_TOKEN. Raises: Invalid (`login.token`), which does not show it."""
    text = environment.get(VARIABLE, "").strip()
    return _checked(text, VARIABLE) if text else None


def read(folder: Path, url: str) -> Kept | None:
    """What is kept for a node. Raises: Invalid (`login.token`), Refused (`key.mode`, `key.link`), OSError."""
    path = _file(folder, url)
    try:
        data = keyfile.load(path)
    except FileNotFoundError:
        return None
    try:
        found = msgspec.json.decode(data, type=Kept)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _wrong(str(path)) from None  # nothing of what is in it
    _checked(found.token, str(path))
    # two nodes in turn in one place: who asks the second must not be shown to it by the token of the first
    return found if found.url == url else None


def keep(folder: Path, kept: Kept) -> None:
    """Keep a token, in place of an earlier one; durable when it returns. Raises: OSError."""
    folder.mkdir(mode=MODE, parents=True, exist_ok=True)
    files.replace(_file(folder, kept.url), [msgspec.json.encode(kept), b"\n"])


def forget(folder: Path, url: str) -> None:
    """Keep no token for a node. Raises: OSError."""
    _file(folder, url).unlink(missing_ok=True)


def _file(folder: Path, url: str) -> Path:
    return folder / f"{ids.base32(hashlib.sha256(os.fsencode(url)).digest()[:16])}.json"


def _checked(text: str, path: str) -> str:
    if passwords.token(text) is None:
        raise _wrong(path)
    return text


def _wrong(path: str) -> Invalid:
    return Invalid("login.token", path, "something else", WANTED)
