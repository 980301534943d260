"""The form to reply, how a reply will look before it is sent, and what is said when it was.

The form stands on a page that is the same for everybody. What it sends is shown once more, with a time and a
hash that the node has signed; only what comes back with these is taken. So a page can be kept by anybody,
and a program that sends at once, or sends anything else than was shown, is refused.
"""

from __future__ import annotations

from typing import Final

from wideberth.desk.replies import LONGEST, NAME, Said
from wideberth.model.communique import LANGUAGES, Published
from wideberth.model.phrase import NAMES
from wideberth.render.communique_frame import At, Site, apart, link, page, plain, text_of, whole, words_of
from wideberth.render.communique_refusals import REFUSALS
from wideberth.render.communique_words import WORDS, Words

TRAP: Final = "website"
"""A field that people do not see, and that stays empty."""
FIELDS: Final = ("text", "name", "language", "words", TRAP, "form")
"""Of a reply that is sent; `words`: the language of the page, `form`: what was signed."""


def action(communique: str) -> str:
    """Where a reply is sent."""
    return f"/c/{communique}/reply"


def form(here: At, words: Words, communique: str, said: Said | None = None) -> str:
    """The form; with `said`, what it begins with."""
    begun = said or Said("")
    to = link(Site(), here.path, action(communique))
    options = "".join(
        f'<option value="{each}"{" selected" if each == begun.language else ""}>{NAMES[WORDS[each].language]}'
        "</option>"
        for each in LANGUAGES
    )
    return (
        f'<form method="post" action="{to}" accept-charset="utf-8" autocomplete="off">{_hidden(words)}'
        f'<label for="t">{words.your_reply} <small>({words.at_most})</small></label>'
        f'<textarea id="t" name="text" rows="6" maxlength="{LONGEST}" required dir="auto">'
        f"\n{plain(begun.text)}"
        f'</textarea><label for="n">{words.name}</label>'
        f'<input id="n" name="name" maxlength="{NAME}" dir="auto" value="{plain(begun.name)}">'
        f'<label for="l">{words.language_of}</label><select id="l" name="language">'
        f'<option value="">{words.not_said}</option>{options}</select>'
        f'<p class="h" aria-hidden="true"><label for="w">{words.leave_empty}</label>'
        f'<input id="w" name="{TRAP}" tabindex="-1"></p>'
        f"<button>{words.read_once_more}</button>"
        f'<p class="s">{words.what_is_kept}</p><p class="s">{words.what_is_taken}</p></form>'
    )


def preview(here: At, found: Published, said: Said, signed: str, why: str = "") -> str:
    """How a reply will look, to be read once more; below it the form again, to change it.

    `why`: the code of why it was not taken as it was sent; empty where it was not sent yet.
    """
    words = words_of(here, found)
    alert = f'<p class="w" role="alert">{words.refusals[why]}</p>' if why else ""
    by = apart(said.name) if said.name else words.no_name
    fields = {"text": said.text, "name": said.name, "language": said.language, "form": signed}
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{plain(value)}">' for name, value in fields.items()
    )
    to = link(Site(), action(found.id), action(found.id))
    body = (
        f"<h1>{words.once_more}</h1>{alert}"
        f'<article class="r" id="reply"><p class="m"><b>{by}</b></p>'
        f"{whole(said.text, said.language)}</article>"
        f'<form class="o" method="post" action="{to}" accept-charset="utf-8">{_hidden(words)}{hidden}'
        f"<button>{words.send}</button></form><h2>{words.change}</h2>"
        + form(_sent(found), words, found.id, said)
    )
    return page(Site(exercise=found.exercise), _sent(found), words, words.once_more, body)


def taken(here: At, found: Published) -> str:
    """A reply waits for somebody to read it."""
    words = words_of(here, found)
    body = f'<h1>{words.taken}</h1><p class="w">{words.taken_text}</p>{_back(here, found, words)}'
    return page(Site(exercise=found.exercise), _sent(found), words, words.taken, body)


def refused(here: At, found: Published, code: str) -> str:
    """It was not taken: why, and what is. Nothing of what was sent stands on the page."""
    words = words_of(here, found)
    why = REFUSALS[words.language].get(code, words.refusals["reply.failed"])
    body = (
        f'<h1>{words.not_taken}</h1><p class="w" role="alert">{why}</p><p>{words.what_is_taken}</p>'
        f"{_back(here, found, words)}"
    )
    return page(Site(exercise=found.exercise), _sent(found), words, words.not_taken, body)


def _sent(found: Published) -> At:
    """Where the answer to a form stands: one step below the statement."""
    return At(None, found.id, "reply")


def _back(here: At, found: Published, words: Words) -> str:
    to = link(Site(), action(found.id), At(here.language, found.id).path)
    title = text_of(found.versions[0], words.language).title
    return f'<nav><a href="{to}"><bdi>{plain(title)}</bdi></a></nav>'


def _hidden(words: Words) -> str:
    return f'<input type="hidden" name="words" value="{words.language}">'
