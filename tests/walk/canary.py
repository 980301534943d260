"""Finds planted secrets in bytes, however these were written: the finder of the view walk.

A canary is a word, a place, a height or a time that stands in one secret record and nowhere else. What a node
gives out is unwrapped layer by layer (escapes, base64, base32, hex, gzip, deflate, zip, bounded), and every
layer is searched for every spelling of every canary in one pass: its cost does not grow with their number.

What is read as a number is looked at with its surroundings, so that a digest with the same digits is no find.
"""

from __future__ import annotations

import binascii
import html
import quopri
import re
import struct
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.walk.spelled import Canary, Needle, spelled

DEPTH: Final = 4
"""Layers within one another: a zip in base64 in JSON in gzip."""
MOST: Final = 16 << 20
"""Bytes that one packed piece may open to, and all layers of one text together times four."""
_KEY: Final = 5
"""Bytes by which a spelling is looked up: the length of the shortest."""
_BITS: Final = 20
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_MASK: Final = np.uint64((1 << (8 * _KEY)) - 1)
_SHIFT: Final = np.uint64(64 - _BITS)
_SQUEEZED: Final = bytes(
    each for each in range(256) if not (chr(each).isascii() and chr(each).isalnum()) and each != ord(".")
)
"""What is left out before places and dates are looked for that people write with signs between."""


class Found(NamedTuple):
    """A canary that stands in a text: in which form, and through which layers it was reached."""

    canary: str
    form: str
    through: tuple[str, ...]


