"""Texts for telephones: each fits one short message, so that none waits for another to be read.

A message holds 160 septets of the GSM alphabet (3GPP TS 23.038, 6.2.1; a character of its extension table
takes two), or 70 units of UTF-16 where one character is in neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

GSM: Final = 160
UCS2: Final = 70
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("^{}\\[~]|€\f")


def size(text: str) -> tuple[int, int]:
    """How much of a message a text takes, and how much there is."""
    if _is_gsm(text):
        return sum(2 if each in _EXTENSION else 1 for each in text), GSM
    return sum(_units(each) for each in text), UCS2


def texts(words: str) -> list[str]:
    """The messages that say these words, each numbered where there are several: `2/3 …`.

    They are cut between words, where there are any.
    """
    if size(words)[0] <= size(words)[1]:
        return [words]
    for figures in range(1, 6):
        # room for the number and how many there are, which is known only then
        cut = list(_cut(words, 2 * figures + 2))
        if len(str(len(cut))) <= figures:
            return [f"{n}/{len(cut)} {each}" for n, each in enumerate(cut, start=1)]
    raise AssertionError("a hundred thousand messages are none")


def _cut(words: str, before: int) -> Iterator[str]:
    gsm = _is_gsm(words)
    most = (GSM if gsm else UCS2) - before
    piece, used = "", 0
    last = -1
    for each in words:
        wide = (2 if each in _EXTENSION else 1) if gsm else _units(each)
        if used + wide > most:
            # the last space, unless that would leave a short piece
            end = last if last > len(piece) // 2 else len(piece)
            yield piece[:end].rstrip()
            piece = piece[end:].lstrip()
            used = sum((2 if c in _EXTENSION else 1) if gsm else _units(c) for c in piece)
            last = piece.rfind(" ")
        if each == " ":
            last = len(piece)
        piece += each
        used += wide
    yield piece.rstrip()


def _is_gsm(text: str) -> bool:
    return all(each in _BASIC or each in _EXTENSION for each in text)


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
