"""The public pages: what stands on them, that they are small, and that nothing leaves its element."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.render.communiques import (
    AR,
    CORRECTED,
    DAY,
    EN,
    HE,
    ID,
    OTHER,
    REPLIES,
    RU,
    WHEN,
    area,
    published,
    reply,
    version,
)
from wideberth.desk import replies as rules
from wideberth.desk.replies import Said
from wideberth.errors import WideberthError
from wideberth.model.communique import LANGUAGES, Published, Text
from wideberth.render import communique_form, communique_frame, communique_page, communique_words
from wideberth.render.communique_frame import LARGEST, At, Site
from wideberth.render.communique_page import TOGETHER
from wideberth.render.communique_refusals import CODES, REFUSALS
from wideberth.render.communique_words import WORDS

SITES = [Site(), Site(files=True, reply_at="https://a.example"), Site(exercise=True)]
VOID = {"meta", "link", "input", "br"}
ALLOWED = {
    *("html", "head", "meta", "title", "link", "style", "body", "nav", "a", "main", "p", "h1", "h2", "b"),
    *("bdi", "div", "ul", "li", "time", "article", "form", "label", "small", "textarea", "input", "select"),
    *("option", "button", "footer", "dl", "dt", "dd", "span", "svg", "clippath", "rect", "g", "path", "text"),
    *("line", "polygon", "polyline", "circle"),
}


class Parsed(HTMLParser):
    """A page: its tags, its attributes, and the text of each element that shows what somebody wrote."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.shown: list[str] = []
        self._inside = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if self._inside:
            self._inside += tag not in VOID
        elif tag == "div" and ("class", "t") in attrs:
            self.shown.append("")
            self._inside = 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag  # well nested: a browser reads it as it is written
        self._inside -= self._inside > 0

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.shown[-1] += data

    def values(self, name: str) -> list[str]:
        return [value for each, value in self.attributes if each == name]


def one(found: Published, language: str | None = "en", **more: object) -> str:
    page = communique_page.statement(Site(), At(language, found.id), found, REPLIES)
    assert page is not None
    return page


def every(site: Site, found: Published) -> list[str]:
    """All kinds of pages of one statement, in all languages."""
    pages: list[str | None] = []
    for language in (None, *LANGUAGES):
        pages.append(communique_page.index(site, At(language), [found]))
        pages.append(communique_page.statement(site, At(language, found.id), found, REPLIES))
        pages.append(communique_page.statement(site, At(language, found.id, "v", 1), found))
        pages.append(communique_page.history(site, At(language, found.id, "history"), found))
        pages.append(communique_page.reply_page(site, At(language, found.id, "replies", 1), found, REPLIES))
        here = At(language, found.id)
        pages.append(communique_form.preview(here, found, Said("x", "ar", "y"), "1.ab"))
        pages.append(communique_form.taken(here, found))
        pages += [communique_form.refused(here, found, code) for code in CODES]
    return [each for each in pages if each is not None]


@pytest.mark.parametrize(
    "site", [Site(), Site(files=True, reply_at="https://a.example"), Site(exercise=True)]
)
def test_no_page_has_a_script_or_asks_anybody_for_anything(site: Site) -> None:
    for page in every(site, CORRECTED):
        found = Parsed(page)
        assert found.open == [] and set(found.tags) <= ALLOWED
        assert not [name for name, _ in found.attributes if name.startswith("on") or name == "style"]
        assert not found.values("src") and "url(" not in page.replace("url(#m)", "")
        for to in (*found.values("href"), *found.values("action")):
            assert ":" not in to and not to.startswith("/"), to  # relative: wherever the pages stand
        assert page.count("<style>") == 1 and f"<style>{communique_frame.STYLE}</style>" in page
        assert len(page.encode()) <= LARGEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_that_it_gives_no_permission(language: str) -> None:
    words = WORDS[language]
    for page in every(Site(), CORRECTED):
        lang = Parsed(page).values("lang")[0]
        assert WORDS[lang].never in page and f'dir="{WORDS[lang].direction}"' in page
    assert one(CORRECTED, language).count(words.never) == 1


