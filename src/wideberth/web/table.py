"""The table of the API, version 1."""

from __future__ import annotations

from typing import Any, Final

from wideberth.node.site_views import (
    EditionView,
    HeldSinceView,
    ListView,
    PersonView,
    RowsView,
    RowView,
    ToldView,
    TouchView,
)
from wideberth.node.views import AgreementsView, Imported, LineView, NodeView, ProofView
from wideberth.web import asked, lines, metrics, openapi, people, site_asked, sites, streams
from wideberth.web.asked import DutyView, Granted, TokenView, UserView
from wideberth.web.call import Call
from wideberth.web.route import ANYBODY, BUNDLE, LARGE, LISTS, OCTETS, Route

OFFICER: Final = frozenset({"officer"})
ADMIN: Final = frozenset({"admin"})
EITHER: Final = OFFICER | ADMIN
SITES: Final = frozenset({"observer", "officer", "planner", "releasing"})
"""Who may read lists of sites: an admin of accounts, or somebody who translates, need not."""
PLANNERS: Final = frozenset({"officer", "planner"})
RELEASING: Final = frozenset({"officer", "releasing"})
LINE: Final = "/v1/lines/{line}"
AGREEMENT: Final = f"{LINE}/agreements/{{agreement}}"
USER: Final = "/v1/users/{name}"
LIST: Final = "/v1/sites/{list}"


def _health(_: Call) -> asked.Health:
    return asked.Health()


def _events(call: Call) -> streams.Reader:
    """Who reads; the stream itself is begun in the event loop."""
    return streams.Reader(call.who.id, call.still_counts)


def _metrics(call: Call) -> bytes:
    return call.rim.metrics.text()


def _document(_: Call) -> dict[str, Any]:
    return openapi.document(TABLE)


