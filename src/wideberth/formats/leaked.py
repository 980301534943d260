"""The text of a file that may hold some of a released copy, whatever became of it; nothing in it is believed.

Text, markup (HTML, KML and any XML), JSON, CSV, PDF, office documents and workbooks (ECMA-376, OpenDocument),
all of them in a zip or a gzip. Only the letters matter to what reads it (desk.trace), in the order in which
they are shown; how they look is lost. All reading is bounded.
"""

from __future__ import annotations

import codecs
import csv
import importlib.util
import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal

from lxml import etree
from msgspec import Struct

from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats import archive, gzipped, xmltext

if TYPE_CHECKING:
    import pypdf

SIZE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a file, and of all that is in it, unpacked."""
TEXT_LIMIT: Final = 4_000_000
"""Characters of the text (a judgement: 1,000 pages and more, and some 100 MiB of memory to trace it)."""
PAGES: Final = 2_000
"""Pages of a PDF that are read."""
DEPTH: Final = 200
"""Levels of a JSON."""
WANTED: Final = "text, HTML, XML, JSON, CSV, PDF, DOCX, XLSX, ODT, ODS, or a zip or gzip of these"
What = Literal["text", "markup", "JSON", "CSV", "PDF", "document", "workbook", "zip"]

_TOKEN: Final = re.compile(r"(?<![a-z0-9])[a-z2-7]{26}(?![a-z0-9])")
_MARKUP: Final = re.compile(r"\s*(<\?xml|<!doctype|<!--|<[a-z][a-z0-9:]{0,30}[\s/>])", re.IGNORECASE)
_UNSEEN: Final = frozenset({"script", "style", "template"})
_SHOWN: Final = ("content", "alt", "title", "value", "summary")
"""Attributes with words for people."""
_WITHIN: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "code", "em", "font", "i", "kbd", "mark", "q", "r", "s", "small", "span",
     "strong", "sub", "sup", "t", "time", "u", "var", "wbr"}
)  # fmt: skip
"""Elements inside a line, of HTML and of office documents: no line ends at them."""
_CONTROL: Final = frozenset(map(chr, range(32))) - set("\t\n\v\f\r")
_READ: Final = (".txt", ".md", ".csv", ".tsv", ".htm", ".html", ".json", ".geojson", ".xml", ".kml", ".pdf")
"""What is read in a zip that is no office document, by the ends of names."""


class Leaked(Struct, frozen=True):
    """What a file says.

    Attributes:
        what: it is.
        text: of it, as it is read.
        tokens: whatever in it looks like the token of a copy: 26 characters of base32.
    """

    what: What
    text: str
    tokens: frozenset[str]


def texts(data: bytes, name: str = "") -> Leaked:
    """The text of a file; its name is asked only whether it is a CSV.

    Raises: Invalid (`trace.empty`, `trace.too_large`, `trace.unreadable`; `zip.*`, `gzip.*`, `xml.*`),
    Refused (`trace.pdf`: what reads a PDF is not installed).
    """
    if not data:
        raise Invalid("trace.empty", "", "an empty file", WANTED)
    if len(data) > SIZE_LIMIT:
        raise _too_large(f"{len(data):,} bytes", f"at most {SIZE_LIMIT:,} bytes (64 MiB)")
    if gzipped.is_gzip(data):
        data = gzipped.unpack(data)
    if data.startswith(b"PK\x03\x04"):
        what, text = _zip(data)
    else:
        what, text = _one(data, name)
    _check_length(len(text))
    return Leaked(what, text, frozenset(_TOKEN.findall(text.lower())))


def _one(data: bytes, name: str) -> tuple[What, str]:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "PDF", _pdf(data)
    text = _decoded(data)
    begin = text[:200].lstrip()
    if begin.startswith(("{", "[")) and (strings := _json(text)) is not None:
        return "JSON", strings
    if _MARKUP.match(text[:1024]):
        return "markup", _markup(text)
    if name.lower().endswith((".csv", ".tsv")) and (cells := _csv(text, name)) is not None:
        return "CSV", cells
    return "text", text


def _decoded(data: bytes) -> str:
    """Text in UTF-8 or UTF-16 as it is marked, else in Windows-1252: letters of a copy are in all of them."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            break
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    controls = sum(map(text[:10_000].count, _CONTROL))
    if "\0" in text or controls > len(text[:10_000]) / 20:
        found = f"bytes that are no text: {shorten(data[:16].hex(' '))}"
        raise Invalid("trace.unreadable", "", found, WANTED)
    return text


def _markup(text: str) -> str:
    """What HTML or XML shows, and words in its attributes. The parser mends what is broken."""
    _check_length(len(text))
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    return text if root is None else "".join(_told(root))


def _told(root: etree._Element) -> Iterator[str]:
    for event, each in etree.iterwalk(root, events=("start", "end", "comment")):
        if event == "comment":
            yield f"\n{each.text or ''}\n{each.tail or ''}"
            continue
        local = etree.QName(each).localname.lower()
        around = "" if local in _WITHIN else "\n"
        if event == "start":
            said = [value for key in _SHOWN if (value := each.get(key))]
            yield around + "".join(f"\n{value}\n" for value in said)
            if local not in _UNSEEN:
                yield each.text or ""
        else:
            yield around + (each.tail or "")


