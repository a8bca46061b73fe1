"""`python -m tests.benchmarks [--sizes 33x40 33x300 …] [--runs 3] [--folder DIR]`: prints ratios and times by hop.

For what a size may be, see `cases`.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.cases import Case
from tests.benchmarks.measured import HOPS
from tests.benchmarks.memory import run_watched

SIZES = ("33x40", "33x300", "33x300+spoilt", "33x300+second")
USUAL_UP_TO = 33 * 300  # beyond, the usual script takes half an hour and says nothing new
Figures = dict[str, float]


def measure(what: str, case: Case) -> Figures:
    """One run in a process of its own: seconds a part, and `memory` in megabytes."""
    command = [sys.executable, "-m", "tests.benchmarks.measured", what, case.size, str(case.folder)]
    output, memory = run_watched(command)
    return json.loads(output.splitlines()[-1]) | {"memory": memory}


def medians(case: Case, runs: int, kinds: tuple[str, ...]) -> dict[str, Figures]:
    """Kind → medians of its figures; the kinds take turns, so that a slow moment of the machine meets them all."""
    rounds = [{what: measure(what, case) for what in kinds} for _ in range(runs)]
    return {
        what: {name: statistics.median(each[what].get(name, 0.0) for each in rounds) for name in rounds[0][what]}
        for what in kinds
    }


def report(case: Case, runs: int) -> tuple[str, str]:
    """A row of the table of ratios, and one of the table of hops."""
    case.make()
    with_usual = case.items <= USUAL_UP_TO and "+" not in case.size
    found = medians(case, runs, ("whole", "floor", *(["usual"] if with_usual else [])))
    whole, low, usual = found["whole"], found["floor"], found.get("usual")
    name = case.size.replace("x", " × ").replace("+", " ")
    slower = (
        " | ".join(f"{usual[extent]:.1f} s, {usual[extent] / whole['all']:.1f} ×" for extent in ("lean", "all"))
        if usual
        else "– | –"
    )
    row = (
        f"| {name} | {whole['all']:.1f} s | {low['all']:.1f} s ({low['read']:.1f} + {low['write']:.1f}) "
        f"| **{whole['all'] / low['all']:.2f}** | {(whole['all'] + whole['imports']) / low['all']:.2f} | {slower} "
        f"| {1e3 * whole['all'] / case.items:.2f} ms | {whole['memory']:.0f} MB |"
    )
    hops = " | ".join(f"{whole.get(hop, 0):.2f}" for hop in ("imports", *HOPS))
    rest = whole["all"] - sum(whole.get(hop, 0) for hop in HOPS)
    return row, f"| {name} | {hops} | {rest:.2f} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), metavar="NxM", help="33x300, 33x300+spoilt, 33x300+second, 100x33x300")  # fmt: skip
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the inputs here for the next time")
    chosen = parser.parse_args()
    machine = f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, medians of {chosen.runs}\n")
    print("| returns × items | whole run | floor (read + write) | whole ÷ floor | with imports | usual script, tables alone | usual script, same cells | an item | memory |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    hops = []
    with tempfile.TemporaryDirectory() as temporary:
        for size in chosen.sizes:
            row, by_hop = report(Case(size, chosen.folder or Path(temporary)), chosen.runs)
            print(row, flush=True)
            hops.append(by_hop)
    print(f"\nSeconds by hop:\n\n| returns × items | imports | {' | '.join(HOPS)} | rest |")
    print("| --- " * (len(HOPS) + 3) + "|")
    print("\n".join(hops))


if __name__ == "__main__":
    main()
