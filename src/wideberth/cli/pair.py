"""`wideberth pair`: begin a line with another party, by files or over a network. Needs no node."""

from __future__ import annotations

import typer

from wideberth.cli import pair_offer, pair_online, pair_papers, pair_send

PAIR_HELP = """\
Begin a line with another party, by files that go by any channel, or over a network. Needs no node.

By file, each party does the same four steps: offer, accept (compare sixteen words by voice), certify, finish.
Over a network one party opens and the other calls (compare twelve digits by voice); then both certify, send
and fetch their papers, and finish.

\b
Examples:
  wideberth pair offer --identity north.key.pub --out north.offer
  wideberth pair accept north.offer south.offer --label South --out south.agreed
  wideberth pair certify south.agreed --identity north.key --log log.key.pub --cosign cosign.key.pub \\
    --seal seal.key.pub --out north.papers
  wideberth pair finish south.agreed north.papers south.papers --out south.line
  wideberth pair open --identity north.key.pub --host north.example --out south.agreed
  wideberth pair call lusab-babad-gutih@north.example:7879 --identity south.key.pub --out north.agreed
"""

pairs = typer.Typer(help=PAIR_HELP, no_args_is_help=True, rich_markup_mode=None)
pairs.command("offer", short_help="1. Make an offer, to hand over.", help=pair_offer.OFFER_HELP)(
    pair_offer.offer
)
pairs.command("accept", short_help="2. Compare both offers, by voice.", help=pair_offer.ACCEPT_HELP)(
    pair_offer.accept
)
pairs.command("certify", short_help="3. Certify own keys for the line.", help=pair_papers.CERTIFY_HELP)(
    pair_papers.certify
)
pairs.command("finish", short_help="4. Check the papers of both.", help=pair_papers.FINISH_HELP)(
    pair_papers.finish
)
pairs.command("open", short_help="1-2. Over a network: show a code, wait.", help=pair_online.OPEN_HELP)(
    pair_online.open_
)
pairs.command("call", short_help="1-2. Over a network: call by a code.", help=pair_online.CALL_HELP)(
    pair_online.call
)
pairs.command("send", short_help="3-4. Over a network: hand over papers.", help=pair_send.SEND_HELP)(
    pair_send.send
)
pairs.command("fetch", short_help="3-4. Over a network: get their papers.", help=pair_send.FETCH_HELP)(
    pair_send.fetch
)
