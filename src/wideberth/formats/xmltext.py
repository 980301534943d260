"""XML from strangers: bytes to a tree, with nothing fetched, nothing expanded, bounded time and memory.

Used by KML and CoT. The encoding is settled before the parser sees a byte, so that a document type
declaration, which could define entities, can be found and refused first.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from wideberth.errors import Invalid

SIZE_LIMIT = 64 * 1024 * 1024
DEPTH_LIMIT = 100
MARK_LIMIT = 4_000_000
"""At most so many `<`, and so many `=`: the tree takes some 100 bytes for each (a judgement)."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s{0,20}=\s{0,20}["']([^"'>]{0,60})["']""")
_ONE_BYTE = re.compile(r"(iso8859-\d+|cp125\d|koi8-[rtu]|mac-cyrillic|ascii)")
_ACCEPTED = "UTF-8, UTF-16 with a byte order mark, or a declared ISO-8859, Windows-125x or KOI8 encoding"
_DEEP = etree.XPath(f"boolean({'/*' * (DEPTH_LIMIT + 1)})")
_BLANK = re.compile(r"[ \t\r\n]*")


def parse(data: bytes) -> etree._Element:
    """The root element. Comments and processing instructions are left out; xi:include is not followed.

    Raises: Invalid (`file.empty`, `file.too_large`, `xml.encoding`, `xml.doctype`, `xml.too_many_marks`,
    `xml.depth`, `xml.syntax`).
    """
    if len(data) > SIZE_LIMIT:
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", f"at most {SIZE_LIMIT:,} bytes (64 MiB)")
    if not data or data.isspace():
        raise Invalid("file.empty", "", "an empty file", "an XML document")
    for mark in (b"<", b"="):
        if (count := data.count(mark)) > MARK_LIMIT:
            found = f"{count:,} of the sign {mark.decode()}"
            raise Invalid("xml.too_many_marks", "", found, f"at most {MARK_LIMIT:,}")
    text = _decoded(data)
    _refuse_doctype(text)
    root = _tree(text.encode("utf-8"))
    if _DEEP(root):
        raise _too_deep()
    return root


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """The namespace, empty where there is none."""
    return etree.QName(element).namespace or ""


def _decoded(data: bytes) -> str:
    """The document as text; what the bytes say and what the declaration says must agree."""
    marked = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), None)
    body = data[len(marked[0]) :] if marked else data
    name = marked[1] if marked else "utf-8"
    head = body[:1_000].decode(name, "ignore").encode("ascii", "ignore")
    declared = _DECLARED.match(head)
    if declared is not None:
        stated = declared[1].decode("ascii")
        told = _known(stated)
        if told is None or (marked is None and told == "utf-16") or (marked is not None and told != name[:6]):
            mark = f" after a mark of {name.upper()}" if marked else ""
            raise Invalid("xml.encoding", "line 1", f"the declared encoding {stated!r}{mark}", _ACCEPTED)
        name = name if marked else told
    try:
        text = body.decode(name)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        found = f"bytes that are not {name.upper()}"
        raise Invalid("xml.encoding", f"line {line}", found, _ACCEPTED) from None
    if "\x00" in text:
        raise Invalid("xml.encoding", "", f"zero bytes in {name.upper()}", _ACCEPTED)
    return text


def _known(stated: str) -> str | None:
    """Our name of an accepted encoding: `utf-8`, `utf-16`, or one byte a character."""
    try:
        name = codecs.lookup(stated).name
    except (LookupError, ValueError):
        return None
    if name in ("utf-8", "utf-16"):
        return name
    return name if _ONE_BYTE.fullmatch(name) else None


def _refuse_doctype(text: str) -> None:
    """A document type declaration can stand only before the root, after comments and instructions."""
    at = _skip_blank(text, 0)
    while text.startswith(("<?", "<!--"), at):
        if text.startswith("<?", at):
            end = text.find("?>", at)
        else:
            end = text.find("-->", at + 4)
        if end < 0:
            return  # the parser says which it is
        at = _skip_blank(text, text.index(">", end) + 1)
    if text.startswith("<!DOCTYPE", at):
        line = text.count("\n", 0, at) + 1
        wanted = "a document without DOCTYPE: it could define entities or name other files"
        raise Invalid("xml.doctype", f"line {line}", text[at : at + 60], wanted)


def _skip_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _tree(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in error.msg.lower():
            raise _too_deep() from None
        line = error.lineno or 1
        raise Invalid("xml.syntax", f"line {line}", error.msg, "well-formed XML") from None
    return root


def _too_deep() -> Invalid:
    return Invalid("xml.depth", "", f"more than {DEPTH_LIMIT} levels", f"at most {DEPTH_LIMIT} levels")
