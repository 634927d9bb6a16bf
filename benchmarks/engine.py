"""How fast the engine is: against the referee, the floor, and itself at other sizes and with other strategies.

Seconds are the processor's, and what is compared runs in turn.

    python -m benchmarks.engine            all of it (the referee takes minutes)
    python -m benchmarks.engine --quick    the referee at a tenth of the customers, one run
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import sys
from collections.abc import Callable, Iterable

from benchmarks.floor import floor_of
from benchmarks.timing import ROOT, in_turn, peak_megabytes, process, verdict
from sim.experiment import simulate
from sim.scenario import Scenario
from sim.store import Store
from sim.strategies import catalogue

FIRST_STRATEGIES = ("discount_cycle", "email", "loyalty_tiers", "referral", "welcome", "win_back")


WITH_DESK = tuple(sorted((*FIRST_STRATEGIES, "support_desk")))
"""All that the referee knows."""


def store(customers: int, strategies: Iterable[str] = FIRST_STRATEGIES) -> Scenario:
    """24 months of a store of the default parameters with so many expected customers."""
    kinds = catalogue()
    return Scenario(name="benchmark", strategies={name: kinds[name]() for name in strategies}).scaled(customers)


def engine(scenario: Scenario, replications: int = 1) -> Callable[[], object]:
    """The making of a store's history, without reading it."""
    return lambda: Store(scenario, 1, range(replications)).run(ranked=False)


def against_the_referee(customers: int, runs: int) -> bool:
    """The engine against one SimPy process a customer, without the support desk and with it."""
    sys.path.insert(0, str(ROOT / "tests"))
    from referee.store import Referee

    kept = True
    for strategies, bound in ((FIRST_STRATEGIES, 100), (WITH_DESK, 50)):
        scenario = store(customers, strategies)
        run = engine(scenario)
        # The engine runs before the referee and after it; what the referee leaves behind is swept away before.
        *engines, referee = in_turn((run, run, run, lambda scenario=scenario: Referee(scenario, 1).run()), runs)
        gc.collect()
        fastest = min(*engines, *in_turn((run,), 3))
        print(f"engine {fastest:.2f} s, referee {referee:.1f} s, {customers} customers, {len(strategies)} strategies")
        kept &= verdict("faster than the referee", referee / fastest, bound, at_most=False)
    return kept


def against_the_floor() -> bool:
    """The engine against the bare draws."""
    kept = True
    for strategies, bound in ((FIRST_STRATEGIES, 20), ((), 8)):
        scenario = store(100_000, strategies)
        floor = floor_of(scenario, 1)
        drawn, made = in_turn((floor, engine(scenario)))
        print(f"engine {made:.3f} s, floor {drawn:.3f} s, 100000 customers, {len(strategies)} strategies")
        kept &= verdict("times the floor", made / drawn, bound, at_most=True)
    return kept


def sizes() -> bool:
    """Many customers and few, and many small replications."""
    # The machine's speed drifts over so long a run: the small one stands before and after the large one.
    before, million, after = (process(["-m", "benchmarks.engine", "--only", str(n)]) for n in (100_000, 1_000_000, 100_000))
    (first, _), (large, megabytes), (last, _) = (map(float, each.output.split()) for each in (before, million, after))
    small = (first + last) / 2
    print(f"100000 customers {small:.2f} s, 1000000 customers {large:.2f} s, {megabytes:.0f} MB")
    kept = verdict("ten times the customers", large / small, 12, at_most=True)
    kept &= verdict("memory of a million", megabytes, 500, at_most=True, unit=" MB")
    scenario = store(100)
    together, single = in_turn(
        (lambda: simulate(scenario, 1, range(50)), lambda: [simulate(scenario, 1, range(i, i + 1)) for i in range(50)]), 2
    )
    print(f"50 replications of 100 customers: together {together:.3f} s, one by one {single:.2f} s")
    kept &= verdict("faster side by side", single / together, 10, at_most=False)
    for customers in (100, 1_000, 10_000):
        scenario = store(customers)
        (taken,) = in_turn((lambda scenario=scenario: simulate(scenario, 1, range(1)),))
        print(f"{customers} customers: {taken:.3f} s")
    return kept


def each_strategy(customers: int = 20_000) -> bool:
    """What each strategy alone adds to the time of a store without any; and all of them together."""
    names = tuple(catalogue())
    sets = [(), *((name,) for name in names), names]
    bare, *alone, together = in_turn([engine(store(customers, each)) for each in sets], 2)
    print(f"{customers} customers without strategies: {bare:.3f} s; each strategy alone adds to it")
    for name, taken in sorted(zip(names, alone, strict=True), key=lambda each: -each[1]):
        print(f"  {name:24} {taken - bare:6.3f} s {taken / bare - 1.0:6.2f} times as much")
    print(f"all {len(names)} together: {together:.3f} s, {together / bare:.1f} times the store without; the sum of what each "
          f"adds: {sum(alone) - len(names) * bare:.3f} s")  # fmt: skip
    return True


def everything_small() -> bool:
    """A hundred customers with everything on, against the same without strategies but with reviews, one replication and
    fifty side by side."""
    kept = True
    plain, everything = reviewed(store(100, ())), store(100, catalogue())
    for replications, runs in ((1, 7), (50, 4)):
        bare, full = in_turn((engine(plain, replications), engine(everything, replications)), runs)
        print(f"{replications} x 100 customers: with reviews alone {bare:.3f} s, everything on {full:.3f} s")
        kept &= verdict("everything on", full / bare, 3, at_most=True)
    return kept


def reviewed(scenario: Scenario) -> Scenario:
    """The store without strategies, whose reviews look at everybody and find nothing."""
    idle = catalogue()["brand_look"]()
    return dataclasses.replace(scenario, strategies={"brand_look": dataclasses.replace(idle, segment="active")})


def alone(customers: int) -> None:
    """Simulate and fold in blocks of 50,000 one after the other, and print the seconds and the memory."""
    scenario, blocks = store(customers), customers // 50_000

    def work() -> None:
        total = simulate(scenario, 1, range(1), 0, blocks)
        for block in range(1, blocks):
            total += simulate(scenario, 1, range(1), block, blocks)

    print(*in_turn((work,), 1), peak_megabytes())


def main() -> int:
    """Run the benchmark; the exit code says whether every bound was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the referee at 5,000 customers, one run")
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        alone(options.only)
        return 0
    customers, runs = (5_000, 1) if options.quick else (50_000, 2)
    kept = against_the_floor()
    kept &= sizes()
    kept &= everything_small()
    kept &= each_strategy()
    kept &= against_the_referee(customers, runs)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
