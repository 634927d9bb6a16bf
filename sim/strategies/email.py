"""A newsletter on a calendar: most ignore it, a few click and order more for a while, some leave the list."""

from __future__ import annotations

from dataclasses import dataclass

from sim.campaigns import BENCHMARKS, Campaign
from sim.knobs import knob

LOWER = "over all that is sent it comes out lower, because the list tires and holds the lost"


@dataclass(frozen=True, kw_only=True)
class Email(Campaign):
    """A newsletter to everyone who agreed to it, at a fixed interval."""

    title = "Newsletter"

    every: float = knob(
        7.0, "duration", "Interval", "Time between two newsletters.", low=1.0, high=365.0, evidence=(3.0, 30.0),
        source="Zhang, Kumar & Cosguner 2017: optimum about 7 a month at one retailer",
    )  # fmt: skip
    open_rate: float = knob(
        0.70, "share", "Open rate", "Share of rested living recipients who open.", unit="of recipients",
        evidence=(0.30, 0.80), grade="V", source=f"{LOWER}. {BENCHMARKS}",
    )  # fmt: skip
    click_rate: float = knob(
        0.025, "share", "Click rate", "Share of rested living recipients who click.", unit="of recipients", neutral=0.0,
        evidence=(0.01, 0.06), grade="V", source=f"{LOWER}. {BENCHMARKS}",
    )  # fmt: skip
    lift: float = knob(
        0.5, "number", "Lift of a click", "A click raises the order rate by this share while it lasts.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 2.0), grade="E",
        source="near the .08 % of mails sent that are followed by an order: Klaviyo, Omnisend, BS&Co 2026",
    )  # fmt: skip
    lasts: float = knob(
        14.0, "duration", "A click lasts", "How long a click raises the order rate.", low=0.04, high=365.0, grade="E",
        source="our estimate",
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.0018, "share", "Unsubscribes", "Share of rested recipients who unsubscribe at each newsletter.",
        unit="of recipients", neutral=0.0, evidence=(0.0005, 0.005), grade="V",
        source=f"{LOWER}. {BENCHMARKS}",
    )  # fmt: skip
    cost: float = knob(
        0.002, "money", "Cost of a mail", "What one sent mail costs.", high=100.0, neutral=0.0, grade="V",
        source="list prices of common mail services",
    )  # fmt: skip
