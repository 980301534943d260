"""What becomes of a released copy before somebody asks whose it was: one function for each kind.

Each gives the text that is traced, and of it the share of each copy that it comes from.
"""

from __future__ import annotations

import csv
import html
import io
import json
import random
import re
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from bench.trace_copies import Copied, facts, released, sentences
from wideberth.formats import leaked

FOREIGN: Final = (
    "The harbour was calm at dawn, and the ferries left on time for the islands.",
    "According to officials who asked not to be named, talks are to go on next week.",
    "Record rain fell in the valley, and every bridge is closed until further notice.",
    "All times are local. This document is provided for information only.",
    "If it is recalled, whoever was given it is to send it back to the sender.",
)
WORDS: Final = (
    "indeed",
    "area",
    "report",
    "during",
    "possible",
    "unit",
    "daily",
    "several",
    "given",
    "place",
)


class Altered(NamedTuple):
    """A text, and the copies it comes from, each with its share; none: from no known copy."""

    text: str
    sources: dict[str, float]


Alter = Callable[[random.Random, Sequence[Copied]], Altered]


def _flat(copy: Copied) -> list[str]:
    heading, records, closing = sentences(copy.told())
    return [*heading, *(line for each in records for line in each), *closing]


def _of(copy: Copied, lines: Iterable[str]) -> Altered:
    return Altered("\n".join(lines), {copy.document.id: 1.0})


def _file(name: str, *, pdf: bool = False) -> Alter:
    def alter(_: random.Random, copies: Sequence[Copied]) -> Altered:
        data = copies[0].files(pdf=pdf)[name]
        return Altered(leaked.texts(data, name).text, {copies[0].document.id: 1.0})

    return alter


def _saved(rng: random.Random, copies: Sequence[Copied]) -> Altered:
    """HTML as another program saves it: each sign that is no letter as an entity, elements within words."""
    page = copies[0].files(pdf=False)["release.html"].decode()
    parts = re.split(r"(<[^>]*>)", page)
    for at, part in enumerate(parts):
        if not part.startswith("<") and at > 10:
            made = "".join(
                each if each.isalnum() or each.isspace() else f"&#{ord(each)};"
                for each in html.unescape(part)
            )
            parts[at] = re.sub(r"(\w{4})", r"\1<span></span>", made) if rng.random() < 0.3 else made
    return Altered(
        leaked.texts("".join(parts).replace("\n", "\r\n").encode()).text, {copies[0].document.id: 1.0}
    )


def _json(_: random.Random, copies: Sequence[Copied]) -> Altered:
    data = json.dumps({"lines": [{"text": each} for each in _flat(copies[0])]}).encode()
    return Altered(leaked.texts(data).text, {copies[0].document.id: 1.0})


def _csv(_: random.Random, copies: Sequence[Copied]) -> Altered:
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(enumerate(_flat(copies[0])))
    return Altered(leaked.texts(stream.getvalue().encode(), "a.csv").text, {copies[0].document.id: 1.0})


def _docx(rng: random.Random, copies: Sequence[Copied]) -> Altered:
    """A document in which runs end within words, as editing leaves them (ECMA-376, 17.3.2)."""
    body = ""
    for line in _flat(copies[0]):
        cut = rng.randrange(1, len(line))
        runs = "".join(f"<w:r><w:t>{html.escape(each)}</w:t></w:r>" for each in (line[:cut], line[cut:]))
        body += f"<w:p>{runs}</w:p>"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as pack:
        pack.writestr("[Content_Types].xml", "<Types/>")
        pack.writestr("word/document.xml", document)
    return Altered(leaked.texts(stream.getvalue()).text, {copies[0].document.id: 1.0})


def _each(change: Callable[[random.Random, str], str]) -> Alter:
    def alter(rng: random.Random, copies: Sequence[Copied]) -> Altered:
        return _of(copies[0], [change(rng, each) for each in _flat(copies[0])])

    return alter


def _pasted(_: random.Random, line: str) -> str:
    return " ".join(line.split()).replace("“", '"').replace("–", "-")


def _smart(rng: random.Random, line: str) -> str:
    line = (
        re.sub(r'"([^"]*)"', "“\\1”", line)
        .replace("'", "’")
        .replace(" ", " " if rng.random() < 0.5 else "\u00a0")
    )
    return "".join(each + ("\u200b" if rng.random() < 0.1 else "") for each in line) + "\u200f"


def _quoted(_: random.Random, line: str) -> str:
    return "\n".join(f"> {each}" for each in textwrap.wrap(line, 38))


def _no_marks(_: random.Random, line: str) -> str:
    return re.sub(r"[^\w\s]", "", line)


def _replaced(share: float) -> Callable[[random.Random, str], str]:
    def change(rng: random.Random, line: str) -> str:
        return " ".join(rng.choice(WORDS) if rng.random() < share else each for each in line.split())

    return change


def _lost(rng: random.Random, line: str) -> str:
    return " ".join(each for each in line.split() if rng.random() > 0.1)


def _dropped(share: float) -> Alter:
    def alter(rng: random.Random, copies: Sequence[Copied]) -> Altered:
        return _of(copies[0], [each for each in _flat(copies[0]) if rng.random() >= share])

    return alter


