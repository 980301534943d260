"""The officer's own key in the browser: what it signs is what `wideberth key approve` writes, to the byte."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.console import axe
from tests.console.seen import Seen
from wideberth.ledger import approval, ids
from wideberth.ledger.approval import Subject, What
from wideberth.store import keyfile
from wideberth.store.keyfile import Plain
from wideberth.store.keys import Stretching

SEED = hashlib.sha256(b"an officer").digest()
OTHER = hashlib.sha256(b"another officer").digest()
HALF = keyfile.public("officer", SEED)
WORDS = "cafe\u0301 kettle orbits fourteen"  # typed with two characters for é; the file has one
DIGEST = hashlib.sha256(b"what is signed").digest()
NUMBER = bytes(range(16))


def ask(page: Page, what: What = "lift", agreement: str | None = None) -> None:
    page.evaluate(
        """([what, sha256, agreement]) => { window.signed = import('/console/core/sign.js')
            .then(({approve}) => approve({what, sha256, agreement, title: 'Lift it'})); }""",
        [what, DIGEST.hex(), agreement],
    )
    page.wait_for_selector("dialog[data-dialog=sign]")


def choose(page: Page, data: bytes) -> None:
    page.get_by_label("Your key file, or an approval").set_input_files(
        {"name": "officer.key", "mimeType": "application/octet-stream", "buffer": data}
    )


def signed(page: Page) -> str:
    found = page.evaluate("window.signed")
    expect(page.locator("dialog")).to_have_count(0)
    return str(found)


def wanted(what: What = "lift", number: bytes | None = None, seed: bytes = SEED) -> str:
    made = approval.sign(Subject(what, DIGEST, number), seed)
    return approval.write(made).decode() + "\n"


def said(page: Page, words: str) -> None:
    page.locator("dialog [role=alert]").get_by_text(words).wait_for()


@pytest.mark.parametrize("how", [Stretching(bytes(range(16))), Stretching(bytes(16), n=2**10, p=3)])
def test_a_sealed_key_signs_as_the_command_does(desk: Seen, how: Stretching) -> None:
    page = desk.page
    ask(page)
    choose(page, keyfile.write(keyfile.sealed(HALF, SEED, "café kettle orbits fourteen", how)))
    page.get_by_text(ids.base32(HALF.key)).wait_for()
    axe.check(page)
    page.get_by_label("Passphrase of the key").fill("not this one")
    desk.press("Enter")
    said(page, "does not open")
    page.get_by_label("Passphrase of the key").fill(WORDS)
    page.get_by_role("button", name="Sign").last.click()
    assert signed(page) == wanted()


def test_a_plain_key_signs_each_thing(desk: Seen) -> None:
    number = ids.base32(NUMBER)
    asked: list[tuple[What, str | None]] = [("agreement", number), ("audit", None), ("release", None)]
    for what, agreement in asked:
        ask(desk.page, what, agreement)
        choose(desk.page, keyfile.write(Plain(HALF, SEED)))
        desk.page.get_by_text(ids.base32(HALF.key)).wait_for()
        assert desk.page.get_by_label("Passphrase of the key").is_hidden()
        desk.shot(f"sign-{what}")
        desk.page.get_by_role("button", name="Sign").last.click()
        assert signed(desk.page) == wanted(what, None if agreement is None else NUMBER)


def test_what_is_no_such_key_is_said(desk: Seen, tmp_path: Path) -> None:
    page = desk.page
    good = keyfile.write(Plain(HALF, SEED))
    log = keyfile.write(Plain(keyfile.public("log", SEED), SEED))
    ask(page)
    for data, words in (
        (b"not a key\n", "no key file"),
        (good.replace(b'"kind"', b' "kind"'), "no key file"),
        (log, "another purpose"),
        (good.replace(b'"v":1', b'"v":2'), "newer program"),
    ):
        choose(page, data)
        said(page, words)
        assert page.get_by_role("button", name="Sign").last.is_disabled()
    choose(page, keyfile.write(Plain(keyfile.public("officer", OTHER), SEED)))
    page.get_by_role("button", name="Sign").last.click()
    said(page, "restore a backup")
    desk.press("Escape")
    assert signed(page) == "None"


def test_an_approval_from_elsewhere_is_checked(desk: Seen) -> None:
    page = desk.page
    ask(page)
    choose(page, wanted("audit").encode())
    page.get_by_role("button", name="Use this approval").click()
    said(page, "something else")
    lines = wanted(), wanted(seed=OTHER)
    forged = lines[0].replace(ids.base32(HALF.key), ids.base32(keyfile.public("officer", OTHER).key))
    choose(page, forged.encode())
    page.get_by_role("button", name="Use this approval").click()
    said(page, "does not hold")
    choose(page, wanted().encode())
    page.get_by_role("button", name="Use this approval").click()
    assert signed(page) == wanted()


def test_it_is_asked_in_arabic(desk: Seen) -> None:
    desk.language("ar")
    ask(desk.page)
    desk.page.locator("dialog input[type=file]").set_input_files(
        {"name": "k", "mimeType": "text/plain", "buffer": b"{}"}
    )
    desk.page.locator("dialog [role=alert]").wait_for()
    axe.check(desk.page)
    desk.shot("sign-ar")
