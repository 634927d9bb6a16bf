"""The board: what is known at a moment of each scenario of the lab, ready to be painted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.results import Comparison, Curve, Difference, ScenarioResult

PREVIEW, PARTIAL, COMPLETE = "preview", "partial", "complete"
"""A small store once; some of the replications; all of them."""


@dataclass(frozen=True)
class Shown:
    """What is shown of one scenario."""

    result: ScenarioResult
    stage: str
    """`PREVIEW`, `PARTIAL` or `COMPLETE`."""
    replications: int = 0
    """How many whole replications it comes from; 0 for a preview."""
    differences: Mapping[str, Difference] = field(default_factory=dict)
    """Paired differences to the baseline by metric; verdicts hold only where it is complete."""
    curve_differences: Mapping[str, Curve] = field(default_factory=dict)
    current: bool = True
    """Whether it is of the scenario as it is now, and not of a moment ago."""


@dataclass(frozen=True)
class Board:
    """What is known of all scenarios."""

    shown: Mapping[str, Shown] = field(default_factory=dict)
    """By letter; a scenario of which nothing is known yet is not in it."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Why a scenario cannot be simulated as it is, by letter."""
    done: int = 0
    """Replications of the focused scenario that are done."""
    target: int = 0
    """Replications that all scenarios shall have."""
    refined: frozenset[str] = frozenset()
    """Letters of the scenarios that have them all."""
    comparison: Comparison | None = None
    """The whole comparison, baseline first, once all scenarios are refined."""
    busy: bool = False
    """Whether anything is being computed."""


EMPTY = Board()
