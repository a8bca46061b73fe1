"""`python -m tests.benchmarks [--sizes 33x40 33x300 …] [--runs 3] [--folder DIR]`: prints ratios and times by hop."""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.returns import make_inputs

SIZES = ("33x40", "33x300", "350x300", "1000x300")
USUAL_UP_TO = 33 * 300  # beyond, the usual script takes half an hour and says nothing new


def measure(what: str, inputs: Path, outputs: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.measured", what, str(inputs), str(outputs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def medians(what: str, inputs: Path, outputs: Path, runs: int) -> dict[str, float]:
    """Median seconds a part, and the most memory, over several runs."""
    results = []
    for _ in range(runs):
        if what == "whole":
            shutil.rmtree(outputs, ignore_errors=True)
        results.append(measure(what, inputs, outputs))
    parts = results[0]["seconds"]
    found = {part: statistics.median(result["seconds"].get(part, 0.0) for result in results) for part in parts}
    own, child = (max(result[name] for result in results) for name in ("memory_mb", "largest_child_mb"))
    return found | {"memory": own, "child": child}


def report(size: str, folder: Path, runs: int) -> list[str]:
    units, items = map(int, size.split("x"))
    inputs, outputs = folder / size / "inputs", folder / size / "outputs"
    make_inputs(inputs, units, items)
    whole, low = (medians(what, inputs, outputs, runs) for what in ("whole", "floor"))
    usual = medians("usual", inputs, outputs, 1)["all"] if units * items <= USUAL_UP_TO else None
    hops = [hop for hop in whole if hop not in ("all", "memory", "child")]
    faster = f"{usual / whole['all']:.1f} ×" if usual else "–"
    memory = whole["memory"] + (os.cpu_count() or 1) * whole["child"]
    return [
        f"| {units} × {items} | {whole['all']:.1f} s | {low['all']:.1f} s ({low['read']:.1f} + {low['write']:.1f}) "
        f"| {whole['all'] / low['all']:.2f} | {f'{usual:.1f} s' if usual else '–'} "
        f"| {faster} | {1e6 * whole['all'] / (units * items):.0f} µs "
        f"| ≤ {memory:.0f} MB |",
        f"  by hop at {size}: " + ", ".join(f"{hop} {whole[hop]:.2f} s" for hop in hops),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--sizes", nargs="+", default=list(SIZES[:2]), metavar="NxM", help=f"of {' '.join(SIZES)}")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the inputs here for the next time")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        print(
            f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, medians of {chosen.runs}\n"
        )
        print(
            "| returns × items | whole run | floor (read + write) | ratio | usual script | faster | per item | memory |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        hops = []
        for size in chosen.sizes:
            row, by_hop = report(size, folder, chosen.runs)
            print(row, flush=True)
            hops.append(by_hop)
        print("\n" + "\n".join(hops))


if __name__ == "__main__":
    main()
