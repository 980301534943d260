from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Mapping

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.trace_copies import released
from wideberth.desk import fingerprint
from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.formats import leaked

WORDS = "Ships keep clear of sector 17 from dawn"
TOKEN = "abcdefghijklmnopqrstuvwx27"


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return stream.getvalue()


def docx(body: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
            "docProps/custom.xml": f"<Properties><property><lpwstr>{TOKEN}</lpwstr></property></Properties>",
        }
    )


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["no.", "remarks"], [1, WORDS], [2, "Nobody enters"], [3, WORDS]):
        sheet.append(row)
    book.properties.keywords = TOKEN
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def odt() -> bytes:
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    half = len(WORDS) // 2
    body = f"<text:p>{WORDS[:half]}<text:span>{WORDS[half:]}</text:span></text:p>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document {spaces}>{body}</office:document>",
            "meta.xml": f"<office:document {spaces}><office:meta>{TOKEN}</office:meta></office:document>",
        }
    )


FILES: dict[str, tuple[bytes, str, str]] = {
    "text": (f"{WORDS}\n{TOKEN}".encode(), "a.txt", "text"),
    "UTF-16": (f"{WORDS}\n{TOKEN.upper()}".encode("utf-16"), "a.txt", "text"),
    "Windows": (f"“{WORDS}” {TOKEN} é".encode("cp1252"), "a.txt", "text"),
    "page": (
        f'<html><head><meta name="copy" content="{TOKEN}"><script>var x</script></head>'
        f"<body><p>Ships keep&nbsp;clear of <b>sec</b>tor 17 &#102;rom dawn</p></body></html>".encode(),
        "a",
        "markup",
    ),
    "broken page": (f"<p>{WORDS}<td></b><!-- {TOKEN} --><p".encode(), "a", "markup"),
    "JSON": (json.dumps({"a": [{"b": WORDS}], TOKEN: "é"}).encode(), "a", "JSON"),
    "CSV": (f'1,"{WORDS}"\n"{TOKEN}",2\n'.encode(), "a.CSV", "CSV"),
    "DOCX": (
        docx(f"<w:p><w:r><w:t>{WORDS[:9]}</w:t></w:r><w:r><w:t>{WORDS[9:]}</w:t></w:r></w:p>"),
        "",
        "document",
    ),
    "XLSX": (xlsx(), "a.xlsx", "workbook"),
    "ODT": (odt(), "a.odt", "document"),
    "zip": (zipped({"a.txt": WORDS, "b.json": json.dumps([TOKEN]), "c.png": b"\0"}), "", "zip"),
    "gzip": (gzip.compress(f"{WORDS} {TOKEN}".encode()), "a.gz", "text"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_words_and_the_token_of_each_kind_of_file(name: str) -> None:
    data, called, what = FILES[name]
    found = leaked.texts(data, called)
    assert found.what == what
    assert WORDS in " ".join(found.text.replace("\u00a0", " ").split())
    assert TOKEN in found.tokens
    assert "var x" not in found.text


def test_cells_of_a_workbook_stand_in_their_order() -> None:
    lines = leaked.texts(xlsx()).text.split("\n")
    at = lines.index(WORDS)
    assert lines[at - 1 : at + 5] == ["1", WORDS, "2", "Nobody enters", "3", WORDS]


def test_every_file_of_a_copy_says_all_its_sentences_and_its_token() -> None:
    [copy] = released(random.Random(1), 2, ("South",))
    token = fingerprint.token(copy.mark, "South")
    told = copy.told()
    for name, data in copy.files(pdf=True).items():
        found = leaked.texts(data, name)
        letters = "".join(filter(str.isalnum, found.text))
        for each in (*told.heading, *told.remarks[1], *told.remarks[2], *told.closing):
            assert "".join(filter(str.isalnum, each)) in letters, (name, each)
        assert token in found.tokens, name


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "trace.empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "trace.unreadable"),
        (bytes(range(1, 32)) * 20, "trace.unreadable"),
        (b"%PDF-1.7\nnothing of one", "trace.unreadable"),
        (zipped({"a.png": b"x"}), "trace.unreadable"),
        (zipped({"a.zip": b"x"}), "zip.nested"),
        (zipped({"a.txt": b"x"})[:-10], "zip.damaged"),
        (docx("<w:p>"), "xml.syntax"),
        (docx("")[:60], "zip.damaged"),
        (b"\x1f\x8b\x08", "gzip.truncated"),
        (b"[" * 150 * 2 + b"1" + b"]" * 150 * 2, "trace.too_large"),
    ],
    # an archive holds the time at which it was made, and names of tests must not
    ids=lambda each: each if isinstance(each, str) else "data",
)
def test_what_cannot_be_read_is_said_so(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        leaked.texts(data)
    assert refused.value.code == code


def test_reading_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaked, "TEXT_LIMIT", 100)
    monkeypatch.setattr(leaked, "SIZE_LIMIT", 1_000)
    big = zipped({f"{at}.txt": b"a " * 200 for at in range(3)})
    for data in (b"a" * 101, b"<p>" + b"a" * 100, b"a" * 1_001, gzip.compress(b"a" * 101), big):
        with pytest.raises(Invalid) as refused:
            leaked.texts(data)
        assert refused.value.code == "trace.too_large"


def test_without_the_extra_a_pdf_is_refused_and_a_zip_is_read_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaked, "_reads_pdf", lambda: False)
    with pytest.raises(Refused) as refused:
        leaked.texts(b"%PDF-1.7")
    assert refused.value.code == "trace.pdf"
    assert leaked.texts(zipped({"a.pdf": b"%PDF-1.7", "a.txt": WORDS})).text == WORDS


def test_a_document_that_names_others_is_not_followed() -> None:
    page = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e; words</x>'
    assert "words" in leaked.texts(page).text
    with pytest.raises(Invalid) as refused:
        leaked.texts(zipped({"[Content_Types].xml": "<T/>", "word/document.xml": page}))
    assert refused.value.code == "xml.doctype"


@given(
    st.one_of(
        st.binary(max_size=200),
        st.sampled_from([b"%PDF-1.4\n", b"PK\x03\x04", b"<?xml?>", b"<a ", b"{", b"\x1f\x8b"]).flatmap(
            lambda head: st.binary(max_size=200).map(lambda rest: head + rest)
        ),
    ),
    st.sampled_from(["", "a.csv", "a.tsv"]),
)
def test_whatever_comes_is_read_or_refused(data: bytes, name: str) -> None:
    try:
        found = leaked.texts(data, name)
    except WideberthError as error:
        assert error.code.startswith(("trace.", "zip.", "gzip.", "xml.", "file."))
    else:
        assert isinstance(found.text, str)
