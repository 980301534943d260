"""The sentences of a released copy, with the places in which its wording may be one or another.

Whatever the choice, the sentence says the same. A number, a coordinate, a time, a unit and a name stand in
what is fixed, and so does every "no", "not", "only" and "must", and the sentence about humanitarian law:
those are the same, byte for byte, in every copy. Each sentence has a fixed part that no other one has.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.model.agreement import Step
from wideberth.model.marked import Line, Slot
from wideberth.model.relay import NEVER
from wideberth.model.release import Document, Kind, Record
from wideberth.render.agreement import figure

NAME: Final = 200
"""Characters of a name as it is shown."""
NAMED: Final = 5
"""Names in the mark beside the recipient's; the caveats name all."""
LINES: Final = 10_000_000
"""Characters of a line of a text that is released: it is not cut."""
WHATS: Final[dict[Kind, str]] = {
    "plan": "a plan of",
    "notice": "a notice that was told by",
    "sites": "protected sites on a list of",
    "statement": "a statement by",
    "talks": "the signed minutes of talks, kept by",
}
"""What a record is, before whose it is."""
_CONTROL: Final = (
    "Originator control: nothing of it goes further without the signed consent of the originator, each time."
)
_RIGHT_TO_LEFT: Final = ("R", "AL", "AN")


def name(words: str, limit: int = NAME) -> str:
    """What somebody may have written, in one line, set apart where it runs from right to left (UAX 9).

    Without the isolates, a figure that follows a Hebrew or Arabic name would be shown before it.
    """
    shown = shorten(words, limit)
    if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in shown):
        return f"\u2068{shown}\u2069"
    return shown


def cells(grid: Step) -> str:
    """The size of the cells of a coarse view: `1 NM, 500 ft and 15 min`."""
    return f"{figure(grid.h, 'length')}, {figure(grid.v, 'height')} and {figure(grid.t, 'duration')}"


def released_to(document: Document) -> str:
    """The mark that stands on every page, row and feature: to whom, and whether it may go further."""
    named = document.caveats.release_to
    others = "".join(f", {name(each)}" for each in named[:NAMED])
    more = f" AND {len(named) - NAMED} MORE, NAMED AT ITS END" if len(named) > NAMED else ""
    return f"RELEASED TO {name(document.recipient)}{others}{more}"


def marks(document: Document) -> tuple[str, ...]:
    """What stands on every page and in every row: short, fixed, the same words in every copy's place."""
    caveats = document.caveats
    until = "until it is recalled" if caveats.expires_ms is None else f"until {show_time(caveats.expires_ms)}"
    return (
        released_to(document),
        *(["ORIGINATOR CONTROL"] if caveats.originator_control else []),
        "ONWARD ONLY WITH THE ORIGINATOR'S SIGNED CONSENT" if caveats.onward else "NO ONWARD TRANSFER",
        f"May be used {until}",
        f"recall: ask {name(document.by_name)}",
    )


