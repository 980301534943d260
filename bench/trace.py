"""Traces of altered and mixed copies: how often the right copy is named, and that no other ever is.

For each number of records a few releases to four recipients each are made; each kind of alteration
(trace_alter.py) is done to several copies. A claim is right where each copy that it names is in the text, and
"this copy" where that one makes up three quarters of it; any other claim is a false accusation, and fails the
run. All figures are those of 1,000 known copies: beside the ones that were made the rest is only counted.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from bench import report, trace_alter, trace_copies
from bench.trace_alter import Altered
from bench.trace_copies import Copied
from wideberth.desk.trace import Finding, Known, trace

RECORDS: Final = (1, 3, 10, 50)
KNOWN: Final = 1_000
RELEASES: Final = 5
"""Releases to all recipients that are made for each number of records."""
MOST: Final = 0.75
"""Share of a text that "this copy" must have."""
Outcome = Literal["right", "no claim", "false"]


class Row(NamedTuple):
    """A kind of alteration at a number of records."""

    kind: str
    records: int
    outcomes: Counter[Outcome]


def known(copies: Sequence[Copied], counted: int = KNOWN) -> list[Known]:
    """What the author knows, filled up with copies that have nothing to be found."""
    made = [each.known() for each in copies]
    return made + [Known("r-", "", (), bytes(32))] * (counted - len(made))


def outcome(altered: Altered, finding: Finding) -> Outcome:
    """Whether the claim is true."""
    if finding.verdict == "no claim":
        return "no claim"
    least = MOST if finding.verdict == "this copy" else 0.0
    true = all(altered.sources.get(each.release, -1.0) >= least for each in finding.copies)
    return "right" if true else "false"


def measured(kind: str, records: int, rounds: int, seed: int = 1) -> Row:
    """One kind at one number of records."""
    rng = random.Random(f"{kind} {records} {seed}")
    outcomes: Counter[Outcome] = Counter()
    releases = [trace_copies.released(rng, records) for _ in range(RELEASES)]
    all_known = known([copy for release in releases for copy in release])
    for _ in range(rounds):
        copies = list(rng.choice(releases))
        rng.shuffle(copies)
        altered = trace_alter.KINDS[kind](rng, copies)
        outcomes[outcome(altered, trace(altered.text, all_known))] += 1
    return Row(kind, records, outcomes)


def speed(records: int, copies: int = KNOWN) -> tuple[float, int]:
    """Seconds of the processor for one whole text against so many copies, and its characters."""
    rng = random.Random(records)
    made = [each for _ in range(copies // 4) for each in trace_copies.released(rng, records)]
    text = made[0].files(pdf=False)["release.txt"].decode()
    all_known = [each.known() for each in made]
    begin = time.process_time()
    finding = trace(text, all_known)
    assert finding.copies[0].release == made[0].document.id
    return time.process_time() - begin, len(text)


def main() -> int:
    """Print the table; 1 where anybody was accused falsely."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="copies of each kind and number of records")
    parser.add_argument("--records", type=int, nargs="+", default=list(RECORDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", action="store_true", help="only the time of one text against 1,000 copies")
    args = parser.parse_args()
    print(report.facts())
    if args.speed:
        for records in args.records:
            seconds, size = speed(records)
            print(f"{records:>3} records, {KNOWN:,} copies, {size:,} characters: {seconds:.2f} s")
        return 0
    total: Counter[Outcome] = Counter()
    head = "".join(f" | {each} records" for each in args.records)
    print(f"\n| what became of it{head} |\n|---{'|---' * len(args.records)}|")
    for kind in trace_alter.KINDS:
        cells = []
        for records in args.records:
            report.progress(f"{kind}, {records} records")
            row = measured(kind, records, args.rounds, args.seed)
            total += row.outcomes
            told = (row.outcomes["right"], row.outcomes["no claim"], row.outcomes["false"])
            cells.append(" / ".join(map(str, told)))
        print(f"| {kind} | {' | '.join(cells)} |")
    print(
        f"\nright copy named / no claim / false accusation; {args.rounds} of each, {total.total():,} in all:"
    )
    print(f"{total['right']:,} right, {total['no claim']:,} no claim, {total['false']:,} false")
    return 1 if total["false"] else 0


if __name__ == "__main__":
    sys.exit(main())
