"""SIGKILL at every call by which accounts.db is kept, one run for each, and what must hold afterwards."""

from __future__ import annotations

import signal
import tempfile
from functools import cache
from pathlib import Path

from tests.faults import accounts_work, process
from tests.faults.accounts_work import ACTS, FILE, FILES, Stands, secrets, stands
from tests.faults.process import Call, Ended
from tests.store.peopled import QUICK
from wideberth.errors import Refused
from wideberth.store import accounts


@cache
def calls() -> tuple[Call, ...]:
    """What the work calls with nothing in its way, twice the same."""
    found = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            ended = process.traced(accounts_work.run, Path(folder) / FILE, files=FILES)
            assert (ended.code, _acknowledged(ended)) == (0, len(ACTS))
            found.append(tuple(ended.calls))
    assert found[0] == found[1], "the work must make the same calls every time"
    return found[0]


@cache
def states() -> tuple[Stands, ...]:
    """What the file says after each number of acts, with nothing in the way."""
    with tempfile.TemporaryDirectory() as folder, accounts.create(Path(folder) / FILE, QUICK) as people:
        found = [stands(people)]
        for act in ACTS:
            act(people)
            found.append(stands(people))
    return tuple(found)


def killed(at: int, folder: Path) -> str:
    """SIGKILL at one call: how it ended ("there", or "not made" before the file was ever acknowledged).

    What was acknowledged is there, and at most one act more, whole; of what is not, no byte that was ever
    acknowledged stays in the files; and what was left to do can be done.
    """
    path = folder / FILE
    call = calls()[at]
    ended = process.traced(accounts_work.run, path, f"{call.kind}:signal=SIGKILL:when={call.k}", files=FILES)
    assert ended.code == -signal.SIGKILL, f"{call} was never reached"
    assert ended.calls == list(calls()[: at + 1])
    if not ended.said and _refused(path):
        # the directory is made beside its place: of a file that was never whole, nobody hears
        return "not made"
    acknowledged = _acknowledged(ended)
    with accounts.open(path, QUICK) as people:
        there = states().index(stands(people))
        assert acknowledged <= there <= acknowledged + 1
        told = {each for _, (_, some) in ended.said for each in some}
        assert _left(path, told - secrets(people)) == set()
        for act in ACTS[there:]:
            told |= secrets(people)
            act(people)
        assert stands(people) == states()[-1]
        assert _left(path, told - secrets(people)) == set()
    with accounts.open(path, QUICK) as people:
        assert stands(people) == states()[-1]
    return "there"


def _refused(path: Path) -> bool:
    try:
        accounts.open(path, QUICK).close()
    except Refused as error:
        assert error.code == "accounts.damaged"
        return True
    return False


def _left(path: Path, gone: set[bytes]) -> set[bytes]:
    """What of it stands in any of the files."""
    whole = b"".join(each.read_bytes() for each in path.parent.glob(f"{FILE}*"))
    return {each for each in gone if each in whole}


def _acknowledged(ended: Ended) -> int:
    return max((number for _, (number, _) in ended.said), default=0)
