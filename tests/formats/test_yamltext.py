"""YAML is read strictly and within bounds."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import yamltext

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: 1e-90 < abs(x) < 1e90 or x == 0),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcü :#-", min_size=1), inner),
    max_leaves=12,
)


def flow(value: object) -> str:
    """JSON is YAML: written here by PyYAML, every text quoted."""
    written: str = yaml.safe_dump(value, default_style=None, allow_unicode=True, default_flow_style=True)
    return written


@given(values)
def test_what_pyyaml_writes_reads_back(value: object) -> None:
    assert yamltext.parse(flow(value).encode()) == value


def test_scalars_are_those_of_the_core_schema() -> None:
    lines = "a: 2023-02-12T10:34:14Z|b: yes|c: 010|d: 0x1F|e: 1:30|f: ~|g: -1s|h: 1e3|i: '5'|j: True|+k:|"
    assert yamltext.parse(lines.replace("|", "\n").encode()) == {
        "a": "2023-02-12T10:34:14Z",  # PyYAML alone would make a datetime of it
        "b": "yes",
        "c": "010",
        "d": "0x1F",
        "e": "1:30",  # and 90 of this
        "f": None,
        "g": "-1s",
        "h": 1000.0,
        "i": "5",
        "j": True,
        "+k": None,
    }


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("a: &x [1]\nb: *x\n", "yaml.alias", "line 2"),
        ("a: 1\nb: 2\na: 3\n", "yaml.repeated_key", "line 3"),
        ("[" * 100_000, "yaml.depth", "line 1"),
        ("a:\n- b: {c: [" * 40, "yaml.syntax", "line 2, column 10"),
        ("a: !!python/object/apply:os.system [x]", "yaml.tag", "line 1"),
        ("a: !!binary x", "yaml.tag", "line 1"),
        ("? [1]\n: 2\n", "yaml.key", "line 1"),
        ("a: 1\n--- \nb: 2\n", "yaml.documents", "line 2"),
        ("a: {b: 1", "yaml.syntax", "line 2, column 1"),
        ("a: \x07", "yaml.syntax", ""),
        ("  \n", "file.empty", ""),
        ("# only a comment\n", "file.empty", ""),
    ],
)
def test_refused(text: str, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        yamltext.parse(text.encode())
    assert caught.value.code == code
    if code != "yaml.syntax" or not path:  # columns differ between the two parsers of PyYAML
        assert caught.value.path == path


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(Invalid) as caught:
        yamltext.parse(b"a: \xff")
    assert (caught.value.code, caught.value.path) == ("yaml.encoding", "byte 3")


def test_size_is_bounded() -> None:
    with pytest.raises(Invalid) as caught:
        yamltext.parse(b" " * (yamltext.MAX_BYTES + 1))
    assert caught.value.code == "file.too_large"
