"""XML from strangers: what parses, what is refused, and how soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from wideberth.errors import Invalid
from wideberth.formats import xmltext

EXPECTED = {
    "billion-laughs.xml": "xml.doctype",
    "deep.json": "xml.syntax",  # a recipe in JSON; expanded in test_depth
    "external-dtd.xml": "xml.doctype",
    "external-entity.xml": "xml.doctype",
    "good.xml": None,
    "lat-nan.xml": None,  # well-formed; CoT refuses it
    "many-attributes.xml": None,
    "not-closed.xml": "xml.syntax",
    "parameter-entity.xml": "xml.doctype",
    "quadratic-blowup.xml": "xml.doctype",
    "stale-before-start.xml": None,
    "two-points.xml": None,
    "utf7-declared.xml": "xml.encoding",
    "xinclude.xml": None,
}


def refusal(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        xmltext.parse(data)
    return caught.value


def test_every_hostile_vector(shared: Path) -> None:
    found: dict[str, str | None] = {}
    for file in sorted((shared / "vectors" / "xml-hostile").iterdir()):
        try:
            root = xmltext.parse(file.read_bytes())
        except Invalid as error:
            found[file.name] = error.code
        else:
            assert root.tag == "event"
            found[file.name] = None
    assert found == EXPECTED


def test_xinclude_is_not_followed(shared: Path) -> None:
    root = xmltext.parse((shared / "vectors" / "xml-hostile" / "xinclude.xml").read_bytes())
    (include,) = root.iter("{http://www.w3.org/2001/XInclude}include")
    assert include.get("href") == "file:///etc/hostname"
    assert include.text is None


@pytest.mark.parametrize("depth", [101, 300, 100_000])
def test_too_deep(depth: int) -> None:
    assert refusal(b"<a>" * depth + b"</a>" * depth).code == "xml.depth"


def test_deep_enough() -> None:
    assert xmltext.parse(b"<a>" * 100 + b"</a>" * 100).tag == "a"


@pytest.mark.parametrize("blank", [b"", b" \n\t"])
def test_empty(blank: bytes) -> None:
    assert refusal(blank).code == "file.empty"


def test_too_large_is_refused_at_once() -> None:
    data = b"<a>" + b" " * xmltext.SIZE_LIMIT + b"</a>"
    begun = time.process_time()
    assert refusal(data).code == "file.too_large"
    assert time.process_time() - begun < 1


def test_too_many_elements() -> None:
    assert refusal(b"<a>" + b"<b/>" * 4_000_000 + b"</a>").code == "xml.too_many_marks"


def test_too_many_attributes() -> None:
    assert refusal(b"<a " + b'b="" ' * 4_000_001 + b"/>").code == "xml.too_many_marks"


def test_syntax_names_the_line() -> None:
    error = refusal(b"<a>\n<b>\n</a>")
    assert (error.code, error.path) == ("xml.syntax", "line 3")
    assert "b" in error.found


@pytest.mark.parametrize(
    "data",
    [
        "<?xml version='1.0' encoding='windows-1251'?><a>Привет</a>".encode("cp1251"),
        '<?xml version="1.0" encoding="UTF-16"?><a>Привет</a>'.encode("utf-16"),
        b"\xfe\xff" + "<a>Привет</a>".encode("utf-16-be"),
        b"\xef\xbb\xbf" + "<?xml version='1.0' encoding='utf-8'?><a>Привет</a>".encode(),
        "<a>Привет</a>".encode(),
        "<?xml version='1.0' encoding='koi8-u'?><a>Привет</a>".encode("koi8-u"),
    ],
)
def test_encodings_that_are_read(data: bytes) -> None:
    assert xmltext.parse(data).text == "Привет"


@pytest.mark.parametrize(
    "data",
    [
        "<?xml version='1.0' encoding='UTF-8'?><a>Привет</a>".encode("cp1251"),
        "<?xml version='1.0' encoding='UTF-8'?><a>Привет</a>".encode("utf-16"),
        "<?xml version='1.0' encoding='UTF-16'?><a>Привет</a>".encode("utf-16-le"),
        b"<?xml version='1.0' encoding='UTF-16'?><a/>",
        b"\xef\xbb\xbf<?xml version='1.0' encoding='windows-1251'?><a/>",
        b"<?xml version='1.0' encoding='ascii'?><a>\xd0</a>",
        b"<?xml version='1.0' encoding='nonsense'?><a/>",
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
        b"<?xml version='1.0' encoding='rot13'?><a/>",
        b"<a>\x00</a>",
        "<a/>".encode("utf-32"),
    ],
)
def test_encodings_that_are_refused(data: bytes) -> None:
    assert refusal(data).code == "xml.encoding"


def test_doctype_behind_comments_and_instructions() -> None:
    data = b"<?xml version='1.0'?>\n" + b"<!--<!DOCTYPE b>-->\n<?p q?> " * 2_000 + b"<!DOCTYPE a><a/>"
    error = refusal(data)
    assert (error.code, error.path) == ("xml.doctype", "line 2002")


def test_doctype_as_text_is_only_text() -> None:
    assert xmltext.parse(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"
    assert xmltext.parse(b"<!-- <!DOCTYPE a> --><a/>").tag == "a"


def test_comments_do_not_cut_text() -> None:
    assert xmltext.parse(b"<a>1<!-- -->2<?p?>3&amp;&#52;<![CDATA[<5]]></a>").text == "123&4<5"


def test_an_entity_that_nobody_defined() -> None:
    assert refusal(b"<a>&nbsp;</a>").code == "xml.syntax"


@pytest.mark.parametrize("data", [b"<?xml version='1.0'", b"<!-- never closed", b"<!DOCTYP a><a/>"])
def test_a_prolog_that_does_not_end(data: bytes) -> None:
    assert refusal(data).code == "xml.syntax"
