"""What the simulating commands do with a finished comparison: print it, draw it, write it into a folder."""

from __future__ import annotations

import sys
from argparse import Namespace

from sim.commands.simulation import say
from sim.files.writing import check_folder, emit, write_folder
from sim.report.parts import Differs, Report
from sim.report.report import files, render
from sim.results import Comparison
from sim.terminal import Terminal, look


def check(options: Namespace) -> None:
    """Find out before the work whether its results can be written where the user wants them."""
    if options.out is not None:
        check_folder(options.out, "--out")


def tell(comparison: Comparison, options: Namespace, differs: Differs) -> None:
    """Print the comparison in the form asked for, with charts if asked, and write the folder."""
    terminal = look(sys.stdout)
    charts_aside(comparison, options)
    charts = charts_beside(comparison, options, terminal)
    emit(render(Report(comparison, differs, charts, options.all), options.format, terminal))
    if options.out is not None:
        aside = _charts(comparison, options, Terminal()) if options.plot else ""
        written = write_folder(options.out, files(Report(comparison, differs, aside)), option="--out")
        say(f"wrote {', '.join(str(path) for path in written)}", options)


def charts_beside(comparison: Comparison, options: Namespace, terminal: Terminal) -> str:
    """The charts that stand with the figures, if asked for in a form for people; else nothing."""
    return _charts(comparison, options, terminal) if options.plot and options.format in ("table", "markdown") else ""


def charts_aside(comparison: Comparison, options: Namespace) -> None:
    """Charts beside machine-readable data go to standard error, if asked for."""
    if not options.plot or options.format not in ("json", "csv") or sys.stderr is None:
        return
    try:
        sys.stderr.write(_charts(comparison, options, look(sys.stderr)))
    except (OSError, ValueError):
        return  # nobody to show it to; the data matter


def _charts(comparison: Comparison, options: Namespace, terminal: Terminal) -> str:
    from sim.report.plot import charts

    if options.format == "markdown":
        terminal = Terminal()
    return charts(comparison, terminal, truth=getattr(options, "truth", False))
