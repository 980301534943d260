"""The pages of communiqués: the list, one statement with its replies, its versions, its history.

A page is a pure function of what is published and of the replies that were let through; it has at most
200 kB (communique_frame has what all pages have in common).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from wideberth.formats.times import show_time
from wideberth.model.communique import LANGUAGES, Published, Reply, Text, Version
from wideberth.model.phrase import NAMES
from wideberth.render.communique_form import form
from wideberth.render.communique_frame import (
    LARGEST,
    At,
    Site,
    apart,
    link,
    names,
    page,
    plain,
    runs,
    text_of,
    time,
    whole,
    words_of,
)
from wideberth.render.communique_words import WORDS, Words
from wideberth.render.relay_page import MAPPED, small_map
from wideberth.render.sheet import levels
from wideberth.render.strip import corners
from wideberth.space.extent import extent
from wideberth.space.volume import Volume

LISTED: Final = 50
"""Statements on a page of the list."""
TOGETHER: Final = 15
"""Replies on a page: also where each is as long as it may be, the page is not too large."""
ROWS: Final = 20
"""Areas in the table of a page."""
_SHEET: Final = 120_000
"""Bytes of the text on a page; of a longer one the rest is on pages of its own."""
_PIECE: Final = 15_000
"""Characters of a paragraph, of which each may need five bytes or more."""
_ROOM: Final = 3_000
"""Bytes for what stands below the replies."""


def index(site: Site, here: At, published: Sequence[Published]) -> str | None:
    """The list, the newest first, LISTED on a page; None: there is no such page."""
    words, number = words_of(here), here.number or 1
    shown = published[(number - 1) * LISTED : number * LISTED]
    if not shown and number > 1:
        return None
    rows = "".join(f"<li>{_row(site, here, words, each)}</li>" for each in shown)
    body = f"<h1>{words.statements}</h1>"
    body += f'<ul class="i">{rows}</ul>' if rows else f"<p>{words.no_statements}</p>"
    turn = []
    if number > 1:
        newer = At(here.language) if number == 2 else At(here.language, None, "older", number - 1)
        turn.append(f'<a rel="prev" href="{link(site, here.path, newer.path)}">←</a>')
    if number * LISTED < len(published):
        older = At(here.language, None, "older", number + 1)
        turn.append(f'<a rel="next" href="{link(site, here.path, older.path)}">→</a>')
    body += f"<nav>{''.join(turn)}</nav>" if turn else ""
    return page(site, here, words, words.statements, body, languages=LANGUAGES)


def statement(site: Site, here: At, found: Published, replies: Sequence[Reply] = ()) -> str | None:
    """One statement as it stands, with the newest replies (`replies`: the oldest first).

    With `here.part` "v" it is an older version, without replies. None: there is no such version.
    """
    site = structs.replace(site, exercise=site.exercise or found.exercise)
    words = words_of(here, found)
    alone = here.part == "v"
    numbers = [each.version for each in found.versions]
    which = numbers.index(here.number) if alone and here.number in numbers else None if alone else 0
    if which is None or (found.withdrawn_ms is not None and alone):
        return None
    if found.withdrawn_ms is not None:
        return page(site, here, words, words.statements, _withdrawn(site, here, words, found))
    version = found.versions[which]
    sheets = _sheets(text_of(version, words.language))
    if here.sheet > len(sheets):
        return None
    last = (here.sheet or 1) == len(sheets)
    body = _head(site, here, words, found, which) + _sheet(site, here, words, version, sheets)
    body += _volumes(words, version.volumes) if last else ""
    if alone:
        return _made(site, here, words, version, body)
    most = LARGEST - len(_made(site, here, words, version, body).encode()) - _ROOM
    below = _form(site, here, words, found)
    shown: list[str] = []
    for each in reversed(replies[-TOGETHER:]):
        most -= len((made := reply(words, each)).encode())
        if most < len(below.encode()):
            break
        shown.append(made)
    head = f'<h2 id="replies">{words.replies(len(replies))}</h2><p class="s">{words.whose}</p>'
    more = ""
    if len(shown) < len(replies):
        to = At(here.language, found.id, "replies", pages(replies))
        more = f'<nav><a href="{link(site, here.path, to.path)}">{words.all_replies}</a></nav>'
    if version.replies or replies:
        body += f"{head}{''.join(shown) or f'<p>{words.none_yet}</p>'}{more}"
    return _made(site, here, words, version, body + below)


def pages(replies: Sequence[Reply]) -> int:
    """How many pages of replies there are; the last has the newest."""
    return max(1, -(-len(replies) // TOGETHER))


def reply_page(site: Site, here: At, found: Published, replies: Sequence[Reply]) -> str | None:
    """A page of replies, the first with the oldest, so that what stands on a page stays there."""
    site = structs.replace(site, exercise=site.exercise or found.exercise)
    words, number = words_of(here, found), here.number
    if found.withdrawn_ms is not None or number > pages(replies):
        return None
    part = replies[(number - 1) * TOGETHER : number * TOGETHER]
    text = text_of(found.versions[0], words.language)
    links = [(At(here.language, found.id).path, f"<bdi>{plain(text.title)}</bdi>")]
    if number > 1:
        links.append((At(here.language, found.id, "replies", number - 1).path, words.earlier))
    if number < pages(replies):
        links.append((At(here.language, found.id, "replies", number + 1).path, words.newer))
    turn = "".join(f'<a href="{link(site, here.path, to)}">{said}</a>' for to, said in links)
    shown = "".join(reply(words, each) for each in part) or f"<p>{words.none_yet}</p>"
    body = f"<nav>{turn}</nav><h1>{words.replies(len(replies))}</h1>"
    body += f'<p class="s">{words.whose}</p>{shown}<nav>{turn}</nav>'
    title = f"{words.replies(len(replies))}: {text.title}"
    return page(site, here, words, title, body, languages=_spoken(found))


def history(site: Site, here: At, found: Published) -> str:
    """All versions that were published, the newest first, and what each corrected."""
    site = structs.replace(site, exercise=site.exercise or found.exercise)
    words = words_of(here, found)
    rows = []
    for version, at_ms in zip(found.versions, found.published_ms, strict=True):
        text = text_of(version, words.language)
        to = At(here.language, found.id, "v", version.version)
        said = f"{words.version.format(n=version.version)}"
        if found.withdrawn_ms is None:
            href = link(site, here.path, to.path)
            said = f'<a href="{href}">{said}</a>: <bdi lang="{text.language}">{plain(text.title)}</bdi>'
        rows.append(f'<li>{said}<p class="m">{words.published.format(date=time(words, at_ms))}</p>')
        if version.correction and found.withdrawn_ms is None:
            fixed = words.corrected.format(date=time(words, at_ms))
            rows.append(f'<p class="m">{fixed}</p>{whole(version.correction)}')
        rows.append("</li>")
    gone = ""
    if found.withdrawn_ms is not None:
        when = words.withdrawn.format(date=time(words, found.withdrawn_ms))
        gone = f'<p class="w"><b>{when}</b>{words.withdrawn_text}</p>'
    back = link(site, here.path, At(here.language, found.id).path)
    body = f'<nav><a href="{back}">{words.current if not gone else words.back}</a></nav>'
    body += f'<h1>{words.history_of}</h1><p class="m">{_by(words, found)}</p>{gone}'
    body += f'<ul class="i">{"".join(rows)}</ul>'
    return page(site, here, words, words.history_of, body, languages=_spoken(found))


def reply(words: Words, found: Reply) -> str:
    """A reply. Nothing of its text can leave its element, nor turn what stands beside it."""
    by = apart(found.name) if found.name else words.no_name
    return (
        f'<article class="r" id="r{found.id}"><p class="m"><b>{by}</b> · {time(words, found.at_ms)}</p>'
        f"{whole(found.text, found.language)}</article>"
    )


def _made(site: Site, here: At, words: Words, version: Version, body: str) -> str:
    title = text_of(version, words.language).title
    spoken = tuple(each.language for each in version.texts)
    return page(site, here, words, title, body, languages=spoken)


def _spoken(found: Published) -> tuple[str, ...]:
    return tuple(each.language for each in found.versions[0].texts)


def _row(site: Site, here: At, words: Words, found: Published) -> str:
    to = link(site, here.path, At(here.language, found.id).path)
    if found.withdrawn_ms is not None:
        when = words.withdrawn.format(date=time(words, found.withdrawn_ms))
        return f'<a href="{to}">{when}</a><p class="m">{_by(words, found)}</p>'
    text = text_of(found.versions[0], words.language)
    when = words.published.format(date=time(words, found.published_ms[-1]))
    if len(found.versions) > 1:
        when += f" · {words.version.format(n=found.versions[0].version)}"
    if found.versions[0].replies or found.replies:
        when += f" · {words.replies(found.replies)}"
    return (
        f'<a href="{to}" lang="{text.language}" dir="{runs(text.language)}">'
        f"<bdi>{plain(text.title)}</bdi></a>"
        f'<p class="m">{_by(words, found)}</p><p class="m">{when}</p>'
    )


def _by(words: Words, found: Published) -> str:
    return (words.joint if len(found.by) > 1 else words.by).format(names=names(words, found))


def _head(site: Site, here: At, words: Words, found: Published, which: int) -> str:
    """Of one version: whose, when, whether it stands, and the text itself."""
    version, at_ms = found.versions[which], found.published_ms[which]
    text, counts = text_of(version, words.language), version.texts[0].language
    back = link(site, here.path, At(here.language).path)
    made = [f'<nav><a href="{back}">{words.back}</a></nav>']
    if which:
        to = link(site, here.path, At(here.language, found.id).path)
        newest = words.version.format(n=found.versions[0].version)
        made.append(f'<p class="w"><b>{words.older}</b><a href="{to}">{newest}</a></p>')
    if version.correction:
        fixed = words.corrected.format(date=time(words, at_ms))
        made.append(f'<div class="w"><b>{fixed}</b>{whole(version.correction)}</div>')
    made.append(f'<h1 lang="{text.language}" dir="{runs(text.language)}">{plain(text.title)}</h1>')
    made.append(f'<p class="m">{_by(words, found)}</p>')
    when = words.published.format(date=time(words, at_ms))
    if len(found.versions) > 1:
        to = link(site, here.path, At(here.language, found.id, "history").path)
        when += f' · {words.version.format(n=version.version)} · <a href="{to}">{words.history}</a>'
    made.append(f'<p class="m">{when}</p>')
    if text.language != words.language:
        made.append(f'<p class="m">{words.no_text}</p>')
    elif len(version.texts) > 1:
        of = f'<bdi lang="{counts}">{NAMES[WORDS[counts].language]}</bdi>'
        said = words.counts if counts == text.language else f"{words.translation} {of}"
        made.append(f'<p class="m">{said}</p>')
    return "".join(made)


def _sheets(text: Text) -> list[str]:
    """The paragraphs of a text, as many together as a page has room for."""
    sheets, size = [""], 0
    for each in text.body.split("\n\n"):
        for begin in range(0, len(each), _PIECE):
            made = f'<p class="t" dir="auto">{plain(each[begin : begin + _PIECE])}</p>'
            if size + len(made.encode()) > _SHEET and size:
                sheets.append("")
                size = 0
            sheets[-1] += made
            size += len(made.encode())
    return sheets


def _sheet(site: Site, here: At, words: Words, version: Version, sheets: Sequence[str]) -> str:
    """One page of the text, and where the others are."""
    language, number = text_of(version, words.language).language, here.sheet or 1
    turn = []
    for n in range(1, len(sheets) + 1):
        to = link(site, here.path, At(here.language, here.communique, "v", version.version, n * (n > 1)).path)
        turn.append(f'<a href="{to}">{n}</a>' if n != number else f"<b>{n}</b>")
    pages = f'<nav class="p"><bdi>{words.pages}</bdi> {" ".join(turn)}</nav>' if len(sheets) > 1 else ""
    return f'<div class="b" lang="{language}" dir="{runs(language)}">{sheets[number - 1]}</div>{pages}'


def _withdrawn(site: Site, here: At, words: Words, found: Published) -> str:
    assert found.withdrawn_ms is not None
    when = words.withdrawn.format(date=time(words, found.withdrawn_ms))
    back = link(site, here.path, At(here.language).path)
    to = link(site, here.path, At(here.language, found.id, "history").path)
    return (
        f'<nav><a href="{back}">{words.back}</a></nav><h1>{when}</h1><p class="m">{_by(words, found)}</p>'
        f'<p class="w">{words.withdrawn_text}</p><nav><a href="{to}">{words.history}</a></nav>'
    )


def _volumes(words: Words, volumes: Sequence[Volume]) -> str:
    """Where and when the public is asked to keep clear: a map, and figures that are alike everywhere."""
    if not volumes:
        return ""
    rows = []
    for each in volumes[:ROWS]:
        high, within = levels(each).replace(" to ", " – "), corners(extent(each.ground))
        figures = (f'<bdi dir="ltr">{plain(said)}</bdi>' for said in (high, within))
        cells = zip((words.when, words.how_high, words.within), (_window(words, each), *figures), strict=True)
        rows.append(f"<dl>{''.join(f'<dt>{name}</dt><dd>{said}</dd>' for name, said in cells)}</dl>")
    more = f"<p>{words.more_areas.format(n=len(volumes) - ROWS)}</p>" if len(volumes) > ROWS else ""
    drawing = f'<div class="map" dir="ltr">{small_map(volumes)}</div>' if len(volumes) <= MAPPED else ""
    return f"<h2>{words.where}</h2>{drawing}{''.join(rows)}{more}"


def _window(words: Words, volume: Volume) -> str:
    """From when until when; figures run from left to right in every language."""
    start = None if volume.start is None else f'<span class="k">{show_time(volume.start)}</span>'
    end = None if volume.end is None else f'<span class="k">{show_time(volume.end)}</span>'
    if start is not None and end is not None:
        return f'<bdi dir="ltr">{start} – {end}</bdi>'
    begin = words.in_force if start is None else f'<bdi dir="ltr">{start}</bdi>'
    until = words.until_notice if end is None else f'<bdi dir="ltr">{end}</bdi>'
    return f"{begin} – {until}"


def _form(site: Site, here: At, words: Words, found: Published) -> str:
    if not found.versions[0].replies:
        return ""
    if not site.files:
        return form(here, words, found.id)
    if site.reply_at:
        to = plain(f"{site.reply_at.rstrip('/')}{At(here.language, found.id).path}")
        return f'<p class="w"><b>{words.elsewhere}</b><bdi dir="ltr">{to}</bdi></p>'
    return f'<p class="w">{words.no_form}</p>'
