"""What a version changes, in plain words."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.desk.agreed import FIRST, PARTIES, after, changed, every, read, row, rule, with_rows
from tests.ledger.two import B
from wideberth.desk.differences import Effect, differences, items
from wideberth.model.agreement import Party
from wideberth.model.separation import Rule
from wideberth.render.agreement import document, figure, sentence, value
from wideberth.space.units import NAUTICAL_MILE

SECOND = """\
[[separation]]
between = ["crewed", "gunnery"]
rules = [{{ horizontal = "{0}", vertical = "any", time = "5min" }}]

"""


def told(data: bytes, before: bytes = FIRST) -> list[str]:
    return [sentence(each) for each in differences(read(before).agreement, read(data).agreement)]


def test_no_change() -> None:
    assert told(changed("# Terms of", "# The terms of")) == []
    assert len(items(read().agreement)) > 40


def test_a_pair_with_more_distance_is_stricter_and_said_with_whom() -> None:
    one, other = (changed("[[lead_times]]", SECOND.format(h) + "[[lead_times]]") for h in ("3NM", "5NM"))
    assert told(other, one) == ["separation crewed–gunnery, horizontal: 3 NM → 5 NM (stricter)"]
    assert told(one, other) == ["separation crewed–gunnery, horizontal: 5 NM → 3 NM (looser)"]
    # without a row of its own the pair had every other pair's
    assert told(one) == ["separation crewed–gunnery, vertical: 3,000 ft → any (stricter)"]


BLIND = FIRST + FIRST[FIRST.index(b"# [blind]") : FIRST.index(b"\n# Live tracks")].replace(b"# ", b"")
WATCHED = FIRST + FIRST[FIRST.index(b"# [watch]") :].replace(b"# ", b"")


def test_a_blind_check_is_told_part_by_part() -> None:
    assert told(BLIND)[:3] == [
        "blind, mode: none → cells (wider)",
        "blind, every: none → 15 min (changed)",
        "blind, horizon: none → 24 h (changed)",
    ]
    assert told(FIRST, BLIND)[0] == "blind, mode: cells → none (narrower)"
    assert [each.part for each in items(read(BLIND).agreement) if each.what == "blind"] == [
        *("mode", "every", "horizon", "start_level", "floor_level"),
        *("terms", "matched_percent", "cells_a_day", "audits_a_day", "timeout"),
    ]
    alone = [each for each in items(read().agreement) if each.what == "blind"]
    assert [value(each.after, each.kind) for each in alone] == ["none"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('mode = "cells"', 'mode = "escalate"', "mode: cells → escalate (wider)"),
        ('mode = "cells"', 'mode = "count"', "mode: cells → count (narrower)"),
        ('every = "15min"', 'every = "1h"', "every: 15 min → 1 h (narrower)"),
        ('horizon = "24h"', 'horizon = "48h"', "horizon: 24 h → 48 h (wider)"),
        ("start_level = 12", "start_level = 16", "start level: 12 → 16 (changed)"),
        ("floor_level = 20", "floor_level = 24", "floor level: 20 → 24 (wider)"),
        ("terms = 100000", "terms = 50000", "terms: 100,000 → 50,000 (changed)"),
        ("percent = 25", "percent = 10", "matched percent: 25 → 10 (narrower)"),
        ("cells_a_day = 2000", "cells_a_day = 3000", "cells a day: 2,000 → 3,000 (wider)"),
        ("audits_a_day = 4", "audits_a_day = 3", "audits a day: 4 → 3 (narrower)"),
        ('timeout = "5min"', 'timeout = "10min"', "timeout: 5 min → 10 min (looser)"),
    ],
)
def test_what_a_change_of_the_blind_check_means(old: str, new: str, words: str) -> None:
    # the comment of the draft says each of them before the table does
    at = BLIND.rindex(old.encode())
    data = BLIND[:at] + new.encode() + BLIND[at + len(old) :]
    assert told(data, BLIND) == [f"blind, {words}"]


def test_the_next_version() -> None:
    assert told(after(FIRST)) == [
        "version: 1 → 2 (changed)",
        "separation every other pair, horizontal: 3 NM → 5 NM (stricter)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"Trial terms"', '"Terms"', "title: Trial terms → Terms (changed)"),
        ('"Red Kite"', '"Grey Seal"', "parties Grey Seal: Red Kite → Grey Seal (changed)"),
        ('time = "5min"', 'time = "90s"', "separation every other pair, time: 5 min → 1.5 min (looser)"),
        (
            'time = "5min" }',
            'time = "5min", frequency = "1MHz" }',
            "separation every other pair, frequency: not compared → 1 MHz (looser)",
        ),
        (
            'notice = "24h"',
            'notice = "48h"',
            "lead times every other activity, notice: 24 h → 48 h (stricter)",
        ),
        (
            'too_late = "30min"',
            'too_late = "20min"',
            "lead times every other activity, too late: 30 min → 20 min (looser)",
        ),
        ('answer = "4h"', 'answer = "2h"', "lead times every other activity, answer: 4 h → 2 h (stricter)"),
        ('level = "none"', 'level = "full"', "disclosure every other activity: none → full (wider)"),
        (
            'level = "none"',
            'level = "none"\n\n[[disclosure]]\nactivity = "convoy"\nlevel = "coarse"',
            "disclosure convoy: none → coarse (wider)",
        ),
        ('"30s", "60s"', '"20s", "60s"', "clocks flash, deputy: 30 s → 20 s (stricter)"),
        ('"60s", "120s"', '"90s", "120s"', "clocks flash, watch: 1 min → 1.5 min (looser)"),
        ('"2h", "4h"', '"2h", "5h"', "clocks routine, commander: 4 h → 5 h (looser)"),
        ('= "close"', '= "overlap"', "block activation: close → overlap (looser)"),
        ('heartbeat = "30s"', 'heartbeat = "10s"', "silence, heartbeat: 30 s → 10 s (stricter)"),
        ('silent = "60min"', 'silent = "4d"', "silence, silent: 1 h → 4 d (looser)"),
        ('horizontal = "1NM"', 'horizontal = "2NM"', "proposals, horizontal: 1 NM → 2 NM (narrower)"),
        ('vertical = "5000ft"', 'vertical = "1000ft"', "coarse, vertical: 5,000 ft → 1,000 ft (wider)"),
        ('every = "1h"', 'every = "30min"', "answers, every: 1 h → 30 min (wider)"),
        ("a_day = 40", "a_day = 20", "answers, a day: 40 → 20 (narrower)"),
        ("prekey_days = 3", "prekey_days = 14", "courier prekey days: 3 days → 14 days (looser)"),
        ('retention = "3650d"', 'retention = "365d"', "retention: 3,650 d → 365 d (looser)"),
        ('onward = "never"', 'onward = "consent"', "release, onward: never → consent (wider)"),
        ("recipients = []", 'recipients = ["Owl"]', "release Owl, recipients: none → Owl (wider)"),
        ('["en"]', '["en", "ru"]', "languages: en → en, ru (changed)"),
        (
            "[clocks]",
            '[area]\ncircle = { lon = 33.5, lat = -34.25, radius = "80NM" }\n\n[clocks]',
            "area: none → a circle of 80 NM about 34.25°S 33.5°E (changed)",
        ),
        (
            "[clocks]",
            "[area]\npolygon = [[1, 2], [-3, 2], [-3, 4], [1, 2]]\n\n[clocks]",
            "area: none → a polygon of 2°N 1°E, 2°N 3°W, 4°N 3°W (lonlat) (changed)",
        ),
        (
            "version = 1",
            'version = 1\nground = ["0m", "1952m"]',
            "ground: not known → 0 m to 1952 m MSL (changed)",
        ),
        ("[clocks]", "[qnh]\nhpa = 1013\n\n[clocks]", "qnh: none → 1013 hPa (changed)"),
        (
            "[clocks]",
            '[qnh]\narea = { circle = { lon = 1, lat = 2, radius = "1NM" } }\n\n[clocks]',
            "qnh: none → the same for all in a circle of 1 NM about 2°N 1°E (changed)",
        ),
        (
            "[clocks]",
            '[[places]]\nname = "Port"\nlon = 1\nlat = 2\n\n[clocks]',
            "places Port: none → 2°N 1°E (changed)",
        ),
        (
            "[clocks]",
            '[[places]]\nname = "Bay"\narea = { circle = { lon = 1, lat = 2, radius = "1NM" } }\n\n[clocks]',
            "places Bay: none → 2°N 1°E, a circle of 1 NM about 2°N 1°E (changed)",
        ),
        (
            "[clocks]",
            '[atmosphere]\naltimetry = "60m"\n\n[clocks]',
            (
                "atmosphere: 950 to 1050 hPa, -30 to 25 °C of the standard, altimeters within 75 m → "
                "950 to 1050 hPa, -30 to 25 °C of the standard, altimeters within 60 m (changed)"
            ),
        ),
    ],
)
def test_each_item_says_what_becomes_of_it(old: str, new: str, words: str) -> None:
    (found,) = told(changed(old, new))
    assert found.replace(",952", "952") == words


def test_a_recipient_who_is_taken_off() -> None:
    one, other = (
        changed("recipients = []", f"recipients = {names}") for names in ('["Owl", "Tern"]', '["Owl"]')
    )
    assert told(other, one) == ["release Tern, recipients: Tern → none (narrower)"]


def test_what_is_allotted_and_what_no_longer() -> None:
    for activity, area, words in (
        ("*", "", "every activity from 22:00 to 06:30 UTC"),
        (
            "gunnery",
            'area = { circle = { lon = 1, lat = 2, radius = "1NM" } }\n',
            "gunnery from 22:00 to 06:30 UTC in a circle of 1 NM about 2°N 1°E",
        ),
    ):
        named = f'[[allotments]]\nparty = "Red Kite"\nactivity = "{activity}"\n'
        data = changed("[clocks]", f'{named}hours = ["22:00", "06:30"]\n{area}\n[clocks]')
        assert told(data) == [f"allotments Red Kite: none → {words} (stricter)"]
        assert told(FIRST, data) == [f"allotments Red Kite: {words} → none (looser)"]


def test_a_party_that_joins_and_one_that_leaves() -> None:
    found = read().agreement
    joined = structs.replace(found, parties=(*PARTIES, Party("x", "Grey Seal")))
    assert [sentence(each) for each in differences(found, joined)] == [
        "parties Grey Seal: none → Grey Seal (changed)"
    ]
    left = list(differences(joined, structs.replace(joined, parties=PARTIES)))
    assert [sentence(each) for each in left] == ["parties Grey Seal: Grey Seal → none (changed)"]
    assert PARTIES[1].name == B.name


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        ((rule(3),), (rule(3), Rule(1, 9, 1)), "stricter"),
        ((rule(3), Rule(1, 9, 1)), (rule(3),), "looser"),
        ((rule(3), Rule(1, 9, 1)), (rule(5), Rule(1, 8, 1)), "changed"),
        ((rule(3), Rule(1, 9, 1)), (rule(5), Rule(1, 9, 1)), "stricter"),
    ],
)
def test_rows_of_several_rules(old: tuple[Rule, ...], new: tuple[Rule, ...], effect: Effect) -> None:
    one, other = (with_rows(row("a", "b", *rules), every(rule(1))) for rules in (old, new))
    (found,) = differences(one, other)
    assert (found.effect, found.whom, found.kind) == (effect, ("a", "b"), "rules")
    assert "; and " in sentence(found)


def test_not_compared_and_any_are_as_far_but_not_the_same_words() -> None:
    one, other = (with_rows(every(rule(1, f=f))) for f in (None, "any"))
    (found,) = differences(one, other)
    assert found.effect == "changed"


def test_for_json() -> None:
    (_, found) = differences(read().agreement, read(after(FIRST)).agreement)
    assert document(found) == {
        "what": "separation",
        "whom": ["*", "*"],
        "part": "horizontal",
        "before": "3 NM",
        "after": "5 NM",
        "effect": "stricter",
        "words": "separation every other pair, horizontal: 3 NM → 5 NM (stricter)",
    }


@pytest.mark.parametrize(
    ("found", "kind", "words"),
    [
        (NAUTICAL_MILE + 1, "length", "1852.0001 m"),
        (NAUTICAL_MILE * 5 // 2, "length", "2.5 NM"),
        (1_000_000, "length", "100 m"),
        (1_000_000, "height", "100 m"),
        (0, "length", "0 NM"),
        (0, "duration", "0 s"),
        (1, "duration", "1 ms"),
        (172_800_000, "duration", "48 h"),
        (2_400_000_000, "frequency", "2.4 GHz"),
        (25_000, "frequency", "25 kHz"),
        (7, "frequency", "7 Hz"),
        (7, "value", "7"),
    ],
)
def test_figures_are_exact(found: int, kind: str, words: str) -> None:
    assert figure(found, kind).replace("1,852", "1852") == words


def test_rules_in_words() -> None:
    assert value((Rule(NAUTICAL_MILE, "any", 0, 10**6),), "rules") == "1 NM, any, 0 s, 1 MHz"
    assert value(b"\0", "value") == "aa"


def test_what_alerts_call_is_told_part_by_part() -> None:
    assert told(WATCHED) == [
        *[
            f"watch {name}, call: no → yes (wider)"
            for name in ("closing", "entry", "unplanned", "nonconforming", "lost", "unknown")
        ],
        "watch, place: none → true (changed)",
        "watch, look ahead: none → 5 min (changed)",
        "watch, a day: none → 50 (changed)",
    ]
    assert told(FIRST, WATCHED)[0] == "watch closing, call: yes → no (narrower)"
    for old, new, words in (
        (b'place = "true"', b'place = "coarse"', "watch, place: true → coarse (narrower)"),
        (b"a_day = 50", b"a_day = 60", "watch, a day: 50 → 60 (wider)"),
        (b'look_ahead = "5min"', b'look_ahead = "6min"', "watch, look ahead: 5 min → 6 min (changed)"),
        (b'"closing", "entry"', b'"entry"', "watch closing, call: yes → no (narrower)"),
    ):
        at = WATCHED.rindex(old)
        assert told(WATCHED[:at] + new + WATCHED[at + len(old) :], WATCHED) == [words]
