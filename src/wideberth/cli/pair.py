"""`wideberth pair`: begin a line with another party, by files. Needs no node and no network."""

from __future__ import annotations

import typer

from wideberth.cli import pair_offer, pair_papers

PAIR_HELP = """\
Begin a line with another party, by files that go by any channel. Needs no node and no network.

Each party does the same four steps: offer, accept (compare sixteen words by voice), certify, finish.

\b
Examples:
  wideberth pair offer --identity north.key.pub --out north.offer
  wideberth pair accept north.offer south.offer --label South --out south.agreed
  wideberth pair certify south.agreed --identity north.key --log log.key.pub --cosign cosign.key.pub \\
    --seal seal.key.pub --out north.papers
  wideberth pair finish south.agreed north.papers south.papers --out south.line
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
