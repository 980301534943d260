"""Write the table of formats into docs/formats.md, from the code that reads and writes them.

python scripts/formats.py            write it
python scripts/formats.py --check    exit 1 where the page says something else
"""

from __future__ import annotations

import sys
from pathlib import Path

from wideberth.formats.format import Format
from wideberth.formats.registry import FORMATS

PAGE = Path(__file__).parent.parent / "docs" / "formats.md"
BEGIN, END = "<!-- formats: begin (scripts/formats.py) -->\n", "<!-- formats: end -->"


def table(formats: tuple[Format, ...] = FORMATS) -> str:
    """The table as Markdown: a line for each title, in the order of the registry."""
    lines = [
        "| format | files | read | `--to` | what reading leaves out | what writing leaves out |",
        "|---|---|---|---|---|---|",
    ]
    for title in dict.fromkeys(each.title for each in formats):
        rows = [each for each in formats if each.title == title]
        endings = ", ".join(f"`{ending}`" for ending in dict.fromkeys(e for row in rows for e in row.endings))
        read = "yes" if any(row.read for row in rows) else ""
        written = ", ".join(f"`{row.name}`" for row in rows if row.write)
        reads, writes = (next((text for text in texts if text), "") for texts in _losses(rows))
        lines.append(f"| {title} | {endings} | {read} | {written} | {reads} | {writes} |")
    return "\n".join(lines) + "\n"


def _losses(rows: list[Format]) -> tuple[list[str], list[str]]:
    return [row.reads for row in rows], [row.writes for row in rows]


def page(text: str) -> str:
    """The page with today's table in the place of the one it holds."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


def main() -> int:
    """0 where the page holds today's table, or now does."""
    text = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv[1:]:
        return int(page(text) != text)
    PAGE.write_text(page(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
