"""Rivals' offers: who switches, who stays, and that loyalty is a thing of its own."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from test_strategies import SHOP, run

from sim.log import EventLog
from sim.store_knobs import Competition, StoreKnobs
from sim.strategies.cause_donation import CauseDonation


def tempted(**knobs: float) -> StoreKnobs:
    return dataclasses.replace(SHOP, competition=Competition(**knobs))


def loyalty(log: EventLog) -> tuple[float, float]:
    """The share of those who met an offer and stayed, and its standard error."""
    met, stayed = (float(log.counts[f"rival.{what}"].sum()) for what in ("met", "stayed"))
    share = stayed / met
    return share, (share * (1.0 - share) / met) ** 0.5


@pytest.mark.parametrize("dropout", ["lifetime", "after_order", "contract"])
def test_as_many_switch_as_the_knob_says(dropout: str) -> None:
    """Where nothing binds or repels, the share who switch is the knob's, under every dropout law."""
    log = run({}, store=dataclasses.replace(tempted(offers=6.0, switching=0.10), dropout=dropout), customers=3000.0)
    share, error = loyalty(log)
    assert abs(share - 0.90) < 4.0 * error


def test_what_binds_customers_makes_them_loyal() -> None:
    """With dropout halved the share who switch is 1 - (1 - p)**.5; with it doubled, 1 - (1 - p)**2."""
    for dropout in (0.5, 2.0):
        idea = {"cause_donation": CauseDonation(dropout=dropout)}
        share, error = loyalty(run(idea, store=tempted(offers=6.0, switching=0.10), customers=3000.0))
        assert abs(share - 0.90**dropout) < 4.0 * error


def test_whoever_switches_is_lost() -> None:
    """Offers end lives at the moments of the offers, and cost orders; without offers nobody is counted."""
    log, plain = (run({}, store=tempted(offers=offers, switching=0.3)) for offers in (4.0, 0.0))
    assert plain.counts == {}
    assert log.orders.time.size < plain.orders.time.size
    times = 365.25 / 4.0 * (np.arange(4) + 0.5)
    switched = np.isin(log.customers.died, times)
    assert switched.sum() == log.counts["rival.met"].sum() - log.counts["rival.stayed"].sum()
