"""A call in every language from the same code and fields: text, pages, side by side, and as it is said."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from rich.console import Console

from tests.desk.phrased import ANYTHING, BOOK, TEXTS, calls
from wideberth.desk import phrase_values
from wideberth.formats import gazetteer
from wideberth.ledger.canonical import Value
from wideberth.model.call import PHASES
from wideberth.model.phrase import KINDS, LANGUAGES, NAMES, RIGHT_TO_LEFT, Field, Language
from wideberth.render import call, call_read_back, call_script, call_sides, call_table, call_values
from wideberth.render.call import Shown
from wideberth.render.call_values import FSI, LRI, PDI, RLI, Around
from wideberth.space.notation import read_place
from wideberth.space.words import Named

LANGUAGE = st.sampled_from(LANGUAGES)
PLACE: Value = {
    "lat_e7": 353353333,
    "lon_e7": 401383333,
    "words": "מדרום לגשר",
    "notation": "37S EV 1 2",
}
CHECK = Shown(
    "CHECK",
    {
        "place": PLACE,
        "altitude": {"value": 3000, "unit": "ft", "datum": "MSL"},
        "seen_at": {"at_ms": 1_795_428_300_000},
        "callsign": {"name": "СОКОЛ 3", "latin": "SOKOL 3"},
    },
    "flash",
    "officer",
    "he",
    "אנחנו כאן",
    "k-" + "a" * 26,
    "k-" + "b" * 26,
    "South",
    1_795_428_360_000,
)
AROUND = Around(
    named=(Named("Old Mill", (401400000, 353300000)), Named("Far", (0, 0))), own=(401000000, 353000000)
)


def parsed(page: str) -> Any:
    """lxml's types of what a path finds are wider than any use of it."""
    return lxml_html.document_fromstring(page.partition("\n")[2])


def bare(text: str) -> str:
    return re.sub(f"[{LRI}{FSI}{PDI}{RLI}]", "", text)


def check_isolates(text: str) -> None:
    """Each line closes what it opens, and nothing else turns the order."""
    for line in text.splitlines():
        depth = 0
        for sign in line:
            depth += (sign in (LRI, FSI, RLI)) - (sign == PDI)
            assert depth >= 0
            assert sign not in "\u202a\u202b\u202c\u202d\u202e"
        assert depth == 0


def check_page(page: str, language: Language) -> None:
    found = parsed(page)
    assert found.get("lang") == language
    assert found.get("dir") == ("rtl" if language in RIGHT_TO_LEFT else "ltr")
    assert found.xpath("//script | //link | //img | //@src | //@href | //@onclick") == []
    assert page.count("<bdi") == page.count("</bdi>")
    assert not re.search(f"[{LRI}{FSI}{PDI}{RLI}]", page)


@settings(deadline=None)
@given(calls(), LANGUAGE)
def test_every_call_is_shown_in_every_language(said: Shown, language: Language) -> None:
    found = call.lines(BOOK, said, language)
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert {each.name for each in found} == {*said.fields, "code"} | ({"text"} if said.text else set())
    assert not any(each.unread for each in found)
    text = call.text(BOOK, said, language)
    check_isolates(text)
    assert (BOOK.word("word.unchecked", language) in text) == (language != "en")
    assert (BOOK.word("word.exercise", language) in text.splitlines()[0]) == said.exercise
    check_page(call.page(BOOK, said, language), language)
    script = call_script.script(BOOK, said, language)
    check_isolates(script)
    assert script.count(BOOK.word("word.expected", language)) == len(found) - 1
    assert script.count(f"{BOOK.word('word.exercise', language)}") == 6 * said.exercise


@settings(deadline=None)
@given(
    st.sampled_from([*BOOK.phrases, "NEWER\u202e", "<b>x</b>"]),
    st.dictionaries(st.sampled_from(["place", "at", "notice", "<i>", "x\u2066"]), ANYTHING),
    LANGUAGE,
    TEXTS,
)
def test_whatever_was_said_is_shown(code: str, fields: dict[str, Value], language: Language, to: str) -> None:
    said = Shown(code, fields, "flash", to, "<", "<script>\u2067\u202e", "<", "&", "<b>", exercise=True)
    check_isolates(call.text(BOOK, said, language, AROUND))
    check_isolates(call_script.script(BOOK, said, language))
    check_page(call.page(BOOK, said, language, AROUND), language)
    check_page(call_sides.page(BOOK, said, (language, "ar"), {}, AROUND), language)
    shown = {each.name: each for each in call.lines(BOOK, said, language)}
    assert shown.keys() >= fields.keys()
    assert "\u202e" not in call.text(BOOK, said, language)


