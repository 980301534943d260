"""What makes a PDF asks no network and opens no file but what tells how many processors there are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import process

MAKING = """
import os
from tests.render import released
from wideberth.render import release_files, release_pdf
told = released.copy("one")
release_files.files(told, pdf=False)  # what is read once by others is read before
import typst
os.path.exists("/begin")
print(len(release_pdf.page(told)))
os.path.exists("/end")
"""
ALLOWED = re.compile(r'"(/proc/self/(maps|cgroup|mountinfo)|/sys/fs/cgroup/[^"]*|/etc/localtime|/dev/null)"')


@pytest.mark.slow
def test_a_pdf_is_made_of_what_it_is_given(tmp_path: Path) -> None:
    if reason := process.why_not():
        if os.environ.get("CI") == "true" and "not installed" in reason:
            pytest.fail(reason)
        pytest.skip(reason)
    calls = tmp_path / "calls"
    watched = "trace=network,open,openat,openat2,stat,newfstatat,statx"
    done = subprocess.run(
        ["strace", "-f", "-o", str(calls), "-e", watched, sys.executable, "-c", MAKING],
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)},
    )
    assert done.returncode == 0 and int(done.stdout or b"0") > 10_000, done.stderr
    _, within, _ = re.split(r'.*"/(?:begin|end)".*\n', calls.read_text(), maxsplit=2)
    opened = [line for line in within.splitlines() if re.search(r" (open\w*|socket|connect|sendto)\(", line)]
    assert [line for line in opened if not ALLOWED.search(line)] == []
