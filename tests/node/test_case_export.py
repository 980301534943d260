"""Which terms go into the record of a case: those that it names, with all that they follow, and no others."""

from __future__ import annotations

from msgspec import structs

from tests.desk.agreed import FIRST, NUMBER, after, terms_of
from tests.desk.line import ONE, TWO, Talk
from tests.ledger.two import LINE, A, B, Party, papers
from wideberth.desk import agreement_commands, case_record
from wideberth.desk.agreement_entries import Followed, Resumed, Suspended
from wideberth.desk.case_entries import Ref
from wideberth.formats import agreement
from wideberth.ledger.body import Entry
from wideberth.node import case_export

SECOND = after(FIRST) + b"".join(b"# %060d\n" % n for n in range(600))
THIRD = after(SECOND, '"5NM"', '"6NM"')


def place(entry: Entry) -> Ref:
    return Ref(entry.header.origin, entry.header.n)


def agree(talk: Talk, party: Party, data: bytes) -> None:
    for said in agreement_commands.propose(talk.state, data, terms_of):
        talk.say(party, said)
    for each in (A, B):
        talk.sign(each, ONE, TWO, data=data)
        talk.say(each, Followed(NUMBER, agreement.read(data).hash))


def test_the_terms_of_a_case() -> None:
    talk = Talk()
    talk.officers(A, B)
    agree(talk, A, FIRST)
    agree(talk, B, SECOND)
    talk.say(A, Suspended(NUMBER))
    talk.say(A, Resumed(NUMBER))
    talk.say(A, Suspended(bytes(16)))
    named = talk.write(A, "case.later", {})
    under = structs.replace(
        named, header=structs.replace(named.header, agreement=agreement.read(SECOND).hash)
    )
    talk.entries[-1] = under
    agree(talk, A, THIRD)
    talk.write(A, "part", {"sha256": 7})
    talk.write(A, "agreement.proposed", {"agreement": 7})
    entries = talk.entries
    chosen = case_export._terms(LINE, talk.placed, entries, {place(under)})
    kept = [each for each in entries if place(each) in chosen]
    types = [each.header.type.removeprefix("agreement.") for each in kept]
    version = ["signed", "signed", "followed"] * 2
    assert types == ["proposed", *version, "part", "part", "proposed", *version, "suspended", "resumed"]
    assert case_export._terms(LINE, talk.placed, entries, set()) == set()
    # and they are what puts it in force, for who has the papers and nothing else
    held = {A.name: papers(A), B.name: papers(B)}
    given = [*kept, *(each for each in entries if each.header.type == "paper")]
    found = case_record.agreed(LINE, held, given, terms_of)
    assert [force.version.data for force in found.held] == [FIRST, SECOND]
