"""ristretto255 (RFC 9496) of libsodium, over whole byte strings of elements; the only file with ctypes.

Elements are 32 bytes, in the one canonical encoding, end to end in `bytes`; scalars are 32 bytes,
little-endian, below `ORDER`. libsodium comes from the package rbcl, which bundles it, else from the system
(1.0.18 or newer), and is loaded at the first use. Its calls let other threads run meanwhile.

What is not the canonical encoding of an element is NotTrusted (`blind.element`), and so is the identity
wherever it is multiplied or would come out of a multiplication: libsodium answers both with −1. An addition
takes and gives it. libsodium 1.0.18 takes no notice of an encoding's highest bit, so that each element has a
second encoding there (RFC 9496 4.3.1 refuses it): that bit is looked at here.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from wideberth.errors import NotTrusted, Refused

ELEMENT: Final = 32
SCALAR: Final = 32
UNIFORM: Final = 64
"""Bytes that the one-way map takes."""
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
"""How many elements there are, a prime."""
IDENTITY: Final = bytes(ELEMENT)

_HIGH = 0x80
"""The bit of the last byte that no canonical encoding has."""

Source = Callable[[], ctypes.CDLL | None]
"""Somewhere to have libsodium from; None where it is not there."""
_Two = Callable[[int, int], int]
_Three = Callable[[int, int, int], int]


class Calls(NamedTuple):
    """Functions of libsodium: addresses of the result and of what it is made of, to 0, or −1: refused."""

    multiply: _Three
    base: _Two
    add: _Three
    from_hash: _Two


def bundled(find: Callable[[str], Any] = import_module) -> ctypes.CDLL | None:
    """The library in the package rbcl, if that is installed.

    `find` gives a module by its name, or raises ImportError. The library is written to a temporary file to be
    loaded from; the file is of no use afterwards, and would stay.
    """
    try:
        module = find("rbcl._sodium")
    except (ImportError, OSError):
        return None
    try:
        Path(module.lib_path).unlink(missing_ok=True)
    except OSError:  # some systems keep a file that is loaded
        pass
    library: ctypes.CDLL = module._sodium
    return library


def installed(find: Callable[[str], str | None] = ctypes.util.find_library) -> ctypes.CDLL | None:
    """The system's library, if there is one; `find` gives the file of a library by its name."""
    name = find("sodium")
    try:
        return None if name is None else ctypes.CDLL(name)
    except OSError:
        return None


def load(sources: Iterable[Source] = (bundled, installed)) -> Calls:
    """The functions, of the first library that has them.

    Raises: Refused (`blind.no_group`).
    """
    for source in sources:
        library = source()
        calls = None if library is None else _calls(library)
        if calls is not None:
            return calls
    raise Refused(
        "blind.no_group",
        "the blind check needs ristretto255: install the Python package rbcl, "
        "or libsodium 1.0.18 or newer from your system",
    )


def multiply(scalar: bytes, points: bytes) -> bytes:
    """Each element times the scalar, in the same order. Raises: NotTrusted (`blind.element`)."""
    call = _group().multiply
    source, factor = _elements(points), _one(scalar)
    out = ctypes.create_string_buffer(len(points))
    p, k, q = ctypes.addressof(source), ctypes.addressof(factor), ctypes.addressof(out)
    for at in range(0, len(points), ELEMENT):
        if call(q + at, k, p + at):
            raise _refused(points, at)
    return out.raw


def combine(scalars: bytes, points: bytes) -> bytes:
    """The sum of the elements, each times the scalar at its place; of none, the identity.

    Raises: NotTrusted (`blind.element`).
    """
    group = _group()
    multiply_one, add_one = group.multiply, group.add
    source, factors = _elements(points), _buffer(scalars, SCALAR)
    if len(points) != len(scalars):
        raise NotTrusted(
            "blind.element", f"{len(points) // ELEMENT} elements, {len(scalars) // SCALAR} scalars"
        )
    term, total = ctypes.create_string_buffer(ELEMENT), ctypes.create_string_buffer(ELEMENT)
    p, k = ctypes.addressof(source), ctypes.addressof(factors)
    one, all_of_them = ctypes.addressof(term), ctypes.addressof(total)
    for at in range(0, len(points), ELEMENT):
        if multiply_one(one if at else all_of_them, k + at, p + at):
            raise _refused(points, at)
        if at:
            add_one(all_of_them, all_of_them, one)
    return total.raw


