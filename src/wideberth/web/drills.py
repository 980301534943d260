"""Drills: what there are, and one played on this machine, in a process of its own.

A twin is played with a safeguard of the nodes off. None of that happens in the process of a node that runs:
another one is made for it, on data of its own, with nothing of this node's environment, and is ended if it
does not end by itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from typing import Final

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.story.drill import Drill, Outcome
from wideberth.web.call import Call
from wideberth.web.roles import EITHER
from wideberth.web.route import ANYBODY, Route

PATIENCE_S: Final = 180.0
"""Seconds after which a drill that does not end is ended."""
MOST: Final = 4 * 1024 * 1024
"""Bytes of what a drill says."""
_ENVIRONMENT: Final = ("LANG", "LC_ALL", "PATH", "PYTHONPATH", "TMPDIR")
_one_at_a_time = threading.Lock()


class OffView(Struct, frozen=True):
    """A twin: the safeguard that is off in it, and the step at which it must fail."""

    safeguard: str
    must_fail_at: str


class DrillView(Struct, frozen=True):
    """A drill: where it was, what happened, what the software must do about it (sentences for people)."""

    drill: str
    where: str
    happened: str
    shows: str
    twins: tuple[OffView, ...]
    needs: str | None


class PlayDrill(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether its twins are played too."""

    twins: bool = True


class _Report(Struct, frozen=True):
    """Of what `drill run --json` prints, what counts here."""

    drills: tuple[Outcome, ...]


def drills(call: Call) -> list[DrillView]:
    """All of them."""
    del call
    return [_view(each) for each in _all()]


def play(call: Call) -> Outcome:
    """What came of one.

    Raises: Invalid (`drill.none`), Refused (`drill.busy` while another is played, `drill.ended`).
    """
    name = call.named["drill"]
    if name not in {each.name for each in _all()}:
        raise Invalid("drill.none", "drill", name, "the name of a drill: GET /v1/drills")
    if not _one_at_a_time.acquire(blocking=False):
        raise Refused("drill.busy", "a drill is being played; accepted: again when it is over")
    try:
        return _played(name, twins=call.body.twins)
    finally:
        _one_at_a_time.release()


def _played(name: str, *, twins: bool) -> Outcome:
    """Raises: Refused (`drill.ended`)."""
    said = [sys.executable, "-m", "wideberth.cli", "drill", "run", name, "--json"]
    asked = said if twins else [*said, "--no-twins"]
    if (nice := shutil.which("nice")) is not None:
        asked = [nice, "-n", "10", *asked]  # the node that runs comes first
    environment = {each: os.environ[each] for each in _ENVIRONMENT if each in os.environ}
    with tempfile.TemporaryDirectory(prefix="wideberth-drill-") as home:
        environment |= {"HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}
        try:
            done = subprocess.run(  # noqa: S603 - this program, and a name of its own list
                asked, cwd=home, env=environment, capture_output=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Refused(
                "drill.ended", f"{name} did not end in {PATIENCE_S:.0f} s, and was ended"
            ) from error
    try:
        [found] = msgspec.json.decode(done.stdout[:MOST], type=_Report).drills
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refused(
            "drill.ended", f"{name} could not be played: it ended with {done.returncode}"
        ) from error
    return found


def _all() -> tuple[Drill, ...]:
    # parts of it take long to load, and a node that plays no drill needs none of them
    from wideberth.story.playbook import DRILLS

    return DRILLS


def _view(found: Drill) -> DrillView:
    twins = tuple(OffView(each.safeguard, each.step) for each in found.twins)
    return DrillView(found.name, found.where, found.happened, found.shows, twins, found.needs)


ROUTES: Final = (
    Route("GET", "/v1/drills", ANYBODY, None, list[DrillView], drills,
          "What went wrong once, and can be played.", present=True),
    Route("POST", "/v1/drills/{drill}/play", EITHER, PlayDrill, Outcome, play,
          "Play a drill on this machine, with its twins, each of which has one safeguard off and must fail. "
          "One at a time; nothing of this node is touched.", act="drill.play"),
)  # fmt: skip
"""What of the API is about drills."""
