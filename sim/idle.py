"""Idle: what in a valid scenario cannot act in its store, or says nothing of it, so that nobody waits for an effect."""

from __future__ import annotations

from sim.scenario import Scenario


def idle(scenario: Scenario) -> list[str]:
    """Sentences about a scenario's settings that cannot act in its store, or tell nothing of its customers."""
    return _under_contract(scenario) if scenario.store.dropout == "contract" else []


def _under_contract(scenario: Scenario) -> list[str]:
    found = []
    if scenario.store.season is not None:
        found.append("store.season has no effect under a contract: orders fall due on fixed dates")
    every, window = scenario.store.contract.every, scenario.activity_window
    if window < every:
        found.append(
            f"subscribers renew every {every:g} d, and with an activity_window of {window:g} d they count as lost in between: "
            "churn and retention rates tell nothing with a window shorter than the period of the contract"
        )
    names = ", ".join(_bending_order_rates(scenario))
    if names:
        found.append(
            f"under a contract orders fall due on fixed dates, so what {names} would do to order rates has no effect; "
            "effects on dropout (renewals), prices, costs and new customers have"
        )
    return found


def _bending_order_rates(scenario: Scenario) -> list[str]:
    """What bends order rates: channels, and strategies, found by asking what they do in a store of a few customers."""
    # Here, because it takes the engine and few scenarios ask for it.
    from sim.store import Store

    store = Store(scenario.scaled(1.0), seed=0)
    channels = [f"channels.{name}" for name, channel in scenario.channels.items() if channel.order_rate != 1.0]
    return [*channels, *(each.knobs.name for each in store.behaviours if each.bends_order_rates)]
