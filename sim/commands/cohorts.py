"""`regulars cohorts FILE`: retention by the month of the first order."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sim.commands import options

EXAMPLE = """example:
  regulars cohorts tea_shop --months 18"""


def execute(words: Sequence[str]) -> int:
    """Read the options, simulate, print the table; returns the exit code."""
    parser = options.Parser(
        "cohorts",
        "Print the cohort table: customers by the month of their first order (down) and their age in months\n"
        "(across), with the share that ordered in each.",
        EXAMPLE,
    )
    parser.add_argument("file", metavar="FILE", help="a scenario file, or the name of a shipped scenario")
    options.add_simulation(parser)
    found = parser.read(words)

    from sim.commands.simulation import load, say, simulate
    from sim.commands.telling import check
    from sim.files.writing import emit, write_folder
    from sim.report.cohorts import render_cohorts
    from sim.report.parts import Report
    from sim.report.report import files
    from sim.terminal import look

    check(found)
    scenarios, notes = load([found.file], found)
    comparison = simulate(scenarios, found, notes)
    emit(render_cohorts(comparison, found.format, look(sys.stdout)))
    if found.out is not None:
        written = write_folder(found.out, files(Report(comparison)), option="--out")
        say(f"wrote {', '.join(str(path) for path in written)}", found)
    return 0
