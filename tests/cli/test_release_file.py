"""A release that came as a file, read and checked by somebody who has no node."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.cli.runs import Ran, run
from tests.ledger.two import A, B, origin, public, seed
from tests.render import released
from wideberth.cli import release_file as cli
from wideberth.formats import release_file
from wideberth.ledger import approval, certificate, ids
from wideberth.ledger.approval import Subject
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.model.release import Document
from wideberth.render import mark, release_files, release_sheet

OFFICERS = ("officer 1", "officer 2")
BEFORE, LATER = "2027-01-15T09:00:00Z", "2027-02-01T00:00:00Z"


def made(*, exercise: bool = False, evil: str = "") -> bytes:
    records = released.RECORDS
    document = Document(
        "r-abcdefghijklmnopqrstuvwxyz",
        A.name,
        "North",
        "Bravo mission",
        released.MADE,
        released.CAVEATS,
        f"Weekly{evil}",
        records,
        exercise,
    )
    told = release_sheet.told(document, released.choices("one"), range(len(records)), "token")
    copy = release_file.make(document, release_files.files(told, pdf=False), A.identity, B.name)
    approvals = [approval.sign(Subject("release", copy.sha256), seed(each)) for each in OFFICERS]
    papers = [
        certificate.certify(
            Certificate(public(each), "officer", origin(A), 0, "ed25519", f"releasing {each}"), seed(A.label)
        )
        for each in OFFICERS
    ]
    return release_file.write(copy, approvals, papers)


WHOLE = made()


@pytest.fixture
def file(tmp_path: Path) -> str:
    return save(tmp_path, WHOLE)


def save(folder: Path, data: bytes) -> str:
    path = folder / "weekly.zip"
    path.write_bytes(data)
    return str(path)


def read(*arguments: str) -> Ran:
    """`release read`, as whoever registers it has it."""
    app = typer.Typer()
    app.command()(cli.read)
    done = CliRunner().invoke(app, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ran(done.exit_code, done.stdout_bytes, done.stderr)


def test_verified(file: str) -> None:
    ran = run("verify", file, "--trust", A.name, "--as-of", BEFORE)
    assert (ran.code, ran.err, ran.out.splitlines()[0]) == (0, "", "VERIFIED")
    for said in (
        "Two officers of North, whom you named, have signed exactly these files.",
        "release       r-abcdefghijklmnopqrstuvwxyz",
        "title         Weekly",
        "released by   North",
        "released to   Bravo mission",
        "and to        Delta monitors",
        "caveat        originator control",
        "caveat        no onward transfer",
        "may be used   until 2027-01-18 08:00Z",
        "recall        ask North",
        "releasing officer 1, key",
        "releasing officer 2, key",
        "release.pdf  not in it",
        "Absence from a list removes no protection",
        "A file does not know whether it was recalled",
    ):
        assert said in ran.out, said
    assert "EXPIRED" not in ran.out and "FALSE" not in ran.out


def test_its_time_is_over(file: str) -> None:
    ran = run("verify", file, "--trust", A.name, "--as-of", LATER)
    assert ran.code == 0 and "EXPIRED: it could be used until 2027-01-18 08:00Z" in ran.out
    assert run("verify", file, "--trust", A.name, "--as-of", LATER, "--json").json["expired"] is True


def test_not_anchored(file: str) -> None:
    ran = run("verify", file, "--trust", B.name)
    assert ran.code == 4 and ran.out.startswith("INTERNALLY CONSISTENT, NOT ANCHORED\n")
    assert "Compare the words below" in ran.out


def test_false(tmp_path: Path) -> None:
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as old, zipfile.ZipFile(found, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"34.9", b"35.9"))
    file = save(tmp_path, found.getvalue())
    ran = run("verify", file, "--trust", A.name)
    assert ran.code == 1 and ran.out.startswith("NOT VERIFIED\n")
    assert "release.txt is not the file that its index names" in ran.out
    ran = read(file, "--trust", A.name)
    assert ran.code == 1 and "is not shown" in ran.err
    assert "35.9" not in ran.out


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_unreadable(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as pack:
        pack.writestr("release.json", b"{")
    ran = run("verify", save(tmp_path, found.getvalue()), "--trust", A.name, *arguments)
    assert ran.code == 2 and "[release.file]" in ran.err
    if arguments:
        assert ran.json["verdict"] == "not_verified"
    else:
        assert ran.out.startswith("NOT VERIFIED\n")


def test_another_archive_is_no_record(tmp_path: Path) -> None:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as pack:
        pack.writestr("x", b"y")
    assert run("verify", save(tmp_path, found.getvalue())).code == 2


def test_as_json(file: str) -> None:
    found = run("verify", file, "--trust", ids.base32(A.identity), "--json", "--as-of", BEFORE).json
    assert found["schema"] == "wideberth.release_check/1"
    assert (found["verdict"], found["recipient"], found["recipient_party"]) == (
        "verified",
        "Bravo mission",
        B.name,
    )
    assert (found["originator_control"], found["onward"], found["expired"]) == (True, False, False)
    approved = found["approved_by"]
    assert isinstance(approved, list) and all(each["counts"] for each in approved)


def test_what_is_for_records_only(file: str) -> None:
    for more in (("--entries",), ("--html", "x.html")):
        ran = run("verify", file, "--trust", A.name, *more)
        assert ran.code == 2 and "[verify.a_release]" in ran.err


def test_papers_that_came_another_way(file: str, tmp_path: Path) -> None:
    revoked = tmp_path / "officer.revoked"
    revoked.write_bytes(certificate.revoke(Revocation(public(OFFICERS[0]), {}), seed(A.label)))
    ran = run("verify", file, "--trust", A.name, "--paper", str(revoked))
    assert ran.code == 4 and ran.out.startswith("SIGNED, BUT DISPUTED\n")
    assert "DISPUTED" in ran.out.split("Approved by")[1]
    strange = tmp_path / "other.revoked"
    strange.write_bytes(certificate.revoke(Revocation(public(OFFICERS[0]), {}), seed(B.label)))
    ran = run("verify", file, "--trust", A.name, "--paper", str(strange))
    assert ran.code == 2 and "[verify.paper]" in ran.err


def test_an_exercise_says_so(tmp_path: Path) -> None:
    file = save(tmp_path, made(exercise=True))
    for ran in (run("verify", file, "--trust", A.name), read(file, "--trust", A.name)):
        assert ran.code == 0 and ran.out.startswith(mark.MARK)
    assert run("verify", file, "--trust", A.name, "--json").json["exercise"] is True


def test_read(file: str) -> None:
    ran = read(file, "--trust", A.name, "--as-of", BEFORE)
    assert ran.code == 0 and ran.out.startswith("VERIFIED\n")
    assert "34°54'04.444\"S 33°21'08.444\"E" in ran.out
    assert "Record 4: Statement" in ran.out
    assert read(file, "--trust", A.name, "--json").json["verdict"] == "verified"
    assert read(file).code == 4


def test_a_file_steers_no_terminal(tmp_path: Path) -> None:
    ran = read(save(tmp_path, made(evil="\x1b[2J\u202e")), "--trust", A.name)
    assert ran.code == 0 and "\\u001b[2J\\u202e" in ran.out
    assert "\x1b" not in ran.out and "\u202e" not in ran.out


@pytest.mark.slow
def test_a_process_without_a_node(file: str, tmp_path: Path) -> None:
    """A machine that has the program, the file and the party's identity, and nothing else of Wideberth."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "parties.txt").write_text(f"{A.name} the northerners\n")
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
    }
    reading = "import typer; from wideberth.cli.release_file import read; typer.run(read)"
    verify = [sys.executable, "-m", "wideberth.cli", "verify"]
    for command in (verify, [sys.executable, "-c", reading]):
        done = subprocess.run(
            [*command, file, "--trust", "parties.txt", "--as-of", BEFORE],
            cwd=home,
            env=environment,
            capture_output=True,
            check=False,
        )
        said = done.stdout.decode()
        assert (done.returncode, done.stderr) == (0, b""), done.stderr
        assert said.startswith("VERIFIED\nTwo officers of the northerners (it calls itself North)")
        assert ("Record 2: Protected sites" in said) is (command is not verify)
    assert [each.name for each in home.iterdir()] == ["parties.txt"]  # it left nothing behind
