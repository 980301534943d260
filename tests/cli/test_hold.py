"""`wideberth hold`: put, shown, lifted by two officers' files, or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Desk, desk
from tests.story import desks, whole
from tests.story.desks import START
from wideberth.ledger import approval
from wideberth.ledger.approval import Subject
from wideberth.node.views import time

AREA = '{"type": "FeatureCollection", "features": [%s]}'
FEATURE = (
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [33.0, 34.0]}, "properties":'
    ' {"plan": "strip", "party": "north", "lower": "500ft AGL", "upper": "9000ft MSL", "radius_m": 5000}}'
)


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        desks.agree(found.two, desks.terms(found.two, {"*": "full"}))
        yield found


def put(two: Desk, *more: str) -> str:
    """Its id."""
    until = ("--until-version", "2") if "--until" not in more else ()
    ran = two.done("hold", "put", "--party", "us", "--party", "south", *until, *more, "--json")
    whole.settle(two.two)
    found: Any = ran.json
    return str(found["hold"]["hold"])


def approvals(two: Desk, text: Path) -> list[str]:
    """The options that hand in what two officers of North have signed of it."""
    subject = Subject("lift", hashlib.sha256(text.read_bytes()).digest())
    given = []
    for n in range(2):
        file = two.config / f"{n}.approval"
        file.write_bytes(approval.write(approval.sign(subject, two.two.places[0].officer(n))) + b"\n")
        given += ["--approval", str(file)]
    return given


def test_a_hold_is_put_told_and_lifted(two: Desk) -> None:
    assert "no hold is known to be in force, as of" in two.done("hold", "list").out
    hold = put(two, "--around", "34.0 33.0", "--radius", "5km", "--reason", "until we have met")
    shown = two.done("hold", "show", hold[:8], at="south", role="observer")
    assert "by        north" in shown.out and "binds     north, this party" in shown.out
    assert "until     until version 2 of the agreement" in shown.out
    assert "reason    until we have met" in shown.out and "radius 5,000 m, SFC to UNL" in shown.out
    [plan] = two.two.other.desk.submit([desks.given(desks.circle(33.0, 34.0, START))])
    whole.settle(two.two)
    ran = two.run("plan", "activate", plan.plan, at="south")
    assert (ran.code, "[plan.blocked]" in ran.err, hold in ran.err) == (2, True, True)
    told = two.done("plan", "show", plan.plan, at="south")
    assert f"hold      may not begin: it lies in the hold {hold} of north" in told.out
    assert "wideberth hold list" in told.err and "plan activate" not in told.err
    assert (
        f"inside    survey 1  {plan.plan[:10]}: may not begin"
        in two.done("hold", "show", hold, at="south").out
    )
    text = two.config / "lift.json"
    written = two.done("hold", "show", hold, "--lift-text", str(text))
    assert "lift.json is written" in written.err
    two.refused("output.exists", "hold", "show", hold, "--lift-text", str(text))
    given = approvals(two, text)
    two.refused("hold.two", "hold", "lift", hold, *given[:2])
    done = two.done("hold", "lift", hold, *given)
    assert "stands    lifted" in done.out and "lifted" in done.out
    assert "by 2 officers; its condition has not come" in done.out
    whole.settle(two.two)
    assert "stands    lifted" in two.done("hold", "show", hold, at="south").out
    assert "no hold is known to be in force" in two.done("hold", "list", at="south").out
    assert hold[:10] in two.done("hold", "list", "--all", at="south").out
    assert two.done("plan", "activate", plan.plan, at="south").code == 0
    two.refused("hold.over", "hold", "lift", hold, *given)


def test_a_hold_has_an_area_out_of_a_file_activities_and_a_time(two: Desk) -> None:
    file = two.config / "strip.geojson"
    file.write_text(AREA % FEATURE)
    until = time(START + 3_600_000)
    hold = put(two, "--area", str(file), "--activity", "survey", "--from", time(START), "--until", until)
    answer: Any = two.done("hold", "show", hold, "--json").json
    found = answer["hold"]
    assert found["activities"] == ["survey"] and found["until"]["at"] == until
    assert found["begins"] == time(START) and found["area"]["lower"]["datum"] == "AGL"
    shown = two.done("hold", "show", hold).out
    assert "stops     survey, around 34.0000 33.0000, radius 5,000 m" in shown
    assert f"until     until {until}" in shown


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("hold.until", ()),
        ("hold.until", ("--until", "2027-02-01T00:00:00Z", "--until-version", "2")),
        ("hold.area", ("--until-version", "2", "--radius", "5km")),
        ("hold.area", ("--until-version", "2", "--lower", "500ft AGL")),
        ("hold.passed", ("--until", "2020-02-01T00:00:00Z")),
        ("ledger.noun", ("--until-talks", "talks")),
        ("line.none", ("--party", "nobody", "--until-version", "2")),
        ("altitude.upside_down", ("--until-version", "2", "--around", "34 33", "--radius", "5km", "--lower",
                                  "2000ft MSL", "--upper", "1000ft MSL")),
    ],
)  # fmt: skip
def test_what_cannot_be_put_is_refused(two: Desk, code: str, arguments: tuple[str, ...]) -> None:
    two.refused(code, "hold", "put", "--party", "us", *arguments)


def test_a_file_of_several_volumes_is_no_area(two: Desk) -> None:
    file = two.config / "strips.geojson"
    other = FEATURE.replace("strip", "other")
    file.write_text(AREA % f"{FEATURE}, {other}")
    two.refused("hold.area", "hold", "put", "--party", "us", "--until-version", "2", "--area", str(file))


def test_names_that_mean_nothing_or_several(two: Desk) -> None:
    two.refused("hold.none", "hold", "show", "h-nothing")
    ids = [put(two) for _ in range(2)]
    common = ids[0][: next((n for n in range(len(ids[0])) if ids[0][n] != ids[1][n]), 2)]
    if len(common) >= 4:
        two.refused("hold.several", "hold", "show", common)
    two.refused("api.role", "hold", "put", "--party", "us", "--until-version", "2", role="planner")


def test_the_hold_of_another_is_lifted_by_its_own_officers(two: Desk) -> None:
    hold = put(two)
    ran = two.run("hold", "show", hold, "--lift-text", str(two.config / "no.json"), at="south")
    assert (ran.code, "[hold.not_own]" in ran.err) == (2, True)
