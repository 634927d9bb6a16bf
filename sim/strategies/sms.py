"""Text messages: read at once, answered often, resented soon."""

from __future__ import annotations

from dataclasses import dataclass

from sim.campaigns import Campaign
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class Sms(Campaign):
    """A text message to everyone who agreed to it, at a fixed interval."""

    title = "Text messages"
    medium = "sms"

    every: float = knob(
        30.0, "duration", "Interval", "Time between two texts.", low=1.0, high=365.0,
        evidence=(7.0, 60.0),
    )  # fmt: skip
    open_rate: float = knob(
        0.90, "share", "Read", "Share of rested living recipients who read it.",
        unit="of recipients", evidence=(0.7, 1.0), grade="E", source="our estimate: nearly everybody reads a text",
    )  # fmt: skip
    click_rate: float = knob(
        0.10, "share", "Click rate", "Share of rested living recipients who click.",
        unit="of recipients", neutral=0.0, evidence=(0.05, 0.20), grade="V", source="Omnisend, Textus: click 5 to 20 %",
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.006, "share", "Opt-outs", "Share of rested recipients who opt out at each text.",
        unit="of recipients", neutral=0.0, evidence=(0.004, 0.009), grade="V", source="Omnisend, Textus: opt-out .4 to .9 %",
    )  # fmt: skip
    lift: float = knob(
        0.5, "number", "Lift of a click", "A click raises the order rate by this share while it lasts.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 2.0), grade="E", source="as for e-mail",
    )  # fmt: skip
    lasts: float = knob(
        7.0, "duration", "A click lasts", "How long a click raises the order rate.", low=0.04, high=365.0,
        grade="E", source="our estimate",
    )  # fmt: skip
    cost: float = knob(
        0.05, "money", "Cost of a text", "What one sent text costs.", high=100.0,
        neutral=0.0, grade="V", source="list prices of common services",
    )  # fmt: skip
