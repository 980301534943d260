"""Calls between two nodes under terms, and who is on duty there."""

from __future__ import annotations

from tests.store.peopled import QUICK, WORDS
from tests.story import whole
from tests.story.whole import Two
from wideberth.ledger.canonical import Value
from wideberth.model.call import CHECK
from wideberth.model.ring import Step
from wideberth.node.calls import Asked
from wideberth.node.node import Node
from wideberth.node.room_views import CalledView
from wideberth.store.duty import POSTS

PLACE: Value = {"lat_e7": 341234567, "lon_e7": 331234567, "notation": None, "words": None}
FLASH = Asked(CHECK, {"place": PLACE, "what": "our_convoy"}, "duty officer", "flash", "en")
ROLE = "duty officer"


def man(node: Node, *posts: str) -> None:
    """Somebody on duty in each of these posts, all of them if none is named."""
    node.people._cost = QUICK
    now = node.clock.now()
    if not node.people.users():
        node.people.begin("chief", WORDS, now)
    for post in posts or POSTS:
        node.people.add(post, f"{post} {WORDS}", ["officer"], now)
        node.people.take(post, post, now)


def carried(found: Two, seconds: int = 0) -> None:
    """So long passes, a second at a time as a node ticks, and all that is said arrives."""
    whole.deliver(found.line, found.one, found.other)
    for _ in range(seconds):
        found.time.pass_ms(1_000)
        found.one.tick()
        found.other.tick()
    whole.deliver(found.line, found.one, found.other)


def rung(view: CalledView) -> list[Step]:
    """For whom it rings."""
    return [each.step for each in view.rang]
