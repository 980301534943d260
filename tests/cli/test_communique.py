"""`wideberth communique`: drawn up, signed, differed from, published, corrected, withdrawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Desk, desk
from tests.story import whole
from wideberth.ledger import approval
from wideberth.ledger.approval import Subject
from wideberth.render.mark import MARK

EN = "Hours were agreed\n\nBoth parties keep apart.  \n\nThey will meet again.\n"
HE = "הוסכמו שעות\r\n\r\nשני הצדדים שומרים מרחק.\r\n"
OTHER = "Hours were discussed\n\nBoth parties keep apart.\n"
STRIP = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", '
    '"coordinates": [33.0, 34.0]}, "properties": {"plan": "canary", "party": "north", "callsign": "canary", '
    '"start": "2027-02-01T06:00:00Z", "end": "2027-02-01T07:00:00Z", "radius_m": 5000}}]}'
)


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        for name, text in (("en", EN), ("he", HE), ("other", OTHER), ("strip.geojson", STRIP)):
            (found.config / name).write_text(text)
        yield found


def new(two: Desk, *more: str) -> str:
    """The id."""
    text = ("--text", f"en={two.config / 'en'}", "--text", f"he={two.config / 'he'}")
    ran = two.done("communique", "new", *text, *more, "--json", role="releasing")
    whole.settle(two.two)
    found: Any = ran.json
    return str(found["communique"]["communique"])


def approvals(two: Desk, name: str, at: str = "north", keys: tuple[int, ...] = (0, 1)) -> list[str]:
    """The options that hand in what officers have signed of the newest text."""
    text = two.config / f"{at}-{len(list(two.config.iterdir()))}.json"
    two.done("communique", "text", name, "--out", str(text), at=at)
    subject = Subject("release", hashlib.sha256(text.read_bytes()).digest())
    place = next(each for each in two.two.places if each.name == at)
    given = []
    for n in keys:
        file = Path(f"{text}.{n}.approval")
        file.write_bytes(approval.write(approval.sign(subject, place.officer(n))) + b"\n")
        given += ["--approval", str(file)]
    return given


def sign(two: Desk, name: str, at: str = "north") -> str:
    ran = two.done("communique", "sign", name, *approvals(two, name, at), at=at)
    whole.settle(two.two)
    return ran.out


def test_a_joint_one_from_draft_to_withdrawal(two: Desk) -> None:
    assert two.done("communique", "list").out == "no communiqués\n"
    name = new(two, "--with", "south")[:8]
    shown = two.done("communique", "show", name, at="south", role="observer")
    assert (
        "joint; on the public pages: nothing of it" in shown.out and "text       he: הוסכמו שעות" in shown.out
    )
    assert "key approve --what release" in shown.err
    one = two.done("communique", "text", name)
    assert one.out == two.done("communique", "text", name, at="south").out
    assert '"body":"Both parties keep apart.\\n\\nThey will meet again."' in one.out
    given = approvals(two, name)
    two.refused("communique.two", "communique", "sign", name, *given[:2])
    assert "signed by some" in sign(two, name)
    two.refused("communique.not_signed", "communique", "publish", name, role="releasing")
    told = two.done("communique", "show", name)
    assert "Not signed by south: that is no consent, and nothing is published." in told.err
    assert "approved" in sign(two, name, "south")
    assert "communique publish" in two.done("communique", "show", name).err
    done = two.done("communique", "publish", name, role="releasing")
    assert "published: it stands on this node's public pages" in done.out
    whole.settle(two.two)
    assert (
        "party      north: signed by 2 officers; published"
        in two.done("communique", "show", name, at="south").out
    )
    assert "version 1" in two.done("communique", "list").out
    gone = two.done("communique", "withdraw", name, "--why", "an error", role="releasing")
    assert "withdrawn" in gone.out and "an error" in gone.out
    whole.settle(two.two)
    assert "north has withdrawn it." in two.done("communique", "show", name, at="south").err


def test_differences_stand_side_by_side_and_the_next_version_is_signed(two: Desk) -> None:
    name = new(two, "--with", "south")
    other = f"en={two.config / 'other'}"
    words = "Title: nothing was agreed."
    two.done("communique", "differ", name, "--words", words, "--text", other, at="south")
    whole.settle(two.two)
    shown = two.done("communique", "show", name)
    assert f"differs: {words}" in shown.out and "version 1, side by side" in shown.out
    [row] = [line for line in shown.out.splitlines() if "Hours were agreed" in line and "discussed" in line]
    assert row.index("agreed") < row.index("discussed")
    two.refused("communique.not_signed", "communique", "publish", name)
    put: Any = two.done("communique", "correct", name, "--text", other, "--json").json
    assert [each["version"] for each in put["communique"]["versions"]] == [2, 1]
    whole.settle(two.two)
    first = put["communique"]["versions"][1]["sha256"]
    assert "agreed" in two.done("communique", "text", name, "--version", first[:8]).out
    assert "discussed" in two.done("communique", "text", name, "--version", "2").out
    sign(two, name)
    sign(two, name, "south")
    assert "on the public pages: version 2" in two.done("communique", "publish", name).out


def test_an_own_one_is_corrected_with_its_history(two: Desk) -> None:
    name = new(two, "--no-replies")
    sign(two, name)
    two.done("communique", "publish", name)
    two.refused("communique.why", "communique", "correct", name, "--text", f"en={two.config / 'other'}")
    two.done("communique", "correct", name, "--text", f"en={two.config / 'other'}", "--why", "The title.")
    sign(two, name)
    out = two.done("communique", "publish", name).out
    assert "corrects: The title." in out and out.count("published here first") == 2
    assert "replies    none are taken" in out


def test_drafts_of_notices_are_of_what_is_public_only(two: Desk) -> None:
    name = new(two, "--area", str(two.config / "strip.geojson"))
    two.refused("communique.not_public", "communique", "cap", name)
    sign(two, name)
    two.done("communique", "publish", name)
    marks = {
        "notam": "DRAFT - NOT FOR PROMULGATION",
        "navwarn": "DRAFT, NOT IN FORCE",
        "cap": ">Draft</status>",
    }
    for to, mark in marks.items():
        ran = two.done("communique", to, name)
        assert mark in ran.out and "canary" not in ran.out and "north" not in ran.out.casefold()[:400]
        assert "the competent authority checks, completes and issues it" in ran.err
    file = two.config / "draft.xml"
    assert "draft.xml is written" in two.done("communique", "cap", name, "--out", str(file)).err
    assert "34.0000000,33.0000000 5.000" in file.read_text()
    two.refused("output.exists", "communique", "cap", name, "--out", str(file))
    without = two.done("communique", "correct", name, "--no-area", "--why", "It is over.").out
    assert "corrects: It is over." in without
    sign(two, name)
    two.done("communique", "publish", name)
    two.refused("communique.no_area", "communique", "notam", name)


def test_what_is_refused(two: Desk) -> None:
    two.refused("communique.none", "communique", "show", "q-nothing")
    two.refused("communique.text", "communique", "new", "--text", "fr=x")
    two.refused("communique.text", "communique", "new", "--text", "en")
    two.refused("file.missing", "communique", "new", "--text", f"en={two.config / 'nowhere'}")
    for text in ("only a title\n", "a title\nno empty line\n", "\n\n", "a title\n\n\n"):
        (two.config / "bad").write_text(text)
        two.refused("communique.text", "communique", "new", "--text", f"en={two.config / 'bad'}")
    (two.config / "bad").write_bytes(b"\xff\xfe")
    two.refused("communique.encoding", "communique", "new", "--text", f"en={two.config / 'bad'}")
    (two.config / "bad").write_text("a\u202eb\n\nBody.\n")
    two.refused("communique.entry", "communique", "new", "--text", f"en={two.config / 'bad'}")
    name = new(two)
    two.refused("communique.version", "communique", "text", name, "--version", "7")
    two.refused("api.role", "communique", "publish", name, role="planner")
    new(two)
    two.refused("communique.several", "communique", "show", "hours were agreed")
    given = [*approvals(two, name, keys=(0,)), *approvals(two, new(two, "--no-replies"), keys=(1,))]
    two.refused("communique.version", "communique", "sign", name, *given)
    area = ("--area", str(two.config / "strip.geojson"), "--no-area")
    two.refused("communique.entry", "communique", "correct", name, *area)


def test_what_is_of_an_exercise_says_so() -> None:
    with desk(exercise=True) as two:
        (two.config / "en").write_text(EN)
        (two.config / "strip.geojson").write_text(STRIP)
        text, area = f"en={two.config / 'en'}", str(two.config / "strip.geojson")
        ran = two.done("communique", "new", "--text", text, "--area", area, "--json")
        found: Any = ran.json
        name = found["communique"]["communique"]
        sign(two, name)
        two.done("communique", "publish", name)
        alert = two.done("communique", "cap", name).out
        assert alert.startswith("<?xml") and f"<note>{MARK} " in alert
        assert "EXERCISE" in two.done("communique", "notam", name).out.splitlines()[0]
