"""`regulars bridge FILE`: what each strategy of a scenario adds."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sim.commands import options

EXAMPLE = """examples:
  regulars bridge typical_all_together
  regulars bridge typical_all_together --metric clv --format csv
  regulars bridge typical_quarterly_sale --strategy discount_cycle"""


def execute(words: Sequence[str]) -> int:
    """Read the options, simulate, print; returns the exit code."""
    parser = options.Parser(
        "bridge",
        "From the store without strategies to the store with all of a scenario's: what each one adds, in turn, alone\n"
        "and last; or, with --strategy, what each of its mechanisms adds. The same customers with the same luck each time.",
        EXAMPLE,
    )
    parser.add_argument("file", metavar="FILE", help="a scenario file, or the name of a shipped scenario")
    parser.add_argument("--strategy", default="", help="bridge the mechanisms of this one strategy")
    parser.add_argument("--metric", default="profit", help="what to bridge; default: profit")
    options.add_store(parser)
    options.add_format(parser)
    options.add_quiet(parser)
    found = parser.read(words)

    from sim.bridge import bridge
    from sim.commands.simulation import exhaust, known_metric, load
    from sim.files.writing import emit
    from sim.report.bridge import render_bridge
    from sim.terminal import look

    known_metric(found.metric, "--metric")
    (scenario,), _ = load([found.file], found)
    steps = bridge(
        scenario, found.metric, strategy=found.strategy, seed=found.seed, replications=found.replications,
        workers=found.workers,
    )  # fmt: skip
    emit(render_bridge(exhaust(steps, found), found.format, look(sys.stdout)))
    return 0
