"""Draws the state diagrams of the docs from the transition tables of the code.

    python -m scripts.diagrams            writes docs/img/states-NOUN.dot and .svg
    python -m scripts.diagrams --check    says which differ from the tables, and exits with 1

The .dot is what the table says; the .svg is drawn from it by Graphviz (`apt-get install graphviz`), and names
the .dot by its SHA-256. A test compares both without Graphviz. A new noun is one more row of DIAGRAMS.

An event that leads from many states to one is one arrow, from a list of those states.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from wideberth.desk import gate, line_checks
from wideberth.line import words as recognition
from wideberth.model import (
    agreement,
    blind,
    call,
    case,
    communique,
    hold,
    manual,
    manual_case,
    plan,
    presence,
    relay,
    release,
    ring,
    site,
    statement,
    talks,
)

FOLDER: Final = Path(__file__).parent.parent / "docs" / "img"
WIDE: Final = 26
"""Characters of a line beside an arrow."""
PAGE: Final = FOLDER.parent / "states.md"
PAGE_HEAD: Final = """\
# Where each can stand

The states of all that two parties have between them, and what leads from one to another. Each picture is
drawn from the table that the program goes by; what is not in it changes nothing, or is refused. An event that
leads from many states to one is one arrow, from a list of those states; where nothing comes after a state it
has two borders. What silence means is said on the page of each: it is never consent.
"""
MANY: Final = 4
"""States from which an event leads to the same one, and that are drawn as one arrow."""


class Diagram(NamedTuple):
    """A noun's table, the state in which it begins, and what the picture is called.

    A table says for each state what follows: states, or by event a state or several; or for a state and an
    event the next state.
    """

    title: str
    first: str
    table: Mapping[Any, Any]


DIAGRAMS: Final[dict[str, Diagram]] = {
    "agreement": Diagram("An agreement on a line", "none", agreement.TRANSITIONS),
    "blind": Diagram("A run of the blind check", "begun", blind.TRANSITIONS),
    "blind-audit": Diagram("The audit of a cell of a run", "not asked", blind.AUDIT),
    "call": Diagram("A call", "sent", call.TRANSITIONS),
    "case": Diagram("A case", "open", case.TRANSITIONS),
    "claim": Diagram("A claim query", "stated", statement.TRANSITIONS["claim"]),
    "communique": Diagram("A version of a communiqué", "draft", communique.TRANSITIONS),
    "concern": Diagram("A concern", "stated", statement.TRANSITIONS["concern"]),
    "declaration": Diagram("A declaration, or a policy", "stated", statement.TRANSITIONS["declaration"]),
    "gate": Diagram("What the outbound gate took", "held", gate.TRANSITIONS),
    "hold": Diagram("A hold", "in force", hold.TRANSITIONS),
    "line-check": Diagram("A line check", "asked", line_checks.TABLE),
    "manual": Diagram("A plan on a manual line", "not told", manual.TRANSITIONS),
    "manual-case": Diagram("A proposal on a manual line", "open", manual_case.TRANSITIONS),
    "plan": Diagram("A plan", "accepted", plan.TRANSITIONS),
    "presence": Diagram("Whether the officer on duty is there", "unwatched", presence.TRANSITIONS),
    "relay": Diagram("What a cell owes of what is handed down", "not told", relay.TRANSITIONS),
    "release": Diagram("A release", "draft", release.TRANSITIONS),
    "release-onward": Diagram("An asking whether something may go further", "asked", release.ASKING),
    "ring": Diagram("Something that rings", "ringing", ring.TRANSITIONS),
    "site-status": Diagram("What is said of a row of a list", "none", site.TRANSITIONS),
    "site-verification": Diagram("The place of a row", "stated", site.VERIFICATION),
    "talks": Diagram("Talks", "proposed", talks.TRANSITIONS),
    "words": Diagram("Asking by recognition words", "open", recognition.TABLE),
}


def steps(table: Mapping[Any, Any]) -> Iterator[tuple[str, str, str]]:
    """Each step of a table: from, event (empty where none is named), to."""
    for before, after in table.items():
        if isinstance(before, tuple):
            yield str(before[0]), str(before[1]), str(after)
        elif isinstance(after, Mapping):
            for event, to in after.items():
                for each in (to,) if isinstance(to, str) else to:
                    yield str(before), str(event), str(each)
        else:
            for each in after:
                yield str(before), "", str(each)


def states(found: Diagram) -> list[str]:
    """All states, in the order of the table."""
    named = [str(each[0] if isinstance(each, tuple) else each) for each in found.table]
    named += [to for _, _, to in steps(found.table)]
    return list(dict.fromkeys([found.first, *named]))


def page() -> str:
    """The page of the docs that shows them all."""
    shown = [
        f"## {each.title}\n\n![{each.title}](img/states-{name}.svg)\n" for name, each in DIAGRAMS.items()
    ]
    return "\n".join([PAGE_HEAD, *shown])


def dot(found: Diagram) -> str:
    """The graph, for Graphviz: the same for the same table."""
    from_: dict[tuple[str, str], list[str]] = {}
    for before, event, after in steps(found.table):
        from_.setdefault((event, after), []).append(before)
    arrows: dict[tuple[str, str], list[str]] = {}
    from_many: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (event, after), some in from_.items():
        if len(some) >= MANY:
            from_many.setdefault((tuple(some), after), []).append(event)
        else:
            for each in some:
                arrows.setdefault((each, after), []).append(event)
    left = {before for before, _, after in steps(found.table) if before != after}
    lines = [
        "digraph {",
        "  // drawn by scripts/diagrams.py from the table of the code: do not edit",
        f"  graph [label={_quoted(found.title)}, labelloc=t, fontname=Helvetica, fontsize=14, rankdir=TB];",
        "  node [shape=box, style=rounded, fontname=Helvetica, fontsize=12, margin=0.12];",
        "  edge [fontname=Helvetica, fontsize=10];",
        '  begin [shape=point, width=0.12, label=""];',
    ]
    for each in states(found):
        # nothing comes after it
        end = "" if each in left else " [peripheries=2]"
        lines.append(f"  {_quoted(each)}{end};")
    lines.append(f"  begin -> {_quoted(found.first)};")
    for n, (listed, after) in enumerate(from_many):
        words = "\\n".join(_lines(f"from {', '.join(listed)}"))
        lines.append(f"  from{n} [shape=plaintext, style=solid, fontsize=10, label={_quoted(words)}];")
        lines.append(_arrow(f"from{n}", after, from_many[listed, after]))
    lines += [_arrow(_quoted(before), after, events) for (before, after), events in arrows.items()]
    return "\n".join([*lines, "}", ""])


def mark(text: str) -> str:
    """The line in an .svg that says which .dot it was drawn from."""
    return f"<!-- drawn from the .dot with SHA-256 {hashlib.sha256(text.encode()).hexdigest()} -->"


def draw(text: str) -> str:
    """The .svg of a .dot, without the version of Graphviz."""
    done = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True)
    body = re.sub(r"<!--.*?-->\n?", "", done.stdout[done.stdout.index("<svg") :], flags=re.DOTALL)
    return f"{mark(text)}\n{body.rstrip()}\n"


def differing(folder: Path = FOLDER) -> list[str]:
    """The files that are not what the tables say, or were not drawn from that."""
    found = [PAGE.name] if PAGE.read_text("utf-8") != page() else []
    for name, each in DIAGRAMS.items():
        text = dot(each)
        files = {folder / f"states-{name}.dot": text, folder / f"states-{name}.svg": mark(text)}
        found += [
            path.name
            for path, wanted in files.items()
            if not path.is_file() or not path.read_text("utf-8").startswith(wanted)
        ]
    return found


def main() -> int:
    """Write them all, or with --check say which differ."""
    if sys.argv[1:] == ["--check"]:
        found = differing()
        print("\n".join(found) or "all as the tables say")
        return 1 if found else 0
    PAGE.write_text(page(), "utf-8")
    for name, each in DIAGRAMS.items():
        text = dot(each)
        (FOLDER / f"states-{name}.dot").write_text(text, "utf-8")
        (FOLDER / f"states-{name}.svg").write_text(draw(text), "utf-8")
    return 0


def _arrow(before: str, after: str, events: list[str]) -> str:
    words = "\\n".join(_lines(", ".join(each for each in events if each)))
    label = f" [label={_quoted(words)}]" if words else ""
    return f"  {before} -> {_quoted(after)}{label};"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _lines(text: str) -> list[str]:
    """Broken between words."""
    found = [""]
    for word in text.split():
        if found[-1] and len(found[-1]) + 1 + len(word) > WIDE:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return [each for each in found if each]


if __name__ == "__main__":
    sys.exit(main())
