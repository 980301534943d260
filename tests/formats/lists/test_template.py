"""Templates read back as what they are: empty lists."""

from __future__ import annotations

import io

import openpyxl
import pytest

from wideberth.errors import Invalid
from wideberth.formats.lists import columns, csvtext, header, helptexts, reader, template, workbook
from wideberth.formats.reading import Options

KINDS: tuple[template.Kind, ...] = ("site", "movement")


@pytest.mark.parametrize("language", columns.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_known_in_full_and_empty(kind: template.Kind, language: columns.Language) -> None:
    text, book = template.csv_template(kind, language), template.xlsx_template(kind, language)
    for data, sheet in ((text, csvtext.read(text)), (book, workbook.read(book)[0])):
        found = header.find(sheet)
        assert list(found.columns) == list(template.COLUMNS[kind])
        assert found.header == 2
        with pytest.raises(Invalid) as caught:
            reader.read(data, Options(file="t", as_of=0))
        assert caught.value.code == "list.empty"


@pytest.mark.parametrize("language", columns.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_example_would_be_read_if_it_were_real(kind: template.Kind, language: columns.Language) -> None:
    notice, head, example = template.rows(kind, language)
    rows = [notice, head, ("real", *example[1:])]
    from wideberth.formats.lists.writer import csv_bytes

    reading = reader.read(csv_bytes(rows), Options(file="t", as_of=0))
    assert reading.faults == ()
    assert [one.plan.activity for one in reading.filed] == [kind]


@pytest.mark.parametrize("language", columns.LANGUAGES)
def test_the_page_of_help(language: columns.Language) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template.xlsx_template("site", language)))
    assert book.sheetnames[1] == helptexts.HELP[language][0]
    assert len(helptexts.HELP[language]) == len(helptexts.HELP["en"])
    for sheet in book.worksheets:
        assert bool(sheet.sheet_view.rightToLeft) == (language in ("ar", "he"))
        assert sheet["A1"].value == helptexts.NOTICES[language]
