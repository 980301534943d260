"""Packs about what stands on several lines, and about nouns beside calls and cases."""

from __future__ import annotations

from pathlib import Path

from tests.story import whole
from tests.story.desks import HOUR_MS, START, circle, desks, given
from tests.story.test_desks_three import three
from tests.story.test_holds import approvals, put
from tests.story.test_incident import free, types, unpacked
from tests.story.test_relay import TREE, cells, confirm
from wideberth.node import incident


def test_a_hold_and_its_lift(tmp_path: Path) -> None:
    with desks(tmp_path) as two:
        view = put(two, two.one)
        call = two.other.room.calls.call(two.line, free(f"Why {view.hold}?")).call
        two.other.room.calls.call(two.line, free("Something else"))
        whole.settle(two)
        two.one.room.holds.lift(view.hold, approvals(two, view))
        whole.settle(two)
        for node in (two.one, two.other):
            found = unpacked(incident.pack(node, view.hold))
            assert [each for each in types(found) if each.startswith("hold")] == ["hold", "hold.lifted"]
            assert found.told["about"] == view.hold and b"Something else" not in found.data
            # an id in free words is no part of the call: nobody but a reader knows what they are about
            assert call not in found.told["ids"] and "call" not in types(found)


def test_a_plan_on_two_lines_has_a_record_of_each_and_one_order(tmp_path: Path) -> None:
    with three(tmp_path) as found:
        north, south, west = found.nodes
        [mine] = north.desk.submit([given(circle(33.0, 34.0, START))])
        found.settle(2)
        for node in (south, west):
            node.desk.submit([given(circle(33.05, 34.0, START + HOUR_MS // 2))])
            found.settle(3)
        pack = unpacked(incident.pack(north, mine.plan))
        labels = [each["label"] for each in pack.told["lines"]]
        assert sorted(labels) == ["south", "west"] and pack.told["about"].startswith("n-")
        assert len({each["record"] for each in pack.told["lines"]}) == 2
        assert {"notice", "checked", "case.opened"} <= set(types(pack))
        at = [each["here_by"] for each in pack.rows if each["feed"] != "private"]
        assert at == sorted(at)
        # on each line its entries stand as they do in the feeds
        for line in pack.told["lines"]:
            for party in line["parties"]:
                feed = f"wideberth/{line['line']}/{party}/main/0"
                numbers = [each["n"] for each in pack.rows if each["feed"] == feed]
                assert numbers == sorted(numbers) != []
        # of own plans, which would say what stands on other lines, there is nothing
        assert mine.plan.encode() not in pack.data
        one = unpacked(incident.pack(north, mine.plan, line=pack.told["lines"][0]["line"]))
        assert [each["label"] for each in one.told["lines"]] == [labels[0]]
        assert labels[1] not in one.page
        # the other party's pack has its own line alone
        notice = next(each.notice for each in north.desk.plan(mine.plan).on if each.label == "west")
        theirs = unpacked(incident.pack(west, str(notice)))
        assert len(theirs.told["lines"]) == 1 and "south" not in theirs.page.replace("southern", "")


def test_how_far_it_was_passed_on_and_no_name_of_a_cell(tmp_path: Path) -> None:
    with desks(tmp_path) as two:
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(two)
        notice = str(plan.on[0].notice or two.one.desk.plan(plan.plan).on[0].notice)
        cells(two.other)
        view = two.other.room.relay.open(two.line, notice, ("crew 1",))
        slip = two.other.room.relay.slip(view.relay, "crew 1")
        confirm(two.other, view, "operations", "air desk", "crew 1")
        whole.settle(two)
        found = unpacked(incident.pack(two.other, notice))
        ours = [each for each in found.rows if each["feed"] == "private"]
        assert {"relay.opened", "relay.handed", "relay.confirmed"} <= {each["type"] for each in ours}
        signed = [each["says"] for each in ours if each["type"] == "relay.confirmed"]
        assert len(signed) == 3 and all(each["signature"] and each["rung"] == "confirmed" for each in signed)
        for name in (*TREE, slip.words, view.text):
            assert name not in found.page and name.encode() not in found.data
        assert "Names of own cells" in found.page
        assert "notice.relayed" in types(found) and "notice.relayed" in types(
            unpacked(incident.pack(two.one, plan.plan))
        )
        # what was passed on on one side is not the other's to tell
        theirs = unpacked(incident.pack(two.one, plan.plan))
        assert not any(each["type"].startswith("relay") for each in theirs.rows)


def test_a_relay_of_an_own_plan_and_cells_that_have_not_confirmed(tmp_path: Path) -> None:
    with desks(tmp_path) as two:
        [plan] = two.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(two)
        cells(two.one)
        two.one.room.relay.open(None, plan.plan, ("crew 1",))
        two.time.pass_ms(START - 20 * 60_000 - two.time.wall_ms)
        whole.settle(two, 1)
        found = unpacked(incident.pack(two.one, plan.plan))
        ours = {each["type"] for each in found.rows if each["feed"] == "private"}
        assert {"relay.opened", "relay.alarm"} <= ours and plan.plan.encode() not in found.data