class Finder:
    """Looks for canaries; remembers the texts that it has looked at."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self.canaries = tuple(canaries)
        needles = [needle for each in self.canaries for needle in spelled(each)]
        self.forms = sorted({needle.form for needle in needles})
        self._exact = _Table([each for each in needles if each.how == "exact"])
        self._folded = _Table([each for each in needles if each.how == "folded"])
        self._squeezed = _Table([each for each in needles if each.how == "squeezed"])
        self._known: dict[bytes, frozenset[Found]] = {}
        self.searched = 0
        """Bytes of all layers of all texts so far."""

    def find(self, data: bytes) -> frozenset[Found]:
        """All canaries in a text, each in each form."""
        digest = blake2b(data, digest_size=16).digest()
        if digest not in self._known:
            self._known[digest] = frozenset(self._find(data))
        return self._known[digest]

    def _find(self, data: bytes) -> Iterator[Found]:
        for through, layer in layers(data):
            self.searched += len(layer)
            low = (
                layer.decode("utf-8", "replace").casefold().encode() if not layer.isascii() else layer.lower()
            )
            for table, text in (
                (self._exact, layer),
                (self._folded, low),
                (self._squeezed, low.translate(None, _SQUEEZED)),
            ):
                for each in table.hits(text):
                    yield Found(each.canary, each.form, through)


class _Table:
    """Spellings by their first bytes."""

    def __init__(self, needles: Sequence[Needle]) -> None:
        self._by_key: dict[bytes, list[Needle]] = {}
        self._there: NDArray[np.bool_] = np.zeros(1 << _BITS, np.bool_)
        for each in dict.fromkeys(needles):
            assert len(each.text) >= _KEY, each
            self._by_key.setdefault(each.text[:_KEY], []).append(each)
        if self._by_key:
            self._there[_slots(b"".join(self._by_key))[::_KEY]] = True

    def hits(self, text: bytes) -> Iterator[Needle]:
        """The spellings that stand in a text."""
        if len(text) < _KEY:
            return
        found: set[Needle] = set()
        for at in np.flatnonzero(self._there[_slots(text)]).tolist():
            for each in self._by_key.get(text[at : at + _KEY], ()):
                if each not in found and text.startswith(each.text, at) and each.fits(text, at):
                    found.add(each)
                    yield each


def _slots(text: bytes) -> NDArray[np.uint64]:
    """For each place of a text the slot of the bytes that begin there."""
    padded = text + bytes(8 - _KEY)
    keys: NDArray[np.uint64] = np.ndarray((len(text) - _KEY + 1,), np.dtype("<u8"), padded, strides=(1,))
    slots: NDArray[np.uint64] = ((keys & _MASK) * _ODD) >> _SHIFT
    return slots


def layers(data: bytes) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """A text, and what it holds unwrapped; each text once, and no more than a bounded sum."""
    seen: set[bytes] = set()
    left = 4 * MOST + 8 * len(data)
    waiting: list[tuple[tuple[str, ...], bytes]] = [((), data)]
    while waiting:
        through, layer = waiting.pop()
        if layer in seen:
            continue
        left -= len(layer)
        if left < 0:
            raise ValueError("the layers of this text are too large to be searched")
        seen.add(layer)
        yield through, layer
        if len(through) < DEPTH:
            text = _text(layer)
            for name, opener in OPENERS.items():
                waiting += [((*through, name), inner) for inner in opener(text)]
            waiting += [((*through, "wide"), inner) for inner in _wide(layer)]
            waiting += [((*through, "packed"), inner) for inner in _packed(layer)]


_PRINTED: Final = re.compile(rb"[\t\n\r\x20-\x7e]{6,}")


def _text(layer: bytes) -> bytes:
    """What of a layer may be written in letters: all of a text, and of other bytes the runs of letters."""
    try:
        layer.decode()
    except UnicodeDecodeError:
        return b"\0".join(_PRINTED.findall(layer))
    return layer


def _changed(layer: bytes, made: bytes) -> Iterator[bytes]:
    if made != layer:
        yield made


def _percent(layer: bytes) -> Iterator[bytes]:
    if b"%" in layer:
        yield from _changed(layer, urllib.parse.unquote_to_bytes(layer.replace(b"+", b" ")))


def _entities(layer: bytes) -> Iterator[bytes]:
    if b"&" in layer:
        yield from _changed(
            layer, html.unescape(layer.decode("utf-8", "surrogateescape")).encode("utf-8", "replace")
        )


_ESCAPE: Final = re.compile(rb"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([/\"'\\]))")


def _escapes(layer: bytes) -> Iterator[bytes]:
    """JSON, JavaScript and Python escapes; a pair of surrogates becomes one character."""
    if b"\\" not in layer:
        return

    def one(found: re.Match[bytes]) -> bytes:
        braced, four, two, sign = found.groups()
        if sign:
            return sign
        return (
            chr(min(int(braced or four or two, 16), 0x10FFFF))
            .encode("utf-16-be", "surrogatepass")
            .join((b"\0U", b"\0E"))
        )

    made = _ESCAPE.sub(one, layer)
    made = re.sub(rb"(?:\0U..(?:..)?\0E)+", _unpaired, made, flags=re.DOTALL)
    yield from _changed(layer, made)


def _unpaired(found: re.Match[bytes]) -> bytes:
    pairs = re.sub(rb"\0U(..(?:..)?)\0E", rb"\1", found.group(), flags=re.DOTALL)
    return pairs.decode("utf-16-be", "replace").encode()


def _printable(layer: bytes) -> Iterator[bytes]:
    if re.search(rb"=[0-9A-Fa-f]{2}", layer):
        yield from _changed(layer, quopri.decodestring(layer))


_RUN64: Final = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
_RUN32: Final = re.compile(rb"[A-Za-z2-7]{14,}")
_RUN16: Final = re.compile(rb"[0-9A-Fa-f]{12,}")
_FOLDS: Final = re.compile(rb"(?<=[A-Za-z0-9+/_-])\r?\n[ \t]*(?=[A-Za-z0-9+/_-])")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_FIVE_BITS: Final = bytes.maketrans(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    b"0123456789abcdefghijklmnop0123456789abcdefghijklmnopqrstuv",
)
"""From the digits of RFC 4648 to those of Python's numbers to the base of 32."""
_LONGEST: Final = 4_096
"""Letters of one number; of a longer run the pieces overlap by 64."""


def _runs(pattern: re.Pattern[bytes], layer: bytes) -> list[bytes]:
    """Runs of letters, each once."""
    return list(dict.fromkeys(pattern.findall(layer)))


def _base64(layer: bytes) -> Iterator[bytes]:
    """Whichever of its letters the secret's first one is; what is missing at the end is taken as a zero."""
    runs = [each.translate(_URL_SAFE) for each in _runs(_RUN64, _FOLDS.sub(b"", layer))]
    for shift in range(4 if runs else 0):
        yield b"\n".join(binascii.a2b_base64(run[shift:] + b"A" * (-(len(run) - shift) % 4)) for run in runs)


