"""Calls: the dearest way to be remembered."""

from __future__ import annotations

from dataclasses import dataclass

from sim.campaigns import Campaign
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class Phone(Campaign):
    """A call to everyone who agreed to it, at a fixed interval."""

    title = "Calls"
    medium = "phone"

    every: float = knob(
        182.0, "duration", "Interval", "Time between two calls.", low=7.0, high=3650.0,
        evidence=(60.0, 365.0), grade="E", source="our estimate",
    )  # fmt: skip
    open_rate: float = knob(
        0.40, "share", "Reached", "Share of rested living recipients who pick up.",
        unit="of recipients", evidence=(0.2, 0.7), grade="E", source="our estimate",
    )  # fmt: skip
    click_rate: float = knob(
        0.10, "share", "Interested", "Share of rested living recipients who are interested.",
        unit="of recipients", neutral=0.0, evidence=(0.02, 0.20), grade="E", source="no evidence of an effect: enter your own",
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.02, "share", "Refusals", "Share of rested recipients who want no further call.",
        unit="of recipients", neutral=0.0, evidence=(0.005, 0.05), grade="E", source="our estimate",
    )  # fmt: skip
    lift: float = knob(
        1.0, "number", "Lift of a call", "Whoever is interested orders more often by this share while it lasts.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 3.0), grade="E",
        source="no evidence of an effect: enter your own",
    )  # fmt: skip
    lasts: float = knob(
        30.0, "duration", "Lasts", "How long it raises the order rate.", low=0.04, high=365.0,
        grade="E", source="our estimate",
    )  # fmt: skip
    cost: float = knob(
        4.0, "money", "Cost of a call", "What one call costs, reached or not.", high=1000.0,
        neutral=0.0, grade="E", source="our estimate",
    )  # fmt: skip
