"""What is told on a manual line, word for word: a voice script, an e-mail, a form on paper (LINE 21).

It says what the view for its recipient says, and no more. Positions are rounded to a hundredth of a minute,
and every radius, width and margin is taken so much larger that nothing of the view lies outside. Without
a clock: one view has one text, so that its SHA-256 says which text was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.model.manual import ANSWERS, Channel, Level
from wideberth.model.plan import State
from wideberth.render import spoken, wording
from wideberth.render.cells import boxes
from wideberth.render.strip import corners, limit
from wideberth.render.wording import As, Fact, Wording
from wideberth.space.altitude import Altitude
from wideberth.space.extent import Extent, extent
from wideberth.space.ground import Circle, Corridor, Ground, Point
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import YEARS, Volume

CHANNELS: Final[dict[Channel, As]] = {
    "telephone": "voice",
    "e-mail": "e-mail",
    "radio": "voice",
    "paper": "form",
}
"""How it is told where nothing else is asked for."""
ROUNDING: Final = 14 * METRE
"""No position moves as far when it is rounded to a hundredth of a minute: 9.31 m on each axis at most."""
SPOKEN: Final = 12
"""Corners that are read aloud; of more the box around them is."""
STATES: Final[dict[State, str]] = {
    "accepted": "planned",
    "activated": "under way",
    "nonconforming": "under way, and not as it was planned",
    "contingent": "under way, in difficulty",
    "ended": "ended: nothing of it is there any more",
}
_MINUTE: Final = 60_000
_TEN: Final = 10 * METRE


class Notice(Struct, frozen=True):
    """What is told, and where: the view for its recipient, and the far end as it is called here."""

    to: str
    channel: Channel
    level: Level
    notice: str
    version: int
    state: State
    activity: str
    callsign: str
    volumes: tuple[Volume, ...]
    simplified: bool = False


def text(notice: Notice, of: As) -> str:
    """The whole text."""
    number = f"{reference(notice.notice)}, version {notice.version}"
    return wording.text(
        Wording(
            to=notice.to,
            channel=notice.channel,
            title=f"Notice to {notice.to}",
            subject=f"Notice {number}: {_line(notice.activity)}, {STATES[notice.state]}",
            opening=("This is a notice. It gives no permission, and asks for none.",),
            aloud=tuple(facts(notice, aloud=True)),
            written=tuple(facts(notice, aloud=False)),
            notes=tuple(notes(notice)),
            asks="the number of this notice",
            answers=ANSWERS,
        ),
        of,
    )


def what(notice: Notice) -> str:
    """The notice in a few words, for a list: at most 300 characters."""
    who = " ".join(_line(each) for each in (notice.activity, notice.callsign) if each)
    if notice.state == "ended" or not notice.volumes:
        return f"{who[:150]}: {STATES[notice.state]}"
    first = notice.volumes[0]
    more = f"; and {len(notice.volumes) - 1} more volumes" if len(notice.volumes) > 1 else ""
    where = f"{times(first)}; {' to '.join(levels(first))}; {_box(first.ground, _margin(first))}{more}"
    return f"{who[:100]}, {STATES[notice.state]}: {where}"[:300].strip()


def reference(notice: str) -> str:
    """The first characters of a notice's id: enough to tell it from others, short enough to be said."""
    return notice.removeprefix("n-")[:6].upper()


def facts(notice: Notice, *, aloud: bool) -> list[tuple[str, list[Fact]]]:
    """What is said, under headings. `aloud`: of many corners the box around them."""
    short, version = reference(notice.notice), str(notice.version)
    about = [
        Fact(
            "notice", f"{short}, version {version}", f"{spoken.name(short)}, version {spoken.number(version)}"
        ),
        Fact("activity", _line(notice.activity), _line(notice.activity)),
        Fact("state", STATES[notice.state], STATES[notice.state]),
    ]
    if notice.callsign:
        about.insert(2, Fact("callsign", _line(notice.callsign), spoken.name(_line(notice.callsign))))
    found = [("Notice", about)]
    if notice.state == "ended":
        return found
    for k, volume in enumerate(notice.volumes, 1):
        found.append((f"Volume {k} of {len(notice.volumes)}", list(volume_facts(volume, aloud=aloud))))
    return found


