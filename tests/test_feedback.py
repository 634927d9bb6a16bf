"""Surveys: who is asked, who answers, what they say, and what asking does."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from service_store import FAILING, counted, interval, run, scenario

from sim.law_knobs import Lifetime, Orders
from sim.log import EventLog
from sim.population import Population
from sim.randomness import purpose, uniform
from sim.store import Store
from sim.store_knobs import Service, StoreKnobs
from sim.strategies.feedback_surveys import FeedbackSurveys, Surveys

CLEAN = dataclasses.replace(FAILING, service=Service(failures=0.0))
AWAY = {"quiet_from": 21 / 24, "quiet_until": 8 / 24}
STILL: dict[str, Any] = {"delays": 1.0, "quickens": 1.0}
"""Asking changes nothing."""


def surveyed(replications: int = 10, customers: float = 400.0, **knobs: Any) -> EventLog:
    values: dict[str, Any] = {"store": knobs.pop("store", FAILING), "customers": customers}
    return run({"feedback_surveys": FeedbackSurveys(**knobs)}, replications, **values)


def scores(log: EventLog, name: str) -> np.ndarray:
    """How many gave each score, all replications together."""
    return counted(log, f"feedback_surveys.{name}").sum(axis=0)


def mean(counts: np.ndarray, lowest: int = 0) -> float:
    return float((counts * np.arange(counts.size)).sum() / counts.sum()) + lowest


def nps(counts: np.ndarray) -> float:
    """Share of promoters (9 and 10) less that of detractors (0 to 6)."""
    return float((counts[9:].sum() - counts[:7].sum()) / counts.sum())


# Who is asked -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("nth", "then_every"), [(1, None), (3, None), (2, 2)])
def test_the_right_orders_are_asked_about(nth: int, then_every: int | None) -> None:
    """So many days after the n-th order, and after each so-many-th further one, each once, and each is paid for."""
    log = surveyed(nth=nth, then_every=then_every, delay=0.01, cost=0.5, **STILL)
    number, time = log.orders.number, log.orders.time
    asked = number == nth if then_every is None else (number >= nth) & ((number - nth) % then_every == 0)
    due = asked & (time >= 0.0) & (time + 0.01 < log.end)
    assert scores(log, "asked").sum() == due.sum() > 100
    np.testing.assert_allclose(np.sort(log.costs.time), np.sort(time[due] + 0.01))
    assert set(log.costs.amount.tolist()) == {500_000}


@pytest.mark.parametrize("when", ["order", "calendar"])
def test_nobody_is_asked_at_night(when: str) -> None:
    """A survey that falls due in quiet hours goes out when they end, on that day or the next; the rounds of a calendar do not
    drift, and as many are asked as without quiet hours, but for those whose morning comes after the end."""
    knobs: dict[str, Any] = {"when": when, "every": 7.0, "cost": 0.5, **STILL}
    night = dataclasses.replace(FAILING, contact=dataclasses.replace(FAILING.contact, **AWAY))
    log, free = surveyed(store=night, **knobs), surveyed(**knobs)
    clock, due = log.costs.time % 1.0, free.costs.time % 1.0
    assert ((clock > 8 / 24 - 1e-9) & (clock < 21 / 24)).all()
    assert ((due < 8 / 24) | (due > 21 / 24)).sum() > 100
    assert 0.97 < clock.size / due.size <= 1.001
    if when == "calendar":
        np.testing.assert_allclose(np.unique(log.costs.time) % 7.0, 8 / 24)


def test_a_calendar_asks_all_recent_customers() -> None:
    """At each interval everybody who ordered within the activity window and agreed to mails is asked, whether still a
    customer or not."""
    log = surveyed(when="calendar", every=100.0, cost=1.0, **STILL)
    agrees = uniform(log.customers.key, purpose("contact.consent")) < FAILING.contact.consent
    assert sorted(set(log.costs.time.tolist())) == [0.0, 100.0, 200.0, 300.0]
    for round_ in (0.0, 100.0, 200.0, 300.0):
        recent = (log.orders.time < round_) & (log.orders.time > round_ - 90.0)
        whom = np.unique(log.orders.customer[recent])
        whom = whom[agrees[whom]]
        np.testing.assert_array_equal(np.sort(log.costs.customer[log.costs.time == round_]), whom)
        assert whom.size > 30


def test_the_calendar_asks_the_dead_whether_their_rows_are_kept_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dropping the rows of those of whom nothing can come changes nobody who is asked."""
    of = scenario({"feedback_surveys": FeedbackSurveys(when="calendar", every=30.0)}, months=24, activity_window=200.0)
    tidy = Store(of, 1).run()
    monkeypatch.setattr(Population, "retire", lambda self, gone: None)
    for name in ("asked", "nps", "true_mood"):
        name = f"feedback_surveys.{name}"
        np.testing.assert_array_equal(Store(of, 1).run().counts[name], tidy.counts[name])
        assert tidy.counts[name].sum() > 50


