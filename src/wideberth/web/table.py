"""The table of the API, version 1."""

from __future__ import annotations

from typing import Any, Final

from wideberth.node.desk_views import CaseView, NoticeView, PlanView
from wideberth.node.manual_views import (
    CaseScriptView,
    ConflictsView,
    HistoryView,
    ManualCaseView,
    ManualView,
    ScriptView,
)
from wideberth.node.past_views import AsOfView
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
from wideberth.node.views import (
    AgreementsView,
    GateView,
    HeldView,
    Imported,
    LineView,
    NodeView,
    ProofView,
)
from wideberth.web import (
    acts,
    asked,
    calls,
    desk,
    desk_asked,
    gate,
    holds,
    incident,
    keeping,
    lines,
    manual,
    manual_cases,
    metrics,
    openapi,
    people,
    records,
    relay,
    site_asked,
    sites,
    statements,
    streams,
    talks,
    words,
)
from wideberth.web.asked import DutyView, Granted, TokenView, UserView
from wideberth.web.call import Call
from wideberth.web.roles import ADMIN, EITHER, OFFICER, PLANNING, RELEASING, SITES
from wideberth.web.route import ANYBODY, AS_OF, BUNDLE, LARGE, LISTS, OCTETS, Route

LINE: Final = "/v1/lines/{line}"
AGREEMENT: Final = f"{LINE}/agreements/{{agreement}}"
USER: Final = "/v1/users/{name}"
PLAN: Final = "/v1/plans/{plan}"
CASE: Final = "/v1/cases/{case}"
MANUAL: Final = "/v1/manual/{manual}"
MANUAL_CASE: Final = f"{MANUAL}/cases/{{case}}"
TOLD: Final = f"{MANUAL}/plans/{{plan}}"
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


