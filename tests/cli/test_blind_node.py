"""`wideberth blind` of a running node: what it came to, where, and what is NOT CHECKED."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.cli.running import Desk, desk
from tests.cli.runs import run as alone
from tests.story import whole
from tests.story.desks import HOUR_MS, circle, given
from tests.story.test_blind import MINUTE_MS, agreed, meeting, run, starts
from wideberth.blind import audit
from wideberth.desk import blind_audit_entries, blind_fields
from wideberth.formats import blind_opening, native
from wideberth.ledger import approval
from wideberth.node.views import time
from wideberth.space.units import METRE
from wideberth.space.volume import Pad


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def test_where_none_is_agreed_it_is_not_checked(two: Desk) -> None:
    ran = two.run("blind", "show")
    assert (ran.code, "no blind check is agreed on any line" in ran.out) == (3, True)
    ran = two.run("blind", "show", "south", role="observer")
    assert ran.code == 3 and "NOT CHECKED against south" in ran.out and "[blind]" in ran.err
    assert "NOT CHECKED: none is agreed" in two.done("blind", "list").out
    assert "no run yet: NOT CHECKED" in two.done("blind", "runs", "south").out


def test_what_matched_is_shown_with_its_plans_and_what_to_do(two: Desk) -> None:
    agreed(two.two, "cells")
    mine, _ = meeting(two.two)
    run(two.two)
    ran = two.run("blind", "show", "south")
    assert ran.code == 1, ran.err
    assert "now       plans of both come too near each other" in ran.out
    assert "agreed    mode cells, every 15 min, 1 d ahead, down to level 20" in ran.out
    assert f"own: survey 1 ({mine[:10]})" in ran.out and "m HAE" in ran.out
    assert "of 2,000 cells" in ran.out and "as of     2027-" in ran.out and "next run  2027-" in ran.out
    assert "too near each other: call south" in ran.err
    answer: Any = two.run("blind", "show", "--json").json
    [found] = answer["blind"]
    session = found["standing"]["session"]
    assert found["now"] == "matched" and "MATCHED" in two.done("blind", "list").out
    assert f"{session[:10]}  " in two.done("blind", "runs", "south").out
    assert f"run       {session}: MATCHED in" in two.done("blind", "runs", "south", "--run", session[:8]).out
    two.refused("blind.no_run", "blind", "runs", "south", "--run", "b-nothing")
    plan = two.done("plan", "show", mine)
    assert "too near a plan of theirs" in plan.out and "no known conflict" not in plan.out
    assert "wideberth blind show south" in plan.err
    assert "too near a plan of south's" in two.done("plan", "list").out
    assert "too near a plan of theirs" in two.done("handover").out


def test_clear_is_as_of_a_time_and_until_a_time_and_not_of_what_is_newer(two: Desk) -> None:
    agreed(two.two)
    start = two.two.time.wall_ms + 2 * HOUR_MS
    [mine] = two.two.one.desk.submit([given(circle(36.0, 33.0, start))])
    wide = given(circle(40.0, 30.0, start), label="too wide")
    whole.settle(two.two)
    run(two.two)
    ran = two.done("blind", "show", "south")
    assert (
        "no known conflict between what both committed to, as of 2027-" in ran.out
        and "until 2027-" in ran.out
    )
    plan = two.done("plan", "show", mine.plan)
    assert "blind check: no known conflict, as of 2027-" in plan.out
    [newer] = two.two.one.desk.submit([wide])
    plan = two.done("plan", "show", newer.plan)
    assert "NOT CHECKED against south: blind check: it is newer than the last run: wait for" in plan.out


def test_a_run_under_way_and_one_that_failed(two: Desk) -> None:
    agreed(two.two)
    meeting(two.two)
    first, _ = starts(two.two)
    at = "north" if first is two.two.one else "south"
    name = "south" if at == "north" else "north"
    two.two.time.pass_ms(15 * MINUTE_MS)
    for _ in range(3):
        first.tick()  # what was begun before is out of time, and the next one begins
        first.room.blind.finish()
    ran = two.run("blind", "show", name, at=at)
    assert ran.code == 3 and "doing     round 1 of 3, " in ran.out
    two.two.time.pass_ms(6 * MINUTE_MS)
    first.tick()
    first.room.blind.finish()
    ran = two.run("blind", "show", name, at=at)
    assert ran.code == 3 and f"NOT CHECKED against {name}: no answer in time" in ran.out
    assert f"{name}, newest run: look at the line" in ran.err and "Next run: 2027-" in ran.err
    assert "NOT CHECKED: timeout" in two.done("blind", "runs", name, at=at).out


def test_what_is_too_large_is_left_out_and_named(two: Desk) -> None:
    agreed(two.two)
    wide = circle(36.0, 33.0, two.two.time.wall_ms + 2 * HOUR_MS)
    padded = structs.replace(wide, pad=Pad(h=20_000 * METRE))
    [plan] = two.two.one.desk.submit([given(padded, label="wide")])
    whole.settle(two.two)
    run(two.two)
    ran = two.done("blind", "show", "south")
    assert f"left out  wide ({plan.plan[:10]}): too large to be checked blindly" in ran.out
    assert "1 plan of this party's cannot be checked so, NOT CHECKED against south: call." in ran.err
    shown = two.done("plan", "show", plan.plan)
    assert "NOT CHECKED against south: blind check: it is too large for it: call south" in shown.out


def signed(two: Desk, text: Path, which: int, count: int = 2) -> list[str]:
    """The options that hand in what officers of a party have signed of it."""
    subject = blind_audit_entries.subject(text.read_bytes())
    given = []
    for n in range(count):
        file = two.config / f"{which}-{n}.approval"
        file.write_bytes(approval.write(approval.sign(subject, two.two.places[which].officer(n))) + b"\n")
        given += ["--approval", str(file)]
    return given


def test_an_audit_is_asked_agreed_to_and_answered(two: Desk) -> None:
    agreed(two.two)
    meeting(two.two)
    mine, _ = run(two.two)
    [case] = two.two.one.desk.cases(two.two.line)
    assert two.done("blind", "audit", "list").out == "no audit\n"
    session = blind_fields.session_id(mine.begun.session)
    at = time(mine.begun.from_ms + 162 * MINUTE_MS)
    text, again = two.config / "question.json", two.config / "again.json"
    spot = ("--place", "33.0 36.0", "--altitude", "450m MSL", "--at", at)
    which = ("blind", "audit", "text", "south", session[:8])
    ran = two.done(*which, *spot, "--case", case.case[:8], "--out", str(text))
    assert "set       theirs" in ran.out and "(level 12)" in ran.out and "lat 32." in ran.out
    assert "key approve --what audit" in ran.err
    found = two.done("blind", "runs", "south", "--json", "--run", session[:8]).json
    assert found is not None
    # what is missing, or too much
    two.refused("blind.term", *which, "--case", case.case[:8], "--out", str(again))
    two.refused("blind.term", *which, *spot, "--cell", "0c", "--case", case.case[:8], "--out", str(again))
    two.refused("api.query", *which, *spot, "--out", str(again))
    two.refused("output.exists", *which, *spot, "--case", case.case[:8], "--out", str(text))
    two.refused("blind.audit_height", *which, *spot[:3], "450m AGL", *spot[4:], "--case", case.case[:8],
                "--out", str(again))  # fmt: skip
    two.refused("api.role", *which, *spot, "--case", case.case[:8], "--out", str(again), role="planner")
    given = signed(two, text, 0)
    two.refused("blind.two", "blind", "audit", "ask", str(text), *given[:2])
    two.refused("blind.question", "blind", "audit", "ask", given[1], *given)
    ran = two.done("blind", "audit", "ask", str(text), *given)
    assert "stands    asked" in ran.out and "no answer, and no admission" in ran.err
    whole.settle(two.two)
    name = ran.out.split()[1]
    listed = two.done("blind", "audit", "list", at="south", role="observer")
    assert name[:10] in listed.out and "north asks" in listed.out and "--text FILE" in listed.err
    two.done("blind", "audit", "show", "north", name[:6], "--text", str(again), at="south")
    assert again.read_bytes() == text.read_bytes()
    theirs = signed(two, again, 1)
    ran = two.run("blind", "audit", "agree", "north", name[:6], *theirs[:2], at="south")
    assert (ran.code, "[blind.two]" in ran.err) == (2, True)
    two.done("blind", "audit", "agree", "north", name[:6], *theirs, at="south")
    whole.settle(two.two)
    ran = two.done("blind", "audit", "show", "south", name[:6])
    assert "stands    answered" in ran.out and "proven    PRESENT: the cell was in the set" in ran.out
    assert "signed by 2 of 2 officers" in ran.out and "and not which: call south" in ran.err
    assert "PRESENT" in two.done("blind", "audit", "list", "south").out
    two.refused("blind.no_audit", "blind", "audit", "show", "south", "nothing")
    acts = [each.what for each in two.two.one.people.acts.listed(None, None)]
    assert acts[0] == "blind.audit_ask"


def test_a_run_is_opened_by_two_officers_and_looked_at_by_an_arbiter(two: Desk) -> None:
    agreed(two.two)
    meeting(two.two)
    mine, _ = run(two.two)
    session = blind_fields.session_id(mine.begun.session)
    text, file, other = (two.config / name for name in ("opening.json", "run.opened", "other.json"))
    which = ("blind", "open", "south", session[:8])
    two.refused("blind.open", *which)
    two.done(*which, "--text", str(text))
    given = signed(two, text, 0)
    two.refused("blind.two", *which, *given[:2], "--out", str(file))
    two.refused("blind.two", *which, *given[:2], *given[:2], "--out", str(file))
    two.refused("api.role", *which, *given, "--out", str(file), role="releasing")
    ran = two.done(*which, *given, "--out", str(file))
    assert "all plans of this run are in it" in ran.err and file.stat().st_mode & 0o77 == 0
    two.refused("output.exists", *which, *given, "--out", str(file))
    acts = [each.what for each in two.two.one.people.acts.listed(None, None)]
    assert "blind.open" in acts
    ran = alone("blind", "arbiter", str(file))
    assert (ran.code, ran.out.count(": as committed"), "1 plan in it" in ran.out) == (0, 3, True), ran.err
    answer: Any = alone("blind", "arbiter", str(file), "--json").json
    assert answer["as_committed"] and [each["level"] for each in answer["rounds"]] == [12, 16, 20]
    # a document without the plan, and a seed that is another
    opened = blind_opening.read(file.read_bytes())
    said = audit.read(opened.opening)
    assert isinstance(said, audit.Opening)
    for change, words in (
        ({"document": native.write([])}, "the document is not the one it was bound to"),
        ({"seed": bytes(32)}, "its key is not of the seed"),
    ):
        false = structs.replace(opened, opening=audit.write(structs.replace(said, **change)))
        other.write_bytes(blind_opening.write(false))
        ran = alone("blind", "arbiter", str(other))
        assert (ran.code, words in ran.out) == (1, True), ran.out
    other.write_bytes(b"{}")
    ran = alone("blind", "arbiter", str(other))
    assert (ran.code, "[blind.opening_file]" in ran.err) == (2, True)
