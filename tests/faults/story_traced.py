"""The calls of a victim as strace lists them, beside what story_calls.c counts: both must be the same."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

from tests.faults.story_sweep import Sweep

CALLS = (
    *("write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg", "sendmmsg", "sendfile"),
    *("fsync", "fdatasync", "sync_file_range", "msync", "truncate", "ftruncate", "fallocate"),
    *(
        "rename",
        "renameat",
        "renameat2",
        "link",
        "linkat",
        "symlink",
        "unlink",
        "unlinkat",
        "mkdir",
        "mkdirat",
    ),
    *("open", "openat", "creat"),
)
_LINE = re.compile(r"(\d+) +(\w+)\((.*)")
OWN = ("UNIX", "calls of ", "pipe:")
"""What the driver is told through, and what is listed; neither counts."""


def compared(sweep: Sweep, who: str, listed: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each call was made: as we count, and as strace does."""
    command = ["strace", "-f", "-yy", "-o", str(listed), "-e", "trace=" + ",".join(f"?{c}" for c in CALLS)]
    with subprocess.Popen(
        [*command, "-p", str(sweep.server.pid)], stderr=subprocess.PIPE, text=True
    ) as strace:
        assert strace.stderr is not None
        attached = strace.stderr.readline()
        assert "attached" in attached, attached
        counted = sweep.count(who)
        strace.terminate()
    ours = Counter(call for _, call, _ in counted.calls)
    return ours, Counter(_theirs(listed.read_text(), sweep.server.pid))


def _theirs(text: str, server: int) -> list[str]:
    found, begun = [], False
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None or int(match[1]) == server:
            continue
        _, call, what = match.groups()
        # the list is opened just before the count begins
        begun = begun or (call == "openat" and "calls of " in what)
        if not begun or any(each in what for each in OWN):
            continue
        if call != "openat" or "O_CREAT" in what:
            found.append(call)
    return found
