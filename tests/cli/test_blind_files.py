"""The blind check by files: two officers, a file from the one to the other, and what may go wrong between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import structs

from tests.cli.runs import Ran, plan, run, save
from wideberth.blind.messages import SESSION, Evaluated, Stopped
from wideberth.cli.blind_files_words import MEASURED
from wideberth.formats import blind_file
from wideberth.ledger import keys
from wideberth.store import keyfile

AS_OF = ("--as-of", "2026-11-24T06:05:00Z")
FROM, UNTIL = "2026-11-24T06:00:00.000Z", "2026-11-25T06:00:00.000Z"
BLIND = """
[blind]
mode = "cells"
every = "15min"
horizon = "24h"
start_level = 12
floor_level = 20
terms = 2000
matched_percent = 25
cells_a_day = 2000
audits_a_day = 4
timeout = "5min"
"""
NORTH = [plan("North", "survey", label="Coast survey"), plan("North", "far", at=[20.0, 10.0])]
NEAR, CLEAR = plan("South", "lift", at=[33.02, 34.0]), plan("South", "lift", at=[36.0, 34.0])
OTHER = {"north": "south", "south": "north"}


class Two(NamedTuple):
    """What both officers have: keys, plans, the terms."""

    path: Path

    def at(self, name: str) -> str:
        return str(self.path / name)

    def run(self, *arguments: str) -> Ran:
        return run("blind", *arguments)

    def given(self, party: str, terms: str = "terms.toml") -> tuple[str, ...]:
        key, peer = self.at(f"{party}.key"), self.at(f"{OTHER[party]}.key.pub")
        return ("--agreement", self.at(terms), "--key", key, "--peer", peer)

    def start(self, run: str, *more: str, terms: str = "terms.toml") -> Ran:
        """North begins."""
        where = ("--state", self.at(f"{run}.north"), "--out", self.at(f"{run}.1"))
        return self.run("start", self.at("north.geojson"), *self.given("north", terms), *where, *AS_OF, *more)

    def answer(self, run: str, *more: str, plans: str = "clear.geojson", terms: str = "terms.toml") -> Ran:
        """South answers for the first time."""
        where = ("--state", self.at(f"{run}.south"), "--out", self.at(f"{run}.2"))
        files = (self.at(f"{run}.1"), self.at(plans))
        return self.run("answer", *files, *self.given("south", terms), *where, *AS_OF, *more)

    def step(self, verb: str, run: str, number: int, party: str, *more: str, out: bool = True) -> Ran:
        """Whoever it is reads a file, and writes the next."""
        where = ("--out", self.at(f"{run}.{number + 1}")) if out else ()
        return self.run(
            verb, self.at(f"{run}.{number}"), "--state", self.at(f"{run}.{party}"), *where, *AS_OF, *more
        )

    def through(self, run: str, plans: str, files: int = 5, *more: str) -> tuple[Ran, Ran]:
        """A whole run; how it ends on both sides."""
        for ran in (self.start(run, *more), self.answer(run, plans=plans)):
            assert ran.code == 0, ran.err
        for number in range(2, files - 1):
            ran = self.step("answer", run, number, "south" if number % 2 else "north")
            assert ran.code == 0, ran.err
        north = self.step("finish", run, files - 1, "north", "--json")
        return north, self.step("finish", run, files, "south", out=False)

    def data(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def refused(self, code: str, ran: Ran, exit_code: int = 2) -> None:
        assert (ran.code, f"[{code}]" in ran.err, ran.out) == (exit_code, True, ""), ran.err

    def seed(self, party: str) -> bytes:
        return keyfile.opened(keyfile.read(self.data(f"{party}.key")), str)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """Keys, terms and plans; one run that met up to its fourth file. Tests use runs of their own names."""
    made = Two(tmp_path_factory.mktemp("blind"))
    for party in OTHER:
        for purpose, name in (("officer", party), ("identity", f"{party}-id")):
            assert run("key", "new", purpose, "--out", made.at(f"{name}.key"), "--no-passphrase").code == 0
    parties = [f"--party={party}={made.at(party)}-id.key.pub" for party in OTHER]
    assert run("agreement", "draft", "--title", "T", *parties, "--out", made.at("none.toml")).code == 0
    text = made.data("none.toml").decode()
    made.path.joinpath("terms.toml").write_text(text + BLIND)
    made.path.joinpath("other.toml").write_text(text + BLIND.replace('"24h"', '"12h"'))
    made.path.joinpath("count.toml").write_text(text + BLIND.replace('"cells"', '"count"'))
    save(made.path / "north.geojson", *NORTH)
    save(made.path / "near.geojson", NEAR)
    save(made.path / "clear.geojson", CLEAR)
    save(made.path / "mixed.geojson", CLEAR, NORTH[0])
    assert made.start("met").code == 0
    assert made.answer("met", plans="near.geojson").code == 0
    assert made.step("answer", "met", 2, "north").code == 0
    assert made.step("answer", "met", 3, "south").code == 0
    return made


def test_what_met_is_said_to_both_and_which_own_plans(two: Two) -> None:
    north = two.step("finish", "met", 4, "north")
    assert north.code == 1, north.err
    assert "conflict possible here: call" in north.out and "Coast survey (survey)" in north.out
    assert "(far)" not in north.out and "lift" not in north.out
    assert "Call the other officer now" in north.err
    south = two.step("finish", "met", 5, "south", "--json", out=False)
    assert (south.code, south.json["outcome"]) == (1, "matched")
    assert set(south.json["met"]) == {"lift"}  # type: ignore[call-overload]  # what JSON holds
    cells = south.json["cells"]
    assert isinstance(cells, list) and len(cells) > 0
    west, low, east, high = cells[0]["area"]
    assert 32.5 < west < east < 33.5 and 33.5 < low < high < 34.5


def test_a_clear_run_says_as_of_when_until_when_and_of_what_it_says_nothing(two: Two) -> None:
    north, south = two.through("clear", "clear.geojson")
    assert (north.code, north.json["outcome"], north.json["left"]) == (0, "clear", 1)
    assert south.code == 0
    for words in (south.out, str(north.json["words"])):
        assert "no known conflict between the plans that both committed to" in words
        assert f"as of {FROM}, until {UNTIL}; it says nothing of plans not in the set" in words
    assert "no known conflict" not in two.start("clear").out


def test_level_by_level_says_the_same_with_more_files(two: Two) -> None:
    north, south = two.through("levels", "near.geojson", 13, "--descent")
    assert (north.json["outcome"], north.json["files"], south.code) == ("matched", 13, 1)


def test_each_step_says_which_file_goes_where_by_when_and_how_many_are_left(two: Two) -> None:
    ran = two.step("answer", "met", 2, "north", "--json")
    assert (ran.code, ran.json["number"], ran.json["files"], ran.json["left"]) == (0, 3, 5, 3)
    following = " ".join(map(str, ran.json["next"]))  # type: ignore[call-overload]  # what JSON holds
    assert "wideberth blind answer" in following and UNTIL in following
    text = two.step("answer", "met", 3, "south")
    assert "file 4 of 5" in text.out and "wideberth blind finish" in text.err
    assert "7.5 % of plans without a conflict" in text.out


def test_a_step_that_is_run_again_says_the_same_bytes(two: Two) -> None:
    again: tuple[tuple[int, Callable[[], Any]], ...] = (
        (1, lambda: two.start("met")),
        (2, lambda: two.answer("met", plans="near.geojson")),
        (3, lambda: two.step("answer", "met", 2, "north")),
        (4, lambda: two.step("answer", "met", 3, "south")),
    )
    for number, ran in again:
        name = f"met.{number}"
        before, state = two.data(name), two.data("met.north")
        (two.path / name).unlink()
        assert ran().code == 0
        assert two.data(name) == before
        assert two.data("met.north") == state


def test_who_was_stopped_between_the_state_and_the_file_writes_the_file(two: Two) -> None:
    assert two.start("killed").code == 0 and two.answer("killed").code == 0
    before = two.data("killed.2")
    (two.path / "killed.2").unlink()
    ran = two.run(
        "answer", two.at("killed.1"), "--state", two.at("killed.south"), "--out", two.at("killed.2"), *AS_OF
    )
    assert (ran.code, two.data("killed.2")) == (0, before)


def test_nothing_that_is_handed_over_holds_a_plan_and_what_does_is_for_its_owner(two: Two) -> None:
    for number in range(1, 5):
        data = two.data(f"met.{number}")
        assert not any(text in data for text in (b"survey", b"lift", b"Coast", b"North", b"South", b"33.0"))
    assert (two.path / "met.north").stat().st_mode & 0o777 == 0o600
    (two.path / "met.north").chmod(0o640)
    two.refused("key.mode", two.step("answer", "met", 2, "north"))
    (two.path / "met.north").chmod(0o600)


@pytest.mark.parametrize("at", [0, 30, 45, 60, 300, 5_000, -1])
def test_an_altered_byte_is_refused_and_the_right_file_is_taken_after_it(two: Two, at: int) -> None:
    data, state = bytearray(two.data("met.2")), two.data("met.north")
    data[at] ^= 1
    (two.path / "met-bad.2").write_bytes(data)
    ran = two.run(
        "answer", two.at("met-bad.2"), "--state", two.at("met.north"), "--out", two.at("met-bad.3"), *AS_OF
    )
    assert (ran.code, ran.out, "[blind." in ran.err) == (2, "", True), ran.err
    assert two.data("met.north") == state and not (two.path / "met-bad.3").exists()


def test_files_of_the_wrong_side_run_or_place_are_refused(two: Two) -> None:
    two.refused("blind.file_own", two.step("answer", "met", 1, "north"))
    two.refused("blind.file_own", two.step("answer", "met", 3, "north"))
    assert two.start("else").code == 0 and two.answer("else").code == 0
    wrong = ("--state", two.at("met.north"), "--out", two.at("no"), *AS_OF)
    two.refused("blind.file_session", two.run("answer", two.at("else.2"), *wrong))
    assert two.step("answer", "else", 2, "north").code == 0
    two.refused("blind.file_order", two.run("answer", two.at("met.4"), "--state", two.at("new"), *wrong[2:]))
    (two.path / "early.north").write_bytes(b"")
    (two.path / "early.north").chmod(0o600)
    two.refused(
        "blind.file_state", two.run("answer", two.at("met.4"), "--state", two.at("early.north"), *wrong[2:])
    )
    kept = blind_file.read_kept(two.data("met.north"))
    (two.path / "behind").write_bytes(blind_file.write_kept(structs.replace(kept, received=())))
    (two.path / "behind").chmod(0o600)
    two.refused(
        "blind.file_order", two.run("answer", two.at("met.4"), "--state", two.at("behind"), *wrong[2:])
    )


def test_a_file_that_somebody_else_has_signed_is_refused(two: Two) -> None:
    file = blind_file.read(two.data("met.2"))
    (two.path / "forged").write_bytes(blind_file.write(file, lambda data: keys.sign(b"x" * 32, data)))
    ran = two.run("answer", two.at("forged"), "--state", two.at("met.north"), "--out", two.at("no"), *AS_OF)
    two.refused("blind.file_signature", ran)


def test_another_agreement_or_horizon_is_not_clear_and_can_be_put_right_at_once(two: Two) -> None:
    assert two.start("rules").code == 0
    for ran in (
        two.answer("rules", terms="other.toml"),
        two.answer("rules", "--from", "2026-11-24T07:00:00Z"),
    ):
        assert ran.code == 3, ran.err
        assert "NOT CLEAR: the two sides do not go by the same agreement" in ran.out
        assert "NOT CHECKED" in ran.out and "no known conflict" not in ran.out
        assert "SHA-256" in ran.err and "tried again" in ran.err
        assert not (two.path / "rules.2").exists() and not (two.path / "rules.south").exists()
    assert two.answer("rules").code == 0


def test_a_party_that_cheats_is_not_clear_and_the_other_is_told(two: Two) -> None:
    assert two.start("cheat").code == 0 and two.answer("cheat").code == 0
    assert two.step("answer", "cheat", 2, "north").code == 0
    file = blind_file.read(two.data("cheat.3"))
    said = tuple(
        Evaluated(each.session, each.round, each.role, each.proofs, each.points[32:] + each.points[:32])
        if isinstance(each, Evaluated)
        else each
        for each in file.messages
    )
    forged = blind_file.HandOver(file.session, file.form, file.number, said)
    (two.path / "cheat.3").write_bytes(
        blind_file.write(forged, lambda data: keys.sign(two.seed("north"), data))
    )
    south = two.step("answer", "cheat", 3, "south")
    assert south.code == 3 and "NOT CLEAR: an evaluation that is not proven" in south.out, south.err
    assert "call them" in south.err and "wideberth blind finish" in south.err
    assert any(isinstance(each, Stopped) for each in blind_file.read(two.data("cheat.4")).messages)
    north = two.step("finish", "cheat", 4, "north", out=False)
    assert north.code == 3 and "NOT CLEAR: the other party has stopped" in north.out


def test_a_second_file_in_the_place_of_the_first_is_refused(two: Two) -> None:
    file = blind_file.read(two.data("met.2"))
    less = blind_file.HandOver(file.session, file.form, file.number, file.messages[:1])
    (two.path / "met-two.2").write_bytes(
        blind_file.write(less, lambda data: keys.sign(two.seed("south"), data))
    )
    ran = two.run(
        "answer", two.at("met-two.2"), "--state", two.at("met.north"), "--out", two.at("no"), *AS_OF
    )
    two.refused("blind.file_changed", ran)


def test_a_state_of_another_run_is_not_used(two: Two) -> None:
    for more in (("--descent",), ("--from", "2026-11-24T07:00:00Z")):
        two.refused("blind.file_state", two.start("met", *more))
    two.refused("blind.file_state", two.start("met", terms="other.toml"))
    two.refused("blind.file_state", two.answer("met", plans="clear.geojson"))
    ran = two.run(
        "start", two.at("north.geojson"), "--state", two.at("met.south"), "--out", two.at("no"), *AS_OF
    )
    two.refused("blind.file_state", ran)


@pytest.mark.parametrize("left", ["--agreement", "--key", "--peer"])
def test_a_side_begins_with_all_that_it_needs(two: Two, left: str) -> None:
    given = list(two.given("north"))
    del given[given.index(left) : given.index(left) + 2]
    where = ("--state", two.at("need.north"), "--out", two.at("need.1"), *AS_OF)
    two.refused("blind.file_needs", two.run("start", two.at("north.geojson"), *given, *where))


def test_what_cannot_be_a_run_is_refused(two: Two) -> None:
    where = ("--state", two.at("no.state"), "--out", two.at("no"), *AS_OF)

    def start(*arguments: str) -> Ran:
        return two.run("start", *arguments, *where)

    plans = two.at("north.geojson")
    two.refused("blind.none_agreed", start(plans, *two.given("north", "none.toml")))
    two.refused("blind.file_plans", start(two.at("mixed.geojson"), *two.given("north")))
    own = (*two.given("north")[:4], "--peer", two.at("north.key.pub"))
    two.refused("blind.file_key", start(plans, *own))
    two.refused(
        "key.purpose", start(plans, *two.given("north")[:2], "--key", two.at("north-id.key"), *own[4:])
    )
    two.refused("blind.file_late", start(plans, *two.given("north"), "--from", "2026-11-20T00:00:00Z"))
    two.refused("blind.file", two.run("answer", plans, *where))
    two.refused("blind.file_early", two.step("finish", "met", 2, "north"))
    two.refused("blind.file_key", two.step("answer", "met", 2, "north", "--key", two.at("south.key")))
    two.refused("blind.file_out", two.step("finish", "met", 4, "north", out=False))
    two.refused(
        "output.exists",
        two.run("answer", two.at("met.2"), "--state", two.at("met.north"), "--out", plans, *AS_OF),
    )
    assert not (two.path / "no").exists() and not (two.path / "no.state").exists()


def test_more_cells_than_agreed_is_not_clear_and_nothing_is_written(two: Two) -> None:
    text = two.data("terms.toml").decode().replace("terms = 2000", "terms = 100")
    (two.path / "few.toml").write_text(text)
    many = [plan("North", f"n{k}", at=[30.0 + k, 34.0]) for k in range(12)]
    given = (save(two.path / "many.geojson", *many), *two.given("north", "few.toml"))
    ran = two.run("start", *given, "--state", two.at("few.north"), "--out", two.at("few.1"), *AS_OF)
    assert ran.code == 3 and "NOT CLEAR: more cells than are agreed" in ran.out, ran.err
    assert not (two.path / "few.1").exists()


def test_a_plan_that_cannot_be_checked_so_is_named_and_never_called_clear(two: Two) -> None:
    wide = plan("South", "wide", at=[36.0, 34.0], pad_m=11_000)
    save(two.path / "wide.geojson", CLEAR, wide)
    north, south = two.through("wide", "wide.geojson")
    assert (north.code, south.code) == (0, 3), south.err
    assert (
        "wide (wide): cannot be checked blindly, NOT CHECKED" in south.out
        and "NOT CHECKED: call" in south.err
    )


def test_a_count_tells_how_many_and_not_where(two: Two) -> None:
    given = ("--state", two.at("count.north"), "--out", two.at("count.1"), *AS_OF)
    assert two.run("start", two.at("north.geojson"), *two.given("north", "count.toml"), *given).code == 0
    assert two.answer("count", plans="near.geojson", terms="count.toml").code == 0
    assert two.step("answer", "count", 2, "north").code == 0
    assert two.step("answer", "count", 3, "south").code == 0
    ran = two.step("finish", "count", 4, "north", "--json")
    assert (ran.code, ran.json["cells"], ran.json["met"]) == (1, [], {})
    assert isinstance(ran.json["count"], int) and ran.json["count"] > 0
    assert "without proofs" in two.step("finish", "count", 5, "south", out=False).out


def test_files_are_read_strictly(two: Two) -> None:
    data = two.data("met.2")
    head = len(blind_file.HEADING) + SESSION
    wrong: Sequence[bytes] = (
        data[: head + 40],
        data[:head] + b"\x02" + data[head + 1 :],
        data[: head + 1] + b"\0\0" + data[head + 3 :],
        data[:-70] + data[-64:],
        b"x" + data[1:],
    )
    for each in wrong:
        (two.path / "bad").write_bytes(each)
        two.refused(
            "blind.file",
            two.run("answer", two.at("bad"), "--state", two.at("met.north"), "--out", two.at("no"), *AS_OF),
        )


def test_the_figures_that_are_printed_are_those_of_the_document() -> None:
    page = (Path(__file__).parents[2] / "docs" / "blind.md").read_text(encoding="utf-8")
    rows = [row.split(" | ") for row in page.splitlines() if row.startswith("| mixed |")]
    for form, column in (("descent", 4), ("one-shot", 6)):
        assert (
            f"{rows[0][column]} of plans" in MEASURED[form]
            and f"{rows[-1][column]} in dense" in MEASURED[form]
        )
