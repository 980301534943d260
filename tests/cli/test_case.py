"""`wideberth case` on two nodes that run: proposed, drawn, accepted, taken back, raised, closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.agreed import agreed, file, plan, settled
from tests.cli.running import Desk, desk


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with agreed() as found:
        yield found


def conflict(two: Desk, folder: Path, name: str, lon: float) -> str:
    """A case between north's plan of this name and south's; its id."""
    two.done("plan", "submit", file(folder, "ours.json", plan(name, lon)))
    settled(two)
    ran = two.run(
        "plan", "submit", file(folder, "theirs.json", plan(f"{name}-south", lon + 0.05)), at="south"
    )
    assert ran.code == 1
    settled(two)
    found: Any = two.done("case", "show", name, "--json").json["cases"]
    return str(found[0]["case"])


def test_a_case_is_shown_offered_drawn_and_closed(two: Desk, tmp_path: Path) -> None:
    case = conflict(two, tmp_path, "closed", 1.0)
    assert case[:8] in two.done("case", "list", "--line", "south").out
    picture = tmp_path / "case.svg"
    ran = two.done("case", "show", "closed", "--picture", str(picture))
    assert "stands    open: in conflict" in ran.out and "overlap, by both" in ran.out
    assert "horizontal 0 m of 3 NM" in ran.out and "clears    our plan: " in ran.out
    assert f"wideberth case propose {case[:8]} --delay 75min" in ran.err and "Or call south." in ran.err
    assert picture.read_text().startswith("<svg") and "1 conflict between 2 plans" in picture.read_text()
    two.refused("case.steps", "case", "propose", "closed", "--delay", "80min")
    two.refused("case.change", "case", "propose", "closed")
    ran = two.done("case", "propose", "closed", "--delay", "75min", "--for", "2h")
    assert "offer 1   ours, of our plan: 1 h 15 min later; open until 2027-" in ran.out
    assert "to take it back: wideberth case retract" in ran.err
    settled(two)
    ran = two.done("case", "show", case[:10], at="south")
    assert "offer 1   theirs, of their plan: 1 h 15 min later; open until" in ran.out
    assert f"wideberth case accept {case[:8]}; or propose another." in ran.err
    ran = two.done("case", "accept", case, "--proposal", "1", at="south")
    assert "stands    accepted" in ran.out and "both count as occupied" in ran.err
    settled(two)
    assert "stands    closed: neither party finds a conflict any more" in two.done("case", "show", case).out
    assert case[:8] not in two.done("case", "list").out and case[:8] in two.done("case", "list", "--all").out
    assert "version 2" in two.done("plan", "show", "closed").out


def test_a_policy_is_outlined_in_the_picture_of_a_case(two: Desk, tmp_path: Path) -> None:
    conflict(two, tmp_path, "outlined", 3.0)
    area = file(tmp_path, "area.json", plan("area", 3.02))
    basis = ("--basis", "Own law 12.", "--area", area)
    two.done("say", "policy", "No drones there.", *basis, at="south")
    settled(two)
    picture = tmp_path / "case.svg"
    two.done("case", "show", "outlined", "--picture", str(picture))
    assert "policy of south: No drones there." in picture.read_text()
    assert 'stroke-dasharray="2 5"' in picture.read_text()


def test_a_proposal_is_taken_back_and_a_case_is_raised(two: Desk, tmp_path: Path) -> None:
    case = conflict(two, tmp_path, "raised", 10.0)
    two.done("case", "propose", "raised", "--climb", "4000ft", "--theirs")
    assert "offer 1   ours, of their plan: 4,000 ft (1,219.2 m) higher" in two.done("case", "show", case).out
    assert "retracted" in two.done("case", "retract", "raised").out
    two.refused("case.no_proposal", "case", "retract", "raised")
    two.refused("case.no_proposal", "case", "accept", "raised")
    two.refused("case.proposal", "case", "accept", "raised", "--proposal", "9")
    assert two.run("case", "escalate", "raised", "--to", "commander", typed="n\n").code == 2
    ran = two.done("case", "escalate", "raised", "--to", "commander", typed="y\n")
    assert "raised    to a commander, by us" in ran.out and "stands    escalated" in ran.out


def test_another_area_is_offered_from_a_file(two: Desk, tmp_path: Path) -> None:
    conflict(two, tmp_path, "elsewhere", 20.0)
    ran = two.done("case", "propose", "elsewhere", "--area", file(tmp_path, "area.json", plan("x", 22.0)))
    assert "ours, of our plan: in 1 other volume; open until" in ran.out
    settled(two)
    assert "accepted" in two.done("case", "accept", "elsewhere-south", at="south").out
    settled(two)
    shown: Any = two.done("plan", "show", "elsewhere", "--json").json["plans"]
    assert shown[0]["document"]["volumes"][0]["ground"]["centre"] == [22, 34]


def test_what_is_called_so_by_nothing_is_no_case(two: Desk) -> None:
    two.refused("case.none", "case", "show", "nothing")
    two.refused("api.role", "case", "escalate", "raised", "--to", "deputy", "--yes", role="observer")


def test_without_terms_nothing_is_checked(tmp_path: Path) -> None:
    with desk() as two:
        ran = two.done("plan", "submit", file(tmp_path, "a.json", plan("alone")))
        assert "NOT CHECKED against south: no agreement is in force" in ran.out
        assert "no known conflict" not in ran.out
        assert "alone is NOT CHECKED against south" in ran.err
        assert "NOT CHECKED against south" in two.done("plan", "list").out
        assert two.done("case", "list").out.startswith("no open case, as of 2027-")
        assert two.done("notice", "list", "south").out == "no notice\n"
