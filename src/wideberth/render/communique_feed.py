"""The feed of communiqués: Atom (RFC 4287), one in each language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wideberth.formats.times import to_rfc3339
from wideberth.model.communique import Published
from wideberth.render.communique_frame import LARGEST, At, Site, feed_path, file, plain, text_of
from wideberth.render.communique_words import WORDS, Words

MEDIA: Final = "application/atom+xml; charset=utf-8"
ENTRIES: Final = 30


def feed(site: Site, published: Sequence[Published], language: str) -> bytes:
    """The newest of what is published, the newest first: at most ENTRIES, and at most 200 kB."""
    words = WORDS[language]
    stands = max((_updated(each) for each in published), default=0)
    title = f"{words.exercise} {words.statements}" if site.exercise else words.statements
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
        f"<id>{_xml(site.feed)}:{language}</id><title>{_xml(title)}</title>"
        f"<updated>{to_rfc3339(stands)}</updated><rights>{_xml(words.never)}</rights>"
        f"{_link(site, feed_path(language), 'self', 'application/atom+xml', language)}"
        f"{_link(site, At(language).path, 'alternate', 'text/html', language)}"
    )
    size, made = len(head.encode()), [head]
    for each in sorted(published, key=_updated, reverse=True)[:ENTRIES]:
        entry = _entry(site, words, each)
        size += len(entry.encode())
        if size > LARGEST - 100 and len(made) > 1:
            break
        made.append(entry)
    return f"{''.join(made)}</feed>\n".encode()


def _entry(site: Site, words: Words, found: Published) -> str:
    """RFC 4287, section 4.1.2; a withdrawn one says so, and nothing of what it said."""
    language = words.language
    authors = "".join(f"<author><name>{_xml(each)}</name></author>" for each in found.by)
    gone = found.withdrawn_ms is not None
    text = text_of(found.versions[0], language)
    if found.withdrawn_ms is not None:
        title, content, of = (
            words.withdrawn.format(date=words.date(found.withdrawn_ms)),
            words.withdrawn_text,
            "",
        )
    else:
        title, of = text.title, f' xml:lang="{text.language}"'
        fixed = found.versions[0].correction
        when = words.corrected.format(date=words.date(found.published_ms[0]))
        content = f"{when} {fixed}\n\n{text.body}" if fixed else text.body
    if found.exercise:
        title = f"{words.exercise} {title}"
    spoken = () if gone else tuple(each.language for each in found.versions[0].texts)
    links = "".join(
        _link(site, At(each, found.id).path, "alternate", "text/html", each) for each in spoken or (language,)
    )
    return (
        f"<entry><id>urn:wideberth:communique:{found.id}</id><title{of}>{_xml(title)}</title>"
        f"<updated>{to_rfc3339(_updated(found))}</updated>"
        f"<published>{to_rfc3339(found.published_ms[-1])}</published>{authors}{links}"
        f'<content type="text"{of}>{_xml(content)}</content></entry>'
    )


def _updated(found: Published) -> int:
    return max(found.published_ms[0], found.withdrawn_ms or 0)


def _link(site: Site, path: str, rel: str, media: str, language: str) -> str:
    if site.base:
        to = f"{site.base}/{file(path)}" if site.files else f"{site.base}{path}"
    else:
        # relative to where the feed stands, which is beside the first page (RFC 3986, section 5)
        to = file(path) if site.files else path.lstrip("/") or "./"
    return f'<link rel="{rel}" type="{media}" hreflang="{language}" href="{_xml(to)}"/>'


def _xml(text: str) -> str:
    """XML knows no control characters (XML 1.0, section 2.2); here they are shown as their numbers."""
    return plain(text)
