"""`regulars sensitivity FILE`: how far a metric moves with what is not known for sure."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.commands import options

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.terminal import Terminal
    from sim.tornado import Sensitivity

EXAMPLE = """examples:
  regulars sensitivity tea_shop_tiers --metric clv --plot
  regulars sensitivity tea_shop_tiers --bare --sample 40
  regulars sensitivity my_store.yaml --baseline old.yaml --only strategies.email --around 10"""


def execute(words: Sequence[str]) -> int:
    """Read the options, simulate, print; returns the exit code."""
    parser = options.Parser(
        "sensitivity",
        "How far a metric moves when each knob of the store and of its strategies lies at either end of the range of its\n"
        "evidence, one knob at a time, with the same customers and the same luck; and with --sample, when all do.",
        EXAMPLE,
    )
    parser.add_argument("file", metavar="FILE", help="a scenario file, or the name of a shipped scenario")
    parser.add_argument("--metric", default="clv", help="what may move; default: clv")
    against = parser.add_mutually_exclusive_group()
    against.add_argument("--baseline", metavar="FILE", help="look at the difference to this scenario instead of the metric")
    against.add_argument("--bare", action="store_true", help="look at the difference to the same store without strategies")
    parser.add_argument(
        "--around", type=options.amount(0.1, 90), metavar="PERCENT",
        help="also vary the numbers that have no evidence, by so many per cent up and down: --around 10",
    )  # fmt: skip
    parser.add_argument(
        "--only", action="append", default=[], metavar="PATH",
        help="vary only the knobs at or below this path: strategies.email, channels; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--sample", type=options.whole(2, 10_000), default=0, metavar="N",
        help="also draw all graded effects together, N times: how unsure the metric is for want of evidence, beside chance "
        "and beside the other dropout law",
    )  # fmt: skip
    options.add_store(parser)
    options.add_format(parser)
    parser.add_argument("--plot", action="store_true", help="draw the bars (with json and csv: on standard error)")
    options.add_quiet(parser)
    found = parser.read(words)

    from sim.commands.listing import known
    from sim.commands.simulation import exhaust, load
    from sim.files.writing import emit
    from sim.metrics.catalogue import METRICS
    from sim.report.sensitivity import render_sensitivity
    from sim.sensitivity import sensitivity
    from sim.terminal import Terminal, look

    known(found.metric, METRICS, "metric", "metrics")
    scenarios, notes = load([found.file, *([found.baseline] if found.baseline else [])], found)
    baseline = _bare(scenarios[0]) if found.bare else scenarios[1] if found.baseline else None
    steps = sensitivity(
        scenarios[0], found.metric, baseline=baseline, around=found.around and found.around / 100, only=found.only,
        sample=found.sample, seed=found.seed, replications=found.replications, workers=found.workers,
    )  # fmt: skip
    result = exhaust(steps, found)
    result = dataclasses.replace(result, notes=(*result.notes, *notes))
    terminal = look(sys.stdout)
    if found.plot and found.format in ("json", "csv"):
        _draw_aside(result)
    drawn = _drawn(result, Terminal() if found.format == "markdown" else terminal) if found.plot else ""
    emit(render_sensitivity(result, found.format, terminal, drawn))
    return 0


def _bare(scenario: Scenario) -> Scenario:
    return dataclasses.replace(scenario, name=f"{scenario.name} without strategies", strategies={})


def _drawn(result: Sensitivity, terminal: Terminal) -> str:
    from sim.chart.raster import paint
    from sim.report.sensitivity import chart

    return paint(chart(result, min(terminal.columns, 120), len(result.swings) + 3, terminal), terminal.colour)


def _draw_aside(result: Sensitivity) -> None:
    from sim.terminal import look

    if sys.stderr is not None:
        try:
            sys.stderr.write(_drawn(result, look(sys.stderr)))
        except (OSError, ValueError):
            return  # nobody to show it to; the data matter
