"""How the benchmarks measure: the best of some runs in this process, or a whole process; and how much memory this one took."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def best(work: Callable[[], object], runs: int = 3) -> float:
    """Seconds by the clock of the fastest of some runs."""
    times = []
    for _ in range(runs):
        before = time.perf_counter()
        work()
        times.append(time.perf_counter() - before)
    return min(times)


def in_turn(works: Sequence[Callable[[], object]], runs: int = 3) -> list[float]:
    """Seconds of the processor for the fastest run of each, all of them in turn so often.

    For comparisons on a machine that others use: what they take counts for nobody, and what slows it down for a while
    slows down all.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for taken, work in zip(times, works, strict=True):
            before = time.process_time()
            work()
            taken.append(time.process_time() - before)
    return [min(taken) for taken in times]


@dataclass(frozen=True)
class Process:
    """One finished process."""

    seconds: float
    output: str


def process(arguments: Sequence[str]) -> Process:
    """Run Python with these arguments in the project's folder. Raises CalledProcessError where it fails."""
    before = time.perf_counter()
    child = subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return Process(time.perf_counter() - before, child.stdout.decode())


def peak_megabytes() -> float:
    """The largest resident memory of this process so far.

    Where the system does not tell that of the program alone, it includes that of the process which started it.
    """
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    told = next((line for line in lines if line.startswith("VmHWM:")), None)
    return (float(told.split()[1]) if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024.0


def verdict(name: str, figure: float, bound: float, at_most: bool, unit: str = "x") -> bool:
    """Print a figure beside its bound; returns whether it is kept."""
    kept = figure <= bound if at_most else figure >= bound
    word = "at most" if at_most else "at least"
    print(f"  {'ok ' if kept else 'NOT'} {name}: {figure:.3g}{unit} ({word} {bound:g}{unit})")
    return kept
