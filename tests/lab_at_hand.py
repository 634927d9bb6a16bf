"""A lab for tests: small scenarios, and hands that do their work in this process, at once or when they are let."""

from __future__ import annotations

import asyncio
import math
import pickle
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import cache
from time import monotonic
from typing import Any, TypeVar

import textual.app
import textual.pilot
from rich.color import ColorSystem
from textual._compositor import Compositor
from textual._context import active_app
from textual.pilot import Pilot

import tui.controller
from sim.files.scenario_file import load_scenario
from sim.scenario import Scenario
from tui.app import Lab

Result = TypeVar("Result")
PATIENCE = 60.0
"""Seconds after which a lab that does not come to rest has failed."""
SOON = 0.012
"""Seconds within which a timer belongs to what has been set off: a change is painted in a moment, a new size taken in two."""


async def nothing_ready(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until all that has been set off is done, and what goes on waits for another process or for a later time.

    Textual's own way is to sleep until the process uses little of its core: 40 ms a key, two seconds while a store is
    simulated. It also gives up after `max_sleep`; here the wait goes on however slow the machine is, unless the app has
    been left.
    """
    loop: Any = asyncio.get_running_loop()
    app = active_app.get()
    end = monotonic() + PATIENCE
    while monotonic() < end and not app._exit:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        due = min((each.when() for each in loop._scheduled if not each.cancelled()), default=math.inf) - loop.time()
        if due <= SOON:
            await asyncio.sleep(max(due, 0.0))
        elif app.screen_stack and app.screen._update_timer._active.is_set():
            app.screen._on_timer_update()
        else:
            return


def unseen(compositor: Compositor, full: bool = False, screen_stack: Any = None, simplify: bool = False) -> None:
    """Paint nothing: `lines` draws the whole screen when a test looks at it, and the tests in a real terminal paint."""
    compositor._dirty_regions.clear()


Compositor.render_update = unseen  # type: ignore[method-assign, assignment]
textual.app.wait_for_idle = textual.pilot.wait_for_idle = nothing_ready  # type: ignore[attr-defined]
tui.controller.QUIET = 0.05  # type: ignore[misc]


class Direct:
    """Hands that work in this process, one piece after the other."""

    known: dict[tuple[str, bytes], Any] = {}  # noqa: RUF012
    """What was worked out, by what was asked: most labs of the tests begin with the same stores."""

    def __init__(self, size: int = 2) -> None:
        self.size, self.replaced = size, 0
        self.calls: list[str] = []

    async def urgent(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """At once."""
        self.calls.append(call.__name__)
        await asyncio.sleep(0)
        asked = call.__name__, pickle.dumps(arguments)
        if asked not in self.known:
            self.known[asked] = call(*arguments)
        return self.known[asked]

    async def patient(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """At once too."""
        return await self.urgent(call, *arguments)


def small(name: str = "typical_online_store", *sets: str, customers: float = 200.0, months: int = 14) -> Scenario:
    """A shipped scenario, scaled down and observed for less long."""
    scenario = replace(_loaded(name, sets), months=months, pre_history=3)
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
    app.animation_level = "none"
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

    def rests() -> bool:
        return app.controller is not None and not app.board.busy and bool(app.board.target) and app.lifts is not None

    await until(pilot, rests, "finished")


async def until(pilot: Pilot[str], holds: Callable[[], Any], what: str) -> None:
    """Wait until something holds, and is painted."""
    end = monotonic() + PATIENCE
    await nothing_ready()
    while not holds():
        if monotonic() > end:
            raise AssertionError(f"never {what}: {pilot.app.board}")  # type: ignore[attr-defined]
        await asyncio.sleep(0.002)
    await pilot.pause()


def lines(app: Lab) -> list[str]:
    """The screen as text."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def text(app: Lab) -> str:
    """The screen as one text."""
    return "\n".join(line.rstrip() for line in lines(app)) + "\n"
