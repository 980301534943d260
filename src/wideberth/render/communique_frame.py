"""What all public pages have in common: addresses, the frame around a page, and how foreign text is shown.

No script, nothing fetched, nothing that leads elsewhere. Every text that somebody wrote stands in an element
of its own with its own direction (HTML, `dir`; Unicode UAX 9), and nothing in it is markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from html import escape
from typing import Final

from babel.lists import format_list
from msgspec import Struct, structs

from wideberth.model.communique import LANGUAGES, Published, Text, Version
from wideberth.model.phrase import NAMES, RIGHT_TO_LEFT
from wideberth.render.communique_words import WORDS, Words

LARGEST: Final = 200_000
"""Bytes of a page, and of the feed."""
ID: Final = "q-[a-z2-7]{26}"
STYLE: Final = (
    "body{font:17px/1.5 sans-serif;color:#111;background:#fff;max-width:40em;margin:0 auto;padding:1em}"
    "a{color:#0b4a8f}h1{font-size:1.5em;line-height:1.25;margin:.3em 0}"
    "h2{font-size:1.15em;margin:1.6em 0 .4em}"
    "h1,h2,p,li,dd,.t{overflow-wrap:anywhere}nav{display:flex;flex-wrap:wrap;"
    "gap:.1em 1.2em;font-size:.92em;margin:.4em 0}.k{white-space:nowrap}.b p{margin:.7em 0}"
    ".m,.s{color:#444;font-size:.88em}.m{margin:.2em 0}"
    ".w,.x{border:2px solid #111;padding:.5em .7em;margin:.8em 0}"
    ".x{background:#111;color:#fff;font-weight:bold;text-align:center}.w b{display:block}"
    ".t{white-space:pre-wrap;unicode-bidi:plaintext;margin:.3em 0;line-height:1.5}"
    ".r{border-top:1px solid #bbb;padding:.7em 0;overflow:hidden}.r .m b{color:#111}"
    "form{border:1px solid #bbb;border-radius:4px;padding:.2em 1em 1em;margin:1em 0}"
    "form.o{border:0;padding:0}"
    "label{display:block;font-weight:bold;margin:.8em 0 .2em}label small{font-weight:normal;color:#444}"
    "textarea,input,select{font:inherit;width:100%;box-sizing:border-box;padding:.45em;border:1px solid #555;"
    "border-radius:3px;background:#fff;color:#111}"
    "button{font:bold 1em sans-serif;padding:.6em 1.2em;margin:.9em 0 0;"
    "border:2px solid #111;border-radius:3px;background:#111;color:#fff}"
    ".h{position:absolute;inset-inline-start:-999em;height:1px;width:1px;overflow:hidden}"
    "ul.i{list-style:none;padding:0}ul.i li{border-top:1px solid #bbb;padding:.7em 0}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15em 1em;border-top:1px solid #bbb;"
    "padding:.6em 0;margin:0}dt{color:#444}dd{margin:0}.map{overflow:hidden}svg{max-width:100%;height:auto}"
    "footer{border-top:2px solid #111;margin-top:2em;padding-top:.4em}"
    "@media print{body{font-size:11pt;max-width:none;padding:0}nav,form{display:none}"
    ".r{break-inside:avoid}"
    "a{color:#000}}"
)
STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""Of the one style that the policy of these pages allows."""
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_META: Final = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'none'; base-uri 'none'"
"""The same for a file, where `frame-ancestors` is not read (CSP 3, section 6.4.2)."""


class Site(Struct, frozen=True):
    """Where the pages stand.

    Attributes:
        base: the absolute address of the first page, without a slash at its end; empty: not known.
        feed: what names the feed for good, an IRI.
        exercise: whether all of it is of an exercise.
        files: it is a folder of files: links lead to files, and there is no form.
        reply_at: of a folder: the address of the pages where one can reply; empty: nowhere.
    """

    base: str = ""
    feed: str = "urn:wideberth:communiques"
    exercise: bool = False
    files: bool = False
    reply_at: str = ""


class At(Struct, frozen=True):
    """A page: which statement, which page of it, in which language. `path` is where it stands.

    Attributes:
        language: of the words of the page; None: that of the text that counts, and English of the list.
        communique: None: the list of all.
        part: of a statement: nothing, `history`, `v` (a version) or `replies`; of the list: nothing or
            `older`.
        number: of the version, or of the page.
        sheet: of a version whose text is too long for one page: which of its pages; 0: the first.
    """

    language: str | None = None
    communique: str | None = None
    part: str = ""
    number: int = 0
    sheet: int = 0

    @property
    def path(self) -> str:
        """Such as `/c/q-…/ar/history`."""
        which = () if self.communique is None else ("c", self.communique)
        part = (self.part,) if self.part else ()
        numbers = tuple(str(each) for each in (self.number, self.sheet) if each)
        return "/" + "/".join((*which, *((self.language,) if self.language else ()), *part, *numbers))


