"""`wideberth agreement` on a line: proposed, signed by four officers, in force, suspended, resumed, ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Desk, desk
from tests.story import whole
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import approval
from wideberth.model.agreement import Party


@pytest.fixture
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def terms(two: Desk) -> Path:
    parties = [Party(each.party, each.name) for each in two.two.places]
    file = two.config / "terms.toml"
    file.write_bytes(agreement_draft.draft(bytes(range(16)), "Trial terms", parties))
    return file


def signed(two: Desk, file: Path) -> dict[str, list[str]]:
    """The files of each party's two officers."""
    found = agreement.read(file.read_bytes())
    files: dict[str, list[str]] = {}
    for place in two.two.places:
        for n, data in enumerate(whole.signatures(place, found.data, found.agreement.id)):
            path = two.config / f"{place.name}-{n}.approval"
            path.write_bytes(data + b"\n")
            files.setdefault(place.name, []).append(str(path))
    return files


def in_force(two: Desk) -> None:
    file = terms(two)
    two.done("agreement", "propose", "south", str(file))
    files = signed(two, file)
    whole.settle(two.two)
    two.done("agreement", "submit", "south", *files["north"])
    two.done("agreement", "submit", "north", *files["south"], at="south")
    whole.settle(two.two)


def test_terms_go_from_a_proposal_into_force(two: Desk) -> None:
    ran = two.run("agreement", "status", "south")
    assert ran.code == 1 and ran.out == "no terms are proposed on this line\n"
    assert "next: wideberth agreement propose" in ran.err
    file = terms(two)
    proposed = two.done("agreement", "propose", "south", str(file))
    assert "version 1: NOT IN FORCE: signatures are missing" in proposed.out
    assert "north: NOT SIGNED: 2 more of its officers needed" in proposed.out
    assert agreement.read(file.read_bytes()).hash.hex() in proposed.out and "by voice" in proposed.err
    files = signed(two, file)
    one = two.done("agreement", "submit", "south", files["north"][0])
    assert "north: NOT SIGNED: 1 more of its officers needed" in one.out
    two.done("agreement", "submit", "south", files["north"][1])
    whole.settle(two.two)
    two.done("agreement", "submit", "north", *files["south"], at="south")
    whole.settle(two.two)
    for at, other in (("north", "south"), ("south", "north")):
        ran = two.done("agreement", "status", other, at=at, role="observer")
        assert "Trial terms, version 1: IN FORCE" in ran.out and "NOT SIGNED" not in ran.out
    found = two.done("agreement", "status", "south", "--json").json
    assert found["schema"] == "wideberth.agreement.answer/1" and found["next"] == []
    assert "agreement in force" in two.done("line", "show", "south").out


def test_what_is_in_force_is_suspended_resumed_and_ended(two: Desk) -> None:
    two.refused("agreement.none_in_force", "agreement", "suspend", "south")
    in_force(two)
    assert "SUSPENDED" in two.done("agreement", "suspend", "south").out
    assert "agreement suspended" in two.done("line", "show", "south").out
    whole.settle(two.two)
    assert "[agreement.not_suspended]" in two.run("agreement", "resume", "north", at="south").err
    assert "IN FORCE" in two.done("agreement", "resume", "south").out
    two.refused("agreement.none_in_force", "agreement", "resume", "south")
    assert "[agreement.not_confirmed]" in two.run("agreement", "end", "south", typed="no\n").err
    assert "no longer in force" in two.done("agreement", "end", "south", typed="yes\n").out
    two.refused("agreement.none_in_force", "agreement", "end", "south", "--yes")


def test_only_officers_change_what_is_agreed(two: Desk) -> None:
    two.refused("api.role", "agreement", "propose", "south", str(terms(two)), role="observer")


def test_signatures_that_are_none_or_of_two_texts_are_refused(two: Desk) -> None:
    file = terms(two)
    files = signed(two, file)
    two.refused("agreement.unknown", "agreement", "submit", "south", *files["north"])
    other = approval.write(approval.sign(approval.agreement(bytes(16), b"other"), bytes(32)))
    mixed = two.config / "mixed.approval"
    mixed.write_bytes(other)
    two.refused("agreement.approvals", "agreement", "submit", "south", files["north"][0], str(mixed))
    release = approval.Subject("release", bytes(32))
    mixed.write_bytes(approval.write(approval.sign(release, bytes(32))))
    two.refused("agreement.approvals", "agreement", "submit", "south", str(mixed))
    ran = two.run("agreement", "submit", "south", str(file))
    assert ran.code == 2 and str(file) in ran.err


def test_a_version_that_can_never_follow_says_why(two: Desk) -> None:
    in_force(two)
    text = terms(two).read_text()
    other = two.config / "other.toml"
    parties = [Party(each.party, each.name) for each in two.two.places]
    other.write_bytes(agreement_draft.draft(bytes(16), "Another", parties))
    assert text != other.read_text()
    two.refused("agreement.not_next", "agreement", "propose", "south", str(other))
    two.refused("agreement.known", "agreement", "propose", "south", str(terms(two)))
