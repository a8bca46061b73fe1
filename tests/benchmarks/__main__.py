"""`python -m tests.benchmarks [--sizes 33x40 33x300 …] [--runs 3] [--folder DIR]`: prints ratios and times by hop."""

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.memory import run_watched
from tests.benchmarks.returns import make_inputs

SIZES = ("33x40", "33x300", "350x300", "1000x300")
USUAL_UP_TO = 33 * 300  # beyond, the usual script takes half an hour and says nothing new
HOPS = ("find and read", "check", "merge", "judge", "write")
Figures = dict[str, float]


def measure(what: str, inputs: Path, outputs: Path) -> Figures:
    """One run in a process of its own: seconds a part, and `memory` in megabytes."""
    if what == "whole":
        shutil.rmtree(outputs, ignore_errors=True)
    command = [sys.executable, "-m", "tests.benchmarks.measured", what, str(inputs), str(outputs)]
    output, memory = run_watched(command)
    return json.loads(output.splitlines()[-1]) | {"memory": memory}


def medians(inputs: Path, outputs: Path, runs: int, kinds: tuple[str, ...]) -> dict[str, Figures]:
    """Kind → medians of its figures; the kinds take turns, so that a slow moment of the machine meets them all."""
    rounds = [{what: measure(what, inputs, outputs) for what in kinds} for _ in range(runs)]
    return {
        what: {name: statistics.median(each[what].get(name, 0.0) for each in rounds) for name in rounds[0][what]}
        for what in kinds
    }


def report(size: str, folder: Path, runs: int) -> tuple[str, str]:
    """A row of the table of ratios, and one of the table of hops."""
    units, items = map(int, size.split("x"))
    inputs, outputs = folder / size / "inputs", folder / size / "outputs"
    make_inputs(inputs, units, items)
    with_usual = units * items <= USUAL_UP_TO
    found = medians(inputs, outputs, runs, ("whole", "floor", *(["usual"] if with_usual else [])))
    whole, low = found["whole"], found["floor"]
    usual = f"{found['usual']['all']:.1f} s | {found['usual']['all'] / whole['all']:.0f} ×" if with_usual else "– | –"
    row = (
        f"| {units} × {items} | {whole['all']:.1f} s | {low['all']:.1f} s ({low['read']:.1f} + {low['write']:.1f}) "
        f"| **{whole['all'] / low['all']:.2f}** | {(whole['all'] + whole['imports']) / low['all']:.2f} | {usual} "
        f"| {1e3 * whole['all'] / (units * items):.2f} ms | {whole['memory']:.0f} MB |"
    )
    hops = " | ".join(f"{whole.get(hop, 0):.2f}" for hop in ("imports", *HOPS))
    rest = whole["all"] - sum(whole.get(hop, 0) for hop in HOPS)
    return row, f"| {units} × {items} | {hops} | {rest:.2f} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--sizes", nargs="+", default=list(SIZES[:2]), metavar="NxM", help=f"of {' '.join(SIZES)}")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the inputs here for the next time")
    chosen = parser.parse_args()
    machine = f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, medians of {chosen.runs}\n")
    print("| returns × items | whole run | floor (read + write) | whole ÷ floor | with imports | usual script | usual ÷ whole | an item | memory |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    hops = []
    with tempfile.TemporaryDirectory() as temporary:
        for size in chosen.sizes:
            row, by_hop = report(size, chosen.folder or Path(temporary), chosen.runs)
            print(row, flush=True)
            hops.append(by_hop)
    print(f"\nSeconds by hop:\n\n| returns × items | imports | {' | '.join(HOPS)} | rest |")
    print("| --- " * (len(HOPS) + 3) + "|")
    print("\n".join(hops))


if __name__ == "__main__":
    main()
