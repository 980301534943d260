"""Words for comparing by voice: the table of the paper (arXiv:0901.4016), and the way back."""

from __future__ import annotations

import hashlib
import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import A, B
from wideberth.errors import Invalid
from wideberth.ledger import ids, quints

PAPER = {
    "127.0.0.1": "lusab-babad",
    "63.84.220.193": "gutih-tugad",
    "63.118.7.35": "gutuk-bisog",
    "140.98.193.141": "mudof-sakat",
    "64.255.6.200": "haguz-biram",
    "128.30.52.45": "mabiv-gibot",
    "147.67.119.2": "natag-lisaf",
    "212.58.253.68": "tibup-zujah",
    "216.35.68.215": "tobog-higil",
    "216.68.232.21": "todah-vobij",
    "198.81.129.136": "sinid-makam",
    "12.110.110.204": "budov-kuras",
}


@pytest.mark.parametrize("address", PAPER)
def test_the_paper_s_examples(address: str) -> None:
    data = ipaddress.IPv4Address(address).packed
    assert quints.words(data) == PAPER[address]
    assert quints.unwords(PAPER[address]) == data


def test_every_word_stands_for_one_pair() -> None:
    words = [quints.words(pair.to_bytes(2, "big")) for pair in range(2**16)]
    assert len(set(words)) == 2**16
    assert [int.from_bytes(quints.unwords(word), "big") for word in words] == list(range(2**16))
    assert sorted(words) == words  # the order of the bytes is that of the words


@given(st.binary(max_size=40))
def test_there_and_back(data: bytes) -> None:
    if len(data) % 2:
        with pytest.raises(Invalid, match="even"):
            quints.words(data)
    else:
        assert quints.unwords(quints.words(data)) == data


@pytest.mark.parametrize("text", ["lusab-", "lusab babad", "LUSAB", "lusac", "lusa", "lusabb", "-", "lusеb"])
def test_what_is_no_word_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        quints.unwords(text)
    assert caught.value.code == "ledger.words"


def test_an_identity_is_eight_words_and_the_start_of_the_party_s_name() -> None:
    words = quints.identity(A.identity)
    assert re.fullmatch(r"(?:[a-z]{5}-){7}[a-z]{5}", words)
    assert quints.unwords(words) == hashlib.sha256(A.identity).digest()[:16]
    assert ids.unbase32(A.name, 32, "")[:16] == quints.unwords(words)
    assert words != quints.identity(B.identity)
