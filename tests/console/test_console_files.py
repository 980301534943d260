"""What the console consists of: libraries as their packages have them, words in every language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import vendor

CONSOLE = Path(__file__).parents[2] / "src/wideberth/web/console"
LANGUAGES = {"en", "ru", "he", "ar"}
AREAS = sorted((CONSOLE / "words").glob("*.json"))
OURS = sorted(each for each in CONSOLE.rglob("*.js") if "vendor" not in each.parts)
NAMED = re.compile(r"\{(\w+)\}")
USED = re.compile(r"\bt\(\s*['`]([a-z_]+)\.([A-Za-z0-9_]+)['`]")
FORMS = {
    "en": {"one", "other"},
    "ru": {"one", "few", "many", "other"},
    "he": {"one", "two", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}
"""Of what counts (CLDR): a language has some of its own forms, and `other` always."""


def known() -> dict[str, dict[str, dict[str, object]]]:
    return {each.stem: json.loads(each.read_text()) for each in AREAS}


def test_libraries_are_as_their_packages_have_them() -> None:
    assert vendor.differing() == []


def test_each_library_has_its_licence() -> None:
    allowed = {"MIT", "ISC", "BSD-3-Clause"}
    for each in json.loads(vendor.MANIFEST.read_text()):
        assert each["licence"] in allowed
        assert any("license" in name.lower() or name == "package.json" for name in each["files"]), each[
            "package"
        ]
    listed = [(each["package"], each["version"]) for each in json.loads(vendor.MANIFEST.read_text())]
    assert listed == [(package, version) for package, version, *_ in vendor.PACKAGES]


@pytest.mark.parametrize("path", AREAS, ids=lambda path: path.stem)
def test_words_are_there_in_every_language(path: Path) -> None:
    for key, each in json.loads(path.read_text()).items():
        assert set(each) == LANGUAGES, key
        wanted = names(each["en"])
        for language, said in each.items():
            assert said, (key, language)
            assert names(said) == wanted, (key, language)
            if isinstance(said, dict):
                assert set(said) <= FORMS[language], (key, language)
                assert "other" in said, (key, language)


def names(said: object) -> set[str]:
    forms = said.values() if isinstance(said, dict) else [said]
    return {name for form in forms for name in NAMED.findall(str(form))} - {"n"}


def used() -> Iterator[tuple[str, str, str]]:
    for path in OURS:
        for area, key in USED.findall(path.read_text()):
            yield path.name, area, key


def test_words_that_are_used_are_there() -> None:
    words = known()
    missing = [each for each in used() if each[2] not in words.get(each[1], {}) and not each[2].endswith("_")]
    assert missing == []


def test_words_are_no_other_languages_ones() -> None:
    """A word that was left in English is found by its letters."""
    for area, entries in known().items():
        for key, each in entries.items():
            for language, letters in (("ru", "[а-яё]"), ("he", "[א-ת]"), ("ar", "[\u0621-\u064a]")):
                text = json.dumps(each[language], ensure_ascii=False)
                english = re.sub(r"\{\w+\}", "", json.dumps(each["en"]))
                if re.search("[a-z]{3}", english):
                    assert re.search(letters, text, re.IGNORECASE), (area, key, language)


def test_nothing_of_ours_reads_text_as_markup_or_runs_it() -> None:
    for path in OURS:
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text()
        )
        assert found == [], path.name


def test_nothing_of_ours_names_another_place() -> None:
    for path in [*OURS, *CONSOLE.glob("*.html"), *(CONSOLE / "style").glob("*.css")]:
        found = [
            each for each in re.findall(r"https?://[^\s'\"`)]+", path.read_text()) if "www.w3.org" not in each
        ]
        assert found == [], path.name