# Who answers --------------------------------------------------------------------------------------------------------


def test_the_answer_rate_is_met_with_bias_and_without() -> None:
    """In a store that nobody leaves, the asked share answers on all three scales; the bias hardly changes how many do."""
    eternal = StoreKnobs(orders=Orders(r=0.8, alpha=6.0), lifetime=Lifetime(s=0.6, beta=10_000.0))
    for bias, room in ((0.0, 0.0), (2.0, 0.01)):
        log = surveyed(store=eternal, answers=0.2, bias=bias, **STILL)
        asked = scores(log, "asked").sum()
        for name in ("nps", "csat", "ces"):
            assert abs(scores(log, name).sum() / asked - 0.2) < 4.0 * (0.16 / asked) ** 0.5 + room
        assert scores(log, "true_mood").sum() > 0.99 * asked


@pytest.mark.parametrize(("answers", "bias"), [(1.0, 3.0), (0.35, 3.0), (0.35, 20.0), (0.9, 1.0)])
def test_so_many_answer_as_are_said_to_however_many(answers: float, bias: float) -> None:
    """Also where many answer, and some of them would for certain, the bias leaves their number alone."""
    eternal = StoreKnobs(orders=Orders(r=0.8, alpha=6.0), lifetime=Lifetime(s=0.6, beta=10_000.0))
    log = surveyed(store=eternal, answers=answers, bias=bias, **STILL)
    asked = scores(log, "asked").sum()
    assert abs(scores(log, "nps").sum() / asked - answers) < 4.0 * (0.25 / asked) ** 0.5 + 0.003


def test_the_pleased_and_the_annoyed_answer_more_often() -> None:
    """With a bias the answers hold more of the extreme scores than asking everybody would; without it they do not."""
    extreme = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1])
    for bias in (0.0, 3.0):
        log = surveyed(answers=0.25, bias=bias, **STILL)
        answers, everybody = (counted(log, f"feedback_surveys.{name}") for name in ("nps", "true_mood"))
        more = answers @ extreme / answers.sum(axis=1) - everybody @ extreme / everybody.sum(axis=1)
        low, high = interval(more)
        assert low > 0.03 if bias else low < 0.0 < high


def test_if_all_answer_the_scores_are_the_true_ones() -> None:
    """Where everybody answers and nothing is biased, what is measured is what is."""
    log = surveyed(answers=1.0, bias=0.0, **STILL)
    np.testing.assert_array_equal(scores(log, "nps"), scores(log, "true_mood"))
    assert scores(log, "nps").size == 11
    assert (scores(log, "csat").size, scores(log, "ces").size) == (5, 7)


def test_failures_lower_every_score() -> None:
    """In a store that fails orders customers are less satisfied, recommend it less and find it harder than in one that
    does not; how much less follows the weight of the mood."""
    log, clean, deaf = (
        surveyed(store=store, answers=1.0, bias=0.0, then_every=1, mood_weight=weight, **STILL)
        for store, weight in ((FAILING, 1.0), (CLEAN, 1.0), (FAILING, 0.0))
    )
    for name in ("nps", "csat", "ces"):
        assert mean(scores(log, name)) < mean(scores(clean, name)) - 0.05
        assert abs(mean(scores(deaf, name)) - mean(scores(clean, name))) < 0.1
    assert nps(scores(log, "nps")) < nps(scores(clean, "nps")) - 0.05
    assert 7.0 < mean(scores(clean, "nps")) < 8.2
    assert 3.8 < mean(scores(clean, "csat"), 1) < 4.2


