"""Intents stated as changes of other intents: `full` and `delta`, and which of them are one flight.

A delta names its source and a mutation, which is laid over it: objects merge key by key, lists element
by element, and a key that begins with `+` replaces the whole value (InterUSS uss_qualifier,
DeltaFlightIntent and apply_overrides).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from wideberth.errors import Invalid
from wideberth.formats.volume4d import mapping, member, text

MAX_CHAIN = 64
MAX_VALUES = 600_000
"""Of all intents together, each delta resolved: a short file must not unfold without end."""

_STATE_WORDS = frozenset(
    ("planned", "accepted", "activated", "nonconforming", "contingent", "ended", "closed")
)
_VARIANT_WORDS = frozenset(("equal", "prio", "vol", "modified", "extended"))
_NUMBERED = re.compile(r"((?:.*_)?[a-z]*\d+)[a-z]")
"""`flight1c`, `flight2m`: a letter behind the number names a variant of the flight."""
_STATE_KEYS = (
    ("basic_information", "usage_state"),
    ("basic_information", "uas_state"),
    ("request", "operational_intent", "state"),
)

Full = Mapping[str, object]


class Delta(NamedTuple):
    """Changes (`mutation`) of the intent named `source`."""

    source: str
    mutation: Mapping[str, object]


Element = Full | Delta


def element(found: Mapping[str, object], path: str) -> Element:
    """What one intent of the file states.

    Raises: Invalid (`intents.element`, `intents.no_source`, `f3548.type`).
    """
    full, delta = member(found, "full", path), member(found, "delta", path)
    if (full is None) == (delta is None):
        raise Invalid("intents.element", path, "both" if full else "neither", "one of full and delta")
    if full is not None:
        return full
    where = f"{path}.delta"
    source = text(delta or {}, "source", where)
    if source is None:
        raise Invalid("intents.no_source", where, "no source", "the name of another intent")
    return Delta(source, member(delta or {}, "mutation", where) or {})


def resolve(elements: Mapping[str, Element]) -> dict[str, Full]:
    """Every intent in full.

    Raises: Invalid (`intents.no_source`, `intents.cycle`, `intents.depth`, `intents.mutation`,
    `intents.too_large`).
    """
    resolved: dict[str, Full] = {}
    left = MAX_VALUES
    for name in elements:
        for step in reversed(_chain(name, elements)):
            stated = elements[step]
            if step in resolved:
                continue
            if isinstance(stated, Delta):
                merged = _merge(resolved[stated.source], stated.mutation, f"intents.{step}.delta.mutation")
                resolved[step] = mapping(merged, f"intents.{step}")
            else:
                resolved[step] = stated
            left -= _values(resolved[step])
            if left < 0:
                wanted = f"at most {MAX_VALUES:,} values in all intents together"
                raise Invalid("intents.too_large", f"intents.{step}", "more values", wanted)
    return {name: resolved[name] for name in elements}


def _chain(name: str, elements: Mapping[str, Element]) -> list[str]:
    """The intent, its source, that one's source … down to a full one."""
    chain = [name]
    while isinstance(stated := elements[chain[-1]], Delta):
        where = f"intents.{chain[-1]}.delta.source"
        if stated.source not in elements:
            raise Invalid("intents.no_source", where, stated.source, "the name of an intent in this file")
        if stated.source in chain:
            round_trip = " ← ".join([*chain, stated.source])
            raise Invalid("intents.cycle", where, round_trip, "a chain that ends in a full intent")
        chain.append(stated.source)
        if len(chain) > MAX_CHAIN:
            raise Invalid("intents.depth", where, "a longer chain", f"at most {MAX_CHAIN} deltas in a row")
    return chain


def _merge(base: object, change: object, path: str) -> object:
    """`base` with `change` laid over it, as uss_qualifier's apply_overrides does."""
    if base is None or not isinstance(change, Mapping | list):
        return _plain(change)
    if isinstance(change, list):
        if not isinstance(base, list):
            raise Invalid("intents.mutation", path, "a list", "the kind of value that the source has there")
        pairs = enumerate(zip(base, change, strict=False))
        both = [_merge(old, new, f"{path}[{i}]") for i, (old, new) in pairs]
        return [*both, *base[len(change) :], *(_plain(new) for new in change[len(base) :])]
    if not isinstance(base, Mapping):
        raise Invalid("intents.mutation", path, "an object", "the kind of value that the source has there")
    result = dict(base)
    for key, value in change.items():
        name = key.removeprefix("+")
        replaced = key.startswith("+") or result.get(name) is None
        result[name] = _plain(value) if replaced else _merge(result[name], value, f"{path}.{key}")
    return result


def _plain(value: object) -> object:
    """A changed value on its own: there is nothing below it that a `+` could replace."""
    if isinstance(value, Mapping):
        return {key.removeprefix("+"): _plain(held) for key, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, list) else value


def _values(value: object) -> int:
    """How many values there are in all."""
    if isinstance(value, Mapping):
        return 1 + sum(map(_values, value.values()))
    return 1 + sum(map(_values, value)) if isinstance(value, list) else 1


def flight_of(name: str, elements: Mapping[str, Element]) -> str:
    """The flight of an intent: its source's where the delta changes only the state, else by its name.

    Of the name it is the part up to the first state or variant suffix: `flight1c_activated` and
    `equal_prio_flight1_planned` are `flight1`, `flight_2_equal_prio_nonconforming_vol_A` is `flight_2`.
    """
    for step in _chain(name, elements):
        stated = elements[step]
        if not isinstance(stated, Delta) or not _only_state(stated.mutation):
            return _flight_by_name(step)
    raise AssertionError("a chain ends in a full intent")


def _only_state(mutation: Mapping[str, object]) -> bool:
    paths = list(_leaves(mutation, ()))
    return bool(paths) and all(path in _STATE_KEYS for path in paths)


def _leaves(value: object, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not isinstance(value, Mapping):
        return [path]
    return [leaf for key, held in value.items() for leaf in _leaves(held, (*path, key.removeprefix("+")))]


def _flight_by_name(name: str) -> str:
    words = name.split("_")
    while len(words) > 1 and words[0].lower() in _VARIANT_WORDS:
        words = words[1:]
    suffixes = (i for i, word in enumerate(words) if word.lower() in _STATE_WORDS | _VARIANT_WORDS)
    stem = "_".join(words[: next(suffixes, len(words))]) or name
    numbered = _NUMBERED.fullmatch(stem)
    return numbered[1] if numbered else stem
