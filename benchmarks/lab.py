"""How the lab feels: tweaks that reach the screen, how soon, what a redraw costs, and how long it takes to open.

    python -m benchmarks.lab

The redraw has textual-plot beside it, the best of the ready-made charts; it is needed here alone:
`pip install textual-plot==0.10.1`. Without it that figure is left out, and the benchmark fails.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Awaitable, Callable
from multiprocessing import resource_tracker
from typing import Any

from benchmarks.timing import ROOT, best, verdict

SIZE = (100, 30)
SCENARIO = "typical_quarterly_sale"
TWEAKS, RATE = 20, 10
REDRAWS = 80


def main() -> int:
    """Run the benchmark; the exit code says whether every bound was kept."""
    resource_tracker.ensure_running()
    kept = asyncio.run(_tweaks())
    kept &= asyncio.run(_redraws())
    kept &= _start()
    return 0 if kept else 1


async def _tweaks() -> bool:
    """Hold an arrow key; then press it now and then."""
    from sim.files.scenario_file import load_scenario
    from tui.app import Lab
    from tui.paths import replaced
    from tui.previews import factor
    from tui.work import preview
    from tui.workspace import Workspace

    scenario = load_scenario(SCENARIO)
    app = Lab([scenario], environ={"COLORTERM": "truecolor"})
    async with app.run_test(size=SIZE) as pilot:
        await _until(lambda: app.board.comparison is not None)
        await pilot.pause()
        pictures = _watched(app)
        stalls, watching = _stalls()
        for _ in range(TWEAKS):
            before = time.perf_counter()
            app.screen.query_one("#knobs").action_nudge(1)  # type: ignore[attr-defined]
            await asyncio.sleep(max(1 / RATE - (time.perf_counter() - before), 0.0))
        await asyncio.sleep(0.1)
        painted = len(pictures)
        watching.cancel()
        await _until(lambda: not app.board.busy)
        waits = [await _answer(app, pictures) for _ in range(10)]
    depth = "strategies.discount_cycle.depth"
    share = factor(Workspace.of([scenario]).focused)
    tweaked = [replaced(scenario, depth, 0.2 + i / 100) for i in range(5)]
    bare = statistics.median(best(lambda one=one: preview(one, 1, share), 2) for one in tweaked)  # type: ignore[misc]
    wait = statistics.median(waits)
    print(f"tweak to first new curve {1000 * wait:.0f} ms, the same preview alone {1000 * bare:.0f} ms")
    print(f"longest stall of the event loop {1000 * max(stalls):.0f} ms")
    kept = verdict(f"pictures painted of {TWEAKS} tweaks at {RATE} a second", painted, 18, at_most=False, unit="")
    return kept & verdict("tweak to first new curve against the preview alone", wait / bare, 2, at_most=True)


async def _answer(app: Any, pictures: list[float]) -> float:
    """Seconds from a tweak to the paint of a curve that was not there before."""
    await asyncio.sleep(0.05)
    count = len(pictures)
    before = time.perf_counter()
    app.screen.query_one("#knobs").action_nudge(1)
    await _until(lambda: len(pictures) > count)
    after = pictures[count]
    await _until(lambda: not app.board.busy)
    return after - before


def _watched(app: Any) -> list[float]:
    """When another picture of the focused scenario's figures was painted, from now on."""
    from tui.widgets.band_chart import BandChart

    chart = app.screen.query_one(BandChart)
    seen = {id(app.board.shown[app.workspace.focus].result)}
    held = [app.board.shown[app.workspace.focus].result]  # so that no later result has its id
    times: list[float] = []
    display = app._display

    def watching(screen: Any, renderable: Any) -> None:
        display(screen, renderable)
        shown = app.board.shown.get(app.workspace.focus)
        if renderable is not None and shown is not None and id(shown.result) not in seen and chart.chart is not None:
            held.append(shown.result)
            seen.add(id(shown.result))
            times.append(time.perf_counter())

    app._display = watching
    return times


def _stalls() -> tuple[list[float], asyncio.Task[None]]:
    """How late a tick of five milliseconds comes, from now on."""
    late: list[float] = [0.0]

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            late.append(time.perf_counter() - before - 0.005)

    return late, asyncio.ensure_future(tick())


