"""`wideberth record incident`, asked of a node that runs."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli import agreed
from tests.cli.running import Desk
from tests.cli.runs import process
from wideberth.node.calls import Asked


@pytest.fixture
def two() -> Iterator[Desk]:
    with agreed.agreed() as found:
        yield found


def call(two: Desk) -> str:
    asked = Asked(None, {}, "duty officer", "flash", "en", text="Stop and check")
    made = two.two.one.room.calls.call(two.two.line, asked).call
    agreed.settled(two)
    return made


def test_a_pack_is_written_verified_and_says_what_is_not_in_it(two: Desk) -> None:
    made, file = call(two), two.config / "incident.zip"
    ran = two.done("record", "incident", "--about", made, "--out", str(file))
    assert "not in it: People's names" in ran.err and "next: python3 -m zipfile -e" in ran.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        archive.extractall(two.config / "pack")
    [record] = (two.config / "pack" / "records").iterdir()
    trust = [f"--trust={each.party}" for each in two.two.places]
    ran = process("verify", str(record), *trust, "--as-of", "2027-02-01T00:00:00Z")
    assert ran.code == 0 and ran.out.startswith("VERIFIED")
    two.refused("output.exists", "record", "incident", "--about", made, "--out", str(file))
    within = ("--from", "2027-01-15T00:00:00Z", "--to", "2027-01-16T00:00:00Z", "--force")
    two.done("record", "incident", "--about", made[:10], "--out", str(file), *within, role="releasing")
    acts = two.done("admin", "acts", role="officer")
    assert "incident.pack" in acts.out


def test_the_page_says_which_read_back_was_not_the_same(two: Desk) -> None:
    fields = {"place": "35.1912, 36.7512"}, {"place": "35.1912, 36.6512"}
    first, other = ([f"{name}={text}" for name, text in each.items()] for each in fields)
    made: Any = two.done("call", "make", "south", "CHECK", *first, "--json").json["calls"]
    agreed.settled(two)
    of, role = made[0]["call"], ("--role", "duty officer")
    for said in (other, first):
        two.run("call", "read-back", of, *role, *said, at="south")
    agreed.settled(two)
    file = two.config / "incident.zip"
    two.done("record", "incident", "--about", of, "--out", str(file))
    with zipfile.ZipFile(file) as archive:
        page = archive.read("incident.html").decode()
    assert page.count("NOT THE SAME: place") == page.count("the same as it was called") == 1
    assert page.index("NOT THE SAME") < page.index("the same as it was called")


def test_what_is_refused(two: Desk) -> None:
    made, out = call(two), str(two.config / "x.zip")
    asked = ("record", "incident", "--out", out, "--about")
    two.refused("incident.none", *asked, "k-nothing-is-about-this")
    two.refused("api.role", *asked, made, role="observer")
    two.refused("time.malformed", *asked, made, "--from", "noon")
    two.refused("line.none", *asked, made, "--line", "east")
    two.done(*asked, made, "--line", "south", "--force")
    late = ("--from", "2027-03-01T00:00:00Z")
    two.refused("record.nothing_signed", *asked, made, *late, "--force")
    two.refused("record.range", *asked, made, *late, "--force", "--to", "2027-01-01T00:00:00Z")