def heading(document: Document) -> tuple[Line, ...]:
    """What stands before the records: whose it is, for whom, and how it is to be read."""
    by, to = name(document.by_name), name(document.recipient)
    made, number = show_time(document.made_ms), len(document.records)
    return (
        (
            _s("h.this", "This document", "The present document", "This text"),
            f" is release {document.id} of {by}, ",
            _s("h.for", "drawn up for", "prepared for", "written for"),
            f" {to}.",
        ),
        (
            _s("h.it", "It was drawn up", "It was put together", "It was made"),
            f" at {made}, and ",
            _s("h.tells", "tells what was known", "states what was known", "says what was known"),
            _s("h.then", " at that time.", " then.", " at that moment."),
        ),
        (
            _s("h.holds", "It holds", "It contains", "It comprises"),
            f" {number} {'record' if number == 1 else 'records'}, ",
            _s("h.numbered", "numbered from", "counted from"),
            " 1",
            _marks("h.1"),
            " the order ",
            _s("h.order", "in which they stand", "in which they appear", "in which they follow each other"),
            " has no meaning.",
        ),
        (
            _s("h.each", "Each record", "Every record", "Each of the records"),
            " says whose it is ",
            _s("h.whose", "and how exactly it is told,", "and with what precision it is told,"),
            " and with it go ",
            _s("h.marks", "the same caveats", "the very caveats", "the caveats that stand"),
            _s("h.below", " at the end of this text.", " at its end.", " at the foot of this text."),
        ),
        (
            _s("h.times", "All times", "Times", "The times"),
            " are in UTC, marked Z, and positions on WGS 84",
            _marks("h.2"),
            " ",
            _s("h.latitude", "latitude comes first,", "latitude is written first,", "latitude stands first,"),
            _s("h.longitude", " then longitude.", " followed by longitude.", " and longitude second."),
        ),
        (
            _s("h.position", "A position is given", "Each position is given", "A position is written"),
            " in decimal degrees, in degrees, minutes and seconds, and in MGRS",
            _marks("h.3"),
            " ",
            _s("h.first", "the first of these", "the first of the three", "the first form"),
            " is what counts, ",
            _s("h.others", "and the others", "while the others", "whereas the others"),
            _s("h.derived", " are worked out from it.", " are derived from it.", " are computed from it."),
        ),
        (
            _s("h.full", "The word", "The term"),
            ' "full" means that places and times are told ',
            _s("h.as", "as they are held", "just as they are held", "the way they are held"),
            _marks("h.4"),
            ' "coarse" means that they are told in cells of a grid ',
            _s("h.larger", "which reach further", "that reach further", "that extend further"),
            _s("h.than", " than what they hold.", " than what is in them.", " than what lies in them."),
        ),
        (
            _s("h.same", "The same sentences", "The very same sentences", "These same sentences"),
            " stand in all the files of this release, ",
            _s("h.one", "so that any one of them", "so that each of them", "so that one of them"),
            _s("h.enough", " is enough by itself.", " will do by itself.", " suffices by itself."),
        ),
    )


def record(document: Document, record: Record) -> tuple[Line, ...]:
    """What is said of a record beside its figures; in every format that the copy has."""
    n, by = record.number, name(record.said_by)
    called: Line = ()
    if record.title:
        called = (", ", _s(f"{n}.called", "called", "known as", "by the name of"), f" {name(record.title)}")
    return (
        (
            f"Record {n} ",
            _s(f"{n}.is", "is about", "concerns", "has to do with"),
            f" {WHATS[record.kind]} {by}",
            *called,
            ".",
        ),
        _level(record),
        (
            _s(f"{n}.whoever", "Whoever asks", "Anybody who asks", "Anyone who asks"),
            f" about record {n} ",
            _s(f"{n}.names", "names its number", "gives its number", "quotes its number"),
            _s(f"{n}.and", " and that of the release", " together with that of the release"),
            f", {document.id}, ",
            _s(f"{n}.when", "when asking", "in the question", "in asking"),
            ".",
        ),
        (
            _s(f"{n}.once", "As soon as", "Once", "From the moment that"),
            f" record {n} is recalled, or a newer version of it is told, ",
            _s(f"{n}.stands", "what stands here", "what is written here", "what is said here"),
            " no longer counts",
            _s(f"{n}.copies", ", in this copy and every other.", ", in this copy as in every other."),
        ),
    )


def _level(record: Record) -> Line:
    n = record.number
    if not record.volumes:
        return (
            f"With record {n} ",
            _s(f"{n}.go", "there goes", "there comes", "there is"),
            " no place and no time",
            _marks(f"{n}.1"),
            " ",
            _s(f"{n}.words", "it consists of words", "it is made up of words", "it is all in words"),
            _s(f"{n}.their", ", in the language of their author.", ", in their author's language."),
        )
    told = _s(f"{n}.told", "are told", "are given", "are stated")
    if record.level == "coarse":
        size = "" if record.grid is None else f" of {cells(record.grid)}"
        return (
            _s(f"{n}.where", "The places and times", "The times and places", "Places and times"),
            f" in record {n} ",
            told,
            f" coarse, in cells{size}",
            _marks(f"{n}.1"),
            " ",
            _s(f"{n}.meant", "what is meant", "what they stand for", "that which is meant"),
            _s(f"{n}.inside", " lies inside them.", " is inside them.", " lies within them."),
        )
    return (
        _s(f"{n}.where", "The places and times", "The times and places", "Places and times"),
        f" in record {n} ",
        told,
        " in full",
        _marks(f"{n}.1"),
        " ",
        _s(f"{n}.meant", "they are those", "these are the ones", "they are the ones"),
        _s(f"{n}.inside", " that its author states.", " which its author states.", " its author states."),
    )