def _third(rng: random.Random, copies: Sequence[Copied]) -> Altered:
    lines = _flat(copies[0])
    begin = rng.randrange(len(lines) * 2 // 3)
    return _of(copies[0], lines[begin : begin + len(lines) // 3])


def _shuffled(rng: random.Random, copies: Sequence[Copied]) -> Altered:
    lines = _flat(copies[0])
    rng.shuffle(lines)
    return _of(copies[0], lines)


def _mixed(several: int, weights: Sequence[float] | None = None) -> Alter:
    """Each sentence from one of several copies, by chance."""

    def alter(rng: random.Random, copies: Sequence[Copied]) -> Altered:
        flats = [_flat(each) for each in copies[:several]]
        taken = [rng.choices(range(several), weights)[0] for _ in flats[0]]
        shares = {copies[at].document.id: taken.count(at) / len(taken) for at in range(several)}
        return Altered("\n".join(flats[which][at] for at, which in enumerate(taken)), shares)

    return alter


def _pieced(several: int) -> Alter:
    """One stretch from each of several copies."""

    def alter(_: random.Random, copies: Sequence[Copied]) -> Altered:
        flats = [_flat(each) for each in copies[:several]]
        size = len(flats[0])
        cuts = [size * at // several for at in range(several + 1)]
        lines = [line for at, flat in enumerate(flats) for line in flat[cuts[at] : cuts[at + 1]]]
        return Altered("\n".join(lines), {each.document.id: 1 / several for each in copies[:several]})

    return alter


def _joined(_: random.Random, copies: Sequence[Copied]) -> Altered:
    lines = _flat(copies[0]) + _flat(copies[1])
    return Altered("\n".join(lines), {each.document.id: 0.5 for each in copies[:2]})


def _compared(several: int) -> Alter:
    """Recipients who compare their copies word by word, and toss a coin where they differ."""

    def alter(rng: random.Random, copies: Sequence[Copied]) -> Altered:
        each = [copy.choose for copy in copies[:several]]
        made: dict[str, int] = {}

        def choose(name: str, n: int) -> int:
            return made.setdefault(name, rng.choice(each)(name, n))

        heading, records, closing = sentences(copies[0].told(choose))
        lines = [*heading, *(line for record in records for line in record), *closing]
        return Altered("\n".join(lines), {copy.document.id: 1 / several for copy in copies[:several]})

    return alter


def _foreign(rng: random.Random, _: Sequence[Copied]) -> Altered:
    return Altered("\n".join(rng.choices(FOREIGN, k=200)), {})


def _elsewhere(rng: random.Random, copies: Sequence[Copied]) -> Altered:
    """The same sentences, from a copy that this author never made."""
    document = copies[0].document
    return Altered("\n".join(_flat(Copied(document, rng.randbytes(32)))), {})


def _other_release(rng: random.Random, copies: Sequence[Copied]) -> Altered:
    return Altered("\n".join(_flat(released(rng, len(copies[0].document.records))[0])), {})


def _retyped(_: random.Random, copies: Sequence[Copied]) -> Altered:
    """The facts alone, in words of one's own."""
    lines = [
        f"{each.title} will be there: " + "; ".join(f"{key} = {value}" for key, value in facts(each))
        for each in copies[0].document.records
    ]
    return Altered("\n".join(lines), {})


KINDS: Final[dict[str, Alter]] = {
    "text as made": _file("release.txt"),
    "HTML as made": _file("release.html"),
    "CSV as made": _file("release.csv"),
    "GeoJSON as made": _file("release.geojson"),
    "PDF as made": _file("release.pdf", pdf=True),
    "the archive as made": _file("release.zip"),
    "HTML saved again, in entities": _saved,
    "made a JSON": _json,
    "made a CSV": _csv,
    "made a DOCX": _docx,
    "pasted: spaces, quotes, dashes plain": _each(_pasted),
    "pasted: typographic, zero-width, bidi": _each(_smart),
    "quoted in mail, wrapped anew": _each(_quoted),
    "all in capitals": _each(lambda _, line: line.upper()),
    "without any marks": _each(_no_marks),
    **{f"{share:.0%} of lines dropped": _dropped(share) for share in (0.1, 0.3, 0.5, 0.7, 0.9)},
    "a third, in one stretch": _third,
    "lines shuffled": _shuffled,
    **{f"{share:.0%} of words replaced": _each(_replaced(share)) for share in (0.05, 0.15, 0.3)},
    "10% of words lost": _each(_lost),
    "mixed line by line, 9 in 10 from one": _mixed(2, (9, 1)),
    **{f"mixed line by line of {several}": _mixed(several) for several in (2, 3, 4)},
    **{f"stretches of {several}": _pieced(several) for several in (2, 3, 4)},
    "two whole copies, joined": _joined,
    **{f"compared word by word by {several}": _compared(several) for several in (2, 3, 4)},
    "foreign text": _foreign,
    "another release, not known": _other_release,
    "the same release by another mark": _elsewhere,
    "retyped: facts in other words": _retyped,
}