_REST: Final = (
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
    Route("GET", "/v1/openapi.json", ANYBODY, None, dict[str, Any], _document, "This document.",
          present=True),
    Route("GET", "/v1/known", ANYBODY, None, AsOfView, lines.known,
          "What was here of each line at `as_of`, and what may have been without being shown by the own "
          "record."),
    Route("GET", "/v1/events", ANYBODY, None, bytes, _events,
          "Events as they happen, as server-sent events. With Last-Event-ID it goes on from there; an event "
          "`again` says that the state is to be read again.", media=streams.TYPE, headers=(streams.LAST,)),
    Route("GET", "/v1/lines", ANYBODY, None, list[LineView], lines.lines, "All lines."),
    Route("POST", "/v1/lines", ADMIN, asked.TakeUp, LineView, lines.take_up,
          "Begin a line that was paired.", most=LARGE, act="line.add"),
    Route("GET", LINE, ANYBODY, None, LineView, lines.line, "One line."),
    Route("PUT", f"{LINE}/address", ADMIN, asked.Address, LineView, lines.readdress,
          "Where the other party's node is called.", act="line.address"),
    Route("POST", f"{LINE}/waive", OFFICER, None, LineView, lines.waive,
          "Do not wait for what the other party has of ours. Nothing of ours was lost, says the officer.",
          act="line.waive"),
    Route("POST", "/v1/clock/confirm", OFFICER, None, NodeView, lines.confirm_clock,
          "The clock of this machine is right as it is now.", act="clock.confirm"),
    Route("POST", f"{LINE}/admit", OFFICER, asked.Admit, LineView, lines.admit,
          "Admit a new epoch of a feed of the other party's.", act="line.admit"),
    Route("POST", f"{LINE}/epoch", OFFICER, asked.NewEpoch, LineView, lines.new_epoch,
          "Give up the end of an own feed, by a statement that the identity key has signed.", most=LARGE,
          act="line.epoch"),
    Route("POST", f"{LINE}/papers", OFFICER, asked.Papers, LineView, lines.papers,
          "Certificates and revocations: they count at once; own ones go to the other party.", most=LARGE,
          act="line.papers"),
    Route("POST", f"{LINE}/check", OFFICER, asked.Check, LineView, lines.check,
          "Ask whether the other node is there; with `desk`, whether an officer is.", act="line.check"),
    Route("POST", f"{LINE}/checked", OFFICER, asked.Checked, LineView, lines.checked,
          "Answer the other party's line checks, as an officer.", act="line.answer"),
    Route("GET", f"{LINE}/alarms", ANYBODY, None, list[ProofView], lines.alarms,
          "All alarms of a line, with their proofs, the oldest first."),
    Route("POST", f"{LINE}/alarms/seen", OFFICER, asked.Seen, LineView, lines.seen,
          "Somebody saw the first so many alarms of a line, and what is to be done is in hand.",
          act="alarm.seen"),
    Route("GET", f"{LINE}/gate", ANYBODY, None, GateView, gate.view, "The outbound gate of a line."),
    Route("PUT", f"{LINE}/gate", OFFICER, asked.SetGate, GateView, gate.put,
          "Set the outbound gate. What needs fewer people than before needs as many to be set.",
          act="gate.set"),
    Route("GET", f"{LINE}/held", OFFICER, None, list[HeldView], gate.held,
          "What the outbound gate holds, with its exact text."),
    Route("POST", f"{LINE}/held/release", OFFICER, asked.SeenTexts, list[HeldView], gate.release,
          "An officer has seen these texts. They are said when enough officers have.",
          act="gate.release"),
    Route("POST", f"{LINE}/held/drop", OFFICER, asked.SeenTexts, list[HeldView], gate.drop,
          "An officer does not let these texts through.",
          act="gate.drop"),
    Route("POST", f"{LINE}/bundles/out", EITHER, None, bytes, lines.bundle,
          "All that the other party has not confirmed, as a file.", media=OCTETS, heavy=True,
          act="bundle.export"),
    Route("POST", f"{LINE}/bundles/in", EITHER, bytes, Imported, lines.take_bundle,
          "Take a file of the other party's.", most=BUNDLE, heavy=True, act="bundle.import"),
    Route("GET", f"{LINE}/record", SITES, None, bytes, records.feeds,
          "Feeds of a line, as such a file: in `feeds` their names with commas between them; entries `from` "
          "one on, `to` one and on to the next checkpoint.", media=OCTETS, query=records.OF_FEEDS,
          whole=True),
    Route("GET", f"{LINE}/agreements", ANYBODY, None, AgreementsView, lines.agreements,
          "The agreements of a line."),
    Route("POST", f"{LINE}/agreements", OFFICER, asked.Terms, AgreementsView, lines.propose,
          "Put terms to the other party.", most=LARGE, act="agreement.propose"),
    Route("POST", f"{LINE}/agreements/{{sha256}}/signatures", OFFICER, asked.Approvals, AgreementsView,
          lines.sign, "Hand in officers' signatures over terms.", most=LARGE, act="agreement.sign"),
    Route("POST", f"{AGREEMENT}/suspend", OFFICER, None, AgreementsView, lines.suspend,
          "Suspend an agreement. It binds this party at once.", act="agreement.suspend"),
    Route("POST", f"{AGREEMENT}/resume", OFFICER, None, AgreementsView, lines.resume,
          "Take the own suspension back.", act="agreement.resume"),
    Route("POST", f"{AGREEMENT}/end", OFFICER, None, AgreementsView, lines.end,
          "End an agreement, for good.", act="agreement.end"),
    Route("GET", "/v1/plans", ANYBODY, None, list[PlanView], desk.plans,
          "Own plans, 500 at a time, without their documents. `after` the last one's id there are more; "
          "`named` by an id, the beginning of one, or a label; `over=no` without those that have ended.",
          query=desk.LISTED),
    Route("POST", "/v1/plans", PLANNING, desk_asked.Plans, list[PlanView], desk.submit,
          "File plans: all of them, or none. What is filed cannot be unfiled.", most=LARGE,
          act="plan.submit"),
    Route("GET", PLAN, ANYBODY, None, PlanView, desk.plan, "One plan."),
    Route("PUT", PLAN, PLANNING, desk_asked.Amended, PlanView, desk.amend, "The next version of a plan.",
          most=LARGE, act="plan.amend"),
    Route("POST", f"{PLAN}/activate", OFFICER, desk_asked.Activated, PlanView, desk.activate,
          "Begin a plan. What holds it back is overridden only by who has the post that is named, and all "
          "are told.", act="plan.activate"),
    Route("POST", f"{PLAN}/state", PLANNING, desk_asked.Stated, PlanView, desk.state,
          "Another state of a plan (ASTM F3548).", act="plan.state"),
    Route("GET", f"{PLAN}/clears", ANYBODY, None, dict[str, list[dict[str, Any]]], desk.clears,
          "For each line on which a plan is in conflict: what would clear it, in agreed steps."),
    Route("GET", f"{LINE}/notices", ANYBODY, None, list[NoticeView], desk.notices,
          "What was told on a line, by both parties, 500 at a time. As plans are listed.", query=desk.LISTED),
    Route("GET", f"{LINE}/notices/{{notice}}", ANYBODY, None, NoticeView, desk.notice, "One notice."),
    Route("POST", f"{LINE}/notices/{{notice}}/consent", OFFICER, None, NoticeView, desk.consent,
          "Consent to a plan of theirs in the areas and hours that are allotted to this party.",
          act="notice.consent"),
    Route("GET", "/v1/cases", ANYBODY, None, list[CaseView], desk.cases,
          "Cases of all lines, or of one, 500 at a time. As plans are listed; `named` by a case's id, or the "
          "label of the own plan.", query=desk.OF_LINE),
    Route("GET", CASE, ANYBODY, None, CaseView, desk.case, "One case, with what would clear it."),
    Route("POST", f"{CASE}/propose", OFFICER, desk_asked.Proposed, CaseView, desk.propose,
          "Offer a change of one of the two plans.", most=LARGE, act="case.propose"),
    Route("POST", f"{CASE}/accept", OFFICER, desk_asked.Accepted, CaseView, desk.accept,
          "Accept a proposal of the other party's; it takes back the own ones.", act="case.accept"),
    Route("POST", f"{CASE}/retract", OFFICER, desk_asked.Which, CaseView, desk.retract,
          "Take an own proposal back, until its acceptance is final.", act="case.retract"),
    Route("POST", f"{CASE}/escalate", OFFICER, desk_asked.Escalated, CaseView, desk.escalate,
          "Raise a case to a role of one's own party.", act="case.escalate"),
    Route("GET", f"{CASE}/record", ANYBODY, None, bytes, records.case,
          "The record of a case, as a file that anybody can verify without a node; with `headers=no` without "
          "the headers that prove its order.", media=OCTETS, query=records.OF_CASE, whole=True),
    Route("GET", "/v1/acts", EITHER, None, list[desk_asked.ActView], acts.listed,
          "Who asked for which change, the newest first, 500 at a time. `before` a number there are more; "
          "`noun` of one plan, case or line.", query=acts.LISTED, present=True),
    Route("GET", "/v1/manual", ANYBODY, None, list[ManualView], manual.lines, "All manual lines."),
    Route("POST", "/v1/manual", OFFICER, asked.OpenManual, ManualView, manual.begin,
          "Open a manual line: the far end is a telephone, e-mail, radio or paper.",
          act="manual.open"),
    Route("GET", MANUAL, ANYBODY, None, ManualView, manual.line,
          "A manual line: what was told and answered, as reported by us."),
    Route("GET", f"{TOLD}/script", OFFICER, None, ScriptView, manual.text,
          "What is to be told of a plan, word for word; `form`: voice, e-mail or form.",
          query=(manual.FORM,)),
    Route("POST", f"{TOLD}/told", OFFICER, asked.ToldBy, ManualView, manual.told,
          "It was told: which text, to which role, when, and how it was read back.",
          act="manual.told"),
    Route("POST", f"{TOLD}/answer", OFFICER, asked.AnsweredBy, ManualView, manual.answered,
          "What the far end said to it.",
          act="manual.answer"),
    Route("POST", f"{MANUAL}/calls", OFFICER, asked.CallOn, ManualView, manual.called,
          "Something else was said, by us or to us.",
          act="manual.call"),
    Route("POST", f"{MANUAL}/plans", OFFICER, asked.TheirPlans, ManualView, manual.planned,
          "Plans of the far end's, as they were understood.", most=LARGE,
          act="manual.plans"),
    Route("GET", f"{MANUAL}/conflicts", ANYBODY, None, ConflictsView, manual_cases.conflicts,
          "Own plans against what the far end has told, for our own people.", heavy=True),
    Route("GET", f"{MANUAL}/cases", ANYBODY, None, list[ManualCaseView], manual_cases.cases,
          "Cases with plans that the far end told, open ones first.", heavy=True),
    Route("GET", MANUAL_CASE, ANYBODY, None, ManualCaseView, manual_cases.case,
          "One of them, with what would clear it.", heavy=True),
    Route("GET", f"{MANUAL_CASE}/script", OFFICER, None, CaseScriptView, manual_cases.text,
          "What is to be told of it, word for word. `said`: told, accept, decline, retract or closed; "
          "`proposal`: which; `form`: voice, e-mail or form.", query=manual_cases.SCRIPT, heavy=True),
    Route("POST", f"{MANUAL_CASE}/propose", OFFICER, asked.CaseProposed, ManualCaseView, manual_cases.propose,
          "A change of one of the two plans is offered, by us or, as reported by us, by the far end.",
          act="manual.propose", heavy=True),
    Route("POST", f"{MANUAL_CASE}/said", OFFICER, asked.CaseSaid, ManualCaseView, manual_cases.say,
          "It was told, accepted, declined, taken back, or is over.",
          act="manual.case", heavy=True),
    Route("POST", f"{MANUAL}/joined", OFFICER, asked.JoinedOn, ManualView, manual.join,
          "The far end has a line now. Its history is offered there for confirmation.",
          act="manual.joined"),
    Route("GET", f"{LINE}/history", ANYBODY, None, list[HistoryView], manual.histories,
          "What either party told by voice, mail or paper before the line, and what was said of it."),
    Route("POST", f"{LINE}/history", OFFICER, asked.ConfirmRows, list[HistoryView], manual.confirm,
          "Say of each row of the other party's history whether it was so.",
          act="history.confirm"),
    Route("GET", "/v1/sites", SITES, None, list[ListView], sites.lists,
          "All own lists of sites and movements."),
    Route("POST", "/v1/sites", PLANNING, site_asked.Edition, EditionView, sites.edition,
          "A new edition of a list, or its first. A row that is not in it stays, until it is withdrawn.",
          most=LISTS, act="site.edition", heavy=True),
    Route("GET", LIST, SITES, None, RowsView, sites.rows, "An own list with its rows."),
    Route("POST", f"{LIST}/verify", PLANNING, site_asked.Verify, RowView, sites.verify,
          "Somebody has verified the place of a row. It counts when two accounts have.", act="site.verify"),
    Route("POST", f"{LIST}/revalidate", PLANNING, site_asked.Revalidate, RowView, sites.revalidate,
          "Somebody has looked at a place again.", act="site.revalidate"),
    Route("GET", f"{LIST}/held", SITES, None, HeldSinceView, sites.held,
          "Who held a row since when: sent, delivered, and what was said of it.", query=(sites.ROW,)),
    Route("POST", f"{LIST}/person", PLANNING, site_asked.Person, PersonView, sites.keep_person,
          "Keep what is known of people beside a row, apart from it, until a day.", act="person.keep"),
    Route("GET", f"{LIST}/person", RELEASING, None, PersonView, sites.person,
          "What is known of people beside a row. Who asked stays on record, as of a change.",
          query=(sites.ROW,), act="person.read"),
    Route("DELETE", f"{LIST}/person", EITHER | PLANNING, None, None, sites.forget_person,
          "Erase what is known of people beside a row, at once.", query=(sites.ROW,), act="person.erase"),
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
          "Tell an own list, as it stands, on a line.", act="site.send"),
    Route("POST", f"{LINE}/sites/{{list}}/status", OFFICER, site_asked.Answer, ToldView, sites.answer,
          "Say what this party makes of a list that it was told: of all rows, or of some. It is never "
          "permission.", most=LARGE, act="site.status"),
    Route("GET", "/v1/duty", ANYBODY, None, list[DutyView], people.watch,
          "Who is on duty, or was at `as_of`.", query=(AS_OF,)),
    Route("POST", "/v1/duty/take", OFFICER, asked.Take, list[DutyView], people.take, "Go on duty.",
          act="duty.take"),
    Route("POST", "/v1/duty/hand", OFFICER, asked.Hand, list[DutyView], people.hand, "Hand a post over.",
          act="duty.hand"),
    Route("GET", "/v1/users", ADMIN, None, list[UserView], people.users, "All accounts.", present=True),
    Route("POST", "/v1/users", ADMIN, asked.NewUser, UserView, people.add, "A new account.", heavy=True,
          act="user.add"),
    Route("DELETE", USER, ADMIN, None, None, people.delete, "Delete an account, for good.",
          act="user.delete"),
    Route("PUT", f"{USER}/password", ADMIN, asked.NewPassword, None, people.set_password,
          "Another password. All tokens of the account end.", heavy=True, act="user.password"),
    Route("PUT", f"{USER}/roles", ADMIN, asked.NewRoles, UserView, people.set_roles, "Other roles.",
          act="user.roles"),
    Route("PUT", f"{USER}/enabled", ADMIN, asked.Enabled, UserView, people.set_enabled,
          "Let an account log in, or no longer. If no longer, its tokens and its duty end.",
          act="user.enabled"),
    Route("GET", f"{USER}/tokens", ADMIN, None, list[TokenView], people.tokens, "The tokens of an account.",
          present=True),
    Route("POST", f"{USER}/tokens", ADMIN, asked.NewToken, Granted, people.new_token,
          "A token for a program. It is shown this once.", act="token.add"),
    Route("DELETE", f"{USER}/tokens/{{token}}", ADMIN, None, None, people.revoke, "End a token.",
          act="token.revoke"),
)  # fmt: skip
TABLE: Final = (
    *_REST,
    *calls.ROUTES,
    *holds.ROUTES,
    *incident.ROUTES,
    *keeping.ROUTES,
    *relay.ROUTES,
    *statements.ROUTES,
    *talks.ROUTES,
    *words.ROUTES,
)
"""Every route there is."""
