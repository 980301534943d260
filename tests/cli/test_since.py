"""`check --since`: what changed since an earlier result, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import AS_OF, CREWED, OURS, Ran, plan, run, save

LATER = ("--as-of", "2026-11-23T12:00:00Z")


def check(folder: Path, *more: str) -> Ran:
    return run("check", str(folder / "a.geojson"), str(folder / "b.geojson"), "--preset", "crewed", *more)


def keep(folder: Path, *more: str) -> str:
    """The result of now, saved."""
    last = folder / "last.json"
    last.write_bytes(check(folder, "--json", *AS_OF, *more).bytes)
    return str(last)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One plan of A beside two of B."""
    save(tmp_path / "a.geojson", plan("A", "a"))
    save(tmp_path / "b.geojson", plan("B", "b1", at=[33.02, 34.0]), plan("B", "b2"))
    return tmp_path


def since(ran: Ran) -> dict[str, Any]:
    found = ran.json["since"]
    assert isinstance(found, dict)
    return found


def ids(entries: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [tuple(side["id"] for side in entry["plans"]) for entry in entries]


def test_nothing_changed(folder: Path) -> None:
    last = keep(folder)
    ran = check(folder, "--since", last, *LATER)
    assert ran.code == 1
    assert (
        "since 2026-11-23 10:00Z: 0 new, 0 gone, 2 still there  (pairs of plans)\n" in ran.out
        and ran.out.count("still there, unchanged") == 2
    )
    assert "(new)" not in ran.out and "Gone since" not in ran.out


def test_new_gone_and_changed(folder: Path) -> None:
    last = keep(folder)
    save(folder / "b.geojson", plan("B", "b1", at=[33.04, 34.0]), plan("B", "b3"))
    ran = check(folder, "--since", last, *LATER)
    assert ran.code == 1
    assert "since 2026-11-23 10:00Z: 1 new, 1 gone, 1 still there (1 changed)  (pairs of plans)" in ran.out
    assert "A · a  and  B · b3  (new)\n" in ran.out
    assert "A · a  and  B · b1\n" in ran.out
    assert "still there; was: horizontal gap none (overlap) (larger now)" in ran.out
    assert (
        "Gone since 2026-11-23 10:00Z\n  - A · a  and  B · b2: B · b2 is no longer in the files\n" in ran.out
    )
    found = since(check(folder, "--since", last, "--json", *LATER))
    assert found["as_of"] == "2026-11-23T10:00:00.000Z"
    assert ids(found["new"]) == [("a", "b3")]
    assert ids(found["still"]) == [("a", "b1")]
    before, now = found["still"][0]["changed"]["horizontal_m"]
    assert before == 0 and 1_600 < now < 1_800
    assert [(entry["why"], entry["missing"]) for entry in found["gone"]] == [
        ("no_plan", [{"party": "B", "id": "b2"}])
    ]


def test_a_result_without_since_has_no_such_key(folder: Path) -> None:
    assert "since" not in check(folder, "--json", *AS_OF).json


def test_all_clear_now(folder: Path) -> None:
    last = keep(folder)
    save(folder / "b.geojson", plan("B", "b1", at=[35.0, 34.0]), plan("B", "b2", state="ended"))
    ran = check(folder, "--since", last, *LATER)
    assert ran.code == 0
    assert ran.out.startswith("no known conflict, as of 2026-11-23 12:00Z\n")
    assert "0 new, 2 gone, 0 still there" in ran.out
    assert "A · a  and  B · b1: no conflict between them now" in ran.out
    assert "A · a  and  B · b2: B · b2 is ended" in ran.out


def test_a_refused_file_is_not_checked_and_known_again(folder: Path) -> None:
    last = keep(folder)
    whole = (folder / "b.geojson").read_text()
    (folder / "b.geojson").write_text(whole[:80])
    ran = check(folder, "--since", last, "--json", *LATER)
    assert ran.code == 2
    found = since(ran)
    assert found["gone"] == [] and ids(found["not_checked"]) == [("a", "b1"), ("a", "b2")]
    assert found["not_checked"][0]["because_of"] == [str(folder / "b.geojson")]
    text = check(folder, "--since", last, *LATER).out
    assert "0 new, 0 gone, 0 still there, 2 not checked again" in text
    assert "Not checked again, may still be there\n  - A · a  and  B · b1:" in text
    (folder / "next.json").write_bytes(ran.bytes)
    (folder / "b.geojson").write_text(whole)
    again = since(check(folder, "--since", str(folder / "next.json"), "--json", *LATER))
    assert (again["new"], again["gone"], len(again["still"])) == ([], [], 2)
    assert again["notes"] == []


def test_other_minima_and_another_time_are_told(folder: Path) -> None:
    last = keep(folder)
    ran = run(
        "check",
        str(folder / "a.geojson"),
        str(folder / "b.geojson"),
        *("--preset", "drone", "--since", last, "--as-of", "2026-11-23T09:00:00Z", "--json"),
    )
    notes = since(ran)["notes"]
    assert [note.split(" (")[0] for note in notes] == [
        "the earlier result is as of 2026-11-23 10:00Z, which is later than this one",
        "the minima differ from those of the earlier result",
    ]
    # they stand under their own key only
    listed = ran.json["notes"]
    assert isinstance(listed, list) and not set(notes) & set(listed)


def test_a_result_that_lists_a_part(folder: Path) -> None:
    last = keep(folder, "--limit", "1")
    kept = json.loads(Path(last).read_text())
    assert (kept["count"], len(kept["conflicts"])) == (2, 1)
    ran = check(folder, "--since", last, *LATER)
    assert "not among those that were listed then" in ran.out
    assert "listed only the first 1 of 2 conflicts" in " ".join(ran.out.split())


def test_own_plans(tmp_path: Path) -> None:
    file = save(tmp_path / "a.geojson", plan("A", "a"), plan("A", "b"), plan("B", "c", at=[40, 0]))
    last = tmp_path / "last.json"
    last.write_bytes(run("check", file, *CREWED, "--own", "--json").bytes)
    found = since(run("check", file, *CREWED, "--since", str(last), "--json"))
    assert [entry["why"] for entry in found["not_checked"]] == ["own"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "found an empty file; accepted: what `wideberth check --json` printed; a result that is"),
        (b"{", "[json.syntax]"),
        (b'{"schema": "wideberth.plans/1", "plans": []}', "schema: found wideberth.plans/1; accepted:"),
        (b'{"schema": "wideberth.check/1"}', "[since.missing_key]"),
        (b"[" * 1_000, "[json.depth]"),
    ],
)
def test_a_bad_earlier_result_is_bad_input_and_nothing_is_checked(
    tmp_path: Path, content: bytes, says: str
) -> None:
    last = tmp_path / "last.json"
    last.write_bytes(content)
    ran = run("check", OURS, "no-such-file.geojson", *CREWED, "--since", str(last))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{last}: ")
    assert says in ran.err


def test_an_earlier_result_that_is_not_there() -> None:
    ran = run("check", OURS, *CREWED, "--since", "no-such.json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("no-such.json: found no such file")
