"""`wideberth call` between two nodes that run: made, taken, read back, answered, ended, and read by both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.agreed import agreed, file, plan, settled
from tests.cli.running import Desk
from tests.story import whole
from wideberth.desk import call_entries
from wideberth.desk.call_entries import Called
from wideberth.ledger.canonical import Value

ROLE = ("--role", "duty officer")
AT = ("place=34.1234567, 33.1234567", "what=our_convoy")
OTHER = ("place=34.1234567, 33.0234567", "what=our_convoy")


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with agreed() as found:
        yield found


def carried(two: Desk) -> None:
    whole.deliver(two.two.line, two.two.one, two.two.other)


def made(two: Desk, *more: str) -> str:
    """A call of north's to south; its id."""
    calls: Any = two.done("call", "make", "south", *more, "--json").json["calls"]
    carried(two)
    return str(calls[0]["call"])


def test_a_check_is_made_taken_read_back_answered_and_ended(two: Desk) -> None:
    ran = two.done("call", "make", "south", "check", *AT)
    assert "Stop now, check" in ran.out and "stands    sent" in ran.out and "by voice at once" in ran.err
    carried(two)
    calls: Any = two.done("call", "list", "--json").json["calls"]
    name = calls[0]["call"]
    listed = two.done("call", "list", at="south").out
    assert name[:10] in listed and "from north" in listed and "flash" in listed
    ran = two.done("call", "show", name[:9], "--lang", "ru", at="south")
    assert "the officer on duty of this party" in ran.out and "wideberth call take" in ran.err
    assert "Стой" in ran.out or "Останов" in ran.out
    ran = two.run("call", "take", name, *ROLE, "--lang", "xx", at="south")
    assert ran.code == 2 and "--lang: found xx; accepted: en, ru, he, ar  [phrase.language]" in ran.err
    ran = two.done("call", "take", name, *ROLE, "--lang", "ru", at="south")
    assert "taken     " in ran.out and "wideberth call read-back" in ran.err
    ran = two.run("call", "read-back", name, *ROLE, *OTHER, at="south")
    assert ran.code == 1 and "NOT THE SAME: place" in ran.out
    carried(two)
    shown = two.done("call", "show", name)
    assert "They have it otherwise" in shown.err
    ran = two.run("call", "answer", name, "relayed", *ROLE, at="south")
    assert ran.code == 2 and "[call.unclear]" in ran.err
    ran = two.done("call", "read-back", name, *ROLE, *AT, at="south")
    assert "They wait for an answer: wideberth call answer" in ran.err
    ran = two.done("call", "answer", name, "executor confirmed", *ROLE, at="south")
    assert "answered  " in ran.out
    carried(two)
    ran = two.done("call", "show", name)
    assert "stands    executor confirmed" in ran.out and "wideberth call end" in ran.err
    assert "stands    ended" in two.done("call", "end", name).out


def test_what_is_said_by_voice(two: Desk) -> None:
    name = made(two, "CHECK", *AT)
    script = two.done("call", "script", name).out
    assert "CHECK" in script and "three" in script
    table = two.done("call", "sides", name, "--lang", "en", "--lang", "he", "--spoken", "place").out
    assert "place" in table.casefold()
    page = two.config / "call.html"
    two.done("call", "sides", name, "--html", str(page))
    text = page.read_text()
    assert 'dir="rtl"' in text and "<script" not in text
    unclear = ("--not-understood", "place", *ROLE)
    two.done("call", "sides", name, *unclear, at="south")
    answered = two.done("call", "show", name, at="south").out
    assert "unclear, by duty officer (not understood: place)" in answered
    ran = two.run("call", "sides", name, "--spoken", "where")
    assert ran.code == 2 and "[call.fields]" in ran.err


def test_free_words_and_the_call_that_is_answered(two: Desk) -> None:
    first = made(two, "--text", "we test the line", "--precedence", "priority")
    carried(two)
    ran = two.done("call", "make", "north", "SAY-AGAIN", "part=all", "--re", first[:12], at="south")
    assert "stands    sent" in ran.out
    listed = two.done("call", "list", "--line", "south").out
    assert "free text: we test the line" in listed


def test_a_doubtful_place_is_not_sent(two: Desk) -> None:
    before = two.done("call", "list", "--json").json["calls"]
    ran = two.refused("call.doubts", "call", "make", "south", "CHECK", "place=34, 33")
    mark = ran.err.rpartition("sure ")[2].split()[0].strip(".")[:8]
    two.refused("call.doubts", "call", "make", "south", "CHECK", *AT, "--own", "34.1234567, 33.1234567")
    assert two.done("call", "list", "--json").json["calls"] == before
    ran = two.done("call", "make", "south", "CHECK", "place=34, 33", "--sure", mark)
    assert "doubt     place: " in ran.out
    assert "its place is doubtful" in " ".join(two.done("call", "list").out.split())


