"""`wideberth relay`: cells, what is handed down, slips, signatures and the tree, of a node that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Desk, desk
from tests.cli.runs import run
from tests.story import desks, whole
from tests.story.desks import START, circle, given
from wideberth.ledger import ids
from wideberth.model.relay import NEVER

CELLS = {"operations": None, "air desk": "operations", "crew 1": "air desk", "boat 7": "operations"}
KEYED = ("operations", "air desk", "crew 1")


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        desks.agree(found.two, desks.terms(found.two, {"*": "full"}))
        yield found


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory, two: Desk) -> Path:
    """Key files of cells; the cells are there."""
    folder = tmp_path_factory.mktemp("keys")
    for name, above in CELLS.items():
        more = () if above is None else ("--above", above)
        if name in KEYED:
            file = str(folder / f"{name}.key")
            assert run("key", "new", "cell", "--out", file, "--no-passphrase").code == 0
            more = (*more, "--key", f"{file}.pub")
        two.done("relay", "cell", "add", name, *more)
    return folder


def opened(two: Desk, lon: float, *more: str) -> tuple[str, str]:
    """A plan that is handed down: its label, and the number of the relay."""
    label = f"run {lon}"
    [plan] = two.two.one.desk.submit([given(circle(lon, 34.0, START), label=label)])
    two.done("relay", "open", label, *more)
    return label, plan.plan[2:8].upper()


def signed(two: Desk, keys: Path, number: str, *names: str) -> None:
    for name in names:
        two.done("relay", "confirm", number, name, "--key", str(keys / f"{name}.key"), "--yes")


def test_cells_are_listed_below_each_other(two: Desk, keys: Path) -> None:
    shown = two.done("relay", "cells", role="planner").out
    assert [line.split("  ")[0].strip() for line in shown.splitlines()[1:]] == list(CELLS)
    assert "its own key" in shown and "slips" in shown
    found: Any = two.done("relay", "cells", "--json").json
    assert [each["name"] for each in found["cells"]] == list(CELLS) and found["notice"] == NEVER
    two.refused("relay.name", "relay", "cell", "add", "pilot +963 11 222 3344")
    two.refused("relay.cell_exists", "relay", "cell", "add", "Crew 1")
    two.refused("relay.has_cells", "relay", "cell", "remove", "air desk")
    two.refused("relay.no_cell", "relay", "cell", "remove", "nobody")
    two.refused("api.role", "relay", "cells", role="admin")
    two.done("relay", "cell", "add", "spare")
    two.done("relay", "cell", "remove", "spare")


def test_a_broken_branch_is_unmistakable_and_a_whole_tree_says_so(
    two: Desk, keys: Path, tmp_path: Path
) -> None:
    label, number = opened(two, 33.0, "--cell", "crew 1")
    signed(two, keys, number, "operations", "crew 1")
    two.done("relay", "handed", number, "air desk", "--how", "radio")
    broken = two.run("relay", "status", number, "--text")
    assert broken.code == 1
    assert "✗ BROKEN HERE: air desk: handed by radio" in broken.out
    assert "✓ (below a break) crew 1, executing: confirmed" in broken.out
    assert "BROKEN in 1 place: 1 of 3 cells have not confirmed" in broken.out
    assert label in broken.out and NEVER in broken.err
    picture = tmp_path / "tree.svg"
    assert two.run("relay", "status", number, "--picture", str(picture)).code == 1
    svg = picture.read_text()
    assert "✗" in svg and "BROKEN HERE" in svg and "air desk" in svg
    page = tmp_path / "tree.html"
    two.run("relay", "status", number, "--picture", str(page))
    assert "✗ BROKEN HERE: air desk" in page.read_text()
    signed(two, keys, number, "air desk")
    done = two.done("relay", "status", number)
    assert "WHOLE: all 3 cells have confirmed this exact text" in done.out
    assert "the last executing cell has confirmed" in done.out and "BROKEN" not in done.out


def test_a_slip_is_written_once_and_its_words_confirm(two: Desk, keys: Path, tmp_path: Path) -> None:
    _, number = opened(two, 34.0, "--cell", "boat 7")
    file = tmp_path / "boat-7.html"
    made: Any = two.done("relay", "slip", number, "boat 7", "--out", str(file), "--json").json
    assert (made["name"], made["page"], file.stat().st_mode & 0o777) == ("boat 7", False, 0o600)
    [words] = re.findall(r'class="words">([a-z ]+)<', file.read_text())
    assert len(words.split()) == 16 and words not in str(made)
    two.refused("output.exists", "relay", "slip", number, "boat 7", "--out", str(file))
    secret = two.secret(f"{words.upper()}\n")
    ran = two.done("relay", "confirm", number, "boat 7", "--words-file", secret, "--say", "unable", "--yes")
    assert "SAYS THAT IT CANNOT" in ran.out and "signed by a slip" in ran.out
    assert "circle" in ran.err and words not in ran.out + ran.err
    two.refused("relay.used", "relay", "confirm", number, "boat 7", "--words-file", secret, "--yes")
    other = two.secret("lusab babad\n")
    two.refused("relay.words", "relay", "confirm", number, "boat 7", "--words-file", other, "--yes")


def test_nothing_is_signed_without_a_yes_or_by_another_key(two: Desk, keys: Path) -> None:
    _, number = opened(two, 35.0, "--cell", "operations")
    own, other = (str(keys / f"{name}.key") for name in ("operations", "crew 1"))
    two.refused("relay.not_confirmed", "relay", "confirm", number, "operations", "--key", own)
    assert two.run("relay", "confirm", number, "operations", "--key", own, typed="y\n").code == 0
    two.refused(
        "relay.other_key",
        "relay",
        "confirm",
        number,
        "operations",
        "--key",
        other,
        "--say",
        "unable",
        "--yes",
    )
    two.refused("relay.signer", "relay", "confirm", number, "operations", "--yes")
    two.refused("relay.entry", "relay", "confirm", number, "operations", "--key", own, "--say", "yes")
    two.refused("relay.no_cell", "relay", "confirm", number, "boat 7", "--key", own, "--yes")


def test_a_notice_of_the_other_party_is_handed_down_and_what_is_with_nobody_is_shown(
    two: Desk, keys: Path
) -> None:
    [theirs] = two.two.other.desk.submit([given(circle(36.0, 34.0, START), label="theirs")])
    whole.settle(two.two)
    notice = ids.notice_of(two.two.line, theirs.plan)
    two.done("relay", "open", notice, "--line", "South", "--cell", "operations")
    number = notice[2:8].upper()
    signed(two, keys, number, "operations")
    shown = two.done("notice", "show", "South", notice).out
    assert "by us: the last executing cell has confirmed" in shown
    assert "by them: nothing said: it may have reached nobody" in shown
    [soon] = two.two.one.desk.submit([given(circle(37.0, 34.0, two.two.time.wall_ms + 600_000))])
    status = two.run("relay", "status")
    assert status.code == 1 and f"✗ WITH NOBODY: OUR PLAN: NUMBER {soon.plan[2:8].upper()}" in status.out
    two.two.one.desk.state(soon.plan, "ended")


def test_cells_are_tested_before_it_matters(two: Desk, keys: Path) -> None:
    shown = two.done("relay", "test", "--within", "10", "--cell", "air desk")
    assert "TEST OF CONTACT: NUMBER" in shown.out and "BROKEN HERE: operations" in shown.out
    found: Any = two.done("relay", "test", "--cell", "operations", "--json").json
    number = found["relays"][0]["test"][2:8].upper()
    signed(two, keys, number, "operations")
    assert "WHOLE" in two.done("relay", "status", number).out


def test_what_is_not_there_or_not_meant_is_said(two: Desk, keys: Path, tmp_path: Path) -> None:
    two.refused("relay.none", "relay", "status", "nothing")
    two.refused("api.not_found", "relay", "status", f"r-{'a' * 26}")
    two.refused("plan.none", "relay", "open", "nothing")
    _, number = opened(two, 38.0, "--cell", "operations")
    two.refused("relay.how", "relay", "handed", number, "operations", "--how", "slip")
    two.refused("picture.format", "relay", "status", number, "--picture", str(tmp_path / "x.png"))
    two.refused("relay.picture", "relay", "status", "--picture", str(tmp_path / "x.svg"))
    found: Any = two.run("relay", "status", "--json").json
    assert {"as_of", "relays", "nobody", "notice", "schema"} <= set(found)
    assert found["schema"] == "wideberth.relay/1"
