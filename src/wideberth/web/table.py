"""The table of the API, version 1."""

from __future__ import annotations

from typing import Any, Final

from wideberth.node.manual_views import ConflictsView, HistoryView, ManualView, ScriptView
from wideberth.node.views import (
    AgreementsView,
    GateView,
    HeldView,
    Imported,
    LineView,
    NodeView,
    ProofView,
)
from wideberth.web import asked, gate, lines, manual, metrics, openapi, people, streams
from wideberth.web.asked import DutyView, Granted, TokenView, UserView
from wideberth.web.call import Call
from wideberth.web.route import ANYBODY, BUNDLE, LARGE, OCTETS, Route

OFFICER: Final = frozenset({"officer"})
ADMIN: Final = frozenset({"admin"})
EITHER: Final = OFFICER | ADMIN
LINE: Final = "/v1/lines/{line}"
AGREEMENT: Final = f"{LINE}/agreements/{{agreement}}"
USER: Final = "/v1/users/{name}"
MANUAL: Final = "/v1/manual/{manual}"
TOLD: Final = f"{MANUAL}/plans/{{plan}}"


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
    Route("GET", f"{LINE}/gate", ANYBODY, None, GateView, gate.view, "The outbound gate of a line."),
    Route("PUT", f"{LINE}/gate", OFFICER, asked.SetGate, GateView, gate.put,
          "Set the outbound gate. What needs fewer people than before needs as many to be set."),
    Route("GET", f"{LINE}/held", OFFICER, None, list[HeldView], gate.held,
          "What the outbound gate holds, with its exact text."),
    Route("POST", f"{LINE}/held/release", OFFICER, asked.SeenTexts, list[HeldView], gate.release,
          "An officer has seen these texts. They are said when enough officers have."),
    Route("POST", f"{LINE}/held/drop", OFFICER, asked.SeenTexts, list[HeldView], gate.drop,
          "An officer does not let these texts through."),
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
    Route("GET", "/v1/manual", ANYBODY, None, list[ManualView], manual.lines, "All manual lines."),
    Route("POST", "/v1/manual", OFFICER, asked.OpenManual, ManualView, manual.begin,
          "Open a manual line: the far end is a telephone, e-mail, radio or paper."),
    Route("GET", MANUAL, ANYBODY, None, ManualView, manual.line,
          "A manual line: what was told and answered, as reported by us."),
    Route("GET", f"{TOLD}/script", OFFICER, None, ScriptView, manual.text,
          "What is to be told of a plan, word for word; `form`: voice, e-mail or form.",
          query=(manual.FORM,)),
    Route("POST", f"{TOLD}/told", OFFICER, asked.ToldBy, ManualView, manual.told,
          "It was told: which text, to which role, when, and how it was read back."),
    Route("POST", f"{TOLD}/answer", OFFICER, asked.AnsweredBy, ManualView, manual.answered,
          "What the far end said to it."),
    Route("POST", f"{MANUAL}/calls", OFFICER, asked.CallOn, ManualView, manual.called,
          "Something else was said, by us or to us."),
    Route("POST", f"{MANUAL}/plans", OFFICER, asked.TheirPlans, ManualView, manual.planned,
          "Plans of the far end's, as they were understood.", most=LARGE),
    Route("GET", f"{MANUAL}/conflicts", ANYBODY, None, ConflictsView, manual.conflicts,
          "Own plans against what the far end has told, for our own people.", heavy=True),
    Route("POST", f"{MANUAL}/joined", OFFICER, asked.JoinedOn, ManualView, manual.join,
          "The far end has a line now. Its history is offered there for confirmation."),
    Route("GET", f"{LINE}/history", ANYBODY, None, list[HistoryView], manual.histories,
          "What either party told by voice, mail or paper before the line, and what was said of it."),
    Route("POST", f"{LINE}/history", OFFICER, asked.ConfirmRows, list[HistoryView], manual.confirm,
          "Say of each row of the other party's history whether it was so."),
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