def _json(text: str) -> str | None:
    """All strings, names of members among them, a line each; None where it is no JSON after all."""
    depth = 0
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    lines: list[str] = []
    ahead: list[tuple[object, int]] = [(found, 0)]
    while ahead:
        value, depth = ahead.pop()
        if depth > DEPTH:
            raise _too_large(f"more than {DEPTH} levels", f"at most {DEPTH} levels")
        if isinstance(value, dict):
            ahead += [(each, depth + 1) for pair in reversed(value.items()) for each in reversed(pair)]
        elif isinstance(value, list):
            ahead += [(each, depth + 1) for each in reversed(value)]
        elif isinstance(value, str):
            lines.append(value)
    return "\n".join(lines)


def _csv(text: str, name: str) -> str | None:
    """Its cells, a line each; None where it is no CSV after all."""
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter="\t" if name.lower().endswith(".tsv") else ","))
    except csv.Error:
        return None
    return "\n".join(cell for row in rows for cell in row)


def _zip(data: bytes) -> tuple[What, str]:
    """An office document by what is in it, else all its files that can be read, in the order of its names."""
    names = archive.names(data, WANTED)
    total = 0
    parts: dict[str, bytes] = {}
    for name in names:
        office = name.startswith(("word/", "xl/", "docProps/")) or name in (
            "content.xml",
            "meta.xml",
            "styles.xml",
        )
        if office or name.lower().endswith(_READ):
            parts[name] = archive.content(data, name, WANTED)
            total += len(parts[name])
            if total > SIZE_LIMIT:
                raise _too_large("more when unpacked", f"at most {SIZE_LIMIT:,} bytes (64 MiB)")
    if "[Content_Types].xml" in names or "mimetype" in names:
        xml = {name: part for name, part in parts.items() if name.endswith(".xml")}
        if any(name.startswith("xl/") for name in xml):
            return "workbook", _workbook(xml)
        return "document", "\n".join("".join(_told(xmltext.parse(part))) for part in xml.values())
    if not parts:
        raise Invalid(
            "trace.unreadable", "", f"a zip with nothing to read in it: {', '.join(names[:5])}", WANTED
        )
    if len(parts) > 1 and not _reads_pdf():
        # a copy says the same in all its files
        parts = {name: part for name, part in parts.items() if not name.lower().endswith(".pdf")} or parts
    return "zip", "\n".join(_one(part, name)[1] for name, part in parts.items())


def _workbook(parts: dict[str, bytes]) -> str:
    """Cells of an XLSX, a line each (ECMA-376, 18.3.1.4 and 18.4.8), and all words of its other parts."""
    shared: list[str] = []
    if (strings := parts.get("xl/sharedStrings.xml")) is not None:
        shared = ["".join(_told(each)) for each in xmltext.parse(strings)]
    lines: list[str] = []
    for name, part in parts.items():
        root = xmltext.parse(part)
        if not name.startswith("xl/worksheets/"):
            lines += [] if name == "xl/sharedStrings.xml" else _told(root)
            continue
        for cell in root.iter("{*}c"):
            words = "".join(_told(cell)).strip()
            if cell.get("t") == "s":
                at = int(words) if words.isascii() and words.isdigit() and len(words) < 10 else -1
                words = shared[at] if 0 <= at < len(shared) else ""
            lines.append(words)
    return "\n".join(lines)


def _reads_pdf() -> bool:
    return importlib.util.find_spec("pypdf") is not None


def _pdf(data: bytes) -> str:
    """Text of its pages, and its metadata (ISO 32000-1, 14.3)."""
    if not _reads_pdf():
        words = "what reads a PDF is not installed; accepted: install wideberth[pdf], or save its text"
        raise Refused("trace.pdf", words)
    import pypdf  # an extra of its own, and it takes long to load

    try:
        return "\n".join(_pages(pypdf.PdfReader(io.BytesIO(data))))
    except Invalid:
        raise
    except Exception as error:  # noqa: BLE001 - a broken PDF makes pypdf raise whatever it trips over
        found = f"a PDF that cannot be read: {shorten(str(error) or type(error).__name__)}"
        wanted = "an undamaged PDF without a password, or its text"
        raise Invalid("trace.unreadable", "", found, wanted) from None


def _pages(reader: pypdf.PdfReader) -> Iterator[str]:
    if len(reader.pages) > PAGES:
        raise _too_large(f"{len(reader.pages):,} pages", f"at most {PAGES:,} pages")
    yield from (str(value) for value in (reader.metadata or {}).values())
    root = reader.root_object
    if (metadata := root.get("/Metadata")) is not None:
        yield metadata.get_object().get_data().decode("utf-8", "replace")
    length = 0
    for page in reader.pages:
        text = page.extract_text()
        yield text
        length += len(text)
        _check_length(length)


def _check_length(length: int) -> None:
    if length > TEXT_LIMIT:
        raise _too_large(f"{length:,} characters of text", f"at most {TEXT_LIMIT:,}; a part of it is enough")


def _too_large(found: str, wanted: str) -> Invalid:
    return Invalid("trace.too_large", "", found, wanted)
