"""Letters, catalogues and invitations: dear, kept, and not fatiguing alone."""

from __future__ import annotations

from dataclasses import dataclass

from sim.campaigns import Campaign
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class Post(Campaign):
    """A letter to everyone who does not object, at a fixed interval."""

    title = "Letters"
    medium = "post"

    every: float = knob(
        182.0, "duration", "Interval", "Time between two letters.", low=7.0, high=3650.0,
        evidence=(60.0, 365.0), grade="E", source="our estimate",
    )  # fmt: skip
    open_rate: float = knob(
        0.70, "share", "Read", "Share of rested living recipients who read it.",
        unit="of recipients", evidence=(0.4, 0.9), grade="E", source="our estimate",
    )  # fmt: skip
    click_rate: float = knob(
        0.05, "share", "Answered", "Share of rested living recipients who act on it.",
        unit="of recipients", neutral=0.0, evidence=(0.01, 0.10), grade="E", source="no evidence of an effect: enter your own",
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.001, "share", "Objections", "Share of rested recipients who object at each letter.",
        unit="of recipients", neutral=0.0, evidence=(0.0, 0.005), grade="E", source="our estimate",
    )  # fmt: skip
    lift: float = knob(
        1.0, "number", "Lift of an answer", "Whoever acts on it orders more often by this share while it lasts.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 3.0), grade="E",
        source="no evidence of an effect: enter your own",
    )  # fmt: skip
    lasts: float = knob(
        30.0, "duration", "Lasts", "How long it raises the order rate.", low=0.04, high=365.0,
        grade="E", source="our estimate",
    )  # fmt: skip
    cost: float = knob(
        1.20, "money", "Cost of a letter", "Printing and postage of one letter.", high=1000.0,
        neutral=0.0, grade="E", source="our estimate",
    )  # fmt: skip
