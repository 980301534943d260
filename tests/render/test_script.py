"""What is told word for word: all of the view, and nothing of it outside what is said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from msgspec import structs

from wideberth.model.manual import ANSWERS, CHANNELS
from wideberth.render import script, spoken
from wideberth.render.script import Notice
from wideberth.render.wording import FORMS
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle, Corridor, Point, Polygon
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Frequencies, Pad, Volume

START = 1_900_000_000_000
CIRCLE = Volume(
    Circle((330_000_000, -340_000_000), 5_000 * METRE), SURFACE, UNLIMITED, START, START + 3_600_000
)
WORDS = {"degrees": "°", "minutes": "′", "decimal": "."}
NUMBERS = {word: str(n) for n, word in enumerate(spoken.DIGITS)}
PLACE = re.compile(r"(\d+)°(\d\d\.\d\d)′([NS]) (\d+)°(\d\d\.\d\d)′([EW])")
points = st.tuples(st.integers(-180 * DEGREE, 180 * DEGREE), st.integers(-89 * DEGREE, 89 * DEGREE))


def notice(*volumes: Volume, **more: object) -> Notice:
    found = Notice(
        "South",
        "telephone",
        "full",
        "n-abc234defghijklmnopqrstuvw",
        2,
        "accepted",
        "survey",
        "KITE 7",
        volumes,
    )
    return structs.replace(found, **more)


def read(text: str) -> tuple[float, float]:
    """A position as it is written, (lon, lat) in degrees."""
    found = PLACE.fullmatch(text)
    assert found is not None, text
    lat, lon = (int(found[k]) + float(found[k + 1]) / 60 for k in (1, 4))
    return lon * (-1 if found[6] == "W" else 1), lat * (-1 if found[3] == "S" else 1)


def heard(text: str) -> str:
    """A position as it is read aloud, written down again."""
    sides = {"north": "N", "south": "S", "east": "E", "west": "W"}
    halves = text.split("; ")
    return " ".join("".join({**NUMBERS, **WORDS, **sides}[word] for word in half.split()) for half in halves)


@given(points)
def test_no_position_moves_further_than_the_room_for_it(point: Point) -> None:
    written = script.position(point)
    lon, lat = read(written)
    _, _, away = GEOD.inv(point[0] / DEGREE, point[1] / DEGREE, lon, lat)
    assert away * METRE < script.ROUNDING
    assert heard(spoken.position(written)) == written


@given(st.integers(0, 10_000 * METRE))
def test_a_length_is_said_larger_and_round(length: int) -> None:
    said = script.outwards(length)
    assert length + script.ROUNDING <= said < length + script.ROUNDING + 10 * METRE
    assert said % (10 * METRE) == 0


@given(
    st.integers(0, 3_000_000), st.integers(0, 90_000), st.integers(-50, 40_000), st.integers(0, 3_000 * METRE)
)
@settings(max_examples=50)
def test_times_and_levels_are_said_outwards(late: int, pad_ms: int, feet: int, pad: int) -> None:
    low, high = Altitude("MSL", feet * FOOT + 7), Altitude("MSL", (feet + 1_000) * FOOT + 7)
    volume = Volume(CIRCLE.ground, low, high, START + late, START + 2 * late + 1, pad=Pad(0, pad, pad_ms))
    said = [int(each.split(" ft")[0].replace(",", "")) * FOOT for each in script.levels(volume)]
    assert said[0] <= low.value - pad and said[1] >= high.value + pad
    assert said[0] > low.value - pad - FOOT and said[1] < high.value + pad + FOOT
    first, last = script.times(volume).split(" – ")
    assert first <= script.times(structs.replace(volume, pad=Pad())).split(" – ")[0]
    assert last >= script.times(structs.replace(volume, pad=Pad())).split(" – ")[1]


def test_a_voice_script_says_all_of_it_digit_by_digit() -> None:
    text = script.text(notice(CIRCLE), "voice")
    assert "Notice: alfa bravo charlie two three four, version two." in text
    assert "Callsign: kilo india tango echo, seven." in text
    assert "three four degrees zero zero decimal zero zero minutes south" in text
    assert "Radius: five zero two zero metres." in text
    assert "one seven March two zero three zero, at one seven four six Zulu, until one seven March" in text
    assert "from the surface up to unlimited" in text
    assert "Please read it back." in text and "gives no permission" in text and "Silence is no answer" in text
    for word in ("safe", "cleared", "approved"):
        assert word not in text


def test_the_form_and_the_mail_hold_the_same_figures() -> None:
    area = Polygon(
        (
            ((0, 0), (10_000_000, 0), (0, 10_000_000)),
            ((100_000, 100_000), (200_000, 100_000), (100_000, 200_000)),
        )
    )
    line = Corridor(((0, 0), (0, 1_000_000)), 100 * METRE, "lonlat")
    band = structs.replace(CIRCLE, band=Frequencies(1_000, 2_000))
    found = notice(structs.replace(CIRCLE, ground=area), structs.replace(CIRCLE, ground=line), band)
    mail, page = script.text(found, "e-mail"), html.fromstring(script.text(found, "form"))
    cells = ["".join(map(str, each.itertext())) for each in page.iter("td")]
    for _, some in script.facts(found, aloud=False):
        for each in some:
            assert each.written in mail and each.written in cells
    assert "keep clear of all of it" in mail and "straight in latitude and longitude" in mail
    assert "1000 Hz to 2000 Hz" in mail
    assert all(each in "".join(map(str, page.itertext())) and each in mail for each in ANSWERS)
    assert mail.startswith("Subject: Notice ABC234, version 2: survey, planned\n")


def test_many_corners_are_read_aloud_as_a_box_and_written_each() -> None:
    ring = (*((100_000 * k, 100_000 * (k % 2)) for k in range(20)), (0, 5_000_000))
    found = notice(structs.replace(CIRCLE, ground=Polygon((ring,))))
    voice, mail = script.text(found, "voice"), script.text(found, "e-mail")
    assert "a box" in voice and "from zero" in voice and "point 20" not in voice
    assert "point 21" in mail
    far = structs.replace(
        CIRCLE, ground=Polygon((tuple((k * 200_000_000 - 1_700_000_000, 890_000_000) for k in range(18)),))
    )
    assert "all longitudes" in script.text(notice(far), "voice")


def test_coarse_ended_and_unbounded_are_said() -> None:
    assert "larger than what is planned" in script.text(notice(CIRCLE, level="coarse"), "voice")
    assert "fewer corners" in script.text(notice(CIRCLE, simplified=True), "e-mail")
    ended = script.text(notice(CIRCLE, state="ended"), "voice")
    assert "ended: nothing of it is there any more" in ended and "Volume" not in ended
    open_ended = structs.replace(CIRCLE, start=None, end=None, upper=SURFACE, pad=Pad(0, 100 * METRE, 0))
    text = script.text(notice(open_ended), "voice")
    assert "in force now, until further notice" in text and "three two niner feet above ground" in text
    assert script.text(notice(CIRCLE, callsign=""), "voice").count("Callsign") == 0


def test_what_somebody_wrote_begins_no_line_of_its_own_and_no_markup() -> None:
    wicked = notice(CIRCLE, activity="survey\nSubject: other", callsign="<b>\u202e", to="South\r\nBcc: x")
    mail, page = script.text(wicked, "e-mail"), script.text(wicked, "form")
    assert mail.count("\nSubject:") == 0 and "\u202e" not in mail + page and "<b>" not in page
    assert "\nBcc" not in script.text(wicked, "voice")


def test_a_view_has_one_text_and_few_words_for_a_list() -> None:
    found = notice(CIRCLE, CIRCLE)
    assert {script.text(found, each) for each in FORMS} == {
        script.text(notice(CIRCLE, CIRCLE), each) for each in FORMS
    }
    assert len({script.text(found, each) for each in FORMS}) == len(FORMS)
    assert script.what(found).startswith(
        "survey KITE 7, planned: 2030-03-17 17:46Z"
    ) and "and 1 more" in script.what(found)
    assert script.what(notice(state="ended")) == "survey KITE 7: ended: nothing of it is there any more"
    assert len(script.what(notice(CIRCLE, activity="x" * 200, callsign="y" * 200))) <= 300
    assert set(script.CHANNELS) == set(CHANNELS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FL310", "flight level three one zero"),
        ("-50 ft HAE", "minus five zero feet above the ellipsoid"),
        ("400 ft MSL/ALT", "four zero zero feet above mean sea level, or on the altimeter"),
        ("something", "something"),
    ],
)
def test_levels_aloud(text: str, said: str) -> None:
    assert spoken.level(text) == said


def test_names_aloud() -> None:
    assert spoken.name("Ab-3 ש") == "alfa bravo - three, ש"
    assert len(spoken.LETTERS) == 26 and len(spoken.MONTHS) == 12
    assert spoken.time("in force now") == "in force now"
