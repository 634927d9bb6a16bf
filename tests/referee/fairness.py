"""How fair a peer the referee is: its time against that of a bare SimPy loop that only waits.

    PYTHONPATH=.:tests python -m referee.fairness [customers]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from typing import Any

import simpy

from referee.customer import Customer
from referee.store import KNOWN, Referee
from sim.scenario import Channel, Scenario
from sim.strategies import catalogue


def waits(scenario: Scenario, seed: int) -> tuple[list[list[float]], int]:
    """The moments at which each customer's process begins to wait, and how often the store moved a customer's rates or
    wrote to a customer without waking the process."""
    moments: list[list[float]] = []
    looked = 0
    life, call = Customer.life, Customer.call

    def recorded(self: Customer) -> Generator[Any, Any, None]:
        mine: list[float] = []
        moments.append(mine)
        steps = life(self)
        answer: BaseException | None = None
        while True:
            try:
                event = steps.send(None) if answer is None else steps.throw(answer)
            except StopIteration:
                return
            answer = None
            mine.append(self.store.env.now)
            try:
                yield event
            except simpy.Interrupt as interrupt:
                answer = interrupt

    def counted(self: Customer) -> None:
        nonlocal looked
        looked += 1
        call(self)

    Customer.life, Customer.call = recorded, counted  # type: ignore[method-assign]
    try:
        referee = Referee(scenario, seed).run()
    finally:
        Customer.life, Customer.call = life, call  # type: ignore[method-assign]
    sent = sum(count[0] for groups in referee.messages for count in groups)
    return moments, looked + sent


def bare(moments: list[list[float]], extra: int) -> None:
    """One process a customer that only waits, with one timeout for each time; `extra` further ones are spread evenly."""
    env = simpy.Environment(initial_time=min(mine[0] for mine in moments if mine))

    def customer(mine: list[float], more: int) -> Generator[Any, Any, None]:
        for moment in mine:
            yield env.timeout(max(moment - env.now, 0.0))
        for _ in range(more):
            yield env.timeout(1.0)

    for number, mine in enumerate(moments):
        env.process(customer(mine, extra // len(moments) + (number < extra % len(moments))))
    env.run()


def seconds(what: Any) -> float:
    """The best of three."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        what()
        times.append(time.perf_counter() - began)
    return min(times)


def main(customers: float) -> None:
    """Print the referee's time, the bare loop's, and what lies between."""
    strategies = {name: kind() for name, kind in catalogue().items() if name in KNOWN}
    scenario = Scenario(months=24, channels={"organic": Channel(customers=customers / 24)}, strategies=strategies)
    moments, moved = waits(scenario, 1)
    whole = seconds(lambda: Referee(scenario, 1).run())
    waiting, touching = seconds(lambda: bare(moments, 0)), seconds(lambda: bare(moments, moved))
    count = sum(len(mine) for mine in moments)
    print(f"{len(moments)} customers: referee {whole:.3f} s, {1000 * whole / len(moments):.3f} ms a customer")
    print(f"a bare loop with its {count} waits: {waiting:.3f} s, {whole / waiting:.1f} times")
    print(f"with one wait more for each of {moved} messages and moved clocks: {touching:.3f} s, {whole / touching:.1f} times")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2000.0)
