"""`wideberth node`: make a node's data directory, and say what is in one. Both without a node that runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec
import typer
from msgspec import structs

from wideberth.cli import (
    exporting,
    journals,
    key_asked,
    line_asked,
    line_words,
    node_key,
    node_move,
    node_run,
    node_watch,
    people,
    reached,
)
from wideberth.cli import node_asked as asked
from wideberth.cli.say import exercise, stopping
from wideberth.errors import Invalid
from wideberth.ledger import ids, keys, quints
from wideberth.node import config, directory
from wideberth.node import keys as node_keys
from wideberth.node.views import NodeView
from wideberth.render import feeds
from wideberth.store import accounts, keyfile
from wideberth.store import keys as stretched
from wideberth.store.keyfile import KeyFile, Public
from wideberth.store.keys import Stretching
from wideberth.web.asked import DutyView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

NODE_HELP = "A party's own installation: make its data directory, run it, say how it stands."
INIT_HELP = """\
Make the data directory of a node: settings, journal, accounts, the node's own keys. All of it, or nothing.

The identity is best made elsewhere, where it stays (wideberth key new identity); give its public half.
Without --identity one is made here, sealed under a passphrase, to be taken away afterwards.

The journal is sealed under a key: FILE of --key-file (made where there is none), else WIDEBERTH_JOURNAL_KEY,
else a passphrase that is asked for. Nothing that exists is ever written over.

\b
Examples:
  wideberth node init --identity north.key.pub --key-file usb/journal.key
  wideberth node init --data north --identity north.key.pub
  wideberth node init --data north
  wideberth node init --exercise --data exercise-north

\b
Exit codes: 0 done, 2 bad input (nothing is made), 3 could not.
"""
STATUS_HELP = """\
Say how a node stands: a node that runs is asked, for which you must have logged in; else its files are.

With --heads the journal is opened and every row of it verified: that needs its key, and a node that does not
run.

\b
Examples:
  wideberth node status --data north
  wideberth node status --data north --heads --key-file usb/journal.key --json

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

node = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
node.command("key", short_help="Make one more of the node's own keys.", help=node_key.KEY_HELP)(node_key.key)
node.command("move", short_help="Move the node to another machine.", help=node_move.MOVE_HELP)(node_move.move)


class JournalKey(NamedTuple):
    """The key of a new journal, how a passphrase became it, and the file to be made for it."""

    key: bytes
    how: Stretching | None = None
    made: Path | None = None


@node.command(help=INIT_HELP)
def init(
    data: asked.Data = None,
    identity: Annotated[
        str | None,
        typer.Option(
            "--identity",
            metavar="PUB",
            help="The public half of the party's identity: a file, or its line.",
            show_default=False,
        ),
    ] = None,
    key_file: Annotated[
        str | None,
        typer.Option("--key-file", metavar="FILE", help="The key of the journal; made where there is none."),
    ] = None,
    journal: Annotated[
        str | None,
        typer.Option(
            "--journal", metavar="URL", help="A journal in PostgreSQL; else journal.db.", show_default=False
        ),
    ] = None,
    passphrase_file: key_asked.PassphraseFile = None,
    for_exercise: Annotated[
        bool,
        typer.Option("--exercise", help="For exercises only: it takes up no real line, and says so always."),
    ] = False,
    json: asked.Json = False,
) -> None:
    """Make a data directory. `INIT_HELP` says the rest."""
    with stopping():
        path = asked.place(data)
        directory.check_free(path)
        settings = config.settled(b"", os.environ, {"journal": journal})
        if for_exercise:
            settings = structs.replace(settings, exercise=True)
            exercise()
        who = _identity(identity, passphrase_file)
        found = _journal_key(key_file)
        _make(path, who, found, settings)
        half = who if isinstance(who, Public) else who.public
        document = {
            "data": str(path),
            "party": ids.party(half.key),
            "words": quints.identity(half.key),
            "identity": "elsewhere" if isinstance(who, Public) else directory.IDENTITY_KEY,
            "journal": "postgresql" if settings.journal else directory.JOURNAL,
            "key_file": None if found.made is None else str(found.made),
            "exercise": for_exercise,
        }
        lines = [f"made    {path}", f"party   {document['party']}", f"words   {document['words']}"]
        asked.answer(document, lines, _following(path, who, found), json=json)


@node.command(help=STATUS_HELP)
def status(
    url: reached.Url = None,
    data: reached.Data = None,
    heads: Annotated[bool, typer.Option("--heads", help="Open the journal, and list its feeds.")] = False,
    key_file: journals.KeyFile = None,
    json: asked.Json = False,
) -> None:
    """Say what is in a data directory. `STATUS_HELP` says the rest."""
    with stopping():
        at = reached.where(url, data, os.environ)
        if not heads and (at.url is not None or people.asks(at)):
            with reached.opened(at, reached.token(at, os.environ)) as client:
                document, lines = _running(client)
            asked.answer(document, lines, (), json=json)
            return
        path = at.path
        with directory.held(path, moved=True):
            settings = asked.settings(path)
            document = {**_kept(path, settings.journal), **_people(path)}
            lines = [f"{name:<12}{_cell(value)}" for name, value in document.items()]
            if heads:
                with directory.open_journal(path, settings, journals.key(path, key_file)) as journal:
                    listed = exporting.listed(journal)
                document["feeds"] = feeds.document(listed)["feeds"]
                lines += ["", *feeds.table(listed)]
        asked.answer(document, lines, (), json=json)


