"""The table of columns in the documentation is that of the code."""

from __future__ import annotations

import re
from pathlib import Path

from wideberth.formats.lists import columns

PAGE = Path(__file__).parents[3] / "docs" / "lists.md"
TITLES = {"en": "English", "ar": "Arabic", "fr": "French", "ru": "Russian", "uk": "Ukrainian", "he": "Hebrew"}


def table() -> str:
    rows = [
        f"| column | {' | '.join(TITLES.values())} |",
        f"|{'---|' * (len(TITLES) + 1)}",
        *(
            f"| `{name}` | {' | '.join('; '.join(languages.get(each, ())) for each in columns.LANGUAGES)} |"
            for name, languages in columns.NAMES.items()
        ),
    ]
    return "\n".join(rows)


def test_the_page_lists_every_column_and_name() -> None:
    found = re.search(r"<!-- columns -->\n(.*)\n<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == table(), "put what table() says between the marks of docs/lists.md"
