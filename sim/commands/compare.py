"""`regulars compare A B ...`: simulate several scenarios with the same luck and print what differs."""

from __future__ import annotations

from collections.abc import Sequence

from sim.commands import options

MOST = 26
EXAMPLE = """examples:
  regulars compare tea_shop leather_shoes --plot
  regulars compare shop.yaml shop.yaml --set B:strategies.discount_cycle.depth=30%
  regulars compare tea_shop tea_shop_tiers --stores clv
  regulars compare a.yaml b.yaml c.yaml --precision clv=0.50 --format csv --out results"""


def execute(words: Sequence[str]) -> int:
    """Read the options, simulate, print; returns the exit code."""
    parser = options.Parser(
        "compare",
        "Simulate scenarios with the same customers and the same luck. The first is the baseline, A; every\n"
        "difference is to it, with a 95 % interval and a verdict adjusted for looking at many figures (Holm).",
        EXAMPLE,
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="scenario files or names of shipped scenarios, two or more")
    options.add_simulation(parser)
    options.add_plot(parser)
    parser.add_argument(
        "--stores", metavar="METRIC",
        help="print this metric store by store instead: its paired difference in each replication, as a histogram",
    )  # fmt: skip
    found = parser.read(words)
    if not 2 <= len(found.files) <= MOST:
        parser.error(f"it takes two to {MOST} scenarios, not {len(found.files)}")

    from sim.commands.simulation import differs, load, simulate
    from sim.commands.telling import check, tell

    check(found)
    if found.stores is not None:
        from sim.commands.stores import tell_stores

        return tell_stores(found)
    scenarios, notes = load(found.files, found)
    tell(simulate(scenarios, found, notes), found, differs(scenarios))
    return 0