def test_it_runs_from_the_right_where_its_language_does() -> None:
    for language, direction in (("en", "ltr"), ("ru", "ltr"), ("he", "rtl"), ("ar", "rtl")):
        assert f'<html lang="{language}" dir="{direction}">' in one(CORRECTED, language)
    page = one(published(version(1, EN, HE)), "he")
    assert f'<h1 lang="he" dir="rtl">{HE.title}</h1>' in page
    assert f'<h1 lang="en" dir="ltr">{EN.title}</h1>' in one(published(version(1, EN)), "he")


def test_what_a_statement_says() -> None:
    page = one(CORRECTED)
    for said in (
        EN.title,
        "<bdi>North</bdi> and <bdi>South</bdi>",
        "Corrected January 18, 2027",
        "The hours of the line",
        "Version 2",
        "3 replies",
        "<bdi>A skipper</bdi>",
        "no name given",
        "2027-01-18 08:00Z",
        "10,000 ft MSL",
        "33°54.9′N",
        "<svg",
        "<form",
    ):
        assert said in page.replace("<time>", "").replace("</time>", ""), said
    assert page.index("Хорошо") < page.index("نشكركم") < page.index("Will the fishing")
    assert WORDS["en"].counts in page and WORDS["ar"].translation in one(CORRECTED, "ar")
    assert WORDS["he"].no_text in one(CORRECTED, "he")
    silent = published(structs.replace(version(), replies=False))
    shown = communique_page.statement(Site(), At("en", ID), silent, ())
    assert shown is not None and "<form" not in shown and "repl" not in shown.partition("<main>")[2]


def test_words_of_counts_and_dates_in_each_language() -> None:
    said = {each: [WORDS[each].replies(n) for n in (0, 1, 2, 5, 11, 21)] for each in LANGUAGES}
    assert said["en"] == ["0 replies", "1 reply", "2 replies", "5 replies", "11 replies", "21 replies"]
    assert said["ru"] == ["0 ответов", "1 ответ", "2 ответа", "5 ответов", "11 ответов", "21 ответ"]
    assert said["ar"][:4] == ["لا ردود", "رد واحد", "ردّان", "5 ردود"]
    assert said["he"][:3] == ["0 תגובות", "תגובה אחת", "2 תגובות"]
    assert WORDS["ar"].date(WHEN) == "17 يناير 2027"


def test_each_word_and_refusal_is_there_in_each_language() -> None:
    for each in LANGUAGES:
        words = WORDS[each]
        assert all(structs.asdict(words).values()) and set(words.refusals) == set(CODES)
        for name in ("by", "joint", "published", "corrected", "withdrawn", "version", "more_areas"):
            here, there = getattr(words, name), getattr(communique_words.EN, name)
            assert {"{names}", "{date}", "{n}"} & set(_fields(here)) == set(_fields(there)), (each, name)
    for code in CODES:
        assert len({REFUSALS[WORDS[each].language][code] for each in LANGUAGES}) == len(LANGUAGES)


def _fields(text: str) -> list[str]:
    return [each for each in ("{names}", "{date}", "{n}") if each in text]


def test_what_was_withdrawn_says_so_and_nothing_else() -> None:
    gone = structs.replace(CORRECTED, withdrawn_ms=WHEN + 2 * DAY)
    shown = one(gone)
    assert (
        "WITHDRAWN <time>January 19, 2027</time>" in shown
        and "A skipper" not in shown
        and "<form" not in shown
    )
    for page in (shown, communique_page.history(Site(), At("en", ID, "history"), gone)):
        for text in (EN.title, EN.body[:40], "The hours of the line"):
            assert text not in page
    assert "WITHDRAWN" in communique_page.history(Site(), At("en", ID, "history"), gone)
    assert communique_page.statement(Site(), At("en", ID, "v", 1), gone) is None
    assert communique_page.reply_page(Site(), At("en", ID, "replies", 1), gone, REPLIES) is None


