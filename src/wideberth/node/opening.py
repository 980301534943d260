"""What a node opens in its data directory when it starts: in one order, and given back in the other."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from wideberth.desk.line_checks import Terms
from wideberth.errors import Refused
from wideberth.formats import geoidgrid
from wideberth.ledger import ids
from wideberth.ledger.ids import Line
from wideberth.model.guards import ALL, Guards
from wideberth.node import directory, keys
from wideberth.node.config import Config
from wideberth.node.keys import Keys
from wideberth.node.line_secrets import LineSecrets
from wideberth.node.lines import Lines
from wideberth.space.geoid import Geoid
from wideberth.store import accounts, personal, replies
from wideberth.store.accounts import Accounts
from wideberth.store.kept import Kept
from wideberth.store.personal import Personal
from wideberth.store.replies import ReplyFile

NEVER_MS: Final = 10**12


class Opened(NamedTuple):
    """The identity key (32 bytes), accounts, own keys, secrets of lines, the lines over the journal, what is
    known of people beside lists of sites, and what everybody has replied.
    """

    identity: bytes
    people: Accounts
    keys: Keys
    secrets: LineSecrets
    lines: Lines
    personal: Personal
    replies: ReplyFile


def geoid() -> Geoid:
    """The geoid that ships with the package."""
    return geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes())


def check_sort(line: Line, settings: Config) -> None:
    """A node of an exercise has lines of exercises, any other has none. Raises: Refused (`line.exercise`)."""
    if line.exercise != settings.exercise:
        of = ("an exercise", "what is real")
        found, wanted = of if line.exercise else reversed(of)
        words = f"this line is for {found}, and this node for {wanted}; accepted: both the same"
        raise Refused("line.exercise", words)


def line_checks(guards: Guards) -> Terms:
    """When the other node is asked whether it is there; without this guard, so seldom that it is never."""
    return Terms() if guards.line_checks else Terms(interval_ms=NEVER_MS)


def everything(held: ExitStack, path: Path, settings: Config, key: bytes, guards: Guards = ALL) -> Opened:
    """All of it; `held` gives it back. `key`: the 32 bytes that the journal is sealed with.

    Raises: Refused (`node.guards`; as check_sort, of a line that is there), as directory.held,
    directory.identity, directory.open_journal, accounts.open, keys.open_keys, personal.open, replies.open.
    """
    if guards != ALL and not settings.exercise:
        raise Refused("node.guards", "a safeguard is off, and this is no exercise; accepted: all of them on")
    held.enter_context(directory.held(path))
    identity = directory.identity(path).key
    people = held.enter_context(accounts.open(path / directory.ACCOUNTS))

    def opened() -> Kept:
        return directory.open_journal(path, settings, key)

    journal = opened()
    try:
        own = keys.open_keys(path / directory.KEYS, journal.sealing)
        secrets = LineSecrets(path / directory.KEYS, journal.sealing)
        lines = Lines(journal, opened, ids.party(identity), own.seeds.log)
        for each in lines.private.opened.values():
            check_sort(each.line, settings)
        kept = held.enter_context(personal.open(path / directory.PERSONAL, journal.sealing))
        replied = held.enter_context(replies.open(path / directory.REPLIES))
    except BaseException:
        journal.close()
        raise
    held.callback(lines.close)
    return Opened(identity, people, own, secrets, lines, kept, replied)
