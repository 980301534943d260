"""One text for the far end of a manual line, as a voice script, an e-mail, or a form on paper (LINE 21)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, Literal

from msgspec import Struct

from wideberth.errors import shorten
from wideberth.model.manual import Channel

As = Literal["voice", "e-mail", "form"]
FORMS: Final[dict[As, str]] = {
    "voice": "read aloud, digit by digit",
    "e-mail": "plain text to be sent",
    "form": "a page to be printed (HTML, A4)",
}
LEGAL: Final = (
    "A notice gives no permission and no guarantee. Absence from it removes no protection under international"
    " humanitarian law."
)


class Fact(Struct, frozen=True):
    """One thing that is said: its name, how it is written, and how it is read aloud."""

    name: str
    written: str
    said: str


Part = tuple[str, Sequence[Fact]]
"""A heading and what stands under it."""


class Wording(Struct, frozen=True):
    """What is said to the far end, in every form.

    `aloud` and `written` hold the same, read aloud with boxes where there are many corners. `asks`: what an
    answer has to name, `answers` what it may be.
    """

    to: str
    channel: Channel
    title: str
    subject: str
    opening: tuple[str, ...]
    aloud: tuple[Part, ...]
    written: tuple[Part, ...]
    notes: tuple[str, ...]
    asks: str
    answers: tuple[str, ...]


def text(wording: Wording, of: As) -> str:
    """The whole text."""
    if of == "voice":
        return _voice(wording)
    return _mail(wording) if of == "e-mail" else _form(wording)


def _voice(wording: Wording) -> str:
    lines = [
        f"To {_line(wording.to)}, by {wording.channel}. Read what stands between the lines, slowly.",
        "-" * 60,
        *wording.opening,
    ]
    for k, (heading, some) in enumerate(wording.aloud):
        # what comes first was said in the opening
        lines += [f"{heading}."] if k else []
        lines += [f"  {each.name.capitalize()}: {each.said}." for each in some]
    lines += [*wording.notes, LEGAL, "Please read it back.", "-" * 60]
    lines.append("To compare the read-back with:")
    for heading, some in wording.aloud:
        lines += [f"  {heading}", *(f"    {each.name:<14} {each.written}" for each in some)]
    lines.append(
        "If anything is read back otherwise, say so, enter read-back differed, and read all of it again."
        " What they say to it is entered as they say it. Silence is no answer."
    )
    return "".join(f"{each}\n" for each in lines)


def _mail(wording: Wording) -> str:
    lines = [f"Subject: {_line(wording.subject)}", "", *wording.opening]
    for heading, some in wording.written:
        lines += ["", heading, *(f"  {each.name:<14} {each.written}" for each in some)]
    answers = "; ".join(wording.answers)
    lines += ["", *wording.notes, f"Please answer with {wording.asks}, and one of: {answers}."]
    lines += ["Silence is no answer.", LEGAL]
    return "".join(f"{each}\n" for each in lines)


_STYLE: Final = """
@page { size: A4 portrait; margin: 15mm }
body { font: 10.5pt/1.4 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #000;
  max-width: 180mm; margin: 4mm auto }
h1 { font-size: 15pt; margin: 0 0 2mm } h2 { font-size: 11pt; margin: 4mm 0 1mm }
table { border-collapse: collapse; width: 100%; break-inside: avoid; border: 1pt solid #000 }
th, td { border: .5pt solid #666; padding: 1.2mm 2mm; text-align: left; vertical-align: top }
th { font-weight: 600; width: 38mm } td.blank { height: 9mm } .small { font-size: 8.5pt }
"""
_BLANKS: Final = (
    "told to (role)",
    "told at (UTC)",
    "read back",
    "answered by (role)",
    "answered at (UTC)",
)


def _form(wording: Wording) -> str:
    tables = "".join(
        f"<h2>{_text(heading)}</h2>{_table([(each.name, each.written) for each in some])}"
        for heading, some in wording.written
    )
    boxes = "".join(f"<div>☐ {_text(each)}</div>" for each in wording.answers)
    blanks = "".join(f'<tr><th>{each}</th><td class="blank"></td></tr>' for each in _BLANKS)
    opening = "".join(f"<p>{_text(each)}</p>" for each in wording.opening)
    notes = "".join(f"<p>{_text(each)}</p>" for each in wording.notes)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Notice</title>'
        f"<style>{_STYLE}</style></head><body><h1>{_text(wording.title)}</h1>"
        f"{opening}{tables}{notes}<h2>To be filled in</h2><table>{blanks}"
        f'<tr><th>answer</th><td>{boxes}</td></tr></table><p class="small">Silence is no answer. {LEGAL}</p>'
        "</body></html>\n"
    )


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><th>{_text(name)}</th><td>{_text(written)}</td></tr>" for name, written in rows)
    return f"<table>{cells}</table>"


def _line(words: str) -> str:
    """In one line, with what does not print written out: nothing that somebody wrote begins another."""
    return shorten(words, 200)


def _text(words: str) -> str:
    return escape(shorten(words, 500), quote=True)
