"""`wideberth line gate`, `held`, `release`, `drop`, asked of a node that runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Desk, desk
from tests.store.peopled import WORDS
from tests.story import whole
from wideberth.cli.line_gate import plain
from wideberth.desk import notice_entries
from wideberth.desk.notice_entries import Told
from wideberth.ledger import ids
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import FOOT, METRE
from wideberth.space.volume import Volume
from wideberth.store.accounts import DAY

NOTICE = f"n-{ids.base32(bytes(16))}"


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        now = found.two.time.wall_ms
        found.two.one.people.add("second", WORDS, ["officer"], now)
        found.tokens["north"]["second"] = found.two.one.people.new_token("second", "test", DAY, now)
        yield found


def tell(two: Desk, callsign: str = "KITE 7") -> None:
    """The first node tells a notice."""
    start = two.two.time.wall_ms + 3_600_000
    ground = Circle((330_000_000, 340_000_000), 2_000 * METRE)
    volume = Volume(ground, SURFACE, Altitude("MSL", 3_000 * FOOT), start, start + 3_600_000)
    told = Told(NOTICE, 1, "full", "accepted", "uas", callsign, (volume,))
    two.two.one.say(two.two.line, "main", told.TYPE, 1, notice_entries.write(told))


def first(two: Desk) -> str:
    """The number of what is held."""
    found = two.run("line", "held", "south", "--json").json["held"]
    assert isinstance(found, list) and len(found) == 1
    return str(found[0]["n"])


def test_a_notice_is_seen_on_paper_and_map_before_it_goes_out(two: Desk) -> None:
    assert two.done("line", "gate", "south", role="observer").out.startswith("off: ")
    assert two.done("line", "gate", "south", "always").out.startswith("always: what discloses waits")
    assert two.done("line", "held", "south").out == "nothing is held\n"
    tell(two)
    picture = two.config / "held.svg"
    ran = two.run("line", "held", "south", "--picture", str(picture))
    assert ran.code == 1 and '"callsign":"KITE 7"' in ran.out and f'"notice":"{NOTICE}"' in ran.out
    drawn = picture.read_text()
    assert drawn.startswith("<svg") and "SFC to 3,000 ft MSL" in drawn and "33°58.9′N – 34°01.1′N" in drawn
    assert "soon: 1 entries wait for an officer" in " ".join(two.done("line", "show", "south").out.split())
    n = first(two)
    ran = two.run("line", "release", "south", n, typed="\n")
    assert ran.code == 2 and "[line.not_confirmed]" in ran.err and '"callsign":"KITE 7"' in ran.err
    assert two.done("line", "release", "south", n, typed="y\n").out == "nothing is held\n"
    whole.settle(two.two)
    types = [each.entry.header.type for each in two.two.other._open[two.two.line].state.order.placed]
    assert "notice" in types
    two.refused("gate.not_held", "line", "release", "south", n, "--yes")


def test_two_officers_release_and_open(two: Desk) -> None:
    two.done("line", "gate", "south", "two-person")
    tell(two)
    n = first(two)
    ran = two.run("line", "release", "south", n, "--yes")
    assert ran.code == 1 and "another officer" in ran.err and "seen by 1 of 2" in ran.out
    assert two.done("line", "release", "south", n, "--yes", role="second").out == "nothing is held\n"
    ran = two.run("line", "gate", "south", "off")
    assert ran.code == 1 and "off: 1 of 2" in ran.err and ran.out.startswith("two-person")
    assert two.done("line", "gate", "south", "off", "--json", role="second").json["gate"]["gate"] == "off"  # type: ignore[index]  # JSON


def test_what_is_dropped_is_gone(two: Desk) -> None:
    two.done("line", "gate", "south", "always")
    tell(two)
    n = first(two)
    assert two.done("line", "drop", "south", n, "--yes").out == "nothing is held\n"
    whole.settle(two.two)
    types = [each.entry.header.type for each in two.two.other._open[two.two.line].state.order.placed]
    assert "notice" not in types


def test_who_may_not_and_what_is_none(two: Desk, tmp_path: Path) -> None:
    two.refused("api.role", "line", "gate", "south", "always", role="observer")
    two.refused("api.role", "line", "held", "south", role="observer")
    two.refused("gate.setting", "line", "gate", "south", "on")
    two.refused("gate.not_held", "line", "drop", "south", "1", "--yes")
    two.refused("picture.format", "line", "held", "south", "--picture", str(tmp_path / "x.png"))


def test_nothing_hides_in_a_text() -> None:
    assert plain('{"a":"b\u202ec\u200d\x7fd"}') == '{"a":"b\\u202ec\\u200d\\u007fd"}'
    assert plain("\U000e0041") == "\\udb40\\udc41"
    assert plain("שלום é") == "שלום é"
