"""Commands in README and tutorial do what the text says; links lead somewhere; the site is self-contained.

A fenced `sh` block after `<!-- run exit=1 says="…" makes="…" json="…" -->` is run: `exit` is the
exit code (or several), `says` a text on either output, `makes` a file that must appear, `json` the
schema of the object on standard output. A block after `<!-- file NAME -->` is first saved under NAME; each
line of one after `<!-- output -->` must be in what the last command printed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.amount import WHOLE

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"<!-- (run|file|output) ([^>]*?)-->\n```(?:sh|json|text)\n(.*?)```", re.DOTALL)
ATTRIBUTE = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')
PORT = re.compile(r"127\.0\.0\.1:(\d+)")
LINK = re.compile(r"\]\(([^)\s]+)\)")


class Step(NamedTuple):
    """One marked block."""

    kind: str
    marks: str
    text: str


def steps(page: Path) -> list[Step]:
    return [Step(*found) for found in BLOCK.findall(page.read_text(encoding="utf-8"))]


def attributes(marks: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, quoted, bare in ATTRIBUTE.findall(marks):
        found.setdefault(name, []).append(quoted or bare)
    return found


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"}
OURS = "scripts/wideberth "
ALONE = f'"{sys.executable}" -m wideberth.cli '
"""What stands in the place of the script: a process of its own."""


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same, several times faster."""
    script, path = ROOT / "tests/forked.py", tmp_path_factory.mktemp("s") / "s"
    with subprocess.Popen(
        [sys.executable, script, "serve", path], stdout=subprocess.PIPE, env=ENVIRONMENT
    ) as server:
        try:
            assert server.stdout is not None and server.stdout.readline() == b"ready\n"
            yield f'"{sys.executable}" -I -S "{script}" ask "{path}" '
        finally:
            server.kill()


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """As a shell runs it."""
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**ENVIRONMENT, "XDG_CONFIG_HOME": str(folder / "config")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


RUN = (
    "README.md",
    "docs/tutorial.md",
    "docs/blind.md",
    "docs/calls.md",
    "docs/communique.md",
    "docs/holds.md",
    "docs/keys.md",
    "docs/manual.md",
    "docs/agreement.md",
    "docs/drills.md",
    "docs/node.md",
    "docs/pairing.md",
    "docs/phrases.md",
    "docs/plans.md",
    "docs/relay.md",
    "docs/releases.md",
    "docs/running.md",
    "docs/sites.md",
    "docs/tracks.md",
    "docs/watch.md",
    "docs/statements.md",
    "docs/words.md",
)
"""Pages whose commands are run."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where a page is run; what it has started in the background, and has not stopped, ends with it."""
    yield tmp_path
    for file in tmp_path.glob("*.pid"):
        with contextlib.suppress(ProcessLookupError, ValueError):
            os.kill(int(file.read_text()), signal.SIGKILL)


def free_ports(page: str) -> dict[str, str]:
    """For each port of this machine that a page names one that is free here."""
    found = {}
    with contextlib.ExitStack() as held:
        for port in sorted(set(PORT.findall(page))):
            taken = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            found[port] = str(taken.getsockname()[1])
    return found


@pytest.mark.parametrize("name", RUN)
def test_the_commands_of_the_page_do_what_it_says(name: str, folder: Path, forked: str) -> None:
    tmp_path = folder
    (tmp_path / "src").symlink_to(ROOT / "src")
    ports = free_ports((ROOT / name).read_text(encoding="utf-8"))
    ran = 0
    output = ""
    for step in steps(ROOT / name):
        if step.kind == "output":
            printed = " ".join(output.split())
            for line in step.text.splitlines():
                assert " ".join(line.split()) in printed
            continue
        if step.kind == "file":
            (tmp_path / step.marks.strip()).write_text(step.text, encoding="utf-8")
            continue
        wanted = attributes(step.marks)
        command = PORT.sub(lambda match: f"127.0.0.1:{ports[match[1]]}", step.text.strip())
        # one page is run as its readers do, and what goes on in the background can be stopped as they do
        alone = WHOLE or name == "docs/tutorial.md" or " &\n" in f"{command}\n"
        done = run(command.replace(OURS, ALONE if alone else forked), tmp_path)
        output = done.stdout + done.stderr
        assert str(done.returncode) in wanted["exit"][0].split(","), f"{step.text}\n{output}"
        assert "Traceback" not in output
        for text in wanted.get("says", []):
            assert text in output, step.text
        for file in wanted.get("makes", []):
            assert (tmp_path / file).stat().st_size > 1_000
        for schema in wanted.get("json", []):
            assert json.loads(done.stdout)["schema"] == schema
        ran += 1
    assert ran >= 5


