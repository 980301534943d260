"""`wideberth key`: keys in files, what the identity says about them, what officers approve. All offline."""

from __future__ import annotations

import typer

from wideberth.cli import key_approve, key_new, key_papers, key_read

KEY_HELP = """\
Keys: make them, certify, revoke and replace them, and approve with them. Needs no node and no network.

\b
Examples:
  wideberth key new identity --out north.key
  wideberth key show north.key
  wideberth key certify --identity north.key --key log.key.pub --feed LINE/main/0 --from 0 --out log.cert
"""

keys = typer.Typer(help=KEY_HELP, no_args_is_help=True, rich_markup_mode=None)
keys.command("new", short_help="Make a key.", help=key_new.NEW_HELP)(key_new.new)
keys.command("show", short_help="Show what files of keys hold.", help=key_new.SHOW_HELP)(key_new.show)
keys.command("certify", short_help="Certify a key, by the identity.", help=key_papers.CERTIFY_HELP)(
    key_papers.certify
)
keys.command("revoke", short_help="Revoke a key, by the identity.", help=key_papers.REVOKE_HELP)(
    key_papers.revoke
)
keys.command("rotate", short_help="Replace a key by a new one.", help=key_papers.ROTATE_HELP)(
    key_papers.rotate
)
keys.command("check", short_help="Say what papers are, and who signed them.", help=key_read.CHECK_HELP)(
    key_read.check
)
keys.command("roster", short_help="Say which officers may sign.", help=key_read.ROSTER_HELP)(
    key_read.list_officers
)
keys.command("approve", short_help="Approve, as an officer.", help=key_approve.APPROVE_HELP)(
    key_approve.approve
)
