"""Parts of an SVG as text: escaped, self-contained, with generic fonts only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from msgspec import Struct

from wideberth.errors import shorten

INK = "#1f2933"
SOFT = "#52606d"
LINE = "#9aa5b1"
GRID = "#d9dee3"
PAPER = "#ffffff"
SEA = "#f5f8fa"
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

WIDE = 0.6
"""Width of a character in its size: a little more than in the fonts named above."""


class Style(Struct, frozen=True):
    """How one party is drawn: colour, dash and hatch, so that colour is not the only difference."""

    index: int
    colour: str
    dash: str
    angle: int
    """Degrees of the hatch's lines."""
    dense: bool


# Okabe and Ito's palette, made for colour-blind readers, without the yellow that white paper swallows
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#b8860b", "#4b4b4b")
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "14 4", "4 2 1 2 1 2")
_ANGLES = (45, -45, 0, 90, 20, -20)


def style(index: int) -> Style:
    """The style of the n-th party; after six the hatch grows denser and dashes shift."""
    turn = index // len(_COLOURS)
    return Style(
        index,
        _COLOURS[index % len(_COLOURS)],
        _DASHES[(index + turn) % len(_DASHES)],
        _ANGLES[(index + turn) % len(_ANGLES)],
        bool(turn % 2),
    )


def hatch(found: Style) -> str:
    """The definition of a party's hatch, used as `url(#hatch-N)`."""
    step = 5 if found.dense else 8
    lines = f'<path d="M0 0H{step}" stroke="{found.colour}" stroke-width="1.6" stroke-opacity="0.55"/>'
    return (
        f'<pattern id="hatch-{found.index}" width="{step}" height="{step}" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({found.angle})">'
        f'<rect width="{step}" height="{step}" fill="{found.colour}" fill-opacity="0.13"/>{lines}</pattern>'
    )


def tag(name: str, attributes: Mapping[str, object], *children: str) -> str:
    """An element; keys with `_` become `-`, numbers get one decimal, values are escaped."""
    inner = "".join(f' {key.replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{inner}>{''.join(children)}</{name}>" if children else f"<{name}{inner}/>"


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value), quote=True)


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 12,
    anchor: str = "start",
    colour: str = INK,
    bold: bool = False,
    halo: bool = False,
) -> str:
    """One line of text; a halo keeps it legible over lines. Characters that do not print are escaped."""
    shared: dict[str, object] = {"x": float(x), "y": float(y), "font_size": size, "text_anchor": anchor}
    if bold:
        shared["font_weight"] = "bold"
    inner = escape(shorten(words, 300), quote=False)
    below = ""
    if halo:
        white = {"fill": PAPER, "stroke": PAPER, "stroke_width": 3.5, "stroke_linejoin": "round"}
        below = tag("text", {**shared, **white, "aria_hidden": "true"}, inner)
    return below + tag("text", {**shared, "fill": colour}, inner)


def width(words: str, size: int) -> float:
    """About how wide a text is, in pixels."""
    return sum(1.0 if ord(c) > 0x2E7F else WIDE for c in words) * size


def fit(words: str, room: float, size: int) -> str:
    """The text, cut with `…` where it is wider than `room` pixels; of a path or `file#3` the end is kept."""
    plain = shorten(words, 300)
    if width(plain, size) <= room:
        return plain
    if ("/" in plain or "#" in plain) and " · " not in plain:
        while plain and width("…" + plain, size) > room:
            plain = plain[1:]
        return "…" + plain
    while plain and width(plain + "…", size) > room:
        plain = plain[:-1]
    return plain.rstrip() + "…"


def path(points: Sequence[tuple[float, float]], closed: bool) -> str:
    """Path data of a line in pixels."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def badge(x: float, y: float, number: int) -> str:
    """A conflict's number in a black disc."""
    disc = tag(
        "circle", {"cx": float(x), "cy": float(y), "r": 9, "fill": INK, "stroke": PAPER, "stroke_width": 1.5}
    )
    size = 11 if number < 100 else 8
    return disc + text(x, y + size * 0.36, str(number), size=size, anchor="middle", colour=PAPER, bold=True)


class Spots:
    """Where labels already are; a label takes the first free place of those it is offered."""

    def __init__(self, left: float, top: float, right: float, bottom: float) -> None:
        self._frame = (left, top, right, bottom)
        self._taken: list[tuple[float, float, float, float]] = []

    def take(self, box: tuple[float, float, float, float]) -> None:
        """Keep a box (left, top, right, bottom) free of labels."""
        self._taken.append(box)

    def free(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a box is inside the frame and meets no other."""
        left, top, right, bottom = box
        x0, y0, x1, y1 = self._frame
        if left < x0 or top < y0 or right > x1 or bottom > y1:
            return False
        return all(right <= a or left >= c or bottom <= b or top >= d for a, b, c, d in self._taken)

    def place(
        self, offers: Sequence[tuple[float, float]], wide: float, high: float
    ) -> tuple[float, float] | None:
        """The first offer (the centre of a label) that is free, which is then taken; else None."""
        for x, y in offers:
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if self.free(box):
                self.take(box)
                return x, y
        return None