def test_the_history_has_all_versions_and_what_each_corrected() -> None:
    page = communique_page.history(Site(), At("en", ID, "history"), CORRECTED)
    assert "Version 2" in page and "Version 1" in page and "The hours of the line" in page
    assert "v/2" in page and "v/1" in page
    old = communique_page.statement(Site(), At("en", ID, "v", 1), CORRECTED)
    assert old is not None and WORDS["en"].older in old and "<form" not in old and "A skipper" not in old
    assert communique_page.statement(Site(), At("en", ID, "v", 3), CORRECTED) is None


def test_an_exercise_is_marked_on_every_page() -> None:
    real = every(Site(), CORRECTED)
    marked = every(Site(exercise=True), structs.replace(CORRECTED, exercise=True))
    for page in marked:
        lang = Parsed(page).values("lang")[0]
        assert f'<body><p class="x">{WORDS[lang].exercise}</p>' in page
    alone = one(structs.replace(CORRECTED, exercise=True))
    assert WORDS["en"].exercise in alone  # also where only the statement says so
    assert len(marked) == len(real) and not [each for each in real if 'class="x"' in each]


PLAIN = published()
HOSTILE = st.text(max_size=200) | st.text(
    st.sampled_from("<>&\"'/=-! \n\taאע\u0301\u202e\u2067\u200bscriptbdiv"), max_size=80
)


@given(HOSTILE, HOSTILE)
@settings(max_examples=150)
def test_nothing_of_a_reply_leaves_its_element(text: str, name: str) -> None:
    try:
        said = rules.read(text, "", name)
    except WideberthError:
        said = Said("a word", "", "")
    plain = [*REPLIES[:1], reply(9, "a word")]
    hostile = [*REPLIES[:1], reply(9, said.text, "", said.name)]
    before, after = (
        Parsed(communique_page.statement(Site(), At("en", ID), PLAIN, each) or "")
        for each in (plain, hostile)
    )
    assert after.shown[-2] == said.text and after.open == []
    assert [each for each in after.tags if each != "bdi"] == [each for each in before.tags if each != "bdi"]
    assert after.attributes == before.attributes
    once = Parsed(communique_form.preview(At("en", ID), PLAIN, said, "1.ab"))
    assert once.shown == [said.text] and once.open == []
    assert said.text in once.values("value") and not [n for n, _ in once.attributes if n.startswith("on")]


@given(HOSTILE, HOSTILE)
@settings(max_examples=150)
def test_nothing_of_a_statement_is_markup_or_turns_the_page(title: str, name: str) -> None:
    bad = published(version(1, Text("en", title, f"{title}\n\n{name}"), correction=name or "x"))
    bad = structs.replace(bad, by=(title, name))
    for page in (one(bad), communique_page.history(Site(), At("ar", ID, "history"), bad)):
        found = Parsed(page)
        assert found.open == [] and set(found.tags) <= ALLOWED
        assert not {"\u202e", "\u2067", "\u200b"} & set(page)


def test_whole_pages_of_the_largest_are_small() -> None:
    worst = [reply(n, "&" * rules.LONGEST, "ar", "&" * rules.NAME) for n in range(1, 4 * TOGETHER)]
    long = published(version(1, Text("ar", "ش" * 200, "\n\n".join(["&" * 5_000, "ش " * 7_500] * 5)), EN))
    pages: list[str | None] = [
        communique_page.statement(Site(), At(None, ID), each, worst) for each in (CORRECTED, long)
    ]
    numbers = range(1, communique_page.pages(worst) + 1)
    pages += [communique_page.reply_page(Site(), At("ar", ID, "replies", n), long, worst) for n in numbers]
    sheets = 2
    while more := communique_page.statement(Site(), At(None, ID, "v", 1, sheets), long):
        pages += [more]
        sheets += 1
    pages.append(communique_page.index(Site(), At("ar"), [long] * 200))
    areas = published(version(1, EN, volumes=(area(),) * 200))
    pages.append(communique_page.statement(Site(), At("ru", ID), areas, worst))
    assert all(each is not None and len(each.encode()) <= LARGEST for each in pages)
    # nothing of the text is lost between its pages
    whole = "".join(each or "" for each in (pages[1], *pages[2 + communique_page.pages(worst) :]))
    assert sheets > 2 and whole.count("ش ") >= 5 * 7_499
    assert WORDS["ru"].more_areas.format(n=180) in (pages[-1] or "")


