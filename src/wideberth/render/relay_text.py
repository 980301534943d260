"""What is handed down a relay tree, word for word: the text whose SHA-256 every cell signs.

One version of a notice or a plan has one text, without a clock: whoever confirms it has confirmed all of it,
except how many volumes are left out, which it says.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.model.agreement import Disclosure
from wideberth.model.relay import NEVER
from wideberth.render import script
from wideberth.space.units import SECOND
from wideberth.space.volume import YEARS, Volume

MOST: Final = 4_500
"""Characters, so that it fits into an entry; volumes that do not fit are counted."""
_MINUTE: Final = 60 * SECOND


class Subject(Struct, frozen=True):
    """What is handed down.

    Attributes:
        whose: "our plan", or who told the notice.
        id: of the notice or the plan.
        name: what it is called here; may be empty.
        mark: that it is an exercise; else nothing.
    """

    whose: str
    id: str
    version: int
    level: Disclosure
    activity: str
    callsign: str
    volumes: tuple[Volume, ...]
    name: str = ""
    simplified: bool = False
    mark: str = ""


def reference(name: str) -> str:
    """The first characters of an id: enough to tell it from others, short enough to be said."""
    return name[2:8].upper()


def start_ms(subject: Subject) -> int | None:
    """When it begins, to the minute, earlier rather than later; None where it is in force, or not told."""
    starts = [None if each.start is None else each.start - each.pad.t for each in subject.volumes]
    known = [each for each in starts if each is not None]
    if not known or len(known) < len(starts):
        return None
    return max(min(known) // _MINUTE * _MINUTE, YEARS[0])


def read_back(subject: Subject) -> str:
    """What shows that somebody has read it: four figures of the time, else six characters of its number."""
    begins = start_ms(subject)
    return reference(subject.id) if begins is None else show_time(begins)[-6:-1].replace(":", "")


def asked(expected: str) -> str:
    """What is to be typed, for people."""
    if expected.isdecimal():
        return "the time at which it begins, in UTC: four figures, hours and minutes"
    return "the six characters of its number"


def title(subject: Subject) -> str:
    """What it is, in one line."""
    return f"{shorten(subject.whose, 60).upper()}: NUMBER {reference(subject.id)}, VERSION {subject.version}"


def text(subject: Subject) -> str:
    """The whole text."""
    begins = start_ms(subject)
    first = "in force now" if subject.volumes and begins is None else "not told" if begins is None else None
    lines = [
        *([subject.mark] if subject.mark else []),
        title(subject),
        *_fact("called", subject.name),
        *_fact("activity", subject.activity),
        *_fact("callsign", subject.callsign),
        *_fact("begins", first or show_time(begins)),
    ]
    if not subject.volumes:
        lines.append("Where it is, and when, is not told: ask whoever handed this to you.")
    below = [*script.notes(_as_notice(subject)), "", NEVER]
    room = MOST - sum(len(each) + 1 for each in (*lines, *below)) - 80
    for k, volume in enumerate(subject.volumes, 1):
        some = [
            f"Volume {k} of {len(subject.volumes)}",
            *(f"  {each.name}: {each.written}" for each in script.volume_facts(volume, aloud=False)),
        ]
        room -= sum(len(each) + 1 for each in some)
        if room < 0:
            left = len(subject.volumes) - k + 1
            lines.append(f"AND {left} MORE, WHICH DO NOT FIT HERE: ask whoever handed this to you.")
            break
        lines += some
    return "".join(f"{each}\n" for each in [*lines, *below])


def contact(name: str, until_ms: int, mark: str = "") -> str:
    """The text of a test of contact."""
    lines = [
        *([mark] if mark else []),
        f"TEST OF CONTACT: NUMBER {reference(name)}",
        *_fact("answer by", show_time(until_ms)),
        "This is a test, and no notice: it asks whether you can be reached. Confirm that it reached you.",
        NEVER,
    ]
    return "".join(f"{each}\n" for each in lines)


def _fact(name: str, words: str) -> list[str]:
    return [f"{name}: {shorten(words, 120)}"] if words else []


def _as_notice(subject: Subject) -> script.Notice:
    return script.Notice(
        to="",
        channel="paper",
        level="coarse" if subject.level == "coarse" else "full",
        notice=subject.id,
        version=subject.version,
        state="accepted",
        activity=subject.activity,
        callsign=subject.callsign,
        volumes=subject.volumes,
        simplified=subject.simplified,
    )
