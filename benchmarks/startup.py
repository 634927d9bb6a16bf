"""How long it takes until something happens, against what Python itself takes.

    python -m benchmarks.startup
"""

from __future__ import annotations

import sys

from benchmarks.timing import process, verdict

RUN = ("-m", "sim", "run", "scenarios/cdnow_music_store.yaml", "--customers", "500", "--replications", "1")


def seconds(*arguments: str) -> float:
    """The fastest of seven whole processes."""
    return min(process(arguments).seconds for _ in range(7))


def main() -> int:
    """Run the benchmark; the exit code says whether every bound was kept."""
    bare, imports = seconds("-c", "pass"), seconds("-c", "import numpy, simpy, yaml")
    help_, run = seconds("-m", "sim", "--help"), seconds(*RUN)
    print(f"python -c pass {bare:.3f} s, import numpy, simpy, yaml {imports:.3f} s")
    print(f"regulars --help {help_:.3f} s, regulars run of 500 customers {run:.3f} s")
    kept = verdict("--help against python -c pass", help_ / bare, 6, at_most=True)
    kept &= verdict("run against its imports", run / imports, 3, at_most=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