async def _until(holds: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.perf_counter() + seconds
    while not holds():
        if time.perf_counter() > end:
            raise TimeoutError("the lab does not come to rest")
        await asyncio.sleep(0.002)


async def _redraws() -> bool:
    """The same four curves, ours with two bands, theirs without any."""
    import dataclasses

    import numpy as np
    from textual.app import App, ComposeResult

    try:
        from textual_plot import HiResMode, PlotWidget
    except ImportError:
        print("  NOT redraw against textual-plot: pip install textual-plot==0.10.1")
        return False
    from sim.chart.chart import Chart, Series
    from tui.app import Lab
    from tui.widgets.band_chart import BandChart

    x = np.arange(37.0)
    curves = [0.15 * (i + 1) + 0.5 * np.exp(-x / (5 + 3 * i)) for i in range(4)]

    def chart(shift: float) -> Chart:
        series = [
            Series(f"scenario {i}", "ABCD"[i], x, y + shift, y + shift - 0.03, y + shift + 0.03, band=i < 2, style=i)
            for i, y in enumerate(curves)
        ]
        return Chart("Retention", series, legend=False)

    class Ours(Lab):
        CSS_PATH = ROOT / "tui" / "app.tcss"
        CSS = "BandChart { width: 1fr; height: 1fr; }"

        def compose(self) -> ComposeResult:
            yield BandChart(id="chart")

        def on_mount(self) -> None:
            pass

    class Theirs(App[None]):
        def compose(self) -> ComposeResult:
            yield PlotWidget()

    from sim.files.scenario_file import load_scenario

    ours_app = Ours([load_scenario(SCENARIO)], environ={"COLORTERM": "truecolor"})

    async def ours(i: int) -> None:
        ours_app.query_one(BandChart).chart = dataclasses.replace(chart(i % 7 / 100))

    theirs_app = Theirs()

    async def theirs(i: int) -> None:
        plot = theirs_app.query_one(PlotWidget)
        plot.clear()
        for y, colour in zip(curves, ("orange1", "deep_sky_blue1", "green", "magenta"), strict=True):
            plot.plot(x, y + i % 7 / 100, line_style=colour, hires_mode=HiResMode.BRAILLE)

    mine, other = await _cost(ours_app, ours), await _cost(theirs_app, theirs)
    print(f"a redraw at {SIZE[0]} x {SIZE[1]}: four curves and two bands {1000 * mine:.1f} ms of CPU, "
          f"four lines of textual-plot {1000 * other:.1f} ms")
    return verdict("redraw against textual-plot", mine / other, 0.8, at_most=True)


async def _cost(app: Any, redraw: Callable[[int], Awaitable[None]]) -> float:
    """Seconds of CPU of one redraw: update, drawing and what the screen makes of it."""
    from rich.color import ColorSystem

    app.console._color_system = ColorSystem.TRUECOLOR
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)

        async def run(work: Callable[[int], Awaitable[None]] | None) -> float:
            before = time.process_time()
            for i in range(REDRAWS):
                if work is not None:
                    await work(i)
                await asyncio.sleep(0.03)
            return time.process_time() - before

        await run(redraw)
        return min([await run(redraw) - await run(None) for _ in range(3)]) / REDRAWS


def _start() -> bool:
    """From the shell to the first frame, beside the import of Textual; both compiled, as installed programs are."""
    with tempfile.TemporaryDirectory() as folder:
        imported = min(_seconds([sys.executable, "-c", "import textual.app"], b"", folder) for _ in range(6))
        frame = min(_seconds([sys.executable, "-m", "tui", "lab", SCENARIO], b"Discount cycle", folder) for _ in range(6))
    print(f"first frame after {frame:.3f} s, import textual.app {imported:.3f} s")
    return verdict("first frame against import textual.app", frame / imported, 3, at_most=True)


def _seconds(command: list[str], wanted: bytes, compiled: str) -> float:
    """Until the program in a terminal of its own writes what is wanted, or until it ends."""
    main, other = pty.openpty()
    fcntl.ioctl(main, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    environ = {
        **os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPYCACHEPREFIX": compiled,
        "PYTHONDONTWRITEBYTECODE": "",
    }  # fmt: skip
    before = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=other, stdout=other, stderr=other, start_new_session=True)
    seen = b""
    while process.poll() is None and (not wanted or wanted not in seen):
        if select.select([main], [], [], 0.002)[0]:
            seen += os.read(main, 65536)
    found = time.perf_counter() - before
    process.terminate()
    process.wait()
    os.close(main)
    os.close(other)
    return found


if __name__ == "__main__":
    sys.exit(main())
