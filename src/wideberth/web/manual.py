"""Manual lines: what is told by voice, mail and paper, and what is said to it."""

from __future__ import annotations

import re
from typing import Final

from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time
from wideberth.ledger import ids
from wideberth.node.manual import Coded, Telling
from wideberth.node.manual_views import HistoryView, ManualView, ScriptView
from wideberth.render.wording import FORMS, As
from wideberth.web.call import Call

FORM: Final = "form"
_HEX: Final = re.compile("[0-9a-f]{64}")


def lines(call: Call) -> list[ManualView]:
    """All of them."""
    return call.node.manual.all()


def line(call: Call) -> ManualView:
    """One of them."""
    return call.node.manual.one(call.named["manual"])


def begin(call: Call) -> ManualView:
    """A new one. Raises: as Manual.open."""
    said = call.body
    return call.node.manual.open(said.label, said.channel, said.language, said.level, said.preset)


def text(call: Call) -> ScriptView:
    """What is to be told, word for word. Raises: Invalid (`manual.form`), and as Manual.script."""
    return call.node.manual.script(call.named["manual"], call.named["plan"], form(call.asked.get(FORM)))


def told(call: Call) -> ManualView:
    """It was told. Raises: Invalid (`manual.sha256`), and as Manual.told."""
    said = call.body
    text = digest(said.sha256)
    entered = Telling(text, said.to, at(call), said.language, said.read_back)
    return call.node.manual.told(call.named["manual"], call.named["plan"], entered)


def answered(call: Call) -> ManualView:
    """What the far end said. Raises: as Manual.answered."""
    said = call.body
    return call.node.manual.answered(
        call.named["manual"],
        call.named["plan"],
        said.answer,
        said.by,
        at(call),
        version=said.version,
        language=said.language,
    )


def called(call: Call) -> ManualView:
    """Something else was said. Raises: as Manual.called."""
    said = call.body
    return call.node.manual.called(
        call.named["manual"],
        said.words,
        said.role,
        at(call),
        mine=said.mine,
        precedence=said.precedence,
        language=said.language,
        coded=Coded(said.code, said.fields, said.heard),
    )


def planned(call: Call) -> ManualView:
    """Plans of the far end's. Raises: as native.read, and as Manual.planned."""
    said = call.body
    read = native.read(said.plans.encode(), Options("", call.node.clock.now()))
    given = [each.plan for each in read.filed]
    return call.node.manual.planned(call.named["manual"], given, said.by, at(call), said.amend)


def join(call: Call) -> ManualView:
    """The far end has a line. Raises: as Manual.join."""
    return call.node.manual.join(call.named["manual"], call.body.line)


def histories(call: Call) -> list[HistoryView]:
    """What was offered on a line."""
    return call.node.manual.histories(call.named["line"])


def confirm(call: Call) -> list[HistoryView]:
    """What an officer says of it. Raises: Invalid (`ledger.origin`), and as Manual.confirm."""
    said = call.body
    ref = Ref(ids.origin(said.origin), said.n)
    return call.node.manual.confirm(call.named["line"], ref, said.rows, said.role)


def form(asked: str | None) -> As | None:
    """Raises: Invalid (`manual.form`)."""
    if asked is None:
        return None
    for each in FORMS:
        if asked == each:
            return each
    raise Invalid("manual.form", FORM, asked, ", ".join(FORMS))


def digest(text: str) -> bytes:
    """Raises: Invalid (`manual.sha256`)."""
    if not _HEX.fullmatch(text):
        raise Invalid("manual.sha256", "sha256", text, "64 hexadecimal digits, as the script gives them")
    return bytes.fromhex(text)


def at(call: Call) -> int:
    """When it was, as the officer says. Raises: Invalid (as times.parse_time)."""
    said: str | None = call.body.at
    return call.node.clock.now() if said is None else parse_time(said, "at")
