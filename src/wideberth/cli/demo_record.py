"""What another process makes of a record."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import wideberth
from wideberth.render.mark import MARK
from wideberth.story.outcome import Proof
from wideberth.story.parties import Party

PARTIES: Final = "parties.txt"
WITHIN_S: Final = 60
SHOWN: Final = ("closed: ", "under ", "An acknowledgement ")
"""How lines of a report begin that are shown, after its first two."""


def named(parties: tuple[Party, Party], folder: Path) -> Path:
    """A file with the names of both parties, as somebody knows them who was told by themselves."""
    path = folder / PARTIES
    path.write_text("".join(f"{each.id} {each.name}\n" for each in parties), encoding="utf-8")
    return path


def proven(file: Path, trust: Path) -> Proof:
    """What `wideberth verify` says about a record, in a process of its own. Raises: OSError."""
    asked = ("verify", str(file), "--trust", str(trust))
    # the same program, wherever it stands
    path = [str(Path(wideberth.__file__).parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(  # noqa: S603 - ourselves, with paths that were made here
        [sys.executable, "-m", "wideberth.cli", *asked],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=WITHIN_S,
        check=False,
    )
    said = [each.strip() for each in (done.stdout or done.stderr).splitlines() if each != MARK]
    shown = said[:2] + [each for each in said if each.startswith(SHOWN)]
    return Proof(str(file), shlex.join(["wideberth", *asked]), done.returncode, tuple(shown))
