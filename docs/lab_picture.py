"""The README's picture of the lab: the app itself, played with keys, as SVG.

    python docs/lab_picture.py

It opens two scenarios, turns a knob, waits until all is simulated, and writes `docs/lab.svg`.
"""

from __future__ import annotations

import asyncio
import os
from multiprocessing import resource_tracker
from pathlib import Path

from rich.color import ColorSystem

from sim.files.scenario_file import load_scenario
from tui.app import Lab

SCENARIOS = ("typical_online_store", "typical_quarterly_sale")
SIZE = (140, 40)
KEYS = ("right", "right", "right", "right", "right")


async def picture() -> str:
    """The screen as SVG."""
    app = Lab([load_scenario(name) for name in SCENARIOS], environ={"COLORTERM": "truecolor"})
    app.console._color_system = ColorSystem.TRUECOLOR
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*KEYS)
        await pilot.pause(0.5)
        while app.board.busy or app.board.comparison is None:
            await pilot.pause(0.1)
        await pilot.press("right_square_bracket")
        await pilot.pause(0.2)
        return app.export_screenshot(title="regulars")


if __name__ == "__main__":
    resource_tracker.ensure_running()
    drawn = asyncio.run(picture())
    target = Path(__file__).with_name("lab.svg")
    unfinished = target.with_suffix(".unfinished")
    unfinished.write_text(drawn, encoding="utf-8")
    os.replace(unfinished, target)