@settings(deadline=None, max_examples=30)
@given(calls())
def test_lines_have_the_same_numbers_in_every_language(said: Shown) -> None:
    rows = call_sides.sides(BOOK, said, LANGUAGES, {"code": "spoken"})
    assert all(len({(each.number, each.name) for each in row.sides}) == 1 for row in rows)
    assert [row.tick for row in rows] == ["spoken", *[None] * (len(rows) - 1)]
    console = Console(width=100, color_system=None)
    with console.capture() as captured:
        console.print(call_table.table(BOOK, said, LANGUAGES))
    check_isolates(captured.get())


FIGURES = {BOOK.texts["en"][f"word.spoken.{n}"]: str(n) for n in range(10)}
SIGNS = {"decimal": ".", "degrees": "°", "minutes": "'", "seconds": '"', "latitude": "", "longitude": " "}
SIDES = {"north": "N", "south": "S", "east": "E", "west": "W"}


@given(st.tuples(st.integers(-18 * 10**8, 18 * 10**8), st.integers(-9 * 10**8, 9 * 10**8)))
def test_a_place_written_down_as_it_is_said_is_the_very_same_place(point: tuple[int, int]) -> None:
    value: Value = {"lat_e7": point[1], "lon_e7": point[0], "words": None, "notation": None}
    said = call_script.said(BOOK, Field("place", "place"), value, "en")
    assert said is not None
    heard = "".join((FIGURES | SIGNS | SIDES)[word] for word in said.replace(";", "").split())
    assert read_place(heard).point == point


def test_one_call_in_english() -> None:
    assert call.text(BOOK, CHECK, "en", AROUND) == (
        "FLASH   CHECK\n"
        "To: duty officer\n"
        "From: South\n"
        "Said at: 2026-11-23 10:06Z\n"
        f"Call: k-{'a' * 26}\n"
        f"Answers the call: k-{'b' * 26}\n"
        "1. Meaning: Stop and check\n"
        "   You are near us, or at our position. Stop now, check, and answer.\n"
        "2. Place: 35°20.12′N 040°08.30′E\n"
        f"   In words: {FSI}מדרום לגשר{PDI}\n"
        "   As entered: 37S EV 1 2\n"
        "   611 m, north (346°) of Old Mill\n"
        "   5.2 km, north-east (042°) of your own position\n"
        "3. Altitude: 3000 ft above mean sea level (MSL)\n"
        "   ≈ 914 m\n"
        "4. Seen at: 2026-11-23 10:05Z\n"
        "   Monday 23 November 2026, 10:05 UTC\n"
        "5. Callsign: СОКОЛ 3\n"
        "   In Latin letters: SOKOL 3\n"
        f"6. Free text, not of the phrase book: {FSI}אנחנו כאן{PDI}\n"
        f"   (In the language of the caller: {FSI}עברית{PDI})\n"
        "An acknowledgement is no permission. Silence is no answer and no consent.\n"
    )


def test_the_same_call_in_the_others() -> None:
    for language in LANGUAGES:
        shown = bare(call.text(BOOK, CHECK, language, AROUND))
        for same in (
            "35°20.12′N 040°08.30′E",
            "מדרום לגשר",
            "37S EV 1 2",
            "3000",
            "914",
            "10:05Z",
            "СОКОЛ 3",
            "אנחנו כאן",
        ):
            assert same in shown
        assert BOOK.word("phrase.CHECK.text", language) in shown
    right = call.text(BOOK, CHECK, "ar")
    assert all(line.startswith(RLI) and line.endswith(PDI) for line in right.splitlines())
    assert f"{LRI}35°20.12′N 040°08.30′E{PDI}" in right
    assert '<bdi dir="ltr">35°20.12′N 040°08.30′E</bdi>' in call.page(BOOK, CHECK, "he")


def test_what_this_book_does_not_have_is_shown_as_it_came() -> None:
    said = Shown("NEWER", {"colour": {"rgb": [1, 2]}}, "priority", "watch")
    assert call.text(BOOK, said, "en").splitlines()[2:4] == [
        "1. Meaning: The code NEWER is not in this phrase book. It is shown as it came. Ask what it means.",
        '2. colour (Not in this phrase book): {"rgb":[1,2]}',
    ]
    half = Shown("CHECK", {"place": {"lat_e7": 1}, "what": "our_ship"}, "flash", "officer")
    assert [(each.name, each.unread, each.values[0]) for each in call.lines(BOOK, half, "en")[1:]] == [
        ("place", True, '{"lat_e7":1}'),
        ("what", True, '"our_ship"'),
    ]
    none = call.lines(BOOK, Shown("CHECK", {}, "flash", "officer"), "en")
    assert (none[1].values, none[1].unread) == (("needed, and not given",), True)


