"""Recognition words: what officers ask of them. Who did is on record; what was said is not."""

from __future__ import annotations

from typing import Final

from wideberth.node.words_views import AskedView, CheckedView, ReplyView, TableView, WordsView
from wideberth.web import words_asked as asked
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import Route

WORDS: Final = "/v1/lines/{line}/words"


def view(call: Call) -> WordsView:
    """How the words of a line stand. Raises: as Words.view."""
    return call.node.room.words.view(call.named["line"])


def challenge(call: Call) -> AskedView:
    """Ask the other party. Raises: as Words.challenge."""
    return call.node.room.words.challenge(call.named["line"], call.body.purpose)


def reply(call: Call) -> ReplyView:
    """Answer the other party. Raises: as Words.reply."""
    return call.node.room.words.reply(call.named["line"], call.body.purpose, call.body.challenge)


def check(call: Call) -> CheckedView:
    """Look at what the other party has answered. Raises: as Words.check."""
    said = call.body
    return call.node.room.words.check(call.named["line"], said.purpose, said.reply, said.challenge)


def unlock(call: Call) -> WordsView:
    """An officer unlocks. Raises: as Words.unlock."""
    return call.node.room.words.unlock(call.named["line"], call.body.purpose)


def resume(call: Call) -> WordsView:
    """An officer says which day it is. Raises: as Words.resume."""
    return call.node.room.words.resume(call.named["line"], call.body.day)


def table(call: Call) -> TableView:
    """A day table. Raises: as Words.table."""
    return call.node.room.words.table(call.named["line"], call.body.day, call.body.table)


ROUTES: Final = (
    Route("GET", WORDS, OFFICER, None, WordsView, view, "How the recognition words of a line stand.",
          present=True),
    Route("POST", f"{WORDS}/challenge", OFFICER, asked.Challenged, AskedView, challenge,
          "A challenge to be said to the other party. It waits ten minutes.", act="words.challenge"),
    Route("POST", f"{WORDS}/reply", OFFICER, asked.Replied, ReplyView, reply,
          "What to answer to a challenge of the other party's.", act="words.reply"),
    Route("POST", f"{WORDS}/check", OFFICER, asked.Checked, CheckedView, check,
          "Whether what the other party has answered is right. After three wrong ones nothing is looked at "
          "until an officer unlocks it.", act="words.check"),
    Route("POST", f"{WORDS}/unlock", OFFICER, asked.Unlocked, WordsView, unlock,
          "An officer has found out otherwise who speaks: replies are looked at again.", act="words.unlock"),
    Route("POST", f"{WORDS}/resume", OFFICER, asked.Resumed, WordsView, resume,
          "An officer says which day it is: the words go on to it, and what is skipped is erased.",
          act="words.resume"),
    Route("POST", f"{WORDS}/table", OFFICER, asked.Printed, TableView, table,
          "A day table, for units without a device.", act="words.table"),
)  # fmt: skip
"""What the API has of them."""
