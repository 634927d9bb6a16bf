"""The declaration every strategy shares: when it acts, on whom, and whom it holds out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from sim.knobs import knob, knobs_of, scaled

SEGMENTS = ("all", "new", "existing", "one_order", "repeat", "active", "at_risk", "lapsed", "vip")
"""Whom a strategy may act on; the store's `segments` say what the words mean."""
AT_FIRST_ORDERS = ("all", "new", "one_order", "active")
"""Segments that a customer may be in at the first order."""


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """What every strategy has: when it acts, on whom, and whom it holds out."""

    name: ClassVar[str]
    """The key in the YAML file: the name of the strategy's module."""
    title: ClassVar[str]
    """A few words for a listing."""
    couples: ClassVar[bool] = False
    """Whether what it does to one customer depends on the others, as a queue does."""
    mechanisms: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """What it does, told apart: a few words for each mechanism, and the knobs that are neutral where it is switched off.
    Empty: each knob with evidence and a neutral value is a mechanism of its own."""
    begins_at_first_order: ClassVar[bool] = False
    """Whether it meets customers at their first order alone, so that those from before the start never meet it."""

    from_: float = knob(0.0, "duration", "From", "Acts from this day on, counted from the start.", high=36_500.0)
    until: float | None = knob(None, "duration", "Until", "Acts until this day; not set: to the end.", high=36_500.0)
    segment: str = knob(
        "all", "choice", "Whom",
        "all; new or existing at the start; by orders, one_order or repeat; by recency, active, at_risk or lapsed; vip.",
        choices=SEGMENTS,
    )  # fmt: skip
    holdout: float = knob(
        0.0, "share", "Holdout", "Share of customers, drawn by chance, who are left out to measure the effect.",
        unit="of customers", high=0.9,
    )  # fmt: skip
    priority: int = knob(
        5, "integer", "Priority",
        "Who goes first where the retention budget, or a frequency cap at one instant, does not do for all: 1 before 9.",
        low=1, high=9,
    )  # fmt: skip

    def __init_subclass__(cls) -> None:
        cls.name = cls.__module__.rpartition(".")[2]

    @property
    def rank(self) -> tuple[int, str]:
        """What is served first where not all can be: by priority, then by name."""
        return self.priority, self.name

    def scaled(self, factor: float) -> Self:
        """The same strategy in a store `factor` times as large."""
        return scaled(self, factor)

    @classmethod
    def parts(cls) -> dict[str, tuple[str, ...]]:
        """Its mechanisms, declared or not."""
        graded: dict[str, tuple[str, ...]] = {
            knob.label.lower(): (knob.attribute,)
            for knob in knobs_of(cls).values()
            if knob.grade and knob.neutral is not None
        }
        return dict(cls.mechanisms) or graded

    def without(self, mechanisms: Iterable[str]) -> Self:
        """The same strategy with some of its mechanisms switched off."""
        neutral = {knob.attribute: knob.neutral for knob in knobs_of(self).values()}
        return dataclasses.replace(self, **{name: neutral[name] for each in mechanisms for name in self.parts()[each]})

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        found = []
        if self.until is not None and self.until <= self.from_:
            found.append(("until", "it ends before it begins"))
        if self.begins_at_first_order and self.segment not in AT_FIRST_ORDERS:
            found.append(("segment", "it begins with a first order, and nobody is in this segment then"))
        return found

    def advice(self, scenario: Any, factor: float) -> list[str]:
        """What a reader should know of the strategy in this scenario, simulated `factor` times as large, though nothing is
        wrong with it; each in one sentence without a full stop."""
        return []

    def enact(self, shop: Any) -> Any:
        """What the strategy does in one shop: takes a `Shop`, returns a `Behaviour` (which both stand on this file)."""
        raise NotImplementedError
