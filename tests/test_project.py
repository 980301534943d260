"""What holds for the repository as a whole: locks, floors, files."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import wideberth

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "wideberth"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.txt", "requirements-dev.txt")
TEXTS = (".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".geojson", ".kml", ".json", ".svg", "")
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[\w+\])?==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)


def files() -> list[Path]:
    """Our own files, without what tools leave behind."""
    left_behind = {".git", ".venv", ".site", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache"}
    left_behind |= {".pytest_cache", ".import_linter_cache", "build", "dist"}
    found = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not left_behind.intersection(parts) and not path.name.startswith(".coverage"):
            found.append(path)
    return found


def pins(lock: str) -> dict[tuple[str, str], str]:
    """(name, marker) -> version."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {(name, marker): version for name, version, marker in PIN.findall(text)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(blocks) == len(pins(lock)) > 20
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_index_and_no_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"https?:|--(?:extra-)?index-url|--find-links|--trusted-host|file:| @ ", text) == []


def test_both_locks_hold_the_same_versions() -> None:
    mine, all_of_them = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {key: all_of_them.get(key) for key in mine} == mine


def test_the_locks_serve_every_python_and_system() -> None:
    for lock in LOCKS:
        by_name: dict[str, set[str]] = {}
        for name, marker in pins(lock):
            by_name.setdefault(name, set()).add(marker)
        # a package without a marker serves all; else the markers must share out the versions of Python,
        # or name what only some systems need
        for name, markers in by_name.items():
            if name in {
                "atheris",
                "async-timeout",
            }:  # fuzzing, on one system only; older patches of 3.11 only
                continue
            if "" in markers:
                assert markers == {""}, name
            elif any("python_full_version" in marker for marker in markers):
                assert markers == {"python_full_version < '3.12'", "python_full_version >= '3.12'"}, name
            else:
                assert name in {"cffi", "colorama", "librt", "pycparser"}, (name, markers)


def test_every_dependency_is_in_the_lock() -> None:
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["picture"], *groups["build"]]
    for lock, entries in (
        ("requirements.txt", wanted),
        (
            "requirements-dev.txt",
            # the simulator is large, and installed apart by whoever runs its benchmark
            [
                *wanted,
                *(e for g, some in groups.items() if g != "simulator" for e in some if isinstance(e, str)),
            ],
        ),
    ):
        locked = {name for name, _ in pins(lock)}
        assert {re.split(r"[><=\[]", entry)[0].lower() for entry in entries} <= locked


def test_the_version_is_said_once() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", wideberth.__version__)
    assert f"## {wideberth.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_floors_hold() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 kept, 0 broken" in done.stdout


def test_data_holds_files_only() -> None:
    for file in (SOURCE / "data").rglob("*.py"):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body), file


def test_everything_the_package_needs_is_in_the_wheel() -> None:
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/wideberth"]
    for name in ("py.typed", "data/egm96-15.bin.z"):
        assert (SOURCE / name).is_file()
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not any(pattern.startswith(("src", "data", "*.z")) for pattern in ignored)


def longest(file: Path) -> int:
    """A file of tests may also hold a table of cases."""
    return 550 if "tests" in file.relative_to(ROOT).parts else 440


def test_no_file_of_code_is_too_long() -> None:
    long = {
        file.relative_to(ROOT).as_posix(): count
        for file in files()
        if file.suffix == ".py"
        and (count := len(file.read_text(encoding="utf-8").splitlines())) > longest(file)
    }
    assert long == {}, "a file past about 400 lines is two things"


def test_no_file_names_a_machine_or_an_index() -> None:
    """Paths of one machine and addresses of one index would break everywhere else."""
    here = Path(__file__).resolve()
    wrong = re.compile(
        r"/(?:home|Users|work)/\w+/|/tmp/\w|/root/|py" r"pi\.org|pythonhosted|index-url [h\"']"
    )
    found = {}
    for file in files():
        if file.suffix in TEXTS and file.resolve() != here:
            hits = wrong.findall(file.read_text(encoding="utf-8"))
            if hits:
                found[file.relative_to(ROOT).as_posix()] = hits
    assert found == {}


def test_a_silenced_warning_has_its_reason_beside_it() -> None:
    bare = []
    for file in files():
        if file.suffix != ".py":
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            silenced = re.search(r"#\s*(?:type: ignore|noqa)(\S*)(.*)", line)
            if silenced and not re.search(r"\w{3}", silenced[2]) and "re.search" not in line:
                bare.append(f"{file.relative_to(ROOT)}:{number}")
    assert bare == []


def test_scripts_are_posix_and_executable() -> None:
    for name in ("scripts/setup", "scripts/wideberth", "scripts/test", "scripts/spin", ".ci/run"):
        script = ROOT / name
        assert script.stat().st_mode & 0o111, name
        shell = script.read_text(encoding="utf-8").splitlines()[0]
        assert shell == ("#!/usr/bin/env bash" if name == ".ci/run" else "#!/bin/sh")
        done = subprocess.run(["bash", "-n", script], capture_output=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr


def test_ci_ends_with_the_tests_and_nothing_after_them() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()
    assert lines[-1] == "scripts/test"
    steps = " ".join(lines)
    for check in ('ruff" format --check', 'ruff" check', "mypy", "lint-imports", 'mkdocs" build --strict'):
        assert check in steps


def test_the_words_are_calm() -> None:
    """DESIGN's vocabulary: there is no field, name or sentence for these."""
    never = re.compile(r"\b(?:enem(?:y|ies)|strikes?|engage(?:d|ment)?)\b", re.IGNORECASE)
    found = {}
    for file in files():
        inside = file.is_relative_to(SOURCE) or file.suffix == ".md"
        if inside and file.suffix in (".py", ".md", ".geojson", ".kml", ".toml"):
            hits = never.findall(file.read_text(encoding="utf-8"))
            if hits:
                found[file.relative_to(ROOT).as_posix()] = hits
    assert found == {}


def test_all_tests_are_run_by_the_command_for_it() -> None:
    script = (ROOT / "scripts" / "test").read_text(encoding="utf-8")
    tests = ROOT / "tests"
    wanted = {each.parent if each.parent != tests else each for each in tests.rglob("test_*.py")}
    missing = [
        each.relative_to(ROOT).as_posix() for each in wanted if each.relative_to(ROOT).parts[1] not in script
    ]
    assert sorted(missing) == []
