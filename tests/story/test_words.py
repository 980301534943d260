"""Two nodes whose people find out by voice whom they speak to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.story import whole
from tests.story.whole import Two
from wideberth.errors import Invalid, Refused
from wideberth.line import words
from wideberth.line.words import DAY_MS
from wideberth.node.node import Node
from wideberth.node.words import LASTS_MS, OPEN

HOUR_MS = 3_600_000
NOON = DAY_MS // 2


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with whole.two(tmp_path) as found:
        at(found, NOON)
        yield found


def at(two: Two, of_day: int, days: int = 0) -> None:
    """Time goes by to this time of the day that many days later."""
    today = two.time.wall_ms // DAY_MS
    to = (today + days) * DAY_MS + of_day
    while (left := to - two.time.wall_ms) > 0:
        two.time.pass_ms(min(left, HOUR_MS))
        two.one.tick()
        two.other.tick()
    two.time.pass_ms(left)


def answer(two: Two, purpose: words.Purpose = "voice", asks: int = 0) -> str:
    """The first asks, or the second: what the other answers."""
    nodes = (two.one, two.other)
    asked = nodes[asks].room.words.challenge(two.line, purpose)
    return nodes[1 - asks].room.words.reply(two.line, purpose, asked.challenge.words).reply.words


def refused(code: str, ask: object, *arguments: object) -> None:
    with pytest.raises((Invalid, Refused)) as caught:
        ask(*arguments)  # type: ignore[operator]  # a method
    assert caught.value.code == code


def wrong(node: Node, line: str, purpose: words.Purpose = "voice", times: int = 1) -> int:
    left = -1
    for _ in range(times):
        found = node.room.words.check(line, purpose, "babab-babab-babab")
        assert not found.right
        left = found.left
    return left


def codes(node: Node) -> list[str | None]:
    return [each.code for each in node.events(0)[0] if each.what == "words.changed"]


def file(two: Two, which: int = 0) -> Path:
    return two.places[which].path / "keys" / f"{two.line}.words"


def again(two: Two, which: int = 0) -> Node:
    """A node of the two is stopped, and started."""
    (two.one, two.other)[which].close()
    return two.places[which].open(two.time)


@pytest.mark.parametrize("purpose", list(words.PURPOSES))
@pytest.mark.parametrize("asks", [0, 1])
def test_each_side_recognises_the_other(two: Two, purpose: words.Purpose, asks: int) -> None:
    node = (two.one, two.other)[asks]
    for _ in range(2):
        said = answer(two, purpose, asks)
        found = node.room.words.check(two.line, purpose, said)
        assert found.right and found.left == words.TRIES
        refused("words.not_asked", node.room.words.check, two.line, purpose, said)
    view = node.room.words.view(two.line)
    assert view.stopped is None and (view.day, view.since, view.answered) == ("2027-01-15", "2027-01-15", 0)
    assert (two.other, two.one)[asks].room.words.view(two.line).answered == 2


def test_digits_do_as_well_and_another_challenge_can_be_meant(two: Two) -> None:
    first = two.one.room.words.challenge(two.line, "voice")
    two.one.room.words.challenge(two.line, "voice")
    reply = two.other.room.words.reply(two.line, "voice", first.challenge.digits).reply
    assert not two.one.room.words.check(two.line, "voice", reply.digits).right
    assert two.one.room.words.check(two.line, "voice", reply.digits, first.challenge.words).right


def test_a_reply_for_another_purpose_is_wrong(two: Two) -> None:
    asked = two.one.room.words.challenge(two.line, "voice")
    said = two.other.room.words.reply(two.line, "unit", asked.challenge.words).reply.words
    refused("words.not_asked", two.one.room.words.check, two.line, "unit", said)
    assert not two.one.room.words.check(two.line, "voice", said).right


def test_a_challenge_that_is_played_back_is_found_out(two: Two) -> None:
    asked = two.one.room.words.challenge(two.line, "voice")
    refused("words.reflected", two.one.room.words.reply, two.line, "voice", asked.challenge.digits)
    assert codes(two.one) == ["words.reflected"]
    two.time.pass_ms(LASTS_MS)
    # forgotten by then, it is answered; and that is no answer to it
    said = two.one.room.words.reply(two.line, "voice", asked.challenge.words).reply
    assert said != two.other.room.words.reply(two.line, "voice", asked.challenge.words).reply


def test_three_tries_and_a_restart_gives_none_back(two: Two) -> None:
    two.one.room.words.challenge(two.line, "voice")
    assert wrong(two.one, two.line, times=2) == 1
    node = again(two)
    try:
        refused("words.not_asked", node.room.words.check, two.line, "voice", "babab-babab-babab")
        node.room.words.challenge(two.line, "voice")
        refused("words.text", node.room.words.check, two.line, "voice", "babab")
        assert wrong(node, two.line) == 0 and codes(node) == ["words.locked"]
        for _ in range(2):
            refused("words.locked", node.room.words.challenge, two.line, "voice")
            refused("words.locked", node.room.words.check, two.line, "voice", "babab-babab-babab")
            node.close()
            node = two.places[0].open(two.time)
        assert [each.stage for each in node.room.words.view(two.line).ways] == ["locked", "open"]
        node.room.words.challenge(two.line, "unit")
        # the other way round nothing is locked: this party can still be asked
        asked = two.other.room.words.challenge(two.line, "voice")
        said = node.room.words.reply(two.line, "voice", asked.challenge.words).reply.words
        assert two.other.room.words.check(two.line, "voice", said).right
        assert node.room.words.unlock(two.line, "voice").ways[0].left == words.TRIES
        refused("words.not_asked", node.room.words.check, two.line, "voice", "babab-babab-babab")
        asked = node.room.words.challenge(two.line, "voice")
        said = two.other.room.words.reply(two.line, "voice", asked.challenge.words).reply.words
        assert node.room.words.check(two.line, "voice", said).right
    finally:
        node.close()


def test_a_try_is_counted_before_it_is_looked_at(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    said = answer(two)

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(words, "right", killed)
    with pytest.raises(KeyboardInterrupt):
        two.one.room.words.check(two.line, "voice", said)
    monkeypatch.undo()
    node = again(two)
    assert node.room.words.view(two.line).ways[0].left == 2
    node.close()


def test_challenges_are_few_and_wait_ten_minutes(two: Two) -> None:
    made = [two.one.room.words.challenge(two.line, "voice").challenge.words for _ in range(OPEN + 1)]
    assert len(set(made)) == OPEN + 1
    said = two.other.room.words.reply(two.line, "voice", made[0]).reply.words
    refused("words.not_asked", two.one.room.words.check, two.line, "voice", said, made[0])
    said = two.other.room.words.reply(two.line, "voice", made[1]).reply.words
    two.time.pass_ms(LASTS_MS)
    refused("words.not_asked", two.one.room.words.check, two.line, "voice", said, made[1])


def test_around_midnight_either_day_is_right(two: Two) -> None:
    at(two, DAY_MS - 60_000)
    asked = two.one.room.words.challenge(two.line, "voice")
    before = two.other.room.words.reply(two.line, "voice", asked.challenge.words)
    at(two, 60_000, 1)
    assert two.one.room.words.check(two.line, "voice", before.reply.words).right
    asked = two.one.room.words.challenge(two.line, "voice")
    after = two.other.room.words.reply(two.line, "voice", asked.challenge.words)
    assert (before.day, after.day) == ("2027-01-15", "2027-01-16")
    assert two.one.room.words.check(two.line, "voice", after.reply.words).right
    assert two.one.room.words.view(two.line).since == "2027-01-15"
    at(two, HOUR_MS)
    assert two.one.room.words.view(two.line).since == "2027-01-16"


def test_what_is_past_is_erased_from_the_disk(two: Two) -> None:
    old = file(two).with_suffix(".old")
    old.hardlink_to(file(two))
    kept = old.read_bytes()
    at(two, NOON, 1)
    assert old.read_bytes() == bytes(len(kept)) != file(two).read_bytes()
    assert file(two).stat().st_mode & 0o777 == 0o600


def test_words_that_were_deleted_or_changed_are_not_made_again(two: Two) -> None:
    saved = file(two).read_bytes()
    for damage in (saved[:-1] + bytes([saved[-1] ^ 1]), None):
        file(two).unlink() if damage is None else file(two).write_bytes(damage)
        node = again(two)
        node.tick()
        for ask in (node.room.words.view, node.room.words.challenge, node.room.words.unlock):
            refused("words.none", ask, two.line, *(() if ask == node.room.words.view else ("voice",)))
        node.close()
    # another line's file is none of this one
    assert saved != file(two, 1).read_bytes()


def test_a_restored_backup_goes_on_and_never_back(two: Two, tmp_path: Path) -> None:
    two.one.room.words.challenge(two.line, "voice")
    wrong(two.one, two.line)
    saved = file(two).read_bytes()
    at(two, NOON, 2)
    two.one.close()
    file(two).write_bytes(saved)
    with two.places[0].open(two.time) as node:
        node.tick()
        assert node.room.words.view(two.line).since == "2027-01-17"
        assert node.room.words.view(two.line).ways[0].left == 2
        assert file(two).read_bytes() != saved
        asked = node.room.words.challenge(two.line, "voice")
        said = two.other.room.words.reply(two.line, "voice", asked.challenge.words).reply.words
        assert node.room.words.check(two.line, "voice", said).right


def test_a_clock_that_goes_back_makes_no_old_words(two: Two) -> None:
    at(two, NOON, 1)
    two.one.close()
    two.time.wall_ms -= DAY_MS
    with two.places[0].open(two.time) as node:
        node.tick()
        refused("words.past", node.room.words.challenge, two.line, "voice")
        refused("words.past", node.room.words.resume, two.line, "2027-01-15")
        stopped = node.room.words.view(two.line).stopped
        assert stopped is not None and "2027-01-16" in stopped
        two.time.pass_ms(DAY_MS)
        assert node.room.words.challenge(two.line, "voice").day == "2027-01-16"


def test_a_clock_that_jumps_while_the_node_runs_erases_nothing(two: Two) -> None:
    whole.settle(two)
    saved = file(two).read_bytes()
    two.time.wall_ms += 2 * DAY_MS
    for _ in range(2):
        two.one.tick()
    refused("words.clock", two.one.room.words.challenge, two.line, "voice")
    assert file(two).read_bytes() == saved and "confirm-clock" in str(
        two.one.room.words.view(two.line).stopped
    )
    two.one.confirm_clock()
    two.one.tick()
    assert two.one.room.words.view(two.line).since == "2027-01-17"


def test_many_days_are_skipped_only_by_an_officers_word(two: Two) -> None:
    saved = file(two).read_bytes()
    two.one.close()
    two.time.pass_ms((words.LEAP + 1) * DAY_MS)
    with two.places[0].open(two.time) as node:
        node.tick()
        refused("words.leap", node.room.words.reply, two.line, "voice", "babab-babab-babab")
        assert file(two).read_bytes() == saved
        for day in ("2027-01-18", "yesterday", ""):
            refused("words.day", node.room.words.resume, two.line, day)
        assert node.room.words.resume(two.line, "2027-01-19").stopped is None
        two.other.room.words.resume(two.line, "2027-01-19")
        asked = node.room.words.challenge(two.line, "voice")
        said = two.other.room.words.reply(two.line, "voice", asked.challenge.words).reply.words
        assert node.room.words.check(two.line, "voice", said).right


def test_both_print_the_same_table_of_a_day_ahead_and_nodes_answer_by_it(two: Two) -> None:
    mine = two.one.room.words.table(two.line, "2027-01-16", 3)
    theirs = two.other.room.words.table(two.line, "2027-01-16", 3)
    assert mine.asked_by_us == theirs.asked_by_them and mine.asked_by_them == theirs.asked_by_us
    assert len(mine.asked_by_us) == words.ROWS and mine.asked_by_us != theirs.asked_by_us
    assert two.one.room.words.table(two.line, "2027-01-16", 4).asked_by_us != mine.asked_by_us
    for day in ("2027-01-14", "2027-01-23", "tomorrow"):
        refused("words.day", two.one.room.words.table, two.line, day, 1)
    refused("words.table", two.one.room.words.table, two.line, "2027-01-16", 100)
    at(two, NOON, 1)
    row = mine.asked_by_us[4]
    assert two.other.room.words.reply(two.line, "unit", row.challenge.digits).reply == row.reply
    assert two.one.room.words.reply(two.line, "unit", theirs.asked_by_us[0].challenge.words).reply == (
        theirs.asked_by_us[0].reply
    )


def test_of_no_line_there_are_none(two: Two) -> None:
    node, none = two.one.room.words, "x"
    for ask, *more in (
        (node.view,), (node.challenge, "voice"), (node.reply, "voice", "x"), (node.check, "voice", "x"),
        (node.unlock, "voice"), (node.resume, "x"), (node.table, "x", 1),
    ):  # fmt: skip
        refused("line.none", ask, none, *more)


def test_a_disk_that_is_full_gives_no_try_and_tells(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    from wideberth.node import files

    said = answer(two)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "replace", full)
    with pytest.raises(OSError, match="No space"):
        two.one.room.words.check(two.line, "voice", said)
    at(two, NOON, 1)
    monkeypatch.undo()
    two.one.tick()
    assert two.one.room.words.view(two.line).since == "2027-01-16"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(("right", "wrong", "day", "restart", "unlock")), max_size=12))
def test_whatever_happens_no_more_than_three_are_wrong(
    tmp_path_factory: pytest.TempPathFactory, doings: list[str]
) -> None:
    with whole.two(tmp_path_factory.mktemp("words")) as two:
        node, count = two.one, 0
        for doing in doings:
            if doing == "restart":
                node.close()
                node = two.places[0].open(two.time)
            elif doing == "day":
                two.time.pass_ms(DAY_MS)
                node.tick()
                two.other.tick()
            elif doing == "unlock":
                node.room.words.unlock(two.line, "voice")
                count = 0
            elif count == words.TRIES:
                refused("words.locked", node.room.words.challenge, two.line, "voice")
            else:
                asked = node.room.words.challenge(two.line, "voice")
                said = two.other.room.words.reply(two.line, "voice", asked.challenge.words).reply.words
                found = node.room.words.check(
                    two.line, "voice", said if doing == "right" else "babab-babab-babab"
                )
                count = 0 if doing == "right" else count + 1
                assert (found.right, found.left) == (doing == "right", words.TRIES - count)
        node.close()


def test_a_table_of_an_exercise_says_so(tmp_path: Path, two: Two) -> None:
    with whole.two(tmp_path / "exercise", exercise=True) as found:
        assert found.one.room.words.table(found.line, "2027-01-15", 1).exercise
    assert not two.one.room.words.table(two.line, "2027-01-15", 1).exercise
