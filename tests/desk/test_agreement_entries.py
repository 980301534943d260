"""What is said about agreements is read back, and read strictly."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.desk.agreed import FIRST, NUMBER
from tests.desk.line import ONE, Talk, signed
from tests.ledger.two import A, origin
from wideberth.desk import agreement_entries
from wideberth.desk.agreement_entries import Ended, Proposed, Resumed, Said, Signed, Suspended
from wideberth.errors import Invalid
from wideberth.ledger import approval, feed, ids
from wideberth.ledger.approval import Subject
from wideberth.ledger.ids import Kind, Origin

SHA256 = hashlib.sha256(FIRST).digest()
WHOLE = Proposed(NUMBER, SHA256, FIRST)


@pytest.mark.parametrize(
    "said",
    [
        WHOLE,
        Proposed(NUMBER, SHA256),
        Signed(signed(A, ONE)),
        Suspended(NUMBER),
        Resumed(NUMBER),
        Ended(NUMBER),
    ],
)
def test_entries_are_read_back(said: Said) -> None:
    assert agreement_entries.read(Talk().say(A, said)) == said


def refused(name: str, value: Any, kind: Kind = "main") -> str:
    entry = Talk().write(A, name, value, kind=kind)
    with pytest.raises(Invalid) as caught:
        agreement_entries.read(entry)
    return caught.value.code


@pytest.mark.parametrize(
    ("said", "changes", "code"),
    [
        (Suspended(NUMBER), {"agreement": "x"}, "ledger.base32"),
        (Suspended(NUMBER), {"agreement": None}, "ledger.base32"),
        (Suspended(NUMBER), {"crit": ["reason"], "reason": "x"}, "ledger.not_understood"),
        (WHOLE, {"sha256": "x"}, "ledger.base32"),
        (WHOLE, {"terms": 5}, "agreement.entry"),
        (WHOLE, {"terms": FIRST.decode() + "\n"}, "agreement.entry"),
        (Signed(signed(A, ONE)), {"approval": "x"}, "agreement.entry"),
        (Signed(signed(A, ONE)), {"approval": {"v": 1}}, "ledger.approval"),
        (
            Signed(approval.sign(Subject("lift", SHA256), A.seed(ONE))),
            {},
            "agreement.entry",
        ),
    ],
)
def test_entries_are_read_strictly(said: Said, changes: dict[str, Any], code: str) -> None:
    assert refused(said.TYPE, {**agreement_entries.write(said), **changes}) == code


def test_they_stand_in_the_main_feed_of_a_line() -> None:
    value = agreement_entries.write(Ended(NUMBER))
    assert refused(Ended.TYPE, value, kind="urgent") == "ledger.misplaced"
    private = feed.Head(Origin(ids.PRIVATE, A.name, "main", 0))
    entry = feed.append(private, feed.Written(Ended.TYPE, 1, {}, 0), value, bytes(16)).entry
    with pytest.raises(Invalid) as caught:
        agreement_entries.read(entry)
    assert caught.value.code == "ledger.misplaced" and origin(A) != private.origin


def test_another_type_is_not_understood() -> None:
    assert refused("agreement.other", {"agreement": ids.base32(NUMBER)}) == "ledger.not_understood"
