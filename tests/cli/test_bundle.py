"""`wideberth bundle`: out of one node that runs, and into the other; what did not open, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Desk, desk
from tests.story import whole


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def exported(two: Desk, name: str, at: str = "north") -> Path:
    file = two.config / name
    other = "south" if at == "north" else "north"
    ran = two.done("bundle", "export", other, "--out", str(file), at=at)
    assert ran.out.startswith(f"wrote   {file}: ") and f"Carry {file} to {other}" in ran.err
    return file


def test_a_bundle_brings_entries_and_the_next_one_their_receipts(two: Desk) -> None:
    two.two.one.say(two.two.line, "main", "test.said", 1, {"said": "one"})
    file = exported(two, "1.bundle")
    assert file.stat().st_mode & 0o777 == 0o600
    ran = two.done("bundle", "import", str(file), at="south")
    assert "line     north" in ran.out and "did not  0" in ran.out and "missing  0" in ran.out
    assert "Give them their receipts: wideberth bundle export" in ran.err
    before = two.two.one.line(two.two.line).feeds
    two.done("bundle", "import", str(exported(two, "2.bundle", "south")), at="north")
    after = two.two.one.line(two.two.line).feeds
    delivered = [(each.delivered, each.entries) for each in after if each.mine and each.kind == "main"]
    earlier = [each.delivered for each in before if each.mine and each.kind == "main"]
    assert delivered[0][0] == delivered[0][1] > earlier[0]
    found = two.done("bundle", "import", str(file), "--line", "north", "--json", at="south").json
    assert (found["schema"], found["line"], found["missing"]) == ("wideberth.bundle/1", two.two.line, 0)


def test_a_file_is_never_written_over(two: Desk) -> None:
    file = exported(two, "1.bundle")
    two.refused("bundle.exists", "bundle", "export", "south", "--out", str(file))
    # the name that it has while it is written may be somebody's file, too
    other = file.with_name("2.bundle.new")
    other.write_text("a letter")
    two.refused("bundle.exists", "bundle", "export", "south", "--out", str(file.with_name("2.bundle")))
    assert other.read_text() == "a letter"


def test_nothing_is_written_where_the_node_refuses(two: Desk) -> None:
    file = two.config / "1.bundle"
    two.refused("api.role", "bundle", "export", "south", "--out", str(file), role="observer")
    assert not file.exists() and not file.with_name("1.bundle.new").exists()


def test_what_is_cut_off_is_told_and_the_rest_counts(two: Desk) -> None:
    two.two.one.say(two.two.line, "main", "test.said", 1, {"said": "one"})
    file = exported(two, "1.bundle")
    file.write_bytes(file.read_bytes()[:-1])
    ran = two.run("bundle", "import", str(file), at="south")
    assert ran.code == 1 and "missing  1" in ran.out and "copy it again" in ran.err


def test_what_does_not_open_is_told(two: Desk) -> None:
    file = exported(two, "1.bundle")
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    ran = two.run("bundle", "import", str(file), at="south")
    assert ran.code == 1 and "did not  1" in ran.out and "comes again by itself" in ran.err


def test_the_own_bundle_one_of_another_line_and_none_are_refused(two: Desk) -> None:
    file = exported(two, "1.bundle")
    two.refused("bundle.other_line", "bundle", "import", str(file))
    two.refused("bundle.other_line", "bundle", "import", str(file), "--line", "south")
    file.write_text("not a bundle at all, but a letter")
    two.refused("bundle.file", "bundle", "import", str(file))
    two.refused("file.missing", "bundle", "import", str(two.config / "nothing"))
    whole.settle(two.two)
