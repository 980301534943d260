"""`wideberth record export` while the node runs: it is asked, and what it gives verifies."""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.agreed import agreed, settled
from tests.cli.running import Desk
from tests.cli.runs import Ran, run
from tests.ledger.two import seed
from tests.story import case_told as played
from wideberth.formats.times import to_rfc3339
from wideberth.ledger import ids
from wideberth.node import directory, records


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with agreed() as found:
        yield found


@pytest.fixture(scope="module")
def case(two: Desk) -> str:
    return played.play(two.two)[0]


def now(two: Desk) -> str:
    return to_rfc3339(two.two.time.wall_ms + 60_000)


def export(two: Desk, out: Path, *more: str, at: str = "north", role: str | None = "officer") -> Ran:
    return two.run("record", "export", "--out", str(out), "--as-of", now(two), *more, at=at, role=role)


def verified(two: Desk, file: Path) -> Ran:
    trust = [f"--trust={place.party}" for place in two.two.places]
    ran = run("verify", str(file), "--as-of", now(two), "--json", *trust)
    assert (ran.code, ran.json["verdict"]) == (0, "verified"), ran.err
    return ran


def feed(two: Desk, *, mine: bool) -> str:
    node = two.two.one
    return next(
        each.origin
        for each in node.line(two.two.line).feeds
        if each.mine is mine and each.kind == "main" and each.entries
    )


def test_both_sides_export_a_case_while_both_run(two: Desk, case: str, tmp_path: Path) -> None:
    told = []
    for at, role in (("north", "officer"), ("south", "observer")):
        out, page = tmp_path / f"{at}.record", tmp_path / f"{at}.html"
        ran = export(two, out, "--case", case[:9], "--html", str(page), at=at, role=role)
        assert ran.code == 0, ran.err
        assert f"case {case}: " in ran.err and "only the headers" in ran.err
        assert f"next: wideberth verify {out}" in ran.err and out.stat().st_mode & 0o777 == 0o600
        text = page.read_text()
        assert "VERIFIED" in text and "NORTH 1" in text and "this node's party" not in text
        told.append(verified(two, out).json["case"])
    for each in told:
        for step in each["steps"]:  # type: ignore[index]  # it is an object
            step.pop("delivered_at")  # each side has the receipts of its own entries
    assert told[0] == told[1] and told[0]["phase"] == "closed"  # type: ignore[index]  # it is an object
    sparse = tmp_path / "sparse.record"
    ran = export(two, sparse, "--case", "SOUTH 7", "--line", "north", "--no-headers", at="south")
    assert "only hashes" in ran.err, ran.err
    verified(two, sparse)
    assert sparse.stat().st_size < (tmp_path / "north.record").stat().st_size
    assert sorted(each.suffix for each in tmp_path.iterdir()) == [".html", ".html", *[".record"] * 3]


def test_feeds_of_a_node_that_runs(two: Desk, case: str, tmp_path: Path) -> None:
    mine, theirs = feed(two, mine=True), feed(two, mine=False)
    out = tmp_path / "feeds.record"
    ran = export(two, out, "--feed", mine, "--feed", theirs)
    assert ran.code == 0 and f"{mine}: entries 0 to " in ran.err and f"{theirs}: entries 0 to " in ran.err
    assert "left out" not in ran.err
    verified(two, out)
    ran = export(two, out, "--feed", mine, "--from", "2", "--to", "2", "--force")
    held = next(each.entries for each in two.two.one.line(two.two.line).feeds if each.origin == mine)
    assert f"{mine}: entries 2 to " in ran.err and "after them are left out" in ran.err
    assert f"{held:,}" not in ran.err.split("left out")[0].split("entries 2 to ")[1]
    verified(two, out)


def test_over_a_url(two: Desk, case: str, tmp_path: Path) -> None:
    out, token = tmp_path / "case.record", two.tokens["north"]["observer"]
    given = ("--url", two.urls["north"], "--case", case, "--out", str(out), "--as-of", now(two))
    ran = run("record", "export", *given, WIDEBERTH_TOKEN=token)
    assert ran.code == 0, ran.err
    verified(two, out)


def test_what_is_refused(two: Desk, case: str, tmp_path: Path) -> None:
    out = tmp_path / "x"
    for code, *more in (
        ("case.none", "--case", "a" * 52),
        ("case.none", "--case", "nothing"),
        ("record.choice", "--case", case, "--from", "3"),
        ("line.none", "--case", case, "--line", "nobody"),
        ("ledger.origin", "--feed", "main"),
        ("line.none", "--feed", feed(two, mine=True).replace(two.two.line, ids.base32(bytes(32)))),
        ("record.nothing_signed", "--feed", feed(two, mine=True), "--from", "9999"),
    ):
        ran = export(two, out, *more)
        assert ran.code in (2, 3) and f"[{code}]" in ran.err, ran.err
    ran = export(two, out, "--case", case, role=None)
    assert ran.code != 0 and "[login.none]" in ran.err
    assert not out.exists() and list(tmp_path.iterdir()) == []


def test_what_a_node_gives_must_verify(
    two: Desk, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node of one's own may be damaged too: nothing is left where the file was to be."""
    made = records.of_case

    def cut(*given: object, headers: bool) -> bytes:
        return made(two.two.one, case, headers=headers)[:-100]

    monkeypatch.setattr(records, "of_case", cut)
    ran = export(two, tmp_path / "x", "--case", case)
    assert ran.code == 2 and "[record.truncated]" in ran.err, ran.err
    assert list(tmp_path.iterdir()) == []


def test_where_a_node_was_killed_its_journal_is_opened(tmp_path: Path) -> None:
    """Its socket is still there, and nobody answers."""
    with agreed() as found:
        case = played.play(found.two)[0]
        settled(found)
        place, at = found.two.places[0], now(found)
        copy = tmp_path / "d"
        shutil.copytree(place.path, copy, ignore=shutil.ignore_patterns("*.sock"))
    (copy / directory.RUN).mkdir(exist_ok=True)
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as left:
        left.bind(str(copy / directory.RUN / "node.sock"))
    key = tmp_path / "key"
    key.write_text(ids.base32(seed("north journal")))
    key.chmod(0o600)
    given = ("--data", str(copy), "--key-file", str(key), "--out", str(tmp_path / "x"), "--as-of", at)
    assert run("record", "export", "--case", case, *given, WIDEBERTH_TOKEN=None).code == 0