TABLE: Final = (
    Route("GET", "/v1/health", None, None, asked.Health, _health, "Whether the node answers."),
    Route("POST", "/v1/login", None, asked.Login, Granted, people.login,
          "Log in. The token is shown this once.", heavy=True),
    Route("POST", "/v1/begin", None, asked.Begin, UserView, people.begin,
          "Make the first user, an admin. Only over the node's own socket, by the user of the system whom "
          "the data directory belongs to.", heavy=True),
    Route("DELETE", "/v1/token", ANYBODY, None, None, people.log_out, "End the token that asks."),
    Route("GET", "/v1/status", ANYBODY, None, NodeView, lines.status, "The node as it stands."),
    Route("GET", "/v1/metrics", ANYBODY, None, bytes, _metrics, "Counts and states, for Prometheus.",
          media=metrics.TYPE),
    Route("GET", "/v1/openapi.json", ANYBODY, None, dict[str, Any], _document, "This document."),
    Route("GET", "/v1/events", ANYBODY, None, bytes, _events,
          "Events as they happen, as server-sent events. With Last-Event-ID it goes on from there; an event "
          "`again` says that the state is to be read again.", media=streams.TYPE, headers=(streams.LAST,)),
    Route("GET", "/v1/lines", ANYBODY, None, list[LineView], lines.lines, "All lines."),
    Route("POST", "/v1/lines", ADMIN, asked.TakeUp, LineView, lines.take_up,
          "Begin a line that was paired.", most=LARGE),
    Route("GET", LINE, ANYBODY, None, LineView, lines.line, "One line."),
    Route("PUT", f"{LINE}/address", ADMIN, asked.Address, LineView, lines.readdress,
          "Where the other party's node is called."),
    Route("POST", f"{LINE}/waive", OFFICER, None, LineView, lines.waive,
          "Do not wait for what the other party has of ours. Nothing of ours was lost, says the officer."),
    Route("POST", "/v1/clock/confirm", OFFICER, None, NodeView, lines.confirm_clock,
          "The clock of this machine is right as it is now."),
    Route("POST", f"{LINE}/admit", OFFICER, asked.Admit, LineView, lines.admit,
          "Admit a new epoch of a feed of the other party's."),
    Route("POST", f"{LINE}/epoch", OFFICER, asked.NewEpoch, LineView, lines.new_epoch,
          "Give up the end of an own feed, by a statement that the identity key has signed.", most=LARGE),
    Route("POST", f"{LINE}/papers", OFFICER, asked.Papers, LineView, lines.papers,
          "Certificates and revocations: they count at once; own ones go to the other party.", most=LARGE),
    Route("POST", f"{LINE}/check", OFFICER, asked.Check, LineView, lines.check,
          "Ask whether the other node is there; with `desk`, whether an officer is."),
    Route("POST", f"{LINE}/checked", OFFICER, asked.Checked, LineView, lines.checked,
          "Answer the other party's line checks, as an officer."),
    Route("GET", f"{LINE}/alarms", ANYBODY, None, list[ProofView], lines.alarms,
          "All alarms of a line, with their proofs, the oldest first."),
    Route("POST", f"{LINE}/alarms/seen", OFFICER, asked.Seen, LineView, lines.seen,
          "Somebody saw the first so many alarms of a line, and what is to be done is in hand."),
    Route("POST", f"{LINE}/bundles/out", EITHER, None, bytes, lines.bundle,
          "All that the other party has not confirmed, as a file.", media=OCTETS, heavy=True),
    Route("POST", f"{LINE}/bundles/in", EITHER, bytes, Imported, lines.take_bundle,
          "Take a file of the other party's.", most=BUNDLE, heavy=True),
    Route("GET", f"{LINE}/agreements", ANYBODY, None, AgreementsView, lines.agreements,
          "The agreements of a line."),
    Route("POST", f"{LINE}/agreements", OFFICER, asked.Terms, AgreementsView, lines.propose,
          "Put terms to the other party.", most=LARGE),
    Route("POST", f"{LINE}/agreements/{{sha256}}/signatures", OFFICER, asked.Approvals, AgreementsView,
          lines.sign, "Hand in officers' signatures over terms.", most=LARGE),
    Route("POST", f"{AGREEMENT}/suspend", OFFICER, None, AgreementsView, lines.suspend,
          "Suspend an agreement. It binds this party at once."),
    Route("POST", f"{AGREEMENT}/resume", OFFICER, None, AgreementsView, lines.resume,
          "Take the own suspension back."),
    Route("POST", f"{AGREEMENT}/end", OFFICER, None, AgreementsView, lines.end,
          "End an agreement, for good."),
    Route("GET", "/v1/sites", SITES, None, list[ListView], sites.lists,
          "All own lists of sites and movements."),
    Route("POST", "/v1/sites", PLANNERS, site_asked.Edition, EditionView, sites.edition,
          "A new edition of a list, or its first. A row that is not in it stays, until it is withdrawn.",
          most=LISTS, heavy=True),
    Route("GET", LIST, SITES, None, RowsView, sites.rows, "An own list with its rows."),
    Route("POST", f"{LIST}/verify", PLANNERS, site_asked.Verify, RowView, sites.verify,
          "Somebody has verified the place of a row. It counts when two accounts have."),
    Route("POST", f"{LIST}/revalidate", PLANNERS, site_asked.Revalidate, RowView, sites.revalidate,
          "Somebody has looked at a place again."),
    Route("GET", f"{LIST}/held", SITES, None, HeldSinceView, sites.held,
          "Who held a row since when: sent, delivered, and what was said of it.", query=(sites.ROW,)),
    Route("POST", f"{LIST}/person", PLANNERS, site_asked.Person, PersonView, sites.keep_person,
          "Keep what is known of people beside a row, apart from it, until a day."),
    Route("GET", f"{LIST}/person", RELEASING, None, PersonView, sites.person,
          "What is known of people beside a row.", query=(sites.ROW,)),
    Route("DELETE", f"{LIST}/person", EITHER | PLANNERS, None, None, sites.forget_person,
          "Erase what is known of people beside a row, at once.", query=(sites.ROW,)),
    Route("POST", "/v1/site-touches", SITES, site_asked.Touching, list[TouchView], sites.touching,
          "The sites that volumes come too near to. Nothing is entered, and nobody is told.", most=LARGE),
    Route("GET", "/v1/site-cases", SITES, None, list[TouchView], sites.cases,
          "The cases of plans and notices that touch a site, of one `plan` or of all. They are the own "
          "party's matter.", query=(sites.PLAN,)),
    Route("GET", "/v1/told-sites", SITES, None, list[ToldView], sites.told,
          "The lists that were told on all lines, with what is said of each row."),
    Route("GET", f"{LINE}/sites", SITES, None, list[ToldView], sites.told_on,
          "The lists that were told on a line, by both parties, with what is said of each row."),
    Route("POST", f"{LINE}/sites/{{list}}/send", RELEASING, None, ToldView, sites.send,
          "Tell an own list, as it stands, on a line."),
    Route("POST", f"{LINE}/sites/{{list}}/status", OFFICER, site_asked.Answer, ToldView, sites.answer,
          "Say what this party makes of a list that it was told: of all rows, or of some. It is never "
          "permission.", most=LARGE),
    Route("GET", "/v1/duty", ANYBODY, None, list[DutyView], people.watch,
          "Who is on duty, or was at `as_of`.", query=(people.AS_OF,)),
    Route("POST", "/v1/duty/take", OFFICER, asked.Take, list[DutyView], people.take, "Go on duty."),
    Route("POST", "/v1/duty/hand", OFFICER, asked.Hand, list[DutyView], people.hand, "Hand a post over."),
    Route("GET", "/v1/users", ADMIN, None, list[UserView], people.users, "All accounts."),
    Route("POST", "/v1/users", ADMIN, asked.NewUser, UserView, people.add, "A new account.", heavy=True),
    Route("DELETE", USER, ADMIN, None, None, people.delete, "Delete an account, for good."),
    Route("PUT", f"{USER}/password", ADMIN, asked.NewPassword, None, people.set_password,
          "Another password. All tokens of the account end.", heavy=True),
    Route("PUT", f"{USER}/roles", ADMIN, asked.NewRoles, UserView, people.set_roles, "Other roles."),
    Route("PUT", f"{USER}/enabled", ADMIN, asked.Enabled, UserView, people.set_enabled,
          "Let an account log in, or no longer. If no longer, its tokens and its duty end."),
    Route("GET", f"{USER}/tokens", ADMIN, None, list[TokenView], people.tokens, "The tokens of an account."),
    Route("POST", f"{USER}/tokens", ADMIN, asked.NewToken, Granted, people.new_token,
          "A token for a program. It is shown this once."),
    Route("DELETE", f"{USER}/tokens/{{token}}", ADMIN, None, None, people.revoke, "End a token."),
)  # fmt: skip
"""Every route there is."""
