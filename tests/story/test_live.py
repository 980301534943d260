"""A drill with a person, at a terminal that a test writes: what was typed, when, and the score of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from wideberth.cli import drill_live
from wideberth.errors import Refused
from wideberth.ledger.canonical import Value
from wideberth.model.guards import ALL
from wideberth.model.phrase import Field
from wideberth.node import phrases
from wideberth.render import score
from wideberth.story import exercise, live, playbook
from wideberth.story.exercise import Set
from wideberth.story.live import Score


class Script:
    """Lines with the second at which each is typed; the clock goes as it is waited."""

    def __init__(self, *lines: tuple[float, str]) -> None:
        self.now, self.lines = 0, [(round(at * 1_000), text) for at, text in lines]
        self.said: list[str] = []
        self.rings = 0

    def say(self, line: str) -> None:
        self.said.append(line)

    def ring(self) -> None:
        self.rings += 1

    def typed(self, within_ms: int) -> str | None:
        self.now += within_ms
        if self.lines and self.lines[0][0] <= self.now:
            text = self.lines.pop(0)[1]
            if text == "gone":
                raise EOFError
            return text
        return None

    def elapsed(self) -> int:
        return self.now

    def read(self, field: Field, text: str, now_ms: int) -> Value:
        return drill_live.read(field, text, now_ms)


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Set:
    return exercise.build(tmp_path_factory.mktemp("live"))


def played(of: Set, folder: Path, name: str, *lines: tuple[float, str]) -> tuple[Score, Script]:
    at = Script(*lines)
    with exercise.staged(of, folder, ALL) as stage:
        return live.play(name, stage, at, "en"), at


def test_who_does_it_well(of: Set, tmp_path: Path) -> None:
    back = "back 'place=34 24.0 N 33 00.0 E' seen_at=09:07Z"
    found, at = played(of, tmp_path, "deir-ez-zor-2016", (13, "take"), (25, back), (40, "answer relayed"))
    assert found.taken_s == pytest.approx(10, abs=2) and found.rung == ("officer",)
    assert (found.tries, found.differed, found.understood) == (1, (), True)
    assert (found.answer, found.fits) == ("relayed", True)
    assert found.done_s is not None and found.done_s < 45 and at.rings == 1
    assert any("EXERCISE" in each for each in at.said)


def test_who_is_late_and_reads_back_another_place(of: Set, tmp_path: Path) -> None:
    lines = (
        (70, "take"),
        (75, "back place=34.5,33.0 seen_at=2027-01-15T09:07:00Z"),
        (80, "back"),
        (85, "back nothing=1"),
        (87, "back 'place"),
        (90, "answer yes"),
        (95, "answer no objection stated"),
        (97, "answer unable"),
    )
    found, at = played(of, tmp_path, "deir-ez-zor-2016", *lines)
    assert found.taken_s == pytest.approx(67, abs=2) and found.rung == ("officer", "deputy", "watch")
    assert found.differed == ("place",) and not found.understood and found.tries == 2
    assert (found.answer, found.fits) == ("unable", False)
    assert any("nothing" in each for each in at.said) and any("yes" in each for each in at.said)
    # who has read back another place has passed on nothing
    assert any("unclear" in each for each in at.said)


@pytest.mark.parametrize("lines", [(), ((5, "gone"),), ((5, "what"), (6, "show"), (7, "end"))])
def test_who_does_nothing(of: Set, tmp_path: Path, lines: tuple[tuple[float, str], ...]) -> None:
    found, at = played(of, tmp_path, "balyun-2020", *lines)
    assert (found.taken_s, found.answer, found.fits, found.done_s) == (None, None, False, None)
    if not lines:
        assert found.rung[-1] == "channel" and at.rings == 5


@pytest.mark.parametrize("name", sorted(live.SCENES))
def test_each_scene_is_a_call_that_may_be_made(of: Set, tmp_path: Path, name: str) -> None:
    found, _ = played(of, tmp_path, name, (5, "take"), (6, f"answer {live.SCENES[name].fits[0]}"))
    assert found.fits and found.code in phrases.shipped().phrases


def test_scenes_are_of_drills_that_there_are() -> None:
    with pytest.raises(Refused) as refused:
        live.scene("two-logs")
    assert refused.value.code == "drill.no_scene"
    assert set(live.SCENES) <= {each.name for each in playbook.DRILLS}


def test_the_sheet_is_a_page_of_its_own() -> None:
    rows = [("taken", "after <5> s", "within 30 s")]
    page = score.page("CHECK", "Called at 09:00.", rows, "Pass it on.")
    assert page.count("EXERCISE") == 2 and "&lt;5&gt;" in page
    assert "<script" not in page and "http" not in page and "url(" not in page
    assert score.lines("CHECK", rows, "Pass it on.")[0] == "EXERCISE"