def test_free_text_alone() -> None:
    said = Shown(None, {}, "routine", "deputy", "ru", "Добрый вечер")
    assert call.text(BOOK, said, "en").splitlines()[:5] == [
        "ROUTINE   Free text alone, no code",
        "To: deputy",
        "1. Meaning: Free text alone, no code",
        "2. Free text, not of the phrase book: Добрый вечер",
        "   (In the language of the caller: Русский)",
    ]
    check_page(call_sides.page(BOOK, said, ("he", "ru")), "he")
    assert "Добрый вечер" in call_script.script(BOOK, said, "ar")


def test_the_seat_of_an_interpreter_has_boxes_to_tick() -> None:
    page = call_sides.page(BOOK, CHECK, ("he", "ru"), {"code": "spoken", "place": "not_understood"}, AROUND)
    found = parsed(page)
    rows = [[each.text for each in row.xpath("td[@class='box']")] for row in found.xpath("//table/tr")[2:]]
    assert rows[:3] == [["☒", "☐"], ["☐", "☒"], ["☐", "☐"]]
    columns = found.xpath("//table/tr[3]/td[@lang]")
    assert [(each.get("lang"), each.get("dir")) for each in columns] == [("he", "rtl"), ("ru", "ltr")]
    console = Console(width=100, color_system=None)
    with console.capture() as captured:
        console.print(call_table.table(BOOK, CHECK, ("en", "he"), {"place": "not_understood"}))
    shown = captured.get()
    assert "☒ Not understood" in " ".join(shown.split()) or "☒ Not" in shown
    assert "he: Not checked by a native officer" in shown
    assert "no consent" in shown


def test_an_exercise_says_so_on_every_side() -> None:
    said = Shown("STAND-BY", {"answer_by": {"at_ms": 0}}, "immediate", "officer", exercise=True)
    page = call_sides.page(BOOK, said, LANGUAGES)
    assert all(BOOK.word("word.exercise", each) in page for each in LANGUAGES)
    assert call.page(BOOK, said, "ru").count("УЧЕНИЕ") == 1
    assert "EXERCISE · IMMEDIATE" in str(call_table.table(BOOK, said, ("en", "ru")).title)


def test_a_script_is_said_digit_by_digit() -> None:
    script = call_script.script(BOOK, CHECK, "en")
    assert "FLASH, FLASH, FLASH." in script
    assert "CHECK, charlie hotel echo charlie kilo." in script
    assert (
        "2 (two). Place: latitude three five degrees two zero decimal one two minutes north; longitude zero"
        f" four zero degrees zero eight decimal three zero minutes east. In words: {FSI}מדרום לגשר{PDI}.\n"
        "     Read-back expected: 35°20.12′N 040°08.30′E\n"
    ) in script
    assert "three zero zero zero feet above mean sea level" in script
    assert "23 November 2026, at one zero zero five UTC" in script
    assert "СОКОЛ 3; sierra oscar kilo oscar lima, three" in script
    assert "широта три пять градусов два ноль запятая один два минут" in call_script.script(BOOK, CHECK, "ru")