def _running(client: Client) -> tuple[dict[str, Any], list[str]]:
    """How a node that runs stands, for machines and for people."""
    found = client.ask("GET", "/v1/status", NodeView)
    on = client.ask("GET", "/v1/duty", list[DutyView])
    posts = {each.post: each.name for each in on if each.name is not None}
    document = {**msgspec.to_builtins(found), "duty": posts}
    sounding = f"{found.bell.sounding:,} sounding now; {found.bell.words}"
    shown = {**document, "bell": "; ".join([sounding, *(f"NOT SENT by {x}" for x in found.bell.unsent)])}
    lines = [f"{name:<12}{_cell(value)}" for name, value in shown.items()]
    lines += map(line_words.short, line_asked.views(client))
    return document, lines


def _identity(text: str | None, passphrase_file: str | None) -> Public | KeyFile:
    if text is not None:
        return key_asked.half(text, "identity")
    seed = os.urandom(keys.KEY)
    return key_asked.new_file(keyfile.public("identity", seed), seed, passphrase_file, plain=False)


def _journal_key(file: str | None) -> JournalKey:
    if file is not None and not Path(file).exists():
        return JournalKey(os.urandom(keys.KEY), made=Path(file))
    if file is not None:
        return JournalKey(stretched.from_file(Path(file)))
    if os.environ.get(journals.VARIABLE):
        return JournalKey(stretched.from_environment(os.environ, journals.VARIABLE))
    words = asked.secret("New passphrase of the journal")
    if words is None:
        wanted = f"--key-file, {journals.VARIABLE}, or a passphrase typed at the terminal"
        raise Invalid("journal.key_source", "--key-file", "nothing", wanted)
    if len(words) < keyfile.PASSPHRASE:
        wanted = f"at least {keyfile.PASSPHRASE} characters; four words that nobody would guess are good"
        raise Invalid("journal.key_source", "passphrase", "a shorter one", wanted)
    how = stretched.stretching()
    return JournalKey(stretched.from_passphrase(words, how), how)


def _make(path: Path, who: Public | KeyFile, found: JournalKey, settings: config.Config) -> None:
    """The key's file first: a journal whose key is nowhere is lost. It goes again if the rest fails."""
    if found.made is not None:
        if found.made.absolute().is_relative_to(path.absolute()):
            wanted = "a place outside, such as a stick: who steals the directory must not have both"
            raise Invalid("journal.key_source", "--key-file", "a file in the data directory", wanted)
        keyfile.save([(found.made, f"{ids.base32(found.key)}\n".encode(), keyfile.MODE)])
    try:
        directory.make(path, who, found.key, found.how, settings)
    except BaseException:
        if found.made is not None:
            found.made.unlink()
        raise


def _following(path: Path, who: Public | KeyFile, found: JournalKey) -> list[str]:
    """What to keep, where, and what to do next."""
    lines = []
    if not isinstance(who, Public):
        key = path / directory.KEYS / directory.IDENTITY_KEY
        lines.append(f"Move {key} off this machine, with a copy in another safe place: nothing replaces it.")
    if found.made is not None:
        lines.append(f"Keep a copy of {found.made} elsewhere: without it the journal opens no more.")
    elif found.how is not None:
        lines.append("Keep the passphrase of the journal on paper, away from here: there is no other way in.")
    lines.append(
        f"The node's own keys are in {path / directory.KEYS}: wideberth pair certify takes the .pub files."
    )
    lines.append("Compare the eight words by voice with the other party before they rely on them.")
    lines.append(f"next: wideberth admin init NAME --data {path}, for the first user")
    return lines


def _kept(path: Path, url: str) -> dict[str, Any]:
    half = directory.identity(path)
    file = path / directory.JOURNAL
    size = file.stat().st_size if file.exists() and not url else None
    return {
        "data": str(path),
        "party": ids.party(half.key),
        "words": quints.identity(half.key),
        "identity": _private(path),
        "journal": "postgresql" if url else directory.JOURNAL if size is not None else "missing",
        "bytes": size,
        "passphrase": (path / directory.STRETCHING).exists(),
        "moved": (path / directory.MOVED).exists(),
        "keys": len(node_keys.private(path / directory.KEYS)),
        "snapshots": len(list((path / directory.SNAPSHOTS).glob("*.snapshot"))),
    }


def _private(path: Path) -> str:
    key = path / directory.KEYS / directory.IDENTITY_KEY
    return f"in {directory.KEYS}/{directory.IDENTITY_KEY}: take it away" if key.exists() else "elsewhere"


def _people(path: Path) -> dict[str, Any]:
    with accounts.open(path / directory.ACCOUNTS) as found:
        names = {each.id: each.name for each in found.users()}
        on = {post: names[each.user] for post, each in found.watch().items() if each.user in names}
        return {
            "accounts": len(names),
            "admins": sum("admin" in each.roles and each.enabled for each in found.users()),
            "duty": on,
        }


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{post}: {name}" for post, name in value.items()) or "nobody"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


node.command("run", short_help="Run the node.", help=node_run.RUN_HELP)(node_run.run)
node.command("watch", short_help="Show what happens in a running node.", help=node_watch.WATCH_HELP)(
    node_watch.watch
)
