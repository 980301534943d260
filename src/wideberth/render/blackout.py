"""The blackout sheet: what the watch needs when node, power or network are gone. Paper, a pencil, a radio.

It is printed while all is well, and is old from then on: its time stands on every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from wideberth.model.phrase import NAMES, RIGHT_TO_LEFT, Book, Language, Phrase
from wideberth.render import paper
from wideberth.render.spoken import DIGITS, LETTERS

SCHEMA: Final = "wideberth.blackout/1"
TITLE: Final = "Blackout sheet"
MOST: Final = 40
"""Boxes, and sites, that are listed; the rest is counted."""
ROLES: Final = ("duty officer", "deputy", "commander")
"""Rows for channels that nobody has named."""
LOG_ROWS: Final = 22
PROCEDURE: Final = """\
Say EXERCISE first and last where it is one.
Say the precedence (flash is now, then immediate, priority, routine), to which role, from which
role, the code, and each field, figure by figure.
Ask for a read-back of the code and of every field. What comes back otherwise is said again, and
does not count until it comes back the same.
Authenticate with the words of the day, where you have them. Identity words only show which party is
meant, never who speaks.
Nobody takes a flash: after 30 s the deputy, 60 s the whole watch, 120 s the commander and the next
channel, or as agreed. Ask for a role, and never wait for a person.
Nothing that is said, or not said, is permission. Silence is no answer and no consent.
Write everything down at once: when it was said, and when you wrote it.
"""
"""A line that begins with a capital letter begins an item."""
AFTERWARDS: Final = """\
When the node runs again, look at its clock first, then at what came meanwhile: wideberth line list.
Enter each line of the log with the time at which it was said. What was told of a plan: wideberth
manual told; what they answered: wideberth manual answer; all else: wideberth manual call LINE WORDS
--role ROLE --at TIME. The node keeps beside it when it was entered.
Where the far end has a line: open a manual line for what was said by voice, and say that it has
joined (wideberth manual joined). They are asked to confirm each row.
What was agreed by voice is agreed when both nodes have it, and not before.
Keep the paper. What is entered is shown as reported by us, never as signed by them.
"""
LOG: Final = (
    "said at (UTC)",
    "written at",
    "with (role, party)",
    "channel",
    "we / they",
    "words",
    "read back",
)


class Channel(Struct, frozen=True):
    """A way to reach a role of the other party when the line is gone."""

    role: str
    how: str


class OfLine(Struct, frozen=True):
    """A line, or a far end by hand.

    Attributes:
        label: what the other party is called; `words` its identity in words.
        state: how the line stood; `agreement` what was in force.
        languages: of the agreement.
    """

    label: str
    words: str
    state: str
    agreement: str
    languages: tuple[str, ...]


class Box(Struct, frozen=True):
    """Something that occupies room: times, levels and a box of meridians and parallels, rounded outwards.

    `whose`: ours, or the other party; `state` of the plan; `part` which volume of how many.
    """

    whose: str
    what: str
    state: str
    part: str
    times: str
    levels: str
    area: str


class Blackout(Struct, frozen=True):
    """What is on the sheet. `sites`: the words of a row each; `more…`: not shown."""

    schema: str
    as_of: str
    exercise: bool
    party: str
    words: str
    until: str
    lines: tuple[OfLine, ...]
    boxes: tuple[Box, ...]
    more_boxes: int
    sites: tuple[tuple[str, ...], ...]
    more_sites: int
    languages: tuple[Language, ...]


def html(sheet: Blackout, book: Book, channels: dict[str, tuple[Channel, ...]]) -> str:
    """The sheet as a page for paper.

    Args:
        sheet: what is on it.
        book: the phrase book.
        channels: by the label of a line: they may hold telephone numbers, and so are in no node.
    """
    named = f"as of {sheet.as_of}"
    first = [paper.head(TITLE, named), f"<p>We are <b>{paper.text(sheet.words)}</b></p>"]
    first += [_line(each, channels.get(each.label, ())) for each in sheet.lines]
    first.append("<h2>On the radio, on the telephone</h2>" + _listed(PROCEDURE))
    first.append("<h2>Keep clear</h2>" + _boxes(sheet))
    more = (
        paper.head("What is said", named) + _codes(sheet, book),
        paper.head("Log", "of ____-__-__  page ____") + paper.blank(LOG, LOG_ROWS) + _afterwards(),
    )
    rest = "".join(f'<section class="page">{each}</section>' for each in more)
    body = f"<section>{''.join(first)}</section>{rest}"
    return paper.page(f"{TITLE}, {named}", body, exercise=sheet.exercise)


def lines(sheet: Blackout) -> list[str]:
    """The sheet as text, without what is filled in by hand."""
    found = [paper.MARK] if sheet.exercise else []
    found += [f"{TITLE}, as of {sheet.as_of}", f"we are {sheet.words}"]
    for line in sheet.lines:
        found += ["", f"{line.label}: {line.words}", f"  {line.state}; {line.agreement}"]
    found += ["", f"keep clear until {sheet.until}"]
    found += [f"  {' | '.join(_row(each))}" for each in sheet.boxes] or [
        "  nothing is known, as of this sheet"
    ]
    found += [f"  and {sheet.more_boxes:,} more"] if sheet.more_boxes else []
    found += ["", "sites that plans touch"] if sheet.sites else []
    return [*found, *(f"  {' | '.join(each)}" for each in sheet.sites)]


def _line(line: OfLine, channels: Sequence[Channel]) -> str:
    rows = "".join(
        f"<tr>{paper.BOX}<td>{paper.text(each.role)}</td><td>{paper.text(each.how)}</td></tr>"
        for each in channels
    ) or "".join(f"<tr>{paper.BOX}<td>{paper.text(each)}</td><td class=hand></td></tr>" for each in ROLES)
    return (
        f"<h2>{paper.text(line.label)}</h2>"
        f"<p>{paper.text(line.words)}</p><p>{paper.text(line.state)}; {paper.text(line.agreement)}</p>"
        "<table><thead><tr><th></th><th>role</th><th>channel, in the order of trying</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(box: Box) -> tuple[str, ...]:
    # a window breaks between its two times, and never within a date
    times = box.times.replace("-", "\u2011")
    return box.whose, box.what, box.state, box.part, times, box.levels, box.area


def _boxes(sheet: Blackout) -> str:
    until = (
        f"<p>Active, or beginning before <b>{paper.text(sheet.until)}</b>. Nothing else is known here.</p>"
    )
    if not sheet.boxes:
        return f"{until}<p><b>No plan is known, as of {paper.text(sheet.as_of)}.</b></p>{_sites(sheet)}"
    rows = [_row(each) for each in sheet.boxes]
    columns = ("whose", "what", "state", "part", "times (UTC)", "levels", "between")
    more = f"<p><b>and {sheet.more_boxes:,} more, which are not here</b></p>" if sheet.more_boxes else ""
    return f"{until}{paper.table(columns, rows, boxes=True)}{more}{_sites(sheet)}"


def _sites(sheet: Blackout) -> str:
    if not sheet.sites:
        return ""
    columns = ("site", "kind", "told by", "plan", "how near", "time")
    more = f"<p><b>and {sheet.more_sites:,} more</b></p>" if sheet.more_sites else ""
    return f"<h2>Sites that plans touch</h2>{paper.table(columns, sheet.sites, boxes=True)}{more}"


def _codes(sheet: Blackout, book: Book) -> str:
    languages = sheet.languages
    top = "<th>code</th><th>precedence</th>" + "".join(
        f"<th>{paper.text(NAMES[each])}</th>" for each in languages
    )
    rows = "".join(
        f"<tr><td><b>{paper.text(code)}</b></td><td>{paper.text(phrase.precedence)}</td>"
        + "".join(
            _cell(book, f"phrase.{code}.title", each, _fields(book, phrase, each)) for each in languages
        )
        + "</tr>"
        for code, phrase in book.phrases.items()
    )
    marked = [each for each in languages if book.unchecked[each]]
    note = "<p>* not checked by a native officer</p>" if marked else ""
    codes = f'<table class="dense"><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>{note}'
    return codes + _figures(book, languages)


def _fields(book: Book, phrase: Phrase, language: Language) -> str:
    """What must be said with it: only in English, where there is room."""
    needed = [each.name for each in phrase.fields if each.required]
    some = " or ".join(book.word(f"field.{each}", "en").lower() for each in phrase.any_of)
    said = ", ".join(
        [*(book.word(f"field.{each}", "en").lower() for each in needed), *([some] if some else [])]
    )
    if language != "en" or not said:
        return ""
    return f": <i>{paper.text(said)}</i>"


def _cell(book: Book, key: str, language: Language, more: str = "") -> str:
    star = " *" if book.doubtful(language, key) else ""
    way = ' class="rtl" dir="rtl"' if language in RIGHT_TO_LEFT else ""
    return f'<td lang="{language}"{way}>{paper.text(book.word(key, language))}{star}{more}</td>'


def _figures(book: Book, languages: Sequence[Language]) -> str:
    """Figures as they are said in each language, and the letters, which are the same in all."""
    top = "<th></th>" + "".join(f"<th>{n}</th>" for n in range(10))
    rows = "".join(
        f"<tr><td>{paper.text(NAMES[each])}</td>"
        + "".join(
            f"<td>{paper.text(DIGITS[n])}</td>" if each == "en" else _cell(book, f"word.spoken.{n}", each)
            for n in range(10)
        )
        + "</tr>"
        for each in languages
    )
    letters = " · ".join(f"<b>{each.upper()}</b>\u00a0{said}" for each, said in LETTERS.items())
    return (
        f'<h2>Figures and letters</h2><table class="dense"><thead><tr>{top}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f"<p>{letters}</p>"
    )


def _afterwards() -> str:
    return "<h2>Afterwards</h2>" + _listed(AFTERWARDS)


def _listed(some: str) -> str:
    found: list[str] = []
    for line in some.splitlines():
        if line[0].isupper():
            found.append(line)
        else:
            found[-1] += f" {line}"
    return "<ul>" + "".join(f"<li>{paper.text(each)}</li>" for each in found) + "</ul>"