_PATH: Final = re.compile(
    rf"(?:/c/(?P<c>{ID}))?(?:/(?P<l>{'|'.join(LANGUAGES)}))?"
    r"(?:/(?P<p>history|v|replies|older)(?:/(?P<n>[1-9][0-9]{0,4})(?:/(?P<s>[1-9][0-9]{0,2}))?)?)?"
)


def at(path: str) -> At | None:
    """Which page this path is of; None: of none."""
    found = _PATH.fullmatch("" if path == "/" else path or "/")
    if found is None:
        return None
    part, number, sheet = found["p"] or "", int(found["n"] or 0), int(found["s"] or 0)
    least = {"": 0, "history": 0, "v": 1, "replies": 1, "older": 2}[part]
    if (number > 0) != (least > 0) or number < least:
        return None
    if part and (part == "older") != (found["c"] is None):
        return None
    if sheet and (part != "v" or sheet < 2):
        return None
    return At(found["l"], found["c"], part, number, sheet)


def file(path: str) -> str:
    """The file in which a page of this path stands in a folder."""
    if path.endswith(".atom"):
        return path.lstrip("/")
    return f"{path.strip('/') or 'index'}.html"


def link(site: Site, here: str, there: str) -> str:
    """From one page to another, relative: so it leads there wherever the pages stand."""
    target = file(there) if site.files else there.lstrip("/")
    up = "../" * (here.count("/") - 1)
    return f"{up}{target}" or "./"


def page(site: Site, here: At, words: Words, title: str, body: str, *, languages: Sequence[str] = ()) -> str:
    """A whole page. `title` is plain text, `body` markup; `languages`: in which else the page can be read."""
    feed = link(site, here.path, feed_path(words.language))
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_META}">' if site.files else ""
    mark = f'<p class="x">{words.exercise}</p>' if site.exercise else ""
    others = "".join(
        f'<a href="{link(site, here.path, structs.replace(here, language=each).path)}"'
        f' hreflang="{each}" lang="{each}" dir="auto">{NAMES[WORDS[each].language]}</a>'
        for each in languages
        if each != words.language
    )
    nav = f"<nav>{others}</nav>" if others else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}" dir="{words.direction}"><head><meta charset="utf-8">'
        f'{policy}<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="referrer" content="no-referrer"><title>{plain(title)}</title>'
        f'<link rel="alternate" type="application/atom+xml" href="{feed}" title="{words.feed}">'
        f"<style>{STYLE}</style></head><body>{mark}{nav}<main>{body}</main>"
        f'<footer><p class="s">{words.never}</p></footer></body></html>\n'
    )


def feed_path(language: str) -> str:
    """Where the feed in a language stands."""
    return "/feed.atom" if language == "en" else f"/feed.{language}.atom"


def plain(text: str) -> str:
    """Text as markup: what is not seen is shown as its number, and nothing in it is markup."""
    shown = "".join(
        each if each.isprintable() or not _unseen(each) else f"\\u{{{ord(each):x}}}" for each in text
    )
    return escape(shown, quote=True)


def _unseen(each: str) -> bool:
    """Whether a character steers or is none: also what XML does not know (XML 1.0, section 2.2)."""
    if each in "\n ":
        return False
    point = ord(each)
    none = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    return none or unicodedata.category(each) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def apart(text: str) -> str:
    """A name or a few words in a line of another's: isolated, with a direction of their own."""
    return f"<bdi>{plain(' '.join(text.split()))}</bdi>"


def whole(text: str, language: str = "") -> str:
    """A text of several lines: each has the direction of its own letters."""
    said = f' lang="{language}"' if language in LANGUAGES else ""
    return f'<div class="t" dir="auto"{said}>{plain(text)}</div>'


def names(words: Words, found: Published) -> str:
    """Whose it is."""
    some = [apart(each) for each in found.by]
    if words.direction == "rtl":  # there "and" is written as one word with what follows, in whatever letters
        return ("، " if words.language == "ar" else ", ").join(some)
    return str(format_list(some, locale=words.language))


def time(words: Words, at_ms: int) -> str:
    """A day, in words."""
    return f"<time>{words.date(at_ms)}</time>"


def text_of(version: Version, language: str) -> Text:
    """The text in this language; without one, the one that counts."""
    return next((each for each in version.texts if each.language == language), version.texts[0])


def words_of(here: At, found: Published | None = None) -> Words:
    """In which language the page speaks."""
    if here.language is not None:
        return WORDS[here.language]
    return WORDS[found.versions[0].texts[0].language if found is not None else "en"]


def runs(language: str) -> str:
    """The direction of a language."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
