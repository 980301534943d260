"""YAML as plain values, strictly: one document, the scalars of the YAML 1.2 core schema, no aliases.

Built from the event stream, so that nothing is recursive and nothing is expanded; a date stays text
and `yes` stays a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from wideberth.errors import Invalid

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64

# the parser of libyaml where it was built, else the slower one in Python
_Loader: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER = re.compile(r"[-+]?(0|[1-9]\d{0,17})")
_REAL = re.compile(r"[-+]?((0|[1-9]\d{0,29})(\.\d{0,30})?|\.\d{1,30})([eE][-+]?\d{1,2})?")
# a number with zeros before it stays text: YAML 1.1 and 1.2 read 010 differently
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class _Open:
    """A list or mapping under construction."""

    def __init__(self, holds: list[object] | dict[str, object], line: int) -> None:
        self.holds = holds
        self.key: str | None = None
        self.line = line

    def add(self, value: object, line: int) -> None:
        """Take the next item, key or value."""
        if isinstance(self.holds, list):
            self.holds.append(value)
        elif self.key is None:
            if not isinstance(value, str):
                raise Invalid("yaml.key", f"line {line}", value, "keys that are text")
            if value in self.holds:
                raise Invalid("yaml.repeated_key", f"line {line}", value, "each key once")
            self.key = value
        else:
            self.holds[self.key] = value
            self.key = None


def parse(data: bytes) -> object:
    """The value of a YAML document: dict, list, str, int, float, bool or None.

    Raises: Invalid (`file.empty`, `file.too_large`, `yaml.encoding`, `yaml.syntax`, `yaml.alias`,
    `yaml.tag`, `yaml.depth`, `yaml.key`, `yaml.repeated_key`, `yaml.documents`).
    """
    if len(data) > MAX_BYTES:
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", f"YAML of at most {MAX_BYTES:,} bytes")
    if not data.strip():
        raise Invalid("file.empty", "", "an empty file", "a YAML document")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = data[error.start : error.start + 4]
        raise Invalid("yaml.encoding", f"byte {error.start}", bad, "UTF-8 text") from None
    return _built(text.removeprefix("\ufeff"))


def _built(text: str) -> object:
    root = _Open([], 0)
    stack = [root]
    documents = 0
    for event in _events(text):
        line = 0 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise Invalid("yaml.alias", f"line {line}", f"*{event.anchor}", "YAML without aliases")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise Invalid("yaml.documents", f"line {line}", "a second document", "one document")
        elif isinstance(event, yaml.ScalarEvent):
            stack[-1].add(_scalar(event, line, is_key=_wants_key(stack[-1])), line)
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            _check_tag(event.tag, line)
            if len(stack) > MAX_DEPTH:
                raise Invalid("yaml.depth", f"line {line}", "deeper nesting", f"at most {MAX_DEPTH} levels")
            stack.append(_Open([] if isinstance(event, yaml.SequenceStartEvent) else {}, line))
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            done = stack.pop()
            stack[-1].add(done.holds, done.line)
    if not isinstance(root.holds, list) or not root.holds:
        raise Invalid("file.empty", "", "no document", "a YAML document")
    return root.holds[0]


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}"
        raise Invalid("yaml.syntax", where, error.problem or error.context or "?", "YAML 1.2") from None
    except yaml.YAMLError as error:
        raise Invalid("yaml.syntax", "", " ".join(str(error).split()), "YAML 1.2") from None


def _wants_key(parent: _Open) -> bool:
    return isinstance(parent.holds, dict) and parent.key is None


def _scalar(event: yaml.ScalarEvent, line: int, *, is_key: bool) -> object:
    """A plain scalar is null, a boolean, a number or text; a quoted one and a key are text."""
    _check_tag(event.tag, line)
    value: str = event.value
    if is_key or event.style:  # no style, or an empty one, is plain
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _INTEGER.fullmatch(value):
        return int(value)
    return float(value) if _REAL.fullmatch(value) else value


def _check_tag(tag: str | None, line: int) -> None:
    if tag is not None and tag != "!":
        raise Invalid("yaml.tag", f"line {line}", tag, "values without tags")
