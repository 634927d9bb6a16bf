"""Push notifications: free to send, and few allow them."""

from __future__ import annotations

from dataclasses import dataclass

from sim.campaigns import Campaign
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class Push(Campaign):
    """A notification to everyone who has allowed it, at a fixed interval."""

    title = "Push notifications"
    medium = "push"

    every: float = knob(
        7.0, "duration", "Interval", "Time between two notifications.", low=0.25, high=365.0,
        evidence=(1.0, 30.0),
    )  # fmt: skip
    open_rate: float = knob(
        0.50, "share", "Seen", "Share of rested living recipients who see it.",
        unit="of recipients", evidence=(0.2, 0.9), grade="E", source="our estimate",
    )  # fmt: skip
    click_rate: float = knob(
        0.03, "share", "Click rate", "Share of rested living recipients who tap it.",
        unit="of recipients", neutral=0.0, evidence=(0.01, 0.06), grade="E",
        source="our estimate; vendors' 30 to 40 % are of those who saw it",
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.003, "share", "Opt-outs", "Share of rested recipients who turn it off at each notification.",
        unit="of recipients", neutral=0.0, evidence=(0.001, 0.01), grade="E", source="our estimate",
    )  # fmt: skip
    lift: float = knob(
        0.3, "number", "Lift of a tap", "A tap raises the order rate by this share while it lasts.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 1.0), grade="E", source="our estimate",
    )  # fmt: skip
    lasts: float = knob(
        3.0, "duration", "A tap lasts", "How long a tap raises the order rate.", low=0.04, high=365.0,
        grade="E", source="our estimate",
    )  # fmt: skip
    cost: float = knob(
        0.0, "money", "Cost of a notification", "What one notification costs.", high=100.0,
        neutral=0.0,
    )  # fmt: skip
