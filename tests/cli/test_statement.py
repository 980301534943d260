"""`wideberth say`: statements of nodes that run, as people state, read, answer and take them back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Desk, desk
from tests.story import whole
from tests.story.desks import START, circle
from wideberth.formats import native

BASIS = ("--basis", "By request of the state, 2015.")


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def stated(two: Desk, *arguments: str, at: str = "north") -> str:
    """The id of what is stated."""
    found: Any = two.done("say", *arguments, "--json", at=at).json
    [made] = found["statements"]
    whole.settle(two.two)
    return str(made["statement"])


def plans(folder: Path, name: str, *volumes: Any, activity: str = "survey") -> str:
    plan: dict[str, Any] = {"id": name, "party": "north", "activity": activity, "label": name}
    plan |= {"volumes": [native.volume_to_json(each) for each in volumes]}
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"schema": "wideberth.plans/1", "plans": [plan]}))
    return str(file)


def test_a_declaration_is_read_and_that_is_all(two: Desk) -> None:
    of = stated(two, "declare", "Our assistance continues.\nIt is lawful.", *BASIS)
    seen = two.done("say", "show", of[:12], at="south")
    for text in (
        "declaration",
        "Our assistance continues.",
        "It is lawful.",
        "By request of the state, 2015.",
    ):
        assert text in seen.out
    assert "nothing was said to it: that means nothing, and is never consent" in seen.out
    assert f"wideberth say acknowledge {of[:10]}" in seen.err
    two.done("say", "acknowledge", of, "--role", "watch officer", at="south")
    two.done("say", "answer", of, "--text", "We see no such request.", at="south")
    whole.settle(two.two)
    shown = two.done("say", "show", of)
    assert "by watch officer: read, and nothing else is said by that" in shown.out
    assert "their response to version 1" in shown.out and "We see no such request." in shown.out
    again = two.done("say", "declare", "It ends in May.", *BASIS, "--amends", of[:12])
    assert "version 2" in again.out and "acknowledged" not in again.out
    two.refused("statement.none", "say", "acknowledge", of)
    gone = two.done("say", "withdraw", of, "--yes")
    assert "withdrawn by its author" in gone.out
    assert of[:10] not in two.done("say", "list").out and of[:10] in two.done("say", "list", "--all").out
    two.refused("statement.over", "say", "withdraw", of, "--yes")


def test_a_policy_is_told_to_who_files_a_plan_in_it(two: Desk, tmp_path: Path) -> None:
    area = plans(tmp_path, "coast", circle(33.0, 34.0, START, 24))
    of = stated(two, "policy", "No drones.", *BASIS, "--area", area, "--rank", "2", "--activity", "survey")
    ran = two.run("plan", "submit", plans(tmp_path, "mine", circle(33.0, 34.0, START)), "--ours")
    assert "policy    touches an own policy, rank 2, from" in ran.out and "No drones." in ran.out
    theirs = stated(two, "policy", "Ours first.", *BASIS, "--area", area, at="south")
    shown = two.run("plan", "show", "mine")
    assert "policy    touches a policy of south, rank 1, from" in shown.out
    view: Any = two.run("plan", "show", "mine", "--json").json
    assert {each["statement"] for each in view["plans"][0]["policies"]} == {of, theirs}
    two.done("say", "withdraw", of, "--yes")
    two.done("say", "withdraw", theirs, "--yes", at="south")
    (tmp_path / "none.txt").write_text("?")
    two.refused("file.unknown_format", "say", "policy", "x", *BASIS, "--area", str(tmp_path / "none.txt"))


def test_a_concern_is_answered_and_judged(two: Desk) -> None:
    of = stated(two, "concern", "It may travel on.", "--assurance", "That it stays.", "--priority", "flash")
    seen = two.done("say", "show", of, at="south")
    assert "no answer yet, raised at" in seen.out and "requested    That it stays." in seen.out
    assert "--assurance yes, no or partly" in seen.err
    two.refused("statement.no_answer", "say", "accept", of)
    two.done("say", "answer", of, "--assurance", "partly", "--text", "For this.", at="south")
    whole.settle(two.two)
    shown = two.done("say", "show", of)
    assert "the assurance is given in part" in shown.out and "wideberth say still-open" in shown.err
    assert "still open for its author" in two.done("say", "still-open", of).out
    assert "its author takes it as answered" in two.done("say", "accept", of).out


def test_a_claim_query_is_asked_with_care_and_answered_in_a_role(two: Desk) -> None:
    where = ("--place", "35.3367, 40.1408")
    doubtful = ("say", "claim", "a column of 500", *where, "--words", "40 km west of Deir ez-Zor")
    ran = two.run(*doubtful)
    assert ran.code != 0 and "[statement.doubtful]" in ran.err and "the words say" in ran.err
    of = stated(two, "claim", "a column of 500", *where, "--words", "at Deir ez-Zor", "--despite")
    seen = two.done("say", "show", of, at="south")
    for text in ("stated: 35.3367, 40.1408", "Deir ez-Zor, SY", "37S", "not a no"):
        assert text in seen.out, text
    two.refused("statement.answer", "say", "answer", of, "--yes", "--no")
    refused = two.run("say", "answer", of, at="south")
    assert "answer: found none of them whole" in refused.err and "[statement.answer]" in refused.err
    said = two.done("say", "answer", of, "--no", "--role", "duty officer 2", at="south")
    assert "no, it is not ours: so said by duty officer 2 at" in said.out and "theirs" not in said.out
    whole.settle(two.two)
    shown = two.done("say", "show", of)
    assert "no, it is not theirs: so said by duty officer 2 at" in shown.out
    listed = two.done("say", "list").out
    assert "not theirs" in " ".join(listed.split())


def test_nothing_that_is_printed_says_that_anybody_consents(two: Desk) -> None:
    """The words are acknowledged, read, answered: never agreed, safe or permitted."""
    for at in ("north", "south"):
        printed = [two.done("say", "list", "--all", at=at)]
        listed: Any = two.done("say", "list", "--all", "--json", at=at).json
        printed += [two.done("say", "show", each["statement"], at=at) for each in listed["statements"]]
        text = "".join(each.out + each.err for each in printed).casefold()
        for word in ("agree", "safe", "permission", "permit", "approve"):
            assert word not in text
    assert two.run("say", "show", "d-zzzz").code == 2
    two.refused("line.none", "say", "declare", "x", *BASIS, "--to", "nobody")
