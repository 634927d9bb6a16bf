"""`regulars scorecard`: how good the simulator is."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sim.commands import options

EXAMPLE = """examples:
  regulars scorecard
  regulars scorecard --format markdown > scorecard.md"""
FEWEST, USUAL = 1_000, 100_000


def execute(words: Sequence[str]) -> int:
    """Measure, print; returns 1 where a figure that must agree does not."""
    parser = options.Parser(
        "scorecard",
        "Closed forms and published tables side by side with what the engine makes of them, each with what it may differ by\n"
        "and a mark; then figures of real customers that the laws miss. Exit code 1 if a figure that must agree does not.",
        EXAMPLE,
    )
    parser.add_argument(
        "--customers", type=options.whole(FEWEST, 10_000_000), default=USUAL, metavar="N",
        help=f"simulated for each figure; default: {USUAL:,}",
    )  # fmt: skip
    parser.add_argument("--seed", type=options.whole(0, 2**63 - 1), default=1, help="of the luck; default: 1")
    options.add_format(parser, ("table", "json", "markdown"))
    options.add_quiet(parser)
    found = parser.read(words)

    from sim._version import __version__
    from sim.commands.progress import Progress
    from sim.commands.simulation import say
    from sim.files.writing import emit
    from sim.report.scorecard import render_scorecard, verdict
    from sim.scorecard.measure import LINES, rows
    from sim.scorecard.row import Scorecard
    from sim.terminal import look

    made = []
    with Progress(None if found.quiet else sys.stderr, "measuring") as progress:
        for row in rows(found.customers, found.seed):
            made.append(row)
            progress.step(len(made), LINES)
    card = Scorecard(tuple(made), found.customers, found.seed, __version__)
    emit(render_scorecard(card, found.format, look(sys.stdout)))
    if card.failures:
        say(verdict(card), found)
    return 1 if card.failures else 0
