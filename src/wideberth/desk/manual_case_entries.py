"""What a party enters of a case on a manual line (LINE 21), in its private feed: one type, in version 1.

    manual.case     {"at_claimed_ms":…,"case":…,"change":…,"language":…,"manual":…,"mine":…,"of":…,"plan":…,
                     "proposal":…,"read_back":…,"role":…,"said":…,"sha256":…,"their_version":…,
                     "theirs":…,"version":…,"words":…}

`mine`: said by us. `version` and `their_version` are those of the two plans then. `of` is the plan that a
proposal would change, and `change` as in `case.proposal`; elsewhere both are null. `proposal` counts those of
the case from 1; null where the conflict itself is meant. `sha256` is of the text that was told, null of what
the far end said; `role` is theirs, null for what was not told yet. Roles, never names.
"""

from __future__ import annotations

from typing import ClassVar, Final

from msgspec import Struct

from wideberth.desk.case_entries import CHANGES
from wideberth.desk.changes import Change
from wideberth.desk.manual_fields import WHAT, language, number, one_of, text
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.model.manual import READ_BACKS, ReadBack
from wideberth.model.manual_case import SAID, Said

WORDS: Final = WHAT
"""Characters that say what was said, as it may be shown to the far end later."""


class CaseSaid(Struct, frozen=True):
    """Something said of a case (see the module). `plan` is the own plan's id, `theirs` the far end's."""

    TYPE: ClassVar = "manual.case"
    manual: str
    case: str
    plan: str
    theirs: str
    said: Said
    mine: bool
    words: str
    at_claimed_ms: int
    language: str
    read_back: ReadBack
    version: int
    their_version: int
    role: str | None = None
    sha256: bytes | None = None
    proposal: int | None = None
    of: str | None = None
    change: Change | None = None


def write(said: CaseSaid) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`."""
    fields = {name: getattr(said, name) for name in said.__struct_fields__}
    return {**fields, "sha256": None if said.sha256 is None else ids.base32(said.sha256)}


def read(entry: Entry) -> CaseSaid:
    """What an entry says. Raises: Invalid (`manual.entry`, and as ids.case, ids.plan, ids.unbase32)."""
    value = body.value(entry)
    manual, plan, theirs = (str(value.get(name)) for name in ("manual", "plan", "theirs"))
    case = case_of(manual, plan, theirs)
    if value.get("case") != case:
        raise Invalid(
            "manual.entry", "case", value.get("case"), "the id that the line and the two plans make"
        )
    said, mine = one_of(value.get("said"), "said", tuple(SAID)), value.get("mine") is True
    role, sha256, nth = value.get("role"), value.get("sha256"), value.get("proposal")
    of, change = value.get("of"), value.get("change")
    proposes = said == "proposal"
    if proposes is not (isinstance(change, dict) and len(change) == 1 and next(iter(change)) in CHANGES):
        raise Invalid("manual.entry", "change", change, f"of a proposal one of {', '.join(CHANGES)}")
    if (of in (plan, theirs)) is not proposes:
        raise Invalid("manual.entry", "of", of, "of a proposal one of the two plans")
    return CaseSaid(
        manual,
        case,
        plan,
        theirs,
        said,
        mine,
        text(value.get("words"), "words", WORDS),
        number(value.get("at_claimed_ms"), "at_claimed_ms", 0),
        language(value.get("language")),
        one_of(value.get("read_back"), "read_back", READ_BACKS),
        number(value.get("version"), "version", 1),
        number(value.get("their_version"), "their_version", 1),
        None if role is None else text(role, "role"),
        None if sha256 is None else ids.unbase32(sha256, ids.HASH, "sha256"),
        None if nth is None else number(nth, "proposal", 1),
        str(of) if proposes else None,
        change if isinstance(change, dict) else None,
    )


def case_of(manual: str, plan: str, theirs: str) -> str:
    """The id of the case of two plans: as ids.case has it, of the ids by which they are told on that line.

    Raises: Invalid (as ids.notice_of, ids.case).
    """
    return ids.case(manual, ids.notice_of(manual, plan), ids.notice_of(manual, theirs))