def times(volume: Volume) -> str:
    """The window, widened to whole minutes and by its own margin."""
    start, end = volume.start, volume.end
    first = "in force now" if start is None else _time((start - volume.pad.t) // _MINUTE * _MINUTE)
    if end is None:
        return f"{first} – until further notice"
    return f"{first} – {_time(-(-(end + volume.pad.t) // _MINUTE) * _MINUTE)}"


def levels(volume: Volume) -> tuple[str, str]:
    """Lower and upper limit, rounded outwards to a whole foot, with its own margin."""
    lower, upper, pad = volume.lower, volume.upper, volume.pad.v
    if lower.datum not in ("SFC", "UNL"):
        lower = Altitude(lower.datum, lower.value - pad)
    if upper.datum == "SFC" and pad:
        upper = Altitude("AGL", pad)
    elif upper.datum not in ("SFC", "UNL"):
        upper = Altitude(upper.datum, upper.value + pad)
    return limit(lower, False, up=False), limit(upper, False, up=True)


def position(point: Point) -> str:
    """`34°02.10′N 033°10.90′E`, to the nearest hundredth of a minute."""
    lon, lat = point
    return f"{_minutes(lat, 'NS', 2)} {_minutes(lon, 'EW', 3)}"


def outwards(length: int) -> int:
    """A length with room for the rounding of positions, in whole tens of metres (0.1 mm)."""
    return -(-(length + ROUNDING) // _TEN) * _TEN


def volume_facts(volume: Volume, *, aloud: bool) -> Iterator[Fact]:
    """What is said of one volume."""
    when = times(volume)
    yield Fact("time", when, spoken.time(when).replace(" – ", ", until ").replace(", until until", ", until"))
    low, high = levels(volume)
    yield Fact("levels", f"{low} to {high}", f"from {spoken.level(low)} up to {spoken.level(high)}")
    if volume.band is not None:
        band = f"{volume.band.low} Hz to {volume.band.high} Hz"
        yield Fact("frequencies", band, band)
    yield from _ground(volume.ground, _margin(volume), aloud=aloud)


def _margin(volume: Volume) -> int:
    return volume.pad.h + volume.ground.slack


def _ground(ground: Ground, margin: int, *, aloud: bool) -> Iterator[Fact]:
    if isinstance(ground, Circle):
        yield Fact("shape", "circle", "a circle")
        yield _position("centre", ground.centre)
        yield _length("radius", ground.radius + margin)
        return
    points = ground.points if isinstance(ground, Corridor) else ground.rings[0]
    # what is shown in cells of a grid is read aloud as ranges: nobody writes forty corners down
    found = boxes(ground) if aloud and not margin else ()
    if 0 < len(found) <= SPOKEN:
        yield from _ranges(found)
        return
    if aloud and len(points) > SPOKEN:
        box = _box(ground, margin)
        yield Fact("shape", f"box around {len(points)} points", "a box")
        yield Fact("box", box, _say_box(box))
        return
    if isinstance(ground, Corridor):
        yield Fact("shape", "corridor", f"a corridor of {spoken.number(str(len(points)))} points")
    else:
        yield Fact("shape", "area", f"an area with {spoken.number(str(len(points)))} corners")
    for k, point in enumerate(points, 1):
        yield _position(f"point {k}", point)
    if isinstance(ground, Corridor):
        yield _length("to each side", ground.half_width + margin)
    else:
        yield _length("and around it", margin)
        if len(ground.rings) > 1:
            yield Fact("openings", "not given: keep clear of all of it", "keep clear of all of it")
    lines = "the shortest" if ground.edges == "geodesic" else "straight in latitude and longitude"
    yield Fact("lines", lines, f"the lines between them are {lines}")


def _ranges(found: Sequence[Extent]) -> Iterator[Fact]:
    size = spoken.number(str(len(found)))
    yield Fact("shape", f"{len(found)} ranges", f"all of {size} ranges of latitude and longitude")
    for k, each in enumerate(found, 1):
        box = corners(each)
        yield Fact(f"range {k}", box, _say_box(box))


def _position(called: str, point: Point) -> Fact:
    written = position(point)
    return Fact(called, written, spoken.position(written))


def _length(called: str, length: int) -> Fact:
    metres = str(outwards(length) // METRE)
    return Fact(called, f"{int(metres):,} m", f"{spoken.number(metres)} metres")


def _box(ground: Ground, margin: int) -> str:
    return corners(extent(ground, margin))


def _say_box(box: str) -> str:
    """A box of meridians and parallels, aloud."""
    sides = box.split(", ")
    found = [" to ".join(spoken.position(each) or each for each in side.split(" – ")) for side in sides]
    return ", and ".join(f"from {each}" if " to " in each else each for each in found)


def _minutes(angle: int, signs: str, width: int) -> str:
    hundredths = (abs(angle) * 6_000 + DEGREE // 2) // DEGREE
    degrees, rest = divmod(hundredths, 6_000)
    return f"{degrees:0{width}d}°{rest // 100:02d}.{rest % 100:02d}′{signs[angle < 0]}"


def _time(ms: int) -> str:
    return show_time(min(max(ms, YEARS[0]), YEARS[1] // _MINUTE * _MINUTE))


def notes(notice: Notice) -> list[str]:
    """What is said of how it is shown."""
    found = []
    if notice.level == "coarse":
        found.append(
            "Areas, levels and times are given on a coarse grid: they are larger than what is planned."
        )
    elif notice.simplified:
        found.append("Areas are given with fewer corners: they are larger than what is planned.")
    return found


def _line(words: str) -> str:
    """In one line, with what does not print written out: nothing that somebody wrote begins another."""
    return shorten(words, 120)
