"""What commands about the blind check ask a running node for, and which run or audit is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wideberth.cli import line_asked
from wideberth.cli.meant import NAMED, meant
from wideberth.errors import Invalid
from wideberth.node.blind_audit_views import AuditView
from wideberth.node.blind_views import BlindRunView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load


def runs(client: Client, line: str) -> list[BlindRunView]:
    """Own runs on a line (its id). Raises: as Client.ask."""
    return client.ask("GET", line_asked.path(line, "blind", "runs"), list[BlindRunView])


def run(found: list[BlindRunView], text: str) -> BlindRunView:
    """The run that is meant. Raises: Invalid (`blind.no_run`)."""
    some = [found[n] for n in meant([(each.session, None) for each in found], text)]
    if len(some) != 1:
        named = ", ".join(each.session[:10] for each in (some or found)[:NAMED]) or "none yet"
        raise Invalid("blind.no_run", "RUN", text, f"one of these, by 4 characters or more: {named}")
    return some[0]


def audits(client: Client, line: str) -> list[AuditView]:
    """The audits of a line (its id), the newest first. Raises: as Client.ask."""
    return client.ask("GET", line_asked.path(line, "blind", "audits"), list[AuditView])


def audit(found: list[AuditView], text: str) -> AuditView:
    """The audit that is meant. Raises: Invalid (`blind.no_audit`)."""
    some = [found[n] for n in meant([(each.audit, None) for each in found], text)]
    if len(some) != 1:
        named = ", ".join(each.audit[:10] for each in (some or found)[:NAMED]) or "none yet"
        raise Invalid("blind.no_audit", "AUDIT", text, f"one of these, by 4 characters or more: {named}")
    return some[0]