def _base32(layer: bytes) -> Iterator[bytes]:
    """Likewise: eight letters are five bytes, and a byte may begin at any bit."""
    numbers = []
    for run in _runs(_RUN32, layer):
        for at in range(0, len(run), _LONGEST - 64):
            piece = run[at : at + _LONGEST].translate(_FIVE_BITS)
            numbers.append((int(piece, 32), len(piece)))
    for shift in range(8 if numbers else 0):
        yield b"\n".join((number >> shift).to_bytes(size * 5 // 8 + 1, "big") for number, size in numbers)


def _hex(layer: bytes) -> Iterator[bytes]:
    runs = _runs(_RUN16, layer.translate(None, b" :"))
    for shift in range(2 if runs else 0):
        yield b"\n".join(binascii.unhexlify(run[shift : len(run) - (len(run) - shift) % 2]) for run in runs)


_LITTLE: Final = re.compile(rb"(?:[^\0][\0-\x06]){5,}", re.DOTALL)
_BIG: Final = re.compile(rb"(?:[\0-\x06][^\0]){5,}", re.DOTALL)


def _wide(layer: bytes) -> Iterator[bytes]:
    """UTF-16 of the scripts up to Arabic, either way round."""
    if b"\0" in layer:
        for runs, coding in ((_LITTLE, "utf-16-le"), (_BIG, "utf-16-be")):
            if found := runs.findall(layer):
                yield "\n".join(each.decode(coding, "replace") for each in found).encode("utf-8", "replace")


_PACKED: Final = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04", re.DOTALL)


def _packed(layer: bytes) -> Iterator[bytes]:
    """Gzip, zlib and the members of zips, wherever they begin; and bare deflate at the beginning."""
    for found in _PACKED.finditer(layer):
        at = found.start()
        if found.group() == b"PK\x03\x04":
            yield from _member(layer, at)
        else:
            yield from _inflated(layer[_after_gzip(layer, at) if found.group()[0] == 0x1F else at + 2 :])
    if layer and layer[0] & 6 != 6:
        yield from _inflated(layer, whole=True)


def _after_gzip(layer: bytes, at: int) -> int:
    """Where the stream begins after a header of RFC 1952."""
    flags, at = layer[at + 3 : at + 4], at + 10
    named = flags[0] if flags else 0
    if named & 4:
        at += 2 + int.from_bytes(layer[at : at + 2], "little")
    for bit in (8, 16):
        if named & bit:
            at = layer.find(b"\0", at) + 1 or len(layer)
    return at + (named & 2)


def _member(layer: bytes, at: int) -> Iterator[bytes]:
    """A member of a zip, by its own header."""
    if at + 30 > len(layer):
        return
    method, size = struct.unpack_from("<H", layer, at + 8)[0], struct.unpack_from("<I", layer, at + 18)[0]
    name, extra = struct.unpack_from("<HH", layer, at + 26)
    begin = at + 30 + name + extra
    if method == 8:
        yield from _inflated(layer[begin:])
    elif method == 0 and size:
        yield layer[begin : begin + size]


def _inflated(data: bytes, *, whole: bool = False) -> Iterator[bytes]:
    """What a bare stream holds, as far as it can be read; with `whole` only one that ends."""
    opener = zlib.decompressobj(-15)
    made = bytearray()
    try:
        for at in range(0, len(data), 1_024):
            made += opener.decompress(data[at : at + 1_024], MOST - len(made) + 1)
            if len(made) > MOST:
                raise ValueError("a packed piece opens to more than is searched")
            if opener.eof:
                break
    except zlib.error:
        pass  # what was read before it went wrong is looked at
    if made and (opener.eof or not whole):
        yield bytes(made)


OPENERS: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "percent": _percent,
    "entities": _entities,
    "escapes": _escapes,
    "quoted-printable": _printable,
    "base64": _base64,
    "base32": _base32,
    "hex": _hex,
}
"""Each gives what a text holds in one way of writing it in letters; nothing where it holds none."""
