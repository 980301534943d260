"""`wideberth release`: drawn up, seen, approved by two officers' files, delivered, recalled, or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Desk, desk
from tests.story import desks, whole
from tests.story.desks import HOUR_MS, START
from wideberth.formats import release_file
from wideberth.ledger import approval
from wideberth.ledger.approval import Subject
from wideberth.node.views import time


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        desks.agree(found.two, desks.terms(found.two, {"*": "none"}))
        found.two.one.desk.submit([desks.given(desks.circle(33.0, 34.0, START))])
        yield found


def done(two: Desk, *arguments: str) -> str:
    """As the releasing officer, who needs to be nothing else."""
    return two.done("release", *arguments, role="releasing").out


def draft(two: Desk, *more: str) -> str:
    """Its id."""
    two.done("release", "recipient", "add", "Observers", role="releasing")
    arguments = ("--to", "observers", "--title", "Survey flights", "--plan", "survey 1", *more)
    ran = two.done("release", "draft", *arguments, "--json", role="releasing")
    found: Any = ran.json
    return str(found["releases"][0]["release"])


def approvals(two: Desk, release: str) -> list[str]:
    """The options that hand in what two officers have signed of its index."""
    index = two.config / f"{release}.json"
    done(two, "preview", release, "--file", "release.json", "--out", str(index))
    subject = Subject("release", hashlib.sha256(index.read_bytes()).digest())
    given = []
    for n in range(2):
        file = two.config / f"{n}-{release}.approval"
        file.write_bytes(approval.write(approval.sign(subject, two.two.places[0].officer(n))) + b"\n")
        given += ["--approval", str(file)]
    return given


def test_from_a_draft_to_a_file_and_its_recall(two: Desk) -> None:
    release = draft(two)
    shown = two.done("release", "show", release[:10], role="releasing")
    assert "stands    draft" in shown.out and "caveats   never to be passed on" in shown.out
    assert "record    1  plan of north: no title; coarse, cells of 18,520 m" in shown.out
    assert "--what release" in shown.err
    text = done(two, "preview", release)
    assert "Survey flights" in text and "humanitarian law" in text and "survey 1" not in text
    meter = done(two, "meter", release)
    assert "known to   Observers" in meter and "after it:            1 record" in meter
    signed = approvals(two, release)
    two.refused("release.two", "release", "approve", release, *signed[:2], role="releasing")
    assert "stands    approved" in done(two, "approve", release, *signed)
    file = two.config / "survey.zip"
    saved = two.done("release", "save", release, str(file), role="releasing")
    assert "wideberth verify" in saved.err
    two.refused("output.exists", "release", "save", release, str(file), role="releasing")
    assert release_file.read(file.read_bytes()).index.release == release
    assert "left" in done(two, "show", release)
    received = done(two, "receipt", release, "--role", "registry")
    assert "as was entered by hand" in received
    two.refused("release.not_recalled", "release", "notice", release, role="releasing")
    recalled = two.done("release", "recall", release, "--reason", "it has changed", role="releasing")
    assert "stands    recalled" in recalled.out and "release notice" in recalled.err
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert digest in done(two, "notice", release)
    two.refused("release.not_now", "release", "link", release, role="releasing")
    assert "recalled" in done(two, "list")


def test_a_link_and_a_line(two: Desk) -> None:
    assert "no recipient yet" in done(two, "recipient", "list")
    done(two, "recipient", "add", "South", "--line", "south")
    release = draft(two)
    done(two, "approve", release, *approvals(two, release))
    two.refused("release.no_line", "release", "send", release, role="releasing")
    linked = two.done("release", "link", release, "--for", "2h", role="releasing")
    assert "/d/" in linked.out and time(two.two.time.wall_ms + 2 * HOUR_MS) in linked.out
    assert "No public listener" in linked.err
    assert "left" in done(two, "show", release) and "/d/" not in done(two, "show", release)
    arguments = (
        "--to",
        "South",
        "--title",
        "For South",
        "--plan",
        "survey 1=full",
        "--grid",
        "5NM,2000ft,2h",
    )
    ran: Any = two.done("release", "draft", *arguments, "--json", role="releasing").json
    [other] = ran["releases"]
    assert (other["records"][0]["level"], other["records"][0]["grid"]) == ("full", None)
    done(two, "approve", other["release"], *approvals(two, other["release"]))
    done(two, "send", other["release"])
    whole.settle(two.two)
    assert "          delivered" in done(two, "show", "For South")
    listed = done(two, "recipient", "list")
    assert "line, file, link" in listed and "file, link" in listed


def test_sites_and_what_is_amended(two: Desk) -> None:
    release = draft(two, "--grid", "20NM,5000ft,2h", "--expires", time(START), "--release-to", "Auditors")
    shown: Any = two.done("release", "show", release, "--json", role="releasing").json
    grid = shown["release"]["records"][0]["grid"]
    assert (grid["h_m"], grid["v_m"], grid["t_s"]) == (37_040.0, 1_524.0, 7_200.0)
    assert shown["release"]["caveats"]["release_to"] == ["Auditors"]
    amended = done(two, "amend", release, "--title", "Anew", "--plan", "survey 1", "--onward", "--no-control")
    assert "title     Anew" in amended and "may be passed on" in amended
    assert "stands    withdrawn" in done(two, "withdraw", release)
    assert draft(two) != draft(two)
    two.refused("release.several", "release", "show", "Survey flights", role="releasing")


DRAFT = ("draft", "--to", "Observers", "--title", "x")
PLAN = (*DRAFT, "--plan", "survey 1")
REFUSED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("release.recipient", ("draft", "--to", "Nobody", "--title", "x", "--plan", "survey 1")),
    ("plan.none", (*DRAFT, "--plan", "nothing")),
    ("release.records", DRAFT),
    ("release.records", (*PLAN, "--plan", "survey 1")),
    ("release.level", (*PLAN, "--level", "x")),
    ("release.grid", (*PLAN, "--grid", "5NM")),
    ("release.grid", (*PLAN, "--grid", "5m,5ft,1s")),
    ("release.records", (*DRAFT, "--row", "a")),
    ("release.records", (*DRAFT, "--notice", "n-x")),
    ("release.no_record", (*DRAFT, "--talks", "t-x")),
    ("release.none", ("show", "r-nothing")),
    ("release.recipient", ("recipient", "add", "East", "--ally", "Nobody")),
)


def test_what_is_refused(two: Desk) -> None:
    done(two, "recipient", "add", "Observers")
    for code, arguments in REFUSED:
        two.refused(code, "release", *arguments, role="releasing")
    assert "nothing was released" in done(two, "list")


def test_a_planner_releases_nothing(two: Desk, tmp_path: Path) -> None:
    release = draft(two)
    for arguments in (("list",), ("show", release), ("save", release, str(tmp_path / "x.zip"))):
        two.refused("api.role", "release", *arguments, role="planner")
    assert not (tmp_path / "x.zip").exists()