def closing(document: Document) -> tuple[Line, ...]:
    """What stands after the records: caveats, how to check the copy, and what it does not say."""
    by = name(document.by_name)
    return (
        *_caveats(document),
        (
            _s("c.if", "If it is recalled,", "Should it be recalled,", "In case it is recalled,"),
            f" {by} ",
            _s("c.tells", "tells", "informs", "notifies"),
            " whoever was given it",
            _marks("c.1"),
            f" recall: ask {by} ",
            _s("c.whether", "whether it still holds.", "if it still holds."),
        ),
        (
            _s("c.anybody", "Anybody who knows", "Anyone who knows", "Whoever knows"),
            f" the identity of {by} ",
            _s("c.check", "can check this copy", "is able to check this copy", "can verify this copy"),
            " with the program wideberth, ",
            _s("c.node", "on any computer", "on whatever computer"),
            " and without a node.",
        ),
        (
            _s("c.counts", "It counts", "This copy counts", "The copy counts"),
            f" only where two officers of {by} have signed ",
            _s("c.exact", "the exact index", "the very index"),
            _s("c.files", " of its files, each ", " of the files, each "),
            _s("c.own", "with a key of their own.", "with their own key.", "by a key of their own."),
        ),
        (
            _s("c.copy", "Each copy", "Every copy", "Each single copy"),
            " of this release has a wording of its own, ",
            _s("c.by", "by which", "through which", "from which"),
            " it can be recognised",
            _marks("c.2"),
            " ",
            _s(
                "c.same", "the coordinates, times, names and figures", "coordinates, times, names and figures"
            ),
            _s("c.alike", " are alike in all of them.", " are the same in all of them."),
        ),
        (
            _s("c.receipt", "A receipt", "Any receipt", "The receipt"),
            " says that a copy arrived",
            _marks("c.3"),
            " ",
            _s("c.who", "who has read it,", "by whom it was read,", "who it was that read it,"),
            _s("c.takes", " and what follows from it, ", " and what comes of it, "),
            "it does not say.",
        ),
        (
            _s("c.later", "What happened later", "Whatever happened later", "What came about later"),
            f" than {show_time(document.made_ms)} ",
            _s("c.outside", "stands outside", "lies outside", "falls outside"),
            " this text",
            _marks("c.4"),
            " that nothing is listed does not say that nothing is there.",
        ),
        (NEVER,),
    )


def _caveats(document: Document) -> tuple[Line, ...]:
    caveats, by = document.caveats, name(document.by_name)
    names = ", ".join(name(each) for each in (document.recipient, *caveats.release_to))
    found: list[Line] = [
        (
            _s("c.this", "This copy is", "The copy is", "The present copy is"),
            _s("c.meant", " meant for ", " intended for "),
            f"{names}, and for nobody else.",
        )
    ]
    if caveats.originator_control:
        found.append((_CONTROL,))
    if caveats.onward:
        found.append(
            (
                "It may go further only with that consent, for which ",
                _s("c.ask", "the request goes to", "the request is put to", "the request is made to"),
                f" {by}, ",
                _s("c.naming", "naming", "stating", "giving"),
                " records and recipient.",
            )
        )
    else:
        found.append(("No onward transfer: it may not be passed on, in whole or in part, to anybody.",))
    if caveats.expires_ms is None:
        found.append(("It may be used until it is recalled.",))
    else:
        found.append((f"It may be used until {show_time(caveats.expires_ms)}, and not after that.",))
    return tuple(found)


def _s(name: str, *variants: str) -> Slot:
    return Slot(name, variants)


def _marks(name: str) -> Slot:
    return Slot(name, (";", ":", " –"), marks=True)
