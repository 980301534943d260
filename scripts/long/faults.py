"""Every fault of the journal, and the table of docs/faults.md made from what came of them.

    PYTHONPATH=src:. python scripts/long/faults.py [--write]
    PYTHONPATH=src:. python scripts/long/faults.py --only accounts      the rows with this word, to read

Linux, with strace, mke2fs and the right to mount and to trace. Takes some minutes. Stops where a point is not
reached or something acknowledged is missing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.faults.table import HEADER, ROWS

PAGE = Path(__file__).parent.parent.parent / "docs" / "faults.md"
MARK = "<!-- table -->\n"


def main() -> None:
    """Run all rows; put them between the marks of the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="put the table into docs/faults.md")
    parser.add_argument("--only", default="", metavar="WORD", help="run the rows whose fault has this word")
    asked = parser.parse_args()
    if asked.write and asked.only:
        parser.error("--write needs all rows")
    table = HEADER
    for row in ROWS:
        if asked.only not in row.fault:
            continue
        table += (written := row.written())
        sys.stdout.write(written)
        sys.stdout.flush()
    if asked.write:
        before, _, after = PAGE.read_text(encoding="utf-8").split(MARK)
        PAGE.write_text(f"{before}{MARK}{table}{MARK}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
