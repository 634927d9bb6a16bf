"""`regulars lift FILE STRATEGY`: a strategy's effect as a dashboard, a holdout test and the truth tell it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sim.commands import options

EXAMPLE = """examples:
  regulars lift typical_all_together win_back
  regulars lift leather_shoes_win_back win_back --customers 20000 --format json"""


def execute(words: Sequence[str]) -> int:
    """Read the options, simulate, print; returns the exit code."""
    parser = options.Parser(
        "lift",
        "Three views of one strategy's effect: what a dashboard would say (last click, members against others), what a\n"
        "holdout test measures, and the truth: the same customers with the same luck without it. The test holds out the\n"
        "scenario's `holdout`, or 10 % where there is none.",
        EXAMPLE,
    )
    parser.add_argument("file", metavar="FILE", help="a scenario file, or the name of a shipped scenario")
    parser.add_argument("strategy", metavar="STRATEGY", help="one of the scenario's strategies")
    options.add_store(parser)
    options.add_format(parser)
    options.add_quiet(parser)
    found = parser.read(words)

    from sim.commands.simulation import exhaust, load
    from sim.files.writing import emit
    from sim.lift import lift
    from sim.report.lift import render_lift
    from sim.terminal import look

    (scenario,), _ = load([found.file], found)
    steps = lift(scenario, found.strategy, seed=found.seed, replications=found.replications, workers=found.workers)
    emit(render_lift(exhaust(steps, found), found.format, look(sys.stdout)))
    return 0
