"""Replies at a node: limits, days, salts, forms; and how a flood ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from tests.render.communiques import DAY, ID, OTHER, WHEN, published, version
from wideberth.desk.replies import Said
from wideberth.errors import WideberthError
from wideberth.node import replies as node_replies
from wideberth.node.open_line import Found
from wideberth.node.replies import BURST, DAY_MS, EARLY_MS, LATE_MS, REFUSED_MS, SENDER, WAITING_MS, Replies
from wideberth.store import replies as store

WHO = bytes(4)


class At:
    """Replies of a node whose clock stands where a test puts it."""

    def __init__(self, path: Path) -> None:
        self.path, self.now_ms = path, WHEN + 5_000
        self.shown = [published(), published(name=OTHER)]
        self.told: list[Found] = []
        self.begin()

    def begin(self) -> None:
        """The node starts."""
        self.file = store.open(self.path)
        self.replies = Replies(
            lambda: self.now_ms, self.file, lambda: self.shown, lambda _, found: self.told.append(found)
        )

    def add(self, text: str, who: bytes = WHO, to: str = ID) -> int:
        return self.replies.add(to, text, "", "", who).reply

    def code(self, text: str = "a word", who: bytes = WHO, to: str = ID) -> str:
        try:
            self.add(text, who, to)
        except WideberthError as error:
            return error.code
        return "taken"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    found = At(tmp_path / "replies.db")
    yield found
    found.file.close()


def test_it_waits_until_somebody_lets_it_through(at: At) -> None:
    number = at.replies.add(ID, "Good\u200b.", "en", "A skipper", WHO).reply
    assert at.replies.shown(ID) == [] and at.replies.count(ID) == 0
    [view] = at.replies.queue()
    assert (view.text, view.name, view.day, view.state) == ("Good.", "A skipper", "2027-01-17", "waiting")
    assert at.replies.let_through(number).state == "shown"
    [shown] = at.replies.shown(ID)
    assert (shown.text, shown.at_ms) == ("Good.", WHEN - WHEN % DAY)  # the day, and nothing finer
    assert at.replies.count(ID) == 1 and at.replies.queue() == []
    refused = at.replies.refuse(number, "insult")
    assert (refused.why, refused.erased) == ("insult", "2027-01-24") and at.replies.shown(ID) == []
    assert at.replies.let_through(number).why is None
    assert [structs.astuple(each) for each in at.replies.counts()] == [(ID, 0, 1, 0)]
    assert [each.what for each in at.told] == ["reply.waiting"]
    for do in (at.replies.one, at.replies.let_through):
        with pytest.raises(WideberthError) as found:
            do(99)
        assert found.value.code == "reply.none"
    with pytest.raises(WideberthError) as found:
        at.replies.refuse(number, "no")
    assert found.value.code == "reply.why"


def test_what_is_refused_is_erased_after_seven_days_and_what_waits_after_ninety(at: At) -> None:
    first, second = at.add("one thing"), at.add("another thing")
    at.replies.refuse(first, "off-topic")
    at.replies.tick()
    at.now_ms += REFUSED_MS - 1
    at.replies.tick()
    assert at.replies.one(first).state == "refused"
    at.now_ms += node_replies.HOUR_MS
    at.replies.tick()
    assert [each.reply for each in at.replies.queue()] == [second]
    assert at.replies.queue(state="refused") == []
    assert b"one thing" not in at.path.read_bytes()
    at.now_ms += WAITING_MS
    at.replies.tick()
    assert at.replies.counts() == []


def test_a_restart_keeps_the_queue_and_forms(at: At) -> None:
    number, said = at.add("still here"), Said("a text")
    form = at.replies.form(ID, said)
    at.file.close()
    at.begin()
    at.now_ms += EARLY_MS
    at.replies.check_form(ID, said, form)
    assert [each.reply for each in at.replies.queue()] == [number]
    assert at.code("Still  HERE") == "reply.same"


def test_a_form_is_of_this_text_and_of_this_hour(at: At) -> None:
    said = Said("a text", "en", "a name")
    form = at.replies.form(ID, said)

    def code(communique: str = ID, sent: Said = said, signed: str = form) -> str:
        try:
            at.replies.check_form(communique, sent, signed)
        except WideberthError as error:
            return error.code
        return "fine"

    assert code() == "reply.early"
    at.now_ms += EARLY_MS
    assert code() == "fine"
    others = [
        structs.replace(said, text="b"),
        structs.replace(said, name=""),
        structs.replace(said, language=""),
    ]
    assert {code(sent=each) for each in others} == {"reply.form"} == {code(OTHER)}
    time, _, signed = form.partition(".")
    bad = [
        "",
        ".",
        time,
        f"{time}.",
        f".{signed}",
        f"{int(time, 16) + 1:x}.{signed}",
        f"-{form}",
        f"{form}0",
        "é.é",
    ]
    assert {code(signed=each) for each in bad} == {"reply.form"}
    at.now_ms += LATE_MS
    assert code() == "reply.late"


def test_nobody_replies_to_what_is_not_there(at: At) -> None:
    assert at.code(to="q-none") == "reply.closed"
    at.shown = [
        published(structs.replace(version(), replies=False)),
        published(name=OTHER, withdrawn_ms=WHEN),
    ]
    assert at.code() == at.code(to=OTHER) == "reply.closed"


def test_a_sender_has_so_many_a_day_and_is_forgotten_with_it(at: At) -> None:
    assert [at.code(f"number {n}") for n in range(SENDER + 1)] == ["taken"] * SENDER + ["reply.many"]
    assert at.code("from elsewhere", b"else") == "taken"
    assert at.code("nobody knows where from", b"") == "taken"
    before = dict(at.replies._senders)
    assert len(before) == 2 and all(WHO not in each for each in before)
    at.now_ms += DAY_MS
    at.replies.tick()
    assert at.replies._senders == {}
    assert at.code("another day") == "taken"
    assert not set(at.replies._senders) & set(before)  # under another salt nobody is the same


def test_no_more_senders_are_told_apart_than_memory_is_given(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_replies, "SENDERS", 3)
    assert [at.code(f"number {n}", bytes([n])) for n in range(4)] == ["taken"] * 3 + ["reply.many"]
    assert at.code("number 0 again", bytes([0])) == "taken"


def test_a_flood_ends_at_the_rate_and_then_at_the_queue(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [at.code(f"flood {n}", f"{n}".encode()) for n in range(int(BURST) + 20)]
    assert found == ["taken"] * int(BURST) + ["reply.many"] * 20
    at.now_ms += 2_000
    assert [at.code(f"later {n}", b"") for n in range(2)] == ["taken", "reply.many"]
    monkeypatch.setattr(node_replies, "WAITING_EACH", int(BURST) + 1)
    at.now_ms += 60_000
    assert at.code("one more") == "reply.full"
    assert at.code("to another", to=OTHER) == "taken"
    monkeypatch.setattr(node_replies, "WAITING", int(BURST) + 2)
    assert at.code("to another still", to=OTHER) == "reply.full"
    at.replies.let_through(1)
    assert at.code("there is room again", to=OTHER) == "taken"
    monkeypatch.setattr(node_replies, "KEPT_EACH", 1)
    assert at.code("all that is kept", to=OTHER) == "reply.full"
    assert len(at.told) == 2  # once a minute at most


def test_the_file_of_a_whole_flood_is_small(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_replies, "BURST", 10_000.0)
    at.replies._left = 10_000.0
    found = [at.code(f"{n} " + "ש" * 1_990, b"") for n in range(node_replies.WAITING_EACH + 5)]
    assert found.count("taken") == node_replies.WAITING_EACH and set(found[-5:]) == {"reply.full"}
    at.file.close()
    most = node_replies.WAITING_EACH * 9_000
    assert sum(each.stat().st_size for each in at.path.parent.iterdir()) < most
    at.begin()


def test_a_disk_that_fails_does_not_stop_the_node(at: At) -> None:
    at.add("a word")
    at.replies.refuse(1, "insult")
    at.file.close()
    at.now_ms += REFUSED_MS + DAY_MS
    at.replies.tick()
    assert [each.what for each in at.told][-1:] == ["node.disk"]
    at.file = store.open(at.path)
