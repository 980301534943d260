"""The live table of the watch: nearest losses first, counting down; below it where the data comes from."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from wideberth.cli import watch_words as words
from wideberth.cli.watch_words import Heard
from wideberth.errors import shorten
from wideberth.formats.times import parse_time
from wideberth.model.agreement import PRECEDENCES
from wideberth.node.watch_views import AlertView, SourceView, TrackView
from wideberth.render.words import counted, height, length
from wideberth.space.units import METRE

ROWS = 12
"""Alerts that are shown at most, the nearest; the rest are counted."""
COLUMNS = {"due": 8, "what": 8, "who": 14, "with": 14, "gap of minimum": 16, "heard": 5, "state": 10}
"""And how wide they are at least."""
SOURCES = 8
TRACKS = 200
STATES = {"raised": "RAISED", "held": "held", "cleared": "cleared", "pending": "pending"}


def board(
    alerts: Sequence[AlertView],
    sources: Sequence[SourceView],
    heard: Heard,
    now_ms: int,
    *,
    metric: bool,
    own: str = words.OWN,
    rows: int = ROWS,
) -> RenderableType:
    """All of it: how it stands, the alerts, what to do next, the sources."""
    some = in_order(alerts)
    head = words.headline(alerts, heard, now_ms)
    loud = any(each.phase == "raised" and each.acknowledged is None for each in alerts)
    parts: list[RenderableType] = [Text(head, style="bold reverse" if loud else "bold"), ""]
    if some:
        parts.append(alerts_table(some[:rows], now_ms, metric=metric))
        if len(some) > rows:
            parts.append(f"and {counted(len(some) - rows, 'more alert')}")
        first = next((each for each in some if each.phase == "raised" and each.acknowledged is None), None)
        if first is not None:
            parts += ["", Text(f"next: {words.next_step(first, now_ms, own)}", style="bold")]
        parts.append("")
    counts = f"{counted(heard.live, 'live track')}, {heard.stale:,} stale, {heard.lost:,} lost"
    parts.append(counts)
    if sources:
        parts.append(sources_table(sources, now_ms))
    return Group(*parts)


def in_order(alerts: Sequence[AlertView]) -> list[AlertView]:
    """Those that are not over: raised ones first, of them what is most urgent, then the nearest in time."""
    some = [each for each in alerts if each.phase in ("raised", "held")]
    return sorted(
        some,
        key=lambda each: (each.phase != "raised", PRECEDENCES.index(each.precedence), each.at, each.alert),
    )


def alerts_table(alerts: Sequence[AlertView], now_ms: int, *, metric: bool) -> Table:
    """A row an alert."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, wide in COLUMNS.items():
        table.add_column(name, overflow="fold", min_width=wide)
    for each in alerts:
        at_ms = parse_time(each.at)
        when = Text(
            words.due(at_ms, now_ms).removeprefix("in ").upper() if at_ms <= now_ms else _left(at_ms, now_ms)
        )
        gaps = _gaps(each, metric)
        ages = words.age(each.heard, now_ms)
        if each.other_heard is not None:
            ages += f" / {words.age(each.other_heard, now_ms)}"
        state = STATES[each.phase]
        if each.acknowledged_by is not None:
            state += f"\n{shorten(each.acknowledged_by, 16)} has it"
        style = "bold" if each.phase == "raised" and each.acknowledged is None else ""
        what = each.kind if each.nominal else f"{each.kind}?"
        row = (
            when,
            what,
            _lines(words.subject(each)),
            _lines(words.other(each)),
            gaps,
            ages,
            f"{state}\n{each.alert[:10]}",
        )
        _add(table, row, style)
    return table


def sources_table(sources: Sequence[SourceView], now_ms: int) -> Table:
    """A row a source."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("source", "whose", "state", "heard", "reports", "not read", "dropped", ""):
        table.add_column(name, overflow="fold")
    for each in sources[:SOURCES]:
        age = words.age(each.heard, now_ms)
        row = (
            shorten(each.name, 24),
            shorten(each.party, 24) or "anybody's",
            each.state,
            age if each.heard is None else f"{age} ago",
            f"{each.reports:,}",
            f"{each.faults:,}",
            f"{each.dropped:,}",
            shorten(each.words, 60),
        )
        _add(table, row, "" if each.state in ("live", "file") else "bold")
    if len(sources) > SOURCES:
        table.add_row(f"and {len(sources) - SOURCES} more")
    return table


def tracks_table(tracks: Sequence[TrackView], now_ms: int, *, metric: bool) -> Table:
    """A row a track, by its party and name."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("track", "whose", "state", "heard", "where", "altitude", "speed, course", "doubts"):
        table.add_column(name, overflow="fold")
    for each in sorted(tracks, key=lambda track: (track.party, track.callsign, track.track))[:TRACKS]:
        row = (
            shorten(each.callsign or each.track, 24),
            shorten(each.party, 24) or "nobody's",
            each.state,
            f"{words.age(each.heard, now_ms)} ago",
            f"{each.lat:.4f}, {each.lon:.4f} ± {length(round(each.doubt_m * METRE), metric, up=True)}",
            _altitude(each),
            _speed(each, metric),
            ", ".join(each.doubts),
        )
        _add(table, row)
    return table


def _add(table: Table, row: Sequence[str | Text], style: str = "") -> None:
    # what others call themselves is text: in a plain one brackets would be taken for a style
    table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row), style=style)


def _lines(name: str) -> str:
    """What something is called, and below it whose it is."""
    return name.replace(" (", "\n(")


def _left(at_ms: int, now_ms: int) -> str:
    return words.due(at_ms, now_ms).removeprefix("in ")


def _gaps(view: AlertView, metric: bool) -> str:
    if view.kind in ("lost", "doubtful"):
        return view.code
    parts = [words.gap(view.gap_m, view.required_m, metric)]
    if view.kind == "closing" and (view.gap_v_m is not None or view.required_v_m is not None):
        parts.append(words.gap(view.gap_v_m, view.required_v_m, metric, vertical=True))
    return "\n".join(parts)


def _altitude(view: TrackView) -> str:
    if view.altitude is None:
        return "not said"
    value, unit, datum = (view.altitude.get(key, "") for key in ("value", "unit", "datum"))
    if unit == "FL" and isinstance(value, float | int):
        return f"FL{value:03.0f}"
    return f"{value:,.0f} {unit} {datum}" if isinstance(value, float | int) else str(datum)


def _speed(view: TrackView, metric: bool) -> str:
    if view.speed_m_s is None:
        return "not said"
    speed = f"{view.speed_m_s:.0f} m/s" if metric else f"{view.speed_m_s * 3600 / 1852:.0f} kt"
    climb = view.climb_m_s or 0.0
    rate = "" if abs(climb) < 0.5 else f", {'up' if climb > 0 else 'down'} {_rate(abs(climb), metric)}"
    return f"{speed}, {view.course_deg or 0.0:03.0f}°{rate}"


def _rate(climb: float, metric: bool) -> str:
    return f"{climb:.1f} m/s" if metric else f"{height(round(climb * 60 * METRE), False)}/min"