def base(scalar: bytes) -> bytes:
    """The generator times the scalar. Raises: NotTrusted (`blind.element`) where that is the identity."""
    factor, out = _one(scalar), ctypes.create_string_buffer(ELEMENT)
    if _group().base(ctypes.addressof(out), ctypes.addressof(factor)):
        raise NotTrusted("blind.element", "a multiple of the generator is the identity")
    return out.raw


def add(one: bytes, other: bytes) -> bytes:
    """The sum of two elements, either of which may be the identity. Raises: NotTrusted (`blind.element`)."""
    p, q, out = _elements(one), _elements(other), ctypes.create_string_buffer(ELEMENT)
    if len(one) != ELEMENT or len(other) != ELEMENT:
        raise NotTrusted("blind.element", f"{len(one)} and {len(other)} bytes to be added; an element has 32")
    if _group().add(ctypes.addressof(out), ctypes.addressof(p), ctypes.addressof(q)):
        raise NotTrusted("blind.element", "what is added is no canonical encoding of an element")
    return out.raw


def from_hashes(uniform: bytes) -> bytes:
    """The one-way map of RFC 9496 4.3.4: an element for each 64 uniform bytes.

    Raises: NotTrusted (`blind.element`) for another number of bytes.
    """
    call = _group().from_hash
    source, out = _buffer(uniform, UNIFORM), ctypes.create_string_buffer(len(uniform) // 2)
    u, q = ctypes.addressof(source), ctypes.addressof(out)
    for at in range(0, len(uniform) // 2, ELEMENT):
        call(q + at, u + 2 * at)
    return out.raw


def scalar(number: int) -> bytes:
    """The scalar that an integer is, modulo the order."""
    return (number % ORDER).to_bytes(SCALAR, "little")


def number(scalar: bytes) -> int:
    """The integer that 32 bytes stand for, below the order or not."""
    return int.from_bytes(scalar, "little")


@cache
def _group() -> Calls:
    return load()


def _calls(library: ctypes.CDLL) -> Calls | None:
    """None for a library that lacks any of the functions, or does not start."""
    try:
        calls = Calls(
            library.crypto_scalarmult_ristretto255,
            library.crypto_scalarmult_ristretto255_base,
            library.crypto_core_ristretto255_add,
            library.crypto_core_ristretto255_from_hash,
        )
        start = library.sodium_init
    except AttributeError:
        return None
    for call, addresses in zip(calls, (3, 2, 3, 2), strict=True):
        call.argtypes = [ctypes.c_void_p] * addresses  # type: ignore[attr-defined]  # ctypes finds functions by name
        call.restype = ctypes.c_int  # type: ignore[attr-defined]  # ctypes finds functions by name
    return None if start() < 0 else calls


def _elements(points: bytes) -> ctypes.Array[ctypes.c_char]:
    """A copy of elements that may be canonical, as far as libsodium does not say."""
    copy = _buffer(points, ELEMENT)
    last = points[ELEMENT - 1 :: ELEMENT]
    if last and max(last) >= _HIGH:
        raise _refused(points, next(k for k, byte in enumerate(last) if byte >= _HIGH) * ELEMENT)
    return copy


def _one(scalar: bytes) -> ctypes.Array[ctypes.c_char]:
    if len(scalar) != SCALAR:
        raise NotTrusted("blind.element", f"{len(scalar)} bytes; a scalar has {SCALAR}")
    return _buffer(scalar, SCALAR)


def _buffer(data: bytes, size: int) -> ctypes.Array[ctypes.c_char]:
    """A copy that libsodium may read; whole pieces of `size` bytes only, so that it never reads beyond."""
    if len(data) % size:
        raise NotTrusted("blind.element", f"{len(data)} bytes are no whole number of pieces of {size} bytes")
    return ctypes.create_string_buffer(data, len(data))


def _refused(points: bytes, at: int) -> NotTrusted:
    what = "the identity" if points[at : at + ELEMENT] == IDENTITY else "no canonical encoding of an element"
    return NotTrusted("blind.element", f"element {at // ELEMENT} is {what}, or is multiplied by 0")
