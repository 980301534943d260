"""What `wideberth key` asks for: files of keys, passphrases, feeds, and a yes before anything is signed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli.load import read_bytes
from wideberth.cli.say import says_yes, tell
from wideberth.errors import Invalid, NotTrusted, Refused, shorten
from wideberth.ledger import ids, quints
from wideberth.ledger.ids import Origin
from wideberth.store import keyfile
from wideberth.store.keyfile import Public, Purpose
from wideberth.store.keys import stretching

SCHEMA = "wideberth.key/1"
VARIABLE = "WIDEBERTH_PASSPHRASE"

IdentityFile = Annotated[
    str,
    typer.Option(
        "--identity", metavar="FILE", help="The key file of the party's identity.", show_default=False
    ),
]
IdentityPublic = Annotated[
    str,
    typer.Option(
        "--identity",
        metavar="PUB",
        help="The public half of the identity that must have signed: a file, or its line.",
        show_default=False,
    ),
]
Out = Annotated[
    str, typer.Option("--out", metavar="FILE", help="Where to write; never over a file.", show_default=False)
]
Role = Annotated[
    str | None,
    typer.Option(
        "--role", metavar="TEXT", help='Of an officer: such as "duty officer 2"; never a person\'s name.'
    ),
]
PassphraseFile = Annotated[
    str | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help=f"The passphrase is the first line of FILE; else it is {VARIABLE}, else it is asked for.",
    ),
]
NoPassphrase = Annotated[
    bool,
    typer.Option("--no-passphrase", help="Do not seal the new key: whoever reads the file can sign with it."),
]
Yes = Annotated[
    bool, typer.Option("--yes", help="Sign without asking; what is signed is shown all the same.")
]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Errors say which file they are about."""
    name = shorten(file, 400)
    try:
        yield
    except Invalid as error:
        path = f"{name}: {error.path}" if error.path else name
        raise Invalid(error.code, path, error.found, error.wanted) from None  # nothing more of a key
    except NotTrusted as error:
        raise NotTrusted(error.code, f"{name}: {error.message}") from error
    except FileNotFoundError as error:
        raise Invalid("file.missing", name, "no such file", "the path of a file") from error
    except PermissionError as error:
        raise Invalid(
            "file.permission", name, "no permission to read it", "a file that you may read"
        ) from error


def half(text: str, *purposes: Purpose) -> Public:
    """The public half in a key file, in a file of its own, or in the line itself.

    Raises: Invalid (`key.file`, `key.version`, `key.purpose`), Refused (`key.mode`, `key.link`), OSError.
    """
    with naming(text):
        line = text.startswith(keyfile.PUBLIC)
        return _for(keyfile.read_public(os.fsencode(text) if line else keyfile.load(Path(text))), purposes)


def key_file(path: str, *purposes: Purpose) -> keyfile.KeyFile:
    """A key file with its private half, not yet opened. Raises: as `half`."""
    with naming(path):
        found = keyfile.read(keyfile.load(Path(path)))
        _for(found.public, purposes)
        return found


def seed(path: str, found: keyfile.KeyFile, passphrase_file: str | None) -> bytes:
    """The private half. Raises: Invalid (`key.passphrase`, `key.public`), and as `passphrase`."""
    with naming(path):
        return keyfile.opened(found, lambda: passphrase(passphrase_file, f"Passphrase of {path}"))


def passphrase(file: str | None, prompt: str, *, new: bool = False) -> str:
    """From a file, else the environment, else asked for at the terminal; a new one twice.

    Raises: Refused (`key.no_passphrase`, `key.mode`), Invalid (`key.passphrase_source`), OSError.
    """
    if file is not None:
        return first_line(Path(file))
    if text := os.environ.get(VARIABLE):
        return text
    if not sys.stdin.isatty():
        raise Refused(
            "key.no_passphrase", f"no passphrase; accepted: {VARIABLE}, --passphrase-file, a terminal"
        )
    try:
        return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=new, err=True))
    except typer.Abort:
        raise _not_confirmed() from None


def new_file(half: Public, seed: bytes, file: str | None, *, plain: bool) -> keyfile.KeyFile:
    """A key file to be written, sealed unless the user wants it plain.

    Raises: Refused (`key.no_passphrase`), Invalid (`key.passphrase_source`).
    """
    if plain:
        if file is not None:
            raise Invalid("key.passphrase_source", "", "both", "a passphrase, or --no-passphrase")
        return keyfile.Plain(half, seed)
    words = passphrase(file, "Passphrase of the new key", new=True)
    return keyfile.sealed(half, seed, words, stretching())


def feed(text: str, path: str, party: str) -> Origin:
    """A feed in full, or as LINE/main/0 for the party's own. Raises: Invalid (`ledger.origin`)."""
    parts = text.split("/")
    if len(parts) == 3:
        text = "/".join(("wideberth", parts[0], party, *parts[1:]))
    return ids.origin(text, path)


def entries(texts: list[str], path: str, party: str) -> dict[Origin, int]:
    """FEED=N, each feed once. Raises: Invalid (`key.entry`, `ledger.origin`)."""
    found: dict[Origin, int] = {}
    for text in texts:
        name, _, digits = text.partition("=")
        origin = feed(name, path, party)
        if not digits.isascii() or not digits.isdecimal() or len(digits) > 15 or origin in found:
            raise Invalid("key.entry", path, text, "FEED=N with a whole number, each feed once")
        found[origin] = int(digits)
    return found


def confirm(shown: str, identity: bytes | None, *, yes: bool) -> None:
    """Show exactly what will be signed, and wait for a yes. Raises: Refused (`key.not_confirmed`)."""
    tell("What will be signed:\n")
    for line in shown.splitlines():
        tell(f"  {line}".rstrip())
    tell("" if identity is None else f"\nby the identity {quints.identity(identity)}\n")
    if not yes and not says_yes("Sign this?"):
        raise _not_confirmed()


def read_paper(path: str) -> bytes:
    """The bytes of a paper. Raises: Invalid (`file.*`)."""
    with naming(path):
        return read_bytes(path)


def _for(found: Public, purposes: tuple[Purpose, ...]) -> Public:
    if purposes and found.purpose not in purposes:
        raise Invalid("key.purpose", "purpose", found.purpose, f"a key for {' or '.join(purposes)}")
    return found


def first_line(path: Path) -> str:
    """A secret in a file. Raises: Refused (`key.mode`), Invalid (`key.passphrase_source`), OSError."""
    with naming(str(path)), path.open("rb") as file:
        found = os.fstat(file.fileno())
        if stat.S_ISREG(found.st_mode):
            keyfile.check_mode(path, found)
        data = file.readline(4096)
        try:
            return data.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            raise Invalid("key.passphrase_source", "", "bytes that are not UTF-8", "UTF-8") from None


def _not_confirmed() -> Refused:
    return Refused("key.not_confirmed", "nothing was signed or written; accepted: y, or --yes")