def test_what_is_refused(two: Desk) -> None:
    name = made(two, "CHECK", *AT)
    for code, *given in (
        ("call.argument", "call", "make", "south", "CHECK", "place"),
        ("call.entry", "call", "make", "south"),
        ("phrase.code", "call", "make", "south", "STOP-IT", *AT),
        ("phrase.missing", "call", "make", "south", "CHECK", "what=our_unit"),
        ("phrase.language", "call", "make", "south", "CHECK", *AT, "--lang", "fr"),
        ("call.role", "call", "make", "south", "CHECK", *AT, "--to", "+90 555 123 45 67"),
        ("call.none", "call", "show", "k-zzzz"),
        ("call.argument", "call", "answer", name, "yes", *ROLE),
    ):
        two.refused(code, *given)
    two.refused("call.own", "call", "take", name, *ROLE)
    ran = two.run("call", "make", "south", "CHECK", *AT, role="observer")
    assert ran.code == 2 and ran.out == ""


def test_the_same_id_of_both_is_two_calls(two: Desk) -> None:
    name = made(two, "CHECK", *AT)
    there: Value = {"lat_e7": 341111111, "lon_e7": 331111111, "notation": None, "words": None}
    said = Called(name, "CHECK", {"place": there}, "en", "flash", "duty officer")
    two.two.other.say(two.two.line, "urgent", said.type, 1, call_entries.write(said))
    carried(two)
    assert "stands    ended" in two.done("call", "end", name).out
    assert "taken     " in two.done("call", "take", name, *ROLE).out


def test_several_calls_may_be_meant(two: Desk) -> None:
    for n in (1, 2):
        said = Called(
            call_entries.new_call(bytes([0] * 15 + [n])), None, {}, "en", "routine", "watch", "words"
        )
        two.two.other.say(two.two.line, "urgent", said.type, 1, call_entries.write(said))
    carried(two)
    two.refused("call.several", "call", "show", "k-aaaaaaaa")


def test_a_call_of_a_newer_book_is_shown_as_it_came(two: Desk) -> None:
    name = call_entries.new_call(b"newer book 16 by")
    said = Called(name, "NEW-CODE", {"what": 7}, "en", "routine", "duty officer")
    two.two.other.say(two.two.line, "urgent", said.type, 1, call_entries.write(said))
    carried(two)
    shown = two.done("call", "show", name).out
    assert "NEW-CODE" in shown and "not read  code: this phrase book does not have it" in shown
    two.refused("call.argument", "call", "read-back", name, *ROLE, "what=7")


def test_a_notice_told_too_late_says_what_cannot_clear(two: Desk, tmp_path: Path) -> None:
    start = two.two.time.wall_ms + 86_400_000
    made_one = plan("inside", 5.0, start, hours=3, label="patrol 7")
    ran = two.run("plan", "submit", file(tmp_path, "ours.json", made_one), at="south")
    assert ran.code == 0, ran.err
    settled(two)
    two.two.time.pass_ms(start - two.two.time.wall_ms - 120_000)
    carried(two)
    two.done("plan", "activate", "patrol 7", at="south")
    carried(two)
    late = two.run("plan", "submit", file(tmp_path, "late.json", plan("late", 5.0, start)))
    assert "wideberth call make south LATE-NOTICE notice=n-" in late.err
    carried(two)
    notices: Any = two.done("notice", "list", "north", "--json", at="south").json["notices"]
    [told] = [each for each in notices if not each["mine"]]
    ran = two.done("notice", "show", "north", told["notice"], at="south")
    assert "inside    CANNOT CLEAR in time: patrol 7" in ran.out and "30 min needed" in ran.out
    assert "CANNOT-CLEAR notice=n-" in ran.err
    whole_view: Any = two.done("notice", "show", "north", told["notice"], "--json", at="south").json
    assert [each["can_clear"] for each in whole_view["inside"]] == [False]
    # who told it sees none of it
    assert "inside" not in two.done("notice", "show", "south", told["notice"]).out
    rings: Any = two.done("alarms", "list", "--json", at="south").json["rings"]
    assert {"notice.inside", "notice.too_late"} <= {each["why"] for each in rings if each["loud"]}