@pytest.mark.parametrize(
    ("kind", "value", "written", "said"),
    [
        (
            "altitude",
            {"value": 310, "unit": "FL", "datum": "FL"},
            "FL310, on standard pressure",
            "flight level three one zero",
        ),
        (
            "altitude",
            {"value": 500, "unit": "m", "datum": "FL"},
            "500 m on standard pressure (FL)",
            "five zero zero metres on standard pressure",
        ),
        (
            "altitude",
            {"value": -5, "unit": "m", "datum": "AGL"},
            "−5 m above ground (AGL)",
            "minus five metres above ground",
        ),
        ("altitude", {"value": 0, "unit": "m", "datum": "SFC"}, "the surface (SFC)", "the surface"),
        ("distance", {"unit": "NM", "value_e3": 2500}, "2.5 NM", "two decimal five nautical miles"),
        ("distance", {"unit": "m", "value_e3": 300000}, "300 m", "three zero zero metres"),
        ("duration", {"ms": 5_400_000}, "1 h 30 min", "one hours, three zero minutes"),
        ("duration", {"ms": 1_001}, "1 s 1 ms", "one seconds, one milliseconds"),
        ("duration", {"ms": 0}, "0 min", "zero minutes"),
        ("frequency", {"hz": 121_500_000}, "121.5 MHz", "one two one decimal five megahertz"),
        ("frequency", {"hz": 8_215_500}, "8.2155 MHz", "eight decimal two one five five megahertz"),
        ("frequency", {"hz": 10_000_000_000}, "10 GHz", "one zero zero zero zero megahertz"),
        ("frequency", {"hz": 455_000}, "455 kHz", "four five five kilohertz"),
        ("frequency", {"hz": 50}, "50 Hz", "zero decimal zero five kilohertz"),
        ("bearing", {"deg": 7, "north": "magnetic"}, "007° (magnetic)", "zero zero seven degrees, magnetic"),
        ("count", 12, "12", "one two"),
        ("yes_no", False, "no", None),
        ("role", "the harbour master", "the harbour master", None),
        (
            "time",
            {"at_ms": 1_795_428_300_250},
            "2026-11-23 10:05:00.250Z",
            "23 November 2026, at one zero zero five, zero zero decimal two five zero seconds UTC",
        ),
        ("case", "a" * 52, "a" * 52, "alfa alfa alfa alfa alfa alfa"),
        ("callsign", {"latin": None, "name": "KITE 7"}, "KITE 7", "kilo india tango echo, seven"),
    ],
)
def test_values(kind: str, value: Value, written: str, said: str | None) -> None:
    field = Field("f", next(each for each in KINDS if each == kind))
    assert call_values.value(BOOK, field, value, "en")[0] == written
    assert call_script.said(BOOK, field, value, "en") == said


def test_a_place_at_a_name_and_far_away() -> None:
    field = Field("place", "place")
    at = Around(named=(Named("Old Mill", (401383333, 353353333)),))
    assert call_values.value(BOOK, field, PLACE, "en", at)[-1] == "at Old Mill"
    far = call_values.value(BOOK, field, PLACE, "ru", Around(own=(0, 0)))[-1]
    assert re.fullmatch(r"\d{4} км, северо-восток \(\d{3}°\) от: ваша собственная позиция", far)
    assert phrase_values.place(PLACE, "").point == (401383333, 353353333)


def test_a_place_is_told_from_the_nearest_town() -> None:
    towns = gazetteer.read((files("wideberth.data") / "gazetteer.bin.z").read_bytes())
    shown = call_values.value(BOOK, Field("place", "place"), PLACE, "he", Around(towns))[-1]
    assert bare(shown) == "233 מ׳, מערב (254°), מנקודה: Deir ez-Zor, SY"


def test_names_of_languages_are_as_their_speakers_write_them() -> None:
    assert set(NAMES) == set(LANGUAGES)


def test_a_read_back_stands_beside_what_was_said() -> None:
    heard: dict[str, Value] = {**CHECK.fields}
    heard |= {"altitude": {"value": 3000, "unit": "ft", "datum": "AGL"}, "what": "our_convoy"}
    del heard["seen_at"]
    assert call_read_back.text(BOOK, CHECK, heard, "en") == (
        "2. Place: the same\n"
        "3. Altitude: DIFFERS\n"
        "   Said: 3000 ft above mean sea level (MSL)\n"
        "   Read-back: 3000 ft above ground (AGL)\n"
        "4. Seen at: not read back\n"
        "   Said: 2026-11-23 10:05Z\n"
        "5. Callsign: the same\n"
        "What it is: read back, and never said\n"
        "   Read-back: a convoy of ours\n"
    )
    check_isolates(call_read_back.text(BOOK, CHECK, heard, "ar"))


@settings(deadline=None)
@given(calls(), st.dictionaries(st.sampled_from(["place", "at", "code", "text", "x"]), ANYTHING), LANGUAGE)
def test_whatever_was_read_back_is_shown(said: Shown, heard: dict[str, Value], language: Language) -> None:
    check_isolates(call_read_back.text(BOOK, said, heard, language, AROUND))
    found = call_read_back.rows(BOOK, said, said.fields, language)
    assert {each.name for each in found} == set(said.fields)
    assert all(each.result == "matched" and each.said == each.heard for each in found)


def test_how_far_it_has_come_has_words_in_every_language() -> None:
    for how in (*PHASES, "delivered", "seen"):
        for language in LANGUAGES:
            assert f"word.{how.replace(' ', '_')}" in BOOK.texts[language]
            assert call_read_back.rung(BOOK, how, language)
    shown = call_read_back.rung(BOOK, "relayed", "en", by_us=True)
    assert shown == "passed on to the cell that carries it out (reported by us, not signed by them)"
