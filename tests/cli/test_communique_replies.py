"""`wideberth communique replies` and `export`: let through or refused, and written as files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.running import Desk, desk
from tests.story import whole
from tests.story.communiqued import joint, sign_both
from wideberth.desk.replies import REASONS


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        whole.settle(found.two)
        yield found


def published(two: Desk) -> str:
    """A joint communiqué on North's public pages; its id."""
    view = joint(two.two)
    sign_both(two.two, view)
    two.two.one.room.communiques.publish(view.communique)
    return view.communique


def test_replies_are_read_let_through_refused_and_counted(two: Desk) -> None:
    name, replies = published(two), two.two.one.room.replies
    assert "no reply is waiting, as of" in two.done("communique", "replies", "list").out
    hostile = "first \x1b[31m".replace("\x1b", "") + "\nsecond <b> " + "long " * 300
    for text, who in ((hostile, "A skipper"), ("Buy this", ""), ("אין לי שאלות", "")):
        replies.add(name, text, "", who, b"")
    listed = two.done("communique", "replies", "list", role="releasing")
    assert "A skipper" in listed.out and "Buy this" in listed.out and name[:10] in listed.out
    shown = two.done("communique", "replies", "show", "1")
    assert "  | first [31m\n" in shown.out and "by        A skipper" in shown.out
    assert shown.out.count("long") == 300  # all of it is read by whoever decides
    assert "let-through 1" in shown.err and "refuse 1" in shown.err
    done = two.done("communique", "replies", "let-through", "1", "3")
    assert "reply 1 is shown" in done.out and "reply 3 is shown" in done.out
    gone = two.done("communique", "replies", "refuse", "2", "--why", "advertising")
    assert "reply 2 is refused; it is erased on" in gone.out
    again = two.done("communique", "replies", "show", "2")
    assert f"stands    refused: {REASONS['advertising']}, erased on" in again.out
    counted = two.done("communique", "replies", "count")
    assert f"{name[:10]}  0 waiting, 2 shown, 1 refused" in counted.out
    found: Any = two.done("communique", "replies", "list", "--state", "shown", "--json").json
    assert [each["reply"] for each in found["replies"]] == [1, 3]
    two.refused("reply.why", "communique", "replies", "refuse", "1", "--why", "because")
    two.refused("api.not_found", "communique", "replies", "show", "77")
    two.refused("api.role", "communique", "replies", "list", role="planner")
    assert [each.replies for each in two.two.one.room.communiques.published()] == [2]


def test_what_is_published_is_a_folder(two: Desk) -> None:
    name, replies = published(two), two.two.one.room.replies
    replies.let_through(replies.add(name, "Words of the public", "en", "", b"").reply)
    to = two.config / "public"
    ran = two.done(
        "communique", "export", str(to), "--base", "https://x.example", "--reply-at", "https://y.example"
    )
    assert "1 communiqués; begin with index.html" in ran.err
    page = (to / "c" / f"{name}.html").read_text()
    assert "Words of the public" in page and f"https://y.example/c/{name}" in page and "<form" not in page
    assert f"https://x.example/c/{name}" in (to / "feed.atom").read_text()
    assert (to / "c" / name / "ar.html").exists() and (to / "he.html").exists()
    two.refused("output.exists", "communique", "export", str(to))
    two.two.one.room.communiques.withdraw(name)
    two.done("communique", "export", str(two.config / "later"))
    later = b"".join(each.read_bytes() for each in (two.config / "later").rglob("*") if each.is_file())
    assert b"Words of the public" not in later and b"WITHDRAWN" in later
    two.refused("api.query", "communique", "export", str(two.config / "never"), "--base", "ftp://x")
    assert not (two.config / "never").exists()