def test_the_newest_replies_stand_on_the_page_and_all_on_pages_that_stay() -> None:
    many = [reply(n, f"number {n}.") for n in range(1, 2 * TOGETHER + 2)]
    page = communique_page.statement(Site(), At("en", ID), CORRECTED, many) or ""
    assert "31 replies" in page and "number 31." in page and "number 16." not in page
    assert f'href="../../c/{ID}/en/replies/3"' in page
    first = communique_page.reply_page(Site(), At("en", ID, "replies", 1), CORRECTED, many)
    later = communique_page.reply_page(Site(), At("en", ID, "replies", 1), CORRECTED, many[: TOGETHER + 1])
    assert first is not None and later is not None
    assert first.count("<article") == later.count("<article") == TOGETHER and "number 15." in first
    assert communique_page.reply_page(Site(), At("en", ID, "replies", 4), CORRECTED, many) is None


def test_the_list_has_pages() -> None:
    some = [published(name=f"q-{n:026}".replace("0", "a").replace("1", "b")) for n in range(120)]
    first = communique_page.index(Site(), At("en"), some)
    third = communique_page.index(Site(), At("en", None, "older", 3), some)
    assert first is not None and third is not None
    assert (first.count("<li>"), third.count("<li>")) == (50, 20)
    assert 'rel="next"' in first and 'rel="prev"' not in first and 'rel="next"' not in third
    assert communique_page.index(Site(), At("en", None, "older", 4), some) is None
    gone = communique_page.index(Site(), At("en"), [structs.replace(CORRECTED, withdrawn_ms=WHEN)])
    assert gone is not None and EN.title not in gone and "WITHDRAWN" in gone
    assert WORDS["en"].no_statements in (communique_page.index(Site(), At("en"), []) or "")


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/", At()),
        ("/ar", At("ar")),
        ("/older/2", At(None, None, "older", 2)),
        (f"/c/{ID}", At(None, ID)),
        (f"/c/{ID}/he", At("he", ID)),
        (f"/c/{OTHER}/ru/history", At("ru", OTHER, "history")),
        (f"/c/{ID}/v/12", At(None, ID, "v", 12)),
        (f"/c/{ID}/ar/v/1/2", At("ar", ID, "v", 1, 2)),
        (f"/c/{ID}/replies/3", At(None, ID, "replies", 3)),
    ],
)
def test_paths(path: str, wanted: At) -> None:
    assert communique_frame.at(path) == wanted and wanted.path == path


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "//",
            "/fr",
            "/older",
            "/older/1",
            "/history",
            "/v/1",
            "/c/",
            "/c/q-short",
            f"/c/{ID}/",
            f"/c/{ID}/v",
        ),
        *(f"/c/{ID}/v/0", f"/c/{ID}/history/2", f"/c/{ID}/older/2", f"/c/{ID}/v/1/1", f"/c/{ID}/replies/1/2"),
        *(f"/c/{ID.upper()}", f"/c/{ID}/v/100000", f"/c/{ID}/reply", f"/x/c/{ID}", f"/c/{ID}\n"),
    ],
)
def test_what_is_no_path(path: str) -> None:
    assert communique_frame.at(path) is None


def test_links_lead_from_every_page_to_every_page() -> None:
    site, files = Site(), Site(files=True)
    assert communique_frame.link(site, f"/c/{ID}", f"/c/{ID}/ar") == f"../c/{ID}/ar"
    assert communique_frame.link(site, "/", "/ar") == "ar" and communique_frame.link(site, "/ar", "/") == "./"
    assert communique_frame.link(site, f"/c/{ID}/v/1", "/") == "../../../"
    assert communique_frame.link(files, f"/c/{ID}/ar", "/") == "../../index.html"
    assert communique_frame.link(files, "/", f"/c/{ID}") == f"c/{ID}.html"


def test_the_texts_of_the_sample_are_in_their_languages() -> None:
    assert [each.language for each in (EN, AR, RU, HE)] == ["en", "ar", "ru", "he"]
