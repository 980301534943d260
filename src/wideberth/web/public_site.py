"""What stands on the public pages, as files for a folder: `wideberth communique export`."""

from __future__ import annotations

from typing import Final

from wideberth.errors import Invalid
from wideberth.node.reply_views import PublicFilesView
from wideberth.render import communique_site
from wideberth.web.call import Call
from wideberth.web.roles import RELEASING
from wideberth.web.route import Route

ASKED: Final = ("communique", "base", "reply_at")
LONGEST: Final = 300
"""Characters of an address."""


def files(call: Call) -> PublicFilesView:
    """The list and the feeds, or all pages of one communiqué. Raises: Invalid (`api.query`)."""
    node, wanted = call.node, call.asked.get("communique")
    known = node.room.relay.pages.base() if node.settings.public_url else None
    at = communique_site.folder(
        _address(call, "base") or "",
        reply_at=_address(call, "reply_at") or known or "",
        name=f"urn:wideberth:communiques:{node.party}",
        exercise=node.settings.exercise,
    )
    published = node.room.replies.published()
    names = tuple(each.id for each in published)
    if wanted is None:
        made = communique_site.front(at, published)
    elif wanted in names:
        of = published[names.index(wanted)]
        made = communique_site.statement(at, of, node.room.replies.shown(wanted))
    else:
        raise Invalid("api.query", "communique", wanted, "one that was published")
    return PublicFilesView(names, {path: data.decode() for path, data in made.items()})


def _address(call: Call, name: str) -> str | None:
    said = call.asked.get(name)
    if said is not None and not (said.startswith(("https://", "http://")) and len(said) <= LONGEST):
        raise Invalid("api.query", name, said, "an address that begins with https://")
    return said


ROUTES: Final = (
    Route("GET", "/v1/public-files", RELEASING, None, PublicFilesView, files,
          "What stands on the public pages, as files: the list and the feeds, or all pages of one "
          "`communique`. `base`: where the folder will be reached; `reply_at`: where one can reply.",
          query=ASKED, present=True, whole=True),
)  # fmt: skip
"""What of the API is about the folder."""
