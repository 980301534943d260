"""`wideberth line`: how lines stand, what to do, and an officer's word on them, asked of a node that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.cli.running import Desk, desk
from tests.ledger.two import seed
from tests.story import whole
from wideberth.cli import line_asked, line_words
from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.line.messages import Alarm
from wideberth.node.views import AlarmView, FeedView, Happened, LineView
from wideberth.store import keyfile
from wideberth.store.keyfile import Plain

VIEW = LineView(
    line="lsqnknljbbwn5xq7rx2oh7x2ouetcnahcat27j2yxop6j7vapbga",
    peer="p" * 52,
    label="South",
    words="rolob-gisur-ravih-gumis-sokiv-lajar-nalap-pogad",
    address=None,
    health="live",
    why="the line has just begun",
    stage="whole",
    stage_words="signs",
    clock_steady=True,
    feeds=(),
    not_told=0,
    candidates=(),
    agreement="ab",
    suspended_by=(),
    checks=(),
    alarms=(),
)


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def test_lines_are_listed_with_what_to_do(two: Desk) -> None:
    listed = two.done("line", "list", role="observer").out
    assert two.two.line[:8] in listed and "south" in listed and "live; no agreement in force" in listed
    assert "agree on terms" in " ".join(listed.split())
    lines = two.done("line", "list", "--json").json["lines"]
    assert isinstance(lines, list)
    (found,) = lines
    assert found["line"] == two.two.line and found["to_do"][0]["by"] == "when you can"
    assert two.done("line", "list", "--json").json["schema"] == "wideberth.line/1"


def test_one_line_is_shown_at_length_by_id_beginning_or_name(two: Desk) -> None:
    whole_id = two.two.line
    for name in (whole_id, whole_id[:6], "south", "SOUTH "):
        shown = two.done("line", "show", name).out
        assert f"line      {whole_id}" in shown and "delivered to" in shown and f"{whole_id}/" in shown
    two.refused("line.none", "line", "show", "west")
    two.refused("line.none", "line", "show", whole_id[:3])


def test_who_has_not_logged_in_is_told_to(two: Desk) -> None:
    ran = two.refused("login.none", "line", "list", role=None)
    assert "wideberth login" in ran.err


def test_an_observer_gives_no_word(two: Desk) -> None:
    two.refused("api.role", "line", "waive", "south", "--yes", role="observer")
    two.refused("api.role", "line", "address", "south", "https://south.example:7879")


def test_the_address_is_set_and_taken_away(two: Desk) -> None:
    shown = two.done("line", "address", "south", "https://south.example:7879", role="admin").out
    assert "address   https://south.example:7879" in shown
    assert "not called from here" in two.done("line", "address", "south", role="admin").out
    assert two.run("line", "address", "south", "ftp://x", role="admin").code == 2


def test_a_word_of_weight_is_asked_for_and_no_is_no(two: Desk) -> None:
    ran = two.run("line", "waive", "south", typed="\n")
    assert ran.code == 2 and "[line.not_confirmed]" in ran.err and "nothing was lost" in ran.err
    assert "state     live" in two.done("line", "waive", "south", typed="yes\n").out
    assert two.run("line", "confirm-clock", typed="n\n").code == 2
    assert "live" in two.done("line", "confirm-clock", typed="y\n").out


def test_what_is_no_epoch_is_not_admitted(two: Desk) -> None:
    feed = f"wideberth/{two.two.line}/{two.two.other.party}/main/1"
    assert two.run("line", "admit", "south", feed, "--yes").code == 2
    assert "[ledger.origin]" in two.run("line", "admit", "south", "main", "--yes").err


def test_a_statement_that_is_none_begins_no_epoch(two: Desk) -> None:
    file = two.config / "note"
    file.write_text("not a note")
    ran = two.run("line", "epoch", "south", str(file), "--feed", "main")
    assert ran.code == 2 and "[" in ran.err
    file.write_bytes(b"\xff")
    two.refused("file.not_text", "line", "epoch", "south", str(file), "--feed", "main")


def test_no_alarm_is_shown_as_none(two: Desk) -> None:
    assert two.done("line", "alarms", "south").out == "no alarm\n"


def test_a_line_is_taken_up_from_its_files(two: Desk) -> None:
    north = two.two.places[0]
    paired, key = two.config / "again.line", two.config / "again.key"
    paired.write_bytes(whole.paired(*two.two.places))
    half = keyfile.public(keyfile.PAIRING, north.private)
    key.write_bytes(keyfile.write(Plain(half, north.private)))
    key.chmod(0o600)
    two.refused("line.exists", "line", "add", str(paired), "--pairing-key", str(key), role="admin")
    other = seed("another pairing key")
    key.write_bytes(keyfile.write(Plain(keyfile.public(keyfile.PAIRING, other), other)))
    assert two.run("line", "add", str(paired), "--pairing-key", str(key), role="admin").code == 2
    assert ids.base32(other) not in two.run("line", "add", str(paired), "--pairing-key", str(key)).err


def test_alarms_are_shown_their_proofs_written_once_and_seen_by_an_officer() -> None:
    with desk() as two:
        with two.two.one.recording() as private:
            alarm = Alarm("line.equivocation", "two histories", (b"one", b"two"))
            private.alarm(two.two.line, alarm, two.two.time.wall_ms)
        proofs = two.config / "proofs"
        ran = two.run("line", "alarms", "south", "--out", str(proofs))
        assert ran.code == 1 and ran.out == "line.equivocation: two histories\n"
        assert "call south by voice" in ran.err and "{peer}" not in ran.err
        kept = json.loads(proofs.read_text())
        assert kept["alarms"][0]["proof"] == ["b25l", "dHdv"] and proofs.stat().st_mode & 0o777 == 0o600
        two.refused("key.exists", "line", "alarms", "south", "--out", str(proofs))
        assert "now: alarm line.equivocation" in " ".join(two.run("line", "show", "south").out.split())
        two.refused("api.role", "line", "alarms", "south", "--seen", role="observer")
        assert two.run("line", "alarms", "south").code == 1
        ran = two.done("line", "alarms", "south", "--seen")
        assert (ran.out, ran.err) == ("line.equivocation: two histories (seen)\n", "")
        assert "alarm" not in two.done("line", "show", "south").out
        assert two.done("line", "alarms", "south", role="observer").out == ran.out
        assert two.done("line", "alarms", "south", "--json").json["alarms"][0]["seen"] is True  # type: ignore[index]  # JSON


@pytest.mark.parametrize(
    ("changed", "state", "first"),
    [
        ({}, "live; agreement in force", None),
        ({"health": "late", "why": "a heartbeat is due"}, "late: a heartbeat is due", "soon: look at"),
        ({"health": "silent", "why": "x"}, "silent: x", "now: call South by voice"),
        ({"stage": "asking", "stage_words": "signs nothing"}, "live; signs nothing", "soon: wait for South"),
        ({"stage": "regaining", "stage_words": "gets back"}, "gets back", "soon: wait: South sends back"),
        ({"clock_steady": False}, "has jumped: nothing is signed", "now: look at the time"),
        ({"candidates": ("wideberth/x/main/1",)}, "live", "soon: South asks to go on"),
        ({"suspended_by": ("p",)}, "agreement suspended", "soon: the agreement is suspended"),
        ({"agreement": None}, "no agreement in force", "when you can: agree on terms"),
        ({"not_told": 3}, "live", "when you can: 3 entries wait"),
        (
            {"alarms": (AlarmView("line.new_one", "w", None, 0, seen=False),)},
            "live",
            "now: alarm line.new_one: call South",
        ),
        ({"alarms": (AlarmView("line.new_one", "w", None, 0, seen=True),)}, "live", None),
    ],
)
def test_the_state_is_in_words_and_the_most_pressing_first(
    changed: dict[str, object], state: str, first: str | None
) -> None:
    view = structs.replace(VIEW, **changed)
    assert state in line_words.state(view)
    told = [f"{each.by}: {each.what}" for each in line_words.to_do(view)]
    assert told == [] if first is None else told[0].startswith(first)


def test_what_is_pressing_stands_before_what_is_not() -> None:
    view = structs.replace(VIEW, agreement=None, health="silent", not_told=1, candidates=("f",))
    assert [each.by for each in line_words.to_do(view)] == ["now", "soon", "when you can", "when you can"]


def test_a_frozen_feed_and_a_peer_without_a_label_are_shown() -> None:
    feed = FeedView("wideberth/x/y/main/0", "main", False, 5, 3, True, "00" * 32)
    view = structs.replace(VIEW, label=None, feeds=(feed,), address="https://south.example:7879")
    assert line_words.peer(view) == "rolob-gisur-ravih-…" and "1 of its feeds frozen" in line_words.state(
        view
    )
    lines = line_words.lines(view)
    assert "feed      theirs main: 5 entries, delivered to 3, FROZEN" in lines
    assert "address   https://south.example:7879" in lines


def test_every_alarm_of_the_page_says_what_to_do() -> None:
    page = (Path(__file__).parents[2] / "docs" / "line.md").read_text(encoding="utf-8")
    section = page.partition("\n## Alarms")[2].partition("\n## ")[0]
    codes = {row.split("`")[1] for row in section.splitlines() if row.startswith("| `")}
    assert codes == set(line_words.ALARMS)


def test_a_name_that_two_lines_have_is_asked_for_more_exactly() -> None:
    other = structs.replace(VIEW, line="lsqnother" + "a" * 43)
    with pytest.raises(Invalid, match="lsqnknlj") as caught:
        line_asked.chosen([VIEW, other], "south")
    assert caught.value.code == "line.several"
    with pytest.raises(Invalid, match="line add"):
        line_asked.chosen([], "south")
    assert line_asked.chosen([VIEW, other], "lsqno") is other


@given(st.text(max_size=60))
def test_any_text_means_one_line_or_is_refused(text: str) -> None:
    try:
        assert line_asked.chosen([VIEW], text) is VIEW
    except Invalid as error:
        assert error.code == "line.none"


def test_what_happened_is_one_line() -> None:
    found = Happened(
        3, "2027-01-15T08:00:00.000Z", "entry.arrived", VIEW.line, "wideberth/x", 7, "agreement.signed"
    )
    assert line_words.event(found) == (
        "2027-01-15T08:00:00.000Z lsqnknlj entry.arrived (agreement.signed, entry 7)"
    )
    disk = Happened(4, "2027-01-15T08:00:01.000Z", "node.disk", words="no room\x1b[2J")
    assert line_words.event(disk) == "2027-01-15T08:00:01.000Z node.disk: no room\\u001b[2J"
    plan = Happened(5, "2027-01-15T08:00:02.000Z", "plan.changed", noun="p-abcdefghijklmnop")
    assert line_words.event(plan) == "2027-01-15T08:00:02.000Z plan.changed (p-abcdefgh)"
    assert msgspec.json.decode(msgspec.json.encode(found), type=Happened) == found
