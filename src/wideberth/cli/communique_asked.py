"""What commands about communiqués ask for: texts out of files, an area, which one, and which version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wideberth.cli import asked as options
from wideberth.cli.desk_asked import path
from wideberth.cli.files import read_bytes
from wideberth.cli.key_asked import naming
from wideberth.cli.load import load
from wideberth.cli.meant import FEWEST, NAMED, meant
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.model.communique import LANGUAGES
from wideberth.node.communique_views import CommuniqueView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

COMMUNIQUES: Final = "/v1/communiques"
SHORT: Final = 10
Name = Annotated[
    str, typer.Argument(metavar="COMMUNIQUE", help="The communiqué: its id, or the beginning of it.")
]
Which = Annotated[
    str | None,
    typer.Option("--version", metavar="N|SHA256", help="Which version: its number, or its SHA-256."),
]
Texts = Annotated[
    list[str] | None,
    typer.Option(
        "--text", metavar="LANGUAGE=FILE", help=f"A text in {', '.join(LANGUAGES)}; again for more."
    ),
]
Area = Annotated[
    str | None, typer.Option("--area", metavar="FILE", help="Where to keep clear: a file of volumes.")
]


def one(client: Client, text: str) -> CommuniqueView:
    """The one that is meant, whole. Raises: Invalid (`communique.none`, `communique.several`)."""
    known = client.ask("GET", COMMUNIQUES, list[CommuniqueView])
    found = [known[n] for n in meant([(each.communique, each.title) for each in known], text)]
    if len(found) > 1:
        named = "; ".join(each.communique for each in found[:NAMED])
        raise Invalid("communique.several", "COMMUNIQUE", text, f"one of these: {named}")
    if not found:
        wanted = "one of this node's: wideberth communique list"
        raise Invalid("communique.none", "COMMUNIQUE", text, wanted)
    return client.ask("GET", path(COMMUNIQUES, found[0].communique), CommuniqueView)


def which(found: CommuniqueView, version: str | None) -> str:
    """The SHA-256 of the version that is meant; the newest, if none is said.

    Raises: Invalid (`communique.version`).
    """
    if version is None:
        return found.versions[0].sha256
    plain = version.casefold().strip()
    some = [
        each.sha256
        for each in found.versions
        if plain == str(each.version) or (len(plain) >= FEWEST and each.sha256.startswith(plain))
    ]
    if len(some) != 1:
        named = ", ".join(f"{each.version} ({each.sha256[:SHORT]})" for each in found.versions[:NAMED])
        raise Invalid("communique.version", "--version", version, f"one of these: {named}")
    return some[0]


def texts(found: list[str] | None) -> list[dict[str, str]]:
    """Texts out of files. Raises: Invalid (`communique.text`, `communique.encoding`), as read_bytes."""
    return [_text(each) for each in found or ()]


def volumes(file: str) -> list[dict[str, Any]]:
    """The volumes of a file of plans, and no more of it. Raises: Invalid (`communique.area`), as load."""
    loaded = load([file], options.options(now=0, tz=None), lambda *_: None)
    for _, fault in loaded.refused:
        raise fault
    some = [volume for _, one_plan in loaded.filed for volume in one_plan.plan.volumes]
    if not some:
        raise Invalid("communique.area", "--area", "no volume", "a file with one volume in it or more")
    return [native.volume_to_json(each) for each in some]


def _text(found: str) -> dict[str, str]:
    language, mark, file = found.partition("=")
    if not mark or language not in LANGUAGES:
        wanted = f"LANGUAGE=FILE, with one of {', '.join(LANGUAGES)}"
        raise Invalid("communique.text", "--text", found, wanted)
    with naming(file):
        data = read_bytes(file)
        try:
            said = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Invalid("communique.encoding", "", "bytes that are no UTF-8", "a text in UTF-8") from error
        # what an editor leaves at the ends of lines is not seen, and is not signed
        lines = [each.rstrip(" \t\r") for each in said.split("\n")]
        title, *rest = "\n".join(lines).strip("\n").split("\n")
        body = "\n".join(rest)
        if not title or rest[:1] != [""] or not body.strip("\n"):
            wanted = "the title, an empty line, and paragraphs divided by empty lines"
            raise Invalid("communique.text", "line 2", rest[0] if rest else "", wanted)
    return {"language": language, "title": title, "body": body.strip("\n")}
