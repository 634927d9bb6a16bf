"""Experiments: what they come to does not depend on how the work was split."""

from __future__ import annotations

import dataclasses
import functools
import gc
import os
import signal
import time
from pathlib import Path

import pytest

from sim import experiment
from sim.errors import RegularsError
from sim.experiment import Precision, default_replications, event_log, plan, run, simulate
from sim.ledger import Table
from sim.population import Bundle, Column
from sim.report.as_json import json_text
from sim.report.parts import Report
from sim.results import Comparison
from sim.scenario import Scenario
from sim.strategies import catalogue
from sim.workforce import workforce


def store(name: str = "store", customers: float = 300, months: int = 12, **strategies: object) -> Scenario:
    """A small store with the named strategies, in the order given."""
    kinds = catalogue()
    chosen = {strategy: kinds[strategy](**knobs) for strategy, knobs in strategies.items()}  # type: ignore[arg-type]
    return Scenario(name=name, months=months, clv_horizon=months // 2, strategies=chosen).scaled(customers)


def comparison(scenarios: list[Scenario], **options: object) -> Comparison:
    """The whole comparison."""
    *_, last = run(scenarios, **options)  # type: ignore[arg-type]
    assert last.comparison is not None
    return last.comparison


def text(scenarios: list[Scenario], **options: object) -> str:
    """The comparison as the command line prints it."""
    return json_text(Report(comparison(scenarios, **options)))


def two() -> list[Scenario]:
    """A baseline and everything at once, for half a year."""
    return [store(months=6), store("all", months=6, **{name: {} for name in catalogue()})]


@functools.cache
def undivided() -> str:
    """What the two come to in one block each, one replication after the other, in this process."""
    return text(two(), replications=3, workers=1)


def test_the_same_bytes_on_one_two_and_three_workers() -> None:
    """The JSON is the same, byte for byte, on any number of workers."""
    for workers in (2, 3):
        assert text(two(), replications=3, workers=workers) == undivided()


@pytest.mark.parametrize(("bound", "customers"), [("BLOCK", 40), ("BLOCK", 101), ("SHARE", 101)])
def test_the_same_bytes_in_blocks_of_any_size(bound: str, customers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The JSON is the same, byte for byte, in blocks of any size, and with replications side by side or not."""
    whole, tasks = undivided(), plan(two(), 0, 3, workers=1)
    monkeypatch.setattr(experiment, bound, customers)
    assert len(plan(two(), 0, 3, workers=1)) > len(tasks)
    assert text(two(), replications=3, workers=1) == whole


def test_the_order_of_strategies_in_the_file_is_of_no_account() -> None:
    """Strategies listed in another order give the same bytes."""
    names = list(catalogue())
    forwards, backwards = ({name: {} for name in order} for order in (names, reversed(names)))
    one, other = (text([store(months=6, **each)], replications=1, workers=1) for each in (forwards, backwards))
    assert one == other


def test_what_a_store_held_is_given_back_when_it_is_done() -> None:
    """With its log read nothing of a store's columns is left, although nobody collects garbage meanwhile; a log that
    is kept lives on."""
    def held() -> int:
        return sum(isinstance(each, Column | Bundle | Table) for each in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = held()
        of = two()[1]
        simulate(of, 1, range(2))
        log = event_log(of, 1)
        assert held() == before
    finally:
        gc.enable()
    assert log.orders.time.size > 300


def test_further_replications_keep_the_first_ones() -> None:
    """Each replication is a function of its number: three are the first three of five."""
    def revenue(replications: int) -> float:
        value = comparison([store()], replications=replications, workers=1).scenarios[0].metrics["revenue"].value
        assert value is not None
        return value * replications

    singles = [revenue(count) - revenue(count - 1) for count in (2, 3)]
    assert revenue(3) == pytest.approx(revenue(1) + sum(singles))


def test_one_replication_of_customers_who_share_a_queue_has_figures_without_intervals() -> None:
    """Where nothing is left to leave out every figure stands alone and says why, and no arithmetic complains."""
    clv, customers = (
        comparison([store(months=6, support_desk={})], replications=1, workers=1).scenarios[0].metrics[name]
        for name in ("clv", "customers")
    )
    for figure in (clv, customers):
        assert figure.value is not None
        assert figure.value > 0
        assert figure.low is None
        assert figure.reason == "no interval: it takes 10 replications or more"


def test_every_piece_of_work_is_planned_once() -> None:
    """The plan covers each block of each replication of each scenario exactly once."""
    scenarios = [store(), store(customers=200_000)]
    tasks = plan(scenarios, 2, 9, workers=2)
    covered = [(t.scenario, r, t.block) for t in tasks for r in range(t.first, t.last)]
    blocks = {t.scenario: t.blocks for t in tasks}
    assert blocks == {0: 1, 1: 4}
    assert sorted(covered) == [(s, r, b) for s in (0, 1) for r in range(2, 9) for b in range(blocks[s])]


def test_snapshots_count_up_and_the_last_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress grows by one piece of work; partial comparisons are of complete replications only."""
    monkeypatch.setattr(experiment, "SHARE", 300)  # each replication is a piece of its own
    seen = list(run([store(), store("rival", email={})], replications=4, workers=1, partial=True))
    assert [snapshot.done for snapshot in seen[:-1]] == list(range(1, len(seen)))
    assert {snapshot.total for snapshot in seen[:-1]} == {len(seen)}
    assert seen[-1].done == seen[-1].total
    partial = [snapshot for snapshot in seen if snapshot.comparison is not None]
    assert [snapshot.replications for snapshot in partial] == [1, 1, 2, 2, 3, 3, 4]
    assert [snapshot.comparison.replications for snapshot in partial if snapshot.comparison] == [1, 1, 2, 2, 3, 3, 4]
    assert seen[-1].replications == 4


def test_precision_is_reached_in_two_stages() -> None:
    """After the second stage the interval is as tight as wished, at little more than the plain rule asks for."""
    first = comparison([store()], replications=4, workers=1).scenarios[0].metrics["clv"]
    assert first.low is not None
    assert first.high is not None
    width = (first.high - first.low) / 2
    found = comparison([store()], replications=4, workers=1, precision=Precision("clv", width))
    clv = found.scenarios[0].metrics["clv"]
    assert 16 < found.replications < 24
    assert clv.low is not None
    assert clv.high is not None
    assert clv.high - clv.low < width


def test_a_precision_without_end_is_refused() -> None:
    """A wish that would take for ever is an error that says what it would take."""
    with pytest.raises(RegularsError, match=r"clv=1e-06 would take .* replications"):
        comparison([store()], replications=2, workers=1, precision=Precision("clv", 1e-6))


def test_small_stores_get_more_replications() -> None:
    """The default number of replications makes up for small stores, within bounds."""
    assert default_replications([store(customers=10)]) == 50
    assert default_replications([store(customers=2_000)]) == 10
    assert default_replications([store(customers=2_000), store(customers=10**6)]) == 4


def test_a_worker_that_dies_is_said_so() -> None:
    """A process that is killed in its work ends the experiment with a message, not with a hang."""
    with workforce(2) as force:
        work = force.work(_die_elsewhere, [(os.getpid(),)] * 8)
        with pytest.raises(RegularsError, match="a worker process died"):
            list(work)


def _die_elsewhere(parent: int) -> None:
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.3)


def test_an_error_in_a_worker_is_the_callers_error(tmp_path: Path) -> None:
    """What a piece of work raises elsewhere is raised here, as it is."""
    exploding = dataclasses.replace(
        store(referral={"invites": 1.0, "converts": 1.0, "advocates": 1.0, "delay": 1.0}), customer_cap=1
    )
    with pytest.raises(RegularsError, match="referrals explode"):
        comparison([exploding, exploding], replications=4, workers=2)
