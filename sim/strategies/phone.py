"""Calls: the dearest way to be remembered."""

from __future__ import annotations

from dataclasses import dataclass

from sim.campaigns import Personal
from sim.ideas import NO_EVIDENCE
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class Phone(Personal):
    """A call to everyone who agreed to it, at a fixed interval."""

    title = "Calls"
    medium = "phone"

    open_rate: float = knob(
        0.40, "share", "Reached", "Share of rested living recipients who pick up.",
        unit="of recipients", evidence=(0.2, 0.7), grade="E", source="our estimate",
    )  # fmt: skip
    click_rate: float = knob(
        0.10, "share", "Interested", "Share of rested living recipients who are interested.",
        unit="of recipients", neutral=0.0, evidence=(0.02, 0.20), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.02, "share", "Refusals", "Share of rested recipients who want no further call.",
        unit="of recipients", neutral=0.0, evidence=(0.005, 0.05), grade="E", source="our estimate",
    )  # fmt: skip
    cost: float = knob(
        4.0, "money", "Cost of a call", "What one call costs, reached or not.", high=1000.0,
        neutral=0.0, grade="E", source="our estimate",
    )  # fmt: skip
