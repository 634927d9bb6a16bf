"""Money of several currencies: nothing is converted, and no amount is set against one of another."""

from __future__ import annotations

from collections.abc import Mapping

MONEY = "money"
"""The unit of amounts."""


def apart(mine: str, base: str, unit: str) -> str:
    """Why a figure in this unit is not set against the baseline's, in a word or two; empty where it can be."""
    return f"{mine}, not {base}" if unit == MONEY and mine != base else ""


def mixed(currencies: Mapping[str, str]) -> str:
    """Which scenario, by its letter, is in which currency, where these are not all in one; else empty."""
    told = ", ".join(f"{letter} in {code}" for letter, code in sorted(currencies.items()))
    return told if len(set(currencies.values())) > 1 else ""


def note(currencies: Mapping[str, str]) -> str:
    """What the reader should know where not all are in one currency; else empty."""
    found = mixed(currencies)
    return f"different currencies: {found}; nothing is converted, and amounts of two are not compared" if found else ""
