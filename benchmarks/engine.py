"""How fast the engine is: against the referee, the floor, and itself at other sizes.

    python -m benchmarks.engine            all of it (the referee takes minutes)
    python -m benchmarks.engine --quick    the referee at a tenth of the customers, one run
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterable

from benchmarks.floor import floor_of
from benchmarks.timing import ROOT, best, process, verdict
from sim.experiment import simulate
from sim.scenario import Scenario
from sim.store import Store
from sim.strategies import catalogue

FIRST_STRATEGIES = ("discount_cycle", "email", "loyalty_tiers", "referral", "welcome", "win_back")


def store(customers: int, strategies: Iterable[str] = FIRST_STRATEGIES) -> Scenario:
    """24 months of a store of the default parameters with so many expected customers."""
    kinds = catalogue()
    return Scenario(name="benchmark", strategies={name: kinds[name]() for name in strategies}).scaled(customers)


def against_the_referee(customers: int, runs: int) -> bool:
    """The engine against one SimPy process a customer."""
    sys.path.insert(0, str(ROOT / "tests"))
    from referee.store import Referee

    scenario = store(customers)
    engine = best(lambda: Store(scenario, 1).run(ranked=False), max(runs, 3))
    referee = best(lambda: Referee(scenario, 1).run(), runs)
    print(f"engine {engine:.2f} s, referee {referee:.1f} s, {customers} customers, {len(FIRST_STRATEGIES)} strategies")
    return verdict("faster than the referee", referee / engine, 100, at_most=False)


def against_the_floor() -> bool:
    """The engine against the bare draws."""
    kept = True
    for strategies, bound in ((FIRST_STRATEGIES, 20), ((), 8)):
        scenario = store(100_000, strategies)
        floor = floor_of(scenario, 1)
        drawn, engine = best(floor), best(lambda scenario=scenario: Store(scenario, 1).run(ranked=False))
        print(f"engine {engine:.3f} s, floor {drawn:.3f} s, 100000 customers, {len(strategies)} strategies")
        kept &= verdict("times the floor", engine / drawn, bound, at_most=True)
    return kept


def sizes() -> bool:
    """Many customers and few, and many small replications."""
    # The machine's speed drifts over so long a run: the small one stands before and after the large one.
    before, million, after = (process(["-m", "benchmarks.engine", "--only", str(n)]) for n in (100_000, 1_000_000, 100_000))
    small, large = (float(before.output) + float(after.output)) / 2, float(million.output)
    print(f"100000 customers {small:.2f} s, 1000000 customers {large:.2f} s, {million.megabytes:.0f} MB")
    kept = verdict("ten times the customers", large / small, 12, at_most=True)
    kept &= verdict("memory of a million", million.megabytes, 500, at_most=True, unit=" MB")
    scenario = store(100)
    together = best(lambda: simulate(scenario, 1, range(50)))
    single = best(lambda: [simulate(scenario, 1, range(i, i + 1)) for i in range(50)], 1)
    print(f"50 replications of 100 customers: together {together:.3f} s, one by one {single:.2f} s")
    kept &= verdict("faster side by side", single / together, 10, at_most=False)
    for customers in (100, 1_000, 10_000):
        scenario = store(customers)
        print(f"{customers} customers: {best(lambda scenario=scenario: simulate(scenario, 1, range(1))):.3f} s")
    return kept


def each_strategy(customers: int = 20_000) -> bool:
    """What each strategy adds to a store without any, as a share of that store's time; and all of them together."""
    bare = best(lambda: simulate(store(customers, ()), 1, range(1)))
    print(f"{customers} customers without strategies: {bare:.3f} s; with one of them:")
    costs = {name: best(lambda name=name: simulate(store(customers, (name,)), 1, range(1)), 1) / bare for name in catalogue()}
    for name, times in sorted(costs.items(), key=lambda item: -item[1]):
        print(f"  {name:24} {times:5.2f} times")
    together = best(lambda: simulate(store(customers, catalogue()), 1, range(1)), 1) / bare
    print(f"  all {len(costs)} together {together:14.1f} times")
    return True


def everything_small() -> bool:
    """A hundred customers with everything on, against the same without strategies but with reviews, one replication and
    fifty side by side."""
    kept = True
    for replications, bound in ((1, None), (50, 3)):
        bare = best(lambda n=replications: _reviewed(store(100, ()), n))
        full = best(lambda n=replications: Store(store(100, catalogue()), 1, range(n)).run(ranked=False), 2)
        print(f"{replications} x 100 customers: with reviews alone {bare:.3f} s, everything on {full:.3f} s")
        if bound is None:
            print(f"{'one replication':32} {full / bare:8.1f} times")
        else:
            kept &= verdict("everything on, side by side", full / bare, bound, at_most=True)
    return kept


def _reviewed(scenario: Scenario, replications: int) -> None:
    """The store without strategies, whose reviews look at everybody and find nothing."""
    idle = catalogue()["brand_look"]()
    reviewed = dataclasses.replace(scenario, strategies={"brand_look": dataclasses.replace(idle, segment="active")})
    Store(reviewed, 1, range(replications)).run(ranked=False)


def alone(customers: int) -> None:
    """Simulate and fold in blocks of 50,000 one after the other, and print the seconds."""
    scenario, blocks = store(customers), customers // 50_000

    def work() -> None:
        total = simulate(scenario, 1, range(1), 0, blocks)
        for block in range(1, blocks):
            total += simulate(scenario, 1, range(1), block, blocks)

    print(best(work, 1))


def main() -> int:
    """Run the benchmark; the exit code says whether every bound was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the referee at 5,000 customers, one run")
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        alone(options.only)
        return 0
    customers, runs = (5_000, 1) if options.quick else (50_000, 3)
    kept = against_the_floor()
    kept &= sizes()
    kept &= everything_small()
    kept &= each_strategy()
    kept &= against_the_referee(customers, runs)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
