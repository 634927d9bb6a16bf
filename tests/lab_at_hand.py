"""A lab for tests: small scenarios, and hands that do their work in this process, at once or when they are let."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from rich.color import ColorSystem
from textual.pilot import Pilot

from sim.files.scenario_file import load_scenario
from sim.scenario import Scenario
from tui.app import Lab

Result = TypeVar("Result")


class Direct:
    """Hands that work in this process, one piece after the other."""

    def __init__(self, size: int = 2) -> None:
        self.size, self.replaced = size, 0
        self.calls: list[str] = []

    async def urgent(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """At once."""
        self.calls.append(call.__name__)
        await asyncio.sleep(0)
        return call(*arguments)

    async def patient(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """At once too."""
        return await self.urgent(call, *arguments)


def small(name: str = "typical_online_store", *sets: str, customers: float = 300.0, months: int = 18) -> Scenario:
    """A shipped scenario, scaled down and observed for less long."""
    scenario = replace(_loaded(name, sets), months=months, pre_history=6)
    return scenario.scaled(customers)


@cache
def _loaded(name: str, sets: tuple[str, ...]) -> Scenario:
    return load_scenario(name, list(sets))


def pair() -> list[Scenario]:
    """A store without and with a quarterly sale."""
    return [small(), small("typical_quarterly_sale")]


def lab(scenarios: Sequence[Scenario] | None = None, **options: Any) -> Lab:
    """An app on a terminal that can do all."""
    settings: dict[str, Any] = {
        "replications": 2, "workers": 2, "hands": lambda size: Direct(size), "environ": {"COLORTERM": "truecolor"},
        "clock": lambda: 0.0,  # however slow the machine is, what is held is one step to undo
        **options,
    }  # fmt: skip
    app = Lab(pair() if scenarios is None else scenarios, **settings)
    app.console._color_system = ColorSystem.TRUECOLOR
    return app


def played(
    app: Lab, play: Callable[[Pilot[str]], Awaitable[Result]], size: tuple[int, int] = (80, 24), ready: bool = True
) -> Result:
    """What a play comes to that is played in an app of so many cells, once all is simulated."""

    async def whole() -> Result:
        async with app.run_test(size=size) as pilot:
            if ready:
                await finished(pilot)
            return await play(pilot)

    return asyncio.run(whole())


async def finished(pilot: Pilot[str]) -> None:
    """Wait until everything is simulated and painted."""
    app = pilot.app
    assert isinstance(app, Lab)
    for _ in range(3000):
        await pilot.pause(0.01)
        if app.controller is not None and not app.board.busy and app.board.target:
            break
    else:
        raise AssertionError(f"not finished: {app.board}")
    await pilot.pause()


def lines(app: Lab) -> list[str]:
    """The screen as text."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def text(app: Lab) -> str:
    """The screen as one text."""
    return "\n".join(line.rstrip() for line in lines(app)) + "\n"
