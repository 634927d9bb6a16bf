"""`regulars run FILE`: simulate one scenario and print its figures."""

from __future__ import annotations

from collections.abc import Sequence

from sim.commands import options
from sim.errors import BadInput, Problem

EXAMPLE = """examples:
  regulars run tea_shop --plot
  regulars run my_store.yaml --set strategies.email=off --format json
  regulars run my_store.yaml --events orders.csv --out results"""


def execute(words: Sequence[str]) -> int:
    """Read the options, simulate, print; returns the exit code."""
    parser = options.Parser("run", "Simulate one scenario and print CAC, CLV, retention and the rest.", EXAMPLE)
    parser.add_argument("file", metavar="FILE", help="a scenario file, or the name of a shipped scenario")
    parser.add_argument(
        "--events", metavar="FILE",
        help="write the order log of the first replication as CSV into this file, gzipped if its name ends in .gz",
    )  # fmt: skip
    options.add_simulation(parser)
    options.add_plot(parser)
    found = parser.read(words)

    from sim.commands.simulation import load, say, simulate
    from sim.commands.telling import check, tell
    from sim.files.writing import check_file, write_file

    check(found)
    if found.events is not None:
        check_file(found.events, "--events")
        if found.events == "-":
            raise BadInput(Problem("standard output is taken by the figures", file="--events", allowed="a file"))
    scenarios, notes = load([found.file], found)
    tell(simulate(scenarios, found, notes), found, {})
    if found.events is not None:
        from sim.report.order_csv import order_csv

        packed = found.events.endswith(".gz")
        write_file(found.events, order_csv(scenarios[0], found.seed), option="--events", packed=packed)
        say(f"wrote {found.events}", found)
    return 0
