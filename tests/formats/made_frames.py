"""Mode S frames made for tests: a transponder's side of what modes and beast read (RTCA DO-260B)."""

from __future__ import annotations

import math

from wideberth.formats import cpr, modes


def frame(df: int, control: int, address: str, message: bytes) -> bytes:
    """A long frame with its parity."""
    head = bytes([df << 3 | control]) + bytes.fromhex(address) + message
    return head + modes.remainder(head + bytes(3)).to_bytes(3, "big")


def parts(lat: float, lon: float, odd: bool, whole: float = 360.0) -> tuple[int, int]:
    """Latitude and longitude in parts of a zone, to 17 bits."""
    high = whole / (60 - odd)
    y = math.floor(cpr.PARTS * (lat % high) / high + 0.5)
    nearest = high * (y / cpr.PARTS + math.floor(lat / high))
    wide = whole / max(cpr.zones(nearest) - odd, 1)
    x = math.floor(cpr.PARTS * (lon % wide) / wide + 0.5)
    return y % cpr.PARTS, x % cpr.PARTS


def position(
    lat: float, lon: float, *, odd: bool, code: int, marked: int = 0, ground: bool = False, feet: int = 35_000
) -> bytes:
    """The message of a position: in the air with an altitude in steps of 25 ft."""
    y, x = parts(lat, lon, odd, cpr.GROUND if ground else cpr.AIR)
    bits = code << 51 | odd << 34 | y << 17 | x
    if not ground:
        n = (feet + 1_000) // 25
        bits |= marked << 48 | (n >> 4 << 5 | 1 << 4 | n & 15) << 36
    return bits.to_bytes(7, "big")


def beast_of(one: bytes, head: bytes = bytes(7)) -> bytes:
    """A frame as a receiver hands it on."""
    kind = b"2" if len(one) == modes.SHORT else b"3"
    return b"\x1a" + kind + (head + one).replace(b"\x1a", b"\x1a\x1a")


EVEN = frame(17, 5, "4b1815", position(47.5, 8.25, odd=False, code=11))
ODD = frame(17, 5, "4b1815", position(47.5, 8.25, odd=True, code=11))
# the message of a real velocity, of 494 kt
VELOCITY = frame(17, 5, "4b1815", bytes.fromhex("9945de10000405"))
_LETTERS = "#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######"


def ident(name: str) -> bytes:
    """The message of a callsign."""
    bits = 4 << 51 | 3 << 48
    for k, letter in enumerate(f"{name:8}"):
        bits |= _LETTERS.index(letter) << 42 - 6 * k
    return bits.to_bytes(7, "big")


IDENT = frame(17, 5, "4b1815", ident("SWR12A"))
