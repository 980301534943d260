"""Whole exchanges with a C2SP witness, and the status that each must get."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.vectors import b64, rows
from wideberth.errors import Invalid, NotTrusted, Stale
from wideberth.ledger import note, witness
from wideberth.ledger.checkpoint import Checkpoint
from wideberth.ledger.note import Verifier


class Witness:
    """A witness without its HTTP: it knows logs and remembers the newest checkpoint of each."""

    def __init__(self, known: list[str]) -> None:
        self.logs: dict[str, list[Verifier]] = {}
        for text in known:
            verifier = note.read_vkey(text)
            self.logs.setdefault(verifier.name, []).append(verifier)
        self.newest: dict[str, Checkpoint] = {}

    def ask(self, data: bytes) -> tuple[int, str | None]:
        try:
            request = witness.parse(data)
            origin = witness.origin_of(request)
            if origin not in self.logs:
                return 404, None
            opened = witness.add(request, self.newest.get(origin), origin, self.logs[origin])
        except Invalid:
            return 400, None
        except Stale as error:
            return 409, f"{error.size}\n"
        except NotTrusted as error:
            return (403 if error.code == "ledger.unsigned" else 422), None
        self.newest[origin] = opened.checkpoint
        return 200, None


def test_sessions(shared: Path) -> None:
    sessions = rows(shared / "vectors" / "tlog-witness" / "sessions.json")
    statuses = []
    for session in sessions:
        asked = Witness(session["witness_knows"])
        for step in session["steps"]:
            assert asked.ask(b64(step["request_b64"])) == (step["status"], step["body"]), step["desc"]
            statuses.append(step["status"])
    assert (len(sessions), len(statuses)) == (8, 24)
    assert {status: statuses.count(status) for status in set(statuses)} == {
        200: 11,
        400: 4,
        403: 1,
        404: 1,
        409: 2,
        422: 5,
    }


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=1, max_size=40), max_size=63))
def test_a_request_is_read_back(old: int, proof: list[bytes]) -> None:
    request = witness.Request(old, tuple(proof), b"a note\n\n")
    assert witness.parse(witness.write(request)) == request


def test_the_limits_themselves_are_allowed() -> None:
    assert len(witness.parse(b"old 1\n" + b"AAAA\n" * 63 + b"\nx").proof) == 63
    assert witness.parse(b"old 1\n\n".ljust(note.SIZE, b"x")).old == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 1\n",
        b"old 1",
        b"old 01\n\nx",
        b"new 1\n\nx",
        b"old \xc3\xa9\n\nx",
        b"old 1\nAA\n\nx",
        b"old 1\n" + b"AAAA\n" * 64 + b"\nx",
        b"old 1\n\n" + b"x" * note.SIZE,
    ],
)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        witness.parse(data)
    assert caught.value.code in ("ledger.request", "ledger.base64")