def test_a_customer_keeps_their_leaning() -> None:
    """Two answers of one customer are more alike than those of two customers."""
    store = Store(scenario({"feedback_surveys": FeedbackSurveys(answers=1.0, bias=0.0, then_every=1, **STILL)}), 1)
    (surveys,) = store.behaviours
    assert isinstance(surveys, Surveys)
    said: dict[int, list[int]] = {}
    counter = surveys.scores["nps"]
    add = counter.add

    def overhear(rows: Any, amounts: Any, place: Any) -> None:
        for key, score in zip(store.people.key[rows].tolist(), place.tolist(), strict=True):
            said.setdefault(key, []).append(score)
        add(rows, amounts, place)

    counter.add = overhear  # type: ignore[method-assign]
    store.run()
    pairs = np.array([scores[:2] for scores in said.values() if len(scores) > 1])
    assert len(pairs) > 100
    assert 0.5 < np.corrcoef(pairs.T)[0, 1] < 0.95


# What asking does ---------------------------------------------------------------------------------------------------


def test_asking_delays_the_next_order_and_then_quickens() -> None:
    """Of those asked after their first order fewer order in the four weeks that follow than if nobody were asked, and more
    in the time after."""
    knobs: dict[str, Any] = {"answers": 1.0, "bias": 0.0, "delay": 1.0, "delays": 0.7, "quickens": 1.3, "lasts": 120.0}
    settings: dict[str, Any] = {"customers": 1500.0, "store": CLEAN}
    log, plain = run({"feedback_surveys": FeedbackSurveys(**knobs)}, **settings), run({}, **settings)

    def orders(of: EventLog, low: float, high: float) -> np.ndarray:
        new = of.customers.acquired[of.orders.customer] >= 0.0
        age = of.orders.time - of.customers.acquired[of.orders.customer]
        mine = new & (age >= low) & (age < high)
        return np.bincount(of.customers.cell[of.orders.customer[mine]] // 20, minlength=10)

    assert interval(orders(log, 1.0, 29.0) / orders(plain, 1.0, 29.0))[1] < 0.85
    assert interval(orders(log, 29.0, 149.0) / orders(plain, 29.0, 149.0))[0] > 1.1
    first = log.orders.number == 1
    np.testing.assert_array_equal(log.orders.time[first], plain.orders.time[plain.orders.number == 1])


def test_only_who_answers_is_stirred() -> None:
    """Order rates are bent for those who answered, first down, then up, then not at all."""
    knobs = FeedbackSurveys(answers=0.5, bias=0.0, delayed_for=20.0, lasts=30.0)
    store = Store(scenario({"feedback_surveys": knobs}, customers=2000.0, store=CLEAN, pre_history=0), 1)
    store.run()
    people = store.people
    age = store.edges[-1] - store.ledger.people["acquired"][people.person[:]] - knobs.delay
    rate = store.behaviours[0].factors[0][:]
    there = people.alive[:]
    for low, high, effect in ((0.0, 20.0, 0.9), (20.0, 50.0, 1.05), (50.0, 300.0, 1.0)):
        mine = rate[there & (age > low + 0.01) & (age < high - 0.01)]
        assert mine.size > 30
        assert set(mine.tolist()) == {effect, 1.0}
        if effect != 1.0:
            assert 0.3 < (mine == effect).mean() < 0.7


def test_without_answers_there_is_no_insight() -> None:
    """What a survey tells grows with its answers, up to one survey's worth."""
    found = []
    for answers in (0.0, 0.075, 0.15, 0.5):
        store = Store(scenario({"feedback_surveys": FeedbackSurveys(answers=answers)}), 1)
        found.append(store.behaviours[0].insight())
        assert store.insight() == 0.0  # it has not begun yet
    assert found == [0.0, 0.5, 1.0, 1.0]
