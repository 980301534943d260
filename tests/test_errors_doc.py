"""docs/errors.md lists every code that the package can raise, and no other.

Codes are read off the source: the first argument of each call of an error's class. A variable is followed to
its assignments, or to the calls of the function whose parameter it is; the code of an error that is raised
again is that error's. What is computed otherwise is listed here, with its values.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "wideberth"
PAGE = ROOT / "docs" / "errors.md"
RAISED = ("Invalid", "Refused", "NotTrusted", "Stale", "Unreachable")
CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")

COMPUTED: dict[tuple[str, str], set[str]] = {
    ("space/units.py", "f'{what}.malformed'"): {
        "length.malformed",
        "duration.malformed",
        "frequency.malformed",
    },
    ("space/units.py", "f'{what}.unknown_unit'"): {
        "length.unknown_unit",
        "duration.unknown_unit",
        "frequency.unknown_unit",
    },
}
"""(file, expression) of codes that are not written out, and the codes they can become."""


class Source(NamedTuple):
    """All parsed files, by path inside the package; the calls of `name` or `anything.name` in any of them."""

    trees: dict[str, ast.Module]
    called: dict[str, list[tuple[str, ast.Call]]]

    def calls(self, name: str) -> list[tuple[str, ast.Call]]:
        return self.called.get(name, [])


def read(trees: dict[str, ast.Module]) -> Source:
    called: dict[str, list[tuple[str, ast.Call]]] = {}
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                called.setdefault(name, []).append((file, node))
    return Source(trees, called)


def source() -> Source:
    files = sorted(SOURCE.rglob("*.py"))
    return read({f.relative_to(SOURCE).as_posix(): ast.parse(f.read_text(encoding="utf-8")) for f in files})


def literals(node: ast.expr) -> set[str] | None:
    """The texts a literal or a choice between literals can be; None where it is anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        one, other = literals(node.body), literals(node.orelse)
        return None if one is None or other is None else one | other
    return None


def enclosing(tree: ast.Module, node: ast.expr) -> list[ast.FunctionDef]:
    """The functions that an expression stands in."""
    functions = [outer for outer in ast.walk(tree) if isinstance(outer, ast.FunctionDef)]
    around = [each for each in functions if each.lineno <= node.lineno <= (each.end_lineno or 0)]
    return [outer for outer in around if any(inner is node for inner in ast.walk(outer))]


def assigned(tree: ast.Module, node: ast.expr) -> list[ast.expr]:
    """What a local variable is set to in the function it stands in; nothing for anything else."""
    if not isinstance(node, ast.Name):
        return []
    return [
        inner.value
        for function in enclosing(tree, node)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == node.id for target in inner.targets)
    ]


def parameter(tree: ast.Module, node: ast.expr) -> tuple[str, int, str] | None:
    """(function, position, name) where the expression is a parameter of the function it stands in."""
    if not isinstance(node, ast.Name):
        return None
    for function in enclosing(tree, node):
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        names = [name for name in names if name not in ("self", "cls")]
        keyword_only = [argument.arg for argument in function.args.kwonlyargs]
        if node.id in names + keyword_only:
            return function.name, names.index(node.id) if node.id in names else 10**6, node.id
    return None


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if position < len(call.args) else None


def collect(sources: Source) -> tuple[set[str], set[tuple[str, str]]]:
    """The codes, and (file, expression) of those that could not be read off."""
    waiting = [
        (file, found)
        for error in RAISED
        for file, call in sources.calls(error)
        if (found := argument(call, 0, "code")) is not None
    ]
    codes: set[str] = set()
    unseen: set[tuple[str, str]] = set()
    followed: set[tuple[str, int, str]] = set()
    while waiting:
        file, node = waiting.pop()
        texts = literals(node)
        if texts is not None:
            codes |= texts
            continue
        if isinstance(node, ast.Attribute) and node.attr == "code":
            continue
        if values := assigned(sources.trees[file], node):
            waiting += [(file, value) for value in values]
            continue
        origin = parameter(sources.trees[file], node)
        if origin is None:
            unseen.add((file, ast.unparse(node)))
        elif origin not in followed:
            followed.add(origin)
            function, position, name = origin
            waiting += [
                (where, found)
                for where, call in sources.calls(function)
                if (found := argument(call, position, name)) is not None
            ]
    return codes, unseen


@pytest.fixture(scope="module")
def raised() -> tuple[set[str], set[tuple[str, str]]]:
    return collect(source())


def listed() -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_code_is_listed(raised: tuple[set[str], set[tuple[str, str]]]) -> None:
    codes = raised[0].union(*COMPUTED.values())
    assert len(codes) > 40
    assert sorted(codes - set(listed())) == [], "add these to docs/errors.md"


def test_every_listed_code_exists(raised: tuple[set[str], set[tuple[str, str]]]) -> None:
    codes = raised[0].union(*COMPUTED.values())
    assert sorted(set(listed()) - codes) == [], "nothing raises these any more"


def test_no_code_is_computed_out_of_sight(raised: tuple[set[str], set[tuple[str, str]]]) -> None:
    assert raised[1] == set(COMPUTED), "write the code out, or list it in COMPUTED with its values"


def test_codes_are_area_and_what_and_listed_once(raised: tuple[set[str], set[tuple[str, str]]]) -> None:
    assert [code for code in sorted(raised[0]) if CODE.fullmatch(code) is None] == []
    assert len(listed()) == len(set(listed()))


def test_the_collector_sees_what_it_must() -> None:
    tree = ast.parse(
        "def plain():\n    raise Invalid('a.one', path, 1, '')\n"
        "def choice(x):\n    raise errors.Refused('a.two' if x else 'a.three', '')\n"
        "def through(path, code):\n    raise Invalid(code, path, 1, '')\n"
        "def caller():\n    through('', 'a.four')\n    through('', code='a.five')\n"
        "def hidden(x):\n    raise Invalid(TABLE[x], '', 1, '')\n"
        "def keyword():\n    raise Invalid(code='a.six', path='', found=1, wanted='')\n"
        "def variable(x):\n    code = 'a.seven' if x else 'a.eight'\n    raise Invalid(code, '', 1, '')\n"
        "def again(error):\n    raise Invalid(error.code, '', 1, '')\n"
    )
    codes, unseen = collect(read({"made_up.py": tree}))
    assert codes == {f"a.{n}" for n in ("one", "two", "three", "four", "five", "six", "seven", "eight")}
    assert unseen == {("made_up.py", "TABLE[x]")}
