"""A text with messages of several kinds: none is lost in silence."""

from __future__ import annotations

import itertools

import pytest

from wideberth.formats.mixed import KINDS, others
from wideberth.formats.reading import Options
from wideberth.formats.registry import recognise

TEXTS = {
    "NOTAM": (
        "A0117/26 NOTAMN\nQ) LLLL/QRDCA/IV/BO/W/000/100/3005N03005E010\n"
        "A) LLLL B) 2604060600 C) 2604081800\nE) DANGER AREA ACT\n"
    ),
    "navigational warning": "NAVAREA IX 12/26.\n1. WRECK WITHIN 5 MILES OF 25-00.00N 060-00.00E.\n",
    "flight plan": "(FPL-AB1-IS-A320/M-S/S-EGLL1200-N0450F300 DCT-EHAM0100-0)\n",
    "airspace control order": "EXER/X//\nMSGID/ACO/NONE/1/JUL//\nACMID/ACM:ROZ/NAME:A//\n"
    "CIRCLE/LATM:2037N05943E/5NM//\n",
}
OPTIONS = Options(file="messages.txt", as_of=0)


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(TEXTS, 2)))
def test_what_is_not_read_is_a_fault(first: str, second: str) -> None:
    data = (TEXTS[first] + TEXTS[second]).encode()
    read = recognise("messages.txt", data).read
    assert read is not None
    assert "message.mixed" in [fault.code for fault in read(data, OPTIONS).faults]


def test_one_kind_is_not_mixed() -> None:
    assert set(TEXTS) == set(KINDS)
    for kind, text in TEXTS.items():
        assert others(text, kind) == []
        (fault,) = others("\n\n" + text, "")
        assert fault.path.startswith("line ")
