from __future__ import annotations

import re
from pathlib import Path

from tests.cli.runs import run
from wideberth.model.phrase import LANGUAGES, kinds, table
from wideberth.node.phrases import shipped

DOCS = Path(__file__).parent.parent.parent / "docs" / "phrases.md"
BOOK = shipped()


def test_all_codes_are_listed() -> None:
    ran = run("call", "phrases")
    assert ran.code == 0
    assert all(code in ran.out for code in BOOK.phrases)
    assert "Остановитесь и проверьте" in run("call", "phrases", "--lang", "ru").out


def test_a_code_side_by_side_in_all_languages() -> None:
    ran = run("call", "phrases", "check")
    assert ran.code == 0
    assert all(name in ran.out for name in ("English", "Русский", "עברית", "العربية"))
    assert "ar: Not checked by a native officer" in ran.out
    assert run("call", "phrases", "line_check", "--lang", "he").code == 0


def test_as_it_is_said() -> None:
    ran = run("call", "phrases", "CHECK", "--voice", "--lang", "ar")
    assert ran.code == 0
    assert "charlie hotel echo charlie kilo" in ran.out


def test_as_json() -> None:
    found = run("call", "phrases", "--json").json
    assert found["schema"] == "wideberth.phrases/1"
    listed = found["phrases"]
    assert isinstance(listed, list)
    assert [each["code"] for each in listed] == list(BOOK.phrases)
    assert set(listed[0]["texts"]) == set(LANGUAGES)
    assert listed[0]["texts"]["en"]["checked"] and not listed[0]["texts"]["ru"]["checked"]
    one = run("call", "phrases", "CHECK", "--json", "--lang", "ru").json["phrases"]
    assert isinstance(one, list)
    assert list(one[0]["texts"]) == ["ru"]


def test_as_a_page(tmp_path: Path) -> None:
    page = tmp_path / "check.html"
    assert run("call", "phrases", "CHECK", "--html", str(page)).code == 0
    assert 'dir="rtl"' in page.read_text(encoding="utf-8")
    again = run("call", "phrases", "CHECK", "--html", str(page))
    assert again.code == 2
    assert "output.exists" in again.err
    assert run("call", "phrases", "CHECK", "--html", str(page), "--force").code == 0


def test_what_is_not_in_the_book_is_refused() -> None:
    assert "phrase.code" in run("call", "phrases", "NOTHING").err
    assert "phrase.language" in run("call", "phrases", "CHECK", "--lang", "xx").err
    assert "phrase.code" in run("call", "phrases", "--voice").err
    assert run("call", "phrases", "NOTHING").code == 2


def test_the_page_has_the_tables_of_the_book() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert table(BOOK) in page
    assert kinds() in page
    assert re.search(r"\bsafe\b", page) is None