def test_every_shell_command_of_ours_is_marked() -> None:
    for page in (ROOT / name for name in RUN):
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        ours = [block for block in blocks if "scripts/wideberth" in block]
        marked = [each for each in steps(page) if each.kind == "run" and "scripts/wideberth" in each.text]
        assert len(ours) == len(marked)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in link and not link.startswith("#"):
            assert (page.parent / link.split("#")[0]).exists(), link


def test_every_test_named_as_a_control_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8"))
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_dependency_is_explained() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["picture"],
        *(entry for group in groups.values() for entry in group if isinstance(entry, str)),
    ]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    names = {re.split(r"[><=\[]", entry)[0].lower() for entry in wanted}
    assert len(names) > 20
    assert sorted(name for name in names if name not in text) == []


def example(page: str, language: str) -> bytes:
    """The last block of a language in a page."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return blocks[-1].encode("utf-8")


def test_the_example_plan_is_read() -> None:
    from wideberth.formats import geojson
    from wideberth.formats.reading import Options
    from wideberth.space.ground import Circle

    reading = geojson.read(example("geojson.md", "json"), Options("north.geojson", as_of=0))
    (filed,) = reading.filed
    assert filed.plan.key == ("north", "survey-7")
    assert filed.plan.volumes[0].ground == Circle((330_500_000, 344_000_000), 2_000 * 10_000)
    assert len(reading.notes) == 1 and "MSL" in reading.notes[0]


def test_the_example_terms_are_read() -> None:
    from wideberth.formats import terms

    found = terms.read(example("separation.md", "toml"), "terms.toml")
    assert [row.between for row in found.table.rows] == [("crewed", "crewed"), ("drone", "drone")]
    assert found.ground.known


def test_the_example_result_has_the_stable_keys() -> None:
    result = json.loads(example("json-result.md", "json"))
    assert list(result) == [
        "schema",
        "as_of",
        "files",
        "plans",
        "volumes",
        "separation",
        "separation_source",
        "count",
        "conflicts",
        "refused",
        "notes",
    ]
    assert set(result["conflicts"][0]) == {
        "plans",
        "volumes",
        "where",
        "rule",
        "also",
        "gap",
        "required",
        "from",
        "until",
        "near",
        "clears",
    }


def test_the_presets_in_the_documents_are_those_of_the_code() -> None:
    from wideberth.model.separation import PRESETS
    from wideberth.space.units import parse_duration, parse_frequency, parse_length

    text = (ROOT / "docs" / "separation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", text, re.MULTILINE)
    assert {name for name, _ in rows} == set(PRESETS)
    for name, figures in rows:
        h, v, t, f = (cell.strip().replace(",", "").replace(" ", "") for cell in figures.split("|"))
        rule = PRESETS[name].rows[0].rules[0]
        assert rule.h == parse_length(h)
        assert rule.v == ("any" if v == "any" else parse_length(v))
        assert rule.t == parse_duration(t)
        assert rule.f == (parse_frequency(f) if f else None)


def test_the_site_builds_and_asks_nobody_for_anything(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert (
            re.findall(r'<(?:script|img|iframe|link)[^>]+(?:src|href)="(?:https?:)?//[^"]*"', html) == []
        ), page
    for style in site.rglob("*.css"):
        assert re.findall(r'url\(["\']?(?:https?:)?//', style.read_text(encoding="utf-8")) == [], style
