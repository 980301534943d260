"""`wideberth manual`: what is told by voice, asked of a node that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Desk, desk
from tests.cli.runs import plan, save
from tests.story import whole
from tests.story.desks import START, circle, given
from wideberth.formats.times import to_rfc3339

OFFICE = "Harbour office"


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        found.done("manual", "open", OFFICE, "--channel", "telephone", "--level", "full")
        yield found


@pytest.fixture(scope="module")
def own(two: Desk) -> str:
    return two.two.one.desk.submit([given(circle(33, 34, START))])[0].plan


def sha256(two: Desk, line: str, plan: str) -> str:
    """Of what is to be told now."""
    script = two.done("manual", "script", line, plan, "--json").json["script"]
    assert isinstance(script, dict)
    return str(script["sha256"])


def by_us(two: Desk, case: tuple[str, str], said: str, *which: str) -> tuple[str, ...]:
    """The words of a command that enters what we said of a case, in the text that is to be told now."""
    script = two.done("manual", "case", "script", *case, "--for", said, *which, "--json").json["script"]
    assert isinstance(script, dict)
    return ("--to", "clerk", "--text", str(script["sha256"])[:8], *which)


def test_a_notice_is_printed_told_and_answered(two: Desk, own: str) -> None:
    ran = two.done("manual", "script", OFFICE, own)
    assert "Please read it back." in ran.out and "SHA-256" in ran.err
    page = two.config / "notice.html"
    ran = two.done("manual", "script", OFFICE, own, "--as", "form", "--out", str(page))
    assert ran.out == "" and page.read_text().startswith("<!doctype html>")
    two.refused("output.exists", "manual", "script", OFFICE, own, "--out", str(page))
    shown = two.done("manual", "show", OFFICE, role="observer").out
    assert "not told" in shown and "told      full; compared by crewed" in shown
    said = ("--text", sha256(two, OFFICE, own)[:8], "--to", "watch officer")
    telling = ("manual", "told", OFFICE, own, *said, "--read-back")
    assert ": read back (reported by us" in two.done(*telling, "matched").out
    shown = two.done("manual", "answer", OFFICE, own, "acknowledged", "--by", "watch officer").out
    assert "watch officer answered: acknowledged" in shown and "[reported by us]" in shown
    listed = " ".join(two.done("manual", "list", role="observer").out.split())
    assert OFFICE in listed and "acknowledged" in listed
    rows = two.done("manual", "show", OFFICE, "--json").json["manual"]
    assert isinstance(rows, list) and len(rows[0]["rows"]) == 2
    assert two.done("manual", "list", "--json").json["schema"] == "wideberth.manual/1"
    script = two.done("manual", "script", OFFICE, own, "--json").json["script"]
    assert isinstance(script, dict) and script["form"] == "voice"


def test_a_call_and_their_plans_are_entered_and_compared(two: Desk, own: str) -> None:
    ran = two.done("manual", "call", OFFICE, "call back at noon", "--role", "clerk", "--theirs")
    assert "they (routine, clerk): call back at noon" in ran.out
    ran = two.run("manual", "conflicts", OFFICE)
    assert ran.code == 1 and ran.out.startswith("NOT CHECKED against Harbour office")
    start, end = to_rfc3339(START), to_rfc3339(START + 3_600_000)
    made = plan(
        "Them", "x", at=[33, 34], start=start, end=end, lower="SFC", upper="2000ft MSL", label="theirs"
    )
    file = save(two.config / "theirs.geojson", made)
    shown = two.done("manual", "plan", OFFICE, file, "--by", "watch officer").out
    assert "theirs    p-" in shown and "as watch officer said at" in shown
    ran = two.run("manual", "conflicts", OFFICE, role="observer")
    assert ran.code == 1 and ran.out.startswith("1 conflicts with what Harbour office has told")
    assert ": survey 1 and theirs, theirs: overlap" in ran.out
    found = two.run("manual", "conflicts", OFFICE, "--json").json["conflicts"]
    assert isinstance(found, dict) and found["found"][0]["plan"] == own


def test_a_case_is_told_offered_and_accepted(two: Desk) -> None:
    two.done("manual", "open", "Pilot station", "--channel", "e-mail", "--level", "full")
    two.two.one.desk.submit([given(circle(50, 34, START), label="coast")])
    start, end = to_rfc3339(START), to_rfc3339(START + 3_600_000)
    made = plan(
        "Them", "x", at=[50, 34], start=start, end=end, lower="SFC", upper="2000ft MSL", label="pilot"
    )
    file = save(two.config / "pilot.geojson", made)
    two.done("manual", "plan", "Pilot station", file, "--by", "clerk")
    found = two.done("manual", "case", "list", "Pilot station", "--json", role="observer").json["cases"]
    assert isinstance(found, list) and len(found) == 1
    case = ("Pilot station", found[0]["case"][:8])
    shown = two.done("manual", "case", "show", *case, role="observer").out
    assert "phase     open" in shown and "clears    own plan: " in shown and "clears    their plan: " in shown
    assert "Subject: Case" in two.done("manual", "case", "script", *case).out
    two.done("manual", "case", "told", *case, *by_us(two, case, "told"))
    offered = two.done("manual", "case", "propose", *case, "--delay", "2h").out
    assert "offer 1   we, our plan 2 h later; open" in offered and "not told yet" in offered
    two.refused("manual.not_told", "manual", "case", "accept", *case, "--by", "clerk")
    page = two.config / "case.html"
    two.done("manual", "case", "script", *case, "--proposal", "1", "--as", "form", "--out", str(page))
    assert "This is a proposal" in page.read_text()
    first = by_us(two, case, "told", "--proposal", "1")
    two.done("manual", "case", "told", *case, *first, "--read-back", "matched")
    taken = two.done("manual", "case", "retract", *case, *by_us(two, case, "retract")).out
    assert "retracted" in taken and "we took back proposal 1" in taken
    theirs = ("--theirs", "--by", "clerk")
    two.done("manual", "case", "propose", *case, "--descend", "500ft", *theirs, "--read-back", "matched")
    declined = two.done("manual", "case", "decline", *case, *by_us(two, case, "decline")).out
    assert "we declined proposal 2: their plan 500 ft lower" in declined
    two.done("manual", "case", "propose", *case, "--cancel", *theirs)
    two.refused("manual.sha256", "manual", "case", "accept", *case, "--to", "clerk")
    two.refused("manual.other_text", "manual", "case", "accept", *case, "--to", "clerk", "--text", "0" * 8)
    ours = by_us(two, case, "accept")
    closed = two.done("manual", "case", "accept", *case, *ours, "--read-back", "matched").out
    assert "phase     closed" in closed and "final: accepted and read back" in closed
    two.done("manual", "case", "close", *case, *by_us(two, case, "closed"))
    assert two.done("manual", "case", "list", "Pilot station").out == "no open case\n"
    assert "closed" in two.done("manual", "case", "list", "Pilot station", "--all").out
    script = two.run("manual", "case", "script", *case, "--json").json["script"]
    assert isinstance(script, dict) and script["said"] == "told"
    two.refused("manual.entry", "manual", "case", "decline", *case)
    two.refused("manual.entry", "manual", "case", "script", *case, "--for", "song")
    two.refused("case.change", "manual", "case", "propose", *case)
    two.refused("case.none", "manual", "case", "show", "Pilot station", "zzzz")
    two.refused("api.not_found", "manual", "case", "show", "Pilot station", "a" * 52)
    ours = by_us(two, case, "closed")
    two.refused("api.role", "manual", "case", "close", *case, *ours, role="observer")


def test_who_joins_is_offered_the_history_and_confirms_it(two: Desk, own: str) -> None:
    assert two.done("line", "history", "south").out == "no history\n"
    two.done("manual", "open", "Camp", "--channel", "radio", "--level", "full", "--language", "ar")
    said = ("--text", sha256(two, "Camp", own), "--to", "clerk", "--at", "2026-11-27T14:05:00Z")
    two.done("manual", "told", "Camp", own, *said, "--read-back", "none")
    assert "joined    on line" in two.done("manual", "joined", "Camp", "south").out
    two.refused("manual.joined", "manual", "joined", "Camp", "south")
    whole.settle(two.two)
    shown = two.done("line", "history", "north", at="south")
    assert "(theirs)" in shown.out and "[reported by them]" in shown.out
    found = two.done("line", "history", "north", "--json", at="south").json["history"]
    assert isinstance(found, list)
    n = str(found[0]["n"])
    said = ("--entry", n, "--rows", "disputed", "--role", "duty officer")
    assert "[DISPUTED by us]" in two.done("line", "history", "north", *said, at="south").out
    whole.settle(two.two)
    assert "[DISPUTED by them]" in two.done("manual", "show", "Camp").out
    two.refused("manual.no_history", "line", "history", "south", *said)
    two.refused("manual.entry", "line", "history", "south", "--entry", n)
    assert (
        two.run("line", "history", "north", "--entry", n, "--rows", "so", "--role", "x", at="south").code == 2
    )


def test_what_is_none_or_not_allowed_is_refused(two: Desk, own: str, tmp_path: Path) -> None:
    two.refused("manual.none", "manual", "show", "nobody")
    two.refused("plan.none", "manual", "script", OFFICE, "p-none")
    two.refused("plan.none", "manual", "answer", OFFICE, "p-none", "acknowledged", "--by", "x")
    two.refused("manual.form", "manual", "script", OFFICE, own, "--as", "song")
    two.refused("manual.label", "manual", "open", "harbour OFFICE", "--channel", "radio")
    two.refused("manual.entry", "manual", "open", "x", "--channel", "pigeon")
    telling = ("manual", "told", OFFICE, own, "--to", "x", "--read-back")
    two.refused("manual.entry", *telling, "yes", "--text", "ab" * 32)
    two.refused("manual.sha256", *telling, "none", "--text", "1234567")
    two.refused(
        "manual.personal", *telling, "none", "--text", sha256(two, OFFICE, own), "--to", "a@b.example"
    )
    two.refused("manual.entry", "manual", "answer", OFFICE, own, "granted", "--by", "x")
    two.refused("manual.entry", "manual", "call", OFFICE, "x", "--role", "x", "--precedence", "slow")
    two.refused("api.role", "manual", "open", "x", "--channel", "radio", role="observer")
    bad = tmp_path / "bad.geojson"
    bad.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    two.refused("geojson.empty", "manual", "plan", OFFICE, str(bad), "--by", "x")
    assert "bad.geojson" in two.run("manual", "plan", OFFICE, str(bad), "--by", "x").err
    twice = two.two.one.manual.all()[0].manual
    assert two.done("manual", "show", twice[:6]).out


def test_what_was_told_before_the_plan_changed_is_not_entered_as_the_new_text(two: Desk) -> None:
    label = "harbour crossing"
    plan = two.two.one.desk.submit([given(circle(35, 34, START), label=label)])[0].plan
    told = sha256(two, OFFICE, label)
    two.two.one.desk.amend(plan, given(circle(36, 34, START), label=label))
    telling = ("manual", "told", OFFICE, label, "--to", "clerk", "--read-back", "matched", "--text")
    two.refused("manual.other_text", *telling, told[:8])
    office = next(each for each in two.two.one.manual.all() if each.label == OFFICE)
    assert all(each.rung == "not told" for each in office.reached if each.plan == plan)
    assert "version 2, told clerk" in two.done(*telling, sha256(two, OFFICE, plan[:8])).out


def test_a_call_in_a_code_is_printed_entered_and_compared(two: Desk) -> None:
    coded = ("manual", "call", OFFICE, "--code", "CHECK", "--field", "place=35.19, 36.75")
    ran = two.done(*coded, "--script", "--lang", "ru")
    assert "three" in ran.out and "CHECK" in ran.out and "Enter it when it was said" in ran.err
    assert any("\u0400" <= each <= "\u04ff" for each in ran.out)
    before = two.done("manual", "show", OFFICE).out
    at = ("--role", "clerk", "--at", to_rfc3339(two.two.time.wall_ms - 60_000))
    shown = two.done(*coded, *at, "--heard", "place=35.19, 36.75").out
    assert "we (flash, clerk): Stop and check [CHECK]; " in shown and "read back: the same" in shown
    assert "[CHECK]" not in before
    ran = two.run(*coded, *at, "--heard", "place=35.19, 36.65")
    assert ran.code == 1 and "read back: NOT THE SAME: place (reported by us)" in ran.out
    assert "say it again" in ran.err
    calls = two.done(*coded, *at, "--json").json["manual"]
    assert isinstance(calls, list)
    assert [each["differs"] for each in calls[0]["calls"] if each["code"]] == [[], ["place"], []]
    assert calls[0]["calls"][-1]["heard"] is None and calls[0]["calls"][-1]["claimed"] != ""
    assert "not read back" in two.done("manual", "show", OFFICE).out
    two.refused("call.argument", "manual", "call", OFFICE, "x", "--role", "clerk", "--field", "place=1")
    two.refused("phrase.missing", "manual", "call", OFFICE, "--code", "CHECK", "--role", "clerk")
    two.refused("manual.entry", "manual", "call", OFFICE, "--role", "clerk")
    two.refused("phrase.field", *coded, "--role", "clerk", "--heard", "where=35.19, 36.65")
    two.refused("manual.personal", *coded, "--role", "+90 555 123 45 67")
