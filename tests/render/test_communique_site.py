"""The feed (RFC 4287), and all that is published as a folder of files."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urljoin

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs

from tests.render.communiques import CORRECTED, DAY, EN, ID, OTHER, REPLIES, WHEN, published, version
from tests.render.test_communique_page import Parsed
from wideberth.model.communique import LANGUAGES, Published, Text
from wideberth.render.communique_feed import ENTRIES, feed
from wideberth.render.communique_frame import LARGEST, Site
from wideberth.render.communique_site import site
from wideberth.render.communique_words import WORDS

ATOM = "{http://www.w3.org/2005/Atom}"
AT = Site("https://public.example.org", "urn:x:feed")
GONE = published(name=OTHER, withdrawn_ms=WHEN + 3 * DAY)


def read(found: list[Published], language: str = "en", at: Site = AT) -> etree._Element:
    return etree.fromstring(feed(at, found, language), etree.XMLParser(resolve_entities=False))


def texts(of: etree._Element, name: str) -> list[str]:
    return [each.text or "" for each in of.iterfind(f"{ATOM}{name}")]


def test_a_feed_has_what_the_standard_wants() -> None:
    found = read([CORRECTED, GONE])
    # section 4.1.1 and 4.1.2: each of these once, and an author in each entry
    for of in (found, *found.iterfind(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            [said] = texts(of, name)
            assert said
        for when in texts(of, "updated") + texts(of, "published"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", when)
        kept = [(each.get("rel"), each.get("hreflang")) for each in of.iterfind(f"{ATOM}link")]
        assert len(set(kept)) == len(kept) > 0
        assert all(str(each.get("href")).startswith("https://") for each in of.iterfind(f"{ATOM}link"))
    first, second = found.iterfind(f"{ATOM}entry")
    assert [each.findtext(f"{ATOM}name") for each in first.iterfind(f"{ATOM}author")] == ["North", "South"]
    ids = [texts(each, "id")[0] for each in (first, second)]
    assert ids == [f"urn:wideberth:communique:{each}" for each in (OTHER, ID)]  # what changed last is first
    assert texts(found, "updated") == texts(first, "updated") == ["2027-01-20T08:00:00.000Z"]
    assert texts(found, "rights") == [WORDS["en"].never]


def test_an_entry_says_what_was_corrected_and_nothing_of_what_was_withdrawn() -> None:
    gone, stands = read([CORRECTED, GONE]).iterfind(f"{ATOM}entry")
    [content] = texts(stands, "content")
    assert content.startswith("Corrected January 18, 2027") and content.endswith(EN.body)
    whole = etree.tostring(gone, encoding="unicode")
    assert "WITHDRAWN January 20, 2027" in whole and EN.title not in whole and EN.body[:30] not in whole


def test_it_speaks_each_language() -> None:
    for language in LANGUAGES:
        found = read([CORRECTED], language)
        assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == language
        assert texts(found, "title") == [WORDS[language].statements]
        assert texts(found, "id") == [f"urn:x:feed:{language}"]
    assert "EXERCISE" in texts(read([CORRECTED], at=structs.replace(AT, exercise=True)), "title")[0]


def test_it_is_bounded_and_is_one_of_nothing() -> None:
    many = [published(name=f"q-{'a' * 24}{a}{b}") for a in "abcdefgh" for b in "abcdefgh"]
    assert len(list(read(many).iterfind(f"{ATOM}entry"))) == ENTRIES
    large = [structs.replace(each, versions=(version(1, Text("en", "x", "&" * 9_000)),)) for each in many]
    data = feed(AT, large, "en")
    assert len(data) <= LARGEST and data.count(b"<entry>") == 4
    assert texts(read([]), "updated") == ["1970-01-01T00:00:00.000Z"]


@given(st.text(max_size=100), st.text(st.sampled_from("<>&]\"'\0\x01\ufffe\ud7ff\u202e a"), max_size=30))
@settings(max_examples=100)
def test_any_text_is_xml(title: str, body: str) -> None:
    bad = published(version(1, Text("en", title, body), correction=title))
    [entry] = read([structs.replace(bad, by=(title or "x", body))]).iterfind(f"{ATOM}entry")
    assert len(entry.findall(f"{ATOM}author")) == 2
    assert "\u202e" not in "".join(str(each) for each in entry.itertext())


def test_a_folder_is_the_same_bytes_and_all_its_links_lead_somewhere() -> None:
    published_ones = [CORRECTED, GONE, published(name=f"q-{'c' * 26}")]
    made = site(published_ones, {ID: REPLIES}, "https://x.example", reply_at="https://reply.example/")
    assert made == site(published_ones, {ID: REPLIES}, "https://x.example", reply_at="https://reply.example/")
    assert {"index.html", "ar.html", "feed.atom", "feed.ar.atom", f"c/{ID}.html", f"c/{ID}/ar.html"} <= set(
        made
    )
    assert (
        f"c/{ID}/ar/v/1.html" in made
        and f"c/{ID}/replies/1.html" in made
        and f"c/{OTHER}/v/1.html" not in made
    )
    for path, data in made.items():
        assert PurePosixPath(path).suffix in (".html", ".atom") and ".." not in path and len(data) <= LARGEST
        if path.endswith(".atom"):
            continue
        page = data.decode()
        found = Parsed(page)
        assert "form" not in found.tags and "script" not in found.tags
        assert "form-action 'none'" in page
        for to in found.values("href"):
            assert urljoin(f"/{path}", to).lstrip("/") in made, (path, to)
    assert f"https://reply.example/c/{ID}/ar" in made[f"c/{ID}/ar.html"].decode()
    alone = site([CORRECTED], {})
    assert WORDS["en"].no_form in alone[f"c/{ID}.html"].decode()
    assert "urn:wideberth:communiques:en" in alone["feed.atom"].decode()


def test_links_of_a_feed_without_an_address_are_relative() -> None:
    for at, to in ((Site(), f"c/{ID}/en"), (Site(files=True), f"c/{ID}/en.html")):
        [entry] = read([CORRECTED], at=at).iterfind(f"{ATOM}entry")
        assert entry.findall(f"{ATOM}link")[0].get("href") == to
