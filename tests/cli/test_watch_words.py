"""What a duty officer reads: what is so, with whom, when, and what to do next by when."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from tests.cli.watching import NOW_MS, alert, source, track
from wideberth.cli import watch_words as words
from wideberth.cli.watch_table import board, in_order, sources_table, tracks_table
from wideberth.cli.watch_words import Heard
from wideberth.model.alert import KINDS, Kind

HEARD = Heard(4, 1, 0)
NEVER = re.compile(
    r"\b(safe|target|strike|engage|enemy|friendly|threat|permitted|cleared to)\b", re.IGNORECASE
)


def shown(what: object, width: int = 120) -> str:
    console = Console(width=width, color_system=None, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_a_loss_that_is_near_is_told_with_all_that_is_needed() -> None:
    line = words.line("raised", alert(), NOW_MS, False)
    assert line == (
        "08:22:00Z RAISED       w-lts7ypv2 closing: HERON 11 (Blue Heron) – KITE 3 (Red Kite):"
        " closer than 3 NM and 3,000 ft in 2 min, at 08:24:00Z; nearest 0.53 NM and 700 ft at 08:25:05Z"
    )


def test_gaps_are_rounded_down_and_minima_up() -> None:
    assert words.gap(1_851.9, 1_852.1, False) == "0.99 NM of 1.01 NM"
    assert words.gap(304.7, 914.41, False, vertical=True) == "999 ft of 3,001 ft"
    assert words.gap(None, 1_852.0, False) == "? of 1 NM"
    assert words.gap(None, None, False) == "–"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("whose", ["Blue Heron", ""])
@pytest.mark.parametrize("other", ["Red Kite", ""])
def test_every_kind_has_a_next_step_and_no_word_that_we_never_use(kind: Kind, whose: str, other: str) -> None:
    view = alert(kind, party=whose, other_party=other)
    said = [words.next_step(view, NOW_MS), words.what(view, NOW_MS, False), words.what(view, NOW_MS, True)]
    said += [words.line(what, view, NOW_MS, False) for what in words.WORDS]
    assert all(said)
    assert [text for text in said if NEVER.search(text)] == []
    assert "HERON 11" in said[0]


def test_a_next_step_says_by_when() -> None:
    assert "before 08:24:00Z" in words.next_step(alert(), NOW_MS)
    assert ", now:" in words.next_step(alert(at="2026-11-24T08:21:00.000Z"), NOW_MS)
    # 60 s from when it was found outside (ASTM F3548-21)
    assert "before 08:21:00Z" in words.next_step(alert("nonconforming"), NOW_MS)


def test_own_units_are_told_and_the_other_party_is_called() -> None:
    assert words.next_step(alert(), NOW_MS, "Red Kite") == (
        "CHECK with Blue Heron, before 08:24:00Z: HERON 11 or KITE 3 gives way"
    )
    entering = alert("entry", other_name="Drop zone")
    assert words.next_step(entering, NOW_MS, "Blue Heron") == (
        "have HERON 11 keep clear of Drop zone, before 08:24:00Z, and tell Red Kite"
    )
    assert words.next_step(entering, NOW_MS, "Red Kite").startswith(
        "call Blue Heron, CHECK, before 08:24:00Z"
    )


def test_a_track_of_nobody_is_asked_about_and_the_known_one_keeps_clear() -> None:
    said = words.next_step(alert(other_party="", other_name=""), NOW_MS)
    assert said == (
        "ask every party whose icao:f00021 is; Blue Heron has HERON 11 keep clear, before 08:24:00Z"
    )


def test_nothing_heard_is_not_no_conflict() -> None:
    assert words.headline([], HEARD, NOW_MS) == "no known conflict, as of 2026-11-24 08:22:00Z"
    nothing = words.headline([], Heard(0, 3, 2, 1), NOW_MS)
    assert "no known conflict" not in nothing and nothing.startswith("nothing is heard")
    assert words.headline([], HEARD._replace(silent=2), NOW_MS).endswith("2 sources give nothing")
    assert "no known conflict" not in words.headline([], HEARD._replace(pending=1), NOW_MS)
    held = words.headline([alert(phase="held")], HEARD, NOW_MS)
    assert "no known conflict" not in held and held.startswith("1 alert held")
    assert words.headline([alert()], HEARD, NOW_MS) == (
        "1 alert, the nearest in 2 min, as of 2026-11-24 08:22:00Z"
    )


def test_what_is_urgent_stands_first_then_what_is_near() -> None:
    far = alert(alert="w-far", at="2026-11-24T08:26:00.000Z")
    near = alert(alert="w-near")
    lost = alert("lost", alert="w-lost", at="2026-11-24T08:20:00.000Z")
    held = alert(alert="w-held", phase="held", at="2026-11-24T08:20:00.000Z")
    over = alert(alert="w-over", phase="cleared")
    assert [each.alert for each in in_order([over, held, lost, far, near])] == [
        "w-near",
        "w-far",
        "w-lost",
        "w-held",
    ]
    # what is lost already does not hide how near the next loss is
    assert "the nearest in 2 min" in words.headline([lost, near], HEARD, NOW_MS)


def test_the_board_shows_alerts_next_step_and_sources() -> None:
    some = [alert(alert=f"w-{n:026}") for n in range(15)]
    text = shown(
        board(
            some,
            [source(), source(name="ships", state="down", words="no answer")],
            HEARD,
            NOW_MS,
            metric=False,
            rows=3,
        )
    )
    assert "15 alerts, the nearest in 2 min" in text
    assert "0.53 NM of 3 NM" in text and "700 ft of 3,000 ft" in text
    assert "2 s / 14 s" in text and "and 12 more alerts" in text
    assert "next: CHECK between Blue Heron and Red Kite, before 08:24:00Z" in text
    assert "down" in text and "no answer" in text and "4 live tracks, 1 stale, 0 lost" in text
    metric = shown(board(some, [], HEARD, NOW_MS, metric=True))
    assert "1 km of 5.56 km" in metric


def test_the_board_of_nothing_says_as_of_when() -> None:
    text = shown(board([], [], HEARD, NOW_MS, metric=False))
    assert text.startswith("no known conflict, as of 2026-11-24 08:22:00Z")


def test_an_alert_that_somebody_has_says_who_and_asks_nobody_else() -> None:
    text = shown(
        board([alert(acknowledged=alert().last, acknowledged_by="deputy")], [], HEARD, NOW_MS, metric=False)
    )
    assert "deputy has it" in text and "next:" not in text


def test_tracks_say_what_is_not_known() -> None:
    text = shown(
        tracks_table(
            [track(), track(track="mmsi:1", callsign="", party="", altitude=None, speed_m_s=None)],
            NOW_MS,
            metric=False,
        ),
        160,
    )
    assert "15,500 ft FL" in text and "175 kt, 070°" in text and "± 145 m" in text and "down 590" in text
    assert "nobody's" in text and text.count("not said") == 2


def test_names_of_others_cannot_take_a_terminal_over() -> None:
    view = alert(callsign="\x1b[2J\x07x", other_name="a\nb[/red]", party="p\rq")
    said = [words.line("raised", view, NOW_MS, False), words.next_step(view, NOW_MS)]
    said.append(shown(board([view], [source(name="\x1b]0;x\x07")], HEARD, NOW_MS, metric=False)))
    assert not any(letter in text for text in said for letter in "\x1b\x07\r")
    assert all("\n" not in text for text in said[:2])
    assert "[/red]" in said[2]


def test_sources_are_cut_and_counted() -> None:
    text = shown(sources_table([source(name=f"s{n}") for n in range(12)], NOW_MS))
    assert "and 4 more" in text and "1,234" in text
