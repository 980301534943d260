"""Bytes as words that can be said in any language: proquints (Wilkerson 2009, arXiv:0901.4016).

Sixteen bits make one word of consonant, vowel, consonant, vowel, consonant. An identity is compared by voice
as eight words, the first 128 bits of SHA-256(identity key).
"""

from __future__ import annotations

import hashlib
import re

from wideberth.errors import Invalid

IDENTITY = 16
"""Bytes of an identity's hash that its words stand for."""

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_WORD = re.compile(f"[{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}]")


def words(data: bytes) -> str:
    """A word for every two bytes, joined by hyphens. Raises: Invalid (`ledger.words`) for an odd number."""
    if len(data) % 2:
        raise Invalid("ledger.words", "", f"{len(data)} bytes", "an even number of bytes")
    pairs = (int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2))
    return "-".join(map(_word, pairs))


def unwords(text: str) -> bytes:
    """The bytes that words stand for: two for each word. Raises: Invalid (`ledger.words`)."""
    found = text.split("-") if text else []
    for each in found:
        if not _WORD.fullmatch(each):
            raise Invalid("ledger.words", "", each, "words such as lusab-babad, joined by hyphens")
    return b"".join(_number(each).to_bytes(2, "big") for each in found)


def identity(key: bytes) -> str:
    """The eight words of a party, from its identity key (32 bytes): the same start as the party's name."""
    return words(hashlib.sha256(key).digest()[:IDENTITY])


def _word(pair: int) -> str:
    first, one, middle, two, last = pair >> 12, pair >> 10, pair >> 6, pair >> 4, pair
    return (
        _CONSONANTS[first & 15]
        + _VOWELS[one & 3]
        + _CONSONANTS[middle & 15]
        + _VOWELS[two & 3]
        + _CONSONANTS[last & 15]
    )


def _number(word: str) -> int:
    found = 0
    for letter in word:
        found = (
            found * 4 + _VOWELS.index(letter) if letter in _VOWELS else found * 16 + _CONSONANTS.index(letter)
        )
    return found
