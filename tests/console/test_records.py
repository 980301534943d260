"""Records that are handed over verify without a node; a leaked file is traced to whose copy it was."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import get_args

from playwright.sync_api import expect

from tests.cli.runs import run
from tests.console import told
from tests.console.seen import Seen
from tests.console.two import Two, until
from wideberth.desk.trace import Verdict


def trusted(nodes: Two) -> set[str]:
    return {nodes.north.party.id, nodes.south.party.id}


def test_every_verdict_has_words() -> None:
    assert told.worded("records", "trace", get_args(Verdict)) == []
    assert told.worded("records", "means", get_args(Verdict)) == []


def test_records_of_feeds_cases_and_incidents_verify(desk: Seen, nodes: Two, tmp_path: Path) -> None:
    told.plan(nodes.north, "Coast survey")
    told.plan(nodes.south, "Coast mapping")
    until(lambda: nodes.north.side.cases() != [])
    [case] = nodes.north.side.cases()
    page = desk.page
    desk.go("records")
    page.get_by_label("From entry").wait_for()
    told.clean(desk)
    data = told.saved(desk, page.get_by_role("button", name="Make the record"), tmp_path)
    assert verdict(data, nodes, tmp_path) == 0
    page.get_by_text(hashlib.sha256(data).hexdigest()).wait_for()
    expect(page.locator(".handed pre")).to_contain_text("wideberth verify")
    told.clean(desk)
    desk.shot("records-feeds")
    page.get_by_role("link", name="A case").click()
    page.get_by_label("Which case").wait_for()
    data = told.saved(desk, page.get_by_role("button", name="Make the record"), tmp_path)
    assert verdict(data, nodes, tmp_path) == 0
    told.clean(desk)
    page.get_by_role("link", name="An incident").click()
    page.get_by_label("About which id").fill(case.case)
    data = told.saved(desk, page.get_by_role("button", name="Make the pack"), tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        names = pack.namelist()
        assert "incident.html" in names
        [one] = [each for each in names if each.endswith(".record")]
        assert verdict(pack.read(one), nodes, tmp_path) == 0
    told.clean(desk)
    desk.shot("records-incident")
    desk.language("ar")
    page.get_by_role("link", name="التحقق من ملف").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "some; ls 'x'.record", "mimeType": "text/plain", "buffer": b"some"}
    )
    page.get_by_text(hashlib.sha256(b"some").hexdigest()).wait_for()
    # the name of a file is no command where it is pasted
    expect(page.locator("pre.exact")).to_contain_text(
        "wideberth verify 'some; ls '\\''x'\\''.record' --trust"
    )
    told.clean(desk)
    desk.shot("records-verify-ar")


def test_a_leaked_file_is_traced(desk: Seen, nodes: Two) -> None:
    made = told.plan(nodes.north, "Harbour survey", 33.6)
    for name in ("Observers", "Harbour Watch"):
        desk.ask("POST", "/v1/recipients", {"recipient": name})
    records = [{"kind": "plan", "of": made.plan}]
    said = {"recipients": ["Observers", "Harbour Watch"], "title": "Flights", "records": records}
    both = desk.ask("POST", "/v1/releases", said)
    found = next(each for each in both if each["recipient"] == "Harbour Watch")
    text = desk.page.evaluate(
        "path => fetch(path).then(a => a.text())", f"/v1/releases/{found['release']}/files/release.txt"
    )
    page = desk.page
    desk.go("records", "trace")
    for content, verdict in ((text.upper(), "this_copy"), ("Something else.\n" * 40, "no_claim")):
        page.get_by_label("The file that got out").set_input_files(
            {"name": "leak.txt", "mimeType": "text/plain", "buffer": content.encode()}
        )
        page.get_by_role("button", name="Compare it").click()
        page.locator(f"[data-verdict={verdict}]").wait_for()
        told.clean(desk)
        desk.shot(f"records-trace-{verdict}")
        if verdict == "this_copy":
            expect(page.locator(f"[data-verdict={verdict}] table").first).to_contain_text(
                "Harbour Watch", use_inner_text=True
            )
    desk.language("ru")
    told.clean(desk)


def verdict(data: bytes, nodes: Two, folder: Path) -> int:
    """The exit code of `wideberth verify`, whose reader knows both parties."""
    path = folder / "evidence.record"
    path.write_bytes(data)
    trust = [said for each in sorted(trusted(nodes)) for said in ("--trust", each)]
    return run("verify", str(path), *trust).code
