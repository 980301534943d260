"""The text that is handed down, the tree as a picture, the slip: what they say, and what not."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.formats import made_plans
from tests.story.desks import START, circle
from wideberth.desk import relay_entries
from wideberth.model.relay import NEVER
from wideberth.render import relay_page, relay_text, relay_tree
from wideberth.render.relay_text import Subject
from wideberth.render.relay_tree import Branch, Tree
from wideberth.space.volume import Pad

ID = "n-q2mf7a" + "a" * 20
SUBJECT = Subject("told by South", ID, 2, "full", "survey", "heron 1", (circle(33.0, 34.0, START),))
MIN = 60_000


def test_the_text_says_all_of_it_and_what_it_is_not() -> None:
    said = relay_text.text(SUBJECT)
    assert said.splitlines()[0] == "TOLD BY SOUTH: NUMBER Q2MF7A, VERSION 2"
    for words in ("survey", "heron 1", "2027-01-17 08:00Z", "1,000 ft MSL to 2,000 ft MSL", "5,020 m", NEVER):
        assert words in said, words
    assert said == relay_text.text(SUBJECT)  # without a clock: one version, one text


def test_a_state_is_none_of_it_so_that_a_plan_that_begins_needs_no_new_confirmation() -> None:
    assert "planned" not in relay_text.text(SUBJECT) and "under way" not in relay_text.text(SUBJECT)


def test_what_is_read_back_is_the_earliest_start_to_the_minute() -> None:
    assert (relay_text.start_ms(SUBJECT), relay_text.read_back(SUBJECT)) == (START, "0800")
    odd = circle(33.0, 34.0, START + 90_500)
    earlier = structs.replace(odd, pad=Pad(0, 0, 2 * MIN))
    both = structs.replace(SUBJECT, volumes=(circle(33.0, 34.0, START + 5 * MIN), earlier))
    assert relay_text.read_back(both) == "0759" and "begins: 2027-01-17 07:59Z" in relay_text.text(both)
    assert "four figures" in relay_text.asked("0800") and "number" in relay_text.asked("Q2MF7A")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"volumes": (structs.replace(circle(33.0, 34.0, START), start=None),)}, "in force now"),
        ({"volumes": (), "level": "conflict-only"}, "is not told: ask"),
    ],
)
def test_without_a_start_the_number_is_read_back(change: dict[str, object], words: str) -> None:
    found = structs.replace(SUBJECT, **change)
    assert relay_text.start_ms(found) is None and relay_text.read_back(found) == "Q2MF7A"
    assert words in relay_text.text(found)


def test_how_it_is_shown_is_said() -> None:
    assert "coarse grid" in relay_text.text(structs.replace(SUBJECT, level="coarse"))
    assert "fewer corners" in relay_text.text(structs.replace(SUBJECT, simplified=True))
    marked = relay_text.text(structs.replace(SUBJECT, mark="EXERCISE", name="Supply run"))
    assert marked.startswith("EXERCISE\n") and "Supply run" in marked


@given(st.lists(made_plans.volumes(), min_size=1, max_size=60), st.text(max_size=100), st.text(max_size=60))
def test_every_text_fits_and_counts_what_it_leaves_out(
    volumes: list[object], activity: str, whose: str
) -> None:
    found = structs.replace(SUBJECT, volumes=tuple(volumes), activity=activity, whose=whose)
    said = relay_text.text(found)
    assert len(said) <= relay_entries.TEXT
    assert 0 < len(relay_text.read_back(found)) <= relay_entries.READ_BACK
    assert relay_text.read_back(found).isalnum()
    told = said.count("\nVolume ")
    assert told == len(volumes) or f"AND {len(volumes) - told} MORE" in said
    # whatever somebody wrote begins no line of its own
    assert said.splitlines()[0].endswith("VERSION 2")


def branches(*chains: relay_tree.Chain) -> tuple[Branch, ...]:
    return tuple(
        Branch(f"cell {k}", k, chain, chain == "whole", "nothing said", executor=k == len(chains) - 1)
        for k, chain in enumerate(chains)
    )


def test_a_broken_branch_is_said_by_mark_words_frame_and_line() -> None:
    found = Tree("OUR PLAN", "as of now", branches("whole", "broken", "below"), "EXERCISE")
    drawn = relay_tree.svg(found)
    root = ET.fromstring(drawn)
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "✗" in texts and "BROKEN HERE" in texts and any("below a break" in each for each in texts)
    assert "BROKEN in 1 place: 2 of 3 cells have not confirmed" in texts
    assert texts[0] == "EXERCISE OUR PLAN" and NEVER in texts
    frames = [
        each for each in root.iter("{http://www.w3.org/2000/svg}rect") if each.get("stroke-width") == "3"
    ]
    assert len(frames) == 1
    dashed = [each for each in root.iter("{http://www.w3.org/2000/svg}path") if each.get("stroke-dasharray")]
    assert len(dashed) == 2


def test_a_whole_tree_says_so_and_no_word_of_safety() -> None:
    found = Tree("OUR PLAN", "as of now", branches("whole", "whole"))
    page = relay_tree.html(found)
    assert "WHOLE: all 2 cells have confirmed this exact text" in page
    assert "BROKEN" not in page and "✗" not in page and "safe" not in page.lower()
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org", "")


def test_a_leaf_that_confirms_below_a_break_is_not_shown_as_reached() -> None:
    leaf = Branch("crew", 2, "below", True, "confirmed 06:45Z", executor=True)
    assert relay_tree.label(leaf) == "✓ (below a break) crew, executing: confirmed 06:45Z"


def test_markup_in_names_is_text_in_every_picture() -> None:
    bad = Branch("<script>x</script>&", 0, "broken", False, '"><b>')
    for made in (relay_tree.svg(Tree("<b>", "<i>", (bad,))), relay_tree.html(Tree("<b>", "<i>", (bad,)))):
        assert "<script" not in made and "<b>" not in made and "<i>" not in made


def test_a_code_leads_to_its_page_and_survives_folds() -> None:
    url = f"https://relay.example.org/r/{'a' * 52}"
    code = relay_page.qr(url)
    # it has no size of its own: whoever shows it smaller or larger shows all of it
    assert ET.fromstring(code).tag.endswith("svg") and 'viewBox="0 0 ' in code and "width=" not in code
    slip = relay_page.slip(relay_page.Slip("crew 1", "air desk", "OUR PLAN", "lusab-babad", url))
    assert code in slip and "air desk" in slip and "lusab babad" in slip
    for words in ("It is not done until you have answered", "Silence is no answer", NEVER):
        assert words in slip
