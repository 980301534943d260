"""The files of one recipient's copy, each by its name, and which could not be made here."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from wideberth.formats import release_csv, release_geojson
from wideberth.formats.release_told import Told
from wideberth.render import release_html, release_pdf, release_text

PDF: Final = "release.pdf"


def files(told: Told, *, pdf: bool | None = None) -> dict[str, bytes]:
    """Every file of a copy, a pure function of the copy.

    Args:
        told: the copy.
        pdf: whether the PDF is made; None: where the extra `pdf` is installed.

    Raises: ImportError for a PDF that is asked for without the extra; Invalid (as release_geojson.write).
    """
    found = {
        "release.html": release_html.page(told),
        "release.txt": release_text.text(told),
        "release.csv": release_csv.write(told),
        "release.geojson": release_geojson.write(told),
    }
    if find_spec("typst") is not None if pdf is None else pdf:
        found[PDF] = release_pdf.page(told)
    return found
